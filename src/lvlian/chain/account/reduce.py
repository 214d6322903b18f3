"""From a network to the system that has to be reconciled, and back to every stream.

Most streams of a region are read by nobody and stand in one balance only (a residue, an energy by its ratio): that balance does not
check anything, it gives the stream. Such balances are peeled off one after the other, what is left is the core. Readings of streams
in no balance of the core stand for themselves. The result of the core gives all streams by a linear map, so that values, spreads
and classes are those of the whole system (exact; elimination of unmeasured leaves, see `docs/account.md`).
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.network import Network
from lvlian.chain.account.solution import CLASSES, Solution
from lvlian.chain.account.system import Bilinear, Floats, Ints, System

OBSERVABLE, UNOBSERVABLE = CLASSES.index("observable"), CLASSES.index("unobservable")
NONREDUNDANT, EXACT = CLASSES.index("nonredundant"), CLASSES.index("exact")


@dataclass(frozen=True)
class Reduced:
    """`core`: the system. `members`: streams of the core, by their index in the network. `readings`: which of the network's readings
    the core has. `alone`: (stream, reading) of readings that stand in no balance. `peeled`: (stream, node) in the order in which
    they were taken off. `free`: streams that no balance of the core holds and nobody reads."""

    network: Network
    core: System
    members: Ints
    readings: Ints
    alone: tuple[tuple[int, int], ...]
    peeled: tuple[tuple[int, int], ...]
    free: frozenset[int]


def reduce(network: Network, kept: frozenset[int] = frozenset()) -> Reduced:
    """Peel the network; `kept` are streams that are not peeled (their bounds matter)."""
    n = len(network.streams)
    read: dict[int, list[int]] = defaultdict(list)
    for r, reading in enumerate(network.readings):
        read[reading.stream].append(r)
    nodes = network.nodes
    touch: list[set[int]] = [set() for _ in range(n)]
    for at, node in enumerate(nodes):
        for k, _ in node.terms:
            touch[k].add(at)
        for i, j, _ in node.products:
            touch[i].add(at)
            touch[j].add(at)
    held = {k for node in nodes for i, j, _ in node.products for k in (i, j)} | kept
    live = [True] * len(nodes)
    queue = deque(k for k in range(n) if len(touch[k]) == 1 and k not in read and k not in held)
    peeled = []
    while queue:
        k = queue.popleft()
        if len(touch[k]) != 1:
            continue
        (at,) = touch[k]
        peeled.append((k, at))
        live[at] = False
        node = nodes[at]
        for j in {j for j, _ in node.terms} | {j for t in node.products for j in t[:2]}:
            touch[j].discard(at)
            if len(touch[j]) == 1 and j not in read and j not in held:
                queue.append(j)
    taken = {k for k, _ in peeled}
    alone = tuple((k, rs[0]) for k, rs in read.items() if not touch[k] and len(rs) == 1)
    single = {k for k, _ in alone}
    members = [k for k in range(n) if k not in taken and k not in single and (touch[k] or k in read)]
    free = frozenset(k for k in range(n) if not touch[k] and k not in read and k not in taken)
    place = {k: i for i, k in enumerate(members)}
    readings = [r for r, x in enumerate(network.readings) if x.stream in place]
    return Reduced(
        network=network,
        core=_system(network, [node for at, node in enumerate(nodes) if live[at]], place, readings),
        members=np.array(members, np.int64),
        readings=np.array(readings, np.int64),
        alone=alone,
        peeled=tuple(peeled),
        free=free,
    )


def _system(network: Network, nodes: list[Any], place: dict[int, int], readings: list[int]) -> System:
    from scipy.sparse import csr_matrix

    rows: list[int] = []
    cols: list[int] = []
    data: list[float] = []
    constant: list[float] = []
    bilinear = []
    for node in nodes:
        if node.products:
            bilinear.append(
                Bilinear(
                    linear=tuple((place[k], c) for k, c in node.terms),
                    products=tuple((place[i], place[j], c) for i, j, c in node.products),
                    constant=node.constant,
                )
            )
            continue
        for k, c in node.terms:
            rows.append(len(constant))
            cols.append(place[k])
            data.append(c)
        constant.append(node.constant)
    given = [network.readings[r] for r in readings]
    lower = np.array([-np.inf if network.streams[k].signed else 0.0 for k in place])
    return System(
        balance=csr_matrix((data, (rows, cols)), shape=(len(constant), len(place))),
        constant=np.array(constant, float),
        stream=np.array([place[g.stream] for g in given], np.int64),
        reading=np.array([g.value for g in given], float),
        variance=np.array([g.sd**2 for g in given], float),
        bilinear=tuple(bilinear),
        lower=lower,
        names=tuple(network.streams[k].id for k in place),
    )


@dataclass(frozen=True)
class Whole:
    """Every stream of the network: `value`, `sd` (NaN where it cannot be found), `kind` (index into CLASSES). `back`: (streams × core)
    linear map with `base` such that value = base + back @ core value; `core_covariance` (core × core), NaN-free; `own` (streams ×
    alone) the map of the readings that stand alone, with variances `own_variance`. `unused`: the network's readings that do not count.
    It answers like a Solution of the network's own system."""

    network: Network
    value: Floats
    sd: Floats
    kind: Ints
    back: Any
    core_covariance: Floats
    own: Any
    own_variance: Floats
    unused: frozenset[int] = frozenset()
    at_bound: tuple[int, ...] = ()

    def classes(self) -> list[str]:
        """The class of every stream by name."""
        return [CLASSES[int(k)] for k in self.kind]

    def spread(self, weights: Any) -> Floats:
        """Covariance (k, k) of the k combinations `weights` (k × streams, dense or sparse); NaN rows where one touches what cannot be found."""
        from scipy.sparse import csr_matrix, issparse

        w = weights if issparse(weights) else csr_matrix(np.atleast_2d(np.asarray(weights, float)))
        hidden = np.asarray(abs(w) @ np.isnan(self.value).astype(float)).ravel() > 0
        inner = np.asarray((w @ self.back).todense())
        side = np.asarray((w @ self.own).todense())
        out = np.asarray(inner @ self.core_covariance @ inner.T + (side * self.own_variance) @ side.T)
        out[hidden, :] = np.nan
        out[:, hidden] = np.nan
        return out

    @cached_property
    def system(self) -> System:
        """The whole problem in the network's own order; readings that do not count have an infinite variance."""
        from scipy.sparse import csr_matrix

        nodes = [node for node in self.network.nodes if not node.products]
        rows = [at for at, node in enumerate(nodes) for _ in node.terms]
        cols = [k for node in nodes for k, _ in node.terms]
        data = [c for node in nodes for _, c in node.terms]
        given = self.network.readings
        variance = np.array([g.sd**2 for g in given], float)
        variance[list(self.unused)] = np.inf
        return System(
            balance=csr_matrix((data, (rows, cols)), shape=(len(nodes), len(self.network.streams))),
            constant=np.array([node.constant for node in nodes], float),
            stream=np.array([g.stream for g in given], np.int64),
            reading=np.array([g.value for g in given], float),
            variance=variance,
            lower=np.array([-np.inf if s.signed else 0.0 for s in self.network.streams]),
            names=tuple(s.id for s in self.network.streams),
        )


