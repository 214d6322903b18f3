"""Process coefficients: inputs, outputs, wastes, emissions, parameters and costs per tonne of a process's main product."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lvlian.chain.dataset import Row, read_table

COLUMNS = (
    "process_id",
    "process_zh",
    "role",
    "flow_id",
    "flow_zh",
    "value",
    "low",
    "high",
    "unit",
    "source",
    "verified",
    "note",
)
ROLES = ("main_product", "input", "output", "byproduct", "waste", "emission", "param", "cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One row of `coefficients.csv`. `value` in `unit` (input rows: per tonne of the main product); `low`..`high` is a
    realistic range, no statistical limit; `verified` says whether the value was read in `source`, else it is an assumption."""

    process_id: str
    process_zh: str
    role: str
    flow_id: str
    flow_zh: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    verified: bool
    note: str

    @property
    def cite(self) -> str:
        """Where the figure comes from, in one line for a finding's assumptions."""
        mark = "" if self.verified else "（假设，未核）"
        return f"{self.process_zh}·{self.flow_zh} {self.value:g} {self.unit}{mark}，来源：{self.source}"


def read_coefficients(path: Path) -> tuple[Coefficient, ...]:
    """Raises LibraryError with file, line and field."""
    return read_table(path, COLUMNS, _make)


def _make(row: Row) -> Coefficient:
    value = row.number("value")
    low = row.optional_number("low")
    high = row.optional_number("high")
    low, high = (value if low is None else low), (value if high is None else high)
    if not low <= value <= high:
        raise row.error("value", f"is {value:g}, expected to lie between low {low:g} and high {high:g}")
    return Coefficient(
        process_id=row.required("process_id"),
        process_zh=row.text("process_zh"),
        role=row.choice("role", ROLES),
        flow_id=row.required("flow_id"),
        flow_zh=row.text("flow_zh"),
        value=value,
        low=low,
        high=high,
        unit=row.text("unit"),
        source=row.required("source"),
        verified=row.yes("verified"),
        note=row.text("note"),
    )
