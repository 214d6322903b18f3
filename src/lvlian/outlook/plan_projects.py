"""The projects of a plan: every milestone gathered by owner, product and capacity, with the plants of the world that they bring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from lvlian.chain.simulate.assumptions import load_assumptions
from lvlian.chain.simulate.draft import Draft
from lvlian.chain.simulate.names import name_rules, same_firm
from lvlian.chain.simulate.plan_projects import read_projects
from lvlian.chain.simulate.recipe import recipe_book
from lvlian.outlook.case import STAGES, Project, Step
from lvlian.outlook.plan_words import PlanWords, last_day
from lvlian.plan.facts import Milestone

if TYPE_CHECKING:
    from lvlian.chain.library import Library

MOST_CAPACITY = 1e6
"""In the plan's unit (万吨): a larger figure is a slip."""
UNDATED = "9000-01"
"""The date that stands for none while a world is made, so that its lines are laid out; nothing is ever run from it."""


@dataclass(slots=True)
class Mention:
    """One milestone: what it supplies ("" for a step of a project), the firm's short name, the process and t/a where it has them."""

    place: int
    fact: Milestone
    track: str
    supplies: str
    firm: str
    process: str = ""
    tonnes: float = 0.0

    @property
    def day(self) -> date | None:
        return last_day(self.fact.when)


@dataclass(slots=True)
class Gathered:
    """The mentions of one project; `supply` those that only say what it is supplied with."""

    firm: str
    rows: list[Mention] = field(default_factory=list)
    supply: list[Mention] = field(default_factory=list)

    @property
    def every(self) -> list[Mention]:
        return [*self.rows, *self.supply]

    @property
    def processes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.process for row in self.every if row.process))

    def tonnes(self, process: str) -> float:
        return max((row.tonnes for row in self.every if row.process == process), default=0.0)


def mentions(words: PlanWords, plain: Mapping[str, Any], library: Library) -> list[Mention]:
    """Every milestone with what the world makes of it, in the order of the text."""
    draft = Draft(recipe_book(library), load_assumptions(), name_rules(), words.places)
    out = []
    for place, fact in enumerate(words.facts.milestones):
        read = read_projects({"milestones": [plain["milestones"][place]]}, draft, library)
        track = words.track(fact)
        firm = read[0].firm if read else words.short(fact.owner) if fact.owner else ""
        out.append(
            Mention(
                place=place,
                fact=fact,
                track=track.key if track else "project",
                supplies=(track.supplies or "") if track else "",
                firm=firm,
                process=read[0].process if read else "",
                tonnes=read[0].capacity if read else 0.0,
            )
        )
    return out


def gather(found: Sequence[Mention]) -> tuple[list[Gathered], list[list[Mention]]]:
    """The projects, and the mentions that supply something to nobody in particular, gathered by name."""
    projects: list[Gathered] = []
    for row in found:
        if row.supplies:
            continue
        known = next((one for one in projects if _same(one, row)), None)
        if known is None:
            known = Gathered(row.firm)
            projects.append(known)
        known.rows.append(row)
    loose: list[list[Mention]] = []
    for row in found:
        if not row.supplies:
            continue
        known = _supplied(projects, row)
        if known is not None:
            known.supply.append(row)
        elif row.process:
            projects.append(Gathered(row.firm, supply=[row]))
        else:
            group = next((rows for rows in loose if _same_works(rows[0], row)), None)
            if group is None:
                loose.append([row])
            else:
                group.append(row)
    return projects, loose


def called(fact: Milestone) -> str:
    """A project's name with its owner, which a list names only once (`甲年产2万吨A、5万吨B`)."""
    name = " ".join(fact.project.split())
    owner = "".join((fact.owner or "").split())
    return name if not owner or owner in "".join(name.split()) else owner + name


def _name(fact: Milestone) -> str:
    return re.sub(r"\s|项目$", "", fact.project)


def _same(one: Gathered, row: Mention) -> bool:
    if any(_name(other.fact) == _name(row.fact) and other.fact.owner == row.fact.owner for other in one.rows):
        return True
    if not row.process or not row.firm or not same_firm(one.firm, row.firm) or row.process not in one.processes:
        return False
    return not row.tonnes or row.tonnes == one.tonnes(row.process) or not one.tonnes(row.process)


