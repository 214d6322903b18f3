"""Indicators of a projected quarter are what lvlian.chain.indicators says of the same flows; years, counts, groups, facts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lvlian.chain.indicators.evaluate import evaluate
from lvlian.chain.indicators.given import Given, facts_of
from lvlian.chain.library import load_library
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.model import compile_model
from lvlian.outlook.projection import Figures, bench_of, chain_of, run
from lvlian.outlook.projection.reach import year_of
from lvlian.outlook.projection.stage import rolling
from tests.outlook.example import small_case
from tests.outlook.test_run import PRICES, bare, random_case


def staged(case, **arrays):
    model = compile_model(case, load_library())
    chain = chain_of(model)
    done = run(model, chain=chain, **arrays)
    bench = bench_of(chain, load_library())
    return done, bench, bench.stage(done)


@pytest.fixture(scope="module")
def mixed():
    """A region with most kinds of plants, and a second draw with other sizes."""
    case = replace(random_case(21), facts={"above_scale_industry_output": 9e11})
    model = compile_model(case, load_library())
    built = model.capacity[None] * np.array([1.0, 0.6])[:, None, None]
    return staged(case, capacity=built)


def lived(stage, draw, q):
    """The account of one quarter, with a quarter of the year's figure of the region; reference prices as of the first quarter."""
    flows = stage.flows(q, draw)
    region = replace(flows.region, facts={"above_scale_industry_output": 9e11 / 4})
    return replace(flows, region=region, month=stage.template.month)


def test_every_indicator_is_what_the_account_would_say(mixed):
    _, bench, stage = mixed
    told = 0
    for draw, q in ((0, 1), (1, 3)):
        flows = lived(stage, draw, q)
        revenue = [
            Given(name="revenue", value=float(stage.revenue(firm.id)[draw, q]), firm=firm.id)
            for firm in flows.region.firms
        ]
        facts = facts_of(flows.region, (), revenue)
        for formula in bench.book.formulas.values():
            if formula.kind == "growth":
                continue
            reading = evaluate(formula, flows, facts, library=bench.library)
            for value in reading.values:
                measure = bench.measure(formula.id, value.variant)
                figures = measure.figures(stage)
                level = measure.level(figures)
                if level is None or np.isnan(level[draw, q]) or value.value is None:
                    continue
                assert level[draw, q] == pytest.approx(value.value, rel=1e-9, abs=1e-9), (formula.id, value.variant)
                told += 1
    assert told > 60


def test_what_the_projection_cannot_say_is_told_with_whom_to_ask(mixed):
    _, bench, stage = mixed
    for indicator in ("renewable_share", "contract_performance", "red_mud_utilisation", "clusters"):
        figures = bench.measure(indicator).figures(stage)
        assert not figures.known
        assert figures.missing and all(one.zh for one in figures.missing)
    lack = bench.measure("contract_performance").figures(stage).missing
    assert any(one.ask for one in lack)


def test_moved_metal_closes_for_every_firm(mixed):
    _done, bench, stage = mixed
    read = stage.readings
    streams = bench.template.streams
    for good in ("liquid_aluminium", "billet", "new_scrap_extrusion"):
        for firm in bench.template.region.firms:
            flow = {kind: np.zeros(stage.shape) for kind in ("made", "used", "in", "out", "stock")}
            for stream in streams:
                if stream.good != good or stream.kind not in ("made", "used", "moved", "stock"):
                    continue
                if stream.kind == "moved":
                    side = "out" if stream.firm == firm.id else "in" if stream.partner == firm.id else ""
                    if side:
                        flow[side] = flow[side] + read(stream.id)
                elif stream.firm == firm.id:
                    flow[stream.kind] = flow[stream.kind] + read(stream.id)
            gap = flow["made"] + flow["in"] - flow["used"] - flow["out"] - flow["stock"]
            assert np.abs(gap).max() < 1e-6 * max(np.abs(flow["made"]).max(), 1.0)


def test_a_firms_own_use_is_not_counted_in_its_output_value():
    from lvlian.outlook.case import Plant

    plants = [
        Plant(id="pots", firm="s", process="electrolysis", capacity=100_000, load=1.0),
        Plant(id="billet", firm="s", process="cast_billet_liquid", capacity=40_000, load=1.0),
        Plant(id="ingot", firm="s", process="cast_tbar_ingot", capacity=500_000, load=1.0, role="sink"),
    ]
    _done, bench, stage = staged(bare(plants))
    ingot = (25_000 - 10_000 * 1.008) / 1.003
    value = bench.measure("chain_output_value", "chain").figures(stage).numerator
    assert value[0, 0] == pytest.approx(10_000 * PRICES["billet"] + ingot * PRICES["aluminium_ingot"])
    assert bench.measure("primary_output").level(bench.measure("primary_output").figures(stage))[0, 0] == pytest.approx(
        2.5
    )
    strict = bench.measure("liquid_local_conversion", "strict")
    assert strict.level(strict.figures(stage))[0, 0] == pytest.approx(100 * 10_080 / 25_000)


def test_years_add_numerators_and_denominators_apart():
    _, bench, _ = staged(small_case())
    measure = bench.measure("output_per_kwh", "electrolysis")
    figures = Figures(np.array([[10.0, 20.0, 30.0, 40.0, 50.0]]), np.array([[5.0, 5.0, 10.0, 30.0, 25.0]]))
    quarters = tuple(Quarter(2024, 1).through(Quarter(2025, 1)))
    assert year_of(measure, figures, quarters, 2024)[0] == pytest.approx(100 / 50)
    assert year_of(measure, figures, quarters, 2024, until=2)[0] == pytest.approx(3.0)
    assert np.isnan(year_of(measure, figures, quarters, 2023)[0])
    past = {Quarter(2025, n): (100.0, 25.0) for n in (2, 3, 4)}
    assert year_of(measure, figures, quarters, 2025, past=past)[0] == pytest.approx(350 / 100)
    assert measure.rolled(figures)[0, 3:] == pytest.approx([2.0, 140 / 70])
    assert np.isnan(measure.rolled(figures)[0, :3]).all()


