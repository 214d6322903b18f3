"""Printing of quantities as a Chinese reader expects them: `203万吨`, `1500亿元`, `6–8万吨`, `≥ 93.8%`.

Every digit that the value has is printed; nothing is rounded unless `digits` asks for it.
"""

from __future__ import annotations

from decimal import Decimal
from math import isfinite

from lvlian.quantity.figure import NumeralError
from lvlian.quantity.unit_table import half_width, squeezed, unit_table

MINUS, EN_DASH = "−", "–"
OP_SIGN = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "=": "", "~": "≈ "}
OP_WORD = {">=": "以上", ">": "以上（不含）", "<=": "以内", "<": "以下（不含）", "=": "", "~": "左右"}
_TIME_BELOW = ("年", "月", "天", "日", "季度", "小时")
_SCALES = (("万亿", Decimal(10**12)), ("亿", Decimal(10**8)), ("万", Decimal(10**4)))


def figure(value: float, *, separators: bool = False, digits: int | None = None) -> str:
    """A figure with all its decimals and a true minus; `separators` sets 1,500; `digits` rounds to so many decimals."""
    if not isfinite(value):
        raise NumeralError(f"number: found {value}, expected a finite figure")
    return _decimal(Decimal(repr(value)), separators, digits)


def _unscaled(unit: str) -> tuple[Decimal, str]:
    """The factor of the scale word that a unit is printed with, and the unit without it."""
    table = unit_table()
    text = "".join(half_width(unit).split())
    if text in table.symbol_of or squeezed(text) in table.symbol_of:
        return Decimal(1), text
    for word, factor in table.scales.items():
        if text.startswith(word):
            return Decimal(int(factor)), text[len(word) :]
    return Decimal(1), text


def _takes_scale(unit: str) -> bool:
    """Amounts and rates per time are; shares, spans of time, Latin units and what is told per tonne or mu are not."""
    base, *below = unit.split("/")
    if below and unit_table().symbol_of.get(below[0], below[0]) not in _TIME_BELOW:
        return False
    symbol = unit_table().symbol_of.get(base, "")
    entry = unit_table().entries.get(symbol)
    if entry is None:
        return not base or not base.isascii()
    return not base.isascii() and entry.dimension not in (
        "ratio",
        "percentage_point",
        "time",
        "price_share",
        "temperature",
    )


def show(
    value: float,
    unit: str = "",
    value_max: float | None = None,
    *,
    op: str = "=",
    words: bool = False,
    separators: bool = False,
    digits: int | None = None,
) -> str:
    """`value` (to `value_max`) in `unit` with 万 or 亿 as a reader expects: 2030000, 吨 → `203万吨`.

    The scale is chosen by the larger figure, so that a range has one unit: the largest of 亿, 万 and none that leaves
    it at 1 or more. `op` is one of >= > <= < = ~ and printed as a sign before, or with `words` as 以上, 左右 … behind.
    Raises NumeralError where the value is not finite or `op` unknown.
    """
    if op not in OP_SIGN:
        raise NumeralError(f"op: found {op!r}, expected one of {' '.join(OP_SIGN)}")
    for part in (value, value_max):
        if part is not None and not isfinite(part):
            raise NumeralError(f"number: found {part}, expected a finite figure")
    factor, base = _unscaled(unit)
    given = [Decimal(repr(part)) for part in (value, value_max) if part is not None]
    if _takes_scale(base):
        largest = max(abs(part) for part in given) * factor
        scale, divisor = next(((word, size) for word, size in _SCALES if largest >= size), ("", Decimal(1)))
        if not largest:
            scale, divisor = next(((word, size) for word, size in _SCALES if factor == size), (scale, divisor))
        printed = scale + base
    else:
        printed, factor, divisor = "".join(half_width(unit).split()), Decimal(1), Decimal(1)
    shown = [_decimal(part * factor / divisor, separators, digits) for part in given]
    body = EN_DASH.join(shown) + printed
    return body + OP_WORD[op] if words else OP_SIGN[op] + body


def _decimal(value: Decimal, separators: bool, digits: int | None) -> str:
    if digits is not None:
        value = round(value, digits)
    text = f"{abs(value):,f}" if separators else f"{abs(value):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return (MINUS if value < 0 and text != "0" else "") + text
