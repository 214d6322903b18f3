"""Statements as an Excel table that reads back as the same statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lvlian.brief.sheets import Column, Sheet
from lvlian.brief.workbook import workbook_bytes
from lvlian.chain.report.statement import Statement
from lvlian.chain.report.write_statements import HEADINGS, table_rows

if TYPE_CHECKING:
    from lvlian.chain.report.names import Names

_WIDTHS = (14, 14, 10, 14, 18, 22, 14, 16, 8, 8, 10, 18, 8)
_NUMERIC = ("value", "sd")


def statements_workbook(
    statements: Iterable[Statement], names: Names | None = None, *, simulated: bool = False
) -> bytes:
    """One sheet with a header row; with `names` in words, else by ids. Simulated statements say so on every printed page."""
    columns = tuple(
        Column(heading, width, column in _NUMERIC)
        for (column, heading), width in zip(HEADINGS.items(), _WIDTHS, strict=True)
    )
    rows: Sequence[list[str | float | None]] = table_rows(statements, names)
    sheet = Sheet("报数（模拟）" if simulated else "报数", columns, list(rows))
    return workbook_bytes([sheet], foot=("模拟数据" if simulated else "", ""))
