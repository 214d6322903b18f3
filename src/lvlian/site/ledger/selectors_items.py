"""Reads of items: the registers of a region, one register narrowed and laid in columns, an item with all that hangs on it.

A board shows a few cards out of very many items: it counts by one grouping over an index, finds the cards' numbers in one compound
query that touches as many rows as it shows, and reads those rows alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import reduce
from heapq import nsmallest
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, prefetch_related_objects

from lvlian.ledger.light import STATES
from lvlian.ledger.track import ENDED, Field, Track
from lvlian.site.ledger.bringing import Known
from lvlian.site.ledger.models import Booking, Demand, Evidence, Item, ItemEvent, Party, Step
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import AuditRecord, Firm, StoredFile, Unit
from lvlian.site.org.reach import FieldClass
from lvlian.site.plans.models import Duty, Plan, Proposal

OPEN = ("active", "paused")
WORST_FIRST = ("bad", "warn", "none", "ok")
COLUMN = 20
"""Cards of a column before 更多."""
MOST_CHOICES = 200
SHOWN = 60
"""Rows of each list on the page of an item: children, demands, evidence."""
EVENTS = 50
_BOARD = (
    "id", "region", "track", "title", "stage", "branch", "level", "light", "rank", "reasons", "next", "due", "expected",
    "slip", "clock", "firm", "lead", "simulated", "revision", "since", "opened", "ended", "known", "born",
)  # fmt: skip


# The registers -----------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class Sum:
    """One register of a region: how many items are open, by light; how many ended; what comes next; how many are silent."""

    track: str
    lights: dict[str, int] = field(default_factory=dict)
    ended: int = 0
    next: date | None = None
    stale: int = 0

    @property
    def open(self) -> int:
        return sum(self.lights.values())


def sums(access: Access, tracks: Mapping[str, Track], today: date) -> dict[str, Sum]:
    """All registers that hold something, in one query."""
    rows = (
        here(Item, access).order_by().values("track", "branch", "light")
        .annotate(n=Count("pk"), coming=Min("expected", filter=Q(expected__gte=today)), silent=Count("pk", filter=_silent(tracks, today)))
    )  # fmt: skip
    out: dict[str, Sum] = {}
    for row in rows:
        one = out.setdefault(row["track"], Sum(row["track"]))
        if row["branch"] in ENDED:
            one.ended += row["n"]
            continue
        one.lights[row["light"]] = one.lights.get(row["light"], 0) + row["n"]
        one.stale += row["silent"]
        if row["coming"] is not None:
            one.next = min(one.next or row["coming"], row["coming"])
    return out


def _silent(tracks: Mapping[str, Track], today: date) -> Q:
    """Items that nobody reported on for longer than their track allows."""
    by_days: dict[int, list[str]] = {}
    for track in tracks.values():
        if track.light.stale:
            by_days.setdefault(track.light.stale, []).append(track.key)
    wanted = Q(pk__in=[])
    for days, keys in by_days.items():
        before = today - timedelta(days=days)
        wanted |= Q(track__in=keys) & (Q(reported__lt=before) | Q(reported__isnull=True, opened__lt=before))
    return wanted


# One register ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """What a register is narrowed to; empty values narrow nothing."""

    light: str = ""
    stage: str = ""
    branch: str = ""
    level: str = ""
    unit: int | None = None
    firm: int | None = None
    plan: int | None = None
    words: str = ""


def narrowed(access: Access, track: Track, by: Narrow) -> QuerySet[Item]:
    """The items of a register that fit, in no order."""
    rows = here(Item, access).filter(track=track.key).order_by()
    if by.light:
        rows = rows.filter(rank=STATES.index(by.light))
    if by.stage:
        rows = rows.filter(stage=by.stage)
    if by.branch == "open":
        rows = rows.filter(branch__in=OPEN)
    elif by.branch == "ended":
        rows = rows.filter(branch__in=tuple(ENDED))
    elif by.branch:
        rows = rows.filter(branch=by.branch)
    if by.level:
        rows = rows.filter(level=by.level)
    if by.unit is not None:
        rows = rows.filter(pk__in=Party.objects.filter(unit=by.unit).order_by().values("item"))
    if by.firm is not None:
        rows = rows.filter(firm=by.firm)
    if by.plan is not None:
        rows = rows.filter(Q(project__plan=by.plan) | Q(duty__plan=by.plan) | Q(fact__version__plan=by.plan))
    for word in by.words.split()[:6]:
        rows = rows.filter(title__icontains=word)
    return rows


@dataclass(slots=True)
class Counts:
    """How many items stand where: (stage, branch, light) → number."""

    rows: dict[tuple[str, str, str], int]

    def of(self, *, stage: str = "", branch: Iterable[str] = (), light: str = "") -> int:
        wanted = frozenset(branch)
        return sum(
            n
            for (at, on, state), n in self.rows.items()
            if (not stage or at == stage) and (not wanted or on in wanted) and (not light or state == light)
        )

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def counts_of(rows: QuerySet[Item]) -> Counts:
    """One grouping, over an index alone where nothing else narrows: it is in the order of the index, by region too."""
    found = rows.values_list("region", "branch", "stage", "rank").annotate(n=Count("*"))
    out: dict[tuple[str, str, str], int] = {}
    for _region, branch, stage, rank, n in found:
        key = (stage, branch, STATES[rank])
        out[key] = out.get(key, 0) + n
    return Counts(out)


def first_of(
    access: Access, rows: QuerySet[Item], columns: Sequence[tuple[str, str]], size: int = COLUMN
) -> dict[tuple[str, str], list[Item]]:
    """The worst few items of each (branch, stage) column; an empty stage is all of a branch. Two queries and one for each relation,
    however many columns there are."""
    bound = any(held.unit_id is not None for held in access.held)
    slow = bound and connection.vendor == "postgresql"  # it would build the scope of a unit anew for each column
    numbers = _picked(rows, columns, size) if slow else _united(rows, columns, size)
    out: dict[tuple[str, str], list[Item]] = {}
    wanted = set(columns)
    for item in cards(numbers):
        key = (item.branch, item.stage) if (item.branch, item.stage) in wanted else (item.branch, "")
        out.setdefault(key, []).append(item)
    return out


def _united(rows: QuerySet[Item], columns: Sequence[tuple[str, str]], size: int) -> list[int]:
    """The numbers of all columns in one compound query, each part of which walks an index for as many rows as it shows."""
    parts = []
    for branch, stage in columns:
        part = rows.filter(branch=branch, stage=stage) if stage else rows.filter(branch=branch)
        few = part.order_by("-rank", "expected", "pk").values("pk")[:size]
        parts.append(Item.objects.order_by().filter(pk__in=few).values_list("pk", flat=True))
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])


def _picked(rows: QuerySet[Item], columns: Sequence[tuple[str, str]], size: int) -> list[int]:
    """The same out of one pass over all rows in scope."""
    wanted = set(columns)
    by_column: dict[tuple[str, str], list[tuple[int, date, int]]] = {}
    for pk, branch, stage, rank, day in rows.values_list("pk", "branch", "stage", "rank", "expected"):
        key = (branch, stage) if (branch, stage) in wanted else (branch, "")
        if key in wanted:
            by_column.setdefault(key, []).append((-rank, day or date.max, pk))
    return [pk for found in by_column.values() for _rank, _day, pk in nsmallest(size, found)]


def cards(numbers: Iterable[int]) -> list[Item]:
    """Items with what a card or a row shows, the worst first, each with its units in their order (`item.held_by`: number and name). The
    numbers come out of a query in scope. Two queries."""
    found = Item.objects.filter(pk__in=list(numbers)).select_related("region", "firm").only(
        *_BOARD, "firm__name", "firm__short", "region__name", "region__path"
    )  # fmt: skip
    items = list(found.order_by("-rank", "expected", "pk"))
    held: dict[int, list[tuple[int, str]]] = {}
    parties = Party.objects.filter(item__in=[item.pk for item in items]).order_by("item_id", "place", "pk")
    for item, unit, short, name in parties.values_list("item", "unit", "unit__short", "unit__name"):
        held.setdefault(item, []).append((unit, short or name))
    for item in items:
        item.held_by = held.get(item.pk, [])  # type: ignore[attr-defined]
    return items


def page_of(rows: QuerySet[Item], first: int, size: int) -> list[Item]:
    """A page of items, open ones before ended ones, the worst first."""
    ordered = rows.order_by("-rank", "expected", "pk")
    items = cards(list(ordered.values_list("pk", flat=True)[first : first + size]))
    prefetch_related_objects(items, "units")
    return items


def steps_of(access: Access, items: Iterable[Item]) -> dict[int, list[Step]]:
    """The steps of items, in their order. One query."""
    out: dict[int, list[Step]] = {}
    rows = scoped(Step, access).filter(item__in=[item.pk for item in items]).order_by("item_id", "place", "pk")
    for step in rows.select_related("milestone"):
        out.setdefault(step.item_id, []).append(step)
    return out


def units_with(access: Access, track: Track) -> list[Unit]:
    """The units that have a part in a register."""
    part = Party.objects.filter(unit=OuterRef("pk"), item__track=track.key).order_by()
    return list(here(Unit, access).filter(Exists(part)).order_by("name")[:MOST_CHOICES])


def firms_with(access: Access, track: Track) -> list[Firm]:
    """The firms that a register names."""
    named = Item.objects.filter(firm=OuterRef("pk"), track=track.key).order_by()
    return list(here(Firm, access).filter(Exists(named)).order_by("name")[:MOST_CHOICES])


def plans_here(access: Access) -> list[Plan]:
    return list(here(Plan, access).only("pk", "title")[:MOST_CHOICES])


def fields_for(access: Access, track: Track, item: Item) -> list[Field]:
    """The fields of a track that a reader may read in an item: what is commercial only who reads that class."""
    classes = access.classes_of(item)
    return [
        one for one in track.fields if (FieldClass.COMMERCIAL if one.commercial else FieldClass.INTERNAL) in classes
    ]


# One item ----------------------------------------------------------------------------------------------------------------
def item_of(access: Access, pk: int) -> Item | None:
    """An item in scope, with what its page shows of others."""
    if pk >= 2**63 or not scoped(Item, access).filter(pk=pk).exists():
        return None
    related = ("region", "lead", "firm", "project__plan", "duty__plan", "fact__version__plan", "goal", "parent")
    return Item.objects.select_related(*related).prefetch_related("parties__unit", "units").get(pk=pk)


def readable(access: Access, row: Any) -> bool:
    """Whether a record that an item leads to is in the reader's scope."""
    return row is not None and scoped(type(row), access).filter(pk=row.pk).exists()


