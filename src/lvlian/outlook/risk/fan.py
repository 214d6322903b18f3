"""Bands, chances and moments of many draws. Quantiles are of order 7 (Hyndman & Fan, Am. Stat. 50 (1996) 361–365), as numpy's default."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lvlian.outlook.risk.stream import Floats, RiskError

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""The edges of the bands that hold 50, 80 and 95 %, and the median."""


def quantiles(figures: Floats) -> Floats:
    """(7, R) the levels of each row of (R, D) draws; what is nan counts as not there, a row without a figure is nan. Reorders `figures`."""
    if figures.ndim != 2:
        raise RiskError(f"draws: found an array of {figures.ndim} axes, expected rows of draws")
    count = figures.shape[1]
    if count == 0:
        return np.full((len(LEVELS), len(figures)), np.nan)
    whole = ~np.isnan(figures).any(axis=1)
    out = np.full((len(LEVELS), len(figures)), np.nan)
    places = np.asarray(LEVELS) * (count - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, count - 1)
    if whole.all():
        figures.partition(sorted({*low, *high}), axis=1)
        out[:] = _between(figures[:, low], figures[:, high], places - low).T
    else:
        if whole.any():
            out[:, whole] = quantiles(figures[whole])
        for row in np.flatnonzero(~whole):
            there = figures[row][~np.isnan(figures[row])]
            if len(there):
                out[:, row] = np.quantile(there, LEVELS)
    return out


def _between(low: Floats, high: Floats, part: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        # An infinite figure (a project that never comes) stays infinite; inf − inf does not become nan.
        found = low + (high - low) * part
    np.copyto(found, low, where=(part == 0) | (low == high))
    return found


@dataclass(frozen=True, slots=True)
class Fan:
    """Bands over time: `quantiles` (7, T) at the places `labels`; `mean` (T,)."""

    labels: tuple[str, ...]
    quantiles: Floats
    mean: Floats

    def band(self, percent: int) -> tuple[Floats, Floats]:
        """Lower and upper edge of the 50, 80 or 95 % band. Raises RiskError for another."""
        if percent not in (50, 80, 95):
            raise RiskError(f"band: found {percent} %, expected 50, 80 or 95")
        place = {95: 0, 80: 1, 50: 2}[percent]
        return self.quantiles[place], self.quantiles[-1 - place]

    @property
    def median(self) -> Floats:
        middle: Floats = self.quantiles[3]
        return middle

    def to_json(self) -> dict[str, object]:
        """Labels, mean and quantiles by level; what is not a figure is null."""
        return {
            "labels": list(self.labels),
            "mean": plain(self.mean),
            "quantiles": {f"{level:g}": plain(row) for level, row in zip(LEVELS, self.quantiles, strict=True)},
        }


def plain(figures: Floats) -> list[float | None]:
    """Figures as JSON knows them: null for what is none."""
    return [float(figure) if np.isfinite(figure) else None for figure in figures]


def fan_of(figures: Floats, labels: tuple[str, ...]) -> Fan:
    """The bands of (T, D) draws. Reorders `figures`."""
    with np.errstate(invalid="ignore"):
        there = ~np.isnan(figures)
        count = there.sum(axis=1)
        total = np.where(there, figures, 0.0).sum(axis=1) if not there.all() else figures.sum(axis=1)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return Fan(labels, quantiles(figures), mean)


def wilson(met: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a chance that was counted (Wilson, JASA 22 (1927) 209–212): what the number of draws leaves open."""
    if count <= 0:
        return 0.0, 1.0
    z = 1.959963984540054
    share, room = met / count, z * z / count
    middle = (share + room / 2) / (1 + room)
    half = z / (1 + room) * float(np.sqrt(share * (1 - share) / count + room / (4 * count)))
    # The formula's ends may miss 0 or 1 by a rounding.
    return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)
