"""Which statements are doubted, what they look like, and which sets the balances leave open.

Where the balances cannot tell readings apart, what a figure looks like may: if exactly one member of a set becomes right by a rule
(ten times, another unit, a party left out), that one is taken out and the set is settled. Where several errors hide among the same
readings, what asks for the least change is taken. A figure equal to last month's that nothing checks is not used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lvlian.chain.account.kinds import Kind, Labelled, likely
from lvlian.chain.account.labels import UNITS, firm_name
from lvlian.chain.account.network import Network
from lvlian.chain.account.reduce import Reduced
from lvlian.chain.account.sets import same_as
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.sources import Sources
from lvlian.chain.account.suspects import Screening, screen
from lvlian.chain.account.testing import Evidence, evidence_of
from lvlian.chain.report.statement import Statement

RULES = ("tenfold", "unit", "sign", "digits", "missing", "blank")
"""Kinds that say by themselves which value was meant, so that one member of a set can be told by it."""
SURE = 0.5
ROUNDS = 4
LARGEST_SET = 8
LIKE_COST = 2.0


@dataclass(frozen=True)
class Doubt:
    """A doubted reading (index into the network's): what all others imply (`implied` ± `sd`), the distance `z`, the likely `kinds`, the
    smallest error that would be found (`detectable`). `by_kind`: the balances alone could not tell it from `instead` (readings), its kind could."""

    reading: int
    reported: float
    implied: float
    sd: float
    z: float
    kinds: tuple[Kind, ...]
    detectable: float = math.nan
    instead: tuple[int, ...] = ()
    by_kind: bool = False

    @property
    def kind(self) -> Kind:
        """The likeliest."""
        return self.kinds[0]


@dataclass(frozen=True)
class DoubtSet:
    """`count` of `members` are wrong and nothing here says which; each member's `implied` is what it would have to be if it alone were.
    `alternatives`: for each member, the values (by stream of the network) that differ from the account's if it is the wrong one."""

    members: tuple[Doubt, ...]
    count: int
    stand_in: int
    alternatives: tuple[Mapping[int, float], ...] = ()


@dataclass(frozen=True)
class Judged:
    """The verdict: `out` are readings of the network that the account does without; `stale` those of them that repeat last month."""

    screening: Screening
    doubts: tuple[Doubt, ...]
    sets: tuple[DoubtSet, ...]
    stale: tuple[int, ...]
    out: frozenset[int]


def judge(
    reduced: Reduced,
    previous: Mapping[tuple[str, ...], Statement],
    sources: Sources,
    family_error: float = 0.05,
) -> Judged:
    """Screen the core of a network. `previous`: last month's statements by key. Raises UnsolvableError."""
    network = reduced.network
    place = reduced.readings.tolist()
    trusted = [i for i, r in enumerate(place) if network.readings[r].role != "statement"]
    repeated = {r for r, x in enumerate(network.readings) if x.statement and _repeats(x.statement, previous, sources)}
    found = screen(reduced.core, family_error, trusted=trusted)
    unchecked = CLASSES.index("nonredundant")
    kind = found.solution.kind[reduced.core.stream]
    stale = [i for i, r in enumerate(place) if r in repeated and kind[i] == unchecked]
    alone = [r for _, r in reduced.alone if r in repeated]
    settled: list[int] = list(stale)
    if stale:
        found = screen(reduced.core, family_error, trusted=trusted, settled=settled)
    evidence = evidence_of(found.received)
    asker = _Asker(network, place, found, evidence, previous, trusted)
    by_kind: set[int] = set()
    for _ in range(ROUNDS):
        chosen = asker.settle(found, settled)
        if not chosen:
            break
        settled += chosen
        by_kind |= set(chosen)
        found = screen(reduced.core, family_error, trusted=trusted, settled=settled)
    doubts, sets = asker.verdict(found, settled, set(stale), by_kind, reduced)
    gone = frozenset(place[i] for i in found.out) | frozenset(alone)
    return Judged(found, doubts, sets, tuple(sorted([*(place[i] for i in stale), *alone])), gone)


def _repeats(statement: Statement, previous: Mapping[tuple[str, ...], Statement], sources: Sources) -> bool:
    before = previous.get(statement.key)
    return before is not None and before.value == statement.value and abs(statement.value) >= sources.stale_least


@dataclass
class _Asker:
    """What the kinds say of readings of the core."""

    network: Network
    place: list[int]
    first: Screening
    evidence: Evidence
    previous: Mapping[tuple[str, ...], Statement]
    trusted: Sequence[int]

    def settle(self, found: Screening, settled: Sequence[int]) -> list[int]:
        """Readings that a rule or the least change singles out of the open sets."""
        chosen: list[int] = []
        open_ = [i for i in found.out if i not in settled]
        for heads, names in self._groups(found, settled):
            if len(heads) == 1:
                fitting = [i for i in names if self._told(found, heads[0], i)]
                if len(fitting) == 1 and len(names) > 1:
                    chosen += fitting
            elif len(names) <= LARGEST_SET:
                chosen += self._least(open_, found, heads, names)
        return [i for i in dict.fromkeys(chosen) if i not in settled]

    def _groups(self, found: Screening, settled: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """(stand-ins, members) of what cannot be told apart, given what is settled."""
        groups: list[tuple[list[int], list[int]]] = []
        checked = [i for i in found.out if self.evidence.weight[i, i] > self.evidence.floor[i]]
        for i in checked:
            if i in settled:
                continue
            state = self.evidence.state([k for k in checked if k != i])
            same, _ = same_as(self.evidence, state, i, [*self.trusted, *settled])
            names = {i, *(j for j in same if j not in found.out)}
            heads = [i]
            for group in [g for g in groups if set(g[1]) & names]:
                names |= set(group[1])
                heads = [*group[0], *heads]
                groups.remove(group)
            groups.append((heads, sorted(names)))
        return groups

    def _least(self, open_: list[int], found: Screening, heads: list[int], names: list[int]) -> list[int]:
        """Of several hypotheses that close alike, the readings that all those with little change have in common."""
        others = [k for k in found.out if k not in heads and self.evidence.weight[k, k] > self.evidence.floor[k]]
        costs: list[tuple[float, tuple[int, ...]]] = []
        for combo in combinations(names, len(heads)):
            try:
                error = self.evidence.state([*others, *combo]).error[len(others) :]
            except np.linalg.LinAlgError:
                continue
            cost = 0.0
            for i, e in zip(combo, error.tolist(), strict=True):
                said = float(found.system.reading[i])
                meant = said - e * float(self.evidence.sd[i])
                cost += abs(said - meant) / max(abs(said), abs(meant), 1e-300)
            if math.isfinite(cost):
                costs.append((cost, combo))
        if not costs:
            return []
        least = min(cost for cost, _ in costs)
        near = [set(combo) for cost, combo in costs if cost <= LIKE_COST * least]
        common = set.intersection(*near)
        return sorted(common) if len(common) < len(heads) else []

    def _alone(self, found: Screening, head: int, reading: int) -> tuple[float, float, float, np.ndarray]:
        """Implied value, its sd and z if `reading` were wrong in the place of `head`, and the values of the core then."""
        others = [k for k in found.out if k != head and self.evidence.weight[k, k] > self.evidence.floor[k]]
        state = self.evidence.state([*others, reading])
        error, spread = float(state.error[-1]), float(state.spread[-1, -1])
        sd = float(self.evidence.sd[reading])
        implied = float(found.system.reading[reading]) - error * sd
        return implied, sd * math.sqrt(max(spread - 1.0, 0.0)), error / math.sqrt(spread), self.evidence.values(state)

    def _told(self, found: Screening, head: int, reading: int) -> bool:
        implied, sd, _, _ = self._alone(found, head, reading)
        kind = self.kinds(reading, implied, sd)[0]
        return kind.code in RULES and kind.fits and kind.weight >= SURE

    def kinds(self, reading: int, implied: float, sd: float) -> tuple[Kind, ...]:
        """The likely kinds of a reading of the core."""
        r = self.place[reading]
        given = self.network.readings[r]
        stream = self.network.streams[given.stream]
        statement = given.statement
        before = self.previous.get(statement.key) if statement is not None else None
        unit = stream.unit if stream.unit else "1"
        return likely(
            given.value,
            implied,
            max(sd, 1e-9),
            own_sd=given.sd,
            unit=unit,
            previous=before.value if before is not None else None,
            others=self._others(r) if stream.kind in ("total",) else (),
            scale=UNITS.get(stream.unit, ("", "", 1.0))[2],
        )

    def _others(self, r: int) -> list[Labelled]:
        """Parts of a total, each of which may have been left out."""
        network = self.network
        total = network.readings[r].stream
        node = next((n for n in network.nodes if n.kind == "total" and n.terms[0][0] == total), None)
        out = []
        value = {int(k): float(v) for k, v in zip(self._members, self.first.solution.value, strict=True)}
        sd = {int(k): float(v) for k, v in zip(self._members, self.first.solution.sd, strict=True)}
        for k, _ in node.terms[1:] if node is not None else ():
            stream = network.streams[k]
            name = stream.partner if stream.kind == "moved" else stream.process or stream.firm
            zh, en = firm_name(network.region, name), firm_name(network.region, name, False)
            if k in value and math.isfinite(value[k]):
                out.append(Labelled(zh, value[k], sd[k], en))
        return out

    _members: Sequence[int] = ()

    def verdict(
        self, found: Screening, settled: Sequence[int], stale: set[int], by_kind: set[int], reduced: Reduced
    ) -> tuple[tuple[Doubt, ...], tuple[DoubtSet, ...]]:
        """Single doubts and open sets of the last screening, by their share of χ²."""
        self._members = reduced.members.tolist()
        order = {row.reading: at for at, row in enumerate(found.removals) if row.reading is not None}
        doubts: list[tuple[int, Doubt]] = []
        sets: list[DoubtSet] = []
        groups = self._groups(found, settled)
        for i in settled:
            if i not in stale:
                doubts.append((order.get(i, 99), self._doubt(found, i, i in by_kind)))
        for heads, names in groups:
            if len(names) == 1:
                doubts.append((order.get(names[0], 99), self._doubt(found, names[0], False)))
            elif len(heads) > 1:
                members = tuple(self._bare(found, i) for i in names)
                sets.append(DoubtSet(members, len(heads), self.place[heads[0]]))
            else:
                sets.append(self._set(found, heads[0], names, reduced))
        return tuple(d for _, d in sorted(doubts, key=lambda x: x[0])), tuple(sets)

    def _doubt(self, found: Screening, i: int, by_kind: bool) -> Doubt:
        implied, sd, z = float(found.implied[i]), float(found.implied_sd[i]), float(found.z[i])
        given = self.network.readings[self.place[i]]
        kinds = (
            self.kinds(i, implied, sd)
            if math.isfinite(implied)
            else likely(given.value, given.value, max(given.sd, 1e-9))
        )
        checked = [k for k in found.out if k != i and self.evidence.weight[k, k] > self.evidence.floor[k]]
        instead: tuple[int, ...] = ()
        if self.evidence.weight[i, i] > self.evidence.floor[i]:
            same, _ = same_as(self.evidence, self.evidence.state(checked), i, self.trusted)
            instead = tuple(self.place[j] for j in same if j not in found.out)
        return Doubt(
            reading=self.place[i],
            reported=given.value,
            implied=implied,
            sd=sd,
            z=z,
            kinds=kinds,
            detectable=float(found.detectable[i]),
            instead=instead,
            by_kind=by_kind,
        )

    def _bare(self, found: Screening, i: int) -> Doubt:
        given = self.network.readings[self.place[i]]
        none = math.nan
        return Doubt(
            self.place[i], given.value, none, none, none, likely(given.value, given.value, max(given.sd, 1e-9))
        )

    def _set(self, found: Screening, head: int, names: list[int], reduced: Reduced) -> DoubtSet:
        *_, there = self._alone(found, head, head)
        members, alternatives = [], []
        for i in names:
            implied, sd, z, values = self._alone(found, head, i)
            given = self.network.readings[self.place[i]]
            members.append(
                Doubt(
                    reading=self.place[i],
                    reported=given.value,
                    implied=implied,
                    sd=sd,
                    z=z,
                    kinds=self.kinds(i, implied, sd),
                    detectable=float(found.detectable[i]),
                )
            )
            moved = np.abs(np.nan_to_num(values - there)) > 1e-6 * np.maximum(np.abs(np.nan_to_num(there)), 1.0)
            base = found.solution.value
            alternatives.append(
                {
                    int(reduced.members[k]): float(base[k] + values[k] - there[k])
                    for k in np.flatnonzero(moved)
                    if np.isfinite(base[k])
                }
            )
        return DoubtSet(tuple(members), 1, self.place[head], tuple(alternatives))
