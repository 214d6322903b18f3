"""The elastic form: what is short is told in the bound's own unit, by place, and holds when it is given."""

from __future__ import annotations

import numpy as np
import pytest

from lvlian.outlook.program import Clause, Program, ProgramError, Session, explain, repair_of
from lvlian.outlook.program.elastic import elastic


def dry(quota: float = 30.0, goal: float = 10.0, integer: bool = False) -> Program:
    """Four quarters; a tonne takes 13.5 MWh; the quota of each quarter makes at most 30 / 13.5 t; 10 t are wanted in all, from two lines."""
    p = Program()
    make = p.variables("make", (2, 4), upper=2.0, integer=integer)
    use = p.variables("use", 4, upper=quota)
    meter = p.rows("meter", 4, 0.0, 0.0)
    p.add(meter, make, 13.5)
    p.add(meter, use, -1.0)
    year = p.rows("year", (), lower=goal)
    p.add(year, make, 1.0)
    p.clause(Clause("quota", "每季用电三十", "30 a quarter", "quota", unit="MWh"), columns=use)
    p.clause(Clause("goal", "全年十吨", "10 t a year", "goal", unit="t"), rows=year, side="lower")
    p.clause(Clause("capacity", "产能", "capacity", "capacity", give=False), columns=make)
    return p


def test_each_clause_gives_what_the_arithmetic_asks() -> None:
    found = explain(dry())
    assert found is not None
    assert [one.id for one in found.clauses] == ["quota", "goal"]
    assert found.minimal
    assert found.repairs["goal"].total == pytest.approx(10 - 4 * 30 / 13.5)
    assert found.repairs["quota"].total == pytest.approx(13.5 * 10 - 4 * 30)
    for repair in found.repairs.values():
        assert repair.possible
        assert repair.verified
        assert repair.exact
        again = dry()
        for give in repair.gives:
            for place, upper, bound in zip(give.places, give.upper, give.bounds, strict=True):
                where = {"columns" if give.columns else "rows": [place], "upper" if upper else "lower": bound}
                again.bound(**where)
        assert again.solve().found
    quota = found.repairs["quota"]
    assert sum(quota.amounts().values()) == pytest.approx(quota.total)
    assert set(found.together) <= {"quota", "goal"}
    assert sum(found.certificate.values()) == pytest.approx(1)
    assert found.certificate["capacity"] == pytest.approx(0, abs=1e-9)
    told = found.to_json()
    assert told["zh"] == "2句话不能同时成立：每季用电三十；全年十吨"
    assert told["en"] == "2 sentences cannot all hold: 30 a quarter; 10 t a year"


def test_nothing_is_told_where_everything_holds() -> None:
    assert explain(dry(quota=40)) is None
    assert explain(Program()) is None


def test_what_nobody_can_change_is_part_of_it_and_never_a_repair() -> None:
    found = explain(dry(quota=1e3, goal=17.0))
    assert found is not None
    assert [one.id for one in found.clauses] == ["goal", "capacity"]
    assert not found.repairs["capacity"].possible
    assert found.repairs["goal"].total == pytest.approx(1.0)
    # with the quota low as well it cannot be mended by power alone
    found = explain(dry(quota=30, goal=17.0))
    assert found is not None
    assert not repair_of(dry(quota=30, goal=17.0), "quota").possible
    assert repair_of(dry(quota=30, goal=17.0), "goal").total == pytest.approx(17 - 4 * 30 / 13.5)


def test_whole_numbers_are_part_of_the_reason() -> None:
    """By halves 8.9 t could be made; whole tonnes make 2 a quarter."""
    assert explain(dry(goal=8.5)) is None
    found = explain(dry(goal=8.5, integer=True))
    assert found is not None
    assert [one.id for one in found.clauses] == ["quota", "goal"]
    assert found.repairs["goal"].total == pytest.approx(0.5, abs=1e-5)
    assert found.repairs["quota"].total == pytest.approx(13.5 * 3 - 30, abs=1e-4)
    assert all(one.verified for one in found.repairs.values())


def test_bounds_that_contradict_each_other_are_a_conflict_of_their_sentences() -> None:
    p = Program()
    x = p.variables("x", 3, lower=[5, 0, 0], upper=[3, 9, 9])
    p.clause(Clause("least", "至少五", "five at least"), columns=x[0], side="lower")
    p.clause(Clause("most", "至多三", "three at most"), columns=x[0], side="upper")
    found = explain(p)
    assert found is not None
    assert [one.id for one in found.clauses] == ["least", "most"]
    assert found.repairs["least"].total == pytest.approx(2)
    assert found.repairs["most"].total == pytest.approx(2)


def test_nothing_holds_even_without_any_sentence() -> None:
    p = dry()
    law = p.rows("law", (), lower=99.0)
    p.add(law, p.block("make"), 1.0)
    p.bound(columns=p.block("make"), upper=1.0)
    q = Program()
    x = q.variables("x", (), upper=1.0)
    r = q.rows("law", (), lower=2.0)
    q.add(r, x, 1.0)
    q.clause(Clause("other"), columns=q.variables("y", (), upper=1.0))
    found = explain(q)
    assert found is not None
    assert found.hard
    assert found.clauses == ()
    assert "not" in found.en or "nothing" in found.en
    assert found.zh


def test_the_slacks_of_columns_take_part_in_their_rows() -> None:
    p = dry()
    form = elastic(p)
    session = Session(p, matrix=form.matrix)
    answer = session.solve()
    x = form.point(answer.x, {key: p.holds(key) for key in p.clauses})
    rows = p.matrix().times(x)
    assert rows[p.block("meter")] == pytest.approx(np.zeros(4), abs=1e-9)
    only = elastic(p, only={"goal"})
    assert set(only.slacks) == {"goal"}
    assert only.matrix.shape[1] == p.width + 1
    with pytest.raises(ProgramError, match="clause land: not in the programme"):
        repair_of(p, "land")
    with pytest.raises(ProgramError, match="two sentences have this id"):
        p.clause(Clause("goal", "另一句"), rows=p.block("year"))


def test_kwh_beside_mu_are_told_in_their_own_units() -> None:
    p = Program()
    make = p.variables("make", (), upper=6e5)
    use = p.variables("use", (), upper=7.5e9)
    field = p.variables("field", (), upper=7.0)
    meter, plot = p.rows("meter", (), 0.0, 0.0), p.rows("plot", (), upper=0.0)
    p.add(meter, [make, use], [13_500.0, -1.0])
    p.add(plot, [make, field], [1e-5, -1.0])
    p.bound(columns=make, lower=5.8e5)
    p.clause(Clause("goal", kind="goal", unit="t"), columns=make, side="lower")
    p.clause(Clause("power", kind="quota", unit="kWh"), columns=use)
    p.clause(Clause("land", kind="quota", unit="亩"), columns=field)
    found = explain(p)
    assert found is not None
    assert [one.id for one in found.clauses] == ["goal", "power"]
    assert found.repairs["power"].total == pytest.approx(5.8e5 * 13_500 - 7.5e9)
    assert found.repairs["goal"].total == pytest.approx(5.8e5 - 7.5e9 / 13_500, rel=1e-6)
    assert not repair_of(p, "land").possible
