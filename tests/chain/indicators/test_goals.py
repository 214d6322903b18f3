"""Goals of plans and the indicators that they mean; goals against an account."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from tests.chain.indicators.small import sketch

from lvlian.chain.dataset import LibraryError, read_yaml
from lvlian.chain.indicators.evaluate import evaluate
from lvlian.chain.indicators.given import Given, facts_of
from lvlian.chain.indicators.goals import Comparison, compare, load_goal_rules, propose
from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.chain.indicators.value import Choice

BOOK = load_formulas()


def goal(indicator: str, value: float, unit: str, op: str = ">=", **more: Any) -> dict[str, Any]:
    given = {"indicator": indicator, "subject": "县", "op": op, "value": value, "value_max": None, "unit": unit}
    return {**given, "mode": "level", "when": "2023", "when_op": "in", **more}


@pytest.fixture(scope="module")
def plans(root: Path) -> dict[str, list[dict[str, Any]]]:
    return {path.stem: read_yaml(path)["goals"] for path in sorted((root / "data" / "regions").glob("*.yaml"))}


def test_all_goals_of_the_five_plans_are_placed(plans: dict[str, list[dict[str, Any]]]) -> None:
    """92 goals: 88 name an indicator, one a figure of the region, three are counts of meetings."""
    proposals = [p for goals in plans.values() for p in propose(goals)]
    assert len(proposals) == 92
    assert sum(bool(p.indicator) for p in proposals) == 88
    left = [p for p in proposals if not p.indicator]
    assert [p.fact for p in left if p.fact] == ["above_scale_industry_output"]
    assert all(p.fact or "台账" in p.why for p in left)
    assert all(p.factor > 0 for p in proposals)


def test_an_ambiguous_text_is_left_open() -> None:
    (open_,) = propose([goal("铝水就地转化", 100, "%", "=")])
    assert (open_.indicator, open_.variant) == ("liquid_local_conversion", None)
    assert "4 种并列" in open_.why
    (plain,) = propose([goal("产值", 500, "亿元")])
    assert plain.indicator == "chain_output_value" and not plain.sure and "downstream_output_value" in plain.others


@pytest.mark.parametrize(
    ("name", "unit", "more", "indicator", "variant"),
    [
        ("产值", "亿元", {"subject": "在建项目"}, "projects_underway_value", "listed"),
        ("产值", "亿元", {"subject": "某某铝业有限公司"}, "primary_output_value", "reported"),
        ("电解铝铝液综合交流电耗", "千瓦时/吨", {}, "smelting_ac_intensity", "comprehensive"),
        ("铝规上企业", "家", {}, "above_scale_firms", "stock_aluminium"),
        ("铜规上企业", "家", {}, "above_scale_firms", "stock_copper"),
        ("铝产业规模以上企业", "户", {"mode": "increase"}, "above_scale_firms", "new"),
        ("二百亿级铝产业集群", "个", {}, "clusters", "over_20bn"),
    ],
)
def test_words_that_decide_the_reading(
    name: str, unit: str, more: dict[str, Any], indicator: str, variant: str
) -> None:
    (proposal,) = propose([goal(name, 1, unit, **more)])
    assert (proposal.indicator, proposal.variant) == (indicator, variant)


def test_a_unit_that_does_not_fit_is_told() -> None:
    (proposal,) = propose([goal("度电产值", 3, "万吨")])
    assert proposal.indicator == "" and "换不成" in proposal.why and proposal.others == ("output_per_kwh",)
    (nothing,) = propose([goal("月球产量", 3, "万吨")])
    assert nothing.indicator == "" and not nothing.sure


def test_published_targets_have_the_indicator_that_a_person_gave_them(
    shared: Path, plans: dict[str, list[dict[str, Any]]]
) -> None:
    """policy_targets.csv was linked by hand: same figure, year and document → same indicator."""
    with (shared / "domain" / "policy_targets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    agreed = differed = 0
    wrong = []
    for name, goals in plans.items():
        proposals = propose(goals)
        for row in rows:
            if row["document"] != name:
                continue
            here = [
                p.indicator
                for p, g in zip(proposals, goals, strict=True)
                if abs(float(g["value"]) * p.factor - float(row["value"])) < 1e-9
                or abs(float(g["value"]) - float(row["value"])) < 1e-9
                if g["when"] is None or str(g["when"])[:4] == row["year"]
            ]
            if not here:
                continue
            if row["indicator_id"] in here:
                agreed += 1
            else:
                differed += 1
                wrong.append((name, row["indicator_id"], row["value"], here))
    assert agreed >= 60, wrong
    assert differed <= 6, wrong


def judged(given: dict[str, Any], variant: str, extra: tuple[Given, ...] = (), **more: Any) -> Comparison:
    flows = sketch().flows()
    (proposal,) = propose([given])
    reading = evaluate(BOOK[proposal.indicator], flows, facts_of(flows.region, (), extra), **more)
    return next(c for c in compare(given, proposal, reading) if c.variant == variant)


def test_chance_and_gap_in_the_goals_unit() -> None:
    met = judged(goal("电解铝产量", 80_000, "吨"), "tapped")
    assert met.unit == "吨" and met.value == pytest.approx(90_130, rel=5e-3)
    assert met.chance == pytest.approx(1) and met.short == 0 and met.gap == pytest.approx((met.value or 0) - 80_000)
    assert any("年累计 1 个月" in n for n in met.notes)
    short = judged(goal("铝水就地转化", 100, "%", "="), "strict")
    assert short.chance == pytest.approx(0, abs=1e-9) and short.short == pytest.approx(100 - (short.value or 0))
    full = judged(goal("铝水就地转化", 100, "%", "="), "ingot_casting")
    assert full.chance == pytest.approx(1)
    level = judged(goal("铝液交流电耗", 13_442, "千瓦时/吨", "<="), "electrolysis")
    assert level.chance is not None and 0.02 < level.chance < 0.98


def test_about_has_a_stated_tolerance() -> None:
    near = judged(goal("度电产值", 2.4, "元/kWh", "~"), "electrolysis")
    assert any("左右" in n and "假设" in n for n in near.notes)
    assert near.chance is not None and near.chance > 0.5


def test_all_readings_where_the_text_is_open_and_one_where_the_region_chose() -> None:
    given = goal("铝水就地转化", 100, "%", "=")
    (proposal,) = propose([given])
    flows = sketch().flows()
    assert len(compare(given, proposal, evaluate(BOOK[proposal.indicator], flows))) == 4
    choice = Choice(indicator=proposal.indicator, variant="strict", by="链长办", when="2023-10-12")
    chosen = compare(given, proposal, evaluate(BOOK[proposal.indicator], flows, choices=[choice]))
    assert [c.variant for c in chosen] == ["strict"]


def test_what_is_missing_stays_missing() -> None:
    lacking = judged(goal("屋顶分布式光伏装机", 80, "兆瓦"), "installed")
    assert lacking.value is None and lacking.chance is None and lacking.missing[0].ask == ("供电局",)
    range_ = judged(goal("规上企业", 5, "家"), "stock")
    assert (range_.low, range_.high) == (4, 6) and range_.chance_low == 0 and range_.chance_high == 1
    gain = judged(goal("矿山数字化率", 50, "%", mode="increase"), "mines")
    assert gain.missing[0].zh == "增量的基期数"


def test_another_year_is_told() -> None:
    later = judged(goal("电解铝产量", 203, "万吨", when="2025"), "tapped")
    assert any("目标是 2025 年" in n for n in later.notes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules: 3\n", "field rules: expected a list"),
        ("rules: [3]\n", "rule 1: expected a mapping"),
        ("rules: [{names: [a], indicator: b}]\n", "rule 1, field names: unknown"),
        ("rules: [{name: [a]}]\n", "rule 1: expected exactly one of indicator, fact, none"),
        ("rules: []\nabout: 7\n", "field about: is 7"),
        ("colour: red\n", "field colour: unknown"),
    ],
)
def test_broken_rules_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "goals.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=message):
        load_goal_rules(path)
