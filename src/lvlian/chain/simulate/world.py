"""The world that is simulated: a region with its lines as they truly run, and every assumption made about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lvlian.chain.region import Region
from lvlian.chain.simulate.assumptions import Assumptions


class WorldError(ValueError):
    """A world cannot be made from what was given; the message is one sentence that says what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that the source of the world does not say: what is taken instead (in both languages) and why."""

    zh: str
    en: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A line as it truly runs. `capacity` t/a of the product; `since` the month of the first metal ("" long before), `ramp` whether
    output climbs from then on; `role` "" | sink (takes what nobody else takes) | remelt (takes scrap); `feeds`: for every input the
    goods that meet it, in the order of preference."""

    firm: str
    process: str
    capacity: float
    since: str = ""
    until: str = ""
    ramp: bool = True
    role: str = ""
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        return (self.firm, self.process)

    def runs(self, month: str) -> bool:
        return (not self.since or self.since <= month) and (not self.until or month <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`region` as everybody sees it; `plants` what runs; `outputs` yearly output in t that the source states, by (firm, process)
    and year; `premium` the output value of a firm against that of its metal at the market's price; `grid` the firm that supplies
    power ("" none), `hauliers` who carry liquid metal; `rules` the assumptions in force."""

    region: Region
    plants: tuple[Plant, ...]
    rules: Assumptions
    outputs: Mapping[tuple[str, str], Mapping[int, float]] = field(default_factory=dict)
    premium: Mapping[str, float] = field(default_factory=dict)
    grid: str = ""
    hauliers: tuple[str, ...] = ()
    assumptions: tuple[Assumed, ...] = ()


def month_number(month: str) -> int:
    """Months since the year 0: "2023-09" → 24284. Raises WorldError."""
    year, _, rest = month.partition("-")
    if not (len(year) == 4 and len(rest) == 2 and year.isdigit() and rest.isdigit() and 1 <= int(rest) <= 12):
        raise WorldError(f"month: found {month!r}, expected a year and a month like 2023-09")
    return int(year) * 12 + int(rest) - 1


def month_name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_between(first: str, last: str) -> tuple[str, ...]:
    """All months from first to last, both included. Raises WorldError where last lies before first or the span is over 50 years."""
    a, b = month_number(first), month_number(last)
    if b < a:
        raise WorldError(f"months: {last} lies before {first}, expected the first month first")
    if b - a >= 600:
        raise WorldError(f"months: {first} to {last} are {b - a + 1}, expected at most 600")
    return tuple(month_name(number) for number in range(a, b + 1))
