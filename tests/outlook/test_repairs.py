"""Repairs: each changes one thing, just far enough, printed as a plan prints, and holds when reckoned by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Limit, Ref
from lvlian.outlook.conflict.assembly import build
from lvlian.outlook.conflict.figures import figure_conflicts
from lvlian.outlook.conflict.record import Repair
from lvlian.outlook.conflict.repair_kinds import load_repair_kinds
from lvlian.outlook.conflict.repairs import ordered, ratio
from lvlian.outlook.conflict.search import parts_of
from tests.outlook.conflicted import aim, case_of, reported, value_plan

LIBRARY = load_library()


def only(case, **keys):
    found = figure_conflicts(case, LIBRARY, **keys)
    assert len(found) == 1
    return found[0]


def test_the_four_ways_out_of_value_power_and_metal():
    found = only(value_plan())
    told = {one.kind: one for one in found.repairs}
    assert {(kind, one.new) for kind, one in told.items() if kind != "lower_goal"} == {
        ("better_intensity", 13_125),
        ("raise_goal", 921),
    }
    assert sorted(one.new for one in found.repairs if one.kind == "lower_goal") == [3.91, 176]
    assert all(one.holds and one.tested for one in found.repairs)
    assert found.repairs[0].kind == "better_intensity"  # no promise of the plan changes
    assert found.repairs[0].cost == pytest.approx(295 * 180e4 * 0.4) and "假" in found.repairs[0].price_zh
    assert [one.rank for one in found.repairs] == [1, 2, 3, 4]


@settings(max_examples=15)
@given(st.floats(300, 1200), st.floats(60, 300), st.floats(2.5, 6.0), st.floats(13_000, 13_600))
def test_a_repair_holds_by_hand_and_less_would_not(value, metal, rate, intensity):
    value, metal, rate, intensity = round(value), round(metal), round(rate, 1), float(round(intensity))
    needed = metal * 1e4 * intensity * rate / 1e8
    found = figure_conflicts(value_plan(value, metal, rate, intensity), LIBRARY)
    if needed <= value * 1.05 * 1.002:  # what misses by less than 0.2 % is not told
        assert found == []
        return
    new = {one.mark: one for one in found[0].repairs if one.kind != "reading"}
    marks = {one.key: one.mark for one in found[0].clauses}
    value_, metal_, rate_, intensity_ = (
        new[marks[key]].new for key in ("g0", "g2", "g1", "intensity.electrolysis.electricity")
    )
    close = 1.0011  # what rounding to a plan's figures may give away
    assert needed <= value_ * 1.05 * (1 + 1e-9) <= needed * close
    assert (
        metal_ * 1e4 * intensity * rate / 1e8
        <= value * 1.05 * (1 + 1e-9)
        <= metal_ * close * 1e4 * intensity * rate / 1e8
    )
    assert (
        metal * 1e4 * intensity * rate_ / 1e8
        <= value * 1.05 * (1 + 1e-9)
        <= metal * 1e4 * intensity * rate_ * close / 1e8
    )
    assert (
        metal * 1e4 * intensity_ * rate / 1e8
        <= value * 1.05 * (1 + 1e-9)
        <= metal * 1e4 * intensity_ * close * rate / 1e8
    )
    in_range = 12_800 <= intensity_ <= 13_700
    assert new[marks["intensity.electrolysis.electricity"]].holds == in_range


def test_what_measuring_leaves_open_is_not_told():
    sure, vague = reported(13_200), replace(reported(13_200), spread=60.0)
    case = value_plan()
    assert len(figure_conflicts(replace(case, premises=(sure,)), LIBRARY)) == 1
    assert figure_conflicts(replace(case, premises=(vague,)), LIBRARY) == []


def test_what_the_process_does_not_allow_is_no_way_out():
    found = only(value_plan(value=800))
    repair = next(one for one in found.repairs if one.kind == "better_intensity")
    assert not repair.holds and repair.why_zh == "低于工艺范围 12,800" and repair.verdict == "不可行"
    assert found.repairs[-1] == repair


def test_a_higher_goal_that_cannot_be_reached_is_no_way_out():
    found = only(value_plan(), reach={"g0": 940.0})
    repair = next(one for one in found.repairs if one.kind == "raise_goal")
    assert not repair.holds and "最多到 940" in repair.why_zh
    assert next(one for one in only(value_plan(), reach={"g0": 990.0}).repairs if one.kind == "raise_goal").holds


def test_a_repair_that_breaks_another_sentence_says_which():
    other = aim(3, "downstream_output_value", 600, "亿元", ">=", name="下游产值")
    firm = aim(4, "primary_output_value", 340, "亿元", ">=", name="产值", firm="s")
    metal = aim(5, "primary_output", 175, "万吨", ">=", name="产量", firm="s", variant="tapped")
    case = value_plan()
    case = replace(case, aims=(*case.aims, other, firm, metal))
    found = figure_conflicts(case, LIBRARY)
    assert len(found) >= 1
    first = next(one for one in found if "g1" in {said.key for said in one.clauses})
    lower = next(one for one in first.repairs if one.kind == "lower_goal" and one.clause == "aim.g2")
    assert lower.holds  # 176 is still above the firm's 175
    tight = replace(case, aims=(*case.aims[:5], replace(metal, value=180.0)))
    first = next(one for one in figure_conflicts(tight, LIBRARY) if {said.key for said in one.clauses} >= {"g1", "g2"})
    lower = next(one for one in first.repairs if one.kind == "lower_goal" and one.clause == "aim.g2")
    assert lower.holds  # the firm's own sentence is a conflict of its own, told beside this one


def test_parts_that_exceed_their_whole():
    goals = (
        aim(0, "chain_output_value", 900, "亿元", "~", name="综合产值"),
        aim(1, "primary_output_value", 310, "亿元", ">=", name="产值", firm="s"),
        aim(2, "projects_underway_value", 700, "亿元", "=", name="在建项目产值"),
    )
    found = only(case_of(*goals))
    assert found.lines[0].said() == "丙的下限：700 × 98%（取整按±2% 假） = 686亿元"
    assert found.lines[1].said() == "310亿元 + 686亿元 = 996亿元"
    assert found.lines[-1].sign == ">" and found.lines[-1].last
    assert {one.new for one in found.repairs} == {949, 259, 647.9} and all(one.holds for one in found.repairs)


def test_a_share_against_its_parts():
    goals = (
        aim(0, "chain_output_value", 1500, "亿元", "="),
        aim(1, "", 1600, "亿元", "=", name="规模以上工业总产值"),
        aim(2, "chain_share_of_industry", 80, "%", "=", variant="chain", name="占比"),
    )
    found = only(case_of(*goals, facts={"above_scale_industry_output@2026": 1600e8}))
    share = next(one for one in found.repairs if one.clause == "aim.g2")
    # (1500 − 2 %) ÷ (1600 + 2 %) = 90.07 % is the least share
    assert share.kind == "raise_goal" and share.new == 90.1 and share.holds


def test_more_of_a_quota_at_an_assumed_price():
    limit = Limit(
        id="power",
        good="electricity",
        zh="用电指标",
        en="power allotted",
        amount=200e8,
        ref=Ref(kind="plan", section="三"),
    )
    goal = aim(0, "primary_output", 180, "万吨", ">=", variant="tapped")
    found = only(case_of(goal, limits=(limit,), premises=(reported(13_420),)))
    assert {one.role for one in found.clauses} == {"goal", "quota", "report"}
    more = next(one for one in found.repairs if one.kind == "more_quota")
    assert more.holds and 241.56 <= more.new <= 241.6 * 1.001 and more.assumptions
    assert next(one for one in found.repairs if one.kind == "lower_goal").new == pytest.approx(149, abs=0.1)


def test_another_reading_where_the_text_leaves_it_open():
    """A share that is far too small for all chain firms can be right for those above scale: said last, and only where it holds."""
    goals = (
        aim(0, "chain_output_value", 1500, "亿元", "=", variant="chain"),
        aim(1, "", 1600, "亿元", "=", name="规模以上工业总产值"),
        aim(2, "chain_share_of_industry", 60, "%", "=", name="占比"),
    )
    facts = {"above_scale_industry_output@2026": 1600e8}
    found = only(case_of(*goals, facts=facts))
    assert found.repairs[-1].kind == "reading" and found.repairs[-1].zh == "写明口径：占比按“分子为规上”"
    assert found.repairs[-1].holds and "口径原文没有写明" in " ".join(found.assumptions)
    fixed = (*goals[:2], aim(2, "chain_share_of_industry", 60, "%", "=", name="占比", variant="chain"))
    assert all(one.kind != "reading" for one in only(case_of(*fixed, facts=facts)).repairs)


def test_the_highest_ratio_of_a_part():
    system = build(value_plan(), LIBRARY)
    part = parts_of(system.rows)[0]
    row = next(one for one in part.rows if one.owner == "aim.g1")
    top, bottom = {row.entries[0][0]: 1.0}, {row.entries[1][0]: 1.0}
    others = ["aim.g0", "aim.g2", "recipe.electrolysis.electricity@2026"]
    best = ratio(part, top, bottom, highest=True, only=others)
    assert best is not None and best[0] == pytest.approx(945e8 / (180e4 * 13_420))
    assert ratio(part, top, bottom, highest=True, only=["aim.g0"]) is None  # nothing holds the power up from zero


def test_the_declared_order():
    def repair(kind: str, holds: bool, share: float, mark: str = "甲", tested: bool = True) -> Repair:
        return Repair(kind=kind, clause="c", mark=mark, zh="", en="", holds=holds, share=share, tested=tested)

    given_ = [repair("lower_goal", True, 0.3), repair("reading", True, 0.0), repair("better_intensity", False, 0.0), repair("lower_goal", True, 0.1, "乙"),
              repair("better_intensity", True, 0.5), repair("lower_goal", True, 0.0, "丙", tested=False)]  # fmt: skip
    assert [(one.kind, one.share, one.holds) for one in ordered(given_)] == [
        ("better_intensity", 0.5, True), ("lower_goal", 0.1, True), ("lower_goal", 0.3, True), ("reading", 0.0, True),
        ("better_intensity", 0.0, False), ("lower_goal", 0.0, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "rank: 1\n    zh: 单耗改进",
            "rank: first\n    zh: 单耗改进",
            "kinds.better_intensity.rank: found 'first', expected a number from 0",
        ),
        ("  workshops:\n    rank: 2", "  halls:\n    rank: 2", "field kinds.workshops: missing"),
        ("{value: 0.4,", "{value: -1,", "cost.intensity.electricity.value: found -1"),
        ("show:", "shown:", "field show: found NoneType, expected a mapping"),
    ],
)
def test_a_broken_file_of_repairs_is_one_sentence(tmp_path, old, new, words):
    from lvlian.outlook.conflict.repair_kinds import SHIPPED

    file = tmp_path / "repairs.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError, match=r"^repairs\.yaml") as told:
        load_repair_kinds(file)
    assert words in str(told.value)


def test_every_cost_is_marked_as_assumed():
    assert all(
        not one.verified and one.source and one.zh and one.en and "假设" in one.said
        for one in load_repair_kinds().cost.values()
    )
