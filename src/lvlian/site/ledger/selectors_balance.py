"""Reads for the pages of factors: the balance of a region, its shortages with the goals behind them, and what one supply or demand needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from lvlian.ledger import factors as engine
from lvlian.ledger.balance import QuarterLine, Shortage, balance, shortages
from lvlian.ledger.booking import free_of
from lvlian.ledger.quarter import Quarter
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.ledger.registers import of_group, tracks
from lvlian.site.ledger.selectors_factors import Days, Grounds, exact, grounds
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Region, Unit
from lvlian.site.plans.models import Goal, Milestone, Proposal

MOST_ITEMS = 400
"""So many items are offered to choose from; beyond that the list of demands is the way in."""


@dataclass(slots=True)
class Line:
    """A supply with its days and what of it is booked, for a table. `booked` and `free` are in the supply's own unit."""

    supply: Supply
    days: Days
    booked: Decimal = Decimal(0)
    bookings: list[Booking] = field(default_factory=list)

    @property
    def free(self) -> Decimal | None:
        return None if self.supply.amount is None else exact(self.supply.amount) - self.booked

    @property
    def waiting(self) -> int:
        return len(self.bookings)


@dataclass(slots=True)
class Standing:
    """What a page of factors shows: the lines of the balance by factor, shortages, what lacks its figures, the supplies."""

    lines: dict[str, list[QuarterLine]] = field(default_factory=dict)
    shortages: list[Shortage] = field(default_factory=list)
    missing: list[engine.Missing] = field(default_factory=list)
    supplies: list[Line] = field(default_factory=list)
    demands: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    goals: dict[int, list[Goal]] = field(default_factory=dict)
    """By item."""
    met: set[int] = field(default_factory=set)
    """Demands whose stage was reached: a running plant uses its load, but waits for none."""


def sees_needs(access: Access) -> bool:
    """Whether the user reads what projects need: else a balance would take every supply for free."""
    return access.reads_throughout(Demand, "amount")


def bound(access: Access) -> bool:
    """Whether the user sees the rows of a unit alone."""
    counted = [held for held in access.held if Supply.reach.rows in held.role.reads]
    return bool(counted) and all(held.unit_id is not None for held in counted)


def region_grounds(access: Access, factor: str = "") -> Grounds:
    """All supplies, demands and bookings that the user sees here. Four queries."""
    supplies = here(Supply, access).select_related("item", "owner").order_by("factor", "pk")
    demands = here(Demand, access).select_related("item").order_by("factor", "pk")
    bookings = here(Booking, access).order_by("pk")
    if factor:
        supplies, demands = supplies.filter(factor=factor), demands.filter(factor=factor)
        bookings = bookings.filter(supply__factor=factor)
    return grounds(supplies, demands, bookings)


def standing(access: Access, first: Quarter, last: Quarter, today: date, factor: str = "") -> Standing:
    """The balance of the region from a quarter to another. Six queries."""
    found = region_grounds(access, factor)
    out = Standing(demands=len(found.demands))
    out.items = {row.item_id: row.item for row in found.demands}
    out.goals = goals_behind(access, out.items.values())
    names = {pk: [goal_name(goal) for goal in goals] for pk, goals in out.goals.items()}
    supplies, demands, bookings = (
        found.engine_supplies(),
        found.engine_demands(names, without_met=True),
        found.engine_bookings(),
    )
    for line in balance(supplies, demands, bookings, first, last, today):
        out.lines.setdefault(line.factor, []).append(line)
    if sees_needs(access):
        out.shortages = list(shortages(supplies, demands, bookings, first, last, today))
    out.met = {row.pk for row in found.demands if found.met(row)}
    out.missing = list(engine.missing(supplies, demands))
    out.supplies = lines_of(found)
    return out


def lines_of(found: Grounds) -> list[Line]:
    """The supplies with their days and bookings, those that slipped most first."""
    by_supply: dict[int, list[Booking]] = defaultdict(list)
    for booking in found.bookings:
        by_supply[booking.supply_id].append(booking)
    out = []
    for supply in found.supplies:
        kept = by_supply.get(supply.pk, [])
        out.append(Line(supply, found.days(supply), sum((exact(one.amount) for one in kept), Decimal(0)), kept))
    out.sort(
        key=lambda one: (engine.ORDER[one.supply.factor], -one.days.moved, one.days.now or date.max, one.supply.pk)
    )
    return out


def goal_name(goal: Goal) -> str:
    """A goal as a sentence names it: `产值 2025`, with whose it is where that is not the region itself."""
    subject = f"{goal.subject} " if goal.subject and goal.subject != goal.region.name else ""
    return f"{subject}{goal.indicator} {goal.when}".strip()


