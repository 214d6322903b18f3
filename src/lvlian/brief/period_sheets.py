"""The account of a quarter or a year as sheets: every flow added up, every month with its test, what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lvlian.chain.account.labels import UNITS, firm_name, label

from .sheets import Column, Sheet, Value

if TYPE_CHECKING:
    from lvlian.chain.account.year import PeriodAccount
    from lvlian.chain.library import Library

EIGHTY = 1.2815515655446004
CLASSES = {
    "redundant": ("可查", "checked"), "nonredundant": ("不可查", "unchecked"), "exact": ("精确", "exact"), "observable": ("可推得", "derived"),
    "unobservable": ("推不得", "unknown"),
}  # fmt: skip
"""Names of the classes of streams."""


def period_sheets(period: PeriodAccount, library: Library, zh: bool = True) -> list[Sheet]:
    """Flows, months, notes."""
    return [_flows(period, library, zh), _months(period, zh), _notes(period, zh)]


def _flows(period: PeriodAccount, library: Library, zh: bool) -> Sheet:
    place = 0 if zh else 1
    rows: list[list[Value]] = []
    for k, s in enumerate(period.streams):
        words, english, by = UNITS.get(s.unit, (s.unit, s.unit, 1.0))
        value, sd = float(period.value[k]), float(period.sd[k])
        low, high = period.intervals.get(s.id, (math.nan, math.nan))
        rows.append(
            [
                firm_name(period.region, s.firm, zh), label(s, period.region, library, zh), words if zh else english,
                *(x / by if math.isfinite(x) else None for x in (value, EIGHTY * sd, low, high)),
                CLASSES.get(period.classes[k], (period.classes[k],) * 2)[place], s.id,
            ]
        )  # fmt: skip
    heads = (
        ("企业", "firm", 14, 0), ("流", "flow", 34, 0), ("单位", "unit", 10, 0), ("平衡后", "value", 16, 1), ("±（80%）", "± 80%", 12, 1), ("下界", "low", 14, 1),
        ("上界", "high", 14, 1), ("类", "class", 10, 0), ("流的名号", "stream", 44, 0),
    )  # fmt: skip
    columns = tuple(Column(str(h[place]), int(h[2]), bool(h[3])) for h in heads)
    return Sheet("流" if zh else "flows", columns, rows)


def _months(period: PeriodAccount, zh: bool) -> Sheet:
    rows: list[list[Value]] = []
    held = {a.month: a for a in period.accounts}
    for month in sorted({*period.months, *period.missing}):
        a = held.get(month)
        if a is None:
            rows.append([month, "没有链账，未推算" if zh else "no account; nothing is extrapolated", *[None] * 5, ""])
            continue
        first, last = (a.removals[0], a.removals[-1]) if a.removals else (None, None)
        verdict = ("合" if a.closed else "不合") if zh else ("closes" if a.closed else "does not close")
        silent = ("、" if zh else ", ").join(firm_name(a.region, key, zh) for key in a.missing)
        rows.append(
            [
                month, verdict, first.chi2 if first else None, last.chi2 if last else None, last.limit if last else None,
                float(len(a.doubts)), float(len(a.sets)), silent,
            ]
        )  # fmt: skip
    heads = (
        ("月份", "month", 10, 0), ("合不合", "closes", 24, 0), ("收到时 χ²", "χ² as received", 14, 1), ("平衡后 χ²", "χ² after removals", 14, 1),
        ("95% 限", "95% limit", 12, 1), ("可疑", "suspects", 8, 1), ("分不开", "sets", 8, 1), ("没报", "silent", 30, 0),
    )  # fmt: skip
    columns = tuple(Column(str(h[0 if zh else 1]), int(h[2]), bool(h[3])) for h in heads)
    return Sheet("各月" if zh else "months", columns, rows)


def _notes(period: PeriodAccount, zh: bool) -> Sheet:
    rows: list[list[Value]] = [[line] for line in period.assumptions]
    for a in period.accounts:
        rows += [[f"{a.month} {line}"] for line in a.assumptions]
    if period.region.simulated:
        rows.insert(0, ["模拟：报数为演示数据" if zh else "simulated: the reports are invented"])
    return Sheet("说明", (Column("说明" if zh else "notes", 100),), rows)
