"""Reconciliation by dense factorisations: any coefficients, correlated readings, any rank; for networks of a region's size.

Method: streams without a reading are taken out of the balances by an orthogonal projection, what is left is generalised least
squares in units of standard deviations, the rest is found afterwards (Crowe, García Campos & Hrymak 1983; VDI 2048 part 1).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import qr, solve_triangular

from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System, UnsolvableError

RANK = 1e-9
"""Relative size below which a pivot of the equilibrated balances counts as zero."""


def solve_dense(system: System, balance: Any = None, constant: Floats | None = None) -> Solution:
    """`balance`, `constant`: a linearisation to use in place of the system's own. Raises UnsolvableError where exact readings contradict."""
    from scipy.stats import chi2 as chi2_law

    a = np.asarray((system.balance if balance is None else balance).todense(), dtype=float)
    b = np.asarray(system.constant if constant is None else constant, dtype=float)
    m = a.shape[1]
    y, root, stream = _whitened(system)
    read = np.zeros(m, bool)
    read[stream] = True
    rows = np.abs(a).max(axis=1, initial=0.0)
    rows[rows == 0] = 1.0
    a, b = a / rows[:, None], b / rows
    free = np.flatnonzero(~read)
    left, pseudo, unseen = _eliminated(a[:, free])
    select = np.zeros((len(y), m))
    select[np.arange(len(y)), stream] = 1.0
    seen = np.flatnonzero(read)
    # generalised least squares of the read streams: x = arg min |L⁻¹(y − Ex)| s.t. G x = g, in null-space form
    g, rhs = left.T @ a[:, seen], -(left.T @ b)
    prior, cov0, exact = _pooled(select[:, seen], y, root)
    value, cov, rank, gap = _constrained(prior, cov0, g, rhs)
    if gap > 1e-6:
        raise UnsolvableError(_contradiction(system, a, seen, exact))
    x = np.full(m, np.nan)
    p = np.zeros((m, m))
    x[seen] = value
    p[np.ix_(seen, seen)] = cov
    lift = -pseudo @ a[:, seen]
    xf = -pseudo @ (a[:, seen] @ value + b)
    p[np.ix_(free, seen)] = lift @ cov
    p[np.ix_(seen, free)] = (lift @ cov).T
    p[np.ix_(free, free)] = lift @ cov @ lift.T
    x[free] = xf
    x[free[unseen]] = np.nan
    kind = np.full(m, 3, np.int64)
    kind[free[unseen]] = 4
    adjusted = np.diag(cov0) - np.diag(cov)
    checked = adjusted > 1e-9 * np.maximum(np.diag(cov0), 1e-300)
    kind[seen] = np.where(exact, 2, np.where(checked, 0, 1))
    _mark_repeated(kind, stream, root)
    residual = y - x[stream]
    s = root @ root.T
    adj = np.diag(s) - np.diag(cov)[np.searchsorted(seen, stream)]
    z = np.where(adj > 1e-9 * np.diag(s), residual / np.sqrt(np.maximum(adj, 1e-300)), np.nan)
    positive = np.diag(s) > 0
    scaled = np.linalg.solve(s[np.ix_(positive, positive)], residual[positive]) if positive.any() else np.zeros(0)
    chi2 = float(residual[positive] @ scaled)
    dof = rank + int(positive.sum()) - int((~exact).sum())
    sd = np.sqrt(np.maximum(np.diag(p), 0.0))
    sd[np.isnan(x)] = np.nan
    hidden = np.isnan(x)

    def spread(weights: Any) -> Floats:
        w = np.asarray(weights.todense() if hasattr(weights, "todense") else weights, dtype=float)
        out = w @ p @ w.T
        blind = np.abs(w[:, hidden]).sum(axis=1) > 0
        out[blind, :] = np.nan
        out[:, blind] = np.nan
        return np.asarray(out)

    limit = float(chi2_law.ppf(0.95, dof)) if dof else float("nan")
    return Solution(
        system=system, value=x, sd=sd, kind=kind, z=z, chi2=chi2, dof=dof, limit_95=limit, spread=spread
    )


def _whitened(system: System) -> tuple[Floats, Floats, Any]:
    """The readings and a root L of their covariance (L Lᵀ = S)."""
    cov = np.diag(system.variance.astype(float))
    for i, j, r in system.correlation:
        cov[i, j] = cov[j, i] = r * np.sqrt(system.variance[i] * system.variance[j])
    if not system.correlation:
        root = np.sqrt(cov)
    else:
        values, vectors = np.linalg.eigh(cov)
        if values.min(initial=0.0) < -1e-9 * max(values.max(initial=0.0), 1e-300):
            raise UnsolvableError("the correlations of the readings contradict each other: no covariance has these coefficients")
        root = vectors * np.sqrt(np.maximum(values, 0.0))
    return system.reading.astype(float), root, system.stream


