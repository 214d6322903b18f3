"""A run as indicators look at it: its streams, the lines that stand, which firms run and how large they are, what the registers will say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.indicators.flows import Flows
from lvlian.chain.indicators.given import Facts
from lvlian.chain.indicators.value import Missing
from lvlian.chain.region import Line
from lvlian.outlook.case import Case, Project
from lvlian.outlook.model import PER_YEAR, quarters_since
from lvlian.outlook.projection.form import STAFF, Gate
from lvlian.outlook.projection.run import Run
from lvlian.outlook.projection.streams import Readings, Template
from lvlian.quantity.unit import UnitError, convert

Floats = NDArray[np.float64]
ABOVE_SCALE = 2e7
"""Yuan of yearly revenue from which an industrial firm is counted (规模以上), National Bureau of Statistics since 2011."""
GROUPS: Mapping[str, str] = {"projects_underway_value": "在建项目", "projects_new_value": "未开工项目"}
GROUPS_EN: Mapping[str, str] = {"在建项目": "projects under construction", "未开工项目": "projects not yet started"}
_NEVER = np.inf


def group_en(group: str) -> str:
    """A list of projects in English; a list of a plan's own by its name."""
    return GROUPS_EN.get(group, f"projects of the list {group}")


class Stage:
    """What forms are read from. `start` (D or 1, J) quarters since the case's first of each project's first output (inf never);
    `days` (F,) the same of the day on which each factor is there. `revenue` of a firm is its output value of four quarters, of the
    first quarters the mean of those at hand × 4."""

    def __init__(
        self,
        run: Run,
        template: Template,
        facts: Facts,
        start: Floats | None = None,
        factor_days: Floats | None = None,
        called: Callable[[str], str] = str,
    ) -> None:
        self.run = run
        self.template = template
        self.facts = facts
        self.called = called
        self.readings = Readings(run, template)
        self.start = promised_start(run.model.case)[None] if start is None else start
        self.factor_days = factor_quarters(run.model.case) if factor_days is None else factor_days
        self._revenue: dict[str, Floats] = {}
        self._known: dict[str, tuple[Floats, tuple[Missing, ...]]] = {}

    @property
    def case(self) -> Case:
        return self.run.model.case

    @property
    def shape(self) -> tuple[int, int]:
        return self.run.draws, self.run.activity.shape[2]

    def blank(self) -> Floats:
        """(D, Q) zeros, laid out as the run's arrays."""
        draws, width = self.shape
        return np.zeros((width, draws)).T

    def standing(self, plant: int) -> Floats:
        """(D or 1, Q) t/a of a plant that stands at the end of each quarter: its nameplate from the first output on, also while it ramps up."""
        return np.asarray((self.run.capacity[:, plant] > 0) * self.run.model.plants[plant].capacity)

    def runs(self, firm: str) -> Floats:
        """(D or 1, Q) 1 where a firm has a plant that stands."""
        columns = self.readings.plants_of(firm)
        return np.asarray((self.run.capacity[:, columns].sum(axis=1) > 0).astype(float))

    def flows(self, quarter: int, draw: int = 0) -> Flows:
        """One quarter of one draw as an account has it: the region with its lines as they stand, every stream with its value (no spread)."""
        firms = []
        for firm in self.template.region.firms:
            lines = tuple(
                Line(
                    process=self.run.model.plants[p].process,
                    capacity=float(standing[min(draw, len(standing) - 1), quarter]),
                )
                for p in self.readings.plants_of(firm.id)
                if (standing := self.standing(p))[min(draw, len(standing) - 1), quarter] > 0
            )
            firms.append(replace(firm, lines=lines, state="running" if lines else "planned"))
        here = self.run.model.quarters[quarter]
        return replace(
            self.template.flows,
            region=replace(self.template.region, firms=tuple(firms)),
            month=f"{here.year}-{3 * here.number:02d}",
            value=np.array([self.readings(stream.id)[draw, quarter] for stream in self.template.streams]),
        )

    def value(self, firm: str) -> Floats:
        return self.readings(f"value:{firm}/")

    def revenue(self, firm: str) -> Floats:
        """(D, Q) yuan a year."""
        held = self._revenue.get(firm)
        if held is None:
            held = self._revenue[firm] = rolling(self.value(firm), annual=True)
        return held

    def holds(self, gate: Gate) -> tuple[Floats, tuple[Missing, ...]]:
        """(D, Q) 1 where a firm runs and meets the conditions; what is not known of it."""
        verdict = np.broadcast_to(self.runs(gate.firm), self.shape).astype(bool)
        missing = []
        firm = self.template.region.firm(gate.firm)
        for condition in gate.where:
            given = self.facts.one(condition.fact, gate.firm, (self.template.month,))
            if given is None and condition.fact == "revenue":
                verdict = verdict & _compared(self.revenue(gate.firm), condition.op, condition.value)
            elif given is None:
                name = gate.firm if firm is None else firm.short
                post = "" if firm is None else firm.post
                missing.append(
                    Missing(
                        zh=f"{name} {self.called(condition.fact)}",
                        en=f"{name}: {condition.fact}",
                        ask=(f"{name} {post}",),
                    )
                )
            elif isinstance(condition.value, tuple):
                verdict = verdict & (str(given.value) in condition.value)
            elif isinstance(given.value, str):
                verdict = verdict & False
            else:
                verdict = verdict & _compared(np.full(self.shape, float(given.value)), condition.op, condition.value)
        return verdict.astype(float), tuple(missing)

    def known(self, fact: str) -> tuple[Floats, tuple[Missing, ...]]:
        """(D, Q) of a fact of the region that the projection knows."""
        held = self._known.get(fact)
        if held is None:
            held = self._known[fact] = self._find(fact)
        return held

    def _find(self, fact: str) -> tuple[Floats, tuple[Missing, ...]]:
        if fact.endswith("@"):
            return self._by_year(fact), ()
        if fact == STAFF:
            return self._staff()
        if fact in GROUPS:
            return self.group_value(GROUPS[fact])
        match fact:
            case "projects_due" | "projects_on_time":
                return self._projects(on_time=fact == "projects_on_time")
            case "above_scale_new":
                return self._new_firms()
            case "land_supplied_mu" | "land_approved_mu":
                return self._amounts("land", "亩", "自然资源局")
            case _:
                return self._amounts("gas", "立方米/年", "发展改革局")

    def _staff(self) -> tuple[Floats, tuple[Missing, ...]]:
        """(D, Q) people: the jobs of a project from its first output on; a plant that ran before has as many for a tonne of capacity as
        projects of its process. Captive lines, sinks and remelting stand in the jobs of their firm's other plants."""
        each: dict[str, list[float]] = {}
        jobs = {project.id: project.jobs for project in self.case.projects}
        main = [p for p, plant in enumerate(self.case.plants) if not plant.role]
        for p in main:
            plant = self.case.plants[p]
            people = jobs.get(plant.project)
            if people is not None and plant.capacity > 0:
                each.setdefault(plant.process, []).append(people / plant.capacity)
        total, lost = self.blank(), []
        for p in main:
            plant = self.case.plants[p]
            if plant.process not in each:
                name = self.case.names.get(plant.firm, plant.firm)
                lost.append(Missing(zh=f"{name} 从业人员", en=f"{name}: employees", ask=(f"{name} 统计岗",)))
                continue
            rates = each[plant.process]
            total += self.standing(p) * sum(rates) / len(rates)
        return total, tuple(dict.fromkeys(lost)) if main else (Missing(zh="从业人员", en="employees", ask=("统计局",)),)

    def _by_year(self, fact: str) -> Floats:
        """A figure that is given for some years: in the others that of the nearest, the earlier of two."""
        given = {
            int(year): value
            for key, value in self.case.facts.items()
            if (year := key.removeprefix(fact)) != key and year.isdigit()
        }
        years = [min(given, key=lambda y: (abs(y - quarter.year), y)) for quarter in self.run.model.quarters]
        return np.asarray(self.blank() + np.array([given[year] for year in years]))

    def group_value(self, group: str, whole: bool = True) -> tuple[Floats, tuple[Missing, ...]]:
        """(D, Q) yuan of what the plants of a list of projects make, at the price of the quarter: of the four quarters up to each
        (`whole`), or of the quarter alone. Firms whose own output value is another goal are left out (see `firms_apart`)."""
        apart = firms_apart(self.case)
        columns = [p for p in plants_of_group(self.case, group) if self.case.plants[p].firm not in apart]
        if not columns:
            gap = Missing(zh=f"{group}里有产能的项目", en=f"{group_en(group)} with a capacity", ask=("项目台账",))
            return self.blank(), (gap,)
        value = self.value_of(columns)
        if not whole:
            return value, ()
        whole_year = rolling(value)
        if self._ran_before(columns):  # what they made before the first quarter is not known
            whole_year[:, : PER_YEAR - 1] = np.nan
        return whole_year, ()

    def _ran_before(self, columns: list[int]) -> bool:
        """Whether any of some plants of projects had its first output before the first quarter."""
        places = {project.id: place for place, project in enumerate(self.case.projects)}
        mine = [places[plant.project] for p in columns if (plant := self.case.plants[p]).project in places]
        return bool((np.atleast_2d(self.start)[:, mine] < 0).any())

    def value_of(self, columns: list[int]) -> Floats:
        """(D, Q) yuan of some plants: firm by firm, without what a firm's own among them take."""
        firms: dict[str, list[int]] = {}
        for p in columns:
            firms.setdefault(self.run.model.plants[p].firm, []).append(p)
        return np.asarray(sum((self.readings.value(mine) for mine in firms.values()), self.blank()))

    def _projects(self, on_time: bool) -> tuple[Floats, tuple[Missing, ...]]:
        due = promised_start(self.case)
        if not np.isfinite(due).any():
            return self.blank(), (Missing(zh="项目投产的日期", en="dated first output of projects", ask=("项目台账",)),)
        ends = np.arange(self.shape[1]) + 1.0
        met = np.broadcast_to(self.start, (len(self.start), len(due))) <= due + 1e-9
        counted = (due[None, :, None] <= ends) & (met[:, :, None] if on_time else True)
        return np.broadcast_to(counted.sum(axis=1).astype(float), self.shape), ()

    def _new_firms(self) -> tuple[Floats, tuple[Missing, ...]]:
        """Firms that pass the limit of the statistics since the year began; those that ran before the first quarter passed it then. NaN
        in a first year that has begun before: who passed it since January is not known."""
        count = np.zeros((self.shape[0], self.shape[1] + 1))
        for firm in self.template.region.firms:
            if firm.kind in ("power", "haulier", "warehouse"):
                continue
            big = (self.revenue(firm.id) >= ABOVE_SCALE) & (self.runs(firm.id) > 0) & self._entered(firm.id)
            count[:, 1:] += big
            before = [p for p in self.readings.plants_of(firm.id) if not self.run.model.plants[p].project]
            after = [p for p in self.readings.plants_of(firm.id) if self.run.model.plants[p].project]
            old = bool(before) or any(self._ran_before([p]) for p in after)
            count[:, 0] += big[:, 0] & old
        out = self.blank()
        base = count[:, 0]
        for q, quarter in enumerate(self.run.model.quarters):
            if quarter.number == 1:
                base = count[:, q]
            out[:, q] = count[:, q + 1] - base
        begun = next((q for q, quarter in enumerate(self.run.model.quarters) if quarter.number == 1), out.shape[1])
        out[:, :begun] = np.nan
        return out, ()

    def _entered(self, firm: str) -> NDArray[np.bool_]:
        """(D or 1, Q) whether the day has come by which a firm is to enter the statistics, as late as its first output is."""
        ends = np.arange(self.shape[1]) + 1.0
        promised = promised_start(self.case)
        days = []
        for place, project in enumerate(self.case.projects):
            if project.firm == firm and project.counted is not None:
                late = self.start[:, place] - promised[place] if np.isfinite(promised[place]) else np.zeros(1)
                days.append(quarters_since(self.case.first, project.counted) + np.maximum(late, 0.0))
        if not days:
            return np.ones((1, len(ends)), bool)
        first = np.min(np.broadcast_arrays(*days), axis=0)
        return np.asarray(first[:, None] <= ends)

    def _amounts(self, kind: str, unit: str, ask: str) -> tuple[Floats, tuple[Missing, ...]]:
        found, total = False, self.blank()
        ends = np.arange(self.shape[1]) + 1.0
        days = np.atleast_2d(self.factor_days)
        for number, factor in enumerate(self.case.factors):
            if factor.kind != kind or factor.amount is None:
                continue
            try:
                amount = convert(factor.amount, factor.unit, unit) if factor.unit != unit else factor.amount
            except UnitError:
                continue
            found = True
            total = total + amount * (days[:, number, None] <= ends)
        if not found:
            name = {"land": "批次用地的面积", "gas": "供气能力"}[kind]
            return total, (Missing(zh=name, en=f"amounts of the factor {kind}", ask=(ask,)),)
        return total, ()


