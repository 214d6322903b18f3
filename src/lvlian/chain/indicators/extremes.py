"""How large and how small a ratio of two sums of flows can be where some flows cannot be found: linear programmes on the balances.

A ratio of linear forms is minimised by Dinkelbach's rounds (1967): R is the minimum where min (N − R·D) = 0. The programme's
multipliers give the slope of each end with respect to what is known, and so its standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lvlian.chain.indicators.flows import Floats, Flows

ROUNDS = 20


@dataclass(frozen=True)
class Form:
    """`row · x + constant` over one account."""

    row: Floats
    constant: float


@dataclass(frozen=True)
class End:
    """One end of a range: its value, and its gradient (one row per account) with respect to the streams that are known."""

    value: float
    gradient: tuple[Floats, ...]


def extreme(
    flows: tuple[Flows, ...], numerator: tuple[Form, ...], denominator: tuple[Form, ...] | None, largest: bool
) -> End | None:
    """The end of Σ numerator ÷ Σ denominator (or of the sum alone), over all accounts; None where nothing bounds it.

    Each hidden stream is at or above its lower bound and every balance holds with the known streams at their values."""
    sign = -1.0 if largest else 1.0
    ratio = 0.0
    for _ in range(ROUNDS):
        total_n = total_d = 0.0
        gradients: list[Floats] = []
        for month, (account, top) in enumerate(zip(flows, numerator, strict=True)):
            below = None if denominator is None else denominator[month]
            row = top.row if below is None else top.row - ratio * below.row
            solved = _programme(account, sign * row)
            if solved is None:
                return None
            at, slope = solved
            total_n += float(top.row @ at) + top.constant
            total_d += 0.0 if below is None else float(below.row @ at) + below.constant
            gradients.append(sign * slope)
        if denominator is None:
            return End(total_n, tuple(gradients))
        if total_d <= 0:
            return None
        new = total_n / total_d
        if abs(new - ratio) <= 1e-12 * max(abs(new), 1e-300):
            return End(new, tuple(g / total_d for g in gradients))
        ratio = new
    return End(ratio, tuple(g / total_d for g in gradients))


def _programme(account: Flows, cost: Floats) -> tuple[Floats, Floats] | None:
    """Where `cost · x` is least, and its slope with respect to each known stream; None where it has no bound or no solution."""
    hidden = account.hidden
    at = np.where(hidden, 0.0, account.value)
    slope = np.where(hidden, 0.0, cost)
    size = float(np.abs(cost[hidden]).max(initial=0.0))
    if size == 0.0:
        return at, slope
    if account.balance is None:
        return None
    want = cost[hidden] / size
    key = want.tobytes()
    kept = account.programmes
    if key not in kept:
        kept[key] = _solved(account, want, at)
    found = kept[key]
    if found is None:
        return None
    at[hidden] = found[0]
    slope = slope + size * found[1]
    slope[hidden] = 0.0
    return at, np.asarray(slope)


def _solved(account: Flows, want: Floats, at: Floats) -> tuple[Floats, Floats] | None:
    from scipy.optimize import linprog

    _, matrix, known, constant = account.closure
    right = -(known @ at + constant)
    lower = np.full(len(at), -np.inf) if account.lower is None else account.lower
    scale = max(float(np.abs(right).max(initial=0.0)), 1.0)
    bounds = np.stack([lower[account.hidden] / scale, np.full(len(want), np.inf)], axis=1)
    result = linprog(want, A_eq=matrix, b_eq=right / scale, bounds=bounds, method="highs")
    if result.status != 0:
        return None
    return result.x * scale, np.asarray(-(known.T @ np.asarray(result.eqlin.marginals, float)))
