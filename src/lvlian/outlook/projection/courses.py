"""What the plan promised against what was told since and what is projected: each goal with its projects on the promised days, on the days
told since, and as the pipeline expects them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.pipeline import pipeline
from lvlian.outlook.projection.reach import figures_of, measure_of
from lvlian.outlook.projection.run import run

if TYPE_CHECKING:
    from lvlian.outlook.projection.projection import Live


@dataclass(frozen=True, kw_only=True)
class Course:
    """A goal's figure in its year, in its unit, on three courses: `promised` every project and factor on the day first promised, `revised` on the day
    told since, `projected` with slips and what the overdue are expected to take. `quarters`: the promised course, by quarter. None, NaN
    where there is no figure."""

    aim: str
    promised: float | None
    revised: float | None
    projected: float | None
    quarters: tuple[float, ...]


def courses(live: Live) -> tuple[Course, ...]:
    """One for every goal that a formula knows; three draws of one run."""
    case, line = live.case, live.line
    plan = pipeline(as_promised(case))
    still = replace(
        line,
        slip=np.zeros_like(line.slip),
        factor_slip=np.zeros_like(line.factor_slip),
        expected=np.zeros_like(line.expected),
        factor_expected=np.zeros_like(line.factor_expected),
        rate=None,
    )
    begun = np.stack([plan.start, still.start, line.start])
    built = np.stack([plan.capacity, still.capacity, live.model.capacity])
    many = run(live.model, capacity=built, chain=live.run.chain)
    days = np.stack([plan.factor_day, line.factor_base, line.factor_day])
    stage = live.bench.stage(many, begun, days)
    out = []
    for aim in case.aims:
        measure = measure_of(live.bench, aim)
        if measure is None:
            continue
        figures = measure.figures(stage)
        level = measure.level(figures)
        if level is None:
            continue
        found, _ = figures_of(case, aim, measure, figures)
        told = (
            [None] * 3
            if found is None
            else [float(x) if math.isfinite(x) else None for x in np.broadcast_to(found, (3,))]
        )
        out.append(
            Course(
                aim=aim.id,
                promised=told[0],
                revised=told[1],
                projected=told[2],
                quarters=tuple(float(x) for x in level[0] / aim.factor),
            )
        )
    return tuple(out)


def as_promised(case: Case) -> Case:
    """The case in which nothing was ever put off: days told since are forgotten where a day was promised, no slip, seen from its beginning."""
    return replace(
        case,
        today=min(case.today, case.first.first),
        projects=tuple(
            replace(
                project,
                steps=tuple(
                    step if step.promised is None or step.done is not None else replace(step, revised=None)
                    for step in project.steps
                ),
            )
            for project in case.projects
        ),
        factors=tuple(
            factor if factor.promised is None or factor.done is not None else replace(factor, revised=None)
            for factor in case.factors
        ),
        premises=tuple(
            replace(one, value=1.0)
            if one.key == "start.rate"
            else replace(one, value=0.0)
            if one.key.endswith(".slip")
            else one
            for one in case.premises
        ),
    )


def course_from_json(data: Mapping[str, Any]) -> Course:
    """The record of `plain`."""
    return Course(**{**data, "quarters": tuple(math.nan if x is None else x for x in data["quarters"])})


__all__ = ["Course", "as_promised", "course_from_json", "courses"]
