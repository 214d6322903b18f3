"""Reads for the pages of supervised tasks: the list, facts by unit, one task with its history, what its sheet holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lvlian.ledger.calendar import Calendar
from lvlian.site.ledger.actions.supervision import register
from lvlian.site.ledger.models import Decision, Evidence, Item, ItemEvent, Party
from lvlian.site.ledger.registers import of_group, track_of, tracks
from lvlian.site.ledger.selectors_issues import (
    Link,
    Told,
    days_left,
    level_word,
    reason_of,
    stage_word,
    stages_of,
    told_of,
)
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Unit
from lvlian.site.pages.links import record

STATES: dict[str, tuple[str, ...]] = {
    "listed": ("listed",),
    "assigned": ("assigned",),
    "signed": ("signed",),
    "urged": ("urged",),
    "done": ("done",),
}


def keys() -> list[str]:
    """The tracks of the room."""
    return [track.key for track in of_group("supervision")]


def task_of(access: Access, pk: int) -> Item | None:
    """A task within the user's scope."""
    rows = scoped(Item, access).filter(track__in=keys(), pk=pk)
    return rows.select_related("region", "lead", "parent", "fact__version__plan", "goal").first()


@dataclass(slots=True)
class Row:
    """A task in the list. `due` is the day that was promised, `left` working days until the nearest of it and the running clock."""

    item: Item
    stage: str
    reason: str
    level: str
    due: date | None
    left: int | None
    urged: int
    sheet: tuple[str, str]
    url: str

    @property
    def days(self) -> str:
        return days_left(self.left)


def sheet_of(item: Item) -> tuple[str, str]:
    """Which sheet a task has now, by its light: shape and word."""
    if item.branch == "closed":
        return "ok", _("办结")
    if item.light == "bad":
        return "bad", _("逾期督办单")
    if item.light == "warn":
        return "warn", _("临近提醒单")
    return item.light, _("交办单")


def narrowed(access: Access, *, state: str = "", unit: int | None = None, words: str = "") -> QuerySet[Item]:
    """The tasks that the page is about."""
    rows = here(Item, access).filter(track__in=keys())
    if state == "open":
        rows = rows.filter(branch__in=("active", "paused"))
    elif state in STATES:
        rows = rows.filter(stage__in=STATES[state]).exclude(branch="cancelled")
    elif state == "dropped":
        rows = rows.filter(branch__in=("cancelled", "merged"))
    if unit:
        rows = rows.filter(Exists(Party.objects.filter(item=OuterRef("pk"), unit=unit)))
    if words:
        rows = rows.filter(title__icontains=words)
    return rows


def ordered(rows: QuerySet[Item]) -> QuerySet[Item]:
    """What is late first, then by the day."""
    return (
        rows.select_related("lead", "parent", "region")
        .prefetch_related("units")
        .order_by("-rank", F("expected").asc(nulls_last=True), "pk")
    )


def rows_of(access: Access, items: Iterable[Item], day: date, calendar: Calendar) -> list[Row]:
    """Rows as they are shown, with how often each was urged. One query."""
    held = list(items)
    urged = urgings(access, held)
    out = []
    for item in held:
        until = min((one for one in (item.due, item.clock) if one is not None), default=None)
        left = calendar.between(day, until) if until and item.branch == "active" else None
        reads = access.reads(item, "level")
        out.append(
            Row(
                item,
                stage_word(item),
                reason_of(access, item, day),
                level_word(item) if reads else "",
                item.due,
                left,
                urged.get(item.pk, 0),
                sheet_of(item),
                record("supervision", item.pk),
            )
        )
    return out


def urgings(access: Access, items: Iterable[Item]) -> dict[int, int]:
    """How often each was urged."""
    events = scoped(ItemEvent, access).filter(item__in=[item.pk for item in items], kind="urge").order_by()
    return dict(events.values_list("item").annotate(n=Count("pk")))


@dataclass(slots=True)
class UnitFacts:
    """What a unit has: facts, no score, in the order of the units' names."""

    unit: Unit
    listed: int = 0
    going: int = 0
    late: int = 0
    done: int = 0
    urged: int = 0


