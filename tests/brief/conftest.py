"""An invented plan, set out by hand, so that the tests of the brief do not depend on the reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lvlian.brief import Assessed
from lvlian.finding import Evidence, Finding
from lvlian.plan.facts import Chain, Cluster, Duty, Goal, Head, Heading, Incentive, Mechanism, Milestone, PlanFacts

TEXT = """石盘县铝产业行动方案
一、目标
到2026年，全县铝产业产值达到300亿元以上；2024年铝产业产值150亿元左右，2025年铝产业产值220亿元左右（2023年118亿元）。铝水就地转化率达到90%。
形成“氧化铝—电解铝—铝板带—再生铝”链条。
二、项目
云岫公司年产20万吨铝板带项目2024年8月前开工，2025年12月底前建成投产；北坡公司12万吨铸造铝合金项目2024年2月前投产；云岫公司用地2024年9月底前供地；南坡再生铝项目尽早开工。
责任单位：县工信局（牵头）、财政局，石盘园区管委会。
三、保障
对年使用本县铝水5000吨以上的企业每年最高奖励200万元。工信局每月调度1次。建设石盘铝产业园，重点发展铝板带。
"""


def _facts(text: str = TEXT) -> PlanFacts:
    when = "2026"
    goals = (
        Goal(quote="全县铝产业产值达到300亿元以上", section="一、目标", indicator="铝产业产值", subject="全县", op=">=",
             value=300, unit="亿元", when=when, when_op="by"),
        Goal(quote="2024年铝产业产值150亿元左右", section="一、目标", indicator="铝产业产值", subject="石盘县", op="~",
             value=150, unit="亿元", when="2024", when_op="in"),
        Goal(quote="2025年铝产业产值220亿元左右", section="一、目标", indicator="铝产业产值", subject="石盘县", op="~",
             value=220, unit="亿元", when="2025", when_op="in"),
        Goal(quote="2023年118亿元", section="一、目标", indicator="铝产业产值", subject="石盘县", op="=", value=118,
             unit="亿元", mode="baseline", when="2023", when_op="in"),
        Goal(quote="铝水就地转化率达到90%", section="一、目标", indicator="铝水就地转化率", subject="石盘县", op=">=",
             value=90, unit="%", when=when, when_op="by", confidence=0.5, reason="日期由上文带出"),
    )  # fmt: skip
    board: dict[str, Any] = {
        "project": "云岫公司年产20万吨铝板带项目", "owner": "云岫公司", "product": "铝板带", "capacity": 20,
        "capacity_unit": "万吨", "section": "二、项目",
    }  # fmt: skip
    milestones = (
        Milestone(quote="云岫公司年产20万吨铝板带项目2024年8月前开工", event="开工", when="2024-08", when_op="by", **board),
        Milestone(quote="2025年12月底前建成投产", event="建成投产", when="2025-12", when_op="by", **board),
        Milestone(quote="北坡公司12万吨铸造铝合金项目2024年2月前投产", project="北坡公司12万吨铸造铝合金项目", owner="北坡公司",
                  product="铸造铝合金", capacity=12, capacity_unit="万吨", event="投产", when="2024-02", when_op="by", section="二、项目"),
        Milestone(quote="云岫公司用地2024年9月底前供地", project="云岫公司用地", event="供地", when="2024-09", when_op="by", section="二、项目"),
        Milestone(quote="南坡再生铝项目尽早开工", project="南坡再生铝项目", product="再生铝", event="开工", section="二、项目"),
    )  # fmt: skip
    return PlanFacts(
        document=Head(title="石盘县铝产业行动方案", number="石政发〔2024〕3号", issuer="石盘县人民政府", date="2024-03-18",
                      region="石盘县", period=("2024", "2026")),
        goals=goals, milestones=milestones,
        duties=(Duty(quote="责任单位：县工信局（牵头）、财政局，石盘园区管委会。", section="二、项目",
                     units=("县工信局", "财政局", "石盘园区管委会"), lead="县工信局"),),
        incentives=(Incentive(quote="对年使用本县铝水5000吨以上的企业每年最高奖励200万元", section="三、保障",
                              who="年使用本县铝水5000吨以上的企业", benefit="奖励", amount=200, unit="万元", limit="max", duration="每年"),),
        chains=(Chain(quote="氧化铝—电解铝—铝板带—再生铝", section="一、目标", nodes=("氧化铝", "电解铝", "铝板带", "再生铝")),),
        mechanisms=(Mechanism(quote="工信局每月调度1次", section="三、保障", name="调度", actor="工信局", per="month", times=1),),
        clusters=(Cluster(quote="建设石盘铝产业园，重点发展铝板带", section="三、保障", name="石盘铝产业园", form="园区",
                          products=("铝板带",)),),
        outline=tuple(
            Heading(level=1, text=words, start=text.find(words), end=text.find(words) + len(words), path=words)
            for words in ("一、目标", "二、项目", "三、保障")
        ),
        name="shipan", sha256="ab" * 32, text=text,
    ).located()  # fmt: skip


def _findings(facts: PlanFacts) -> tuple[Finding, ...]:
    def evidence(kind: str, index: int) -> Evidence:
        fact = facts.of(kind)[index]
        return Evidence(kind=kind, index=index, quote=fact.quote, start=fact.start, section=fact.section)

    return (
        Finding(code="parts-total-agrees", severity="agrees", message_zh="分项与总数相符。", message_en="The parts add up.",
                arithmetic=("150 + 70 = 220 = 220（亿元，2025）",), facts=(evidence("goals", 2),)),
        Finding(code="start-before-land", severity="conflict", message_zh="云岫公司2024年8月前开工，9月才供地。",
                message_en="The start lies before the land.", arithmetic=("开工 2024-08 < 供地 2024-09",),
                facts=(evidence("milestones", 0), evidence("milestones", 3)), assumptions=("“前”按当月底计",)),
        Finding(code="parts-total", severity="notice", message_zh="2024年分项之和与总数不符。", message_en="The parts do not add up.",
                arithmetic=("100 + 45 = 145 ≠ 150 左右（亿元，2024）；差 −5",), facts=(evidence("goals", 1),)),
        Finding(code="annex-missing", severity="gap", message_zh="附件没有附上。", message_en="The annex is missing.",
                facts=(Evidence(kind="text", quote="链条"),)),
    )  # fmt: skip


@pytest.fixture
def shipan() -> Assessed:
    """One plan with every kind of fact and every severity of finding."""
    facts = _facts()
    return Assessed(facts, _findings(facts))


@pytest.fixture
def neighbour(shipan: Assessed) -> Assessed:
    """A second plan: figures and sections only, no sentence, as the fact files of the regions are."""
    facts = shipan.facts
    document = Head(title="河西市铝产业实施意见", region="河西市", period=("2024", "2026"))
    bare = PlanFacts(
        document=document,
        goals=tuple(replace(g, quote="", start=None, value=g.value + 10, subject="河西市") for g in facts.goals),
        milestones=tuple(replace(step, quote="", start=None) for step in facts.milestones),
        duties=tuple(replace(duty, quote="", start=None) for duty in facts.duties),
        name="hexi",
    )
    return Assessed(bare)


@pytest.fixture
def hostile(shipan: Assessed) -> Assessed:
    """A plan that tries to run in a page, a cell and a paper."""
    evil = "<script>alert(1)</script>\"'&</style>\x0b\x00"
    facts = shipan.facts
    goal = replace(facts.goals[0], indicator=f"=cmd|'/c calc'!A1 {evil}", unit="@x", subject=f"+{evil}")
    milestone = replace(facts.milestones[0], project=f"-2+3 {evil}", event=evil, owner=evil, product=None)
    chain = replace(facts.chains[0], nodes=(evil, "乙", "再生铝"))
    head = Head(
        title=f"方案{evil}",
        issuer=evil,
        region=f'县"; }} body {{ display: none {evil}',
        date="2024-13-45",
        number="=1+1",
    )
    changed = replace(
        facts, document=head, goals=(goal, *facts.goals[1:]), milestones=(milestone,), chains=(chain,), name=evil
    )
    finding = Finding(
        code="x", severity="conflict", message_zh=evil, message_en=evil, arithmetic=(f"1 = 2 ≠ 3（{evil}）", evil)
    )
    return Assessed(changed, (finding,))
