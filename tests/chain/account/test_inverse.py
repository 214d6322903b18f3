"""The compiled loops by themselves: orders are orders, patterns hold the fill, the kept inverse is the inverse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_matrix, csr_matrix, tril, triu

from lvlian.chain.account import inverse, ordering


def _laplacian(n: int, links: int, seed: int) -> csr_matrix:
    rng = np.random.default_rng(seed)
    head, tail = rng.integers(0, n, (2, links))
    keep = head != tail
    head, tail, weight = head[keep], tail[keep], rng.lognormal(0, 1, int(keep.sum()))
    own = np.bincount(head, weight, n) + np.bincount(tail, weight, n) + rng.uniform(0.1, 1, n)
    rows = np.arange(n)
    return coo_matrix(
        (
            np.concatenate([own, -weight, -weight]),
            (np.concatenate([rows, head, tail]), np.concatenate([rows, tail, head])),
        )
    ).tocsr()


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(0, 150), st.integers(0, 10**6))
def test_order_pattern_factor_and_inverse(n: int, links: int, seed: int) -> None:
    matrix = _laplacian(n, links, seed)
    order, bound = ordering.minimum_degree(matrix.indptr, matrix.indices, 1e9)
    assert sorted(order.tolist()) == list(range(n))
    turned = matrix[order][:, order]
    upper, lower = triu(turned, 1, format="csc"), tril(turned, -1, format="csc")
    lp, li = inverse.pattern(upper.indptr, upper.indices)
    assert li.size <= bound
    lx, d = inverse.factorise(lower.indptr, lower.indices, lower.data, turned.diagonal(), np.zeros(0), lp, li, 1e-13)
    low = np.eye(n)
    low[li, np.repeat(np.arange(n), np.diff(lp))] = lx
    assert low @ np.diag(d) @ low.T == pytest.approx(turned.toarray(), abs=1e-9)
    slack = np.asarray(turned.sum(axis=1)).ravel()
    again, pivots = inverse.factorise(lower.indptr, lower.indices, lower.data, turned.diagonal(), slack, lp, li, 1e-13)
    assert (again, pivots) == (pytest.approx(lx, abs=1e-9), pytest.approx(d))
    zx, zd = inverse.selected_inverse(lp, li, lx, d)
    full = np.linalg.inv(turned.toarray())
    assert zd == pytest.approx(np.diag(full))
    assert zx == pytest.approx(full[li, np.repeat(np.arange(n), np.diff(lp))], abs=1e-10)


@pytest.mark.parametrize("width", [20, 40])
def test_the_order_of_a_grid_is_no_worse_than_the_best_known(width: int) -> None:
    """A square grid fills with about n log₂ n · 31/8 entries by nested dissection (George 1973)."""
    n = width * width
    right = [(i, i + 1) for i in range(n) if (i + 1) % width]
    down = [(i, i + width) for i in range(n - width)]
    pairs = np.array(right + down)
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    grid = (links + links.T).tocsr()
    _, bound = ordering.minimum_degree(grid.indptr, grid.indices, 1e9)
    assert bound < 31 / 8 * n * np.log2(n)


def test_a_balance_that_touches_everything_goes_last() -> None:
    n = 3_000
    star = coo_matrix(
        (np.ones(2 * n - 2), (np.r_[np.zeros(n - 1, int), 1:n], np.r_[1:n, np.zeros(n - 1, int)]))
    ).tocsr()
    order, bound = ordering.minimum_degree(star.indptr, star.indices, 1e9)
    assert order[-1] == 0 and sorted(order.tolist()) == list(range(n))
    assert bound <= n


def test_runs_where_no_cache_can_be_written(tmp_path: Path) -> None:
    """A package that is installed read-only, and no home: the loops are compiled in memory."""
    code = (
        "import lvlian.chain.account.kernel as k, numba\n"
        "first = []\n"
        "real = numba.njit\n"
        "def refuses(**options):\n"
        "    if options.get('cache'):\n"
        "        def fails(function): raise RuntimeError('cannot cache function: no locator available')\n"
        "        return fails\n"
        "    return real(**options)\n"
        "k.njit = refuses\n"
        "def double(x): return 2 * x\n"
        "print(k.kernel(double)(21))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.stdout.strip(), done.returncode) == ("42", 0), done.stderr
