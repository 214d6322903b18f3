"""How a premise varies: a standard normal draw becomes a value of the premise, monotone, so that one stream moves all laws alike.

A law is turned by its quantile function at the normal's probability (inverse transform). Gamma quantiles stand in a table over z, since
scipy's inverse costs a microsecond a draw; between two knots a straight line is drawn, which is within 2e-4 of the sd up to |z| = 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.risk.stream import Floats, RiskError

if TYPE_CHECKING:
    from lvlian.outlook.case import Premise

REACH = 5.0
KNOTS = 64
"""Knots of a table for each unit of z."""
GAMMA_SHAPE = 1.5
"""Shape of a premise's gamma law where nothing else is told: skewed, with its mode above zero (assumption)."""
SHARES = ("start.rate", "load.")
"""Keys of premises that are shares and end at 1, or where their own range ends beyond it."""
SIGNED = ("factor.", "project.", "power.dry")
"""Keys of premises that may be negative."""


@lru_cache(maxsize=512)
def gamma_table(shape: float, never: float = 0.0) -> Floats:
    """Quantiles of a gamma law of scale 1 at z = −5 … 5, of those delays that come about: a share 1 − `never` of all."""
    from scipy.special import gammaincinv, ndtr

    z = np.arange(-REACH, REACH + 1.5 / KNOTS, 1 / KNOTS)
    # Past the edge to never the table keeps its last value: the caller puts inf there.
    table: Floats = gammaincinv(shape, np.minimum(ndtr(z) / (1.0 - never), 1.0 - 1e-7))
    table.setflags(write=False)
    return table


def look_up(z: Floats, table: Floats) -> Floats:
    """The table's values at z, straight lines between its knots; z beyond ±5 counts as ±5."""
    place = np.clip(z, -REACH, REACH)
    place += REACH
    place *= KNOTS
    knot: NDArray[np.int32] = place.astype(np.int32)
    place -= knot
    here = table[knot]
    return here + place * (table[np.minimum(knot + 1, len(table) - 1)] - here)


def gamma_of(z: Floats, shape: float, scale: float, never: float = 0.0) -> Floats:
    """Gamma delays at normal draws: shape × scale is the mean of those that come about; with probability `never` inf."""
    if shape <= 0 or scale < 0 or not 0 <= never <= 1:
        raise RiskError(
            f"gamma law: found shape {shape:g}, scale {scale:g}, never {never:g}, expected shape > 0, scale ≥ 0, never in 0 … 1"
        )
    if never == 1:
        return np.full_like(z, np.inf)
    out = look_up(z, gamma_table(shape, never))
    out *= scale
    if never > 0:
        out[z > normal_quantile(1.0 - never)] = np.inf
    return out


def normal_quantile(share: float) -> float:
    """z below which a share of draws lies; ±inf at the ends."""
    from scipy.special import ndtri

    return float(ndtri(min(max(share, 0.0), 1.0)))


@dataclass(frozen=True, slots=True)
class Law:
    """The law of a premise: `of(z)` gives its values. `floor`, `ceiling`: what nature allows (a share ends at 1, a price at 0)."""

    kind: str
    value: float
    spread: float
    low: float
    high: float
    floor: float = -np.inf
    ceiling: float = np.inf

    def of(self, z: Floats) -> Floats:
        """Values at standard normal draws, of the same shape."""
        if self.kind == "normal":
            found = self.value + self.spread * z
        elif self.kind == "lognormal":
            found = self.value * np.exp(log_spread(self.value, self.spread) * z)
        elif self.kind == "gamma":
            found = self.value + gamma_of(z, GAMMA_SHAPE, self.spread / np.sqrt(GAMMA_SHAPE))
        elif self.kind == "triangular":
            found = triangular_of(z, self.low, self.value, self.high)
        else:
            raise RiskError(f"law: found {self.kind}, expected normal, lognormal, triangular or gamma")
        out: Floats = np.clip(found, self.floor, self.ceiling)
        return out

    def at(self, z: float) -> float:
        """The value at one place of the law."""
        return float(self.of(np.array([z]))[0])


def log_spread(value: float, spread: float) -> float:
    """The sd of the logarithm of a lognormal law with sd `spread` of which `value` is the mean; `value` is taken as its median, which is what
    a projection without draws rests on."""
    return float(np.sqrt(np.log1p((spread / value) ** 2)))


def triangular_of(z: Floats, low: float, mode: float, high: float) -> Floats:
    """Triangular values at standard normal draws."""
    from scipy.special import ndtr

    if not low <= mode <= high:
        raise RiskError(f"triangular law: found {low:g}, {mode:g}, {high:g}, expected low ≤ value ≤ high")
    if high == low:
        return np.full_like(z, mode)
    share = ndtr(z)
    edge = (mode - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - mode))
    out: Floats = np.where(share < edge, rising, falling)
    return out


def law_of(premise: Premise) -> Law | None:
    """The law of a premise, None where it does not vary. `spread` is the sd in the premise's unit; for gamma that of a delay that is
    added to the value; triangular is given by low, value and high alone."""
    if not np.isfinite(premise.spread) or premise.spread < 0:
        raise RiskError(f"premise {premise.key}, field spread: found {premise.spread}, expected a finite figure ≥ 0")
    if premise.spread == 0:
        return None
    if premise.law == "lognormal" and premise.value <= 0:
        raise RiskError(f"premise {premise.key}, field law: lognormal needs a value above 0, found {premise.value:g}")
    floor, ceiling = -np.inf, np.inf
    if not premise.key.startswith(SIGNED):
        floor = 0.0
    if premise.key.startswith(SHARES):
        ceiling = max(1.0, premise.high)
    if premise.key == "power.dry":
        floor, ceiling = -1.0, 0.0
    return Law(premise.law, premise.value, premise.spread, premise.low, premise.high, floor, ceiling)