def by_unit(access: Access) -> list[UnitFacts]:
    """Facts by unit over all tasks in sight. Three queries."""
    rows = here(Item, access).filter(track__in=keys()).exclude(branch="cancelled").order_by()
    parts = Party.objects.filter(item__in=rows.values("pk"), part__in=(Party.Part.LEAD, Party.Part.UNIT)).order_by()
    counted = parts.values("unit").annotate(
        listed=Count("pk"),
        going=Count("pk", filter=Q(item__branch__in=("active", "paused"))),
        late=Count("pk", filter=Q(item__branch="active", item__light="bad")),
        done=Count("pk", filter=Q(item__branch="closed")),
    )
    found = {row["unit"]: row for row in counted}
    events = scoped(ItemEvent, access).filter(kind="urge", item__in=rows.values("pk")).order_by()
    urged = dict(events.filter(item__lead__isnull=False).values_list("item__lead").annotate(n=Count("pk")))
    out = []
    for unit in scoped(Unit, access).filter(pk__in=found).order_by("region_id", "name"):
        row = found[unit.pk]
        out.append(UnitFacts(unit, row["listed"], row["going"], row["late"], row["done"], urged.get(unit.pk, 0)))
    return out


def light_counts(rows: QuerySet[Item]) -> dict[str, int]:
    found = dict(rows.order_by().values_list("light").annotate(n=Count("pk")))
    return {key: found.get(key, 0) for key in ("bad", "warn", "ok", "none")}


# One task -------------------------------------------------------------------------------------------------------------------
@dataclass(slots=True)
class TaskCase:
    """A task with everything that its page and its sheet show."""

    item: Item
    row: Row
    stages: list[dict[str, Any]] = field(default_factory=list)
    history: list[Told] = field(default_factory=list)
    proofs: list[Evidence] = field(default_factory=list)
    supports: list[Unit] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    task: str = ""
    origin: str = ""
    result: str = ""


def case_of(access: Access, item: Item, day: date, calendar: Calendar) -> TaskCase:
    """Everything of a task that the user may see."""
    track = track_of(item.track)
    case = TaskCase(item, rows_of(access, [item], day, calendar)[0])
    events = list(scoped(ItemEvent, access).filter(item=item).select_related("actor").order_by("seq"))
    case.stages = stages_of(item, track, events)
    case.history = [told for event in events if (told := told_of(event, track)) is not None]
    if case.history:
        case.history[0].word = _("立项")
    case.history.reverse()
    case.proofs = list(scoped(Evidence, access).filter(item=item).select_related("file", "user").defer("file__content"))
    case.supports = [party.unit for party in item.parties.select_related("unit") if party.part == Party.Part.SUPPORT]
    if access.reads(item, "data"):
        case.task, case.origin = str(item.data.get("task") or ""), str(item.data.get("origin") or "")
        case.result = str(item.data.get("result") or "")
    case.links = _links(access, item)
    return case


def _links(access: Access, item: Item) -> list[Link]:
    out: list[Link] = []
    about = scoped(Item, access).filter(pk=item.parent_id).first() if item.parent_id else None
    if about is not None:
        group = tracks()[about.track].group if about.track in tracks() else ""
        name = {"issues": "issue", "supervision": "supervision"}.get(group, "item")
        out.append(Link(_("由何而来"), about.title, record(name, about.pk)))
    decision = scoped(Decision, access).filter(item=item).select_related("dispatch").first()
    if decision is not None:
        out.append(Link(_("会议决定"), f"{decision.dispatch} {decision.number}", ""))
    if item.goal_id and item.goal is not None:
        out.append(Link(_("影响目标"), str(item.goal), record("goal", item.goal_id)))
    return out


# Where a task comes from ----------------------------------------------------------------------------------------------------
def overdue(access: Access, limit: int = 20) -> list[Item]:
    """What is late in other registers and is no task yet: to be put on the list with one click."""
    rows = here(Item, access).filter(branch="active", light="bad").exclude(track__in=[*keys()])
    followed = Item.objects.filter(parent__isnull=False, track__in=keys(), branch="active").order_by().values("parent")
    return list(rows.exclude(pk__in=followed).select_related("lead", "region").order_by("expected", "pk")[:limit])


def decisions(access: Access, limit: int = 20) -> list[Decision]:
    """Decisions of meetings that are to become tasks and have not."""
    rows = here(Decision, access).filter(item__isnull=True, becomes=register().key)
    return list(rows.select_related("unit", "dispatch").order_by("-dispatch_id", "number")[:limit])


def decision_of(access: Access, pk: int | None) -> Decision | None:
    if pk is None:
        return None
    return scoped(Decision, access).filter(pk=pk).select_related("dispatch__region", "unit", "about").first()


def about_of(access: Access, pk: int | None) -> Item | None:
    """The item that a task is about."""
    if pk is None:
        return None
    return scoped(Item, access).filter(pk=pk).select_related("region", "lead", "fact__version__plan").first()
