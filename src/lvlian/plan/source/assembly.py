"""Lines and tables in the order of a document, put together to one text with the spans of the cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lvlian.plan.source.record import Span, Table

_SPACE = re.compile(r"\s+")
MAX_COLUMNS = 1000
"""A declared span beyond this is an error of the document; the cell then covers what is left."""
MAX_PLACES = 2_000_000
"""Most places (rows × columns) of the tables of one document; beyond it the spans of merged cells are not repeated."""


@dataclass(slots=True)
class Cell:
    """`text` on one line; `columns` how many it covers; `rows` how many (0: to the end of the table, as in html)."""

    text: str
    columns: int = 1
    rows: int = 1
    continues: bool = False
    """True where the cell is the lower part of the one above it (w:vMerge)."""


@dataclass(slots=True)
class Grid:
    rows: list[list[Cell]] = field(default_factory=list)


def on_one_line(parts: list[str]) -> str:
    """The paragraphs of a cell as one line: runs of white space, also line ends and tabs, become one space."""
    return _SPACE.sub(" ", " ".join(parts)).strip()


class Assembly:
    """Collects lines and tables; `text` and `tables` are valid at any time."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._length = 0
        self._places = 0
        self.tables: list[Table] = []

    @property
    def text(self) -> str:
        return "".join(self._lines)

    def add_line(self, line: str) -> None:
        """Add a line; it may hold `\\n` where the author broke it."""
        self._lines.append(line + "\n")
        self._length += len(line) + 1

    def add_grid(self, grid: Grid) -> None:
        """Add a table, one line for each row.

        A cell that covers several places is printed in the first and leaves the others empty, so that the fields of a
        line stay in their columns; empty fields at the end of a line are left out.
        """
        spans: dict[int, Span] = {}
        rows: list[tuple[Span, ...]] = []
        for row in _places(grid, MAX_PLACES - self._places):
            self._places += len(row)
            fields: list[str] = []
            seen: set[int] = set()
            for cell in row:
                # A cell's text is on one line and stripped, so only empty fields can end the line.
                fields.append("" if cell is None or id(cell) in seen or id(cell) in spans else cell.text)
                if cell is not None:
                    seen.add(id(cell))
            line = "\t".join(fields).rstrip("\t")
            end = self._length + len(line)
            start = self._length
            places: list[Span] = []
            for cell, text in zip(row, fields, strict=True):
                place = (min(start, end), min(start + len(text), end))
                start += len(text) + 1
                places.append(place if cell is None else spans.setdefault(id(cell), place))
            rows.append(tuple(places))
            self.add_line(line)
        if rows:
            self.tables.append(Table(rows=tuple(rows)))


def _places(grid: Grid, allowed: int) -> list[list[Cell | None]]:
    """The cell of each place, row by row; None where the document leaves a hole."""
    result: list[list[Cell | None]] = []
    hanging: dict[int, tuple[Cell, int]] = {}  # column → cell from above and how many rows it still covers
    for index, row in enumerate(grid.rows):
        above = result[-1] if result else []
        places: list[Cell | None] = []
        below: dict[int, tuple[Cell, int]] = {}
        cells = iter(row)
        cell = next(cells, None)
        last = max(hanging, default=-1)
        while cell is not None or len(places) <= last:
            column = len(places)
            if column in hanging:
                held, left = hanging[column]
                places.append(held)
                if left > 1:
                    below[column] = (held, left - 1)
                continue
            if cell is None:
                places.append(None)
                continue
            width = max(1, min(cell.columns, MAX_COLUMNS - column, allowed - len(places)))
            height = cell.rows if cell.rows > 0 else len(grid.rows) - index
            owner = above[column] if cell.continues and column < len(above) else cell
            for offset in range(width):
                if offset and column + offset in hanging:
                    break
                places.append(owner)
                if height > 1:
                    below[column + offset] = (cell, height - 1)
            cell = next(cells, None)
        allowed -= len(places)
        hanging = below if allowed > 0 else {}
        result.append(places)
    return result
