"""The factor that stays, and the fit that is kept open: what it says without a reading is what a new reconciliation without it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, diags, random_array
from tests.chain.account.networks import large

import lvlian.chain.account.factor as factor
from lvlian.chain.account.factor import Factor, FillError, open_fit
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.system import System, UnsolvableError


def _matrix(n: int, seed: int) -> csr_matrix:
    rng = np.random.default_rng(seed)
    half = random_array((n, 3 * n), density=min(1.0, 2.5 / n), rng=rng, format="csr")
    return csr_matrix(half @ half.T + diags(rng.uniform(0.01, 1, n)))


@pytest.mark.parametrize("n", [1, 40, 700])
def test_solves_and_inverts(n: int) -> None:
    matrix = _matrix(n, n)
    full = np.linalg.inv(matrix.toarray())
    got = Factor(matrix)
    assert got.rank == n and not got.dependent.any()
    rhs = np.random.default_rng(1).standard_normal((n, 3))
    assert got.solve(rhs) == pytest.approx(full @ rhs, rel=1e-9, abs=1e-12)
    assert got.solve(rhs[:, 0]) == pytest.approx(full @ rhs[:, 0], rel=1e-9, abs=1e-12)
    pattern = got.inverse_on_pattern().tocoo()
    assert pattern.data == pytest.approx(full[pattern.row, pattern.col], rel=1e-9, abs=1e-12)
    assert abs(matrix).sign().multiply(pattern.tocsr() != 0).nnz == matrix.nnz
    rng = np.random.default_rng(2)
    rows, cols = rng.integers(0, n, (2, 60))
    assert got.inverse_at(rows, cols) == pytest.approx(full[rows, cols], rel=1e-8, abs=1e-12)
    assert got.quadratic(matrix[:, :1].tocsc() * 0 + diags(np.ones(n)).tocsc()[:, :1]) == pytest.approx([full[0, 0]])
    assert got.entries >= 0


@pytest.mark.parametrize("dense", [0, 500])
def test_rows_that_follow_from_others_take_no_part(dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor, "DENSE", dense)
    base = _matrix(30, 4).toarray()
    select = np.vstack([np.eye(30), 2 * np.eye(30)[3], np.eye(30)[4] - np.eye(30)[5]])
    matrix = csr_matrix(select @ base @ select.T)
    got = Factor(matrix)
    assert got.rank == 30 and got.dependent.sum() == 2
    rhs = matrix @ np.random.default_rng(0).standard_normal(32)
    assert matrix @ got.solve(rhs) == pytest.approx(rhs, rel=1e-8, abs=1e-9)


def test_a_network_s_factor_keeps_its_digits() -> None:
    """Conductances from 1e-8 to 1e8 in one path of 800 nodes: the resistance to the outside is a plain sum."""
    n = 800
    conduct = 10.0 ** np.random.default_rng(0).uniform(-8, 8, n)
    diagonal = conduct + np.append(conduct[1:], 0.0)
    matrix = csr_matrix(diags([diagonal, -conduct[1:], -conduct[1:]], [0, 1, -1]))
    slack = np.zeros(n)
    slack[0] = conduct[0]
    got = Factor(matrix, slack)
    assert got.inverse_on_pattern().diagonal() == pytest.approx(np.cumsum(1 / conduct), rel=1e-12)


def test_too_much_fill_is_told_early() -> None:
    with pytest.raises(FillError):
        Factor(_matrix(900, 0), budget=1000)


def _without(system: System, readings: list[int]) -> System:
    return system.without(readings)


@settings(max_examples=30)
@given(st.integers(0, 10**9), st.booleans())
def test_dropping_readings_is_reconciling_without_them(seed: int, correlated: bool) -> None:
    system, _ = large(90, seed, unread=0.1)
    rng = np.random.default_rng(seed)
    again = rng.choice(len(system.stream), 3, replace=False)
    system = replace(
        system,
        stream=np.concatenate([system.stream, system.stream[again]]),
        reading=np.concatenate([system.reading, system.reading[again] * 1.02]),
        variance=np.concatenate([system.variance, system.variance[again] * 2]),
        correlation=((0, 1, 0.5), (2, 3, -0.3)) if correlated else (),
    )
    fit = open_fit(system)
    first = reconcile(system)
    assert fit.chi2 == pytest.approx(first.chi2) and fit.dof == first.dof
    if not correlated:
        assert fit.z == pytest.approx(first.z, rel=1e-6, abs=1e-7, nan_ok=True)
    gone: list[int] = []
    for reading in rng.permutation(len(system.stream))[:4]:
        if fit.can_drop(int(reading)):
            fit.drop(int(reading))
            gone.append(int(reading))
    assert fit.dropped.tolist() == gone
    after = reconcile(_without(system, gone))
    assert fit.chi2 == pytest.approx(after.chi2, rel=1e-7, abs=1e-7)
    assert fit.dof == after.dof
    if not correlated:
        kept = np.setdiff1d(np.arange(len(system.stream)), gone)
        assert fit.z[kept] == pytest.approx(after.z, rel=1e-5, abs=1e-6, nan_ok=True)
    if gone:
        implied = system.reading[gone] - after.value[system.stream[gone]]
        if not correlated:
            assert fit.gross() == pytest.approx(implied, rel=1e-6, abs=1e-8)
        assert fit.refit().chi2 == pytest.approx(after.chi2)
        assert np.isnan(fit.z[gone]).all() and np.isnan(fit.distance[gone]).all()
    fit.restore(gone)
    assert fit.chi2 == pytest.approx(first.chi2)


def test_a_reading_that_nothing_implies_cannot_be_dropped() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0, -1.0]]))
    system = System(
        balance, np.zeros(1), np.arange(3), np.array([10.0, 6.0, 5.0]), np.array([1.0, 0.5, 0.5]), names=("a", "b", "c")
    )
    fit = open_fit(system)
    fit.drop(0)
    assert not fit.can_drop(1)
    with pytest.raises(UnsolvableError, match="b: nothing else implies this reading"):
        fit.drop(1)
    assert fit.dropped.tolist() == [0]
    assert fit.gross() == pytest.approx([-1.0])
    assert fit.gross_covariance() == pytest.approx(np.array([[2.0]]))
    assert fit.power_at([0], [1]) == pytest.approx([-0.5])
    fit.restore([0])
    assert fit.z == pytest.approx([-1 / 2**0.5, 1 / 2**0.5, 1 / 2**0.5])


def test_many_readings_at_once_at_size() -> None:
    system, _ = large(6_000, 2)
    rng = np.random.default_rng(5)
    wrong = rng.choice(len(system.stream), 40, replace=False)
    reading = system.reading.copy()
    reading[wrong] += 30 * np.sqrt(system.variance[wrong])
    fit = open_fit(replace(system, reading=reading))
    able = [int(k) for k in wrong if fit.can_drop(int(k))]
    fit.drop(able)
    after = reconcile(_without(replace(system, reading=reading), able))
    assert fit.chi2 == pytest.approx(after.chi2, rel=1e-8)
    kept = np.setdiff1d(np.arange(len(system.stream)), able)
    assert fit.z[kept] == pytest.approx(after.z, rel=1e-4, abs=1e-5, nan_ok=True)
