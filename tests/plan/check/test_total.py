"""Parts against totals, on invented figures."""

from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.facts import PlanFacts

from .conftest import goal, plan, step, told


def parts(firm: float, underway: float, new: float, total: float, op: str = "=") -> PlanFacts:
    return plan(
        goal("铝产业产值", total, "亿元", op=op),
        goal("产值", firm, "亿元", subject="青岩铝源有限公司"),
        goal("产值", underway, "亿元", subject="在建项目"),
        goal("产值", new, "亿元", subject="未开工项目"),
    )


def test_parts_that_meet_fall_short_or_exceed() -> None:
    (agrees,) = told(parts(100, 50, 30, 180), "parts-total")
    assert agrees.code == "parts-total-agrees" and agrees.arithmetic[0] == "100 + 50 + 30 = 180 = 180（亿元，2027）"
    (short,) = told(parts(100, 50, 20, 180), "parts-total")
    assert (
        short.severity == "notice" and short.arithmetic[0] == "100 + 50 + 20 = 170 ≠ 180（亿元，2027）；差 −10，−5.6%"
    )
    (over,) = told(parts(100, 50, 60, 180), "parts-total")
    assert over.severity == "conflict"
    assert [f.severity for f in told(parts(100, 50, 60, 180, op=">="), "parts-total")] == ["notice"]
    (about,) = told(parts(100, 50, 36, 180, op="~"), "parts-total")
    assert about.severity == "notice" and "±5%" in about.assumptions[0]


def test_a_bare_value_is_placed_by_its_heading() -> None:
    text = "一、目标\n2027年铝产业产值180亿元。\n二、任务\n（一）稳住链主企业\n实现产值100亿元。\n（二）加快在建项目\n实现产值50亿元。\n（三）推动未开工项目\n实现产值20亿元。\n"
    facts = plan(
        goal("铝产业产值", 180, "亿元"),
        *(goal("产值", v, "亿元", quote=f"实现产值{v}亿元") for v in (100, 50, 20)),
        text=text,
    )
    (finding,) = told(facts, "parts-total")
    assert finding.arithmetic[0].startswith("100 + 50 + 20 = 170 ≠ 180")


def test_parts_in_another_unit_are_converted() -> None:
    facts = plan(
        goal("铝产业产值", 1.5, "亿元"),
        goal("产值", 10000, "万元", subject="青岩铝源有限公司"),
        goal("产值", 5000, "万元", subject="在建项目"),
    )
    assert told(facts, "parts-total")[0].severity == "agrees"


def test_parts_without_the_firms_that_stand_are_not_compared() -> None:
    facts = plan(
        goal("铝产业产值", 300, "亿元"),
        goal("产值", 40, "亿元", subject="在建项目"),
        goal("产值", 10, "亿元", subject="未开工项目"),
    )
    assert told(facts, "parts-total") == []


def test_metals_of_one_industry() -> None:
    def facts(copper: float) -> PlanFacts:
        return plan(
            goal("有色金属产业产值", 160, "亿元"), goal("铝产业产值", 110, "亿元"), goal("铜产业产值", copper, "亿元")
        )

    assert [f.severity for f in told(facts(50), "industry-parts")] == ["agrees"]
    assert [f.severity for f in told(facts(70), "industry-parts")] == ["conflict"]
    assert told(facts(30), "industry-parts") == []


def test_lots_of_land() -> None:
    def facts(last: float) -> PlanFacts:
        return plan(
            step("剩余1200亩项目用地", "报批", None, capacity=1200, unit="亩"),
            step("第一批次用地", "供地", "2025-05", capacity=400.5, unit="亩"),
            step("第二批次用地", "获批", "2025-06", capacity=300.2, unit="亩"),
            step("第三批次用地", "获批", "2025-07", capacity=last, unit="亩"),
        )

    (agrees,) = told(facts(499.3), "land-lots")
    assert agrees.severity == "agrees" and agrees.arithmetic == ("400.5 + 300.2 + 499.3 = 1200 = 1200（亩）",)
    assert [f.severity for f in told(facts(399.3), "land-lots")] == ["notice"]
    assert [f.severity for f in told(facts(599.3), "land-lots")] == ["conflict"]


def test_lots_that_only_the_text_gives() -> None:
    text = "一、用地\n园区共需用地900亩，其中：第一批次400亩5月底前供地；第二批次350亩8月底前获批；第三批次150亩年底前获批。\n"
    assert [f.severity for f in told(plan(text=text), "land-lots")] == ["agrees"]


def test_clusters_of_a_size_class() -> None:
    def facts(total: float) -> PlanFacts:
        return plan(
            goal("铝产业产值", total, "亿元"),
            goal("百亿级铝产业集群", 2, "个", value_max=3),
            goal("五十亿级铝单板基地", 1, "个"),
        )

    (short,) = told(facts(400), "cluster-sizes")
    assert short.severity == "notice" and short.arithmetic == ("2–3 × 100 + 1 × 50 = 250–350 < 400（亿元，2027）",)
    assert [f.severity for f in told(facts(300), "cluster-sizes")] == ["agrees"]
    assert [f.severity for f in told(facts(200), "cluster-sizes")] == ["conflict"]


def test_a_list_after_of_which() -> None:
    def facts(second: float) -> PlanFacts:
        text = f"一、投资\n2027年完成投资100亿元，其中技术改造60亿元、基础设施{second:g}亿元。\n"
        return plan(
            goal("投资", 100, "亿元", quote="完成投资100亿元"),
            goal("技术改造", 60, "亿元", quote="技术改造60亿元"),
            goal("基础设施", second, "亿元", quote=f"基础设施{second:g}亿元"),
            text=text,
        )

    assert [f.severity for f in told(facts(40), "of-which")] == ["agrees"]
    assert [f.severity for f in told(facts(60), "of-which")] == ["notice"]
    assert [f.severity for f in told(facts(160), "of-which")] == ["conflict"]
    assert told(facts(20), "of-which") == []


@given(st.lists(st.decimals("0.01", "9999.99", places=2), min_size=3, max_size=3))
def test_sums_of_decimals_agree_exactly(amounts: list[Decimal]) -> None:
    facts = parts(*(float(a) for a in amounts), float(sum(amounts)))
    (finding,) = told(facts, "parts-total")
    assert finding.severity == "agrees"
    assert not any(re.search(r"\.\d{3}", line) for line in finding.arithmetic)
