"""`lvlian report`: the forms that firms fill in each month, and what they hand back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.status import BAD_INPUT, DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.region import Region
    from lvlian.chain.report.names import Names
    from lvlian.chain.report.preview import Preview
    from lvlian.chain.report.problem import Import
    from lvlian.chain.report.statement import Statement

app = typer.Typer(
    help="Forms that firms fill in each month, and what they hand back.", rich_markup_mode=None, no_args_is_help=True
)

RegionFile = Annotated[
    Path,
    typer.Option("--region", "-r", metavar="REGION", help="The region: its firms, lines and links (yaml or json)."),
]
Reports = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Reports as xlsx, CSV or JSON.")]
Month = Annotated[
    str,
    typer.Option("--month", "-m", metavar="YYYY-MM", help="The month that the reports are for.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
LibraryFolder = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="A folder with your own goods and processes.", show_default=False),
]
_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
_STYLES = {"added": "green", "changed": "cyan", "withdrawn": "yellow", "unchanged": "bright_black"}
_MOST_SHOWN = 60


@app.callback()
def _report() -> None:
    """Forms that firms fill in each month, and what they hand back."""


@app.command()
def template(
    region: RegionFile,
    month: Month,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder that the forms are written into.")
    ],
    firm: Annotated[
        list[str] | None,
        typer.Option("--firm", metavar="FIRM", help="Only this firm; may be repeated.", show_default=False),
    ] = None,
    last: Annotated[
        list[Path] | None,
        typer.Option(
            "--last",
            metavar="FILE",
            help="Reports of the month before, shown beside; may be repeated.",
            show_default=False,
        ),
    ] = None,
    library: LibraryFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Write the Excel forms of a month, one for each firm that is asked anything."""
    from lvlian.brief.report_template import template_bytes
    from lvlian.chain.report.form import form_of
    from lvlian.cli.files import write_files

    place, goods, names = _ground(region, library)
    when = _month(month)
    before = _all_of([_read(path, names) for path in last or ()], Speech.EN)
    wanted = [names.firm(word) for word in firm or ()] or [one.id for one in place.firms]
    files: dict[Path, bytes] = {}
    for one in place.firms:
        asked = form_of(one, place, goods, when, held=before) if one.id in wanted else None
        if asked is not None and asked.items:
            files[out / f"{_safe(one.short or one.id)}-{when}.xlsx"] = template_bytes(
                asked, place, goods, before=before
            )
    if not files:
        raise CommandError(f"{region.name}: none of the firms asked for is asked anything in {when}.")
    write_files(files)
    for path in files:
        terminal.result(f"{printable(str(path))}\n")
    return DONE


