"""The records of a case: premises that are turned, figures by key, quarters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, CaseError, Factor, Premise, Ref, Step
from tests.outlook.example import small_case


def test_quarters_run_from_the_first_on():
    case = small_case(count=5)
    assert case.quarters[0] == Quarter(2024, 1)
    assert case.quarters[-1] == Quarter(2025, 1)
    assert len(case.quarters) == 5


@pytest.mark.parametrize("count", [0, -1, 401])
def test_a_case_has_a_sensible_length(count):
    with pytest.raises(CaseError, match="field count"):
        small_case(count=count)


def test_a_turned_premise_keeps_what_it_was():
    case = small_case()
    turned = case.turned({"price.aluminium_ingot": 18_000.0})
    again = turned.turned({"price.aluminium_ingot": 19_000.0})
    assert turned.figure("price.aluminium_ingot", 0.0) == 18_000
    assert again.premise("price.aluminium_ingot").baseline == 17_200
    assert case.premise("price.aluminium_ingot").baseline is None
    assert case.turned({"price.aluminium_ingot": 17_200.0}) == case


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_premise_is_finite(value):
    with pytest.raises(CaseError, match="finite"):
        small_case().turned({"price.aluminium_ingot": value})


def test_an_unknown_premise_is_named():
    with pytest.raises(CaseError, match=r"price\.gold"):
        small_case().turned({"price.gold": 1.0})


def test_the_best_day_known_goes_before_the_promise():
    step = Step(stage="running", promised=date(2024, 6, 30), revised=date(2024, 9, 30))
    assert step.day == date(2024, 9, 30)
    assert replace(step, done=date(2024, 8, 1)).day == date(2024, 8, 1)
    factor = Factor(id="f", kind="land", title="地", promised=date(2024, 1, 31))
    assert factor.day == date(2024, 1, 31)
    assert replace(factor, promised=None).day is None


def test_an_aim_reads_as_the_plan_has_it():
    aim = Aim(id="a", name="产值", indicator="", variant="", op="~", value=900, unit="亿元", year=2024)
    assert aim.label == "2024年产值 ≈ 900亿元"
    assert replace(aim, op=">=", value=2, value_max=3, unit="个").label == "2024年产值 ≥ 2–3个"


def test_an_origin_says_its_sentence_or_what_stands_for_it():
    assert Ref(quote="原文", words="别的").said == "原文"
    assert Ref(words="别的").said == "别的"


def test_what_runs_more_of_a_line_is_less_for_its_project():
    one = Premise(key="plant.smelt.capacity", zh="", en="", value=400_000, low=0, high=550_000)
    case = small_case(premises=(one,))
    turned = case.turned({"plant.smelt.capacity": 500_000.0})
    size = {plant.id: plant.capacity for plant in turned.plants}
    assert (size["smelt"], size["smelt2"]) == (500_000, 50_000)
    assert turned.turned({"plant.smelt.capacity": 400_000.0}).plants == case.plants
    most = {plant.id: plant.capacity for plant in case.turned({"plant.smelt.capacity": 900_000.0}).plants}
    assert (most["smelt"], most["smelt2"]) == (550_000, 0)
    assert case.turned({}).plants is case.plants


def test_things_are_found_by_their_id():
    case = small_case()
    assert case.project("pots").step("running").promised == date(2024, 6, 30)
    assert case.project("none") is None
    assert case.factor("tower").amount == 300_000
    assert case.figure("ramp.none", 3.0) == 3.0
