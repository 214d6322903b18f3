"""`lvlian reconcile`: contradicting reports become one account; or a network in the published form is solved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.reading import folder
from lvlian.cli.reconciling_network import reconcile_network
from lvlian.cli.status import BAD_INPUT, DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.brief.account_bundle import Bundle
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.sources import Sources
    from lvlian.chain.region import Region
    from lvlian.chain.report.statement import Statement

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class _When:
    """Which account is wanted: one `month` ("" the last reported), or a period of `months` by its `name`."""

    month: str = ""
    name: str = ""
    months: tuple[str, ...] = ()


def reconcile(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Reports (xlsx, csv, json) with --region; or one network as JSON (streams, incidence, measured, variance).",
        ),
    ],
    region: Annotated[
        Path | None,
        typer.Option(
            "--region", "-r", metavar="FILE", help="The region: firms, lines, links (yaml, json).", show_default=False
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            "--month", "-m", metavar="YYYY-MM", help="The month; by default the last one reported.", show_default=False
        ),
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(
            "--year",
            metavar="YYYY",
            help="The account of a year (2023), quarter (2023-Q3) or half (2023-H1).",
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="The account of several months, from this one on.", show_default=False
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="YYYY-MM", help="Until this month; by default the last one reported.", show_default=False
        ),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan",
            metavar="FILE",
            help="A plan or its fact file: its goals are set against the account, its projects stand in the atlas.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Write all of it: account.json, account.xlsx (reports, doubts, asks, indicators with parts, goals, gaps), account.docx, "
            "indicators.json, flows-metal/energy/carbon/value.svg, atlas.svg, footprint.xlsx. A period: period.json and "
            "account-YYYY-MM.json instead of account.json and account.docx. A network: NAME.reconciled.json.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The account, the period, or the network's result, as one JSON object.")
    ] = False,
    sources: Annotated[
        Path | None,
        typer.Option(
            "--sources", metavar="FILE", help="Your own uncertainties over the shipped ones (yaml).", show_default=False
        ),
    ] = None,
    family_error: Annotated[
        float,
        typer.Option("--family-error", metavar="SHARE", help="Chance that any sound report is doubted."),
    ] = 0.05,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Reconcile reports into one account of a month or a period: what closes, what is doubted, what nobody can know, what to ask for."""
    if not 0 < family_error < 1:
        raise CommandError(f"--family-error {family_error:g}: expected a share between 0 and 1, such as 0.05.")
    if out is not None:
        folder(out)
    when = _when(month, year, first, last)
    if region is None:
        if plan is not None:
            raise CommandError("--plan needs the region of the reports; name its file with --region.")
        return reconcile_network(files, json, out, family_error, language)
    return _reports(files, region, when, plan, json, out, sources, family_error, language)


def _when(month: str | None, year: str | None, first: str | None, last: str | None) -> _When:
    """What the options about time mean. Raises CommandError."""
    given = [name for name, value in (("--month", month), ("--year", year), ("--from or --to", first or last)) if value]
    if len(given) > 1:
        raise CommandError(f"{given[0]} and {given[1]} say two different periods; expected one of them.")
    for name, value in (("--month", month), ("--from", first), ("--to", last)):
        if value is not None and not _MONTH.fullmatch(value):
            raise CommandError(f"{name} {printable(value)[:20]}: expected a month such as 2023-09.")
    if year is not None:
        from lvlian.chain.account.year import months_of

        months = months_of(year)
        if not months:
            raise CommandError(f"--year {printable(year)[:20]}: expected a year, quarter or half such as 2023, 2023-Q3 or 2023-H1.")  # fmt: skip
        return _When(name=year, months=months)
    if first is not None and last is not None:
        return _span(first, last)
    if first is not None:
        return _When(name=f"{first}–", months=(first,))
    if last is not None:
        raise CommandError("--to says where a period ends; name its first month with --from.")
    return _When(month=month or "")


