"""The library of the chain: one door to products, coefficients, indicators, regulations, prices and growth precedents.

Every table is read when it is first asked for, so that a reader of plans pays only for the words that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

from lvlian.chain.coefficient import Coefficient, read_coefficients
from lvlian.chain.dataset import LibraryError
from lvlian.chain.demand import Demand, MetalNeed, metal_demand, metal_need
from lvlian.chain.growth import Growth, precedent, read_growth
from lvlian.chain.indicator import Indicator, read_indicators
from lvlian.chain.product import Catalogue, Mention, Product, Stage, read_products
from lvlian.chain.regulation import Price, Regulation, read_prices, read_regulations
from lvlian.chain.words import WordIndex

DATA = Path(__file__).parent / "data"


class Library:
    """The tables of one folder. Properties and methods raise LibraryError where a table cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    # -- tables
    @cached_property
    def _catalogue(self) -> Catalogue:
        return read_products(self.path / "products.yaml")

    @property
    def products(self) -> Mapping[str, Product]:
        return self._catalogue.products

    @property
    def stages(self) -> tuple[Stage, ...]:
        """In the order of the chain."""
        return self._catalogue.stages

    @cached_property
    def coefficients(self) -> Mapping[tuple[str, str], Coefficient]:
        """By (process_id, flow_id)."""
        rows = read_coefficients(self.path / "coefficients.csv")
        table = {(row.process_id, row.flow_id): row for row in rows}
        if len(table) != len(rows):
            raise LibraryError("coefficients.csv: a pair of process_id and flow_id stands twice")
        return table

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        return {row.id: row for row in read_indicators(self.path / "indicators.csv")}

    @cached_property
    def regulations(self) -> Mapping[str, Regulation]:
        return {row.id: row for row in read_regulations(self.path / "regulations.csv")}

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        return read_prices(self.path / "prices.csv")

    @cached_property
    def growth(self) -> tuple[Growth, ...]:
        return read_growth(self.path / "growth.csv")

    # -- words
    @cached_property
    def _product_words(self) -> WordIndex:
        return WordIndex(((word, p.id) for p in self.products.values() for word in p.words), self._catalogue.masks)

    @cached_property
    def _indicator_words(self) -> WordIndex:
        return WordIndex((word, i.id) for i in self.indicators.values() for word in (*i.words, i.name_zh))

    def product_of(self, text: str) -> Product | None:
        """The product that a short text (a project's product) names: its longest word, of equal ones the last."""
        hit = self._product_words.best(text)
        return self.products[hit.key] if hit is not None and hit.key is not None else None

    def find_products(self, text: str) -> tuple[Mention, ...]:
        """All products named in a text, in order, without overlap (leftmost, longest)."""
        hits = self._product_words.hits(text)
        return tuple(
            Mention(product=self.products[h.key], word=h.word, start=h.start, end=h.end)
            for h in hits
            if h.key is not None
        )

    def indicator_of(self, name: str) -> Indicator | None:
        """The indicator that a goal names: the whole name, else the longest word in it."""
        key = self._indicator_words.exact(name)
        if key is None:
            hit = self._indicator_words.best(name)
            key = hit.key if hit is not None else None
        return None if key is None else self.indicators[key]

    # -- figures
    def coefficient(self, process_id: str, flow_id: str) -> Coefficient:
        """Raises LibraryError where there is no such row."""
        try:
            return self.coefficients[process_id, flow_id]
        except KeyError:
            raise LibraryError(f"coefficients.csv: no row with process_id {process_id} and flow_id {flow_id}") from None

    def process(self, process_id: str) -> tuple[Coefficient, ...]:
        """All rows of one process; empty where it is unknown."""
        return tuple(row for key, row in self.coefficients.items() if key[0] == process_id)

    def regulation(self, regulation_id: str) -> Regulation:
        """Raises LibraryError where there is no such row."""
        try:
            return self.regulations[regulation_id]
        except KeyError:
            raise LibraryError(f"regulations.csv: no row with id {regulation_id}") from None

    def price(self, price_id: str, year: int | str | None = None) -> Price | None:
        """The price of that year, or the latest one listed for the item."""
        rows = [p for p in self.prices if p.id == price_id and (year is None or p.year == str(year))]
        return max(rows, key=lambda p: p.year, default=None)

    def growth_precedent(self, series: str, base: float) -> Growth | None:
        """The largest yearly factor seen from a base of this size; `series` as in growth.csv, `base` in its unit."""
        return precedent(self.growth, series, base)

    def metal_need(self, product_id: str, of: str = "liquid_aluminium") -> MetalNeed | None:
        """Tonnes of the product `of` behind one tonne of a product; None where no recipe leads there."""
        return metal_need(self, product_id, of)

    def metal_demand(self, capacities: Iterable[tuple[str, float]], of: str = "liquid_aluminium") -> Demand:
        """What a list of (product id, tonnes a year) asks of the product `of`, as a range; see `lvlian.chain.demand`."""
        return metal_demand(self, capacities, of)

    def validate(self) -> None:
        """Read every table and follow every reference. Raises LibraryError at the first that leads nowhere."""
        for product in self.products.values():
            for recipe in product.recipes:
                for key in (recipe.input, recipe.yield_, recipe.share):
                    if key is not None and key not in self.coefficients:
                        raise LibraryError(
                            f"products.yaml, product {product.id}, field recipe: coefficients.csv has no row {key[0]}, {key[1]}"
                        )
        _ = self.indicators, self.regulations, self.prices, self.growth


@lru_cache(maxsize=8)
def _load(path: Path) -> Library:
    return Library(path)


def load_library(path: Path | str | None = None) -> Library:
    """The library of a folder (default: the one shipped), kept for the life of the process. Raises LibraryError where there is none."""
    folder = DATA if path is None else Path(path).resolve()
    if not folder.is_dir():
        raise LibraryError(f"{folder}: no such folder, expected one with products.yaml and coefficients.csv")
    return _load(folder)
