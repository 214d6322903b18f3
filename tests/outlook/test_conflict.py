"""Conflicts as a page is given them: the regions' own plans, order, what the plan's checks told already, the whole, the public forms."""

from __future__ import annotations

import doctest
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lvlian.chain.library import load_library
from lvlian.outlook.case import CaseError, Limit, Ref
from lvlian.outlook.conflict import conflicts, merged, reached_by, with_effects
from lvlian.outlook.conflict.record import Conflict, told_already
from lvlian.outlook.conflict.whole import at_full_load, measured, named_share, whole_conflicts
from lvlian.outlook.from_plan import case_from_plan
from lvlian.plan.check import check_plan
from lvlian.plan.region import load_region
from tests.outlook.conflicted import INTENSITY, aim, case_of, land, project, reported, value_plan, waits
from tests.outlook.example import small_case

LIBRARY = load_library()
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def regions():
    found = {}
    for name in ("yanshan", "changji", "guizhou", "liaocheng", "baise"):
        facts = load_region(ROOT / "data" / "regions" / f"{name}.yaml")
        found[name] = (facts, case_from_plan(facts, library=LIBRARY))
    return found


def with_report(case, value=13_420.0):
    """The case with a measured intensity of electrolysis."""
    return replace(
        case,
        premises=tuple(replace(reported(value), key=one.key) if one.key == INTENSITY else one for one in case.premises),
    )


@pytest.fixture(scope="module")
def told(regions):
    facts, case = regions["yanshan"]
    return conflicts(with_report(case), LIBRARY, pathway=False, findings=check_plan(facts))


def test_what_the_five_plans_alone_contradict(regions):
    """One pair of sentences in one of them; nothing else, since no plan is contradicted by what nobody measured."""
    found = {name: conflicts(case, LIBRARY, pathway=False) for name, (_, case) in regions.items()}
    assert {name: len(some) for name, some in found.items()} == {
        "yanshan": 1,
        "changji": 0,
        "guizhou": 0,
        "liaocheng": 0,
        "baise": 0,
    }
    (dates,) = found["yanshan"]
    assert dates.system == "dates" and dates.gap == 30 and len(dates.titles) == 3 and dates.proved


def test_a_report_brings_the_conflict_of_value_power_and_metal(told):
    first = told[0]
    assert (first.system, first.severity, first.year) == ("figures", "conflict", 2024)
    assert [one.role for one in first.clauses] == ["goal", "goal", "goal", "report"]
    assert [line.said() for line in first.lines] == [
        "180万吨 × 13,420 千瓦时/吨 = 241.6亿千瓦时",
        "241.6亿千瓦时 × 4 元/kWh = 966.2亿元",
        "甲的上限：900 × 105%（左右按±5% 假） = 945亿元",
        "966.2亿元 > 945亿元",
    ]
    assert first.title == "2024年三句话和一个报数不能同时成立"
    assert {(one.new, one.verdict) for one in first.repairs} == {
        (13_125.0, "可行"),
        (176.0, "可行"),
        (3.91, "可行"),
        (921.0, "可行"),
    }


def test_order_and_what_is_only_just_missed(told):
    assert [(one.system, one.severity) for one in told] == [
        ("figures", "conflict"),
        ("dates", "conflict"),
        ("figures", "notice"),
    ]
    assert told[2].year == 2023 and told[2].gap < 0.01


def test_what_the_plan_s_checks_told_is_linked_and_not_said_twice(regions, told):
    facts, case = regions["yanshan"]
    findings = check_plan(facts)
    assert told[1].same[0] == "start-before-land" and told[0].same == ()
    whole = merged(case, told, findings)
    codes = [one.code for one in whole.findings]
    assert codes.count("sentences-conflict") == 2 and "dates-conflict" not in codes
    assert {one.code for one in whole.same[told[1].id]} >= {"start-before-land"}
    assert len(whole.findings) == len(findings) + 2
    assert told_already(told[1], ()) == ()


