"""A pathway from beginning to end: programme, moves and what each buys, the finished case projected again, prices, money."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.pathway.after import after
from lvlian.outlook.pathway.amounts import spending
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.choices import NEVER
from lvlian.outlook.pathway.goal import Goal
from lvlian.outlook.pathway.links import links, wanted
from lvlian.outlook.pathway.load_options import Options, options_of
from lvlian.outlook.pathway.money import annuity, investment_of, jobs_of, rate_of, residual
from lvlian.outlook.pathway.moves import Move, moves_of, with_gains
from lvlian.outlook.pathway.prices import prices
from lvlian.outlook.pathway.record import GoalRow, MoneyRow, Pathway, ScheduleRow, Totals
from lvlian.outlook.pathway.solve import Plan, Solution, plan_of
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.outlook.program import Progress
from lvlian.outlook.projection import Projection, project

if TYPE_CHECKING:
    from lvlian.chain.library import Library

CHANCE = 0.8
"""The chance that a goal is to be reached with, where none is said."""
DRAWS = 1000
"""Draws of the risk step that a margin is taken from."""


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
        margin, risks["before"] = _margins(case, shelf, shown, margin, chance)
    plan = plan_of(case, shelf, chosen, aims=aims, purpose=objective, budget=budget, margin=margin, gap=gap)
    left = None if seconds is None else max(seconds - (time.perf_counter() - begun), 0.1)
    solution = plan.solve(seconds=left, progress=progress, stop=stop)
    if aims == "chance" and solution.found:
        plan, solution, margin = _again(plan, solution, case, shelf, chosen, objective, budget, margin or {}, chance, gap, risks)
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
    notes = [*built.notes, *((f"{one.aim.label}：{one.zh}，未进规划求解", f"{one.aim.id}: {one.en}; not in the programme") for one in built.goals.silent)]
    blank = Pathway(
        region=case.region, scenario=case.scenario, aims=plan.aims, objective=plan.purpose, status="infeasible", quarters=case.quarters,
        simulated=case.simulated,
    )  # fmt: skip
    if not solution.found:
        reason = plan.why_not() if plan.aims == "hard" or plan.built.program.clauses else None
        status = "infeasible" if solution.proved else "stopped"
        return replace(blank, status=status, conflict=reason, goals=_goal_rows(built, None, shown, None, margin, risks), notes=tuple(notes), why_zh=solution.why_zh, why_en=solution.why_en)
    moves, _ = with_gains(plan, solution, moves_of(built, solution))
    finished, again, links_moves = _finished(plan, solution, shown, library)
    moves = tuple(sorted((*moves, *links_moves), key=lambda move: (move.cost, move.key)))
    rows = _goal_rows(built, solution, shown, again, margin, risks)
    sizes = {goal.aim.id: goal for goal in built.goals.goals}
    drift = max((_drift(row, sizes[row.aim.id]) for row in rows if row.aim.id in sizes), default=0.0)
    return replace(
        blank,
        status="optimal" if solution.proved else "best",
        goals=rows,
        moves=moves,
        cost=sum(move.cost for move in moves),
        schedule=_schedule(built, solution),
        links=links(again, case),
        prices=prices(plan) if priced else (),
        money=_money(built, solution, moves),
        before=_totals(built, shown, None),
        after=_totals(built, again, solution),
        sources=_sources(built, solution),
        chosen=chosen_of(built, solution),
        gap=solution.gap,
        proved=solution.proved,
        drift=drift,
        verified=True,
        seconds=solution.seconds,
        case=finished,
        notes=tuple(notes),
    )


def chosen_of(built: Built, solution: Solution) -> tuple[tuple[str, int], ...]:
    """(project id, place of the quarter of its first output; NEVER) of every choice, in the order of the case."""
    choices = built.choices
    return tuple(
        (built.added.case.projects[choices.project[n]].id, NEVER if not np.isfinite(choices.time[n]) else int(np.floor(choices.time[n] + 1e-6)))
        for n in sorted(solution.chosen.tolist(), key=lambda n: int(choices.project[n]))
    )


def _library(library: Library | None) -> Library:
    if library is not None:
        return library
    from lvlian.chain.library import load_library

    return load_library()


def _finished(plan: Plan, solution: Solution, shown: Projection, library: Library) -> tuple[Case, Projection, tuple[Move, ...]]:
    """The finished case and its projection; contracts where the order of merit alone would leave goals shorter than the plan does."""
    built = plan.built
    finished = after(built, solution)
    again = project(finished, library)
    if not built.options.may("links"):
        return finished, again, ()
    contracts = wanted(built, solution, again)
    if not contracts:
        return finished, again, ()
    best = project(after(built, solution, contracts), library)
    if _short(built, best) >= _short(built, again) - 1e-4:
        return finished, again, ()
    kept, without = list(contracts), {}
    for one in contracts:  # those that change nothing are no moves
        fewer = [other for other in kept if other is not one]
        shown_without = project(after(built, solution, fewer), library) if fewer else again
        if _short(built, shown_without) <= _short(built, best) + 1e-3:
            kept, best = fewer, shown_without
        else:
            without[id(one)] = shown_without
    finished = after(built, solution, kept)
    return finished, best, tuple(_link_move(built, one, without[id(one)], best) for one in kept)


def _short(built: Built, shown: Projection) -> float:
    """Sum of shares of the targets that a projection misses."""
    total = 0.0
    seen = set()
    for goal in built.goals.goals:
        if goal.aim.id in seen:
            continue
        seen.add(goal.aim.id)
        row = shown.aim(goal.aim.id)
        if row.short:
            total += row.short / max(abs(goal.aim.value), 1e-9)
    return total


def _link_move(built: Built, contract: Any, before: Projection, now: Projection) -> Move:
    case, table = built.case, built.options.links
    names = {key: case.names.get(key, key) for key in (contract.source, contract.target)}
    live = now.live
    zh_good = contract.good if live is None or contract.good not in live.library.goods else live.library.goods[contract.good].zh
    amount = float(contract.amount or 0.0)
    gain = {row.aim.id: row.value - old.value for row, old in zip(now.aims, before.aims, strict=True) if row.value is not None and old.value is not None}
    return Move(
        key=f"link:{contract.source}:{contract.target}:{contract.good}", kind="link",
        zh=f"{zh_good}每年 {amount / 1e4:.1f} 万吨由{names[contract.source]}供{names[contract.target]}", en=f"{amount / 1e3:,.0f} kt of {contract.good} a year from {contract.source} to {contract.target}",
        who=str(table["who"]), when=case.quarters[0], day=None, cost=amount * float(table["cost"]) * case.count / PER_YEAR, gain=gain, track=str(table["track"]),
        data={"title": f"{names[contract.source]}—{names[contract.target]}供料", "good": contract.good, "amount": round(amount)}, contract=contract,
    )  # fmt: skip


def _goal_rows(
    built: Built, solution: Solution | None, shown: Projection, again: Projection | None, margin: Mapping[str, float] | None,
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
                chance_before=_chance(chances.get("before"), aim.id), chance=_chance(chances.get("after"), aim.id),
                why_zh="；".join(m.zh for m in row.missing[:2]) if row.missing else "" if why is None else why.zh, why_en="; ".join(m.en for m in row.missing[:2]) if row.missing else "" if why is None else why.en,
            )
        )  # fmt: skip
    return tuple(rows)


def _drift(row: GoalRow, goal: Goal) -> float:
    if row.plan is None or row.after is None:
        return 0.0
    return abs(row.plan - row.after) / max(abs(goal.aim.value), 1e-9)


def _schedule(built: Built, solution: Solution) -> tuple[ScheduleRow, ...]:
    choices, case = built.choices, built.added.case
    taken = {int(choices.project[n]): int(n) for n in solution.chosen}
    out = []
    for place, project in enumerate(built.case.projects):
        start = float(choices.begin[place])
        before = day_at(case.first, start)
        if place in taken:
            n = taken[place]
            shift = int(choices.shift[n])
            now = day_at(case.first, float(choices.time[n]))
            out.append(ScheduleRow(project.id, project.name, project.firm, before, now, None if shift == NEVER or before is None else shift, project.optional))
        else:
            chosen = place in choices.of_project
            out.append(ScheduleRow(project.id, project.name, project.firm, before, None if chosen else before, None if chosen else 0, project.optional))
    return tuple(out)


def _money(built: Built, solution: Solution, moves: tuple[Move, ...]) -> tuple[MoneyRow, ...]:
    """Investment evenly over building, annuities of what stands, what the moves cost, the plants' margin; and what is left at the end."""
    case, choices, options = built.added.case, built.choices, built.options
    rate = rate_of(case, options)
    spend, annual = np.zeros(case.count), np.zeros(case.count)
    rest = 0.0
    for n in solution.chosen.tolist():
        start = float(choices.time[n])
        if not np.isfinite(start):
            continue
        project = case.projects[choices.project[n]]
        size, life = investment_of(case, project, options), options.by_kind("life", project.kind)
        spend += spending(built, n)
        quarters = np.arange(case.count, dtype=float)
        stands = np.clip(np.minimum(quarters + 1, start + life * PER_YEAR) - np.maximum(quarters, start), 0.0, 1.0)
        annual += size * annuity(rate, life) / PER_YEAR * stands
        rest += size * residual(rate, life, float(stands.sum()) / PER_YEAR)
    margin = (solution.x[built.x] * built.model.margin).sum(axis=0)
    by_year: dict[int, list[float]] = {}
    for q, quarter in enumerate(case.quarters):
        row = by_year.setdefault(quarter.year, [0.0, 0.0, 0.0, 0.0])
        row[0] += float(spend[q])
        row[1] += float(annual[q])
        row[3] += float(margin[q])
    for move in moves:
        if move.kind not in ("project", "retrofit") and by_year:  # those are investments
            year = min(max(move.when.year, case.quarters[0].year), case.quarters[-1].year)
            by_year[year][2] += move.cost
    last = case.quarters[-1].year
    return tuple(MoneyRow(year, *row, residual=rest if year == last else 0.0) for year, row in by_year.items())


