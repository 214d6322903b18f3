"""Products of unknowns in an account (content × mass, price × mass): judged about a good start, then linearised until nothing moves.

Contents and prices are always read, so that a first solution with them held as read is at hand; the tangent about it is what the
tests see. The final values follow by linearising again about each result, with x ≥ 0 (Cencic 2016).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lvlian.chain.account.nonlinear import Tangents
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.solution import Solution
from lvlian.chain.account.system import Floats, System, UnsolvableError

STILL = 1e-7
"""Relative move of a factor below which the next round is the last: its products then close to the square of it."""
RESTLESS = 1e-4
ROUNDS = 30


def tangent(system: System, x: Floats) -> System:
    """The system with its products replaced by their tangents about `x` (NaN counts as 0: what cannot be found)."""
    if not system.bilinear:
        return system
    balance, constant = Tangents(system).about(np.nan_to_num(x))
    return replace(system, balance=balance, constant=constant, bilinear=())


def start(system: System) -> Floats:
    """A first solution: of each product the factor that is read (a content, a price) is held as it is read."""
    x = np.zeros(system.size)
    read = np.zeros(system.size, bool)
    read[system.stream] = True
    x[system.stream[::-1]] = system.reading[::-1]  # of several readings the first
    held = {j if read[j] else i for e in system.bilinear for i, j, _ in e.products}
    about = np.where([k in held for k in range(system.size)], x, 0.0)
    rough = reconcile(replace(tangent(system, about), lower=None), spreads=False)
    return np.where([k in held for k in range(system.size)], x, np.nan_to_num(rough.value))


def settle(system: System, x: Floats) -> Solution:
    """The solution with its products, from the start `x`, bounds included. Raises UnsolvableError where it finds no rest."""
    joined = sorted({k for e in system.bilinear for i, j, _ in e.products for k in (i, j)})
    move, rounds = np.inf, 0
    while move > STILL and rounds < ROUNDS:
        new = np.nan_to_num(reconcile(tangent(system, x), spreads=False).value)
        size = np.maximum(np.maximum(np.abs(new), np.abs(x))[joined], 1e-3)
        move = float(np.max(np.abs(new - x)[joined] / size, initial=0.0))
        x, rounds = new, rounds + 1
    if move > RESTLESS:
        raise UnsolvableError("content × mass or price × mass finds no rest: check the contents and prices reported")
    return replace(reconcile(tangent(system, x)), system=system, rounds=rounds)
