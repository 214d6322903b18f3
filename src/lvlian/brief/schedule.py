"""Projects and their dated steps, in the order in which they fall due."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from lvlian.plan.facts import Milestone, PlanFacts

from .figures import Period, capacity, period

FACTORS = ("", "land", "power", "gas")
"""Kinds of rows: projects, then the factors that they wait for."""

_LAND = re.compile(r"用地|地块|成片开发|供地")
_LAND_EVENTS = frozenset(("供地", "获批", "报批", "组件"))
_GAS = re.compile(r"天然气|燃气|供气|管线|管网")
_POWER = re.compile(
    r"变电站|输电|输变电|千伏|kV|线路|光伏(?!边框|支架|组件|部件|型材|玻璃|用铝|铝)|风电|电站|发电|储能|源网荷储",
    re.IGNORECASE,
)
_BEGIN = re.compile(r"开工|启动|动工|签约|备案|获批|报批")
_AREA = re.compile(r"亩|公顷|平方米|平方公里")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a project. `span` is None without a date; `early` when the whole period lies before the date of issue."""

    index: int
    event: str
    when: str | None
    when_op: str | None
    span: Period | None
    begins: bool
    early: bool

    @property
    def due(self) -> float:
        """Where the step's mark stands, in months since year 0 (infinite without a date)."""
        if self.span is None:
            return float("inf")
        return (
            self.span.end
            if self.when_op == "by" or self.span.grain == "year"
            else (self.span.start + self.span.end) / 2
        )


@dataclass(slots=True)
class Project:
    """All steps that the plan gives under one name. `factor` is one of FACTORS."""

    name: str
    owner: str
    product: str
    capacity: str
    unit: str
    factor: str
    steps: list[Step] = field(default_factory=list)

    @property
    def due(self) -> float:
        return min(step.due for step in self.steps)

    @property
    def label(self) -> str:
        """`owner product` where both are known, else the printed name."""
        return f"{self.owner} {self.product}" if self.owner and self.product and not self.factor else self.name

    @property
    def short(self) -> str:
        """The label for a sentence that lists projects: without spaces, the first product where there are several."""
        first = self.product.split("、")[0]
        more = "等" if "、" in self.product else ""
        return f"{self.owner}{first}{more}" if self.owner and self.product and not self.factor else self.name

    @property
    def month(self) -> str:
        """The month in which the first step falls due (`2023-08`), empty for a project without a date."""
        if self.due == float("inf"):
            return ""
        month = math.ceil(self.due) - 1
        return f"{month // 12}-{month % 12 + 1:02d}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`dated` rows by first due date, `undated` in the order of the plan; `issued` in months since year 0."""

    dated: tuple[Project, ...]
    undated: tuple[Project, ...]
    issued: float | None
    issue_date: str

    @property
    def projects(self) -> tuple[Project, ...]:
        return (*self.dated, *self.undated)

    def dates(self, *, after_issue: bool = False) -> list[tuple[str, str, dict[str, list[Project]]]]:
        """(when, when_op, projects by event) for each date that the plan writes, in the order of the dates; `after_issue`
        leaves out what lies before the date of issue."""
        found: dict[tuple[float, str, str], dict[str, list[Project]]] = {}
        for project in self.dated:
            for step in project.steps:
                if step.span and not (after_issue and step.early):
                    key = (step.due, step.when or "", "by" if step.when_op == "by" else "in")
                    projects = found.setdefault(key, {}).setdefault(step.event, [])
                    if project not in projects:
                        projects.append(project)
        return [(when, op, events) for (_, when, op), events in sorted(found.items(), key=lambda pair: pair[0])]

    def early(self) -> int:
        """How many steps lie before the date of issue."""
        return sum(step.early for project in self.dated for step in project.steps)


def schedule(facts: PlanFacts) -> Schedule:
    """Gather the milestones of a plan into projects."""
    issue = period(facts.document.date)
    issued = issue.start if issue else None
    found: dict[tuple[str, str], Project] = {}
    for index, item in enumerate(facts.milestones):
        name = re.sub(r"\s+", "", item.project)
        key = (name, _factor(item))
        project = found.setdefault(key, Project(name, item.owner or "", item.product or "", "", "", key[1]))
        if not project.capacity and item.capacity is not None:
            project.capacity, project.unit = capacity(item), item.capacity_unit or ""
        at = period(item.when)
        project.steps.append(
            Step(
                index,
                item.event,
                item.when if at else None,
                item.when_op,
                at,
                bool(_BEGIN.match(item.event)),
                at is not None and issued is not None and at.end <= issued,
            )
        )
    for project in found.values():
        project.steps.sort(key=lambda step: step.due)
    rank = {factor: place for place, factor in enumerate(FACTORS)}
    rows = sorted(found.values(), key=lambda project: rank[project.factor])
    dated = sorted((p for p in rows if p.due < float("inf")), key=lambda p: (rank[p.factor], p.due))
    undated = [p for p in rows if p.due == float("inf")]
    return Schedule(tuple(dated), tuple(undated), issued, facts.document.date or "")


def _factor(item: Milestone) -> str:
    if item.event in _LAND_EVENTS or _LAND.search(item.project) or _AREA.search(item.capacity_unit or ""):
        return "land"
    if item.event.startswith("供气") or _GAS.search(item.project):
        return "gas"
    if item.event.startswith(("供电", "并网", "送电")) or _POWER.search(item.project):
        return "power"
    return ""
