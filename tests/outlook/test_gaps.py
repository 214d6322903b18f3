"""Goals against a run: the figure of the goal's year in its own unit, the gap, increases and growth from a base, what cannot be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvlian.outlook.case import Aim, Plant, Ref
from lvlian.outlook.projection import project
from lvlian.outlook.projection.reach import accepted, assumed_share, reach_from_json
from tests.outlook.example import small_case
from tests.outlook.test_run import PRICES


def aim(**changes):
    values = {
        "id": "x", "name": "电解铝产量", "indicator": "primary_output", "variant": "", "op": ">=", "value": 40.0, "unit": "万吨",
        "year": 2024,
    }  # fmt: skip
    return Aim(**{**values, **changes})


def reached(*aims, **changes):
    case = small_case(prices=PRICES, aims=aims, **changes)
    return project(case).aims


def test_a_goal_in_its_own_unit_with_its_gap():
    tonnes, ten = reached(aim(), aim(id="y", value=400_000.0, unit="吨", factor=1e-4))
    assert ten.value == pytest.approx(tonnes.value * 1e4)
    assert tonnes.gap == pytest.approx(tonnes.value - 40)
    assert (tonnes.short, tonnes.met) == (pytest.approx(max(40 - tonnes.value, 0)), tonnes.value >= 40)
    assert sum(tonnes.quarters[:4]) == pytest.approx(tonnes.value)
    assert tonnes.rolling[3] == pytest.approx(tonnes.value)
    assert tonnes.years[2024] == pytest.approx(tonnes.value)


def test_a_goal_by_the_second_quarter_counts_two():
    half, whole = reached(aim(quarter=2), aim(id="y"))
    assert half.value == pytest.approx(sum(whole.quarters[:2]))


@pytest.mark.parametrize(
    ("changes", "direction", "expected"),
    [
        ({"op": ">="}, "up", (40, float("inf"))),
        ({"op": "<="}, "down", (-float("inf"), 40)),
        ({"op": "~"}, "up", (38, float("inf"))),
        ({"op": "=", "value": 93.8}, "up", (93.75, float("inf"))),
        ({"op": "="}, "down", (-float("inf"), 40.5)),
        ({"op": "=", "value_max": 45.0}, "neutral", (39.5, 45.5)),
        ({"op": "<=", "value_max": 45.0}, "down", (-float("inf"), 45)),
    ],
)
def test_which_figures_meet_a_goal(changes, direction, expected):
    assert accepted(aim(**changes), direction) == pytest.approx(expected)


def test_an_increase_counts_from_the_plans_own_figure_of_an_earlier_year():
    (found,) = reached(
        aim(mode="increase", value=3.0), facts={"primary_output@2023": 40.0, "primary_output@2022": 30.0}
    )
    assert found.base == 40.0
    assert found.value == pytest.approx(found.years[2024] - 40)


def test_growth_a_year_counts_the_years_between():
    growth = aim(
        id="g",
        name="增速",
        indicator="output_growth",
        variant="nominal",
        mode="growth_rate",
        value=15,
        unit="%",
        year=2025,
    )
    (found,) = reached(growth, facts={"chain_output_value@2023": 90.0})
    assert found.value == pytest.approx(((found.years[2025] / 90.0) ** 0.5 - 1) * 100)
    (projected,) = reached(growth)
    assert projected.base == pytest.approx(projected.years[2024])


def test_without_a_base_an_increase_says_so():
    (found,) = reached(aim(mode="increase"))
    assert found.value is None and "基期" in found.missing[0].zh


def test_quarters_before_the_first_come_from_the_history():
    quarters = {f"2024-Q{n}": (100_000.0, 1.0) for n in (1, 2)}
    from datetime import date

    from lvlian.ledger.quarter import Quarter

    changes = {"first": Quarter(2024, 3), "count": 6, "today": date(2024, 7, 10)}
    (without,) = reached(aim(), **changes)
    assert without.value is None and "没有实绩" in without.missing[0].zh
    for key in ("x", "primary_output", "primary_output.tapped"):
        (found,) = reached(aim(), history={key: quarters}, **changes)
        assert found.value == pytest.approx(20 + sum(found.quarters[:2]))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"indicator": "", "why": "工作次数由台账记录"}, "工作次数由台账记录"),
        ({"indicator": "contract_performance"}, "履约合同"),
        ({"year": 2031}, "还没有到2031年四季度"),
        ({"year": 0}, "没有写年份"),
        ({"group": "没有的清单", "indicator": "chain_output_value"}, "没有的清单"),
        ({"group": "未开工项目"}, "未开工项目各自的数"),
    ],
)
def test_what_cannot_be_said_is_told(changes, words):
    (found,) = reached(aim(**changes))
    assert found.value is None and found.met is None
    assert words in found.missing[0].zh


def test_a_text_that_leaves_the_reading_open_shows_all():
    (found,) = reached(aim(indicator="liquid_local_conversion", unit="%", value=60.0))
    assert set(found.others) == {"strict", "local_ingot", "ingot_casting", "nearby_contract"}
    assert found.value == pytest.approx(found.others["strict"])


def test_a_firm_alone_and_a_list_of_projects():
    aims = (
        aim(firm="b", indicator="chain_output_value", unit="亿元", value=30),
        aim(id="y", group="未开工项目", indicator="projects_new_value", unit="亿元", value=10, year=2025),
    )
    told = project(small_case(prices=PRICES, aims=aims))
    price = told.live.model.price[:, 0]
    good = told.live.model.good
    assert told.aim("x").value == pytest.approx(4 * 50_000 * price[good["billet"]] / 1e8)
    assert 0 < told.aim("y").value < 70_000 * price[good["profile_industrial"]] / 1e8


def test_a_firm_with_a_goal_of_its_own_is_not_counted_in_a_list_again():
    lists = aim(id="y", group="未开工项目", indicator="projects_new_value", unit="亿元", value=10, year=2025)
    own = aim(id="z", firm="d", indicator="primary_output_value", unit="亿元", value=10, year=2025)
    found = reached(lists, own)
    assert found[0].value is None


def test_a_region_of_assumed_firms_is_not_judged():
    assumed = tuple(
        Plant(id=f"p{n}", firm=f"f{n}", process="extrusion_industrial", capacity=1e5, ref=Ref(words="规划没有点名"))
        for n in range(3)
    )
    case = small_case(plants=assumed, projects=(), contracts=(), aims=(aim(indicator="processing_capacity", unit="万吨/年"), aim(id="n", indicator="above_scale_firms", variant="stock", unit="户")), prices=PRICES)  # fmt: skip
    assert assumed_share(case) == 1.0
    capacity, firms = project(case).aims
    assert capacity.value == pytest.approx(30) and capacity.met is None and capacity.missing[0].ask
    assert firms.value is None and "企业名录" in firms.missing[0].zh
    told = tuple(replace(one, ref=Ref(kind="report")) for one in assumed)
    assert project(replace(case, plants=told)).aims[0].met is False


def test_a_reach_survives_json():
    import json

    for one in reached(aim(), aim(id="y", year=2031), aim(id="z", indicator="jobs")):
        text = json.dumps(one.to_json(), allow_nan=False)
        again = reach_from_json(json.loads(text), one.aim)
        assert again.to_json() == one.to_json()
