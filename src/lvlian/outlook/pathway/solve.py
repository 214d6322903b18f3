"""A pathway's programme in the solver: goals first, by rank; then what was asked for at the least; then the plants run as they can."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case, CaseError
from lvlian.outlook.pathway.build import WAN, Built, build
from lvlian.outlook.pathway.goal import Goals, figure_of
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.program import Answer, Conflict, Progress, Session

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
AimMode = Literal["soft", "hard", "lexicographic", "chance"]
Purpose = Literal["cost", "jobs", "value", "carbon"]
AIMS: tuple[AimMode, ...] = ("soft", "hard", "lexicographic", "chance")
PURPOSES: tuple[Purpose, ...] = ("cost", "jobs", "value", "carbon")
FIRST = 20.0
"""How much a whole target outweighs all that the plants earn, in the last linear step."""
KEEP = 1e-6
"""Share of a target by which what was reached may give way when the next thing is asked for."""


@dataclass(frozen=True)
class Solution:
    """`x` over all columns, `short` (goals,) shares of the targets that are missed, `spent` yuan (discounted), `chosen` rows of choices that are
    taken. `proved`: every step was proved within `gap`. `seconds` of all steps. `why` where there is none."""

    found: bool
    x: Floats
    short: Floats
    spent: float
    chosen: Ints
    gap: float
    proved: bool
    seconds: float
    steps: tuple[tuple[str, float, str], ...] = ()
    why_zh: str = ""
    why_en: str = ""

    def figures(self, built: Built) -> dict[str, float]:
        """Aim id → the programme's figure in the aim's unit."""
        return figures(built, self.x)


def figures(built: Built, x: Floats) -> dict[str, float]:
    """Aim id → figure in the aim's unit at a point; NaN where there is nothing to divide by."""
    at = (x[built.x], x[built.flex], x[built.y], x[built.z])
    out: dict[str, float] = {}
    for goal in built.goals.goals:
        if goal.aim.id not in out:
            under = None if goal.denominator is None else goal.denominator.at(*at)
            out[goal.aim.id] = figure_of(goal, goal.numerator.at(*at), under)
    return out