def restore(reduced: Reduced, solution: Solution, dropped: frozenset[int] = frozenset()) -> Whole:
    """All streams from the solution of the core. `dropped`: readings (of the network) that do not count."""
    network = reduced.network
    n = len(network.streams)
    value: Floats = np.full(n, np.nan)
    kind = np.full(n, UNOBSERVABLE, np.int64)
    lost = set(reduced.free)
    rows: dict[int, dict[int, float]] = {}
    core = solution.value
    for i, k in enumerate(reduced.members.tolist()):
        kind[k] = solution.kind[i]
        if np.isnan(core[i]):
            lost.add(k)
        else:
            value[k] = core[i]
            rows[k] = {i: 1.0}
    sides: dict[int, dict[int, float]] = {}
    variance: list[float] = []
    for k, r in reduced.alone:
        reading = network.readings[r]
        if r in dropped:
            lost.add(k)
            continue
        value[k] = reading.value
        kind[k] = EXACT if reading.sd == 0 else NONREDUNDANT
        rows[k], sides[k] = {}, {len(variance): 1.0}
        variance.append(reading.sd**2)
    for k, at in reversed(reduced.peeled):
        node = network.nodes[at]
        terms = list(node.terms)
        total = node.constant
        for i, j, c in node.products:  # a product of two known streams, about their values
            if i not in lost and j not in lost:
                terms += [(i, c * value[j]), (j, c * value[i])]
                total -= c * value[i] * value[j]
            else:
                terms += [(i, 1.0), (j, 1.0)]
        if any(j in lost for j, _ in terms if j != k):
            lost.add(k)
            continue
        own = sum(c for j, c in terms if j == k)
        row: dict[int, float] = {}
        side: dict[int, float] = {}
        for j, c in terms:
            if j == k:
                continue
            total += c * value[j]
            for i, w in rows[j].items():
                row[i] = row.get(i, 0.0) - c / own * w
            for i, w in sides.get(j, {}).items():
                side[i] = side.get(i, 0.0) - c / own * w
        value[k] = -total / own
        kind[k] = OBSERVABLE
        rows[k] = row
        if side:
            sides[k] = side
    size = len(reduced.members)
    back, own_map = _matrix(rows, n, size), _matrix(sides, n, len(variance))
    own_variance = np.asarray(variance, float)
    cov = np.nan_to_num(solution.spread(np.eye(size)))
    inner = np.asarray(back.multiply(back @ cov).sum(axis=1)).ravel()
    side_part = np.asarray(own_map.multiply(own_map).dot(own_variance)).ravel() if variance else np.zeros(n)
    sd = np.sqrt(np.maximum(inner + side_part, 0.0))
    sd[np.isnan(value)] = np.nan
    bound = tuple(int(reduced.members[k]) for k in solution.at_bound)
    return Whole(network, value, sd, kind, back, cov, own_map, own_variance, dropped, bound)


def _matrix(rows: dict[int, dict[int, float]], n: int, m: int) -> Any:
    from scipy.sparse import csr_matrix

    i = [k for k, row in rows.items() for _ in row]
    j = [c for row in rows.values() for c in row]
    w = [v for row in rows.values() for v in row.values()]
    return csr_matrix((w, (i, j)), shape=(n, m))