def _span(first: str, last: str) -> _When:
    """All months from `first` to `last`. Raises CommandError."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    if not 0 <= end - start < MOST_MONTHS:
        raise CommandError(f"--from {first} --to {last}: expected 1 to {MOST_MONTHS} months in their order.")
    return _When(name=f"{first}–{last}", months=tuple(f"{m // 12:04d}-{m % 12 + 1:02d}" for m in range(start, end + 1)))


# -- reports
def _reports(
    files: list[Path],
    region_file: Path,
    when: _When,
    plan_file: Path | None,
    json: bool,
    out: Path | None,
    sources_file: Path | None,
    family_error: float,
    language: Speech,
) -> int:
    from lvlian.brief.account_bundle import Bundle
    from lvlian.chain.account.load_region import load_region
    from lvlian.chain.account.sources import load_sources
    from lvlian.chain.account.year import year_account

    region = load_region(region_file)
    _unknown_lines(region, region_file)
    plan = _plan(plan_file, region)
    statements = _statements(files, region, language)
    if statements is None:
        return BAD_INPUT
    when = _chosen(when, sorted({s.month for s in statements}))
    accounts = _accounts(region, statements, when, load_sources(sources_file), family_error)
    period = year_account(accounts, when.name, when.months) if when.months else None
    bundle = Bundle(tuple(accounts), period, plan, language.value)
    read = [*files, region_file, *(f for f in (plan_file, sources_file) if f is not None)]
    if out is not None:
        _write(bundle, out, read, language)
    if json:
        from lvlian.brief.account_bundle import dumped
        from lvlian.chain.account.write_account import to_json

        terminal.result(to_json(bundle.last) if period is None else dumped(bundle.period_data()).decode())
        return DONE
    from lvlian.cli.reconciling_period import show_goals, show_period
    from lvlian.cli.reconciling_shown import show_account

    if period is None:
        show_account(bundle.last, language)
    else:
        show_period(bundle, language)
    if plan is not None:
        show_goals(bundle, language)
    return DONE


def _unknown_lines(region: Region, file: Path) -> None:
    from lvlian.chain.library import load_library

    library = load_library()
    for firm in region.firms:
        for line in firm.lines:
            if line.process not in library.processes:
                terminal.remark(
                    f"{file.name}: firm {firm.id} runs {line.process}, which the library does not know; no balance is made for it."
                )


def _plan(path: Path | None, region: Region) -> dict[str, Any] | None:
    """A plan's facts in their public form; a remark where it is the plan of another region."""
    if path is None:
        return None
    from lvlian.cli.intake import Corrections, take
    from lvlian.plan.export import public_form

    taken = take(path, Corrections())
    for words in taken.remarks:
        terminal.remark(words)
    facts = dict(public_form(taken.facts))
    named = str(facts["document"].get("region") or "")
    if named and named not in region.name and region.name not in named:
        terminal.complain(f"{path.name}: is a plan of {printable(named)}, the reports are of {printable(region.name)}; its goals may not be meant for it.")  # fmt: skip
    return facts


def _chosen(when: _When, months: list[str]) -> _When:
    """The month or the period, held against the months that are reported. Raises CommandError."""
    told = ", ".join(months[:6]) or "none"
    if when.months:
        if when.name.endswith("–"):
            when = _span(when.months[0], months[-1]) if months and months[-1] >= when.months[0] else when
        if not set(when.months) & set(months):
            raise CommandError(f"{when.name}: no report is about a month of it, the reports are about {told}.")
        return when
    chosen = when.month or (months[-1] if months else "")
    if chosen not in months:
        raise CommandError(f"--month {chosen}: no report is about it, the reports are about {told}.")
    return _When(month=chosen)


def _accounts(
    region: Region, statements: list[Statement], when: _When, sources: Sources, family_error: float
) -> list[Account]:
    """The accounts that are wanted. Every earlier month is reconciled too; a month opens with what the one just before it closed with."""
    from lvlian.chain.account.account import make_account
    from lvlian.chain.library import load_library

    library = load_library()
    wanted = set(when.months) or {when.month}
    months = sorted({s.month for s in statements if s.month <= max(wanted)})
    account: Account | None = None
    out = []
    with terminal.meter(len(months), "reconciling") as meter:
        for one in months:
            follows = account is not None and _next(account.month) == one
            account = make_account(
                region,
                one,
                [s for s in statements if s.month == one],
                library,
                before=account if follows else None,
                family_error=family_error,
                sources=sources,
            )
            if one in wanted:
                out.append(account)
            meter.step(one)
    return out


def _next(month: str) -> str:
    count = int(month[:4]) * 12 + int(month[5:])
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _write(bundle: Bundle, out: Path, read: list[Path], language: Speech) -> None:
    """All files or none, and none over one that was read."""
    with terminal.meter(1, "writing"):
        files = {out / name: content for name, content in bundle.files().items()}
    over = next((path for path in files if any(path.resolve() == one.resolve() for one in read)), None)
    if over is not None:
        raise CommandError(f"{over}: would be written over a file that is read; choose another --out.")
    write_files(files)
    names = ", ".join(path.name for path in files)
    terminal.remark(f"写入 {out}：{names}" if language is Speech.ZH else f"The account is in {out}: {names}.")


def _statements(files: list[Path], region: Region, language: Speech) -> list[Statement] | None:
    """All statements of all files; None, after every problem was told, where one file cannot be taken."""
    from lvlian.chain.library import load_library
    from lvlian.chain.report.intake import Expected
    from lvlian.chain.report.names import Names
    from lvlian.chain.report.read_report import read_report

    names = Names(load_library(), region)
    expected = Expected(
        below_zero=True
    )  # a wrong sign is a doubt of the account, which names the figure that would fit
    statements: list[Statement] = []
    fine = True
    seen: dict[tuple[str, ...], str] = {}
    for path in files:
        taken = read_report(path, names, expected)
        for problem in taken.problems[:50]:
            terminal.complain(problem.told(language.value))
        if len(taken.problems) > 50:
            terminal.complain(f"{path.name}: {len(taken.problems) - 50 + taken.more} more problems.")
        fine = fine and taken.ok
        for s in taken.statements:
            key = (s.month, *s.key)
            if key in seen:
                fine = False
                terminal.complain(
                    f"{s.origin}: the same fact of the same party stands in {seen[key]}; it is asked of one party once."
                )
            seen.setdefault(key, str(s.origin))
        statements += taken.statements
    return statements if fine else None
