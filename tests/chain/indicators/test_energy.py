"""Grades of the energy standard, the stepped power price, and the intensity joint with downstream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.chain.indicators.small import Sketch, sketch

from lvlian.chain.indicators.energy import grades, joint_intensity, scene_of, stepped_price
from lvlian.chain.indicators.given import Given, facts_of
from lvlian.chain.indicators.scene import Scene


def scene(s: Sketch | None = None, *extra: Given) -> Scene:
    made = s or sketch()
    flows = made.flows()
    return scene_of(flows, facts_of(flows.region, (), extra))


def test_capacity_by_grade() -> None:
    """13,448 ± 55 kWh/t: over grade 3 (13,350) and over the baseline, with the chances told."""
    result = grades(scene())
    levels = {level.id: level for level in result.levels}
    assert [levels[k].limit for k in ("grade1", "grade2", "grade3", "benchmark", "baseline")] == [
        12_950,
        13_000,
        13_350,
        13_000,
        13_350,
    ]
    assert levels["benchmark"].share_high == 0
    assert levels["baseline"].chances["smelter"] is not None
    assert levels["baseline"].expected == pytest.approx(levels["baseline"].chances["smelter"])
    assert result.cells == {"smelter": None}


def test_a_smelter_near_a_level_is_open() -> None:
    s = sketch()
    s.readings = [("power", 1.2035e9, 3.6e6, "grid") if r[0] == "power" else r for r in s.readings]
    level = next(x for x in grades(scene(s)).levels if x.id == "baseline")
    assert (level.share_low, level.share_high) == (0, 1)
    assert level.expected is not None and 0.1 < level.expected < 0.9


def test_cells_under_400_ka_by_facts() -> None:
    result = grades(scene(None, Given(name="capacity_under_400ka", value=2e5, firm="smelter")))
    assert result.cells == {"smelter": 2e5}


def test_stepped_price_by_steps_of_20() -> None:
    """13,448 against 13,450 of 2023: at the limit, so no step or a few, each with its chance; nothing beyond what the rule says."""
    price = stepped_price(scene(), "smelter")
    assert price.limit == 13_450
    assert sum(price.chances.values()) == pytest.approx(1, abs=0.01)
    assert price.expected is not None and price.expected > 0
    assert any("未核" in a for a in price.assumptions)


@pytest.mark.parametrize(("power", "steps"), [(1.19e9, 0), (1.2350e9, 13), (1.26e9, 27)])
def test_steps_follow_from_the_intensity(power: float, steps: int) -> None:
    s = sketch()
    s.readings = [
        (k, power, 1.0, p) if k == "power" else (k, v, 1e-3 if k == "tapped" else d, p) for k, v, d, p in s.readings
    ]
    price = stepped_price(scene(s), "smelter")
    assert price.intensity.value is not None
    expected = max(int(np.ceil((price.intensity.value - 13_450) / 20)), 0)
    assert price.steps == expected
    assert abs(expected - steps) <= 1
    assert price.add == pytest.approx(0.01 * expected)
    assert price.cost == pytest.approx(0.01 * expected * power, rel=1e-6)
    if expected:
        assert price.per_tonne == pytest.approx((price.cost or 0) / 90_180, rel=1e-3)


def test_expected_cost_is_the_mean_over_sampling() -> None:
    price = stepped_price(scene(), "smelter")
    value, sd = price.intensity.value or 0, price.intensity.sd or 0
    draws = np.random.default_rng(5).normal(value, sd, 400_000)
    steps = np.maximum(np.ceil((draws - 13_450) / 20), 0)
    assert price.expected == pytest.approx(0.01 * steps.mean() * 1.2124e9, rel=0.02)


def test_renewable_power_lowers_the_surcharge() -> None:
    s = sketch()
    s.readings = [("power", 1.26e9, 1e6, "grid") if r[0] == "power" else r for r in s.readings]
    full = stepped_price(scene(s), "smelter")
    less = stepped_price(scene(s, Given(name="renewable_non_hydro_share", value=0.255, firm="smelter")), "smelter")
    assert less.add == pytest.approx(0.9 * (full.add or 0))


def test_later_years_have_the_latest_tier() -> None:
    s = sketch("2026-03")
    assert stepped_price(scene(s), "smelter").limit == 13_300


def test_joint_intensity_is_lower_than_the_smelters_alone() -> None:
    """The casters bring output value and no reported energy of their own here: the joint figure falls."""
    result = joint_intensity(scene(), "smelter")
    assert result.members == ("smelter", "caster", "alloyer", "silent", "quiet")
    for method in ("calorific", "equal_value"):
        assert result.alone[method].value is not None and result.joint[method].value is not None
        assert (result.benefit[method] or 0) > 0
    ratio = (result.alone["equal_value"].value or 0) / (result.alone["calorific"].value or 1)
    assert ratio == pytest.approx(0.302 / 0.1229, rel=1e-6)
    assert (result.alone["equal_value"].sd or 0) / (result.alone["equal_value"].value or 1) > 0.02


def test_a_member_without_value_is_named() -> None:
    s = sketch()
    s.streams = [x for x in s.streams if x.id != "value_quiet"]
    s.readings = [r for r in s.readings if r[0] != "value_quiet"]
    result = joint_intensity(scene(s), "smelter")
    assert result.joint["calorific"].value is None
    assert [m.ask for m in result.joint["calorific"].missing] == [("quiet 统计岗",)]
    assert result.benefit["calorific"] is None and result.alone["calorific"].value is not None


def test_a_smelter_without_power_reading_has_no_price() -> None:
    s = sketch()
    s.streams = [x for x in s.streams if x.id != "power"]
    s.readings = [r for r in s.readings if r[0] != "power"]
    price = stepped_price(scene(s), "smelter")
    assert price.cost is None and price.steps is None and price.missing
    assert replace(price, firm="x").firm == "x"
