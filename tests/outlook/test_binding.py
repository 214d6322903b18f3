"""What holds a quarter back is what would bring most if it were lifted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lvlian.outlook.case import Aim, Factor, Limit, Need, Plant, Project, Step
from lvlian.outlook.projection import project
from lvlian.outlook.projection.binding import REASONS, factor_words, plant_reasons
from tests.outlook.example import small_case
from tests.outlook.test_run import PRICES

METAL = Aim(
    id="m", name="电解铝产量", indicator="primary_output", variant="", op=">=", value=40, unit="万吨", year=2024
)
VALUE = Aim(
    id="v", name="产值", indicator="chain_output_value", variant="chain", op=">=", value=90, unit="亿元", year=2024
)
POTS = Plant(id="pots", firm="s", process="electrolysis", capacity=200_000, load=1.0)
MORE = Plant(id="more", firm="s", process="electrolysis", capacity=200_000, load=1.0, project="new")
INGOT = Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink")
ALLOY = Plant(id="alloy", firm="a", process="cast_foundry_alloy_liquid", capacity=900_000, load=1.0)


def build(plants, **changes):
    values = {
        "plants": plants,
        "projects": (),
        "factors": (),
        "limits": (),
        "contracts": (),
        "premises": (),
        "prices": PRICES,
        "aims": (METAL, VALUE),
    }
    return project(small_case(**{**values, **changes}))


def new(day, needs=(), **changes):
    return Project(id="new", name="新系列", firm="s", plants=("more",), kind="primary", stage="started", steps=(Step(stage="running", promised=day),), needs=needs, **changes)  # fmt: skip


def kinds(told, aim):
    return [one.kind for one in told.bound(aim)]


def test_a_factor_that_comes_late_holds_the_quarters_until_it_is_there():
    tower = Factor(
        id="tower", kind="power", title="园区110千伏变电站", promised=date(2024, 1, 31), revised=date(2024, 12, 31)
    )
    told = build((POTS, MORE, INGOT), projects=(new(date(2024, 1, 31), (Need(factor="tower"),)),), factors=(tower,))
    bound = told.bound("m")
    assert [one.kind for one in bound[1:4]] == ["factor"] * 3
    assert bound[1].zh == "110 kV" and bound[1].id == "tower" and bound[1].gain > 0
    assert bound[-1].kind == "load" or bound[-1].kind == ""


def test_projects_that_are_not_due_and_then_ramp():
    told = build((POTS, MORE, INGOT), projects=(new(date(2024, 9, 30)),))
    found = kinds(told, "m")
    assert found[0] == "project" and found[1] == "project"
    assert "ramp" in found[3:6]
    assert told.bound("m")[0].zh == "未到投产日期"


def test_a_quota_holds_what_it_cuts_and_says_how_much():
    quota = Limit(
        id="power", good="electricity", zh="全年用电量", en="electricity", amount=2e9, season=(0.8, 1.0, 1.1, 1.1)
    )
    told = build((POTS, INGOT), limits=(quota,))
    first = told.bound("m")[0]
    assert (first.kind, first.id, first.zh) == ("quota", "power", "负荷")
    free = build((POTS, INGOT)).aim("m").quarters[0]
    assert first.gain == pytest.approx(free - told.aim("m").quarters[0], rel=1e-6)


def test_casters_without_metal_are_held_by_metal():
    told = build((POTS, ALLOY, INGOT))
    assert kinds(told, "v")[0] == "metal"
    assert kinds(told, "m")[0] in ("load", "")


def test_nothing_holds_what_cannot_be_more():
    told = build((POTS, INGOT))
    assert kinds(told, "m")[4] in ("load", "")


def test_less_is_a_gain_where_less_is_wanted():
    power = Aim(
        id="k",
        name="交流电耗",
        indicator="smelting_ac_intensity",
        variant="electrolysis",
        op="<=",
        value=13_000,
        unit="千瓦时/吨",
        year=2024,
    )
    told = build((POTS, INGOT), aims=(power,))
    assert all(one.gain >= 0 for one in told.bound("k"))


def test_words_for_a_page():
    assert factor_words(Factor(id="t", kind="power", title="兴隆110千伏变电站")) == ("110 kV", "110 kV")
    assert factor_words(Factor(id="t", kind="power", title="架空线 220kV")) == ("220 kV", "220 kV")
    assert factor_words(Factor(id="t", kind="land", title="第二批次用地"))[0] == "用地"
    assert factor_words(Factor(id="t", kind="power", title="光伏"))[0] == "供电"


def test_what_stands_directly_against_each_plant():
    quota = Limit(id="power", good="electricity", zh="电", en="power", amount=2.2e9)
    told = build((POTS, MORE, ALLOY, INGOT), projects=(new(date(2024, 9, 30)),), limits=(quota,))
    live = told.live
    size = np.array([plant.capacity / 4 for plant in live.case.plants])
    reasons = plant_reasons(live.run, live.line.base, live.line.start, size)
    assert REASONS[reasons[0, 1, 0]] == "project"
    assert REASONS[reasons[0, 2, 0]] == "metal"
    assert "quota" in {REASONS[code] for code in reasons[0, :2, -1]}
    assert reasons.shape == live.run.activity.shape


def test_a_project_behind_its_factor_is_told_apart_from_one_that_is_not_due():
    tower = Factor(id="tower", kind="power", title="变电站", promised=date(2024, 12, 31))
    told = build((POTS, MORE, INGOT), projects=(new(date(2024, 6, 30), (Need(factor="tower"),)),), factors=(tower,))
    live = told.live
    size = np.array([plant.capacity / 4 for plant in live.case.plants])
    reasons = plant_reasons(live.run, live.line.base, live.line.start, size)
    assert [REASONS[code] for code in reasons[0, 1, :4]] == ["project", "project", "factor", "factor"]


def test_optional_projects_that_are_not_built_hold_nothing():
    told = build((POTS, MORE, INGOT), projects=(replace(new(date(2024, 3, 31)), optional=True),))
    assert told.bound("m")
