"""A goal's figure in each draw: by quarter, over four rolling quarters, in its year, and whether it is met.

Sums are taken of numerators and denominators apart, so that a share of a year is the share of its sums.
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
    """Numerator and denominator of one goal, (Q, D) each, draws last; `den` None: the figure is the numerator. `stock` True: a figure that
    stands at a quarter's end (a count, a capacity) rather than one that flows; it is not added up. `past` (quarter → numerator,
    denominator) completes years that began before the first quarter. `unit_factor` turns the goal's unit into theirs; `base` is taken off
    (increase) or compared with (growth rate)."""

    num: Floats
    den: Floats | None = None
    stock: bool = False
    past: Mapping[Quarter, tuple[float, float]] | None = None
    unit_factor: float = 1.0
    base: float | None = None
    mode: str = "level"

    def quarterly(self) -> Floats:
        """(Q, D) in the goal's unit."""
        return self._figure(self.num, self.den)

    def rolling(self, quarters: Sequence[Quarter]) -> Floats:
        """(Q, D) over the four quarters that end with each; nan where one of them lies before all that is known."""
        if self.stock:
            return self.quarterly()
        past = self.past or {}
        known = []
        here = quarters[0].before
        for _ in range(3):
            known.append(past.get(here))
            here = here.before
        known.reverse()
        num = _rolled(self.num, [np.nan if one is None else one[0] for one in known])
        den = None if self.den is None else _rolled(self.den, [np.nan if one is None else one[1] for one in known])
        return self._figure(num, den)

    def year(self, quarters: Sequence[Quarter], year: int, until: int = 4) -> Floats:
        """(D,) of a calendar year up to its quarter `until`; nan where a quarter of it is neither projected nor on record."""
        places = {quarter: row for row, quarter in enumerate(quarters)}
        if self.stock:
            row = places.get(Quarter(year, until))
            return (
                np.full(self.num.shape[1], np.nan)
                if row is None
                else self._figure(self.num[row], None if self.den is None else self.den[row])
            )
        past = self.past or {}
        num = np.zeros(self.num.shape[1])
        den = None if self.den is None else np.zeros(self.num.shape[1])
        for number in range(1, until + 1):
            quarter = Quarter(year, number)
            if quarter in places:
                num += self.num[places[quarter]]
                if den is not None and self.den is not None:
                    den += self.den[places[quarter]]
            elif quarter in past:
                num += past[quarter][0]
                if den is not None:
                    den += past[quarter][1]
            else:
                return np.full(self.num.shape[1], np.nan)
        return self._figure(num, den)

    def _figure(self, num: Floats, den: Floats | None) -> Floats:
        if den is None:
            found = num / self.unit_factor
        else:
            found = np.divide(num, den, out=np.full_like(num, np.nan), where=den != 0) / self.unit_factor
        if self.base is None:
            return found
        return found - self.base if self.mode == "increase" else (found / self.base - 1.0) * 100.0


def _rolled(figures: Floats, before: list[float]) -> Floats:
    """(Q, D) sums over four quarters, three of which may lie before the first."""
    out = np.empty_like(figures)
    for row in range(len(figures)):
        out[row] = figures[max(row - 3, 0) : row + 1].sum(axis=0)
        if row < 3:
            out[row] += sum(before[row:])
    return out


def met(aim: Aim, figures: Floats) -> NDArray[np.bool_]:
    """(D,) whether each figure, in the goal's unit, reaches the goal. 左右 (`~`) leaves the share `about` on either side, and more is not held
    against a goal that wants growth: only falling short is. A range is reached at its lower end."""
    with np.errstate(invalid="ignore"):
        if aim.op in ("<=", "<"):
            top = aim.value if aim.value_max is None else aim.value_max
            return figures < top if aim.op == "<" else figures <= top
        bottom = aim.value * (1.0 - aim.about) if aim.op == "~" else aim.value
        return figures > bottom if aim.op == ">" else figures >= bottom


def shortfall(aim: Aim, figure: float) -> float:
    """Figure less goal, in the goal's unit; below 0 it falls short, also where less is asked for."""
    if aim.op in ("<=", "<"):
        return (aim.value if aim.value_max is None else aim.value_max) - figure
    return figure - aim.value
