"""Gaps and counts, on invented words."""

from __future__ import annotations

import pytest

from lvlian.plan.facts import Duty, Incentive, PlanFacts

from .conftest import goal, plan, step, told


def codes(facts: PlanFacts, code: str) -> list[str]:
    return [f.severity for f in told(facts, code)]


def test_dates_units_bases() -> None:
    assert codes(plan(goal("铝水就地转化率", 80, "%", None)), "goal-without-date") == ["gap"]
    assert (
        codes(
            plan(goal("电耗基准水平", 13350, "千瓦时/吨", None), goal("硫酸产能", 140, "万吨", None, mode="baseline")),
            "goal-without-date",
        )
        == []
    )
    assert codes(plan(goal("新建车间", 5, "")), "goal-without-unit") == ["gap"]
    assert codes(plan(goal("生产效率", 25, "%", mode="increase")), "base-missing") == ["gap"]
    assert (
        codes(
            plan(
                goal("铝产业产值年均增速", 15, "%", mode="growth_rate"),
                goal("铝产业产值", 90, "亿元", "2024", mode="baseline"),
            ),
            "base-missing",
        )
        == []
    )


def test_a_rise_that_reads_two_ways() -> None:
    assert codes(
        plan(goal("矿山数字化率", 50, "%", mode="increase", quote="矿山数字化率提高50%")), "rise-ambiguous"
    ) == ["notice"]
    assert (
        codes(plan(goal("矿山数字化率", 50, "个百分点", mode="increase", quote="提高50个百分点")), "rise-ambiguous")
        == []
    )
    assert codes(plan(goal("生产效率", 50, "%", mode="increase", quote="生产效率提高50%")), "rise-ambiguous") == []


def test_steps_and_vague_words() -> None:
    undated = plan(step("甲项目", "开工", None, quote="甲项目"), text="一、任务\n甲项目尽早实现开工。\n")
    (finding,) = told(undated, "step-without-date")
    assert "1处只写“尽早”" in finding.message_zh and codes(undated, "vague-date") == []
    dated = plan(
        step("甲项目", "开工", None, owner="启翼公司", product="部件", capacity=8),
        step("甲项目", "投产", "2026-05", owner="启翼公司", product="部件", capacity=8),
    )
    assert codes(dated, "step-without-date") == []
    assert codes(plan(text="一、任务\n（一）尽快启动。适时出台补贴措施，不定期开会。\n"), "vague-date") == ["gap"]
    assert codes(plan(text="一、任务\n2026年3月出台补贴措施。\n"), "vague-date") == []


@pytest.mark.parametrize(
    ("tail", "missing"),
    [
        ("附件：项目支撑表\n", 1),
        ("附件：项目支撑表\n附件\n项目支撑表\n序号 项目\n", 0),
        ("附件：1.项目支撑表\n2.要素清单\n附件1\n项目支撑表\n序号 项目\n", 1),
        ("附件：1.项目支撑表\n2.要素清单\n附件1\n项目支撑表\n附件2\n要素清单\n", 0),
        ("按照附件1逐项落实。\n", 1),
        ("", 0),
    ],
)
def test_annexes(tail: str, missing: int) -> None:
    found = told(plan(text=f"一、任务\n完成各项任务。\n{tail}"), "annex-missing")
    assert len(found) == (1 if missing else 0)


def test_all_of_it() -> None:
    assert codes(plan(text="一、目标\n重点企业智能化改造全面完成。\n"), "list-missing") == ["gap"]
    assert codes(plan(text="一、目标\n38家重点企业智能化改造全面完成。\n"), "list-missing") == []


TASKS = "一、目标\n铝产业产值90亿元。\n二、任务\n（一）稳住链主\n做好服务。\n责任单位：县工信局\n（二）抓紧在建\n做好服务。\n责任单位：县投资局\n（三）招商引资\n做好服务。\n"


def test_tasks_without_a_unit() -> None:
    duties = [
        Duty(units=("县工信局",), quote="责任单位：县工信局"),
        Duty(units=("县投资局",), quote="责任单位：县投资局"),
    ]
    assert codes(plan(*duties, text=TASKS), "duty-missing") == ["gap"]
    assert (
        codes(
            plan(*duties, Duty(units=("县商务局",), quote="责任单位：县商务局"), text=TASKS + "责任单位：县商务局\n"),
            "duty-missing",
        )
        == []
    )


def test_addressees() -> None:
    text = "青岩县人民政府文件\n关于印发行动方案的通知\n青岩、云岫、澜江县人民政府，县工信局、县财政局：\n现将方案印发给你们，请认真组织实施。\n一、任务\n责任单位：县工信局，青岩县、云岫县人民政府\n"
    duty = Duty(units=("县工信局", "青岩县", "云岫县人民政府"), quote="责任单位：县工信局，青岩县、云岫县人民政府")
    (finding,) = told(plan(duty, text=text), "addressee-duty")
    assert finding.severity == "gap" and "2 个没有任务：澜江县人民政府、县财政局" in finding.message_zh
    whole = Duty(units=(*duty.units, "澜江县", "财政局"), quote="责任单位：县工信局，青岩县、云岫县人民政府")
    assert codes(plan(whole, text=text), "addressee-duty") == ["agrees"]


def test_substations_and_rewards() -> None:
    text = "一、用电\n支持启翼、云岫等项目业主建设110千伏变电站，满足用电需求。\n"
    steps = [
        step("启翼年产8万吨部件项目", "投产", "2026-05", owner="启翼公司", capacity=8),
        step("云岫年产9万吨扁锭项目", "投产", "2026-06", owner="云岫公司", capacity=9),
    ]
    assert codes(plan(*steps, text=text), "factor-undated") == ["gap"]
    assert codes(plan(*steps, text=text.replace("变电站，", "变电站，2025年12月底前建成，")), "factor-undated") == []
    vague = Incentive(who="入库企业", benefit="奖励", quote="对入库企业按照有关政策给予相应的奖励")
    assert codes(plan(vague), "reward-without-measure") == ["gap"]
    assert (
        codes(
            plan(Incentive(who="入库企业", benefit="奖励", amount=20, unit="万元", quote="按有关政策奖励20万元")),
            "reward-without-measure",
        )
        == []
    )


def test_counts() -> None:
    assert codes(plan(text="一、目标\n壮大“建筑用铝、交通用铝、包装用铝”等三条产业链。\n"), "list-count") == ["agrees"]
    assert codes(plan(text="一、目标\n壮大“建筑用铝、交通用铝、包装用铝、电力用铝”等三条产业链。\n"), "list-count") == [
        "notice"
    ]
    assert codes(plan(text="一、目标\n壮大“建筑用铝、交通用铝”等三条产业链。\n"), "list-count") == []
    firms = [step(f"{n}公司项目", "升规纳统", "2027-08", owner=f"{n}公司") for n in ("启翼", "云岫", "澜棒")]
    assert codes(plan(goal("规模以上工业企业", 5, "户", mode="increase"), *firms), "firms-named") == ["notice"]
    assert codes(plan(goal("规模以上工业企业", 3, "户", mode="increase"), *firms), "firms-named") == ["agrees"]
