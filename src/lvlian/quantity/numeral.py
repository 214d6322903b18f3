"""Chinese and mixed numerals: `203万`, `１２０亿`, `两百亿`, `一百二十`, `1 500`, `6—8`, `8万—12万`.

A figure keeps the scale word that is printed behind it (`203万` is the figure 203 with the scale 万, its amount 2,030,000).
A Chinese numeral counts only where a scale or a unit follows, for most of them are words (一带一路, 三化三法, 统一);
the words and the marks of a place in a row (第三批次) are in `numeral.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lvlian.quantity.figure import DIGIT, MAX_LENGTH, NumeralError, scaled
from lvlian.quantity.place import NumberKind, atom_at, common_scale, next_place, range_end, with_scale
from lvlian.quantity.unit_table import half_width

__all__ = ["Number", "NumeralError", "find_numbers", "parse_number"]

_PARSE = re.compile(r"(?P<sign>[-−+]?)\s*(?P<body>.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: `text[start:end]` prints it, `figure_end` is where its figure ends and its scale begins.

    `figure` (and `figure_max` of a range) as printed, without `scale` ('', 万, 亿, 万亿). `kind` is `number`, `ordinal`
    (第三, a place in a row) or `vague` (数十; its figure is NaN).
    """

    start: int
    end: int
    figure: float
    figure_max: float | None = None
    scale: str = ""
    kind: NumberKind = "number"
    figure_end: int = -1
    chinese: bool = False

    @property
    def value(self) -> float:
        """The amount: figure times scale, exact in the printed decimals."""
        return scaled(self.figure, self.scale)

    @property
    def value_max(self) -> float | None:
        return None if self.figure_max is None else scaled(self.figure_max, self.scale)


def find_numbers(text: str, start: int = 0, end: int | None = None) -> Iterator[Number]:
    """Numbers in `text[start:end]`, in order and apart from each other; offsets count in the whole `text`. Never raises."""
    stop = len(text) if end is None else min(end, len(text))
    part = half_width(text[start:stop])
    at = 0
    while (place := next_place(part, at)) is not None:
        at = place.end
        if (atom := place.atom) is None or place.kind != "number":
            figure = atom.figure if atom else float("nan")
            yield Number(
                start + place.start, start + at, figure, None, atom.scale if atom else "", place.kind, start + at
            )
            continue
        scale, at = with_scale(part, atom)
        second = range_end(part, atom, at)
        if second is None:
            yield Number(
                start + place.start,
                start + at,
                atom.figure,
                None,
                scale,
                "number",
                start + atom.figure_end,
                atom.chinese,
            )
        else:
            other, scale_max, at = second
            low, high = common_scale(atom.figure, scale, other.figure, scale_max)
            yield Number(
                start + place.start, start + at, low, high, scale_max, "number", start + other.figure_end, atom.chinese
            )


def parse_number(text: str) -> Number:
    """The one number that `text` is. Raises NumeralError where it is none, vague, or more than one."""
    shown = text if len(text) <= 40 else text[:37] + "..."
    body = half_width(text).strip()
    match = _PARSE.fullmatch(body)
    if match is None:
        raise NumeralError("number: found an empty text, expected digits or a Chinese numeral")
    core = match["body"]
    sign = -1 if match["sign"] in ("-", "−") else 1
    if 1 < len(core) <= MAX_LENGTH and all(c in DIGIT for c in core):
        year = int("".join(str(DIGIT[c]) for c in core))  # 二〇二五
        return Number(0, len(text), sign * year, None, "", "number", len(text), True)
    atom = atom_at(core, 0)
    if atom is not None:
        scale, finish = with_scale(core, atom)
        if finish == len(core):
            return Number(0, len(text), sign * atom.figure, None, scale, "number", len(text), atom.chinese)
        second = range_end(core, atom, finish)
        if second is not None and second[2] == len(core):
            low, high = common_scale(atom.figure, scale, second[0].figure, second[1])
            return Number(0, len(text), sign * low, high, second[1], "number", len(text), atom.chinese)
    raise NumeralError(f"number: found {shown!r}, expected digits or a Chinese numeral")
