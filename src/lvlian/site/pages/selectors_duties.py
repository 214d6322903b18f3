"""Reads for the page of duties: by unit, by section, and both as a matrix; what projects stand under a duty's section."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Prefetch, Q, QuerySet

from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Unit
from lvlian.site.pages import links
from lvlian.site.plans.light import STATES, light_case
from lvlian.site.plans.models import Duty, Milestone

_NUMBER = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]+[)）、.．]\s*)+")


@dataclass(frozen=True, slots=True)
class Standing:
    """A project under a section, with the worst light of its milestones there."""

    project_id: int
    name: str
    light: str
    url: str


@dataclass(slots=True)
class Line:
    """A duty as it is shown: its section, its sentence, its units, the projects of the section."""

    duty: Duty
    units: list[Unit]
    origin: str
    quote: str
    projects: list[Standing] = field(default_factory=list)

    @property
    def short(self) -> str:
        """The last heading of the path."""
        return self.duty.section.rsplit("›", 1)[-1].strip()

    @property
    def lights(self) -> list[tuple[str, int]]:
        counts = Counter(project.light for project in self.projects)
        return [(state, counts[state]) for state in ("bad", "warn", "none", "ok") if counts[state]]


@dataclass(slots=True)
class UnitLines:
    """A unit with its duties: how many it leads, for how many it answers."""

    unit: Unit
    leads: int = 0
    answers: int = 0
    lines: list[tuple[bool, Line]] = field(default_factory=list)
    """(whether it leads, the duty)"""
    url: str = ""


def narrowed(access: Access, *, plan: int | None = None, unit: int | None = None) -> QuerySet[Duty]:
    """Duties of the region that the pages are about: of a plan, of a unit that leads or answers."""
    rows = here(Duty, access)
    if plan:
        rows = rows.filter(plan=plan)
    if unit:
        mine = Duty.units.through._default_manager.filter(unit=unit).values("duty")
        rows = rows.filter(Q(lead=unit) | Q(pk__in=mine))
    return rows


def units_of(access: Access, duties: QuerySet[Duty]) -> QuerySet[Unit]:
    """Units that lead or answer for one of the duties, by how much they have to do."""
    named = duties.order_by()
    answers = Duty.units.through._default_manager.filter(duty__in=named.values("pk")).values("unit")
    leads = named.filter(lead__isnull=False).values("lead")
    return here(Unit, access).filter(Q(pk__in=answers) | Q(pk__in=leads)).order_by("region_id", "pk")


def unit_lines(
    access: Access, units: Sequence[Unit], duties: QuerySet[Duty], today: date, most: int = 400
) -> list[UnitLines]:
    """Units with their duties, in the order of the plans. Four queries."""
    by_unit = {unit.pk: UnitLines(unit, url=links.record("unit", unit.pk)) for unit in units}
    mine = Duty.units.through._default_manager.filter(unit__in=list(by_unit)).values("duty")
    rows = duties.filter(Q(lead__in=list(by_unit)) | Q(pk__in=mine))
    for line in lines_of(access, rows, today, most):
        lead = line.duty.lead_id
        if lead in by_unit:
            by_unit[lead].leads += 1
            by_unit[lead].lines.append((True, line))
        for unit in line.units:
            if unit.pk in by_unit and unit.pk != lead:
                by_unit[unit.pk].answers += 1
                by_unit[unit.pk].lines.append((False, line))
    return list(by_unit.values())


def lines_of(access: Access, duties: QuerySet[Duty], today: date, most: int = 400) -> list[Line]:
    """Duties with units, sentence and projects. Three queries."""
    rows = list(
        duties.select_related("lead", "plan__current", "fact")
        .defer("plan__current__text", "plan__current__region_file")
        .prefetch_related(Prefetch("units", Unit._default_manager.order_by("pk")))
        .order_by("region_id", "plan_id", "pk")[:most]
    )
    may = access.may("plan.read")
    out = [
        Line(
            duty,
            list(duty.units.all()),
            links.origin(access, duty.fact_id),
            duty.fact.quote if duty.fact and may else "",
        )
        for duty in rows
    ]
    _hang_projects(access, out, today)
    return out


def _hang_projects(access: Access, lines: Sequence[Line], today: date) -> None:
    """Puts under each duty the projects that its plan names in its section or below. One query."""
    wanted: dict[int, list[tuple[Line, frozenset[str]]]] = {}
    for line in lines:
        version = line.duty.plan.current if line.duty.plan else None
        if version is not None:
            wanted.setdefault(version.pk, []).append((line, sections_under(version.outline, line.duty.section)))
    if not wanted:
        return
    names = {name for pairs in wanted.values() for _line, sections in pairs for name in sections}
    rows = (
        scoped(Milestone, access)
        .filter(fact__version__in=list(wanted), fact__section__in=list(names)[:500])
        .annotate(rank=light_case(today), version=F("fact__version"), section=F("fact__section"))
        .order_by("project_id", "-rank")
        .values_list("version", "section", "project_id", "project__name", "rank")[:4000]
    )
    for version, section, project, name, rank in rows:
        for line, sections in wanted[version]:
            if section in sections and all(one.project_id != project for one in line.projects):
                line.projects.append(Standing(project, name, STATES[rank], links.record("project", project)))


def sections_under(outline: Iterable[Mapping[str, object]], section: str) -> frozenset[str]:
    """The paths of a heading and of all headings below it, found by its words without number and spaces; the words
    themselves where the outline does not know them."""
    heads = [head for head in outline if isinstance(head, Mapping)]
    for at, head in enumerate(heads):
        if (section and section in (head.get("path"), head.get("text"))) or _words(str(head.get("text", ""))) == _words(
            section
        ):
            level = int(str(head.get("level") or 1))
            under = [head]
            for below in heads[at + 1 :]:
                if int(str(below.get("level") or 1)) <= level:
                    break
                under.append(below)
            return frozenset(str(name) for one in under for name in (one.get("path"), one.get("text")) if name) | {
                section
            }
    return frozenset({section})


def _words(heading: str) -> str:
    return re.sub(r"[\s…]", "", _NUMBER.sub("", heading))[:14]


def totals(duties: QuerySet[Duty]) -> tuple[int, int]:
    """How many duties, and how many of them name a lead. One query."""
    found = duties.order_by().aggregate(n=Count("pk"), leads=Count("lead"))
    return found["n"], found["leads"]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The duties of a plan against its units: in each cell `lead`, `unit` or nothing."""

    plan: str
    units: tuple[Unit, ...]
    rows: tuple[tuple[Line, tuple[str, ...]], ...]


def matrices(lines: Sequence[Line]) -> list[Matrix]:
    """One matrix for each plan, in the order of the lines; units in the order in which they are named."""
    by_plan: dict[int | None, list[Line]] = {}
    for line in lines:
        by_plan.setdefault(line.duty.plan_id, []).append(line)
    out = []
    for told in by_plan.values():
        units: dict[int, Unit] = {}
        for line in told:
            for unit in [*([line.duty.lead] if line.duty.lead else []), *line.units]:
                units.setdefault(unit.pk, unit)
        rows = []
        for line in told:
            answering = {unit.pk for unit in line.units}
            marks = ("lead" if line.duty.lead_id == pk else "unit" if pk in answering else "" for pk in units)
            rows.append((line, tuple(marks)))
        plan = told[0].duty.plan
        out.append(Matrix(plan.title if plan else "", tuple(units.values()), tuple(rows)))
    return out
