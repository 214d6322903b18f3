"""What moves a goal most: the share of its variance that each premise explains alone, its rank correlation, its swing one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.outlook.risk.stream import Floats

Z80 = 1.2815515655446004
"""A tenth of a normal law lies beyond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A premise as a cause of spread in one goal. `share` of the variance explained by it alone (first-order Sobol index), `rank` Spearman's
    correlation, `low` and `high` the goal's figure where it stands at its tenth and ninetieth percentile and all others at their median."""

    key: str
    zh: str
    en: str
    group: str
    share: float
    rank: float
    low: float | None = None
    high: float | None = None

    @property
    def swing(self) -> float:
        """How far the goal's figure moves between the two, in its own unit."""
        return 0.0 if self.low is None or self.high is None else self.high - self.low

    def to_json(self) -> dict[str, Any]:
        names = ("key", "zh", "en", "group", "share", "rank", "low", "high")
        return {name: getattr(self, name) for name in names} | {"swing": self.swing}


def variance_shares(scores: Floats, figures: Floats) -> Floats:
    """(K,) share of the variance of `figures` (D,) that each row of `scores` (K, D) explains alone, 0 … 1.

    First-order Sobol index by conditional means over equally filled bins (Plischke, Reliability Eng. 95 (2010) 354–360), less what chance alone
    would explain (epsilon squared, Kelley 1935), so that a premise without effect comes out at 0 on average."""
    there = np.isfinite(figures)
    if not there.all():
        scores, figures = scores[:, there], figures[there]
    count = len(figures)
    bins = int(np.clip(np.sqrt(count) / 2, 4, 32))
    if count < 4 * bins:
        return np.zeros(len(scores))
    middle = figures - figures.mean()
    total = float(middle @ middle)
    if total <= 1e-24 * count * max(float(np.abs(figures).max()) ** 2, 1e-300):
        return np.zeros(len(scores))
    out = np.zeros(len(scores))
    place = np.empty(count, np.int64)
    for row, score in enumerate(scores):
        order = np.argsort(score, kind="stable")
        if score[order[0]] == score[order[-1]]:
            continue
        place[order] = np.arange(count) * bins // count
        # Draws with the same score belong together (a delay that is mostly zero).
        ties = np.flatnonzero(np.diff(score[order]) == 0)
        if len(ties):
            _, inverse = np.unique(score, return_inverse=True)
            first = np.full(inverse.max() + 1, bins)
            np.minimum.at(first, inverse, place)
            place = first[inverse]
        filled = np.bincount(place, minlength=bins)
        sums = np.bincount(place, weights=middle, minlength=bins)
        used = filled > 0
        between = float((sums[used] ** 2 / filled[used]).sum())
        groups = int(used.sum())
        chance = (groups - 1) * (total - between) / max(count - groups, 1)
        out[row] = min(max((between - chance) / total, 0.0), 1.0)
    return out


def rank_correlations(scores: Floats, figures: Floats) -> Floats:
    """(K,) Spearman's rank correlation of each row of `scores` (K, D) with `figures` (D,); 0 where one of the two does not vary."""
    there = np.isfinite(figures)
    ranks = _ranks(figures[there])
    out = np.zeros(len(scores))
    for row, score in enumerate(scores):
        other = _ranks(score[there])
        size = float(np.sqrt((ranks @ ranks) * (other @ other)))
        out[row] = float(ranks @ other) / size if size > 0 else 0.0
    return out


def _ranks(values: Floats) -> Floats:
    """Ranks about their mean, equal values sharing theirs."""
    if not len(values):
        return np.zeros(0)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[inverse]
    return np.asarray(ranks - ranks.mean())


def ranking(
    names: Mapping[str, tuple[str, str, str]], scores: Floats, figures: Floats, swings: Floats | None = None
) -> tuple[Driver, ...]:
    """The drivers of one goal, greatest share first. `names` key → (zh, en, group) in the order of the rows of `scores` (K, D); `swings` (K, 2)."""
    shares, ranks = variance_shares(scores, figures), rank_correlations(scores, figures)
    drivers = [
        Driver(
            key=key, zh=zh, en=en, group=group, share=float(shares[row]), rank=float(ranks[row]),
            low=None if swings is None else float(swings[row, 0]), high=None if swings is None else float(swings[row, 1]),
        )
        for row, (key, (zh, en, group)) in enumerate(names.items())
    ]  # fmt: skip
    return tuple(sorted(drivers, key=lambda one: (-one.share, -abs(one.swing), one.key)))
