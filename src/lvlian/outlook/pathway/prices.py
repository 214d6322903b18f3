"""What one more unit of a limit is worth, by quarter: from the linear programme with the choices fixed, tested by moving the limit 1 % both ways."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.pathway.build import WAN
from lvlian.outlook.pathway.solve import Plan
from lvlian.outlook.program import Session
from lvlian.quantity.show import figure

UNITS = {"kWh": (1e4, "万千瓦时电", "10,000 kWh"), "m3": (1e4, "万立方米气", "10,000 m3 of gas"), "t": (1.0, "吨", "t"), "亩": (1.0, "亩地", "mu of land"),
         "万元": (1.0, "万元", "10,000 yuan"), "元": (1.0, "万元资金", "10,000 yuan of funds"), "kW": (1e4, "万千瓦供电能力", "10,000 kW")}  # fmt: skip
SURE = 0.05
"""Share by which the two sides may differ from the price before it is told as a range."""
STEP = 0.01
MOST = 24
TRIFLE = 0.005
"""Share of the dearest price below which one is not worth telling."""


@dataclass(frozen=True)
class Price:
    """One more `unit` of `limit` in `quarter` is worth `yuan` (of that quarter, before discounting); `low`..`high` what 1 % more and 1 % less
    gave: where they differ, the price holds only on one side (`sure` False)."""

    limit: str
    name: str
    quarter: Quarter
    unit: str
    unit_en: str
    yuan: float
    low: float
    high: float
    sure: bool
    name_en: str = ""

    @property
    def zh(self) -> str:
        worth = f"{_yuan(self.yuan)} 元"
        if not self.sure and self.low == self.high:
            worth = f"{_yuan(self.low)} 元（再少 1% 目标就保不住）"
        elif not self.sure:
            worth = f"{_yuan(self.low)}–{_yuan(self.high)} 元（再多 1% 与再少 1% 不同）"
        return f"{self.quarter.zh}再多 1 {self.unit}值 {worth}"

    @property
    def en(self) -> str:
        worth = f"{_yuan(self.yuan)} yuan"
        if not self.sure and self.low == self.high:
            worth = f"{_yuan(self.low)} yuan (with 1 % less the goals cannot be kept)"
        elif not self.sure:
            worth = f"{_yuan(self.low)} to {_yuan(self.high)} yuan (1 % more and 1 % less differ)"
        return f"one more {self.unit_en} in {self.quarter} is worth {worth}"

    def to_json(self) -> dict[str, Any]:
        return {
            "limit": self.limit, "name": self.name, "name_en": self.name_en, "quarter": str(self.quarter), "unit": self.unit, "unit_en": self.unit_en, "yuan": self.yuan,
            "low": self.low, "high": self.high, "sure": self.sure, "zh": self.zh, "en": self.en,
        }  # fmt: skip


def _yuan(value: float) -> str:
    return figure(float(f"{value:.3g}") if abs(value) < 1000 else round(value), separators=True)


def prices(plan: Plan) -> tuple[Price, ...]:
    """Prices of the limits that hold something back, dearest first; goals stay as far reached as they are. Empty without an answer."""
    solution, built = plan.last, plan.built
    if solution is None or not solution.found:
        return ()
    matrix = built.program.matrix()
    session = Session(built.program, matrix=replace(matrix, integer=np.zeros_like(matrix.integer)))
    integers = built.integers
    session.fix(integers, np.round(solution.x[integers]))
    session.bounds_columns(built.short, upper=np.maximum(solution.short, 0.0) * (1 + 1e-6) + 1e-7)
    session.costs(np.arange(built.program.width), built.spent - built.reward)
    base = session.solve()
    if not base.found:
        return ()
    found = []
    for key, rows in built.rows.items():
        clause = built.program.clauses.get(key)
        if clause is None or not clause.unit or clause.unit not in UNITS:
            continue
        each, zh, en = UNITS[clause.unit]
        scale = WAN if clause.unit == "元" else WAN * each
        for q in np.flatnonzero(rows >= 0).tolist():
            row = int(rows[q])
            worth = -float(base.duals[row]) * scale / float(built.weights[q])
            if worth > 1e-6 * scale / each:
                found.append((worth, key, clause, q, row, zh, en, scale))
    found.sort(key=lambda one: -one[0])
    out = []
    for worth, key, clause, q, row, zh, en, scale in found[:MOST]:
        top = float(session.row_upper[row])
        step = STEP * max(abs(top), 1.0)
        sides = []
        for sign in (1.0, -1.0):
            session.bounds_rows([row], upper=[top + sign * step])
            moved = session.solve()
            sides.append(
                (base.objective - moved.objective) / (sign * step) * scale / float(built.weights[q])
                if moved.found
                else np.nan
            )
        session.bounds_rows([row], upper=[top])
        known = [side for side in sides if np.isfinite(side)]
        low, high = min(known, default=worth), max(known, default=worth)
        sure = (
            len(known) == 2
            and high - low <= SURE * max(abs(worth), 1e-9)
            and low - SURE * worth <= worth <= high + SURE * worth
        )
        worth = min(max(worth, low), high)  # a dual on the edge of a kink may lie beyond both sides
        out.append(
            Price(key, clause.zh, built.case.quarters[q], zh, en, worth, max(low, 0.0), high, sure, name_en=clause.en)
        )
    dearest = max((one.yuan for one in out), default=0.0)
    return tuple(sorted((one for one in out if one.yuan > TRIFLE * dearest), key=lambda one: -one.yuan))


__all__ = ["Price", "prices"]
