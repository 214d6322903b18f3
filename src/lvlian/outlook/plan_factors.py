"""What projects wait for by a plan: land batches, power works, gas lines; which project the plan ties to which, and what is assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lvlian.chain.simulate.names import name_rules, same_firm
from lvlian.outlook.case import STAGES, Factor, Need, Plant, Project, Ref
from lvlian.outlook.plan_projects import Gathered, Mention, called
from lvlian.outlook.plan_words import PlanWords, last_day
from lvlian.quantity.unit import UnitError, convert

if TYPE_CHECKING:
    from lvlian.chain.library import Library

WAITS: Mapping[str, str] = {
    "land": "started", "funds": "started", "power": "running", "gas": "running", "water": "running", "logistics": "full",
    "environment": "started", "energy_quota": "started", "metal": "running",
}  # fmt: skip
"""The stage with which a project waits for a factor."""
UNITS: Mapping[str, str] = {"power": "kW", "land": "亩"}
ASSUMED = "规划没有写明供哪些项目，按类别和日期相联（假设）"
_NEAR = 12
"""A named supply whose words follow a batch's within so many characters belongs to that batch."""


@dataclass(slots=True)
class Supplies:
    """Factors, and for each project (by its place) its needs."""

    factors: list[Factor] = field(default_factory=list)
    needs: dict[int, list[Need]] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)

    def add(self, factor: Factor) -> Factor:
        """The factor with an id of its own."""
        count = self.used[factor.id] = self.used.get(factor.id, 0) + 1
        kept = factor if count == 1 else replace(factor, id=f"{factor.id}-{count}")
        self.factors.append(kept)
        return kept

    def tie(self, project: int, need: Need) -> None:
        held = self.needs.setdefault(project, [])
        if not any(one.factor == need.factor for one in held):
            held.append(need)


def supplies_of(
    words: PlanWords, gathered: Sequence[Gathered], projects: Sequence[Project], loose: Sequence[Sequence[Mention]]
) -> Supplies:
    """Everything that the plan supplies, tied where it says to whom. `projects` stand in the order of `gathered`."""
    out = Supplies()
    works = [(rows, out.add(_works(words, rows))) for rows in loose if rows[0].supplies in WAITS]
    for place, (one, project) in enumerate(zip(gathered, projects, strict=True)):
        for row in one.supply:
            if row.supplies not in WAITS:
                continue
            factor = out.add(_works(words, [row], project))
            ref = words.ref("milestones", row.place, row.fact)
            out.tie(place, Need(factor=factor.id, stage=WAITS[row.supplies], ref=ref))
            batch = _batch(words, row, works)
            if batch is not None:
                out.tie(place, Need(factor=batch.id, stage=WAITS[row.supplies], ref=ref))
    for rows, factor in works:
        for place, one in enumerate(
            gathered
        ):  # a plant for power that stands in a list of projects waits for its own works
            if not one.processes and any(_meets(row, other) for row in rows for other in one.rows):
                out.tie(place, Need(factor=factor.id, stage=WAITS[factor.kind], ref=factor.ref))
    _from_incentives(words, gathered, out)
    return out


def _meets(row: Mention, other: Mention) -> bool:
    return row.place == other.place


def _works(words: PlanWords, rows: Sequence[Mention], project: Project | None = None) -> Factor:
    """One factor from its mentions: the day of the last step that has one."""
    track = words.tracks[rows[0].track]
    order = track.order

    def reached(row: Mention) -> int:
        stage = track.stage_of(row.fact.event)
        return order[stage.key] if stage else -1

    last = max(rows, key=lambda row: (row.day is not None, reached(row)))
    told = next((row for row in rows if row.fact.capacity is not None), rows[0])
    amount, unit = _amount(rows[0].supplies, told.fact.capacity, told.fact.capacity_unit)
    issued = last_day(words.facts.document.date)
    past = last.day is not None and issued is not None and last.day < issued and last.fact.when_op == "in"
    kind = rows[0].supplies
    name = re.sub(r"\s", "", called(last.fact))
    name = name if kind == "land" else re.sub(r"项目$", "", name) or name
    unit_name = next((u for row in rows if (u := words.answering(words.units(row.fact), kind))), "")
    tail = project.id if project is not None else name_rules().spelled(name)[:28]
    return Factor(
        id=f"{kind}-{tail}",
        kind=kind,  # type: ignore[arg-type]  # a key of WAITS
        title=f"{name}{last.fact.event}",
        amount=amount if project is None else None,
        unit=unit if project is None else UNITS.get(kind, ""),
        promised=last.day,
        done=last.day if past else None,
        unit_name=unit_name or words.unit(last.fact, kind),
        ref=words.ref("milestones", last.place, last.fact, "印发前的日期，按已完成计（假设）" if past else ""),
    )


