"""A free table: any sheet or CSV whose header row names 企业, 月份, 项目, 物料, 工序, 往来方, 数值, 单位, 来源 in any order.

Rows above the header are titles; a title with 模拟 marks the table as simulated. Columns with an unknown heading are told, never
dropped in silence; 备注 and 序号 may stand anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from lvlian.chain.report.cell import is_empty, text
from lvlian.chain.report.intake import Intake
from lvlian.chain.report.problem import Problem, short
from lvlian.chain.report.statement import Origin
from lvlian.chain.report.wording import Words
from lvlian.chain.words import folded

MOST_ROWS = 200_000
TITLE_ROWS = 20
MOST_COLUMNS = 256
NEEDED = ("item", "good", "value")
SIMULATED = ("模拟", "simulated")

Row = Sequence[object]
Where = Callable[[int, int, str], Origin]
"""Row (from 1), column (from 0) and its heading → the place."""


def header_of(row: Row, words: Words) -> dict[int, str] | None:
    """Column → id where the row is a header: it names the figure and at least two more columns."""
    found: dict[int, str] = {}
    for at, cell in enumerate(row[:MOST_COLUMNS]):
        if isinstance(cell, str) and (column := words.columns.get(folded(cell))) is not None:
            found[at] = column
    return found if "value" in found.values() and len(found) >= 3 else None


def read_table(rows: Iterable[Row], intake: Intake, where: Where) -> bool:
    """Give every row of a table to the intake; False where no header row was found (nothing is told then)."""
    lines = iter(rows)
    found = _find_header(lines, intake)
    if found is None:
        return False
    at, header, headings = found
    if _whole(header, headings, intake, at, where):
        _take(lines, at, header, headings, intake, where)
    return True


def _find_header(lines: Iterator[Row], intake: Intake) -> tuple[int, dict[int, str], Row] | None:
    """The first header row: its number (from 1), its columns, its cells. Notes a title that says 模拟 on the way."""
    for at, row in enumerate(islice(lines, TITLE_ROWS), start=1):
        header = header_of(row, intake.names.words)
        if header is not None:
            return at, header, row
        if any(isinstance(cell, str) and any(mark in folded(cell) for mark in SIMULATED) for cell in row):
            intake.simulated = True
    return None


def _whole(header: dict[int, str], headings: Row, intake: Intake, at: int, where: Where) -> bool:
    """Whether the header has what is needed, each once, and nothing that is unknown."""
    good = True
    seen: dict[str, int] = {}
    for place, heading in enumerate(headings[:MOST_COLUMNS]):
        column = header.get(place)
        if column is None:
            if not is_empty(heading, intake.names.words.empty):
                intake.wrong(_unknown(where(at, place, short(heading, 20)), heading, intake.names.words))
                good = False
        elif column in seen and column != "remark":
            intake.wrong(
                Problem(
                    where(at, place, short(heading, 20)),
                    "column-twice",
                    f"“{short(heading)}”与第 {seen[column] + 1} 列是同一项，应只有一列。",
                    f"“{short(heading)}” says the same as column {seen[column] + 1}, expected one column.",
                )
            )
            good = False
        seen.setdefault(column or "", place)
    for column in NEEDED:
        if column not in seen:
            name = intake.names.words.shown["columns", column]
            intake.wrong(
                Problem(where(at, 0, ""), "no-column", f"缺少“{name}”列。", f"the column {name} ({column}) is missing.")
            )
            good = False
    if not {"party", "firm"} & seen.keys() and not intake.expected.party:
        intake.wrong(Problem(where(at, 0, ""), "no-column", "缺少“企业”列。", "the column 企业 (firm) is missing."))
        good = False
    if "month" not in seen and not intake.expected.month:
        intake.wrong(Problem(where(at, 0, ""), "no-column", "缺少“月份”列。", "the column 月份 (month) is missing."))
        good = False
    return good


def _unknown(origin: Origin, heading: object, words: Words) -> Problem:
    known = "、".join(words.shown["columns", column] for column in dict.fromkeys(words.columns.values()))
    return Problem(
        origin,
        "unknown-column",
        f"“{short(heading)}”不是已知的列，应为：{known}。",
        f"“{short(heading)}” is no known column, expected one of {known}.",
    )


def _take(
    lines: Iterator[Row], header_at: int, header: dict[int, str], headings: Row, intake: Intake, where: Where
) -> None:
    columns = tuple((place, column) for place, column in header.items() if column != "remark")
    at_of = {column: place for place, column in columns}
    names = {column: text(headings[place]) for place, column in columns}
    value_at = at_of["value"]
    empty = intake.names.words.empty
    at = header_at
    for at, row in enumerate(lines, start=header_at + 1):
        if at - header_at > MOST_ROWS:
            intake.wrong(
                Problem(
                    where(at, 0, ""),
                    "too-many-rows",
                    f"多于 {MOST_ROWS:,} 行，一次最多读 {MOST_ROWS:,} 行；请分成几份。",
                    f"more than {MOST_ROWS:,} rows, at most so many are read at once; split the file.",
                )
            )
            return
        if len(row) <= value_at and not any(not is_empty(cell, empty) for cell in row):
            continue
        width = len(row)
        cells = {column: row[place] for place, column in columns if place < width}
        if _is_blank(cells, empty):
            continue

        def place(column: str, at: int = at) -> Origin:
            return where(at, at_of.get(column, value_at), names.get(column, ""))

        if width > len(headings) and any(not is_empty(cell, empty) for cell in row[len(headings) :]):
            intake.wrong(
                Problem(
                    where(at, len(headings), ""),
                    "cells-beyond",
                    f"这一行有 {width} 格，表头只有 {len(headings)} 列；数字中的逗号要加引号。",
                    f"this row has {width} cells and the header {len(headings)} columns; a figure with a comma needs quotes.",
                )
            )
            continue
        intake.row(cells, place)


def _is_blank(cells: dict[str, object], empty: frozenset[str]) -> bool:
    return all(is_empty(cell, empty) for cell in cells.values())
