"""Goals that are to be reached with a chance: targets tightened by what the risk step says, and what chance the finished case has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.pathway.after import after
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.pathway.solve import Plan, Solution, plan_of
from lvlian.outlook.projection import Projection, project

if TYPE_CHECKING:
    from lvlian.chain.library import Library

DRAWS = 1000
"""Draws of the risk step that a margin is taken from."""


def margins(
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


def again_with_chance(
    plan: Plan,
    solution: Solution,
    case: Case,
    library: Library,
    options: Options,
    purpose: str,
    budget: float | None,
    margin: Mapping[str, float],
    chance: float,
    gap: float,
    risks: dict[str, Any],
) -> tuple[Plan, Solution, Mapping[str, float]]:
    """The margin read once more from the finished case, solved again, and the finished case drawn: what chance was really reached."""
    from lvlian.outlook.risk import risk

    finished = after(plan.built, solution)
    fresh, drawn = margins(finished, library, project(finished, library), None, chance)
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


def chance_of(drawn: Any, aim: str) -> float | None:
    found = None if drawn is None else next((one for one in drawn.chances if one.aim.id == aim), None)
    return None if found is None else found.chance


__all__ = ["again_with_chance", "chance_of", "margins"]
