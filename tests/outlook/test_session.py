"""Sessions: what changes in place answers as what is built anew; quick answers, prices, fronts, alternatives; a stop leaves the best found."""

from __future__ import annotations

import threading
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.outlook.program import (
    Clause,
    Objective,
    Program,
    ProgramError,
    Session,
    alternatives,
    front,
    lexicographic,
    prices,
)


def network(seed: int, whole: bool = False) -> tuple[Program, dict[str, np.ndarray]]:
    """A random plan of 6 lines, 4 goods, 5 quarters: power and land limits, a goal for the last good, its shortfall at a price."""
    rng = np.random.default_rng(seed)
    p = Program()
    run = p.variables("run", (6, 5), cost=rng.uniform(1, 3, (6, 1)))
    build = p.variables("build", 6, upper=1, cost=rng.uniform(20, 60, 6), integer=whole)
    short = p.variables("short", 5, cost=50.0)
    goal = p.rows("goal", 5, lower=rng.uniform(8, 20, 5))
    p.add(goal, run, rng.uniform(0.5, 1, (6, 1)))
    p.add(goal, short, 1.0)
    room = p.rows("room", (6, 5), upper=1.0)
    p.add(room, run, 1.0)
    p.add(room, build[:, None], -rng.uniform(3, 8, (6, 1)))
    power = p.rows("power", 5, upper=rng.uniform(10, 20, 5))
    p.add(power, run, rng.uniform(0.5, 2, (6, 1)))
    land = p.rows("land", (), upper=3.2)
    p.add(land, build, rng.uniform(0.5, 1.5, 6))
    p.clause(Clause("power", "用电量", "power", "quota"), rows=power)
    p.clause(Clause("land", "用地", "land", "quota"), rows=land)
    return p, {"run": run, "build": build, "short": short, "goal": goal, "power": power, "land": land}


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_changes_in_place_answer_as_what_is_built_anew(seed: int) -> None:
    p, b = network(seed)
    session = Session(p)
    session.solve()
    rng = np.random.default_rng(seed)
    for factor in rng.uniform(0.3, 1.5, 3):
        session.bounds_rows(b["power"], None, p.matrix().row_upper[b["power"]] * factor)
        session.costs(b["short"], 50.0 * factor)
        session.bounds_columns(b["build"], None, min(1.0, factor))
        fresh, again = network(seed)
        fresh.bound(rows=again["power"], upper=p.matrix().row_upper[b["power"]] * factor)
        fresh.bound(columns=again["build"], upper=min(1.0, factor))
        fresh.price(again["short"], 50.0 * factor - 50.0)
        assert session.solve().objective == pytest.approx(fresh.solve().objective, rel=1e-8)


def test_a_session_comes_back_from_what_is_impossible() -> None:
    p, b = network(1)
    session = Session(p)
    first = session.solve()
    session.bounds_columns(b["short"], None, 0.0)
    session.bounds_rows(b["power"], None, 0.5)
    assert session.solve().status == "infeasible"
    session.free(b["short"])
    session.bounds_rows(b["power"], None, p.matrix().row_upper[b["power"]])
    assert session.solve().objective == pytest.approx(first.objective)


def test_sentences_rest_and_hold_again() -> None:
    p, b = network(2)
    session = Session(p)
    whole = session.solve().objective
    session.relax("power")
    session.relax("power")
    free = session.solve().objective
    assert free < whole
    assert np.isinf(session.row_upper[b["power"]]).all()
    session.restore("power")
    session.restore("power")
    assert session.solve().objective == pytest.approx(whole)
    with pytest.raises(ProgramError, match="clause gas: not in the programme, expected one of power, land"):
        session.relax("gas")


def test_rows_are_added_and_taken_out() -> None:
    p, b = network(3)
    session = Session(p)
    whole = session.solve().objective
    row = session.add_rows(-np.inf, 0.5, np.zeros(6, int), b["build"], 1.0)
    assert session.solve().x[b["build"]].sum() <= 0.5 + 1e-9
    with pytest.raises(ProgramError, match="only the rows added last"):
        session.remove_rows(b["power"])
    session.remove_rows(row)
    assert session.solve().objective == pytest.approx(whole)
    session.fix(b["build"], 0.0)
    assert session.solve().objective > whole


def test_wrong_changes_are_one_sentence() -> None:
    p, b = network(3)
    session = Session(p)
    with pytest.raises(ProgramError, match=r"block short\[0\]: found nan as cost|found nan among new"):
        session.costs(b["short"], float("nan"))
    with pytest.raises(ProgramError, match="column 99: not in the programme"):
        session.bounds_columns([99], 0.0, 1.0)
    with pytest.raises(ProgramError, match="there is no answer yet"):
        prices(session, rows=b["power"])
    with pytest.raises(ProgramError, match="there is no answer yet"):
        Session(network(3, whole=True)[0]).quick()


