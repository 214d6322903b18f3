"""A factor that stays: solve with it again and again, read its inverse where it has entries, take readings out and put them back.

`Factor` is the sparse (or small dense) factor of one symmetric matrix. `Fit` is a reconciliation that is kept open, for whoever looks
for wrong readings: `open_fit(system)` gives it, and nothing in it is computed before it is asked for.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints, UnsolvableError

DENSE = 500
"""Up to this many rows a matrix is factorised densely, without the compiler."""

FLOOR = 1e-13
"""A pivot below this part of its diagonal belongs to a row that follows from others."""

BUDGET = 1.2e7
"""Most entries below the diagonal that a factor may have."""


class FillError(RuntimeError):
    """The factor would have more entries than `budget`; take another way. Never leaves this package."""


class Factor:
    """L D Lᵀ of a symmetric positive semidefinite matrix (n × n, sparse, explicit zeros keep their place in the pattern).

    `slack` (n,): row sums ≥ 0 of a matrix whose other entries are ≤ 0 (a network); the factor is then right to the last digits
    however unlike the figures are. Rows that follow from others are told by `dependent` and take no part in `solve`.
    Raises FillError where more than `budget` entries would arise."""

    def __init__(self, matrix: Any, slack: Floats | None = None, budget: float = BUDGET) -> None:
        self.size = int(matrix.shape[0])
        self.matrix = matrix
        self.dense = self.size <= DENSE
        if self.dense:
            self._factorise_dense()
        else:
            self._factorise_sparse(slack, budget)

    def _factorise_dense(self) -> None:
        from scipy.linalg import qr

        full = self.matrix.toarray() if hasattr(self.matrix, "toarray") else np.asarray(self.matrix, float)
        diagonal = np.diag(full)
        scale = 1.0 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
        equal = full * scale[:, None] * scale
        self._scale = scale
        self.dependent = diagonal <= 0
        try:
            if self.dependent.any():
                raise np.linalg.LinAlgError
            root = np.linalg.cholesky(equal)
            if np.diag(root).min(initial=1.0) < 1e-6:
                raise np.linalg.LinAlgError
        except np.linalg.LinAlgError:
            _, r, order = qr(equal, mode="economic", pivoting=True)
            size = np.abs(np.diag(r))
            self.dependent = np.ones(self.size, bool)
            self.dependent[order[: int((size > FLOOR * max(size.max(initial=0.0), 1e-300)).sum())]] = False
            root = np.linalg.cholesky(equal[np.ix_(~self.dependent, ~self.dependent)])
        self._root = root

    def _factorise_sparse(self, slack: Floats | None, budget: float) -> None:
        from scipy.sparse import csc_matrix

        from lvlian.chain.account import inverse, ordering

        m = self.matrix.tocsr()
        order, fill = ordering.minimum_degree(m.indptr, m.indices, float(budget))
        if fill > budget:
            raise FillError(f"{fill:.3g} entries")
        self.order: Ints = order
        self.place = np.empty(self.size, np.int64)
        self.place[order] = np.arange(self.size)
        coo = m.tocoo()
        row, col = self.place[coo.row], self.place[coo.col]
        shape = (self.size, self.size)
        keep = row > col
        low = csc_matrix((coo.data[keep], (row[keep], col[keep])), shape=shape)
        upper = low.T.tocsc()
        self._lp, self._li = inverse.pattern(upper.indptr, upper.indices)
        diagonal = m.diagonal()[order]
        rest = np.zeros(0) if slack is None else np.ascontiguousarray(slack[order], float)
        self._lx, self._d = inverse.factorise(
            low.indptr, low.indices, low.data, diagonal, rest, self._lp, self._li, FLOOR
        )
        self.dependent = np.empty(self.size, bool)
        self.dependent[order] = np.isinf(self._d)

    @property
    def rank(self) -> int:
        """Number of rows that do not follow from others."""
        return self.size - int(self.dependent.sum())

    @property
    def entries(self) -> int:
        """Number of entries of the factor below its diagonal."""
        return self._root.shape[0] * (self._root.shape[0] - 1) // 2 if self.dense else int(self._li.size)

    def solve(self, rhs: Any) -> Floats:
        """x of `matrix @ x = rhs`, rhs (n,) or (n, k); 0 where a row follows from others."""
        b = np.asarray(rhs, float)
        if self.dense:
            from scipy.linalg import cho_solve

            out = np.zeros(b.shape)
            live = ~self.dependent
            scale = self._scale[live] if b.ndim == 1 else self._scale[live][:, None]
            if live.any():
                out[live] = scale * cho_solve((self._root, True), scale * b[live])
            return out
        from lvlian.chain.account import inverse

        work = np.ascontiguousarray(b[self.order].reshape(self.size, -1))
        inverse.substitute(self._lp, self._li, self._lx, self._d, work)
        out = np.empty_like(work)
        out[self.order] = work
        return out.reshape(b.shape)

    @cached_property
    def _selected(self) -> Any:
        if self.dense:
            full = self.solve(np.eye(self.size))
            return (full + full.T) / 2
        from lvlian.chain.account import inverse

        return inverse.selected_inverse(self._lp, self._li, self._lx, self._d)

    def inverse_on_pattern(self) -> Any:
        """The inverse where the factor has entries, as a symmetric CSC matrix (n × n) in the order of `matrix`."""
        from scipy.sparse import csc_matrix

        if self.dense:
            return csc_matrix(self._selected)
        zx, zd = self._selected
        col = np.repeat(np.arange(self.size), np.diff(self._lp))
        i, j = self.order[self._li], self.order[col]
        rows, cols = np.concatenate([i, j, self.order]), np.concatenate([j, i, self.order])
        return csc_matrix((np.concatenate([zx, zx, zd]), (rows, cols)), shape=(self.size, self.size))

    def inverse_at(self, rows: Ints, cols: Ints) -> Floats:
        """Single figures of the inverse; those outside the pattern are found by solving, one column for each row asked."""
        rows, cols = np.asarray(rows, np.int64), np.asarray(cols, np.int64)
        if self.dense:
            return np.asarray(self._selected[rows, cols])
        from lvlian.chain.account import inverse

        zx, zd = self._selected
        out: Floats = inverse.entries(self.place[rows], self.place[cols], self._lp, self._li, zx, zd)
        missing = np.flatnonzero(np.isnan(out))
        wanted = np.unique(rows[missing])
        for at in range(0, len(wanted), 32):
            block = wanted[at : at + 32]
            unit = np.zeros((self.size, len(block)))
            unit[block, np.arange(len(block))] = 1.0
            full = self.solve(unit)
            mine = missing[np.isin(rows[missing], block)]
            out[mine] = full[cols[mine], np.searchsorted(block, rows[mine])]
        return out

    def quadratic(self, h: Any) -> Floats:
        """hᵀ M⁻¹ h for every column of a sparse matrix (n × q); NaN where a pair of its rows lies outside the pattern."""
        h = h.tocsc()
        if self.dense:
            return np.asarray(h.multiply(self._selected @ h).sum(axis=0)).ravel()
        from lvlian.chain.account import inverse

        zx, zd = self._selected
        return np.asarray(inverse.quadratic(h.indptr, self.place[h.indices], h.data, self._lp, self._li, zx, zd))


class Fit:
    """A reconciliation kept open: which reading weighs how much, and what becomes of all others without it.

    For r readings, S their covariance and R that of the residuals y − x:
    `score` (r,) = S⁻¹ (y − x) and `power` (r,) = diagonal of N = S⁻¹ R S⁻¹, both 0 where nothing checks a reading, so that
    `z = score / √power` is the distance of a reading from what all others imply, in its standard deviations (for uncorrelated
    readings the same as Solution.z), and `score / power` is that distance itself (the size of the gross error if it is the only one).
    `power_at(i, j)` gives entries of N, `power_columns(readings)` whole columns (r × k).
    `drop(readings)` and `restore(readings)` change what is used; score, power, z, chi2, dof, `dropped` follow exactly (Schur complement
    in the k × k space of the dropped, one solve per reading, no new factor). A reading that nothing else implies once the others are
    gone cannot be dropped: `drop` raises UnsolvableError naming it; `can_drop(reading)` asks first.
    `gross()` (k,): the errors of the dropped readings that the others imply, with `gross_covariance()`.
    `refit()`: the Solution without the dropped readings."""

    def __init__(self, system: Any, score: Floats, local: Any, effect: Any, factor: Any, chi2: float, dof: int) -> None:
        """`local` (r × r sparse) and `effect` (n × r) with N = local + effectᵀ M⁻¹ effect; `factor` of M, None for M = 1."""
        self.system = system
        self._local, self._effect, self._factor = local, effect, factor
        self._score0, self._chi0, self._dof0 = score, chi2, dof
        self._power0 = self._diagonal()
        self._power0[self._power0 < 0] = 0.0
        self.dropped: Ints = np.zeros(0, np.int64)
        self._solved: dict[int, Floats] = {}
        self._settle()

    def _diagonal(self) -> Floats:
        local = np.asarray(self._local.diagonal())
        if self._factor is None:
            return np.asarray(local + (np.asarray(self._effect) ** 2).sum(axis=0))
        quad = self._factor.quadratic(self._effect)
        missing = np.flatnonzero(np.isnan(quad))
        for at in range(0, len(missing), 64):
            block = self._effect[:, missing[at : at + 64]].toarray()
            quad[missing[at : at + 64]] = (block * self._factor.solve(block)).sum(axis=0)
        return np.asarray(local + quad)

    def _lift(self, reading: int) -> Floats:
        """M⁻¹ of a reading's effect (n,), kept."""
        if reading not in self._solved:
            column = self._effect[:, [reading]]
            full = column.toarray()[:, 0] if hasattr(column, "toarray") else np.asarray(column)[:, 0]
            self._solved[reading] = full if self._factor is None else self._factor.solve(full)
        return self._solved[reading]

    def power_columns(self, readings: Any) -> Floats:
        """Columns of N of all readings' original fit (r × k)."""
        take = np.atleast_1d(np.asarray(readings, np.int64))
        lifted = (
            np.column_stack([self._lift(int(i)) for i in take]) if len(take) else np.zeros((self._effect.shape[0], 0))
        )
        local = self._local[:, take]
        return np.asarray((local.toarray() if hasattr(local, "toarray") else local) + self._effect.T @ lifted)

    def power_at(self, first: Any, second: Any) -> Floats:
        """Entries of N of the original fit at pairs of readings; solves once for each different reading in `first`."""
        first, second = np.atleast_1d(np.asarray(first, np.int64)), np.atleast_1d(np.asarray(second, np.int64))
        out = np.zeros(len(first))
        for reading in np.unique(first):
            mine = np.flatnonzero(first == reading)
            out[mine] = self.power_columns([reading])[second[mine], 0]
        return out

    def can_drop(self, reading: int) -> bool:
        """Whether the readings still used imply what this one says."""
        return bool(reading not in self.dropped and self.power[reading] > 1e-9 * self._power0[reading])

    def drop(self, readings: Any) -> None:
        """Take readings out. Raises UnsolvableError where the others do not imply one of them; nothing is changed then."""
        more = [int(i) for i in dict.fromkeys(np.atleast_1d(np.asarray(readings, np.int64)).tolist())]
        before = self.dropped
        self.dropped = np.append(before, [i for i in more if i not in before]).astype(np.int64)
        try:
            self._settle()
        except UnsolvableError:
            self.dropped = before
            raise

    def restore(self, readings: Any) -> None:
        """Put dropped readings back."""
        self.dropped = self.dropped[~np.isin(self.dropped, np.atleast_1d(np.asarray(readings, np.int64)))]
        self._settle()

    def _settle(self) -> None:
        score, power = self._score0.copy(), self._power0.copy()
        chi2 = self._chi0
        if len(self.dropped):
            lifted = np.column_stack([self._lift(int(i)) for i in self.dropped])
            root = self._root(self._rows(self.dropped, lifted))
            known = np.linalg.solve(root, self._score0[self.dropped])
            chi2 -= float(known @ known)
            for at in range(0, len(score), 16384):  # a part of the readings at a time: the columns of all are wide
                part = slice(at, min(at + 16384, len(score)))
                half = np.linalg.solve(root, self._rows(part, lifted).T)
                score[part] -= half.T @ known
                power[part] -= (half**2).sum(axis=0)
            gone = power <= 1e-9 * self._power0
            gone[self.dropped] = True
            score[gone] = 0.0
            power[gone] = 0.0
        self.score, self.power, self.chi2, self.dof = score, power, chi2, self._dof0 - len(self.dropped)

    def _rows(self, part: Any, lifted: Floats) -> Floats:
        local = self._local[part][:, self.dropped]
        return np.asarray((local.toarray() if hasattr(local, "toarray") else local) + self._effect[:, part].T @ lifted)

    def _root(self, block: Floats) -> Floats:
        """Cholesky root of N of the dropped; what cannot be told from the others is named."""
        size = np.sqrt(self._power0[self.dropped])
        if (size <= 0).any():
            raise UnsolvableError(self._alone(int(self.dropped[np.flatnonzero(size <= 0)[0]])))
        equal = (block + block.T) / 2 / size[:, None] / size
        root = np.zeros_like(equal)
        for k in range(len(equal)):
            pivot = equal[k, k] - root[k, :k] @ root[k, :k]
            if pivot <= 1e-9:
                raise UnsolvableError(self._alone(int(self.dropped[k])))
            root[k, k] = np.sqrt(pivot)
            root[k + 1 :, k] = (equal[k + 1 :, k] - root[k + 1 :, :k] @ root[k, :k]) / root[k, k]
        return np.asarray(root * size[:, None])

    def _alone(self, reading: int) -> str:
        return f"{self.system.name(int(self.system.stream[reading]))}: nothing else implies this reading, it cannot be left out"

    @property
    def z(self) -> Floats:
        """(r,), NaN where nothing checks a reading or it is dropped."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.power > 0, self.score / np.sqrt(self.power), np.nan)

    @property
    def distance(self) -> Floats:
        """(r,) how far a reading lies above what all others still used imply, in its own unit; NaN where they imply nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.power > 0, self.score / self.power, np.nan)

    def gross_covariance(self) -> Floats:
        """(k, k) covariance of `gross()`."""
        return np.asarray(np.linalg.inv(self.power_columns(self.dropped)[self.dropped]))

    def gross(self) -> Floats:
        """(k,) the errors of the dropped readings that all others imply, in the order of `dropped`."""
        return np.asarray(self.gross_covariance() @ self._score0[self.dropped])

    def refit(self) -> Any:
        """The Solution of the system without the dropped readings."""
        from lvlian.chain.account.reconcile import reconcile

        return reconcile(self.system.without(self.dropped))


def open_fit(system: Any) -> Fit:
    """The fit of a system, for a system with products of unknowns about its solution. Raises UnsolvableError."""
    from lvlian.chain.account.reconcile import open_system

    return open_system(system)
