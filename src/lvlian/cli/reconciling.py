"""`lvlian reconcile`: contradicting reports become one account; or a network in the published form is solved."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.files import write_files
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.reading import Out, folder
from lvlian.cli.status import BAD_INPUT, DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.rows import Row
    from lvlian.chain.account.suspects import Screening
    from lvlian.chain.region import Region
    from lvlian.chain.report.statement import Statement

_CLASS_EN = {
    "redundant": "checked",
    "nonredundant": "unchecked",
    "exact": "exact",
    "observable": "derived",
    "unobservable": "unknown",
}
_MOST_STREAMS = 60
LARGEST_NETWORK = 2_000_000_000


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
    out: Out = None,
    json: Annotated[
        bool, typer.Option("--json", help="The account, or the network's result, as one JSON object.")
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
    """Reconcile reports into one account of a month: what closes, what is doubted, what nobody can know, what to ask for."""
    if not 0 < family_error < 1:
        raise CommandError(f"--family-error {family_error:g}: expected a share between 0 and 1, such as 0.05.")
    if out is not None:
        folder(out)
    if region is None:
        return _network(files, json, out, family_error, language)
    return _reports(files, region, month, json, out, sources, family_error, language)


# -- networks
def _network(files: list[Path], json: bool, out: Path | None, family_error: float, language: Speech) -> int:
    """A problem in the published form."""
    if len(files) != 1 or not _is_network(files[0]):
        names = ", ".join(path.name for path in files[:3])
        raise CommandError(f"{names}: reports need a region; name its file with --region (firms, lines, links).")
    from lvlian.chain.account.case import read_case
    from lvlian.chain.account.suspects import screen
    from lvlian.chain.account.write_case import case_answer

    system, _ = read_case(files[0])
    with terminal.meter(1, "reconciling"):
        screening = screen(system, family_error)
    if json or out is not None:
        text = _dumped(case_answer(screening))
        if out is not None:
            target = out / f"{files[0].stem}.reconciled.json"
            if target.resolve() == files[0].resolve():
                raise CommandError(f"{target}: would be written over the file that is read; choose another --out.")
            write_files({target: text.encode()})
            terminal.remark(f"The result is in {target}.")
        if json:
            terminal.result(text)
            return DONE
    _show_network(screening, files[0].stem, language)
    return DONE


def _is_network(path: Path) -> bool:
    """Whether a file has the form of a network; it is read for good later."""
    try:
        if path.stat().st_size > LARGEST_NETWORK:
            raise CommandError(f"{path.name}: is larger than {LARGEST_NETWORK // 10**9} GB.")
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror or error}).") from None
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return False
    return b'"incidence"' in content or (b'"streams"' in content and b'"measured"' in content)


def _dumped(value: dict[str, Any]) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n"


def _show_network(screening: Screening, name: str, language: Speech) -> None:
    from rich.table import Table
    from rich.text import Text

    chinese = language is Speech.ZH
    console = terminal.console()
    received, system = screening.received, screening.system
    console.print(Text(printable(name), style="bold"))
    console.print(Text(_tested(received.chi2, received.dof, received.limit_95, chinese)))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in (
        ("流", "读数", "平衡后", "标准差", "z", "类") if chinese else ("stream", "reading", "value", "sd", "z", "class")
    ):
        table.add_column(heading, justify="left" if heading in ("流", "stream", "类", "class") else "right")
    from lvlian.chain.account.solution import CLASS_ZH, CLASSES

    read = {int(k): r for r, k in enumerate(system.stream)}
    shown = list(range(min(system.size, _MOST_STREAMS)))
    for k in shown:
        r = read.get(k)
        kind = CLASSES[int(received.kind[k])]
        table.add_row(
            printable(system.name(k)),
            "—" if r is None else f"{system.reading[r]:.6g}",
            _cell(received.value[k]),
            _cell(received.sd[k], 3),
            "—" if r is None or math.isnan(received.z[r]) else f"{received.z[r]:+.1f}",
            CLASS_ZH[kind] if chinese else _CLASS_EN[kind],
        )
    console.print(table)
    if system.size > len(shown):
        rest = system.size - len(shown)
        console.print(Text(f"另有 {rest} 条流，见 --json。" if chinese else f"{rest} more streams, see --json."))
    for s in screening.suspects[:_MOST_STREAMS]:
        stream = system.name(int(system.stream[s.reading]))
        words = (
            f"■ {stream} 读数 {s.reported:.6g}，其余推得 {s.implied:.6g} ± {s.sd:.3g}，z = {s.z:+.1f}"
            if chinese
            else f"■ {stream} reads {s.reported:.6g}, all others imply {s.implied:.6g} ± {s.sd:.3g}, z = {s.z:+.1f}"
        )
        console.print(Text(printable(words), style="red"))
    for one in screening.sets[:_MOST_STREAMS]:
        names = ", ".join(system.name(int(system.stream[m.reading])) for m in one.members)
        words = (
            f"▲ 分不开的一组，{one.count} 项错：{names}"
            if chinese
            else f"▲ {one.count} of these, and nothing says which: {names}"
        )
        console.print(Text(printable(words), style="yellow"))


def _cell(value: float, digits: int = 6) -> str:
    return "—" if math.isnan(value) else f"{value:.{digits}g}"


def _tested(chi2: float, dof: int, limit: float, chinese: bool) -> str:
    if not dof:
        return "没有可检的平衡" if chinese else "nothing to test"
    fits = chi2 <= limit
    verdict = ("合" if fits else "不合") if chinese else ("closes" if fits else "does not close")
    name = "自由度" if chinese else "degrees of freedom"
    return (
        f"χ² {chi2:,.1f} {'≤' if fits else '>'} {limit:.1f}（{name} {dof}）{verdict}"
        if chinese
        else f"χ² {chi2:,.1f} {'≤' if fits else '>'} {limit:.1f} ({name} {dof}): {verdict}"
    )


# -- reports
def _reports(
    files: list[Path],
    region_file: Path,
    month: str | None,
    json: bool,
    out: Path | None,
    sources_file: Path | None,
    family_error: float,
    language: Speech,
) -> int:
    from lvlian.chain.account.account import make_account
    from lvlian.chain.account.load_region import load_region
    from lvlian.chain.account.sources import load_sources
    from lvlian.chain.account.write_account import to_json
    from lvlian.chain.library import load_library

    region = load_region(region_file)
    sources = load_sources(sources_file)
    library = load_library()
    for firm in region.firms:
        for line in firm.lines:
            if line.process not in library.processes:
                terminal.remark(
                    f"{region_file.name}: firm {firm.id} runs {line.process}, which the library does not know; no balance is made for it."
                )
    statements = _statements(files, region, language)
    if statements is None:
        return BAD_INPUT
    months = sorted({s.month for s in statements})
    chosen = month or (months[-1] if months else "")
    if chosen not in months:
        told = ", ".join(months[:6]) or "none"
        raise CommandError(f"--month {chosen}: no report is about it, the reports are about {told}.")
    account: Account | None = None
    with terminal.meter(sum(m <= chosen for m in months), "reconciling") as meter:
        for one in (m for m in months if m <= chosen):
            account = make_account(
                region,
                one,
                [s for s in statements if s.month == one],
                library,
                before=account,
                family_error=family_error,
                sources=sources,
            )
            meter.step(one)
    assert account is not None
    text = to_json(account) if json or out is not None else ""
    if out is not None:
        target = out / "account.json"
        if any(target.resolve() == path.resolve() for path in [*files, region_file]):
            raise CommandError(f"{target}: would be written over a file that is read; choose another --out.")
        write_files({target: text.encode()})
        terminal.remark(f"The account is in {target}.")
    if json:
        terminal.result(text)
    else:
        _show(account, language)
    return DONE


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


def _show(account: Account, language: Speech) -> None:
    """The account for the eye: rows, tests, doubts, what to ask."""
    from rich.text import Text

    chinese = language is Speech.ZH
    console = terminal.console()
    region = account.region
    label = "  （模拟）" if region.simulated and chinese else "  (simulated)" if region.simulated else ""
    console.print(
        Text(f"{printable(region.name)} {account.month} {'链账' if chinese else 'account'}{label}", style="bold")
    )
    count = account.count()
    if chinese:
        words = f"可查 {count['redundant']}  不可查 {count['nonredundant']}  可推得 {count['observable']}  推不得 {count['unobservable']}"
    else:
        words = "  ".join(f"{_CLASS_EN[k]} {n}" for k, n in count.items() if n)
    console.print(Text(words))
    for at, test in enumerate(account.removals):
        if at in (0, len(account.removals) - 1):
            head = ("收到时" if at == 0 else "平衡后") if chinese else ("as received" if at == 0 else "after removals")
            console.print(Text(f"{head} {_tested(test.chi2, test.dof, test.limit, chinese)}"))
    console.print(_table(account, chinese))
    for finding in account.findings:
        if finding.code in ("account-open", "account-closes"):
            continue
        style = {"conflict": "red", "gap": "cyan", "notice": "yellow"}.get(finding.severity, "")
        mark = {"conflict": "■", "gap": "○", "notice": "▲"}.get(finding.severity, "●")
        console.print(
            Text(f"{mark} {printable(finding.message_zh if chinese else finding.message_en)}", style=style),
            soft_wrap=True,
        )
        for line in finding.arithmetic:
            console.print(Text("    " + printable(line)), soft_wrap=True)
        for fact in finding.facts:
            if fact.section:
                console.print(Text("    " + printable(fact.section), style="dim"), soft_wrap=True)
    if account.asks:
        console.print()
        console.print(Text("要什么才能定" if chinese else "What to ask for", style="bold"))
    from lvlian.chain.account.wording import ask_words

    for ask in account.asks:
        console.print(Text("  " + printable(ask_words(account, ask, chinese))), soft_wrap=True)


def _table(account: Account, chinese: bool) -> Any:
    from rich.table import Table
    from rich.text import Text

    from lvlian.chain.account.solution import CLASS_ZH

    table = Table(box=None, padding=(0, 2, 0, 0))
    headings = (
        ("流", "谁报", "报数", "平衡后", "± 80%", "改动", "z", "类", "像")
        if chinese
        else ("flow", "reported by", "reported", "balanced", "± 80%", "change", "z", "class", "looks like")
    )
    for at, heading in enumerate(headings):
        table.add_column(heading, justify="right" if 2 <= at <= 6 else "left", no_wrap=at > 1)
    group = ""
    for row in account.rows:
        if row.group != group:
            group = row.group
            table.add_row(Text(printable(row.group_zh if chinese else row.group_en), style="bold"))
        style = "yellow" if row.mark else "dim" if row.reading is None else ""
        table.add_row(
            Text(("  " if row.depth else "") + printable(row.label_zh if chinese else row.label_en), style=style),
            Text(printable(row.who_zh if chinese else row.who_en), style=style),
            Text(_reported(row, chinese), style="strike" if row.struck else style),
            Text(_balanced(row, chinese), style=style),
            Text(_amount(row.half, row.unit), style=style),
            Text(_signed(row.change, row.unit), style=style),
            Text(
                "—" if math.isnan(row.z) else "≥ 99" if abs(row.z) >= 99 else f"{row.z:+.1f}".replace("-", "−"),
                style=style,
            ),
            Text(CLASS_ZH[row.kind] if chinese else _CLASS_EN[row.kind], style=style),
            Text(printable(row.mark_zh if chinese else row.mark_en), style=style),
        )
    return table


def _amount(value: float, unit: str) -> str:
    from lvlian.chain.account.labels import amount

    return "—" if not math.isfinite(value) else amount(value, unit).split(" ")[0]


def _reported(row: Row, chinese: bool) -> str:
    from lvlian.chain.account.labels import amount

    if row.reading is None:
        return "没报" if chinese else "not reported"
    return amount(row.reported, row.unit, chinese)


def _balanced(row: Row, chinese: bool) -> str:
    if math.isnan(row.value):
        if math.isinf(row.high):
            return "推不得" if chinese else "unknown"
        return f"{_amount(row.low, row.unit)}–{_amount(row.high, row.unit)}"
    if row.in_set is not None:
        return f"{_amount(row.value, row.unit)} {'或不动' if chinese else 'or as is'}"
    return _amount(row.value, row.unit)


def _signed(value: float, unit: str) -> str:
    text = _amount(value, unit)
    return text if text == "—" or text.startswith("−") or text == "0" else f"+{text}"
