"""When somebody is told of an item, by the rules of its track: before and after the day that counts, and when nobody has reported
for long. A pure function of dates; each reminder has an id that is the same whenever it is computed, so that it is told once.

A reminder lies on a working day: one before the day that counts is told earlier, one after it later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.item import State
from lvlian.ledger.light import period_end, title_of
from lvlian.ledger.track import Branch, Level, Reminder, Track

Id = str | int
Code = Literal["before", "after", "stale"]
CLOCK = "clock"
PERIOD = "period"

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A day that counts: `key` is the step (or `clock`, `period`), `since` the day from which it is known, before which nobody is
    told of it."""

    key: str
    day: date
    title: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """What reminders hang on: the open days that count and the last report."""

    item: Id
    branch: Branch = "active"
    dues: tuple[Due, ...] = ()
    reported: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """On `day`, `to` is told that the item's `key` counts on `counts`: `number` days (`working` ones) before or after it, or that
    nobody has reported since `counts`."""

    id: str
    item: Id
    day: date
    code: Code
    to: Level
    number: int
    working: bool
    key: str
    title: str
    counts: date


def reminders_for(track: Track, dates: Dates, calendar: Calendar, first: date, last: date) -> list[Notice]:
    """The reminders of an item from `first` up to and with `last`, by day. None for items that are paused or ended."""
    if dates.branch != "active":
        return []
    out: list[Notice] = []
    for due in dates.dues:
        out += _of_due(track, dates.item, due, calendar, first, last)
    if dates.reported is not None:
        report = Due(key="", day=dates.reported)
        for rule in track.reminders:
            if rule.stale is not None and first <= (day := _day(rule, report, calendar)) <= last:
                out.append(_notice(dates.item, rule, report, day))
    return sorted({one.id: one for one in out}.values(), key=lambda one: (one.day, one.id))


def reminders_of_all(
    track: Track,
    items: Iterable[Dates],
    calendar: Calendar,
    first: date,
    last: date,
    told: frozenset[str] = frozenset(),
) -> list[Notice]:
    """The reminders of many items of one track, without those that were `told`."""
    out = [one for dates in items for one in reminders_for(track, dates, calendar, first, last) if one.id not in told]
    return sorted(out, key=lambda one: (one.day, one.id))


def dates_of(track: Track, state: State, item: Id) -> Dates:
    """What the reminders of an item hang on, from its state."""
    dues = [
        Due(key=step.key, day=counts, title=title_of(track, step))
        for step in state.steps
        if step.done is None and (counts := step.counts) is not None
    ]
    if state.clock is not None and state.clock.until is not None:
        stage = track.by_key[state.clock.stage]
        dues.append(Due(key=CLOCK, day=state.clock.until, title=str(stage.name), since=state.since))
    if track.recurs:
        dues.append(Due(key=PERIOD, day=period_end(state)))
    reported = None if track.recurs else state.reported or state.opened
    return Dates(item=item, branch=state.branch, dues=tuple(dues), reported=reported)


def _of_due(track: Track, item: Id, due: Due, calendar: Calendar, first: date, last: date) -> list[Notice]:
    """The notices of one day that counts. Where the days before it are too few for any, one is told at once; where two fall on one
    day for the same reader, the nearer one stays. Only those in the days asked for are made: most items have none on a day."""
    days = [(rule, _day(rule, due, calendar)) for rule in track.reminders if rule.stale is None]
    if due.since is not None:
        ahead = [rule for rule, _ in days if rule.before is not None]
        days = [(rule, day) for rule, day in days if rule.before is None or day >= due.since]
        if ahead and not any(rule.before is not None for rule, _ in days):
            days.append((min(ahead, key=lambda rule: _rule(rule)[1]), calendar.add(due.since, 0)))
    made = [_notice(item, rule, due, day) for rule, day in days if first <= day <= last]
    kept: dict[tuple[date, Level, Code], Notice] = {}
    for notice in sorted(made, key=lambda one: one.number):
        kept.setdefault((notice.day, notice.to, notice.code), notice)
    return list(kept.values())


def _day(rule: Reminder, due: Due, calendar: Calendar) -> date:
    code, number = _rule(rule)
    sign = -1 if code == "before" else 1
    if rule.working and number:
        return calendar.add(due.day, sign * number)
    day = due.day + timedelta(days=sign * number)
    while not calendar.is_working(day):
        day += sign * _DAY
    return day


def _notice(item: Id, rule: Reminder, due: Due, day: date) -> Notice:
    code, number = _rule(rule)
    unit = "w" if rule.working else "d"
    return Notice(
        id=f"{item}:{due.key}:{due.day:%Y%m%d}:{code}:{number}{unit}:{rule.to}",
        item=item,
        day=day,
        code=code,
        to=rule.to,
        number=number,
        working=rule.working,
        key=due.key,
        title=due.title,
        counts=due.day,
    )


def _rule(rule: Reminder) -> tuple[Code, int]:
    if rule.before is not None:
        return "before", rule.before
    if rule.after is not None:
        return "after", rule.after
    return "stale", rule.stale or 0
