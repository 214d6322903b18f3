"""`lvlian ledger`: what a plan becomes in the registers, with stages, promises and lights on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lvlian.cli import terminal
from lvlian.cli.intake import Corrections, take
from lvlian.cli.options import (
    CorrectionsFile,
    Debug,
    Files,
    Jobs,
    Language,
    LexiconFolder,
    NoCorrections,
    Quiet,
    Speech,
)
from lvlian.cli.reading import choice, refuse_input_as_output
from lvlian.cli.status import BAD_INPUT, DONE, NOT_MET, CommandError, printable

if TYPE_CHECKING:
    from lvlian.brief.register import Register
    from lvlian.ledger.track import Track

LIGHTS = ("bad", "warn", "none", "ok")
TracksFolder = Annotated[
    Path | None,
    typer.Option(
        "--tracks", metavar="DIR", help="A folder with your own tracks, laid over the shipped ones.", show_default=False
    ),
]


class Grave(StrEnum):
    """The light from which on entries make the exit status 1."""

    BAD = "bad"
    WARN = "warn"


def ledger(
    files: Files,
    today: Annotated[
        str | None,
        typer.Option(
            "--today", metavar="YYYY-MM-DD", help="The day that lights are for; today if not given.", show_default=False
        ),
    ] = None,
    issued: Annotated[
        str | None,
        typer.Option(
            "--issued",
            metavar="YYYY-MM-DD",
            help="When the plan was issued, where its document does not say it.",
            show_default=False,
        ),
    ] = None,
    track: Annotated[
        list[str] | None,
        typer.Option(
            "--track",
            metavar="KEY",
            help="Only this register; may be repeated (lvlian tracks lists them).",
            show_default=False,
        ),
    ] = None,
    light: Annotated[
        list[str] | None,
        typer.Option(
            "--light",
            metavar="LIGHT",
            help="Only entries with these lights: bad, warn, none, ok, joined by commas.",
            show_default=False,
        ),
    ] = None,
    tracks: TracksFolder = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON: one object for one FILE, a list for several.")] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option("--xlsx", metavar="OUT", help="Write an Excel workbook to this file.", show_default=False),
    ] = None,
    fail_on: Annotated[
        Grave | None,
        typer.Option(
            "--fail-on",
            help="Exit status 1 when an entry that is shown has this light or a worse one.",
            show_default=False,
        ),
    ] = None,
    language: Language = Speech.ZH,
    corrections: CorrectionsFile = None,
    no_corrections: NoCorrections = False,
    jobs: Jobs = None,
    lexicon: LexiconFolder = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> int:
    """Make a ledger of plans: projects, land, works, duties and routines with their stage, dates, units and lights."""
    day, since, lights = day_of("--today", today), day_of("--issued", issued), _lights(light)
    if since is not None and len(files) > 1:
        raise CommandError("--issued belongs to one document; give one FILE with it.")
    if xlsx is not None:
        refuse_input_as_output(files, [xlsx], "--xlsx")
    known = tracks_of(tracks)
    for key in track or ():
        known_track(known, key)
    how = choice(files, corrections, no_corrections)
    registers, code = _registers(files, how, known, day or date.today(), since, jobs)
    shown = [register.only(tracks=track or (), lights=lights) for register in registers]
    if code == DONE and fail_on is not None and any(_reached(register, fail_on) for register in shown):
        code = NOT_MET
    if xlsx is not None and shown:
        from lvlian.brief.register_sheets import register_workbook
        from lvlian.cli.files import write_files

        write_files({xlsx: register_workbook(shown, language=language.value)})
        terminal.remark(f"{sum(len(register.entries) for register in shown)} entries written to {xlsx}.")
    if json:
        from lvlian.plan.export import json_text

        forms = [register.to_json() for register in shown]
        if len(files) > 1 or forms:
            terminal.result(json_text(forms if len(files) > 1 else forms[0]))
    elif xlsx is None:
        from lvlian.brief.register_terminal import print_register

        for register in shown:
            print_register(register, terminal.console(), language=language.value)
    elif shown:
        terminal.result(f"{printable(str(xlsx))}\n")
    return code


def day_of(option: str, text: str | None) -> date | None:
    """The day of an option. Raises CommandError."""
    if text is None:
        return None
    try:
        if len(text) == len("2023-10-12"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CommandError(f"{option} {text}: expected a day as YYYY-MM-DD.")


def tracks_of(folder: Path | None) -> dict[str, Track]:
    """The tracks that ship, with those of a folder on top. Raises TrackError."""
    from lvlian.ledger.load import load_tracks

    return load_tracks(*([folder] if folder is not None else []))


def known_track(tracks: Mapping[str, Track], key: str) -> Track:
    """The track of a key. Raises CommandError and names the nearest."""
    from lvlian.ledger.yaml_file import nearest

    if key not in tracks:
        raise CommandError(f"track {key[:60]!r}: there is none of this name, {nearest(key, tracks)}.")
    return tracks[key]


def _lights(given: Sequence[str] | None) -> tuple[str, ...]:
    """`bad,warn` as lights. Raises CommandError."""
    out = [word.strip() for text in given or () for word in text.split(",")]
    for word in out:
        if word not in LIGHTS:
            raise CommandError(f"--light {word[:60]}: no such light, expected {', '.join(LIGHTS)}.")
    return tuple(dict.fromkeys(out))


def _registers(
    files: Sequence[Path],
    how: Corrections,
    tracks: Mapping[str, Track],
    today: date,
    issued: date | None,
    jobs: int | None,
) -> tuple[list[Register], int]:
    """The register of every file, in order, and the exit status so far: 2 where one could not be read."""
    from lvlian.cli.batch import run_batch

    registers, code = [], DONE
    for done in run_batch(partial(_register, how, tracks, today, issued), files, jobs, "reading"):
        if done.value is None:
            code = BAD_INPUT
            continue
        register, remarks = done.value
        for words in remarks:
            terminal.remark(words)
        registers.append(register)
    return registers, code


def _register(
    how: Corrections, tracks: Mapping[str, Track], today: date, issued: date | None, path: Path
) -> tuple[Register, tuple[str, ...]]:
    from lvlian.brief.register import RegisterError, register_of

    taken = take(path, how)
    try:
        register = register_of(taken.facts, today=today, tracks=tracks, issued=issued)
    except RegisterError as error:
        raise CommandError(f"{path.name}: {error}.") from None
    remarks = taken.remarks
    if register.issued is None:
        remarks = (
            *remarks,
            f"{path.name}: the day of issue is not in it, entries are open since {today}; --issued gives it.",
        )
    return register, remarks


def _reached(register: Register, threshold: Grave) -> bool:
    from lvlian.ledger.light import RANKS

    return any(entry.light.rank >= RANKS[threshold.value] for entry in register.entries)
