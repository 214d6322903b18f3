"""Goals as linear forms of what the plants make and which choices are taken.

The measures of the projection are asked, not written again: each column is moved a little at a point where every project runs, and the
change of numerator and denominator is its coefficient. Sums, shares, values, stocks and counts of projects are linear there; what has
a threshold (a firm's revenue, an intensity's limit) is taken as it stands at that point, and the simulation of the result tells the difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case
from lvlian.outlook.model import Model
from lvlian.outlook.pathway.choices import Choices, Ints
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.projection.chain import Chain
from lvlian.outlook.projection.measure import Bench, Figures, Measure, bench_of
from lvlian.outlook.projection.reach import accepted, base_of, figures_of, measure_of, past_of
from lvlian.outlook.projection.run import Run, run
from lvlian.outlook.projection.stage import Stage

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
CELLS = 3_000_000
"""Figures (draws × plants × quarters) that are moved at once."""


@dataclass(frozen=True)
class Form:
    """constant + Σ x·activity + Σ flex·taken + Σ y·choice of a project + Σ z·choice of a factor. `x` (P, Q), `flex` (S, Q), `y` (N,), `z` (M,)."""

    constant: float
    x: Floats
    flex: Floats
    y: Floats
    z: Floats

    def at(self, x: Floats, flex: Floats, y: Floats, z: Floats) -> float:
        return float(self.constant + (self.x * x).sum() + (self.flex * flex).sum() + self.y @ y + self.z @ z)

    def plus(self, other: Form | None, factor: float, constant: float = 0.0) -> Form:
        """self + factor × other + constant."""
        if other is None:
            return replace(self, constant=self.constant + constant)
        return Form(
            self.constant + factor * other.constant + constant,
            self.x + factor * other.x,
            self.flex + factor * other.flex,
            self.y + factor * other.y,
            self.z + factor * other.z,
        )

    def times(self, factor: float) -> Form:
        return Form(self.constant * factor, self.x * factor, self.flex * factor, self.y * factor, self.z * factor)


@dataclass(frozen=True)
class Goal:
    """An aim that the programme can say. Its row is `row` ≥ 0 once the target stands in it: numerator − level × denominator for a figure that must
    not fall below, the other way round for one that must not pass. `size` is what one whole of shortfall is, in the row's unit;
    `level` the indicator's figure that meets it (base units), `unit` what one of the aim's unit is in them."""

    aim: Aim
    measure: Measure
    numerator: Form
    denominator: Form | None
    level: float
    upper: bool
    base: float
    unit: float
    least: float
    most: float
    plain: bool = True
    base_year: int = 0

    @property
    def row(self) -> Form:
        return self.rowed(self.level)

    def rowed(self, level: float) -> Form:
        sign = -1.0 if self.upper else 1.0
        if self.denominator is None:
            return self.numerator.times(sign).plus(None, 0.0, -sign * level)
        return self.numerator.times(sign).plus(self.denominator, -sign * level)

    @property
    def key(self) -> str:
        return self.aim.id + ("^" if self.upper else "")

    def tightened(self, by: float) -> Goal:
        """The target moved by `by` of the aim's unit to the safe side."""
        return replace(self, level=self.level + (-by if self.upper else by) * self.unit)


@dataclass(frozen=True)
class Told:
    """Why an aim is not in the programme."""

    aim: Aim
    zh: str
    en: str


@dataclass(frozen=True)
class Goals:
    """The goals, those that cannot be said, the form of discounted output value, and the point at which all was read."""

    goals: tuple[Goal, ...]
    silent: tuple[Told, ...]
    value: Form | None
    bench: Bench
    point: Run


