"""A supply that slips moves the steps that wait for it, and only those, once, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lvlian.ledger.factors import Booking, Demand, Supply
from lvlian.ledger.shift import CycleError, Step, shifted, shifts

SEPTEMBER = date(2023, 9, 30)
Rows = tuple[list[Supply], list[Demand], list[Booking], list[Step]]


def supply(row: int, day: date | None, **more: Any) -> Supply:
    told: dict[str, Any] = {"factor": "power", "unit": "万千瓦", "title": f"变电站{row}", "promised": day}
    return Supply(id=row, amount=Decimal(100), **(told | more))


def demand(row: int, project: str, step: str, need_by: date | None, **more: Any) -> Demand:
    told: dict[str, Any] = {"factor": "power", "unit": "万千瓦", "title": f"需求{row}"}
    return Demand(id=row, amount=Decimal(1), project=project, step=step, need_by=need_by, **(told | more))


def booking(of: int, by: int) -> Booking:
    return Booking(id=f"{of}-{by}", supply=of, demand=by, amount=Decimal(1))


def step(row: int, project: str, stage: str, day: date | None, **more: Any) -> Step:
    return Step(id=row, project=project, stage=stage, title=f"{project}{stage}", day=day, **more)


def test_a_line_that_slips_moves_three_projects() -> None:
    names = ("甲", "乙", "丙")
    supplies = [supply(1, SEPTEMBER, expected=date(2023, 12, 30), title="110千伏变电站")]
    demands = [demand(n, name, "投产", SEPTEMBER) for n, name in enumerate(names)]
    steps = [step(n, name, "投产", date(2023, 10, 31)) for n, name in enumerate(names)]
    found = shifts(supplies, demands, [booking(1, n) for n in range(3)], steps)
    assert [(one.project, one.from_day, one.to_day, one.days, one.cause) for one in found] == [
        (name, date(2023, 10, 31), date(2024, 1, 30), 91, 1) for name in sorted(names)
    ]
    assert [one.reason_zh for one in found if one.project == "甲"] == [
        "“甲投产”由 2023-10-31 顺延 91 天至 2024-01-30：“110千伏变电站”（用电负荷）2023-12-30 才到位，比需用日 2023-09-30 晚 91 天。"
    ]
    assert "moves from 2023-10-31 by 91 days to 2024-01-30" in found[0].reason_en


def test_what_comes_in_time_is_done_or_has_no_day_moves_nothing() -> None:
    late = supply(1, date(2024, 1, 1))
    here, there = demand(1, "甲", "投产", SEPTEMBER), booking(1, 1)
    assert shifts([supply(1, SEPTEMBER)], [here], [there], [step(1, "甲", "投产", SEPTEMBER)]) == ()
    assert shifts([late], [here], [], [step(1, "甲", "投产", SEPTEMBER)]) == ()
    assert shifts([late], [here], [there], [step(1, "甲", "投产", SEPTEMBER, done=True)]) == ()
    assert shifts([late], [here], [there], [step(1, "甲", "投产", None)]) == ()
    assert shifts([late], [here], [there], [step(1, "甲", "开工", SEPTEMBER)]) == ()
    assert shifts([late], [demand(1, "甲", "投产", None)], [there], [step(1, "甲", "投产", SEPTEMBER)]) == ()
    assert shifts([supply(1, None)], [here], [there], [step(1, "甲", "投产", SEPTEMBER)]) == ()


def test_the_latest_of_several_supplies_counts() -> None:
    supplies = [supply(1, date(2023, 10, 30)), supply(2, date(2023, 11, 30), factor="land", unit="亩")]
    demands = [demand(1, "甲", "开工", SEPTEMBER), demand(2, "甲", "开工", SEPTEMBER, factor="land", unit="亩")]
    rows = supplies, demands, [booking(1, 1), booking(2, 2)], [step(1, "甲", "开工", SEPTEMBER)]
    [one] = shifts(*rows)
    assert (one.cause, one.to_day) == (2, date(2023, 11, 30))


class Weekdays:
    def add(self, day: date, n: int, /) -> date:
        while n or day.weekday() > 4:
            day += timedelta(days=1)
            n -= day.weekday() < 5
        return day


def test_the_usual_length_of_the_stage_may_stand_for_the_time_of_the_plan() -> None:
    rows = [supply(1, date(2023, 10, 20))], [demand(1, "甲", "投产", SEPTEMBER)], [booking(1, 1)]
    assert [one.to_day for one in shifts(*rows, [step(1, "甲", "投产", date(2023, 10, 31))])] == [date(2023, 11, 20)]
    with_lead = [step(1, "甲", "投产", date(2023, 10, 31), lead=15)]
    assert [one.to_day for one in shifts(*rows, with_lead)] == [date(2023, 11, 4)]
    assert [one.to_day for one in shifts(*rows, with_lead, Weekdays())] == [date(2023, 11, 10)]
    slack = [step(1, "甲", "投产", date(2023, 12, 31), lead=15)]
    assert shifts(*rows, slack) == ()


def test_a_substation_that_waits_for_land_carries_the_slip_on() -> None:
    supplies = [
        supply(1, date(2023, 8, 31), expected=date(2023, 10, 30), factor="land", unit="亩", title="第二批次用地"),
        supply(2, date(2023, 12, 31), title="110千伏变电站"),
    ]
    demands = [
        demand(1, "变电站", "开工", date(2023, 8, 31), factor="land", unit="亩"),
        demand(2, "甲", "投产", date(2024, 1, 10)),
    ]
    steps = [
        step(1, "变电站", "开工", date(2023, 9, 1)),
        step(2, "变电站", "送电", date(2023, 12, 31), after=(1,), supplies=(2,)),
        step(3, "甲", "投产", date(2024, 1, 31)),
        step(4, "甲", "达产", date(2024, 6, 30), after=(3,)),
    ]
    found = shifts(supplies, demands, [booking(1, 1), booking(2, 2)], steps)
    assert {one.step: (one.to_day, one.days, one.cause) for one in found} == {
        1: (date(2023, 10, 31), 60, 1), 2: (date(2024, 2, 29), 60, 1), 3: (date(2024, 3, 21), 50, 1), 4: (date(2024, 8, 19), 50, 1)
    }  # fmt: skip
    reasons = {one.step: one.reason_zh for one in found}
    assert "“变电站开工”顺延 60 天；起因是“第二批次用地”（用地）2023-10-30 才到位" in reasons[2]
    assert (
        "“110千伏变电站”（用电负荷）2024-02-29 才到位，比需用日 2024-01-10 晚 50 天；起因是“第二批次用地”" in reasons[3]
    )


def test_a_ring_is_refused_with_its_names() -> None:
    supplies = [supply(1, SEPTEMBER, title="用地"), supply(2, SEPTEMBER, title="送电"), supply(3, SEPTEMBER)]
    demands = [
        demand(1, "变电站", "开工", SEPTEMBER),
        demand(2, "平整", "开工", SEPTEMBER),
        demand(3, "甲", "开工", SEPTEMBER),
    ]
    steps = [
        step(1, "变电站", "开工", SEPTEMBER, supplies=(2,)),
        step(2, "平整", "开工", SEPTEMBER, supplies=(1,)),
        step(3, "甲", "开工", SEPTEMBER),
    ]
    bookings = [booking(1, 1), booking(2, 2), booking(2, 3)]
    with pytest.raises(CycleError) as caught:
        shifts(supplies, demands, bookings, steps)
    assert caught.value.names == ("用地", "变电站开工", "送电", "平整开工")
    assert (
        str(caught.value)
        == "要素与节点互相等待，推不出日期：用地 → 变电站开工 → 送电 → 平整开工 → 用地，请解开其中一处。"
    )


def test_a_long_chain_is_walked() -> None:
    steps = [step(n, "甲", f"第{n}步", SEPTEMBER, after=(n - 1,) if n else ()) for n in range(3000)]
    found = shifts([supply(1, date(2023, 10, 1))], [demand(1, "甲", "第0步", SEPTEMBER)], [booking(1, 1)], steps)
    assert len(found) == 3000 and {one.days for one in found} == {1}
    assert max(len(one.reason_zh) for one in found) < 150


days = st.dates(date(2023, 1, 1), date(2024, 12, 31))


@st.composite
def plans(draw: st.DrawFn) -> Rows:
    """Ties lead from a lower number to a higher one, so that there is no ring."""
    count = draw(st.integers(1, 5))
    supplies = [
        supply(n, draw(st.none() | days), expected=draw(st.none() | days), done=draw(st.none() | days))
        for n in range(count)
    ]
    steps, demands, bookings = [], [], []
    for n in range(draw(st.integers(1, 14))):
        brings = tuple(one for one in range(count) if one > n % count and draw(st.booleans()))
        steps.append(
            step(n, f"项目{n % 3}", f"第{n % 4}步", draw(st.none() | days), done=draw(st.integers(0, 5)) == 0,
                 after=tuple(draw(st.sets(st.integers(0, n - 1), max_size=2))) if n else (), supplies=brings,
                 lead=draw(st.sampled_from([None, None, 0, 20])))
        )  # fmt: skip
        for of in draw(st.sets(st.integers(0, count - 1), max_size=2)):
            row = len(demands)
            demands.append(demand(row, f"项目{n % 3}", f"第{n % 4}步", draw(st.none() | days)))
            bookings.append(booking(of, row))
    return supplies, demands, bookings, steps


def moved(rows: Rows) -> dict[Any, date | None]:
    """The day of every step after the proposals; examples with a ring are passed over."""
    try:
        found = shifts(*rows)
    except CycleError:
        assume(False)
    after = {one.id: one.day for one in rows[3]}
    return after | {one.step: one.to_day for one in found}


@given(plans())
def test_taking_the_proposals_over_leaves_none(rows: Rows) -> None:
    supplies, demands, bookings, steps = rows
    try:
        found = shifts(*rows)
    except CycleError:
        assume(False)
    assert all(one.days > 0 and one.to_day - one.from_day == timedelta(days=one.days) for one in found)
    new_supplies, new_demands, new_steps = shifted(found, supplies, demands, steps)
    assert shifts(new_supplies, new_demands, bookings, new_steps) == ()


@given(plans(), st.integers(1, 300), st.integers(0, 4))
def test_a_later_supply_never_gives_an_earlier_day(rows: Rows, by: int, which: int) -> None:
    supplies, demands, bookings, steps = rows
    which %= len(supplies)
    one = supplies[which]
    put_off = timedelta(days=by)
    later = [*supplies]
    later[which] = replace(
        one, expected=one.day + put_off if one.day else None, done=one.done + put_off if one.done else None
    )
    before, after = moved(rows), moved((later, demands, bookings, steps))
    for row, day in before.items():
        now = after[row]
        assert (now is None) == (day is None)
        assert now is None or day is None or now >= day


@given(plans(), st.randoms())
def test_the_order_of_the_input_does_not_count(rows: Rows, chance: Random) -> None:
    try:
        found = shifts(*rows)
    except CycleError as error:
        with pytest.raises(CycleError) as caught:
            shifts(*(chance.sample(side, len(side)) for side in rows))
        assert caught.value.names == error.names
        return
    assert shifts(*(chance.sample(side, len(side)) for side in rows)) == found
