"""Days of a dispatch as a calendar file (.ics, RFC 5545) that any calendar program reads: meeting, due days, reminders."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from lvlian.ledger.report import Day, QuarterReport

from .dispatch_words import iso, quarter_words, sentence
from .figures import period
from .paper_layout import STAMP
from .paper_words import printable
from .wording import LANGUAGES, Said, WordingError

if TYPE_CHECKING:
    from icalendar import Alarm, Event

ZONE_NAME = "Asia/Shanghai"
ZONE = timezone(timedelta(hours=8), ZONE_NAME)
"""Where moments without a zone are meant; it has no summer time, so the file gives them in UTC."""
ALARM_HOUR = 9
"""An alarm of a whole day rings at this hour, not at midnight."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20\"<>\\^`{|}\x7f]+")
_MOST_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry. `day` is a whole day or a moment (without a zone: Chinese time); `uid` must be the same each time the same
    thing is told, so that a program replaces what it has. `minutes` is how long a moment lasts (0: not said), `alarm_days` how
    many days before it rings, `revision` counts up when the entry changes."""

    uid: str
    day: date | datetime
    title: str
    note: str = ""
    url: str = ""
    place: str = ""
    alarm_days: tuple[int, ...] = ()
    minutes: int = 0
    revision: int = 0


def calendar_file(entries: Iterable[Entry], name: str, *, stamp: datetime | None = None) -> bytes:
    """The file under METHOD:PUBLISH, entries by day. `stamp` is when it was made; without it the file carries a fixed time, so that
    equal entries give equal bytes. An address that is none (http, https) is left out."""
    from icalendar import Calendar, vText

    calendar = Calendar()
    calendar.add("prodid", "-//lvlian//ledger//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(_text(name).replace("\n", " ")))
    calendar.add("x-wr-timezone", ZONE_NAME)
    made = _moment(stamp or STAMP.replace(tzinfo=UTC))
    for entry in sorted(entries, key=_order):
        calendar.add_component(_event(entry, made))
    content: bytes = calendar.to_ical()
    return content


def _order(entry: Entry) -> tuple[str, str]:
    return entry.day.isoformat(), entry.uid


def _event(entry: Entry, made: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", _text(entry.uid).replace("\n", " ") or _uid(entry.title, entry.day.isoformat()))
    event.add("dtstamp", made)
    event.add("sequence", max(entry.revision, 0))
    if isinstance(entry.day, datetime):
        begin = _moment(entry.day)
        event.add("dtstart", begin)
        if entry.minutes > 0:
            event.add("dtend", begin + timedelta(minutes=entry.minutes))
    else:
        event.add("dtstart", entry.day)
        event.add("dtend", _after(entry.day))
        event.add("transp", "TRANSPARENT")
    event.add("summary", _text(entry.title))
    for key, words in (("description", entry.note), ("location", entry.place)):
        if _text(words):
            event.add(key, _text(words))
    if _ADDRESS.fullmatch(entry.url):
        event.add("url", entry.url)
    for days in sorted({min(max(days, 0), _MOST_DAYS) for days in entry.alarm_days}, reverse=True):
        event.add_component(_alarm(entry, days))
    return event


def _alarm(entry: Entry, days: int) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _text(entry.title))
    whole = not isinstance(entry.day, datetime)
    alarm.add("trigger", timedelta(hours=ALARM_HOUR if whole else 0) - timedelta(days=days))
    return alarm


def _after(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _moment(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)


def _text(words: str) -> str:
    """Words without what a calendar file cannot hold."""
    return _CONTROL.sub("", printable(words).replace("\r\n", "\n").replace("\r", "\n")).strip()


def _uid(*parts: str) -> str:
    """A stable identifier out of what names the thing."""
    whole = "\x1f".join(parts).encode("utf-8", "replace")
    return f"{hashlib.sha256(whole).hexdigest()[:32]}@lvlian"


_LABELS: dict[str, Said] = {
    "meeting": Said("{}调度会议", "Dispatch meeting, {}"),
    "due": Said("到期：{}", "Due: {}"),
    "unit": Said("责任单位：{}", "Responsible unit: {}"),
    "decision": Said("{}会议决定第{}项", "Decision {1} of the meeting, {0}"),
    "late": Said("原因：{}", "Reason: {}"),
    "as_of": Said("数据截至：{}", "Figures as of {}"),
    "simulated": Said("（模拟）", " (invented)"),
}


def dispatch_entries(
    report: QuarterReport, *, language: str = "zh", url: str = "", alarm_days: Sequence[int] = (7, 1)
) -> list[Entry]:
    """The days of a quarter: its meeting, what was decided, and the next steps of late and warned items. Days known by month or
    quarter only stand on the last day. Raises WordingError for another language than `zh` and `en`."""
    if language not in LANGUAGES:
        raise WordingError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")

    def say(key: str, *values: object) -> str:
        return _LABELS[key].in_(language).format(*values)

    mark = say("simulated") if report.simulated else ""
    quarter = quarter_words(report) if language == "zh" else f"{report.year} Q{report.quarter}"
    base = (report.region, str(report.year), str(report.quarter))
    alarms = tuple(alarm_days)
    out: list[Entry] = []
    if report.meeting_at:
        title = say("meeting", quarter if language == "en" else f"{quarter}{report.subject}")
        out.append(
            Entry(uid=_uid(*base, "meeting"), day=report.meeting_at, title=title + mark, url=url, alarm_days=alarms,
                  place=report.place, note=say("as_of", report.as_of.isoformat()))
        )  # fmt: skip
    for decision in report.decisions:
        if day := last_day(decision.due):
            note = f"{say('decision', quarter, decision.number)}\n{say('unit', decision.unit or '—')}"
            title = say("due", sentence(decision.text)) + mark
            out.append(
                Entry(uid=_uid(*base, "decision", str(decision.number)), day=day, title=title, note=note, url=url,
                      alarm_days=alarms)
            )  # fmt: skip
    for line in report.lights:
        day = last_day(line.next_day) if line.light in ("bad", "warn") else None
        if day:
            steps = [words for words in (sentence(line.title), sentence(line.next_step or line.step)) if words]
            title = "：".join(steps) + mark
            note = f"{say('unit', line.unit or '—')}\n{say('late', line.reason or '—')}"
            out.append(
                Entry(uid=_uid(*base[:1], "step", line.key or f"{line.track}/{line.title}/{line.next_step}"), day=day,
                      title=title, note=note, url=url, alarm_days=alarms)
            )  # fmt: skip
    return out


def last_day(day: Day) -> date | None:
    """The last day of what is known of a day: 2024-08 is 31 August; None for what is no day."""
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    found = period(iso(day))
    if found is None:
        return None
    if found.grain == "day":
        try:
            return date.fromisoformat(iso(day))
        except ValueError:
            return None
    year, month = divmod(int(found.end), 12)
    return date(year, month + 1, 1) - timedelta(days=1) if 12 < found.end < 9999 * 12 else None
