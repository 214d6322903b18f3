"""What waits for what: projects for factors and for one another, who comes first where a factor does not reach for all, and no circles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lvlian.outlook.case import STAGES, Case, CaseError, Factor, Need
from lvlian.outlook.model import quarters_since
from lvlian.outlook.pipeline.load_tables import Tables
from lvlian.outlook.pipeline.prior import RUNNING, THERE, Slip, remaining, together
from lvlian.outlook.pipeline.stage_days import StageDays, stage_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Project `target` cannot have its first output before `source` + `offset` + `after` × its own slip. `source` is the place of a factor,
    or of a project where `upstream`; `stage` the one that waits."""

    target: int
    source: int
    upstream: bool
    stage: int
    offset: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A factor whose amount does not reach for `project`: `asked` of it, `left` when its turn came, `relief` the factor that it waits
    for instead ("" none known: then it never comes)."""

    factor: str
    project: str
    asked: float
    left: float
    unit: str
    relief: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorDay:
    """`day` quarters since the case's first: as told, today where it is overdue, with its first need where nobody told (`undated`).
    `late` quarters overdue, `fixed` where it is done, `slip` the law of what may still come."""

    factor: Factor
    day: float
    late: float
    fixed: bool
    undated: bool
    slip: Slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """`order` of projects, those waited for first; `edges` by target; what is short."""

    order: tuple[int, ...]
    edges: Mapping[int, tuple[Edge, ...]]
    short: tuple[Short, ...]
    held: frozenset[int]
    """Projects that wait for what nobody will bring."""


def factor_days(case: Case, days: Sequence[StageDays], tables: Tables) -> tuple[FactorDay, ...]:
    """The days of all factors."""
    now = quarters_since(case.first, case.today)
    wanted: dict[str, float] = {}
    for one in days:
        for need in one.project.needs:
            stage = stage_place(need.stage, f"project {one.project.id}, needs")
            if stage > one.stage:
                wanted[need.factor] = min(wanted.get(need.factor, math.inf), one.own[stage])
    out = []
    for factor in case.factors:
        undated = factor.day is None
        told = wanted.get(factor.id, now) if factor.day is None else quarters_since(case.first, factor.day)
        fixed = factor.done is not None
        late = 0.0 if fixed else max(now - told, 0.0)
        law = tables.priors.law(f"factor.{factor.kind}", THERE)
        slip = Slip(shape=1.0, scale=0.0)
        if law is not None and not fixed:
            slip = together([remaining(law, late)], law.source, law.verified)
        out.append(
            FactorDay(
                factor=factor, day=told if fixed else max(told, now), late=late, fixed=fixed, undated=undated, slip=slip
            )
        )
    return tuple(out)


def wire(case: Case, days: Sequence[StageDays], factors: Sequence[FactorDay], tables: Tables) -> Wiring:
    """The edges of a case. Raises CaseError for a need that names nothing, and for projects that wait for each other, by name."""
    place_of = {one.factor.id: place for place, one in enumerate(factors)}
    project_of = {one.project.id: place for place, one in enumerate(days)}
    edges: dict[int, list[Edge]] = {}
    by_factor: dict[int, list[tuple[int, Need]]] = {}
    for target, one in enumerate(days):
        for need in one.project.needs:
            stage = stage_place(need.stage, f"project {one.project.id}, needs")
            if need.factor in place_of:
                by_factor.setdefault(place_of[need.factor], []).append((target, need))
            elif need.factor not in project_of:
                raise CaseError(
                    f"project {one.project.id}, field needs: found {need.factor}, expected the id of a factor or of a project"
                )
            if stage <= one.stage or stage > RUNNING:
                continue
            upstream = need.factor not in place_of
            source = project_of[need.factor] if upstream else place_of[need.factor]
            edges.setdefault(target, []).append(_edge(target, source, upstream, stage, one, days, factors, tables))
    short, held = _shares(days, factors, by_factor, edges, tables)
    return Wiring(
        order=_order(days, edges),
        edges={target: tuple(found) for target, found in edges.items()},
        short=short,
        held=held,
    )


def _edge(
    target: int,
    source: int,
    upstream: bool,
    stage: int,
    one: StageDays,
    days: Sequence[StageDays],
    factors: Sequence[FactorDay],
    tables: Tables,
) -> Edge:
    kind = "metal" if upstream else factors[source].factor.kind
    ready = days[source].own[RUNNING] if upstream else factors[source].day
    lead = min(tables.durations.lead(kind), max(one.own[stage] - ready, 0.0))
    return Edge(
        target=target,
        source=source,
        upstream=upstream,
        stage=stage,
        offset=lead + one.to_running(stage),
        after=one.after(stage),
    )


def _shares(
    days: Sequence[StageDays],
    factors: Sequence[FactorDay],
    by_factor: Mapping[int, Sequence[tuple[int, Need]]],
    edges: dict[int, list[Edge]],
    tables: Tables,
) -> tuple[tuple[Short, ...], frozenset[int]]:
    """Who comes first by day of need, then by id (the rule of lvlian.ledger.balance); who is left waits for the next factor of the kind and
    unit that has as much to spare, and for ever where there is none. Adds the edges that follow."""
    left: dict[int, float] = {}
    waiting: list[tuple[float, str, int, int, Need, float]] = []
    for place, needs in by_factor.items():
        amount = factors[place].factor.amount
        if amount is None:
            continue
        rest = amount
        rows = sorted(
            (
                (-math.inf if (stage := STAGES.index(need.stage)) <= days[target].stage else days[target].own[stage], days[target].project.id, target, need)
                for target, need in needs
                if need.amount
            ),
            key=lambda row: row[:2],
        )  # fmt: skip
        for day, name, target, need in rows:
            asked = need.amount or 0.0
            if asked <= rest * (1 + 1e-9) or day == -math.inf:
                rest = max(rest - asked, 0.0)
            else:
                waiting.append((day, name, place, target, need, rest))
        left[place] = rest
    for place, one in enumerate(factors):
        if place not in left and one.factor.amount is not None:
            left[place] = one.factor.amount
    short, held = [], set()
    for _, name, place, target, need, rest in sorted(waiting, key=lambda row: row[:3]):
        factor = factors[place].factor
        others = [
            other
            for other, spare in left.items()
            if other != place
            and factors[other].factor.kind == factor.kind
            and factors[other].factor.unit == factor.unit
            and spare >= (need.amount or 0.0)
        ]
        relief = min(others, key=lambda other: (factors[other].day, factors[other].factor.id), default=None)
        stage = STAGES.index(need.stage)
        if relief is None:
            if stage <= RUNNING:
                held.add(target)
        else:
            left[relief] -= need.amount or 0.0
            if stage <= RUNNING:
                edges.setdefault(target, []).append(
                    _edge(target, relief, False, stage, days[target], days, factors, tables)
                )
        short.append(
            _short(
                factor,
                days[target].project.name,
                name,
                need.amount or 0.0,
                rest,
                None if relief is None else factors[relief].factor,
            )
        )
    return tuple(short), frozenset(held)


def _short(factor: Factor, who: str, project: str, asked: float, rest: float, relief: Factor | None) -> Short:
    from lvlian.quantity.show import figure

    need, spare = f"{figure(asked, digits=2)}{factor.unit}", f"{figure(rest, digits=2)}{factor.unit}"
    zh = f"{factor.title}按需用先后只余 {spare}，{who}需 {need}"
    en = f"{factor.title} has {spare} left in the order of need, {who} needs {need}"
    if relief is None:
        zh, en = zh + "，未见其他来源。", en + "; no other source is known."
    else:
        zh, en = zh + f"，改等{relief.title}。", en + f"; it waits for {relief.title}."
    return Short(
        factor=factor.id, project=project, asked=asked, left=rest, unit=factor.unit,
        relief="" if relief is None else relief.id, zh=zh, en=en,
    )  # fmt: skip


def _order(days: Sequence[StageDays], edges: Mapping[int, Sequence[Edge]]) -> tuple[int, ...]:
    """Those waited for first. Raises CaseError where projects wait for each other."""
    state = [0] * len(days)  # 1: being walked, 2: done
    out: list[int] = []
    for root in range(len(days)):
        trail = [(root, iter(edges.get(root, ())))] if not state[root] else []
        while trail:
            here, rest = trail[-1]
            state[here] = 1
            edge = next((one for one in rest if one.upstream and state[one.source] != 2), None)
            if edge is None:
                state[here] = 2
                out.append(here)
                trail.pop()
            elif state[edge.source] == 1:
                names = [days[one].project.name or days[one].project.id for one, _ in trail]
                begin = [one for one, _ in trail].index(edge.source)
                circle = " → ".join([*names[begin:], names[begin]])
                raise CaseError(f"projects {circle}: found a circle of needs, expected that one of them can go first")
            else:
                trail.append((edge.source, iter(edges.get(edge.source, ()))))
    return tuple(out)
