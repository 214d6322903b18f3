"""Sentences as rows: what a goal admits, what contains what, recipes, quotas, holders; the files that say it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from lvlian.chain.indicators.formula import Term
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Limit, Ref
from lvlian.outlook.conflict.assembly import build
from lvlian.outlook.conflict.quantity import contains, term_key, unit_of
from lvlian.outlook.conflict.rules import load_relations, terms_at
from lvlian.outlook.conflict.search import parts_of
from lvlian.outlook.conflict.sentences import admitted
from lvlian.outlook.conflict.words import apart, neat, rounded, told, unit_en
from tests.outlook.conflicted import aim, case_of, value_plan

LIBRARY = load_library()
RELATIONS = load_relations()


def side(indicator: str, variant: str, which: str = "numerator") -> Term:
    return terms_at((indicator, variant, which), load_formulas())[0]


@pytest.mark.parametrize(
    ("op", "value", "top", "rate", "direction", "expected"),
    [
        (">=", 180.0, None, False, "up", (180.0, math.inf)),
        ("<=", 5.0, None, False, "down", (-math.inf, 5.0)),
        ("~", 900.0, None, False, "up", (855.0, 945.0)),
        ("=", 1500.0, None, False, "up", (1470.0, 1530.0)),
        ("=", 500.0, 700.0, False, "up", (490.0, 710.0)),
        ("~", 5.0, None, True, "up", (4.75, math.inf)),
        ("=", 93.8, None, True, "neutral", (93.75, 93.85)),
        ("=", 13350.0, None, True, "down", (-math.inf, 13350.5)),
    ],
)
def test_what_a_goal_admits(op, value, top, rate, direction, expected):
    goal = aim(0, "x", value, "", op, value_max=top)
    assert admitted(goal, direction, rate, RELATIONS, "")[:2] == pytest.approx(expected)


def test_counts_are_taken_as_they_stand():
    assert admitted(aim(0, "x", 6, "户", "="), "up", False, RELATIONS, "户")[:2] == (6, 6)


def test_a_term_with_narrower_filters_is_a_part():
    chain, smelters = side("chain_output_value", "chain"), side("primary_output_value", "reported")
    downstream = side("downstream_output_value", "separate_firms")
    assert contains(chain, smelters) and contains(chain, downstream)
    assert not contains(smelters, chain) and not contains(smelters, downstream) and not contains(chain, chain)
    assert not contains(chain, side("primary_output", "tapped"))
    big = side("chain_output_value", "above_scale")
    assert contains(chain, big) and not contains(big, chain)


def test_words_do_not_tell_terms_apart():
    one = side("primary_output", "tapped")
    assert (
        term_key(one) == term_key(replace(one, zh="别的说法", sign=-1.0)) != term_key(replace(one, good=("alumina",)))
    )
    assert [unit_of(side(*k), LIBRARY) for k in (("primary_output", "tapped"), ("chain_output_value", "chain"))] == [
        "t",
        "yuan",
    ]
    assert unit_of(side("output_per_kwh", "electrolysis", "denominator"), LIBRARY) == "kWh"


def test_rows_of_a_plan_in_base_units():
    system = build(value_plan(), LIBRARY)
    held = {row.owner: row for row in system.rows if row.owner}
    assert (held["aim.g0"].low, held["aim.g0"].high) == pytest.approx((855e8, 945e8))
    assert held["aim.g2"].low == pytest.approx(180e4) and held["aim.g2"].high == math.inf
    assert sorted(value for _, value in held["aim.g1"].entries) == [-4.0, 1.0]
    recipe = system.sentences["recipe.electrolysis.electricity@2026"]
    assert recipe.said.role == "report" and recipe.low == recipe.high == 13_420
    assert len(parts_of(system.rows)) == 1


def test_without_a_report_the_range_of_the_process_counts():
    recipe = build(value_plan(intensity=None), LIBRARY).sentences["recipe.electrolysis.electricity@2026"]
    assert recipe.said.role == "rule" and (recipe.low, recipe.high) == recipe.strict and recipe.low < recipe.high


def test_a_premise_that_somebody_turned_counts_as_told():
    from tests.outlook.conflicted import INTENSITY, reported

    case = case_of(*value_plan().aims, premises=(reported(13_250, "assumption"),))
    assert build(case, LIBRARY).sentences["recipe.electrolysis.electricity@2026"].said.role == "rule"
    turned = build(case.turned({INTENSITY: 13_500}), LIBRARY).sentences["recipe.electrolysis.electricity@2026"]
    assert turned.said.role == "report" and turned.low == 13_500


def test_the_same_goal_twice_is_one_sentence_with_two_places():
    one = value_plan()
    again = replace(one.aims[0], id="g9", ref=Ref(kind="plan", section="附表"))
    system = build(replace(one, aims=(*one.aims, again)), LIBRARY)
    assert system.left["g9"] == "与 aim.g0 同"
    assert [ref.section for ref in system.sentences["aim.g0"].said.also] == ["附表"]


def test_what_firms_make_is_part_of_the_region():
    goals = (
        aim(0, "primary_output", 100, "万吨", firm="a", variant="tapped"),
        aim(1, "primary_output", 90, "万吨", firm="b", variant="tapped"),
    )
    system = build(case_of(*goals, aim(2, "primary_output", 150, "万吨", "<=", variant="tapped")), LIBRARY)
    whole = next(row for row in system.rows if row.form == "parts")
    assert sorted(value for _, value in whole.entries) == [-1.0, -1.0, 1.0] and whole.low == 0.0


def test_goals_that_take_no_part_say_why():
    case = case_of(
        aim(0, "", 3, "次", year=2026, why="工作次数由台账记录，不在链账"),
        aim(1, "primary_output", 3, "万吨", year=0),
        aim(2, "benchmark_capacity_share", 70, "%", variant="benchmark"),
        aim(3, "chain_output_value", 50, "亿元", mode="increase"),
        aim(4, "primary_output", math.nan, "万吨"),
    )
    left = build(case, LIBRARY).left
    assert set(left) == {"g0", "g1", "g2", "g3", "g4"} and left["g1"] == "没有写年份" and "基期" in left["g3"]


def test_a_quota_ties_to_what_the_goals_take():
    limit = Limit(
        id="power",
        good="electricity",
        zh="用电指标",
        en="power allotted",
        amount=20e8,
        ref=Ref(kind="plan", section="三"),
    )
    system = build(case_of(aim(0, "primary_output", 180, "万吨", variant="tapped"), limits=(limit,)), LIBRARY)
    assert system.sentences["limit.power@2026"].said.zh == "2026年用电指标不超过20亿千瓦时"
    assert any(row.owner.startswith("recipe.") for row in system.rows)


def test_a_growth_goal_rests_on_the_level_before_it():
    goal = aim(0, "output_growth", 15, "%", mode="growth_rate", variant="nominal")
    system = build(case_of(goal, facts={"chain_output_value@2023": 100.0}), LIBRARY)
    row = next(row for row in system.rows if row.form == "growth")
    assert min(value for _, value in row.entries) == pytest.approx(-(1.15**3))
    assert build(case_of(goal), LIBRARY).left["g0"] == "增速没有基期"


def test_figures_are_printed_as_a_plan_prints_them():
    assert (neat(3.9120, up=False), neat(176.04, up=False), neat(920.23, up=True)) == (3.91, 176, 921)
    assert (neat(13125.0, up=False), neat(0.0, up=True), neat(2.9999999999, up=False)) == (13125, 0, 3)
    assert (told(9.6624e10, "yuan"), told(180e4, "t"), told(6.0, "户")) == ("966.2亿元", "180万吨", "6户")
    assert told(9.6624e10, "yuan", chinese=False) == "966.2 ×10⁸ yuan"
    assert (rounded(13420), rounded(0.12345), rounded(1500.0)) == ("13,420", "0.1235", "1500")
    assert rounded(945.02, apart(945.02, 945.01)) != rounded(945.01, apart(945.02, 945.01))
    assert (unit_en("千瓦时/吨"), unit_en("亿元"), unit_en("元/kWh")) == ("kWh/t", "×10⁸ yuan", "yuan/kWh")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "found list, expected a mapping"),
        ("parts: [{whole: [a, b]}]\nslack: {}", "field parts: missing"),
        (
            "parts: [{whole: [a, b], parts: [], zh: x, en: x}]\nslack: {}",
            "expected [indicator, variant, numerator or denominator]",
        ),
        (
            "ranges: [{of: [a, b, numerator], per: [a, b, numerator], assumption: no, zh: x, en: x, unit: x}]",
            "expected a figure of thresholds.yaml",
        ),
        ("slack: {figure: rounding, counts: many}", "found 'many', expected a number"),
        ("{", "cannot be read as YAML"),
        ("parts: {}", "expected"),
    ],
)
def test_a_broken_file_of_relations_is_one_sentence(tmp_path, text, words):
    file = tmp_path / "relations.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"relations\.yaml") as told_:
        load_relations(file)
    assert words in str(told_.value) and "\n" not in str(told_.value)


@pytest.mark.parametrize("value", [0.0, -5.0, 1e-9, 1e20, 1e300])
@pytest.mark.parametrize("rate", [0.0, -1.0, 1e200])
def test_figures_that_cannot_be_meant_make_no_traceback(value, rate):
    from lvlian.outlook.conflict.figures import figure_conflicts

    for op in ("~", "=", "<="):
        case = value_plan(value=value, rate=rate)
        case = replace(case, aims=tuple(replace(one, op=op) for one in case.aims))
        assert all(one.title for one in figure_conflicts(case, LIBRARY))
    assert build(value_plan(value=1e300), LIBRARY).left["g0"] == "数值无效"
    assert (
        build(value_plan(intensity=1e300), LIBRARY).sentences["recipe.electrolysis.electricity@2026"].said.role
        == "rule"
    )
