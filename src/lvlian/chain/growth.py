"""Growth precedents: the largest yearly factor seen, by size of the first year, for the check of jumps between goals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lvlian.chain.dataset import Row, read_table

COLUMNS = (
    "series",
    "base_min",
    "unit",
    "factor",
    "where",
    "year_from",
    "year_to",
    "value_from",
    "value_to",
    "source",
    "verified",
    "note",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The largest factor from one year to the next among all with at least `base_min` (in `unit`) in the first year.

    `verified` False marks an assumption (`note` says why): a check that uses it must show it as one."""

    series: str
    base_min: float
    unit: str
    factor: float
    where: str
    year_from: int
    year_to: int
    value_from: float | None
    value_to: float | None
    source: str
    verified: bool
    note: str

    @property
    def cite(self) -> str:
        mark = "" if self.verified else "（假设）"
        return f"已见最大年增长 {self.factor:g} 倍（{self.where}，{self.year_from}—{self.year_to}，基数不低于 {self.base_min:g} {self.unit}）{mark}"


def read_growth(path: Path) -> tuple[Growth, ...]:
    """Raises LibraryError with file, line and field."""
    return read_table(path, COLUMNS, _make)


def precedent(rows: Iterable[Growth], series: str, base: float) -> Growth | None:
    """The row of the series whose size class holds `base` (same unit as the rows); None below the smallest class."""
    fitting = [row for row in rows if row.series == series and row.base_min <= base]
    return max(fitting, key=lambda row: row.base_min, default=None)


def _make(row: Row) -> Growth:
    return Growth(
        series=row.required("series"),
        base_min=row.number("base_min"),
        unit=row.required("unit"),
        factor=row.number("factor"),
        where=row.text("where"),
        year_from=int(row.number("year_from")),
        year_to=int(row.number("year_to")),
        value_from=row.optional_number("value_from"),
        value_to=row.optional_number("value_to"),
        source=row.required("source"),
        verified=row.yes("verified"),
        note=row.text("note"),
    )
