"""What can be chosen: for each project the quarters in which it may have its first output, for each factor how much sooner it may come.

A choice is a shift in whole quarters against what the pipeline expects, so that no change is exactly the projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case, Project
from lvlian.outlook.pathway.augment import Augmented
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.pipeline import Pipeline, capacity_of
from lvlian.outlook.pipeline.prior import RUNNING

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER = 999
"""The shift of a promised project that does not come before the end."""
CLOSE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Project `target` cannot have its first output before factor or project `source` (place) + `offset` quarters; `amount` it takes of a
    factor (0: not told)."""

    target: int
    source: int
    upstream: bool
    offset: float
    amount: float


@dataclass(frozen=True)
class Choices:
    """N choices of projects: `project` (N,) place in the case, `shift` (N,) quarters later (+) or sooner (−), NEVER, `time` (N,) first output in
    quarters since the case's first (inf never), `own` (N,) quarters by which the project's own works are sped up, `capacity` (N, P, Q) t a
    quarter that it brings. `base` (N,) True for what the projection has. M choices of factors: `factor`, `sooner` (M,) quarters, `day` (M,)."""

    case: Case
    pipeline: Pipeline
    project: Ints
    shift: Ints
    time: Floats
    own: Floats
    capacity: Floats
    base: NDArray[np.bool_]
    factor: Ints
    sooner: Ints
    day: Floats
    waits: tuple[Wait, ...]
    standing: Floats
    """(P, Q) what stands without any choice."""
    begin: Floats
    """(J,) first outputs that the pipeline expects, inf never."""

    @cached_property
    def of_project(self) -> dict[int, Ints]:
        return {int(j): np.flatnonzero(self.project == j) for j in dict.fromkeys(self.project.tolist())}

    @cached_property
    def of_factor(self) -> dict[int, Ints]:
        return {int(f): np.flatnonzero(self.factor == f) for f in dict.fromkeys(self.factor.tolist())}

    def starts(self, chosen: Ints) -> Floats:
        """(J,) first outputs under some choices of projects."""
        out = self.begin.copy()
        out[self.project] = np.inf
        out[self.project[chosen]] = self.time[chosen]
        return out


def choices_of(added: Augmented, pipe: Pipeline, options: Options) -> Choices:
    """The choices of a case; `pipe` is the augmented case's pipeline."""
    case = added.case
    rules, count = options.projects, case.count
    begin = pipe.start.copy()
    factor_rows = _factors(case, pipe, options)
    most = {f: max(k for g, k, _ in factor_rows if g == f) for f in {row[0] for row in factor_rows}}
    waits = _waits(case, pipe)
    rows: list[tuple[int, int, float, float, bool]] = []
    for place, project in enumerate(case.projects):
        if pipe.fixed[place] or project.id in added.retrofits or project.id in added.retires:
            continue
        if not _choosable(case, project, options) or not _matters(case, pipe, place):
            continue
        now = float(begin[place])
        own = float(pipe.base[place] + pipe.slip[place] + pipe.expected[place])
        if not np.isfinite(own):
            continue
        mine = [wait for wait in waits if wait.target == place]
        if not np.isfinite(now):  # held for want of land or power, or optional: when it could come if that were there
            now = max([own, *(pipe.factor_day[w.source] + w.offset for w in mine if not w.upstream)])
        fastest = rules["sooner"] if options.may("sooner") else 0
        fastest = min(fastest, float(rules["sooner_share"]) * max(own - pipe.now, 0.0))
        floor = max(own - fastest, pipe.now)
        for wait in mine:
            soonest = 0.0 if wait.upstream else pipe.factor_day[wait.source] - most.get(wait.source, 0)
            floor = max(floor, soonest + wait.offset if not wait.upstream else floor)
        # a project that can come sooner may do so by whole quarters, and not before it could start at all
        least = -int(np.floor(now - floor + CLOSE)) if now > floor else 0
        last = int(rules["later"]) if options.may("later") else 0
        if project.optional:
            last = max(int(np.floor(count - now - CLOSE)), 0)
        for shift in range(least, last + 1):
            time = now + shift
            if time >= count and shift > 0:
                break
            rows.append((place, shift, time, max(own - time, 0.0), shift == 0 and bool(np.isfinite(begin[place]))))
        held = not np.isfinite(begin[place])
        if not project.optional and (held or options.may("later")):  # never is the latest of all
            rows.append((place, NEVER, np.inf, 0.0, held))
    places = np.array([row[0] for row in rows], np.int64)
    times = np.array([row[2] for row in rows], float)
    capacity = _capacity(case, pipe, places, times) if rows else np.zeros((0, *pipe.standing.shape))
    standing = pipe.capacity.copy()
    chosen = set(places.tolist())
    for row, owner in zip(pipe.rows.tolist(), pipe.places.tolist(), strict=True):
        if owner in chosen:
            standing[row] = 0.0
    later, more = _added(added, pipe, standing, options)
    places = np.concatenate([places, np.array([row[0] for row in later], np.int64)])
    times = np.concatenate([times, np.array([row[1] for row in later], float)])
    return Choices(
        case=case,
        pipeline=pipe,
        project=places,
        shift=np.array([row[1] for row in rows] + [0] * len(later), np.int64),
        time=times,
        own=np.array([row[3] for row in rows] + [0.0] * len(later), float),
        capacity=np.concatenate([capacity, more]) if len(more) else capacity,
        base=np.array([row[4] for row in rows] + [False] * len(later), bool),
        factor=np.array([row[0] for row in factor_rows], np.int64),
        sooner=np.array([row[1] for row in factor_rows], np.int64),
        day=np.array([row[2] for row in factor_rows], float),
        waits=waits,
        standing=standing,
        begin=begin,
    )


