"""Large regions: plants that nothing tells apart are one line in the chain, its capacity the sum of theirs. Exact, and checked to be.

Two plants are equal where recipe, load, season, margin, feeds and role are, their firms run nothing else, and no contract or goal names them.
The order of merit then does not tell them apart, so that what they make together is what one line of their size makes. Goals that look at firms one
by one (counts, thresholds, concentration) or at lists of projects leave the region as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Aim, Case
from lvlian.outlook.model import Model, compile_model
from lvlian.outlook.pipeline import starts_of
from lvlian.outlook.pipeline.curve import SHORTEST
from lvlian.outlook.projection.chain import chain_of
from lvlian.outlook.projection.measure import Measure, bench_of
from lvlian.outlook.projection.reach import measure_of
from lvlian.outlook.projection.run import run
from lvlian.outlook.risk.engine import Outcome
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.hold import Hold
from lvlian.outlook.risk.sample import Draws, Plan
from lvlian.outlook.risk.shocks import Slope, changed, slopes_of
from lvlian.outlook.risk.stream import Floats, Streams

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.outlook.projection.chain import Chain
    from lvlian.outlook.projection.measure import Bench
    from lvlian.outlook.risk.machine import ChainMachine

TRIED = 8
"""Draws in which both ways must agree before the short one is taken."""
CLOSE = 1e-9


@dataclass(frozen=True, eq=False)
class LumpedMachine:
    """`whole` as it is, and beside it the chain of its lines. `line` (P,) the line of each plant, `standing` (L, Q) what stands already."""

    whole: ChainMachine
    model: Model
    chain: Chain
    bench: Bench
    slopes: tuple[Slope, ...]
    measures: Mapping[str, Measure]
    line: NDArray[np.int64]
    standing: Floats

    @property
    def case(self) -> Case:
        return self.whole.case

    @property
    def plan(self) -> Plan:
        return self.whole.plan

    @property
    def aims(self) -> Sequence[Aim]:
        return self.whole.aims

    @property
    def silent(self) -> Mapping[str, tuple[str, str]]:
        return self.whole.silent

    @property
    def assumptions(self) -> Sequence[tuple[str, str]]:
        return self.whole.assumptions

    @property
    def weight(self) -> int:
        return len(self.model.plants) * self.case.count

    def frame(self, aim: Aim) -> Course:
        return self.whole.frame(aim)

    def holds(self, draws: Draws) -> Mapping[str, Hold]:
        return self.whole.holds(draws)

    def outcome(self, draws: Draws) -> Outcome:
        """The goals of a chunk of draws, by lines."""
        from lvlian.outlook.risk.machine import read

        pipe = self.whole.pipe
        arrays = changed(self.model, self.slopes, draws)
        start = starts_of(pipe, draws.delay, draws.factor_delay)
        ran = run(
            self.model, capacity=self.capacity(draws, start), load=arrays.load, season=arrays.season, quota=arrays.quota,
            price=arrays.price, shocks=arrays.shocks or None, chain=self.chain,
        )  # fmt: skip
        stage = self.bench.stage(ran, start, self.whole.factor_days(draws))
        return Outcome(read(self.measures, stage))

    def capacity(self, draws: Draws, start: Floats) -> Floats:
        """(n, L, Q) t a quarter."""
        from lvlian.outlook.risk.ramp_kernel import add_ramps

        pipe = self.whole.pipe
        scale = np.divide(
            self.whole.ramps(draws),
            pipe.curve_length,
            out=np.ones((draws.count, len(pipe.kinds))),
            where=pipe.curve_length > 0,
        )
        out = np.repeat(self.standing[None], draws.count, axis=0)
        add_ramps(
            start, pipe.places, pipe.size, pipe.steps, pipe.knots, np.maximum(scale, SHORTEST), pipe.curve_of, self.line[pipe.rows], out
        )  # fmt: skip
        return out


def lumped(whole: ChainMachine, library: Library) -> LumpedMachine | None:
    """The machine by lines; None where its goals or contracts tell plants apart, or where the two ways disagree."""
    case = whole.case
    if not all(_adds_up(whole.measures[aim.id], aim) for aim in whole.aims):
        return None
    line, heads = _lines(whole)
    if len(heads) > len(case.plants) // 2 or np.isfinite(whole.pipe.until).any():
        return None
    standing = np.zeros((len(heads), case.count))
    np.add.at(standing, line, whole.pipe.standing)
    sizes = np.zeros(len(heads))
    np.add.at(sizes, line, [plant.capacity for plant in case.plants])
    plants = tuple(
        replace(case.plants[head], capacity=float(sizes[row]), project="", since=None) for row, head in enumerate(heads)
    )
    short = replace(case, plants=plants, projects=())
    model = compile_model(short, library, standing)
    chain = chain_of(model, library)
    bench = bench_of(chain, library)
    measures = {aim.id: found for aim in whole.aims if (found := measure_of(bench, aim)) is not None}
    slopes = slopes_of(model, whole.plan, lambda turned: compile_model(turned, library, standing))
    made = LumpedMachine(whole, model, chain, bench, slopes, measures, line, standing)
    return made if _agree(whole, made) else None


def _adds_up(measure: Measure, aim: Aim) -> bool:
    """Whether a goal is made of sums over all plants of a process."""
    if aim.firm or aim.group or measure.firms or measure.kind in ("threshold", "concentration"):
        return False
    sides = [measure.numerator, *([measure.denominator] if measure.denominator is not None else [])]
    return all(not part.known and not part.counts and part.gate is None for side in sides for part in side.parts)


def _lines(whole: ChainMachine) -> tuple[NDArray[np.int64], list[int]]:
    """(P,) the line of each plant, and each line's first plant."""
    case, model = whole.case, whole.model
    runs: dict[str, set[str]] = {}
    for plant in case.plants:
        runs.setdefault(plant.firm, set()).add(plant.process)
    named = {one for contract in case.contracts for one in (contract.source, contract.target)}
    lines: dict[object, int] = {}
    heads: list[int] = []
    line = np.empty(len(case.plants), np.int64)
    for row, plant in enumerate(case.plants):
        alone = plant.firm if plant.firm in named or len(runs[plant.firm]) > 1 else ""
        feeds = tuple(sorted(plant.feeds.items()))
        key = (
            plant.process, alone, plant.role, plant.margin, feeds, float(model.load[row]), model.coef[:, row].tobytes(), model.season[row].tobytes()
        )  # fmt: skip
        if key not in lines:
            lines[key] = len(heads)
            heads.append(row)
        line[row] = lines[key]
    return line, heads


def _agree(whole: ChainMachine, made: LumpedMachine) -> bool:
    """A few draws both ways."""
    if set(made.measures) != {aim.id for aim in whole.aims}:
        return False
    draws = whole.plan.draws(whole.plan.scores(Streams(0), 0, TRIED))
    one, other = whole.outcome(draws).readings, made.outcome(draws).readings
    for key, reading in one.items():
        for long, short in ((reading.num, other[key].num), (reading.den, other[key].den)):
            if (long is None) != (short is None):
                return False
            if (
                long is not None
                and short is not None
                and not np.allclose(long, short, rtol=CLOSE, atol=CLOSE * float(np.abs(long).max(initial=1.0)))
            ):
                return False
    return True
