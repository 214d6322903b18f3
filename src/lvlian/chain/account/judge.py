"""Which statements are doubted, what they look like, and which sets the balances leave open.

Where the balances cannot tell readings apart, what a figure looks like may: if exactly one member of a set becomes right by a rule
(ten times, another unit, a party left out), that one is taken out and the set is settled. Where several errors hide among the same
readings, what asks for the least change is taken. A figure equal to last month's that nothing checks is not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from lvlian.chain.account.kinds import Kind, Labelled, likely
from lvlian.chain.account.labels import UNITS, firm_name
from lvlian.chain.account.network import Network
from lvlian.chain.account.products import start, tangent
from lvlian.chain.account.reduce import Reduced
from lvlian.chain.account.serial import search
from lvlian.chain.account.sets import same_as
from lvlian.chain.account.solution import CLASSES, Solution
from lvlian.chain.account.sources import Sources
from lvlian.chain.account.suspects import Screening, screen
from lvlian.chain.account.system import Floats
from lvlian.chain.account.testing import Evidence, evidence_of
from lvlian.chain.library import Library
from lvlian.chain.report.statement import Statement

RULES = ("tenfold", "unit", "sign", "missing", "blank")
"""Kinds that say by themselves which value was meant, so that one member of a set can be told by it (exchanged
digits fit too easily)."""
SURE = 0.5
ROUNDS = 4
LARGEST_SET = 8
BACKWARDS = 5.0
"""A flow that would have to be so many sd below nothing is impossible."""
LIKE_COST = 2.0
LARGEST = 4000
"""Readings up to which the whole matrix of how they stand against each other is made."""


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
    library: Library,
    family_error: float = 0.05,
) -> Judged:
    """Screen the core of a network, without bounds: a doubt must not hang on what is held at 0.

    `previous`: last month's statements by key. Raises UnsolvableError.
    """
    network, core = reduced.network, replace(reduced.core, lower=None)
    if core.bilinear:
        core = tangent(core, start(core))
    place = reduced.readings.tolist()
    trusted = [i for i, r in enumerate(place) if network.readings[r].role != "statement"]
    repeated = {r for r, x in enumerate(network.readings) if x.statement and _repeats(x.statement, previous, sources)}
    alone = [r for _, r in reduced.alone if r in repeated]
    first = screen(core, family_error, trusted=trusted)
    evidence = first.first if first.first is not None or len(core.reading) > LARGEST else evidence_of(first.received)
    stale = _unchecked(reduced, first.received, repeated)
    settled, by_kind = list(stale), set[int]()
    asker = _Asker(reduced, first.received, evidence, previous, tuple(trusted), library)
    for _ in range(ROUNDS if evidence is not None else 0):
        chosen = asker.settle(asker.search(settled, family_error) if settled else first.out, settled)
        if not chosen:
            break
        settled += chosen
        by_kind |= set(chosen)
    found = screen(core, family_error, trusted=trusted, settled=settled, known=first) if settled else first
    late = [i for i in _unchecked(reduced, found.solution, repeated, found.kept) if i not in settled]
    if late:  # what checked a repeated figure was itself in doubt
        stale += late
        settled += late
        found = screen(core, family_error, trusted=trusted, settled=settled, known=first)
    doubts, sets = asker.verdict(found, settled, set(stale), by_kind)
    gone = frozenset(place[i] for i in found.out) | frozenset(alone)
    return Judged(found, doubts, sets, tuple(sorted([*(place[i] for i in stale), *alone])), gone)


def _unchecked(
    reduced: Reduced, solution: Solution, repeated: set[int], kept: Sequence[int] | None = None
) -> list[int]:
    """Readings of the core that repeat last month's and that nothing else checks."""
    alone = CLASSES.index("nonredundant")
    rows = range(len(reduced.readings)) if kept is None else kept
    stream = reduced.core.stream
    return [i for i in rows if int(reduced.readings[i]) in repeated and solution.kind[stream[i]] == alone]


