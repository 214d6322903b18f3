"""Readings that no balance can tell apart: if any one of them is wrong, removing any other closes the account as well.

Two readings cannot be told apart when their distances from what all others imply are correlated by ±1 (parallel columns, all
flows of one lonely balance, cycles). Which of them is wrong can only be settled outside the balances (Bagajewicz & Jiang 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lvlian.chain.account.system import Floats
from lvlian.chain.account.testing import Evidence, State

SAME = 1e-8
"""1 − r² up to which two readings count as one and the same for the balances (rounding adds to it where they are hardly checked)."""
NEAR, CLOSE = 0.98, 4.0
"""|r| from which two readings are called nearly indistinguishable; so are those between which χ² differs by less than CLOSE."""


@dataclass(frozen=True, slots=True)
class Member:
    """One reading of a set: what it would have to be (`implied` ± `sd`) if it alone were wrong. `moved`: (stream, difference) of the
    values that would then differ from the screening's solution."""

    reading: int
    reported: float
    implied: float
    sd: float
    z: float
    moved: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class SuspectSet:
    """`count` of the `members` are wrong and the balances cannot say which. `stand_in`: the members that the screening's solution
    does without; they are no more suspect than the others. `members` have an `implied` only where `count` is 1, else NaN."""

    members: tuple[Member, ...]
    stand_in: tuple[int, ...]
    count: int

    @property
    def readings(self) -> tuple[int, ...]:
        return tuple(m.reading for m in self.members)


@dataclass(frozen=True, slots=True)
class Near:
    """A reading that could be the wrong one almost as well: correlation of the two distances, and by how much χ² would be higher."""

    reading: int
    likeness: float
    cost: float


def same_as(
    evidence: Evidence, state: State, reading: int, trusted: Sequence[int] = ()
) -> tuple[list[int], list[Near]]:
    """Which other readings cannot be told from `reading` (which is in), and which hardly can. `trusted` are not named."""
    r = evidence.likeness(state, reading)
    square = state.square
    noise = 1e-13 / np.maximum(np.minimum(state.information, state.information[reading]), 1e-300)
    apart = np.maximum(1.0 - r**2, 0.0)
    apart[reading] = np.inf
    apart[list(trusted)] = np.inf
    same = np.flatnonzero(apart <= np.minimum(SAME + noise, 1e-4))
    cost = square[reading] - square
    hard = (np.abs(r) > NEAR) | (cost < CLOSE)
    near = np.flatnonzero(hard & (apart > np.minimum(SAME + noise, 1e-4)) & np.isfinite(apart) & (square > CLOSE))
    found = [Near(int(j), float(r[j]), float(cost[j])) for j in near]
    return [int(j) for j in same], sorted(found, key=lambda n: (n.cost, n.reading))


def sets_of(
    evidence: Evidence,
    out: Sequence[int],
    reported: Floats,
    sd: Floats,
    trusted: Sequence[int] = (),
    settled: Sequence[int] = (),
) -> tuple[tuple[SuspectSet, ...], dict[int, tuple[Near, ...]]]:
    """The sets among which the readings that are out stand, and for each that stands alone what is near to it.

    `reported`, `sd`: (r,) in the readings' units. Sets that overlap become one with a higher count. `settled` are known
    to be wrong from elsewhere, so that nothing can stand in their place.
    """
    alike: dict[int, list[int]] = {}
    near: dict[int, tuple[Near, ...]] = {}
    for i in out:
        if i in settled:
            continue
        state = evidence.state([k for k in out if k != i])
        same, close = same_as(evidence, state, i, trusted)
        same = [j for j in same if j not in out]
        near[i] = tuple(close)
        if same:
            alike[i] = same
    groups: list[tuple[set[int], set[int]]] = []
    for i, same in alike.items():
        names, heads = {i, *same}, {i}
        for group in [g for g in groups if g[0] & names]:
            names |= group[0]
            heads |= group[1]
            groups.remove(group)
        groups.append((names, heads))
    found = tuple(_set(evidence, out, sorted(names), sorted(heads), reported, sd) for names, heads in groups)
    return found, near


def _set(
    evidence: Evidence, out: Sequence[int], names: list[int], heads: list[int], reported: Floats, sd: Floats
) -> SuspectSet:
    if len(heads) > 1:
        none = float("nan")
        return SuspectSet(
            tuple(Member(i, float(reported[i]), none, none, none) for i in names), tuple(heads), len(heads)
        )
    others = [k for k in out if k != heads[0]]
    base = evidence.state([*others, heads[0]])
    there = evidence.values(base)
    members = []
    for i in names:
        state = evidence.state([*others, i])
        error, spread = float(state.error[-1]), float(state.spread[-1, -1])
        implied = float(reported[i]) - error * float(sd[i])
        moved = _moved(evidence.values(state) - there, there) if i != heads[0] else ()
        own = float(sd[i]) * np.sqrt(max(spread - 1.0, 0.0))
        members.append(Member(i, float(reported[i]), implied, float(own), error / np.sqrt(spread), moved))
    return SuspectSet(tuple(members), tuple(heads), 1)


def _moved(difference: Floats, there: Floats) -> tuple[tuple[int, float], ...]:
    size = np.maximum(np.abs(np.nan_to_num(there)), 1.0)
    at = np.flatnonzero(np.abs(np.nan_to_num(difference)) > 1e-9 * size)
    return tuple((int(k), float(difference[k])) for k in at)
