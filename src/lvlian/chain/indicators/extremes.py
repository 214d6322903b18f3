"""How large and how small a ratio of two sums of flows can be where some flows cannot be found: linear programmes on the balances.

A ratio of linear forms is minimised by Dinkelbach's rounds (1967): R is the minimum where min (N − R·D) = 0. The programme's
multipliers give the slope of each end with respect to what is known, and so its standard deviation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lvlian.chain.indicators.flows import Floats, Flows, Group

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
            if account.balance is None and np.any(top.row[account.hidden]):
                return None
            row = top.row if below is None else top.row - ratio * below.row
            touched = account.touched(top.row) if below is None else account.touched(top.row, below.row)
            solved = _programme(account, sign * row, touched)
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


def _programme(account: Flows, cost: Floats, touched: tuple[int, ...]) -> tuple[Floats, Floats] | None:
    """Where `cost · x` is least over the groups touched, and its slope with respect to each known stream; None where it has no bound
    or no solution. Groups share no balance of hidden streams, so each is a programme of its own."""
    hidden = account.hidden
    at = np.where(hidden, 0.0, account.value)
    slope = np.where(hidden, 0.0, cost)
    for number in touched:
        group = account.groups[number]
        want = cost[group.streams]
        size = float(np.abs(want).max(initial=0.0)) or 1.0
        key = (want / size).tobytes()
        if key not in group.programmes:
            group.programmes[key] = _solved(group, want / size)
        found = group.programmes[key]
        if found is None:
            return None
        at[group.streams] = found[0]
        slope = slope + size * found[1]
    slope[hidden] = 0.0
    return at, np.asarray(slope)


def _solved(group: Group, cost: Floats) -> tuple[Floats, Floats] | None:
    from scipy.optimize import linprog

    scale = max(float(np.abs(group.right).max(initial=0.0)), 1.0)
    bounds = np.stack([group.lower / scale, np.full(len(cost), np.inf)], axis=1)
    result = linprog(cost, A_eq=group.matrix, b_eq=group.right / scale, bounds=bounds, method="highs")
    if result.status != 0:
        return None
    return result.x * scale, np.asarray(-(group.known.T @ np.asarray(result.eqlin.marginals, float)))
