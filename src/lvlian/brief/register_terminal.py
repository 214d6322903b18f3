"""A register in the terminal: one table for each track, lights as shape and word with their reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .register import Entry, Register
from .register_words import RegisterWords

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {"bad": "red", "warn": "yellow", "none": "bright_black", "ok": "green"}

WIDE = 100
"""Columns from which there is room for the units, which the workbook and the JSON have in any case."""


def print_register(register: Register, console: Console, *, language: str = "zh") -> None:
    """Print one register. Text of the plan is never read as markup, and steers no terminal."""
    from rich.text import Text

    words = RegisterWords(language)
    mark = f"　{words('invented')}" if register.invented else ""
    console.print(Text(_plain(register.title) + mark, style="bold"))
    issued = register.issued.isoformat() if register.issued else words("no_issue")
    head = f"{words('today')} {register.today}　{words('issued')} {issued}　{words('count', n=len(register.entries))}"
    console.print(Text(head, style="bright_black"))
    counts = Text()
    for state, count in register.lights().items():
        counts.append(f"{words.light(state)} {count}　", style=_STYLES[state])
    console.print(counts)
    for track, entries in register.by_track():
        _print_track(f"{words.of(track.name)}（{track.key}） {len(entries)}", entries, register, console, words)
    if not register.entries:
        console.print(Text(words("none_left")))
    for line in words.notes(register):
        console.print(Text(line, style="bright_black"))
    if register.left:
        console.print(Text(words("left", n=len(register.left))))
        for origin in register.left:
            console.print(Text(f"  {words(origin.kind)}　{_plain(origin.section)}　{_plain(origin.sentence)}"))
    console.print()


def _print_track(
    title: str, entries: tuple[Entry, ...], register: Register, console: Console, words: RegisterWords
) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=title, title_justify="left", title_style="bold", box=box.HORIZONTALS, header_style="bright_black", pad_edge=False
    )  # fmt: skip
    table.add_column(words("light"), no_wrap=True)
    wide = console.width >= WIDE
    headings = ("title", "stage", "steps", *(("units",) if wide else ()), "why")
    for heading in headings:
        table.add_column(words(heading), overflow="fold", min_width=6)
    for entry in entries:
        light = Text(words.light(entry.light.state), style=_STYLES[entry.light.state])
        units = (words.units(entry),) if wide else ()
        cells = (_title(entry), words.stage(entry), _steps(entry, words), *units, words.reasons(entry, register))
        table.add_row(light, *(Text(_plain(cell)) for cell in cells))
    console.print(table)


def _title(entry: Entry) -> str:
    """A duty by its own heading, without those above it."""
    return entry.title.rpartition(" › ")[2]


def _steps(entry: Entry, words: RegisterWords) -> str:
    told = [
        f"{words.step(entry.track, step)} {step.counts or words('undated')}"
        for step in entry.steps
        if step.done is None
    ]
    if not told and entry.day:
        told = [entry.day.isoformat()]
    return ("；" if words.language == "zh" else "; ").join(told) or "—"


def _plain(text: str) -> str:
    """One line without control characters."""
    return "".join(c if c.isprintable() or c == "　" else " " if c.isspace() else "�" for c in text)
