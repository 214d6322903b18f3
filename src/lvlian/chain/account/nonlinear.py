"""Products of unknowns (mass × content, mass × price): linearise about the last result, keep the readings, until nothing moves (Cencic
2016, Sustain. Environ. Res. 26:291–298)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Bilinear, Floats, System, UnsolvableError

STILL = 1e-13
"""Relative move at which a result stands still."""

NEARLY = 1e-9
"""What is accepted where rounding keeps a result moving."""

ROUNDS = 100

Solve = Callable[..., Solution]


class Tangents:
    """The equations with products of a system, as arrays."""

    def __init__(self, system: System) -> None:
        self.system = system
        linear = [(r, i, c) for r, e in enumerate(system.bilinear) for i, c in e.linear]
        products = [(r, i, j, c) for r, e in enumerate(system.bilinear) for i, j, c in e.products]
        self._row, self._col, self._coef = _columns(linear, 3)
        self._at, self._one, self._two, self._factor = _columns(products, 4)
        self._constant = np.array([e.constant for e in system.bilinear], float)

    @cached_property
    def _places(self) -> tuple[Any, Any]:
        rows = np.concatenate([self._row, self._at, self._at]).astype(np.int64)
        cols = np.concatenate([self._col, self._one, self._two]).astype(np.int64)
        return rows, cols

    def about(self, x: Floats) -> tuple[Any, Floats]:
        """Balances (n + e × m, CSR) and constants of the system linearised about x (m,)."""
        from scipy.sparse import csr_matrix, vstack

        one, two = self._one.astype(np.int64), self._two.astype(np.int64)
        data = np.concatenate([self._coef, self._factor * x[two], self._factor * x[one]])
        extra = csr_matrix((data, self._places), shape=(len(self._constant), self.system.size))
        bent = np.bincount(self._at.astype(np.int64), self._factor * x[one] * x[two], minlength=len(self._constant))
        return (
            vstack([self.system.balance, extra], format="csr"),
            np.concatenate([self.system.constant, self._constant - bent]),
        )

    def gap(self, x: Floats) -> float:
        """How far the equations are open at x, relative to their largest term."""
        term = np.abs(self._constant)
        at, one, two = self._at.astype(np.int64), self._one.astype(np.int64), self._two.astype(np.int64)
        row, col = self._row.astype(np.int64), self._col.astype(np.int64)
        n = len(term)
        bent, flat = self._factor * x[one] * x[two], self._coef * x[col]
        total = self._constant + np.bincount(at, bent, minlength=n) + np.bincount(row, flat, minlength=n)
        term = term + np.bincount(at, np.abs(bent), minlength=n) + np.bincount(row, np.abs(flat), minlength=n)
        return float(np.nanmax(np.abs(total) / np.maximum(term, 1e-300), initial=0.0))


def _columns(rows: list[Any], width: int) -> Any:
    return np.array(rows, float).reshape(len(rows), width).T


def linearised(system: System, solve: Solve, spreads: bool = True) -> Solution:
    """`solve(system, balance, constant, spreads)` is a linear route. Raises UnsolvableError, also where the equations find no rest."""
    tangents = Tangents(system)
    x = start(system, solve)
    move, best, damp, stale = np.inf, np.inf, 1.0, 0
    for rounds in range(1, ROUNDS + 1):  # noqa: B007
        solution = solve(system, *tangents.about(x), False)
        new = np.where(np.isnan(solution.value), x, solution.value)
        scale = np.maximum(np.abs(new), np.abs(x))
        move = float(np.max(np.abs(new - x) / np.maximum(scale, 1e-9 * np.max(scale, initial=1e-300)), initial=0.0))
        stale = 0 if move < 0.9 * best else stale + 1
        best = min(best, move)
        x = x + damp * (new - x)
        if move < STILL or (move < 1e-11 and stale >= 3):
            break
        if stale >= 6:  # it swings: half steps
            damp, stale, best = damp / 2, 0, move
            if damp < 0.05:
                break
    if not move < NEARLY:
        raise UnsolvableError(_restless(system, tangents, x))
    return replace(solve(system, *tangents.about(x), spreads), rounds=rounds)


def _restless(system: System, tangents: Tangents, x: Floats) -> str:
    names = list(dict.fromkeys(system.name(k) for e in system.bilinear for i, j, _ in e.products for k in (i, j)))
    return f"the equations with products of unknowns find no rest: check the readings of {', '.join(names[:6])}"


def start(system: System, solve: Solve) -> Floats:
    """Readings where there are any; an unread factor or result follows from the others of its equation."""
    x = np.full(system.size, np.nan)
    x[system.stream] = system.reading
    rough = solve(replace(system, bilinear=(), lower=None), system.balance, system.constant, False).value
    x = np.where(np.isnan(x), rough, x)
    of_stream: dict[int, list[int]] = {}
    open_ = []
    for r, e in enumerate(system.bilinear):
        mine = {i for i, _ in e.linear} | {k for i, j, _ in e.products for k in (i, j)}
        mine = {k for k in mine if np.isnan(x[k])}
        open_.append(mine)
        for k in mine:
            of_stream.setdefault(k, []).append(r)
    queue = deque(r for r, mine in enumerate(open_) if len(mine) == 1)
    while queue:
        r = queue.popleft()
        if len(open_[r]) != 1:
            continue
        (k,) = open_[r]
        if not _fill(system.bilinear[r], x, k):
            continue
        for other in of_stream[k]:
            open_[other].discard(k)
            if len(open_[other]) == 1:
                queue.append(other)
    known = np.abs(x[~np.isnan(x)])
    known = known[known > 0]
    return np.where(np.isnan(x), float(np.median(known)) if known.size else 1.0, x)


def _fill(e: Bilinear, x: Floats, k: int) -> bool:
    """The one unknown stream of an equation whose others are known; False where the equation does not give it."""
    slope = sum(c for i, c in e.linear if i == k)
    rest = e.constant + sum(c * x[i] for i, c in e.linear if i != k)
    for i, j, c in e.products:
        if i == j == k:
            return False
        if k in (i, j):
            slope += c * x[j if i == k else i]
        else:
            rest += c * x[i] * x[j]
    if not slope:
        return False
    x[k] = -rest / slope
    return True
