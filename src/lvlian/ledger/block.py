"""What holds projects up: the booked supplies that come after their need, as the light of a project tells them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from lvlian.ledger.factors import ORDER, Booking, Demand, Id, Supply, rank
from lvlian.ledger.light import Block


def blocked(
    supplies: Iterable[Supply], demands: Iterable[Demand], bookings: Iterable[Booking], today: date | None = None
) -> Mapping[Id, tuple[Block, ...]]:
    """By project the booked supplies that hold it up: those without a day first, then the latest. Projects that nothing holds up are
    left out, and so is a demand without a day of need, which is told as missing.

    With `today`, a supply that is not done and whose day has passed has no day any more. A supply that came late holds up nothing more.
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
        if day is None or day > demand.need_by:
            out[demand.project].add(Block(supply.factor, supply.title, demand.need_by, day))
    return {
        project: tuple(sorted(found, key=_latest))
        for project, found in sorted(out.items(), key=lambda pair: rank(pair[0]))
    }


def days_late(block: Block) -> int | None:
    """By how many days a supply comes after the need; None where its day is not known."""
    return (block.day - block.need).days if block.day is not None and block.need is not None else None


def _latest(block: Block) -> tuple[bool, int, int, str, date]:
    return block.day is not None, -(days_late(block) or 0), ORDER[block.factor], block.title, block.need or date.max