def goals_of(
    model: Model, chain: Chain, choices: Choices, options: Options, library: Library, discount: Floats
) -> Goals:
    """The goals of a case. `discount` (Q,) weights of quarters for the output value."""
    case, bench = model.case, bench_of(chain, library)
    wanted, silent = _wanted(case, bench, options)
    point, chosen = _point(model, chain, choices)
    measures = [measure for _, measure in wanted]
    if "chain_output_value" in bench.book:
        measures.append(bench.measure("chain_output_value"))
    readers = [_Reader(case, aim, measure) for aim, measure in wanted]
    if len(measures) > len(readers):
        readers.append(_Reader(case, None, measures[-1], discount))
    forms = _forms(bench, choices, chosen, point, readers)
    found = []
    stage = bench.stage(point, choices.starts(chosen)[None], choices.pipeline.factor_day[None])
    for reader, form in zip(readers[: len(wanted)], forms, strict=False):
        aim, measure = reader.aim, reader.measure
        assert aim is not None  # only the last reader has none
        if isinstance(form, str):
            silent.append(Told(aim, form, form))
            continue
        found.extend(_goals(case, bench, aim, measure, form, _base(case, aim, measure, stage)))
    value = None
    if len(measures) > len(wanted):
        last = forms[-1]
        value = None if isinstance(last, str) else last[0]
    return Goals(
        tuple(goal for goal in found if isinstance(goal, Goal)),
        (*silent, *(t for t in found if isinstance(t, Told))),
        value,
        bench,
        point,
    )


def _wanted(case: Case, bench: Bench, options: Options) -> tuple[list[tuple[Aim, Measure]], list[Told]]:
    wanted, silent = [], []
    for aim in case.aims:
        measure = measure_of(bench, aim)
        if aim.id in options.skip:
            continue
        if measure is None:
            why = aim.why or f"指标库里没有叫“{aim.name}”的算法"
            silent.append(Told(aim, why, f"no formula is known for {aim.name}"))
        elif not aim.year or aim.year > case.quarters[-1].year:
            silent.append(Told(aim, "年份不在推演期内", "its year lies outside the projected quarters"))
        elif measure.kind in ("growth", "concentration", "capped"):
            silent.append(Told(aim, "这一口径不是线性的，只在推演里核", "not linear; only the simulation tells it"))
        else:
            wanted.append((aim, measure))
    return wanted, silent


def _point(model: Model, chain: Chain, choices: Choices) -> tuple[Run, Ints]:
    """A run with every project at the first quarter it may choose and no quota, and those choices."""
    chosen = np.array(
        [
            rows[np.argmin(choices.time[rows])]
            for rows in choices.of_project.values()
            if not (choices.capacity[rows] < 0).any()
        ],
        np.int64,
    )
    capacity = choices.standing + (choices.capacity[chosen].sum(axis=0) if len(chosen) else 0.0)
    quota = np.where(np.isfinite(model.quota), np.inf, model.quota)
    return run(model, capacity=capacity[None], quota=quota[None], chain=chain), chosen


class _Reader:
    """Numerator and denominator of one aim over its quarters, base units."""

    def __init__(self, case: Case, aim: Aim | None, measure: Measure, weights: Floats | None = None) -> None:
        self.aim, self.measure = aim, measure
        self.weights, self.past = self._weights(case) if weights is None else (weights, (0.0, 0.0))

    def _weights(self, case: Case) -> tuple[Floats | None, tuple[float, float]]:
        aim, measure = self.aim, self.measure
        assert aim is not None  # the value's reader is given its weights
        known = past_of(case, aim, measure)
        places = {quarter: at for at, quarter in enumerate(case.quarters)}
        out, before = np.zeros(case.count), [0.0, 0.0]
        numbers = (aim.quarter,) if measure.over == "last" else range(1, aim.quarter + 1)
        for number in numbers:
            quarter = Quarter(aim.year, number)
            share = 1.0 / len(list(numbers)) if measure.over == "mean" and measure.denominator is None else 1.0
            if quarter in places:
                out[places[quarter]] = share
            elif quarter in known:
                before[0] += known[quarter][0] * share
                before[1] += known[quarter][1] * share
            else:
                return None, (0.0, 0.0)
        return out, (before[0], before[1])

    def __call__(self, stage: Stage) -> tuple[Floats, Floats | None] | str:
        if self.weights is None:
            return "当年在推演之前的季度没有实绩"
        figures = self.measure.figures(stage)
        if figures.numerator is None:
            return "；".join(m.zh for m in figures.missing[:3]) or "缺数"
        counted = self.weights != 0  # a quarter that does not count may be unknown
        top = figures.numerator[:, counted] @ self.weights[counted] + self.past[0]
        under = None
        if figures.denominator is not None:
            under = figures.denominator[:, counted] @ self.weights[counted] + self.past[1]
        if np.isnan(top).any() or (under is not None and np.isnan(under).any()):
            return "缺数"
        return top, under


