"""Reads of factors: what is supplied and needed, on which days, by quarter, and which items wait for what.

A supply that an item of the ledger brings has no days of its own: they are those of the item's step that reaches the last stage of
its track (供地、投运、供气). Where the plan dates an earlier stage alone (获批), that day counts and is told as such (`exact`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from lvlian.ledger import factors as engine
from lvlian.ledger.block import blocked
from lvlian.ledger.item import State
from lvlian.ledger.light import Block
from lvlian.ledger.shift import Shift, shifts
from lvlian.ledger.shift import Step as Walk
from lvlian.ledger.track import Track
from lvlian.site.ledger import saying
from lvlian.site.ledger.models import Booking, Demand, Item, Step, Supply
from lvlian.site.ledger.registers import tracks

GONE = frozenset({"cancelled", "merged"})


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a supply. `by` is the step that they are those of, `key` its key; `exact` says whether it is the last stage's."""

    promised: date | None = None
    expected: date | None = None
    done: date | None = None
    why: str = ""
    by: str = ""
    key: str = ""
    exact: bool = True

    @property
    def now(self) -> date | None:
        """The day that counts."""
        return self.done or self.expected or self.promised

    @property
    def moved(self) -> int:
        """By how many days it comes later than promised."""
        return (self.now - self.promised).days if self.now and self.promised else 0


def counts(step: Any) -> date | None:
    """The day of a step that counts."""
    return step.done or step.expected or step.due


def days_from(track: Track, steps: Iterable[Any], branch: str, ended: date | None) -> Days:
    """The days of what an item brings."""
    if branch in GONE:
        return Days(why=branch)
    final, last = track.closes_at, len(track.stages)
    dated = [step for step in steps if counts(step) is not None]
    at = [step for step in dated if step.stage == final] or dated
    done = ended if branch == "closed" else None
    if not at:
        return Days(done=done)
    # The furthest stage; of several steps of it the last to come.
    step = max(at, key=lambda one: (track.order.get(one.stage, last), counts(one) or date.min))
    exact = step.stage == final
    title = step.title or saying.stage_name(track, step.stage)
    finished = done or (step.done if exact else None)
    expected = step.expected if exact else step.done or step.expected
    return Days(step.due, expected, finished, step.why, title, step.key, exact)


@dataclass(slots=True)
class Grounds:
    """Supplies, demands and bookings with the steps of their items: all that balance, blocks and shifts are made from."""

    supplies: list[Supply] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    steps: dict[int, list[Any]] = field(default_factory=dict)
    """By item."""
    branches: dict[int, tuple[str, date | None]] = field(default_factory=dict)

    def days(self, supply: Supply) -> Days:
        """The days of a supply: its own, or those of its item."""
        if supply.item_id is None:
            return Days(supply.promised, supply.expected, supply.done, supply.why)
        item = supply.item
        assert item is not None
        track = tracks().get(item.track)
        if track is None:
            return Days()
        branch, ended = self.branches.get(item.pk, (item.branch, item.ended))
        return days_from(track, self.steps.get(item.pk, ()), branch, ended)

    def step_of(self, demand: Demand) -> Any:
        """The step that a demand waits for: the first that reaches its stage, or one behind it; open ones first."""
        track = tracks().get(demand.item.track)
        place = track.order.get(demand.stage) if track is not None and demand.stage else None
        if track is None or place is None:
            return None
        at = [
            (track.order[step.stage], step.done is not None, counts(step) or date.max, step)
            for step in self.steps.get(demand.item_id, ())
            if step.stage in track.order and track.order[step.stage] >= place
        ]
        return min(at, key=lambda one: one[:3])[3] if at else None

    def need(self, demand: Demand) -> date | None:
        """The day by which something is needed: as somebody gave it, else that of the step which reaches the stage."""
        if demand.need_by is not None:
            return demand.need_by
        step = self.step_of(demand)
        return counts(step) if step is not None and step.stage == demand.stage else None

    # For the engine ---------------------------------------------------------------------------------------------------
    def engine_supplies(self) -> list[engine.Supply]:
        out = []
        for row in self.supplies:
            days = self.days(row)
            out.append(
                engine.Supply(
                    id=row.pk, factor=row.factor, title=row.title, amount=decimal(row.amount), unit=row.unit,  # type: ignore[arg-type]
                    promised=days.promised, expected=days.expected, done=days.done, until=row.until, stock=row.stock,
                    source=row.item_id or "", unit_name=row.owner.name if row.owner else "",
                )
            )  # fmt: skip
        return out

    def met(self, demand: Demand) -> bool:
        """Whether what it was needed for has happened, or will not: nobody waits for it any more."""
        step = self.step_of(demand)
        reached = step is not None and step.done is not None and step.stage == demand.stage
        return reached or demand.item.branch in GONE

    def engine_demands(
        self, goals: Mapping[int, Sequence[str]] | None = None, *, without_met: bool = False
    ) -> list[engine.Demand]:
        """`without_met` leaves out what a stock (land, funds) was needed for and has happened: a rate is used on."""
        out = []
        for row in self.demands:
            step = self.step_of(row)
            if without_met and self.met(row) and (engine.FACTORS[row.factor].stock or row.item.branch in GONE):  # type: ignore[index]
                continue
            out.append(
                engine.Demand(
                    id=row.pk, factor=row.factor, title=row.item.title, project=row.item_id, amount=decimal(row.amount),  # type: ignore[arg-type]
                    unit=row.unit, need_by=self.need(row), until=row.until, step=step.stage if step is not None else "",
                    goals=tuple((goals or {}).get(row.item_id, ())), project_name=row.item.title,
                )
            )  # fmt: skip
        return out

    def engine_bookings(self) -> list[engine.Booking]:
        units = {row.pk: row.unit for row in self.supplies}
        return [
            engine.Booking(
                id=row.pk,
                supply=row.supply_id,
                demand=row.demand_id,
                amount=exact(row.amount),
                unit=units[row.supply_id],
            )
            for row in self.bookings
            if row.supply_id in units
        ]

    def engine_steps(self) -> list[Walk]:
        """The steps that demands wait for. What they bring themselves moves when they have moved, not before."""
        seen: dict[str, Walk] = {}
        for row in self.demands:
            step = self.step_of(row)
            if step is None or row.item.branch in GONE:
                continue
            for one in self.steps.get(row.item_id, ()):
                if one.stage == step.stage:
                    name = f"{row.item_id}/{one.key}"
                    seen[name] = Walk(
                        id=name, project=row.item_id, stage=one.stage, title=one.title or one.stage, day=counts(one),
                        done=one.done is not None,
                    )  # fmt: skip
        return list(seen.values())

    def shifts(self) -> tuple[Shift, ...]:
        """The steps that slipped supplies move. Raises FactorError."""
        return shifts(self.engine_supplies(), self.engine_demands(), self.engine_bookings(), self.engine_steps())


