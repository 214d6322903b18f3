"""Tests of readings against each other: limits that hold for a whole family of tests, and what every reading says against all others.

In units of a reading's own sd, the residuals of a reconciliation are driven by one symmetric matrix of the size of the readings.
Leaving a reading out, putting it back or exchanging two needs only rows of it, so that no search reconciles again (Romagnoli &
Stephanopoulos 1981; the deleted residual of correlated readings as in Teunissen, Testing Theory, 2000, chapter 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, Ints, System

CHECKED = 1e-9
"""A reading is checked where the others narrow it by more than this share of its own information."""
POWER = 0.8
CONTROLS = ("bonferroni", "sidak")


def family_limit(tests: int, family_error: float = 0.05, control: str = "bonferroni") -> float:
    """|z| that among `tests` sound readings is exceeded anywhere with a chance of at most `family_error`.

    Bonferroni or Šidák (1967; both hold for correlated normal tests). 18 tests, 5 %: 2.99. Raises ValueError for another control.
    """
    from scipy.special import ndtri

    if not 0 < family_error < 1:
        raise ValueError(f"family_error: is {family_error:g}, expected between 0 and 1")
    if control not in CONTROLS:
        raise ValueError(f"control: is {control!r}, expected one of {', '.join(CONTROLS)}")
    count = max(int(tests), 1)
    each = family_error / count if control == "bonferroni" else -np.expm1(np.log1p(-family_error) / count)
    return float(-ndtri(each / 2))


def discoveries(z: Floats, rate: float = 0.05) -> Ints:
    """Indices of the readings that stand out when at most the share `rate` of what is named may be sound (Benjamini & Hochberg 1995).

    `z`: (r,), NaN where nothing checks. Correlated tests keep the rate in practice, not by theorem.
    """
    from scipy.special import ndtr

    tested = np.flatnonzero(~np.isnan(z))
    if not tested.size:
        return tested
    chance = 2 * ndtr(-np.abs(z[tested]))
    order = np.argsort(chance, kind="stable")
    passed = np.flatnonzero(chance[order] <= rate * np.arange(1, tested.size + 1) / tested.size)
    return np.sort(tested[order[: passed[-1] + 1]]) if passed.size else tested[:0]


def global_limit(dof: int, family_error: float = 0.05) -> float:
    """χ² that `dof` sound balances exceed with the chance `family_error`; NaN without a balance."""
    from scipy.special import chdtri

    return float(chdtri(dof, family_error)) if dof > 0 else float("nan")


def detectable_error(information: Floats, limit: float, power: float = POWER) -> Floats:
    """The smallest error that |z| > `limit` finds with the chance `power` (Baarda 1968), in the unit of 1/√information.

    `information`: (r,) inverse variance of a reading's distance from what all others imply, 0 where nothing checks it (result: ∞).
    """
    from scipy.special import ndtri

    with np.errstate(divide="ignore"):
        return np.asarray((limit + float(ndtri(power))) / np.sqrt(np.maximum(information, 0.0)))


@dataclass(frozen=True)
class State:
    """What is left when some readings are out: `score`, `information` (r,) of every reading (of those that are out: 0),
    `error` (k,) by which each that is out is off, in its own sd, and `spread` (k, k) the covariance of these errors."""

    out: tuple[int, ...]
    score: Floats
    information: Floats
    error: Floats
    spread: Floats
    chi2: float

    @property
    def square(self) -> Floats:
        """Squared distance of each reading from what all others imply, in variances: the fall of χ² if it were left out too."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.information > 0, self.score**2 / self.information, 0.0)


