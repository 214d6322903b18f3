"""Working days in China: weekends, public holidays and the adjusted days on which people work instead (调休).

`calendar.yaml` holds what the State Council has announced, year by year with the number of its notice; a region adds days of its
own with `with_changes`. A year that has not been announced yet knows weekends only, and `known` says so."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

from lvlian.ledger.yaml_file import FileError, Node, found, mapping_of

FIRST_YEAR = 1990
LAST_YEAR = 2200
MOST_DAYS = 20_000
"""Clocks and plans count in years at most; a longer sum is a slip."""

_DAY = timedelta(days=1)


class CalendarError(FileError):
    """A calendar cannot be used; the message is one sentence: file, place, found, expected."""


@dataclass(frozen=True)
class Calendar:
    """`off` are days from Monday to Friday without work, `work` days of a weekend with work, `years` those that are known.
    `notices` names the announcement of each year."""

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    notices: tuple[tuple[int, str], ...] = field(default=(), compare=False)

    def is_working(self, day: date) -> bool:
        return day in self.work if day.weekday() >= 5 else day not in self.off

    def known(self, day: date) -> bool:
        """Whether the holidays of the day's year have been announced; if not, only weekends count."""
        return day.year in self.years

    def add(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`; 0: the day itself or the next working day; below 0: the working day so many
        before. Raises ValueError for a sum beyond reason."""
        if abs(number) > MOST_DAYS:
            raise ValueError(f"working days: found {number}, expected at most {MOST_DAYS}")
        try:
            return self._add(day, number)
        except OverflowError:
            raise ValueError(f"working days: {number} from {day} lie outside the years that there are") from None

    def _add(self, day: date, number: int) -> date:
        here = day
        if number == 0:
            while not self.is_working(here):
                here += _DAY
            return here
        # A leap of as many days as working days are left never goes too far, and the last leap holds working days only.
        if number > 0:
            while left := number - self.between(day, here):
                here += left * _DAY
        else:
            while left := -number - self.between(here - _DAY, day - _DAY):
                here -= left * _DAY
        return here

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; negative, counted the other way, when `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        return _weekdays(first, last) - _within(self._off_days, first, last) + _within(self._work_days, first, last)

    def with_changes(self, off: Collection[date] = (), work: Collection[date] = ()) -> Calendar:
        """The same calendar with days of a region's own: `off` without work, `work` with. Raises CalendarError for a day in both."""
        if both := set(off) & set(work):
            raise CalendarError(f"calendar: found {min(both)} as a day off and as a working day, expected one of them")
        weekend = {day for day in work if day.weekday() >= 5}
        free = {day for day in off if day.weekday() < 5}
        return Calendar(
            off=(self.off | free) - set(work),
            work=(self.work | weekend) - set(off),
            years=self.years,
            notices=self.notices,
        )

    @cached_property
    def _off_days(self) -> tuple[date, ...]:
        return tuple(sorted(self.off))

    @cached_property
    def _work_days(self) -> tuple[date, ...]:
        return tuple(sorted(self.work))


def _weekdays(first: date, last: date) -> int:
    """Days from Monday to Friday after `first` up to and with `last`."""
    weeks, rest = divmod((last - first).days, 7)
    return weeks * 5 + sum((first.weekday() + ahead) % 7 < 5 for ahead in range(1, rest + 1))


def _within(days: tuple[date, ...], first: date, last: date) -> int:
    return bisect_right(days, last) - bisect_right(days, first)


def load_calendar(path: Path | None = None) -> Calendar:
    """The calendar of a YAML file; without one, that of the package. Raises CalendarError."""
    return _read(path) if path is not None else _shipped()


@cache
def _shipped() -> Calendar:
    return _read(Path(str(files("lvlian.ledger").joinpath("calendar.yaml"))))


def _read(path: Path) -> Calendar:
    top = Node(mapping_of(path, CalendarError), ("years",), path.name, "", CalendarError)
    off: set[date] = set()
    work: set[date] = set()
    notices: dict[int, str] = {}
    for node in top.nodes("years", ("year", "notice", "verified", "off", "work")):
        year = node.number("year", low=FIRST_YEAR, high=LAST_YEAR)
        if year in notices:
            raise node.wrong("year", f"found {year} for the second time, expected each once")
        notices[year] = node.text("notice")
        node.yes("verified")
        free = _days(node, "off", year)
        busy = _days(node, "work", year)
        for day in sorted(busy):
            if day.weekday() < 5 or day in free:
                raise node.wrong("work", f"found {day}, expected a Saturday or Sunday that is not off")
        off |= {day for day in free if day.weekday() < 5}
        work |= busy
    if not notices:
        raise top.wrong("years", "found none, expected at least one year")
    return Calendar(frozenset(off), frozenset(work), frozenset(notices), tuple(sorted(notices.items())))


def _days(node: Node, key: str, year: int) -> set[date]:
    """Days as `MM-DD` or `MM-DD..MM-DD`."""
    out: set[date] = set()
    for number, text in enumerate(node.texts(key)):
        first, mark, last = text.partition("..")
        try:
            start = date.fromisoformat(f"{year}-{first}")
            end = date.fromisoformat(f"{year}-{last}") if mark else start
        except ValueError:
            raise node.wrong(
                f"{key}[{number}]", f"found {found(text)}, expected MM-DD or MM-DD..MM-DD of {year}"
            ) from None
        if end < start:
            raise node.wrong(f"{key}[{number}]", f"found {found(text)}, expected the first day before the last")
        out |= {start + ahead * _DAY for ahead in range((end - start).days + 1)}
    return out
