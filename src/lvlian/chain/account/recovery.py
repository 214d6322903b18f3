"""Unread streams found from read ones: the rows that give them, the values, and on which readings each rests."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints

DEEP = 3
"""A stream that is found through more than so many other unread ones is not written out as a sum of readings."""

WIDE = 40
"""Nor one that rests on more readings than this."""


@dataclass(frozen=True)
class Recovery:
    """`found` (k,): unread streams, `rows` (k × m, CSR) and `constant` (k,): `rows @ x + constant = 0` gives them one after the other
    (triangular in the order of `found`). `hidden` (m,): mask of the streams that nothing gives."""

    size: int
    found: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    rows: Any = None
    constant: Floats = field(default_factory=lambda: np.zeros(0))
    hidden: Any = None

    @cached_property
    def _triangle(self) -> Any:
        return self.rows[:, self.found].tocsc()

    @cached_property
    def _solved(self) -> Any:
        from scipy.sparse.linalg import splu

        return splu(self._triangle, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True})

    @cached_property
    def _rest(self) -> Any:
        """The rows without the streams they give and without the hidden ones (k × m, CSR)."""
        from scipy.sparse import diags

        keep = np.ones(self.size)
        keep[self.found] = 0.0
        if self.hidden is not None:
            keep[self.hidden] = 0.0
        return (self.rows @ diags(keep)).tocsr()

    def fill(self, x: Floats) -> None:
        """Write the found streams into `x` (m,), of which the read ones are known and the hidden ones 0."""
        if len(self.found):
            self._set(x)
            self._set(x)  # once more: what rounding left open in a long chain

    def _set(self, x: Floats) -> None:
        gap = self.rows @ x + self.constant
        x[self.found] -= self._solved.solve(gap)

    def without_constants(self, x: Floats) -> Floats:
        """The found streams (k,) that follow from the read ones in `x` (m,) if no balance had a constant."""
        return np.asarray(-self._solved.solve(self._rest @ x))

    def onto_reads(self, weights: Any) -> Any:
        """Combinations of streams (k × m, CSR) as combinations of read streams alone (constants left out)."""
        if not len(self.found):
            return weights
        part = weights[:, self.found]
        if not part.nnz:
            return weights
        from scipy.sparse import csr_matrix, diags

        back = self._solved.solve(np.ascontiguousarray(part.toarray().T), trans="T")
        back[np.abs(back) < 1e-14 * np.abs(back).max(axis=0, initial=1e-300)] = 0.0
        keep = np.ones(self.size)
        keep[self.found] = 0.0
        return (weights @ diags(keep) - csr_matrix(back.T) @ self._rest).tocsr()

    def written_out(self) -> tuple[Ints, Any]:
        """Places in `found` of the streams that rest on a few readings, and those sums (q × m, CSR)."""
        from scipy.sparse import csr_matrix, diags

        k = len(self.found)
        if not k:
            return np.zeros(0, np.int64), csr_matrix((0, self.size))
        triangle = self.rows[:, self.found].tocsr()
        own = triangle.diagonal()
        beside = triangle - diags(own)
        beside.eliminate_zeros()
        plain = (diags(-1.0 / own) @ self._rest).tocsr()
        beside = (diags(-1.0 / own) @ beside).tocsr()
        open_ = np.ones(k, bool) if self.hidden is None else ~self.hidden[self.found]
        waits = abs(beside).sign()
        ready = open_ & (np.diff(beside.indptr) == 0) & (np.diff(plain.indptr) <= WIDE)
        out = diags(ready.astype(float)) @ plain
        for _ in range(DEEP):
            if ready.all():
                break
            able = open_ & ~ready & (waits @ (~ready).astype(float) == 0)
            if not able.any():
                break
            sums = diags(able.astype(float)) @ (plain + beside @ out)
            sums = sums.tocsr()
            able &= np.diff(sums.indptr) <= WIDE
            out = out + diags(able.astype(float)) @ sums
            ready |= able
        at = np.flatnonzero(ready)
        return at, out.tocsr()[at]


def hidden_streams(found: Ints, rows: Any, free: Ints, size: int) -> Any:
    """Mask of the streams that depend on a free one: free streams are moved at random and what stays put is found."""
    from scipy.sparse import csc_matrix, diags
    from scipy.sparse.linalg import splu

    hidden = np.zeros(size, bool)
    hidden[free] = True
    if not len(free) or not len(found):
        return hidden
    loose = rows[:, free].tocsc()
    if not loose.nnz:
        return hidden
    triangle = rows[:, found].tocsc()
    own = triangle.diagonal()
    high = np.maximum(abs(loose).max(axis=0).toarray().ravel(), 1e-300)
    loose = loose @ diags(1.0 / high)
    move = np.random.default_rng(20260102).uniform(0.5, 1.0, (len(free), 2)) * np.array([1.0, -1.0])
    move[::2, 1] *= -1
    step = splu(triangle, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True}).solve(
        loose @ move
    )
    bound = csc_matrix(2 * diags(np.abs(own)) - abs(triangle))
    limit = splu(bound, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True}).solve(
        abs(loose) @ np.abs(move)
    )
    hidden[found] = (np.abs(step) > 1e-9 * np.abs(limit)).any(axis=1)
    return hidden
