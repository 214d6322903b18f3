"""Names, on invented firms and areas."""

from __future__ import annotations

from lvlian.plan.check.name import firm_core, same_firm
from lvlian.plan.facts import Chain, Duty

from .conftest import goal, plan, step, told


def test_firms() -> None:
    assert firm_core("云南启翼汽车有限公司") == "启翼汽车"
    assert same_firm("启翼公司", "云南启翼汽车部件有限公司") and not same_firm("启翼公司", "云岫公司")
    two = plan(
        step("甲", "开工", None, owner="上海启翼汽车有限公司"),
        step("乙", "供地", None, owner="上海启翼汽车科技股份有限公司"),
    )
    assert [f.severity for f in told(two, "two-firm-names")] == ["notice"]
    short = plan(
        step("甲", "开工", None, owner="启翼公司"), step("乙", "供地", None, owner="上海启翼汽车科技股份有限公司")
    )
    assert told(short, "two-firm-names") == []
    sales = plan(
        step("甲", "开工", None, owner="上海启翼汽车有限公司"),
        step("乙", "供地", None, owner="上海启翼汽车销售有限公司"),
    )
    assert told(sales, "two-firm-names") == []
    text = "一、任务\n支持青岩铝源有限公司满负荷运行。青岩铝源新材料有限公司完成改造。引导青岩铝源有限公司延链。\n"
    assert [f.message_zh for f in told(plan(text=text), "two-firm-names")] == [
        "疑为同一企业的两个名称：青岩铝源有限公司、青岩铝源新材料有限公司。"
    ]
    printed = plan(
        step("上海启翼汽车有限公司年产2万吨项目", "开工", None),
        step("上海启翼汽车科技股份有限公司2万吨项目", "供地", None),
    )
    assert len(told(printed, "two-firm-names")) == 1


def test_areas() -> None:
    two = plan(
        step("青岩铝精深加工核心集聚区", "建成", "2026"), step("云南（青岩）铝精深加工产业集聚核心区", "建设", None)
    )
    assert [f.severity for f in told(two, "two-place-names")] == ["notice"]
    text = "一、目标\n建成青岩铝精深加工核心集聚区。\n二、任务\n加快建设铝精深加工集聚核心区，完善配套。\n"
    assert len(told(plan(text=text), "two-place-names")) == 1
    assert told(plan(text=text.replace("核心集聚区", "集聚核心区")), "two-place-names") == []


def test_chains() -> None:
    def facts(last: str) -> list[str]:
        text = f"一、链条\n形成“原铝—铝合金—型材—配件”工业用铝产业链。形成“原铝—铝合金—型材—{last}”家电用铝产业链。\n"
        nodes = ("原铝", "铝合金", "型材")
        chains = [
            Chain(nodes=(*nodes, "配件"), quote="原铝—铝合金—型材—配件"),
            Chain(nodes=(*nodes, last), quote=f"原铝—铝合金—型材—{last}"),
        ]
        return [f.severity for f in told(plan(*chains, text=text), "same-chain")]

    assert facts("配件") == ["notice"] and facts("面板") == []


def test_units_in_charge() -> None:
    def facts(*lines: tuple[str, ...]) -> list[str]:
        return [
            f.severity
            for f in told(plan(*(Duty(units=units, quote="、".join(units)) for units in lines)), "two-unit-names")
        ]

    assert facts(("青岩区人民政府",), ("市工信局", "青岩区政府")) == ["notice"]
    assert facts(("市工信局", "市财政局"), ("工信局", "市商务局", "市财政局")) == ["notice"]
    assert facts(("县工信局", "财政局"), ("县财政局", "工信局", "商务局")) == []
    assert facts(("青岩产业园区管理委员会", "县工信局", "县财政局"), ("青岩区人民政府",)) == []


def test_one_figure_under_two_names() -> None:
    two = plan(goal("产值", 500, "亿元", op=">="), goal("铝下游产业产值", 500, "亿元", op="~"))
    (finding,) = told(two, "one-figure-two-names")
    assert "一处“达到”，一处“左右”" in finding.message_zh
    assert told(plan(goal("铝产业产值", 500, "亿元"), goal("铜产业产值", 500, "亿元")), "one-figure-two-names") == []


def test_two_capacities() -> None:
    body = step(
        "年产25万吨铝合金扁锭项目",
        "投产",
        "2025-09",
        owner="云岫公司",
        product="铝合金扁锭",
        capacity=25,
        section="（二）抓紧在建项目",
    )
    annex = step("扁锭项目", "投产", "2025-09", owner="云岫公司", product="扁锭", capacity=28, section="附件1")
    (finding,) = told(plan(body, annex), "two-capacities")
    assert finding.arithmetic == ("25 ≠ 28（万吨）",)
    second = step(
        "年产28万吨铝合金扁锭项目",
        "投产",
        "2025-09",
        owner="云岫公司",
        product="铝合金扁锭",
        capacity=28,
        section="（二）抓紧在建项目",
    )
    assert told(plan(body, second), "two-capacities") == []
