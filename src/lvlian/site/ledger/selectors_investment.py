"""Reads of investment promotion: the funnel, what happened this quarter, what was signed and did not land, a lead with what its signing
hangs on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from lvlian.ledger.balance import balance
from lvlian.ledger.factors import FACTORS, exact, measured
from lvlian.ledger.item import State
from lvlian.ledger.quarter import Quarter
from lvlian.ledger.track import Gate, Track
from lvlian.site.ledger.chainfit import Fit, Maker, fit
from lvlian.site.ledger.marks import Course
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.ledger.selectors_factors import grounds
from lvlian.site.ledger.selectors_tally import FEW, courses_in, reads_commercial
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Firm
from lvlian.site.plans.models import Chain, Goal, Project

TRACK = "investment"
COMMITMENT = "commitment"
OPEN = ("active", "paused")
SHOWN = 50


def leads(access: Access) -> QuerySet[Item]:
    """The leads of the region in the reader's scope."""
    return here(Item, access).filter(track=TRACK)


def lead_of(access: Access, pk: int) -> Item | None:
    """A lead in scope."""
    if pk >= 2**63:
        return None
    rows = scoped(Item, access).filter(pk=pk, track=TRACK)
    return rows.select_related("region", "firm", "lead").prefetch_related("units", "parties__unit", "steps").first()  # type: ignore[no-any-return]


# The funnel --------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Level:
    """A stage of the funnel: how many leads stand there by light, what they agreed and brought, since when the oldest stands."""

    stage: str
    lights: dict[str, int] = field(default_factory=dict)
    agreed: float = 0.0
    arrived: float = 0.0
    with_agreed: set[str] = field(default_factory=set)
    with_arrived: set[str] = field(default_factory=set)
    oldest: date | None = None

    @property
    def count(self) -> int:
        return sum(self.lights.values())


@dataclass(slots=True)
class Funnel:
    """All levels in the order of the stages; `closed` are the leads under construction, which are done for promotion."""

    levels: list[Level]
    closed: Level
    whole: Level
    paused: int = 0
    gone: int = 0
    hides: frozenset[str] = frozenset()
    """Amounts that the reader may not read of single firms."""

    def shown(self, level: Level, name: str) -> bool:
        """Whether an amount may be told: a sum over fewer than three investors tells of one of them, and so does a total from which
        the others can be taken away."""
        if name not in self.hides:
            return True
        cells = [getattr(one, f"with_{name}") for one in (*self.levels, self.closed)]
        small = [cell for cell in cells if 0 < len(cell) < FEW]
        mine: set[str] = getattr(level, f"with_{name}")
        if level is self.whole:
            return not mine or (len(mine) >= FEW and (not small or len(set().union(*small)) >= FEW))
        return not mine or len(mine) >= FEW


def funnel(access: Access, track: Track) -> Funnel:
    """One query over the leads in scope."""
    levels = {stage.key: Level(stage.key) for stage in track.stages if stage.key != track.closes_at}
    out = Funnel(list(levels.values()), Level(track.closes_at), Level(""))
    if not reads_commercial(access):
        out.hides = frozenset(one.key for one in track.fields if one.commercial)
    columns = ("pk", "stage", "branch", "light", "since", "data", "firm_id")
    for pk, stage, branch, light, since, data, firm in leads(access).order_by().values_list(*columns):
        if branch in ("cancelled", "merged"):
            out.gone += 1
            continue
        level = out.closed if branch == "closed" else levels.get(stage)
        if level is None:
            continue
        out.paused += branch == "paused"
        who = f"firm{firm}" if firm else str((data or {}).get("firm") or "").strip() or f"item{pk}"
        for one in (level, out.whole):
            one.lights[light] = one.lights.get(light, 0) + 1
            one.oldest = min(one.oldest or since, since)
            for name in ("agreed", "arrived"):
                value = _number((data or {}).get(name))
                if value is not None:
                    setattr(one, name, getattr(one, name) + value)
                    getattr(one, f"with_{name}").add(who)
    return out


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


