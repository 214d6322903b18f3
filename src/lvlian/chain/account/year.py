"""The account of a quarter or a year: the sum of its months, with what is missing named and nothing extrapolated.

Months are taken as independent (an assumption: an error of a scale that lasts is not averaged out, see `assumptions`). Changes of
stock telescope: their sum is the last closing less the first opening, and its spread that of these two.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.account import Account, Quantity
from lvlian.chain.account.intervals import EIGHTY
from lvlian.chain.account.network import Stream
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.system import Floats
from lvlian.chain.region import Region

SUMMED = ("made", "used", "moved", "arrived", "lost", "total", "value", "stock", "level")
"""Kinds of streams that a period has; prices, contents and slacks do not add up."""
INDEPENDENT = "各月误差按相互独立计（假设）"


class PeriodError(ValueError):
    """Accounts cannot be added up; one sentence."""


@dataclass(frozen=True)
class PeriodAccount:
    """`months` that are in, `missing` those of the period that are not. `streams`: every stream of any month, by id. Arrays follow
    `streams`: `value` ± `sd` NaN where a month leaves it unknown; then `intervals` (by id, 80 %) bound it."""

    region: Region
    name: str
    months: tuple[str, ...]
    missing: tuple[str, ...]
    accounts: tuple[Account, ...]
    streams: tuple[Stream, ...]
    value: Floats
    sd: Floats
    classes: tuple[str, ...]
    intervals: Mapping[str, tuple[float, float]]
    assumptions: tuple[str, ...]

    @cached_property
    def index(self) -> Mapping[str, int]:
        return {s.id: k for k, s in enumerate(self.streams)}

    @property
    def complete(self) -> bool:
        """Whether every month of the period is there."""
        return not self.missing

    def covariance(self, weights: Any) -> Floats:
        """(k, k) covariance of k combinations (k × streams): the sum over the months; NaN where one touches what is unknown."""
        w = np.atleast_2d(np.asarray(weights.todense() if hasattr(weights, "todense") else weights, float))
        out = np.zeros((len(w), len(w)))
        for at, account in enumerate(self.accounts):
            here = np.zeros((len(w), len(account.streams)))
            for k, stream in enumerate(self.streams):
                j = account.network.index.get(stream.id)
                if j is not None and _counts(stream, at, len(self.accounts)):
                    here[:, j] += w[:, k]
            blind = np.isnan(account.value)
            touched = np.abs(here[:, blind]).sum(axis=1) > 0
            here[:, blind] = 0.0
            part = account.covariance(here)
            part[touched, :] = np.nan
            part[:, touched] = np.nan
            out += part
        return out

    def flow(self, stream_id: str) -> Quantity:
        """One stream. Raises KeyError where the period has none of that name."""
        k = self.index[stream_id]
        stream = self.streams[k]
        value, sd = float(self.value[k]), float(self.sd[k])
        low, high = self.intervals.get(stream_id, (value - EIGHTY * sd, value + EIGHTY * sd))
        return Quantity(value, sd, low, high, stream.unit, {k: 1.0})

    def total(self, **fields: Any) -> Quantity:
        """The sum over the months of `Account.total` with the same fields; weights are by index of the last month's streams."""
        parts = [account.total(**fields) for account in self.accounts]
        value = sum(p.value for p in parts)
        sd = math.sqrt(sum(p.sd**2 for p in parts))
        low, high = (sum(p.low for p in parts), sum(p.high for p in parts))
        if all(p.known for p in parts):
            low, high = value - EIGHTY * sd, value + EIGHTY * sd
        return Quantity(value, sd, low, high, parts[-1].unit, parts[-1].weights)


