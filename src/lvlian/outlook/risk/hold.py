"""What holds a goal back in each draw and quarter: every constraint is lifted in turn in the same draws, the one whose lifting brings most is it.

The rule, the constraints and their words are those of lvlian.outlook.projection.binding; here they are asked of many draws in one run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Aim
from lvlian.outlook.pipeline import capacity_of, starts_of
from lvlian.outlook.projection.binding import LEAST, Lifted, lifted
from lvlian.outlook.projection.run import run
from lvlian.outlook.projection.stage import Stage
from lvlian.outlook.risk.sample import Draws
from lvlian.outlook.risk.shocks import changed
from lvlian.outlook.risk.stream import Floats

if TYPE_CHECKING:
    from lvlian.outlook.risk.machine import ChainMachine

AT_ONCE = -1000.0


@dataclass(frozen=True, eq=False)
class Hold:
    """`words` of all constraints (key, zh, en); `which` (n, Q) the place of the one that holds, −1 where none does."""

    words: tuple[tuple[str, str, str], ...]
    which: NDArray[np.int64]


def holds(machine: ChainMachine, draws: Draws) -> Mapping[str, Hold]:
    """What holds each goal of a few draws; goal id → Hold."""
    lifts = lifted(machine.model, machine.pipe, machine.bench.library)
    stage = _staged(machine, draws, lifts)
    words = tuple((f"{one.kind}.{one.id}".rstrip("."), one.zh, one.en) for one in lifts)
    out: dict[str, Hold] = {}
    told: dict[tuple[str, str, str, str], Floats] = {}
    for aim in machine.aims:
        measure = machine.measures[aim.id]
        key = (measure.indicator, measure.variant, aim.firm, aim.group)
        if key not in told:
            level = measure.level(measure.figures(stage))
            assert level is not None  # goals without figures are not among the machine's
            told[key] = np.asarray(level).reshape(len(lifts) + 1, draws.count, -1)
        out[aim.id] = Hold(words, _which(aim, machine.bench.book[aim.indicator].direction, lifts, told[key]))
    return out


def _which(aim: Aim, direction: str, lifts: tuple[Lifted, ...], level: Floats) -> NDArray[np.int64]:
    """(n, Q) of levels (K + 1, n, Q), the first as it is."""
    gains = np.nan_to_num(level[1:] - level[0])
    if direction == "down":
        gains = -gains
    least = LEAST * np.maximum(np.nan_to_num(np.abs(level[0])), abs(aim.value * aim.factor) / 4 * 0.1)
    usual = np.array([one.kind == "load" for one in lifts])
    # What runs at its usual load already is only told where nothing else would bring anything.
    gains[usual] = np.where(gains[usual] > least, least * 1.001, gains[usual])
    best = np.argmax(gains, axis=0)
    most = np.take_along_axis(gains, best[None], axis=0)[0]
    return np.where(most > np.maximum(least, 0.0), best, -1)


def _staged(machine: ChainMachine, draws: Draws, lifts: tuple[Lifted, ...]) -> Stage:
    """One run of (K + 1) × n draws: as they are, then with each constraint lifted."""
    pipe, model, count = machine.pipe, machine.model, draws.count
    times = len(lifts) + 1
    part = {place: slice((place + 1) * count, (place + 2) * count) for place in range(len(lifts))}
    delay, late = np.tile(draws.delay, (times, 1)), np.tile(draws.factor_delay, (times, 1))
    values = {key: np.tile(value, (times,) + (1,) * (value.ndim - 1)) for key, value in draws.values.items()}
    paths = {key: np.tile(path, (times, 1)) for key, path in draws.paths.items()}
    factors = {one.factor.id: place for place, one in enumerate(pipe.factors)}
    for place, one in enumerate(lifts):
        if one.kind == "factor":
            late[part[place], factors[one.id]] = AT_ONCE
        elif one.kind == "project":
            delay[part[place]] = np.where(pipe.dropped, delay[part[place]], AT_ONCE)
        elif one.kind == "season" and "power.dry" in values:
            values["power.dry"][part[place]] = 0.0
    all_draws = Draws(draws.first, times * count, delay, late, values, paths)
    arrays = changed(model, machine.slopes, all_draws)
    start = starts_of(pipe, delay, late)
    ramp = machine.ramps(all_draws)
    load = np.tile(model.load, (times * count, 1)) if arrays.load is None else arrays.load
    season = np.tile(model.season, (times * count, 1, 1)) if arrays.season is None else np.array(arrays.season)
    quota = np.tile(model.quota, (times * count, 1, 1)) if arrays.quota is None else np.array(arrays.quota)
    free = np.zeros(times * count, bool)
    limits = {limit.id: row for row, limit in enumerate(model.limits)}
    for place, one in enumerate(lifts):
        if one.kind == "ramp":
            ramp[part[place]] = 0.0
        elif one.kind == "quota":
            quota[part[place], limits[one.id]] = np.inf
        elif one.kind == "season" and "power.dry" not in values:
            load[part[place]], season[part[place]], quota[part[place]] = one.load, one.season, one.quota
        elif one.kind == "metal":
            free[part[place]] = True
        elif one.kind == "load":
            load[part[place]] = np.maximum(load[part[place]], 1.0)
            season[part[place]] = np.maximum(season[part[place]], 1.0)
    ran = run(
        model, capacity=capacity_of(pipe, start=start, ramp=ramp, compiled=False), load=load, season=season, quota=quota,
        price=arrays.price, shocks=arrays.shocks or None, free=free, chain=machine.chain,
    )  # fmt: skip
    return machine.bench.stage(ran, start, machine.factor_days(all_draws))


__all__ = ["Hold", "holds"]
