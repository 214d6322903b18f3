"""Reconciliation by sparse factors: weighted least squares under linear balances, from hundreds of streams to millions.

With G x + g = 0 what is left of the balances once unread streams are taken out, C0 the covariance of the readings' estimates y:
x = y − C0 Gᵀ λ, G C0 Gᵀ λ = G y + g, and the covariance of x is C0 − C0 Gᵀ (G C0 Gᵀ)⁻¹ G C0 (Crowe 1983; VDI 2048 part 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.conditions import Conditions, conditions_of
from lvlian.chain.account.factor import Factor, FillError
from lvlian.chain.account.multigrid import Gradients, Multigrid, SlowError
from lvlian.chain.account.prior import Prior, pooled
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.spreads import identity_of, spreads_of
from lvlian.chain.account.system import Floats, System, UnsolvableError

PLAIN = 5_000
"""Up to this many conditions a network's values are found with SciPy's factor, without the compiler."""

MANY = 200_000
"""From this many conditions on values are found without looking for an order."""

SMALLEST = 60
"""Up to this many conditions a small dense factor is quickest."""

APART = 1e-6
"""An imbalance beyond this part of the flow through a balance is a contradiction, not rounding."""


@dataclass(frozen=True)
class Parts:
    """A solved system in its parts, for whoever goes on with it."""

    system: System
    prior: Prior
    conditions: Conditions
    solver: Any
    value: Floats
    residual: Floats
    multiplier: Floats
    chi2: float
    dof: int

    def pull(self) -> Floats:
        """(e,) how the optimum changes with each exact stream: positive where a higher figure would cost more."""
        prior = self.prior
        if self.conditions.held is None:
            return np.zeros(len(prior.exact))
        weighed = np.bincount(self.system.stream, prior.weighed(self.residual), minlength=self.system.size)
        return np.asarray(self.conditions.held.T @ self.multiplier - weighed[prior.exact])

    def covariance(self, weights: Any) -> Floats:
        """k × k covariance of combinations of streams (k × m)."""
        from scipy.sparse import csr_matrix

        w = weights.tocsr() if hasattr(weights, "tocsr") else csr_matrix(np.atleast_2d(np.asarray(weights, float)))
        hidden = self.conditions.recovery.hidden
        blind = np.zeros(w.shape[0], bool) if hidden is None else abs(w) @ hidden.astype(float) > 0
        mine = self.conditions.recovery.onto_reads(w)[:, self.prior.soft]
        out = self._of_soft(mine)
        out[blind, :] = np.nan
        out[:, blind] = np.nan
        return out

    def _of_soft(self, mine: Any) -> Floats:
        wide = self.prior.spread_by(mine.T.tocsr())
        effect = self.conditions.matrix @ wide
        full = np.asarray(effect.todense())
        out = np.asarray((mine @ wide).todense()) - full.T @ self.solver.solve(full)
        return np.asarray((out + out.T) / 2)


def solve_parts(
    system: System, balance: Any = None, constant: Floats | None = None, spreads: bool = True
) -> tuple[Parts, Any]:
    """The solved system and, for spreads, the unread streams written out as sums of readings. Raises UnsolvableError."""
    a = system.balance if balance is None else balance
    b = system.constant if constant is None else constant
    prior = pooled(system)
    conditions = conditions_of(system, prior, a, b)
    written = None
    beside = None
    if spreads:
        at, sums = conditions.recovery.written_out()
        written = (at, sums[:, prior.soft].tocsr())
        if len(at):
            beside = conditions.matrix @ prior.spread_by(written[1].T.tocsr())
        if prior.cov is not None:
            own = conditions.matrix @ prior.spread_by(identity_of(len(prior.soft)))
            beside = own if beside is None else _joined(beside, own)
    solver, value, lam = _solved(system, prior, conditions, beside, spreads, a, b)
    residual = prior.residual(prior.spread_by(conditions.matrix.T @ lam))
    chi2 = float(residual @ prior.weighed(residual))
    rank = solver.rank if isinstance(solver, Factor) else conditions.matrix.shape[0]
    dof = rank + int((system.variance > 0).sum()) - len(prior.soft)
    return Parts(system, prior, conditions, solver, value, residual, lam, chi2, dof), written


def _joined(first: Any, second: Any) -> Any:
    from scipy.sparse import hstack

    return hstack([first, second], format="csr")


class _Plain:
    """SciPy's factor of a network's conditions: values only."""

    def __init__(self, matrix: Any) -> None:
        from scipy.sparse.linalg import splu

        self._lu = splu(
            matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True}
        )

    def solve(self, rhs: Floats) -> Floats:
        """x of `matrix @ x = rhs`."""
        return np.asarray(self._lu.solve(rhs))


def _solved(
    system: System, prior: Prior, conditions: Conditions, beside: Any, spreads: bool, balance: Any, constant: Floats
) -> tuple[Any, Floats, Floats]:
    """The first way that gets there: what it solves with, values and multipliers."""
    matrix = conditions.normal(beside)
    p = matrix.shape[0]
    given = (balance, constant)
    if not spreads and conditions.slack is not None and SMALLEST < p <= PLAIN:
        solver: Any = _Plain(matrix)
        return solver, *_values(system, prior, conditions, solver, *given)
    if not spreads and p > PLAIN:
        try:
            solver = Gradients(matrix)
            return solver, *_values(system, prior, conditions, solver, *given)
        except SlowError:
            pass
    if spreads or p <= MANY:
        try:
            solver = Factor(matrix, conditions.slack)
            return solver, *_values(system, prior, conditions, solver, *given)
        except FillError:
            pass
    solver = Multigrid(matrix if beside is None else conditions.normal())
    return solver, *_values(system, prior, conditions, solver, *given)


def _values(
    system: System, prior: Prior, conditions: Conditions, solver: Any, balance: Any, constant: Floats
) -> tuple[Floats, Floats]:
    g = conditions.matrix
    y = prior.value
    short = g @ y + conditions.rest
    up = g.T
    lam = solver.solve(short)
    x = y - prior.spread_by(up @ lam)
    through = _size(g) @ np.maximum(np.abs(x), np.abs(y)) + np.abs(conditions.rest)
    for _ in range(3):  # what rounding left open
        gap = g @ x + conditions.rest
        if not (np.abs(gap) > 2e-15 * through).any():
            break
        more = solver.solve(gap, 1e-4) if isinstance(solver, Gradients | Multigrid) else solver.solve(gap)
        better = x - prior.spread_by(up @ more)
        if np.abs(g @ better + conditions.rest).max(initial=0.0) >= np.abs(gap).max(initial=0.0):
            break
        lam += more
        x = better
    if prior.soft.size == system.size:
        value = x
    else:
        value = np.zeros(system.size)
        value[prior.soft] = x
        value[prior.exact] = prior.exact_value
        conditions.recovery.fill(value)
    check_closed(system, prior, value, balance, constant)
    if conditions.recovery.hidden is not None:
        value[conditions.recovery.hidden] = np.nan
    return value, lam


def _size(matrix: Any) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((np.abs(matrix.data), matrix.indices, matrix.indptr), shape=matrix.shape)


def check_closed(system: System, prior: Prior, value: Floats, balance: Any, constant: Floats) -> None:
    """Raises UnsolvableError where a balance stays open whatever is adjusted."""
    gap = np.abs(balance @ value + constant)
    high = np.abs(value)
    high[prior.soft] = np.maximum(high[prior.soft], np.maximum(np.abs(prior.value), np.sqrt(prior.variance)))
    size = _size(balance)
    through = size @ high + np.abs(constant)
    open_ = np.flatnonzero(gap > APART * through)
    if not open_.size:
        return
    # an unread stream is as uncertain by rounding as what it follows from is large
    unread = prior.place < 0
    unread[prior.exact] = False
    coo = size.tocoo()
    mine = unread[coo.col] & (coo.data > 0)
    row, col, data = coo.row[mine], coo.col[mine], coo.data[mine]
    for _ in range(20):
        np.maximum.at(high, col, through[row] / data)
        through = size @ high + np.abs(constant)
        open_ = open_[gap[open_] > 1e-10 * through[open_]]
        if not open_.size:
            return
    worst = int(open_[np.argmax(gap[open_] / np.maximum(through[open_], 1e-300))])
    raise UnsolvableError(contradiction(system, balance, worst, prior.exact))


def contradiction(system: System, balance: Any, row: int, exact: Any) -> str:
    """The sentence that names the exact streams next to a balance that cannot close (at most six)."""
    rows = balance.tocsr()
    fixed = np.zeros(balance.shape[1])
    fixed[exact] = 1.0
    reach = np.zeros(balance.shape[0])
    reach[row] = 1.0
    near: list[int] = []
    touch = _size(rows)
    for _ in range(8):
        beside = np.flatnonzero((touch.T @ reach) > 0)
        near += [int(k) for k in beside if fixed[k] and int(k) not in near]
        grown = (touch[:, beside] @ np.ones(len(beside)) > 0).astype(float)
        if len(near) >= 6 or np.array_equal(grown, reach):
            break
        reach = grown
    names = ", ".join(system.name(k) for k in near[:6])
    if names:
        return f"exact readings contradict the balances: {names} cannot all hold"
    first = rows.indices[rows.indptr[row] : rows.indptr[row + 1]][:6]
    return f"the balances contradict each other: no figures of {', '.join(system.name(int(k)) for k in first) or 'any stream'} close them"


def solve_linear(system: System, balance: Any = None, constant: Floats | None = None, spreads: bool = True) -> Solution:
    """`balance`, `constant`: a linearisation to use in place of the system's own. Raises UnsolvableError."""
    parts, written = solve_parts(system, balance, constant, spreads)
    prior, conditions = parts.prior, parts.conditions
    m = system.size
    kind = np.full(m, 3, np.int8)
    kind[prior.exact] = 2
    touched = np.zeros(len(prior.soft), bool)
    if prior.cov is None:
        touched[conditions.matrix.indices] = True
    else:
        touched = np.asarray(abs(prior.spread_by(conditions.matrix.T.tocsr())).sum(axis=1)).ravel() > 0
    checked = touched | prior.repeated
    kind[prior.soft] = np.where(checked, 0, 1)
    if conditions.recovery.hidden is not None:
        kind[conditions.recovery.hidden] = 4
    nothing = np.full(m, np.nan)
    sd, z, exact_sd = nothing, np.full(len(system.reading), np.nan), True
    if spreads:
        sd, z, exact_sd = spreads_of(parts, written, checked)
    return Solution(
        system=system,
        value=parts.value,
        sd=sd,
        kind=kind,
        z=z,
        chi2=parts.chi2,
        dof=parts.dof,
        limit_95=limit_95(parts.dof),
        spread=parts.covariance if spreads else _later(system, balance, constant),
        exact_sd=exact_sd,
        pull=(prior.exact, parts.pull()),
    )


def _later(system: System, balance: Any, constant: Floats | None) -> Any:
    """The covariance of a solution that was asked for values only: nothing is kept for it, it is solved when it is asked for."""

    def spread(weights: Any) -> Floats:
        return solve_parts(system, balance, constant)[0].covariance(weights)

    return spread


def limit_95(dof: int) -> float:
    """The 95 % point of chi-square."""
    from scipy.special import chdtri

    return float(chdtri(dof, 0.05)) if dof > 0 else float("nan")
