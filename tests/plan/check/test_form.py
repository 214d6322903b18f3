"""Form and law, on invented words."""

from __future__ import annotations

import pytest

from lvlian.plan.facts import Incentive

from .conftest import plan, told


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("对标《高耗能行业重点领域能效标杆水平（2021年版）》（发改产业〔2021〕1609号）的要求，加快实施改造。", 0),
        ("对标《高耗能行业重点领域能效标杆水平(2021年版）》（发改产业〔2021〕1609号)的要求，加快实施改造。", 0),
        ("对标《高耗能行业重点领域能效标杆水平（2021年版）》（发改产业〔2021)1609号）的要求，加快实施改造。", 1),
        ("对标《高耗能行业重点领域能效标杆水平的通知（发改产业〔2021〕1609号）中的要求，加快实施节能改造。", 1),
        ("落实“一企一策，对重点企业给予要素保障，推动项目早开工、早建成、早投产、早达产、早见效，做好服务。", 1),
        ("落实一企一策”，对重点企业给予要素保障，推动项目早开工、早建成、早投产、早达产、早见效，做好服务。", 1),
        ("1）加强领导，2）压实责任，3）强化督导，推动项目早开工、早建成、早投产、早达产、早见效，做好服务。", 0),
    ],
)
def test_brackets(words: str, wrong: int) -> None:
    found = told(plan(text=f"一、任务\n{words}\n"), "brackets")
    assert found[0].message_zh.startswith(f"{wrong}处") if wrong else not found


def test_the_margin_of_a_web_page_is_left_alone() -> None:
    assert (
        told(
            plan(text="一、任务\n落实各项任务，推动项目早开工、早建成。\n全部评论(0\n登录\n暂无评论\n提示\n确定\n"),
            "brackets",
        )
        == []
    )


def test_numbering() -> None:
    good = "一、目标\n铝。\n二、任务\n（一）甲事项\n铝。\n（二）乙事项\n铝。\n三、保障\n（一）丙事项\n铝。\n附件：1.甲表\n2.乙表\n"
    assert told(plan(text=good), "numbering") == []
    (jump,) = told(plan(text=good.replace("三、保障", "四、保障")), "numbering")
    assert jump.arithmetic == ("2 + 1 ≠ 4",)


def test_references_and_slips() -> None:
    text = "一、目标\n按本方案第三部分执行。\n二、任务\n发展铜治炼，1一2年见效，预焙阳极配套，开支特别节省。\n"
    assert len(told(plan(text=text), "reference")) == 1
    (finding,) = told(plan(text=text), "slips")
    assert [e.quote for e in finding.facts] == ["治炼", "1一2"]
    assert told(plan(text=text.replace("第三部分", "第二部分")), "reference") == []


def test_rewards_by_tax() -> None:
    words = "对存量企业按上缴税金分档给予奖励。"
    (old,) = told(plan(text=f"一、扶持\n{words}\n", date="2023-05-01"), "reward-by-tax")
    assert old.severity == "notice" and "应复核" in old.message_zh and "第十条" in old.assumptions[0]
    (new,) = told(plan(text=f"一、扶持\n{words}\n", date="2025-05-01"), "reward-by-tax")
    assert "之后" in new.message_zh and new.arithmetic == ("印发 2025-05-01 ≥ 施行 2024-08-01",)
    facts_only = plan(Incentive(who="年纳税额500万元以上的企业", benefit="奖励", quote="给予奖励"))
    assert len(told(facts_only, "reward-by-tax")) == 1
    for fine in ("落实再生铝增值税即征即退政策，支持企业发展。", "对企业按设备投资额给予补助。"):
        assert told(plan(text=f"一、扶持\n{fine}\n"), "reward-by-tax") == []


def test_local_firms() -> None:
    assert len(told(plan(text="一、扶持\n对参加展会的本地企业给予补贴。\n"), "local-firms-only")) == 1
    assert len(told(plan(text="一、扶持\n对在青注册成立的回收企业，给予奖励。\n"), "local-firms-only")) == 1
    assert told(plan(text="一、扶持\n对参加展会的企业给予补贴，提高本地配套率。\n"), "local-firms-only") == []