@app.command()
def check(
    files: Reports,
    region: RegionFile,
    month: Month = "",
    json: AsJson = False,
    library: LibraryFolder = None,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Tell every problem of reports by sheet and cell. Exit status 2 where there is one."""
    names = _ground(region, library)[2]
    imports = [_read(path, names, _month(month) if month else "") for path in files]
    if json:
        _json([_told(one) for one in imports])
    else:
        for one in imports:
            _show_problems(one, language)
            state = (
                f"{len(one.statements)} 个报数，{one.skipped} 项没报"
                if one.ok
                else f"{len(one.problems) + one.more} 处不对，未读入"
            )
            state_en = (
                f"{len(one.statements)} statements, {one.skipped} items not reported"
                if one.ok
                else f"{len(one.problems) + one.more} problem(s), nothing taken"
            )
            terminal.result(f"{printable(one.name)}{'：' if language is Speech.ZH else ': '}")
            terminal.result(f"{state if language is Speech.ZH else state_en}\n")
    return DONE if all(one.ok for one in imports) else BAD_INPUT


@app.command(name="import")
def import_reports(
    files: Reports,
    region: RegionFile,
    into: Annotated[
        Path,
        typer.Option("--into", metavar="HELD.json", help="The statements that are held; made where it is missing."),
    ],
    month: Month = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change and write nothing.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="The files are not all that their firms report: leave out nothing.")
    ] = False,
    json: AsJson = False,
    library: LibraryFolder = None,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Take reports into a file of statements, all or nothing; show what changes and what looks wrong at the door."""
    from lvlian.chain.report.preview import preview
    from lvlian.chain.report.write_statements import json_text
    from lvlian.cli.files import write_files
    from lvlian.cli.reading import refuse_input_as_output

    refuse_input_as_output(files, [into], "--into")
    place, _, names = _ground(region, library)
    imports = [_read(path, names, _month(month) if month else "") for path in files]
    new = _all_of(imports, language)
    held = _all_of([_read(into, names)], language) if into.exists() else ()
    told = preview(new, held, whole=not partial, names=names)
    if json:
        _json(_preview_json(told))
    else:
        _show_preview(told, names, language)
    if dry_run:
        return DONE
    simulated = place.simulated or any(one.simulated for one in imports)
    kept = _merged(told, held)
    write_files({into: json_text(kept, region=place.name, simulated=simulated).encode()})
    terminal.remark(f"{into}: {len(kept)} statements.")
    return DONE


# ---- reading ---------------------------------------------------------------------------------------------------------


def _ground(path: Path, folder: Path | None) -> tuple[Region, Library, Names]:
    from lvlian.chain.account.load_region import load_region
    from lvlian.chain.library import load_library
    from lvlian.chain.report.names import Names

    region = load_region(path)
    library = load_library(folder) if folder is not None else load_library()
    return region, library, Names(library, region)


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise CommandError(f"--month {printable(text)}: expected a month as YYYY-MM.")
    return text


def _read(path: Path, names: Names, month: str = "") -> Import:
    from lvlian.chain.report.intake import Expected
    from lvlian.chain.report.read_report import read_report

    return read_report(path, names, Expected(month=month))


def _all_of(imports: Sequence[Import], language: Speech) -> tuple[Statement, ...]:
    """The statements of all imports, or none. Raises CommandError after every problem was told."""
    for one in imports:
        _show_problems(one, language)
    wrong = [one for one in imports if not one.ok]
    if wrong:
        count = sum(len(one.problems) + one.more for one in wrong)
        raise CommandError(f"{', '.join(one.name for one in wrong)}: {count} problem(s); nothing was taken.")
    seen: dict[tuple[str, ...], Statement] = {}
    for statement in (found for part in imports for found in part.statements):
        first = seen.setdefault((statement.month, *statement.key), statement)
        if first is not statement:
            raise CommandError(f"{statement.origin}: this was already reported at {first.origin}; give each fact once.")
    return tuple(seen.values())


def _merged(told: Preview, held: Sequence[Statement]) -> list[Statement]:
    """What is held afterwards: new statements in the place of old ones; what was withdrawn stays, marked so."""
    from dataclasses import replace

    after: dict[tuple[str, ...], Statement] = {(one.month, *one.key): one for one in held}
    for change in told.changes:
        key = (change.statement.month, *change.statement.key)
        if change.kind in ("added", "changed"):
            after[key] = change.statement
        elif change.kind == "withdrawn":
            after[key] = replace(change.old or change.statement, used=False)
    return sorted(after.values(), key=lambda one: (one.month, *one.key))


def _safe(name: str) -> str:
    """A firm's name as part of a file's name."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", name).strip(". ")[:60] or "firm"


# ---- showing ---------------------------------------------------------------------------------------------------------


def _show_problems(one: Import, language: Speech) -> None:
    for problem in one.problems:
        terminal.complain(problem.told(language.value))
    if one.more:
        terminal.complain(f"{one.name}: … {one.more} more.")


def _show_preview(told: Preview, names: Names, language: Speech) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from lvlian.chain.report.preview import KIND_ZH, KINDS

    chinese, console = language is Speech.ZH, terminal.console()
    counts = told.counts
    console.print(
        Text("　".join(f"{KIND_ZH[kind] if chinese else kind} {counts[kind]}" for kind in KINDS), style="bold")
    )
    rows = [change for change in told.changes if change.kind != "unchanged"]
    if rows:
        table = Table(box=box.HORIZONTALS, header_style="bright_black", pad_edge=False)
        for heading in ("", "报数", "原", "现", "变化") if chinese else ("", "statement", "old", "new", "change"):
            table.add_column(
                heading, justify="right" if heading in ("原", "现", "变化", "old", "new", "change") else "left"
            )
        for change in rows[:_MOST_SHOWN]:
            share = change.share
            table.add_row(
                Text(KIND_ZH[change.kind] if chinese else change.kind, style=_STYLES[change.kind]),
                Text(printable(_line(change.statement, names, chinese))),
                Text(_figure(change.old)),
                Text(_figure(change.new)),
                Text("" if share is None else f"{share:+.1%}"),
            )
        console.print(table)
        if len(rows) > _MOST_SHOWN:
            console.print(Text(f"… {len(rows) - _MOST_SHOWN}"))
    for finding in told.doubts:
        words = finding.message_zh if chinese else finding.message_en
        console.print(Text(printable(f"▲ {words}　{'　'.join(finding.arithmetic)}"), style="yellow"))


def _line(one: Statement, names: Names, chinese: bool) -> str:
    from lvlian.chain.report.statement import ITEMS

    item = ITEMS[one.item] if chinese else one.item
    about = f"（{names.shown('firm', one.firm)}）" if one.firm else ""
    partner = f" {'←' if one.item == 'received' else '→'} {names.shown('partner', one.partner)}" if one.partner else ""
    process = f" {names.shown('process', one.process)}" if one.process else ""
    return (
        f"{names.shown('firm', one.party)}{about} {one.month} {names.shown('good', one.good)} {item}{process}{partner}"
    )


def _figure(one: Statement | None) -> str:
    if one is None:
        return "—"
    from lvlian.chain.report.units import told
    from lvlian.quantity.show import show

    return f"{one.value:.2%}" if one.item == "content" else show(one.value, told(one.unit), digits=4)


def _json(data: Any) -> None:
    from lvlian.plan.export import json_text

    terminal.result(json_text(data))


def _told(one: Import) -> dict[str, Any]:
    from lvlian.chain.report.write_statements import records

    return {
        "file": one.name,
        "ok": one.ok,
        "simulated": one.simulated,
        "skipped": one.skipped,
        "problems": [
            {
                "code": p.code,
                "file": p.origin.file,
                "sheet": p.origin.sheet,
                "cell": p.origin.cell,
                "zh": p.zh,
                "en": p.en,
            }
            for p in one.problems
        ],
        "more": one.more,
        "statements": records(one.statements),
    }


def _preview_json(told: Preview) -> dict[str, Any]:
    from lvlian.chain.report.write_statements import records

    def record(one: Statement | None) -> Any:
        return None if one is None else records([one])[0]

    return {
        "counts": dict(told.counts),
        "changes": [
            {"kind": c.kind, "old": record(c.old), "new": record(c.new), "share": c.share} for c in told.changes
        ],
        "doubts": [finding.to_json() for finding in told.doubts],
    }
