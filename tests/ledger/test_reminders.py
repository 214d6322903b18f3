"""Who is told when: by the rules of the track, on working days, once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.item import Event, apply
from lvlian.ledger.load import load_tracks
from lvlian.ledger.reminders import Dates, Due, dates_of, reminders_for, reminders_of_all

TRACKS = load_tracks()
CALENDAR = load_calendar()
LONG = (date(2019, 1, 1), date(2029, 12, 31))


def told(track: str, dates: Dates, first: date = LONG[0], last: date = LONG[1]):
    return reminders_for(TRACKS[track], dates, CALENDAR, first, last)


def test_a_project_is_told_before_and_after_its_day():
    got = told("project", Dates(item=7, dues=(Due(key="m1", day=date(2023, 10, 31), title="投产"),)))
    assert [(one.day, one.code, one.number, one.to) for one in got] == [
        (date(2023, 9, 28), "before", 30, "unit"),  # the first of October lies in the holiday
        (date(2023, 10, 24), "before", 7, "unit"),
        (date(2023, 11, 1), "after", 1, "lead"),
        (date(2023, 11, 30), "after", 30, "leading_group"),
    ]
    assert {(one.title, one.counts, one.key) for one in got} == {("投产", date(2023, 10, 31), "m1")}


def test_nobody_reported_for_long():
    got = told("project", Dates(item=7, reported=date(2023, 6, 30)))
    assert [(one.day, one.code, one.counts) for one in got] == [(date(2023, 10, 7), "stale", date(2023, 6, 30))]


def test_only_the_days_asked_for_are_given():
    dates = Dates(item=7, dues=(Due(key="m1", day=date(2023, 10, 31)),))
    assert told("project", dates, date(2023, 10, 24), date(2023, 10, 24)) == told("project", dates)[1:2]
    assert told("project", dates, date(2023, 10, 25), date(2023, 10, 24)) == []


def test_what_is_paused_or_ended_is_quiet():
    for branch in ("paused", "cancelled", "merged", "closed"):
        dates = Dates(item=7, branch=branch, dues=(Due(key="m1", day=date(2023, 10, 31)),), reported=date(2023, 1, 3))
        assert told("project", dates) == []


def test_a_clock_shorter_than_its_reminders_is_told_at_once():
    due = Due(key="clock", day=date(2026, 3, 3), since=date(2026, 3, 2))
    got = told("issue", Dates(item=1, dues=(due,)))
    assert (got[0].day, got[0].code, got[0].number) == (date(2026, 3, 2), "before", 1)
    assert [one.code for one in got] == ["before", "after", "after"]


def test_the_reminders_of_an_issue_follow_its_clock():
    track = TRACKS["issue"]
    state = apply(track, None, Event("open", date(2026, 3, 2)), CALENDAR)
    for stage, day in (("accepted", 3), ("assigned", 3), ("handling", 4)):
        state = apply(track, state, Event("enter", date(2026, 3, day), {"stage": stage}), CALENDAR)
    got = told("issue", dates_of(track, state, 5))
    assert state.clock is not None and state.clock.until == date(2026, 3, 18)
    assert [(one.day, one.code, one.to) for one in got] == [
        (date(2026, 3, 13), "before", "unit"),
        (date(2026, 3, 17), "before", "unit"),
        (date(2026, 3, 19), "after", "lead"),
        (date(2026, 3, 25), "after", "leading_group"),
    ]
    assert {one.title for one in got} == {"办理"}


def test_a_routine_is_told_before_its_period_ends():
    track = TRACKS["routine"]
    state = apply(track, None, Event("open", date(2026, 3, 2), {"data": {"per": "month"}}), CALENDAR)
    got = told("routine", dates_of(track, state, 3))
    assert [(one.day, one.key, one.to) for one in got] == [
        (date(2026, 3, 26), "period", "unit"),
        (date(2026, 4, 1), "period", "lead"),
    ]


def test_open_steps_count_with_the_day_they_were_moved_to():
    track = TRACKS["project"]
    state = apply(track, None, Event("open", date(2026, 3, 2)), CALENDAR)
    state = apply(
        track,
        state,
        Event("promise", date(2026, 3, 2), {"step": "m1", "stage": "started", "due": date(2026, 4, 30)}),
        CALENDAR,
    )
    before = dates_of(track, state, 1)
    assert [(due.key, due.day, due.title) for due in before.dues] == [("m1", date(2026, 4, 30), "开工")]
    moved = {"step": "m1", "expected": date(2026, 6, 30), "why": "用地未获批"}
    state = apply(track, state, Event("revise", date(2026, 3, 3), moved), CALENDAR)
    after = dates_of(track, state, 1)
    assert [due.day for due in after.dues] == [date(2026, 6, 30)]
    ids = {one.id for one in told("project", before)} & {one.id for one in told("project", after)}
    assert not ids, "a moved date is told anew"
    state = apply(track, state, Event("done", date(2026, 3, 4), {"step": "m1", "done": date(2026, 3, 4)}), CALENDAR)
    assert dates_of(track, state, 1).dues == ()


DAYS = st.dates(date(2022, 1, 1), date(2026, 12, 31))
KEYS = st.sampled_from(["m1", "m2", "clock"])
DUES = st.lists(st.builds(Due, key=KEYS, day=DAYS, since=st.none() | DAYS), max_size=4, unique_by=lambda due: due.key)
DATES = st.builds(Dates, item=st.integers(1, 9), dues=DUES.map(tuple), reported=st.none() | DAYS)
KINDS = st.sampled_from(sorted(TRACKS))


@given(KINDS, DATES)
def test_reminders_lie_on_working_days_and_have_ids_of_their_own(track: str, dates: Dates):
    got = told(track, dates)
    assert all(CALENDAR.is_working(one.day) for one in got)
    assert len({one.id for one in got}) == len(got)
    assert got == sorted(got, key=lambda one: (one.day, one.id))
    assert {one.to for one in got} <= set(TRACKS[track].levels)
    for due in dates.dues:
        if due.since is not None:
            assert all(one.day >= due.since for one in got if one.key == due.key and one.code == "before")


@given(KINDS, DATES, DAYS, st.integers(0, 60))
def test_told_day_by_day_is_told_once_each(track: str, dates: Dates, first: date, length: int):
    last = first + timedelta(days=length)
    whole = told(track, dates, first, last)
    by_day = [
        notice
        for ahead in range((last - first).days + 1)
        for notice in told(track, dates, first + timedelta(days=ahead), first + timedelta(days=ahead))
    ]
    assert by_day == whole
    again = reminders_of_all(TRACKS[track], [dates], CALENDAR, first, last, frozenset(one.id for one in whole))
    assert again == []


@given(KINDS, st.lists(DATES, max_size=5, unique_by=lambda dates: dates.item), st.randoms())
def test_the_order_of_items_does_not_matter(track: str, items: list[Dates], random):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert reminders_of_all(TRACKS[track], items, CALENDAR, *LONG) == reminders_of_all(
        TRACKS[track], shuffled, CALENDAR, *LONG
    )
