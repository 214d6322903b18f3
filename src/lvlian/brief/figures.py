"""How a figure, a date and a bound are printed: as the plan writes them, never converted."""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass
from datetime import date

from lvlian.plan.facts import Goal, Incentive, Mechanism, Milestone

OPS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "", "~": "≈"}
"""The mark before a goal's value; an exact figure carries none."""


def number(value: float) -> str:
    """A number as printed in a table: no trailing zeros, true minus, thousands set apart from 10,000 on."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.6g}"
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(whole) > 4 and "e" not in text:
        whole = f"{int(whole):,}"
    return ("−" if text.startswith("-") else "") + whole + (f".{fraction}" if fraction else "")


def span(low: float, high: float | None) -> str:
    """A number or a range of two, joined by an en dash."""
    return number(low) if high is None else f"{number(low)}–{number(high)}"


def goal_value(goal: Goal) -> str:
    """Bound and value without the unit: `≥ 105`, `1–2`, `≈ 400`; an increase carries a plus."""
    plus = "+" if goal.mode == "increase" else ""
    return f"{OPS.get(goal.op, goal.op)} {plus}{span(goal.value, goal.value_max)}".strip()


def with_unit(value: str, unit: str | None) -> str:
    """`1500 亿元`, but `93.8%` without a space."""
    if not unit:
        return value
    return f"{value}{unit}" if unit.startswith("%") else f"{value} {unit}"


def capacity(milestone: Milestone) -> str:
    """The capacity without its unit, or an empty string."""
    return "" if milestone.capacity is None else span(milestone.capacity, milestone.capacity_max)


def incentive_amount(incentive: Incentive) -> str:
    """`≤ 4 万元` for a cap, `4 万元` for an exact amount, empty where the plan names none."""
    if incentive.amount is None:
        return ""
    mark = "≤ " if incentive.limit == "max" else ""
    return mark + with_unit(number(incentive.amount), incentive.unit)


def mechanism_times(mechanism: Mechanism) -> str:
    """`≥ 1`, or empty where the plan does not say how often."""
    if mechanism.times is None:
        return ""
    return f"{OPS.get(mechanism.op, mechanism.op)} {number(mechanism.times)}".strip()


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period in months since year 0: `start` inclusive, `end` exclusive; `grain` year half quarter month day."""

    start: float
    end: float
    grain: str


_PERIOD = re.compile(r"(\d{4})(?:-(?:(Q[1-4])|(H[12])|(\d{1,2})(?:-(\d{1,2}))?))?")


def period(when: str | None) -> Period | None:
    """Read `2025`, `2023-Q3`, `2023-H1`, `2023-09`, `2023-09-15`; None for anything else."""
    match = _PERIOD.fullmatch(when or "")
    if not match:
        return None
    year, quarter, half, month, day = match.groups()
    base = int(year) * 12
    if quarter:
        return Period(base + (int(quarter[1]) - 1) * 3, base + int(quarter[1]) * 3, "quarter")
    if half:
        return Period(base + (int(half[1]) - 1) * 6, base + int(half[1]) * 6, "half")
    if month is None:
        return Period(base, base + 12, "year")
    if not 1 <= int(month) <= 12:
        return None
    start = base + int(month) - 1
    if day is None:
        return Period(start, start + 1, "month")
    if not 1 <= int(day) <= 31:
        return None
    return Period(start + (int(day) - 1) / 31, start + int(day) / 31, "day")


def last_day(when: str) -> date | None:
    """The last day of what a plan calls `2025`, `2023-Q3`, `2023-09` or `2023-09-15`; None without a date."""
    found = period(when)
    if found is None or found.start < 12:
        return None
    if found.grain == "day":
        year, month, day = (int(part) for part in when.split("-"))
        return date(year, month, min(day, calendar.monthrange(year, month)[1]))
    month = math.ceil(found.end) - 1
    year, month = month // 12, month % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1]) if year else None


def when_zh(when: str | None, op: str | None) -> str:
    """Date for a table in Chinese: `2025 底`, `2023-08 前`, `2024`; empty where the plan gives none."""
    if not when:
        return ""
    if op != "by":
        return when
    return f"{when} 底" if re.fullmatch(r"\d{4}", when) else f"{when} 前"


def when_en(when: str | None, op: str | None) -> str:
    """Date for a table in English: `by 2025`, `by 2023-08`, `2024`."""
    if not when:
        return ""
    return f"by {when}" if op == "by" else when


def when_prose(when: str | None, op: str | None) -> str:
    """Date for a Chinese sentence: `2023年10月底前`, `2025年底`, `2024年`; empty where the plan gives none."""
    if not when:
        return ""
    found = period(when)
    if found is None:
        return when
    year = f"{int(found.start // 12)}年"
    month = int(found.start % 12)
    if found.grain == "year":
        return f"{year}底" if op == "by" else year
    tail = "前" if op == "by" else ""
    if found.grain == "quarter":
        return f"{year}{'一二三四'[month // 3]}季度{tail}"
    if found.grain == "half":
        return f"{year}{'上' if month < 6 else '下'}半年{tail}"
    if found.grain == "day":
        return f"{year}{month + 1}月{int((when or '')[8:])}日{tail}"
    return f"{year}{month + 1}月{tail}"