def children_of(access: Access, item: Item) -> tuple[list[Item], int]:
    """Items that came out of this one, the worst first, and how many there are. Found by the parent alone and put in order afterwards:
    asked for in order, the database would walk all items of the region."""
    rows = scoped(Item, access).filter(parent=item.pk).order_by()
    numbers = list(rows.values_list("pk", flat=True)[: 10 * SHOWN])
    return cards(numbers)[:SHOWN], len(numbers) if len(numbers) < 10 * SHOWN else rows.count()


def goals_behind(access: Access, track: Track, item: Item) -> list[Any]:
    """The goals that an item serves: the one that it names, those of its firm, those that count the items of its track."""
    from lvlian.site.plans.models import Goal

    wanted = Q(pk=item.goal_id) if item.goal_id else Q(pk__in=[])
    if item.firm_id:
        wanted |= Q(firm=item.firm_id)
    for count in track.counts:
        told = Q()
        for group in count.indicators:
            told &= reduce(or_, (Q(indicator__contains=word) for word in group))
        for word in count.without:
            told &= ~Q(indicator__contains=word)
        wanted |= told
    return list(scoped(Goal, access).filter(wanted, region=item.region_id).order_by("year", "pk")[:12])


def demands_of(access: Access, item: Item) -> list[tuple[Demand, list[Booking]]]:
    """What factors an item needs, with what is kept of which supply for it."""
    demands = list(scoped(Demand, access).filter(item=item.pk).order_by("factor", "pk")[:SHOWN])
    kept: dict[int, list[Booking]] = {}
    for one in scoped(Booking, access).filter(demand__in=[row.pk for row in demands]).select_related("supply__item"):
        kept.setdefault(one.demand_id, []).append(one)
    return [(row, kept.get(row.pk, [])) for row in demands]