Pair = tuple[Form, Form | None]


def _forms(bench: Bench, choices: Choices, chosen: Ints, point: Run, readers: Sequence[_Reader]) -> list[Pair | str]:
    """The forms of all readers by moving each column in turn."""
    _, plants, width = point.activity.shape
    slots = point.flex.shape[1]
    size = np.maximum(point.top[0], point.activity[0])
    step = np.maximum(0.01 * size, 1.0)
    flexed = np.maximum(0.01 * point.flex[0], 1.0)
    start = choices.starts(chosen)
    days = choices.pipeline.factor_day
    base = _read(bench, point, start[None], days[None], readers)
    moved: list[list[tuple[Floats, Floats | None]]] = [[] for _ in readers]
    total = (plants + slots) * width
    chunk = max(CELLS // max(plants * width, 1), 1)
    for first in range(0, total, chunk):
        cells = np.arange(first, min(first + chunk, total))
        activity = np.repeat(point.activity, len(cells), axis=0)
        flex = np.repeat(point.flex, len(cells), axis=0)
        here = cells < plants * width
        p, q = np.divmod(cells[here], width)
        activity[np.flatnonzero(here), p, q] += step[p, q]
        s, q = np.divmod(cells[~here] - plants * width, width)
        flex[np.flatnonzero(~here), s, q] += flexed[s, q]
        draw = replace(point, activity=activity, flex=flex)
        for number, found in enumerate(_read(bench, draw, start[None], days[None], readers)):
            if not isinstance(found, str):
                moved[number].append(found)
    taken = _taken(bench, choices, chosen, point, start, days, readers)
    out: list[Pair | str] = []
    for number, zero in enumerate(base):
        if isinstance(zero, str):
            out.append(zero)
            continue
        sides: list[Form | None] = []
        for side in (0, 1):
            at, jumps = zero[side], taken[number]
            if at is None or isinstance(jumps, str):
                sides.append(None)
                continue
            column = _column(moved[number], side)
            jump = jumps[side]
            assert jump is not None  # what has a side once has it always
            change = column - at[0]
            y = jump[: len(choices.project)] - at[0]
            z = jump[len(choices.project) :] - at[0]
            x = change[: plants * width].reshape(plants, width) / step
            f = change[plants * width :].reshape(slots, width) / flexed
            constant = float(at[0] - (x * point.activity[0]).sum() - (f * point.flex[0]).sum())
            sides.append(Form(constant, _clean(x), _clean(f), _clean(y), _clean(z)))
        assert sides[0] is not None  # a numerator is there
        out.append((sides[0], sides[1]))
    return out


def _column(moved: Sequence[tuple[Floats, Floats | None]], side: int) -> Floats:
    """What one side said for all columns, in their order."""
    found = [np.atleast_1d(part) for pair in moved if (part := pair[side]) is not None]
    return np.concatenate(found) if found else np.zeros(0)


def _clean(array: Floats) -> Floats:
    """Without what is only the last digit of a difference."""
    top = float(np.abs(array).max(initial=0.0))
    return np.where(np.abs(array) < 1e-9 * top, 0.0, array)


def _taken(
    bench: Bench, choices: Choices, chosen: Ints, point: Run, start: Floats, days: Floats, readers: Sequence[_Reader]
) -> list[tuple[Floats, Floats | None] | str]:
    """What the readers say when one project or one factor takes another choice, activity as it is."""
    many, factors = len(choices.project), len(choices.factor)
    if not many + factors:
        empty = np.zeros(0)
        return [
            (empty, None if reader.measure.denominator is None and not reader.measure.share else empty)
            for reader in readers
        ]
    taken = {int(choices.project[n]): n for n in chosen}
    rows = many + factors
    activity = np.repeat(point.activity, rows, axis=0)
    capacity = np.repeat(point.capacity[:1], rows, axis=0)
    starts, dates = np.repeat(start[None], rows, axis=0), np.repeat(days[None], rows, axis=0)
    for n in range(many):
        place = int(choices.project[n])
        capacity[n] += choices.capacity[n] - (choices.capacity[taken[place]] if place in taken else 0.0)
        starts[n, place] = choices.time[n]
        if place not in taken:  # a potline that replaces another makes what that one made
            gone, come = choices.capacity[n] < 0, choices.capacity[n] > 0
            if come.any():
                activity[n][come] = activity[n][gone]
            activity[n][gone] = 0.0
    for m in range(factors):
        dates[many + m, choices.factor[m]] = choices.day[m]
    draw = replace(
        point,
        activity=np.repeat(point.activity, rows, axis=0),
        flex=np.repeat(point.flex, rows, axis=0),
        capacity=np.maximum(capacity, 0.0),
    )
    found = _read(bench, draw, starts, dates, readers)
    steps = [number for number, reader in enumerate(readers) if reader.measure.kind == "threshold"]
    if steps and (activity != draw.activity).any():  # their columns of activity say nothing: the choice itself has to
        told = _read(bench, replace(draw, activity=activity), starts, dates, [readers[number] for number in steps])
        for number, one in zip(steps, told, strict=True):
            found[number] = one
    return found


def _read(
    bench: Bench, runs: Run, start: Floats, days: Floats, readers: Sequence[_Reader]
) -> list[tuple[Floats, Floats | None] | str]:
    stage = bench.stage(runs, start, days)
    return [reader(stage) for reader in readers]


def _base(case: Case, aim: Aim, measure: Measure, stage: Stage) -> tuple[float, int] | None:
    if aim.mode == "level" and measure.kind != "growth":
        return None
    return base_of(case, aim, measure, measure.figures(stage))


def _goals(
    case: Case, bench: Bench, aim: Aim, measure: Measure, form: Pair, base: tuple[float, int] | None
) -> list[Goal | Told]:
    low, high = accepted(aim, bench.book[aim.indicator].direction)
    new = measure.variant.startswith("new") or any(f.endswith("_new") for p in measure.numerator.parts for f in p.known)
    plain = aim.mode == "level" or new
    if not plain and base is None:
        return [Told(aim, "没有基期数", "there is no base to count from")]
    out: list[Goal | Told] = []
    for bound, upper in ((low, False), (high, True)):
        if not math.isfinite(bound):
            continue
        if plain:
            level, unit = bound * aim.factor, aim.factor
        elif aim.mode == "increase":
            assert base is not None  # asked above
            level, unit = base[0] + bound * aim.factor, aim.factor
        else:
            assert base is not None  # asked above
            years = max(aim.year - base[1], 1)
            level = base[0] * (1.0 + bound * aim.factor / 100.0) ** years
            unit = base[0] * years * (1.0 + bound * aim.factor / 100.0) ** (years - 1) * aim.factor / 100.0
        out.append(
            Goal(
                aim=aim, measure=measure, numerator=form[0], denominator=form[1], level=level / measure.scale, upper=upper,
                base=0.0 if base is None else base[0], unit=unit / measure.scale, least=low, most=high, plain=plain,
                base_year=0 if base is None else base[1],
            )
        )  # fmt: skip
    return out


def figure_of(goal: Goal, top: float, bottom: float | None) -> float:
    """The aim's figure in its own unit from numerator and denominator; NaN where there is nothing to divide by."""
    if bottom is not None and bottom <= 0:
        return math.nan
    now = (top if bottom is None else top / bottom) * goal.measure.scale
    if goal.plain:
        return now / goal.aim.factor
    if goal.aim.mode == "increase":
        return (now - goal.base) / goal.aim.factor
    if goal.base <= 0:
        return math.nan
    years = max(goal.aim.year - goal.base_year, 1)
    return float((max(now / goal.base, 0.0) ** (1.0 / years) - 1.0) * 100.0 / goal.aim.factor)


def simulated(goals: Goals, case: Case, runs: Run, start: Floats, days: Floats) -> dict[str, Floats]:
    """Aim id → (D,) figures in the aim's unit of some runs; NaN where there is none. `start` (D or 1, J), `days` (D or 1, F)."""
    stage = goals.bench.stage(runs, start, days)
    out: dict[str, Floats] = {}
    for goal in goals.goals:
        if goal.aim.id in out:
            continue
        figures: Figures = goal.measure.figures(stage)
        told, _ = figures_of(case, goal.aim, goal.measure, figures)
        out[goal.aim.id] = np.full(runs.draws, np.nan) if told is None else np.asarray(told, float)
    return out


__all__ = ["Form", "Goal", "Goals", "Told", "figure_of", "goals_of", "simulated"]
