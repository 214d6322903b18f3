"""What cannot be found is still bounded: intervals of hidden streams from the balances and x ≥ 0, sums that are known, and what would
be known if somebody reported one more figure.

Hidden streams fall into components joined by balances. In each, A x = r with r known from all other streams (± its spread) and x ≥ 0.
Bounds are tightened along the balances until nothing moves (exact on trees, never too narrow elsewhere); `exact` solves the linear
programmes of a component.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lvlian.chain.account.reduce import Whole
from lvlian.chain.account.system import Floats, Ints

EIGHTY = 1.2815515655446004
"""Half-width of an 80 % interval in standard deviations."""
ROUNDS = 60
SAME = 1e-9


@dataclass(frozen=True)
class Component:
    """Hidden `streams` that hang together, and the balances among them: `matrix @ x = right` ± `right_sd`. `known` (rows × streams of
    the network): the weights that give `right` from the streams that can be found; `nodes`: index of each row's balance."""

    streams: Ints
    matrix: Floats
    right: Floats
    right_sd: Floats
    lower: Floats
    nodes: tuple[int, ...]
    known: tuple[tuple[tuple[int, float], ...], ...]

    @cached_property
    def open(self) -> Floats:
        """(streams × d) directions in which the hidden streams may move together."""
        scale = np.abs(self.matrix).max(axis=1, initial=0.0)
        a = self.matrix / np.where(scale > 0, scale, 1.0)[:, None]
        _, s, vt = np.linalg.svd(a, full_matrices=True)
        rank = int((s > 1e-10 * max(s.max(initial=0.0), 1e-300)).sum())
        return np.asarray(vt[rank:].T)

    def place(self, stream: int) -> int:
        return int(np.searchsorted(self.streams, stream))

    def weights(self, combination: Floats) -> Floats | None:
        """λ (rows) such that `combination @ x = λ @ right`, None where the combination is not known."""
        if np.abs(combination @ self.open).max(initial=0.0) > 1e-7 * max(np.abs(combination).max(initial=0.0), 1e-300):
            return None
        found, *_ = np.linalg.lstsq(self.matrix.T, combination, rcond=None)
        return np.asarray(found)


@dataclass(frozen=True)
class Hidden:
    """All components of a result."""

    whole: Whole
    components: tuple[Component, ...]

    @cached_property
    def home(self) -> Mapping[int, int]:
        """Stream → its component."""
        return {int(k): at for at, c in enumerate(self.components) for k in c.streams}

    @cached_property
    def intervals(self) -> Mapping[int, tuple[float, float]]:
        """80 % intervals of every hidden stream; ±∞ where nothing bounds it."""
        out: dict[int, tuple[float, float]] = {}
        for component in self.components:
            low, high = _tightened(component)
            for k, a, b in zip(component.streams.tolist(), low.tolist(), high.tolist(), strict=True):
                out[k] = (a, b)
        for k in np.flatnonzero(np.isnan(self.whole.value)).tolist():
            out.setdefault(k, (-math.inf if self.whole.network.streams[k].signed else 0.0, math.inf))
        return out

    def observed(self, weights: Mapping[int, float]) -> tuple[dict[int, float], float] | None:
        """A combination of streams as one of streams that can be found, and a constant; None where it is not known."""
        out: dict[int, float] = {}
        constant = 0.0
        parts: dict[int, dict[int, float]] = defaultdict(dict)
        for k, w in weights.items():
            if not np.isnan(self.whole.value[k]):
                out[k] = out.get(k, 0.0) + w
            elif k in self.home:
                parts[self.home[k]][k] = w
            elif w:
                return None
        for at, wanted in parts.items():
            component = self.components[at]
            combination = np.zeros(len(component.streams))
            for k, w in wanted.items():
                combination[component.place(k)] = w
            found = component.weights(combination)
            if found is None:
                return None
            for share, row, node in zip(found.tolist(), component.known, component.nodes, strict=True):
                if abs(share) > 1e-12:
                    constant -= share * self.whole.network.nodes[node].constant
                    for k, w in row:
                        out[k] = out.get(k, 0.0) + share * w
        return {k: w for k, w in out.items() if w}, constant

    def bounds(self, weights: Mapping[int, float], exact: bool = False) -> tuple[float, float]:
        """80 % bounds of a combination that may not be known."""
        if exact:
            return _programme(self, weights)
        low = high = 0.0
        for k, w in weights.items():
            if w and np.isnan(self.whole.value[k]):
                a, b = self.intervals[k]
                low += min(w * a, w * b)
                high += max(w * a, w * b)
            elif w:
                low += w * self.whole.value[k]
                high += w * self.whole.value[k]
        return low, high


def hidden_of(whole: Whole) -> Hidden:
    """The components of what a result leaves hidden."""
    network = whole.network
    blind = np.isnan(whole.value)
    rows = []
    for at, node in enumerate(network.nodes):
        if node.products:
            continue
        inside = [(k, c) for k, c in node.terms if blind[k]]
        if inside:
            rows.append((at, inside, [(k, -c) for k, c in node.terms if not blind[k]]))
    group = {int(k): int(k) for k in np.flatnonzero(blind)}

    def root(k: int) -> int:
        while group[k] != k:
            group[k] = group[group[k]]
            k = group[k]
        return k

    for _, inside, _ in rows:
        first = root(inside[0][0])
        for k, _ in inside[1:]:
            group[root(k)] = first
    joined: dict[int, list[int]] = defaultdict(list)
    for at, (_, inside, _) in enumerate(rows):
        joined[root(inside[0][0])].append(at)
    members: dict[int, list[int]] = defaultdict(list)
    for k in group:
        members[root(k)].append(k)
    known = [row[2] for row in rows]
    right = np.array([sum(c * whole.value[k] for k, c in row) - network.nodes[at].constant for at, _, row in rows])
    spread = _row_sd(whole, known)
    out = []
    for at, places in sorted(joined.items()):
        streams = np.array(sorted(members[at]), np.int64)
        matrix = np.zeros((len(places), len(streams)))
        where = {int(k): i for i, k in enumerate(streams)}
        for i, p in enumerate(places):
            for k, c in rows[p][1]:
                matrix[i, where[k]] += c
        out.append(
            Component(
                streams=streams,
                matrix=matrix,
                right=right[places],
                right_sd=spread[places],
                lower=np.array([-math.inf if network.streams[int(k)].signed else 0.0 for k in streams]),
                nodes=tuple(rows[p][0] for p in places),
                known=tuple(tuple(known[p]) for p in places),
            )
        )
    return Hidden(whole, tuple(out))


