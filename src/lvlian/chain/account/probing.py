"""Spreads where no factor fits: random systems with the same variances are reconciled, and how far their results move is measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats


def probed(parts: Any, probes: int) -> tuple[Floats, Floats]:
    """By how much the balances reduce the variance of every soft stream (s,), and the variance of every found stream (k,); the relative
    error of a variance is about √(2 / probes). The draws are the same on every run."""
    prior, conditions = parts.prior, parts.conditions
    g = conditions.matrix
    rng = np.random.default_rng(20260103)
    root = _root(prior)
    moved, found = np.zeros(len(prior.soft)), np.zeros(len(conditions.recovery.found))
    for _ in range(probes):
        noise = root(rng.standard_normal(len(prior.soft)))
        lam = _solve(parts.solver, g @ noise)
        step = prior.spread_by(g.T @ lam)
        moved += step**2
        if len(found):
            x = np.zeros(parts.system.size)
            x[prior.soft] = noise - step
            bare = conditions.recovery.without_constants(x)
            found += bare**2
    return moved / probes, found / probes


def _solve(solver: Any, rhs: Floats) -> Floats:
    from lvlian.chain.account.multigrid import Multigrid

    return solver.solve(rhs, 1e-4) if isinstance(solver, Multigrid) else solver.solve(rhs)


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
