"""Where things stand in a filled template: shared by the writer (lvlian.brief.report_template) and the reader (read_workbook).

The row's key stands in a hidden column, so that rows may be sorted; the firm, the month and the version stand on a hidden sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = "lvlian.report/1"
FILL, USES, PARTNERS, NOTES, MACHINE = "填报", "用途", "往来方", "说明", "机读"
SHEETS = (FILL, USES, PARTNERS, NOTES, MACHINE)


@dataclass(frozen=True, slots=True)
class Column:
    """`fill` columns are the firm's to write in; `width` in characters."""

    id: str
    heading: str
    width: float
    fill: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("item", "项目", 11),
    Column("good", "物料", 21),
    Column("process", "工序", 24),
    Column("partner", "往来方", 12),
    Column("value", "本月", 13, fill=True),
    Column("unit", "单位", 10, fill=True),
    Column("source", "来源", 9, fill=True),
    Column("before", "上月", 13),
    Column("remark", "备注", 20, fill=True),
    Column("key", "机读键", 4),
)
HEADINGS = tuple(column.heading for column in COLUMNS)
AT = {column.id: place for place, column in enumerate(COLUMNS)}
"""Column id → place from 0."""

MACHINE_KEYS = ("format", "firm", "month", "region", "items", "simulated")


def letter(place: int) -> str:
    """The name of a column of a sheet: 0 → A, 26 → AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell_name(row: int, place: int) -> str:
    """`D9` of row 9 (from 1) and column 3 (from 0)."""
    return f"{letter(place)}{row}"
