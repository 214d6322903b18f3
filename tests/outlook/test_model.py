"""A case as arrays: recipes, prices, loads, seasons and quotas, and what each premise does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lvlian.chain.library import load_library
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import CaseError, Limit, Plant, Premise
from lvlian.outlook.model import compile_model, nameplate, quarters_since
from tests.outlook.example import small_case


@pytest.fixture(scope="module")
def library():
    return load_library()


def with_premise(case, key, value, baseline=None):
    low, high = min(value, -1.0), max(value, 1e6)
    one = Premise(key=key, zh=key, en=key, value=value, low=low, high=high, baseline=baseline)
    return replace(case, premises=(*(p for p in case.premises if p.key != key), one))


def priced(**prices):
    base = {
        "aluminium_ingot": 17_200.0,
        "billet": 17_421.0,
        "liquid_aluminium": 16_979.0,
        "profile_industrial": 22_952.0,
    }
    return {**base, **prices}


def test_recipes_are_the_librarys(library):
    model = compile_model(small_case(), library)
    smelt = model.plant["smelt"]
    assert model.coef[model.good["liquid_aluminium"], smelt] == 1.0
    assert model.coef[model.good["alumina"], smelt] == pytest.approx(-1.92)
    assert model.coef[model.good["electricity"], smelt] == pytest.approx(-13_250)
    assert model.goods[model.products[model.plant["billet"]]] == "billet"
    assert not model.importable[model.good["liquid_aluminium"]]
    assert model.importable[model.good["alumina"]]
    assert any("假设" in text for text in model.assumptions)


def test_an_unknown_process_is_named(library):
    with pytest.raises(CaseError, match="plant x, field process: found alchemy"):
        compile_model(small_case(plants=(Plant(id="x", firm="s", process="alchemy", capacity=1.0),)), library)


def test_capacity_stands_from_its_day_on():
    case = small_case()
    table = nameplate(case)
    rows = {plant.id: table[n] for n, plant in enumerate(case.plants)}
    assert rows["smelt"] == pytest.approx([100_000] * 8)
    assert rows["slab"][0] == 0  # revised to the end of May, two thirds into the second quarter
    assert 0 < rows["slab"][1] < 50_000
    assert rows["slab"][2] == 50_000


def test_quarters_are_counted_to_the_day():
    assert quarters_since(Quarter(2024, 1), date(2024, 1, 1)) == 0
    assert quarters_since(Quarter(2024, 1), date(2024, 7, 1)) == 2
    assert quarters_since(Quarter(2024, 1), date(2023, 12, 31)) == pytest.approx(-1 / 92)


def test_an_intensity_takes_the_place_of_the_librarys_figure(library):
    case = with_premise(small_case(), "intensity.electrolysis.electricity", 13_000.0)
    model = compile_model(case, library)
    assert model.coef[model.good["electricity"], model.plant["smelt"]] == -13_000


def test_an_intensity_scales_what_a_plant_has_measured(library):
    case = small_case()
    own = replace(case.plants[0], uses={"electricity": 13_500.0})
    case = replace(case, plants=(own, *case.plants[1:]))
    case = with_premise(case, "intensity.electrolysis.electricity", 13_000.0, baseline=13_250.0)
    model = compile_model(case, library)
    assert model.coef[model.good["electricity"], model.plant["smelt"]] == pytest.approx(-13_500 * 13_000 / 13_250)
    assert model.coef[model.good["electricity"], model.plant["smelt2"]] == -13_000


@pytest.mark.parametrize("share", [0.7, 0.78, 0.85])
def test_a_yield_moves_feed_and_scrap_alike(library, share):
    before = compile_model(small_case(), library)
    after = compile_model(with_premise(small_case(), "yield.extrusion_industrial", share), library)
    feed, scrap, plant = before.good["billet"], before.good["new_scrap_extrusion"], before.plant["profile"]
    assert after.coef[feed, plant] == pytest.approx(-1 / share)
    more = before.coef[feed, plant] - after.coef[feed, plant]
    assert after.coef[scrap, plant] - before.coef[scrap, plant] == pytest.approx(more)


def test_a_load_moves_with_its_stage(library):
    case = with_premise(small_case(), "load.casting", 0.72, baseline=0.8)
    model = compile_model(case, library)
    assert model.load[model.plant["billet"]] == pytest.approx(0.8 * 0.9)
    assert model.load[model.plant["smelt"]] == 0.95


def test_the_metals_price_moves_what_is_made_of_it(library):
    case = small_case(prices=priced(aluminium_scrap_sorted=15_000.0, alumina=2_600.0, die_casting_part=36_000.0))
    parts = Plant(id="cast", firm="e", process="die_casting", capacity=10_000)
    case = replace(case, plants=(*case.plants, parts))
    model = compile_model(case.turned({"price.aluminium_ingot": 18_200.0}), library)
    price = {good: model.price[n, 0] for n, good in enumerate(model.goods)}
    assert price["billet"] == 18_421
    assert price["liquid_aluminium"] == 17_979
    assert price["profile_industrial"] == 23_952
    assert price["alumina"] == 2_600  # no metal's price
    assert 36_000 < price["die_casting_part"] < 37_000  # by the metal in it


def test_buying_costs_the_freight(library):
    case = with_premise(small_case(prices=priced(alumina=2_600.0, electricity=0.4)), "market.freight", 150.0)
    model = compile_model(case, library)
    assert model.cost[model.good["alumina"], 3] == 2_750
    assert model.price[model.good["alumina"], 3] == 2_600
    assert model.cost[model.good["electricity"], 3] == 0.4  # per kWh: no freight
    assert model.cost[model.good["cryolite"], 0] == 0.0  # no price known, none made up


def test_the_dry_season_takes_from_the_quota(library):
    dry = compile_model(with_premise(small_case(grid_area="云南"), "power.dry", -0.2), library)
    wet = compile_model(small_case(grid_area="云南"), library)
    shares = dry.quota[0] / wet.quota[0]
    assert shares[0] == pytest.approx(0.8)
    assert shares[2] == 1.0
    assert dry.season == pytest.approx(np.ones_like(dry.season))


def test_without_a_quota_the_dry_season_takes_from_the_pots(library):
    case = with_premise(small_case(limits=(), grid_area="云南"), "power.dry", -0.2)
    model = compile_model(case, library)
    assert model.season[model.plant["smelt"]][[0, 2, 4]] == pytest.approx([0.8, 1.0, 0.8])
    assert model.season[model.plant["billet"]] == pytest.approx(np.ones(8))


def test_the_quota_of_power_is_a_premise(library):
    model = compile_model(with_premise(small_case(), "power.limit", 6.0e9), library)
    assert model.quota[0, 1] == pytest.approx(6.0e9 / 4)
    assert model.quota[0, 0] == pytest.approx(6.0e9 / 4 * 0.8)


def test_a_quota_holds_in_its_years_and_for_its_processes(library):
    rows = (
        Limit(id="e", good="electricity", zh="", en="", amount=4e9, years=(2025,), processes=("electrolysis",)),
        Limit(id="c", good="capacity", zh="", en="", amount=5e5, processes=("electrolysis",), season=(0.8, 1, 1, 1)),
        Limit(id="l", good="land", zh="", en="", amount=300.0),
        Limit(id="q", good="energy_quota", zh="", en="", amount=4e6),
    )
    model = compile_model(small_case(limits=rows), library)
    assert np.isinf(model.quota[0, :4]).all()
    assert model.quota[0, 4] == 1e9
    assert model.quota[1, 0] == 5e5 / 4
    assert model.quota[2, 0] == 300.0  # a stock stands whole in every quarter
    assert model.weight[0, model.plant["billet"]] == 0
    assert model.weight[0, model.plant["smelt"]] == pytest.approx(13_250)
    assert model.weight[3, model.plant["smelt"]] == pytest.approx(
        1.628, rel=0.01
    )  # t of standard coal: 13,250 kWh × 0.1229 kgce
    assert model.weight[1].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]


def test_holidays_act_only_where_the_case_says_so(library):
    still = compile_model(small_case(), library)
    assert still.season == pytest.approx(np.ones_like(still.season))
    model = compile_model(with_premise(small_case(), "season.maintenance", 1.0), library)
    assert model.season[model.plant["billet"], 0] < 0.95
    assert model.season[:, :4].mean(axis=1) == pytest.approx(np.ones(6), abs=2e-3)


def test_the_margin_is_what_is_sold_less_what_is_bought(library):
    case = small_case(prices=priced())
    model = compile_model(case, library)
    row = model.plant["billet"]
    assert model.margin[row, 0] == pytest.approx(17_421 - 1.008 * 16_979)
    own = replace(case.plants[2], margin=77.0)
    model = compile_model(replace(case, plants=(*case.plants[:2], own, *case.plants[3:])), library)
    assert model.margin[row] == pytest.approx([77.0] * 8)


def test_feeds_choose_which_good_meets_an_input(library):
    plant = Plant(
        id="sheet", firm="x", process="cold_rolling_sheet", capacity=1e5, feeds={"hot_coil_or_cast_strip": ("hot_coil", "cast_rolled_strip")}
    )  # fmt: skip
    model = compile_model(small_case(plants=(plant,), projects=()), library)
    assert "hot_coil" in model.goods
    assert "cast_rolled_strip" not in model.goods
