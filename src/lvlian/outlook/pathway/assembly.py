"""A pathway from beginning to end: programme, moves and what each buys, the finished case projected again, prices, money."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.pathway.build import WAN, Built
from lvlian.outlook.pathway.chance import again_with_chance, chance_of, margins
from lvlian.outlook.pathway.finished import finished
from lvlian.outlook.pathway.goal import Goal
from lvlian.outlook.pathway.links import links
from lvlian.outlook.pathway.load_options import Options, options_of
from lvlian.outlook.pathway.moves import idle, moves_of, with_gains
from lvlian.outlook.pathway.prices import prices
from lvlian.outlook.pathway.record import GoalRow, Pathway
from lvlian.outlook.pathway.solve import Plan, Solution, plan_of
from lvlian.outlook.pathway.tables import chosen_of, money, schedule, sources, totals
from lvlian.outlook.program import Progress
from lvlian.outlook.projection import Projection, project

if TYPE_CHECKING:
    from lvlian.chain.library import Library

CHANCE = 0.8
"""The chance that a goal is to be reached with, where none is said."""


def pathway(
    case: Case,
    library: Library | None = None,
    *,
    options: Options | Mapping[str, Any] | None = None,
    aims: str = "soft",
    objective: str = "cost",
    budget: float | None = None,
    seconds: float | None = 30.0,
    gap: float = 1e-3,
    margin: Mapping[str, float] | None = None,
    chance: float = CHANCE,
    priced: bool = True,
    progress: Callable[[str, Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Pathway:
    """The way to the goals that costs least (or brings most jobs, most value, least carbon).

    `aims`: soft (as many as can be, by weight, then cost), hard (all, or the sentences that cannot all hold), lexicographic (by
    `options["priority"]`: aim id → rank), chance (targets tightened so that they are reached with `chance`: by `margin`, aim id → figure in its
    unit, or from the risk step; the finished case is drawn again and the chance reached is told). `budget` yuan for all moves. `progress`
    is told step and state, `stop` leaves the best found. Raises CaseError for what is no option, and where the case cannot be run."""
    begun = time.perf_counter()
    shelf = _library(library)
    chosen = options_of(options)
    shown = project(case, shelf)
    risks: dict[str, Any] = {}
    if aims == "chance":
        margin, risks["before"] = margins(case, shelf, shown, margin, chance)
    plan = plan_of(case, shelf, chosen, aims=aims, purpose=objective, budget=budget, margin=margin, gap=gap)
    left = None if seconds is None else max(seconds - (time.perf_counter() - begun), 0.1)
    solution = plan.solve(seconds=left, progress=progress, stop=stop)
    if aims == "chance" and solution.found:
        plan, solution, margin = again_with_chance(
            plan, solution, case, shelf, chosen, objective, budget, margin or {}, chance, gap, risks
        )
    found = told(plan, solution, shown, shelf, margin=margin, risks=risks, priced=priced)
    return replace(found, seconds=time.perf_counter() - begun)


def told(
    plan: Plan,
    solution: Solution,
    shown: Projection,
    library: Library,
    *,
    margin: Mapping[str, float] | None = None,
    risks: Mapping[str, Any] | None = None,
    priced: bool = True,
) -> Pathway:
    """A solution in words and tables; the finished case is projected again. `shown` is the case's projection without any move."""
    built, case = plan.built, plan.built.case
    notes = [
        *built.notes,
        *(
            (f"{one.aim.label}：{one.zh}，未进规划求解", f"{one.aim.id}: {one.en}; not in the programme")
            for one in built.goals.silent
        ),
    ]
    blank = Pathway(
        region=case.region, scenario=case.scenario, aims=plan.aims, objective=plan.purpose, status="infeasible", quarters=case.quarters,
        simulated=case.simulated,
    )  # fmt: skip
    if not solution.found:
        reason = plan.why_not() if plan.aims == "hard" or plan.built.program.clauses else None
        status = "infeasible" if solution.proved else "stopped"
        return replace(
            blank,
            status=status,
            conflict=reason,
            goals=_goal_rows(built, None, shown, None, margin, risks),
            notes=tuple(notes),
            why_zh=solution.why_zh,
            why_en=solution.why_en,
        )
    solution = plan.last = _trimmed(plan, solution)
    moves, _ = with_gains(plan, solution, moves_of(built, solution))
    done, again, supplied = finished(plan, solution, shown, library)
    moves = tuple(sorted((*moves, *supplied), key=lambda move: (move.cost, move.key)))
    rows = _goal_rows(built, solution, shown, again, margin, risks)
    sizes = {goal.aim.id: goal for goal in built.goals.goals}
    drift = max((_drift(row, sizes[row.aim.id]) for row in rows if row.aim.id in sizes), default=0.0)
    return replace(
        blank,
        status="optimal" if solution.proved else "best",
        goals=rows,
        moves=moves,
        cost=sum(move.cost for move in moves),
        schedule=schedule(built, solution),
        links=links(again, case),
        prices=prices(plan) if priced else (),
        money=money(built, solution, moves),
        before=totals(built, shown, None),
        after=totals(built, again, solution),
        sources=sources(built, solution),
        chosen=chosen_of(built, solution),
        gap=solution.gap,
        proved=solution.proved,
        drift=drift,
        verified=True,
        seconds=solution.seconds,
        case=done,
        notes=tuple(notes),
    )


