"""Quarters of the calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.quarter import Quarter, quarter_of, read_quarter


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)))
def test_a_day_lies_in_its_quarter_and_in_no_other(day: date) -> None:
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.next.first == quarter.last + timedelta(days=1)
    assert quarter.next.before == quarter and quarter.next.place == quarter.place + 1
    assert read_quarter(str(quarter)) == quarter


def test_how_it_is_told() -> None:
    assert str(Quarter(2023, 3)) == "2023-Q3" and Quarter(2023, 3).zh == "2023年三季度"
    assert read_quarter(" 2023Q3 ") == Quarter(2023, 3)
    assert list(map(str, Quarter(2023, 4).through(Quarter(2024, 1)))) == ["2023-Q4", "2024-Q1"]
    assert list(Quarter(2024, 1).through(Quarter(2023, 4))) == []


@pytest.mark.parametrize("text", ["", "2023", "2023-Q5", "2023-13", "三季度"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a form such as 2023-Q3"):
        read_quarter(text)


def test_there_is_no_fifth_quarter() -> None:
    with pytest.raises(ValueError, match="from 1 to 4"):
        Quarter(2023, 5)
