"""Units of statements: the unit that the engine counts an item in, and the factor from the unit as written."""

from __future__ import annotations

from functools import lru_cache

from lvlian.chain.report.problem import WordError, short

MONEY = "yuan"
FRACTION = ""
"""The unit of a content: a mass fraction."""

WHOLE = ("1", "小数", "质量分数")
"""How a fraction itself is written where a unit is asked for."""

_SYMBOL = {MONEY: "元"}
_TOLD = {MONEY: "元", "t": "吨", "kWh": "千瓦时", "m3": "立方米"}
_EXAMPLE = {
    "t": ("吨（或千吨、万吨）", "吨, 千吨 or 万吨"),
    "kWh": ("千瓦时（或万千瓦时）", "千瓦时 or 万千瓦时"),
    "m3": ("立方米（或万立方米）", "立方米 or 万立方米"),
    "元": ("元（或万元、亿元）", "元, 万元 or 亿元"),
}


def base_unit(item: str, good_unit: str, fact_unit: str = "") -> str:
    """The unit that the engine holds an item in: of the good for amounts, yuan per unit for prices, yuan for values."""
    if item == "content":
        return FRACTION
    if item == "price":
        return f"{MONEY}/{good_unit}"
    if item == "output_value":
        return MONEY
    if item == "fact":
        return fact_unit
    return good_unit


def printed(unit: str) -> str:
    """A unit of the engine as lvlian.quantity knows it: `yuan/t` → `元/t`."""
    return "/".join(_SYMBOL.get(part, part) for part in unit.split("/"))


def told(unit: str) -> str:
    """A unit of the engine as a Chinese reader is told it: `yuan/t` → `元/吨`."""
    return "/".join(_TOLD.get(part, part) for part in unit.split("/"))


@lru_cache(maxsize=4_096)
def factor(unit: str, base: str) -> float:
    """What a figure in `unit` is multiplied by to stand in `base`. Raises WordError."""
    from lvlian.quantity.unit import UnitError, convert, normal_unit

    target = printed(base)
    if unit.strip() == target:
        return 1.0
    if base == FRACTION:
        return _fraction(unit)
    try:
        if normal_unit(unit) == normal_unit(target):
            return 1.0
        return convert(1.0, unit, target)
    except UnitError as error:
        unknown = "not in unit.yaml" in str(error)
        code = "unknown-unit" if unknown else "wrong-unit"
        zh = "不是已知的单位" if unknown else "与所报的量不符"
        en = "is no known unit" if unknown else "does not measure what is reported"
        example = _EXAMPLE.get(target, (target, target))
        raise WordError(
            code,
            f"单位“{short(unit)}”{zh}，应为{example[0]}。",
            f"the unit “{short(unit)}” {en}, expected {example[1]}.",
        ) from None


def _fraction(unit: str) -> float:
    from lvlian.quantity.unit import UnitError, convert

    if unit.strip() in WHOLE:
        return 1.0
    try:
        return convert(1.0, unit, "%") / 100
    except UnitError:
        raise WordError(
            "wrong-unit",
            f"单位“{short(unit)}”与含量不符，应为 %。",
            f"the unit “{short(unit)}” is no share, expected %.",
        ) from None


def scaled(value: float, by: float) -> float:
    """The figure times the factor, without the binary noise behind the fifteenth figure; exact where the factor is 1."""
    return value if by == 1.0 else float(f"{value * by:.15g}")
