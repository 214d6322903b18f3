"""What the readings say before any balance is asked: one estimate and one variance for each stream that is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints, System, UnsolvableError

GROUP = 2_000
"""Most readings that may be correlated with one another in one group."""


@dataclass(frozen=True)
class Prior:
    """`soft` (s,): streams with readings that may be adjusted, ascending; `value`, `variance` (s,): their best estimate from their own
    readings; `cov` (s × s, CSR) where estimates are correlated, else None. `exact`, `exact_value`: streams whose reading is held.
    `place` (m,): of a stream in `soft`, −1 where it is not there. `repeated` (s,): read more than once."""

    system: System
    soft: Ints
    value: Floats
    variance: Floats
    cov: Any
    exact: Ints
    exact_value: Floats
    place: Ints
    repeated: Any
    blocks: tuple[tuple[Ints, Floats], ...] = ()

    def spread_by(self, matrix: Any) -> Any:
        """C0 @ matrix, (s × k), sparse or dense."""
        if self.cov is not None:
            return self.cov @ matrix
        if hasattr(matrix, "tocsr"):
            from scipy.sparse import diags

            return diags(self.variance) @ matrix
        return self.variance[:, None] * matrix if matrix.ndim == 2 else self.variance * matrix

    def residual(self, step: Floats) -> Floats:
        """(r,) reading less result, `step` (s,) being estimate less result: nothing is lost where a result hardly differs."""
        place = self.place[self.system.stream]
        soft = place >= 0
        out = np.zeros(len(place))
        out[soft] = (self.system.reading[soft] - self.value[place[soft]]) + step[place[soft]]
        if not soft.all():
            at = np.searchsorted(self.exact, self.system.stream[~soft])
            out[~soft] = self.system.reading[~soft] - self.exact_value[at]
        return out

    def scores(self, residual: Floats, adjusted: Floats, checked: Any) -> Floats:
        """(r,) residuals in units of their standard deviations, NaN where nothing checks a reading; `adjusted` (s,): by how much the
        balances reduce the variance of an estimate, `checked` (s,): whether they do."""
        variance = self.system.variance
        place = self.place[self.system.stream]
        room = variance.astype(float)
        at = place >= 0
        room[at] += adjusted[place[at]] - self.variance[place[at]]
        able = variance > 0
        able[at] &= checked[place[at]]
        able &= room > 0
        out = np.full(len(place), np.nan)
        out[able] = residual[able] / np.sqrt(room[able])
        return out

    def weighed(self, residual: Floats) -> Floats:
        """S⁻¹ times the residuals of all readings (r,) or (r, k); 0 for exact ones."""
        variance = self.system.variance
        soft = variance > 0
        inverse = np.where(soft, 1.0 / np.where(soft, variance, 1.0), 0.0)
        out = residual * (inverse if residual.ndim == 1 else inverse[:, None])
        for at, inner in self.blocks:
            out[at] = np.linalg.lstsq(inner, residual[at], rcond=None)[0]
        return out

    def precision(self) -> Any:
        """S⁻¹ (r × r, CSR), 0 for exact readings."""
        from scipy.sparse import coo_matrix

        variance, r = self.system.variance, len(self.system.variance)
        alone = variance > 0
        for at, _ in self.blocks:
            alone[at] = False
        alone_at = np.flatnonzero(alone)
        rows, cols, data = [alone_at], [alone_at], [np.asarray(1.0 / variance[alone_at], float)]
        for at, inner in self.blocks:
            rows.append(np.repeat(at, len(at)))
            cols.append(np.tile(at, len(at)))
            data.append(np.linalg.pinv(inner, hermitian=True).ravel())
        return coo_matrix((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=(r, r)).tocsr()


def pooled(system: System) -> Prior:
    """Readings of one stream become one estimate. Raises UnsolvableError where exact readings or correlations contradict."""
    m, stream, variance = system.size, system.stream, system.variance
    hard = variance == 0
    exact, exact_value = _exact(system, hard) if hard.any() else (np.zeros(0, np.int64), np.zeros(0))
    count = np.bincount(stream if not hard.any() else stream[~hard], minlength=m)
    count[exact] = 0
    soft = np.flatnonzero(count)
    place = np.full(m, -1, np.int64)
    place[soft] = np.arange(len(soft))
    used = np.flatnonzero(place[stream] >= 0) if hard.any() else np.arange(len(stream))
    at = place[stream[used]]
    value, spread = np.empty(len(soft)), np.empty(len(soft))
    value[at], spread[at] = system.reading[used], variance[used]
    repeated = count[soft] > 1
    if repeated.any():
        weight = np.bincount(at, 1.0 / variance[used], minlength=len(soft))
        first = value.copy()  # sums of differences keep what equal readings share
        shift = np.bincount(at, (system.reading[used] - first[at]) / variance[used], minlength=len(soft)) / weight
        value = np.where(repeated, first + shift, value)
        spread = np.where(repeated, 1.0 / weight, spread)
    if not system.correlation:
        return Prior(system, soft, value, spread, None, exact, exact_value, place, repeated)
    held = np.full(m, np.nan)
    held[exact] = exact_value
    cov, blocks, value, spread = _correlated(system, place, value, spread, held)
    return Prior(system, soft, value, spread, cov, exact, exact_value, place, repeated, blocks)


def _exact(system: System, hard: Any) -> tuple[Ints, Floats]:
    stream, value = system.stream[hard], system.reading[hard]
    exact, first, which = np.unique(stream, return_index=True, return_inverse=True)
    held = value[first]
    apart = np.abs(value - held[which]) > 1e-9 * np.maximum(np.abs(value), np.abs(held[which]))
    if apart.any():
        k = int(np.flatnonzero(apart)[0])
        raise UnsolvableError(
            f"{system.name(int(stream[k]))}: two exact readings, {held[which[k]]:.10g} and {value[k]:.10g}, cannot both hold"
        )
    return exact, held


def _given(inner: Floats, said: Floats, mine: Any, held: Floats) -> tuple[Floats, Floats]:
    """The error of a reading of an exact stream is known: what it tells of the readings that depend on it."""
    out = ~mine
    weight = np.linalg.lstsq(inner[np.ix_(out, out)], inner[np.ix_(out, mine)], rcond=None)[0]
    block, moved = inner.copy(), said.copy()
    block[np.ix_(mine, mine)] -= inner[np.ix_(mine, out)] @ weight
    moved[mine] -= weight.T @ (said[out] - held[out])
    return block, moved


def _correlated(
    system: System, place: Ints, value: Floats, spread: Floats, held: Floats
) -> tuple[Any, Any, Floats, Floats]:
    """Covariance of the estimates by groups of readings that depend on one another."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    r = len(system.reading)
    live = [(i, j, c) for i, j, c in system.correlation if c and system.variance[i] > 0 and system.variance[j] > 0]
    if not live:
        return None, (), value, spread
    pairs = {(min(i, j), max(i, j)): c for i, j, c in live}
    first, second = np.array(list(pairs)).T
    joined = np.zeros(r, bool)
    joined[first] = joined[second] = True
    by_stream: dict[int, int] = {}
    for i in np.flatnonzero(joined).tolist():
        by_stream.setdefault(int(system.stream[i]), int(i))
    same = [
        (i, by_stream[int(system.stream[i])])
        for i in np.flatnonzero(system.variance > 0)
        if int(system.stream[i]) in by_stream
    ]
    links = np.array(same)
    graph = coo_matrix(
        (np.ones(len(first) + len(links)), (np.r_[first, links[:, 0]], np.r_[second, links[:, 1]])), shape=(r, r)
    )
    _, label = connected_components(graph, directed=False)
    members = np.unique(links[:, 0])
    members = members[np.argsort(label[members], kind="stable")]
    groups = np.split(members, np.flatnonzero(np.diff(label[members])) + 1)
    rows, cols, data = [], [], []
    value, spread = value.copy(), spread.copy()
    single = np.ones(len(value), bool)
    at_reading = np.full(r, -1, np.int64)
    blocks = []
    root = np.sqrt(system.variance)
    of_group: dict[int, list[tuple[int, int, float]]] = {}
    for pair, c in pairs.items():
        of_group.setdefault(int(label[pair[0]]), []).append((*pair, c))
    for group in groups:
        if len(group) > GROUP:
            raise UnsolvableError(
                f"{len(group)} readings are correlated with one another in one group, at most {GROUP} can be handled"
            )
        at_reading[group] = np.arange(len(group))
        inner = np.diag(system.variance[group])
        for one, two, c in of_group[int(label[group[0]])]:
            a, b = at_reading[one], at_reading[two]
            inner[a, b] = inner[b, a] = c * root[one] * root[two]
        scale = root[group]
        lowest = np.linalg.eigvalsh(inner / scale[:, None] / scale)[0]
        if lowest < -1e-9:
            name = system.name(int(system.stream[group[0]]))
            raise UnsolvableError(
                f"the correlations of the readings around {name} contradict each other: no covariance has these coefficients"
            )
        blocks.append((group, inner))
        streams = place[system.stream[group]]
        mine = streams >= 0
        if not mine.any():
            continue
        said = system.reading[group]
        if not mine.all():
            inner, said = _given(inner, said, mine, held[system.stream[group]])
        said = said[mine]
        keep, which = np.unique(streams[mine], return_inverse=True)
        if len(keep) == int(mine.sum()):
            order = np.argsort(streams[mine])
            block = inner[np.ix_(mine, mine)][np.ix_(order, order)]
            value[keep] = said[order]
        else:
            if lowest < 1e-12:
                name = system.name(int(system.stream[group[0]]))
                raise UnsolvableError(
                    f"readings around {name} are wholly correlated and one stream is read twice: give one of them"
                )
            select = np.zeros((int(mine.sum()), len(keep)))
            select[np.arange(len(which)), which] = 1.0
            weight = np.linalg.solve(inner[np.ix_(mine, mine)], select)
            block = np.linalg.inv(select.T @ weight)
            block = (block + block.T) / 2
            value[keep] = block @ (weight.T @ said)
        spread[keep] = np.diag(block)
        single[keep] = False
        rows.append(np.repeat(keep, len(keep)))
        cols.append(np.tile(keep, len(keep)))
        data.append(block.ravel())
    alone = np.flatnonzero(single)
    rows.append(alone)
    cols.append(alone)
    data.append(spread[alone])
    shape = (len(value), len(value))
    cov = coo_matrix((np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=shape).tocsr()
    return cov, tuple(blocks), value, spread