@dataclass
class Plan:
    """A programme that is kept: solved, asked again with other bounds, fixed and freed. Not for two threads at once."""

    built: Built
    aims: AimMode = "soft"
    purpose: Purpose = "cost"
    gap: float = 1e-3
    mixed: Session = field(init=False)
    linear: Session = field(init=False)
    last: Solution | None = field(init=False, default=None)
    freed: bool = field(init=False, default=False)
    """Whether the rules of running were let go."""
    reach: Floats = field(init=False)
    """(P, Q) the most that each plant can make, whatever is chosen."""

    def __post_init__(self) -> None:
        matrix = self.built.program.matrix()
        choices, model = self.built.choices, self.built.model
        most = choices.standing + np.maximum(choices.capacity, 0.0).max(axis=0, initial=0.0)
        self.reach = most * model.load[:, None] * model.season
        self.mixed = Session(self.built.program)
        self.linear = Session(self.built.program, matrix=replace(matrix, integer=np.zeros_like(matrix.integer)))

    # -- what is asked for ---------------------------------------------------------------------------------------------

    def ranks(self) -> list[Ints]:
        """Places of goals by rank, the first rank first; one rank unless lexicographic."""
        goals = self.built.goals.goals
        if self.aims != "lexicographic":
            return [np.arange(len(goals))]
        told = self.built.options.priority
        last = max(told.values(), default=0) + 1
        rank = np.array([told.get(goal.aim.id, last) for goal in goals], np.int64)
        return [np.flatnonzero(rank == one) for one in np.unique(rank)]

    def missed(self, places: Ints | None = None) -> Floats:
        """Costs over all columns of missing the goals (all unless some are named), by weight."""
        goals = self.built.goals.goals
        out = np.zeros(self.built.program.width)
        for place in range(len(goals)) if places is None else places.tolist():
            out[self.built.short[place]] = self.built.options.weight.get(goals[place].aim.id, 1.0)
        return out

    def wanted(self) -> Floats:
        """Costs over all columns of what is asked for after the goals."""
        built = self.built
        spent = built.spent
        if self.purpose == "cost":
            share = float(built.options.money["margin"])
            return spent - share * built.reward if share else spent.copy()
        size = max(float(np.abs(spent).sum()), 1.0)
        least = 1e-4 * spent / size
        if self.purpose == "jobs":
            return least - built.jobs / max(float(np.abs(built.jobs).sum()), 1.0)
        if self.purpose == "value":
            return least * 1e-2 - built.value / max(float(np.abs(built.value).max()), 1e-12) * 1e-6
        return least * 1e-2 + built.carbon / max(float(np.abs(built.carbon).max()), 1e-12) * 1e-6

    def let_go(self) -> None:
        """Lets go that plants run as they can and that metal goes where the projection sends it first: where those rules and the quotas
        cannot all hold, the plan may run plants lower."""
        self.freed = True
        for block in self.built.program.matrix().rows:
            if block.name.startswith(("runs ", "sinks last ", "contract ")):
                for session in (self.mixed, self.linear):
                    session.bounds_rows(block.numbers.ravel(), lower=-np.inf)
        zh = "各厂能开就开、铝液先合同后择优与限额不能同时成立，本次放开，方案里有的厂开得比推演低"
        self.built.notes.append(
            (
                zh,
                "plants that run as they can and metal shared out as projected cannot hold with the quotas; let go here",
            )
        )

    # -- solving -------------------------------------------------------------------------------------------------------

    def solve(
        self,
        *,
        seconds: float | None = None,
        progress: Callable[[str, Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Solution:
        """All steps. `progress` is told the step (goals, purpose) and how far it is; `stop` leaves the best found."""
        begun = time.perf_counter()
        end = np.inf if seconds is None else begun + seconds
        all_columns = np.arange(self.built.program.width)
        added: list[Ints] = []
        steps: list[tuple[str, float, str]] = []
        best: Answer | None = None
        proved = True
        ranks = [] if self.aims == "hard" or self.built.options.goal_price is not None else self.ranks()
        try:
            for number, places in enumerate(ranks):
                if not len(places):
                    continue
                cost = self.missed(places)
                answer = self._ask(self.mixed, cost, all_columns, f"goals {number + 1}", progress, stop, end)
                steps.append((f"goals {number + 1}", answer.seconds, answer.status))
                if answer.status == "infeasible" and not self.freed:
                    self.let_go()
                    answer = self._ask(self.mixed, cost, all_columns, f"goals {number + 1}", progress, stop, end)
                if not answer.found:
                    if best is None:
                        return self._none(answer, begun, steps)
                    proved = False
                    break
                best, proved = answer, proved and answer.status == "optimal"
                at = np.flatnonzero(cost)
                kept = float(cost @ answer.x)
                added.append(
                    self.mixed.add_rows(
                        [-np.inf],
                        [kept * (1 + 1e-4) + KEEP + float(self.built.options.goals["slack"]) * len(places)],
                        0,
                        at,
                        cost[at],
                    )
                )
            cost = self.wanted()
            price = self.built.options.goal_price
            if price is not None:
                cost = cost + self.missed() * price * 100.0 / WAN
            if best is None or (time.perf_counter() < end and not (stop is not None and stop())):
                answer = self._ask(self.mixed, cost, all_columns, "purpose", progress, stop, end)
                if answer.status == "infeasible" and best is None and not self.freed and self.aims != "hard":
                    self.let_go()
                    answer = self._ask(self.mixed, cost, all_columns, "purpose", progress, stop, end)
                steps.append(("purpose", answer.seconds, answer.status))
                if answer.found:
                    best, proved = answer, proved and answer.status == "optimal"
                elif best is None:
                    return self._none(answer, begun, steps)
                else:
                    proved = False
            else:
                proved = False
        finally:
            for rows in reversed(added):
                self.mixed.remove_rows(rows)
        assert best is not None  # a step without an answer has returned
        integers = self.built.integers
        values = np.round(best.x[integers])
        self.last = self.run_plants(values, ceiling=float(self.built.spent @ best.x))
        if not self.last.found:
            self.last = self._read(best.x, best.gap, begun)
        self.last = replace(
            self.last, gap=best.gap, proved=proved, seconds=time.perf_counter() - begun, steps=tuple(steps)
        )
        return self.last

    def run_plants(self, values: Floats, *, ceiling: float | None = None, closed: Ints | None = None) -> Solution:
        """The linear programme with the choices given: goals as far as they go, and the plants run as they can. `ceiling` what may be spent
        (万元; None: what the budget says), `closed` columns that are held at nothing."""
        begun = time.perf_counter()
        built, linear = self.built, self.linear
        linear.fix(built.integers, values)
        reward = self._running()
        scale = max(float((np.abs(reward[built.x]) * self.reach).sum()), 1e-9)
        cost = self.missed() * FIRST * scale - reward
        linear.costs(np.arange(built.program.width), cost)
        most = built.program.matrix().row_upper[built.ceiling]
        top = most if ceiling is None else min(most, ceiling * (1 + 1e-6) + 1e-6)
        linear.bounds_rows([built.ceiling], upper=[top])
        if closed is not None and len(closed):
            linear.bounds_columns(closed, 0.0, 0.0)
        try:
            answer = linear.solve()
        finally:
            if closed is not None and len(closed):
                linear.free(closed)
            linear.bounds_rows([built.ceiling], upper=[most])
        if not answer.found:
            return self._none(answer, begun, [])
        return self._read(answer.x, 0.0, begun)

    def _running(self) -> Floats:
        """What running earns; in a pathway for value or carbon, that."""
        built = self.built
        if self.purpose == "value" and built.value.any():
            return built.value + 1e-3 * built.reward
        if self.purpose == "carbon":
            return -built.carbon * 1e-3
        return built.reward

    def _ask(
        self,
        session: Session,
        cost: Floats,
        columns: Ints,
        step: str,
        progress: Callable[[str, Progress], None] | None,
        stop: Callable[[], bool] | None,
        end: float,
    ) -> Answer:
        session.costs(columns, cost)
        left = end - time.perf_counter()
        return session.solve(
            progress=None if progress is None else lambda told: progress(step, told),
            stop=stop,
            seconds=None if not np.isfinite(left) else max(left, 0.05),
            gap=self.gap,
        )

    def _read(self, x: Floats, gap: float, begun: float) -> Solution:
        built = self.built
        return Solution(
            found=True,
            x=x,
            short=x[built.short],
            spent=float(built.spent @ x) * WAN,
            chosen=np.flatnonzero(np.round(x[built.y]) == 1),
            gap=gap,
            proved=True,
            seconds=time.perf_counter() - begun,
        )

    def _none(self, answer: Answer, begun: float, steps: list[tuple[str, float, str]]) -> Solution:
        empty = np.zeros(0)
        return Solution(
            found=False, x=empty, short=empty, spent=0.0, chosen=np.zeros(0, np.int64), gap=np.inf, proved=answer.status == "infeasible",
            seconds=time.perf_counter() - begun, steps=tuple(steps), why_zh=answer.why_zh, why_en=answer.why_en,
        )  # fmt: skip

    # -- questions -----------------------------------------------------------------------------------------------------

    def why_not(self) -> Conflict | None:
        """Which sentences cannot all hold (see lvlian.outlook.program.explain); None where all can."""
        return self.built.program.explain()

    def limited(self, limit: str, share: float) -> None:
        """Sets a quota to a share of what the case says, in all quarters. Raises CaseError for a limit that is none."""
        rows = self.built.rows.get(limit)
        if rows is None:
            raise CaseError(f"limit {limit}: not in the pathway, expected one of {', '.join(self.built.rows)}")
        at = rows[rows >= 0]
        upper = self.built.program.matrix().row_upper[at] * share
        for session in (self.mixed, self.linear):
            session.bounds_rows(at, upper=upper)

    def quick(self) -> Solution:
        """The answer with the choices of the last one, at once."""
        if self.last is None or not self.last.found:
            return self.solve()
        return self.run_plants(np.round(self.last.x[self.built.integers]))


def plan_of(
    case: Case,
    library: Library,
    options: Options,
    *,
    aims: str = "soft",
    purpose: str = "cost",
    budget: float | None = None,
    margin: Mapping[str, float] | None = None,
    gap: float = 1e-3,
    goals: Goals | None = None,
) -> Plan:
    """The programme of a case, ready to be solved. `goals` of the same case under other quotas. Raises CaseError for a word that is none."""
    if aims not in AIMS:
        raise CaseError(f"pathway, field aims: found {aims!r}, expected one of {', '.join(AIMS)}")
    if purpose not in PURPOSES:
        raise CaseError(f"pathway, field objective: found {purpose!r}, expected one of {', '.join(PURPOSES)}")
    if budget is not None and not (budget >= 0 and np.isfinite(budget)):
        raise CaseError(f"pathway, field budget: found {budget}, expected yuan, 0 or more")
    built = build(case, library, options, budget=budget, margin=margin, hard=aims == "hard", goals=goals)
    return Plan(built, next(one for one in AIMS if one == aims), next(one for one in PURPOSES if one == purpose), gap)


__all__ = ["AIMS", "PURPOSES", "Plan", "Solution", "figures", "plan_of"]