def proofs_of(access: Access, item: Item) -> list[Evidence]:
    rows = scoped(Evidence, access).filter(item=item.pk).select_related("user", "file")
    return list(rows.defer("file__content").order_by("pk")[: 4 * SHOWN])


def proof_of(access: Access, pk: int) -> Evidence | None:
    """A piece of evidence in scope, without the bytes of its file."""
    if pk >= 2**63:
        return None
    rows = scoped(Evidence, access).filter(pk=pk).select_related("item__region", "file").defer("file__content")
    return rows.first()  # type: ignore[no-any-return]


def content_of(proof: Evidence) -> bytes:
    """The bytes of the file of a piece of evidence that `proof_of` gave."""
    return bytes(StoredFile.objects.get(pk=proof.file_id).content)


def events_of(access: Access, item: Item) -> list[ItemEvent]:
    """All events of an item that the reader may see, in their order."""
    return list(scoped(ItemEvent, access).filter(item=item.pk).select_related("actor").order_by("seq"))


def records_of(requests: Iterable[str]) -> dict[str, int]:
    """The numbers of the audit records that requests wrote; a number tells nothing of what stands in the record."""
    wanted = {one for one in requests if one}
    rows = AuditRecord.objects.filter(request__in=wanted).order_by("-seq").values_list("request", "seq")
    return dict(rows)


