"""Indicators from a small account: values, spreads against sampling, what is only known together, bounded, or missing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.chain.indicators.small import FIRMS, sketch

from lvlian.chain.indicators.evaluate import evaluate, evaluate_all
from lvlian.chain.indicators.flows import Flows
from lvlian.chain.indicators.formula import Formula
from lvlian.chain.indicators.given import Given, facts_of
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.value import Choice, Reading, Value
from lvlian.chain.region import Line

BOOK = load_formulas()


@pytest.fixture(scope="module")
def flows() -> Flows:
    return sketch().flows()


@pytest.fixture(scope="module")
def readings(flows: Flows) -> dict[str, Reading]:
    return dict(evaluate_all(flows))


def told(reading: Reading, variant: str) -> Value:
    value = reading.value(variant)
    assert value is not None
    return value


def at(flows: Flows, *ids: str) -> list[int]:
    names = [s.id for s in flows.streams]
    return [names.index(i) for i in ids]


def test_a_sum_is_known_though_its_members_are_not(flows: Flows, readings: dict[str, Reading]) -> None:
    """Two casters report nothing: what each took is open between 0 and both, their sum follows from the others."""
    strict = told(readings["liquid_local_conversion"], "strict")
    hidden = at(flows, "cast_silent", "cast_quiet")
    assert np.isnan(flows.value[hidden]).all()
    tapped, ingot = flows.value[at(flows, "tapped", "ingot_metal")]
    assert strict.value == pytest.approx((tapped - ingot) / tapped * 100, rel=1e-12)
    assert strict.numerator is not None
    assert strict.numerator.value == pytest.approx(flows.value[at(flows, "hauled")[0]], rel=1e-9)
    assert strict.numerator.sd == pytest.approx(flows.sd[at(flows, "hauled")[0]], rel=1e-9)
    lines = {line.stream: line for line in strict.numerator.lines}
    together = next(line for line in strict.numerator.lines if line.members)
    assert together.members == ("cast_silent", "cast_quiet")
    assert together.value == pytest.approx(
        tapped - ingot - flows.value[at(flows, "to_caster", "to_alloyer")].sum(), rel=1e-9
    )
    assert lines["cast_silent"].low == pytest.approx(0, abs=1e-6)
    assert lines["cast_silent"].high == pytest.approx(together.value, rel=1e-9)
    assert lines["cast_silent"].value is None


def test_every_reading_is_listed_and_none_is_preferred(readings: dict[str, Reading]) -> None:
    reading = readings["liquid_local_conversion"]
    assert [v.variant for v in reading.values] == ["strict", "local_ingot", "ingot_casting", "nearby_contract"]
    assert told(reading, "ingot_casting").value == pytest.approx(100, abs=1e-9)
    assert told(reading, "ingot_casting").sd == pytest.approx(0, abs=1e-6)
    assert reading.chosen is None and reading.fixed is None


def test_a_region_may_fix_a_reading(flows: Flows) -> None:
    choice = Choice(indicator="liquid_local_conversion", variant="strict", by="链长办", when="2023-10-12")
    reading = evaluate(BOOK["liquid_local_conversion"], flows, choices=[choice])
    assert reading.fixed is not None and reading.fixed.variant == "strict"
    other = Choice(indicator="liquid_local_conversion", variant="no_such", by="链长办", when="2023-10-12")
    assert evaluate(BOOK["liquid_local_conversion"], flows, choices=[other]).chosen is None


def posterior(flows: Flows, draws: int, seed: int) -> np.ndarray:
    """Draws of all streams that are found, (draws, m); hidden ones are 0."""
    seen = np.flatnonzero(~flows.hidden)
    unit = np.zeros((len(seen), flows.size))
    unit[np.arange(len(seen)), seen] = 1
    cov = flows.covariance(unit)
    values, vectors = np.linalg.eigh(cov)
    root = vectors * np.sqrt(np.maximum(values, 0))
    out = np.zeros((draws, flows.size))
    noise = np.random.default_rng(seed).standard_normal((draws, len(seen)))
    out[:, seen] = flows.value[seen] + noise @ root.T
    return out


RATIOS = [
    ("smelting_ac_intensity", "electrolysis", ["power"], ["tapped"], 1.0),
    ("output_per_kwh", "electrolysis", [f"value_{f.id}" for f in FIRMS], ["power"], 1.0),
    ("chain_share_of_industry", "chain", [f"value_{f.id}" for f in FIRMS], [], 100 / 3.0e9),
    ("aluminium_deep_processing_local", "semis_only", [], ["profile"], 0.0),
]


@pytest.mark.parametrize(("indicator", "variant", "over", "under", "scale"), RATIOS[:3])
def test_linearised_spread_agrees_with_sampling(
    flows: Flows,
    readings: dict[str, Reading],
    indicator: str,
    variant: str,
    over: list[str],
    under: list[str],
    scale: float,
) -> None:
    """Sampling from the whole posterior, numerator and denominator from the same draw: within 2 % of the linearised sd."""
    value = told(readings[indicator], variant)
    draws = posterior(flows, 200_000, 7)
    top = draws[:, at(flows, *over)].sum(axis=1)
    ratio = scale * top / (draws[:, at(flows, *under)].sum(axis=1) if under else 1.0)
    assert value.value == pytest.approx(ratio.mean(), rel=1e-3)
    assert value.sd == pytest.approx(ratio.std(), rel=0.02)
    assert value.interval80 == pytest.approx(tuple(np.quantile(ratio, [0.1, 0.9])), rel=5e-4)


def test_correlation_of_both_sides_counts(flows: Flows, readings: dict[str, Reading]) -> None:
    """What is converted is part of what is tapped: taken as independent, the spread would be more than twice too wide."""
    value = told(readings["liquid_local_conversion"], "strict")
    draws = posterior(flows, 200_000, 11)
    tapped, ingot = (draws[:, k] for k in at(flows, "tapped", "ingot_metal"))
    ratio = (tapped - ingot) / tapped * 100
    assert value.sd == pytest.approx(ratio.std(), rel=0.02)
    assert value.numerator is not None and value.denominator is not None
    assert value.value is not None and value.sd is not None
    loose = value.value * math.hypot(
        (value.numerator.sd or 0) / (value.numerator.value or 1),
        (value.denominator.sd or 0) / (value.denominator.value or 1),
    )
    assert loose > 2 * value.sd


def test_a_wide_denominator_gets_fiellers_interval_and_a_warning() -> None:
    """Relative sd of the denominator 25 %: the linear sd is too small, the note says so, the interval still covers 80 %."""
    s = sketch()
    s.readings = [r for r in s.readings if r[0] not in ("profile", "billet_in")]
    s.read("billet_in", 6000, 30, "extruder")
    s.read("profile", 5100, 1275, "extruder")
    flows = s.flows()
    formula = replace(
        BOOK["semis_overall_yield"],
        variants=(
            replace(
                BOOK["semis_overall_yield"].variants[0],
                numerator=BOOK["semis_overall_yield"].variants[0].denominator,
                denominator=BOOK["semis_overall_yield"].variants[0].numerator,
            ),
        ),
    )
    value = evaluate(formula, flows).values[0]
    draws = posterior(flows, 400_000, 3)
    top, bottom = (draws[:, k] for k in at(flows, "billet_in", "profile"))
    ratio = 100 * top[bottom > 0] / bottom[bottom > 0]
    low, high = value.interval80 or (0.0, 0.0)
    assert value.sd is not None
    assert value.sd < 0.8 * ratio.std()
    assert any("线性标准差偏小" in note for note in value.notes)
    assert np.mean((ratio >= low) & (ratio <= high)) == pytest.approx(0.8, abs=0.01)


def test_shares_of_the_variance_add_up_and_name_who_answers(readings: dict[str, Reading]) -> None:
    value = told(readings["smelting_ac_intensity"], "electrolysis")
    assert sum(share.part for share in value.shares) == pytest.approx(1, abs=0.02)
    assert value.shares[0].party in ("grid", "haulier", "smelter")
    assert all(a.part >= b.part for a, b in zip(value.shares, value.shares[1:], strict=False))


def test_a_bounded_side_gives_an_interval_and_no_sd() -> None:
    """Nobody reports how much billet the extruder takes beyond what it may have got: bounds, with the spread of the ends."""
    s = sketch()
    s.readings = [r for r in s.readings if r[0] not in ("billet_in", "profile")]
    flows = s.flows()
    value = told(evaluate(BOOK["deep_processing_rate"], flows), "liquid_metal")
    assert value.value is None and value.sd is None
    assert value.low == pytest.approx(0, abs=1e-9)
    billet, tapped = flows.value[at(flows, "billet", "tapped")]
    assert value.high == pytest.approx(100 * billet / tapped, rel=0.02)
    assert value.sd_high is not None and value.sd_high > 0
    assert value.interval80 is not None and value.interval80[1] > (value.high or 0)


def test_the_end_of_a_bound_moves_with_what_is_known() -> None:
    """The multipliers of the programme are its slope: checked by solving again with one known stream moved."""
    s = sketch()
    s.readings = [r for r in s.readings if r[0] not in ("billet_in", "profile")]
    flows = s.flows()
    base = told(evaluate(BOOK["deep_processing_rate"], flows), "liquid_metal")
    k = at(flows, "billet")[0]
    moved = flows.value.copy()
    moved[k] += 10.0
    moved[at(flows, "billet_moved", "billet_sold", "billet_in")] = np.nan
    again = told(evaluate(BOOK["deep_processing_rate"], replace(flows, value=moved)), "liquid_metal")
    tapped = flows.value[at(flows, "tapped")[0]]
    content = 0.98
    assert (again.high or 0) - (base.high or 0) == pytest.approx(100 * content * 10 / tapped, rel=0.05)


def test_what_is_missing_is_said_with_whom_to_ask(flows: Flows, readings: dict[str, Reading]) -> None:
    s = sketch()
    s.streams = [x for x in s.streams if x.id != "value_quiet"]
    s.readings = [r for r in s.readings if r[0] != "value_quiet"]
    value = told(evaluate(BOOK["chain_output_value"], s.flows()), "chain")
    assert value.value is None and not value.known
    assert [m.zh for m in value.missing] == ["quiet 2023-09 产值"]
    assert value.missing[0].ask == ("quiet 统计岗",)
    assert value.numerator is not None and value.numerator.value is None
    pv = told(readings["pv_capacity"], "installed")
    assert not pv.known and pv.missing[0].ask == ("供电局",)
    ore = told(readings["alumina_local_conversion"], "electrolysis")
    assert "区内没有氧化铝企业" in ore.missing[0].zh and ore.missing[0].ask == ()


def test_counts_with_unknown_firms_are_a_range(readings: dict[str, Reading]) -> None:
    """Two firms give no revenue: they may count or not."""
    value = told(readings["above_scale_firms"], "stock")
    assert (value.low, value.high) == (4, 6)
    assert any("silent缺上年营业收入" in a for a in value.assumptions)
    assert (told(readings["leading_firms"], "over_10bn").low, told(readings["leading_firms"], "over_10bn").high) == (
        1,
        3,
    )


def test_facts_of_statements_and_of_others(flows: Flows) -> None:
    extra = [Given(name="pv_kw", value=80_000, origin="供电局函"), Given(name="employees", value=60, firm="silent")]
    facts = facts_of(
        flows.region, (), [*extra, Given(name="employees", value=40, firm="quiet", period="2023-09", sd=2)]
    )
    assert told(evaluate(BOOK["pv_capacity"], flows, facts), "installed").value == pytest.approx(80)
    jobs = told(evaluate(BOOK["jobs"], flows, facts), "employed")
    assert jobs.value == pytest.approx((2900 + 700 + 150 + 500 + 60 + 40) / 1e4)
    assert jobs.sd == pytest.approx(2e-4)
    assert jobs.shares[0].party == "quiet"


def test_a_text_where_a_number_belongs_is_missing(flows: Flows) -> None:
    facts = facts_of(flows.region, (), [Given(name="employees", value="many", firm=f) for f in ("silent", "quiet")])
    value = told(evaluate(BOOK["jobs"], flows, facts), "employed")
    assert not value.known and "应为数" in value.missing[0].zh


def test_months_add_up_before_they_are_divided() -> None:
    months = [sketch("2023-08", 0.5).flows(), sketch("2023-09").flows()]
    year = told(evaluate(BOOK["primary_output"], months), "tapped")
    parts = [told(evaluate(BOOK["primary_output"], m), "tapped") for m in months]
    assert year.value == pytest.approx(sum(p.value or 0 for p in parts))
    assert year.sd == pytest.approx(math.hypot(*(p.sd or 0 for p in parts)))
    assert "各月相互独立" in year.assumptions
    rate = told(evaluate(BOOK["smelting_ac_intensity"], months), "electrolysis")
    assert rate.numerator is not None and rate.denominator is not None
    assert rate.value == pytest.approx((rate.numerator.value or 0) / (rate.denominator.value or 1))
    assert evaluate(BOOK["primary_output"], [sketch("2023-06").flows(), sketch("2023-09").flows()]).absent == (
        "2023-07",
        "2023-08",
    )


def test_stocks_are_those_of_the_last_month() -> None:
    months = [sketch("2023-08").flows(), sketch("2023-09").flows()]
    assert told(evaluate(BOOK["processing_capacity"], months), "first_step").value == pytest.approx(92)


def test_growth_counts_from_an_earlier_account() -> None:
    now, then = sketch("2023-09", 1.21).flows(), sketch("2021-09").flows()
    value = told(evaluate(BOOK["output_growth"], now, before=[then]), "nominal")
    assert value.value == pytest.approx(10, rel=1e-6)
    assert value.sd is not None and 0 < value.sd < 1
    alone = told(evaluate(BOOK["output_growth"], now), "nominal")
    assert not alone.known and "上一期" in alone.missing[0].zh


def test_price_difference_by_month(flows: Flows) -> None:
    s = sketch()
    s.stream("price", "price", "liquid_aluminium", "smelter", unit="yuan/t")
    s.read("price", 16_500, 5, "smelter")
    facts = facts_of(s.region, (), [Given(name="a00_month_mean", value=18_900, period="2023-09")])
    value = told(evaluate(BOOK["liquid_price_discount"], s.flows(), facts), "settled")
    assert value.value == pytest.approx(18_900 - 1.13 * 16_500)
    assert value.sd == pytest.approx(1.13 * 5, rel=1e-6)


def test_reference_prices_are_an_assumption(readings: dict[str, Reading]) -> None:
    value = told(readings["primary_output_value"], "priced")
    assert value.assumed and any("参考" in a or "产值" in a for a in value.assumptions)
    assert value.sd is not None and value.value is not None
    assert value.sd / value.value > 0.04


def test_one_firm_alone(flows: Flows) -> None:
    whole = told(evaluate(BOOK["chain_output_value"], flows), "chain")
    one = told(evaluate(BOOK["primary_output_value"], flows, firm="smelter"), "reported")
    assert one.value == pytest.approx(16, rel=1e-6) and (whole.value or 0) > 28


def test_thresholds_say_when_a_firm_is_too_close(flows: Flows) -> None:
    """13,440 ± 70 kWh/t: clearly above 13,000, not clearly above 13,350."""
    best = told(evaluate(BOOK["benchmark_capacity_share"], flows), "benchmark")
    assert best.value == 0
    worse = told(evaluate(BOOK["below_baseline_capacity"], flows), "electrolysis")
    assert worse.numerator is not None and "13,4" in worse.numerator.lines[0].label
    limit = BOOK["below_baseline_capacity"].variants[0]
    close = replace(BOOK["below_baseline_capacity"], variants=(replace(limit, limit=13_445.0),))
    value = evaluate(close, flows).values[0]
    assert value.value is None and (value.low, value.high) == (0, 110)


def test_capacity_that_is_not_given_is_asked_for() -> None:
    s = sketch()
    firms = tuple(
        replace(f, lines=(Line(process="cast_rod_liquid"),)) if f.id == "silent" else f for f in s.region.firms
    )
    s.region = replace(s.region, firms=firms)
    value = told(evaluate(BOOK["processing_capacity"], s.flows()), "first_step")
    assert not value.known and value.missing[0].ask == ("silent 统计岗",)


def test_no_account_at_all_raises() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        evaluate(BOOK["primary_output"], [])


def test_nothing_is_a_number_where_a_figure_is_missing(readings: dict[str, Reading]) -> None:
    for reading in readings.values():
        for value in reading.values:
            if value.missing:
                assert not value.known and value.interval80 is None, (reading.indicator, value.variant)
            else:
                assert value.known, (reading.indicator, value.variant)
                for figure in (value.value, value.sd, value.low, value.high):
                    assert figure is None or math.isfinite(figure)


def test_json_has_every_value_and_no_nan(readings: dict[str, Reading]) -> None:
    import json

    for reading in readings.values():
        text = json.dumps(reading.to_json(), ensure_ascii=False, allow_nan=False)
        assert json.loads(text)["indicator"] == reading.indicator
        assert json.loads(text)["simulated"] is True


def test_formulas_of_all_kinds_are_there() -> None:
    kinds = {f.kind for f in BOOK.formulas.values()}
    assert kinds == {"ratio", "sum", "difference", "growth", "threshold", "capped", "concentration"}
    assert isinstance(BOOK["clusters"], Formula)


def test_without_balances_what_is_hidden_stays_unknown(flows: Flows) -> None:
    bare = replace(flows, balance=None, constant=None)
    value = told(evaluate(BOOK["liquid_local_conversion"], bare), "strict")
    assert not value.known and "推不得" in value.missing[0].zh
    assert value.missing[0].ask == ("silent 统计岗", "quiet 统计岗")


def test_a_stream_in_no_balance_has_no_upper_bound() -> None:
    s = sketch()
    s.stream("elsewhere", "used", "liquid_aluminium", "quiet", process="cast_rod_liquid")
    value = told(evaluate(BOOK["liquid_local_conversion"], s.flows()), "strict")
    assert not value.known and "elsewhere" in value.missing[0].zh


def test_a_set_that_cannot_be_told_apart_says_what_would_change(flows: Flows) -> None:
    """If the ingot report were the wrong one, 500 t less would have been cast and 500 t more delivered."""
    ingot, hauled = at(flows, "ingot_metal", "hauled")
    other = (("S 重熔锭产量", {ingot: float(flows.value[ingot]) - 500, hauled: float(flows.value[hauled]) + 500}),)
    doubtful = replace(flows, otherwise=other)
    value = told(evaluate(BOOK["liquid_local_conversion"], doubtful), "strict")
    (change,) = value.otherwise
    tapped = float(flows.value[at(flows, "tapped")[0]])
    assert change.label == "S 重熔锭产量" and change.month == "2023-09"
    assert change.value == pytest.approx((value.value or 0) + 100 * 500 / tapped)
    assert told(evaluate(BOOK["primary_output"], doubtful), "tapped").otherwise == ()


def test_prices_of_several_months_are_averaged() -> None:
    both = []
    for month in ("2023-08", "2023-09"):
        s = sketch(month)
        s.stream("price", "price", "liquid_aluminium", "smelter", unit="yuan/t")
        s.read("price", 16_000 if month == "2023-08" else 17_000, 5, "smelter")
        both.append(s.flows())
    given = [Given(name="a00_month_mean", value=v, period=m) for m, v in (("2023-08", 18_600), ("2023-09", 19_400))]
    value = told(evaluate(BOOK["liquid_price_discount"], both, facts_of(both[0].region, (), given)), "settled")
    assert value.value == pytest.approx(19_000 - 1.13 * 16_500)
    part = told(evaluate(BOOK["liquid_price_discount"], both, facts_of(both[0].region, (), given[:1])), "settled")
    assert not part.known and "缺 2023-09" in part.missing[0].zh


def test_a_month_that_stands_twice_raises(flows: Flows) -> None:
    with pytest.raises(ValueError, match="a month stands twice"):
        evaluate(BOOK["primary_output"], [flows, flows])
