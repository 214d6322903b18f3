"""How well an account finds what was planted: recall, precision and the kind told, and what nothing could have found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lvlian.chain.account.account import Account, make_account
from lvlian.chain.account.reduce import reduce
from lvlian.chain.simulate.faults import WRONG, Fault, drawn_plans, plant_faults
from lvlian.chain.simulate.simulation import simulate
from lvlian.chain.simulate.world import World

if TYPE_CHECKING:
    from lvlian.chain.library import Library

SAME_KIND: Mapping[str, frozenset[str]] = {"bias": frozenset({"over", "under"})}
"""Kinds of the account that tell a planted kind, where the words differ."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one kind of fault. `planted`; `detectable`: of these, larger than the smallest error that would be found there with a
    chance of 80 %; `unchecked`: no balance checks the figure, so that none could find it; `found`: doubted by itself; `in_set`: a
    member of a set that the balances cannot resolve; `told`: doubted with the right kind first; `stale`: named as repeating last
    month; `detected`: of the detectable, found or in a set."""

    planted: int = 0
    detectable: int = 0
    unchecked: int = 0
    found: int = 0
    in_set: int = 0
    told: int = 0
    stale: int = 0
    detected: int = 0

    def __add__(self, other: Tally) -> Tally:
        names = self.__dataclass_fields__
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def recall(self) -> float:
        """Share of the planted that is doubted, in a set or named as stale."""
        return (self.found + self.in_set + self.stale) / self.planted if self.planted else math.nan

    @property
    def recall_detectable(self) -> float:
        """The same of those that can be found."""
        return self.detected / self.detectable if self.detectable else math.nan

    @property
    def kind_right(self) -> float:
        """Of what is doubted by itself, the share whose kind is told right."""
        return self.told / self.found if self.found else math.nan


@dataclass(frozen=True)
class Score:
    """`kinds`: tally by kind of fault; `doubts`: figures doubted and sets named; `true`: of these, wrong indeed or holding a wrong
    figure; `months` judged, `alarms` of them without a fault in which something was doubted, of `sound` such months."""

    kinds: Mapping[str, Tally] = field(default_factory=dict)
    doubts: int = 0
    true: int = 0
    months: int = 0
    sound: int = 0
    alarms: int = 0

    def __add__(self, other: Score) -> Score:
        kinds = {k: self.kinds.get(k, Tally()) + other.kinds.get(k, Tally()) for k in {**self.kinds, **other.kinds}}
        return Score(
            kinds,
            self.doubts + other.doubts,
            self.true + other.true,
            self.months + other.months,
            self.sound + other.sound,
            self.alarms + other.alarms,
        )

    @property
    def all(self) -> Tally:
        return sum(self.kinds.values(), Tally())

    @property
    def precision(self) -> float:
        """Of what is doubted, the share that is wrong indeed."""
        return self.true / self.doubts if self.doubts else math.nan


def score_account(account: Account, planted: Iterable[Fault]) -> Score:
    """Hold the doubts of a month's account against the faults planted in it. Faults that leave figures out are not scored: what is
    not there is told by the account itself."""
    faults = {f.key: f for f in planted if f.month == account.month and f.reported is not None}
    readings = account.network.readings
    where = {r.statement.key: k for k, r in enumerate(readings) if r.statement is not None}
    least = _detectable(account)
    alone = {d.reading: d for d in account.doubts}
    sets = [{m.reading for m in s.members} for s in account.sets]
    kinds: dict[str, Tally] = {}
    wrong: set[int] = set()
    for key, fault in faults.items():
        k = where.get(key)
        if k is None:
            kinds[fault.kind] = kinds.get(fault.kind, Tally()) + Tally(planted=1, unchecked=1)
            continue
        wrong.add(k)
        size = abs((fault.reported or 0.0) - (fault.honest or 0.0))
        found, in_set = k in alone, k not in alone and any(k in s for s in sets)
        stale = not found and not in_set and k in account.stale
        smallest = least.get(k, math.inf)
        can = size >= smallest
        told = found and alone[k].kind.code in SAME_KIND.get(fault.kind, {fault.kind})
        tally = Tally(
            1,
            int(can),
            int(math.isinf(smallest)),
            int(found),
            int(in_set),
            int(told),
            int(stale),
            int(can and (found or in_set or stale)),
        )
        kinds[fault.kind] = kinds.get(fault.kind, Tally()) + tally
    true = sum(k in wrong for k in alone) + sum(bool(s & wrong) for s in sets)
    doubts = len(alone) + len(sets)
    return Score(kinds, doubts, true, 1, int(not faults), int(not faults and doubts > 0))


def _detectable(account: Account) -> dict[int, float]:
    """Smallest error that would be found, by reading of the network; readings that nothing checks are missing."""
    if account.judged is None:
        return {}
    screening = account.judged.screening
    place = reduce(account.network).readings.tolist()
    if len(place) != len(screening.detectable):
        return {d.reading: d.detectable for d in account.doubts}
    return {k: float(v) for k, v in zip(place, screening.detectable, strict=True) if math.isfinite(v)}


def score_world(
    world: World,
    months: Sequence[str],
    seeds: Iterable[int],
    *,
    faults: int = 1,
    kinds: Sequence[str] = WRONG,
    library: Library | None = None,
) -> Score:
    """Simulate, plant `faults` wrong figures in the last of the months, make its account with the month before it known, and score;
    summed over seeds. With `faults` 0 only false alarms are counted."""
    total = Score()
    for seed in seeds:
        sound = simulate(world, months, seed, library=library)
        plans = drawn_plans(months[-1:], faults, seed, kinds)
        statements, planted = plant_faults(sound.statements, sound.truth, plans, seed, world.rules)
        faulty = replace(sound, statements=statements, planted=planted)
        before = faulty.statements[months[-2]] if len(months) > 1 else None
        account = make_account(faulty.region, months[-1], faulty.statements[months[-1]], library, before)
        total = total + score_account(account, planted)
    return total