# This quarter ------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Quarterly:
    """What a stage saw in a quarter: reached with the day, promised for the quarter and not reached."""

    stage: str
    reached: list[tuple[date, Item]] = field(default_factory=list)
    awaited: list[tuple[date, Item]] = field(default_factory=list)


def quarterly(access: Access, track: Track, quarter: Quarter, stages: Iterable[str]) -> list[Quarterly]:
    """What leads reached and owe in a quarter. Four queries."""
    rows = leads(access)
    out = {key: Quarterly(key) for key in stages if key in track.by_key}
    found = courses_in(rows, {track.key: track})
    items: dict[int, Item] = {}
    wanted: set[int] = set()
    for _key, pk, course, promised, _who in found:
        if any(_within(day, quarter) for key in out for day in (course.reached.get(key), promised.get(key)) if day):
            wanted.add(pk)
    items = {item.pk: item for item in rows.filter(pk__in=wanted).select_related("region")}
    for _key, pk, course, promised, _who in found:
        item = items.get(pk)
        if item is None:
            continue
        for key, one in out.items():
            reached, due = course.reached.get(key), promised.get(key)
            if reached is not None and _within(reached, quarter) and not _implied(course, key, track):
                one.reached.append((reached, item))
            elif reached is None and due is not None and _within(due, quarter):
                one.awaited.append((due, item))
    for one in out.values():
        one.reached.sort(key=lambda pair: (pair[0], pair[1].pk))
        one.awaited.sort(key=lambda pair: (pair[0], pair[1].pk))
    return list(out.values())


def _within(day: date, quarter: Quarter) -> bool:
    return quarter.first <= day <= quarter.last


def _implied(course: Course, key: str, track: Track) -> bool:
    """An optional stage that an item was opened beyond was not visited on that day."""
    day = course.reached[key]
    return track.by_key[key].optional and any(
        at == day for other, at in course.reached.items() if track.order[other] > track.order[key]
    )


def not_landed(access: Access, track: Track) -> list[Item]:
    """What was signed and did not land, the longest first."""
    rows = leads(access).filter(stage="signed", branch__in=OPEN).select_related("region", "firm", "lead")
    return list(rows.prefetch_related("units").order_by("since", "pk")[:SHOWN])


def routines(access: Access, words: Iterable[str]) -> list[Item]:
    """The routines of the plan that are about promotion (每月调度招商)."""
    wanted = Q(pk__in=[])
    for word in words:
        wanted |= Q(title__contains=word)
    rows = here(Item, access).filter(wanted, track="routine", branch__in=OPEN)
    return list(rows.select_related("region").prefetch_related("units").order_by("pk")[:SHOWN])


def products_of(access: Access, numbers: Iterable[int]) -> dict[int, str]:
    """What leads want to make."""
    rows = leads(access).filter(pk__in=list(numbers)).order_by().values_list("pk", "data")
    return {pk: str((data or {}).get("product") or "") for pk, data in rows}


# A lead ------------------------------------------------------------------------------------------------------------------
def needed_on(track: Track, state: State, project: Track | None, factor: str, today: date) -> tuple[date, bool]:
    """The day from which a lead would need a factor: land and environment when it starts, load and gas when it runs. From the promised day
    of the start where there is one, else by the usual lengths of the stages ahead; whether it was assumed is told."""
    start = next((step.counts for step in state.steps if step.stage == "started" and step.counts), None)
    assumed = start is None
    if start is None:
        ahead = track.stages[track.order.get(state.stage, 0) + 1 :]
        start = today + timedelta(days=sum(stage.days for stage in ahead if not stage.optional))
    if factor in ("power", "gas", "energy", "water") and project is not None and "started" in project.order:
        running = project.order.get("running", len(project.stages) - 1)
        built = project.stages[project.order["started"] + 1 : running + 1]
        return max(start, today) + timedelta(days=sum(stage.days for stage in built)), True
    return max(start, today), assumed


@dataclass(frozen=True, slots=True)
class Room:
    """What is free of a factor in a quarter, what others need of it that is not booked, what has no day (nobody told one, or it has passed
    and nobody reported), and whether anything of it is registered."""

    free: Decimal
    open: Decimal
    undated: Decimal
    known: bool


