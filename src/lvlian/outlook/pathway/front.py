"""What one aim costs in another: the front of two, and other plans that are nearly as good and differ in projects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import CaseError
from lvlian.outlook.pathway.build import WAN, Built
from lvlian.outlook.pathway.goal import Form
from lvlian.outlook.pathway.money import capital, investment_of, rate_of
from lvlian.outlook.pathway.solve import PURPOSES, Plan, Solution
from lvlian.outlook.program.alternative import alternatives
from lvlian.outlook.program.goals import Objective, front

Floats = NDArray[np.float64]
UNITS = {
    "cost": ("元", "yuan"),
    "jobs": ("人·季", "people × quarters"),
    "value": ("元", "yuan"),
    "carbon": ("吨 CO2e", "t CO2e"),
}


@dataclass(frozen=True)
class FrontPoint:
    """A plan on the front: `first` and `second` in their own units, `cost` yuan of moves, `figures` of all aims, choices that are taken."""

    first: float
    second: float
    cost: float
    figures: dict[str, float]
    chosen: tuple[tuple[str, int], ...]
    efficient: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "second": self.second,
            "cost": self.cost,
            "figures": self.figures,
            "chosen": [list(c) for c in self.chosen],
            "efficient": self.efficient,
        }


@dataclass(frozen=True)
class Other:
    """A plan nearly as good: `extra` its whole cost above the best's as a share, `figures` of aims, `short` the sum of shares of targets missed,
    `differs`: (project id, quarter in the best, quarter here; 999 not in the period, None not chosen)."""

    extra: float
    cost: float
    figures: dict[str, float]
    short: float
    chosen: tuple[tuple[str, int], ...]
    differs: tuple[tuple[str, int | None, int | None], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "extra": self.extra, "cost": self.cost, "figures": self.figures, "short": self.short, "chosen": [list(c) for c in self.chosen],
            "differs": [list(d) for d in self.differs],
        }  # fmt: skip


def front_of(
    plan: Plan,
    first: str,
    second: str,
    *,
    points: int = 9,
    seconds: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[FrontPoint, ...]:
    """`points` plans (fewer where the front has fewer) between the best for `first` and the best for `second`: ids of aims or one of cost, jobs,
    value, carbon. Other goals are not asked for. Raises CaseError for a name that is neither."""
    built = plan.built
    one, another = _objective(built, first), _objective(built, second)
    before = plan.mixed.cost.copy()
    try:
        found = front(
            plan.mixed,
            Objective(first, one),
            Objective(second, another),
            points=points,
            seconds=seconds,
            gap=plan.gap,
            stop=stop,
        )
    finally:
        plan.mixed.costs(np.arange(before.size), before)
    out = []
    for point in found:
        solution = _solution(built, point.answer.x)
        out.append(
            FrontPoint(
                _figure(built, solution, first),
                _figure(built, solution, second),
                solution.spent,
                solution.figures(built),
                _chosen(built, solution),
                point.efficient,
            )
        )
    return tuple(out)


def others(
    plan: Plan,
    *,
    count: int = 3,
    within: float = 0.02,
    differ: int = 2,
    seconds: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Other, ...]:
    """At most `count` plans whose whole cost (all projects by their annuities, and the moves) lies within `within` of the best's and whose
    goals are missed by no more than `within` of the targets beyond it, each different in `differ` projects from all before. Empty without an answer."""
    built, solution = plan.built, plan.last
    if solution is None or not solution.found:
        return ()
    session = plan.mixed
    missed = plan.missed()
    held = np.flatnonzero(missed)
    before = session.cost.copy()
    rows = (
        session.add_rows([-np.inf], [float(missed @ solution.x) * (1 + within) + within], 0, held, missed[held])
        if held.size
        else None
    )
    try:
        session.costs(np.arange(before.size), whole_cost(built))
        best = session.solve(seconds=seconds, gap=plan.gap, stop=stop)
        found = alternatives(
            session,
            built.y,
            count=count,
            within=within,
            differ=2 * differ,
            best=best,
            seconds=seconds,
            gap=plan.gap,
            stop=stop,
        )
    finally:
        session.costs(np.arange(before.size), before)
        if rows is not None:
            session.remove_rows(rows)
    first = dict(_chosen(built, solution))
    out = []
    for one in found:
        other = _solution(built, one.answer.x)
        taken = _chosen(built, other)
        here = dict(taken)
        differs = tuple(
            (key, first.get(key), here.get(key))
            for key in dict.fromkeys((*first, *here))
            if first.get(key) != here.get(key)
        )
        out.append(Other(one.extra, other.spent, other.figures(built), float(other.short.sum()), taken, differs))
    return tuple(out)


def whole_cost(built: Built) -> Floats:
    """万元 over all columns: what the moves cost and what all projects cost by their annuities, discounted."""
    case, choices, options = built.added.case, built.choices, built.options
    out = built.spent.copy()
    rate = rate_of(case, options)
    for n, column in enumerate(built.y.tolist()):
        project = case.projects[choices.project[n]]
        if not project.optional:  # what nobody has promised carries its capital already
            out[column] += (
                investment_of(case, project, options)
                / WAN
                * capital(built.weights, rate, options.by_kind("life", project.kind), float(choices.time[n]))
            )
    return out


def _objective(built: Built, name: str) -> Floats:
    if name == "cost":
        return built.spent
    if name in ("jobs", "value"):
        return -(built.jobs if name == "jobs" else built.value)
    if name == "carbon":
        return built.carbon
    goal = next((one for one in built.goals.goals if one.aim.id == name), None)
    if goal is None:
        raise CaseError(
            f"front: found {name}, expected one of {', '.join((*PURPOSES, *dict.fromkeys(g.aim.id for g in built.goals.goals)))}"
        )
    out = np.zeros(built.program.width)
    if goal.denominator is not None:  # a share is sought as far as its target: beyond it the line says nothing
        out[built.short[built.goals.goals.index(goal)]] = 1.0
        return out
    form: Form = goal.row
    for columns, values in ((built.x, form.x), (built.flex, form.flex), (built.y, form.y), (built.z, form.z)):
        out[columns] = -values
    size = float(np.abs(out).max(initial=0.0))
    return out / size if size else out


def _figure(built: Built, solution: Solution, name: str) -> float:
    if name == "cost":
        return solution.spent
    if name in ("jobs", "value", "carbon"):
        column = {"jobs": built.jobs, "value": built.value * WAN, "carbon": built.carbon}[name]
        return float(column @ solution.x)
    return solution.figures(built)[name]


def _solution(built: Built, x: Floats) -> Solution:
    return Solution(
        found=True,
        x=x,
        short=x[built.short],
        spent=float(built.spent @ x) * WAN,
        chosen=np.flatnonzero(np.round(x[built.y]) == 1),
        gap=0.0,
        proved=True,
        seconds=0.0,
    )


def _chosen(built: Built, solution: Solution) -> tuple[tuple[str, int], ...]:
    from lvlian.outlook.pathway.tables import chosen_of

    return chosen_of(built, solution)


__all__ = ["FrontPoint", "Other", "front_of", "others", "whole_cost"]
