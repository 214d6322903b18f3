"""The sparse route at size: every way to solve gives one optimum, unread streams are found, spreads are right or say that they are estimates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from tests.chain.account.networks import large

import lvlian.chain.account.linear as linear
from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.factor import Factor, FillError
from lvlian.chain.account.linear import solve_linear
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.system import System, UnsolvableError


@pytest.mark.parametrize("random", [False, True])
@pytest.mark.parametrize("unread", [0.0, 0.15])
def test_sparse_and_dense_agree(random: bool, unread: float) -> None:
    system, _ = large(600, 3, unread, random)
    dense, sparse = solve_dense(system), solve_linear(system)
    values = solve_linear(system, spreads=False)
    assert sparse.value == pytest.approx(dense.value, rel=1e-9, abs=1e-9, nan_ok=True)
    assert values.value == pytest.approx(dense.value, rel=1e-9, abs=1e-9, nan_ok=True)
    assert sparse.sd == pytest.approx(dense.sd, rel=1e-8, abs=1e-8, nan_ok=True)
    assert sparse.z == pytest.approx(dense.z, rel=1e-7, nan_ok=True)
    assert sparse.classes() == dense.classes() == values.classes()
    assert sparse.chi2 == pytest.approx(dense.chi2, rel=1e-10)
    assert sparse.dof == dense.dof
    assert sparse.balanced() < 1e-12
    assert np.isnan(values.sd).all() and np.isnan(values.z).all()
    first = np.flatnonzero(~np.isnan(dense.value))[:3]
    assert values.spread(np.eye(system.size)[first]) == pytest.approx(
        sparse.spread(np.eye(system.size)[first]), rel=1e-9
    )


def test_ten_thousand_streams_close_and_are_the_same_without_spreads() -> None:
    system, _ = large(12_000, 1, unread=0.1)
    full, values = reconcile(system), reconcile(system, spreads=False)
    assert full.exact_sd
    assert full.value == pytest.approx(values.value, rel=1e-9, abs=1e-8, nan_ok=True)
    assert full.balanced() < 1e-12
    known = ~np.isnan(full.value)
    off = (full.value - large(12_000, 1)[1])[known] / full.sd[known].clip(1e-9)
    assert np.mean(np.abs(off[full.sd[known] > 1e-6]) < 1.96) == pytest.approx(0.95, abs=0.01)


def test_covariance_of_sums_at_size() -> None:
    system, _ = large(900, 2, unread=0.1)
    rng = np.random.default_rng(0)
    dense, sparse = solve_dense(system), solve_linear(system)
    known = np.flatnonzero(~np.isnan(dense.value))
    weights = np.zeros((4, system.size))
    for row in weights[:3]:
        row[rng.choice(known, 30)] = rng.standard_normal(30)
    hidden = np.flatnonzero(np.isnan(dense.value))
    if hidden.size:
        weights[3, hidden[0]] = 1.0
    assert sparse.spread(weights) == pytest.approx(dense.spread(weights), rel=1e-7, abs=1e-8, nan_ok=True)
    assert sparse.spread(csr_matrix(weights))[:3, :3] == pytest.approx(dense.spread(weights)[:3, :3], rel=1e-7)
    each = np.sqrt(np.diag(sparse.spread(csr_matrix(np.eye(system.size)[known[:40]]))))
    assert each == pytest.approx(sparse.sd[known[:40]], rel=1e-7, abs=1e-9)


def test_recipes_and_correlations_at_size() -> None:
    """Ratios between streams of a network, pairs of readings by one hand, streams read twice."""
    system, truth = large(450, 7)
    rng = np.random.default_rng(3)
    pairs = rng.permutation(system.size)[:40].reshape(20, 2)
    rows = np.repeat(np.arange(20), 2)
    ratio = truth[pairs[:, 0]] / truth[pairs[:, 1]]
    extra = csr_matrix((np.column_stack([np.ones(20), -ratio]).ravel(), (rows, pairs.ravel())), shape=(20, system.size))
    again = rng.choice(system.size, 30, replace=False)
    mixed = replace(
        system,
        balance=vstack([system.balance, extra], format="csr"),
        constant=np.zeros(system.balance.shape[0] + 20),
        stream=np.concatenate([system.stream, again]),
        reading=np.concatenate([system.reading, truth[again]]),
        variance=np.concatenate([system.variance, (0.02 * truth[again] + 0.01) ** 2]),
        correlation=tuple((int(i), int(i) + 1, 0.4) for i in range(0, 100, 2)),
    )
    dense, sparse = solve_dense(mixed), solve_linear(mixed)
    assert sparse.value == pytest.approx(dense.value, rel=1e-8, abs=1e-9)
    assert sparse.sd == pytest.approx(dense.sd, rel=1e-7, abs=1e-9)
    assert sparse.chi2 == pytest.approx(dense.chi2, rel=1e-9)
    assert sparse.dof == dense.dof
    assert sparse.z == pytest.approx(dense.z, rel=1e-6, nan_ok=True)


def test_where_no_factor_fits_values_are_exact_and_spreads_say_that_they_are_estimates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system, _ = large(3_000, 5, unread=0.05, random=True)
    exact = solve_linear(system)

    class Refuses(Factor):
        def __init__(self, *_: object) -> None:
            raise FillError("too many entries")

    monkeypatch.setattr(linear, "Factor", Refuses)
    rough = solve_linear(system)
    assert exact.exact_sd and not rough.exact_sd
    assert rough.value == pytest.approx(exact.value, rel=1e-8, abs=1e-8, nan_ok=True)
    known = exact.sd > 1e-6
    error = rough.sd[known] / exact.sd[known] - 1
    assert np.sqrt(np.mean(error**2)) < 0.05
    assert rough.classes() == exact.classes()


def test_contradicting_exact_readings_are_named() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]]))
    system = System(
        balance, np.zeros(2), np.array([0, 2]), np.array([10.0, 12.0]), np.zeros(2), names=("进厂", "转运", "出厂")
    )
    for route in (solve_dense, solve_linear):
        with pytest.raises(UnsolvableError, match="exact readings contradict the balances: 进厂, 出厂 cannot all hold"):
            route(system)
    both = replace(system, stream=np.array([0, 0]), reading=np.array([10.0, 12.0]))
    with pytest.raises(UnsolvableError, match="进厂: two exact readings, 10 and 12, cannot both hold"):
        solve_linear(both)


def test_balances_that_no_figures_close_are_named() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0], [1.0, -1.0]]))
    system = System(
        balance, np.array([0.0, -5.0]), np.array([0, 1]), np.array([7.0, 7.0]), np.ones(2), names=("A", "B")
    )
    for route in (solve_dense, solve_linear):
        with pytest.raises(UnsolvableError, match="the balances contradict each other: no figures of A, B close them"):
            route(system)


def test_correlations_that_no_covariance_has_are_refused() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0, 1.0]]))
    system = System(
        balance,
        np.zeros(1),
        np.arange(3),
        np.array([1.0, 2.0, 1.0]),
        np.ones(3),
        correlation=((0, 1, 0.9), (1, 2, 0.9), (0, 2, -0.9)),
        names=("a", "b", "c"),
    )
    for route in (solve_dense, solve_linear):
        with pytest.raises(UnsolvableError, match="the correlations of the readings around a contradict each other"):
            route(system)


def test_nothing_at_all() -> None:
    empty = System(csr_matrix((0, 0)), np.zeros(0), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    assert reconcile(empty).dof == 0
    unread = System(csr_matrix(np.array([[1.0, -1.0]])), np.zeros(1), np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    for route in (solve_dense, solve_linear):
        assert route(unread).classes() == ["unobservable", "unobservable"]
