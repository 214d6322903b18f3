"""Programmes in blocks: what they hand over, what they refuse, and that HiGHS answers them as SciPy does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from lvlian.outlook.program import INF, Clause, Program, ProgramError, Session


def small() -> tuple[Program, np.ndarray, np.ndarray]:
    """Two products, one furnace: minimise −x − 2y with x + y ≤ 6, x ≤ 4, y ≤ 5."""
    p = Program()
    x = p.variables("make", 2, upper=[4, 5], cost=[-1, -2])
    r = p.rows("furnace", 1, upper=6.0)
    p.add(r, x, 1.0)
    return p, x, r


def test_optimum_duals_and_reduced_costs_in_the_programmes_units() -> None:
    answer = small()[0].solve()
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(-11)
    assert answer.x == pytest.approx([1, 5])
    assert answer.duals == pytest.approx([-1])
    assert answer.reduced == pytest.approx([0, -1])


def test_blocks_broadcast_and_entries_accumulate() -> None:
    p = Program()
    x = p.variables("x", (2, 3), upper=np.arange(3), cost=[[1], [2]])
    r = p.rows("r", 2, lower=1.0, upper=[5, 6])
    p.add(r[:, None], x, 1.0)
    p.add(r[0], x[0, 0], 2.0)
    m = p.matrix()
    assert m.shape == (2, 6)
    assert m.times(np.ones(6)) == pytest.approx([5, 3])
    assert m.cost.tolist() == [1, 1, 1, 2, 2, 2]
    assert m.upper.tolist() == [0, 1, 2, 0, 1, 2]
    assert p.column_name(4) == "x[1, 1]"
    assert p.row_name(1) == "r[1]"
    assert p.matrix() is m
    p.price(x[1], 1.0)
    p.bound(columns=x[0], lower=-1.0)
    p.bound(rows=r, upper=9.0)
    changed = p.matrix()
    assert changed.cost.tolist() == [1, 1, 1, 3, 3, 3]
    assert changed.lower.tolist() == [-1, -1, -1, 0, 0, 0]
    assert changed.row_upper.tolist() == [9, 9]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.variables("power", 3, cost=[1, float("nan"), 1]), "block power: found nan as cost, expected a finite number"),
        (lambda p: p.variables("power", 3, lower=INF), "block power: found inf as lower"),
        (lambda p: p.rows("power", 3, upper=float("nan")), "block power: found nan as upper"),
        (lambda p: p.variables("power", 3, upper=[1, 2]), r"block power: found upper of shape \(2,\), expected what fits \(3,\)"),
        (lambda p: p.variables("make", 3), "block make: there is one of this name"),
        (lambda p: p.add([0], [0, 1], [1, float("inf")]), r"block furnace\[0\], column make\[1\]: found inf, expected a finite coefficient"),
        (lambda p: p.add([1], [0], [1]), "row 1: not in the programme, expected 0 to 0"),
        (lambda p: p.add([0], [7], [1]), "column 7: not in the programme, expected 0 to 1"),
        (lambda p: p.price([0], float("nan")), r"block make\[0\]: found nan as cost"),
        (lambda p: p.bound(columns=[1], upper=float("nan")), r"block make\[1\]: found nan as upper bound"),
        (lambda p: p.clause(Clause("a")), "clause a: found both or neither of rows and columns"),
        (lambda p: p.clause(Clause("a"), columns=[0], scale=0.0), "clause a, field scale: found 0.0, expected a positive number"),
        (lambda p: p.holds("b"), "clause b: not in the programme, expected one of none"),
        (lambda p: p.block("b"), "block b: not in the programme"),
        (lambda p: Session(p, {"solver": "abacus"}), "option solver: found abacus"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_that_names_the_block(make, words: str, capfd) -> None:
    p, _, _ = small()
    with pytest.raises(ProgramError, match=words) as told:
        make(p)
    assert "\n" not in str(told.value)


def test_empty_programmes_are_answered() -> None:
    assert Program().solve().status == "optimal"
    p = Program()
    p.variables("x", 2, lower=1.0, cost=3.0)
    assert p.solve().objective == pytest.approx(6)
    p = Program()
    p.rows("r", 1, lower=1.0)
    assert p.solve().status == "infeasible"
    p = Program()
    p.variables("none", (0, 4))
    p.rows("no row", 0)
    assert p.solve().status == "optimal"


def test_contradictory_bounds_name_their_block() -> None:
    p, x, _ = small()
    p.bound(columns=x[1], lower=7.0)
    answer = p.solve()
    assert answer.status == "infeasible"
    assert answer.why_en == "make[1] contradicts itself: at least 7, at most 5"
    assert "make[1] 自相矛盾" in answer.why_zh


def test_unbounded_names_what_can_grow() -> None:
    p = Program()
    p.variables("sell", 3, cost=[1, -1, 1])
    answer = p.solve()
    assert answer.status == "unbounded"
    assert answer.why_en == "the objective has no bound: sell[1] can grow for ever"
    assert not answer.found
    assert answer.to_json()["objective"] is None


def test_offset_counts() -> None:
    p, _, _ = small()
    p.offset = 100.0
    assert p.solve().objective == pytest.approx(89)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 9))
def test_small_mixed_programmes_as_scipy(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    a = np.round(rng.uniform(-5, 9, (rows, columns)) * (rng.random((rows, columns)) < 0.7), 2)
    cost, upper = np.round(rng.uniform(-9, 5, columns), 2), rng.integers(1, 9, columns).astype(float)
    whole = rng.random(columns) < 0.6
    high = np.round(rng.uniform(-2, 25, rows), 2)
    p = Program()
    x = p.variables("x", columns, upper=upper, cost=cost, integer=whole)
    r = p.rows("r", rows, upper=high)
    p.add(r[:, None], x, a)
    ours = Session(p).solve(gap=1e-9)
    peer = milp(cost, constraints=LinearConstraint(csc_matrix(a), -np.inf, high), bounds=Bounds(0, upper), integrality=whole.astype(int))  # fmt: skip
    assert (ours.status == "optimal") == bool(peer.success)
    if peer.success:
        assert ours.objective == pytest.approx(peer.fun, rel=1e-6, abs=1e-6)
        assert (a @ ours.x <= high + 1e-6).all()


def yearly(power: float, land: float, money: float) -> Program:
    """A tonne takes 13,500 kWh, 1e-5 亩 and 17,200 yuan; units of each good are scaled by the arguments."""
    p = Program()
    make = p.variables("make", (2, 4), upper=[[120_000.0], [90_000.0]], cost=-17_200.0 * money)
    use = p.variables("power", 4, cost=0.4 / power * money)
    field = p.variables("land", (), upper=3.1 * land, cost=2.0e5 / land * money)
    meter = p.rows("meter", 4, 0.0, 0.0)
    p.add(meter, use, 1.0)
    p.add(meter, make, -13_500.0 * power)
    year = p.rows("year", (), upper=7.5e9 * power)
    p.add(year, use, 1.0)
    plot = p.rows("plot", (2, 4), upper=0.0)
    p.add(plot, make, 1e-5 * land)
    p.add(plot, field, -1.0)
    return p


def test_units_far_apart_change_nothing() -> None:
    """kWh by the thousand million beside 亩: the same answer in kWh, in GWh, in yuan and in 亿元, to 1e-6."""
    plain = yearly(1.0, 1.0, 1.0)
    session = Session(plain)
    assert session.units is not None
    answer = session.solve()
    # by hand: a year's power makes 7.5e9 / 13,500 t; land costs so little beside it that the quarters are levelled
    made = 7.5e9 / 13_500
    assert answer.x[plain.block("make")].sum() == pytest.approx(made, rel=1e-9)
    assert float(answer.x[plain.block("land")]) == pytest.approx(made / 8 * 1e-5, rel=1e-6)
    assert answer.duals[plain.block("year")] == pytest.approx(0.4 + (2.0 / 8 - 17_200) / 13_500, rel=1e-6)
    for scales in ((1e-6, 1.0, 1.0), (1.0, 667.0, 1e-8), (1e3, 1e-4, 1e4)):
        other = yearly(*scales).solve()
        assert other.objective == pytest.approx(answer.objective * scales[2], rel=1e-6)


def test_well_scaled_programmes_are_handed_over_as_they_are() -> None:
    assert Session(small()[0]).units is None
