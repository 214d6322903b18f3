"""Goals over the years, on invented figures."""

from __future__ import annotations

from .conftest import goal, plan, told


def test_one_indicator_two_figures() -> None:
    clash = plan(goal("铝水就地转化率", 60, "%"), goal("铝水就地转化率", 70, "%"))
    assert [f.severity for f in told(clash, "two-figures")] == ["conflict"]
    room = plan(goal("铝水就地转化率", 60, "%", op=">="), goal("铝水就地转化率", 70, "%"))
    assert [f.severity for f in told(room, "two-figures")] == ["notice"]
    same = plan(goal("铝水就地转化率", 60, "%", op=">="), goal("铝水就地转化率", 60, "%"))
    assert [f.severity for f in told(same, "two-figures")] == ["agrees"]


def test_bare_names_and_investments_are_kept_apart() -> None:
    assert (
        told(
            plan(
                goal("产值", 5, "亿元", section="（一）在建项目"), goal("产值", 9, "亿元", section="（二）未开工项目")
            ),
            "two-figures",
        )
        == []
    )
    assert told(plan(goal("总投资", 5, "亿元"), goal("总投资", 9, "亿元")), "two-figures") == []


def test_falling_goals() -> None:
    falls = plan(goal("铝产业产值", 300, "亿元", "2026"), goal("铝产业产值", 280, "亿元", "2027"))
    assert [f.severity for f in told(falls, "goal-falls")] == ["notice"]
    assert told(plan(goal("采矿损失率", 8, "%", "2026"), goal("采矿损失率", 6, "%", "2027")), "goal-falls") == []
    assert len(told(plan(goal("采矿损失率", 6, "%", "2026"), goal("采矿损失率", 8, "%", "2027")), "goal-falls")) == 1
    assert told(plan(goal("招引落地企业", 8, "户", "2026"), goal("招引落地企业", 6, "户", "2027")), "goal-falls") == []


def test_growth_beyond_any_seen() -> None:
    jump = plan(goal("铝产业产值", 200, "亿元", "2025"), goal("铝产业产值", 700, "亿元", "2026"))
    (finding,) = told(jump, "goal-jumps")
    assert "3.50 倍 >" in finding.arithmetic[0] and finding.assumptions
    assert (
        told(plan(goal("铝产业产值", 200, "亿元", "2025"), goal("铝产业产值", 260, "亿元", "2026")), "goal-jumps") == []
    )
