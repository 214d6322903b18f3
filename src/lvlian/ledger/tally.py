"""Items counted against goals: how many a plan wants in a period, how many are promised, how many are there, and how many would
be there by now if they came evenly (序时进度).

Counting is only right where a goal and a track mean the same: what cannot be counted (another unit, a ratio, a stock whose
beginning nobody wrote down) is answered with the reason, never with a figure that looks right."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import Literal

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.track import Count, Track, Words
from lvlian.quantity.unit import UnitError, convert

Id = str | int
Pace = Literal["days", "quarters"]
"""Even by working days, or by whole quarters (a goal of 4 wants 1 when the first quarter has ended)."""

PIECES = frozenset(("户", "家", "个", "项", "件", "名", "座", "条", "处", "批", "宗", "块"))
"""Units in which items are counted. 次 is not one: times are what a routine counts."""

_WHEN = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})(?:-([0-9]{2}))?))?")
_TENTH = Decimal("0.1")
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal as its plan gives it. `start` is the first day that counts where it is to be reached `by` a day (the plan's first day);
    `base` how many there were then, for goals that give a level of what stays (规上企业 65 家)."""

    id: Id
    indicator: str
    value: float
    unit: str | None = None
    op: str = ">="
    mode: str = "level"
    when: str | None = None
    when_op: str | None = None
    start: date | None = None
    base: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An item at a stage: the day promised (`due`), the day `reached`, and, where amounts are added up, how much. One item may
    bring several amounts (到位资金 in two parts), each with its day; `adds` is the field that the amount is of (empty: none, the mark
    tells of the stage alone; None: of whichever is added up). `who` is the firm that it is about: where what stays is counted
    (规上企业), a firm counts once though two registers hold it."""

    item: Id
    stage: str
    due: date | None = None
    reached: date | None = None
    amount: float | None = None
    who: Id | None = None
    adds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of a goal by a day. `counted` names the tracks and their stages that count for it. All numbers are in the goal's unit; `gap` is `reached` less `expected`, below 0 behind.
    `items` are counted, `awaited` promised for the period and not there, `unmeasured` there without the amount that is added up.
    Where `why` is told, the goal cannot be counted and there are no numbers."""

    goal: Id
    counted: tuple[tuple[str, str], ...] = ()
    first: date | None = None
    last: date | None = None
    value: Decimal = _NONE
    promised: Decimal = _NONE
    reached: Decimal = _NONE
    expected: Decimal = _NONE
    gap: Decimal = _NONE
    items: tuple[Id, ...] = ()
    awaited: tuple[Id, ...] = ()
    unmeasured: tuple[Id, ...] = ()
    why: Words | None = None

    @property
    def countable(self) -> bool:
        return self.why is None


def counted_by(tracks: Mapping[str, Track], indicator: str) -> tuple[tuple[Track, Count], ...]:
    """The track and the count that an indicator is meant by: of several, the one that more of its words tell, with the counts of
    other tracks that are put in the same words (a project and a firm that both enter the statistics)."""
    found = [
        (-sharpness, key, place, track, count)
        for key, track in tracks.items()
        for place, count in enumerate(track.counts)
        if (sharpness := _sharpness(count, indicator))
    ]
    if not found:
        return ()
    _, key, _, track, best = min(found, key=lambda one: one[:3])
    same = [
        (t, c) for _, k, _, t, c in found if k != key and (c.indicators, c.without) == (best.indicators, best.without)
    ]
    return ((track, best), *sorted(same, key=lambda one: one[0].key))


def tally(
    goal: Goal,
    tracks: Mapping[str, Track],
    marks: Mapping[str, Iterable[Mark]],
    calendar: Calendar,
    today: date,
    pace: Pace = "days",
) -> Tally:
    """A goal held against the items of the tracks that count for it; `marks` are by the track's key."""
    found = counted_by(tracks, goal.indicator)
    if not found:
        return Tally(goal=goal.id, why=Words("没有登记这类事项的台账", "no register holds items of this kind"))
    counted = tuple((track.key, count.stage) for track, count in found)
    for track, count in found:
        if (why := _cannot(goal, track, count)) is not None:
            return Tally(goal=goal.id, counted=counted, why=why)
    period = period_of(goal, today)
    if isinstance(period, Words):
        return Tally(goal=goal.id, counted=counted, why=period)
    rows: list[_Row] = []
    for track, count in found:
        rows += _rows(goal, track, count, marks.get(track.key, ()))
    stock = found[0][1].stock
    base = _decimal(goal.base or 0) if stock and goal.mode == "level" else _NONE
    return _told(
        goal, counted, _once(rows) if stock else rows, base, period, _share(*period, today, calendar, pace), today
    )


