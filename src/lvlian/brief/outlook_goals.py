"""The goals of an outlook as they are said: figure, interval, chance, the light that the chance gives, what holds them back, what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.outlook.conflict.words import unit_en
from lvlian.quantity.show import EN_DASH, MINUS, figure

from .outlook import LIKELY, SURE, Odds, Outlook
from .wording import Said, Wording

if TYPE_CHECKING:
    from lvlian.outlook.case import Aim
    from lvlian.outlook.projection import Reach

COUNTED = ("户", "家", "个", "次", "项", "人", "名")
NOTHING = "—"
WHOLE = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< "}
ROUND = 0.01


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal. `value` is the median of the draws, else the projection on the dates of now (then without chance and light); `course` that
    projection; `lacks` what is missing and `ask` who has it."""

    aim: Aim
    name: Said
    value: float | None
    course: float | None
    odds: Odds | None
    held: Said
    lacks: Said
    ask: tuple[str, ...]
    places: int

    @property
    def light(self) -> str:
        return light_of(None if self.odds is None else self.odds.chance)

    @property
    def gap(self) -> float | None:
        return None if self.value is None else self.value - self.aim.value

    @property
    def short(self) -> float:
        """By how large a share of itself the goal is missed; 0 where it is met or nobody knows."""
        if self.gap is None or not self.aim.value:
            return 0.0
        lack = self.gap if self.aim.op in ("<=", "<") else -self.gap
        return max(lack / abs(self.aim.value), 0.0)

    @property
    def told(self) -> str:
        return number(self.value, self.places)

    @property
    def gap_told(self) -> str:
        return number(self.gap, self.places, sign=True)

    @property
    def interval(self) -> str:
        if self.odds is None or not (math.isfinite(self.odds.low) and math.isfinite(self.odds.high)):
            return NOTHING
        return f"{number(self.odds.low, self.places)}{EN_DASH}{number(self.odds.high, self.places)}"

    @property
    def chance(self) -> str:
        return NOTHING if self.odds is None else chance_words(self.odds.chance)

    @property
    def target(self) -> Said:
        """`≥ 180`, `900 左右`, `6–8`."""
        aim = self.aim
        text = figure(aim.value, separators=abs(aim.value) >= 1e4)
        if aim.value_max is not None:
            text += EN_DASH + figure(aim.value_max)
        if aim.op == "~":
            return Said(f"{text} 左右", f"≈ {text}")
        return Said(*[WHOLE.get(aim.op, "") + text] * 2)

    @property
    def unit(self) -> Said:
        return Said(self.aim.unit, english_unit(self.aim.unit))

    @property
    def whole(self) -> Said:
        """The goal with its year."""
        if not self.aim.year:
            return self.name
        return Said(f"{self.aim.year}年{self.name.zh}", f"{self.name.en} {self.aim.year}")


def english_unit(unit: str) -> str:
    """A unit as English has it."""
    said = Wording().term("outlook_unit_of", unit)
    return said.en if said.en != unit else unit_en(unit)


def light_of(chance: float | None) -> str:
    """`ok` from 70 %, `warn` from 30 %, `bad` below, `none` where nothing can be said."""
    if chance is None:
        return "none"
    return "ok" if chance >= SURE else "warn" if chance >= LIKELY else "bad"


def chance_words(chance: float) -> str:
    """`44%`; never 0 or 100, which no number of draws shows."""
    if chance < ROUND:
        return "< 1%"
    if chance > 1 - ROUND:
        return "> 99%"
    if light_of(round(chance, 2)) != light_of(chance):  # 29.7 % is no 30 %
        return f"{int(chance * 1000) / 10:.1f}%"
    return f"{chance:.0%}"


def number(value: float | None, places: int, *, sign: bool = False) -> str:
    """A figure with so many decimals and a true minus; `sign` sets the plus too."""
    if value is None or not math.isfinite(value):
        return NOTHING
    rounded = round(value, places)
    text = f"{abs(rounded):,.{places}f}" if abs(rounded) >= 1e4 else f"{abs(rounded):.{places}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if rounded < 0 else "+" if sign else "") + text


