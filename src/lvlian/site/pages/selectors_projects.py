"""Reads for the page of projects: which projects, how many of each light, and a page of them with their milestones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from lvlian.brief.figures import span, with_unit
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Unit
from lvlian.site.pages import links
from lvlian.site.pages.wording import promised
from lvlian.site.plans.light import DAYS, Light, late_by, light_of, worst
from lvlian.site.plans.models import Milestone, Plan, Project

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
    """A project with its milestones; its light is the worst of theirs."""

    project: Project
    steps: list[Step] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    url: str = ""

    @property
    def light(self) -> Light:
        return worst(step.light for step in self.steps)

    @property
    def decisive(self) -> Step | None:
        """The milestone that makes the light: the worst, of equals the first."""
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
    access: Access, *, unit: int | None = None, plan: int | None = None, year: int | None = None, words: str = ""
) -> QuerySet[Project]:
    """Projects of the region that the pages are about: of a unit, of a plan, with a milestone due in a year, by words."""
    rows = here(Project, access)
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
    """How many of the projects have each light. Two queries: the projects, and their milestones' extremes."""
    total = rows.count()
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
    for light in LIGHTS:
        there = counts.get(light, 0)
        if first < there and size > 0:
            taken = list(
                rows.filter(of_light(light, today)).order_by("pk").values_list("pk", flat=True)[first : first + size]
            )
            out += taken
            size -= len(taken)
            first = 0
        else:
            first -= there
    return out


def project_rows(access: Access, ids: Iterable[int], today: date) -> list[Row]:
    """Projects with milestones and units, in the order of the ids. Three queries."""
    wanted = list(ids)
    steps = Prefetch("milestones", Milestone._default_manager.select_related("fact").order_by("due", "pk"))
    found = {
        project.pk: project
        for project in scoped(Project, access)
        .filter(pk__in=wanted)
        .select_related("plan")
        .prefetch_related(steps, "units")
    }
    open_why = access.reads_throughout(Milestone, "why")
    out = []
    for pk in wanted:
        if (project := found.get(pk)) is not None:
            out.append(
                Row(
                    project,
                    [step_of(access, m, today, open_why) for m in project.milestones.all()],
                    list(project.units.all()),
                    links.record("project", pk),
                )
            )
    return out


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
