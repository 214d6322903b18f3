"""Reconciliation by dense factorisations: any coefficients, correlated readings, any rank; for networks of a region's size.

Method: streams without a reading are taken out of the balances by an orthogonal projection, what is left is generalised least
squares in units of standard deviations, the rest is found afterwards (Crowe, García Campos & Hrymak 1983; VDI 2048 part 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import qr, solve_triangular
from scipy.sparse import csr_matrix

from lvlian.chain.account.linear import check_closed, limit_95
from lvlian.chain.account.prior import Prior, pooled
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System

RANK = 1e-9
"""Relative size below which a pivot of the equilibrated balances counts as zero."""


def solve_dense(system: System, balance: Any = None, constant: Floats | None = None, spreads: bool = True) -> Solution:
    """`balance`, `constant`: a linearisation to use in place of the system's own. Raises UnsolvableError where exact readings contradict."""
    matrix = system.balance if balance is None else balance
    whole = np.asarray(matrix.todense(), dtype=float)
    shift = np.asarray(system.constant if constant is None else constant, dtype=float)
    m = whole.shape[1]
    prior = pooled(system)
    read = prior.place >= 0
    read[prior.exact] = True
    free = np.flatnonzero(~read)
    # rows of like size in what is taken out of them
    rows = np.abs(whole[:, free]).max(axis=1, initial=0.0)
    rows = np.where(rows > 0, rows, np.abs(whole).max(axis=1, initial=0.0))
    rows[rows == 0] = 1.0
    a, b = whole / rows[:, None], shift / rows
    left, pseudo, unseen = _eliminated(a[:, free])
    b = b + a[:, prior.exact] @ prior.exact_value
    soft = a[:, prior.soft]
    g, rest = (left.T @ soft, left.T @ b) if len(free) else (soft, b)
    if len(free):  # what the projection leaves of a figure that is gone is rounding
        g[np.abs(g) < 1e-13 * np.abs(soft).max(axis=0, initial=0.0)] = 0.0
    root = _root(prior)
    step, basis, multiplier, rank = _constrained(prior.value, root, g, rest)
    value = prior.value - step
    x = np.zeros(m)
    x[prior.soft] = value
    x[prior.exact] = prior.exact_value
    if len(free):
        x[free] = -pseudo @ (soft @ value + b)
    check_closed(system, prior, x, csr_matrix(whole), shift)
    hidden = np.zeros(m, bool)
    hidden[free[unseen]] = True
    x[hidden] = np.nan
    taken = root @ basis  # (s, rank): by how much the balances reduce the covariance, as a root
    adjusted = (taken**2).sum(axis=1)
    kind = np.full(m, 3, np.int8)
    kind[hidden] = 4
    kind[prior.exact] = 2
    checked = _touched(prior, g, soft) | prior.repeated
    kind[prior.soft] = np.where(checked, 0, 1)
    residual = prior.residual(step)
    chi2 = float(residual @ prior.weighed(residual))
    dof = rank + int((system.variance > 0).sum()) - len(prior.soft)
    left_root = root - taken @ basis.T  # (s, s): a root of the covariance that is left
    lift = np.zeros((m, len(prior.soft)))
    lift[prior.soft] = left_root
    if len(free):
        lift[free] = -pseudo @ (soft @ left_root)
    sd = np.sqrt((lift**2).sum(axis=1))
    sd[hidden] = np.nan
    z = prior.scores(residual, adjusted, checked)

    def spread(weights: Any) -> Floats:
        w = np.atleast_2d(np.asarray(weights.todense() if hasattr(weights, "todense") else weights, dtype=float))
        part = w @ lift
        out = part @ part.T
        blind = np.abs(w[:, hidden]).sum(axis=1) > 0
        out[blind, :] = np.nan
        out[:, blind] = np.nan
        return np.asarray(out)

    fixed = a[:, prior.exact]
    weighed = np.bincount(system.stream, prior.weighed(residual), minlength=m)[prior.exact]
    pull = (left.T @ fixed if len(free) else fixed).T @ multiplier - weighed
    return Solution(
        system=system,
        value=x,
        sd=sd,
        kind=kind,
        z=z,
        chi2=chi2,
        dof=dof,
        limit_95=limit_95(dof),
        spread=spread,
        pull=(prior.exact, pull),
    )


