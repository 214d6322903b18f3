"""A process as the simulator runs it: what a tonne of its product takes and leaves, with ranges from the chain library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.library.process import Exchange

_LEAVES = ("output", "byproduct", "waste")


@dataclass(frozen=True, slots=True)
class Need:
    """A good per unit of product; `value` the usual figure, `low`..`high` the realistic range, in the good's unit."""

    good: str
    value: float
    low: float
    high: float

    def drawn(self, place: float) -> float:
        """The figure at `place` in −1 … 1: the low end, the usual value (0), the high end."""
        side = self.high - self.value if place > 0 else self.value - self.low
        return self.value + place * side


@dataclass(frozen=True, slots=True)
class Recipe:
    """One unit of `product` takes `inputs` and leaves `outputs`. `feed` is the input that carries the metal; `scrap` the output
    that closes the metal of a forming process (feed − product − what is lost), empty where there is none."""

    process: str
    zh: str
    stage: str
    metal: str
    product: str
    inputs: tuple[Need, ...]
    outputs: tuple[Need, ...]
    feed: str = ""
    scrap: str = ""

    def need(self, good: str) -> Need | None:
        return next((need for need in (*self.inputs, *self.outputs) if need.good == good), None)


@dataclass(frozen=True)
class RecipeBook:
    """All processes that can be run: by id, by product; and of every good its name, unit, kind and alternatives."""

    recipes: Mapping[str, Recipe]
    makers: Mapping[str, tuple[str, ...]]
    zh: Mapping[str, str]
    unit: Mapping[str, str]
    kind: Mapping[str, str]
    stage: Mapping[str, str]
    metal: Mapping[str, str]
    content: Mapping[str, float]
    any_of: Mapping[str, tuple[str, ...]]

    def accepts(self, good: str) -> tuple[str, ...]:
        """The goods that may meet a need of `good`: itself first, then what may stand in its place, and so on."""
        found = [good]
        for one in found:
            found.extend(other for other in self.any_of.get(one, ()) if other not in found)
        return tuple(found)


@lru_cache(maxsize=4)
def recipe_book(library: Library) -> RecipeBook:
    """The recipes of a library. Processes that name no input are left out: nothing can be balanced over them."""
    goods = library.goods
    recipes: dict[str, Recipe] = {}
    makers: dict[str, list[str]] = {}
    for process in library.processes.values():
        inputs = _needs(process.inputs)
        if not inputs:
            continue
        outputs = _needs(tuple(x for x in process.outputs if x.role in _LEAVES and x.good != process.product))
        metal = process.metal
        fed = [n for n in inputs if goods[n.good].metal == metal and goods[n.good].kind not in ("reagent", "energy")]
        feed = max(fed, key=lambda n: n.value * goods[n.good].content.value, default=None)
        recipes[process.id] = Recipe(
            process=process.id,
            zh=process.zh,
            stage=process.stage.id,
            metal=metal,
            product=process.product,
            inputs=inputs,
            outputs=outputs,
            feed=feed.good if feed else "",
            scrap=next((n.good for n in outputs if n.good.startswith("new_scrap")), ""),
        )
        makers.setdefault(process.product, []).append(process.id)
    return RecipeBook(
        recipes=recipes,
        makers={good: tuple(ids) for good, ids in makers.items()},
        zh={g.id: g.zh for g in goods.values()},
        unit={g.id: g.unit for g in goods.values()},
        kind={g.id: g.kind for g in goods.values()},
        stage={g.id: g.stage.id for g in goods.values()},
        metal={g.id: g.metal for g in goods.values()},
        content={g.id: g.content.value for g in goods.values()},
        any_of={g.id: g.any_of for g in goods.values() if g.any_of},
    )


def _needs(exchanges: tuple[Exchange, ...]) -> tuple[Need, ...]:
    return tuple(Need(x.good, x.value, x.low, x.high) for x in exchanges if x.high > 0)
