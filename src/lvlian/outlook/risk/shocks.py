"""How the arrays of a model answer to a premise: compiled once at the premise and once beside it, then a straight line for all draws.

Exact wherever `compile_model` is linear in the premise (prices, power of the dry season, limits, loads, yields and intensities are).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from lvlian.outlook.case import Case
from lvlian.outlook.model import Model
from lvlian.outlook.risk.sample import Draws, Plan
from lvlian.outlook.risk.stream import Floats

Compile = Callable[[Case], Model]
NEAR = 0.05
"""How far beside its value a premise is put, as a share of its range or itself."""


@dataclass(frozen=True, eq=False)
class Slope:
    """What one unit of a premise changes: `price` (G, Q), `quota` (L, Q), `load` (P,), `season` (P, Q) as they are added, `coef` (G, P).
    Empty arrays stand for no change."""

    key: str
    value: float
    price: Floats | None = None
    quota: Floats | None = None
    load: Floats | None = None
    season: Floats | None = None
    coef: Floats | None = None


@dataclass(frozen=True, eq=False)
class Changed:
    """The arrays of a run by draw; None where no premise changes them."""

    price: Floats | None = None
    quota: Floats | None = None
    load: Floats | None = None
    season: Floats | None = None
    shocks: Mapping[tuple[str, str], Floats] = field(default_factory=dict)


def slopes_of(model: Model, plan: Plan, compile_case: Compile) -> tuple[Slope, ...]:
    """The slopes of all premises that vary and that the model answers to."""
    found = []
    for one in plan.inputs:
        premise = model.case.premise(one.key)
        if (
            premise is None
            or (one.law is None and one.path is None)
            or one.key.startswith(("factor.", "project.", "ramp.", "start."))
        ):
            continue
        step = _step(premise.value, premise.low, premise.high)
        beside = compile_case(model.case.turned({one.key: premise.value + step}))
        if beside.goods != model.goods or len(beside.plants) != len(model.plants):
            continue
        found.append(
            Slope(
                one.key,
                premise.value,
                price=_slope(beside.price, model.price, step),
                quota=_slope(beside.quota, model.quota, step),
                load=_slope(beside.load, model.load, step),
                season=_slope(beside.season, model.season, step),
                coef=_slope(beside.coef, model.coef, step),
            )
        )
    return tuple(
        one for one in found if any(part is not None for part in (one.price, one.quota, one.load, one.season, one.coef))
    )


def _step(value: float, low: float, high: float) -> float:
    """Towards the middle of the range, so that neither end is passed."""
    size = NEAR * (high - low) if high > low else NEAR * max(abs(value), 1.0)
    return -size if high > low and value + size > high else size


def _slope(beside: Floats, here: Floats, step: float) -> Floats | None:
    with np.errstate(invalid="ignore"):
        change = beside - here
    change = np.where(np.isfinite(change), change, 0.0)
    return change / step if change.any() else None


def changed(model: Model, slopes: tuple[Slope, ...], draws: Draws) -> Changed:
    """The arrays of these draws. In memory the draws stand last, as the chain works with them."""
    price: Floats | None = None
    quota: Floats | None = None
    load: Floats | None = None
    season: Floats | None = None
    shocks: dict[tuple[str, str], Floats] = {}
    for slope in slopes:
        if slope.key in draws.paths:
            off = (draws.paths[slope.key].T - 1.0) * slope.value
        elif slope.key in draws.values:
            off = draws.values[slope.key].T - slope.value
        else:
            continue
        by_quarter = np.atleast_2d(off)
        flat = off if off.ndim == 1 else off.mean(axis=0)
        if slope.price is not None:
            price = _added(price, model.price, slope.price, by_quarter)
        if slope.quota is not None:
            quota = _added(quota, model.quota, slope.quota, by_quarter)
        if slope.season is not None:
            season = _added(season, model.season, slope.season, by_quarter)
        if slope.load is not None:
            load = (model.load[:, None] if load is None else load) + slope.load[:, None] * flat
        if slope.coef is not None:
            for good, plant in zip(*np.nonzero(slope.coef), strict=True):
                key = (model.plants[plant].id, model.goods[good])
                base = model.coef[good, plant]
                if base:
                    shocks[key] = shocks.get(key, 1.0) + flat * (slope.coef[good, plant] / base)
    return Changed(
        price=None if price is None else np.maximum(price, 0.0, out=price).transpose(2, 0, 1),
        quota=None if quota is None else quota.transpose(2, 0, 1),
        load=None if load is None else np.maximum(load, 0.0).T,
        season=None if season is None else np.maximum(season, 0.0, out=season).transpose(2, 0, 1),
        shocks={key: np.maximum(factor, 0.0) for key, factor in shocks.items()},
    )


def _added(found: Floats | None, base: Floats, slope: Floats, off: Floats) -> Floats:
    """(R, Q, n): the base and what each draw adds to it; `off` (Q or 1, n)."""
    if found is None:
        found = np.repeat(base[:, :, None], off.shape[1], axis=2)
    for row in np.flatnonzero(slope.any(axis=1)):
        found[row] += slope[row, :, None] * off
    return found
