"""A goal's figure in each draw: by quarter, over four rolling quarters, in its year, and whether it is met.

The rules are those of lvlian.outlook.projection.reach (sums of numerators and denominators apart; increases and growth against a base),
kept here for arrays with the draws last, so that a step over all draws is one operation on what lies together in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim
from lvlian.outlook.risk.stream import Floats


@dataclass(frozen=True, eq=False)
class Course:
    """Numerator and denominator of one goal, (Q, D) each; `den` None: the figure is the numerator. `over` sum | last | mean: how quarters become
    a year. `past` (quarter → numerator, denominator) completes years that began before the first quarter. `scale` takes the figure to
    the indicator's unit, `factor` is what one of the goal's unit is of those. `base` (figure, years since) is what an increase or a growth counts from.
    `least`..`most`: the figures, in the goal's unit, that meet it."""

    num: Floats
    den: Floats | None = None
    over: str = "sum"
    past: Mapping[Quarter, tuple[float, float]] | None = None
    scale: float = 1.0
    factor: float = 1.0
    base: tuple[float, int] | None = None
    mode: str = "level"
    least: float = -np.inf
    most: float = np.inf

    def quarterly(self) -> Floats:
        """(Q, D) levels in the goal's unit."""
        return self._level(self.num, self.den) / self.factor

    def rolling(self, quarters: Sequence[Quarter]) -> Floats:
        """(Q, D) levels over the four quarters that end with each; nan where one of them lies before all that is known."""
        if self.over == "last":
            return self.quarterly()
        past = self.past or {}
        known = []
        here = quarters[0].before
        for _ in range(3):
            known.append(past.get(here))
            here = here.before
        known.reverse()
        if self.over == "mean":
            before = [np.nan if one is None else self._one(*one) for one in known]
            return _rolled(self._level(self.num, self.den), before) / 4.0 / self.factor
        num = _rolled(self.num, [np.nan if one is None else one[0] for one in known])
        den = None if self.den is None else _rolled(self.den, [np.nan if one is None else one[1] for one in known])
        return self._level(num, den) / self.factor

    def level(self, quarters: Sequence[Quarter], year: int, until: int = 4) -> Floats:
        """(D,) of a calendar year up to its quarter `until`, in the indicator's unit; nan where a quarter of it is neither projected nor
        on record."""
        places = {quarter: row for row, quarter in enumerate(quarters)}
        past = self.past or {}
        wanted = [Quarter(year, until)] if self.over == "last" else [Quarter(year, n) for n in range(1, until + 1)]
        draws = self.num.shape[1]
        if any(quarter not in places and quarter not in past for quarter in wanted):
            return np.full(draws, np.nan)
        num, den, mean = np.zeros(draws), None if self.den is None else np.zeros(draws), np.zeros(draws)
        for quarter in wanted:
            row = places.get(quarter)
            top = np.full(draws, past[quarter][0]) if row is None else self.num[row]
            bottom = None if self.den is None else np.full(draws, past[quarter][1]) if row is None else self.den[row]
            if self.over == "mean":
                mean += self._level(top, bottom)
            num += top
            if den is not None and bottom is not None:
                den += bottom
        return mean / len(wanted) if self.over == "mean" else self._level(num, den)

    def year(self, quarters: Sequence[Quarter], year: int, until: int = 4) -> Floats:
        """(D,) of a calendar year in the goal's unit: its level, or what it is more than the base, or its growth by year in per cent."""
        found = self.level(quarters, year, until)
        if self.base is None:
            return found / self.factor
        value, years = self.base
        if self.mode == "increase":
            return (found - value) / self.factor
        return np.asarray((np.maximum(found / value, 0.0) ** (1.0 / max(years, 1)) - 1.0) * 100.0 / self.factor)

    def met(self, figures: Floats) -> NDArray[np.bool_]:
        """(D,) whether each figure of the goal's year reaches it."""
        with np.errstate(invalid="ignore"):
            return (figures >= self.least) & (figures <= self.most)

    def _level(self, num: Floats, den: Floats | None) -> Floats:
        if den is None:
            return num * self.scale
        return np.divide(num, den, out=np.full_like(num, np.nan), where=den > 0) * self.scale

    def _one(self, num: float, den: float) -> float:
        return (num if self.den is None else num / den if den > 0 else float("nan")) * self.scale


def _rolled(figures: Floats, before: list[float]) -> Floats:
    """(Q, D) sums over four quarters, three of which may lie before the first."""
    out = np.empty_like(figures)
    for row in range(len(figures)):
        out[row] = figures[max(row - 3, 0) : row + 1].sum(axis=0)
        if row < 3:
            out[row] += sum(before[row:])
    return out


def shortfall(aim: Aim, figure: float) -> float:
    """Figure less goal, in the goal's unit, turned so that below 0 falls short also where less is asked for."""
    if aim.op in ("<=", "<"):
        return (aim.value if aim.value_max is None else aim.value_max) - figure
    return figure - aim.value