def _touched(prior: Prior, g: Floats, soft: Floats) -> Any:
    """Which streams stand in a condition, directly or through readings that depend on theirs."""
    touched = np.abs(g).max(axis=0, initial=0.0) > RANK * np.abs(soft).max(axis=0, initial=0.0)
    if prior.cov is not None:
        touched |= np.asarray((abs(prior.cov) @ touched.astype(float)) > 0)
    return touched


def _root(prior: Prior) -> Floats:
    """A root of the covariance of the readings' estimates."""
    if prior.cov is None:
        return np.diag(np.sqrt(prior.variance))
    scale = np.sqrt(prior.variance)
    values, vectors = np.linalg.eigh(prior.cov.toarray() / scale[:, None] / scale)
    return np.asarray(scale[:, None] * vectors * np.sqrt(np.maximum(values, 0.0)))


def _eliminated(free: Floats) -> tuple[Floats, Floats, Any]:
    """Left null space of the unread columns, their pseudo-inverse, and which of them remain open."""
    n, k = free.shape
    if k == 0:
        return np.eye(n), np.zeros((0, n)), np.zeros(0, np.int64)
    scale = np.linalg.norm(free, axis=0)
    scale[scale == 0] = 1.0
    q, r, order = qr(free / scale, pivoting=True)
    size = np.abs(np.diag(r))
    rank = int((size > RANK * max(size.max(initial=0.0), 1e-300)).sum())
    pseudo = np.zeros((k, n))
    pseudo[order[:rank]] = solve_triangular(r[:rank, :rank], q[:, :rank].T) if rank else 0.0
    pseudo[np.abs(pseudo) < 1e-13 * np.abs(pseudo).max(axis=1, initial=0.0)[:, None]] = 0.0  # rounding, not a balance
    open_ = np.zeros(k, bool)
    if rank < k:
        # moving the other columns moves those of the basis that depend on them
        depend = solve_triangular(r[:rank, :rank], r[:rank, rank:]) if rank else np.zeros((0, k - rank))
        open_[order[rank:]] = True
        open_[order[:rank]] = np.abs(depend).max(axis=1, initial=0.0) > 1e-10
    left = q[:, rank:]
    left[np.abs(left) < 1e-14 / size[:rank].min(initial=1.0)] = 0.0
    return left, pseudo / scale[:, None], np.flatnonzero(open_)


def _constrained(prior: Floats, root: Floats, g: Floats, rest: Floats) -> tuple[Floats, Floats, Floats, int]:
    """By how much values fall under `g x + rest = 0`, an orthonormal basis (s × rank) of the conditions in units of `root`, multipliers, rank."""
    h = g @ root
    norm = np.linalg.norm(h, axis=1)
    live = norm > 1e-12 * np.maximum(np.abs(g) @ np.abs(prior) + np.abs(rest), 1e-300)
    multiplier = np.zeros(len(g))
    if not live.any():
        return np.zeros(len(prior)), np.zeros((root.shape[1], 0)), multiplier, 0
    h, short = h[live] / norm[live, None], (g @ prior + rest)[live] / norm[live]
    q, r, pivot = qr(h.T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(r))
    rank = int((diagonal > RANK * diagonal[0]).sum())
    basis = q[:, :rank]
    step = solve_triangular(r[:rank, :rank], short[pivot[:rank]], trans="T")
    away = root @ (basis @ step)
    again = (g @ (prior - away) + rest)[live] / norm[live]  # what rounding left open
    more = solve_triangular(r[:rank, :rank], again[pivot[:rank]], trans="T")
    away += root @ (basis @ more)
    some = np.flatnonzero(live)[pivot[:rank]]
    multiplier[some] = solve_triangular(r[:rank, :rank], step + more) / norm[some]
    return away, basis, multiplier, rank
