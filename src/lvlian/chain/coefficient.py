"""Coefficients: the figures of processes and tables as their sources have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One figure of a recipe file. `value` in `unit` (input rows: per tonne of the main product); `low`..`high` is a realistic
    range, no statistical limit; `verified` says whether the value was read in `source`, else it is an assumption."""

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
