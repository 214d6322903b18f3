"""The front of two aims: efficient points, monotone, its ends the best for each."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError
from lvlian.outlook.pathway import front_of, options_of, plan_of
from tests.outlook.example import small_case
from tests.outlook.ways import priced_case, primary


@pytest.fixture(scope="module")
def plan():
    limit = replace(small_case().limits[0], amount=6.4e9)
    aims = (primary(60.0, year=2025), replace(small_case().aims[1], id="value", value=400))
    case = small_case(aims=aims, prices=priced_case().prices, limits=(limit,))
    made = plan_of(case, load_library(), options_of({"goals.slack": 0.0}), gap=1e-5)
    made.solve()
    return made


def test_cost_against_metal(plan):
    points = front_of(plan, "cost", "metal", points=9)
    assert len(points) >= 7
    costs, metal = [p.first for p in points], [p.second for p in points]
    assert costs == sorted(costs) and all(b >= a - 1e-6 for a, b in pairwise(metal))
    assert costs[0] == pytest.approx(0.0, abs=1.0) and metal[-1] > metal[0]
    for a in points:
        assert not any(
            b.first <= a.first + 1 and b.second > a.second + 1e-3 and b is not a and b.first < a.first - 1
            for b in points
        )


def test_the_session_is_as_before(plan):
    before = plan.solve()
    front_of(plan, "carbon", "value", points=3)
    again = plan.solve()
    assert again.short.sum() == pytest.approx(before.short.sum(), abs=1e-4) and again.spent == pytest.approx(
        before.spent, rel=1e-3
    )


def test_carbon_costs_value(plan):
    points = front_of(plan, "value", "carbon", points=4)
    assert len(points) >= 2 and points[0].first >= points[-1].first and points[0].second >= points[-1].second
    assert points[0].to_json()["efficient"] is True


def test_a_name_that_is_none(plan):
    with pytest.raises(CaseError, match="fame"):
        front_of(plan, "fame", "cost")
