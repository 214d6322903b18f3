"""What the plan's records become in the ledger: called at the end of every recorded action with what it changed, in its transaction.

A project becomes an item of the track that takes its milestones (`ledger.routing`), its milestones become the item's steps, a duty
line becomes a duty with its units, a mechanism that comes round becomes a routine. Moving or finishing a milestone, by
whatever door, is an event of its item: nobody enters it twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Prefetch

from lvlian.ledger.intake import (
    Told,
    end_of_period,
    mechanism_opening,
    nearest_line,
    opened_on,
    project_opening,
    promised,
    track_of_duty,
    track_of_mechanism,
    track_of_project,
)
from lvlian.ledger.item import Event, advance
from lvlian.ledger.track import ENDED, Track
from lvlian.site.frame import today
from lvlian.site.ledger.actions.book import Book
from lvlian.site.ledger.actions.shifts import carry
from lvlian.site.ledger.models import Item, Step
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.chain import Act
from lvlian.site.plans.models import Duty, Fact, Milestone, Plan, Project

BATCH = 1000
FOLLOWED = frozenset({"project", "milestone", "duty", "plan", "version", "fact", "item", "supply", "demand", "booking"})


def follow(act: Act) -> None:
    """Brings the ledger up to date with the changes of an action."""
    touched: dict[str, set[int]] = defaultdict(set)
    for row in act.rows:
        if row.model in FOLLOWED:
            touched[row.model].add(row.object_id)
    if not touched:
        return
    book = Book(act, today())
    bring(
        book,
        projects=touched["project"],
        milestones=touched["milestone"],
        duties=touched["duty"],
        plans=_plans(touched),
    )
    book.write()
    carry(act, book)


def bring(
    book: Book,
    *,
    projects: Collection[int] = (),
    milestones: Collection[int] = (),
    duties: Collection[int] = (),
    plans: Collection[int] = (),
) -> None:
    """Makes the items of projects, of duties and of the mechanisms of plans, or brings them up to date."""
    if projects or milestones:
        _projects(book, set(projects), set(milestones))
    if duties:
        _duties(book, set(duties))
    if plans:
        _mechanisms(book, plans)


# Projects ----------------------------------------------------------------------------------------------------------------
def _projects(book: Book, projects: set[int], milestones: set[int]) -> None:
    wanted = set(projects)
    for ids in _batches(milestones):
        wanted |= set(Milestone.objects.filter(pk__in=ids).values_list("project_id", flat=True))
        wanted |= set(
            Step.objects.filter(milestone__in=ids, item__project__isnull=False).values_list(
                "item__project_id", flat=True
            )
        )
    if milestones:  # a milestone that is gone leaves its step behind
        wanted |= set(
            Step.objects.filter(given="plan", milestone__isnull=True, item__project__isnull=False).values_list(
                "item__project_id", flat=True
            )
        )
    for ids in _batches(wanted):
        dated = Milestone.objects.order_by("project_id", F("due").asc(nulls_last=True), "pk")
        steps = Prefetch("milestones", dated.select_related("fact"))
        rows = Project.objects.filter(pk__in=ids).select_related("plan").prefetch_related(steps, "units").order_by("pk")
        items = {item.project_id: item for item in _locked().filter(project__in=ids)}
        book.take(list(items.values()))
        for project in rows:
            _project(book, project, items.get(project.pk))
    orphans = list(_locked().filter(born="project", project__isnull=True).exclude(branch__in=ENDED)) if projects else []
    book.take(orphans)
    for item in orphans:
        book.happen(item, Event("cancel", book.today, {"why": "规划不再列此项目"}))


def _project(book: Book, project: Project, item: Item | None) -> None:
    steps = list(project.milestones.all())
    units = [unit.pk for unit in project.units.all()]
    fact = next((step.fact for step in steps if step.fact is not None), None)
    if item is None:
        track = track_of_project(tracks(), f"{project.name} {project.product}", [step.event for step in steps])
        if track is None:
            return
        item = Item(
            region_id=project.region_id, track=track.key, title=project.name[:300], firm_id=project.firm_id,
            project=project, fact=fact, born="project",
        )  # fmt: skip
        heading = fact.section if fact is not None else ""
        told = project_opening(track, units, heading, project.capacity, project.capacity_unit)
        book.open(item, _since(project.plan, book.today), told)
    else:
        track = tracks()[item.track]
        if sorted(book.state(item).units) != sorted(units) and book.state(item).lead is None:
            book.happen(item, Event("assign", book.today, {"units": units}))
        before = {"title": item.title, "firm": item.firm_id}
        now = {"title": project.name[:300], "firm": project.firm_id}
        if now != before:  # its history tells since when it is called so
            item.title, item.firm_id = now["title"], now["firm"]
            book.act.note(item, before, now)
            Item.objects.filter(pk=item.pk).update(title=item.title, firm_id=item.firm_id)
    told_steps = [
        Told(key=f"m{row.pk}", event=row.event, due=row.due, expected=row.expected, why=row.why, done=row.done)
        for row in steps
    ]
    for event in promised(track, book.state(item), told_steps, book.today):
        book.happen(item, event)
    _reach(book, item, track, steps)


def _since(plan: Plan | None, day: date) -> date:
    return opened_on(plan.issued_on if plan else None, day)


def _reach(book: Book, item: Item, track: Track, rows: Sequence[Milestone]) -> None:
    """A milestone that was reached tells where the project stands: the stages before it are implied. One that was taken back does
    not lead back: whoever takes it back says where the project stands."""
    state = book.state(item)
    if state.branch != "active":
        return
    done = [(track.order[stage.key], row.done) for row in rows if row.done and (stage := track.stage_of(row.event))]
    if not done:
        return
    place, day = max(done)
    for event in advance(track, state, track.stages[place].key, day, implied=True):
        book.happen(item, event)


# Duties ------------------------------------------------------------------------------------------------------------------
def _duties(book: Book, ids: set[int]) -> None:
    for some in _batches(ids):
        items = {item.duty_id: item for item in _locked().filter(duty__in=some)}
        book.take(list(items.values()))
        rows = Duty.objects.filter(pk__in=some).select_related("plan").prefetch_related("units").order_by("pk")
        for duty in rows:
            units = [unit.pk for unit in duty.units.all()]
            item = items.get(duty.pk)
            if item is None:
                track = track_of_duty(tracks(), duty.section)
                if track is None:
                    continue
                item = Item(
                    region_id=duty.region_id, track=track.key, title=duty.section[:300], duty=duty, fact_id=duty.fact_id,
                    born="duty",
                )  # fmt: skip
                opened = _since(duty.plan, book.today)
                book.open(item, opened, {"lead": duty.lead_id, "units": units})
                for event in end_of_period(track, duty.plan.last_year if duty.plan else None, opened):
                    book.happen(item, event)
            elif (book.state(item).lead, sorted(book.state(item).units)) != (duty.lead_id, sorted(units)):
                book.happen(item, Event("assign", book.today, {"lead": duty.lead_id, "units": units}))
    gone = list(_locked().filter(born="duty", duty__isnull=True).exclude(branch__in=ENDED))
    book.take(gone)
    for item in gone:
        book.happen(item, Event("cancel", book.today, {"why": "规划不再列此责任"}))


# Mechanisms --------------------------------------------------------------------------------------------------------------
def _plans(touched: Mapping[str, set[int]]) -> set[int]:
    """The plans whose mechanisms may have changed."""
    plans = set(touched["plan"])
    if touched["version"]:
        plans |= set(Plan.objects.filter(versions__in=touched["version"]).values_list("pk", flat=True))
    for ids in _batches(touched["fact"]):
        plans |= set(
            Fact.objects.filter(pk__in=ids, kind=Fact.Kind.MECHANISMS).values_list("version__plan_id", flat=True)
        )
    return plans


def _mechanisms(book: Book, plans: Collection[int]) -> None:
    """Mechanisms of the versions in force: those that come round by a period, and those that are promised once. Their units are those of
    the duty line of their section. Those that do not stand any more are cancelled."""
    facts = Fact.objects.filter(kind=Fact.Kind.MECHANISMS, version__plan__in=plans).select_related("version__plan")
    items = {item.fact_id: item for item in _locked().filter(born="mechanism", fact__in=facts.values("pk"))}
    book.take(list(items.values()))
    lines: dict[int, dict[str, set[int]]] | None = None
    for fact in facts.order_by("pk"):
        plan = fact.version.plan
        stands = fact.stands and plan.current_id == fact.version_id
        item, per = items.get(fact.pk), str(fact.values.get("per") or "")
        if stands and item is None:
            track = track_of_mechanism(tracks(), per, fact.title)
            if track is None:
                continue
            lines = _lines(plans) if lines is None else lines
            units = nearest_line(lines.get(plan.pk, {}), fact.section)
            item = Item(
                region_id=fact.region_id, track=track.key, title=str(fact.values.get("name") or fact.title)[:300], fact=fact,
                born="mechanism",
            )  # fmt: skip
            book.open(item, _since(plan, book.today), mechanism_opening(sorted(units), per))
        elif not stands and item is not None and item.branch not in ENDED:
            book.happen(item, Event("cancel", book.today, {"why": "规划不再列此机制"}))


def _lines(plans: Collection[int]) -> dict[int, dict[str, set[int]]]:
    """For each plan the units of its duty lines by section."""
    out: dict[int, dict[str, set[int]]] = {}
    rows = Duty.units.through.objects.filter(duty__plan__in=plans)
    for plan, section, unit in rows.values_list("duty__plan", "duty__section", "unit"):
        out.setdefault(plan, {}).setdefault(section, set()).add(unit)
    return out


def _locked() -> Any:
    return Item.objects.select_for_update(of=("self",))


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rows = sorted(ids)
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