def brute(p: Program, b: dict[str, np.ndarray]) -> dict[tuple[int, ...], float]:
    """Every choice of projects and what it costs."""
    session = Session(Program.linear(p))
    found = {}
    for choice in product((0, 1), repeat=6):
        session.fix(b["build"], np.array(choice, float))
        answer = session.solve()
        if answer.found:
            found[choice] = answer.objective
    return found


def test_quick_answers_keep_the_projects_or_move_one_and_tell_their_gap() -> None:
    for seed in range(4):
        p, b = network(seed, whole=True)
        session = Session(p)
        chosen = tuple(np.round(session.solve(gap=1e-9).x[b["build"]]).astype(int))
        session.bounds_rows(b["power"], None, p.matrix().row_upper[b["power"]] * 0.8)
        q, _ = network(seed, whole=True)
        q.bound(rows=b["power"], upper=p.matrix().row_upper[b["power"]] * 0.8)
        table = brute(q, b)
        quick = session.quick()
        assert quick.found
        assert quick.objective <= table[chosen] + 1e-7  # as good as the same projects at least
        assert quick.bound <= min(table.values()) + 1e-7 <= quick.objective + 2e-7
        assert quick.objective == pytest.approx(table[tuple(np.round(quick.x[b["build"]]).astype(int))])
        assert session.solve(gap=1e-9).objective == pytest.approx(min(table.values()))


def test_a_quick_answer_drops_projects_where_not_all_can_be() -> None:
    for seed in range(6):
        p, b = network(seed, whole=True)
        session = Session(p)
        before = np.round(session.solve(gap=1e-9).x[b["build"]])
        if not before.any():
            continue
        land = p.matrix().times(session.last.x)[b["land"]]
        session.bounds_rows(b["land"], None, 0.7 * land)
        answer = session.quick()
        assert answer.found
        assert answer.way in ("fewer", "moved")
        assert p.matrix().times(answer.x)[b["land"]] <= 0.7 * land + 1e-7
        assert answer.bound <= session.solve(gap=1e-9).objective + 1e-7 <= answer.objective + 2e-7


def test_a_quick_answer_adds_projects_where_more_must_be_and_says_when_none_can() -> None:
    q, b = network(0, whole=True)
    row = q.rows("least", (), lower=0.0)
    q.add(row, b["build"], 1.0)
    session = Session(q)
    chosen = round(session.solve(gap=1e-9).x[b["build"]].sum())
    session.bounds_rows(b["land"], None, 99.0)
    session.bounds_rows([row], chosen + 1.0)
    answer = session.quick()
    assert answer.found
    assert round(answer.x[b["build"]].sum()) == chosen + 1
    assert answer.objective >= session.solve(gap=1e-9).objective - 1e-7
    session.bounds_rows([row], 7.0)
    answer = session.quick()
    assert answer.status == "infeasible"
    assert "solve anew" in answer.why_en


def test_prices_hold_in_their_range() -> None:
    for whole in (False, True):
        p, b = network(5, whole)
        session = Session(p)
        session.solve(gap=1e-9)
        found = prices(session, rows=b["power"])
        linear = session.fixed_linear() if whole else session
        assert found.certain.any()
        before = linear.last.objective
        for place, price, low, high in zip(found.places[found.certain], found.price[found.certain], found.low[found.certain], found.high[found.certain], strict=True):  # fmt: skip
            old = linear.row_upper[place]
            step = 0.5 * min(high - old, old - low, 1.0)
            for change in (step, -step):
                linear.bounds_rows([place], None, old + change)
                assert linear.solve().objective - before == pytest.approx(price * change, rel=1e-6, abs=1e-9)
            linear.bounds_rows([place], None, old)
            linear.solve()


def test_one_objective_after_the_other() -> None:
    p, b = network(6)
    session = Session(p)
    size = p.width
    short, money = np.zeros(size), p.matrix().cost.copy()
    short[b["short"]] = 1.0
    money[b["short"]] = 0.0
    answer, reached = lexicographic(session, [Objective("short", short), Objective("money", money)])
    least = Session(p)
    least.costs(np.arange(size), short)
    assert reached[0] == pytest.approx(least.solve().objective, abs=1e-6)
    assert short @ answer.x == pytest.approx(reached[0], abs=1e-5)
    q, _ = network(6)
    q.add(q.rows("held", (), upper=reached[0] + 1e-7), b["short"], 1.0)
    q.price(b["short"], -50.0)
    assert reached[1] == pytest.approx(q.solve().objective, rel=1e-4)
    assert session.row_lower.size == p.height
    assert session.cost == pytest.approx(p.matrix().cost)
    with pytest.raises(ProgramError, match="objective x: found 3 costs, expected"):
        lexicographic(session, [Objective("x", np.zeros(3))])
    with pytest.raises(ProgramError, match="found none"):
        lexicographic(session, [])