def places_for(values: Iterable[float | None], unit: str) -> int:
    """Decimals with which the figures of one goal stand side by side."""
    sizes = [abs(value) for value in values if value is not None and math.isfinite(value)]
    if unit.startswith(COUNTED) or not sizes:
        return 0
    top = max(sizes)
    return 0 if top >= 300 else 1 if top >= 10 else 2


def goal_lines(told_of: Outlook) -> tuple[GoalLine, ...]:
    """Every goal of the case in its order."""
    return tuple(_line(told_of, one) for one in told_of.projection.aims)


def _line(told_of: Outlook, reach: Reach) -> GoalLine:
    aim, odds = reach.aim, told_of.odds.get(reach.aim.id)
    value = reach.value if odds is None else odds.median
    if value is not None and not math.isfinite(value):
        value = reach.value
    lacks = Said("", "")
    ask: tuple[str, ...] = ()
    if odds is None:
        first = reach.missing[0] if reach.missing else None
        why = told_of.silent.get(aim.id, ("", ""))
        if first is not None:
            lacks = Said(first.zh, first.en)
        elif why[0] and why[1] != why[0]:
            lacks = Said(*why)
        else:
            lacks = Said(aim.why, Wording().both("outlook_no_formula").en)
        ask = first.ask if first is not None else ()
    return GoalLine(
        aim, goal_name(told_of, aim), value, reach.value, odds, _held(told_of, aim, odds), lacks, ask,
        places_for((value, reach.value, aim.value if value is not None else None), aim.unit),
    )  # fmt: skip


def goal_name(told_of: Outlook, aim: Aim) -> Said:
    """The goal's name, with the list of projects or the firm that it is about; in English by the name of its indicator."""
    from lvlian.chain.library import load_library

    entry = load_library().indicators.get(aim.indicator)
    english = entry.name_en if entry is not None else _gloss(aim.name)
    firm = (told_of.case.names.get(aim.firm) or aim.subject) if aim.firm else ""
    about = aim.group or firm
    groups = Wording().term("outlook_group", about)
    if not about or about in aim.name:
        return Said(aim.name, english)
    return Said(
        f"{about}{aim.name}",
        english if aim.group and entry is not None and "projects" in english else f"{english}, {groups.en}",
    )


def _gloss(name: str) -> str:
    from .naming import indicator_gloss

    return indicator_gloss(name) or name


def _held(told_of: Outlook, aim: Aim, odds: Odds | None) -> Said:
    """What costs the goal most over the quarters of its year."""
    if odds is None or odds.chance >= SURE:
        return Said(NOTHING, NOTHING)
    gains: dict[tuple[str, str], float] = {}
    for row in told_of.projection.bound(aim.id):
        if row.kind and row.quarter.startswith(f"{aim.year}"):
            key = row.zh, row.en
            gains[key] = gains.get(key, 0.0) + abs(row.gain)
    if not gains:
        return Said(NOTHING, NOTHING)
    return Said(*max(gains, key=lambda key: gains[key]))


def worst_first(lines: Iterable[GoalLine]) -> list[GoalLine]:
    """Goals that a chance is known of and that may fall short: the region's own before lists and firms, money before shares before counts, the
    last year and the widest gap first."""
    open_lines = [one for one in lines if one.odds is not None and one.odds.chance < SURE]
    return sorted(
        open_lines,
        key=lambda one: (
            bool(one.aim.firm or one.aim.group),
            one.light != "bad",
            _weight(one.aim.unit),
            -one.aim.year,
            -one.short,
        ),
    )


def _weight(unit: str) -> int:
    return 0 if unit.endswith("元") else 1 if unit == "%" else 3 if unit.startswith(COUNTED) else 2