def _repeats(statement: Statement, previous: Mapping[tuple[str, ...], Statement], sources: Sources) -> bool:
    before = previous.get(statement.key)
    return before is not None and before.value == statement.value and abs(statement.value) >= sources.stale_least


@dataclass
class _Asker:
    """What the kinds say of readings of the core."""

    reduced: Reduced
    received: Solution
    known: Evidence | None
    previous: Mapping[tuple[str, ...], Statement]
    trusted: tuple[int, ...]
    library: Library

    @property
    def evidence(self) -> Evidence:
        assert self.known is not None  # a system that is too large for it is judged by its screening alone
        return self.known

    @property
    def network(self) -> Network:
        return self.reduced.network

    @cached_property
    def place(self) -> list[int]:
        """Reading of the core → of the network."""
        return [int(r) for r in self.reduced.readings]

    def _tested(self, readings: Iterable[int]) -> list[int]:
        """Those that something checks, one after the other."""
        out: list[int] = []
        for k in readings:
            if self.evidence.state(out).information[k] > 0:
                out.append(k)
        return out

    def search(self, settled: Sequence[int], family_error: float) -> tuple[int, ...]:
        """What the tests leave out about the received figures, besides what is settled."""
        fixed = self._tested(settled)
        return search(self.evidence, family_error, "bonferroni", self.trusted, fixed, len(fixed))

    def settle(self, out: Sequence[int], settled: Sequence[int]) -> list[int]:
        """Readings that a rule or the least change singles out of the open sets."""
        chosen: list[int] = []
        for heads, names in self._groups(out, settled):
            if len(heads) == 1:
                if len(names) == 1:
                    continue
                able = [i for i in names if self._possible(out, heads[0], i)]
                fitting = [i for i in able if self._told(out, heads[0], i)] if len(able) != 1 else able
                if len(fitting) == 1:
                    chosen += fitting
            elif len(names) <= LARGEST_SET:
                chosen += self._least(out, heads, names)
        return [i for i in dict.fromkeys(chosen) if i not in settled]

    def _groups(self, out: Sequence[int], settled: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """(stand-ins, members) of what cannot be told apart, given what is settled."""
        groups: list[tuple[list[int], list[int]]] = []
        checked = self._tested(out)
        for i in checked:
            if i in settled:
                continue
            state = self.evidence.state([k for k in checked if k != i])
            same, _ = same_as(self.evidence, state, i, [*self.trusted, *settled])
            names = {i, *(j for j in same if j not in out)}
            heads = [i]
            for group in [g for g in groups if set(g[1]) & names]:
                names |= set(group[1])
                heads = [*group[0], *heads]
                groups.remove(group)
            groups.append((heads, sorted(names)))
        return groups

    def _least(self, out: Sequence[int], heads: list[int], names: list[int]) -> list[int]:
        """Of several hypotheses that close alike, the readings that all those with little change have in common."""
        others = self._tested(k for k in out if k not in heads)
        costs: list[tuple[float, tuple[int, ...]]] = []
        for combo in combinations(names, len(heads)):
            try:
                error = self.evidence.state([*others, *combo]).error[len(others) :]
            except np.linalg.LinAlgError:
                continue
            cost = 0.0
            for i, e in zip(combo, error.tolist(), strict=True):
                said = self.network.readings[self.place[i]].value
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

    def _alone(self, out: Sequence[int], head: int, reading: int) -> tuple[float, float, float, Floats]:
        """Implied value, its sd and z if `reading` were wrong in the place of `head`, and the values of the core then."""
        others = self._tested(k for k in out if k != head)
        state = self.evidence.state([*others, reading])
        error, spread = float(state.error[-1]), float(state.spread[-1, -1])
        sd = float(self.evidence.sd[reading])
        implied = self.network.readings[self.place[reading]].value - error * sd
        return implied, sd * math.sqrt(max(spread - 1.0, 0.0)), error / math.sqrt(spread), self.evidence.values(state)

    def _told(self, out: Sequence[int], head: int, reading: int) -> bool:
        implied, sd, _, _ = self._alone(out, head, reading)
        kind = self.kinds(reading, implied, sd)[0]
        return kind.code in RULES and kind.fits and kind.weight >= SURE

    def _possible(self, out: Sequence[int], head: int, reading: int) -> bool:
        """Whether the value that the reading would have to have is one that its stream can have: a flow does not run backwards."""
        implied, sd, _, _ = self._alone(out, head, reading)
        signed = self.network.streams[self.network.readings[self.place[reading]].stream].signed
        return signed or implied > -BACKWARDS * sd

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
        members = self.reduced.members.tolist()
        value = dict(zip(members, self.received.value.tolist(), strict=True))
        sd = dict(zip(members, self.received.sd.tolist(), strict=True))
        for k, _ in node.terms[1:] if node is not None else ():
            stream = network.streams[k]
            recipe = self.library.processes.get(stream.process) if stream.kind != "moved" else None
            name = stream.partner if stream.kind == "moved" else stream.firm
            zh, en = firm_name(network.region, name), firm_name(network.region, name, False)
            if recipe is not None:
                zh, en = recipe.zh, recipe.en
            if k in value and math.isfinite(value[k]):
                out.append(Labelled(zh, float(f"{value[k]:.4g}"), sd[k], en))
        return out

    def verdict(
        self, found: Screening, settled: Sequence[int], stale: set[int], by_kind: set[int]
    ) -> tuple[tuple[Doubt, ...], tuple[DoubtSet, ...]]:
        """Single doubts and open sets of the last screening, by their share of χ²."""
        order = {row.reading: at for at, row in enumerate(found.removals) if row.reading is not None}
        doubts: list[tuple[int, Doubt]] = []
        sets: list[DoubtSet] = []
        self.received = found.solution
        if self.known is None:
            return self._as_screened(found, settled, stale)
        groups = self._groups(found.out, settled)
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
                sets.append(self._set(found, heads[0], names))
        return tuple(d for _, d in sorted(doubts, key=lambda x: x[0])), tuple(sets)

    def _as_screened(
        self, found: Screening, settled: Sequence[int], stale: set[int]
    ) -> tuple[tuple[Doubt, ...], tuple[DoubtSet, ...]]:
        """Doubts and sets as the screening of a very large system tells them."""
        heads = [s.reading for s in found.suspects] + [i for i in settled if i not in stale]
        doubts = tuple(self._doubt(found, i, False) for i in dict.fromkeys(heads))
        sets = tuple(
            DoubtSet(tuple(self._bare(found, i) for i in s.readings), s.count, self.place[s.stand_in[0]])
            for s in found.sets
        )
        return doubts, sets

    def _doubt(self, found: Screening, i: int, by_kind: bool) -> Doubt:
        implied, sd, z = float(found.implied[i]), float(found.implied_sd[i]), float(found.z[i])
        given = self.network.readings[self.place[i]]
        kinds = (
            self.kinds(i, implied, sd)
            if math.isfinite(implied)
            else likely(given.value, given.value, max(given.sd, 1e-9))
        )
        checked = self._tested(k for k in found.out if k != i) if self.known is not None else []
        instead: tuple[int, ...] = ()
        if self.known is not None and self.evidence.weight[i, i] > self.evidence.floor[i]:
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

    def _set(self, found: Screening, head: int, names: list[int]) -> DoubtSet:
        *_, there = self._alone(found.out, head, head)
        members, alternatives = [], []
        for i in names:
            implied, sd, z, values = self._alone(found.out, head, i)
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
                    int(self.reduced.members[k]): float(base[k] + values[k] - there[k])
                    for k in np.flatnonzero(moved)
                    if np.isfinite(base[k])
                }
            )
        return DoubtSet(tuple(members), 1, self.place[head], tuple(alternatives))
