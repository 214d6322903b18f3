"""Scenarios: small overlays on a case with a name, an author and a reason; applied, combined, and taken from a turned case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lvlian.ledger.yaml_file import nearest
from lvlian.outlook.case import STAGES, Aim, Case, CaseError, Factor, Premise, Project, Ref, Step
from lvlian.outlook.record import record

DAY = "day"
"""The stage under which `dates` tells the day of a factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """`set` premise key → value; `drop` projects that are not built; `dates` project or factor → stage → day (a factor's stage is `day`);
    `aims` id → the figure that is asked for instead. `base` names the case or scenario that it was made against, `day` when."""

    name: str
    author: str = ""
    reason: str = ""
    day: date | None = None
    base: str = ""
    set: Mapping[str, float] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    dates: Mapping[str, Mapping[str, date]] = field(default_factory=dict)
    aims: Mapping[str, float] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.set or self.drop or self.dates or self.aims)


def scenario_of(data: Mapping[str, Any], name: str) -> Scenario:
    """The scenario that plain data hold. Raises CaseError in one sentence."""
    found = record(Scenario, data, name)
    if not found.name.strip():
        raise CaseError(f"{name}, field name: is empty, expected a name")
    if len(found.name) > 200:
        raise CaseError(f"{name}, field name: has {len(found.name)} characters, expected at most 200")
    return found


def apply(case: Case, scenario: Scenario) -> Case:
    """The case with a scenario in force: `case.scenario` is its name. Raises CaseError for what the case does not have, naming the
    nearest that it has, and for a day or a figure that cannot be."""
    at = f"scenario {scenario.name}"
    known = {one.key: one for one in case.premises}
    for key, value in scenario.set.items():
        if key not in known:
            raise CaseError(f"{at}, field set.{key}: is no premise of {case.region}; {nearest(key, known)}")
        one = known[key]
        outside = value < min(one.low, one.value) or value > max(one.high, one.value)
        if outside and one.key.startswith(("project.", "start.")) and not one.key.endswith(".slip"):
            raise CaseError(f"{at}, field set.{key}: found {value:g}, expected {one.low:g} to {one.high:g}")
    out = case.turned(dict(scenario.set))
    projects = {one.id: one for one in out.projects}
    for key in scenario.drop:
        if key not in projects:
            raise CaseError(f"{at}, field drop: found {key!r}, no project of {case.region}; {nearest(key, projects)}")
    out = _dropped(out, scenario.drop)
    out = _dated(
        out, scenario.dates, at, Ref(kind="person", who=scenario.author, day=scenario.day, words=scenario.reason)
    )
    return replace(_aimed(out, scenario.aims, at), scenario=scenario.name)


def _dropped(case: Case, names: Iterable[str]) -> Case:
    """A project that is not built keeps its row; its premise `run` is 0."""
    premises = {one.key: one for one in case.premises}
    for name in names:
        key = f"project.{name}.run"
        before = premises.get(key)
        if before is None:
            project = case.project(name)
            title = project.name if project is not None else name
            premises[key] = Premise(
                key=key, zh=f"{title}（做或不做）", en=f"{name} built", value=0.0, low=0.0, high=1.0, step=1.0, group="project",
                baseline=1.0,
            )  # fmt: skip
        elif before.value != 0.0:
            premises[key] = replace(
                before, value=0.0, baseline=before.value if before.baseline is None else before.baseline
            )
    return replace(case, premises=tuple(premises.values()))


def _dated(case: Case, dates: Mapping[str, Mapping[str, date]], at: str, ref: Ref) -> Case:
    projects = {one.id: one for one in case.projects}
    factors = {one.id: one for one in case.factors}
    for key, days in dates.items():
        if key in projects:
            projects[key] = _moved(projects[key], days, ref)
        elif key in factors:
            factors[key] = _come(factors[key], days, f"{at}, field dates.{key}")
        else:
            raise CaseError(
                f"{at}, field dates.{key}: is no project or factor of {case.region}; {nearest(key, [*projects, *factors])}"
            )
    return replace(case, projects=tuple(projects.values()), factors=tuple(factors.values()))


def _moved(project: Project, days: Mapping[str, date], ref: Ref) -> Project:
    steps = {step.stage: step for step in project.steps}
    for stage, day in days.items():
        if stage not in STAGES:
            raise CaseError(
                f"project {project.id}, stage {stage}: is none of a project, expected one of {', '.join(STAGES)}"
            )
        before = steps.get(stage)
        # a day that a scenario tells takes the place of what was reported, not of what was promised
        steps[stage] = (
            Step(stage=stage, revised=day, ref=ref) if before is None else replace(before, revised=day, done=None)
        )
    return replace(project, steps=tuple(sorted(steps.values(), key=lambda step: STAGES.index(step.stage))))


def _come(factor: Factor, days: Mapping[str, date], at: str) -> Factor:
    if len(days) != 1:
        raise CaseError(f"{at}: found {len(days)} days, expected one, under the name {DAY}")
    return replace(factor, revised=next(iter(days.values())), done=None)


def _aimed(case: Case, wanted: Mapping[str, float], at: str) -> Case:
    known: dict[str, Aim] = {one.id: one for one in case.aims}
    for key, value in wanted.items():
        if key not in known:
            raise CaseError(f"{at}, field aims.{key}: is no goal of {case.region}; {nearest(key, known)}")
        known[key] = replace(known[key], value=value, value_max=None)
    return replace(case, aims=tuple(known.values()))


def combine(first: Scenario, *others: Scenario, name: str = "") -> Scenario:
    """One scenario of several; where two change the same, the later one decides."""
    out = first
    for other in others:
        dates = {key: dict(days) for key, days in out.dates.items()}
        for key, days in other.dates.items():
            dates.setdefault(key, {}).update(days)
        reasons = [text for text in (out.reason, other.reason) if text]
        authors = [text for text in (out.author, other.author) if text]
        out = Scenario(
            name=f"{out.name} + {other.name}",
            author="、".join(dict.fromkeys(authors)),
            reason="；".join(dict.fromkeys(reasons)),
            day=max((day for day in (out.day, other.day) if day is not None), default=None),
            base=out.base or other.base,
            set={**out.set, **other.set},
            drop=tuple(dict.fromkeys((*out.drop, *other.drop))),
            dates=dates,
            aims={**out.aims, **other.aims},
        )
    return replace(out, name=name) if name else out


def scenario_from(case: Case, *, name: str, author: str = "", reason: str = "", day: date | None = None) -> Scenario:
    """The scenario that keeps what was turned in a case: premises that differ from their baseline."""
    return Scenario(
        name=name,
        author=author,
        reason=reason,
        day=day,
        base=case.region,
        set={one.key: one.value for one in case.premises if one.baseline is not None and one.value != one.baseline},
    )