def _amount(kind: str, value: float | None, unit: str | None) -> tuple[float | None, str]:
    """An amount in the factor's unit; None where the plan's unit cannot be told in it."""
    wanted = UNITS.get(kind, unit or "")
    if value is None or value <= 0 or not unit:
        return None, wanted
    if unit == wanted:
        return value, wanted
    try:
        return convert(value, unit, wanted), wanted
    except UnitError:
        return None, wanted


def _batch(words: PlanWords, row: Mention, works: Sequence[tuple[Sequence[Mention], Factor]]) -> Factor | None:
    """The land batch in whose list a named supply stands: the words follow each other without a gap, batch first."""
    chain = sorted(
        (fact.start, words.end("milestones", place, fact) or 0, place)
        for place, fact in enumerate(words.facts.milestones)
        if fact.start is not None and words.path(fact) == words.path(row.fact)
    )
    here = next((n for n, one in enumerate(chain) if one[2] == row.place), None)
    while here is not None and here > 0 and chain[here][0] - chain[here - 1][1] <= _NEAR:
        here -= 1
        for rows, factor in works:
            if factor.kind == row.supplies and any(one.place == chain[here][2] for one in rows):
                return factor
    return None


def _from_incentives(words: PlanWords, gathered: Sequence[Gathered], out: Supplies) -> None:
    """Utilities that the plan provides to owners by name (甲、乙等项目业主用电): one factor, undated unless told elsewhere."""
    rules = name_rules()
    for place, fact in enumerate(words.facts.incentives):
        told = words.supplied(place)
        if told is None or told[0] not in WAITS:
            continue
        kind, names = told
        owners = [words.short(name) for name in names]
        fits = [n for n, one in enumerate(gathered) if one.firm and any(same_firm(one.firm, name) for name in owners)]
        if not fits:
            continue
        factor = out.add(
            Factor(
                id=f"{kind}-{rules.spelled(''.join(owners))[:28]}",
                kind=kind,  # type: ignore[arg-type]
                title=re.sub(r"\s", "", fact.quote)[:40] or f"{'、'.join(names)}{fact.benefit}",
                unit=UNITS.get(kind, ""),
                unit_name=words.unit(fact, kind),
                ref=words.ref("incentives", place, fact),
            )
        )
        for n in fits:
            out.tie(n, Need(factor=factor.id, stage=WAITS[kind], ref=words.ref("incentives", place, fact)))


def assume_needs(
    out: Supplies, projects: Sequence[Project], plants: Mapping[str, Plant], library: Library, free: int = 365
) -> None:
    """Needs that the plan leaves general: gas for lines that burn it, land for what has not started. Only where the plan's own dates do
    not contradict, since a plan that dates a project before the factor means another source. Marked as assumptions."""
    ref = Ref(kind="assumption", words=ASSUMED)
    tied = {need.factor for needs in out.needs.values() for need in needs}
    for factor in [one for one in out.factors if one.kind in ("gas", "land") and one.id not in tied]:
        for place, project in enumerate(projects):
            held = [next(f for f in out.factors if f.id == need.factor) for need in out.needs.get(place, [])]
            if factor.kind == "gas":
                burns = any("natural_gas" in _inputs(plants[p], library) for p in project.plants)
                wanted = burns and _after(project, "running", factor.day, free)
            else:
                waiting = STAGES.index(project.stage) < STAGES.index("started")
                bare = not any(other.kind == "land" for other in held)
                wanted = bool(project.plants) and waiting and bare and factor is _nearest(out, project, tied)
            if wanted:
                out.tie(place, Need(factor=factor.id, stage=WAITS[factor.kind], ref=ref))


def _inputs(plant: Plant, library: Library) -> frozenset[str]:
    process = library.processes.get(plant.process)
    return frozenset(x.good for x in process.inputs) if process is not None else frozenset()


def _after(project: Project, stage: str, day: date | None, free: int) -> bool:
    """Whether a project reaches a stage after a day; one that has only a day of an earlier stage is taken to follow it by `free` days."""
    if day is None:
        return False
    step = project.step(stage)
    if step is not None and step.day is not None:
        return step.day >= day and step.done is None
    begun = project.step("started")
    return begun is not None and begun.day is not None and begun.day + timedelta(days=free) >= day


def _nearest(out: Supplies, project: Project, tied: set[str]) -> Factor | None:
    """Of the batches tied to nobody the last that comes before the project is to start; undated ones after all others."""
    begun = project.step("started")
    loose = [one for one in out.factors if one.kind == "land" and one.id not in tied and one.done is None]
    if begun is None or begun.day is None:
        return next((one for one in loose if one.day is None), None)
    before = [one for one in loose if one.day is not None and one.day <= begun.day]
    return max(before, key=lambda one: (one.day, one.amount or 0.0), default=None)
