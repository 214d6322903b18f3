"""Each quarter the chain runs: every plant makes what its capacity, its inputs and the quotas leave, for many draws at once.

Arrays inside have the draws last, so that every step is one operation over all of them; what a `Run` shows has them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import CaseError
from lvlian.outlook.model import Model
from lvlian.outlook.projection.chain import Chain, chain_of
from lvlian.outlook.projection.quarter import Pass, cut_to_quotas

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
CHUNK = 2048
"""Draws worked through together: their rows stay in the cache."""


@dataclass(frozen=True)
class Run:
    """What the chain did: `activity` (D, P, Q) t of main product a quarter, `top` (D, P, Q) the most that each plant could have made,
    `flex` (D, S, Q) what was taken of the options of slots (all options of all slots in a row), `held` (D, L, Q) whether a limit cut
    something. `price`, `cost` (D or 1, G, Q) yuan per unit, `capacity` (D or 1, P, Q) t a quarter as built."""

    chain: Chain
    activity: Floats
    top: Floats
    flex: Floats
    held: NDArray[np.bool_]
    capacity: Floats
    price: Floats
    cost: Floats
    shocks: Mapping[tuple[int, int], Floats] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        return self.chain.model

    @property
    def draws(self) -> int:
        return int(self.activity.shape[0])

    @cached_property
    def options(self) -> tuple[tuple[int, int], ...]:
        """(slot, good) of every row of `flex`."""
        return tuple((number, good) for number, slot in enumerate(self.chain.slots) for good in slot.options)

    def amount(self, good: int, plant: int) -> Floats:
        """(D or 1,) per tonne of product: made (+) or used (−) by first choice, with the draws' own figure."""
        base = self.chain.coef[good, plant]
        factor = self.shocks.get((good, plant))
        return np.array([base]) if factor is None else base * factor

    @cached_property
    def balance(self) -> Balance:
        """What was made, used, bought, sold and kept of every good."""
        return _balance(self)

    def weight(self, limit: int) -> Floats:
        """(D, Q) what the plants took of a limit's good, as the limit counts it."""
        model = self.model
        row = model.good.get(model.limits[limit].good)
        out = np.zeros((self.draws, self.activity.shape[2]))
        for p in np.flatnonzero(model.weight[limit]):
            factor = None if row is None else self.shocks.get((row, int(p)))
            each = model.weight[limit, p] if factor is None else model.weight[limit, p] * factor[:, None]
            out += each * self.activity[:, p]
        return out

    @property
    def margin(self) -> Floats:
        """(D, Q) yuan: what was sold and what lies in stock at the end, less what was bought and what lay there before."""
        kept = np.diff(self.balance.stock, axis=2)
        return np.asarray((self.price * (self.balance.sold + kept) - self.cost * self.balance.bought).sum(axis=1))


@dataclass(frozen=True)
class Balance:
    """(D, G, Q) each, in the good's unit a quarter; `stock` (D, G, Q + 1) with the opening one first. `lost` could go nowhere."""

    made: Floats
    used: Floats
    bought: Floats
    sold: Floats
    lost: Floats
    stock: Floats

    @property
    def residual(self) -> float:
        """The largest part of any balance that does not close, against its largest flow."""
        gap = self.stock[:, :, :-1] + self.made + self.bought - self.used - self.sold - self.lost - self.stock[:, :, 1:]
        size = np.maximum(np.maximum(self.made, self.used), np.maximum(self.stock[:, :, :-1], 1.0))
        return float(np.abs(gap / size).max(initial=0.0))


