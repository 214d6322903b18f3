"""Shares and implied ratios, on invented figures."""

from __future__ import annotations

import pytest

from lvlian.plan.facts import PlanFacts

from .conftest import goal, plan, told


@pytest.mark.parametrize(("share", "severity"), [(75.0, "agrees"), (75.5, "notice"), (80.0, "conflict")])
def test_a_share_against_its_parts(share: float, severity: str) -> None:
    facts = plan(
        goal("铝产业产值", 300, "亿元"),
        goal("规模以上工业总产值", 400, "亿元"),
        goal("铝产业产值占规模以上工业总产值的比重", share, "%"),
    )
    assert [f.severity for f in told(facts, "share")] == [severity]


def test_a_share_is_rounded_half_up_to_its_own_decimals() -> None:
    for printed in (93.8, 94.0, 93.75):
        facts = plan(
            goal("铝产业产值", 1500, "亿元"),
            goal("工业总产值", 1600, "亿元"),
            goal("铝产业产值占工业总产值", printed, "%"),
        )
        assert [f.severity for f in told(facts, "share")] == ["agrees"]


def test_parts_of_another_year_are_not_taken() -> None:
    facts = plan(
        goal("铝产业产值", 300, "亿元", "2026"),
        goal("工业总产值", 400, "亿元"),
        goal("铝产业产值占工业总产值", 50, "%"),
    )
    assert told(facts, "share") == []


def power(value: float, op: str = ">=") -> PlanFacts:
    return plan(
        goal("铝产业综合产值", 300, "亿元"),
        goal("生产电解铝", 60, "万吨", subject="青岩铝源有限公司"),
        goal("度电产值", value, "元/kWh", op=op),
    )


def test_value_per_kwh() -> None:
    (agrees,) = told(power(3.8), "value-per-kwh")
    assert (
        agrees.severity == "agrees" and "3.70–3.85" in agrees.arithmetic[0] and "13,000–13,500" in agrees.assumptions[0]
    )
    (notice,) = told(power(4.1), "value-per-kwh")
    assert notice.severity == "notice" and "12,195" in notice.arithmetic[1]
    assert [f.severity for f in told(power(5.0), "value-per-kwh")] == ["conflict"]
    assert [f.severity for f in told(power(3.3, "~"), "value-per-kwh")] == ["notice"]


def test_a_firms_value_per_tonne() -> None:
    def facts(value: float) -> PlanFacts:
        return plan(
            goal("电解铝产量", 60, "万吨", subject="青岩铝源有限公司"),
            goal("产值", value, "亿元", subject="青岩铝源有限公司"),
        )

    assert [f.severity for f in told(facts(110), "value-per-tonne")] == ["agrees"]
    (odd,) = told(facts(1100), "value-per-tonne")
    assert odd.severity == "notice" and "183,333 元/吨" in odd.arithmetic[0]


def test_growth_against_two_levels() -> None:
    def facts(rate: float, op: str = "=") -> PlanFacts:
        return plan(
            goal("铝产业产值", 200, "亿元", "2024", mode="baseline"),
            goal("铝产业产值", 300, "亿元", "2027"),
            goal("铝产业产值年均增速", rate, "%", "2027", mode="growth_rate", op=op),
        )

    (agrees,) = told(facts(14.5), "growth-rate")
    assert agrees.severity == "agrees" and agrees.arithmetic == ("（300 ÷ 200）^(1/3) − 1 = 14.5% ≈ 14.5%",)
    assert [f.severity for f in told(facts(20), "growth-rate")] == ["conflict"]
    assert [f.severity for f in told(facts(10, ">="), "growth-rate")] == ["agrees"]


def test_a_rate_above_a_hundred() -> None:
    assert [f.severity for f in told(plan(goal("铝水就地转化率", 120, "%")), "share-over-100")] == ["conflict"]
    assert told(plan(goal("铝水就地转化率", 100, "%"), goal("劳动生产率", 150, "%")), "share-over-100") == []