def room_of(path: str, factor: str, quarter: Quarter, today: date, without: int) -> Room:
    """The room of a factor in a region (by its path) and below. Everything of the region counts, whoever asks: the answer is a sum.
    `without` is the item whose own demand does not count against it. Four queries. Raises FactorError."""
    supplies = Supply.objects.filter(region__path__startswith=path, factor=factor).select_related("item", "owner")
    demands = Demand.objects.filter(region__path__startswith=path, factor=factor).exclude(item=without)
    demands = demands.exclude(item__branch__in=("cancelled", "merged")).select_related("item")
    bookings = Booking.objects.filter(supply__in=supplies.order_by().values("pk")).exclude(demand__item=without)
    ground = grounds(supplies, demands, bookings.select_related("demand"))
    lines = balance(
        ground.engine_supplies(), ground.engine_demands(), ground.engine_bookings(), quarter, quarter, today
    )
    if not lines or not ground.supplies:
        return Room(Decimal(0), Decimal(0), Decimal(0), False)
    line = lines[0]
    wanted = max(Decimal(0), line.demand - line.booked) + line.undated_demand
    return Room(line.free, wanted, line.undated_supply, True)


def need_of(gate: Gate, track: Track, data: Mapping[str, Any]) -> Decimal | None:
    """How much a lead needs, in the factor's unit; None where nobody filled it in. Raises FactorError."""
    one = track.field(gate.need) if gate.need else None
    value = _number(data.get(gate.need)) if gate.need else None
    if value is None or gate.factor is None:
        return None
    return measured(gate.factor, exact(value), (one.unit if one else "") or FACTORS[gate.factor].unit)


def chain_fit(access: Access, item: Item) -> Fit:
    """Whether the lead's product closes a gap of the chains that the region's plans write. Who makes what counts over the whole region;
    named are those whom the reader sees."""
    region = item.region_id
    chains = [
        list(nodes) for nodes in Chain.objects.filter(region=region).order_by("pk").values_list("nodes", flat=True)
    ]
    seen_firms = set(scoped(Firm, access).filter(region=region).order_by().values_list("pk", flat=True))
    seen = set(scoped(Project, access).filter(region=region).order_by().values_list("pk", flat=True))
    makers: list[Maker] = []
    gone = Item.objects.filter(project__isnull=False, branch__in=("cancelled", "merged")).order_by().values("project")
    rows = Project.objects.filter(region=region).exclude(pk__in=gone).order_by("pk")
    for pk, name, product in rows.values_list("pk", "name", "product"):
        makers.append(Maker(product or name, name if pk in seen else ""))
    others = Item.objects.filter(region=region, track=TRACK, branch__in=(*OPEN, "closed")).exclude(pk=item.pk)
    landed = others.filter(stage__in=("signed", "landed", "started")).order_by("pk")
    visible = set(scoped(Item, access).filter(pk__in=landed.order_by().values("pk")).values_list("pk", flat=True))
    for pk, title, data in landed.values_list("pk", "title", "data"):
        makers.append(Maker(str((data or {}).get("product") or ""), title if pk in visible else ""))
    for pk, name, kind in Firm.objects.filter(region=region).exclude(kind="").order_by("pk").values_list("pk", "name", "kind"):  # fmt: skip
        makers.append(Maker(kind, name if pk in seen_firms else ""))
    made = Goal.objects.filter(region=region, firm__isnull=False).order_by("firm_id", "indicator").distinct()
    for pk, name, indicator in made.values_list("firm_id", "firm__name", "indicator"):
        makers.append(Maker(indicator, name if pk in seen_firms else ""))
    return fit(str((item.data or {}).get("product") or ""), chains, makers)


def commitments(access: Access, item: Item) -> list[Item]:
    """What was promised to the investor, as far as the reader sees it."""
    rows = scoped(Item, access).filter(parent=item.pk, track=COMMITMENT).select_related("region")
    return list(rows.prefetch_related("units").order_by("-rank", "expected", "pk")[:SHOWN])
