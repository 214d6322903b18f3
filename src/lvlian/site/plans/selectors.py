"""Reads of plans, versions, facts and findings, always through the user's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from lvlian.brief.headings import Outline
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Comment
from lvlian.site.plans.models import Chain, Duty, Fact, Finding, Goal, Incentive, Milestone, Plan, Version

State = Fact.State
RECORDS: dict[str, type[Any]] = {
    "goals": Goal, "milestones": Milestone, "duties": Duty, "incentives": Incentive, "chains": Chain,
}  # fmt: skip
SHOWN = (
    "pk",
    "version_id",
    "region_id",
    "kind",
    "order",
    "title",
    "data",
    "corrected",
    "start",
    "length",
    "state",
    "revision",
)
"""Fields that a row of the list and a mark in the text need."""


def one(rows: Any, **lookup: Any) -> Any:
    """The row, or 404: what is out of scope does not exist."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def plan_of(access: Access, plan_id: int) -> Plan:
    """A plan with its version in force."""
    return one(scoped(Plan, access).select_related("region", "current"), pk=plan_id)  # type: ignore[no-any-return]


def version_of(access: Access, plan: Plan, number: int | None = None) -> Version:
    """A version of a plan; the one in force where no number is given."""
    rows = scoped(Version, access).filter(plan=plan).select_related("brought_by")
    found = one(rows, number=number) if number is not None else one(rows, pk=plan.current_id)
    found.plan = plan
    return found  # type: ignore[no-any-return]


def versions_of(access: Access, plan: Plan) -> list[Version]:
    """All versions of a plan, newest first, without their texts."""
    return list(scoped(Version, access).filter(plan=plan).defer("text", "outline", "region_file").order_by("-number"))


def fact_of(access: Access, fact_id: int) -> Fact:
    """A fact with its version and plan."""
    rows = scoped(Fact, access).select_related("version__plan__region", "decided_by")
    return one(rows, pk=fact_id)  # type: ignore[no-any-return]


def finding_of(access: Access, finding_id: int) -> Finding:
    return one(scoped(Finding, access).select_related("version__plan", "decided_by"), pk=finding_id)  # type: ignore[no-any-return]


def plans_here(access: Access) -> list[Plan]:
    """The plans of the region and below, with how many facts each has and how many wait."""
    rows = (
        here(Plan, access)
        .select_related("region", "current")
        .defer("current__text", "current__outline", "current__region_file")
    )
    plans = list(rows.order_by("region__path", "-issued_on", "-pk"))
    counts = Fact.State.PENDING
    numbers = {
        row["version_id"]: row
        for row in scoped(Fact, access)
        .filter(version_id__in=[plan.current_id for plan in plans if plan.current_id])
        .order_by()
        .values("version_id")
        .annotate(all=Count("pk"), waiting=Count("pk", filter=Q(state=counts)))
    }
    conflicts = dict(
        scoped(Finding, access)
        .filter(version_id__in=numbers, severity="conflict")
        .exclude(state=Finding.State.GONE)
        .order_by()
        .values_list("version_id")
        .annotate(Count("pk"))
    )
    for plan in plans:
        found = numbers.get(plan.current_id, {})
        plan.facts_count, plan.waiting = found.get("all", 0), found.get("waiting", 0)  # type: ignore[attr-defined]
        plan.settled = plan.facts_count - plan.waiting  # type: ignore[attr-defined]
        plan.conflicts = conflicts.get(plan.current_id, 0)  # type: ignore[attr-defined]
    return plans


@dataclass(slots=True)
class Tally:
    """How far the review of a version is: facts by state and kind, and by heading how many are settled, of how many."""

    states: Counter[Any] = field(default_factory=Counter)
    kinds: Counter[Any] = field(default_factory=Counter)
    sections: dict[int | None, list[int]] = field(default_factory=dict)
    total: int = 0

    @property
    def settled(self) -> int:
        return self.total - self.states[State.PENDING]

    @property
    def waiting(self) -> int:
        return self.states[State.PENDING]

    def of(self, state: str) -> int:
        return self.states[state]


def tally(access: Access, version: Version, outline: Outline) -> Tally:
    """Counts over all facts of a version, in one query."""
    out = Tally()
    rows = scoped(Fact, access).filter(version=version).order_by().values_list("start", "kind", "state")
    for start, kind, state in rows:
        out.total += 1
        out.states[state] += 1
        out.kinds[kind] += 1
        cell = out.sections.setdefault(outline.place(start), [0, 0])
        cell[0] += state != State.PENDING
        cell[1] += 1
    return out


def facts_in(access: Access, version: Version, start: int, end: int, state: str = "") -> list[Fact]:
    """The facts of a stretch of the text (all of them, and those without a place, where the stretch begins the text)."""
    within = Q(start__gte=start, start__lt=end)
    if start == 0:
        within |= Q(start__isnull=True)
    rows = scoped(Fact, access).filter(within, version=version).only(*SHOWN).order_by("order", "pk")
    return list(rows.filter(state=state) if state else rows)


