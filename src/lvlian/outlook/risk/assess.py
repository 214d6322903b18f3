"""The risk of a case: draws through the machine, in chunks and threads, then chances, bands, drivers and bottlenecks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.case import Aim, Case
from lvlian.outlook.risk.driver import Z80, Driver, ranking
from lvlian.outlook.risk.engine import Machine, chunk_of
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.record import Bottleneck, Chance, Decider, Risk
from lvlian.outlook.risk.sample import COMMON, Input
from lvlian.outlook.risk.stream import Floats, RiskError, Streams, spans

if TYPE_CHECKING:
    from lvlian.chain.library import Library

SEED = 20_231_012
LARGEST = 1_000_000
DECIDING = 512
"""Draws that the search for what decides looks at, once for each factor and project: its shares are within 0.05."""
HOLDING = 200
"""Draws of which is asked what holds them back, once for each constraint: its frequencies are within 0.07."""
RANKED = 4_096
"""Draws that the ranking of drivers looks at: its standard error is then about 1 % of the variance."""
Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


def risk(
    case: Case,
    library: Library | None = None,
    *,
    draws: int = 10_000,
    seed: int = SEED,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
    machine: Machine | None = None,
) -> Risk:
    """The chance of every goal of a case. The same seed gives the same bits whatever `workers` (threads; default: the cores, at most 8).

    `progress(done, draws)` is called after each chunk, `stop()` before: once it is true the draws done so far are the answer. `machine`: a
    machine made before, so that it is not made again. Raises RiskError for figures that cannot be, CaseError for a case that cannot run."""
    if isinstance(draws, bool) or not isinstance(draws, int) or not 1 <= draws <= LARGEST:
        raise RiskError(f"draws: found {draws!r}, expected a whole number from 1 to {LARGEST:,}")
    if workers is not None and workers < 1:
        raise RiskError(f"workers: found {workers}, expected at least 1")
    whole = machine if machine is not None else _made(case, library)
    done, courses = draw_all(whole, seed, draws, workers=workers, progress=progress, stop=stop)
    if done == 0:
        raise RiskError("risk: stopped before the first draws were done, nothing can be said")
    return told(whole, seed, done, courses, stopped=done < draws)


def _made(case: Case, library: Library | None) -> Machine:
    from lvlian.outlook.risk.machine import machine_of

    return machine_of(case, library)


def draw_all(
    machine: Machine,
    seed: int,
    draws: int,
    *,
    first: int = 0,
    fixed: Mapping[str, float] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> tuple[int, dict[str, Course]]:
    """How many draws were done, and goal id → its course (Q, done). `first` must begin a block."""
    case, streams = machine.case, Streams(seed)
    width = case.count
    size = chunk_of(machine)
    num = {aim.id: np.empty((width, draws)) for aim in machine.aims}
    den: dict[str, Floats] = {
        aim.id: np.empty((width, draws)) for aim in machine.aims if machine.frame(aim).den is not None
    }
    parts = spans(draws, size)

    def work(place: int) -> None:
        begin, count = parts[place]
        z = machine.plan.scores(streams, first + begin, count)
        whole = machine.plan.draws(z, first + begin, fixed)
        for low in range(0, count, size):
            high = min(low + size, count)
            outcome = machine.outcome(whole.part(low, high))
            for key in num:
                reading = outcome.readings[key]
                num[key][:, begin + low : begin + high] = reading.num.T
                if key in den and reading.den is not None:
                    den[key][:, begin + low : begin + high] = reading.den.T

    ready = _each(work, len(parts), min(workers or cores(), len(parts)), [count for _, count in parts], progress, stop)
    done = sum(count for _, count in parts[:ready])
    courses = {
        aim.id: replace(
            machine.frame(aim), num=num[aim.id][:, :done], den=den[aim.id][:, :done] if aim.id in den else None
        )
        for aim in machine.aims
    }
    return done, courses


def _each(
    work: Callable[[int], None],
    count: int,
    workers: int,
    sizes: list[int],
    progress: Progress | None,
    stop: Stop | None,
) -> int:
    """Does the work of all places; how many of them from the first on are done."""
    total, told = sum(sizes), 0
    if stop is not None and stop():
        return 0
    if workers == 1:
        for place in range(count):
            if stop is not None and stop():
                return place
            work(place)
            told += sizes[place]
            if progress is not None:
                progress(told, total)
        return count
    with ThreadPoolExecutor(workers, thread_name_prefix="risk") as pool:
        waiting: list[Future[None]] = []
        for place in range(count):
            waiting.append(pool.submit(work, place))
        for place, future in enumerate(waiting):
            if stop is not None and stop():
                for rest in waiting:
                    rest.cancel()
                ready = 0
                for one in waiting:
                    if one.cancelled():
                        break
                    one.result()
                    ready += 1
                return max(ready, place)
            future.result()
            told += sizes[place]
            if progress is not None:
                progress(told, total)
    return count


def cores() -> int:
    """The cores that this process may use, at most 8."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), 8)
    return min(os.cpu_count() or 1, 8)