def goals_behind(access: Access, items: Iterable[Item]) -> dict[int, list[Goal]]:
    """The goals that items stand for: the one that was named, else those of their firm. One query."""
    rows = list(items)
    named = {item.goal_id for item in rows if item.goal_id}
    firms = {item.firm_id for item in rows if item.firm_id}
    if not named and not firms:
        return {}
    found = scoped(Goal, access).filter(Q(pk__in=named) | Q(firm__in=firms)).exclude(mode="baseline")
    found = found.select_related("region")
    by_pk: dict[int, Goal] = {}
    by_firm: dict[int, list[Goal]] = defaultdict(list)
    for goal in found.order_by("year", "pk"):
        by_pk[goal.pk] = goal
        if goal.firm_id:
            by_firm[goal.firm_id].append(goal)
    out = {}
    for item in rows:
        own = by_pk.get(item.goal_id) if item.goal_id else None
        goals = [own] if own is not None else by_firm.get(item.firm_id or 0, [])
        if goals:
            out[item.pk] = goals
    return out


# One row ------------------------------------------------------------------------------------------------------------------
def supply_of(access: Access, pk: int) -> Supply | None:
    rows = scoped(Supply, access).select_related("item__region", "owner", "region")
    return rows.filter(pk=pk).first()  # type: ignore[no-any-return]


def demand_of(access: Access, pk: int) -> Demand | None:
    rows = scoped(Demand, access).select_related("item__region", "item__goal", "item__project", "region")
    return rows.filter(pk=pk).first()  # type: ignore[no-any-return]


def booking_of(access: Access, pk: int) -> Booking | None:
    rows = scoped(Booking, access).select_related("supply__region", "demand__item")
    return rows.filter(pk=pk).first()  # type: ignore[no-any-return]


def around_supply(access: Access, supply: Supply) -> Grounds:
    """A supply with what is booked on it."""
    kept = list(scoped(Booking, access).filter(supply=supply).select_related("demand__item", "user").order_by("pk"))
    return grounds([supply], {row.demand_id: row.demand for row in kept}.values(), kept)


def around_demand(access: Access, demand: Demand) -> Grounds:
    """A demand with what is booked for it."""
    kept = list(scoped(Booking, access).filter(demand=demand).select_related("supply__item", "supply__owner", "user"))
    return grounds({row.supply_id: row.supply for row in kept}.values(), [demand], kept)


def open_demands(access: Access, supply: Supply) -> QuerySet[Demand]:
    """The demands that a supply may be booked for."""
    rows = scoped(Demand, access).filter(region=supply.region, factor=supply.factor).exclude(bookings__supply=supply)
    return rows.select_related("item").order_by("item__title", "pk")  # type: ignore[no-any-return]


def open_supplies(access: Access, demand: Demand) -> list[Line]:
    """The supplies that may be booked for a demand, with their days. Three queries."""
    rows = scoped(Supply, access).filter(region=demand.region, factor=demand.factor)
    rows = rows.exclude(bookings__demand=demand).select_related("item", "owner").order_by("pk")
    supplies = list(rows)
    kept = scoped(Booking, access).filter(supply__in=[row.pk for row in supplies])
    return [line for line in lines_of(grounds(supplies, [], kept)) if line.free is None or line.free > 0]


def free_in_unit(supply: engine.Supply, bookings: list[engine.Booking]) -> Decimal:
    """What is left of a supply, in the factor's unit."""
    return free_of(supply, bookings)


def items_here(access: Access) -> QuerySet[Item]:
    """The items that may need a factor: those of the rooms of projects and investment, and what brings factors itself."""
    keys = [track.key for group in ("projects", "investment", "cultivation", "factors") for track in of_group(group)]
    rows = here(Item, access).filter(branch__in=("active", "paused"), track__in=keys or list(tracks()))
    return rows.order_by("track", "title", "pk")  # type: ignore[no-any-return]


def units_here(access: Access) -> QuerySet[Unit]:
    return here(Unit, access).order_by("region_id", "name")  # type: ignore[no-any-return]


def goals_here(access: Access) -> QuerySet[Goal]:
    rows = here(Goal, access).exclude(mode="baseline").select_related("region")
    return rows.order_by("indicator", "subject", "year", "pk")  # type: ignore[no-any-return]


def region_to_write(access: Access) -> Region | None:
    return access.region


def waiting_for(access: Access, items: Iterable[int]) -> list[Proposal]:
    """The moves of milestones that wait for a second person. One query."""
    steps = Milestone.objects.filter(step__item__in=list(items)).values("pk")
    rows = scoped(Proposal, access).filter(model="milestone", state=Proposal.State.WAITING, object_id__in=steps)
    return list(rows.select_related("proposed_by").order_by("pk"))


def waiting_here(access: Access) -> int:
    """How many moves of milestones wait for a second person in the region."""
    return here(Proposal, access).filter(model="milestone", state=Proposal.State.WAITING).count()  # type: ignore[no-any-return]


def stages_of(item: Item) -> list[Any]:
    """The stages of an item's track."""
    track = tracks().get(item.track)
    return list(track.stages) if track else []
