"""Products of a chain: what they are called in plans, where they stand, and what one tonne is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lvlian.chain.dataset import LibraryError
from lvlian.chain.document import read_document

METALS = ("aluminium", "copper", "other")
BANDS = ("up", "mid", "down", "support")
BAND_ZH = {"up": "上游", "mid": "中游", "down": "下游", "support": "配套"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step of the chain; `order` counts along it, `band` up | mid | down | support."""

    id: str
    zh: str
    band: str
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One way to make a tonne of a product out of the product `of`; exactly one of `input` and `yield_` is set.

    `input` is the coefficient (process, flow) of the tonnes taken, `yield_` that of the share of the input that ends in the
    product, `share` that of the metal in a tonne. `scrap`: clean new scrap of the step goes back to remelting."""

    of: str
    input: tuple[str, str] | None = None
    yield_: tuple[str, str] | None = None
    share: tuple[str, str] | None = None
    scrap: bool = True

    @property
    def process(self) -> str:
        key = self.input or self.yield_
        assert key is not None  # the loader admits no recipe without one
        return key[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of `products.yaml`. `generic`: the word leaves open which product it is (铝材, 精深加工); `assumption`: what
    is assumed where the recipe is borrowed from a neighbour; `flow`: the good of the library that it is, None where none exists."""

    id: str
    zh: str
    en: str
    metal: str
    stage: Stage
    words: tuple[str, ...]
    flow: str | None = None
    generic: bool = False
    recipes: tuple[Recipe, ...] = ()
    assumption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A product named in a text: the word as found there (`start`..`end` in the text)."""

    product: Product
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What `products.yaml` holds."""

    products: Mapping[str, Product]
    masks: tuple[str, ...]


_PRODUCT_FIELDS = {"id", "zh", "en", "metal", "stage", "flow", "words", "generic", "recipe", "assumption"}
_RECIPE_FIELDS = {"of", "input", "yield", "share", "scrap"}


_FILE_FIELDS = {"mask_words", "products"}


def read_stages(path: Path) -> dict[str, Stage]:
    """The stages of a chain in their order. Raises LibraryError that names the file, the stage and the field."""
    return _stages(path.name, read_document(path).get("stages"))


def read_products(path: Path, stages: Mapping[str, Stage], added: Sequence[tuple[str, Any, str]] = ()) -> Catalogue:
    """The products of a file, and those `added` by files of metals (file name, list of products, metal): of equal ids and words
    the later stands. Raises LibraryError that names the file, the product and the field."""
    data = read_document(path)
    if unknown := sorted(str(key) for key in data.keys() - _FILE_FIELDS):
        raise LibraryError(f"{path.name}, field {unknown[0]}: unknown, expected {' and '.join(sorted(_FILE_FIELDS))}")
    masks = data.get("mask_words") or []
    if not isinstance(masks, list) or not all(isinstance(mask, str) and mask for mask in masks):
        raise LibraryError(f"{path.name}, field mask_words: expected a list of words")
    metals = (*METALS, *(metal for _, _, metal in added if metal not in METALS))
    products = _listed(path.name, data.get("products"), stages, metals)
    files = dict.fromkeys(products, path.name)
    for file, listed, _ in added:
        fresh = _listed(file, listed, stages, metals)
        taken = {word for product in fresh.values() for word in product.words}
        for key, product in products.items():
            if key not in fresh and not taken.isdisjoint(product.words):
                kept = tuple(word for word in product.words if word not in taken)
                products[key] = replace(product, words=kept)
        products.update(fresh)
        files.update(dict.fromkeys(fresh, file))
    for product in products.values():
        for recipe in product.recipes:
            if recipe.of not in products:
                raise LibraryError(
                    f"{files[product.id]}, product {product.id}, field recipe: {recipe.of} is no product of the file"
                )
    return Catalogue(products=products, masks=tuple(masks))


