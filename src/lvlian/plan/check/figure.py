"""Figures of a plan as exact decimals: bounds, printing, moments in the calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

OP_WORDS = {">=": "以上", ">": "超过", "<=": "以内", "<": "以下", "~": "左右", "=": ""}
OP_SIGNS = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "~": "≈ ", "=": ""}
_MOMENT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d{1,2})(?:-\d{1,2})?))?")


def exact(value: float) -> Decimal:
    """The decimal that a reader of the figure sees: 690.5 is 690.5, without the dust of binary floats."""
    return Decimal(repr(float(value))) if not float(value).is_integer() else Decimal(int(value))


def shown(value: Decimal, places: int | None = None, fixed: bool = False) -> str:
    """A figure as printed: true minus, thousands set apart from 10,000 on; `places` rounds half up; trailing zeros are left out
    unless `fixed`."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = format(abs(value), "f")
    if "." in text and not fixed:
        text = text.rstrip("0").rstrip(".")
    whole, _, fraction = text.partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}"
    sign = "−" if value < 0 and (whole + fraction).strip("0,") else ""
    return sign + whole + (f".{fraction}" if fraction else "")


def difference(value: Decimal, against: Decimal) -> str:
    """`差 −6，−0.7%` of a figure against another."""
    gap = value - against
    share = f"，{shown(gap / against * 100, 1)}%" if against else ""
    return f"差 {shown(gap)}{share}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a figure admits: `low`..`high`, None where it is open. Sums and comparisons are exact."""

    low: Decimal | None
    high: Decimal | None

    def __add__(self, other: Bounds) -> Bounds:
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Bounds(low, high)

    def meets(self, other: Bounds) -> bool:
        """Whether some figure satisfies both."""
        return not (
            (self.high is not None and other.low is not None and self.high < other.low)
            or (other.high is not None and self.low is not None and other.high < self.low)
        )

    def widened(self, share: Decimal) -> Bounds:
        """The same, each end moved outwards by a share of itself."""
        low = None if self.low is None else self.low - abs(self.low) * share
        high = None if self.high is None else self.high + abs(self.high) * share
        return Bounds(low, high)


def bounds_of(op: str, value: Decimal, value_max: Decimal | None, about: Decimal) -> Bounds:
    """The bounds of a goal: `~` is ± `about`, a range spans from its lower to its upper end."""
    top = value if value_max is None else value_max
    if op in (">=", ">"):
        return Bounds(value, None)
    if op in ("<=", "<"):
        return Bounds(None, top)
    bounds = Bounds(min(value, top), max(value, top))
    return bounds.widened(about) if op == "~" else bounds


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A date of a plan by its first and last month, each as year × 12 + month − 1."""

    first: int
    last: int

    @property
    def year(self) -> int:
        return self.last // 12

    def zh(self) -> str:
        """`2023年8月`, `2023年`, `2023年第3季度`, `2023年上半年`."""
        year, begin, end = self.last // 12, self.first % 12 + 1, self.last % 12 + 1
        if begin == end:
            return f"{year}年{end}月"
        if end - begin == 2:
            return f"{year}年第{end // 3}季度"
        if end - begin == 5:
            return f"{year}年{'上' if begin == 1 else '下'}半年"
        return f"{year}年"

    def iso(self) -> str:
        """`2023-08`, or the year alone."""
        year, month = divmod(self.last, 12)
        return f"{year}-{month + 1:02d}" if self.first == self.last else f"{year}"


def moment_of(when: str | None) -> Moment | None:
    """Reads `2025`, `2023-09`, `2023-Q3`, `2023-H1`, `2023-09-30`; None for anything else, and for a month that does not exist."""
    found = _MOMENT.fullmatch(when or "")
    if not found:
        return None
    year, quarter, half, month = found.groups()
    january = int(year) * 12
    if quarter:
        return Moment(january + 3 * int(quarter) - 3, january + 3 * int(quarter) - 1)
    if half:
        return Moment(january + 6 * int(half) - 6, january + 6 * int(half) - 1)
    if month:
        return Moment(january + int(month) - 1, january + int(month) - 1) if 1 <= int(month) <= 12 else None
    return Moment(january, january + 11)
