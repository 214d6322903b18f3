"""`lvlian compare`: what a second reader, a language model, reads otherwise than the rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lvlian.cli import terminal
from lvlian.cli.intake import corrected, read_facts
from lvlian.cli.options import CorrectionsFile, Debug, File, LexiconFolder, NoCorrections, Quiet
from lvlian.cli.reading import choice
from lvlian.cli.session import use_lexicon
from lvlian.cli.status import DONE, CommandError, printable

if TYPE_CHECKING:
    from lvlian.plan.agreement import Pair
    from lvlian.plan.facts import Fact, PlanFacts
    from lvlian.plan.second_reader import SecondReading


def compare(
    file: File,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            envvar="LVLIAN_READER_URL",
            metavar="URL",
            help="Base address of an OpenAI-compatible endpoint.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", envvar="LVLIAN_READER_MODEL", metavar="NAME", help="The model's name there.", show_default=False
        ),
    ] = None,
    key_file: Annotated[
        Path | None,
        typer.Option(
            "--key-file", metavar="FILE", help="A file with the key, instead of LVLIAN_READER_KEY.", show_default=False
        ),
    ] = None,
    timeout: Annotated[float, typer.Option("--timeout", metavar="SECONDS", help="For one answer.")] = 120.0,
    max_requests: Annotated[
        int, typer.Option("--max-requests", min=1, metavar="N", help="Refuse documents that take more.")
    ] = 300,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="List also what both readers agree on.")] = False,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Have a language model read the document too, and list where it and the rules disagree.

    The text is sent to the endpoint that you name. Nothing is merged: `lvlian correct` takes over what you find right.
    """
    from lvlian.plan.agreement import compare_readings
    from lvlian.plan.endpoint import Endpoint
    from lvlian.plan.second_reader import parts_of, read_again

    if not url or not model:
        raise CommandError(
            "no second reader is set up: give --url and --model, or LVLIAN_READER_URL and LVLIAN_READER_MODEL."
        )
    endpoint = Endpoint(url=url, model=model, key=_key(key_file), timeout=timeout)
    use_lexicon()
    taken = corrected(read_facts(file), file, choice([file], corrections, no_corrections))
    for words in taken.remarks:
        terminal.remark(words)
    parts = parts_of(taken.facts)
    terminal.remark(f"{file.name}: its text goes to {endpoint.host} in {len(parts)} request(s).")
    if endpoint.is_exposed:
        terminal.remark(f"{endpoint.host}: text and key travel without encryption (http).")
    with terminal.meter(len(parts), "second reader") as meter:
        reading = read_again(taken.facts, endpoint, max_requests=max_requests, told=meter.step)
    pairs = compare_readings(taken.facts, reading.facts, [(part.start, part.end) for part, _ in reading.unread])
    for part, why in reading.unread:
        terminal.complain(
            f"{file.name}: characters {part.start} to {part.end} were not read by the second reader: {why}."
        )
    shown = [pair for pair in pairs if everything or pair.state != "agreed"]
    if json:
        from lvlian.plan.export import json_text

        terminal.result(json_text(_form(taken.facts, model, pairs, shown, reading)))
    else:
        _show(pairs, shown, reading)
    return DONE


def _key(file: Path | None) -> str:
    """The key, from a file or the environment: on the command line every user of the machine could read it."""
    import os

    if file is None:
        return os.environ.get("LVLIAN_READER_KEY", "").strip()
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"--key-file {file}: cannot be read ({getattr(error, 'strerror', None) or 'not a text'})."
        ) from None


def _counts(pairs: list[Pair]) -> dict[str, int]:
    from lvlian.plan.agreement import STATES

    counts = Counter(pair.state for pair in pairs)
    return {state: counts[state] for state in STATES}


def _form(facts: PlanFacts, model: str, pairs: list[Pair], shown: list[Pair], reading: SecondReading) -> dict[str, Any]:
    return {
        "document": facts.name,
        "model": model,
        "counts": {**_counts(pairs), "refused": len(reading.refused)},
        "disagreements": [pair.to_json() for pair in shown],
        "refused": [refusal.to_json() for refusal in reading.refused],
        "unread": [{"start": part.start, "end": part.end, "reason": why} for part, why in reading.unread],
    }


def _show(pairs: list[Pair], shown: list[Pair], reading: SecondReading) -> None:
    counts = _counts(pairs)
    told = ", ".join(f"{state.replace('_', ' ')} {count}" for state, count in counts.items())
    terminal.result(f"{told}, refused {len(reading.refused)}\n")
    for pair in shown:
        fact = pair.rules or pair.model
        if fact is None:
            continue
        number = f"{pair.kind}:{pair.rules_number}" if pair.rules_number is not None else pair.kind
        terminal.result(f"\n{pair.state.replace('_', ' ')}  {number}  “{printable(''.join(fact.quote.split()))}”\n")
        for name, one, other in pair.fields:
            terminal.result(f"  {name}: rules {_value(one)}, model {_value(other)}\n")
        if not pair.fields:
            terminal.result(f"  {_told(fact)}\n")


def _told(fact: Fact) -> str:
    from lvlian.plan.fields import own_values

    return "  ".join(f"{name}={_value(value)}" for name, value in own_values(fact).items() if value not in (None, ()))


def _value(value: Any) -> str:
    from lvlian.plan.fields import plain_number

    return (
        "、".join(printable(part) for part in value)
        if isinstance(value, tuple)
        else printable(str(plain_number(value)))
    )
