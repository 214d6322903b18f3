"""Bookings: never more than is there, never twice, and refused with the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.booking import BookingRefused, free_of, may_book
from lvlian.ledger.factors import Booking, Demand, Supply


def supply(**more: Any) -> Supply:
    given: dict[str, Any] = {
        "id": 1,
        "factor": "land",
        "title": "第二批次用地",
        "amount": Decimal("690.5"),
        "unit": "亩",
    }
    return Supply(**(given | more))


def demand(row: int = 1, **more: Any) -> Demand:
    given: dict[str, Any] = {
        "id": row,
        "factor": "land",
        "title": "型材厂用地",
        "project": "型材厂",
        "amount": Decimal(300),
        "unit": "亩",
    }
    return Demand(**(given | more))


def booked(amount: str, *, of: int = 1, by: int = 9) -> Booking:
    return Booking(id=f"{of}-{by}", supply=of, demand=by, amount=Decimal(amount))


def refused(*arguments: Any, **more: Any) -> BookingRefused:
    with pytest.raises(BookingRefused) as caught:
        may_book(*arguments, **more)
    assert str(caught.value).endswith("。") and caught.value.en.endswith(".")
    return caught.value


def test_what_is_free_may_be_booked_to_the_last_mu() -> None:
    may_book(supply(), [booked("390.5")], Decimal(300), demand=demand())
    assert free_of(supply(), [booked("390.5"), booked("9", of=2)]) == 300


def test_no_more_than_is_there() -> None:
    error = refused(supply(), [booked("390.6")], Decimal(300), demand=demand())
    assert error.because == "beyond"
    assert str(error) == "“第二批次用地”共 690.5亩，只余 299.9亩，不够预订 300亩。"


def test_never_twice_for_the_same_demand() -> None:
    assert refused(supply(), [booked("1", by=1)], Decimal(1), demand=demand()).because == "twice"


def test_not_after_the_supply_has_ended() -> None:
    ended = supply(until=date(2023, 12, 31))
    assert refused(ended, [], Decimal(1), demand=demand(need_by=date(2024, 1, 1))).because == "ended"
    may_book(ended, [], Decimal(1), demand=demand(need_by=date(2023, 12, 31)))


def test_no_more_than_is_needed_over_all_supplies() -> None:
    may_book(supply(), [booked("200", of=2, by=1)], Decimal(100), demand=demand())
    assert refused(supply(), [booked("200", of=2, by=1)], Decimal("100.1"), demand=demand()).because == "more"
    may_book(supply(), [], Decimal(500), demand=demand(amount=None))


def test_the_unit_has_to_fit_and_is_converted() -> None:
    may_book(supply(), [], Decimal(20), unit="公顷", demand=demand())
    assert refused(supply(), [], Decimal("20.1"), unit="公顷", demand=demand()).because == "more"
    assert refused(supply(), [], Decimal(1), unit="万千瓦", demand=demand()).because == "unit"
    assert refused(supply(), [], Decimal("NaN"), demand=demand()).because == "unit"


def test_the_factor_has_to_be_the_same_and_the_amount_above_zero() -> None:
    assert refused(supply(), [], Decimal(1), demand=demand(factor="gas", unit="万立方米")).because == "factor"
    assert refused(supply(), [], Decimal(0), demand=demand()).because == "amount"
    assert refused(supply(), [], Decimal(-1), demand=demand()).because == "amount"
    assert refused(supply(amount=None, unit_name="县自然资源局"), [], Decimal(1), demand=demand()).because == "unknown"


@given(
    st.decimals(0, 1000, places=2),
    st.lists(st.tuples(st.integers(1, 6), st.decimals(-1, 600, places=2)), max_size=30),
)
def test_bookings_never_exceed_the_supply(amount: Decimal, asked: list[tuple[int, Decimal]]) -> None:
    here, taken = supply(amount=amount), []
    for row, wanted in asked:
        try:
            may_book(here, taken, wanted, demand=demand(row, amount=None))
        except BookingRefused:
            continue
        taken.append(Booking(id=len(taken), supply=1, demand=row, amount=wanted))
    assert sum(one.amount for one in taken) <= amount
    assert len({one.demand for one in taken}) == len(taken)
    assert free_of(here, taken) + sum(one.amount for one in taken) == amount
