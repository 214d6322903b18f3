"""The dense route where it alone is asked: singular covariances, units far apart, covariance of sums."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from lvlian.chain.account.dense import solve_dense
from lvlian.chain.account.linear import solve_linear
from lvlian.chain.account.system import System, UnsolvableError


def test_two_readings_of_one_flow_and_one_balance() -> None:
    """By hand: 10 ± 1 and 12 ± 1 in, 12 ± 1 out: in has the mean 11 ± √½, and the balance shares the gap of 1 as ½ to 1."""
    balance = csr_matrix(np.array([[1.0, -1.0]]))
    system = System(balance, np.zeros(1), np.array([0, 0, 1]), np.array([10.0, 12.0, 12.0]), np.ones(3))
    for route in (solve_dense, solve_linear):
        got = route(system)
        assert got.value == pytest.approx([34 / 3, 34 / 3])
        assert got.sd == pytest.approx([3**-0.5] * 2)
        assert got.dof == 2
        assert got.chi2 == pytest.approx((4 / 3) ** 2 + 2 * (2 / 3) ** 2)
        assert got.z == pytest.approx(np.array([-4 / 3, 2 / 3, 2 / 3]) / (2 / 3) ** 0.5)


def test_wholly_correlated_readings_move_together() -> None:
    balance = csr_matrix(np.array([[1.0, 1.0, -1.0]]))
    system = System(
        balance, np.zeros(1), np.arange(3), np.array([5.0, 5.0, 12.0]), np.array([1.0, 1.0, 1e-12]), ((0, 1, 1.0),)
    )
    for route in (solve_dense, solve_linear):
        assert route(system).value == pytest.approx([6.0, 6.0, 12.0])


def test_wholly_correlated_readings_of_one_stream_twice_are_refused() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0]]))
    system = System(
        balance,
        np.zeros(1),
        np.array([0, 0, 1]),
        np.array([5.0, 5.1, 5.0]),
        np.ones(3),
        ((0, 1, 1.0),),
        names=("a", "b"),
    )
    for route in (solve_dense, solve_linear):
        with pytest.raises(UnsolvableError, match="readings around a are wholly correlated"):
            route(system)


def test_the_error_of_an_exact_stream_s_reading_tells_of_readings_that_depend_on_it() -> None:
    """x0 is 10 exactly and one scale that also weighs x1 shows 11 for it: half of its error stands in x1's reading too."""
    balance = csr_matrix((0, 2))
    system = System(
        balance,
        np.zeros(0),
        np.array([0, 0, 1]),
        np.array([10.0, 11.0, 20.0]),
        np.array([0.0, 1.0, 1.0]),
        ((1, 2, 0.5),),
    )
    for route in (solve_dense, solve_linear):
        got = route(system)
        assert got.value == pytest.approx([10.0, 19.5])
        assert got.sd == pytest.approx([0.0, 0.75**0.5])


def test_covariance_of_sums() -> None:
    balance = csr_matrix(np.array([[1.0, -1.0, -1.0]]))
    system = System(balance, np.zeros(1), np.arange(3), np.array([10.0, 6.0, 5.0]), np.array([1.0, 2.0, 1.0]))
    got = solve_dense(system)
    spread = got.spread(np.array([[1.0, -1.0, -1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]))
    assert spread[0] == pytest.approx([0.0, 0.0, 0.0], abs=1e-12)
    assert spread[1, 1] == pytest.approx(spread[2, 2]) == pytest.approx(0.75)
    assert np.sqrt(np.diag(got.spread(np.eye(3)))) == pytest.approx(got.sd)