@pytest.mark.parametrize("whole", [False, True])
def test_the_front_is_efficient(whole: bool) -> None:
    p, b = network(7, whole)
    short, money = np.zeros(p.width), p.matrix().cost.copy()
    short[b["short"]], money[b["short"]] = 1.0, 0.0
    session = Session(p)
    points = front(session, Objective("money", money), Objective("short", short), points=8, gap=1e-9)
    assert len(points) >= (7 if not whole else 4)
    firsts, seconds = np.array([(one.first, one.second) for one in points]).T
    assert (np.diff(firsts) > 0).all()
    assert (np.diff(seconds) < 0).all()
    if whole:
        table = np.array([_both(p, b, choice, money, short) for choice in product((0, 1), repeat=6)])
        for point in points:  # no choice is better in both
            assert not ((table[:, 0] < point.first - 1e-5) & (table[:, 1] < point.second - 1e-5)).any()
    else:  # a convex front
        slopes = np.diff(firsts) / -np.diff(seconds)
        assert (np.diff(slopes) > -1e-6).all()


def _both(p: Program, b: dict, choice: tuple[int, ...], money: np.ndarray, short: np.ndarray) -> tuple[float, float]:
    session = Session(Program.linear(p))
    session.fix(b["build"], np.array(choice, float))
    session.costs(np.arange(p.width), money + 1e4 * short)
    answer = session.solve()
    return (float(money @ answer.x), float(short @ answer.x)) if answer.found else (np.inf, np.inf)


def test_alternatives_are_near_and_differ() -> None:
    p, b = network(8, whole=True)
    session = Session(p)
    table = sorted((cost, choice) for choice, cost in brute(p, b).items())
    best = session.solve(gap=1e-9)
    found = alternatives(session, b["build"], count=3, within=0.25, differ=2, best=best, gap=1e-9)
    assert found
    chosen = [np.round(best.x[b["build"]])]
    for one in sorted(found, key=lambda one: one.extra):
        now = np.round(one.answer.x[b["build"]])
        assert min(np.abs(now - old).sum() for old in chosen) >= 2
        assert one.distance >= 2
        assert one.extra <= 0.25 + 1e-9
        assert one.answer.objective == pytest.approx({choice: cost for cost, choice in table}[tuple(now.astype(int))])
        assert one.takes.size + one.leaves.size == np.abs(now - chosen[0]).sum()
        chosen.append(now)
    second = next(cost for cost, choice in table if np.abs(np.array(choice) - chosen[0]).sum() >= 2)
    assert found[0].answer.objective == pytest.approx(second)
    assert alternatives(session, b["build"], within=0.25, differ=2, best=best, farthest=True)[0].distance >= 2
    assert session.solve(gap=1e-9).objective == pytest.approx(best.objective)
    with pytest.raises(ProgramError, match=r"choice run\[0, 0\]: expected a whole number between 0 and 1"):
        alternatives(session, b["run"][0, 0])


def knapsack(size: int = 40) -> Program:
    """A market split: no answer is proved soon."""
    rng = np.random.default_rng(0)
    p = Program()
    x = p.variables("x", size, upper=1, integer=True)
    over = p.variables("over", (2, 5), cost=1.0)
    weights = rng.integers(0, 100, (5, size)).astype(float)
    half = np.floor(weights.sum(axis=1) / 2)
    r = p.rows("r", 5, half, half)
    p.add(r[:, None], x, weights)
    p.add(r, over[0], 1.0)
    p.add(r, over[1], -1.0)
    return p


def test_a_stop_and_a_limit_leave_the_best_found() -> None:
    session = Session(knapsack())
    told = []
    answer = session.solve(progress=told.append, stop=lambda: len(told) >= 3, seconds=20)
    assert answer.status == "best"
    assert 3 <= len(told) < 200
    assert told[-1].part in ("branching", "simplex", "interior")
    assert answer.gap > 0
    assert answer.bound <= answer.objective
    again = session.solve(seconds=0.2)
    assert again.status == "best"
    assert again.seconds < 0.2 + 2  # a limit counts from this call, not from the first
    assert again.objective <= answer.objective + 1e-6  # begins with what was found before
    assert session.solve(seconds=1e-3).objective <= again.objective + 1e-6  # and keeps it, however short the time

    def broken(_: object) -> None:
        raise RuntimeError("the page is gone")

    with pytest.raises(RuntimeError, match="the page is gone"):
        Session(knapsack()).solve(progress=broken, seconds=20)


def test_many_projects_begin_with_a_dive() -> None:
    from benchmarks.lots import choice

    p, b = choice(24, 22, 10, 12)
    assert b["started"].size >= 100
    answer = Session(p).solve(gap=1e-6)
    plain = Session(p, {"mip_allow_restart": True})
    plain.solve(seconds=20, gap=1e-6, start=np.zeros(p.width))
    assert plain.last is not None
    assert answer.objective == pytest.approx(plain.last.objective, rel=1e-5)
    assert answer.bound <= answer.objective


def test_sessions_of_two_threads_do_not_meet() -> None:
    expected = [Session(network(seed, whole=True)[0]).solve(gap=1e-9).objective for seed in range(4)]
    found: dict[int, float] = {}

    def work(seed: int) -> None:
        found[seed] = Session(network(seed, whole=True)[0]).solve(gap=1e-9).objective

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [found[seed] for seed in range(4)] == pytest.approx(expected)
