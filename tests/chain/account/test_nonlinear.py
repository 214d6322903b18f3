"""Products of unknowns: the least squares optimum under them, good starts, and systems without rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from lvlian.chain.account.linear import solve_linear
from lvlian.chain.account.nonlinear import Tangents, linearised
from lvlian.chain.account.reconcile import open_system, reconcile
from lvlian.chain.account.system import Bilinear, System, UnsolvableError


def _metal(seed: int, plants: int = 3) -> tuple[System, np.ndarray]:
    """Each plant: mass in × content = metal in; metal in = metal out; mass and content are read, metal out too."""
    rng = np.random.default_rng(seed)
    mass, content = rng.lognormal(8, 1, plants), rng.uniform(0.2, 0.98, plants)
    metal = mass * content
    truth = np.concatenate([mass, content, metal, [metal.sum()]])
    k = plants
    balance = np.zeros((1, 3 * k + 1))
    balance[0, 2 * k : 3 * k] = 1.0
    balance[0, -1] = -1.0
    stream = np.concatenate([np.arange(2 * k), [3 * k]])
    sd = np.concatenate([0.02 * mass, 0.01 * content, [0.005 * metal.sum()]])
    reading = truth[stream] + sd * rng.standard_normal(len(stream))
    equations = tuple(Bilinear(linear=((2 * k + i, 1.0),), products=((i, k + i, -1.0),)) for i in range(k))
    return System(csr_matrix(balance), np.zeros(1), stream, reading, sd**2, bilinear=equations), truth


@settings(max_examples=30)
@given(st.integers(0, 10**9))
def test_mass_times_content(seed: int) -> None:
    system, _ = _metal(seed)
    got = reconcile(system)
    k = 3
    assert got.value[2 * k : 3 * k] == pytest.approx(got.value[:k] * got.value[k : 2 * k], rel=1e-12)
    assert got.balanced() < 1e-12
    other = linearised(system, solve_linear)
    assert other.value == pytest.approx(got.value, rel=1e-11)
    assert other.sd == pytest.approx(got.sd, rel=1e-7)
    # any small step along the equations costs more
    rng = np.random.default_rng(seed)
    for _ in range(20):
        near = got.value[: 2 * k] * (1 + 1e-4 * rng.standard_normal(2 * k))
        total = float((near[:k] * near[k:]).sum())
        moved = np.concatenate([near, [total]])
        assert (((system.reading - moved) ** 2) / system.variance).sum() >= got.chi2 - 1e-9
    assert 2 <= got.rounds <= 12


def test_spreads_of_products_are_those_of_many_months() -> None:
    system, truth = _metal(1)
    sd = np.sqrt(system.variance)
    rng = np.random.default_rng(9)
    values = []
    for _ in range(400):
        again = System(
            system.balance,
            system.constant,
            system.stream,
            truth[system.stream] + sd * rng.standard_normal(len(sd)),
            system.variance,
            bilinear=system.bilinear,
        )
        values.append(reconcile(again).value)
    assert np.std(values, axis=0) == pytest.approx(reconcile(system).sd, rel=0.15)


def test_an_unread_factor_follows_from_its_product() -> None:
    balance = csr_matrix((0, 3))
    system = System(
        balance,
        np.zeros(0),
        np.array([0, 2]),
        np.array([50.0, 1e6]),
        np.array([1.0, 1e8]),
        bilinear=(Bilinear(linear=((2, 1.0),), products=((0, 1, -1.0),)),),
        names=("t", "price", "value"),
    )
    got = reconcile(system)
    assert got.value == pytest.approx([50.0, 20_000.0, 1e6])
    assert got.classes() == ["nonredundant", "observable", "nonredundant"]
    assert got.sd[1] == pytest.approx(np.hypot(1e4 / 50, 20_000 / 50), rel=1e-9)


def test_tangents_close_at_the_point() -> None:
    system, truth = _metal(4)
    tangents = Tangents(system)
    balance, constant = tangents.about(truth)
    assert balance @ truth + constant == pytest.approx(0.0, abs=1e-6)
    assert tangents.gap(truth) < 1e-15
    assert tangents.gap(truth * 1.1) > 0.01


def test_equations_without_rest_name_their_streams() -> None:
    """A square that would have to be negative: x² = −1 with x read as 0.5."""
    system = System(
        csr_matrix((0, 1)),
        np.zeros(0),
        np.array([0]),
        np.array([0.5]),
        np.array([1.0]),
        bilinear=(Bilinear(linear=(), products=((0, 0, 1.0),), constant=1.0),),
        names=("x",),
    )
    with pytest.raises(UnsolvableError, match="find no rest: check the readings of x"):
        reconcile(system)


def test_an_open_fit_of_products() -> None:
    system, _ = _metal(2)
    got, fit = reconcile(system), open_system(system)
    assert fit.z == pytest.approx(got.z, rel=1e-6)
    assert fit.chi2 == pytest.approx(got.chi2, rel=1e-9)
    assert fit.dof == got.dof