def rolling(quarters: Floats, annual: bool = False) -> Floats:
    """(D, Q) sums over the last four quarters; `annual`: where there are fewer, their mean × 4."""
    total = np.cumsum(quarters, axis=1)
    out = total.copy()
    out[:, PER_YEAR:] -= total[:, :-PER_YEAR]
    if annual:
        count = np.minimum(np.arange(quarters.shape[1]) + 1, PER_YEAR)
        out = out * PER_YEAR / count
    return np.asarray(out)


def plants_of_group(case: Case, group: str) -> list[int]:
    """The places of the plants that a list of projects brings."""
    members = {project.id for project in case.projects if project.group == group}
    return [p for p, plant in enumerate(case.plants) if plant.project in members]


def firms_apart(case: Case) -> frozenset[str]:
    """Firms of which the plan has a goal of output value of their own: it stands beside the goals of lists of projects as a part of the same
    whole, so that a list does not count them again."""
    return frozenset(aim.firm for aim in case.aims if aim.firm and aim.indicator.endswith("output_value"))


def promised_start(case: Case) -> Floats:
    """(J,) quarters since the first of the promised first output of each project, inf where none is named."""
    return np.array([_promised(case, project) for project in case.projects])


def _promised(case: Case, project: Project) -> float:
    step = project.step("running") or project.step("full")
    if step is None:
        return _NEVER
    day = step.promised or step.day
    return _NEVER if day is None else quarters_since(case.first, day)


def factor_quarters(case: Case) -> Floats:
    """(1, F) quarters since the first at which each factor is there, with the slip of its premise; inf where no day is known."""
    return np.array(
        [
            [
                _NEVER
                if factor.day is None
                else quarters_since(case.first, factor.day) + case.figure(f"factor.{factor.id}.slip", 0.0)
                for factor in case.factors
            ]
        ]
    )


def _compared(value: Floats, op: str, limit: float | tuple[str, ...]) -> NDArray[np.bool_]:
    bound = float(limit) if not isinstance(limit, tuple) else np.nan
    tests = {">=": value >= bound, ">": value > bound, "<=": value <= bound, "<": value < bound, "=": value == bound}
    return np.asarray(tests[op])


__all__ = ["Stage", "factor_quarters", "firms_apart", "plants_of_group", "promised_start", "rolling"]
