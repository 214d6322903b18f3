"""Iterations: plain where that is quick, multigrid where it is not, the same result."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_matrix, diags
from tests.chain.account.networks import large

import lvlian.chain.account.linear as linear
from lvlian.chain.account.linear import solve_linear
from lvlian.chain.account.multigrid import Gradients, Multigrid, SlowError
from lvlian.chain.account.system import System


def _path(n: int) -> csr_matrix:
    return csr_matrix(diags([np.append(np.full(n - 1, 2.0), 1.0), -np.ones(n - 1), -np.ones(n - 1)], [0, 1, -1]))


def test_a_long_path_is_told_to_be_slow_and_solved_all_the_same() -> None:
    matrix = _path(20_000)
    rhs = np.random.default_rng(0).standard_normal(20_000)
    with pytest.raises(SlowError):
        Gradients(matrix).solve(rhs)
    hard = Multigrid(matrix)
    got = hard.solve(rhs)
    assert hard.rounds > 0
    assert np.linalg.norm(matrix @ got - rhs) <= 1e-9 * np.linalg.norm(rhs)
    both = hard.solve(np.column_stack([rhs, np.zeros_like(rhs)]))
    assert both[:, 0] == pytest.approx(got) and not both[:, 1].any()


def test_a_balance_without_an_adjustable_stream_is_no_matter_for_plain_steps() -> None:
    with pytest.raises(SlowError):
        Gradients(csr_matrix(np.array([[1.0, 0.0], [0.0, 0.0]])))


def test_gradients_give_the_optimum_of_the_factor() -> None:
    system, _ = large(20_000, 4)
    exact = solve_linear(system)
    values = solve_linear(system, spreads=False)
    assert values.value == pytest.approx(exact.value, rel=1e-9, abs=1e-9)
    assert values.chi2 == pytest.approx(exact.chi2, rel=1e-12)
    assert values.balanced() < 1e-12


def test_a_line_of_plants_is_found_by_its_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """One flow through 6,000 nodes, and its readings: every value is their weighted mean."""
    n = 6_000
    system = System(
        csr_matrix(diags([np.ones(n), -np.ones(n)], [0, 1], shape=(n, n + 1))),
        np.zeros(n),
        np.arange(n + 1),
        100 + np.random.default_rng(1).standard_normal(n + 1),
        np.random.default_rng(2).uniform(0.5, 2, n + 1),
    )
    mean = np.average(system.reading, weights=1 / system.variance)
    got = solve_linear(system, spreads=False)
    assert got.value == pytest.approx(np.full(n + 1, mean), rel=1e-9)
    full = solve_linear(system)
    assert full.sd == pytest.approx(np.full(n + 1, (1 / system.variance).sum() ** -0.5), rel=1e-8)
    monkeypatch.setattr(linear, "MANY", 1_000)
    by_levels = solve_linear(replace(system), spreads=False)
    assert by_levels.value == pytest.approx(np.full(n + 1, mean), rel=1e-8)
