"""Conflicts planted in networks that otherwise hold: the planted set is found, it is minimal, every repair holds when solved again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lvlian.outlook.program import Clause, Program, Session, explain
from lvlian.outlook.program import reasons as module


def consistent(seed: int, plants: int = 5, whole: bool = False) -> tuple[Program, dict[str, float]]:
    """Goods made by lines from one another under limits that a known plan keeps with room: every sentence can hold."""
    rng = np.random.default_rng(seed)
    goods, quarters = 4, 3
    p = Program()
    run = p.variables("run", (plants, quarters), upper=50.0)
    bought = p.variables("bought", quarters)
    sold = p.variables("sold", (goods, quarters))
    power = p.variables("power", quarters)
    if whole:
        lots = p.variables("lots", (), upper=9, integer=True)
    plan = rng.uniform(5, 20, (plants, quarters))
    out = np.arange(plants) % goods
    need = rng.uniform(0.1, 0.4, plants)
    draw = rng.uniform(1, 3, plants)
    balance = p.rows("balance", (goods, quarters), 0.0, 0.0)
    for plant in range(plants):
        p.add(balance[out[plant]], run[plant], 1.0)
        if out[plant]:
            p.add(balance[out[plant] - 1], run[plant], -need[plant])
    p.add(balance[0], bought, 1.0)
    p.add(balance, sold, -1.0)
    meter = p.rows("meter", quarters, 0.0, 0.0)
    p.add(meter, run, draw[:, None])
    p.add(meter, power, -1.0)
    made = np.zeros((goods, quarters))
    for plant in range(plants):
        made[out[plant]] += plan[plant]
    for plant in range(plants):
        if out[plant]:
            made[out[plant] - 1] -= need[plant] * plan[plant]
    spare = np.maximum(-made[0], 0.0)
    made[0] += spare
    p.bound(columns=power, upper=1.2 * (draw @ plan))
    p.bound(columns=bought, upper=1.2 * spare + 1)
    p.clause(Clause("power", "用电", "power", "quota"), columns=power)
    p.clause(Clause("bought", "外购", "bought", "quota"), columns=bought)
    for good in range(1, goods):
        p.bound(columns=sold[good], lower=np.maximum(0.9 * made[good], 0.0))
        p.clause(
            Clause(f"goal {good}", f"目标{good}", f"goal {good}", "goal"), columns=sold[good], side="lower", scale=20.0
        )
    for plant in range(plants):
        row = p.rows(f"line {plant}", quarters, upper=1.1 * plan[plant] + 0.1)
        p.add(row, run[plant], 1.0)
        if whole and plant == 0:
            p.add(row, lots, -0.1)
        p.clause(Clause(f"line {plant}", f"产能{plant}", f"line {plant}", "report"), rows=row)
    return p, {"peak": float((1.1 * plan + 0.1)[out == 3].sum(axis=0).max())}


def check(p: Program, found) -> None:
    """Without any one of its sentences the others hold; with all of them, and none beside, nothing does."""
    session = Session(p)
    session.costs(np.arange(p.width), 0.0)
    inside = {one.id for one in found.clauses}
    for key in p.clauses:
        if key not in inside:
            session.relax(key)
    assert session.solve().status == "infeasible"
    for key in inside:
        session.relax(key)
        assert session.solve().found, key
        session.restore(key)
    for repair in found.repairs.values():
        if repair.possible:
            assert repair.verified


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_consistent_plans_have_no_conflict(seed: int) -> None:
    assert explain(consistent(seed)[0]) is None


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(["two", "three", "power"]))
def test_planted_conflicts_are_found_and_minimal(seed: int, how: str) -> None:
    p, _ = consistent(seed)
    planted: set[str] = set()
    if how == "power":
        # the limit lies between what the goals need at least (0.9 of the plan) and what the lines can draw (1.1): it alone is in the way
        plan = p.matrix().upper[p.block("power")] / 1.2
        p.bound(columns=p.block("power"), upper=plan)
        row = p.rows("told", (), lower=1.05 * float(plan[0]))
        p.add(row, p.block("power")[0], 1.0)
        p.clause(Clause("told", "报数", "a report", "report"), rows=row, side="lower")
        planted = {"power", "told"}
    elif how == "two":
        goal = float(p.matrix().lower[p.block("sold")[2, 1]])
        assume(goal > 1)
        row = p.rows("cap", (), upper=0.5 * goal)
        p.add(row, p.block("sold")[2, 1], 1.0)
        p.clause(Clause("cap", "上限", "a cap", "rule"), rows=row)
        planted = {"cap", "goal 2"}
    else:  # the sum of two goods is promised beyond what two limits allow
        a, b = p.rows("most a", (), upper=5.0), p.rows("most b", (), upper=6.0)
        extra = p.variables("extra", 2)
        p.add(a, extra[0], 1.0)
        p.add(b, extra[1], 1.0)
        whole = p.rows("sum", (), lower=15.0)
        p.add(whole, extra, 1.0)
        for key, row, side in (("a", a, "upper"), ("b", b, "upper"), ("sum", whole, "lower")):
            p.clause(Clause(key, key, key, "goal"), rows=row, side=side)
        planted = {"a", "b", "sum"}
    found = explain(p)
    assert found is not None
    assert {one.id for one in found.clauses} == planted
    assert found.minimal
    check(p, found)
    if how == "three":
        assert {key: one.total for key, one in found.repairs.items()} == pytest.approx({"a": 4.0, "b": 4.0, "sum": 4.0})


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.floats(1.6, 3.0))
def test_goals_beyond_what_can_be_made_give_a_minimal_set(seed: int, factor: float) -> None:
    """A goal raised beyond its lines: which of the limits is in the set is for the solver; the set is minimal and the goal is in it."""
    p, known = consistent(seed)
    p.bound(columns=p.block("sold")[3], lower=factor * known["peak"])
    found = explain(p)
    assert found is not None
    assert "goal 3" in {one.id for one in found.clauses}
    assert found.minimal
    check(p, found)
    assert found.repairs["goal 3"].possible


def test_whole_numbers_and_halves_give_minimal_sets() -> None:
    p, known = consistent(3, whole=True)
    p.bound(columns=p.block("sold")[3], lower=2 * known["peak"])
    found = explain(p)
    assert found is not None
    assert "goal 3" in {one.id for one in found.clauses}
    check(p, found)


def test_the_way_of_large_programmes_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds of sentences first, the interior point, few pivots: the same kind of set, minimal."""
    from benchmarks.growth import limited, programme

    p, _ = programme(limited(60, 30, 12, 0.7), sentences=True)
    small = explain(p)
    monkeypatch.setattr(module, "LARGE", 10)
    large = explain(p)
    assert small is not None
    assert large is not None
    for found in (small, large):
        assert "power" in {one.id for one in found.clauses}
        assert found.minimal
        check(p, found)
    assert large.repairs["power"].total == pytest.approx(small.repairs["power"].total, rel=1e-6)
    assert large.repairs["power"].verified


def test_out_of_time_is_told() -> None:
    p, known = consistent(4)
    p.bound(columns=p.block("sold")[3], lower=2 * known["peak"])
    found = explain(p, seconds=0.0)
    assert found is not None
    assert not found.minimal
    assert "goal 3" in {one.id for one in found.clauses}