def run(
    model: Model,
    *,
    capacity: Floats | None = None,
    load: Floats | None = None,
    season: Floats | None = None,
    quota: Floats | None = None,
    price: Floats | None = None,
    shocks: Mapping[tuple[str, str], Floats] | None = None,
    free: NDArray[np.bool_] | None = None,
    by: Literal["merit", "lp"] = "merit",
    cut: Literal["merit", "share"] | None = None,
    chain: Chain | None = None,
    library: Library | None = None,
) -> Run:
    """The quarters of a model, for D draws (the largest first axis given; the rest may be 1).

    `capacity` (D, P, Q) t a quarter as built, `load` (D, P) the share of it used at most, `season` (D, P, Q) what a
    quarter leaves of it, `quota` (D, L, Q), `price` (D, G, Q) yuan
    per unit; `shocks`: (plant or process id, good) → (D,) factors on what is used or left per tonne; `free` (D,): draws in which
    nothing local is scarce (to see what scarcity costs). `by` lp lets HiGHS choose with the greatest margin, quarter by quarter
    and without contracts; `cut`: quotas cut those first that earn least per unit of it (merit), or all alike (share; premise
    `power.share` 1). Raises CaseError where shapes do not fit."""
    shape = chain if chain is not None else chain_of(model, library)
    _, plants, width = model.size
    arrays = {"capacity": capacity, "quota": quota, "price": price, "load": load, "season": season}
    wanted = {
        "capacity": (plants, width),
        "quota": (len(model.limits), width),
        "price": (len(model.goods), width),
        "load": (plants,),
        "season": (plants, width),
    }
    for name, array in arrays.items():
        if array is not None and tuple(array.shape[1:]) != wanted[name]:
            raise CaseError(
                f"run, field {name}: found an array of {tuple(array.shape)}, expected (draws, {', '.join(map(str, wanted[name]))})"
            )
    factors = _factors(model, shocks or {}, shape)
    sizes = {len(a) for a in (*arrays.values(), *factors.values(), free) if a is not None} - {1}
    if len(sizes) > 1:
        raise CaseError(
            f"run: found arrays of {' and '.join(map(str, sorted(sizes)))} draws, expected one number of draws"
        )
    draws = sizes.pop() if sizes else 1
    built = model.capacity[None] if capacity is None else np.asarray(capacity, float)
    share = (model.load[None] if load is None else np.asarray(load, float))[:, :, None]
    part = model.season[None] if season is None else np.asarray(season, float)
    top = np.broadcast_to(built * share * part, (draws, plants, width))
    limit = np.broadcast_to(model.quota[None] if quota is None else quota, (draws, len(model.limits), width))
    prices, costs = _prices(model, price, len(shape.goods))
    if by == "lp":
        from lvlian.outlook.projection.dispatch import lp_quarters

        activity, flex, held = lp_quarters(shape, top, limit, prices, costs, factors)
    else:
        rule = cut or ("share" if model.case.figure("power.share", 0.0) >= 0.5 else "merit")
        activity, flex, held = _quarters(shape, top, limit, factors, free, rule)
    return Run(
        chain=shape,
        activity=activity,
        top=top,
        flex=flex,
        held=held,
        capacity=built,
        price=prices,
        cost=costs,
        shocks=factors,
    )


def _prices(model: Model, price: Floats | None, count: int) -> tuple[Floats, Floats]:
    """(D or 1, G, Q) for selling and buying; a drawn price moves both. Substitutes that the model does not price cost nothing."""
    sell = model.price[None] if price is None else np.asarray(price, float)
    buy = model.cost[None] if price is None else sell + (model.cost - model.price)[None]
    extra = np.zeros((1, count - len(model.goods), model.price.shape[1]))
    if not extra.shape[1]:
        return sell, buy
    return (
        np.concatenate([sell, np.broadcast_to(extra, (len(sell), *extra.shape[1:]))], axis=1),
        np.concatenate([buy, np.broadcast_to(extra, (len(buy), *extra.shape[1:]))], axis=1),
    )