def findings_of(access: Access, version: Version) -> list[Finding]:
    """The findings of a version that hold, gravest first."""
    rows = (
        scoped(Finding, access).filter(version=version).exclude(state=Finding.State.GONE).select_related("decided_by")
    )
    return list(rows.order_by("rank", "order", "pk"))


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that rests on a fact: what it is, its name, where it is."""

    kind: str
    name: str
    url: str = ""
    worked_on: bool = False


def dependents(access: Access, facts: Sequence[Fact]) -> dict[int, list[Dependent]]:
    """What rests on each fact: its record, what people decided about that, comments on it, findings that quote it. A fixed number
    of queries, however many facts."""
    out: dict[int, list[Dependent]] = {fact.pk: [] for fact in facts}
    if not facts:
        return out
    by_kind: dict[str, list[int]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact.pk)
    records: dict[tuple[str, int], int] = {}
    for kind, ids in by_kind.items():
        if (model := RECORDS.get(kind)) is None:
            continue
        rows = scoped(model, access).filter(fact_id__in=ids)
        for row in rows.select_related("project") if model is Milestone else rows:
            name = row._meta.model_name
            records[name, row.pk] = row.fact_id
            worked = bool(
                getattr(row, "note", "")
                or getattr(row, "why", "")
                or getattr(row, "expected", None)
                or getattr(row, "done", None)
            )
            out[row.fact_id].append(Dependent(name, str(row), record_url(row), worked))
    _remarks(access, records, out)
    versions = {fact.version_id for fact in facts}
    for finding in scoped(Finding, access).filter(version_id__in=versions).exclude(state=Finding.State.GONE):
        for item in finding.evidence:
            if item.get("fact") in out:
                told = Dependent(
                    "finding", finding.message, f"#finding-{finding.pk}", finding.state != Finding.State.OPEN
                )
                if all((one.kind, one.name) != (told.kind, told.name) for one in out[item["fact"]]):
                    out[item["fact"]].append(told)
    return out


def _remarks(access: Access, records: dict[tuple[str, int], int], out: dict[int, list[Dependent]]) -> None:
    names = {name for name, _ in records}
    ids = {pk for _, pk in records}
    if not records:
        return
    rows = scoped(Comment, access).filter(model__in=names, object_id__in=ids)
    for comment in rows:
        fact_id = records.get((comment.model, comment.object_id))
        if fact_id is not None:
            out[fact_id].append(Dependent("comment", comment.text, "", True))


def record_url(row: Any) -> str:
    """The page of a record; empty where there is none."""
    from django.urls import NoReverseMatch, reverse

    if isinstance(row, Milestone):
        name, pk = "project-detail", row.project_id
    else:
        name, pk = f"{row._meta.model_name}-detail", row.pk
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def left_behind(access: Access, plan: Plan) -> list[Fact]:
    """Facts of other versions whose record still stands although the version in force does not say it, and nobody has decided why."""
    linked = Q(pk__in=[])
    for name in ("goal", "milestone", "duty", "incentive", "chain"):
        linked |= Q(**{f"{name}__isnull": False})
    rows = scoped(Fact, access).filter(linked, version__plan=plan, kept="").exclude(version_id=plan.current_id)
    return list(rows.select_related("version").defer("version__text", "version__outline").order_by("kind", "order"))


def rows_of(access: Access, version: Version) -> list[Fact]:
    """All facts of a version in the order of the text."""
    return list(scoped(Fact, access).filter(version=version).select_related("decided_by").order_by("order", "pk"))


def ids_in(access: Access, version: Version, start: int, end: int, state: str) -> list[int]:
    """Numbers of the facts that begin in a stretch and are in a state."""
    rows = scoped(Fact, access).filter(version=version, start__gte=start, start__lt=end, state=state)
    return list(rows.values_list("pk", flat=True))


def next_after(access: Access, fact: Fact, *, back: bool = False) -> int | None:
    """The fact after this one in the order of the text."""
    rows = scoped(Fact, access).filter(version=fact.version_id)
    if back:
        before = Q(order__lt=fact.order) | Q(order=fact.order, pk__lt=fact.pk)
        return rows.filter(before).order_by("-order", "-pk").values_list("pk", flat=True).first()
    after = Q(order__gt=fact.order) | Q(order=fact.order, pk__gt=fact.pk)
    return rows.filter(after).order_by("order", "pk").values_list("pk", flat=True).first()


def place_in_list(access: Access, fact: Fact) -> int:
    """Which fact of its version it is, from 1."""
    before = Q(order__lt=fact.order) | Q(order=fact.order, pk__lt=fact.pk)
    return scoped(Fact, access).filter(before, version=fact.version_id).count() + 1


def last_review(access: Access, version: Version) -> Any:
    """When a fact of the version was last decided."""
    rows = scoped(Fact, access).filter(version=version, decided_at__isnull=False)
    return rows.order_by("-decided_at").values_list("decided_at", flat=True).first()


def plans_by_id(access: Access, ids: Iterable[int]) -> list[Plan]:
    """Plans in the order of their numbers as asked for; those out of scope are left out."""
    found = scoped(Plan, access).select_related("region", "current").in_bulk(list(ids))
    return [found[pk] for pk in ids if pk in found and found[pk].current_id]