def year_account(accounts: Sequence[Account], name: str = "", months: Sequence[str] = ()) -> PeriodAccount:
    """Add up the accounts of a period. `months`: all that belong to it ("2023" and "2023-Q3" as `name` give them); what is missing is
    named, never filled in. Raises PeriodError for no account, two of one month, or different regions."""
    if not accounts:
        raise PeriodError("no account to add up, expected at least one month")
    ordered = tuple(sorted(accounts, key=lambda a: a.month))
    names = [a.month for a in ordered]
    twice = next((m for m in names if names.count(m) > 1), None)
    if twice is not None:
        raise PeriodError(f"two accounts are of {twice}, expected one for each month")
    if len({a.region.name for a in ordered}) > 1:
        raise PeriodError(
            f"the accounts are of {' and '.join(sorted({a.region.name for a in ordered}))}, expected one region"
        )
    wanted = tuple(months) or months_of(name)
    beyond = [m for m in names if wanted and m not in wanted]
    if beyond:
        raise PeriodError(f"{beyond[0]} does not belong to {name or 'the period'}")
    streams: dict[str, Stream] = {}
    for a in ordered:
        for s in a.streams:
            if s.kind in SUMMED:
                streams.setdefault(s.id, s)
    rows = [_summed(s, ordered) for s in streams.values()]
    intervals = {s.id: ends for s, (_, _, _, ends) in zip(streams.values(), rows, strict=True) if ends is not None}
    gaps = tuple(m for m in wanted if m not in names)
    notes = [INDEPENDENT, *(f"{m} 没有链账，未推算" for m in gaps)]
    return PeriodAccount(
        region=ordered[-1].region,
        name=name or f"{names[0]}–{names[-1]}",
        months=tuple(names),
        missing=gaps,
        accounts=ordered,
        streams=tuple(streams.values()),
        value=np.array([v for v, _, _, _ in rows]),
        sd=np.array([sd for _, sd, _, _ in rows]),
        classes=tuple(kind for _, _, kind, _ in rows),
        intervals=intervals,
        assumptions=tuple(notes),
    )


def months_of(name: str) -> tuple[str, ...]:
    """The months of "2023", "2023-Q3" or "2023-H1"; none for another text."""
    year, _, part = name.partition("-")
    if len(year) != 4 or not year.isdigit():
        return ()
    spans = {"": (1, 12), "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12)}
    span = spans.get(part.upper())
    return tuple(f"{year}-{m:02d}" for m in range(span[0], span[1] + 1)) if span is not None else ()


def _counts(stream: Stream, at: int, count: int) -> bool:
    """Whether a month's stream enters the period's: an opening only at the beginning, a closing only at the end."""
    if stream.kind == "level":
        return at == (0 if stream.process == "opening" else count - 1)
    return True


def _summed(stream: Stream, accounts: Sequence[Account]) -> tuple[float, float, str, tuple[float, float] | None]:
    value = variance = low = high = 0.0
    worst = -1
    order = ("exact", "redundant", "nonredundant", "observable", "unobservable")
    hidden = False
    for at, a in enumerate(accounts):
        k = a.network.index.get(stream.id)
        if k is None or not _counts(stream, at, len(accounts)):
            continue
        kind = CLASSES[int(a.whole.kind[k])]
        worst = max(worst, order.index(kind))
        if np.isnan(a.value[k]):
            hidden = True
            ends = a.hidden.intervals[k]
            low, high = low + ends[0], high + ends[1]
            continue
        value += float(a.value[k])
        variance += float(a.sd[k]) ** 2
        half = EIGHTY * float(a.sd[k])
        low, high = low + float(a.value[k]) - half, high + float(a.value[k]) + half
    if stream.kind == "stock" and not hidden:
        variance = _telescoped(stream, accounts, variance)
    kind = order[worst] if worst >= 0 else "unobservable"
    if hidden or worst < 0:
        return math.nan, math.nan, kind, (low, high)
    return value, math.sqrt(variance), kind, None


def _telescoped(stream: Stream, accounts: Sequence[Account], variance: float) -> float:
    """Variance of the last closing less the first opening, where the months follow each other and both are known."""
    ends = []
    for account, side in ((accounts[0], "opening"), (accounts[-1], "closing")):
        k = account.network.index.get(f"level:{stream.firm}/{side}/{stream.good}")
        if k is None or np.isnan(account.sd[k]):
            return variance
        ends.append(float(account.sd[k]) ** 2)
    return sum(ends) if len(accounts) > 1 else variance
