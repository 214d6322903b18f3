"""Bands over time: quantiles of draws, what is not there, how sure a chance is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.outlook.risk import LEVELS, RiskError, risk
from lvlian.outlook.risk.fan import fan_of, quantiles, wilson
from tests.outlook.example import small_case
from tests.outlook.lone_machine import lone_case, lone_machine


@pytest.fixture(scope="module")
def found():
    case = lone_case(small_case())
    return risk(case, draws=3_000, seed=2, workers=1, machine=lone_machine(case))


@given(st.integers(1, 5), st.integers(1, 300), st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_quantiles_are_numpys(rows, draws, seed):
    figures = np.random.default_rng(seed).normal(size=(rows, draws)).round(1)
    assert quantiles(figures.copy()) == pytest.approx(np.quantile(figures, LEVELS, axis=1))


def test_what_is_not_there_does_not_count():
    figures = np.array([[1.0, np.nan, 3.0, 2.0], [np.nan] * 4, [4.0, 5.0, 6.0, 7.0]])
    levels = quantiles(figures.copy())
    assert levels[:, 0] == pytest.approx(np.quantile([1, 2, 3], LEVELS))
    assert np.isnan(levels[:, 1]).all()
    assert levels[3, 2] == 5.5
    fan = fan_of(figures.copy(), ("a", "b", "c"))
    assert fan.mean.tolist()[::2] == [2.0, 5.5]
    assert fan.to_json()["mean"] == [2.0, None, 5.5]
    assert np.isnan(quantiles(np.empty((1, 0)))).all()
    with pytest.raises(RiskError, match="found an array of 1 axes"):
        quantiles(np.ones(3))


def test_what_never_comes_stays_beyond_all():
    levels = quantiles(np.array([[1.0, 2.0, np.inf, np.inf, np.inf]]))
    assert levels[0, 0] == pytest.approx(1.1)
    assert np.isinf(levels[3:, 0]).all()


def test_bands_lie_in_each_other(found):
    for by in ("quarter", "rolling", "year"):
        fan = found.of("value").fan(by)
        there = ~np.isnan(fan.median)
        edges = [fan.band(percent) for percent in (95, 80, 50)]
        rising = np.array([edges[0][0], edges[1][0], edges[2][0], fan.median, edges[2][1], edges[1][1], edges[0][1]])
        assert (np.diff(rising[:, there], axis=0) >= 0).all()
        assert json.loads(json.dumps(fan.to_json()))["labels"] == list(fan.labels)
    with pytest.raises(RiskError, match="found 90 %"):
        fan.band(90)
    with pytest.raises(RiskError, match="fan by month"):
        found.of("value").fan("month")
    with pytest.raises(RiskError, match="goal firms: no formula"):
        found.of("firms").fan()


def test_the_year_of_a_goal_is_in_its_fan(found):
    goal = found.of("value")
    fan = goal.fan("year")
    assert fan.labels == ("2024", "2025")
    assert fan.quantiles[:, 1] == pytest.approx(goal.levels)
    assert found.of("out").fan("rolling").median[-1] == pytest.approx(found.of("out").median)
    # Asking for a fan leaves the draws as they were.
    assert goal.fan("year").quantiles[:, 1] == pytest.approx(goal.levels)


@given(st.integers(1, 20_000), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_a_chance_lies_within_what_it_leaves_open(count, share):
    met = round(share * count)
    low, high = wilson(met, count)
    assert 0 <= low <= met / count <= high <= 1
    assert wilson(0, 0) == (0.0, 1.0)