def _row_sd(whole: Whole, known: list[list[tuple[int, float]]]) -> Floats:
    from scipy.sparse import csr_matrix

    if not known:
        return np.zeros(0)
    i = [at for at, row in enumerate(known) for _ in row]
    j = [k for row in known for k, _ in row]
    w = csr_matrix(([c for row in known for _, c in row], (i, j)), shape=(len(known), len(whole.value)))
    back, own = w @ whole.back, w @ whole.own
    variance = np.asarray(back.multiply(back @ whole.core_covariance).sum(axis=1)).ravel()
    if own.shape[1]:
        variance = variance + np.asarray(own.multiply(own).dot(whole.own_variance)).ravel()
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _tightened(c: Component) -> tuple[Floats, Floats]:
    low = c.lower.tolist()
    high = [math.inf] * len(low)
    rows = [
        ([(int(k), float(row[k])) for k in np.flatnonzero(row)], r - EIGHTY * s, r + EIGHTY * s)
        for row, r, s in zip(c.matrix, c.right.tolist(), c.right_sd.tolist(), strict=True)
    ]
    for _ in range(ROUNDS):
        moved = False
        for terms, right_low, right_high in rows:
            least = [(w * low[k] if w > 0 else w * high[k]) for k, w in terms]
            most = [(w * high[k] if w > 0 else w * low[k]) for k, w in terms]
            for at, (k, w) in enumerate(terms):
                others_least = sum(x for i, x in enumerate(least) if i != at)
                others_most = sum(x for i, x in enumerate(most) if i != at)
                if math.isinf(others_least) and math.isinf(others_most):
                    continue
                a, b = (right_low - others_most) / w, (right_high - others_least) / w
                if w < 0:
                    a, b = b, a
                floor = c.lower[k]
                b = max(b, floor)  # the figures say less than nothing: nothing is what is left
                if not math.isnan(a) and a > low[k] + SAME * max(abs(a), 1.0):
                    low[k], moved = a, True
                if not math.isnan(b) and (math.isinf(high[k]) or b < high[k] - SAME * max(abs(b), 1.0)) and b < high[k]:
                    high[k], moved = b, True
        if not moved:
            break
    return np.minimum(low, high), np.array(high)


def _programme(hidden: Hidden, weights: Mapping[int, float]) -> tuple[float, float]:
    from scipy.optimize import linprog

    whole = hidden.whole
    low = high = sum(w * float(whole.value[k]) for k, w in weights.items() if not np.isnan(whole.value[k]))
    parts: dict[int, dict[int, float]] = defaultdict(dict)
    for k, w in weights.items():
        if np.isnan(whole.value[k]) and w:
            if k not in hidden.home:
                return (-math.inf if whole.network.streams[k].signed or w < 0 else low), (math.inf if w > 0 else high)
            parts[hidden.home[k]][k] = w
    for at, wanted in parts.items():
        c = hidden.components[at]
        cost = np.zeros(len(c.streams))
        for k, w in wanted.items():
            cost[c.place(k)] = w
        scale = np.maximum(np.abs(c.matrix).max(axis=1), 1e-300)
        size = max(float(np.abs(c.right).max(initial=1.0)), 1.0)
        upper = np.vstack([c.matrix / scale[:, None], -c.matrix / scale[:, None]])
        wide = EIGHTY * c.right_sd
        limit = np.concatenate([(c.right + wide) / scale, -(c.right - wide) / scale]) / size
        bounds = [(None if math.isinf(b) else 0.0, None) for b in c.lower.tolist()]
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(sign * cost, A_ub=upper, b_ub=limit, bounds=bounds, method="highs")
            ends.append(sign * found.fun * size if found.status == 0 else -sign * math.inf)
        low, high = low + ends[0], high + ends[1]
    return low, high


def sums(
    hidden: Hidden, kinds: Iterable[str] = ("moved", "arrived", "used", "made")
) -> dict[tuple[int, ...], tuple[int, float, float]]:
    """Hidden streams whose sum is known: (streams) → (balance, value, sd)."""
    allowed = set(kinds)
    out = {}
    for c in hidden.components:
        for i, node in enumerate(c.nodes):
            inside = np.flatnonzero(c.matrix[i])
            signs = {math.copysign(1.0, c.matrix[i, k]) for k in inside}
            sizes = np.abs(c.matrix[i, inside])
            streams = tuple(int(c.streams[k]) for k in inside)
            network = hidden.whole.network
            if len(inside) < 2 or len(signs) != 1 or sizes.max() != sizes.min():
                continue
            if {network.streams[k].kind for k in streams} <= allowed and network.nodes[node].kind in ("store", "total"):
                out[streams] = (node, abs(float(c.right[i])) / float(sizes[0]), float(c.right_sd[i] / sizes[0]))
    return out