def test_the_public_forms(told):
    for one in told:
        data = one.to_json()
        assert json.loads(json.dumps(data, ensure_ascii=False)) == data
        assert [clause["mark"] for clause in data["clauses"]] == list("甲乙丙丁"[: len(one.clauses)])
        finding = one.to_finding("plan")
        assert finding.severity == one.severity and finding.code == one.code and finding.document == "plan"
        assert len(finding.arithmetic) == len(finding.arithmetic_en) == len(one.lines)
        assert all(fact.kind in ("goals", "milestones") for fact in finding.facts)
    assert told[0].to_finding().message_zh.endswith("最小改法：丁单耗降到 13,125 千瓦时/吨以下。")


def test_every_sentence_is_in_both_languages_and_sober(told):
    for one in told:
        zh = [one.title, one.zh, *(c.zh for c in one.clauses), *(r.zh + r.price_zh + r.why_zh for r in one.repairs)]
        en = [
            one.title_en,
            one.en,
            *(c.en for c in one.clauses),
            *(r.en for r in one.repairs),
            *(line.said(chinese=False) for line in one.lines),
        ]
        assert all(zh) and all(en)
        assert not re.search(r"[!！]|赋能|大屏|驾驶舱|系统检测", "".join(zh))
        if one.system == "figures":
            assert not re.search(r"千瓦时|万吨|亿元", "".join(en))


def test_the_slider_of_the_intensity_makes_and_mends_the_conflict(regions):
    _, case = regions["yanshan"]
    found = [conflicts(case.turned({INTENSITY: value}), LIBRARY, pathway=False) for value in (13_100.0, 13_600.0)]
    assert [sum(one.system == "figures" for one in some) for some in found] == [0, 2]


def test_ids_stay_and_quotes_are_the_plan_s_own_words(told, regions):
    again = conflicts(with_report(regions["yanshan"][1]), LIBRARY, pathway=False)
    assert [one.id for one in again] == [one.id for one in told]
    said = replace(told[0].clauses[0], ref=Ref(kind="plan", quote="产值900亿元左右"))
    assert said.words == "“产值900亿元左右”" and told[0].clauses[3].words == told[0].clauses[3].zh


def test_no_conflict_in_an_empty_case_and_no_time_at_all():
    assert conflicts(case_of(), LIBRARY) == ()
    assert conflicts(value_plan(), LIBRARY, pathway=False, seconds=0.0) == ()
    both = value_plan(projects=[project("甲", started=date(2025, 8, 31), needs=[waits("地")])],
                      factors=[land("地", date(2025, 9, 30))])  # fmt: skip
    assert [one.system for one in conflicts(both, LIBRARY, most=1)] == ["figures"]


# -- the whole
@pytest.fixture(scope="module")
def region_whole():
    """A region whose projects are named; smelting, casting and profiles are all there is."""
    case = small_case(limits=())
    goals = (
        aim(0, "primary_output", 60, "万吨", ">=", 2025, name="电解铝产量", variant="tapped"),
        aim(1, "above_scale_firms", 50, "户", ">=", 2025, name="规上企业", variant="stock_aluminium"),
    )
    plants = tuple(replace(one, ref=Ref(kind="account")) for one in case.plants)
    return replace(case, aims=goals, plants=plants, history={})


def test_goals_beyond_what_is_listed(region_whole):
    (found,) = whole_conflicts(region_whole, LIBRARY)
    assert found.system == "pathway" and found.clauses[0].role == "goal" and found.clauses[-1].id == "listed"
    assert found.severity == "notice"  # that nothing else stands is this project's reading
    lower = found.repairs[0]
    # 400 and 150 kt at 95 % load: 52.25 at the very most; the second line is late
    assert lower.kind == "lower_goal" and lower.holds and 45 < lower.new <= 52.25
    assert found.lines[-1].sign == "<" and found.proved


