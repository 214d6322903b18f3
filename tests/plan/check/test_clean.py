"""A clean invented plan gives no conflict and no notice; random facts and texts never raise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.finding import SEVERITIES
from lvlian.plan.check import TABLE, check_plan
from lvlian.plan.facts import Chain, Cluster, Duty, Goal, Head, Incentive, Milestone, PlanFacts

from .conftest import goal, plan, step

TEXT = """青岩县人民政府关于印发青岩县铝产业三年行动方案（2025—2027年）的通知

青岩县工业和信息化局、青岩县财政局、青岩县自然资源局：

现将方案印发给你们，请认真组织实施。

2025年1月10日

一、工作目标

（一）主要目标。2024年全县铝产业产值200亿元。到2027年，铝产业产值达到300亿元，占规模以上工业总产值400亿元的75%。2027年生产电解铝60万吨，度电产值3.8元左右，铝水就地转化率90%。

（二）重点产业链。壮大“建筑用铝、交通用铝、包装用铝”等三条产业链，形成“原铝—铝合金—型材”建筑用铝产业链、“原铝—扁锭—板带”交通用铝产业链。

二、重点任务

（一）稳住链主。2027年青岩铝源有限公司实现产值120亿元。

责任单位：县工业和信息化局

（二）抓紧在建项目。启翼公司年产20万吨铝板带项目2025年9月供地、2025年11月开工、2026年12月投产、2027年6月升规纳统。2027年在建项目实现产值130亿元。

责任单位：县工业和信息化局、县财政局

（三）推动未开工项目。澜棒合金公司年产40万吨铝棒项目2025年8月底前开工、2027年3月底前投产。2027年未开工项目实现产值50亿元。

责任单位：县投资促进局

（四）强化用地。园区共供应用地900亩，其中：第一批次400亩2025年5月底前供地；第二批次350亩2025年8月底前供地；第三批次150亩2025年12月底前供地。

责任单位：县自然资源局

三、扶持措施

（一）首次升规的企业，一次性奖励20万元；新购设备按投资额的5%给予补助，单个项目最高300万元。

