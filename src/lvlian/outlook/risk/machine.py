"""The machine of a case: its pipeline, its chain and its measures, put together once for all draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.case import Aim, Case
from lvlian.outlook.model import Model, compile_model
from lvlian.outlook.pipeline import Pipeline, Tables, capacity_of, pipeline, starts_of
from lvlian.outlook.projection.measure import Bench, Figures, Measure, bench_of
from lvlian.outlook.projection.reach import Reach, accepted, base_of, figures_of, measure_of, past_of, reach
from lvlian.outlook.projection.run import Run, run
from lvlian.outlook.projection.stage import Stage
from lvlian.outlook.risk.engine import Machine, Outcome, Reading
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.hold import Hold, holds
from lvlian.outlook.risk.sample import Delay, Draws, Plan, plan_draws
from lvlian.outlook.risk.shocks import Slope, changed, slopes_of
from lvlian.outlook.risk.stream import Floats

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from lvlian.chain.library import Library
    from lvlian.outlook.projection.chain import Chain

FEWEST = 60
"""Plants from which it is worth while to look for lines of equal ones."""


@dataclass(frozen=True, eq=False)
class ChainMachine:
    """Pipeline → chain → measures (see lvlian.outlook.risk.engine.Machine). `frames` goal id → how its figures are read."""

    case: Case
    plan: Plan
    pipe: Pipeline
    model: Model
    chain: Chain
    bench: Bench
    slopes: tuple[Slope, ...]
    measures: Mapping[str, Measure]
    frames: Mapping[str, Course]
    silent: Mapping[str, tuple[str, str]]
    """Goals without a chance and why; those that have figures all the same stand in `frames` too."""
    assumptions: tuple[tuple[str, str], ...]

    @property
    def aims(self) -> Sequence[Aim]:
        return [aim for aim in self.case.aims if aim.id in self.frames]

    @property
    def weight(self) -> int:
        return len(self.case.plants) * self.case.count

    def frame(self, aim: Aim) -> Course:
        return self.frames[aim.id]

    def outcome(self, draws: Draws) -> Outcome:
        """The goals of a chunk of draws."""
        _, stage = self.ran(draws)
        return Outcome(read(self.measures, stage))

    def ran(self, draws: Draws) -> tuple[Run, Stage]:
        """The chain of a chunk of draws, and the stage that measures look at."""
        arrays = changed(self.model, self.slopes, draws)
        start = starts_of(self.pipe, draws.delay, draws.factor_delay)
        # The compiled loop would make a page wait for its compiler; what one chunk holds is quick enough without.
        capacity = capacity_of(self.pipe, start=start, ramp=self.ramps(draws), compiled=False)
        ran = run(
            self.model, capacity=capacity, load=arrays.load, season=arrays.season, quota=arrays.quota, price=arrays.price,
            shocks=arrays.shocks or None, chain=self.chain,
        )  # fmt: skip
        return ran, self.bench.stage(ran, start, self.factor_days(draws))

    def ramps(self, draws: Draws) -> Floats:
        """(n, kinds) quarters from first output to full."""
        out = np.tile(self.pipe.ramp, (draws.count, 1))
        for place, kind in enumerate(self.pipe.kinds):
            if f"ramp.{kind}" in draws.values:
                out[:, place] = draws.values[f"ramp.{kind}"]
        return out

    def factor_days(self, draws: Draws) -> Floats:
        """(n, F) quarters since the case's first at which each factor is there."""
        pipe = self.pipe
        moved = np.maximum(pipe.factor_base + pipe.factor_slip + draws.factor_delay, pipe.now)
        return np.where(pipe.factor_fixed, pipe.factor_base, moved)

    def holds(self, draws: Draws) -> Mapping[str, Hold]:
        """What holds each goal back in some draws."""
        return holds(self, draws)


def read(measures: Mapping[str, Measure], stage: Stage) -> dict[str, Reading]:
    """The figures of goals; those of several years of one indicator are worked out once."""
    told: dict[Hashable, Reading] = {}
    readings = {}
    for key, measure in measures.items():
        same = id(measure) if not measure.group else (measure.indicator, measure.variant, measure.group)
        if same not in told:
            figures = measure.figures(stage)
            assert figures.numerator is not None  # what is missing is missing in every draw, and was seen before
            told[same] = Reading(figures.numerator, figures.denominator)
        readings[key] = told[same]
    return readings


