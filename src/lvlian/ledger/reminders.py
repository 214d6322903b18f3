"""When somebody is told of an item, by the rules of its track: before and after the day that counts, and when nobody has reported
for long. A pure function of dates; each reminder has an id that is the same whenever it is computed, so that it is told once.

A reminder lies on a working day: one before the day that counts is told earlier, one after it later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
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
    found: dict[str, Notice] = {}
    for due in dates.dues:
        for notice in _of_due(track, dates.item, due, calendar):
            found[notice.id] = notice
    if dates.reported is not None:
        for rule in track.reminders:
            if rule.stale is not None:
                notice = _notice(dates.item, rule, Due(key="", day=dates.reported), calendar)
                found[notice.id] = notice
    return sorted(
        (notice for notice in found.values() if first <= notice.day <= last), key=lambda one: (one.day, one.id)
    )


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


def _of_due(track: Track, item: Id, due: Due, calendar: Calendar) -> list[Notice]:
    """The notices of one day that counts. Where the days before it are too few for any, one is told at once; where two fall on one
    day for the same reader, the nearer one stays."""
    rules = [rule for rule in track.reminders if rule.stale is None]
    made = [_notice(item, rule, due, calendar) for rule in rules]
    if due.since is not None:
        ahead = [one for one in made if one.code == "before"]
        late = [one for one in ahead if one.day < due.since]
        made = [one for one in made if one not in late]
        if late and len(late) == len(ahead):
            made.append(replace(min(late, key=lambda one: one.number), day=calendar.add(due.since, 0)))
    kept: dict[tuple[date, Level, Code], Notice] = {}
    for notice in sorted(made, key=lambda one: one.number):
        kept.setdefault((notice.day, notice.to, notice.code), notice)
    return list(kept.values())


def _notice(item: Id, rule: Reminder, due: Due, calendar: Calendar) -> Notice:
    code, number = _rule(rule)
    sign = -1 if code == "before" else 1
    if rule.working and number:
        day = calendar.add(due.day, sign * number)
    else:
        day = due.day + sign * number * _DAY
        while not calendar.is_working(day):
            day += sign * _DAY
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