def test_stocks_and_counts_of_a_year_are_those_of_its_last_quarter():
    _, bench, _ = staged(small_case())
    measure = bench.measure("processing_capacity", "every_step")
    figures = Figures(np.array([[1e4, 2e4, 3e4, 4e4]]), None)
    assert year_of(measure, figures, small_case().quarters[:4], 2024)[0] == pytest.approx(4.0)
    assert measure.rolled(figures)[0] == pytest.approx([1, 2, 3, 4])


def test_rolling_sums_and_annual_rates():
    series = np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])
    assert rolling(series)[0] == pytest.approx([1, 3, 6, 10, 14])
    assert rolling(series, annual=True)[0] == pytest.approx([4, 6, 8, 10, 14])


def test_capacity_follows_the_plants_that_stand():
    _done, bench, stage = staged(small_case())
    measure = bench.measure("processing_capacity", "first_step")
    level = measure.level(measure.figures(stage))[0]
    assert level[0] == pytest.approx(25.0)
    assert level[3] == pytest.approx(45.0)


def test_firms_above_scale_are_counted_when_their_plant_runs():
    _done, bench, stage = staged(small_case(prices=PRICES))
    stock, new = bench.measure("above_scale_firms", "stock"), bench.measure("above_scale_firms", "new")
    held = stock.level(stock.figures(stage))[0]
    assert held[0] == 2  # the smelter and the billet firm
    assert held[1] == 3  # the slab firm, from the second quarter on
    assert held[-1] == 4
    added = new.level(new.figures(stage))[0]
    assert added.tolist() == [0, 1, 1, 1, 0, 1, 1, 1]


def test_lists_of_projects_land_and_dates_are_known():
    _done, bench, stage = staged(small_case(prices=PRICES))
    value, missing = stage.group_value("未开工项目")
    assert not missing
    assert value[0, -1] == pytest.approx(4 * 17_500 * PRICES["profile_industrial"] - 0.0, rel=0.3)
    _, lost = stage.group_value("没有的清单")
    assert lost
    land = bench.measure("land_supply", "supplied")
    assert land.level(land.figures(stage))[0] == pytest.approx([690.5] * 8)
    due = bench.measure("project_commissioning")
    figures = due.figures(stage)
    assert figures.denominator[0].tolist() == [1, 2, 2, 2, 3, 3, 3, 3]


def test_a_figure_of_the_region_for_a_year_holds_for_its_quarters():
    case = small_case(
        prices=PRICES, facts={"above_scale_industry_output@2024": 4e10, "above_scale_industry_output@2025": 8e10}
    )
    _done, bench, stage = staged(case)
    share = bench.measure("chain_share_of_industry", "chain")
    figures = share.figures(stage)
    assert figures.denominator[0] == pytest.approx([1e10] * 4 + [2e10] * 4)


def test_people_come_with_the_jobs_of_projects_where_no_firm_tells_them():
    case = small_case(prices=PRICES)
    plants = tuple(p for p in case.plants if p.id not in ("billet",))
    _, bench, stage = staged(replace(case, plants=plants, contracts=()))
    measure = bench.measure("jobs")
    figures = measure.figures(stage)
    people = measure.level(figures)[0] * 1e4
    smelting = 500 / 150_000 * 400_000
    assert people[0] == pytest.approx(smelting)
    assert people[-1] == pytest.approx(smelting + 500 + 200 + 900)
    assert figures.assumptions
    _, other, whole = staged(case)
    lack = other.measure("jobs").figures(whole)
    assert not lack.known and "棒厂" in lack.missing[0].zh


def test_concentration_and_thresholds_are_read_firm_by_firm():
    from lvlian.outlook.case import Plant

    plants = [
        Plant(id="a", firm="a", process="electrolysis", capacity=300_000, load=1.0, uses={"electricity": 12_900.0}),
        Plant(id="b", firm="b", process="electrolysis", capacity=100_000, load=1.0, uses={"electricity": 13_600.0}),
        Plant(id="m1", firm="m1", process="bauxite_mining_opencast", capacity=3e6, load=1.0),
        Plant(id="m2", firm="m2", process="bauxite_mining_opencast", capacity=1e6, load=1.0),
        Plant(id="ingot", firm="a", process="cast_tbar_ingot", capacity=900_000, load=1.0, role="sink"),
    ]
    _done, bench, stage = staged(bare(plants))

    def level(indicator, variant=""):
        measure = bench.measure(indicator, variant)
        return measure.level(measure.figures(stage))[0, 0]

    assert level("benchmark_capacity_share") == pytest.approx(75.0)
    assert level("below_baseline_capacity") == pytest.approx(10.0)
    assert level("resource_concentration", "cr1") == pytest.approx(75.0)
    assert level("smelting_ac_intensity", "electrolysis") == pytest.approx(0.75 * 12_900 + 0.25 * 13_600)


def test_measures_are_kept_while_the_plants_are_the_same():
    case = small_case()
    chain = chain_of(compile_model(case, load_library()))
    turned = chain_of(compile_model(case.turned({"price.aluminium_ingot": 18_000}), load_library()))
    assert bench_of(chain, load_library()) is bench_of(turned, load_library())
    other = chain_of(compile_model(small_case(), load_library()))
    assert bench_of(other, load_library()) is not bench_of(chain, load_library())
