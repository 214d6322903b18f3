"""No stream below its bound: against a plain search over all sets of held streams."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from tests.chain.account.networks import large

from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.system import Bilinear, System, UnsolvableError


def _searched(system: System) -> float:
    """The least chi2 over all sets of streams held at 0 whose result stays above."""
    best = np.inf
    free = replace(system, lower=None)
    for size in range(system.size + 1):
        for held in combinations(range(system.size), size):
            fixed = replace(
                free,
                stream=np.concatenate([free.stream, np.array(held, np.int64)]),
                reading=np.concatenate([free.reading, np.zeros(size)]),
                variance=np.concatenate([free.variance, np.zeros(size)]),
            )
            try:
                got = solve_dense(fixed)
            except UnsolvableError:
                continue
            if (np.nan_to_num(got.value) >= -1e-9).all():
                best = min(best, got.chi2)
    return best


@settings(max_examples=40)
@given(st.integers(0, 10**9), st.booleans())
def test_the_optimum_above_the_bounds(seed: int, unread: bool) -> None:
    rng = np.random.default_rng(seed)
    n, m = 3, 7
    a = np.zeros((n, m))
    for k in range(m):
        one, two = rng.permutation(n + 1)[:2]
        if one < n:
            a[one, k] = 1
        if two < n:
            a[two, k] = -1
    reading = rng.uniform(-3, 8, m)
    stream = np.arange(m - 1 if unread else m)
    system = System(
        csr_matrix(a), np.zeros(n), stream, reading[stream], rng.uniform(0.1, 3, len(stream)), lower=np.zeros(m)
    )
    got = reconcile(system)
    assert np.nanmin(got.value) >= -1e-9
    assert got.chi2 == pytest.approx(_searched(system), rel=1e-7, abs=1e-9)
    for k in got.at_bound:
        assert got.value[k] == pytest.approx(0.0, abs=1e-12)


def test_what_was_held_is_released() -> None:
    """Held at first because another stream was still below its own bound."""
    for seed in range(30):
        system, _ = large(90, seed)
        noisy = system.reading - 1.5 * np.abs(system.reading) * (np.random.default_rng(seed).random(system.size) < 0.2)
        bounded = replace(system, reading=noisy, lower=np.zeros(system.size))
        got = reconcile(bounded)
        assert got.value.min() >= -1e-8
        assert got.balanced() < 1e-12
        exact, pull = got.pull
        assert (pull[np.isin(exact, got.at_bound)] >= -1e-7 * np.abs(pull).max(initial=1.0)).all()


def test_bounds_at_size_and_readings_keep_their_places() -> None:
    system, _ = large(9_000, 1, unread=0.05)
    free = reconcile(system)
    bounded = replace(system, lower=np.zeros(system.size))
    got = reconcile(bounded)
    assert np.nanmin(free.value) < -0.01
    assert np.nanmin(got.value) == pytest.approx(0.0, abs=1e-6)
    assert got.z.shape == system.reading.shape
    assert got.chi2 >= free.chi2
    assert got.classes() == free.classes()


def test_no_bound_reached_changes_nothing() -> None:
    system, _ = large(90, 3)
    low = np.full(system.size, -1e9)
    low[:10] = -np.inf
    free, got = reconcile(system), reconcile(replace(system, lower=low))
    assert got.value == pytest.approx(free.value) and got.at_bound == ()


def test_exact_readings_below_the_bound_are_told() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0, -1.0]]))
    system = System(
        balance,
        np.zeros(1),
        np.array([0, 1]),
        np.array([5.0, 8.0]),
        np.zeros(2),
        lower=np.zeros(3),
        names=("in", "out", "lost"),
    )
    with pytest.raises(UnsolvableError, match="in, out"):
        reconcile(system)


def test_bounds_with_products() -> None:
    """Scrap = share × input, and the rest of a balance that would be negative."""
    balance = csr_matrix(np.array([[1.0, -1.0, -1.0, 0.0]]))
    system = System(
        balance,
        np.zeros(1),
        np.arange(4),
        np.array([100.0, 104.0, 3.0, 0.02]),
        np.array([1.0, 1.0, 4.0, 1e-6]),
        bilinear=(Bilinear(linear=((2, 1.0),), products=((0, 3, -1.0),)),),
        lower=np.zeros(4),
    )
    got = reconcile(system)
    assert got.value.min() >= 0
    assert got.value[2] == pytest.approx(got.value[0] * got.value[3], rel=1e-12)