def _listed(file: str, listed: Any, stages: Mapping[str, Stage], metals: Sequence[str]) -> dict[str, Product]:
    if not isinstance(listed, list) or not listed:
        raise LibraryError(f"{file}, field products: expected a list of products")
    products: dict[str, Product] = {}
    owner: dict[str, str] = {}
    for number, entry in enumerate(listed, start=1):
        product = _product(f"{file}, product {number}", entry, stages, metals)
        where = f"{file}, product {product.id}"
        if product.id in products:
            raise LibraryError(f"{where}, field id: stands twice")
        for word in product.words:
            if word in owner:
                raise LibraryError(f"{where}, field words: {word} already names {owner[word]}")
            owner[word] = product.id
        products[product.id] = product
    return products


def _stages(file: str, data: Any) -> dict[str, Stage]:
    if not isinstance(data, dict) or not data:
        raise LibraryError(f"{file}, field stages: expected a mapping of stages")
    stages: dict[str, Stage] = {}
    for order, (key, value) in enumerate(data.items()):
        if not isinstance(value, dict) or value.get("band") not in BANDS or not value.get("zh"):
            raise LibraryError(f"{file}, stage {key}: expected zh and band, one of {', '.join(BANDS)}")
        stages[str(key)] = Stage(id=str(key), zh=str(value["zh"]), band=value["band"], order=order)
    return stages


def _product(where: str, entry: Any, stages: Mapping[str, Stage], metals: Sequence[str]) -> Product:
    if not isinstance(entry, dict):
        raise LibraryError(f"{where}: expected a mapping")
    where = f"{where} ({entry.get('id', '?')})"
    if unknown := sorted(str(key) for key in entry.keys() - _PRODUCT_FIELDS):
        raise LibraryError(
            f"{where}, field {unknown[0]}: unknown, expected one of {', '.join(sorted(_PRODUCT_FIELDS))}"
        )
    for key in ("id", "zh", "en"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise LibraryError(f"{where}, field {key}: expected a text")
    if entry.get("metal") not in metals:
        raise LibraryError(f"{where}, field metal: is {entry.get('metal')!r}, expected one of {', '.join(metals)}")
    if not isinstance(entry.get("stage"), str) or entry["stage"] not in stages:
        raise LibraryError(f"{where}, field stage: is {entry.get('stage')!r}, expected one of {', '.join(stages)}")
    words = entry.get("words")
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word for word in words):
        raise LibraryError(f"{where}, field words: expected a list of words")
    for key in ("flow", "assumption"):
        if key in entry and (not isinstance(entry[key], str) or not entry[key]):
            raise LibraryError(f"{where}, field {key}: is {entry[key]!r}, expected a text")
    if not isinstance(entry.get("generic", False), bool):
        raise LibraryError(f"{where}, field generic: is {entry['generic']!r}, expected yes or no")
    recipes = entry.get("recipe") or []
    if not isinstance(recipes, list):
        raise LibraryError(f"{where}, field recipe: expected a list")
    return Product(
        id=entry["id"],
        zh=entry["zh"],
        en=entry["en"],
        metal=entry["metal"],
        stage=stages[entry["stage"]],
        words=tuple(words),
        flow=entry.get("flow"),
        generic=entry.get("generic", False),
        assumption=entry.get("assumption", ""),
        recipes=tuple(_recipe(where, recipe) for recipe in recipes),
    )


def _recipe(where: str, data: Any) -> Recipe:
    if not isinstance(data, dict) or data.keys() - _RECIPE_FIELDS or not isinstance(data.get("of"), str):
        raise LibraryError(f"{where}, field recipe: expected of and one of input and yield, found {data!r}")
    if ("input" in data) == ("yield" in data):
        raise LibraryError(f"{where}, field recipe: expected exactly one of input and yield")
    if not isinstance(data.get("scrap", True), bool):
        raise LibraryError(f"{where}, field recipe: scrap is {data['scrap']!r}, expected true or false")
    keys: dict[str, tuple[str, str] | None] = {}
    for name in ("input", "yield", "share"):
        value = data.get(name)
        if value is not None and not (
            isinstance(value, list) and len(value) == 2 and all(isinstance(v, str) for v in value)
        ):
            raise LibraryError(f"{where}, field recipe: {name} is {value!r}, expected [process_id, flow_id]")
        keys[name] = None if value is None else (value[0], value[1])
    return Recipe(
        of=data["of"],
        input=keys["input"],
        yield_=keys["yield"],
        share=keys["share"],
        scrap=data.get("scrap", True),
    )