def tallies(
    goals: Iterable[Goal],
    tracks: Mapping[str, Track],
    marks: Mapping[str, Iterable[Mark]],
    calendar: Calendar,
    today: date,
    pace: Pace = "days",
) -> tuple[Tally, ...]:
    """Every goal with what became of it, in the order given."""
    listed = {key: tuple(some) for key, some in marks.items()}
    return tuple(tally(goal, tracks, listed, calendar, today, pace) for goal in goals)


def period_of(goal: Goal, today: date) -> tuple[date, date] | Words:
    """The first and the last day that count, or why there is none."""
    if goal.when is None:
        if goal.when_op == "each":
            return date(today.year, 1, 1), date(today.year, 12, 31)
        return Words("目标没有写明时间", "the goal has no date")
    if (days := _days(goal.when)) is None:
        return Words(f"目标时间“{goal.when}”认不出", f"the goal's date {goal.when!r} is not known")
    first, last = days
    if goal.when_op == "by":
        first = goal.start if goal.start is not None else date(last.year, 1, 1)
        if first > last:
            return Words("目标时间早于规划开始", "the goal's date lies before the plan begins")
    return first, last


@dataclass(frozen=True, slots=True)
class _Row:
    """What one item brings: its days, and what it counts in the goal's unit (None: not recorded)."""

    item: Id
    who: Id | None
    due: date | None
    reached: date | None
    counts: Decimal | None


def _told(
    goal: Goal,
    counted: tuple[tuple[str, str], ...],
    rows: list[_Row],
    base: Decimal,
    period: tuple[date, date],
    share: Decimal,
    today: date,
) -> Tally:
    first, last = period
    until = min(last, today)
    here = [row for row in rows if row.reached is not None and first <= row.reached <= until]
    there = {row.item for row in rows if row.reached is not None and row.reached <= until}
    promised = [row for row in rows if row.due is not None and first <= row.due <= last]
    value = _decimal(goal.value)
    reached = base + _sum(here)
    expected = (base + (value - base) * share).quantize(_TENTH) if value > base else value
    return Tally(
        goal=goal.id,
        counted=counted,
        first=first,
        last=last,
        value=value,
        promised=base + _sum(promised),
        reached=reached,
        expected=expected,
        gap=reached - expected,
        items=_ids(here),
        awaited=tuple(one for one in _ids(promised) if one not in there),
        unmeasured=_ids(row for row in here if row.counts is None),
    )


def _rows(goal: Goal, track: Track, count: Count, marks: Iterable[Mark]) -> list[_Row]:
    """The marks that count: those at the stage where amounts are added up, else each item once."""
    if not count.adds:
        return [_Row(one.item, one.who, one.due, one.reached, Decimal(1)) for one in _one_each(track, count, marks)]
    field = track.field(count.adds)
    unit = field.unit if field else ""
    return [
        _Row(mark.item, mark.who, mark.due, mark.reached, _in_unit(mark.amount, unit, goal.unit or unit))
        for mark in marks
        if mark.stage == count.stage and mark.adds in (None, count.adds)
    ]


def _in_unit(amount: float | None, unit: str, to: str) -> Decimal | None:
    if amount is None or unit == to:
        return None if amount is None else _decimal(amount)
    return _decimal(convert(float(amount), unit, to))


def _once(rows: list[_Row]) -> list[_Row]:
    """A firm that two registers hold, with its earlier days."""
    out: dict[tuple[str, Id], _Row] = {}
    for row in rows:
        key = ("item", row.item) if row.who is None else ("who", row.who)
        known = out.get(key)
        if known is None:
            out[key] = row
        else:
            first = known if (known.reached or date.max) <= (row.reached or date.max) else row
            out[key] = replace(first, due=_earlier(known.due, row.due), reached=_earlier(known.reached, row.reached))
    return list(out.values())


