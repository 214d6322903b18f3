"""The programme of a pathway: plants by quarter, choices of projects and factors, the chain's balances, quotas, goals.

Money in 万元, so that its figures lie near those of tonnes and shares. What a move costs stands in `spent`, what running earns in `reward`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case
from lvlian.outlook.model import Model, compile_model
from lvlian.outlook.pathway.augment import Augmented, augment
from lvlian.outlook.pathway.choices import NEVER, Choices, choices_of
from lvlian.outlook.pathway.goal import Form, Goal, Goals, goals_of
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.pathway.money import capital, carbon_of, discount, investment_of, jobs_of, rate_of
from lvlian.outlook.pathway.sheet import Sheet
from lvlian.outlook.pipeline import pipeline
from lvlian.outlook.program import INF, Clause, Program
from lvlian.outlook.projection.chain import Chain, chain_of

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WAN = 1e4
"""Yuan in the programme's unit of money."""
LEAST = 1.0
"""万元 that every change costs at least."""
MORE = 15.0
"""Days of use by which a stock may grow beyond its level at the start."""


@dataclass
class Built:
    """Column numbers of a programme: `x` (P, Q), `flex` (S, Q), `y` (N,) choices of projects, `z` (M,) of factors, `extra` (source, limit) → (Q,)
    kWh beside a quota, `lots` (kind, unit) → (Q,), `short` (goals,). Objectives over all columns: `spent`, `reward`, `value`, `jobs`,
    `carbon`. `ceiling` the row of what is spent. `rows` limit id → its rows by quarter (Q,), −1 where there is none."""

    case: Case
    added: Augmented
    model: Model
    chain: Chain
    choices: Choices
    goals: Goals
    options: Options
    program: Program
    x: Ints
    flex: Ints
    y: Ints
    z: Ints
    short: Ints
    goal_rows: Ints
    extra: dict[tuple[str, str], Ints] = field(default_factory=dict)
    panels: dict[tuple[str, str], int] = field(default_factory=dict)
    lots: dict[tuple[str, str], Ints] = field(default_factory=dict)
    bought_quota: Ints | None = None
    rows: dict[str, Ints] = field(default_factory=dict)
    top: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    spent: Floats = field(default_factory=lambda: np.zeros(0))
    reward: Floats = field(default_factory=lambda: np.zeros(0))
    value: Floats = field(default_factory=lambda: np.zeros(0))
    jobs: Floats = field(default_factory=lambda: np.zeros(0))
    carbon: Floats = field(default_factory=lambda: np.zeros(0))
    ceiling: int = -1
    notes: list[tuple[str, str]] = field(default_factory=list)
    weights: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def integers(self) -> Ints:
        return np.concatenate([self.y, self.z, *self.lots.values()]).astype(np.int64)


def build(
    case: Case,
    library: Library,
    options: Options,
    *,
    budget: float | None = None,
    margin: Mapping[str, float] | None = None,
    hard: bool = False,
    goals: Goals | None = None,
) -> Built:
    """The programme of a case; goals stand as rows with a shortfall column each (which is held at nothing where `hard`). `margin`: aim id → by
    how much of its unit its target is tightened. `goals` are those of the same case under other quotas. Raises CaseError as pipeline and model do."""
    added = augment(case, library, options)
    whole = added.case
    pipe = pipeline(whole)
    model = compile_model(whole, library, pipe.capacity)
    chain = chain_of(model, library)
    choices = choices_of(added, pipe, options)
    weights = discount(whole, options)
    if goals is None:
        goals = goals_of(model, chain, choices, options, library, weights)
    if margin:
        tight = tuple(goal.tightened(margin.get(goal.aim.id, 0.0)) for goal in goals.goals)
        goals = replace(goals, goals=tight)
    program = Sheet()
    built = Built(
        case=case, added=added, model=model, chain=chain, choices=choices, goals=goals, options=options, program=program,
        x=program.variables("output", model.size[1:]),
        flex=program.variables("taken", (sum(len(slot.options) for slot in chain.slots), case.count)),
        y=program.variables("project", len(choices.project), upper=1.0, integer=True),
        z=program.variables("factor", len(choices.factor), upper=1.0, integer=True),
        short=program.variables("short", len(goals.goals), upper=0.0 if hard else INF),
        goal_rows=np.zeros(0, np.int64),
        weights=weights,
    )  # fmt: skip
    from lvlian.outlook.pathway.amounts import amounts
    from lvlian.outlook.pathway.power import limits
    from lvlian.outlook.pathway.rules import rules
    from lvlian.outlook.pathway.sharing import contracts, running

    _capacity(built)
    _choose(built)
    _balance(built)
    contracts(built)
    running(built)
    spent: dict[int, float] = {}
    limits(built, spent)
    amounts(built, spent)
    rules(built, library, spent)
    _goal_rows(built)
    _objectives(built, library, spent, budget)
    program.matrix()
    return built


