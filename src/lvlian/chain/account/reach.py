"""Loops over a factor for few of very many readings: forward solving along the elimination tree touches only the way to its root."""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.kernel import kernel


@kernel
def forward(hp: Any, hi: Any, hx: Any, lp: Any, li: Any, lx: Any, d: Any) -> Any:
    """D^−½ L⁻¹ h for every column h of a sparse matrix (by columns, rows in the factor's order): again a sparse matrix by columns.

    The inner product of two such columns is hᵢᵀ M⁻¹ hⱼ (Gilbert & Peierls 1988 for the reach)."""
    n = d.size
    k = hp.size - 1
    ptr = np.zeros(k + 1, np.int64)
    idx = np.empty(1024, np.int64)
    val = np.empty(1024)
    mark = np.full(n, -1, np.int64)
    work = np.zeros(n)
    way = np.empty(n, np.int64)
    for c in range(k):
        size = 0
        for p in range(hp[c], hp[c + 1]):
            j = hi[p]
            work[j] += hx[p]
            while mark[j] != c:
                mark[j] = c
                way[size] = j
                size += 1
                if lp[j] == lp[j + 1]:
                    break
                j = li[lp[j]]
        way[:size].sort()
        end = ptr[c] + size
        if end > idx.size:
            more = max(end, 2 * idx.size)
            wider, higher = np.empty(more, np.int64), np.empty(more)
            wider[: ptr[c]], higher[: ptr[c]] = idx[: ptr[c]], val[: ptr[c]]
            idx, val = wider, higher
        for q in range(size):
            j = way[q]
            x = work[j]
            work[j] = 0.0
            if x != 0.0:
                for p in range(lp[j], lp[j + 1]):
                    work[li[p]] -= lx[p] * x
            idx[ptr[c] + q] = j
            val[ptr[c] + q] = x / np.sqrt(d[j])
        ptr[c + 1] = end
    return ptr, idx[: ptr[k]], val[: ptr[k]]
