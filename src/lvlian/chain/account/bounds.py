"""Streams that cannot fall below a bound: what would fall is held there, what would rise again is released (block principal pivoting with
a finite way out, Portugal, Júdice & Vicente 1994)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Ints, System, UnsolvableError

ROUNDS = 200


def bounded(system: System, solve: Callable[[System, bool], Solution], spreads: bool = True) -> Solution:
    """The optimum with x ≥ lower wherever a stream can be found; `solve(system without bounds, spreads)` is any route.
    Raises UnsolvableError, also where exact readings leave a stream below its bound."""
    assert system.lower is not None
    lower = system.lower
    free = replace(system, lower=None)
    current = solve(free, spreads)
    first = current
    tolerance = _tolerance(first)
    held: Ints = np.zeros(0, np.int64)
    fewest, patience = np.inf, 3
    for _ in range(ROUNDS):
        with np.errstate(invalid="ignore"):
            below = np.flatnonzero(current.value < lower - tolerance)
        below = below[~np.isin(below, held)]
        loose = _loose(current, held, tolerance)
        wrong = len(below) + len(loose)
        if not wrong:
            break
        if wrong < fewest:
            fewest, patience = wrong, 3
        elif patience:
            patience -= 1
        else:  # it goes round: one at a time, the last in the list
            last = max(below.max(initial=-1), loose.max(initial=-1))
            below, loose = below[below == last], loose[loose == last]
        held = np.union1d(held[~np.isin(held, loose)], below).astype(np.int64)
        current = _holding(free, held, lower, solve)
    else:
        raise UnsolvableError("the lower bounds find no rest: check the readings of " + _names(system, held))
    if not len(held):
        return replace(first, system=system)
    if spreads:
        current = _holding(free, held, lower, solve, True)
    z = current.z[: len(system.stream)]
    return replace(current, system=system, z=z, kind=first.kind, at_bound=tuple(int(k) for k in held))


def _tolerance(solution: Solution) -> np.ndarray:
    size = np.maximum(np.abs(np.nan_to_num(solution.value)), np.nan_to_num(solution.sd))
    np.maximum.at(size, solution.system.stream, np.abs(solution.system.reading))
    top = float(size.max(initial=0.0))
    return 1e-12 * np.maximum(size, 1e-6 * top)


def _holding(
    free: System, held: Ints, lower: np.ndarray, solve: Callable[[System, bool], Solution], spreads: bool = False
) -> Solution:
    fixed = replace(
        free,
        stream=np.concatenate([free.stream, held]).astype(np.int64),
        reading=np.concatenate([free.reading, lower[held]]),
        variance=np.concatenate([free.variance, np.zeros(len(held))]),
    )
    try:
        return solve(fixed, spreads)
    except UnsolvableError as error:
        raise UnsolvableError(f"{error}, with {_names(free, held)} not below the lower bound") from None


def _loose(solution: Solution, held: Ints, tolerance: np.ndarray) -> Ints:
    """Held streams that would rise if they were free."""
    if not len(held):
        return held
    exact, pull = solution.pull
    mine = np.isin(exact, held)
    size = float(np.abs(pull[mine]).max(initial=0.0))
    return np.asarray(exact[mine][pull[mine] < -1e-10 * size])


def _names(system: System, held: Ints) -> str:
    return ", ".join(system.name(int(k)) for k in held[:6])
