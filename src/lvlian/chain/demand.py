"""Metal behind products: what a tonne takes, and what a list of plants asks of the smelter.

A list of plants is not a sum. A billet plant feeds an extrusion plant, and trimmings go back to the furnace, so the demand is
given as a range. `low`: every plant takes from the plants of the list first, what they cannot give is still made from metal, and
all new scrap is melted again. `high`: no plant feeds another and no scrap returns. Supply below `low` cannot serve the list at
full load; supply between the two may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from lvlian.chain.coefficient import Coefficient
from lvlian.chain.dataset import LibraryError
from lvlian.chain.product import Product, Recipe

MELT_LOSS = 0.003
"""Loss of a forming step that is no scrap, t per t made; the tables of coefficients are built with it."""


class Tables(Protocol):
    """What is needed of the library."""

    @property
    def products(self) -> Mapping[str, Product]: ...

    def coefficient(self, process_id: str, flow_id: str) -> Coefficient: ...

    def process(self, process_id: str) -> tuple[Coefficient, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step back along the chain: `take` t of `of` (low..high) and `scrap` t of new scrap per t of `product`."""

    product: str
    of: str
    take: float
    low: float
    high: float
    scrap: float
    rows: tuple[Coefficient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetalNeed:
    """Tonnes of the product `of` per tonne of `product`: `gross` with nothing returned (`low`..`high` by the ranges of the
    coefficients), `net` with new scrap melted again. `steps` from the product back; `rows` the coefficients used."""

    product: str
    of: str
    gross: float
    low: float
    high: float
    net: float
    steps: tuple[Step, ...]
    assumptions: tuple[str, ...]

    @property
    def rows(self) -> tuple[Coefficient, ...]:
        return tuple(row for step in self.steps for row in step.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandLine:
    """One product of the list: tonnes a year, and the metal that they take alone (`gross` t/t)."""

    product: str
    tonnes: float
    gross: float
    metal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Tonnes a year of `of` that a list of plants asks for; `skipped` are products without a recipe that leads there."""

    of: str
    low: float
    high: float
    lines: tuple[DemandLine, ...]
    skipped: tuple[tuple[str, float], ...]
    assumptions: tuple[str, ...]


def metal_need(tables: Tables, product_id: str, of: str) -> MetalNeed | None:
    """Follow the recipes of a product back to `of`, the usual route first. Raises LibraryError for an unknown product."""
    steps = _route(tables, product_id, of, ())
    if steps is None:
        return None
    gross = low = high = 1.0
    net = 1.0
    for step in steps:
        gross, low, high = gross * step.take, low * step.low, high * step.high
    for step in reversed(steps):
        net = step.take * net - step.scrap * _recovery(tables)
    return MetalNeed(
        product=product_id,
        of=of,
        gross=gross,
        low=low,
        high=high,
        net=net,
        steps=steps,
        assumptions=_assumed(tables, steps),
    )


def metal_demand(tables: Tables, capacities: Iterable[tuple[str, float]], of: str) -> Demand:
    """`capacities` in t/a (a product may stand several times). Raises LibraryError for an unknown product or a negative figure."""
    listed: dict[str, float] = {}
    for product_id, tonnes in capacities:
        if not tonnes >= 0:
            raise LibraryError(f"product {product_id}: a capacity of {tonnes} t/a, expected a figure of at least 0")
        listed[product_id] = listed.get(product_id, 0.0) + tonnes
    needs = {key: metal_need(tables, key, of) for key in listed if key != of}
    lines = tuple(
        DemandLine(product=key, tonnes=listed[key], gross=need.gross, metal=listed[key] * need.gross)
        for key, need in needs.items()
        if need
    )
    steps = {step.product: step for need in needs.values() if need for step in need.steps}
    made = {key: listed.get(key, 0.0) for key in steps}
    asked: dict[str, float] = {}
    taken = returned = 0.0
    for key in _downstream_first(steps):
        step = steps[key]
        tonnes = max(made[key], asked.get(key, 0.0))
        returned += tonnes * step.scrap * _recovery(tables)
        if step.of == of:
            taken += tonnes * step.take
        else:
            asked[step.of] = asked.get(step.of, 0.0) + tonnes * step.take
    return Demand(
        of=of,
        low=max(0.0, taken - returned),
        high=sum(line.metal for line in lines),
        lines=lines,
        skipped=tuple((key, listed[key]) for key, need in needs.items() if need is None),
        assumptions=_assumed(tables, tuple(steps.values())),
    )


def _route(tables: Tables, product_id: str, of: str, seen: tuple[str, ...]) -> tuple[Step, ...] | None:
    if product_id not in tables.products:
        raise LibraryError(f"products.yaml: no product with id {product_id}")
    if product_id == of:
        return ()
    if product_id in seen:
        raise LibraryError(f"products.yaml, product {product_id}, field recipe: the product is made of itself")
    for recipe in tables.products[product_id].recipes:
        rest = _route(tables, recipe.of, of, (*seen, product_id))
        if rest is not None:
            return (_step(tables, product_id, recipe), *rest)
    return None


def _step(tables: Tables, product_id: str, recipe: Recipe) -> Step:
    rows: list[Coefficient] = []
    if recipe.input is not None:
        row = tables.coefficient(*recipe.input)
        take, low, high = row.value, row.low, row.high
    else:
        assert recipe.yield_ is not None  # the loader admits no recipe without one of the two
        row = tables.coefficient(*recipe.yield_)
        if not 0 < row.low <= row.high <= 1:
            raise LibraryError(f"library, process {row.process_id}, {row.flow_id}: is no yield between 0 and 1")
        take, low, high = 1 / row.value, 1 / row.high, 1 / row.low
    rows.append(row)
    scrap = 0.0
    if recipe.scrap:
        stated = [
            r.value
            for r in tables.process(recipe.process)
            if r.flow_id.startswith("new_scrap") and r.role == "byproduct"
        ]
        scrap = sum(stated) if stated else max(0.0, take - 1 - MELT_LOSS)
    if recipe.share is not None:
        share = tables.coefficient(*recipe.share)
        rows.append(share)
        take, low, high, scrap = take * share.value, low * share.low, high * share.high, scrap * share.value
    return Step(product=product_id, of=recipe.of, take=take, low=low, high=high, scrap=scrap, rows=tuple(rows))


def _recovery(tables: Tables) -> float:
    return tables.coefficient("new_scrap_generation", "new_scrap_recovery").value


def _assumed(tables: Tables, steps: tuple[Step, ...]) -> tuple[str, ...]:
    told = [row.cite for step in steps for row in step.rows if not row.verified]
    told += [
        f"{tables.products[step.product].zh}：{note}"
        for step in steps
        if (note := tables.products[step.product].assumption)
    ]
    return tuple(dict.fromkeys(told))


def _downstream_first(steps: Mapping[str, Step]) -> list[str]:
    """Every product before the one that it takes from."""
    order: list[str] = []
    waiting = {key: sum(step.of == key for step in steps.values()) for key in steps}
    ready = [key for key, takers in waiting.items() if takers == 0]
    while ready:
        key = ready.pop()
        order.append(key)
        upstream = steps[key].of
        if upstream in waiting:
            waiting[upstream] -= 1
            if waiting[upstream] == 0:
                ready.append(upstream)
    return order
