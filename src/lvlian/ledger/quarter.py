"""A quarter of the calendar: what factors are balanced by and meetings are held for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(r"([0-9]{4})-?Q([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """`Quarter(2023, 3)` is July to September 2023, printed `2023-Q3`. Raises ValueError for a fifth quarter."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4 or not 1 <= self.year <= 9998:
            raise ValueError(f"quarter: found {self.year} and {self.number}, expected a year and a number from 1 to 4")

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def zh(self) -> str:
        return f"{self.year}年{'一二三四'[self.number - 1]}季度"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def place(self) -> int:
        """Quarters since the year 0, to count between two."""
        return 4 * self.year + self.number - 1

    def through(self, last: Quarter) -> Iterator[Quarter]:
        """This quarter and those after it up to and with `last`; nothing where `last` lies before."""
        here = self
        while here <= last:
            yield here
            here = here.next


def quarter_of(day: date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter:
    """`2023-Q3` as a quarter. Raises ValueError with one sentence."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"quarter: found {text[:40]!r}, expected a form such as 2023-Q3")
    return Quarter(int(found[1]), int(found[2]))