def _supplied(projects: Sequence[Gathered], row: Mention) -> Gathered | None:
    """The project that a supply (供地) is for: the same firm, the same capacity or process; of several the one named most alike."""
    if not row.firm:
        return None
    own = [one for one in projects if one.firm and same_firm(one.firm, row.firm)]
    named = [one for one in own if any(_name(other.fact) == _name(row.fact) for other in one.every)]
    fits = named or [
        one
        for one in own
        if row.process and (any(other.tonnes == row.tonnes > 0 for other in one.every) or row.process in one.processes)
    ]
    return (
        max(fits, key=lambda one: len(set(_name(row.fact)) & set(_name(one.every[0].fact))), default=None)
        if fits
        else None
    )


def _same_works(a: Mention, b: Mention) -> bool:
    """Whether two mentions are of the same works or land: one name, or one owner's of one kind with one day."""
    if _name(a.fact) == _name(b.fact):
        return True
    alike = a.track == b.track and a.firm and b.firm and same_firm(a.firm, b.firm)
    return bool(
        alike and a.day == b.day and (a.fact.capacity == b.fact.capacity or not (a.fact.capacity and b.fact.capacity))
    )


def readable(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without dates and capacities that no project can have: what is left out of them counts as not told."""
    rows = []
    for row in plain.get("milestones", []):
        size = row.get("capacity")
        told = isinstance(size, int | float) and 0 < size < MOST_CAPACITY
        rows.append(
            {
                **row,
                "when": row.get("when") if last_day(row.get("when")) is not None else None,
                "capacity": size if told else None,
                "capacity_max": row.get("capacity_max") if told and (row.get("capacity_max") or 0) >= size else None,
            }
        )
    goals = [row for row in plain.get("goals", []) if not row.get("when") or last_day(row["when"]) is not None]
    return {**plain, "milestones": rows, "goals": goals}


def dated(plain: Mapping[str, Any], projects: Sequence[Gathered]) -> dict[str, Any]:
    """The facts with a date for projects that have none, so that the world lays out their lines too."""
    rows = [dict(row) for row in plain.get("milestones", [])]
    for project in projects:
        for process in project.processes:
            own = [row for row in project.every if row.process == process]
            if own and not any(rows[row.place].get("when") for row in own):
                rows[own[0].place].update(when=UNDATED, event="投产")
    return {**plain, "milestones": rows}


def steps_of(words: PlanWords, project: Gathered, issued: date | None) -> tuple[Step, ...]:
    """The steps that the plan dates or names, in the order of the register. A day before the plan's issue counts as done."""
    track = words.tracks["project"]
    found: dict[str, Step] = {}
    for row in project.rows:
        stage = track.stage_of(row.fact.event)
        if stage is None or stage.key not in STAGES:
            continue
        day = row.day
        past = day is not None and issued is not None and day < issued and row.fact.when_op == "in"
        step = Step(
            stage=stage.key,
            promised=day,
            done=day if past else None,
            words="印发前的日期，按已完成计（假设）" if past else (row.fact.when or ""),
            ref=words.ref("milestones", row.place, row.fact),
        )
        known = found.get(stage.key)
        if known is None or (known.promised is None and day is not None):
            found[stage.key] = step
    return tuple(sorted(found.values(), key=lambda step: track.order[step.stage]))


def counted_on(words: PlanWords, project: Gathered) -> date | None:
    """The day by which the plan wants the firm in the statistics; None where it says none."""
    track = words.tracks["project"]
    days = [row.day for row in project.rows if (s := track.stage_of(row.fact.event)) is not None and s.key == "counted"]
    return next((day for day in days if day is not None), None)


def stage_now(words: PlanWords, project: Gathered, steps: Sequence[Step], issued: date | None) -> str:
    """The last stage done: by steps that are done, else by what the heading says (在建); else planned."""
    order = words.tracks["project"].order
    reached = [step.stage for step in steps if step.done is not None and step.stage in STAGES]
    for row in project.rows:
        standing = words.tracks["project"].standing_of(words.path(row.fact) + row.fact.section)
        if standing is not None and standing.key in STAGES:
            reached.append(standing.key)
    return max(reached, key=lambda stage: order[stage], default="planned")


def named(projects: Sequence[Project]) -> tuple[Project, ...]:
    """The same with ids that differ."""
    used: dict[str, int] = {}
    out = []
    for project in projects:
        used[project.id] = used.get(project.id, 0) + 1
        count = used[project.id]
        out.append(project if count == 1 else replace(project, id=f"{project.id}-{count}"))
    return tuple(out)
