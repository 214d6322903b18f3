"""A line of arithmetic taken apart, so that it can be set as a table with `=` and `≠` in columns of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_SIGN = re.compile(r"\s*(≠|=|≈|≤|≥|＜|＞|<|>)\s*")
_ABOUT = re.compile(r"\s*[（(]([^（()）]*)[)）]\s*(?:[；;]\s*(.*))?$|\s*[；;]\s*(.*)$")
DIFFERS = frozenset("≠<>＜＞")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of the sum, or the sign between two parts."""

    text: str
    sign: bool = False

    @property
    def differs(self) -> bool:
        return self.text in DIFFERS


@dataclass(frozen=True, slots=True)
class Row:
    """One line: its cells from the left, and what follows it (unit, year, difference). A line without a sign is all `about`."""

    cells: tuple[Cell, ...]
    about: str = ""


def rows(lines: Iterable[str]) -> list[Row]:
    """Each line as a row, all rows equally long: the last relation stands in the same column throughout."""
    taken = [_row(str(line)) for line in lines]
    longest = max((len(row.cells) for row in taken), default=0)
    return [row if not row.cells else Row(_padded(row.cells, longest), row.about) for row in taken]


def _padded(cells: tuple[Cell, ...], longest: int) -> tuple[Cell, ...]:
    short = longest - len(cells)
    return cells[:1] + (Cell("", sign=True), Cell("")) * (short // 2) + cells[1:]


def _row(line: str) -> Row:
    about = ""
    if match := _ABOUT.search(line):
        inner, after, tail = match.groups()
        # A bracket that holds part of the sum stays in it: `300 ÷（60 × 13,000）= 3.85`.
        if inner is None or not _SIGN.search(line[match.end(1) :]):
            about = "；".join(part for part in (inner, after, tail) if part)
            line = line[: match.start()]
    parts = _SIGN.split(line.strip())
    if len(parts) == 1:
        return Row((), "，".join(part for part in (parts[0], about) if part))
    return Row(tuple(Cell(part, sign=index % 2 == 1) for index, part in enumerate(parts)), about)
