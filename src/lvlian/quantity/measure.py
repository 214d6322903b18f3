"""Figures with their units, as a plan prints them: `203万吨`, `6—8万吨`, `两百亿元`, `13350千瓦时/吨`, `2个百分点`.

The figure stays as printed and the scale word stays with the unit, in the public form of facts (`203万吨` is 203 `万吨`).
Words of comparison behind a measure (以上, 左右) are no part of it; 余 and 多 inside it are told in `inner`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lvlian.quantity.place import (
    Atom,
    atom_at,
    common_scale,
    dash_end,
    next_place,
    quantity_after,
    range_end,
)
from lvlian.quantity.unit_table import half_width, unit_table

_YEAR_UNITS = ("年", "年度")
_NEGATIVE_AFTER = frozenset(" \n\t(（:：为至到于达约")


@dataclass(frozen=True, slots=True)
class Measure:
    """`text[start:end]` prints it; `text[number_start:number_end]` is its figure (or both figures of a range).

    `value` and `value_max` (of a range) as printed, the scale word left in `unit` (half width, no white space).
    `scaled` is 级 where the whole names a size class (百亿级企业, 千亿园区) and measures nothing; `inner` holds 余 or 多.
    """

    start: int
    end: int
    value: float
    value_max: float | None
    unit: str
    number_start: int
    number_end: int
    scaled: str = ""
    inner: str = ""


def find_measures(text: str, start: int = 0, end: int | None = None) -> Iterator[Measure]:
    """Measures in `text[start:end]`, in order and apart from each other; offsets count in the whole `text`. Never raises."""
    stop = len(text) if end is None else min(end, len(text))
    part = half_width(text[start:stop])
    at = 0
    while (place := next_place(part, at)) is not None:
        at = place.end
        if place.atom is None or place.kind != "number":
            continue
        measure = _measure(part, place.start, place.atom)
        if measure is None:
            continue
        at = measure.end
        if start:
            measure = replace(
                measure,
                start=start + measure.start,
                end=start + at,
                number_start=start + measure.number_start,
                number_end=start + measure.number_end,
            )
        yield measure


def _measure(text: str, begin: int, atom: Atom) -> Measure | None:
    if atom.share:
        return Measure(begin, atom.end, atom.figure, None, atom.share, atom.start, atom.end)
    last, low_scale = atom, ""
    found = quantity_after(text, atom)
    value, value_max = atom.figure, None
    if found is None or not found["unit"]:
        # the unit may stand once, behind the second figure: 6—8万吨, 8万—12万吨
        other = range_end(text, atom, found.end("scale") if found else atom.end)
        if other is not None:
            last, low_scale = other[0], found["scale"] if found else ""
            found = quantity_after(text, last)
            if found is not None:
                value, value_max = common_scale(atom.figure, low_scale, last.figure, found["scale"])
    elif (again := _repeated(text, found)) is not None:
        last, second = again
        if _printed(second) == _printed(found) or second["base"] == found["base"]:
            value, value_max = common_scale(atom.figure, found["scale"], last.figure, second["scale"])
            found = second
    if found is None:
        return None
    unit = _printed(found)
    if found["base"] in _YEAR_UNITS and 1900 <= (value if value_max is None else value_max) <= 2100:
        return None
    if begin and text[begin - 1] in "-−" and not atom.chinese and (begin < 2 or text[begin - 2] in _NEGATIVE_AFTER):
        begin, value = begin - 1, -value
    finish = found.end("unit") if found["unit"] else found.end("scale")
    size = _size_class(text, atom, finish, unit)
    end = finish + 1 if size and text.startswith("级", finish) else finish
    return Measure(begin, end, value, value_max, unit, begin, last.figure_end, size, found["inner"] or found["inner2"])


def _repeated(text: str, found: re.Match[str]) -> tuple[Atom, re.Match[str]] | None:
    """The second half of a range whose unit stands twice: 30%-40%, 100万元至200万元."""
    dash = dash_end(text, found.end())
    if dash < 0:
        return None
    atom = atom_at(text, dash)
    if atom is None:
        return None
    second = quantity_after(text, atom)
    return None if second is None or not second["unit"] else (atom, second)


def _printed(found: re.Match[str]) -> str:
    """The unit as printed, without white space, and without the 个 of 2个百分点."""
    unit: str = found["unit"]
    if found["ge"] and found["ge"] not in ("月", "小时"):
        unit = unit[1:]
    return found["scale"] + "".join(unit.split())


def _size_class(text: str, atom: Atom, at: int, unit: str) -> str:
    """级 where the figure names a class: 百亿级, 万吨级, 千亿园区."""
    if text.startswith("级", at) and not text.startswith("级别", at):
        return "级"
    named = atom.chinese and unit in ("亿", "万亿", "亿元", "万亿元") and text[atom.start] in "十百千万亿"
    return "级" if named and unit_table().class_nouns.match(text, at) else ""
