"""What holds a quarter back: each constraint is lifted in turn and the quarter run again; the one whose lifting brings most is it.

Lifted are: every factor that projects wait for (there at once), the projects' own dates (from today on, still after their factors), ramps
(full at once), each quota, the dry season, the metal that stays in the region (as if there were enough), and load (all that is built). All of
them are draws of one run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.library import Library
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, Factor
from lvlian.outlook.model import Model
from lvlian.outlook.pipeline import Pipeline
from lvlian.outlook.projection.measure import Bench
from lvlian.outlook.projection.reach import measure_of
from lvlian.outlook.projection.run import Run, run

if TYPE_CHECKING:
    from lvlian.outlook.projection.chain import Chain

Floats = NDArray[np.float64]
LEAST = 0.005
"""A constraint holds a quarter back where lifting it brings at least this share of the quarter's figure or of the goal."""
SHORT: dict[str, tuple[str, str]] = {
    "land": ("用地", "land"),
    "power": ("供电", "power supply"),
    "gas": ("供气", "gas"),
    "water": ("供水", "water"),
    "logistics": ("物流", "logistics"),
    "funds": ("资金", "funds"),
    "environment": ("环评", "environmental approval"),
    "energy_quota": ("能耗指标", "energy quota"),
    "metal": ("铝液", "metal"),
}
_VOLTAGE = re.compile(r"(\d+)\s*(?:千伏|[kK][vV])")
_AT_ONCE = -1000.0


@dataclass(frozen=True)
class Lifted:
    """A constraint that is lifted: `kind` factor | project | ramp | quota | season | metal | load, `id` of the factor or limit, words for a
    page. Arrays as `run` takes them, one draw each; None as they are."""

    kind: str
    id: str
    zh: str
    en: str
    capacity: Floats
    quota: Floats
    season: Floats
    load: Floats
    free: bool = False
    start: Floats | None = None


def _as_it_is(model: Model) -> Lifted:
    return Lifted("", "", "", "", model.capacity, model.quota, model.season, model.load)


@dataclass(frozen=True, kw_only=True)
class Bind:
    """What holds one goal back in one quarter: `kind` as in `Lifted` ("" nothing does), `gain` what lifting it would bring in that quarter, in the
    goal's unit; `others` the next ones with theirs, `others_en` their names in English."""

    aim: str
    quarter: str
    kind: str
    id: str
    zh: str
    en: str
    gain: float
    others: tuple[tuple[str, float], ...] = ()
    others_en: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "aim": self.aim, "quarter": self.quarter, "kind": self.kind, "id": self.id, "zh": self.zh, "en": self.en,
            "gain": self.gain, "others": [[name, gain] for name, gain in self.others], "others_en": list(self.others_en),
        }  # fmt: skip


def lifted(model: Model, line: Pipeline, library: Library) -> tuple[Lifted, ...]:
    """Every constraint that may hold this case back, lifted one at a time."""
    case, still = model.case, _as_it_is(model)
    out: list[Lifted] = []
    waited = sorted({e.source for edges in line.wiring.edges.values() for e in edges if not e.upstream})
    waited = [f for f in waited if not line.factor_fixed[f]]
    for place in waited:
        shift = line.factor_expected.copy()
        shift[place] = _AT_ONCE
        there = replace(line, factor_expected=shift)
        factor = line.factors[place].factor
        zh, en = factor_words(factor)
        out.append(
            replace(still, kind="factor", id=factor.id, zh=zh, en=en, capacity=there.capacity, start=there.start)
        )
    if line.days:
        early = replace(line, expected=np.where(line.dropped, line.expected, _AT_ONCE))
        zh, en = "未到投产日期", "projects not due yet"
        out.append(replace(still, kind="project", zh=zh, en=en, capacity=early.capacity, start=early.start))
        sudden = replace(line, ramp=np.zeros_like(line.ramp))
        out.append(replace(still, kind="ramp", zh="爬坡", en="ramp-up", capacity=sudden.capacity))
    for number, limit in enumerate(model.limits):
        if limit.side == "upper" and model.weight[number].any():
            quota = model.quota.copy()
            quota[number] = np.inf
            zh, en = ("负荷", "load") if limit.good == "electricity" else (limit.zh, limit.en)
            out.append(replace(still, kind="quota", id=limit.id, zh=zh, en=en, quota=quota))
    dry = _without_dry(case, model, library)
    if dry is not None:
        lift = replace(still, kind="season", id="power.dry", zh="枯水期负荷", en="dry-season load")
        out.append(replace(lift, quota=dry.quota, season=dry.season, load=dry.load))
    out.append(replace(still, kind="metal", zh="铝液" if case.metal == "aluminium" else "金属", en="metal", free=True))
    lift = replace(still, kind="load", zh="现有产能", en="capacity in place")
    out.append(replace(lift, season=np.maximum(model.season, 1.0), load=np.maximum(model.load, 1.0)))
    return tuple(out)


def factor_words(factor: Factor) -> tuple[str, str]:
    """What a page says for short: `110 kV`, 用地, 供气."""
    found = _VOLTAGE.search(factor.title)
    if factor.kind == "power" and found is not None:
        return f"{found[1]} kV", f"{found[1]} kV"
    return SHORT.get(factor.kind, (factor.title, factor.title))


