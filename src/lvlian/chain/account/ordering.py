"""In which order balances are eliminated so that few new entries arise: approximate minimum degree.

After Amestoy, Davis & Duff (1996), An approximate minimum degree ordering algorithm: quotient graph, elements absorbed as they are
covered, mass elimination, indistinguishable balances found by hash. Written for numba; nothing here allocates per step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lvlian.chain.account.kernel import kernel


@kernel
def minimum_degree(ptr: Any, idx: Any, budget: float) -> Any:
    """Order of the n nodes of a symmetric pattern (both triangles, a diagonal is passed over), and an upper bound of the entries below
    the diagonal of its factor. Ends early with the bound beyond `budget` and an order that is not to be used."""
    n = ptr.size - 1
    first = np.empty(n, np.int64)  # where the list of a variable or an element begins
    elems = np.zeros(n, np.int64)  # elements at the head of a variable's list
    length = np.zeros(n, np.int64)
    nv = np.ones(n, np.int64)  # variables behind a principal one; 0: absorbed; negative: in the new element
    alive = np.zeros(n, np.bool_)  # as an element
    degree = np.zeros(n, np.int64)
    var = np.empty(idx.size, np.int64)
    at = 0
    for i in range(n):
        first[i] = at
        for p in range(ptr[i], ptr[i + 1]):
            if idx[p] != i:
                var[at] = idx[p]
                at += 1
        length[i] = at - first[i]
        degree[i] = length[i]
    store = np.empty(max(1024, at), np.int64)  # members of elements
    used = 0
    head = np.full(n + 1, -1, np.int64)
    after = np.full(n, -1, np.int64)
    before = np.full(n, -1, np.int64)
    hashed = np.full(n + 1, -1, np.int64)
    chain = np.full(n, -1, np.int64)
    code = np.zeros(n, np.int64)
    mark = np.zeros(n, np.int64)
    flag = 1
    merged = np.full(n, -1, np.int64)  # variables that are eliminated together with a principal one
    last = np.arange(n)
    order = np.empty(n, np.int64)
    done = 0
    heavy = max(40.0, 10.0 * np.sqrt(n))
    tail = n
    for i in range(n):
        if degree[i] > heavy:  # a balance that touches everything goes last
            tail -= 1
            order[tail] = i
            nv[i] = 0
    left = tail
    for i in range(n):
        if nv[i] > 0:
            d = degree[i]
            after[i] = head[d]
            if head[d] >= 0:
                before[head[d]] = i
            head[d] = i
    fill = 0.0
    heavies = n - tail
    fill += heavies * (heavies - 1) / 2
    lowest = 0
    eliminated = 0
    while eliminated < left:
        while head[lowest] < 0:
            lowest += 1
        me = head[lowest]
        head[lowest] = after[me]
        if after[me] >= 0:
            before[after[me]] = -1
        # the new element: all that `me` touches directly or through elements
        mine = nv[me]
        nv[me] = -mine
        need = degree[me] + 1
        if used + need > store.size:
            bigger = np.empty(max(2 * store.size, used + need), np.int64)
            bigger[:used] = store[:used]
            store = bigger
        begin = used
        size = 0
        for p in range(first[me] + elems[me], first[me] + length[me]):
            i = var[p]
            if nv[i] > 0:
                size += nv[i]
                nv[i] = -nv[i]
                if used == store.size:
                    bigger = np.empty(2 * store.size, np.int64)
                    bigger[:used] = store[:used]
                    store = bigger
                store[used] = i
                used += 1
        for p in range(first[me], first[me] + elems[me]):
            e = var[p]
            if not alive[e]:
                continue
            for q in range(first[e], first[e] + length[e]):
                i = store[q]
                if nv[i] > 0:
                    size += nv[i]
                    nv[i] = -nv[i]
                    if used == store.size:
                        bigger = np.empty(2 * store.size, np.int64)
                        bigger[:used] = store[:used]
                        store = bigger
                    store[used] = i
                    used += 1
            alive[e] = False
        for q in range(begin, used):  # out of the lists by degree
            i = store[q]
            if before[i] >= 0:
                after[before[i]] = after[i]
            else:
                head[degree[i]] = after[i]
            if after[i] >= 0:
                before[after[i]] = before[i]
            after[i] = -1
            before[i] = -1
        # what of each neighbouring element lies outside the new one
        for q in range(begin, used):
            i = store[q]
            for p in range(first[i], first[i] + elems[i]):
                e = var[p]
                if alive[e]:
                    if mark[e] >= flag:
                        mark[e] += nv[i]
                    else:
                        mark[e] = degree[e] + flag + nv[i]
        for q in range(begin, used):
            i = store[q]
            a = first[i]
            end_e = a + elems[i]
            end = a + length[i]
            d = 0
            h = me
            write = a
            for p in range(a, end_e):
                e = var[p]
                if alive[e]:
                    rest = mark[e] - flag
                    if rest > 0:
                        d += rest
                        h += e
                        var[write] = e
                        write += 1
                    else:
                        alive[e] = False  # covered by the new element
            kept = write - a
            for p in range(end_e, end):
                j = var[p]
                if nv[j] > 0:
                    d += nv[j]
                    h += j
                    var[write] = j
                    write += 1
            # the new element stands first; the place is free because `me` or a covered element has gone
            var[write] = var[a + kept]
            var[a + kept] = var[a]
            var[a] = me
            write += 1
            elems[i] = kept + 1
            length[i] = write - a
            if d == 0:
                # nothing outside: eliminated together with `me`
                weight = -nv[i]
                nv[i] = 0
                mine += weight
                size -= weight
                merged[last[me]] = i
                last[me] = last[i]
            else:
                degree[i] = min(degree[i], d)
                key = h % n
                code[i] = key
                chain[i] = hashed[key]
                hashed[key] = i
        flag += n + 1
        # balances that touch the same become one
        for q in range(begin, used):
            i = store[q]
            if nv[i] >= 0:
                continue
            i = hashed[code[i]]
            hashed[code[store[q]]] = -1
            while i >= 0 and chain[i] >= 0:
                for p in range(first[i], first[i] + length[i]):
                    mark[var[p]] = flag
                previous = i
                j = chain[i]
                while j >= 0:
                    same = length[j] == length[i] and elems[j] == elems[i]
                    if same:
                        for p in range(first[j], first[j] + length[j]):
                            if mark[var[p]] != flag:
                                same = False
                                break
                    if same:
                        nv[i] += nv[j]
                        nv[j] = 0
                        merged[last[i]] = j
                        last[i] = last[j]
                        chain[previous] = chain[j]
                    else:
                        previous = j
                    j = chain[j]
                flag += 1
                i = chain[i]
        flag += 1
        keep = begin
        for q in range(begin, used):
            i = store[q]
            if nv[i] < 0:
                weight = -nv[i]
                nv[i] = weight
                d = min(degree[i] + size - weight, left - eliminated - mine - weight)
                d = max(d, 0)
                degree[i] = d
                after[i] = head[d]
                before[i] = -1
                if head[d] >= 0:
                    before[head[d]] = i
                head[d] = i
                lowest = min(lowest, d)
                store[keep] = i
                keep += 1
        used = keep
        nv[me] = 0
        first[me] = begin
        length[me] = keep - begin
        degree[me] = size
        alive[me] = keep > begin
        eliminated += mine
        fill += mine * (size + heavies) + mine * (mine - 1) / 2
        i = me
        while i >= 0:
            order[done] = i
            done += 1
            i = merged[i]
        if fill > budget:
            return order, fill
    return order, fill
