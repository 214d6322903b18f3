"""What premises do to a model: recipes, loads, seasons, quotas and prices as a person has turned them.

A figure that a plant has of its own (measured by an account) is scaled by value ÷ baseline; one that comes from the library is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case, Limit, Plant, Premise
from lvlian.outlook.premises import load_rules

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.ledger.quarter import Quarter

Floats = NDArray[np.float64]
_POWER = "electricity"
_METALLIC = frozenset({"metal", "part", "scrap"})


def ratio(premise: Premise | None) -> float:
    """How much a premise was turned: value ÷ baseline, 1 where it was not."""
    if premise is None or premise.baseline is None or premise.baseline == 0.0:
        return 1.0
    return premise.value / premise.baseline


@dataclass(frozen=True)
class Effects:
    """The premises of a case by what they act on: `intensity` (process, good), `yields` process, `loads` stage, `others` by their key."""

    intensity: Mapping[tuple[str, str], Premise]
    yields: Mapping[str, Premise]
    loads: Mapping[str, Premise]
    others: Mapping[str, Premise]

    def used(self, process: str, good: str, own: float | None, usual: float) -> float:
        """What a tonne of product takes of a good: the plant's own figure scaled, else the premise, else the library's."""
        premise = self.intensity.get((process, good))
        if own is not None:
            return own * ratio(premise)
        return usual if premise is None else premise.value

    def fed(self, process: str, own: float | None, usual: float) -> float:
        """The same for the input that carries the metal: 1 ÷ yield."""
        premise = self.yields.get(process)
        if premise is None or premise.value <= 0:
            return usual if own is None else own
        return 1.0 / premise.value if own is None else own / ratio(premise)

    def value(self, key: str, otherwise: float) -> float:
        found = self.others.get(key)
        return otherwise if found is None else found.value


NONE = Effects({}, {}, {}, {})


def effects_of(case: Case) -> Effects:
    """The premises of a case, sorted once."""
    intensity: dict[tuple[str, str], Premise] = {}
    yields: dict[str, Premise] = {}
    loads: dict[str, Premise] = {}
    others: dict[str, Premise] = {}
    for one in case.premises:
        head, _, rest = one.key.partition(".")
        if head == "intensity":
            process, _, good = rest.partition(".")
            intensity[process, good] = one
        elif head == "yield":
            yields[rest] = one
        elif head == "load":
            loads[rest] = one
        elif head in ("power", "price", "season", "market"):
            others[one.key] = one
    return Effects(intensity, yields, loads, others)


# Load and season ---------------------------------------------------------------------------------------------------------
def loads_of(plants: Sequence[Plant], stages: Sequence[str], effects: Effects) -> Floats:
    """(P,) share of capacity used at most, each plant's own scaled by its stage's premise."""
    return np.array([plant.load * ratio(effects.loads.get(stage)) for plant, stage in zip(plants, stages, strict=True)])


def season_of(
    case: Case, stages: Sequence[str], quarters: Sequence[Quarter], effects: Effects, *, limited: bool
) -> Floats:
    """(P, Q) overhauls and holidays (premise `season.maintenance`, 0: none), and the dry season's loss of power on primary lines where no
    limit of electricity takes it up (`limited`)."""
    out = np.ones((len(stages), len(quarters)))
    number = np.array([quarter.number - 1 for quarter in quarters], int)
    rules = load_rules()
    depth = effects.value("season.maintenance", 0.0)
    if depth:
        for row, stage in enumerate(stages):
            out[row] = 1.0 + depth * (np.array(rules.season(stage))[number] - 1.0)
    dry = effects.value("power.dry", 0.0)
    if dry and not limited:
        loss = 1.0 + dry * np.array(rules.dry(case.grid_area)[1])[number]
        for row, stage in enumerate(stages):
            if stage == "primary":
                out[row] *= np.maximum(loss, 0.0)
    return out


def is_power(limit: Limit) -> bool:
    return limit.good == _POWER and limit.side == "upper"


def turned_quota(
    case: Case, limits: Sequence[Limit], quota: Floats, quarters: Sequence[Quarter], effects: Effects
) -> Floats:
    """(L, Q) the quotas with `power.limit` (kWh a year) and `power.dry` (relative, in the dry part of a quarter) in force."""
    rows = [row for row, limit in enumerate(limits) if is_power(limit)]
    if not rows:
        return quota
    out = quota.copy()
    premise = effects.others.get("power.limit")
    if premise is not None:
        alone = len(rows) == 1 and limits[rows[0]].amount > 0
        out[rows] *= premise.value / limits[rows[0]].amount if alone else ratio(premise)
    dry = effects.value("power.dry", 0.0)
    if dry:
        share = np.array(load_rules().dry(case.grid_area)[1])[[quarter.number - 1 for quarter in quarters]]
        out[rows] *= np.maximum(1.0 + dry * share, 0.0)
    return out


# Prices ------------------------------------------------------------------------------------------------------------------
def prices_at(case: Case, goods: Sequence[str], library: Library, effects: Effects) -> Floats:
    """(G,) yuan per unit sold. A turned metal price moves what is made of it: a price that adds a fee to the metal's moves by as much,
    a part's by the metal in it, scrap, concentrates and marked-up prices in proportion."""
    from lvlian.chain.layers import price_parts

    parts = price_parts()
    moved: dict[str, tuple[float, float, str]] = {}
    for metal, good in load_rules().at("price", "metals").items():
        premise = effects.others.get(f"price.{good}")
        base = case.prices.get(good, premise.baseline if premise is not None and premise.baseline else 0.0)
        if premise is not None and base and premise.value != base:
            moved[metal] = (premise.value - base, base, parts.get(good, ("",))[0])
    payable = load_rules().at("price", "payable")
    out = np.empty(len(goods))
    for row, good in enumerate(goods):
        own = effects.others.get(f"price.{good}")
        price = case.prices.get(good, 0.0)
        record = library.goods.get(good)
        if own is not None:
            price = own.value
        elif record is not None and record.metal in moved and price:
            by, base, name = moved[record.metal]
            told = parts.get(good)
            ore = told is None and record.kind == "ore" and record.metal in payable
            if record.kind not in _METALLIC and not ore:
                out[row] = price
                continue
            if told is not None and name in told:
                price += by
            elif told is not None and record.kind == "part":
                price += by * record.content.value
            else:
                price *= 1.0 + by / base
        out[row] = price
    return out


def bought_at(price: Floats, goods: Sequence[str], library: Library, effects: Effects) -> Floats:
    """(G,) yuan per unit bought outside: the price and `market.freight` a tonne."""
    freight = effects.value("market.freight", 0.0)
    if not freight:
        return price.copy()
    tonnes = np.array([(record := library.goods.get(good)) is not None and record.unit == "t" for good in goods])
    return np.where(tonnes & (price > 0), price + freight, price)
