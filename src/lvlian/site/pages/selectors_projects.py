"""Reads for the page of projects: which projects, how many of each light, and a page of them with milestones and factors.

A project has one light, that of its item in the ledger, stored there and looked up here; one that the ledger has no item for has the worst
light of its milestones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from lvlian.brief.figures import span, with_unit
from lvlian.ledger.factors import ORDER
from lvlian.ledger.track import Track
from lvlian.site.ledger import saying as ledger_words
from lvlian.site.ledger.models import Demand, Item, Supply
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_balance import goal_name, goals_behind
from lvlian.site.ledger.selectors_lanes import Lane, lanes_of
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Unit
from lvlian.site.pages import links
from lvlian.site.pages.wording import promised
from lvlian.site.plans.light import DAYS, Light, late_by, light_of, word_of, worst
from lvlian.site.plans.models import Goal, Milestone, Plan, Project

LIGHTS = ("bad", "warn", "none", "ok")
"""The order in which projects are listed: the worst first, what has no date before what is in time."""


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone with its light, what the plan says, and the ways to its record and sentence."""

    milestone: Milestone
    light: Light
    promised: str
    origin: str
    moved: int
    """By how many days the date was moved, 0 where it was not."""
    why: str

    @property
    def unreported(self) -> bool:
        """Late, and nobody has said until when."""
        return self.light.state in ("warn", "bad") and self.milestone.expected is None

    @property
    def now(self) -> date | None:
        """The day that counts now: reached, expected, or promised."""
        return self.milestone.done or self.milestone.expected or self.milestone.due


@dataclass(slots=True)
class Row:
    """A project with its milestones, its item in the ledger, and the supplies that it waits for. `reasons` are those of the item's light,
    for those who may read them."""

    project: Project
    steps: list[Step] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    url: str = ""
    item: Item | None = None
    reasons: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()
    goals: tuple[tuple[int, str], ...] = ()
    """Number and name."""

    @property
    def light(self) -> Light:
        """The item's light; where there is no item, the worst of the milestones'."""
        if self.item is None:
            return worst(step.light for step in self.steps)
        return Light(self.item.light, word_of(self.item.light), self.reasons[0] if self.reasons else "")

    @property
    def track(self) -> Track | None:
        return tracks().get(self.item.track) if self.item is not None else None

    @property
    def stage(self) -> str:
        """Where it stands, as somebody reported or a reached milestone tells."""
        track = self.track
        if track is None or self.item is None or not self.item.known:
            return ""
        return ledger_words.stage_name(track, self.item.stage)

    @property
    def held_by(self) -> list[str]:
        """The factors that hold it up, by name."""
        return list(dict.fromkeys(ledger_words.factor_name(lane.factor) for lane in self.lanes if lane.delays))

    @property
    def moved(self) -> int:
        """By how many months the decisive milestone was moved."""
        step = self.decisive
        due, now = (step.milestone.due, step.now) if step is not None else (None, None)
        if due is None or now is None or not step or not step.moved:
            return 0
        return (now.year - due.year) * 12 + now.month - due.month

    @property
    def decisive(self) -> Step | None:
        """The milestone that makes the light: the worst, of equals the first; of a project in time the next, else the last that was
        reached."""
        if self.item is not None and self.light.state == "ok" and self.steps:
            ahead = [step for step in self.steps if step.milestone.done is None and step.light.state == "ok"]
            reached = [step for step in self.steps if step.milestone.done is not None]
            if ahead or reached:
                return ahead[0] if ahead else max(reached, key=lambda step: step.milestone.done or date.min)
        return max(self.steps, key=lambda step: step.light.rank) if self.steps else None

    @property
    def capacity(self) -> str:
        project = self.project
        if project.capacity is None:
            return ""
        return with_unit(span(project.capacity, project.capacity_max), project.capacity_unit)

    @property
    def reason(self) -> str:
        """Why the light is what it is, in a few words: the unit's own reason first."""
        if self.reasons:
            return self.reasons[0]
        step = self.decisive
        if step is None:
            return _("没有里程碑")
        if step.light.state in ("warn", "bad") and step.why:
            return step.why
        if step.unreported:
            said = {"event": step.milestone.event, "when": step.promised, "reason": step.light.reason}
            return _("%(event)s应于 %(when)s，%(reason)s，未报现日期") % said
        return step.light.reason

    @property
    def several(self) -> int:
        """How many other milestones there are."""
        return max(0, len(self.steps) - 1)


