"""Standard deviations of all streams and scores of all readings, from the inverse where the factor has entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.multigrid import Multigrid
from lvlian.chain.account.system import Floats

PROBES = 256
"""Random systems that estimate spreads where no factor fits."""

SHARP = 1e-6
"""A variance below this part of the reading's own is found from what stands beside the stream."""

SOLVES = 4_096
"""Most spreads that are found by solving one by one; the rest is estimated."""


def spreads_of(parts: Any, written: Any, checked: Any) -> tuple[Floats, Floats, bool]:
    """Standard deviations of all streams, z of all readings, and whether they are exact."""
    system, prior, conditions = parts.system, parts.prior, parts.conditions
    m, soft = system.size, prior.soft
    if isinstance(parts.solver, Multigrid):
        from lvlian.chain.account.probing import probed

        adjusted, found_var = probed(parts, PROBES)
        exact_sd = False
    else:
        effect = conditions.matrix @ prior.spread_by(identity_of(len(soft)))
        adjusted = parts.solver.quadratic(effect)
        adjusted, exact_sd = _missing(parts, effect, adjusted)
        found_var, exact_found = _found(parts, written)
        exact_sd &= exact_found
    adjusted = np.clip(adjusted, 0.0, prior.variance)
    var = np.zeros(m)
    var[soft] = prior.variance - adjusted
    if exact_sd:
        _sharpen(parts, var)
    var[conditions.recovery.found] = found_var
    sd = np.sqrt(np.maximum(var, 0.0))
    if conditions.recovery.hidden is not None:
        sd[conditions.recovery.hidden] = np.nan
    z = prior.scores(parts.residual, adjusted, checked)
    return sd, z, exact_sd


def _sharpen(parts: Any, var: Floats) -> None:
    """Streams that their balances know far better than their readings: the variance of what stands beside them in the balance that
    says most, where the difference of two like figures would be mostly rounding."""
    from scipy.sparse import csr_matrix

    prior, g = parts.prior, parts.conditions.matrix
    var[prior.soft[var[prior.soft] < 1e-12 * prior.variance]] = 0.0
    wide = var[prior.soft] < SHARP * prior.variance
    if not wide.any() or prior.cov is not None:
        return
    alone = np.flatnonzero(np.diff(g.indptr) == 1)  # a balance of one adjustable stream settles it
    wide[g.indices[g.indptr[alone]]] = False
    wide = np.flatnonzero(wide)[:SOLVES]
    columns = g.tocsc()
    for begin in range(0, len(wide), 64):
        block = wide[begin : begin + 64]
        best, own = [], []
        for k in block:
            rows = columns.indices[columns.indptr[k] : columns.indptr[k + 1]]
            coefficients = columns.data[columns.indptr[k] : columns.indptr[k + 1]]
            beside = [_beside(g, r, k, prior.variance) / c**2 for r, c in zip(rows, coefficients, strict=True)]
            least = int(np.argmin(beside))
            best.append(rows[least])
            own.append(coefficients[least])
        sums = (csr_matrix((1.0 / np.array(own), (range(len(own)), range(len(own))))) @ g[best]).tolil()
        sums[np.arange(len(block)), block] = 0.0
        sums = sums.tocsr()
        spread = prior.spread_by(sums.T.tocsr())
        effect = np.asarray((g @ spread).todense())
        before = np.asarray(sums.multiply(spread.T.tocsr()).sum(axis=1)).ravel()
        got = before - (effect * parts.solver.solve(effect)).sum(axis=0)
        at = prior.soft[block]
        better = before < prior.variance[block]
        var[at[better]] = _left(before, before - got)[better]


def _beside(g: Any, row: int, k: int, variance: Floats) -> float:
    part = slice(g.indptr[row], g.indptr[row + 1])
    idx, data = g.indices[part], g.data[part]
    return float(np.sum(data[idx != k] ** 2 * variance[idx[idx != k]]))


def identity_of(size: int) -> Any:
    from scipy.sparse import identity

    return identity(size, format="csr")


def _missing(parts: Any, effect: Any, adjusted: Floats) -> tuple[Floats, bool]:
    """Streams whose balances are joined by no entry of the factor: solved one by one."""
    missing = np.flatnonzero(np.isnan(adjusted))
    columns = effect.tocsc()
    for at in range(0, len(missing), 64):
        block = columns[:, missing[at : at + 64]].toarray()
        adjusted[missing[at : at + 64]] = (block * parts.solver.solve(block)).sum(axis=0)
    return adjusted, True


def _found(parts: Any, written: Any) -> tuple[Floats, bool]:
    """Variances of the unread streams that can be found."""
    from scipy.sparse import csr_matrix

    recovery, prior = parts.conditions.recovery, parts.prior
    out = np.zeros(len(recovery.found))
    at, sums = written
    if len(at):
        wide = prior.spread_by(sums.T.tocsr())
        effect = (parts.conditions.matrix @ wide).tocsc()
        taken = parts.solver.quadratic(effect)
        taken, _ = _missing(parts, effect, taken)
        out[at] = _left(np.asarray(sums.multiply(wide.T.tocsr()).sum(axis=1)).ravel(), taken)
    rest = np.ones(len(out), bool)
    rest[at] = False
    if recovery.hidden is not None:
        rest &= ~recovery.hidden[recovery.found]
    long = np.flatnonzero(rest)
    exact = len(long) <= SOLVES
    for begin in range(0, min(len(long), SOLVES), 64):
        block = long[begin : begin + 64]
        unit = csr_matrix(
            (np.ones(len(block)), (np.arange(len(block)), recovery.found[block])), shape=(len(block), parts.system.size)
        )
        mine = recovery.onto_reads(unit)[:, prior.soft]
        wide = prior.spread_by(mine.T.tocsr())
        effect = np.asarray((parts.conditions.matrix @ wide).todense())
        before = np.asarray(mine.multiply(wide.T.tocsr()).sum(axis=1)).ravel()
        out[block] = _left(before, (effect * parts.solver.solve(effect)).sum(axis=0))
    if not exact:
        from lvlian.chain.account.probing import probed

        _, estimate = probed(parts, PROBES)
        out[long[SOLVES:]] = estimate[long[SOLVES:]]
    return out, exact


def _left(before: Floats, taken: Floats) -> Floats:
    """A difference of variances; what is rounding is nothing."""
    out = before - taken
    return np.where(out > 1e-12 * before, out, 0.0)
