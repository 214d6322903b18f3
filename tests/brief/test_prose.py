"""Sentences made from facts name whose they are and read as an office writes them."""

from __future__ import annotations

from lvlian.brief import Assessed
from lvlian.brief.comparison import distinct
from lvlian.brief.goals import goal_table
from lvlian.brief.highlights import highlights
from lvlian.brief.page import render_page
from lvlian.brief.prose import dates_prose, goals_prose, mechanism_prose, mostly_chinese, schedule_prose
from lvlian.brief.saying import reason_words, rhythm
from lvlian.brief.schedule import schedule
from lvlian.brief.units import duty_matrix
from lvlian.finding import Finding
from lvlian.plan.facts import Chain, Goal, Head, Mechanism, Milestone, PlanFacts

HEAD = Head(title="石盘县方案", region="石盘县", date="2024-03-18")


def _goal(subject: str, value: float, when: str | None = "2025", indicator: str = "产值") -> Goal:
    return Goal(quote="", indicator=indicator, subject=subject, op="=", value=value, unit="亿元", when=when)


def test_one_indicator_of_many_subjects_is_one_block() -> None:
    facts = PlanFacts(document=HEAD, goals=tuple(_goal(f"{name}项目", at) for at, name in enumerate("甲乙丙", start=1)))
    (block,) = goal_table(facts).blocks()
    assert block.by_subject
    assert goals_prose(goal_table(facts)) == [("产值：", "甲项目2025年1亿元；乙项目2025年2亿元；丙项目2025年3亿元。")]


def test_the_same_indicator_of_different_subjects_keeps_its_subject() -> None:
    facts = PlanFacts(document=HEAD, goals=(_goal("石盘县", 300), _goal("在建项目", 80)))
    assert goals_prose(goal_table(facts)) == [("石盘县：", "产值2025年300亿元。"), ("在建项目：", "产值2025年80亿元。")]


def test_steps_follow_the_projects_in_the_order_of_dates() -> None:
    late = Milestone(quote="", project="甲项目", event="投产", when="2025-06", when_op="by")
    soon = Milestone(quote="", project="乙项目", event="开工", when="2024-09", when_op="by")
    none = Milestone(quote="", project="丙项目", event="开工")
    facts = PlanFacts(document=HEAD, milestones=(late, soon, none))
    assert schedule_prose(schedule(facts)) == [
        ("2024年9月前：", "乙项目开工。"),
        ("2025年6月前：", "甲项目投产。"),
        ("未写日期：", "丙项目。"),
    ]


def test_product_with_photovoltaics_in_its_name_is_a_project() -> None:
    facts = PlanFacts(document=HEAD, milestones=(Milestone(quote="", project="光伏边框项目", event="开工"),))
    assert schedule(facts).projects[0].factor == ""


def test_half_a_time_a_month_is_once_in_two_months() -> None:
    walk = Mechanism(quote="", name="走访企业", actor="县领导", per="month", times=0.5)
    assert mechanism_prose(walk) == "县领导每2个月走访企业1次"
    assert rhythm(walk)[0].zh == "每2个月"
    assert mechanism_prose(Mechanism(quote="", name="督查", per="quarter", times=2, op=">=")) == "每季度督查2次以上"


def test_reasons_are_told_in_both_languages() -> None:
    assert reason_words("no date").zh == "原文未写日期"
    assert reason_words("no period: 定期").zh == "原文未写周期：定期"
    assert reason_words("已开工 without a date").zh == "已开工，未写日期"
    assert reason_words("张三核对").zh == "张三核对"
    assert reason_words(None).zh == ""


def test_dates_in_sentences() -> None:
    assert dates_prose("开工 2024-08 < 供地 2024-12-03") == "开工 2024年8月 < 供地 2024年12月3日"
    assert dates_prose("2010-2014年") == "2010-2014年"
    assert mostly_chinese("每吨电解铝用电 13,000 kWh")
    assert not mostly_chinese("先例：production by country, copy in a repository")


def test_plans_of_one_name_are_numbered() -> None:
    assert distinct(["甲县", "乙县", "甲县"]) == ["甲县（1）", "乙县", "甲县（2）"]


def test_the_page_puts_sums_before_slips_and_one_of_each_kind() -> None:
    def finding(code: str, *arithmetic: str) -> Finding:
        return Finding(code=code, severity="notice", message_zh=code, message_en=code, arithmetic=arithmetic)

    facts = PlanFacts(document=HEAD, goals=(_goal("石盘县", 300),))
    item = Assessed(
        facts, (finding("typo", "甲 ≠ 乙"), finding("sum", "1 + 2 = 3 ≠ 4"), finding("sum", "5 + 5 = 10 ≠ 9"))
    )
    found = highlights(item, goal_table(facts), schedule(facts), duty_matrix(facts))
    assert [light.words.zh for light in found][:2] == ["sum", "typo"]
    assert sum(light.words.zh == "sum" for light in found) == 1


def test_facts_without_any_words_make_a_page() -> None:
    facts = PlanFacts(
        document=Head(),
        goals=(Goal(quote="", indicator="", subject=None, op="", value=1.0),),
        milestones=(Milestone(quote="", project=""),),
        chains=(Chain(quote=""),),
        mechanisms=(Mechanism(quote="", name=""),),
    )
    assert "</html>" in render_page([Assessed(facts)])