责任单位：县财政局
"""
FACTS = (
    goal("铝产业产值", 200, "亿元", "2024", mode="baseline", quote="2024年全县铝产业产值200亿元"),
    goal("铝产业产值", 300, "亿元", quote="铝产业产值达到300亿元"),
    goal("规模以上工业总产值", 400, "亿元", quote="规模以上工业总产值400亿元"),
    goal("铝产业产值占规模以上工业总产值", 75, "%", quote="占规模以上工业总产值400亿元的75%"),
    goal("生产电解铝", 60, "万吨", quote="2027年生产电解铝60万吨"),
    goal("度电产值", 3.8, "元/kWh", op="~", quote="度电产值3.8元左右"),
    goal("铝水就地转化率", 90, "%", quote="铝水就地转化率90%"),
    goal("产值", 120, "亿元", subject="青岩铝源有限公司", quote="青岩铝源有限公司实现产值120亿元"),
    goal("产值", 130, "亿元", subject="在建项目", quote="在建项目实现产值130亿元"),
    goal("产值", 50, "亿元", subject="未开工项目", quote="未开工项目实现产值50亿元"),
    *(
        step(
            "启翼公司年产20万吨铝板带项目",
            event,
            when,
            owner="启翼公司",
            product="铝板带",
            capacity=20,
            quote="启翼公司年产20万吨铝板带项目",
        )
        for event, when in (("供地", "2025-09"), ("开工", "2025-11"), ("投产", "2026-12"), ("升规纳统", "2027-06"))
    ),
    *(
        step(
            "澜棒合金公司年产40万吨铝棒项目",
            event,
            when,
            owner="澜棒合金公司",
            product="铝棒",
            capacity=40,
            quote="澜棒合金公司年产40万吨铝棒项目",
        )
        for event, when in (("开工", "2025-08"), ("投产", "2027-03"))
    ),
    step("第一批次", "供地", "2025-05", capacity=400, unit="亩", quote="第一批次400亩"),
    step("第二批次", "供地", "2025-08", capacity=350, unit="亩", quote="第二批次350亩"),
    step("第三批次", "供地", "2025-12", capacity=150, unit="亩", quote="第三批次150亩"),
    Duty(units=("县工业和信息化局",), quote="责任单位：县工业和信息化局"),
    Duty(units=("县工业和信息化局", "县财政局"), quote="责任单位：县工业和信息化局、县财政局"),
    Duty(units=("县投资促进局",), quote="责任单位：县投资促进局"),
    Duty(units=("县自然资源局",), quote="责任单位：县自然资源局"),
    Duty(units=("县财政局",), quote="责任单位：县财政局"),
    Incentive(who="首次升规的企业", benefit="奖励", amount=20, unit="万元", quote="首次升规的企业，一次性奖励20万元"),
    Chain(nodes=("原铝", "铝合金", "型材"), quote="原铝—铝合金—型材"),
    Chain(nodes=("原铝", "扁锭", "板带"), quote="原铝—扁锭—板带"),
)


def test_a_clean_plan_yields_only_what_agrees() -> None:
    found = check_plan(plan(*FACTS, text=TEXT))
    assert [f"{f.code}: {f.message_zh}" for f in found if f.severity != "agrees"] == []
    assert {f.code for f in found} >= {
        "parts-total-agrees",
        "land-lots-agrees",
        "share-agrees",
        "value-per-kwh-agrees",
        "list-count-agrees",
        "step-order-agrees",
    }


def test_findings_are_in_order_and_the_same_every_time() -> None:
    facts = plan(*FACTS, text=TEXT.replace("400亩", "500亩").replace("2025年8月底前供地", "尽快供地"))
    first, second = check_plan(facts), check_plan(facts)
    assert [f.to_json() for f in first] == [f.to_json() for f in second]
    ranks = [SEVERITIES.index(f.severity) for f in first]
    assert ranks == sorted(ranks)


def test_checks_can_be_chosen_and_a_wrong_name_is_one_clear_sentence() -> None:
    assert {f.code for f in check_plan(plan(*FACTS, text=TEXT), checks=["share"])} == {"share-agrees"}
    with pytest.raises(ValueError, match=r"^checks: shares is not in the table; it has parts-total, "):
        check_plan(plan(), checks=["shares"])


def test_facts_read_without_confidence_are_left_out() -> None:
    doubtful = [
        replace(f, confidence=0.3) if isinstance(f, Goal) and f.indicator == "规模以上工业总产值" else f for f in FACTS
    ]
    assert "share-agrees" not in {f.code for f in check_plan(plan(*doubtful, text=TEXT))}


def test_an_empty_plan() -> None:
    assert check_plan(PlanFacts(document=Head())) == []
    assert check_plan(PlanFacts(document=Head(), text="\n")) == []


_words = st.sampled_from(
    [
        "铝产业产值",
        "产值",
        "电解铝产量",
        "度电产值",
        "铝水就地转化率",
        "铝产业产值占工业总产值",
        "占比",
        "占",
        "百亿级铝产业集群",
        "铝产业产值年均增速",
        "在建项目",
        "",
        "规模以上工业企业",
        "剩余用地",
        "第一批次",
        "青岩铝源有限公司",
        "公司",
        "云南启翼公司年产8万吨铝棒项目",
        "铝棒",
        "其中",
        "核心区",
        "铝精深加工核心集聚区",
    ]
)
_values = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-10, 3000).map(float), st.just(0.0))
_units = st.sampled_from(["亿元", "万元", "万吨", "亩", "%", "元/kWh", "户", "个", "吨/年", "百分点", None, ""])
_whens = st.one_of(
    st.none(), st.sampled_from(["2025", "2026-13", "2025-08", "2025-Q3", "2025-H2", "0001-01", "x", "9999-12-31", ""])
)
_goals = st.builds(
    Goal,
    indicator=_words,
    subject=st.one_of(st.none(), _words),
    op=st.sampled_from(["=", ">=", "<=", "~", ">", "<", "?"]),
    value=_values,
    value_max=st.one_of(st.none(), _values),
    unit=_units,
    mode=st.sampled_from(["level", "increase", "growth_rate", "baseline"]),
    when=_whens,
    when_op=st.sampled_from([None, "in", "by", "each"]),
    quote=_words,
    start=st.one_of(st.none(), st.integers(0, 60)),
)
_steps = st.builds(
    Milestone,
    project=_words,
    owner=st.one_of(st.none(), _words),
    product=st.one_of(st.none(), _words),
    capacity=st.one_of(st.none(), _values),
    capacity_max=st.one_of(st.none(), _values),
    capacity_unit=_units,
    event=st.sampled_from(["开工", "投产", "达产", "供地", "获批", "升规纳统", "通电", "办", ""]),
    when=_whens,
    when_op=st.sampled_from([None, "in", "by"]),
    quote=_words,
    start=st.one_of(st.none(), st.integers(0, 60)),
)
_texts = st.one_of(
    st.just(""),
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                *"一二三四（）()〔〕《》“”〈〉，。；：、\n\n ",
                "2025年",
                "13月",
                "30日",
                "甲项目",
                "其中",
                "共",
                "亩",
                "900",
                "附件：",
                "附件1",
                "1.",
                "（一）",
                "尽快",
                "第一批次",
                "铝",
                "上缴税金",
                "奖励",
                "印发给你们",
                "人民政府",
                "核心集聚区",
                "建设",
            ]
        ),
        max_size=80,
    ).map("".join),
)


@settings(max_examples=80)
@given(
    goals=st.lists(_goals, max_size=8),
    steps=st.lists(_steps, max_size=8),
    text=_texts,
    date=st.sampled_from([None, "2025-01-10", "x", "", "2025-13-40"]),
    duties=st.lists(st.builds(Duty, units=st.tuples(_words, _words), quote=_words, section=_words), max_size=3),
    chains=st.lists(st.builds(Chain, nodes=st.lists(_words, max_size=4).map(tuple), quote=_words), max_size=3),
    clusters=st.lists(st.builds(Cluster, name=_words, form=_words, quote=_words), max_size=2),
    incentives=st.lists(
        st.builds(Incentive, who=_words, benefit=_words, quote=_words, amount=st.one_of(st.none(), _values)), max_size=2
    ),
)
def test_random_facts_never_raise(
    goals: list[Goal],
    steps: list[Milestone],
    text: str,
    date: str | None,
    duties: list[Duty],
    chains: list[Chain],
    clusters: list[Cluster],
    incentives: list[Incentive],
) -> None:
    facts = PlanFacts(
        document=Head(region="青岩县", date=date, period=("2025", "2027")),
        goals=tuple(goals),
        milestones=tuple(steps),
        duties=tuple(duties),
        chains=tuple(chains),
        clusters=tuple(clusters),
        incentives=tuple(incentives),
        text=text,
    )
    for finding in check_plan(facts):
        assert finding.code.removesuffix("-agrees") in TABLE
        assert finding.severity in TABLE[finding.code.removesuffix("-agrees")].severities
        assert (finding.severity == "agrees") == finding.code.endswith("-agrees")
        assert finding.message_zh and finding.message_en
