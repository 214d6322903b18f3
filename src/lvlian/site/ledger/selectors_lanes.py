"""Reads for the lanes of a Gantt: under each project the supplies that are kept for it, with the day on which they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.ledger.factors import ORDER
from lvlian.site import saying
from lvlian.site.ledger.models import Booking, Demand, Item
from lvlian.site.ledger.selectors_factors import Days, Grounds, grounds
from lvlian.site.org.access import Access, scoped

LATE = 30
"""From so many days after the need on a lane is red."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A supply under the project that waits for it. `delays` says that it comes after the need; `dashed` that no plan gives its day."""

    factor: str
    name: str
    light: str
    url: str
    days: Days
    need: date | None
    delays: bool
    dashed: bool
    since: date | None = None


def lanes_of(access: Access, items: Iterable[Item], today: date) -> dict[int, tuple[Lane, ...]]:
    """The lanes of items, for those who read what they need. Three queries."""
    wanted = [item.pk for item in items]
    if not wanted:
        return {}
    demands = list(scoped(Demand, access).filter(item__in=wanted).select_related("item").order_by("pk"))
    if not demands:
        return {}
    kept = scoped(Booking, access).filter(demand__in=[row.pk for row in demands]).order_by("supply_id", "pk")
    bookings = list(kept.select_related("supply__item", "supply__owner"))
    found = grounds({row.supply_id: row.supply for row in bookings}.values(), demands, bookings)
    out: dict[int, list[Lane]] = {}
    for demand in demands:
        mine = [row for row in bookings if row.demand_id == demand.pk]
        lanes = [_lane(found, demand, row, today) for row in mine] or [_unbooked(found, demand)]
        out.setdefault(demand.item_id, []).extend(lanes)
    return {
        pk: tuple(sorted(rows, key=lambda lane: (not lane.delays, ORDER[lane.factor], lane.name)))
        for pk, rows in out.items()
    }


def _lane(found: Grounds, demand: Demand, booking: Booking, today: date) -> Lane:
    supply, days, need = booking.supply, found.days(booking.supply), found.need(demand)
    late = (days.now - need).days if days.now is not None and need is not None else 0
    reached = found.met(demand)
    if days.done is not None or reached:
        light = "ok"
    elif days.now is None:
        light = "none"
    else:
        light = (
            "bad"
            if max(late, days.moved, (today - days.now).days) > LATE
            else "warn"
            if late > 0 or days.moved > 0
            else "ok"
        )
    delays = not reached and days.done is None and (late > 0 or (days.now is None and need is not None))
    item = supply.item
    return Lane(
        factor=demand.factor, name=f"{supply.title} {saying.number(booking.amount)} {supply.unit}", light=light,
        url=reverse("supply-detail", args=[supply.pk]), days=days, need=need, delays=delays, dashed=_dashed(found, supply, days),
        since=item.opened if item is not None else None,
    )  # fmt: skip


def _dashed(found: Grounds, supply: Any, days: Days) -> bool:
    """Whether no plan gives the day: the supply stands for itself, its step was promised by hand, or only an earlier stage is dated."""
    if supply.item_id is None or not days.exact:
        return True
    step = next((one for one in found.steps.get(supply.item_id, ()) if one.key == days.key), None)
    return step is None or step.given != "plan"


def _unbooked(found: Grounds, demand: Demand) -> Lane:
    """A need that nothing is kept for yet."""
    need = found.need(demand)
    amount = _("缺数量") if demand.amount is None else f"{saying.number(demand.amount)} {demand.unit}"
    return Lane(
        factor=demand.factor, name=_("%(amount)s 尚无供给") % {"amount": amount}, light="ok" if found.met(demand) else "none",
        url=reverse("demand-detail", args=[demand.pk]), days=Days(), need=need, delays=False, dashed=True,
    )  # fmt: skip
