"""Two readings compared: what is one thing, what differs, what only one has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.agreement import STATES, compare_readings
from lvlian.plan.facts import SCORED_KINDS, Chain, Duty, Goal, Head, Incentive, Milestone, PlanFacts


def plan(**kinds) -> PlanFacts:
    return PlanFacts(document=Head(), **kinds)


def goal(value: float, start: int, indicator: str = "铜产值", **more) -> Goal:
    return Goal(
        **{
            "indicator": indicator,
            "subject": None,
            "op": "=",
            "value": value,
            "quote": "铜产值达到九十亿元",
            "start": start,
            **more,
        }
    )


def states(rules: PlanFacts, model: PlanFacts) -> list[str]:
    return [pair.state for pair in compare_readings(rules, model)]


def test_a_reading_agrees_with_itself() -> None:
    same = plan(goals=(goal(1, 0), goal(2, 100)), duties=(Duty(units=("甲局",), quote="甲局", start=50),))
    assert states(same, same) == ["agreed"] * 3


def test_white_space_is_no_difference() -> None:
    assert states(plan(goals=(goal(1, 0, "铜 产值"),)), plan(goals=(goal(1, 0),))) == ["agreed"]


def test_the_fields_that_differ_are_named() -> None:
    (pair,) = compare_readings(plan(goals=(goal(1, 0, when="2031"),)), plan(goals=(goal(1, 2, when="2032", op=">="),)))
    assert pair.state == "differ" and {name for name, _, _ in pair.fields} == {"op", "when"}
    assert pair.to_json()["fields"]["when"] == {"rules": "2031", "model": "2032"}


def test_far_apart_is_not_one_thing() -> None:
    assert states(plan(goals=(goal(1, 0),)), plan(goals=(goal(1, 500),))) == ["only_rules", "only_model"]


def test_another_figure_of_another_thing_at_one_place() -> None:
    rules, model = plan(goals=(goal(1, 0),)), plan(goals=(goal(2, 0, "就业人数", unit="人"),))
    assert states(rules, model) == ["only_rules", "only_model"]


def test_each_fact_is_paired_once_and_with_the_likest() -> None:
    rules = plan(goals=(goal(1, 0), goal(2, 3)))
    model = plan(goals=(goal(2, 0),))
    pairs = compare_readings(rules, model)
    assert [(pair.rules_number, pair.state) for pair in pairs] == [(0, "only_rules"), (1, "agreed")]


def test_steps_of_one_project() -> None:
    def step(event, when):
        return Milestone(project="甲项目", event=event, when=when, quote="甲项目", start=0)

    rules = plan(milestones=(step("开工", "2031"), step("投产", "2032")))
    model = plan(milestones=(step("投产", "2032"), step("动工", "2031")))
    pairs = compare_readings(rules, model)
    assert sorted(pair.state for pair in pairs) == ["agreed", "differ"]
    (differ,) = [pair for pair in pairs if pair.state == "differ"]
    assert differ.fields == (("event", "开工", "动工"),)


def test_other_units_at_one_place_are_a_difference() -> None:
    rules = plan(
        duties=(Duty(units=("甲局",), quote="责任单位：甲局", start=0),),
        chains=(Chain(nodes=("甲", "乙"), quote="甲—乙", start=9),),
    )
    model = plan(
        duties=(Duty(units=("乙局",), quote="责任单位：甲局", start=0),),
        chains=(Chain(nodes=("甲",), quote="甲—乙", start=9),),
    )
    assert states(rules, model) == ["differ", "differ"]


def test_incentives() -> None:
    def grant(benefit, amount):
        return Incentive(who="甲", benefit=benefit, amount=amount, unit="万元", quote="奖励十万元", start=0)

    assert states(plan(incentives=(grant("奖励", 10),)), plan(incentives=(grant("补贴", 10),))) == ["differ"]
    assert states(plan(incentives=(grant("奖励", 10),)), plan(incentives=(grant("用地", 3),))) == [
        "only_rules",
        "only_model",
    ]


GOALS = st.lists(
    st.builds(goal, st.integers(1, 4), st.integers(0, 40), st.sampled_from(["铜产值", "铜产量", "就业"])), max_size=6
).map(tuple)


@given(GOALS, GOALS)
def test_every_fact_is_told_exactly_once(left, right) -> None:
    rules, model = plan(goals=left), plan(goals=right)
    pairs = compare_readings(rules, model)
    assert sorted(n for pair in pairs if (n := pair.rules_number) is not None) == list(range(len(left)))
    assert sorted(n for pair in pairs if (n := pair.model_number) is not None) == list(range(len(right)))
    assert all(pair.state in STATES and (pair.state == "differ") == bool(pair.fields) for pair in pairs)
    assert {pair.kind for pair in pairs} <= set(SCORED_KINDS)


@given(GOALS)
def test_order_of_the_lists_does_not_matter_for_counts(goals) -> None:
    rules = plan(goals=goals)
    turned = replace(rules, goals=tuple(reversed(goals)))
    assert all(pair.state == "agreed" for pair in compare_readings(rules, turned))