def _capacity(built: Built) -> None:
    """No plant makes more than what stands, at the load of a normal quarter and the season's part."""
    program, model, choices = built.program, built.model, built.choices
    from lvlian.outlook.pathway.power import wet_season

    share = model.load[:, None] * wet_season(built)
    built.top = rows = program.rows("capacity", built.x.shape, upper=choices.standing * share)
    program.add(rows, built.x, 1.0)
    n, p, q = np.nonzero(choices.capacity)
    program.add(rows[p, q], built.y[n], -choices.capacity[n, p, q] * share[p, q])


def _choose(built: Built) -> None:
    """One choice for what is promised, at most one for what is not; nobody starts before what he waits for."""
    program, choices = built.program, built.choices
    projects = list(choices.of_project.items())
    firm = np.array([not built.added.case.projects[j].optional for j, _ in projects], bool)
    rows = program.rows("one way", len(projects), lower=np.where(firm, 1.0, 0.0), upper=1.0)
    for row, (_, mine) in zip(rows, projects, strict=True):
        program.add(row, built.y[mine], 1.0)
    factors = list(choices.of_factor.items())
    rows = program.rows("one day", len(factors), lower=1.0, upper=1.0)
    for row, (_, days_of) in zip(rows, factors, strict=True):
        program.add(row, built.z[days_of], 1.0)
    relief = {(one.project, one.relief) for one in choices.pipeline.short if one.relief}
    for number, wait in enumerate(choices.waits):
        if wait.target not in choices.of_project:
            continue
        mine = choices.of_project[wait.target]
        target = built.added.case.projects[wait.target].id
        if not wait.upstream and (target, built.added.case.factors[wait.source].id) in relief:
            continue  # who gets the land that does not reach for all is decided here
        if wait.upstream:
            there = choices.of_project.get(wait.source)
            days = None if there is None else choices.time[there]
            fixed, columns = float(choices.begin[wait.source]), None if there is None else built.y[there]
        else:
            there = choices.of_factor.get(wait.source)
            days = None if there is None else choices.day[there]
            fixed, columns = float(choices.pipeline.factor_day[wait.source]), None if there is None else built.z[there]
        times = choices.time[mine]
        if days is None or columns is None:
            closed = mine[times < fixed + wait.offset - 1e-6]
            program.bound(columns=built.y[closed], upper=0.0)
            continue
        steps = np.unique(times[np.isfinite(times)])
        rows = program.rows(f"waits {number}", len(steps), upper=0.0)
        for row, step in zip(rows, steps, strict=True):
            program.add(row, built.y[mine[times <= step]], 1.0)
            program.add(row, columns[days + wait.offset <= step + 1e-6], -1.0)


def _balance(built: Built) -> None:
    """Of every good that must be at hand: made + left over + bought = used + kept + sold."""
    program, chain, model = built.program, built.chain, built.model
    width = built.x.shape[1]
    first = 0
    starts = []
    for slot in chain.slots:
        starts.append(first)
        rows = program.rows(f"feed {slot.plant} {slot.good}", width, lower=0.0, upper=0.0)
        program.add(rows, built.x[slot.plant], -chain.use[slot.good, slot.plant])
        for option in range(len(slot.options)):
            program.add(rows, built.flex[first + option], 1.0)
        first += len(slot.options)
    slotted = {(slot.good, slot.plant) for slot in chain.slots}
    exportable = np.concatenate([model.exportable, np.ones(len(chain.goods) - len(model.goods), bool)])
    for good in chain.tracked:
        name = chain.goods[good]
        direct = [p for p in range(len(model.plants)) if chain.use[good, p] > 0 and (good, p) not in slotted]
        mains = np.flatnonzero(chain.main[good] > 0)
        sides = np.flatnonzero(chain.by[good] > 0)
        stored = bool(chain.stored[good])
        level = float(chain.target[good])
        most = level + (
            MORE / 91.25 * float(sum(chain.use[good, p] * model.top[p].max() for p in direct)) if stored else 0.0
        )
        lower = np.zeros(width)
        if stored:
            lower[-1] = level
        stock = program.variables(f"stock {name}", width, lower=lower, upper=most if stored else 0.0)
        buy = program.variables(f"bought {name}", width, upper=INF if chain.free[good] else 0.0)
        sell = program.variables(f"sold {name}", width, upper=INF if exportable[good] or len(sides) else 0.0)
        opening = np.zeros(width)
        opening[0] = -level
        rows = program.rows(f"balance {name}", width, lower=opening, upper=opening)
        program.add(rows, buy, 1.0)
        program.add(rows, sell, -1.0)
        program.add(rows, stock, -1.0)
        program.add(rows[1:], stock[:-1], 1.0)
        for p in mains.tolist():
            program.add(rows, built.x[p], chain.main[good, p])
        for p in sides.tolist():  # what falls off beside is at hand in the next quarter
            program.add(rows[1:], built.x[p, :-1], chain.by[good, p])
        for p in direct:
            program.add(rows, built.x[p], -chain.use[good, p])
        outside = program.rows(f"from outside {name}", width, upper=0.0)
        program.add(outside, buy, 1.0)
        for p in direct:
            program.add(outside, built.x[p], -chain.use[good, p])
        for start, slot in zip(starts, chain.slots, strict=True):
            for option, taken in enumerate(slot.options):
                if taken == good:
                    program.add(rows, built.flex[start + option], -1.0)
                    if option == slot.bought:
                        program.add(outside, built.flex[start + option], -1.0)