def _added(
    added: Augmented, pipe: Pipeline, standing: Floats, options: Options
) -> tuple[list[tuple[int, float]], Floats]:
    """Rows (place, time) and capacities of potlines brought to the benchmark and of those retired, one for each quarter from which on."""
    case = added.case
    at = {one.id: place for place, one in enumerate(case.projects)}
    twin = {plant.project: row for row, plant in enumerate(case.plants) if plant.project in added.retrofits}
    lead = int(np.ceil(max(pipe.now, 0.0) + float(options.retrofit["lead"])))
    rows: list[tuple[int, float]] = []
    found: list[Floats] = []
    for name, row in (*added.retrofits.items(), *added.retires.items()):
        if not standing[row].any():
            continue
        first = lead if name in added.retrofits else int(np.ceil(max(pipe.now, 0.0)))
        for quarter in range(first, case.count):
            change = np.zeros_like(standing)
            change[row, quarter:] = -standing[row, quarter:]
            if name in twin:
                change[twin[name], quarter:] = standing[row, quarter:]
            rows.append((at[name], float(quarter)))
            found.append(change)
    return rows, np.array(found) if found else np.zeros((0, *standing.shape))


def _choosable(case: Case, project: Project, options: Options) -> bool:
    if project.id in options.fixed:
        return False
    dropped = case.figure(f"project.{project.id}.run", 1.0) < 0.5
    return not dropped or project.optional


def _matters(case: Case, pipe: Pipeline, place: int) -> bool:
    """Whether it brings a plant, others wait for it, or it takes of what may not reach for all."""
    project = case.projects[place]
    if place in pipe.places:
        return True
    if any(edge.upstream and edge.source == place for edges in pipe.wiring.edges.values() for edge in edges):
        return True
    return any(need.amount for need in project.needs)


def _factors(case: Case, pipe: Pipeline, options: Options) -> list[tuple[int, int, float]]:
    needed = {edge.source for edges in pipe.wiring.edges.values() for edge in edges if not edge.upstream}
    out: list[tuple[int, int, float]] = []
    for place, factor in enumerate(case.factors):
        if place not in needed or pipe.factor_fixed[place] or not np.isfinite(pipe.factor_day[place]):
            continue
        day = float(pipe.factor_day[place])
        table = options.factors.get(factor.kind, {})
        most = int(table.get("most", 0)) if options.may("sooner") else 0
        floor = day - options.factors_share * max(day - pipe.now, 0.0)
        if factor.soonest is not None:
            from lvlian.outlook.model import quarters_since

            floor = max(pipe.now, quarters_since(case.first, factor.soonest))
            most = case.count if options.may("sooner") else 0
        most = min(most, max(int(np.floor(day - floor + CLOSE)), 0))
        out.extend((place, k, day - k) for k in range(most + 1))
    return out


def _waits(case: Case, pipe: Pipeline) -> tuple[Wait, ...]:
    out = []
    for target, edges in pipe.wiring.edges.items():
        slip = max(float(pipe.slip[target] + pipe.expected[target]), 0.0)
        for edge in edges:
            amount = 0.0
            if not edge.upstream:
                factor = case.factors[edge.source].id
                amount = max(
                    (need.amount or 0.0 for need in case.projects[target].needs if need.factor == factor), default=0.0
                )
            out.append(
                Wait(
                    target=target,
                    source=edge.source,
                    upstream=edge.upstream,
                    offset=edge.offset + edge.after * slip,
                    amount=amount,
                )
            )
    return tuple(out)


def _capacity(case: Case, pipe: Pipeline, place: Ints, time: Floats) -> Floats:
    """(N, P, Q) of each choice alone; with a premise `start.rate` what is not started counts as the projection counts it."""
    owner = np.full(len(case.plants), -1, np.int64)
    owner[pipe.rows] = pipe.places

    def built(times: Floats) -> Floats:
        start = np.full((len(times), len(case.projects)), np.inf)
        start[np.arange(len(times)), place] = times
        whole = capacity_of(pipe, start=start)
        whole[:, owner < 0] = 0.0
        return np.where((owner[None, :] == place[:, None])[:, :, None], whole, 0.0)

    whole = built(time)
    if pipe.rate is None or pipe.rate >= 1.0 or not pipe.waiting.any():
        return whole
    lag = np.where(
        np.isfinite(pipe.late_start) & np.isfinite(pipe.start),
        pipe.late_start - np.where(np.isfinite(pipe.start), pipe.start, 0.0),
        0.0,
    )
    late = built(time + lag[place])
    share = np.where(pipe.waiting[place], pipe.rate, 1.0)[:, None, None]
    return share * whole + (1.0 - share) * late


def build_quarters(choices: Choices, place: int) -> float:
    """Quarters between the start of construction and the first output of a project."""
    return choices.pipeline.days[place].to_running(RUNNING - 2)


__all__ = ["NEVER", "Choices", "Wait", "build_quarters", "choices_of"]
