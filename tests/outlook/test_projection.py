"""A case projected end to end: slips move projects, projects move goals; every table says what it rests on and survives JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Limit, Premise
from lvlian.outlook.model import compile_model
from lvlian.outlook.pipeline import pipeline
from lvlian.outlook.projection import compare, from_json, project, sensitivity
from tests.outlook.example import small_case
from tests.outlook.test_run import PRICES

REGIONS = Path(__file__).parents[2] / "data" / "regions"


@pytest.fixture(scope="module")
def told():
    return project(small_case(prices=PRICES))


@pytest.fixture(scope="module", params=["yanshan", "liaocheng", "baise", "changji", "guizhou"])
def region(request):
    from lvlian.outlook.from_plan import case_from_plan
    from lvlian.plan.region import load_region

    return project(case_from_plan(load_region(REGIONS / f"{request.param}.yaml")))


def test_capacity_comes_from_the_pipeline(told):
    line = pipeline(told.live.case)
    assert np.array_equal(told.live.model.capacity, line.capacity)
    assert told.live.run.balance.residual < 1e-9


def test_a_later_substation_costs_metal():
    case = small_case(prices=PRICES)
    late = project(case.turned({"factor.tower.slip": 2}))
    base = project(case)
    assert late.aim("g1").value <= base.aim("g1").value
    assert late.aim("g2").value < base.aim("g2").value
    row = next(one for one in late.projects if one.id == "pots")
    assert row.late > next(one for one in base.projects if one.id == "pots").late
    assert "110千伏" in row.zh


def test_what_a_delay_costs_is_what_comes_back_without_it(told):
    case = told.live.case
    row = next(one for one in told.risks if one.id == "tower")
    assert row.days == 184 and "pots" in row.projects and row.unit_name == "供电局"
    from dataclasses import replace

    in_time = replace(case, factors=tuple(replace(f, revised=None) if f.id == "tower" else f for f in case.factors))
    again = project(in_time)
    for aim_id, cost in row.costs.items():
        assert cost == pytest.approx(again.aim(aim_id).value - told.aim(aim_id).value, rel=1e-6, abs=1e-9)
    assert row.zh.endswith("。") and "晚 184 天" in row.zh and "少" in row.zh


def test_every_indicator_has_a_row_that_says_something(told):
    assert len({row.indicator for row in told.indicators}) == 76
    for row in told.indicators:
        assert row.known or row.missing, row.indicator
        if row.known:
            assert len(row.quarters) == len(told.quarters)


def test_projects_show_promise_news_and_projection(told):
    slab = next(one for one in told.projects if one.id == "slab")
    assert (str(slab.promised), str(slab.revised)) == ("2024-03-31", "2024-05-31")
    assert slab.projected >= slab.revised and slab.late >= 61 and slab.zh


def test_a_share_of_projects_that_start_in_time_is_kept_in_every_table():
    """What is lifted or put back starts from the same expected capacity, so that nothing is gained by looking."""
    from tests.outlook.example import small_case as small

    rate = Premise(key="start.rate", zh="按期开工", en="start in time", value=0.5, low=0, high=1, step=0.05)
    told = project(small(prices=PRICES, premises=(*small().premises, rate)))
    value = told.aim("g2")
    assert value.value < project(small(prices=PRICES)).aim("g2").value
    for row in told.risks:
        assert abs(row.costs.get("g2", 0.0)) < 20
    course = next(one for one in told.courses if one.aim == "g2")
    assert course.projected == pytest.approx(value.value) and course.promised > course.projected
    assert all(one.gain < 20 for one in told.bound("g2"))


def test_promised_told_since_and_projected_stand_beside_each_other(told):
    value = next(one for one in told.courses if one.aim == "g2")
    assert value.promised > value.revised >= value.projected
    assert value.projected == pytest.approx(told.aim("g2").value)
    late = project(told.live.case.turned({"factor.tower.slip": 2}))
    again = next(one for one in late.courses if one.aim == "g2")
    assert again.promised == pytest.approx(value.promised)
    assert again.revised == pytest.approx(value.revised)
    assert again.projected < value.projected
    assert len(value.quarters) == len(told.quarters)


def test_limits_show_what_was_used_and_where_they_cut(told):
    (power,) = told.limits
    assert power.side == "upper"
    for used, quota, held in zip(power.used, power.quota, power.held, strict=True):
        assert used <= quota * (1 + 1e-6) and (not held or used == pytest.approx(quota, rel=1e-6))
    least = Limit(id="least", good="electricity", zh="最低用电", en="least power", amount=9e9, side="lower")
    (asked,) = project(small_case(prices=PRICES, limits=(least,))).limits
    assert all(asked.short) and not any(asked.held)


def test_a_projection_survives_json(told):
    text = json.dumps(told.to_json(), ensure_ascii=False, allow_nan=False)
    again = from_json(json.loads(text))
    assert json.dumps(again.to_json(), ensure_ascii=False) == text
    assert again.live is None and again.aim("g1").aim.ref.fact == ("goals", 0)
    assert again.bound("g2") == told.bound("g2")


@pytest.mark.parametrize("data", [{}, {"format": "lvlian-projection/1"}, {"format": "lvlian-projection/1", "region": 3, "scenario": "", "today": "", "quarters": ["x"]}])  # fmt: skip
def test_what_is_no_projection_is_refused_in_one_sentence(data):
    with pytest.raises(CaseError, match="projection"):
        from_json(data)


def test_regions_can_be_projected_from_their_plan_alone(region):
    assert region.live.run.balance.residual < 1e-9
    assert region.live.run.balance.lost.max() < 1e-3
    for one in region.aims:
        assert one.known or one.missing
        assert one.value is None or np.isfinite(one.value)
        if one.met:
            assert not one.missing
    json.dumps(region.to_json(), allow_nan=False)


def test_goals_of_regions_without_named_firms_are_not_judged(region):
    if region.region != "砚山县":
        assert all(one.met is None for one in region.aims)
    else:
        assert any(one.met is False for one in region.aims)


# Comparison and sensitivity -------------------------------------------------------------------------------------------------
def test_turning_one_premise_is_the_projection_of_the_turned_case():
    case = small_case(prices=PRICES)
    found = sensitivity(case, steps={"factor.tower.slip": (-1, 2), "price.aluminium_ingot": (15_000, 19_000)})
    assert [one.key for one in found] == ["price.aluminium_ingot", "factor.tower.slip"]
    for one in found:
        for place, value in ((0, one.low), (1, one.value), (2, one.high)):
            alone = project(case.turned({one.key: value}))
            for aim_id, three in one.aims.items():
                assert three[place] == pytest.approx(alone.aim(aim_id).value, rel=1e-9)
    assert found[0].width("g2") > 0 and found[0].width("g1") == 0


def test_premises_that_change_recipes_are_turned_exactly():
    from lvlian.outlook.from_plan import case_from_plan
    from lvlian.plan.region import load_region

    case = case_from_plan(load_region(REGIONS / "yanshan.yaml"))
    kinds = ("intensity.", "yield.", "load.", "power.", "ramp.")
    keys = [
        next(one.key for one in case.premises if one.key.startswith(kind))
        for kind in kinds
        if any(one.key.startswith(kind) for one in case.premises)
    ]
    assert len(keys) >= 3
    for one in sensitivity(case, keys):
        alone = project(case.turned({one.key: one.low}))
        for aim_id, (low, _, _) in one.aims.items():
            assert low == pytest.approx(alone.aim(aim_id).value, rel=1e-6), (one.key, aim_id)


def test_an_unknown_premise_is_refused():
    with pytest.raises(CaseError, match="nonsense"):
        sensitivity(small_case(), ["nonsense"])


def test_recipes_of_models_must_match():
    from lvlian.outlook.projection.sensitivity import shocks_between
    from tests.outlook.test_run import random_case

    model = compile_model(small_case(), load_library())
    with pytest.raises(CaseError, match="other goods or plants"):
        shocks_between(model, [compile_model(random_case(1), load_library())])


def test_two_projections_stand_row_by_row():
    case = small_case(prices=PRICES)
    a, b = project(case), project(case.turned({"factor.tower.slip": 2}))
    rows = compare(a, b)
    kinds = {row.kind for row in rows}
    assert {"premise", "aim", "project", "indicator"} <= kinds
    (turned,) = [row for row in rows if row.kind == "premise"]
    assert (turned.key, turned.change) == ("factor.tower.slip", 2.0)
    goal = next(row for row in rows if row.kind == "aim" and row.key == "g2")
    assert goal.change == pytest.approx(b.aim("g2").value - a.aim("g2").value) and goal.change < 0
    pots = next(row for row in rows if row.kind == "project" and row.key == "pots")
    assert pots.change > 150 and pots.unit == "天"
    assert len(compare(a, b, all_rows=True)) > len(rows)
    assert [row.kind for row in compare(a, a)] == ["aim", "aim"]
    assert json.dumps([row.to_json() for row in rows])


def test_a_row_that_only_one_has_stands_beside_nothing():
    a = project(small_case(prices=PRICES))
    b = project(small_case(prices=PRICES, aims=small_case().aims[:1]))
    (gone,) = [row for row in compare(a, b) if row.kind == "aim" and row.key == "g2"]
    assert gone.b is None and gone.change is None
