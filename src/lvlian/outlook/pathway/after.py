"""The case as it stands when a pathway's moves are done: dates, factors, quotas, contracts; what the projection is run on again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from lvlian.outlook.case import Case, Contract, Factor, Limit, Premise, Project, Ref, Step
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.choices import NEVER
from lvlian.outlook.pathway.power import DRY, wet_season
from lvlian.outlook.pathway.solve import Solution
from lvlian.outlook.pipeline import pipeline
from lvlian.outlook.pipeline.calendar import day_at

HIS = Ref(kind="assumption", words="路径求解", who="推演")
ROUNDS = 3
"""How often dates are corrected until the pipeline gives the first outputs that were chosen."""


def after(built: Built, solution: Solution, contracts: Sequence[Contract] = ()) -> Case:
    """The case with all moves done. Contracts are added where the order of merit would not send the metal there by itself."""
    case, choices = built.case, built.choices
    premises = {one.key: one for one in case.premises}
    projects = list(case.projects)
    plants = {plant.id: plant for plant in case.plants}
    place_of = {one.id: place for place, one in enumerate(case.projects)}
    targets: dict[int, float] = {}
    for n in solution.chosen.tolist():
        project = built.added.case.projects[choices.project[n]]
        shift, start = int(choices.shift[n]), float(choices.time[n])
        if project.id in built.added.retrofits:
            old = built.added.case.plants[built.added.retrofits[project.id]]
            twin = next(plant for plant in built.added.case.plants if plant.id == project.id)
            day = _day(case, start)
            plants[old.id] = replace(plants[old.id], until=day)
            plants[project.id] = replace(twin, project="", since=day)
        elif project.id in built.added.retires:
            old = built.added.case.plants[built.added.retires[project.id]]
            plants[old.id] = replace(plants[old.id], until=_day(case, start))
        elif choices.base[n]:
            continue
        elif shift == NEVER:
            _set(premises, f"project.{project.id}.run", 0.0, project.name)
        else:
            place = place_of[project.id]
            projects[place] = _moved(case, replace(project, optional=False), start, shift)
            targets[place] = start
            if project.optional and f"project.{project.id}.run" in premises:
                _set(premises, f"project.{project.id}.run", 1.0, project.name)
    found = replace(
        case,
        projects=tuple(projects),
        plants=tuple(plants.values()),
        factors=_factors(built, solution),
        limits=_limits(built, solution),
        contracts=(*case.contracts, *contracts),
        premises=tuple(premises.values()),
    )
    found = _dry(built, solution, found)
    return _timed(found, targets)


def _moved(case: Case, project: Project, start: float, shift: int) -> Project:
    """Its steps to come by the shift, its first output on the day chosen."""
    steps = []
    running = False
    for step in project.steps:
        day = step.day
        if step.done is not None or day is None or step.stage == "counted":
            steps.append(step)
        elif step.stage == "running":
            running = True
            steps.append(replace(step, revised=_day(case, start)))
        else:
            steps.append(replace(step, revised=_later(day, shift)))
    if not running:
        steps.append(Step(stage="running", revised=_day(case, start), ref=HIS))
    return replace(project, steps=tuple(steps))


def _timed(case: Case, targets: Mapping[int, float]) -> Case:
    """Slips of projects corrected until the pipeline gives the first outputs chosen, as far as factors let it."""
    for _ in range(ROUNDS):
        start = pipeline(case).start
        wrong = {
            place: time - float(start[place])
            for place, time in targets.items()
            if np.isfinite(start[place]) and abs(start[place] - time) > 5e-3
        }
        if not wrong:
            break
        premises = {one.key: one for one in case.premises}
        for place, gap in wrong.items():
            key = f"project.{case.projects[place].id}.slip"
            _set(premises, key, case.figure(key, 0.0) + gap, case.projects[place].name)
        case = replace(case, premises=tuple(premises.values()))
    return case


def _factors(built: Built, solution: Solution) -> tuple[Factor, ...]:
    case, choices = built.case, built.choices
    out = list(case.factors)
    for m, column in enumerate(built.z.tolist()):
        if round(float(solution.x[column])) == 1 and choices.sooner[m] > 0:
            place = int(choices.factor[m])
            slip = case.figure(f"factor.{case.factors[place].id}.slip", 0.0)
            out[place] = replace(out[place], revised=_day(case, float(choices.day[m]) - slip))
    for (kind, unit), columns in built.lots.items():
        size = float(built.options.lots["size"])
        for q in np.flatnonzero(np.round(solution.x[columns]) > 0).tolist():
            amount = size * round(float(solution.x[columns[q]]))
            out.append(
                Factor(
                    id=f"lot-{case.quarters[q]}", kind="land", title=f"{case.quarters[q].zh}新增批次用地", amount=amount, unit=unit,
                    promised=case.quarters[q].first, unit_name=str(built.options.lots["who"]), ref=HIS,
                )
            )  # fmt: skip
        assert kind == "land"  # only land comes by lots
    return tuple(out)


def beside(built: Built, solution: Solution, limit: str) -> np.ndarray:
    """(Q,) kWh by which a quota of electricity is widened in each quarter, all sources together."""
    out = np.zeros(built.case.count)
    for (_, which), columns in built.extra.items():
        if which == limit:
            out[built.rows[limit] >= 0] += solution.x[columns]
    return out


def _limits(built: Built, solution: Solution) -> tuple[Limit, ...]:
    """A limit that is widened becomes one a year, so that each quarter has its own."""
    out: list[Limit] = []
    for limit in built.case.limits:
        more = beside(built, solution, limit.id) if limit.id in built.rows else np.zeros(built.case.count)
        if not (more > 1.0).any():
            out.append(limit)
            continue
        for year in dict.fromkeys(quarter.year for quarter in built.case.quarters):
            if limit.years and year not in limit.years:
                continue
            season = list(limit.season)
            for q, quarter in enumerate(built.case.quarters):
                if quarter.year == year:
                    season[quarter.number - 1] += 4.0 * float(more[q]) / limit.amount
            out.append(
                replace(
                    limit, id=f"{limit.id}@{year}", years=(year,), season=(season[0], season[1], season[2], season[3])
                )
            )
    return tuple(out)


def _dry(built: Built, solution: Solution, case: Case) -> Case:
    """Where the dry season stands as a premise, what other sources bring takes back that part of it."""
    premise = case.premise(DRY)
    if DRY not in built.rows or premise is None:
        return case
    more = beside(built, solution, DRY)
    if not (more > 1.0).any():
        return case
    model = built.model
    takes = np.maximum(-model.coef[model.good["electricity"]], 0.0)
    standing = built.choices.standing + built.choices.capacity[solution.chosen].sum(axis=0)
    wet = wet_season(built)
    members = (model.season < wet - 1e-12).any(axis=1) & (takes > 0)
    each = (takes * members)[:, None] * model.load[:, None] * standing
    dry = built.rows[DRY] >= 0
    # from now on a quota by quarter: what the dry season leaves and what comes beside it; in other quarters all that the lines can take
    quota = np.where(dry, (each * model.season).sum(axis=0) + more, (each * wet).sum(axis=0))
    names = tuple(dict.fromkeys(model.plants[p].process for p in np.flatnonzero(members)))
    limits = list(case.limits)
    for year in dict.fromkeys(quarter.year for quarter in case.quarters):
        rows = {quarter.number: float(quota[q]) for q, quarter in enumerate(case.quarters) if quarter.year == year}
        amount = max(sum(rows.values()), 1.0)
        season = [4.0 * rows.get(number, amount) / amount for number in (1, 2, 3, 4)]
        limits.append(
            Limit(
                id=f"{DRY}@{year}", good="electricity", zh=f"{year}年电解用电（枯水期，含外购等）", en=f"power of smelting in {year}", amount=amount,
                season=(season[0], season[1], season[2], season[3]), years=(year,), processes=names, ref=HIS,
            )
        )  # fmt: skip
    # The season stands in the quotas now: drawn once more as a premise it would count twice.
    turned = case.turned({DRY: 0.0})
    premises = tuple(replace(one, spread=0.0) if one.key == DRY else one for one in turned.premises)
    return replace(turned, premises=premises, limits=tuple(limits))


def _set(premises: dict[str, Premise], key: str, value: float, name: str) -> None:
    old = premises.get(key)
    if old is not None:
        premises[key] = replace(old, value=value, baseline=old.value if old.baseline is None else old.baseline)
    else:
        premises[key] = Premise(
            key=key, zh=name, en=name, value=value, low=-8.0, high=8.0, group="project", baseline=0.0, ref=HIS
        )


def _day(case: Case, time: float) -> date:
    found = day_at(case.first, time)
    return case.today if found is None else found


def _later(day: date, quarters: int) -> date:
    """The same day of a quarter so many quarters on (the month's last day where it has no such day)."""
    month = day.year * 12 + day.month - 1 + 3 * quarters
    year, here = divmod(month, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, here + 1, number)
        except ValueError:
            continue
    return date(year, here + 1, 28)


__all__ = ["after", "beside"]
