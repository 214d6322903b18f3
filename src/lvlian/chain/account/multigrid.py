"""Networks whose factor would not fit: conjugate gradients, plain where the network is well tied to its outside, with algebraic
multigrid (smoothed aggregation, pyamg) where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats

CLOSED = 1e-13
"""Residual, relative to the right-hand side, at which the iteration ends."""

PATIENCE = 60
"""After so many plain steps the residual must have fallen by a factor of at least `FALL`, and again after as many more."""

FALL = 1e-5


class SlowError(RuntimeError):
    """Plain conjugate gradients do not get on; take another way. Never leaves this package."""


class Gradients:
    """Solves with one symmetric positive definite matrix (n × n, CSR) by conjugate gradients scaled by its diagonal. `solve` raises
    SlowError where it would take long."""

    def __init__(self, matrix: Any) -> None:
        self.matrix = matrix
        self.rounds = 0
        with np.errstate(divide="ignore"):
            self._scale = 1.0 / matrix.diagonal()
        if not np.isfinite(self._scale).all():
            raise SlowError("a balance without an adjustable stream")

    def solve(self, rhs: Any, closed: float = CLOSED) -> Floats:
        """x of `matrix @ x = rhs`, rhs (n,)."""
        scale = self._scale
        out, self.rounds = _conjugate(self.matrix, np.asarray(rhs, float), lambda r: scale * r, closed, PATIENCE)
        return out


class Multigrid:
    """Solves with one symmetric positive definite matrix (n × n, CSR) that is never factorised."""

    def __init__(self, matrix: Any) -> None:
        self.size = int(matrix.shape[0])
        self.matrix = matrix
        self.rounds = 0
        self._plain: Gradients | None = None
        self._cycle: Any = None
        try:
            self._plain = Gradients(matrix)
        except SlowError:
            self._plain = None

    def solve(self, rhs: Any, closed: float = CLOSED) -> Floats:
        """x of `matrix @ x = rhs`, rhs (n,) or (n, k)."""
        b = np.asarray(rhs, float)
        if b.ndim == 2:
            return np.column_stack([self.solve(b[:, c], closed) for c in range(b.shape[1])]) if b.shape[1] else b.copy()
        if self._plain is not None:
            try:
                return self._plain.solve(b, closed)
            except SlowError:
                self._plain = None
        if self._cycle is None:
            import pyamg

            levels = pyamg.smoothed_aggregation_solver(self.matrix, max_coarse=500, symmetry="symmetric")
            self._cycle = levels.aspreconditioner(cycle="V")
        out, rounds = _conjugate(self.matrix, b, lambda r: self._cycle @ r, closed, None)
        self.rounds += rounds
        return out


def _conjugate(
    a: Any, b: Floats, precondition: Callable[[Floats], Floats], closed: float, patience: int | None
) -> tuple[Floats, int]:
    x, r = np.zeros_like(b), b.copy()
    start = best = float(np.linalg.norm(b))
    z = precondition(r)
    p, rz = z.copy(), float(r @ z)
    stale, rounds = 0, 0
    while rounds < 1_000:
        norm = float(np.linalg.norm(r))
        if norm <= closed * start or rz <= 0:
            break
        if patience and rounds and rounds % patience == 0 and norm > start * FALL ** (rounds // patience):
            raise SlowError(f"{norm / start:.1e} after {rounds} steps")
        stale = 0 if norm < 0.9 * best else stale + 1
        best = min(best, norm)
        if stale > (30 if patience is None else 4 * patience):  # rounding allows no more
            break
        q = a @ p
        step = rz / float(p @ q)
        x += step * p
        r -= step * q
        rounds += 1
        z = precondition(r)
        rz, before = float(r @ z), rz
        p *= rz / before
        p += z
    return x, rounds
