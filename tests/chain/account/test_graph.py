"""Contraction and classes against ranks by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from lvlian.chain.account.elimination import eliminate
from lvlian.chain.account.graph import as_graph, contract
from lvlian.chain.account.recovery import hidden_streams


def _network(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 9)), int(rng.integers(1, 16))
    a = np.zeros((n, m))
    for k in range(m):
        one, two = rng.integers(0, n + 1, 2)
        if one < n:
            a[one, k] += 1
        if two < n:
            a[two, k] -= 1
    return a, np.flatnonzero(rng.random(m) < rng.choice([0.3, 0.6, 1.0]))


def _hidden(a: np.ndarray, unread: np.ndarray) -> set[int]:
    """A stream is found when its unit vector lies in the row space of the unread columns."""
    part = a[:, unread]
    rank = np.linalg.matrix_rank(part) if part.size else 0
    out = set()
    for at, k in enumerate(unread):
        unit = np.zeros((1, len(unread)))
        unit[0, at] = 1.0
        if np.linalg.matrix_rank(np.vstack([part, unit])) > rank:
            out.add(int(k))
    return out


@settings(max_examples=80)
@given(st.integers(0, 10**9))
def test_unread_streams_on_no_cycle_are_found(seed: int) -> None:
    a, unread = _network(seed)
    graph = as_graph(csr_matrix(a))
    assert graph is not None
    if not len(unread):
        return
    got = contract(graph, unread)
    assert set(np.flatnonzero(got.hidden).tolist()) == _hidden(a, unread)
    assert len(got.forest) == np.linalg.matrix_rank(a[:, unread])
    assert sorted([*got.forest, *got.free]) == unread.tolist()
    square = a[np.ix_(got.row, got.forest)]
    assert abs(np.linalg.det(square)) == pytest.approx(1.0)
    merged = np.zeros((got.groups, a.shape[1]))
    np.add.at(merged, got.group[:-1], a)
    merged[got.outside] = 0.0
    assert not merged[:, unread].any()


@settings(max_examples=80)
@given(st.integers(0, 10**9), st.booleans())
def test_elimination_leaves_rows_without_unread_streams(seed: int, ratios: bool) -> None:
    a, unread = _network(seed)
    if ratios:
        a = a * np.random.default_rng(seed).choice([0.5, 1.0, 3.0, 13_500.0], a.shape)
    mask = np.zeros(a.shape[1], bool)
    mask[unread] = True
    constant = np.arange(1.0, len(a) + 1)
    got = eliminate(csr_matrix(a), constant, mask)
    assert not got.left[:, unread].toarray().any() if len(unread) else True
    triangle = got.rows[:, got.found].toarray()
    assert not np.tril(triangle, -1).any()
    assert np.diag(triangle).all()
    hidden = hidden_streams(got.found, got.rows, got.free, a.shape[1])
    scaled = a / np.abs(a).max(axis=1, initial=1e-300)[:, None].clip(1e-300)
    assert set(np.flatnonzero(hidden).tolist()) == _hidden(scaled, unread)
    before = np.column_stack([a, constant])
    after = np.column_stack(
        [np.vstack([got.rows.toarray(), got.left.toarray()]), np.concatenate([got.row_constant, got.left_constant])]
    )
    assert np.linalg.matrix_rank(np.vstack([before, after])) == np.linalg.matrix_rank(before)


@pytest.mark.parametrize(
    "column", [[1.0, 1.0, 0.0], [1.0, -0.5, 0.0], [1.0, -1.0, 1.0]], ids=["same sign", "ratio", "three balances"]
)
def test_what_is_no_network(column: list[float]) -> None:
    assert as_graph(csr_matrix(np.array([column]).T)) is None


def test_entries_given_twice_and_zeros_are_summed() -> None:
    balance = csr_matrix(([0.5, 0.5, -1.0, 0.0], ([0, 0, 1, 2], [0, 0, 0, 0])), shape=(3, 1))
    graph = as_graph(balance)
    assert graph is not None
    assert (graph.head[0], graph.tail[0], graph.scale[0]) == (0, 1, 1.0)
