"""Working days: what the State Council announced, held against an independent record, and the arithmetic of counting them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.calendar import Calendar, CalendarError, load_calendar

DAYS = st.dates(date(2019, 6, 1), date(2028, 6, 30))
NUMBERS = st.integers(-400, 400)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return load_calendar()


def plainly(calendar: Calendar, day: date, number: int) -> date:
    """The same as `add`, one day after the other."""
    step, left = (DAY, number) if number > 0 else (-DAY, -number)
    while left:
        day += step
        left -= calendar.is_working(day)
    return day


def test_every_year_names_its_notice_and_was_compared_with_it(calendar: Calendar):
    assert calendar.years == frozenset(range(2020, 2027))
    assert all("国办发明电" in notice or "国务院办公厅" in notice for _, notice in calendar.notices)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2023, 9, 28), True),
        (date(2023, 9, 29), False),  # 中秋节
        (date(2023, 10, 6), False),
        (date(2023, 10, 7), True),  # a Saturday with work
        (date(2023, 10, 14), False),
        (date(2020, 1, 31), False),  # the holiday that was made longer
        (date(2020, 2, 1), False),
        (date(2022, 12, 30), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),
        (date(2027, 10, 1), True),  # not announced: a Friday like any other
    ],
)
def test_days_as_announced(calendar: Calendar, day: date, working: bool):
    assert calendar.is_working(day) is working


def test_a_year_that_is_not_announced_is_not_known(calendar: Calendar):
    assert calendar.known(date(2026, 12, 31))
    assert not calendar.known(date(2027, 1, 1))
    assert not calendar.known(date(2019, 12, 31))


def test_ten_working_days_over_the_national_holiday(calendar: Calendar):
    assert calendar.add(date(2023, 9, 27), 10) == date(2023, 10, 17)
    assert calendar.between(date(2023, 9, 27), date(2023, 10, 17)) == 10
    assert calendar.add(date(2023, 9, 29), 0) == date(2023, 10, 7)
    assert calendar.add(date(2023, 10, 7), -1) == date(2023, 9, 28)


def test_the_days_agree_with_the_record_of_others(calendar: Calendar):
    other = pytest.importorskip("chinese_calendar", reason="the Python package chinesecalendar is not installed")
    day = date(2020, 1, 1)
    while day <= date(2026, 12, 31):
        assert calendar.is_working(day) is other.is_workday(day), day
        day += DAY


@given(DAYS, NUMBERS)
def test_adding_is_counting_day_by_day(day: date, number: int):
    calendar = load_calendar()
    if number:
        assert calendar.add(day, number) == plainly(calendar, day, number)


@given(DAYS, NUMBERS)
def test_adding_lands_on_a_working_day(day: date, number: int):
    calendar = load_calendar()
    assert calendar.is_working(calendar.add(day, number))


@given(DAYS, st.integers(1, 400))
def test_between_is_the_inverse_of_adding(day: date, number: int):
    calendar = load_calendar()
    assert calendar.between(day, calendar.add(day, number)) == number


@given(DAYS, DAYS)
def test_adding_what_lies_between_is_the_last_working_day_by_then(first: date, last: date):
    calendar = load_calendar()
    if last < first:
        first, last = last, first
    number = calendar.between(first, last)
    assert calendar.between(last, first) == -number
    if number:
        reached = calendar.add(first, number)
        assert reached <= last
        assert calendar.between(reached, last) == 0


@given(DAYS, DAYS, DAYS)
def test_between_adds_up(one: date, two: date, three: date):
    calendar = load_calendar()
    assert calendar.between(one, two) + calendar.between(two, three) == calendar.between(one, three)


@given(DAYS, DAYS, NUMBERS)
def test_a_later_day_never_ends_earlier(one: date, two: date, number: int):
    calendar = load_calendar()
    first, last = sorted((one, two))
    assert calendar.add(first, number) <= calendar.add(last, number)
    assert calendar.add(first, number) <= calendar.add(first, number + 1) or number == 0


@given(st.sets(DAYS, max_size=30), st.sets(DAYS, max_size=30), DAYS, st.integers(1, 60))
def test_a_region_changes_days_of_its_own(off: set[date], work: set[date], day: date, number: int):
    work -= off
    calendar = load_calendar().with_changes(off=off, work=work)
    assert not any(calendar.is_working(one) for one in off)
    assert all(calendar.is_working(one) for one in work)
    assert calendar.add(day, number) == plainly(calendar, day, number)
    assert calendar.years == load_calendar().years
    back = calendar.with_changes(off=work, work=off)
    assert not any(back.is_working(one) for one in work)


def test_a_day_cannot_be_both(calendar: Calendar):
    with pytest.raises(CalendarError, match="2026-03-02 as a day off and as a working day"):
        calendar.with_changes(off=[date(2026, 3, 2)], work=[date(2026, 3, 2)])


def test_a_sum_beyond_reason_is_refused(calendar: Calendar):
    with pytest.raises(ValueError, match="at most 20000"):
        calendar.add(date(2026, 1, 1), 10**9)
    with pytest.raises(ValueError, match="outside the years"):
        calendar.add(date(9999, 12, 1), 100)
    with pytest.raises(ValueError, match="outside the years"):
        calendar.add(date(1, 1, 1), -1)


def test_without_any_announcement_weekends_count():
    calendar = Calendar()
    assert calendar.add(date(2026, 1, 1), 5) == date(2026, 1, 8)
    assert not calendar.known(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("years: []", "c.yaml, years: found none, expected at least one year"),
        ("year: 2026", "c.yaml, year: found the unknown key 'year', the nearest known is 'years'"),
        ("years:\n- {year: 2026}", "c.yaml, years[0].notice: found nothing, expected a text"),
        (
            "years:\n- {year: 2026, notice: a, off: [02-30]}",
            "c.yaml, years[0].off[0]: found '02-30', expected MM-DD or MM-DD..MM-DD of 2026",
        ),
        (
            "years:\n- {year: 2026, notice: a, off: [02-03..02-01]}",
            "c.yaml, years[0].off[0]: found '02-03..02-01', expected the first day before the last",
        ),
        (
            "years:\n- {year: 2026, notice: a, work: [02-02]}",
            "c.yaml, years[0].work: found 2026-02-02, expected a Saturday or Sunday that is not off",
        ),
        (
            "years:\n- {year: 2026, notice: a}\n- {year: 2026, notice: b}",
            "c.yaml, years[1].year: found 2026 for the second time, expected each once",
        ),
    ],
)
def test_a_wrong_calendar_is_answered_with_one_sentence(tmp_path: Path, text: str, said: str):
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError) as caught:
        load_calendar(path)
    assert str(caught.value) == said


def test_a_calendar_of_ones_own(tmp_path: Path):
    path = tmp_path / "c.yaml"
    path.write_text("years:\n- {year: 2027, notice: 试, off: [10-01..10-07], work: [10-09]}\n", encoding="utf-8")
    calendar = load_calendar(path)
    assert calendar.known(date(2027, 5, 1)) and not calendar.known(date(2026, 5, 1))
    assert calendar.add(date(2027, 9, 30), 2) == date(2027, 10, 9)
