"""Bands hold what they say: 80 % intervals hold 80 % ± 3 of simulated histories."""

from __future__ import annotations

import numpy as np
import pytest

from lvlian.outlook.pipeline import load_tables
from lvlian.outlook.risk import RiskError
from lvlian.outlook.risk.calibration import back_test, inside, learned, places
from lvlian.outlook.risk.machine import machine_of
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case, lone_machine


def held_rightly(found, wide=0.03):
    for one in found:
        for share, said in zip(one.shares, (0.5, 0.8, 0.95), strict=True):
            assert share == pytest.approx(said, abs=wide), one


@pytest.mark.parametrize("never", [0.0, 0.1])
def test_bands_hold_the_histories_of_another_seed(never):
    found = back_test(lone_machine(lone_case(small_case()), common=0.3, never=never), seed=1, truth_seed=2)
    assert len(found) == 4
    held_rightly(found)


def test_bands_of_the_chain_hold_the_histories_of_another_seed():
    found = back_test(machine_of(small_case()), seed=3, truth_seed=4, draws=3_000, histories=3_000)
    assert "g2" in {one.what for one in found}
    held_rightly(found)


@pytest.mark.parametrize(("records", "spread"), [(60, 0.5), (30, 0.3), (0, 0.0)])
def test_bands_after_records_hold_what_comes(records, spread):
    """Each region's truth strays from the prior; the more it does, the more records it takes until its bands are its own."""
    stages = [("semis", "started"), ("semis", "built"), ("primary", "built"), ("factor.land", "there")]
    found = learned(load_tables().priors, stages, seed=5, regions=150, records=records, spread=spread)
    assert found.shares[1] == pytest.approx(0.8, abs=0.03)


def test_a_forecast_that_is_too_sure_is_found_out():
    stages = [("semis", "built")]
    found = learned(load_tables().priors, stages, seed=5, regions=150, records=0, spread=1.0)
    assert found.shares[1] < 0.75


def test_figures_that_many_draws_share_count_in_part():
    forecast = np.array([[0.0] * 30 + list(range(1, 71))])
    below, upto = places(forecast, np.array([[0.0, 50.0, 70.5]]))
    assert below.tolist() == [[0.0, 0.79, 1.0]]
    assert upto.tolist() == [[0.3, 0.8, 1.0]]
    # Of the zeros two thirds lie in the band of 80 %, all of 50 is in it, 70.5 beyond.
    assert inside(below, upto)[1] == pytest.approx((2 / 3 + 1) / 3)
    with pytest.raises(RiskError, match="expected two"):
        back_test(lone_machine(lone_case(small_case())), seed=1, truth_seed=1)
