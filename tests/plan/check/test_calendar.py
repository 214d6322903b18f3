"""Dates, on invented projects."""

from __future__ import annotations

from lvlian.plan.facts import PlanFacts

from .conftest import goal, plan, step, told

OWNER = {"owner": "启翼公司", "product": "汽车部件", "capacity": 8.0}


def test_before_the_date_of_issue() -> None:
    facts = plan(
        step("甲项目", "投产", "2024-12"),
        step("乙项目", "投产", "2025-01"),
        goal("铝产业产值", 90, "亿元", "2023", mode="baseline"),
    )
    (finding,) = told(facts, "date-past")
    assert finding.message_zh.startswith("1个节点早于印发日（2025-01-10）") and len(finding.facts) == 1
    assert told(plan(step("甲项目", "投产", "2024-12"), date=None), "date-past") == []


def test_due_before_the_month_of_issue_is_over() -> None:
    def facts(words: str) -> PlanFacts:
        return plan(step("甲项目", "投产", "2025-01", quote="甲项目"), text=f"一、任务\n甲项目2025年{words}投产。\n")

    assert len(told(facts("1月前"), "date-this-month")) == 1
    assert told(facts("1月底前"), "date-this-month") == []


def test_a_start_before_its_land() -> None:
    def facts(start: str) -> PlanFacts:
        return plan(
            step("启翼年产8万吨汽车部件项目", "开工", start, **OWNER),
            step(
                "启翼汽车部件有限公司8万吨汽车零部件项目",
                "供地",
                "2025-09",
                owner="启翼汽车部件有限公司",
                product="汽车零部件",
                capacity=8.0,
            ),
        )

    (clash,) = told(facts("2025-08"), "start-before-land")
    assert clash.severity == "conflict" and clash.arithmetic[0].startswith("开工 2025-08 < 供地 2025-09")
    assert told(facts("2025-10"), "start-before-land") == []


def test_a_lot_that_is_for_a_named_project() -> None:
    def facts(start: str) -> PlanFacts:
        text = "一、用地\n第二批次380亩2025年12月底前供地，用于启翼公司年产8万吨汽车部件项目。\n"
        return plan(
            step("启翼公司年产8万吨汽车部件项目", "开工", start, **OWNER),
            step("第二批次", "供地", "2025-12", capacity=380, unit="亩", quote="第二批次380亩2025年12月底前供地"),
            text=text,
        )

    assert [f.severity for f in told(facts("2025-10"), "start-before-land")] == ["conflict"]
    assert told(facts("2026-01"), "start-before-land") == []


def test_the_order_of_steps() -> None:
    def facts(full: str) -> PlanFacts:
        return plan(step("汽车部件项目", "投产", "2025-10", **OWNER), step("汽车部件项目", "达产", full, **OWNER))

    assert [f.severity for f in told(facts("2025-08"), "step-order")] == ["conflict"]
    assert [f.severity for f in told(facts("2026-03"), "step-order")] == ["agrees"]
    assert [f.severity for f in told(facts("2025"), "step-order")] == ["agrees"]
    coarse = plan(step("汽车部件项目", "投产", "2026", **OWNER), step("汽车部件项目", "达产", "2025-10", **OWNER))
    assert [f.severity for f in told(coarse, "step-order")] == ["notice"]


def test_two_dates_and_power_and_period() -> None:
    two = plan(step("汽车部件项目", "投产", "2025-10", **OWNER), step("汽车部件项目", "投产", "2025-12", **OWNER))
    assert [f.severity for f in told(two, "two-dates")] == ["notice"]
    power = plan(step("汽车部件项目", "投产", "2025-10", **OWNER), step("汽车部件项目", "通电", "2025-12", **OWNER))
    assert [f.severity for f in told(power, "production-before-power")] == ["conflict"]
    assert [f.severity for f in told(plan(step("甲项目", "投产", "2028-03")), "outside-period")] == ["notice"]
    assert told(plan(step("甲项目", "投产", "2028-03"), title="青岩县铝产业意见"), "outside-period") == []


def test_dates_that_do_not_exist() -> None:
    facts = plan(text="一、任务\n2025年2月30日前完成甲项目。2025年13月前完成乙项目。2024年2月29日已完成丙项目。\n")
    assert [f.message_zh for f in told(facts, "date-impossible")] == ["“2025年2月30日”不存在。", "“2025年13月”不存在。"]
    assert len(told(plan(step("甲项目", "投产", "2025-13")), "date-impossible")) == 1
