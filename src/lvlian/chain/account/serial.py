"""Several wrong readings found one after the other, each judged again when others are out.

Forward: the reading farthest from what all others imply goes out while it is beyond the limit of the family. Backward: what fits
again comes back. Exchange: a reading that is out changes places with one that explains more. Two errors that hide each other are
looked for as a pair where no single reading stands out and the global test still fails. (Serial elimination with restoring:
Rosenberg, Mah & Iordache 1987; Narasimhan & Jordache 2000, chapter 8.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.account.system import Floats
from lvlian.chain.account.testing import Evidence, State, family_limit, global_limit

Bools = NDArray[np.bool_]
ROUNDS = 200
TIE = 1e-7
"""Relative difference within which two readings are equally far."""
CLEAR = 1e-7
"""Relative gain in χ² below which an exchange is a change of names only."""


@dataclass(frozen=True, slots=True)
class Removal:
    """One row of the global test: `reading` that was left out before it (None: all as received), χ² of the rest on `dof`
    balances, its `limit`, and whether it holds."""

    reading: int | None
    chi2: float
    dof: int
    limit: float
    ok: bool


def search(
    evidence: Evidence,
    family_error: float = 0.05,
    control: str = "bonferroni",
    trusted: Sequence[int] = (),
    start: Sequence[int] = (),
    fixed: int = 0,
) -> tuple[int, ...]:
    """The readings that cannot stand, in the order in which they were found; never one that nothing checks.

    `trusted` are never taken; `start` are out at the beginning and come back where they fit, but for the first `fixed`. Of readings that cannot be told
    apart one stands for all (see `sets`).
    """
    open_ = np.ones(len(evidence.score), bool)
    open_[list(trusted)] = False
    out = list(start)
    seen: set[frozenset[int]] = set()
    for _ in range(ROUNDS):
        state = evidence.state(out)
        limit = _limit(state, open_, family_error, control)
        square = np.where(open_, state.square, 0.0)
        if (back := _fits_again(state, limit, fixed)) is not None:
            step = [i for i in out if i != back]
        elif (swap := _exchange(evidence, out, open_, fixed)) is not None:
            step = swap
        elif square.size and square.max() > limit**2:
            step = [*out, _worst(square, state.information)]
        elif state.chi2 > global_limit(evidence.dof - len(out), family_error):
            step = [*out, *_pair(evidence, state, open_, family_error)]
        else:
            break
        if step == out or frozenset(step) in seen:
            break
        seen.add(frozenset(step))
        out = step
    return tuple(out)


def path(evidence: Evidence, out: Sequence[int], family_error: float = 0.05) -> tuple[Removal, ...]:
    """The global test as received and after each removal, the largest fall first."""
    rows = [removal(None, evidence.chi2, evidence.dof, family_error)]
    done: list[int] = []
    rest = list(out)
    while rest:
        square = evidence.state(done).square
        best = max(rest, key=lambda i: (float(square[i]), -i))
        done.append(best)
        rest.remove(best)
        rows.append(removal(best, evidence.state(done).chi2, evidence.dof - len(done), family_error))
    return tuple(rows)


def removal(reading: int | None, chi2: float, dof: int, family_error: float) -> Removal:
    """The row of the global test after `reading` is out."""
    limit = global_limit(dof, family_error)
    return Removal(reading, chi2, dof, limit, dof <= 0 or chi2 <= limit)


def _limit(state: State, open_: Bools, family_error: float, control: str) -> float:
    return family_limit(int((open_ & (state.information > 0)).sum()), family_error, control)


def _worst(square: Floats, information: Floats) -> int:
    """The farthest reading; among those that cannot be told apart the one that would be off by the fewest of its own sd."""
    same = np.flatnonzero(square >= square.max() * (1 - TIE))
    size = information[same]
    return int(same[np.flatnonzero(size >= size.max() * (1 - TIE))[0]])


def _fits_again(state: State, limit: float, fixed: int) -> int | None:
    """The reading that is out and would be nearest to what all others imply, where that is within the limit."""
    if len(state.out) <= fixed:
        return None
    square = state.error**2 / np.diag(state.spread)
    k = fixed + int(square[fixed:].argmin())
    return state.out[k] if square[k] < limit**2 else None


def _exchange(evidence: Evidence, out: list[int], open_: Bools, fixed: int) -> list[int] | None:
    """The exchange of one reading that is out for one that is in which lowers χ² most, if any does."""
    best, gain = None, 0.0
    if len(out) < 2:
        return None  # the only one that is out is the worst already
    for at, i in enumerate(out[fixed:], fixed):
        state = evidence.state([k for k in out if k != i])
        square = np.where(open_, state.square, 0.0)
        j = _worst(square, state.information)
        more = float(square[j] - square[i])
        if j != i and more > max(gain, CLEAR * float(square[i])):
            best, gain = [*out[:at], j, *out[at + 1 :]], more
    return best


def _pair(evidence: Evidence, state: State, open_: Bools, family_error: float) -> list[int]:
    """Two readings that together lower χ² by more than pairs of sound readings do, if there are any."""
    from scipy.special import chdtri

    at = np.flatnonzero(open_ & (state.information > 0))
    if len(at) < 2:
        return []
    w = evidence.covariance(state)[np.ix_(at, at)]
    fall = _pair_fall(state.score[at], w)
    i, j = np.unravel_index(int(fall.argmax()), fall.shape)
    beyond = chdtri(2, family_error / (len(at) * (len(at) - 1) / 2))
    return [int(at[i]), int(at[j])] if fall[i, j] > beyond else []


def _pair_fall(u: Floats, w: Floats) -> Floats:
    """(n, n) fall of χ² when both readings go out; 0 where the two cannot be told apart."""
    d = np.diag(w)
    plane = np.outer(d, d) - w**2
    clear = plane > 1e-6 * np.outer(d, d)
    top = np.outer(u**2, d)
    top = top + top.T - 2 * np.outer(u, u) * w
    return np.where(clear, top / np.where(clear, plane, 1.0), 0.0)
