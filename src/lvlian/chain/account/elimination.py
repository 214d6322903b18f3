"""Unread streams taken out of balances with any coefficients: sparse elimination, cheapest pivots first (Markowitz 1957)."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints

LOST = 1e-11
"""A sum this much smaller than its parts is zero: what is left of it is rounding."""

STEADY = 0.05
"""A pivot is at least this part of the largest entry of its column."""


@dataclass(frozen=True)
class Elimination:
    """`found` (k,): unread streams that a row gives, in the order they were taken out; `rows` (k × m) the rows, `row_constant` (k,): in row j
    only found streams from j on and `free` ones stand beside read streams. `left` (p × m), `left_constant`: rows without unread
    streams. `free`: unread streams that no row gives."""

    found: Ints
    rows: Any
    row_constant: Floats
    left: Any
    left_constant: Floats
    free: Ints


def eliminate(balance: Any, constant: Floats, unread: Any) -> Elimination:
    """`balance` CSR (n × m), `unread` a mask over the streams."""
    from scipy.sparse import csr_matrix, vstack

    m = balance.shape[1]
    rows = balance.tocsr()
    first_found, first_row, alive, left_open = _peel(rows, unread)
    rest = np.flatnonzero(alive)
    open_rows = (
        rest[np.asarray((rows[rest][:, left_open] != 0).sum(axis=1)).ravel() > 0] if left_open.any() else rest[:0]
    )
    closed = np.setdiff1d(rest, open_rows)
    found, pivots, consts, remain, remain_const = _markowitz(rows[open_rows], constant[open_rows], left_open)
    taken = np.concatenate([first_found, np.array(found, np.int64)]).astype(np.int64)
    free = np.setdiff1d(np.flatnonzero(unread), taken)
    return Elimination(
        found=taken,
        rows=vstack([rows[first_row], _as_rows(pivots, m)], format="csr"),
        row_constant=np.concatenate([constant[first_row], np.array(consts)]),
        left=vstack([rows[closed], _as_rows(remain, m)], format="csr") if remain else csr_matrix(rows[closed]),
        left_constant=np.concatenate([constant[closed], np.array(remain_const)]),
        free=free,
    )


def _as_rows(rows: list[dict[int, float]], m: int) -> Any:
    from scipy.sparse import csr_matrix

    ptr = np.cumsum([0, *(len(r) for r in rows)])
    idx = np.array([k for r in rows for k in r], np.int64)
    data = np.array([v for r in rows for v in r.values()], float)
    return csr_matrix((data, idx, ptr), shape=(len(rows), m))


def _peel(rows: Any, unread: Any) -> tuple[Ints, Ints, Any, Any]:
    """Streams that stand in one row only take that row with them, again and again."""
    coo = rows.tocoo()
    keep = unread[coo.col] & (coo.data != 0)
    row, col = coo.row[keep], coo.col[keep]
    alive = np.ones(rows.shape[0], bool)
    still = unread.copy()
    found, taken = [], []
    while len(col):
        count = np.bincount(col, minlength=len(still))
        single = np.flatnonzero(count[col] == 1)
        if not single.size:
            break
        # one stream for each row; the others of that row stay free
        which, first = np.unique(row[single], return_index=True)
        found.append(col[single[first]].astype(np.int64))
        taken.append(which.astype(np.int64))
        alive[which] = False
        still[col[single[first]]] = False
        keep = alive[row]
        row, col = row[keep], col[keep]
    none = np.zeros(0, np.int64)
    return np.concatenate([none, *found]), np.concatenate([none, *taken]), alive, still


def _markowitz(rows: Any, constant: Floats, unread: Any) -> Any:
    """Elimination by rows as dictionaries; the constant stands at −1."""
    table: list[dict[int, float]] = []
    for r in range(rows.shape[0]):
        a, b = rows.indptr[r], rows.indptr[r + 1]
        idx, data = rows.indices[a:b].tolist(), rows.data[a:b].tolist()
        line = {k: v for k, v in zip(idx, data, strict=True) if v}
        line[-1] = float(constant[r])
        table.append(line)
    where: dict[int, set[int]] = {}
    open_ = [{k for k in line if k >= 0 and unread[k]} for line in table]
    for r, mine in enumerate(open_):
        for k in mine:
            where.setdefault(k, set()).add(r)
    queue = [(len(held), k) for k, held in where.items()]
    heapq.heapify(queue)
    found: list[int] = []
    pivots: list[int] = []
    while queue:
        size, k = heapq.heappop(queue)
        held = where.get(k)
        if held is None:
            continue
        if len(held) != size:
            if held:
                heapq.heappush(queue, (len(held), k))
            continue
        if not held:
            continue
        largest = max(abs(table[r][k]) / _size(table[r]) for r in held)
        pivot = min(
            (r for r in held if abs(table[r][k]) / _size(table[r]) >= STEADY * largest),
            key=lambda r: (len(open_[r]), len(table[r])),
        )
        _take_out(table, open_, where, queue, pivot, k)
        found.append(k)
        pivots.append(pivot)
    used = set(pivots)
    remain = [r for r in range(len(table)) if r not in used]
    consts = [table[r].pop(-1) for r in pivots]
    rest = [table[r].pop(-1) for r in remain]
    return found, [table[r] for r in pivots], consts, [table[r] for r in remain], rest


def _size(line: dict[int, float]) -> float:
    return max(abs(v) for k, v in line.items() if k >= 0)


def _take_out(table: Any, open_: Any, where: Any, queue: Any, pivot: int, k: int) -> None:
    """Subtract the pivot row from every other row with stream k, and set both aside."""
    line = table[pivot]
    value = line[k]
    others = where.pop(k)
    others.discard(pivot)
    for j in open_[pivot]:
        if j != k and j in where:
            where[j].discard(pivot)
    for r in sorted(others):
        target = table[r]
        factor = target[k] / value
        for j, v in line.items():
            add = factor * v
            old = target.get(j, 0.0)
            new = old - add
            if j == k or (j >= 0 and abs(new) <= LOST * max(abs(old), abs(add))):
                if j in target:
                    del target[j]
                    if j in open_[r]:
                        open_[r].discard(j)
                        if j in where:
                            where[j].discard(r)
                            heapq.heappush(queue, (len(where[j]), j))
            else:
                target[j] = new
                if old == 0.0 and j in open_[pivot]:
                    open_[r].add(j)
                    where[j].add(r)
    for j in open_[pivot]:
        if j != k and j in where:
            heapq.heappush(queue, (len(where[j]), j))
