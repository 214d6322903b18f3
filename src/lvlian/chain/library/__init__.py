"""The library of the chain: one door to goods, processes, products, indicators, regulations, prices and growth precedents.

Every table is read when it is first asked for, so that a reader of plans pays only for the words that it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from lvlian.chain.coefficient import Coefficient
from lvlian.chain.dataset import LibraryError
from lvlian.chain.demand import Demand, MetalNeed, metal_demand, metal_need
from lvlian.chain.growth import Growth, precedent, read_growth
from lvlian.chain.indicators.definition import Indicator, read_indicators
from lvlian.chain.library.commodity import Commodity, CommodityWords
from lvlian.chain.library.good import Good
from lvlian.chain.library.load import RecipeFile
from lvlian.chain.library.process import Process, ReferenceTable
from lvlian.chain.library.recipes import Recipes, read_recipes, recipe_files
from lvlian.chain.product import Catalogue, Mention, Product, Stage, read_products, read_stages
from lvlian.chain.regulation import Price, Regulation, read_prices, read_regulations
from lvlian.chain.words import WordIndex

RECIPES = Path(__file__).parent
"""Goods and processes that ship: one file per metal, and `common.yaml`."""
DATA = Path(__file__).parents[1] / "data"
"""Stages, products with their words, indicators, rules, prices and growth that ship."""
SHIPPED = (DATA, RECIPES)


class Library:
    """The tables of folders; a file of a later folder replaces the file of the same name. Properties and methods raise
    LibraryError where a table cannot be used."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def file(self, name: str) -> Path:
        """The file of that name in the last folder that has one, else where it should be."""
        return next((f / name for f in reversed(self.folders) if (f / name).is_file()), self.folders[0] / name)

    # -- tables
    @cached_property
    def _stages(self) -> Mapping[str, Stage]:
        return read_stages(self.file("stages.yaml"))

    @cached_property
    def _catalogue(self) -> Catalogue:
        return read_products(self.file("products.yaml"), self._stages, self._added_products())

    def _added_products(self) -> list[tuple[str, Any, str]]:
        """Products that stand in the metals' own files; the shipped ones have none, so that a reader of plans need not read them."""
        if all(folder in SHIPPED for folder in self.folders):
            return []
        return [(f.path.name, f.data["products"], f.metal) for _, f in self._recipe_files if "products" in f.data]

    @property
    def products(self) -> Mapping[str, Product]:
        return self._catalogue.products

    @property
    def stages(self) -> tuple[Stage, ...]:
        """In the order of the chain."""
        return tuple(self._stages.values())

    # -- goods and processes
    @cached_property
    def _recipe_files(self) -> list[tuple[int, RecipeFile]]:
        own = {path.name for path in RECIPES.glob("*.yaml")}
        others = {path.name for path in DATA.parent.rglob("*.yaml")} - own
        return recipe_files([folder for folder in self.folders if folder != DATA], others)

    @cached_property
    def _recipes(self) -> Recipes:
        return read_recipes(self._recipe_files, self._stages)

    @property
    def goods(self) -> Mapping[str, Good]:
        return self._recipes.goods

    @property
    def processes(self) -> Mapping[str, Process]:
        return self._recipes.processes

    @property
    def tables(self) -> Mapping[str, ReferenceTable]:
        """Figures that belong to no single process: constants, end of life, yields over several steps."""
        return self._recipes.tables

    @property
    def metals(self) -> Mapping[str, str]:
        """The metals that have a file, with their Chinese names."""
        return self._recipes.metals

    def accepts(self, good_id: str) -> tuple[str, ...]:
        """The goods that may stand for one: its `any_of` to the end, and itself where a process makes it (or nothing else may)."""
        return self._recipes.accepts(good_id)

    def makers(self, good_id: str) -> tuple[Process, ...]:
        """The processes whose main product is the good."""
        return self._recipes.makers(good_id)

    def users(self, good_id: str) -> tuple[Process, ...]:
        """The processes that take the good, also where it may stand for the good that they name."""
        return self._recipes.users(good_id)

    def product_good(self, product: Product | str) -> Good | None:
        """The good behind a product of plans; None for services and for products whose kind is not named."""
        found = self.products.get(product) if isinstance(product, str) else product
        return None if found is None or found.flow is None else self.goods.get(found.flow)

    def with_stages(self, stages: Mapping[str, str]) -> Library:
        """The same library with other stages for goods and processes (id → stage), as regions draw the line differently.
        Raises LibraryError where an id or a stage is unknown."""
        for key, stage in stages.items():
            if key not in self.goods and key not in self.processes:
                raise LibraryError(f"stages: {key} is no good and no process of the library")
            if stage not in self._stages:
                raise LibraryError(f"stages, {key}: is {stage!r}, expected one of {', '.join(self._stages)}")
        other = copy(self)  # with every table that is read already
        other.__dict__["_recipes"] = self._recipes.with_stages(
            {key: self._stages[stage] for key, stage in stages.items()}
        )
        other.__dict__.pop("_commodity_words", None)
        return other

    @cached_property
    def coefficients(self) -> Mapping[tuple[str, str], Coefficient]:
        """All figures of processes and tables as their sources have them, by (process_id, flow_id)."""
        recipes = self._recipes
        every: tuple[Process | ReferenceTable, ...] = (*recipes.processes.values(), *recipes.tables.values())
        return {(row.process_id, row.flow_id): row for entry in every for row in entry.rows}

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        return {row.id: row for row in read_indicators(self.file("indicators.csv"))}

    @cached_property
    def regulations(self) -> Mapping[str, Regulation]:
        return {row.id: row for row in read_regulations(self.file("regulations.csv"))}

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        return read_prices(self.file("prices.csv"))

    @cached_property
    def growth(self) -> tuple[Growth, ...]:
        return read_growth(self.file("growth.csv"))

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

    @cached_property
    def _commodity_words(self) -> CommodityWords:
        masks = self._catalogue.masks
        return CommodityWords(self.file("commodities.yaml"), self.goods, self.products, masks, self.metals)

    def commodity(self, text: str) -> Commodity:
        """The good that a word of a plan or a report names, whether that is sure, and if not, why and what else it may be."""
        return self._commodity_words.read(text)

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
            raise LibraryError(f"library: no figure {flow_id} of the process {process_id}") from None

    def process(self, process_id: str) -> tuple[Coefficient, ...]:
        """All figures of one process or table, as their sources have them; empty where it is unknown."""
        entry = self.processes.get(process_id) or self.tables.get(process_id)
        return () if entry is None else entry.rows

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
                            f"products.yaml, product {product.id}, field recipe: the library has no figure {key[1]} of {key[0]}"
                        )
        _ = self.indicators, self.regulations, self.prices, self.growth


@cache
def _shipped() -> Library:
    return Library(*SHIPPED)


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...]) -> Library:
    return Library(*folders)


def load_library(*folders: Path | str) -> Library:
    """What ships, with the files of the folders added (a file of the same name replaces), kept for the life of the process.
    Raises LibraryError where a folder is none."""
    added = tuple(Path(folder).resolve() for folder in folders)
    for folder in added:
        if not folder.is_dir():
            raise LibraryError(f"{folder}: no such folder, expected one with YAML or CSV files of a library")
    return _load((*SHIPPED, *added)) if added else _shipped()
