"""A robust estimate beside the serial test: every reading keeps a weight that falls the farther it is from what all others imply.

Iterated reweighting, first with a convex loss (Huber 1964), which has one answer and gathers a contradiction in few readings, then
with a redescending one that is flat in the middle (after Dennis & Welsch 1978), so that what is far off loses all influence. What
is flagged is judged by its distance from what all others imply, in the sd of that distance: in a network with few checks the plain
residual is small even for a wrong reading.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lvlian.chain.account.system import Floats, Ints
from lvlian.chain.account.testing import Evidence

HUBER = 0.8
"""The convex loss has full weight up to a residual of so many sd."""
FLAT, FALL = 2.0, 1.5
"""Then full weight up to |z| = FLAT and exp(−((|z| − FLAT)/FALL)²) beyond."""
LEAST = 1e-5
"""No weight is below this: small enough to say nothing, large enough not to lose digits."""
CONVEX_ROUNDS, ROUNDS, STILL = 25, 25, 0.05


@dataclass(frozen=True)
class Robust:
    """`weight` (r,) 0 … 1 of every reading, `z` (r,) its distance from what all others (as weighted) imply, NaN where nothing
    checks it, `flagged` the readings beyond the limit that lost more than half of their weight, `value` (m,) of the streams."""

    weight: Floats
    z: Floats
    flagged: tuple[int, ...]
    value: Floats


def robust(evidence: Evidence, limit: float) -> Robust:
    """The robust estimate at the readings of `evidence`; `limit` on |z| says which readings it flags."""
    weight = np.ones(len(evidence.score))
    for _ in range(CONVEX_ROUNDS):
        residual = _residual(evidence, weight)
        new = np.minimum(1.0, HUBER / np.maximum(np.abs(residual), 1e-12))
        still = bool(np.max(np.abs(new - weight) / weight, initial=0.0) < STILL)
        weight = new
        if still:
            break
    for _ in range(ROUNDS):
        residual = _residual(evidence, weight)
        far = np.maximum(np.abs(residual) - FLAT, 0.0)
        new = np.maximum(np.exp(-((far / FALL) ** 2)), LEAST)
        still = bool(np.max(np.abs(new - weight), initial=0.0) < STILL)
        weight = new
        if still:
            break
    z, value = _distances(evidence, weight)
    flagged = tuple(int(k) for k in np.flatnonzero((np.abs(np.nan_to_num(z)) > limit) & (weight < 0.5)))
    return Robust(weight, z, flagged, value)


def _inner(evidence: Evidence, weight: Floats) -> tuple[Ints, Floats]:
    """The readings whose weight has fallen, and their inverse covariance with the variance `1/weight − 1` added to each."""
    wide = 1.0 / weight - 1.0
    at = np.flatnonzero((wide > 1e-6) & (np.diag(evidence.weight) > evidence.floor))
    return at, np.asarray(np.linalg.inv(np.diag(1.0 / wide[at]) + evidence.weight[np.ix_(at, at)]), np.float64)


def _residual(evidence: Evidence, weight: Floats) -> Floats:
    """Residuals in a reading's own sd when the readings have these weights."""
    at, inner = _inner(evidence, weight)
    return np.asarray((evidence.score - (inner @ evidence.score[at]) @ evidence.weight[at]) / weight)


def _distances(evidence: Evidence, weight: Floats) -> tuple[Floats, Floats]:
    """Deleted residuals over their sd, and the streams' values, when the readings have these weights."""
    at, inner = _inner(evidence, weight)
    beside = evidence.weight[:, at]
    pulled = inner @ evidence.score[at]
    score = evidence.score - beside @ pulled
    information = np.diag(evidence.weight) - ((beside @ inner) * beside).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 1.0 / information - (1.0 / weight - 1.0)
        checked = (np.diag(evidence.weight) > evidence.floor) & (variance > 0)
        z = np.where(checked, score / information / np.sqrt(variance), np.nan)
    return z, evidence.value - evidence.pull[:, at] @ pulled
