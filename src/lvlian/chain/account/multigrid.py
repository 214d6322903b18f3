"""Networks whose factor would not fit: conjugate gradients with algebraic multigrid (smoothed aggregation, pyamg)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats

CLOSED = 1e-13
"""Residual, relative to the right-hand side, at which the iteration ends."""


class Multigrid:
    """Solves with one symmetric positive definite matrix (n × n, CSR) that is never factorised."""

    def __init__(self, matrix: Any) -> None:
        import pyamg

        self.size = int(matrix.shape[0])
        self.matrix = matrix
        self._levels = pyamg.smoothed_aggregation_solver(matrix, max_coarse=500, symmetry="symmetric")
        self._cycle = self._levels.aspreconditioner(cycle="V")
        self.rounds = 0

    def solve(self, rhs: Any, closed: float = CLOSED) -> Floats:
        """x of `matrix @ x = rhs`, rhs (n,) or (n, k)."""
        b = np.asarray(rhs, float)
        if b.ndim == 2:
            return np.column_stack([self.solve(b[:, c], closed) for c in range(b.shape[1])]) if b.shape[1] else b.copy()
        return self._conjugate(b, closed)

    def _conjugate(self, b: Floats, closed: float) -> Floats:
        a, x, r = self.matrix, np.zeros_like(b), b.copy()
        goal = closed * float(np.linalg.norm(b))
        z = self._cycle @ r
        p, rz = z.copy(), float(r @ z)
        best = float(np.linalg.norm(r))
        stale = 0
        for _ in range(500):
            norm = float(np.linalg.norm(r))
            if norm <= goal or rz == 0:
                break
            stale = 0 if norm < 0.9 * best else stale + 1
            best = min(best, norm)
            if stale > 20:  # rounding allows no more
                break
            q = a @ p
            step = rz / float(p @ q)
            x += step * p
            r -= step * q
            self.rounds += 1
            z = self._cycle @ r
            rz, before = float(r @ z), rz
            p *= rz / before
            p += z
        return x