def told(
    machine: Machine,
    seed: int,
    draws: int,
    courses: Mapping[str, Course],
    *,
    stopped: bool = False,
) -> Risk:
    """The record of draws that were done."""
    case = machine.case
    quarters = case.quarters
    chances = []
    for aim in case.aims:
        course = courses.get(aim.id)
        if course is None:
            chances.append(Chance(aim=aim, quarters=quarters, why=machine.silent.get(aim.id, (aim.why, aim.why))))
            continue
        if aim.id in machine.silent:  # a fan, but no verdict
            chances.append(Chance(aim=aim, quarters=quarters, course=course, why=machine.silent[aim.id]))
            continue
        figures = course.year(quarters, aim.year or quarters[-1].year, aim.quarter)
        if np.isnan(figures).any():
            chances.append(
                Chance(aim=aim, quarters=quarters, course=course, why=_unsaid(aim, case, bool(np.isnan(figures).all())))
            )
            continue
        chances.append(Chance(aim=aim, quarters=quarters, figures=figures, course=course))

    def rank(one: Chance) -> tuple[Driver, ...]:
        return _rank(machine, seed, min(draws, RANKED), one)

    def decide() -> tuple[Decider, ...]:
        return _decide(machine, seed, min(draws, DECIDING), chances)

    def hold() -> Mapping[str, tuple[Bottleneck, ...]]:
        return _hold(machine, seed, min(draws, HOLDING))

    return Risk(
        region=case.region, scenario=case.scenario, seed=seed, draws=draws, quarters=quarters, chances=tuple(chances),
        assumptions=tuple(machine.assumptions), simulated=case.simulated, stopped=stopped, rank=rank, decide=decide, hold=hold,
    )  # fmt: skip


def _unsaid(aim: Aim, case: Case, never: bool) -> tuple[str, str]:
    if never:
        last = case.quarters[-1]
        return (
            f"{aim.year}年不全在推演的季度（{case.first}–{last}）和已有记录之内，全年数缺",
            f"{aim.year} is not wholly within the quarters projected ({case.first}–{last}) and on record",
        )
    return "有的抽样里分母为零，说不出", "in some draws the denominator is zero"


def _rank(machine: Machine, seed: int, draws: int, one: Chance) -> tuple[Driver, ...]:
    """The drivers of a goal; the draws are made again from the seed, which is cheaper than to keep them."""
    plan = machine.plan
    if not plan.inputs or one.figures is None or one.figures.min() == one.figures.max():
        return ()
    year = one.aim.year or machine.case.quarters[-1].year
    streams = Streams(seed)
    scores = plan.driver_scores(plan.scores(streams, 0, draws), year)
    swings = swing(machine, one.aim)
    return ranking({i.key: (i.zh, i.en, i.group) for i in plan.inputs}, scores, one.figures[:draws], swings)


def swing(machine: Machine, aim: Aim) -> Floats:
    """(I, 2) a goal's figure with one input at its tenth and ninetieth percentile and all others at their median: one small run."""
    plan = machine.plan
    count = len(plan.inputs)
    z = np.zeros((len(plan.keys), 2 * count))
    for row, one in enumerate(plan.inputs):
        rows = plan.rows[one.key]
        move = Z80 * plan.direction(one, aim.year)
        z[rows, 2 * row], z[rows, 2 * row + 1] = -move, move
        if one.key == COMMON:
            for other in plan.inputs:
                if other.delay is not None:
                    z[plan.rows[other.key], 2 * row : 2 * row + 2] = np.array([-Z80, Z80]) * np.sqrt(plan.common)
    outcome = machine.outcome(plan.draws(z))
    reading = outcome.readings[aim.id]
    course = replace(machine.frame(aim), num=reading.num.T, den=None if reading.den is None else reading.den.T)
    quarters = machine.case.quarters
    return course.year(quarters, aim.year or quarters[-1].year, aim.quarter).reshape(count, 2)


def _decide(machine: Machine, seed: int, draws: int, chances: list[Chance]) -> tuple[Decider, ...]:
    """Each factor and project on time, alone, on the same draws: which of the misses does that save?"""
    said = [one for one in chances if one.figures is not None]
    missed = {one.aim.id: ~one.met[:draws] for one in said}
    quarters = machine.case.quarters

    def decided(one: Input) -> Decider:
        _, courses = draw_all(machine, seed, draws, fixed={one.key: 0.0}, workers=1)
        saves = {}
        for chance in said:
            aim, missing = chance.aim, missed[chance.aim.id]
            if missing.any():
                course = courses[aim.id]
                now = course.met(course.year(quarters, aim.year or quarters[-1].year, aim.quarter))
                saves[aim.id] = float((now & missing).sum()) / int(missing.sum())
        return Decider(key=one.key, zh=one.zh, en=one.en, saves=saves)

    with ThreadPoolExecutor(cores()) as pool:
        slips = [one for one in machine.plan.inputs if one.key.endswith(".slip")]
        found = [one for one in pool.map(decided, slips) if any(one.saves.values())]
    return tuple(sorted(found, key=lambda one: (-one.most, one.key)))


def _hold(machine: Machine, seed: int, draws: int) -> dict[str, tuple[Bottleneck, ...]]:
    """Goal by goal what holds it back, the most frequent first."""
    z = machine.plan.scores(Streams(seed), 0, draws)
    out = {}
    for key, hold in machine.holds(machine.plan.draws(z)).items():
        rows = []
        for place, (name, zh, en) in enumerate(hold.words):
            often = (hold.which == place).mean(axis=0)
            if often.any():
                rows.append(Bottleneck(key=name, zh=zh, en=en, often=tuple(float(one) for one in often)))
        out[key] = tuple(sorted(rows, key=lambda row: (-sum(row.often), row.key)))
    return out
