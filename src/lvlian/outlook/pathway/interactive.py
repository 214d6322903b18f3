"""A pathway under a slider: what changes is taken over at once with the same choices, and improved afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.pathway.assembly import told
from lvlian.outlook.pathway.build import Built
from lvlian.outlook.pathway.load_options import options_of
from lvlian.outlook.pathway.record import Pathway
from lvlian.outlook.pathway.solve import Plan, Solution, plan_of
from lvlian.outlook.program import Progress
from lvlian.outlook.projection import project

if TYPE_CHECKING:
    from lvlian.chain.library import Library


QUOTAS = frozenset({"power.limit", "power.dry", "power.share"})
"""Premises that change quotas only: what goals are made of stays as it is."""


class Desk:
    """A plan that is asked again and again. `turn` gives the best with the same projects and factors (a linear programme), `improve`
    proves or betters it. Not for two threads at once. Keys of sliders are premises of the case."""

    def __init__(
        self,
        case: Case,
        library: Library,
        *,
        options: Any = None,
        aims: str = "soft",
        objective: str = "cost",
        budget: float | None = None,
        gap: float = 1e-3,
    ) -> None:
        self.first, self.library = case, library
        self.keys: dict[str, Any] = {"aims": aims, "purpose": objective, "budget": budget, "gap": gap}
        self.options = options_of(options)
        self.case = case
        self.plan: Plan = plan_of(case, library, self.options, **self.keys)
        self.solution: Solution = self.plan.solve()

    def turn(self, values: Mapping[str, float]) -> Solution:
        """The case with premises turned (against the one that the desk began with), the same choices as in the last answer. Where those cannot
        stand any more, it is solved anew. `seconds` of the answer is all of it. Raises CaseError for a key that no premise has."""
        begun = time.perf_counter()
        case = self.first.turned(values)
        kept = _choices(self.plan.built, self.solution)
        now = {one.key: one.value for one in self.case.premises}
        turned = {one.key for one in case.premises if now.get(one.key) != one.value}
        same = self.plan.built.goals if turned <= QUOTAS else None
        plan = plan_of(case, self.library, self.options, **self.keys, goals=same)
        self.case, self.plan = case, plan
        found = plan.run_plants(_values(plan.built, kept)) if self.solution.found else self.solution
        if not found.found:
            found = plan.solve()
        else:
            found = replace(found, proved=False, gap=float("nan"))
        plan.last = found
        self.solution = replace(found, seconds=time.perf_counter() - begun)
        return self.solution

    def improve(
        self,
        *,
        seconds: float | None = None,
        progress: Callable[[str, Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Solution:
        """The best way of the case as it is now."""
        self.solution = self.plan.solve(seconds=seconds, progress=progress, stop=stop)
        return self.solution

    def told(self, *, priced: bool = False) -> Pathway:
        """The last answer in words and tables."""
        return told(self.plan, self.solution, project(self.case, self.library), self.library, priced=priced)


Kept = tuple[dict[str, float], dict[str, int], dict[tuple[str, str], np.ndarray]]


def _choices(built: Built, solution: Solution) -> Kept:
    """Project id → quarter of its first output (inf never), factor id → quarters sooner, lots."""
    if not solution.found:
        return {}, {}, {}
    choices, case = built.choices, built.added.case
    shifts = {
        case.projects[choices.project[n]].id: (
            float(choices.shift[n]) if not case.projects[choices.project[n]].optional else float(choices.time[n])
        )
        for n in solution.chosen.tolist()
    }
    sooner = {
        case.factors[choices.factor[m]].id: int(choices.sooner[m])
        for m, column in enumerate(built.z.tolist())
        if round(float(solution.x[column])) == 1
    }
    return shifts, sooner, {key: np.round(solution.x[columns]) for key, columns in built.lots.items()}


def _values(built: Built, kept: Kept) -> np.ndarray:
    """The integers of a programme nearest to choices kept from another: the same shift where it may be chosen, else the nearest."""
    shifts, sooner, lots = kept
    choices, case = built.choices, built.added.case
    y, z = np.zeros(len(built.y)), np.zeros(len(built.z))
    for place, rows in choices.of_project.items():
        project = case.projects[place]
        wanted = shifts.get(project.id)
        if wanted is None:
            if not project.optional:
                y[rows[np.argmax(choices.base[rows])]] = 1.0
            continue
        have = choices.time[rows] if project.optional else choices.shift[rows].astype(float)
        y[rows[np.argmin(np.abs(have - wanted))]] = 1.0
    for place, rows in choices.of_factor.items():
        wanted_k = sooner.get(case.factors[place].id, 0)
        z[rows[np.argmin(np.abs(choices.sooner[rows] - wanted_k))]] = 1.0
    parts = [y, z]
    for key, columns in built.lots.items():
        parts.append(lots.get(key, np.zeros(len(columns))))
    return np.concatenate(parts)


__all__ = ["Desk"]
