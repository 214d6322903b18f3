"""The front door of reconciliation: one call for any System, linear or not, small or large."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System, UnsolvableError

STILL = 1e-13
ROUNDS = 100


def reconcile(system: System) -> Solution:
    """Weighted least squares with everything: spreads, classes, tests. Raises UnsolvableError."""
    solution = _linearised(system) if system.bilinear else solve_dense(system)
    return solution if system.lower is None else _bounded(solution)


def _linearised(system: System) -> Solution:
    """Linearise about the last result, keep the readings as they are, until nothing moves (Cencic 2016)."""
    x = _start(system)
    solution: Solution | None = None
    for round_ in range(1, ROUNDS + 1):
        balance, constant = _tangent(system, x)
        solution = solve_dense(system, balance, constant)
        new = np.where(np.isnan(solution.value), x, solution.value)
        move = np.max(np.abs(new - x) / np.maximum(np.abs(new), 1e-9), initial=0.0)
        x = new
        if move < STILL:
            break
    else:
        if move > 1e-9:
            raise UnsolvableError("the equations with products of unknowns find no rest: check the readings that they join")
    assert solution is not None
    return replace(solution, rounds=round_)


def _start(system: System) -> Floats:
    """Readings where there are any; an unread factor or result follows from the others of its equation."""
    x = np.full(system.size, np.nan)
    x[system.stream] = system.reading
    rough = solve_dense(replace(system, bilinear=())).value
    x = np.where(np.isnan(x), rough, x)
    for _ in range(len(system.bilinear) + 1):
        for e in system.bilinear:
            _fill(e, x)
    known = np.abs(x[~np.isnan(x)])
    return np.where(np.isnan(x), float(np.median(known)) if known.size else 1.0, x)


def _fill(e: Any, x: Floats) -> None:
    """Where all but one stream of an equation are known, the last follows."""
    streams = {i for i, _ in e.linear} | {k for i, j, _ in e.products for k in (i, j)}
    open_ = [k for k in streams if np.isnan(x[k])]
    if len(open_) != 1:
        return
    k = open_[0]
    slope = sum(c for i, c in e.linear if i == k)
    rest = e.constant + sum(c * x[i] for i, c in e.linear if i != k)
    for i, j, c in e.products:
        if i == j == k:
            return
        if k in (i, j):
            slope += c * x[j if i == k else i]
        else:
            rest += c * x[i] * x[j]
    if slope:
        x[k] = -rest / slope


def _tangent(system: System, x: Floats) -> tuple[Any, Floats]:
    from scipy.sparse import csr_matrix, vstack

    rows, cols, data, const = [], [], [], []
    for r, e in enumerate(system.bilinear):
        c0 = e.constant
        for i, c in e.linear:
            rows.append(r), cols.append(i), data.append(c)
        for i, j, c in e.products:
            rows += [r, r]
            cols += [i, j]
            data += [c * x[j], c * x[i]]
            c0 -= c * x[i] * x[j]
        const.append(c0)
    extra = csr_matrix((data, (rows, cols)), shape=(len(system.bilinear), system.size))
    return vstack([system.balance, extra], format="csr"), np.concatenate([system.constant, const])


def _bounded(solution: Solution) -> Solution:
    """Active set: what falls below its bound is held there; released where the held value pulls the wrong way."""
    system = solution.system
    assert system.lower is not None
    held: list[int] = []
    current = solution
    for _ in range(50):
        scale = np.maximum(np.nan_to_num(current.sd), 1e-9)
        below = np.flatnonzero(np.nan_to_num(current.value) < system.lower - 1e-9 * scale)
        below = np.array([k for k in below if k not in held and not np.isnan(current.value[k])], np.int64)
        if not below.size:
            break
        held += [int(k) for k in below]
        fixed = replace(
            system,
            lower=None,
            stream=np.concatenate([system.stream, held]).astype(np.int64),
            reading=np.concatenate([system.reading, system.lower[held]]),
            variance=np.concatenate([system.variance, np.zeros(len(held))]),
        )
        inner = _linearised(fixed) if fixed.bilinear else solve_dense(fixed)
        z = inner.z[: len(system.stream)]
        current = replace(inner, system=system, z=z, at_bound=tuple(held))
    return current
