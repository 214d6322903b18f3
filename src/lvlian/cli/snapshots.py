"""`lvlian snapshot`: sealed snapshots of a quarter, checked and compared by anybody who has the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.options import Debug, Language, Quiet, Speech
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.ledger.snapshot import Change, Snapshot

app = typer.Typer(
    help="Sealed snapshots of a quarter: verify one, compare two.", rich_markup_mode=None, no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
_STYLES = {"broken": "red", "removed": "yellow", "changed": "cyan", "added": "green"}


@app.callback()
def _snapshot() -> None:
    """Sealed snapshots of a quarter: verify one, compare two."""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sealed snapshot.")],
    expected: Annotated[
        str,
        typer.Option(
            "--hash", metavar="SHA256", help="The hash that it must have, as printed on the notice.", show_default=False
        ),
    ] = "",
    json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Tell whether a snapshot is as it was sealed, whose it is, and its hash. Exit status 2 where it was changed."""
    found = _open(file, expected.strip().lower())
    about = found.about
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text(_about(found)))
        return DONE
    tables = ", ".join(f"{name} {count}" for name, count in about.tables.items())
    lines = (
        f"{about.region} {about.quarter}, as of {about.as_of}, sealed {about.sealed_at}",
        f"{len(found.rows)} rows: {tables or 'none'}",
        f"SHA-256 {found.hash}",
        f"previous {about.previous or 'none'}",
    )
    for line in lines:
        terminal.result(f"{printable(line)}\n")
    return DONE


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier sealed snapshot.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later one.")],
    json: AsJson = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help="Tell also promises that were broken before OLD and are still not kept.")
    ] = False,
    language: Language = Speech.ZH,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Print what has changed between two sealed snapshots: promises broken, rows removed, changed, added."""
    from lvlian.ledger.difference import difference

    before, after = _open(old), _open(new)
    if before.about.as_of > after.about.as_of:
        raise CommandError(
            f"{old.name} stands for {before.about.as_of}, {new.name} for {after.about.as_of}: give the earlier one first."
        )
    if before.about.region != after.about.region:
        terminal.remark(f"{old.name} is of {before.about.region}, {new.name} of {after.about.region}.")
    elif after.about.previous and after.about.previous != before.hash:
        terminal.remark(f"{new.name} was not sealed right after {old.name}: it names another snapshot before it.")
    changes = difference(before, after, overdue=overdue)
    if json:
        from lvlian.plan.export import json_text

        told = [_change(one) for one in changes]
        terminal.result(json_text({"old": _about(before), "new": _about(after), "changes": told}))
        return DONE
    _print(before, after, changes, language)
    return DONE


def _open(path: Path, expected: str = "") -> Snapshot:
    """The snapshot of a file. Raises CommandError."""
    from lvlian.ledger.snapshot import LIMIT, SnapshotError, read

    try:
        with path.open("rb") as stream:
            content = stream.read(LIMIT + 1)
    except OSError as error:
        raise CommandError(f"{path}: cannot be read ({error.strerror or error}).") from None
    if len(content) > LIMIT:
        raise CommandError(f"{path.name}: larger than the {LIMIT // 1024 // 1024} MB that are read.")
    try:
        return read(content, expected)
    except SnapshotError as error:
        raise CommandError(f"{path.name}: {error.en}") from None


def _print(before: Snapshot, after: Snapshot, changes: tuple[Change, ...], language: Speech) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from lvlian.brief.dispatch_words import KINDS, field_words, table_words, value_words

    chinese, console = language is Speech.ZH, terminal.console()
    counts = {kind: sum(one.kind == kind for one in changes) for kind in KINDS}
    told = "　".join(f"{words.in_(language.value)} {counts[kind]}" for kind, words in KINDS.items())
    span = f"{before.about.as_of} → {after.about.as_of}"
    console.print(Text(printable(f"{after.about.region} {before.about.quarter} → {after.about.quarter}"), style="bold"))
    console.print(
        Text(f"{span}　{told}" if changes else f"{span}　{'没有变化。' if chinese else 'Nothing has changed.'}")
    )
    if not changes:
        return
    table = Table(box=box.HORIZONTALS, header_style="bright_black", pad_edge=False)
    for heading in (
        ("变化", "类", "事项", "责任单位", "由 → 到", "原因")
        if chinese
        else ("change", "table", "item", "unit", "from → to", "why")
    ):
        table.add_column(heading, overflow="fold")
    for one in changes:
        late = (f" {one.days} 天" if chinese else f" {one.days} days") if one.kind == "broken" and one.days else ""
        fields = "；".join(
            f"{field_words(name, language.value)} {value_words(was)} → {value_words(now)}"
            for name, was, now in one.fields
        )
        cells = (table_words(one.table, language.value), one.label, one.unit or "—", fields, one.why or "—")
        kind = Text(KINDS[one.kind].in_(language.value) + late, style=_STYLES[one.kind])
        table.add_row(kind, *(Text(printable(cell)) for cell in cells))
    console.print(table)


def _about(found: Snapshot) -> dict[str, Any]:
    about = found.about
    return {
        "region": about.region,
        "quarter": about.quarter,
        "as_of": about.as_of.isoformat(),
        "sealed_at": about.sealed_at,
        "previous": about.previous,
        "hash": found.hash,
        "tables": dict(about.tables),
    }


def _change(one: Change) -> dict[str, Any]:
    fields = [{"name": name, "old": was, "new": now} for name, was, now in one.fields]
    return {
        "kind": one.kind,
        "table": one.table,
        "key": one.key,
        "label": one.label,
        "unit": one.unit,
        "days": one.days,
        "why": one.why,
        "fields": fields,
    }