def test_a_goal_within_what_is_listed_is_no_conflict(region_whole):
    fine = replace(region_whole, aims=(replace(region_whole.aims[0], value=40.0),))
    assert whole_conflicts(fine, LIBRARY) == []


def test_a_date_that_alone_stands_against_a_goal(region_whole):
    early = replace(region_whole, aims=(replace(region_whole.aims[0], value=47.0, year=2024),))
    (found,) = whole_conflicts(early, LIBRARY)
    assert any(one.role == "date" and one.zh.startswith("新系列15万吨电解铝") for one in found.clauses)
    assert found.titles == ("新系列15万吨电解铝",)


def test_a_quota_against_a_goal(region_whole):
    from lvlian.outlook.pathway.load_options import load_options

    limit = Limit(
        id="power",
        good="electricity",
        zh="用电指标",
        en="power allotted",
        amount=4e9,
        ref=Ref(kind="plan", section="三"),
    )
    tight = replace(region_whole, aims=(replace(region_whole.aims[0], value=40.0),), limits=(limit,))
    found = whole_conflicts(tight, LIBRARY, options=replace(load_options(), without=("sources", "retrofit")))
    assert any(one.role == "quota" for one in found[0].clauses)


def test_what_a_plan_does_not_list_says_nothing(regions):
    for name in ("changji", "liaocheng", "guizhou"):
        _, case = regions[name]
        assert named_share(case) < 0.5 and whole_conflicts(case, LIBRARY) == []
    bare = at_full_load(regions["yanshan"][1])
    assert not measured(bare) and {plant.load for plant in bare.plants} == {1.0}
    assert named_share(replace(bare, plants=())) == 0.0


def test_records_stand_without_a_case():
    blank = Conflict(
        id="x", system="dates", severity="notice", title="t", title_en="t", zh="中", en="en", clauses=(), lines=()
    )
    assert blank.to_finding().message_zh == "中" and blank.keys() == frozenset()


def test_what_a_projection_or_a_pathway_reaches():
    from types import SimpleNamespace as Some

    goal = value_plan().aims[0]
    projection = Some(aims=(Some(aim=goal, value=612.0), Some(aim=replace(goal, id="g7"), value=None)))
    assert reached_by(projection) == {"g0": 612.0}
    short, met = Some(aim=goal, after=700.0, met=False), Some(aim=replace(goal, id="g7"), after=5.0, met=True)
    assert reached_by(Some(goals=(short, met))) == {"g0": 700.0}
    (found,) = [
        one for one in conflicts(value_plan(), LIBRARY, pathway=Some(goals=(short,))) if one.system == "figures"
    ]
    raised = next(one for one in found.repairs if one.kind == "raise_goal")
    assert not raised.holds and raised.why_zh == "本情景最多到 700亿元" and found.repairs[-1] == raised


def test_the_worked_example_of_the_page_runs():
    result = doctest.testfile(str(ROOT / "docs" / "conflict.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 6 and result.failed == 0


def test_a_repair_is_a_scenario_that_mends_the_conflict(regions, told):
    from lvlian.outlook.scenario import apply

    case = with_report(regions["yanshan"][1])
    for one in told[:2]:
        for repair in one.repairs:
            mended = conflicts(apply(case, repair.scenario("改法", "链长办")), LIBRARY, pathway=False)
            assert one.id not in {other.id for other in mended}, repair.zh
    blank = replace(told[0].repairs[0], changes={})
    with pytest.raises(CaseError, match="changes nothing that a scenario can say"):
        blank.scenario("x")


def test_a_moved_date_tells_what_it_costs(regions, told):
    case = regions["yanshan"][1]
    (found,) = with_effects(case, told[1:2], LIBRARY)
    later = next(one for one in found.repairs if one.kind == "later_date")
    assert later.price_zh.startswith("晚 30 天，3 个项目") and (
        later.price_zh == told[1].repairs[-1].price_zh or re.search(r"年.*[−+][\d.]+亿元$", later.price_zh)
    )
    assert with_effects(case, told[:1], LIBRARY) == told[:1]
