"""What an indicator needs of an account: streams with values, their covariance, and the balances where a stream cannot be found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.region import Region

Floats = NDArray[np.float64]

SMALL = 1500
"""Streams up to which the whole covariance is kept; beyond it is asked for row by row."""
SETTLED = 1e-9


class StreamLike(Protocol):
    """A stream of an account's network."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def good(self) -> str: ...
    @property
    def firm(self) -> str: ...
    @property
    def partner(self) -> str: ...
    @property
    def process(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOf:
    """A statement as the account used it: the stream that it reads, its variance, who reported, how it is called."""

    stream: int
    variance: float
    party: str
    label: str
    source: str


@dataclass(frozen=True)
class Group:
    """Hidden `streams` (h,) that hang together and the balances among them: `matrix @ x = right`, x ≥ `lower`; `known` (rows × m,
    sparse) and `constant` are those balances over all streams."""

    streams: NDArray[np.int64]
    matrix: Floats
    known: Any
    constant: Floats
    right: Floats
    lower: Floats

    @cached_property
    def inverse(self) -> Floats:
        """Pseudo-inverse of the transpose of `matrix`."""
        if not self.matrix.size:
            return np.zeros(self.matrix.shape)
        return np.asarray(np.linalg.pinv(self.matrix.T, rcond=1e-11), float)

    @cached_property
    def programmes(self) -> dict[bytes, tuple[Floats, Floats] | None]:
        """Linear programmes already solved, by their cost: where the least is, and its slope with respect to all streams."""
        return {}


@dataclass(frozen=True)
class Flows:
    """One month's account. `value`, `sd`: (m,), NaN where a stream cannot be found; `classes`: (m,) names of lvlian.chain.account;
    `spread(W)`: covariance of linear combinations; `balance @ x + constant = 0` (sparse CSR n × m) and `lower` (m,) bound what
    cannot be found; `labels` names for people (`english` the same in English) and `intervals` bounds that are already known, by stream id; `otherwise`: where a set of reports
    cannot be told apart, for each of them its name and the streams' values (by index) if it is the wrong one."""

    region: Region
    month: str
    streams: tuple[StreamLike, ...]
    value: Floats
    sd: Floats
    classes: tuple[str, ...]
    spread: Callable[[Any], Floats]
    balance: Any = None
    constant: Floats | None = None
    lower: Floats | None = None
    readings: tuple[ReadingOf, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    otherwise: tuple[tuple[str, Mapping[int, float]], ...] = ()

    @property
    def size(self) -> int:
        return len(self.streams)

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        return np.isnan(self.value)

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[int, ...]]:
        kinds: dict[str, list[int]] = {}
        for index, stream in enumerate(self.streams):
            kinds.setdefault(stream.kind, []).append(index)
        return {kind: tuple(listed) for kind, listed in kinds.items()}

    @cached_property
    def makers(self) -> frozenset[tuple[str, str]]:
        """(firm, good) of everything that a firm makes itself."""
        return frozenset((s.firm, s.good) for s in self.streams if s.kind == "made")

    @cached_property
    def _whole(self) -> Floats | None:
        if self.size > SMALL:
            return None
        seen = np.flatnonzero(~self.hidden)
        unit = np.zeros((len(seen), self.size))
        unit[np.arange(len(seen)), seen] = 1.0
        whole = np.zeros((self.size, self.size))
        whole[np.ix_(seen, seen)] = self.spread(unit)
        return whole

    def covariance(self, rows: Floats) -> Floats:
        """k × k for k rows of weights (k × m) without weight on a hidden stream."""
        whole = self._whole
        if whole is None:
            return np.asarray(self.spread(rows), float)
        return np.asarray(rows @ whole @ rows.T, float)

    @cached_property
    def _sources(self) -> tuple[Floats, Floats] | None:
        """Posterior covariance of every stream with the stream of each reading (m × r), and the readings' variances."""
        if self._whole is None or not self.readings:
            return None
        at = np.array([r.stream for r in self.readings], np.int64)
        return self._whole[:, at], np.array([r.variance for r in self.readings], float)

    def shares(self, gradient: Floats) -> Floats | None:
        """How much variance of `gradient · x` each reading brings, (r,): since x̂ = P Eᵀ S⁻¹ y + const, the reading r with variance
        s adds (gᵀ P e_r)² / s, and without correlations these add up to gᵀ P g. None where the account is too large for it."""
        sources = self._sources
        if sources is None:
            return None
        cross, variance = sources
        pulled = gradient @ cross
        exact = variance <= 0
        return np.where(exact, 0.0, pulled**2 / np.where(exact, 1.0, variance))

    def settled(self, row: Floats) -> tuple[Floats, float] | None:
        """The same combination without hidden streams: (row', constant) with row'·x + constant = row·x wherever the balances hold;
        None where they do not determine it. An aggregate may be known though none of its members is."""
        if not np.any(row[self.hidden]):
            return row, 0.0
        if self.balance is None:
            return None
        out, shift = row.copy(), 0.0
        for at in self.touched(row):
            group = self.groups[at]
            want = row[group.streams]
            multiplier = group.inverse @ want
            if np.abs(group.matrix.T @ multiplier - want).max(initial=0.0) > SETTLED * np.abs(want).max():
                return None
            out = out - group.known.T @ multiplier
            shift -= float(multiplier @ group.constant)
        out[self.hidden] = 0.0
        return np.asarray(out), shift

    def touched(self, *rows: Floats) -> tuple[int, ...]:
        """The groups of hidden streams on which one of the rows has weight."""
        homes: set[int] = set()
        if self.balance is None:
            return ()
        for row in rows:
            homes.update(self._home[np.flatnonzero(row[self.hidden])].tolist())
        return tuple(sorted(homes))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Hidden streams that hang together by balances, in the order of `_home`."""
        hidden = np.flatnonzero(self.hidden)
        balance = self.balance.tocsr()
        columns = balance[:, hidden]
        rows = np.flatnonzero(np.diff(columns.indptr))
        columns, known = columns[rows], balance[rows]
        constant = np.zeros(len(rows)) if self.constant is None else self.constant[rows]
        lower = np.full(len(hidden), -np.inf) if self.lower is None else self.lower[hidden]
        value = np.where(self.hidden, 0.0, self.value)
        out = []
        for at in range(int(self._home.max(initial=-1)) + 1):
            mine = np.flatnonzero(self._home == at)
            part = columns[:, mine]
            own = np.flatnonzero(np.diff(part.indptr))
            right = -(known[own] @ value + constant[own])
            matrix = np.asarray(part[own].todense(), float)
            out.append(Group(hidden[mine], matrix, known[own], constant[own], np.asarray(right), lower[mine]))
        return tuple(out)

    @cached_property
    def _home(self) -> NDArray[np.int64]:
        """Of each hidden stream (in order) the number of its group."""
        from scipy.sparse.csgraph import connected_components

        columns = (self.balance.tocsr()[:, np.flatnonzero(self.hidden)] != 0).astype(float)
        return np.asarray(connected_components(columns.T @ columns, directed=False)[1], np.int64)

    def label(self, index: int) -> str:
        stream = self.streams[index]
        return self.labels.get(stream.id) or stream.id

    def label_en(self, index: int) -> str:
        return self.english.get(self.streams[index].id) or self.label(index)
