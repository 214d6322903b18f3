"""Tables of a pathway: who starts when, money by year, totals, power by source."""

from __future__ import annotations

import numpy as np

from lvlian.outlook.model import PER_YEAR
from lvlian.outlook.pathway.amounts import spending
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.choices import NEVER
from lvlian.outlook.pathway.money import annuity, carbon_of, investment_of, jobs_of, rate_of, residual
from lvlian.outlook.pathway.moves import Move
from lvlian.outlook.pathway.record import MoneyRow, ScheduleRow, Totals
from lvlian.outlook.pathway.solve import Solution
from lvlian.outlook.pipeline.calendar import day_at
from lvlian.outlook.projection import Projection


def chosen_of(built: Built, solution: Solution) -> tuple[tuple[str, int], ...]:
    """(project id, place of the quarter of its first output; NEVER) of every choice, in the order of the case."""
    choices = built.choices
    return tuple(
        (
            built.added.case.projects[choices.project[n]].id,
            NEVER if not np.isfinite(choices.time[n]) else int(np.floor(choices.time[n] + 1e-6)),
        )
        for n in sorted(solution.chosen.tolist(), key=lambda n: int(choices.project[n]))
    )


def schedule(built: Built, solution: Solution) -> tuple[ScheduleRow, ...]:
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
            out.append(
                ScheduleRow(
                    project.id,
                    project.name,
                    project.firm,
                    before,
                    now,
                    None if shift == NEVER or before is None else shift,
                    project.optional,
                )
            )
        else:
            chosen = place in choices.of_project
            out.append(
                ScheduleRow(
                    project.id,
                    project.name,
                    project.firm,
                    before,
                    None if chosen else before,
                    None if chosen else 0,
                    project.optional,
                )
            )
    return tuple(out)


def money(built: Built, solution: Solution, moves: tuple[Move, ...]) -> tuple[MoneyRow, ...]:
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
    return tuple(
        MoneyRow(year, row[0], row[1], row[2], row[3], rest if year == last else 0.0) for year, row in by_year.items()
    )


def totals(built: Built, shown: Projection, solution: Solution | None) -> Totals:
    """People that projects bring by the end, value and carbon over the period, from a projection."""
    case, options, live = built.added.case, built.options, shown.live
    choices = built.choices
    start = choices.begin if solution is None else choices.starts(solution.chosen)
    jobs = sum(
        jobs_of(case, one, options)
        for place, one in enumerate(case.projects)
        if np.isfinite(start[place]) and start[place] < case.count
    )
    if live is None:
        return Totals(jobs, 0.0, 0.0)
    per_tonne, grid = carbon_of(live.model, live.run.chain, live.library)
    carbon = float((per_tonne[:, None] * live.run.activity[0]).sum())
    if solution is not None:
        carbon -= grid * sum(
            float(solution.x[columns].sum())
            for (name, _), columns in built.extra.items()
            if name in ("cross_province", "pv")
        )
    value = 0.0
    if "chain_output_value" in live.bench.book:
        found = live.bench.measure("chain_output_value").figures(live.stage).numerator
        value = 0.0 if found is None else float(found[0].sum())
    return Totals(jobs, value, carbon)


def sources(built: Built, solution: Solution) -> dict[str, tuple[float, ...]]:
    """kWh a quarter by source beside each quota; `grid <limit>` is what the quota itself gives."""
    out: dict[str, tuple[float, ...]] = {}
    for (name, limit), columns in built.extra.items():
        row = np.zeros(built.case.count)
        row[built.rows[limit] >= 0] = solution.x[columns]
        if row.any():
            out[f"{name} {limit}"] = tuple(float(x) for x in row)
    return out


__all__ = ["chosen_of", "money", "schedule", "sources", "totals"]
