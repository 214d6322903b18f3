"""`lvlian correct`: a person's decisions about facts, kept in a small file beside the document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.explaining import address
from lvlian.cli.files import write_files
from lvlian.cli.intake import read_facts
from lvlian.cli.options import CorrectionsFile, Debug, File, LexiconFolder, Quiet
from lvlian.cli.session import use_lexicon
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.plan.review import Review


def correct(
    file: File,
    fact: Annotated[
        str | None,
        typer.Option(
            "--fact", metavar="KIND:N", help="The fact, by its place in the JSON form, from 0.", show_default=False
        ),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Correct a field of the fact; may be repeated. `null` empties it.",
            show_default=False,
        ),
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="The fact was read right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="The text says no such thing; needs --reason.")] = False,
    add: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--add",
            metavar="KIND JSON",
            help="Add a fact that was missed: its fields, with the quote that carries it.",
            show_default=False,
        ),
    ] = None,
    drop: Annotated[
        int | None,
        typer.Option("--drop", metavar="N", min=1, help="Take back correction N of the list.", show_default=False),
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.", show_default=False)] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why.", show_default=False)] = "",
    corrections: CorrectionsFile = None,
    json: Annotated[bool, typer.Option("--json", help="List the corrections as JSON.")] = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Correct, accept, reject or add facts; the decisions are applied whenever the document is read.

    With FILE alone the corrections are listed, with what became of each.
    """
    acts = sum((bool(values), accept, reject, add is not None, drop is not None))
    if acts > 1:
        raise CommandError("--set, --accept, --reject, --add and --drop: give one of them.")
    if (values or accept or reject) and fact is None:
        raise CommandError("--set, --accept and --reject need --fact KIND:N.")
    if fact is not None and not (values or accept or reject):
        raise CommandError("--fact needs --set FIELD=VALUE, --accept or --reject.")
    use_lexicon()
    review, path = _review(file, corrections)
    if acts == 0:
        _list(review, json)
        return DONE
    before = review.overlay.entries
    if drop is not None:
        review = review.drop(drop)
    elif add is not None:
        review = review.add(add[0], _record(*add), by=by, reason=reason)
    elif fact is not None:
        kind, number = address(fact)
        if accept:
            review = review.accept(kind, number, by=by, reason=reason)
        elif reject:
            review = review.reject(kind, number, by=by, reason=reason)
        else:
            review = review.correct(kind, number, _values(kind, values or []), by=by, reason=reason)
    if review.overlay.entries == before:
        terminal.remark(f"{file.name}: nothing to change, {path.name} already says so.")
        return DONE
    _save(review, path)
    terminal.remark(f"{file.name}: {len(review.overlay.entries)} correction(s) in {path}.")
    return DONE


def _review(file: Path, corrections: Path | None) -> tuple[Review, Path]:
    from lvlian.plan.overlay_file import load_overlay, overlay_path
    from lvlian.plan.review import Review

    path = corrections or overlay_path(file)
    facts = read_facts(file)
    overlay = load_overlay(path) if path.exists() else None
    return Review.of(facts, overlay), path


def _save(review: Review, path: Path) -> None:
    from lvlian.plan.overlay_file import dump_overlay

    write_files({path: dump_overlay(review.overlay).encode("utf-8", "replace")})


def _values(kind: str, pairs: list[str]) -> dict[str, Any]:
    from lvlian.plan.fields import value_of_text

    out = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise CommandError(f"--set {pair}: expected FIELD=VALUE, for instance value=900.")
        out[name.strip()] = value_of_text(kind, name.strip(), text.strip())
    return out


def _record(kind: str, text: str) -> dict[str, Any]:
    import json

    from lvlian.plan.fields import own_fields

    own_fields(kind)
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"--add {kind}: the fact is not valid JSON ({error}).") from None
    if not isinstance(record, dict):
        raise CommandError(f"--add {kind}: expected a JSON object with the fields of the fact and its quote.")
    return record


def _list(review: Review, as_json: bool) -> None:
    from lvlian.plan.fields import plain_number

    rows: list[dict[str, Any]] = []
    for number, outcome in enumerate(review.report.outcomes, 1):
        entry = outcome.entry
        rows.append(
            {
                "number": number,
                "action": entry.action,
                "state": outcome.state,
                "note": outcome.note,
                "kind": entry.address.kind,
                "quote": entry.address.quote,
                "occurrence": entry.address.occurrence,
                "was": {k: plain_number(v) for k, v in entry.was.items()},
                "set": {k: plain_number(v) for k, v in entry.set.items()},
                "by": entry.by,
                "reason": entry.reason,
            }
        )
    if as_json:
        from lvlian.plan.export import json_text

        terminal.result(json_text(rows))
        return
    for row in rows:
        changes = ""
        if row["action"] == "correct":
            changes = ", ".join(
                f"{name}: {_shown(row['was'].get(name))} → {_shown(value)}" for name, value in row["set"].items()
            )
        words = "".join(row["quote"].split())
        parts = [
            f"{row['number']}. {row['action']} {row['kind']} “{words}”",
            changes,
            row["reason"],
            row["by"] and f"by {row['by']}",
        ]
        state = f"[{row['state']}{': ' + row['note'] if row['note'] else ''}]"
        terminal.result(printable("  ".join(part for part in (*parts, state) if part)) + "\n")
    if not rows:
        terminal.remark(f"{review.read.name}: no corrections yet.")


def _shown(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else "null" if value is None else str(value)