def _totals(built: Built, shown: Projection, solution: Solution | None) -> Totals:
    """People that projects bring by the end, value and carbon over the period, from a projection."""
    case, options, live = built.added.case, built.options, shown.live
    choices = built.choices
    start = choices.begin if solution is None else choices.starts(solution.chosen)
    jobs = sum(jobs_of(case, one, options) for place, one in enumerate(case.projects) if np.isfinite(start[place]) and start[place] < case.count)
    if live is None:
        return Totals(jobs, 0.0, 0.0)
    from lvlian.outlook.pathway.money import carbon_of

    per_tonne, grid = carbon_of(live.model, live.run.chain, live.library)
    carbon = float((per_tonne[:, None] * live.run.activity[0]).sum())
    if solution is not None:
        carbon -= grid * sum(float(solution.x[columns].sum()) for (name, _), columns in built.extra.items() if name in ("cross_province", "pv"))
    value = 0.0
    if "chain_output_value" in live.bench.book:
        found = live.bench.measure("chain_output_value").figures(live.stage).numerator
        value = 0.0 if found is None else float(found[0].sum())
    return Totals(jobs, value, carbon)


def _sources(built: Built, solution: Solution) -> dict[str, tuple[float, ...]]:
    """kWh a quarter by source beside each quota; `grid <limit>` is what the quota itself gives."""
    out: dict[str, tuple[float, ...]] = {}
    for (name, limit), columns in built.extra.items():
        row = np.zeros(built.case.count)
        row[built.rows[limit] >= 0] = solution.x[columns]
        if row.any():
            out[f"{name} {limit}"] = tuple(float(x) for x in row)
    return out


