"""Loops over a sparse symmetric factor L D Lᵀ: its pattern, its figures, solving, and the inverse on the pattern.

The factor of a network's balances is found without a subtraction (`slack`), which keeps every figure right to the last digits however
far the variances of neighbours are apart (Alfa, Xue & Ye 2002). The inverse on the pattern is Takahashi's (Erisman & Tinney 1975).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.kernel import kernel


@kernel
def pattern(ptr: Any, idx: Any) -> Any:
    """Columns of L below the diagonal, rows ascending, from the upper triangle (column k holds rows < k) of an ordered matrix."""
    n = ptr.size - 1
    parent = np.full(n, -1, np.int64)
    mark = np.full(n, -1, np.int64)
    count = np.zeros(n + 1, np.int64)
    for k in range(n):
        mark[k] = k
        for p in range(ptr[k], ptr[k + 1]):
            i = idx[p]
            while i < k and mark[i] != k:
                if parent[i] < 0:
                    parent[i] = k
                count[i + 1] += 1
                mark[i] = k
                i = parent[i]
    lp = np.cumsum(count)
    li = np.empty(lp[n], np.int32)
    place = lp[:n].copy()
    mark[:] = -1
    for k in range(n):
        mark[k] = k
        for p in range(ptr[k], ptr[k + 1]):
            i = idx[p]
            while i < k and mark[i] != k:
                li[place[i]] = k
                place[i] += 1
                mark[i] = k
                i = parent[i]
    return lp, li


@kernel
def factorise(ptr: Any, idx: Any, data: Any, diag: Any, slack: Any, lp: Any, li: Any, floor: float) -> Any:
    """L and D column by column. `ptr, idx, data`: strict lower triangle by columns; `diag` the diagonal. With `slack` (row sums, all ≥ 0,
    of a matrix without positive entries beside the diagonal) the pivots are sums; else a pivot below `floor` of its diagonal is held
    to be a balance that follows from others: its D is infinite."""
    n = diag.size
    lx = np.zeros(li.size)
    d = np.zeros(n)
    work = np.zeros(n)
    head = np.full(n, -1, np.int64)
    link = np.full(n, -1, np.int64)
    place = np.zeros(n, np.int64)
    exact = slack.size == n
    rest = slack.copy()
    for j in range(n):
        for p in range(ptr[j], ptr[j + 1]):
            work[idx[p]] += data[p]
        pivot = diag[j]
        k = head[j]
        while k >= 0:
            following = link[k]
            at = place[k]
            end = lp[k + 1]
            factor = lx[at] * d[k]
            pivot -= factor * lx[at]
            for q in range(at + 1, end):
                work[li[q]] -= lx[q] * factor
            at += 1
            place[k] = at
            if at < end:
                r = li[at]
                link[k] = head[r]
                head[r] = k
            k = following
        if exact:
            pivot = rest[j]
            for p in range(lp[j], lp[j + 1]):
                pivot -= work[li[p]]
            dependent = pivot <= 0.0
        else:
            dependent = abs(pivot) <= floor * abs(diag[j])
        if dependent:
            d[j] = np.inf
            for p in range(lp[j], lp[j + 1]):
                work[li[p]] = 0.0
                lx[p] = 0.0
            continue
        d[j] = pivot
        for p in range(lp[j], lp[j + 1]):
            i = li[p]
            value = work[i] / pivot
            lx[p] = value
            work[i] = 0.0
            if exact:
                rest[i] -= value * rest[j]
        if lp[j] < lp[j + 1]:
            r = li[lp[j]]
            place[j] = lp[j]
            link[j] = head[r]
            head[r] = j
    return lx, d


@kernel
def substitute(lp: Any, li: Any, lx: Any, d: Any, rhs: Any) -> None:
    """Solve L D Lᵀ x = rhs in place, rhs n × k."""
    n = d.size
    for j in range(n):
        for p in range(lp[j], lp[j + 1]):
            i = li[p]
            for c in range(rhs.shape[1]):
                rhs[i, c] -= lx[p] * rhs[j, c]
    for j in range(n - 1, -1, -1):
        for c in range(rhs.shape[1]):
            rhs[j, c] /= d[j]
        for p in range(lp[j], lp[j + 1]):
            i = li[p]
            for c in range(rhs.shape[1]):
                rhs[j, c] -= lx[p] * rhs[i, c]


@kernel
def selected_inverse(lp: Any, li: Any, lx: Any, d: Any) -> Any:
    """The inverse of L D Lᵀ on the pattern of L: entries below the diagonal in the places of `lx`, and the diagonal."""
    n = d.size
    zx = np.zeros(lx.size)
    zd = np.zeros(n)
    work = np.zeros(n)
    where = np.full(n, -1, np.int64)
    for j in range(n - 1, -1, -1):
        begin, end = lp[j], lp[j + 1]
        for p in range(begin, end):
            where[li[p]] = p
        for p in range(begin, end):
            k = li[p]
            value = lx[p]
            got = zd[k] * value
            for q in range(lp[k], lp[k + 1]):
                i = li[q]
                if where[i] >= 0:
                    work[i] += zx[q] * value
                    got += zx[q] * lx[where[i]]
            work[k] += got
        diagonal = 1.0 / d[j]
        for p in range(begin, end):
            k = li[p]
            zx[p] = -work[k]
            diagonal += work[k] * lx[p]
            work[k] = 0.0
            where[k] = -1
        zd[j] = diagonal
    return zx, zd


@kernel
def entry(lp: Any, li: Any, zx: Any, zd: Any, a: int, b: int) -> Any:
    """One figure of the inverse on the pattern; NaN outside it."""
    if a == b:
        return zd[a]
    c, r = min(a, b), max(a, b)
    lo, hi = lp[c], lp[c + 1]
    while lo < hi:
        mid = (lo + hi) // 2
        if li[mid] < r:
            lo = mid + 1
        else:
            hi = mid
    if lo < lp[c + 1] and li[lo] == r:
        return zx[lo]
    return np.nan


@kernel
def quadratic(hp: Any, hi: Any, hx: Any, lp: Any, li: Any, zx: Any, zd: Any) -> Any:
    """hᵀ Z h for every column h of a sparse matrix (by columns) whose pairs of rows lie on the pattern."""
    out = np.zeros(hp.size - 1)
    for e in range(out.size):
        total = 0.0
        for p in range(hp[e], hp[e + 1]):
            total += hx[p] * hx[p] * zd[hi[p]]
            for q in range(hp[e], p):
                total += 2.0 * hx[p] * hx[q] * entry(lp, li, zx, zd, hi[p], hi[q])
        out[e] = total
    return out


@kernel
def entries(rows: Any, cols: Any, lp: Any, li: Any, zx: Any, zd: Any) -> Any:
    """The inverse at pairs of places; NaN outside the pattern."""
    out = np.empty(rows.size)
    for e in range(rows.size):
        out[e] = entry(lp, li, zx, zd, rows[e], cols[e])
    return out
