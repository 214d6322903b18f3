"""The words of sentences and figures, in Chinese and English; figures in the unit that a plan would print."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lvlian.outlook.case import Aim, Limit
from lvlian.outlook.conflict.quantity import UNITS_EN, UNITS_ZH
from lvlian.quantity.show import figure

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.conflict.rules import Range

OP_ZH = {">=": "以上", ">": "以上（不含）", "<=": "以内", "<": "以下", "~": "左右", "=": ""}
OP_EN = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "~": "≈ ", "=": ""}
_EN_WORDS = (
    ("千瓦时", "kWh"),
    ("立方米", "m³"),
    ("亿", "×10⁸ "),
    ("万", "×10⁴ "),
    ("吨", "t"),
    ("元", "yuan"),
    ("年", "a"),
    ("亩", "mu"),
)
_SCALES = ((1e8, "亿"), (1e4, "万"), (1.0, ""))


def aim_words(aim: Aim, library: Library) -> tuple[str, str]:
    """`2024年生产电解铝180万吨以上（云南宏泰新型材料有限公司）` and the same in English."""
    top = f"–{figure(aim.value_max)}" if aim.value_max is not None else ""
    whose = f"（{aim.subject or aim.group or aim.firm}）" if aim.firm or aim.group else ""
    zh = f"{aim.year}年{whose_first(aim)}{aim.name}{figure(aim.value)}{top}{aim.unit}{OP_ZH.get(aim.op, '')}{whose}"
    indicator = library.indicators.get(aim.indicator)
    name = indicator.name_en if indicator is not None and indicator.name_en else aim.name
    en = f"{name} {aim.year}: {OP_EN.get(aim.op, '')}{figure(aim.value)}{top} {unit_en(aim.unit)}".rstrip()
    return zh, en + (f" ({aim.subject or aim.group or aim.firm})" if whose else "")


def whose_first(aim: Aim) -> str:
    """新增 before an increase whose name does not say so."""
    return "新增" if aim.mode == "increase" and "新增" not in aim.name else ""


def unit_en(unit: str) -> str:
    """A printed unit in English (`×10⁸ yuan`); as it is where nobody wrote one."""
    from lvlian.plan.check.assumption import load_words

    if unit in UNITS_EN:
        return UNITS_EN[unit]
    listed = load_words().mapping("units_en").get(unit)
    if listed is not None:
        return str(listed)
    for zh, en in _EN_WORDS:
        unit = unit.replace(zh, en)
    return unit


def limit_words(limit: Limit, amount: float, year: int, library: Library) -> tuple[str, str, str, float]:
    """Words of a quota in a year, the unit that it is printed in, and that unit's size."""
    good = library.goods[limit.good]
    scale, word = next((s, w) for s, w in _SCALES if amount >= s or s == 1.0)
    unit = word + UNITS_ZH.get(good.unit, good.unit)
    zh = f"{year}年{limit.zh}不超过{rounded(amount / scale)}{unit}"
    en = f"{limit.en}, {year}: ≤ {rounded(amount)} {UNITS_EN.get(good.unit, good.unit)}"
    return zh, en, unit, scale


def intensity_words(library: Library, process: str, good: str, low: float, high: float) -> tuple[str, str, str]:
    """Words of what a process takes per tonne, and the unit."""
    step, what = library.processes[process], library.goods[good]
    unit = f"{UNITS_ZH.get(what.unit, what.unit)}/吨"
    span, en_span = (
        (rounded(low), rounded(low))
        if low == high
        else (f"{rounded(low)}–{rounded(high)}", f"{rounded(low)}–{rounded(high)}")
    )
    zh = f"{step.zh.partition('(')[0]}每吨用{what.zh} {span} {UNITS_ZH.get(what.unit, what.unit)}"
    return zh, f"{what.en} of {step.en}: {en_span} {UNITS_EN.get(what.unit, what.unit)}/t", unit


def range_words(one: Range) -> tuple[str, str]:
    span = f"{rounded(one.low)}–{rounded(one.high)}"
    return f"{one.zh} {span} {one.unit}（假设）", f"{one.en}: {span} {unit_en(one.unit)} (assumed)"


def rounded(value: float, digits: int = 4) -> str:
    """A figure for reading: thousands set apart, as many decimals as leave `digits` figures, none beyond what it has."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "—"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = figure(round(value, places), separators=abs(value) >= 10_000)
    whole, dot, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return whole + (dot + fraction if fraction else "")


def told(value: float, unit: str, chinese: bool = True, digits: int = 4) -> str:
    """A base amount (yuan, kWh, t, 户) in the unit that a reader expects: 9.662e10 yuan → `966.2亿元`, `966.2 ×10⁸ yuan`."""
    scale, word = next((s, w) for s, w in _SCALES if abs(value) >= s or s == 1.0)
    if unit in ("户", "个", "家"):
        return (
            f"{rounded(value, digits)}{unit}"
            if chinese
            else f"{rounded(value, digits)} {UNITS_EN.get(unit, '')}".rstrip()
        )
    if unit == "t/a" and scale == 1e8:
        scale, word = 1e4, "万"
    if unit == "t" and scale == 1e8:
        scale, word = 1e4, "万"
    amount = rounded(value / scale, digits)
    if chinese:
        return f"{amount}{word}{UNITS_ZH.get(unit, unit)}"
    power = {1e8: "×10⁸ ", 1e4: "×10⁴ ", 1.0: ""}[scale]
    return f"{amount} {power}{UNITS_EN.get(unit, unit)}"


def apart(left: float, right: float) -> int:
    """How many figures must be printed so that two unlike amounts look unlike (4 to 9)."""
    for digits in range(4, 10):
        if rounded(left, digits) != rounded(right, digits):
            return digits
    return 9


def neat(value: float, up: bool, share: float = 1e-3) -> float:
    """The figure that a plan would print: rounded up or down to the fewest decimals that move it by no more than `share`; never
    beyond whole numbers."""
    if value == 0 or not math.isfinite(value):
        return value
    for places in range(13):
        unit = 10.0**-places
        steps = value / unit
        near = round(steps)
        # a figure that is whole but for dust stays whole
        found = (
            near if abs(near - steps) < 1e-7 * max(1.0, abs(steps)) else math.ceil(steps) if up else math.floor(steps)
        ) * unit
        if abs(found - value) <= share * abs(value):
            return round(found, places)
    return value
