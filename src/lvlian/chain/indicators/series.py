"""An indicator over time: month by month, from the beginning of the year, and against the same months a year before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.chain.indicators.evaluate import evaluate
from lvlian.chain.indicators.flows import Flows
from lvlian.chain.indicators.formula import Formula, FormulaBook
from lvlian.chain.indicators.given import Facts
from lvlian.chain.indicators.value import Reading

if TYPE_CHECKING:
    from lvlian.chain.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A figure against the one a year before, in percent, with its sd (both taken as independent)."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """`months` and `to_date` (January to the month, `absent` where months are missing) by month; `change`: (month, variant) →
    change of the month's figure against the same month of the year before, where both are known."""

    indicator: str
    months: Mapping[str, Reading]
    to_date: Mapping[str, Reading]
    change: Mapping[tuple[str, str], Change]


def series(
    formula: Formula,
    accounts: Sequence[Flows],
    facts: Facts | None = None,
    *,
    library: Library | None = None,
    book: FormulaBook | None = None,
) -> Series:
    """`accounts` in order of months, over any number of years. A month without account is no point of the series."""
    months: dict[str, Reading] = {}
    to_date: dict[str, Reading] = {}
    at = {flows.month: flows for flows in accounts}
    for month, flows in sorted(at.items()):
        earlier = at.get(_before(month))
        months[month] = evaluate(
            formula, flows, facts, library=library, book=book, before=[earlier] if earlier is not None else []
        )
        year = [f for m, f in sorted(at.items()) if m[:4] == month[:4] and m <= month]
        past = [at[_before(f.month)] for f in year if _before(f.month) in at]
        to_date[month] = evaluate(
            formula, year, facts, library=library, book=book, before=past if len(past) == len(year) else []
        )
    change = {
        (month, value.variant): found
        for month, reading in months.items()
        if (then := months.get(_before(month))) is not None
        for value in reading.values
        if (found := _change(reading, then, value.variant)) is not None
    }
    return Series(indicator=formula.id, months=months, to_date=to_date, change=change)


def _before(month: str) -> str:
    return f"{int(month[:4]) - 1:04d}{month[4:]}"


def _change(now: Reading, then: Reading, variant: str) -> Change | None:
    new, old = now.value(variant), then.value(variant)
    if new is None or old is None or new.value is None or old.value is None or old.value <= 0 or new.value <= 0:
        return None
    factor = new.value / old.value
    spread = factor * math.hypot((new.sd or 0.0) / new.value, (old.sd or 0.0) / old.value)
    return Change(value=(factor - 1) * 100, sd=spread * 100)