def _factors(model: Model, shocks: Mapping[tuple[str, str], Floats], chain: Chain) -> dict[tuple[int, int], Floats]:
    """(good, plant) → factor by draw. Raises CaseError for a name that the model does not have."""
    out: dict[tuple[int, int], Floats] = {}
    place = {good: row for row, good in enumerate(chain.goods)}
    for (who, good), factor in shocks.items():
        columns = [p for p, plant in enumerate(model.plants) if who in (plant.id, plant.process)]
        if not columns or good not in place:
            raise CaseError(
                f"run, field shocks: found {who}, {good}, expected a plant or process and a good of the model"
            )
        for column in columns:
            if model.products[column] == place[good]:
                raise CaseError(
                    f"run, field shocks: found {who}, {good}, which it makes; expected what it takes or leaves beside its product"
                )
            if chain.coef[place[good], column]:
                out[place[good], column] = np.asarray(factor, float) * out.get((place[good], column), 1.0)
    return out


def _quarters(
    chain: Chain,
    top: Floats,
    quota: Floats,
    factors: Mapping[tuple[int, int], Floats],
    free: NDArray[np.bool_] | None,
    rule: str,
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    draws, plants, width = top.shape
    options = sum(len(slot.options) for slot in chain.slots)
    activity = np.empty((plants, width, draws))
    flex = np.empty((options, width, draws))
    held = np.zeros((quota.shape[1], width, draws), bool)
    for start in range(0, draws, CHUNK):
        part = slice(start, start + CHUNK)
        step = Pass(
            chain,
            {key: factor[part] if len(factor) > 1 else factor for key, factor in factors.items()},
            None if free is None else free[part] if len(free) > 1 else free,
        )
        size = len(top[part])
        stock = np.repeat(chain.target[list(chain.tracked), None], size, axis=1)
        for q in range(width):
            here = np.ascontiguousarray(top[part, :, q].T)
            found, taken, cut = cut_to_quotas(step, here, stock, quota[part, :, q].T, rule)
            activity[:, q, part], flex[:, q, part], held[:, q, part] = found, taken, cut
            stock = step.closing(found, taken, stock)
    return activity.transpose(2, 0, 1), flex.transpose(2, 0, 1), held.transpose(2, 0, 1)


def _balance(run: Run) -> Balance:
    chain = run.chain
    draws, _, width = run.activity.shape
    shape = (draws, len(chain.goods), width)
    activity = np.ascontiguousarray(run.activity)
    main = chain.main @ activity
    by = chain.by @ activity
    used = chain.use @ activity
    for (good, plant), factor in run.shocks.items():
        change = (factor - 1.0)[:, None] * run.activity[:, plant]
        used[:, good] += chain.use[good, plant] * change
        by[:, good] += chain.by[good, plant] * change
    for slot in chain.slots:
        need = -run.amount(slot.good, slot.plant)[:, None] * run.activity[:, slot.plant]
        used[:, slot.good] -= need
    for row, (_, good) in enumerate(run.options):
        used[:, good] += run.flex[:, row]
    bought, sold, lost = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    stock = np.zeros((draws, len(chain.goods), width + 1))
    stock[:, :, 0] = chain.target
    exportable = np.concatenate([run.model.exportable, np.ones(len(chain.goods) - len(run.model.goods), bool)])
    for q in range(width):
        inside = stock[:, :, q] + main[:, :, q] - used[:, :, q]
        bought[:, :, q] = np.maximum(-inside, 0.0)
        left = np.maximum(inside, 0.0)
        keep = kept(chain, left.T, used[:, :, q].T).T
        sold[:, :, q] = np.where(exportable, left - keep, 0.0)
        lost[:, :, q] = np.where(exportable, 0.0, left - keep)
        stock[:, :, q + 1] = keep + by[:, :, q]
    return Balance(made=main + by, used=used, bought=bought, sold=sold, lost=lost, stock=stock)


def kept(chain: Chain, left: Floats, used: Floats, rows: list[int] | None = None) -> Floats:
    """(G, D) what stays in stock of what is left, by days of use or else the level of the beginning."""
    at: list[int] | slice = slice(None) if rows is None else rows
    days = chain.days[at][:, None]
    goal = np.where(np.isnan(days), chain.target[at][:, None], np.nan_to_num(days) / 91.25 * used)
    return np.where(chain.stored[at][:, None], np.minimum(left, goal), 0.0)


__all__ = ["Balance", "Run", "kept", "run"]
