"""How figures, classes and statements of an account are written on its pages. Pure."""

from __future__ import annotations

import math

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from lvlian.chain.account.labels import UNITS
from lvlian.chain.report.statement import Statement
from lvlian.quantity.show import MINUS, figure

CLASS_WORDS = {
    "redundant": gettext_lazy("可查"),
    "nonredundant": gettext_lazy("不可查"),
    "exact": gettext_lazy("定值"),
    "observable": gettext_lazy("可推得"),
    "unobservable": gettext_lazy("推不得"),
}
CLASS_MEANS = {
    "redundant": gettext_lazy("报了，别处也能核它；错了看得出"),
    "nonredundant": gettext_lazy("报了，没有第二处可核；照用，错了看不出"),
    "exact": gettext_lazy("按定义就是这个数"),
    "observable": gettext_lazy("没报，由平衡得出，带 ±"),
    "unobservable": gettext_lazy("没报，平衡也定不了，只给上下界，见“要什么才能定”"),
}
MEASURES = {
    "metal": gettext_lazy("金属"),
    "energy": gettext_lazy("能量"),
    "matter": gettext_lazy("辅料与副产"),
    "value": pgettext_lazy("money", "价值"),
}
"""Which rows are looked at."""
_METAL = {"metal", "scrap", "ore", "intermediate", "part", "product"}
FARTHEST = 99.0


def english() -> bool:
    return (get_language() or "").startswith("en")


def pick(zh: str, en: str) -> str:
    """The one of two wordings that the page's language asks for."""
    return (en or zh) if english() else zh


def measure_of(kind: str, unit: str) -> str:
    """金属, 能量, 辅料与副产 or 价值, by the kind of a good and the unit."""
    if unit == "yuan" or unit.startswith("yuan"):
        return "value"
    if kind == "energy":
        return "energy"
    return "metal" if kind in _METAL else "matter"


def unit_word(unit: str) -> str:
    word = UNITS.get(unit, (unit, unit, 1.0))
    return pick(word[0], word[1])


def scaled(value: float, unit: str) -> float:
    return value / UNITS.get(unit, (unit, unit, 1.0))[2]


def digits_for(value: float, unit: str) -> int:
    """Decimals by size, so that a row has one number of them."""
    size = abs(scaled(value, unit)) if math.isfinite(value) else 0.0
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or size == 0 else 4


def told(value: float, unit: str, digits: int | None = None, *, sign: bool = False) -> str:
    """A figure without its unit, in the unit that people use; empty where there is none."""
    if not math.isfinite(value):
        return ""
    places = digits_for(value, unit) if digits is None else digits
    shown = round(scaled(value, unit), places)
    text = f"{MINUS if shown < 0 else ''}{abs(shown):,.{places}f}"
    return f"+{text}" if sign and shown > 0 else text


def as_reported(value: float, unit: str, digits: int) -> str:
    """A reported figure: with the decimals of its row, or with as many as it takes to tell it from nothing."""
    if not math.isfinite(value):
        return ""
    size = abs(scaled(value, unit))
    if 0 < size < 1:
        return figure(float(f"{scaled(value, unit):.5g}"))
    return told(value, unit, digits)


def with_unit(value: float, unit: str) -> str:
    text = told(value, unit)
    return f"{text} {unit_word(unit)}" if text else ""


def z_told(z: float) -> str:
    if not math.isfinite(z):
        return ""
    if abs(z) >= FARTHEST:
        return f"≥ {FARTHEST:.0f}" if z > 0 else f"≤ {MINUS}{FARTHEST:.0f}"
    shown = round(z, 1)
    return f"{MINUS if shown < 0 else '+' if shown > 0 else ''}{abs(shown):.1f}"


def between(low: float, high: float, unit: str) -> str:
    """`0–13,818`, `≥ 7.3`; empty where nothing bounds it."""
    if not math.isfinite(high):
        return f"≥ {told(low, unit)}" if math.isfinite(low) and low > 0 else ""
    digits = digits_for(high, unit)
    return f"{told(max(low, 0.0) if low > -1e-9 else low, unit, digits)}–{told(high, unit, digits)}"


def key_of(statement: Statement) -> str:
    """A statement's name within its month; the address of a doubt about it."""
    return "|".join(statement.key)