def _eliminated(free: Floats) -> tuple[Floats, Floats, Any]:
    """Left null space of the unread columns, their pseudo-inverse, and which of them remain open."""
    n, k = free.shape
    if k == 0:
        return np.eye(n), np.zeros((0, n)), np.zeros(0, np.int64)
    scale = np.linalg.norm(free, axis=0)
    scale[scale == 0] = 1.0
    u, s, vt = np.linalg.svd(free / scale, full_matrices=True)
    rank = int((s > RANK * max(s.max(initial=0.0), 1e-300)).sum())
    pseudo = (vt[:rank].T / s[:rank]) @ u[:, :rank].T / scale[:, None]
    open_ = np.flatnonzero(np.abs(vt[rank:].T).max(axis=1, initial=0.0) > 1e-7) if rank < k else np.zeros(0, np.int64)
    return u[:, rank:], pseudo, open_


def _pooled(select: Floats, y: Floats, root: Floats) -> tuple[Floats, Floats, Any]:
    """Several readings of one stream become one: best linear estimate, its covariance, which streams are exact."""
    cov = root @ root.T
    if select.shape[0] == select.shape[1] and np.array_equal(select.argmax(axis=1), np.arange(len(y))):
        return y, cov, np.diag(cov) == 0
    size = select.shape[1]
    exact = np.zeros(size, bool)
    exact[select.argmax(axis=1)[np.diag(cov) == 0]] = True
    value, out = np.zeros(size), np.zeros((size, size))
    hard = np.diag(cov) == 0
    value[select.argmax(axis=1)[hard]] = y[hard]
    soft = np.flatnonzero(~hard & ~exact[select.argmax(axis=1)])
    if len(soft):
        keep = np.unique(select[soft].argmax(axis=1))
        e = select[np.ix_(soft, keep)]
        inverse = np.linalg.inv(cov[np.ix_(soft, soft)])
        info = np.linalg.inv(e.T @ inverse @ e)
        value[keep] = info @ (e.T @ inverse @ y[soft])
        out[np.ix_(keep, keep)] = info
    return value, out, exact


def _constrained(prior: Floats, cov: Floats, g: Floats, rhs: Floats) -> tuple[Floats, Floats, int, float]:
    """Values and covariance under `g x = rhs`, number of independent conditions, largest relative gap that no adjustment closes."""
    values, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(values, 0.0)) if np.any(cov - np.diag(np.diag(cov))) else np.sqrt(np.diag(np.diag(cov)))
    h = g @ root
    norm = np.linalg.norm(h, axis=1)
    size = np.abs(g) @ np.abs(prior) + np.abs(rhs)
    live = norm > 1e-12 * np.maximum(size, 1e-300)
    gap = np.abs(g @ prior - rhs)
    stuck = float(np.max((gap / np.maximum(size, 1e-300))[~live], initial=0.0))
    if not live.any():
        return prior, cov, 0, stuck
    h, short = h[live] / norm[live, None], (rhs - g @ prior)[live] / norm[live]
    q, r, pivot = qr(h.T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(r))
    rank = int((diagonal > RANK * diagonal[0]).sum())
    basis = q[:, :rank]
    step = basis @ solve_triangular(r[:rank, :rank], short[pivot[:rank]], trans="T")
    value = prior + root @ step
    left = root - (root @ basis) @ basis.T
    rest = np.abs(h @ step - short) / np.maximum(np.abs(short), np.max(size[live] / norm[live]) * 1e-3)
    return value, left @ left.T, rank, max(stuck, float(rest.max(initial=0.0)) if rank < len(short) else 0.0)


def _mark_repeated(kind: Any, stream: Any, root: Floats) -> None:
    """A stream that is read twice is checked by itself."""
    soft = np.diag(root @ root.T) > 0
    count = np.bincount(stream[soft], minlength=len(kind))
    kind[(count > 1) & (kind == 1)] = 0


def _contradiction(system: System, a: Floats, seen: Any, exact: Any) -> str:
    touched = [system.names[i] if system.names else str(i) for i in seen[exact]][:6]
    return f"exact readings contradict the balances: {', '.join(touched) or 'constants'} cannot all hold"