def narrowed(
    access: Access,
    *,
    unit: int | None = None,
    plan: int | None = None,
    year: int | None = None,
    words: str = "",
    kind: str = "",
    factor: str = "",
    stage: str = "",
    goal: int | None = None,
) -> QuerySet[Project]:
    """Projects of the region that the pages are about: of a unit, of a plan, with a milestone due in a year, by words; by the register
    that holds them (`kind`; `-` leaves out what brings factors, which is drawn with the projects that wait for it), by a factor that they
    need, the stage they stand in, the goal they stand for."""
    rows = here(Project, access)
    if kind == "-":
        bringing = [key for key, track in tracks().items() if track.supplies is not None]
        rows = rows.exclude(item__track__in=bringing)
    elif kind:
        rows = rows.filter(item__track=kind)
    if factor:
        needs = scoped(Demand, access).filter(factor=factor, item=OuterRef("item"))
        rows = rows.filter(Exists(needs))
    if stage:
        rows = rows.filter(item__stage=stage, item__known=True)
    if goal:
        rows = rows.filter(item__goal=goal)
    if unit:
        rows = rows.filter(pk__in=Project.units.through._default_manager.filter(unit=unit).values("project"))
    if plan:
        rows = rows.filter(plan=plan)
    if year:
        due = Q(due__range=(date(year, 1, 1), date(year, 12, 31)))
        moved = Q(expected__range=(date(year, 1, 1), date(year, 12, 31)))
        rows = rows.filter(Exists(Milestone._default_manager.filter(due | moved, project=OuterRef("pk"))))
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(owner__icontains=words) | Q(product__icontains=words))
    return rows


def of_light(light: str, today: date) -> Q:
    """Projects of a light: by their item, else by their worst milestone."""
    return Q(item__light=light) | Q(item__isnull=True) & of_steps(light, today)


def of_steps(light: str, today: date) -> Q:
    """Projects whose worst milestone has this light."""
    steps = Milestone._default_manager.filter(project=OuterRef("pk"))
    late = Exists(steps.filter(late_by(today, 0)))
    bad = Exists(steps.filter(late_by(today, DAYS)))
    undated = Exists(steps.filter(done__isnull=True, due__isnull=True, expected__isnull=True))
    if light == "bad":
        return Q(bad)
    if light == "warn":
        return Q(late) & ~Q(bad)
    if light == "ok":
        return Q(Exists(steps)) & ~Q(late) & ~Q(undated)
    return ~Q(late) & (~Q(Exists(steps)) | Q(undated))


def light_counts(rows: QuerySet[Project], today: date) -> dict[str, int]:
    """How many of the projects have each light. One query over the items; another where projects have none."""
    out = dict.fromkeys(LIGHTS, 0)
    without = 0
    for light, n in rows.order_by().values_list("item__light").annotate(n=Count("pk")):
        if light is None:
            without = n
        else:
            out[light] += n
    if without:
        for light, n in _step_counts(rows.filter(item__isnull=True), without, today).items():
            out[light] += n
    return out


def _step_counts(rows: QuerySet[Project], total: int, today: date) -> dict[str, int]:
    """The same for projects that the ledger has no item for, by their milestones' extremes."""
    steps = Milestone._default_manager.filter(project__in=rows.order_by().values("pk")).order_by()
    found = steps.aggregate(
        any=Count("project", distinct=True),
        bad=Count("project", distinct=True, filter=late_by(today, DAYS)),
        late=Count("project", distinct=True, filter=late_by(today, 0)),
        doubtful=Count(
            "project",
            distinct=True,
            filter=late_by(today, 0) | Q(done__isnull=True, due__isnull=True, expected__isnull=True),
        ),
    )
    ok = found["any"] - found["doubtful"]
    return {
        "bad": found["bad"],
        "warn": found["late"] - found["bad"],
        "none": total - found["late"] - ok,
        "ok": ok,
    }


def page_of(rows: QuerySet[Project], counts: dict[str, int], first: int, size: int, today: date) -> list[int]:
    """The ids of a page of projects, the worst lights first, within a light in the order of the plan.

    Each light is read for itself, so that a page of 30 among 10⁵ costs a page and not a sort."""
    out: list[int] = []
    whole = not rows.filter(item__isnull=True).exists()
    for light in LIGHTS:
        there = counts.get(light, 0)
        if first < there and size > 0:
            found = rows.filter(item__light=light) if whole else rows.filter(of_light(light, today))
            taken = list(found.order_by("pk").values_list("pk", flat=True)[first : first + size])
            out += taken
            size -= len(taken)
            first = 0
        else:
            first -= there
    return out


