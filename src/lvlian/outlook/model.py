"""A case as arrays by quarter: goods × plants recipes, capacity, prices and limits. What projection, risk and pathway all start from.

G goods, P plants, Q quarters, L limits. Amounts in the good's own unit (t, kWh, m3) a quarter, activity in t of main product a quarter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Case, CaseError, Limit, Plant
from lvlian.outlook.effects import (
    NONE,
    Effects,
    bought_at,
    effects_of,
    is_power,
    loads_of,
    prices_at,
    season_of,
    turned_quota,
)
from lvlian.outlook.premises import feed_of

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
PER_YEAR = 4


@dataclass(frozen=True)
class Model:
    """`coef` (G, P): made (+) and used (−) per tonne of a plant's product; `capacity` (P, Q) t a quarter that may run as built on the days of
    the case (see lvlian.outlook.pipeline), before `load` (P,) and `season` (P, Q). `price` (G, Q) yuan per unit sold, `cost` (G, Q) bought.
    `importable`, `exportable` (G,): whether a good may cross the boundary. `limits` with `quota` (L, Q) and `weight` (L, P) per tonne."""

    case: Case
    quarters: tuple[Quarter, ...]
    goods: tuple[str, ...]
    plants: tuple[Plant, ...]
    products: tuple[int, ...]
    """For each plant the place of its main product in `goods`."""
    coef: Floats
    capacity: Floats
    load: Floats
    season: Floats
    price: Floats
    cost: Floats
    importable: NDArray[np.bool_]
    exportable: NDArray[np.bool_]
    limits: tuple[Limit, ...]
    quota: Floats
    weight: Floats
    stock: Floats
    """(G,) t at the start."""
    assumptions: tuple[str, ...] = ()

    @cached_property
    def good(self) -> Mapping[str, int]:
        return {key: place for place, key in enumerate(self.goods)}

    @cached_property
    def plant(self) -> Mapping[str, int]:
        return {plant.id: place for place, plant in enumerate(self.plants)}

    @property
    def size(self) -> tuple[int, int, int]:
        """G, P, Q."""
        return len(self.goods), len(self.plants), len(self.quarters)

    @cached_property
    def top(self) -> Floats:
        """(P, Q) the most that each plant can make in each quarter: capacity × load × season."""
        return self.capacity * self.load[:, None] * self.season

    @cached_property
    def margin(self) -> Floats:
        """(P, Q) yuan per tonne of main product: what it leaves sold less what it takes bought; the plant's own
        `margin` where it has one."""
        sold = np.maximum(self.coef, 0.0).T @ self.price
        bought = np.maximum(-self.coef, 0.0).T @ self.cost
        out = sold - bought
        for row, plant in enumerate(self.plants):
            if plant.margin is not None:
                out[row] = plant.margin
        return out


def quarters_since(first: Quarter, day: date) -> float:
    """How many quarters after the start of `first` a day lies (negative before), to the day."""
    from lvlian.ledger.quarter import quarter_of

    here = quarter_of(day)
    length = (here.last - here.first).days + 1
    return here.place - first.place + (day - here.first).days / length


def recipe_of(plant: Plant, library: Library, effects: Effects = NONE) -> tuple[dict[str, float], list[str]]:
    """Good → made (+) or used (−) per tonne of the plant's product; and what was assumed. What a lower yield takes more of metal leaves
    as scrap of its own. Raises CaseError for an unknown process."""
    process = library.processes.get(plant.process)
    if process is None:
        raise CaseError(
            f"plant {plant.id}, field process: found {plant.process}, which the library of processes does not have"
        )
    found: dict[str, float] = {process.product: 1.0}
    assumed = []
    feed = feed_of(process, library) if process.id in effects.yields else ""
    more = 0.0
    for exchange in process.inputs:
        options = plant.feeds.get(exchange.good) or library.accepts(exchange.good)
        good = options[0] if options else exchange.good
        own = plant.uses.get(exchange.good, plant.uses.get(good))
        if exchange.good == feed:
            used = effects.fed(process.id, own, exchange.value)
            more = used - (exchange.value if own is None else own)
        else:
            used = effects.used(process.id, exchange.good, own, exchange.value)
        found[good] = found.get(good, 0.0) - used
        if own is None and not exchange.verified:
            assumed.append(f"{process.zh}每吨用{exchange.zh} {used:g}{exchange.unit}（库中参考值，假设）")
    for exchange in process.outputs:
        if exchange.role in ("main_product", "emission") or exchange.good not in library.goods:
            continue
        left = plant.yields.get(exchange.good, exchange.value)
        if more and exchange.good.startswith("new_scrap"):
            left, more = max(left + more, 0.0), 0.0
        found[exchange.good] = found.get(exchange.good, 0.0) + left
    return found, assumed


def compile_model(case: Case, library: Library, capacity: Floats | None = None) -> Model:
    """The arrays of a case with its premises in force (see lvlian.outlook.effects). `capacity` (P, Q) t a quarter as built; by default every
    plant from its `since` day on without a ramp, plants of projects from the project's `running` day (none without one). Raises CaseError
    where a plant runs an unknown process."""
    quarters = case.quarters
    effects = effects_of(case)
    recipes = [recipe_of(plant, library, effects) for plant in case.plants]
    goods = tuple(dict.fromkeys(good for recipe, _ in recipes for good in recipe))
    place = {good: number for number, good in enumerate(goods)}
    width = len(quarters)
    coef = np.zeros((len(goods), len(case.plants)))
    for column, (recipe, _) in enumerate(recipes):
        for good, amount in recipe.items():
            coef[place[good], column] += amount
    stages = [library.processes[plant.process].stage.id for plant in case.plants]
    price = prices_at(case, goods, library, effects)
    moves = _movable(goods)
    return Model(
        case=case,
        quarters=quarters,
        goods=goods,
        plants=case.plants,
        products=tuple(place[library.processes[plant.process].product] for plant in case.plants),
        coef=coef,
        capacity=nameplate(case) if capacity is None else capacity,
        load=loads_of(case.plants, stages, effects),
        season=season_of(case, stages, quarters, effects, limited=any(is_power(one) for one in case.limits)),
        price=np.repeat(price[:, None], width, axis=1),
        cost=np.repeat(bought_at(price, goods, library, effects)[:, None], width, axis=1),
        importable=moves,
        exportable=moves.copy(),
        limits=case.limits,
        quota=turned_quota(case, case.limits, quota_of(case.limits, quarters), quarters, effects),
        weight=_weights(case.limits, coef, goods, case.plants, library),
        stock=np.array([case.stocks.get(good, 0.0) for good in goods]),
        assumptions=tuple(dict.fromkeys(text for _, assumed in recipes for text in assumed)),
    )


def nameplate(case: Case) -> Floats:
    """(P, Q) t a quarter: every plant at its nameplate for the part of each quarter in which it stands, without ramps or delays."""
    starts = {project.id: step.day for project in case.projects if (step := project.step("running")) is not None}
    place = np.arange(case.count, dtype=float)
    out = np.zeros((len(case.plants), case.count))
    for row, plant in enumerate(case.plants):
        since = starts.get(plant.project) if plant.project else plant.since
        if plant.project and since is None:
            continue
        begun = -1.0 if since is None else quarters_since(case.first, since)
        ended = np.inf if plant.until is None else quarters_since(case.first, plant.until)
        out[row] = (
            plant.capacity / PER_YEAR * np.clip(np.minimum(place + 1, ended) - np.maximum(place, begun), 0.0, 1.0)
        )
    return out


def quota_of(limits: Sequence[Limit], quarters: Sequence[Quarter]) -> Floats:
    """(L, Q) what each limit leaves in each quarter: a quarter of the year's amount × season; inf (−inf for `lower`) where it does not hold.
    Stocks (land, funds) stand whole in every quarter; of a capacity t/a a quarter may be made in each."""
    out = np.empty((len(limits), len(quarters)))
    for row, limit in enumerate(limits):
        free = np.inf if limit.side == "upper" else -np.inf
        whole = limit.good in ("land", "funds")
        season = (1.0,) * PER_YEAR if limit.good == "capacity" else limit.season
        for column, quarter in enumerate(quarters):
            holds = not limit.years or quarter.year in limit.years
            share = 1.0 if whole else season[quarter.number - 1] / PER_YEAR
            out[row, column] = limit.amount * share if holds else free
    return out


def _weights(
    limits: Sequence[Limit], coef: Floats, goods: Sequence[str], plants: Sequence[Plant], library: Library
) -> Floats:
    """(L, P) what a tonne of a plant's product takes of each limit's good; of an energy quota t of standard coal for all that it takes."""
    place = {good: number for number, good in enumerate(goods)}
    out = np.zeros((len(limits), len(plants)))
    for row, limit in enumerate(limits):
        inside = np.array([not limit.processes or plant.process in limit.processes for plant in plants], float)
        if limit.good in place:
            out[row] = np.maximum(-coef[place[limit.good]], 0.0) * inside
        elif limit.good == "capacity":
            out[row] = inside
        elif limit.good == "energy_quota":
            known = [library.goods.get(good) for good in goods]
            coal = np.array(
                [one.energy.value / 1000 if one is not None and one.kind == "energy" else 0.0 for one in known]
            )
            out[row] = (coal @ np.maximum(-coef, 0.0)) * inside
    return out


def _movable(goods: Sequence[str]) -> NDArray[np.bool_]:
    """(G,) whether a good is traded over a region's boundary: liquid metal and steam are not."""
    from lvlian.chain.account.sources import load_sources

    local = load_sources().local
    return np.array([good not in local for good in goods], bool)
