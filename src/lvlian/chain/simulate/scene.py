"""A world made ready to run: its recipes, links, road losses and prices looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lvlian.chain.account.sources import load_sources
from lvlian.chain.simulate.assumptions import Assumptions
from lvlian.chain.simulate.recipe import RecipeBook, recipe_book
from lvlian.chain.simulate.world import Plant, World, WorldError

if TYPE_CHECKING:
    from lvlian.chain.library import Library


@dataclass(frozen=True)
class Scene:
    """`linked`: (source, target, good) of the region's links; `road_loss`: low, usual and high share of liquid metal lost on the
    road; `yearly`: price id → year → yuan per unit without VAT;
    `counted`: kinds of goods whose stocks are counted at a month's end; `other_use`: energy → share of what a firm receives that no process takes, and
    its sd; `unstorable`: goods that nobody keeps (as in the account)."""

    world: World
    book: RecipeBook
    linked: frozenset[tuple[str, str, str]]
    road_loss: tuple[float, float, float]
    yearly: Mapping[str, Mapping[int, float]]
    counted: frozenset[str]
    other_use: Mapping[str, tuple[float, float]]
    unstorable: frozenset[str]

    @property
    def rules(self) -> Assumptions:
        return self.world.rules

    def takes(self, plant: Plant) -> frozenset[str]:
        """The goods that a line may take in."""
        return frozenset(good for goods in plant.feeds.values() for good in goods)


def make_scene(world: World, library: Library) -> Scene:
    """Raises WorldError where a line runs a process that the library does not have."""
    book = recipe_book(library)
    for plant in world.plants:
        if plant.process not in book.recipes:
            raise WorldError(
                f"firm {plant.firm}, process {plant.process}: not in the library or without inputs, expected one of "
                + ", ".join(sorted(book.recipes))
            )
    process, param = world.rules.names("transport", "loss_param")
    loss = library.coefficient(process, param)
    yearly: dict[str, dict[int, float]] = {}
    for price in library.prices:
        figure = price.price_ex_vat if price.price_ex_vat is not None else price.value if price.tax == "ex" else None
        if figure is not None and price.year[:4].isdigit():
            table = yearly.setdefault(price.id, {})
            # a year's mean goes before a single day's quotation
            if int(price.year[:4]) not in table or price.period == "year":
                table[int(price.year[:4])] = figure
    sources = load_sources()
    return Scene(
        world=world,
        book=book,
        linked=frozenset((link.source, link.target, link.good) for link in world.region.links),
        road_loss=(loss.low, loss.value, loss.high),
        yearly=yearly,
        other_use=sources.other_use,
        unstorable=sources.unstorable,
        counted=frozenset(world.rules.names("stocks", "counted")),
    )
