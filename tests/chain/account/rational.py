"""An oracle: the same least squares in exact rational arithmetic, by parametrising all that the balances leave free."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lvlian.chain.account.system import System


@dataclass
class Exact:
    """`value`, `sd` are floats of the exact result, NaN where a stream cannot be found; `classes` as words, `chi2`, `dof`."""

    value: np.ndarray
    sd: np.ndarray
    classes: list[str]
    z: np.ndarray
    chi2: float
    dof: int


def echelon(rows: list[list[Fraction]], left: int | None = None) -> tuple[list[list[Fraction]], list[int]]:
    """Reduced row echelon form over the first `left` columns (default: all but the last), and its pivots."""
    rows = [list(r) for r in rows]
    width = len(rows[0]) if rows else 0
    pivots: list[int] = []
    at = 0
    for col in range(width - 1 if left is None else left):
        pick = next((r for r in range(at, len(rows)) if rows[r][col]), None)
        if pick is None:
            continue
        rows[at], rows[pick] = rows[pick], rows[at]
        own = rows[at][col]
        rows[at] = [v / own for v in rows[at]]
        for r in range(len(rows)):
            if r != at and rows[r][col]:
                factor = rows[r][col]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[at], strict=True)]
        pivots.append(col)
        at += 1
    return rows, pivots


def solve(system: System) -> Exact | None:
    """Diagonal variances only. None where the exact readings and balances contradict each other."""
    m = system.size
    dense = np.asarray(system.balance.todense())
    rows = [
        [*map(Fraction, row), -Fraction(c)] for row, c in zip(dense.tolist(), system.constant.tolist(), strict=True)
    ]
    soft, exact = [], set()
    for k, y, v in zip(system.stream.tolist(), system.reading.tolist(), system.variance.tolist(), strict=True):
        if v == 0:
            rows.append([Fraction(int(j == k)) for j in range(m)] + [Fraction(y)])
            exact.add(k)
        else:
            soft.append((k, Fraction(y), Fraction(v)))
    form, pivots = echelon(rows) if rows else ([], [])
    if any(not any(r[:-1]) and r[-1] for r in form):
        return None
    loose = [k for k in range(m) if k not in pivots]
    base = [Fraction(0)] * m
    move = [[Fraction(0)] * len(loose) for _ in range(m)]
    for at, k in enumerate(loose):
        move[k][at] = Fraction(1)
    for r, k in enumerate(pivots):
        base[k] = form[r][-1]
        for at, j in enumerate(loose):
            move[k][at] = -form[r][j]
    t = len(loose)
    normal = [[sum((move[k][i] * move[k][j] / v for k, _, v in soft), Fraction(0)) for j in range(t)] for i in range(t)]
    right = [sum((move[k][i] * (y - base[k]) / v for k, y, v in soft), Fraction(0)) for i in range(t)]
    wide = [[*normal[i], *(Fraction(int(i == j)) for j in range(t)), right[i], Fraction(0)] for i in range(t)]
    form, found = echelon(wide, t)
    free = [i for i in range(t) if i not in found]
    step = [Fraction(0)] * t
    inverse = [[Fraction(0)] * t for _ in range(t)]
    for r, i in enumerate(found):
        step[i] = form[r][2 * t]
        for j in found:
            inverse[i][j] = form[r][t + j]
    hidden = [
        any(move[k][f] - sum((move[k][i] * form[r][f] for r, i in enumerate(found)), Fraction(0)) for f in free)
        for k in range(m)
    ]
    value = [base[k] + sum((a * b for a, b in zip(move[k], step, strict=True)), Fraction(0)) for k in range(m)]
    var = []
    for k in range(m):
        part = [sum((move[k][i] * inverse[i][j] for i in found), Fraction(0)) for j in range(t)]
        var.append(sum((a * b for a, b in zip(part, move[k], strict=True)), Fraction(0)))
    chi2 = sum(((y - value[k]) ** 2 / v for k, y, v in soft), Fraction(0))
    reads = {k for k, _, _ in soft} | exact
    own: dict[int, Fraction] = {}
    for k, _, v in soft:
        own[k] = own.get(k, Fraction(0)) + 1 / v
    twice = [k for k, _, _ in soft]
    classes = []
    for k in range(m):
        if hidden[k]:
            classes.append("unobservable")
        elif k in exact:
            classes.append("exact")
        elif k not in reads:
            classes.append("observable")
        else:
            classes.append("redundant" if var[k] < 1 / own[k] or twice.count(k) > 1 else "nonredundant")
    z = []
    soft_at = iter(soft)
    for v in system.variance.tolist():
        if v == 0:
            z.append(float("nan"))
            continue
        k, y, spread = next(soft_at)
        room = spread - var[k]
        z.append(float(y - value[k]) / float(room) ** 0.5 if room > 0 else float("nan"))
    return Exact(
        value=np.array([np.nan if h else float(v) for v, h in zip(value, hidden, strict=True)]),
        sd=np.array([np.nan if h else float(v) ** 0.5 for v, h in zip(var, hidden, strict=True)]),
        classes=classes,
        z=np.array(z),
        chi2=float(chi2),
        dof=len(soft) - len(found),
    )