def project_rows(access: Access, ids: Iterable[int], today: date) -> list[Row]:
    """Projects with milestones, units and items, in the order of the ids. Three queries, and one for lanes where there are any."""
    wanted = list(ids)
    steps = Prefetch("milestones", Milestone._default_manager.select_related("fact").order_by("due", "pk"))
    found = {
        project.pk: project
        for project in scoped(Project, access)
        .filter(pk__in=wanted)
        .select_related("plan", "item")
        .prefetch_related(steps, "units")
    }
    open_why = access.reads_throughout(Milestone, "why")
    open_reasons = access.reads_throughout(Item, "reasons")
    out = []
    for pk in wanted:
        if (project := found.get(pk)) is not None:
            item = getattr(project, "item", None)
            row = Row(
                project,
                [step_of(access, m, today, open_why) for m in project.milestones.all()],
                list(project.units.all()),
                links.record("project", pk),
                item,
            )
            if item is not None and open_reasons:
                row.reasons = tuple(ledger_words.reasons_of(row.track, item.reasons, today))
            out.append(row)
    return out


def with_lanes(access: Access, rows: Iterable[Row], today: date) -> list[Row]:
    """Adds to projects the supplies that they wait for and the goals they stand for. Five queries, whatever their number."""
    out = list(rows)
    items = [row.item for row in out if row.item is not None]
    lanes, goals = lanes_of(access, items, today), goals_behind(access, items)
    for row in out:
        if row.item is not None:
            row.lanes = lanes.get(row.item.pk, ())
            row.goals = tuple((goal.pk, goal_name(goal)) for goal in goals.get(row.item.pk, ()))
    return out


def stages_here(access: Access, kind: str) -> list[tuple[str, str]]:
    """The stages that a project may stand in, by name, for the filter."""
    seen: dict[str, str] = {}
    for track in tracks().values():
        if track.key == kind or (kind in ("", "-") and track.group == "projects"):
            for stage in track.stages:
                seen.setdefault(stage.key, ledger_words.stage_name(track, stage.key))
    return list(seen.items())


def goals_with_projects(access: Access, limit: int = 60) -> list[Goal]:
    """The goals that projects of the region stand for. One query."""
    named = here(Item, access).filter(project__isnull=False, goal__isnull=False).order_by().values("goal")
    return list(scoped(Goal, access).filter(pk__in=named).select_related("region").order_by("year", "pk")[:limit])


def factors_needed(access: Access) -> list[str]:
    """The factors that projects of the region need. One query."""
    rows = here(Demand, access).order_by().values_list("factor", flat=True).distinct()
    return sorted(rows, key=lambda key: ORDER.get(key, len(ORDER)))


def step_of(access: Access, milestone: Milestone, today: date, open_why: bool) -> Step:
    """A milestone as a step; the reason for a moved date only for those who may read it."""
    moved = (milestone.expected - milestone.due).days if milestone.expected and milestone.due else 0
    return Step(
        milestone,
        light_of(milestone, today),
        promised(milestone.when, milestone.when_op),
        links.origin(access, milestone.fact_id),
        moved,
        milestone.why if open_why else "",
    )


def units_with_projects(access: Access, limit: int = 60) -> list[Unit]:
    """Units that answer for a project that the user may see."""
    with_project = here(Project, access).order_by().filter(units=OuterRef("pk"))
    return list(here(Unit, access).filter(Exists(with_project)).order_by("region_id", "name")[:limit])


def plans_here(access: Access, limit: int = 60) -> list[Plan]:
    """Plans of the region, for the filter."""
    return list(here(Plan, access).only("pk", "title", "first_year", "last_year").order_by("-issued_on", "-id")[:limit])


def plan_years(plans: Iterable[Plan], *also: int | None, most: int = 15) -> list[int]:
    """The years that the plans reach over, and those named beside: what milestones can be narrowed to, without looking at them."""
    years = {year for year in also if year and 1900 < year < 2200}
    for plan in plans:
        if plan.first_year and plan.last_year:
            years.update(range(plan.first_year, min(plan.last_year, plan.first_year + most) + 1))
    return sorted(years)[-most:]


def registers_of_projects() -> list[tuple[str, str]]:
    """The registers that hold projects of plans, by name."""
    found = [track for track in tracks().values() if any(one.kind == "milestones" for one in track.takes)]
    return [(track.key, ledger_words.words(track.name)) for track in found]


def milestones_of(access: Access, rows: QuerySet[Project]) -> int:
    """How many milestones projects have. Counted where there are few enough to be told at once."""
    return Milestone._default_manager.filter(project__in=rows.order_by().values("pk")).count()


def supplies_here(access: Access) -> int:
    """How many supplies the user sees here."""
    return here(Supply, access).count()
