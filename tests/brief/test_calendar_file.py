"""Calendar files: RFC 5545 as other programs read it, stable identifiers, alarms, any text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from benchmarks.papers import quarter
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from lvlian.brief.calendar_file import Entry, calendar_file, dispatch_entries, last_day
from lvlian.brief.wording import WordingError

MEETING = Entry(uid="m@x", day=datetime(2024, 10, 18, 14, 30), title="调度会议", note="带材料；10,000字以内\n第二行",
                url="https://example.org/d/1", place="三楼", alarm_days=(7, 1), minutes=90)  # fmt: skip
DUE = Entry(uid="d@x", day=date(2024, 11, 20), title="到期：供地", alarm_days=(3,))
TEXT = st.one_of(
    st.text(max_size=200),
    st.text(alphabet='\x00\x08\x0b\x1f\x7f\x85\u2028\ud800\r\n\t☃🏭甲,;:\\"=', max_size=60),
    st.sampled_from(["X\r\nEND:VEVENT\r\nBEGIN:VALARM", "甲" * 5000, "🏭" * 1200, "a" * 5000, "\\n\\N\\;", " " * 200]),
)


def events(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_moment_is_told_in_universal_time_and_a_day_as_a_day() -> None:
    meeting, due = events(calendar_file([DUE, MEETING], "石盘县"))
    assert meeting.decoded("dtstart") == datetime(2024, 10, 18, 6, 30, tzinfo=UTC)
    assert meeting.decoded("dtend") - meeting.decoded("dtstart") == timedelta(minutes=90)
    assert (due.decoded("dtstart"), due.decoded("dtend")) == (date(2024, 11, 20), date(2024, 11, 21))
    assert due["transp"] == "TRANSPARENT"
    other = replace(MEETING, day=datetime(2024, 10, 18, 8, 30, tzinfo=timezone(timedelta(hours=2))))
    assert events(calendar_file([other], "x"))[0].decoded("dtstart") == meeting.decoded("dtstart")


def test_words_come_back_whole() -> None:
    (meeting,) = events(calendar_file([MEETING], "x"))
    assert str(meeting["description"]) == MEETING.note
    assert str(meeting["url"]) == MEETING.url
    assert str(meeting["location"]) == "三楼"


def test_alarms_ring_in_the_morning() -> None:
    meeting, due = events(calendar_file([MEETING, DUE], "x"))
    assert [alarm.decoded("trigger") for alarm in meeting.walk("VALARM")] == [timedelta(days=-7), timedelta(days=-1)]
    (alarm,) = due.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(hours=9) - timedelta(days=3)
    assert str(alarm["action"]) == "DISPLAY"
    assert str(alarm["description"]) == DUE.title


def test_the_file_is_what_the_standard_asks() -> None:
    content = calendar_file([replace(MEETING, title="电解铝" * 40)], "石盘县")
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"METHOD:PUBLISH\r\n" in content
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode("utf-8")  # folded between characters, never inside one
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_equal_entries_give_equal_bytes_in_any_order() -> None:
    assert calendar_file([MEETING, DUE], "x") == calendar_file([DUE, MEETING], "x")
    later = calendar_file([MEETING], "x", stamp=datetime(2024, 10, 1, 8, 0))
    assert events(later)[0].decoded("dtstamp") == datetime(2024, 10, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://x\r\nATTENDEE:mailto:a@b", "ftp://x", "http://a b", "http://x\\n"]
)
def test_what_is_no_address_is_left_out(url: str) -> None:
    content = calendar_file([replace(MEETING, url=url)], "x")
    assert "url" not in events(content)[0]
    assert b"ATTENDEE" not in content


def test_a_quarter_gives_its_meeting_decisions_and_next_steps() -> None:
    entries = dispatch_entries(quarter(), url="https://example.org/dispatch/3")
    assert len(entries) == 1 + 4 + 6
    assert entries[0].title == "2024年三季度铝产业链调度会议（模拟）"
    assert entries[1].title == "到期：第二批次用地获批后15个工作日内完成4个项目供地（模拟）"
    assert entries[1].day == date(2024, 11, 20)
    assert entries[5].title == "2024年第二批次用地690.5亩：完成组件报批（模拟）"
    assert len({entry.uid for entry in entries}) == len(entries)
    parsed = events(calendar_file(entries, "石盘县"))
    assert {str(event["url"]) for event in parsed} == {"https://example.org/dispatch/3"}


def test_identifiers_do_not_move_with_words_and_days() -> None:
    report = quarter()
    moved = replace(
        report, meeting_at=datetime(2024, 10, 25, 9, 0),
        decisions=tuple(replace(line, text="改", due="2025-01-31") for line in report.decisions),
        lights=tuple(replace(line, next_day="2025-01-05", reason="改") for line in report.lights),
    )  # fmt: skip
    assert {e.uid for e in dispatch_entries(report)} == {e.uid for e in dispatch_entries(moved)}


def test_english_labels() -> None:
    entries = dispatch_entries(quarter(), language="en")
    assert entries[0].title == "Dispatch meeting, 2024 Q3 (invented)"
    assert entries[1].title.startswith("Due: ")
    assert entries[1].note.startswith("Decision 1 of the meeting, 2024 Q3")
    with pytest.raises(WordingError):
        dispatch_entries(quarter(), language="fr")


@pytest.mark.parametrize(
    ("day", "last"),
    [
        ("2024-08", date(2024, 8, 31)), ("2024-Q4", date(2024, 12, 31)), ("2024", date(2024, 12, 31)),
        ("2024-H1", date(2024, 6, 30)), ("2024-02-30", None), ("待定", None), (None, None), ("0000", None), ("9999", None),
        (date(2024, 1, 2), date(2024, 1, 2)), (datetime(2024, 1, 2, 3, 4), date(2024, 1, 2)), ("2024-11-20", date(2024, 11, 20)),
    ],
)  # fmt: skip
def test_a_day_known_by_month_stands_on_its_last(day: object, last: date | None) -> None:
    assert last_day(day) == last


@settings(max_examples=80, deadline=None)
@given(TEXT, TEXT, st.dates(), st.lists(st.integers(-5, 10**6), max_size=3), st.integers(-3, 10**5))
def test_any_text_gives_a_file_that_opens(text: str, other: str, day: date, alarms: list[int], count: int) -> None:
    entry = Entry(uid=text, day=day, title=other, note=text, url=text, place=other, alarm_days=tuple(alarms),
                  minutes=count, revision=count)  # fmt: skip
    content = calendar_file([entry, MEETING], other)
    found = events(content)
    assert len(found) == 2
    assert len(Calendar.from_ical(content).walk("VALARM")) == len({min(max(a, 0), 365) for a in alarms}) + 2
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