def _without_dry(case: Case, model: Model, library: Library) -> Model | None:
    from lvlian.outlook.model import compile_model

    premise = case.premise("power.dry")
    if premise is None or premise.value >= 0:
        return None
    return compile_model(case.turned({"power.dry": 0.0}), library, model.capacity)


def run_lifted(model: Model, chain: Chain, cases: Sequence[Lifted]) -> Run:
    """One run, a draw for each: (K, …)."""
    return run(
        model,
        capacity=np.stack([one.capacity for one in cases]),
        quota=np.stack([one.quota for one in cases]),
        season=np.stack([one.season for one in cases]),
        load=np.stack([one.load for one in cases]),
        free=np.array([one.free for one in cases]),
        chain=chain,
    )


def binding(
    base: Run, line: Pipeline, bench: Bench, library: Library, aims: Sequence[Aim], least: float = LEAST
) -> tuple[Bind, ...]:
    """For every goal that a formula knows and every quarter what holds it back. Where less is wanted (intensities) a gain is a fall."""
    model = base.model
    cases = lifted(model, line, library)
    many = run_lifted(model, base.chain, cases)
    start = np.stack([line.start if one.start is None else one.start for one in cases])
    before, after = bench.stage(base, line.start[None]), bench.stage(many, start)
    out: list[Bind] = []
    told: dict[tuple[str, str, str, str], tuple[Floats, Floats]] = {}
    for aim in aims:
        measure = measure_of(bench, aim)
        if measure is None:
            continue
        key = (aim.indicator, measure.variant, aim.firm, aim.group)
        if key not in told:
            now, then = measure.level(measure.figures(before)), measure.level(measure.figures(after))
            if now is None or then is None:
                continue
            down = bench.book[aim.indicator].direction == "down"
            told[key] = now[0], np.nan_to_num((now - then) if down else (then - now))
        here, gains = told[key]
        size = np.maximum(np.nan_to_num(np.abs(here)), abs(aim.value * aim.factor) / 4 * 0.1)
        for q, quarter in enumerate(model.quarters):
            out.append(_bind(aim, quarter, cases, gains[:, q] / aim.factor, float(size[q]) / aim.factor * least))
    return tuple(out)


def _bind(aim: Aim, quarter: Quarter, cases: Sequence[Lifted], gains: Floats, least: float) -> Bind:
    # what runs at its usual load already is only told where nothing else would bring anything
    ranked = np.where([one.kind == "load" for one in cases], np.where(gains > least, least * 1.001, gains), gains)
    order = np.argsort(-ranked, kind="stable")
    best = cases[int(order[0])]
    rest = tuple((cases[int(k)].zh, float(gains[k])) for k in order[1:4] if gains[k] > least)
    if gains[order[0]] <= max(least, 0.0):
        return Bind(aim=aim.id, quarter=str(quarter), kind="", id="", zh="—", en="—", gain=0.0)
    return Bind(
        aim=aim.id,
        quarter=str(quarter),
        kind=best.kind,
        id=best.id,
        zh=best.zh,
        en=best.en,
        gain=float(gains[order[0]]),
        others=rest,
        others_en=tuple(cases[int(k)].en for k in order[1:4] if gains[k] > least),
    )


REASONS = ("", "project", "factor", "ramp", "quota", "metal", "season", "load")
"""What holds a plant: nothing, it is not due, its factor is not there, it ramps, a quota, its metal, the season, all that is built runs."""


def plant_reasons(base: Run, own_start: Floats, start: Floats, size: Floats) -> NDArray[np.int8]:
    """(D, P, Q) places in `REASONS`: what directly stands against more output of each plant. `own_start` (J,) or (D, J) first outputs
    without any factor, `start` with them (quarters since the first), `size` (P,) t a quarter when full.
    A project counts as absent in a quarter by the middle of which it has not begun."""
    model = base.model
    projects = {project.id: place for place, project in enumerate(model.case.projects)}
    out = np.zeros(base.activity.shape, np.int8)
    own, begun = np.atleast_2d(own_start), np.atleast_2d(start)
    middle = np.arange(base.activity.shape[2]) + 0.5
    fed = {p for supply in base.chain.supplies for p in supply.users}
    for p, plant in enumerate(model.plants):
        made, top = base.activity[:, p], base.top[:, p]
        built = np.broadcast_to(base.capacity[:, p], made.shape)
        short = made < top - 1e-6 * np.maximum(top, 1.0)
        takes = [n for n, limit in enumerate(model.limits) if limit.side == "upper" and model.weight[n, p] > 0]
        held = base.held[:, takes].any(axis=1) if takes else np.zeros(made.shape, bool)
        reason = np.full(made.shape, REASONS.index("load"), np.int8)
        reason[np.broadcast_to(model.season[p] < 1 - 1e-9, made.shape)] = REASONS.index("season")
        reason[built < size[p] * (1 - 1e-9)] = REASONS.index("ramp")
        reason[short] = REASONS.index("metal")
        if p not in fed:
            reason[short & held] = REASONS.index("quota")
        place = projects.get(plant.project)
        if place is not None:
            absent = begun[:, place, None] >= middle
            reason[np.broadcast_to(absent, made.shape)] = REASONS.index("factor")
            reason[np.broadcast_to(absent & (own[:, place, None] >= middle), made.shape)] = REASONS.index("project")
        out[:, p] = reason
    return out


__all__ = ["REASONS", "Bind", "Lifted", "binding", "factor_words", "lifted", "plant_reasons", "run_lifted"]
