"""Dates that cannot both hold: what is a conflict and what is none, how projects are told together, and the ways out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lvlian.outlook.case import CaseError, Factor, Need, Ref, Step
from lvlian.outlook.conflict.date_repairs import month_end_before
from lvlian.outlook.conflict.dates import period, span_zh
from lvlian.outlook.conflict.durations import load_least
from lvlian.outlook.conflict.inversions import date_conflicts
from tests.outlook.conflicted import case_of, land, project, waits

AUGUST, SEPTEMBER = date(2025, 8, 31), date(2025, 9, 30)


def inverted(**more):
    """A start by the end of August on land of the end of September."""
    return case_of(
        projects=[project("甲", started=AUGUST, needs=[waits("地")], **more)], factors=[land("地", SEPTEMBER)]
    )


def test_a_start_before_its_land():
    (found,) = date_conflicts(inverted())
    assert found.severity == "conflict" and found.proved and found.gap == 30
    assert [(one.mark, one.role, one.day) for one in found.clauses] == [
        ("甲", "date", AUGUST),
        ("乙", "date", SEPTEMBER),
    ]
    assert found.lines[0].said() == "开工 ≤ 2025-08-31 < 供地 ≤ 2025-09-30，先后倒置 30 天"
    assert found.title == "两处日期：先开工，后供地，先后倒置 30 天"
    assert "30 days" in found.title_en and found.lines[0].said(chinese=False).endswith("30 days the wrong way round")


@pytest.mark.parametrize(
    "case",
    [
        inverted(stage="started"),
        case_of(
            projects=[project("甲", started=AUGUST, needs=[waits("地", kind="assumption")])],
            factors=[land("地", SEPTEMBER)],
        ),
        case_of(projects=[project("甲", started=AUGUST, needs=[waits("地")])], factors=[land("地", AUGUST)]),
        case_of(projects=[project("甲", started=AUGUST, needs=[waits("地")])], factors=[land("地", None)]),
        case_of(
            projects=[project("甲", started=AUGUST, needs=[waits("地")])], factors=[land("地", date(2025, 12, 31))]
        ),
        case_of(
            projects=[project("甲", started=(date(2025, 12, 31), "2025"), needs=[waits("地")])],
            factors=[land("地", SEPTEMBER)],
        ),
        case_of(projects=[project("甲", needs=[waits("地")])], factors=[land("地", SEPTEMBER)]),
        case_of(projects=[project("甲", started=AUGUST, needs=[Need(factor="没有")])]),
        case_of(),
    ],
    ids=[
        "started already",
        "only assumed",
        "same month",
        "no day",
        "land within the year",
        "start within the year",
        "no step",
        "no factor",
        "nothing",
    ],
)
def test_what_is_no_conflict(case):
    assert date_conflicts(case) == []


def test_a_step_that_is_done_contradicts_nobody():
    case = inverted()
    done = replace(case.projects[0], steps=(Step(stage="started", promised=AUGUST, done=AUGUST),))
    assert date_conflicts(replace(case, projects=(done,))) == []


def test_a_day_told_since_counts_and_is_a_report():
    case = case_of(
        projects=[project("甲", started=SEPTEMBER, needs=[waits("地")])],
        factors=[land("地", AUGUST, revised=date(2025, 10, 31))],
    )
    (found,) = date_conflicts(case)
    assert [one.role for one in found.clauses] == ["date", "report"] and "已报的新日期" in found.clauses[1].zh
    assert found.gap == 31


def test_projects_of_the_same_two_sentences_are_told_together():
    names = ["甲", "乙", "丙"]
    projects = [project(name, started=AUGUST, needs=[waits(f"{name}地")]) for name in names]
    projects.append(project("丁", started=date(2025, 5, 31), needs=[waits("丁地")]))
    factors = [*(land(f"{name}地", SEPTEMBER) for name in names), land("丁地", SEPTEMBER)]
    found = sorted(date_conflicts(case_of(projects=projects, factors=factors)), key=lambda one: one.gap)
    assert [(one.gap, len(one.titles)) for one in found] == [(30, 3), (122, 1)]
    assert "甲项目、乙项目、丙项目开工：2025年8月底前" in found[0].zh
    assert len(found[0].clauses[0].also) == 2
    assert all("，3 个项目" in one.price_zh for one in found[0].repairs if one.kind == "later_date")


def test_stages_of_one_project_in_the_wrong_order():
    (found,) = date_conflicts(case_of(projects=[project("甲", started=SEPTEMBER, running=AUGUST)]))
    assert found.severity == "conflict" and "先投产，后开工" in found.title and len(found.clauses) == 2


def test_less_than_the_least_building_time_is_a_notice():
    (found,) = date_conflicts(case_of(projects=[project("甲", started=AUGUST, running=date(2025, 10, 31))]))
    assert found.severity == "notice" and [one.role for one in found.clauses] == ["date", "date", "rule"]
    assert found.lines[0].said() == "开工 2025-08-31 + 至少 195 天 = 2026-03-14" and found.assumptions
    later = next(one for one in found.repairs if one.kind == "later_date")
    assert later.holds and later.new_day == date(2026, 3, 31)


def test_land_and_building_time_against_first_output():
    case = case_of(
        projects=[project("甲", running=date(2025, 12, 31), needs=[waits("地")])], factors=[land("地", SEPTEMBER)]
    )
    case = replace(
        case, projects=(replace(case.projects[0], steps=(replace(case.projects[0].steps[0], words="2025-12"),)),)
    )
    (found,) = date_conflicts(case)
    assert found.gap == 103 and found.severity == "notice" and "供地" in found.clauses[1].zh
    (late,) = date_conflicts(replace(case, factors=(), today=date(2025, 8, 31)))  # nothing but today is against it
    assert (
        late.gap == 73
        and "一处日期和最短工期" in late.title
        and late.lines[0].said().startswith("今天 2025-08-31 + 至少 195 天")
    )


def test_ways_out_of_an_inversion():
    (found,) = date_conflicts(inverted())
    told = {one.kind: one for one in found.repairs}
    assert set(told) == {"later_date", "earlier_date", "workshops"}
    assert told["later_date"].new_day == SEPTEMBER and told["earlier_date"].new_day == AUGUST
    assert all(one.holds for one in told.values())
    assert found.repairs[0].kind == "workshops" and told["workshops"].price_zh == "租金按面积另算"
    assert (told["later_date"].who, told["earlier_date"].who) == ("园区管委会", "自然资源局")


def test_rent_by_the_land_that_a_project_asks_for():
    (found,) = date_conflicts(inverted(land=30.0))
    rent = next(one for one in found.repairs if one.kind == "workshops")
    assert (
        rent.cost == pytest.approx(30 * 2000 / 3 * 10 * 12)
        and "240万元/年（假）" in rent.price_zh
        and len(rent.assumptions) == 2
    )
    for unfit in (inverted(land=500.0), inverted(kind="casting")):
        assert all(one.kind != "workshops" for one in date_conflicts(unfit)[0].repairs)


def test_a_day_that_is_past_is_no_way_out():
    case = replace(inverted(), today=date(2025, 10, 12))
    sooner = next(one for one in date_conflicts(case)[0].repairs if one.kind == "earlier_date")
    assert not sooner.holds and sooner.why_zh == "2025-08-31 已过"


def test_a_factor_no_money_can_bring_sooner():
    case = inverted()
    case = replace(case, factors=(replace(case.factors[0], soonest=SEPTEMBER, cost=1e6),))
    sooner = next(one for one in date_conflicts(case)[0].repairs if one.kind == "earlier_date")
    assert not sooner.holds and "最早 2025-09-30" in sooner.why_zh
    case = replace(case, factors=(replace(case.factors[0], soonest=None),))
    sooner = next(one for one in date_conflicts(case)[0].repairs if one.kind == "earlier_date")
    assert sooner.holds and sooner.cost == pytest.approx(30 / 91.3125 * 1e6)


def test_a_later_start_does_not_mend_what_else_is_wrong():
    """Land at the end of the year is against the start and, with the building time, against first output: two conflicts, each with its own ways out."""
    case = case_of(
        projects=[project("甲", started=AUGUST, running=date(2026, 3, 31), needs=[waits("地")])],
        factors=[land("地", date(2025, 12, 31))],
    )
    case = replace(case, factors=(replace(case.factors[0], ref=Ref(kind="plan", quote="12月底前供地")),))
    found = sorted(date_conflicts(case), key=lambda one: len(one.clauses))
    assert [(len(one.clauses), one.severity) for one in found] == [(2, "conflict"), (3, "notice")]
    assert all(one.holds for one in found[0].repairs)


def test_power_before_first_output():
    tower = Factor(id="塔", kind="power", title="110千伏变电站", promised=date(2025, 11, 30), ref=Ref(kind="plan"))
    case = case_of(
        projects=[project("甲", running=SEPTEMBER, stage="started", needs=[waits("塔", "running")])], factors=[tower]
    )
    (found,) = date_conflicts(case)
    assert "先投产，后通电" in found.title and all(one.kind != "workshops" for one in found.repairs)


@pytest.mark.parametrize(
    ("day", "words", "first"),
    [
        (date(2025, 9, 30), "", date(2025, 9, 1)), (date(2025, 12, 31), "", date(2025, 1, 1)), (date(2025, 12, 31), "2025-12", date(2025, 12, 1)),
        (date(2025, 9, 30), "2025-Q3", date(2025, 7, 1)), (date(2025, 6, 30), "上半年", date(2025, 1, 1)), (date(2025, 9, 15), "", date(2025, 9, 15)),
        (date(2024, 2, 29), "2024-02", date(2024, 2, 1)), (date(2025, 12, 31), "2025", date(2025, 1, 1)),
    ],
)  # fmt: skip
def test_the_period_that_a_last_day_stands_for(day, words, first):
    assert period(day, words) == (first, day)


def test_days_in_words():
    assert (
        span_zh(date(2025, 9, 1), SEPTEMBER) == "2025年9月底前"
        and span_zh(date(2025, 1, 1), date(2025, 12, 31)) == "2025年内"
    )
    assert span_zh(SEPTEMBER, SEPTEMBER) == "2025年9月30日" and month_end_before(date(2025, 9, 29)) == AUGUST


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("least: 3", "field least: expected a mapping"), ("least: {default: {moved: 3}}", "unknown stage"),
        ("least: {default: {built: soon}}", "found 'soon', expected days from 0"), ("least: {default: {}, primary: 3}", "field least.primary"), ("{", "YAML"),
    ],
)  # fmt: skip
def test_a_broken_file_of_days_is_one_sentence(tmp_path, text, words):
    file = tmp_path / "dates.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"^dates\.yaml") as told:
        load_least(file)
    assert words in str(told.value)


def test_forty_projects_on_one_batch_are_one_conflict():
    projects = [project(f"p{n}", started=AUGUST, running=date(2027, 3, 31), needs=[waits("批")]) for n in range(40)]
    (found,) = date_conflicts(case_of(projects=projects, factors=[land("批", SEPTEMBER)]))
    assert (
        len(found.titles) == 40
        and "等40个项目" in found.zh
        and "40 个项目" in found.repairs[-1].price_zh + found.repairs[-2].price_zh
    )