@dataclass(frozen=True)
class Evidence:
    """Readings against each other at one solution, in units of each reading's sd (index: place in `system.reading`).

    `score` (r,): sd · S⁻¹ · residual. `weight` (r, r): its covariance, a projection where readings are not correlated. `floor`
    (r,): information below which a reading counts as checked by nothing. `pull` (m, r): by how much a stream's value moves per sd
    of error in a reading. `value` (m,): the streams' values. Exact readings have zeros.
    """

    score: Floats
    weight: Floats
    floor: Floats
    pull: Floats
    value: Floats
    sd: Floats
    chi2: float
    dof: int

    def state(self, out: Sequence[int] = ()) -> State:
        """Everything without the readings `out`, each of which must be checked when the ones before it are out."""
        information: Floats = np.array(np.diag(self.weight))
        score: Floats = self.score
        chi2 = self.chi2
        k = list(out)
        error: Floats = np.zeros(0)
        spread: Floats = np.zeros((0, 0))
        if k:
            beside = self.weight[:, k]
            spread = np.asarray(np.linalg.inv(beside[k]), np.float64)
            error = spread @ score[k]
            share = beside @ spread
            chi2 = max(chi2 - float(score[k] @ error), 0.0)
            score = score - beside @ error
            information = information - (share * beside).sum(axis=1)
        information[information <= self.floor] = 0.0
        information[k] = 0.0
        return State(tuple(k), score, information, error, spread, chi2)

    def likeness(self, state: State, reading: int) -> Floats:
        """(r,) correlation of every reading's distance with that of `reading`, which is in; ±1: they cannot be told apart."""
        k = list(state.out)
        row = self.weight[reading]
        if k:
            row = row - (row[k] @ state.spread) @ self.weight[k]
        norm = np.sqrt(state.information * state.information[reading])
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(norm > 0, row / norm, 0.0)

    def covariance(self, state: State) -> Floats:
        """(r, r) `weight` without the readings that are out."""
        k = list(state.out)
        return self.weight - self.weight[:, k] @ state.spread @ self.weight[k] if k else self.weight

    def values(self, state: State) -> Floats:
        """(m,) values of the streams without the readings that are out."""
        return self.value - self.pull[:, list(state.out)] @ state.error


def evidence_of(solution: Solution) -> Evidence:
    """The readings of a solution against each other; about the solution where products of unknowns make it a linearisation."""
    system = solution.system
    r, m = len(system.reading), system.size
    soft = np.flatnonzero(system.variance > 0)
    stream = system.stream[soft]
    sd = np.sqrt(system.variance[soft])
    posterior = np.nan_to_num(solution.spread(_each(m)))
    own, inverse = _inverse_correlation(system, soft)
    residual = (system.reading[soft] - solution.value[stream]) / sd
    near = posterior[np.ix_(stream, stream)] / np.outer(sd, sd)
    if inverse is None:
        score, weight = residual, own - near
        pull = posterior[:, stream] / sd
    else:
        score, weight = inverse @ residual, inverse - inverse @ near @ inverse
        pull = (posterior[:, stream] / sd) @ inverse
    floor = np.full(r, np.inf)
    floor[soft] = CHECKED * (1.0 if inverse is None else np.diag(inverse))
    full_score, full_weight, full_pull = np.zeros(r), np.zeros((r, r)), np.zeros((m, r))
    full_score[soft] = score
    full_weight[np.ix_(soft, soft)] = (weight + weight.T) / 2
    full_pull[:, soft] = pull
    every = np.zeros(r)
    every[soft] = sd
    return Evidence(full_score, full_weight, floor, full_pull, solution.value, every, solution.chi2, solution.dof)


def _each(streams: int) -> Any:
    """Every stream by itself, in the form that a solution of this size takes quickest."""
    if streams <= 250:
        return np.eye(streams)
    from scipy.sparse import identity

    return identity(streams, format="csr")


def _inverse_correlation(system: System, soft: Ints) -> tuple[Floats, Floats | None]:
    """Identity and None where readings are not correlated; else the correlation matrix and its (pseudo-)inverse."""
    one: Floats = np.eye(len(soft))
    if not system.correlation:
        return one, None
    place = {int(k): i for i, k in enumerate(soft)}
    own = one.copy()
    for i, j, r in system.correlation:
        if i in place and j in place:
            own[place[i], place[j]] = own[place[j], place[i]] = r
    return own, np.asarray(np.linalg.pinv(own, rcond=1e-12, hermitian=True), np.float64)