def _trimmed(plan: Plan, solution: Solution) -> Solution:
    """Without power beside the quotas that brings no goal nearer: the programme leaves it in where the goals' slack allows."""
    built = plan.built
    values = np.round(solution.x[built.integers])
    weight = plan.missed()
    closed = idle(built, solution)
    for move in sorted(moves_of(built, solution), key=lambda one: -one.cost):
        if move.kind != "power":
            continue
        tried = plan.run_plants(values, closed=np.array([*closed, *move.shut], np.int64), ceiling=solution.spent / WAN)
        if tried.found and float(weight @ tried.x) <= float(weight @ solution.x) + 1e-4:
            closed.extend(move.shut)
            solution = replace(
                tried, gap=solution.gap, proved=solution.proved, seconds=solution.seconds, steps=solution.steps
            )
    return solution


def _library(library: Library | None) -> Library:
    if library is not None:
        return library
    from lvlian.chain.library import load_library

    return load_library()


def _goal_rows(
    built: Built,
    solution: Solution | None,
    shown: Projection,
    again: Projection | None,
    margin: Mapping[str, float] | None,
    risks: Mapping[str, Any] | None,
) -> tuple[GoalRow, ...]:
    known: dict[str, Goal] = {goal.aim.id: goal for goal in built.goals.goals}
    silent = {one.aim.id: one for one in built.goals.silent}
    plan = {} if solution is None else solution.figures(built)
    chances = risks or {}
    rows = []
    for aim in built.case.aims:
        row = shown.aim(aim.id)
        later = None if again is None else again.aim(aim.id)
        goal, why = known.get(aim.id), silent.get(aim.id)
        tight = None
        if goal is not None and margin and margin.get(aim.id):
            tight = goal.most - margin[aim.id] if goal.upper else goal.least + margin[aim.id]
        rows.append(
            GoalRow(
                aim=aim, before=row.value, after=None if later is None else later.value, plan=_finite(plan.get(aim.id)), least=row.least, most=row.most,
                short_before=row.short or 0.0, short=(row.short or 0.0) if later is None else later.short or 0.0, target=tight,
                chance_before=chance_of(chances.get("before"), aim.id), chance=chance_of(chances.get("after"), aim.id),
                why_zh="；".join(m.zh for m in row.missing[:2]) if row.missing else "" if why is None else why.zh, why_en="; ".join(m.en for m in row.missing[:2]) if row.missing else "" if why is None else why.en,
            )
        )  # fmt: skip
    return tuple(rows)


def _drift(row: GoalRow, goal: Goal) -> float:
    if row.plan is None or row.after is None:
        return 0.0
    return abs(row.plan - row.after) / max(abs(goal.aim.value), 1e-9)


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


__all__ = ["pathway", "told"]