def _one_each(track: Track, count: Count, marks: Iterable[Mark]) -> list[Mark]:
    """Of each item, the first day on which it stood at the stage, or beyond where that counts (a firm of the province is one of
    the city too), and the first on which it was promised to."""
    at = track.order[count.stage]
    out: dict[Id, Mark] = {}
    for mark in marks:
        if mark.stage != count.stage and (count.itself or track.order.get(mark.stage, -1) < at):
            continue
        known = out.get(mark.item)
        if known is None:
            out[mark.item] = mark
        else:
            due, reached = _earlier(known.due, mark.due), _earlier(known.reached, mark.reached)
            out[mark.item] = replace(
                known, due=due, reached=reached, who=known.who if known.who is not None else mark.who
            )
    return list(out.values())


def _earlier(one: date | None, two: date | None) -> date | None:
    return min(one, two) if one and two else one or two


def _ids(rows: Iterable[_Row]) -> tuple[Id, ...]:
    return tuple(sorted({row.item for row in rows}, key=lambda one: (isinstance(one, str), one)))


def _sum(rows: list[_Row]) -> Decimal:
    return sum((row.counts for row in rows if row.counts is not None), _NONE)


def _cannot(goal: Goal, track: Track, count: Count) -> Words | None:
    """Why a goal cannot be held against the items of a track; None where it can."""
    if goal.mode not in ("level", "increase"):
        return Words("目标是增速或基数，不是户数或数量", "the goal is a rate or a baseline, not a number of items")
    if goal.op in ("<", "<="):
        return Words("目标是上限，没有序时进度", "the goal is an upper limit and has no pace")
    if not (goal.value > 0 and isfinite(goal.value)):
        return Words("目标值不是正数", "the goal's value is not above zero")
    if not goal.unit:
        return Words("目标没有写明单位", "the goal has no unit")
    if count.adds:
        field = track.field(count.adds)
        unit = field.unit if field else ""
        try:
            convert(1.0, unit, goal.unit)
        except UnitError:
            return Words(
                f"目标单位“{goal.unit}”与台账“{field.name if field else count.adds}”的单位“{unit}”不能换算",
                f"the goal's unit {goal.unit!r} and that of the register, {unit!r}, do not convert",
            )
    elif goal.unit not in PIECES:
        return Words(
            f"目标单位是“{goal.unit}”，台账按{track.noun.zh}计数",
            f"the goal's unit is {goal.unit!r}, the register counts items ({track.noun.en})",
        )
    if count.stock and goal.mode == "level" and goal.base is None:
        return Words(
            "目标是总量，没有登记期初数", "the goal is a total, and how many there were at the start is not recorded"
        )
    return None


def _sharpness(count: Count, indicator: str) -> int:
    """How many characters of the indicator a count's words tell; 0 where it does not count for it."""
    if any(word in indicator for word in count.without):
        return 0
    total = 0
    for group in count.indicators:
        longest = max((len(word) for word in group if word in indicator), default=0)
        if not longest:
            return 0
        total += longest
    return total


def _share(first: date, last: date, today: date, calendar: Calendar, pace: Pace) -> Decimal:
    """What part of the period has gone: 0 before it, 1 after it."""
    if today < first:
        return _NONE
    if today >= last:
        return Decimal(1)
    if pace == "quarters":
        whole = _quarter(last) - _quarter(first) + 1
        ended = _quarter(today + timedelta(days=1)) - _quarter(first)
        return Decimal(ended) / Decimal(whole)
    before = first - timedelta(days=1)
    whole = calendar.between(before, last)
    return Decimal(calendar.between(before, today)) / Decimal(whole) if whole else Decimal(1)


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def _days(when: str) -> tuple[date, date] | None:
    """The first and the last day of `2025`, `2023-09`, `2023-Q3`, `2023-06-09`."""
    match = _WHEN.fullmatch(when)
    if match is None:
        return None
    year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        first, last = (quarter * 3 - 2, quarter * 3) if quarter else (month or 1, month or 12)
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    except ValueError:
        return None


def _decimal(value: float) -> Decimal:
    """A number as it is printed: 690.5, not its binary neighbour."""
    return Decimal(repr(value)) if isinstance(value, float) and not value.is_integer() else Decimal(int(value))
