"""What is left of a system once unread streams are taken out and exact ones are figures: conditions on adjustable streams alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.chain.account.graph import Graph, as_graph, contract
from lvlian.chain.account.prior import Prior
from lvlian.chain.account.recovery import Recovery, hidden_streams
from lvlian.chain.account.system import Floats, Ints


@dataclass(frozen=True)
class Conditions:
    """`matrix @ x + rest = 0` (p × s, CSR) on the soft streams x of `prior`; `recovery` gives the others. For a network `slack` (p,)
    is the variance that leaves each condition to the outside, and the conditions are independent; else None. `held` (p × e): columns
    of the exact streams. `edges`: the two conditions that each stream joins (−1: none) and its variance times the square of its
    `coefficient`, for a network."""

    prior: Prior
    matrix: Any
    rest: Floats
    recovery: Recovery
    slack: Floats | None
    held: Any = None
    edges: tuple[Any, Any, Floats] | None = None
    coefficient: Floats | None = None

    def normal(self, beside: Any = None) -> Any:
        """G C0 Gᵀ (p × p, CSR); pairs of rows that a column of `beside` (p × q) joins have a place in its pattern."""
        from scipy.sparse import coo_matrix

        if self.edges is not None and beside is None:
            return self._laplacian()
        g, p = self.matrix, self.matrix.shape[0]
        product = (self.prior.spread_by(g.T.tocsr()).T.tocsr() @ g.T.tocsr()).tocoo()
        if beside is None:
            return product.tocsr()
        touch = abs(beside).sign()
        wide = (touch @ touch.T).tocoo()
        return coo_matrix(
            (
                np.concatenate([product.data, np.zeros(wide.nnz)]),
                (np.concatenate([product.row, wide.row]), np.concatenate([product.col, wide.col])),
            ),
            shape=(p, p),
        ).tocsr()

    def _laplacian(self) -> Any:
        """The same for a network, without a product of matrices."""
        from scipy.sparse import coo_matrix

        assert self.edges is not None
        head, tail, conduct = self.edges
        p = self.matrix.shape[0]
        between = np.flatnonzero((head >= 0) & (tail >= 0) & (head != tail))
        h, t, c = head[between], tail[between], conduct[between]
        own = np.asarray(self.slack) + np.bincount(h, c, minlength=p) + np.bincount(t, c, minlength=p)
        rows = np.arange(p, dtype=np.int32)
        return coo_matrix(
            (np.concatenate([own, -c, -c]), (np.concatenate([rows, h, t]), np.concatenate([rows, t, h]))), shape=(p, p)
        ).tocsr()


def conditions_of(system: Any, prior: Prior, balance: Any, constant: Floats) -> Conditions:
    """The reduced problem, by contraction where the balances are a network and by elimination else."""
    graph = as_graph(balance) if prior.cov is None else None
    read = np.zeros(system.size, bool)
    read[prior.soft] = True
    read[prior.exact] = True
    if graph is not None:
        return _by_contraction(graph, prior, balance, constant, read)
    return _by_elimination(prior, balance.tocsr(), constant, read)


def _by_contraction(graph: Graph, prior: Prior, balance: Any, constant: Floats, read: Any) -> Conditions:
    n, m = balance.shape
    unread = np.flatnonzero(~read)
    if len(unread):
        joined = contract(graph, unread)
        group, outside, groups = joined.group, joined.outside, joined.groups
        head, tail = group[graph.head], group[graph.tail]
        rest: Any = np.bincount(group[:n], constant, minlength=groups)
        recovery = Recovery(m, joined.forest, balance[joined.row], constant[joined.row], joined.hidden)
    else:
        outside, groups, head, tail = n, n + 1, graph.head, graph.tail
        rest = np.append(constant, 0.0)
        recovery = Recovery(m)
    if len(prior.exact):
        e = prior.exact
        moved = graph.scale[e] * prior.exact_value
        rest = rest + np.bincount(head[e], moved, minlength=groups) - np.bincount(tail[e], moved, minlength=groups)
    whole = not len(unread) and not len(prior.exact)
    s, e = prior.soft, prior.exact
    fixed = (head[e], tail[e], graph.scale[e])
    if len(s) < m:
        head, tail, scale = head[s], tail[s], graph.scale[s]
    else:
        scale = graph.scale
    keep = _grounded(head, tail, groups, outside)
    rows = np.flatnonzero(keep)
    at = np.full(groups, -1, np.int32)
    at[rows] = np.arange(len(rows), dtype=np.int32)
    h, t = at[head], at[tail]
    if whole and len(rows) == n:
        conditions = balance
    else:
        conditions = _incidence(h, t, scale, len(rows))
    slack: Any = np.zeros(len(rows))
    conduct = prior.variance * scale**2
    for a, b in ((h, t), (t, h)):
        edge = (a >= 0) & (b < 0)
        slack = slack + np.bincount(a[edge], conduct[edge], minlength=len(rows))
    held = _incidence(at[fixed[0]], at[fixed[1]], fixed[2], len(rows)) if len(e) else None
    return Conditions(prior, conditions, rest[rows], recovery, np.asarray(slack), held, (h, t, conduct), scale)


def _grounded(head: Ints, tail: Ints, groups: int, outside: int) -> Any:
    """All groups but the outside, and but one of each part that has no way to the outside (its balance follows from the others)."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    keep = np.ones(groups, bool)
    keep[outside] = False
    near = np.zeros(groups, bool)
    near[head[tail == outside]] = True
    near[tail[head == outside]] = True
    near[outside] = True
    if near.all():
        return keep
    links = csr_matrix((np.ones(len(head), np.int8), (head, tail)), shape=(groups, groups))
    _, label = connected_components(links, directed=False)
    first = np.full(label.max() + 1, -1, np.int64)
    first[label[::-1]] = np.arange(groups - 1, -1, -1)
    first[label[outside]] = outside
    keep[first] = False
    return keep


def _incidence(head: Any, tail: Any, scale: Floats, rows: int) -> Any:
    from scipy.sparse import csr_matrix

    up, down = np.flatnonzero((head >= 0) & (head != tail)), np.flatnonzero((tail >= 0) & (head != tail))
    return csr_matrix(
        (
            np.concatenate([scale[up], -scale[down]]),
            (np.concatenate([head[up], tail[down]]), np.concatenate([up, down])),
        ),
        shape=(rows, len(head)),
    )


def _by_elimination(prior: Prior, balance: Any, constant: Floats, read: Any) -> Conditions:
    from lvlian.chain.account.elimination import eliminate

    m = balance.shape[1]
    if read.all():
        left, rest, recovery = balance, constant, Recovery(m)
    else:
        gone = eliminate(balance, constant, ~read)
        hidden = hidden_streams(gone.found, gone.rows, gone.free, m)
        left, rest = gone.left, gone.left_constant
        recovery = Recovery(m, gone.found, gone.rows, gone.row_constant, hidden)
    if len(prior.exact):
        rest = rest + left[:, prior.exact] @ prior.exact_value
    conditions = left[:, prior.soft].tocsr()
    conditions.eliminate_zeros()
    live = np.flatnonzero(np.diff(conditions.indptr) > 0)
    if len(live) < conditions.shape[0]:
        conditions, rest, left = conditions[live], rest[live], left[live]
    return Conditions(
        prior, conditions, rest, recovery, None, left[:, prior.exact].tocsr() if len(prior.exact) else None
    )
