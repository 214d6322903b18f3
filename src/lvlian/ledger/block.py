"""What holds a project up: the booked supplies that come after its need, for its light and its row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lvlian.ledger.factors import ORDER, Booking, Demand, Id, Supply, rank
from lvlian.ledger.track import Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A booked supply that comes after the need: `days` late, on `day`. Where nobody has told a day that still holds, `day` is None and
    `days` those that have passed since the need (None where none has). What the light of a project tells as its reason."""

    factor: Factor
    title: str
    days: int | None
    day: date | None


def blocked(
    supplies: Iterable[Supply], demands: Iterable[Demand], bookings: Iterable[Booking], today: date | None = None
) -> Mapping[Id, tuple[Block, ...]]:
    """By project the booked supplies that hold it up, the latest first; projects that nothing holds up are left out.

    With `today`, a supply that is not done and whose day has passed has no day: so many days as have passed since the need are late
    already. A supply that came late holds up nothing more.
    """
    by_id = {supply.id: supply for supply in supplies}
    of = {demand.id: demand for demand in demands}
    out: dict[Id, set[Block]] = defaultdict(set)
    for booking in bookings:
        supply, demand = by_id.get(booking.supply), of.get(booking.demand)
        if supply is None or demand is None or demand.need_by is None:
            continue
        if supply.done is not None and (today is None or supply.done <= today):
            continue
        day = supply.day
        if day is not None and today is not None and day < today:
            day = None
        if day is None:
            late = (today - demand.need_by).days if today is not None and today > demand.need_by else None
            out[demand.project].add(Block(factor=supply.factor, title=supply.title, days=late, day=None))
        elif day > demand.need_by:
            late = (day - demand.need_by).days
            out[demand.project].add(Block(factor=supply.factor, title=supply.title, days=late, day=day))
    return {
        project: tuple(
            sorted(found, key=lambda one: (one.day is not None, -(one.days or 0), ORDER[one.factor], one.title))
        )
        for project, found in sorted(out.items(), key=lambda pair: rank(pair[0]))
    }