def _goal_rows(built: Built) -> None:
    """Each goal a row ≥ 0 with its shortfall, one unit of which is the whole target."""
    program, goals = built.program, built.goals.goals
    built.goal_rows = rows = program.rows("goal", len(goals))
    for number, (row, goal) in enumerate(zip(rows, goals, strict=True)):
        form = goal.row
        _entries(program, row, built, form)
        program.bound(rows=row, lower=-form.constant)
        program.add(row, built.short[number], size_of(built, goal))
        program.clause(
            Clause(
                goal.key, goal.aim.label, goal.aim.label, "goal", goal.aim.ref, goal.aim.unit, goal.aim.unit_name
            ),
            rows=row, side="lower", scale=size_of(built, goal),
        )  # fmt: skip


def size_of(built: Built, goal: Goal) -> float:
    """What the whole target is in the row's unit: the level times the denominator at the point where the goals were read."""
    under = 1.0
    if goal.denominator is not None:
        point = built.goals.point
        y = np.zeros(len(built.choices.project))
        z = np.zeros(len(built.choices.factor))
        under = abs(goal.denominator.at(point.activity[0], point.flex[0], y, z)) or 1.0
    return max(abs(goal.level), 1e-9) * under


def _entries(program: Program, row: int, built: Built, form: Form) -> None:
    for columns, values in ((built.x, form.x), (built.flex, form.flex), (built.y, form.y), (built.z, form.z)):
        at = np.nonzero(values)
        if len(at[0]):
            program.add(int(row), columns[at], values[at])


def _objectives(built: Built, library: Library, spent: dict[int, float], budget: float | None) -> None:
    """What moves cost, what running earns, output value, jobs and carbon, each over all columns; and the row of what is spent."""
    program, choices, options, model = built.program, built.choices, built.options, built.model
    case, weights = built.added.case, built.weights
    rate, rules = rate_of(case, options), options.projects
    jobs: dict[int, float] = {}
    for n, column in enumerate(built.y.tolist()):
        project = case.projects[choices.project[n]]
        size = investment_of(case, project, options) / WAN
        cost = rules["sooner_cost"] * size * float(np.ceil(choices.own[n] - 1e-6))
        shift, start = int(choices.shift[n]), float(choices.time[n])
        if project.optional:
            cost += size * capital(weights, rate, options.by_kind("life", project.kind), start)
        elif shift == NEVER:
            cost += 0.0 if choices.base[n] else rules["dropped_cost"] * size
        elif shift > 0:
            cost += rules["later_cost"] * size * shift
        if not choices.base[n]:  # of two ways that do the same, the one that changes least
            cost += LEAST * (1.0 if shift == NEVER or project.optional else abs(shift))
        spent[column] = spent.get(column, 0.0) + cost
        stands = np.clip(np.arange(len(weights)) + 1 - start, 0.0, 1.0).sum() if np.isfinite(start) else 0.0
        jobs[column] = jobs_of(case, project, options) * float(stands)
    for m, column in enumerate(built.z.tolist()):
        factor = case.factors[choices.factor[m]]
        each = factor.cost if factor.cost is not None else float(options.factors.get(factor.kind, {}).get("cost", 0.0))
        spent[column] = spent.get(column, 0.0) + each / WAN * int(choices.sooner[m])
    width = program.width
    built.spent = _spread(width, spent)
    built.jobs = _spread(width, jobs)
    least = 1e-3 * np.maximum(np.abs(model.margin), 1.0)
    earned = np.maximum(model.margin, least) * weights / WAN
    built.reward = np.zeros(width)
    built.reward[built.x] = earned
    built.value = np.zeros(width)
    if built.goals.value is not None:
        form = built.goals.value
        built.value[built.x], built.value[built.flex], built.value[built.y] = (
            form.x / WAN,
            form.flex / WAN,
            form.y / WAN,
        )
    per_tonne, grid = carbon_of(model, built.chain, library)
    built.carbon = np.zeros(width)
    built.carbon[built.x] = per_tonne[:, None]
    for (source, _), columns in built.extra.items():
        if source in ("cross_province", "pv"):
            built.carbon[columns] = -grid
    built.ceiling = int(program.rows("spent", 1, upper=INF if budget is None else budget / WAN)[0])
    at = np.flatnonzero(built.spent)
    program.add(built.ceiling, at, built.spent[at])
    if budget is not None:
        program.clause(
            Clause("budget", f"动作花费不超过 {budget / WAN:,.0f} 万元", f"moves cost at most {budget:,.0f} yuan", "budget", unit="万元"),
            rows=[built.ceiling], side="upper",
        )  # fmt: skip


def _spread(width: int, values: dict[int, float]) -> Floats:
    out = np.zeros(width)
    out[list(values)] = list(values.values())
    return out


__all__ = ["WAN", "Built", "build", "size_of"]
