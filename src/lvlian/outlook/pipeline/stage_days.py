"""The day of every stage of one project: as told, and where nothing is told from the usual building times."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import STAGES, CaseError, Project
from lvlian.outlook.model import quarters_since
from lvlian.outlook.pipeline.load_tables import Tables
from lvlian.outlook.pipeline.prior import RUNNING, Prior, Slip, remaining, together

FULL = STAGES.index("full")
NAN = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDays:
    """Quarters since the case's first, by stage. `stage` is the place of the last one done. `told` days that somebody gave (nan: none),
    `own` the project's days without any factor, none before today for what is not done; `gap` the least time from the stage before: the
    plan's own where it is shorter than the usual. `late` quarters by which the next stage is overdue (0: it is not).
    `assumed` stages whose day comes from usual building times, `slip` the law of what may still come, `parts` mean slip by stage."""

    project: Project
    stage: int
    told: tuple[float, ...]
    own: tuple[float, ...]
    gap: tuple[float, ...]
    late: float
    assumed: tuple[str, ...]
    slip: Slip
    parts: tuple[float, ...]

    @property
    def begun(self) -> bool:
        """Whether its first output has been."""
        return self.stage >= RUNNING

    def to_running(self, stage: int) -> float:
        """Least quarters from a stage to the first output."""
        return sum(self.gap[stage + 1 : RUNNING + 1])

    def after(self, stage: int) -> float:
        """The share of the slip still to come that lies after `stage`."""
        whole = sum(self.parts)
        return sum(self.parts[stage + 1 : RUNNING + 1]) / whole if whole else 0.0


def stage_days(
    project: Project, tables: Tables, today: date, first: Quarter, ramp: float, rate: float | None = None
) -> StageDays:
    """The days of a project. `ramp` quarters from first output to full; `rate` the share of projects not yet started that start in time
    (premise `start.rate`; None: as the prior says). Raises CaseError for a stage that is none."""
    place = _place(project)
    now = quarters_since(first, today)
    told = _told(project, first, place)
    assumed: list[str] = []
    usual = [tables.durations.quarters(project.kind, stage) for stage in STAGES[:FULL]] + [ramp]
    if told[FULL] == told[FULL] and told[RUNNING] != told[RUNNING] and place < RUNNING:
        implied = told[FULL] - ramp  # the ramp keeps its length, what lies before it is squeezed
        told[RUNNING] = max(implied, now) if told[FULL] > now else implied
        assumed.append("running")
    own = list(told)
    anchor = told[place]
    coming = [s for s in range(place + 1, FULL + 1) if told[s] == told[s]]
    overdue = bool(coming) and told[coming[0]] < now
    start = anchor if anchor == anchor else now
    before, base = place, (max(start, now) if coming and not overdue else start)
    for s in coming:
        _between(own, usual, before, base, s)
        before, base = s, told[s]
    for s in range(before + 1, FULL + 1):
        own[s] = base + usual[s]
        base = own[s]
    assumed += [STAGES[s] for s in range(place + 1, FULL + 1) if told[s] != told[s]]
    gap = _gaps(project, first, usual, place, told, own)
    if place < FULL:
        gap[place + 1] = usual[place + 1]
    gap[FULL] = ramp
    late = 0.0
    if place < RUNNING:
        late = max(now - own[place + 1], 0.0) if overdue or not coming else 0.0
        reached = max(own[place + 1], now)
        own[place + 1] = reached
        for s in range(place + 2, FULL + 1):
            reached = own[s] = max(own[s], reached + (gap[s] if s < FULL else 0.0))
    slip, parts = _slip(project, tables, place, late, rate)
    return StageDays(
        project=project, stage=place, told=tuple(told), own=tuple(own), gap=tuple(gap), late=late,
        assumed=tuple(assumed), slip=slip, parts=parts,
    )  # fmt: skip


def stage_place(stage: str, what: str) -> int:
    """Raises CaseError for a stage that is none."""
    if stage not in STAGES:
        raise CaseError(f"{what}, field stage: found {stage!r}, expected one of {', '.join(STAGES)}")
    return STAGES.index(stage)


def _place(project: Project) -> int:
    place = stage_place(project.stage, f"project {project.id}")
    for step in project.steps:
        known = stage_place(step.stage, f"project {project.id}, steps")
        if step.done is not None:
            place = max(place, known)
    return place


def _told(project: Project, first: Quarter, place: int) -> list[float]:
    told = [NAN] * (FULL + 1)
    for step in project.steps:
        s = STAGES.index(step.stage)
        day = step.done if s <= place else step.revised or step.promised
        if day is not None:
            told[s] = quarters_since(first, day)
    return told


def _between(own: list[float], usual: list[float], before: int, base: float, s: int) -> None:
    """Days for the stages between two that are known: the usual times back from the later one, squeezed where they do not fit. A later day
    that has passed already is no room to squeeze into: there the usual times stand."""
    whole = sum(usual[before + 1 : s + 1])
    room = own[s] - base
    share = room / whole if whole > room > 0 else 1.0
    for here in range(s - 1, before, -1):
        own[here] = own[here + 1] - usual[here + 1] * share


def _gaps(
    project: Project, first: Quarter, usual: list[float], place: int, told: list[float], own: list[float]
) -> list[float]:
    """The least time from each stage to the next: the usual, or the plan's own spacing where that is shorter, or that of the days told
    since where the later of them was told since. A start that is moved alone leaves the building time as it was planned."""
    steps = {step.stage: step for step in project.steps}
    plan = list(told)
    for s in range(place + 1, FULL + 1):
        step = steps.get(STAGES[s])
        if step is not None and step.promised is not None:
            plan[s] = quarters_since(first, step.promised)
    coming = [s for s in range(place + 1, FULL + 1) if plan[s] == plan[s]]
    for before, s in pairwise(coming):
        _between(plan, usual, before, plan[before], s)
    gap = [0.0] * (FULL + 1)
    for s in range(place + 2, FULL + 1):
        gap[s] = usual[s]
        spaced = plan[s] - plan[s - 1]
        if spaced == spaced:
            gap[s] = min(gap[s], max(spaced, 0.0))
        later = next((at for at in coming if at >= s), None)
        step = steps.get(STAGES[later]) if later is not None else None
        # Without a second promised day the plan has no spacing of its own: the days as told are all there is.
        if (step is not None and step.revised is not None) or spaced != spaced:
            gap[s] = min(gap[s], max(own[s] - own[s - 1], 0.0))
    return gap


def _slip(
    project: Project, tables: Tables, place: int, late: float, rate: float | None
) -> tuple[Slip, tuple[float, ...]]:
    parts = [0.0] * (FULL + 1)
    found: list[tuple[float, float, float]] = []
    source, verified = ("", ""), True
    for s in range(place + 1, RUNNING + 1):
        law = tables.priors.law(project.kind, STAGES[s])
        if law is None:
            continue
        if STAGES[s] == "started" and rate is not None:
            law = at_rate(law, rate, tables.priors.grace)
        part = remaining(law, late if s == place + 1 else 0.0)
        parts[s] = part[0]
        found.append(part)
        source, verified = source if source[0] else law.source, verified and law.verified
    return together(found, source, verified and bool(found)), tuple(parts)


def at_rate(law: Prior, rate: float, grace: float) -> Prior:
    """The law of which a share `rate` comes within `grace` quarters: the scale follows, the shape stays."""
    if rate >= 1.0:
        return replace(law, scale=0.0)
    from scipy.special import gammaincinv

    return replace(law, scale=grace / float(gammaincinv(law.shape, max(rate, 0.02))))
