"""The front door of reconciliation: one call for any System, linear or not, small or large."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lvlian.chain.account.bounds import bounded
from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.factor import Fit
from lvlian.chain.account.linear import solve_linear, solve_parts
from lvlian.chain.account.nonlinear import Tangents, linearised
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System

SMALL_BALANCES, SMALL_STREAMS = 150, 320
"""Up to this size a system is solved densely."""


def reconcile(system: System, spreads: bool = True) -> Solution:
    """Weighted least squares with everything: spreads, classes, tests; `spreads=False`: values, classes and chi2 only, faster.

    Raises UnsolvableError, one sentence, where exact readings contradict or equations with products find no rest."""
    return bounded(system, _unbounded, spreads) if system.lower is not None else _unbounded(system, spreads)


def _unbounded(system: System, spreads: bool) -> Solution:
    return linearised(system, _route, spreads) if system.bilinear else _route(system, None, None, spreads)


def _route(system: System, balance: Any, constant: Floats | None, spreads: bool) -> Solution:
    small = system.balance.shape[0] + len(system.bilinear) <= SMALL_BALANCES and system.size <= SMALL_STREAMS
    if small:
        return solve_dense(system, balance, constant)
    return solve_linear(system, balance, constant, spreads)


def open_system(system: System) -> Fit:
    """The reconciliation of a system kept open (see `Fit`), about its solution where it has products; streams at their lower bound stay there.

    Raises UnsolvableError."""
    balance, constant = None, None
    held: tuple[int, ...] = ()
    if system.bilinear or system.lower is not None:
        solution = reconcile(system, spreads=False)
        held = solution.at_bound
        if system.bilinear:
            x = np.where(np.isnan(solution.value), 1.0, solution.value)
            balance, constant = Tangents(system).about(x)
    inner = replace(system, bilinear=(), lower=None)
    if held:
        assert system.lower is not None
        at = np.array(held, np.int64)
        inner = replace(
            inner,
            stream=np.concatenate([system.stream, at]),
            reading=np.concatenate([system.reading, system.lower[at]]),
            variance=np.concatenate([system.variance, np.zeros(len(at))]),
        )
    parts, _ = solve_parts(inner, balance, constant, spreads=True)
    return fit_of(parts, system)


def fit_of(parts: Any, system: System) -> Fit:
    """N = S⁻¹ − S⁻¹ E C0 Eᵀ S⁻¹ + Bᵀ (G C0 Gᵀ)⁻¹ B with B = G C0 Eᵀ S⁻¹, E from streams to readings."""
    from scipy.sparse import csr_matrix

    prior, conditions = parts.prior, parts.conditions
    r = len(parts.system.stream)
    precision = prior.precision()
    place = prior.place[parts.system.stream]
    at = np.flatnonzero(place >= 0)
    select = csr_matrix((np.ones(len(at)), (at, place[at])), shape=(r, len(prior.soft)))
    weighed = precision @ select
    wide = prior.spread_by(weighed.T.tocsr())
    local = (precision - weighed @ wide).tocsr()
    effect = (conditions.matrix @ wide).tocsc()
    keep = len(system.stream)
    score = prior.weighed(parts.residual)
    size = np.sqrt(np.maximum(precision.diagonal(), 1e-300))
    local.data[np.abs(local.data) < 1e-12 * size[local.indices] * np.repeat(size, np.diff(local.indptr))] = 0.0
    return Fit(
        system,
        score=score[:keep],
        local=local[:keep, :keep],
        effect=effect[:, :keep],
        factor=parts.solver,
        chi2=parts.chi2,
        dof=parts.dof,
    )
