"""The balance adds up, the shortage names whom it holds up, and nothing is counted on a guessed day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.balance import QuarterLine, Shortage, balance, shortages
from lvlian.ledger.block import blocked, days_late
from lvlian.ledger.booking import BookingRefused, may_book
from lvlian.ledger.factors import Booking, Demand, Supply
from lvlian.ledger.quarter import Quarter

FIRST, LAST = Quarter(2023, 1), Quarter(2024, 4)


def supply(row: int, amount: str | None, day: date | None, **more: Any) -> Supply:
    told: dict[str, Any] = {"factor": "power", "unit": "万千瓦", "promised": day, "title": f"变电站{row}"}
    return Supply(id=row, amount=None if amount is None else Decimal(amount), **(told | more))


def demand(row: int, amount: str, day: date | None, **more: Any) -> Demand:
    told: dict[str, Any] = {
        "factor": "power",
        "unit": "万千瓦",
        "need_by": day,
        "title": f"需求{row}",
        "project": f"项目{row}",
    }
    return Demand(id=row, amount=Decimal(amount), **(told | more))


def booking(of: int, by: int, amount: str) -> Booking:
    return Booking(id=f"{of}-{by}", supply=of, demand=by, amount=Decimal(amount))


def lines(*rows: Any, first: Quarter = FIRST, last: Quarter = LAST, today: date | None = None) -> dict[str, Any]:
    return {str(one.quarter): one for one in balance(*rows, first, last, today)}


def test_a_rate_is_there_from_its_quarter_on() -> None:
    found = lines([supply(1, "12", date(2023, 6, 30))], [demand(1, "5", date(2023, 8, 1))], [booking(1, 1, "5")])
    assert [found[q].expected for q in ("2023-Q1", "2023-Q2", "2024-Q4")] == [0, 12, 12]
    assert [found[q].demand for q in ("2023-Q2", "2023-Q3", "2024-Q4")] == [0, 5, 5]
    assert (found["2023-Q3"].booked, found["2023-Q3"].free, found["2023-Q3"].short) == (5, 7, 0)


def test_what_was_promised_stands_beside_what_is_expected() -> None:
    row = supply(1, "12", date(2023, 6, 30), expected=date(2023, 11, 1))
    found = lines([row], [demand(1, "5", date(2023, 8, 1))], [])
    assert (found["2023-Q3"].promised, found["2023-Q3"].expected, found["2023-Q3"].short) == (12, 0, 5)
    assert (found["2023-Q4"].promised, found["2023-Q4"].expected, found["2023-Q4"].short) == (12, 12, 0)


def test_a_rate_ends_and_of_a_stock_only_what_is_free_lapses() -> None:
    ends = {"until": date(2023, 12, 30)}
    rate = lines([supply(1, "12", FIRST.first, **ends)], [demand(1, "5", FIRST.first)], [booking(1, 1, "5")])
    assert (rate["2023-Q3"].expected, rate["2023-Q4"].expected, rate["2023-Q4"].short) == (12, 0, 5)
    land = {"factor": "land", "unit": "亩"}
    stock = lines(
        [supply(1, "12", FIRST.first, stock=True, **ends, **land)],
        [demand(1, "5", FIRST.first, **land)],
        [booking(1, 1, "5")],
    )
    assert (stock["2023-Q3"].expected, stock["2023-Q3"].free) == (12, 7)
    assert (stock["2023-Q4"].expected, stock["2023-Q4"].free, stock["2023-Q4"].short) == (5, 0, 0)


def test_a_need_that_ended_is_no_longer_counted() -> None:
    found = lines([], [demand(1, "5", date(2023, 2, 1), until=date(2023, 4, 1))], [])
    assert [found[q].demand for q in ("2023-Q1", "2023-Q2", "2023-Q3")] == [5, 5, 0]


def test_the_undated_stand_beside_the_sums() -> None:
    found = lines([supply(1, "12", None), supply(2, None, FIRST.first)], [demand(1, "5", None)], [])["2023-Q1"]
    assert (found.undated_supply, found.undated_demand, found.expected, found.demand) == (12, 5, 0, 0)


def test_a_day_that_has_passed_unreported_is_no_day() -> None:
    row = supply(1, "12", date(2023, 6, 30))
    assert lines([row], [], [], today=date(2023, 7, 1))["2023-Q3"].undated_supply == 12
    assert lines([row], [], [], today=date(2023, 6, 30))["2023-Q3"].expected == 12
    done = supply(1, "12", date(2023, 6, 30), done=date(2023, 6, 1))
    assert lines([done], [], [], today=date(2023, 7, 1))["2023-Q3"].expected == 12


def test_every_factor_has_its_own_lines_in_its_own_unit() -> None:
    land = Supply(id=2, factor="land", title="批次", amount=Decimal(2), unit="公顷", done=FIRST.first, stock=True)
    found: Any = balance([land, supply(1, "80", FIRST.first, unit="兆瓦")], [], [], FIRST, FIRST)
    assert [(one.factor, one.expected, one.unit) for one in found] == [("power", 8, "万千瓦"), ("land", 30, "亩")]


def test_a_shortage_names_whom_it_delays_by_how_much_and_the_goals() -> None:
    supplies = [supply(1, "4", date(2023, 1, 1)), supply(2, "6", date(2023, 7, 1), expected=date(2023, 11, 15))]
    demands = [
        demand(1, "3", date(2023, 8, 1), goals=("产值 650 亿元",)),
        demand(2, "4", date(2023, 8, 1), goals=("铝材 120 万吨", "产值 650 亿元")),
        demand(3, "9", date(2024, 2, 1), project_name="轮毂厂"),
    ]
    found: Any = shortages(supplies, demands, [], FIRST, LAST)
    assert [(str(one.quarter), one.amount) for one in found] == [
        ("2023-Q3", 3), ("2024-Q1", 6), ("2024-Q2", 6), ("2024-Q3", 6), ("2024-Q4", 6)
    ]  # fmt: skip
    [late] = found[0].delays
    assert (late.demand, late.amount, late.covered, late.days, late.quarters) == (2, 3, date(2023, 11, 15), 106, 1)
    assert found[0].goals == ("铝材 120 万吨", "产值 650 亿元")
    assert (
        found[0].zh == "2023年三季度用电负荷缺 3万千瓦，影响项目2（晚 106 天），牵动目标铝材 120 万吨、产值 650 亿元。"
    )
    assert found[1].zh == "2024年一季度用电负荷缺 6万千瓦，影响轮毂厂（到 2024-Q4 仍无供给）。"
    assert found[1].delays[0].days is None
    assert "is short by 3万千瓦; it holds up 项目2 (106 days late)" in found[0].en


def test_a_booking_goes_before_the_day_of_need() -> None:
    rows = [supply(1, "4", date(2023, 1, 1))], [demand(1, "4", date(2023, 2, 1)), demand(2, "4", date(2023, 5, 1))]
    [one, *_] = shortages(*rows, [booking(1, 2, "4")], FIRST, FIRST.next)
    assert [delay.demand for delay in one.delays] == [1]


def test_relief_by_a_booked_supply_is_its_own_day() -> None:
    supplies = [supply(1, "4", date(2023, 5, 20)), supply(2, "1", date(2023, 4, 2))]
    found = shortages(supplies, [demand(1, "4", date(2023, 2, 1))], [booking(1, 1, "4")], FIRST, LAST)
    assert [delay.covered for one in found for delay in one.delays] == [date(2023, 5, 20)]


def test_what_holds_a_project_up() -> None:
    supplies = [
        supply(1, "4", date(2023, 6, 30), expected=date(2023, 9, 30)),
        supply(2, "4", None, factor="land", unit="亩", title="第三批次用地"),
        supply(3, "4", date(2023, 6, 30)),
        supply(4, "4", date(2023, 6, 30), done=date(2023, 8, 1)),
    ]
    demands = [
        demand(1, "4", date(2023, 7, 1)),
        demand(2, "4", date(2023, 7, 1), factor="land", unit="亩", project="项目1"),
    ]
    demands += [demand(3, "4", date(2023, 7, 1)), demand(4, "4", date(2023, 7, 1)), demand(5, "4", None)]
    bookings = [booking(1, 1, "4"), booking(2, 2, "4"), booking(3, 3, "4"), booking(4, 4, "4"), booking(1, 5, "1")]
    found = blocked(supplies, demands, bookings)
    assert {project: [(one.title, days_late(one), one.day) for one in rows] for project, rows in found.items()} == {
        "项目1": [("第三批次用地", None, None), ("变电站1", 91, date(2023, 9, 30))]
    }
    now = blocked(supplies, demands, bookings, today=date(2023, 8, 10))
    assert now["项目1"] == found["项目1"]
    assert [(one.need, one.day) for one in now["项目3"]] == [(date(2023, 7, 1), None)]
    assert "项目4" not in now


days = st.none() | st.dates(date(2022, 10, 1), date(2025, 3, 1))
amounts = st.decimals(0, 50, places=1)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Supply], list[Demand], list[Booking]]:
    units = {"power": ["万千瓦", "兆瓦"], "land": ["亩", "公顷"], "gas": ["万立方米", "万立方米/年"]}
    factor = st.sampled_from(["power", "land", "gas"])
    supplies, demands, bookings = [], [], []
    for row in range(draw(st.integers(0, 6))):
        of = draw(factor)
        supplies.append(
            supply(row, str(draw(amounts)), draw(days), factor=of, unit=draw(st.sampled_from(units[of])),
                   expected=draw(days), done=draw(days), until=draw(days), stock=of == "land")
        )  # fmt: skip
    for row in range(draw(st.integers(0, 8))):
        of = draw(factor)
        demands.append(
            demand(row, str(draw(amounts)), draw(days), factor=of, unit=draw(st.sampled_from(units[of])), until=draw(days),
                   goals=draw(st.sampled_from([(), ("甲",), ("甲", "乙")])))
        )  # fmt: skip
    for _ in range(draw(st.integers(0, 10))):
        if supplies and demands:
            one, other = draw(st.sampled_from(supplies)), draw(st.sampled_from(demands))
            amount = draw(st.decimals("0.1", 50, places=1))
            try:
                may_book(one, bookings, amount, demand=other)
            except BookingRefused:
                continue
            bookings.append(Booking(id=len(bookings), supply=one.id, demand=other.id, amount=amount))
    return supplies, demands, bookings


def short_by_hand(supplies: list[Supply], demands: list[Demand], bookings: list[Booking], line: QuarterLine) -> Decimal:
    """What is short in a quarter, by the words of the rule."""
    first, last, factor = line.quarter.first, line.quarter.last, line.factor
    there = {
        one.id: one for one in supplies
        if one.factor == factor and one.day and one.day <= last and (one.stock or not one.until or one.until >= last)
    }  # fmt: skip
    free = Decimal(0)
    for one in there.values():
        if not one.until or one.until >= last:
            free += one.measure - sum((b.amount for b in bookings if b.supply == one.id), Decimal(0))
    short = Decimal(0)
    for need in demands:
        if need.factor == factor and need.need_by and need.need_by <= last and (not need.until or need.until >= first):
            have = sum((b.amount for b in bookings if b.demand == need.id and b.supply in there), Decimal(0))
            short += max(Decimal(0), need.measure - have)
    return max(Decimal(0), short - free)


@given(ledgers())
def test_the_balance_adds_up(rows: tuple[list[Supply], list[Demand], list[Booking]]) -> None:
    for line in balance(*rows, FIRST, LAST):
        assert line.free + line.booked == line.expected
        assert line.free >= 0 and line.short >= 0
        assert line.short == short_by_hand(*rows, line)


@given(ledgers())
def test_shortages_are_those_of_the_balance_and_name_all_of_it(
    rows: tuple[list[Supply], list[Demand], list[Booking]],
) -> None:
    short = {(one.factor, one.quarter): one.short for one in balance(*rows, FIRST, LAST) if one.short}
    found = shortages(*rows, FIRST, LAST)
    assert {(one.factor, one.quarter): one.amount for one in found} == short
    for one in found:
        assert one.delays and all(delay.amount > 0 for delay in one.delays)
        for delay in one.delays:
            if delay.covered is not None:
                assert delay.covered > one.quarter.last and delay.days is not None and delay.days > 0


@given(ledgers(), st.randoms())
def test_the_order_of_the_input_does_not_count(
    rows: tuple[list[Supply], list[Demand], list[Booking]], chance: Random
) -> None:
    mixed = [chance.sample(side, len(side)) for side in rows]
    assert balance(*mixed, FIRST, LAST) == balance(*rows, FIRST, LAST)
    assert shortages(*mixed, FIRST, LAST) == shortages(*rows, FIRST, LAST)
    assert blocked(*mixed) == blocked(*rows)


@given(ledgers(), st.integers(1, 400))
def test_a_later_supply_never_leaves_less_short(
    rows: tuple[list[Supply], list[Demand], list[Booking]], by: int
) -> None:
    supplies, demands, bookings = rows
    later = [supply(int(str(one.id)), str(one.amount), one.day + timedelta(days=by) if one.day else None, factor=one.factor,
                    unit=one.unit, until=one.until, stock=one.stock) for one in supplies]  # fmt: skip
    for before, after in zip(balance(*rows, FIRST, LAST), balance(later, demands, bookings, FIRST, LAST), strict=True):
        assert after.short >= before.short


def test_a_shortage_is_a_frozen_record() -> None:
    assert isinstance(shortages([], [demand(1, "1", FIRST.first)], [], FIRST, FIRST)[0], Shortage)
