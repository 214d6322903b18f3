"""A world being put together: firms by their short names, their lines, and what had to be assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lvlian.chain.region import Line
from lvlian.chain.simulate.assumptions import Assumptions
from lvlian.chain.simulate.names import NameRules, same_firm
from lvlian.chain.simulate.recipe import RecipeBook
from lvlian.chain.simulate.world import Assumed, Plant

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.product import Product

_TONNES = {"吨": 1.0, "千吨": 1e3, "万吨": 1e4, "百万吨": 1e6, "t": 1.0, "kt": 1e3}


@dataclass(slots=True)
class Draft:
    """`full` short name → name as written; plants and outputs by short name until the ids are given."""

    book: RecipeBook
    rules: Assumptions
    names: NameRules
    places: tuple[str, ...]
    full: dict[str, str] = field(default_factory=dict)
    plants: list[Plant] = field(default_factory=list)
    planned: dict[str, list[Line]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    outputs: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    premium: dict[str, float] = field(default_factory=dict)
    assumed: list[Assumed] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def firm(self, name: str) -> str:
        """The short name under which a firm is kept; the longest full name seen stays as its name."""
        short = self.names.short(name, self.places)
        known = next((other for other in self.full if same_firm(short, other)), None)
        if known is None:
            self.full[short] = name
            return short
        if len(name) > len(self.full[known]):
            self.full[known] = name
        if len(short) < len(known):
            self.full = {short if k == known else k: v for k, v in self.full.items()}
            known = short
        return known

    def assume(self, zh: str, en: str, why: str = "") -> None:
        if not any(one.zh == zh for one in self.assumed):
            self.assumed.append(Assumed(zh, en, why))


def process_for(product: Product, draft: Draft, library: Library) -> str | None:
    """The process that is run for a product: a stand-in where one is set, else the library's own maker."""
    table = draft.rules.table("stand_ins")
    process = table.get(product.id)
    if process is not None and process in draft.book.recipes:
        recipe = draft.book.recipes[process]
        if recipe.product != product.flow:
            draft.assume(
                f"{product.zh}按“{recipe.zh}”计",
                f"{product.en} is taken as made by {process}",
                "库中没有该产品的工序，或产品名未分品种",
            )
        return str(process)
    makers = draft.book.makers.get(product.flow or "", ())
    for recipe_of in product.recipes:
        if recipe_of.process in makers:
            return recipe_of.process
    return makers[0] if makers else None


def tonnes_of(value: Any, value_max: Any, unit: Any) -> float:
    """Capacity in t/a; 0 where it is not stated in tonnes; the middle of a range."""
    factor = _TONNES.get(re.sub(r"[/每](年|a)$", "", str(unit or "")))
    if factor is None or isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    top = value_max if isinstance(value_max, int | float) and not isinstance(value_max, bool) else value
    return (float(value) + float(top)) / 2 * factor


def options_of(good: str, draft: Draft) -> tuple[str, ...]:
    listed = draft.rules.table("options").get(good)
    return tuple(listed) if listed else draft.book.accepts(good)