def machine_of(case: Case, library: Library | None = None, *, tables: Tables | None = None) -> Machine:
    """The machine of a case; of a large one whose plants are alike the one by lines. Raises as `chain_machine_of` does."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    whole = chain_machine_of(case, shelf, tables=tables)
    if len(case.plants) < FEWEST:
        return whole
    from lvlian.outlook.risk.lump import lumped

    return lumped(whole, shelf) or whole


def chain_machine_of(case: Case, library: Library | None = None, *, tables: Tables | None = None) -> ChainMachine:
    """The machine of a case. Raises CaseError for a case that cannot run, RiskError for a law that cannot be."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    pipe = pipeline(case, tables)
    model = compile_model(case, shelf, pipe.capacity)
    from lvlian.outlook.projection.chain import chain_of

    chain = chain_of(model, shelf)
    bench = bench_of(chain, shelf)
    delays = {
        key: Delay(shape=one.shape, scale=one.scale, never=one.never, source=one.source)
        for key, one in pipe.slips.items()
    }
    plan = plan_draws(case, delays)
    slopes = slopes_of(model, plan, lambda turned: compile_model(turned, shelf, model.capacity))
    plan = _pruned(plan, slopes, pipe)
    stage = bench.stage(run(model, chain=chain))
    measures: dict[str, Measure] = {}
    frames: dict[str, Course] = {}
    silent: dict[str, tuple[str, str]] = {}
    for aim in case.aims:
        measure = measure_of(bench, aim)
        told = reach(case, bench, stage, aim)
        if measure is None or told.value is None or told.met is None:
            silent[aim.id] = _why(aim, told)
        if measure is None or told.value is None:
            continue
        figures = measure.figures(stage)
        measures[aim.id] = measure
        frames[aim.id] = _frame(case, aim, measure, figures, bench)
    return ChainMachine(
        case=case, plan=plan, pipe=pipe, model=model, chain=chain, bench=bench, slopes=slopes, measures=measures, frames=frames,
        silent=silent, assumptions=_assumptions(case, plan, pipe),
    )  # fmt: skip


def _why(aim: Aim, told: Reach) -> tuple[str, str]:
    """Why the projection says nothing of a goal, or does not say whether it is met; then no chance is given either."""
    if not aim.year and not told.missing:
        return "目标没有写年份", "the goal names no year"
    ask = "、".join(dict.fromkeys(who for one in told.missing for who in one.ask))
    zh = "、".join(dict.fromkeys(one.zh for one in told.missing)) or "缺数"
    en = "; ".join(dict.fromkeys(one.en for one in told.missing)) or "no figure"
    return zh + (f"，问{ask}" if ask else ""), en


def _frame(case: Case, aim: Aim, measure: Measure, figures: Figures, bench: Bench) -> Course:
    """How a goal's figures are read. The base of an increase or growth is that of the projection without draws: the same for all."""
    least, most = accepted(aim, bench.book[aim.indicator].direction)
    base = None
    if _asks_base(case, aim, measure, figures):
        found = base_of(case, aim, measure, figures)
        base = None if found is None else (found[0], aim.year - found[1])
    return Course(
        num=np.zeros((0, 0)),
        den=None if figures.denominator is None else np.zeros((0, 0)),
        over=measure.over,
        past=past_of(case, aim, measure),
        scale=measure.scale,
        factor=aim.factor,
        base=base,
        mode="growth_rate" if measure.kind == "growth" else aim.mode,
        least=least,
        most=most,
    )


def _asks_base(case: Case, aim: Aim, measure: Measure, figures: Figures) -> bool:
    """Whether figures_of takes a base off: it does where its figure is not the level."""
    if aim.mode == "level" and measure.kind != "growth":
        return False
    plain, _ = figures_of(case, replace(aim, mode="level"), replace(measure, kind="sum"), figures)
    told, _ = figures_of(case, aim, measure, figures)
    return plain is None or told is None or not np.array_equal(plain, told)


def _pruned(plan: Plan, slopes: tuple[Slope, ...], pipe: Pipeline) -> Plan:
    """Without premises that nothing answers to, so that none of them is called a driver."""
    answered = {slope.key for slope in slopes} | {f"ramp.{kind}" for kind in pipe.kinds}
    inputs = tuple(
        one for one in plan.inputs if one.key.endswith(".slip") or one.key == "slip.common" or one.key in answered
    )
    rows: dict[str, slice] = {}
    keys: list[str] = []
    for one in inputs:
        rows[one.key] = slice(len(keys), len(keys) + len(one.parts))
        keys.extend(one.parts)
    return replace(plan, inputs=inputs, rows=rows, keys=tuple(keys))


def _assumptions(case: Case, plan: Plan, pipe: Pipeline) -> tuple[tuple[str, str], ...]:
    """What the draws rest on that nobody has told."""
    out = list(pipe.assumptions)
    for source in dict.fromkeys(
        one.delay.source for one in plan.inputs if one.delay is not None and one.delay.source[0]
    ):
        out.append((f"拖期按先验抽取：{source[0]}", f"delays are drawn from priors: {source[1]}"))
    if plan.common > 0:
        out.append(
            (
                f"各项目拖期另有共同原因，相关系数 {plan.common:g}（假设）",
                f"delays of projects have a common cause beside shared factors, correlation {plan.common:g} (assumption)",
            )
        )
    for one in plan.inputs:
        if one.path is not None:
            law = one.path
            span = f"{law.years[0]}–{law.years[1]}" if law.years[0] else ""
            out.append(
                (
                    f"{one.zh}逐季游走并回到设定值：每季标准差 {law.sigma:.1%}，长期 {law.spread:.0%}（{law.source} {span}）",
                    f"{one.en} strays by quarter and comes back to its premise: sd {law.sigma:.1%} a quarter, {law.spread:.0%} in the long run ({law.source} {span})",
                )
            )
    return tuple(dict.fromkeys(out))