def exact(value: float) -> Decimal:
    """A stored amount as it is printed."""
    return Decimal(repr(float(value)))


def decimal(value: float | None) -> Decimal | None:
    return None if value is None else exact(value)


def _steps(items: Collection[int]) -> dict[int, list[Any]]:
    out: dict[int, list[Any]] = defaultdict(list)
    if items:
        for step in Step.objects.filter(item__in=items).order_by("item_id", "place", "pk"):
            out[step.item_id].append(step)
    return out


def grounds(supplies: Iterable[Supply], demands: Iterable[Demand], bookings: Iterable[Booking]) -> Grounds:
    """Rows that were read, with the steps of their items. One query."""
    out = Grounds(list(supplies), list(demands), list(bookings))
    items = {row.item_id for row in out.supplies if row.item_id} | {row.item_id for row in out.demands}
    out.steps = _steps(items)
    return out


def grounds_of(items: Collection[int], states: Mapping[int, State] | None = None) -> Grounds:
    """What items wait for: their demands, what is booked for these, and the supplies. Two queries. `states` are items as they stand in
    a run that has not written them yet."""
    if not items:
        return Grounds()
    rows = (
        Booking.objects.filter(demand__item__in=items)
        .select_related("supply__item", "supply__owner", "demand__item")
        .order_by("supply_id", "pk")
    )
    bookings = list(rows)
    if not bookings:
        return Grounds()
    found = grounds(
        {row.supply_id: row.supply for row in bookings}.values(),
        {row.demand_id: row.demand for row in bookings}.values(),
        bookings,
    )
    for pk, state in (states or {}).items():
        found.steps[pk] = list(state.steps)
        found.branches[pk] = (state.branch, state.ended)
    return found


def blocks_of(items: Iterable[int], states: Mapping[int, State] | None = None) -> Mapping[int, tuple[Block, ...]]:
    """For each item the booked supplies that come later than it needs them, or have no day. Two queries at most."""
    found = grounds_of(list(items), states)
    found.demands = [row for row in found.demands if not found.met(row)]
    told = blocked(found.engine_supplies(), found.engine_demands(), found.engine_bookings())
    return {int(pk): rows for pk, rows in told.items()}


def waiting_on(supplies: Collection[int], demands: Collection[int] = ()) -> set[int]:
    """The items that something of these supplies is booked for, and those of these demands. Two queries at most."""
    out: set[int] = set()
    if supplies:
        rows = Booking.objects.filter(supply__in=supplies).order_by()
        out |= set(rows.values_list("demand__item_id", flat=True))
    if demands:
        out |= set(Demand.objects.filter(pk__in=demands).order_by().values_list("item_id", flat=True))
    return out


def supplies_by(items: Collection[int]) -> dict[int, Supply]:
    """The supplies that items bring, by item. One query."""
    rows = Supply.objects.filter(item__in=items).select_related("item").order_by("pk")
    return {row.item_id: row for row in rows if row.item_id}


def with_demands(items: Collection[int]) -> set[int]:
    """Those of the items for which something is booked. One query."""
    rows = Booking.objects.filter(demand__item__in=items).order_by()
    return set(rows.values_list("demand__item_id", flat=True))


def bringing(items: Collection[int]) -> list[Item]:
    """Those of the items whose track supplies a factor. One query."""
    keys = [key for key, track in tracks().items() if track.supplies is not None]
    rows = Item.objects.filter(Q(pk__in=items), track__in=keys).select_related("project", "region")
    return list(rows.order_by("pk"))


def standing_of(supplies: Collection[int]) -> list[tuple[Supply, Decimal]]:
    """Supplies with the exact sum of what is booked on them. Two queries."""
    rows = Supply.objects.filter(pk__in=supplies).prefetch_related("bookings").order_by("pk")
    return [(row, sum((exact(one.amount) for one in row.bookings.all()), Decimal(0))) for row in rows]
