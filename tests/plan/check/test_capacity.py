"""Capacity against metal, alumina and anodes, on invented plants."""

from __future__ import annotations

from lvlian.plan.facts import PlanFacts

from .conftest import goal, plan, step, told


def county(metal: float, *, anode: float = 30) -> PlanFacts:
    return plan(
        goal("电解铝产量", metal, "万吨"),
        goal("铝水就地转化率", 90, "%"),
        step("年产40万吨铝棒项目", "投产", "2025-12", owner="澜棒合金公司", product="铝棒", capacity=40),
        step("年产40万吨铝棒项目", "达产", "2026-06", owner="澜棒合金公司", product="铝棒", capacity=40),
        step("年产30万吨铝板带项目", "投产", "2026-12", owner="云岫公司", product="铝板带", capacity=30),
        step("年产10万吨再生铝项目", "投产", "2026-12", owner="屏川公司", product="再生铝", capacity=10),
        step("年产30万吨预焙阳极项目", "投产", "2025-12", owner="丰岭公司", product="预焙阳极", capacity=anode),
        step("年处理5万吨铝灰项目", "投产", "2025-12", owner="川北公司", product="铝灰", capacity=5),
    )


def test_consumers_against_metal() -> None:
    (notice,) = told(county(40), "capacity-metal")
    assert notice.severity == "notice" and notice.arithmetic[0] == "下游合计 40 + 30 = 70 > 40（万吨/年）"
    assert notice.arithmetic[1] == "加再生铝 40 + 10 = 50 < 70（万吨/年）"
    assert notice.arithmetic[2] == "其中直接用铝液的初加工 40 = 40 ≤ 40（万吨/年）"
    assert [f.severity for f in told(county(80), "capacity-metal")] == ["agrees"]


def test_liquid_metal_that_is_to_be_converted() -> None:
    assert [f.severity for f in told(county(40), "liquid-conversion")] == ["agrees"]
    assert [f.severity for f in told(county(120), "liquid-conversion")] == ["notice"]
    assert told(county(60), "liquid-conversion") == []


def test_anodes_of_the_smelter() -> None:
    (short,) = told(county(80), "feed-supply")
    assert short.severity == "notice" and short.arithmetic == ("80 × 0.46–0.52 = 36.8–41.6 > 30（万吨/年）",)
    assert [f.severity for f in told(county(40), "feed-supply")] == ["agrees"]


def test_an_annex_that_repeats_a_plant_is_counted_once() -> None:
    body = county(40)
    again = step("铝棒项目", "投产", "2025-12", owner="澜棒合金公司", product="铝棒", capacity=45, section="附件1")
    facts = plan(*body.goals, *body.milestones, again)
    assert told(facts, "capacity-metal")[0].arithmetic[0].startswith("下游合计 40 + 30 = 70")