def waiting_of(item: Item) -> list[Proposal]:
    """Changes of an item that wait for a second person. Whoever calls this has read the item through its scope."""
    rows = Proposal.objects.filter(model="item", object_id=item.pk, state=Proposal.State.WAITING)
    return list(rows.select_related("proposed_by")[:SHOWN])


def override_of(item: Item) -> Proposal | None:
    """The last change of an item's light that two people made."""
    rows = Proposal.objects.filter(model="item", object_id=item.pk, state=Proposal.State.CONFIRMED)
    rows = rows.select_related("proposed_by", "decided_by").order_by("-decided_at")
    return next((row for row in rows[:SHOWN] if "override_state" in row.after), None)


def names_of(access: Access, kinds: Mapping[str, Iterable[int]]) -> dict[tuple[str, int], str]:
    """Names of the records that fields of a track point to: (kind, number) → name, as far as the reader may see them."""
    from lvlian.site.plans.models import Goal, Project

    models: dict[str, type[Any]] = {"firm": Firm, "unit": Unit, "goal": Goal, "project": Project}
    out: dict[tuple[str, int], str] = {}
    for kind, numbers in kinds.items():
        wanted = {n for n in numbers if isinstance(n, int)}
        if kind in models and wanted:
            out.update({(kind, row.pk): str(row) for row in scoped(models[kind], access).filter(pk__in=wanted)})
    return out


def merge_into(access: Access, item: Item, pk: int) -> Item | None:
    """The item that another is merged into: of the same region, in scope."""
    rows = scoped(Item, access).filter(pk=pk, region=item.region_id)
    return rows.first() if pk < 2**63 else None  # type: ignore[no-any-return]


def units_here(access: Access, region_id: int) -> QuerySet[Unit]:
    return scoped(Unit, access).filter(region=region_id).order_by("name")


def firms_here(access: Access, region_id: int) -> QuerySet[Firm]:
    return scoped(Firm, access).filter(region=region_id).order_by("name")


def goals_here(access: Access, region_id: int) -> QuerySet[Any]:
    from lvlian.site.plans.models import Goal

    return scoped(Goal, access).filter(region=region_id).order_by("year", "pk")


def projects_here(access: Access, region_id: int) -> QuerySet[Any]:
    from lvlian.site.plans.models import Project

    return scoped(Project, access).filter(region=region_id).order_by("name")


def duty_units(access: Access, region_id: int, track: Track) -> tuple[Any, list[Any], Any]:
    """Who answers for a track in a region, as its duty lines say: the leading unit, the units, the line. The line is the first whose
    section holds one of the track's own words."""
    words = {track.name.zh, track.noun.zh, *(word for takes in track.takes for word in takes.words)}
    wanted = Q(pk__in=[])
    for word in words:
        wanted |= Q(section__contains=word)
    rows = scoped(Duty, access).filter(wanted, region=region_id).select_related("lead").prefetch_related("units")
    duty = rows.order_by("plan_id", "pk").first()
    return (duty.lead, list(duty.units.all()), duty) if duty is not None else (None, [], None)


def known_names(access: Access, region_id: int, track: Track) -> Known:
    """What the names in a table of new items mean: units and firms of the region, and the titles that are open already."""
    units: dict[str, int] = {}
    firms: dict[str, int] = {}
    for found, rows in ((units, units_here(access, region_id)), (firms, firms_here(access, region_id))):
        for pk, name, short in rows.order_by("-pk").values_list("pk", "name", "short"):
            found.update({one: pk for one in (short, name) if one})
    open_ones = scoped(Item, access).filter(region=region_id, track=track.key, branch__in=OPEN).order_by()
    return Known(units, firms, frozenset(open_ones.values_list("title", flat=True)))
