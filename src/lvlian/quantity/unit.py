"""Units to compute with: one pint registry built from `unit.yaml`, made when it is first needed.

Money of each currency, each counter (户, 家, 人 …), coal equivalent and carbon dioxide are dimensions of their own: nothing is
converted by a convention that the table does not state. Temperatures are differences (no offset between scales).
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from lvlian.quantity.unit_table import half_width, squeezed, unit_table

if TYPE_CHECKING:
    from pint import UnitRegistry
    from pint.facets.plain import PlainUnit

_FACTOR = {"": 1.0, "万": 1e4, "亿": 1e8, "万亿": 1e12}
_LINE = re.compile(r"[/／]|每(?!$)")


class UnitError(ValueError):
    """A unit that the table does not know, or two units that do not measure the same."""


@cache
def _parts(printed: str) -> tuple[tuple[str, str], ...]:
    """The numerator and the denominators of a printed unit, each as (scale word, canonical symbol)."""
    text = "".join(half_width(printed).split())
    if not text:
        raise UnitError("unit: found an empty text, expected a unit such as 万吨 or 元/千瓦时")
    table = unit_table()
    pieces = _LINE.split(text)
    if text in table.symbol_of or squeezed(text) in table.symbol_of:
        pieces = [text]
    parts = []
    for index, piece in enumerate(pieces):
        part = _part(table.below_line.get(piece, piece) if index else piece)
        if part is None:
            raise UnitError(_unknown(printed, piece or text))
        if index == 0 and part[1] == "" and len(pieces) > 1:
            part = (part[0], "元")  # 亿/年 as in 亿元/年
        parts.append(part)
    return tuple(parts)


def _part(piece: str) -> tuple[str, str] | None:
    """(scale, symbol) of one unit without a line in it; 亿 alone has no symbol."""
    table = unit_table()
    symbol = _symbol(piece)
    if symbol is not None:
        return "", symbol
    for scale in ("万亿", "亿", "万"):
        if piece == scale:
            return scale, ""
        if piece.startswith(scale):
            symbol = _symbol(piece[len(scale) :])
            return None if symbol is None else (scale, symbol)
    if piece.startswith("个") and piece[1:] in table.after_ge:
        return "", table.symbol_of.get(piece[1:], piece[1:])
    return None


def _symbol(form: str) -> str | None:
    table = unit_table()
    return table.symbol_of.get(form) or table.symbol_of.get(squeezed(form))


def _unknown(printed: str, piece: str) -> str:
    table = unit_table()
    near = (
        get_close_matches(piece, table.symbol_of, n=1, cutoff=0.3)
        or [form for form in table.symbol_of if form[0] == piece[0] or form[-1] == piece[-1]][:1]
    )
    hint = f"the nearest known unit is {near[0]!r}" if near else "unit.yaml has no unit like it"
    return f"unit: found {_short(printed)!r}, which is not in unit.yaml; {hint}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def normal_unit(printed: str) -> str:
    """The one form of a printed unit: half width, aliases resolved, scale word kept.

    `kWh/t` → `千瓦时/吨`, `元/度` → `元/kWh`, `亿` → `亿元`, `万吨每年` → `万吨/年`, `个百分点` → `百分点`. Raises UnitError.
    """
    parts = _parts(printed)
    table = unit_table()
    whole = "/".join(scale + symbol for scale, symbol in parts)
    if whole in table.preferred:
        return table.preferred[whole]
    head, *below = parts
    unscaled = "/".join(["".join(head[1:]), *(scale + symbol for scale, symbol in below)])
    return head[0] + table.preferred[unscaled] if unscaled in table.preferred else whole


@cache
def registry() -> UnitRegistry[float]:
    """The registry with every unit of `unit.yaml`; scale words are factors, not prefixes (千 belongs to 千瓦)."""
    from pint import UnitRegistry

    units: UnitRegistry[float] = UnitRegistry(None, cache_folder=None)
    for entry in unit_table().entries.values():
        units.define(f"{entry.name} = {entry.definition or f'[{entry.dimension}]'}")
    return units


@cache
def _unit(printed: str) -> tuple[float, PlainUnit]:
    """The factor of the scale words and the pint unit of a printed unit."""
    units, table = registry(), unit_table()
    factor, whole = 1.0, units.Unit("")
    for index, (scale, symbol) in enumerate(_parts(printed)):
        name = table.entries[symbol or "元"].name
        if index == 0:
            factor, whole = _FACTOR[scale], units.Unit(name)
        else:
            factor, whole = factor / _FACTOR[scale], whole / units.Unit(name)
    return factor, whole


def dimension(unit: str) -> str:
    """What a unit measures, e.g. `[mass] / [time]`. Raises UnitError."""
    return str(_unit(unit)[1].dimensionality)


def same_dimension(a: str, b: str) -> bool:
    """Whether figures in the two units may be compared and added. Raises UnitError for an unknown unit."""
    return bool(_unit(a)[1].dimensionality == _unit(b)[1].dimensionality)


def convert(value: float, unit: str, to: str) -> float:
    """`value` in `unit`, told in `to`. Raises UnitError for an unknown unit or where they do not measure the same."""
    factor, source = _unit(unit)
    factor_to, target = _unit(to)
    if source == target:
        return _clean(value * factor / factor_to)
    if source.dimensionality != target.dimensionality:
        raise UnitError(
            f"unit: {_short(unit)!r} cannot be told in {_short(to)!r}, they measure {source.dimensionality} and {target.dimensionality}"
        )
    return _clean(float(registry().Quantity(value, source).to(target).magnitude) * factor / factor_to)


def _clean(value: float) -> float:
    """Without the binary noise behind the fifteenth figure."""
    return float(f"{value:.15g}")
