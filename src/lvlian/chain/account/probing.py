"""Spreads where no factor fits: random systems with the same variances are reconciled, and how far their results move is measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats


def probed(parts: Any, probes: int) -> tuple[Floats, Floats]:
    """By how much the balances reduce the variance of every soft stream (s,), and the variance of every found stream (k,). The draws are
    the same on every run.

    What a stream's own balances do is exact, only what reaches it through others is measured (Sidén, Lindgren, Bolin & Villani 2018,
    Rao-Blackwellized Monte Carlo): for independent readings in at most two balances; else the relative error of a variance is about
    √(2 / probes)."""
    prior, conditions = parts.prior, parts.conditions
    g = conditions.matrix
    rng = np.random.default_rng(20260103)
    root = _root(prior)
    near = _Neighbours(parts) if conditions.edges is not None else None
    moved, found = np.zeros(len(prior.soft)), np.zeros(len(conditions.recovery.found))
    for _ in range(probes):
        noise = root(rng.standard_normal(len(prior.soft)))
        lam = _solve(parts.solver, g @ noise)
        step = prior.spread_by(g.T @ lam)
        moved += step**2 if near is None else near.given(lam) ** 2
        if len(found):
            x = np.zeros(parts.system.size)
            x[prior.soft] = noise - step
            found += conditions.recovery.without_constants(x) ** 2
    adjusted = moved / probes
    return adjusted if near is None else near.own + prior.variance**2 * adjusted, found / probes


class _Neighbours:
    """The two balances of each stream apart from all others: `own` (s,) their share of the reduction, `given(lam)` what the others add."""

    def __init__(self, parts: Any) -> None:
        head, tail, conduct = parts.conditions.edges
        self._matrix = parts.solver.matrix
        self._diagonal = self._matrix.diagonal()
        inner = (head >= 0) & (tail >= 0) & (head != tail)
        self._a = np.where(head >= 0, head, tail)
        self._b = np.where(inner, tail, -1)
        self._sign = np.where(head >= 0, 1.0, -1.0)
        self._out = (head == tail) | (self._a < 0)
        across = np.zeros(len(head))
        at = np.flatnonzero(inner)
        across[at] = np.asarray(self._matrix[head[at], tail[at]]).ravel()
        self._aa = np.where(self._a >= 0, self._diagonal[self._a], 1.0)
        self._bb = np.where(self._b >= 0, self._diagonal[self._b], 1.0)
        self._ab = across
        det = self._aa * self._bb - across**2
        self._scale = parts.conditions.coefficient / det
        self._inner = inner
        variance = parts.prior.variance
        own = np.where(inner, (self._bb + self._aa + 2 * across) / det, 1.0 / self._aa)
        self.own = np.where(self._out, 0.0, variance * conduct * own)

    def given(self, lam: Floats) -> Floats:
        """g · E[λ of the stream's balances | λ of all others]."""
        full = self._matrix @ lam
        a, b = self._a, np.maximum(self._b, 0)
        other = np.where(self._inner, lam[b], 0.0)
        ra = -(full[a] - self._aa * lam[a] - self._ab * other)
        rb = np.where(self._inner, -(full[b] - self._bb * other - self._ab * lam[a]), 0.0)
        one = (self._bb * ra - self._ab * rb) * self._scale
        two = (self._aa * rb - self._ab * ra) * self._scale
        return np.where(self._out, 0.0, np.where(self._inner, one - two, self._sign * one))


def _solve(solver: Any, rhs: Floats) -> Floats:
    from lvlian.chain.account.multigrid import Multigrid

    return np.asarray(solver.solve(rhs, 1e-4) if isinstance(solver, Multigrid) else solver.solve(rhs))


def _root(prior: Any) -> Any:
    """A map from independent draws to draws with the covariance of the readings' estimates."""
    if prior.cov is None:
        sd = np.sqrt(prior.variance)
        return lambda draw: sd * draw
    from scipy.sparse.csgraph import connected_components

    cov = prior.cov.tocsr()
    _, label = connected_components(cov, directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    plain = np.sqrt(prior.variance)
    roots = []
    for group in groups:
        if len(group) > 1:
            values, vectors = np.linalg.eigh(cov[group][:, group].toarray())
            roots.append((group, vectors * np.sqrt(np.maximum(values, 0.0))))

    def draw_with(draw: Floats) -> Floats:
        out = plain * draw
        for group, inner in roots:
            out[group] = inner @ draw[group]
        return np.asarray(out)

    return draw_with