def _margins(
    case: Case, library: Library, shown: Projection, given: Mapping[str, float] | None, chance: float
) -> tuple[dict[str, float], Any]:
    """Aim id → how far the figure that is reached with `chance` lies on the wrong side of the projection's; and the risk it is read from."""
    from lvlian.outlook.risk import risk

    drawn = risk(case, library, draws=DRAWS)
    out = dict(given or {})
    for row in shown.aims:
        if row.value is None or row.aim.id in out:
            continue
        found = next((one for one in drawn.chances if one.aim.id == row.aim.id), None)
        if found is None or found.figures is None or not math.isfinite(float(np.nanmean(found.figures))):
            continue
        upper = not math.isfinite(row.least)
        level = float(np.nanquantile(found.figures, chance if upper else 1.0 - chance))
        out[row.aim.id] = max((level - row.value) if upper else (row.value - level), 0.0)
    return out, drawn


def _again(
    plan: Plan, solution: Solution, case: Case, library: Library, options: Options, purpose: str, budget: float | None, margin: Mapping[str, float],
    chance: float, gap: float, risks: dict[str, Any],
) -> tuple[Plan, Solution, Mapping[str, float]]:
    """The margin read once more from the finished case, solved again, and the finished case drawn: what chance was really reached."""
    from lvlian.outlook.risk import risk

    finished = after(plan.built, solution)
    fresh, drawn = _margins(finished, library, project(finished, library), None, chance)
    risks["after"] = drawn
    wider = {key: max(margin.get(key, 0.0), fresh.get(key, 0.0)) for key in {*margin, *fresh}}
    if all(wider[key] <= margin.get(key, 0.0) * 1.02 + 1e-9 for key in wider):
        return plan, solution, margin
    second = plan_of(case, library, options, aims="chance", purpose=purpose, budget=budget, margin=wider, gap=gap)
    better = second.solve()
    if not better.found:
        return plan, solution, margin
    risks["after"] = risk(after(second.built, better), library, draws=DRAWS)
    return second, better, wider


def _chance(drawn: Any, aim: str) -> float | None:
    found = None if drawn is None else next((one for one in drawn.chances if one.aim.id == aim), None)
    return None if found is None else found.chance


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


__all__ = ["chosen_of", "pathway", "told"]
