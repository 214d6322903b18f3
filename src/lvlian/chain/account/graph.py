"""Balances as a graph: nodes that streams join, the outside as one more node. Unread streams are contracted, and what can be found of
them are the edges that lie on no cycle of unread streams (Kretsovalis & Mavrovouniotis 1987; Mah, Stanley & Downing 1976)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.system import Floats, Ints


@dataclass(frozen=True)
class Graph:
    """Each stream runs between `head` (coefficient +`scale`) and `tail` (−`scale`); node n is the outside. A stream in no balance runs from
    the outside to the outside."""

    nodes: int
    head: Ints
    tail: Ints
    scale: Floats


@dataclass(frozen=True)
class Contraction:
    """`group` (n + 1,): which nodes are one after unread streams are contracted; `outside`: the group of the outside. `groups`: how many.
    `forest`: unread streams that span the groups, `row` the balance that gives each of them (leaf first), `free`: the other unread
    streams, `hidden` (mask over all streams): those that no balance gives."""

    group: Ints
    outside: int
    groups: int
    forest: Ints
    row: Ints
    free: Ints
    hidden: Any


def as_graph(balance: Any) -> Graph | None:
    """The graph of the balances (CSR, n × m), None where a stream stands in three balances or with unlike coefficients."""
    n, m = balance.shape
    columns = balance.tocsc()
    if not columns.has_canonical_format:
        columns = columns.copy()
        columns.sum_duplicates()
    if columns.nnz and not columns.data.all():
        columns = columns.copy()
        columns.eliminate_zeros()
    begin, data, idx = columns.indptr, columns.data, columns.indices
    count = np.diff(begin)
    if count.size and count.max() > 2:
        return None
    head = np.full(m, n, np.int32)
    tail = np.full(m, n, np.int32)
    scale = np.ones(m)
    one = np.flatnonzero(count > 0)
    first = begin[one]
    value = data[first]
    up = value > 0
    head[one] = np.where(up, idx[first], n)
    tail[one] = np.where(up, n, idx[first])
    scale[one] = np.abs(value)
    two = np.flatnonzero(count == 2)
    second = begin[two] + 1
    other = data[second]
    if not np.array_equal(other, -data[second - 1]):
        return None
    up = other > 0
    head[two[up]] = idx[second[up]]
    tail[two[~up]] = idx[second[~up]]
    return Graph(n, head, tail, scale)


def contract(graph: Graph, unread: Ints) -> Contraction:
    """Contract the unread streams (places in the list of streams)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import breadth_first_order, connected_components

    n = graph.nodes
    head, tail = graph.head[unread].astype(np.int64), graph.tail[unread].astype(np.int64)
    links = coo_matrix((np.ones(len(unread)), (head, tail)), shape=(n + 1, n + 1))
    groups, group = connected_components(links, directed=False)
    # one walk over all groups: a thread from the outside to one node of each
    first = np.full(groups, -1, np.int64)
    first[group[::-1]] = np.arange(n, -1, -1)
    threads = first[first != first[group[n]]]
    walk = coo_matrix(
        (
            np.ones(len(unread) + len(threads)),
            (np.concatenate([head, threads]), np.concatenate([tail, np.full(len(threads), n)])),
        ),
        shape=(n + 1, n + 1),
    ).tocsr()
    order, parent = breadth_first_order(walk, n, directed=False)
    parent = parent.astype(np.int64)
    parent[n] = -1
    parent[threads] = -1
    key = np.minimum(head, tail) * (n + 1) + np.maximum(head, tail)
    ranked = np.argsort(key, kind="stable")
    below = order[::-1][parent[order[::-1]] >= 0].astype(np.int64)
    wanted = np.minimum(below, parent[below]) * (n + 1) + np.maximum(below, parent[below])
    chosen = ranked[np.searchsorted(key[ranked], wanted)] if len(wanted) else np.zeros(0, np.int64)
    rest = np.ones(len(unread), bool)
    rest[chosen] = False
    return Contraction(
        group=group.astype(np.int64),
        outside=int(group[n]),
        groups=int(groups),
        forest=unread[chosen],
        row=below,
        free=unread[rest],
        hidden=_hidden(graph, unread, chosen, rest, below),
    )


def _hidden(graph: Graph, unread: Ints, chosen: Ints, rest: Any, below: Ints) -> Any:
    """Streams on a cycle of unread ones: whole random numbers run round each cycle, and an edge that carries none lies on no cycle."""
    from scipy.sparse import csc_matrix
    from scipy.sparse.linalg import splu

    hidden = np.zeros(len(graph.head), bool)
    free = unread[rest]
    hidden[free] = True
    if not len(free) or not len(chosen):
        return hidden
    n = graph.nodes
    place = np.full(n + 1, -1, np.int64)
    place[below] = np.arange(len(below))
    edge = unread[chosen]
    ends = np.concatenate([place[graph.head[edge]], place[graph.tail[edge]]])
    sign = np.concatenate([np.ones(len(edge)), -np.ones(len(edge))])
    at = np.tile(np.arange(len(edge)), 2)
    keep = ends >= 0
    tree = csc_matrix((sign[keep], (ends[keep], at[keep])), shape=(len(edge), len(edge)))
    rng = np.random.default_rng(20260101)
    round_ = np.zeros((n + 1, 2))
    runs = rng.integers(1, 2**31, (len(free), 2)).astype(float)
    np.add.at(round_, graph.head[free], runs)
    np.subtract.at(round_, graph.tail[free], runs)
    lu = splu(tree, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    carried = lu.solve(round_[below])
    hidden[edge] = (np.abs(carried) > 0.5).any(axis=1)
    return hidden
