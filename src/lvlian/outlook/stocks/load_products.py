"""Uses of metal with lifetimes and collection rates, from products.yaml and a user's file over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lvlian.outlook.case import CaseError
from lvlian.outlook.pipeline.read_table import layers, mapping, number, source_of, words
from lvlian.outlook.stocks.lifetime import LAWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A use of a metal: lifetime `mean` and `sd` in years of `law`, `collection` the share that comes back."""

    id: str
    zh: str
    en: str
    law: str
    mean: float
    sd: float
    collection: float
    source: tuple[str, str]
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Metal:
    """`good` of the library that old scrap counts as, its `uses`; `growth` a year and `years` back where only one year is known."""

    id: str
    good: str
    uses: tuple[Use, ...]
    growth: float
    years: int

    def use(self, key: str) -> Use | None:
        return next((one for one in self.uses if one.id == key), None)


@lru_cache(maxsize=8)
def load_products(path: Path | None = None) -> Mapping[str, Metal]:
    """Metals by id. Raises CaseError: file, field, found, expected."""
    goods: dict[str, str] = {}
    uses: dict[str, dict[str, Use]] = {}
    growth, years = 0.0, 60
    shipped = Path(__file__).with_name("products.yaml")
    for name, data in layers(shipped, path, ("growth", "years", "metals", "source", "evidence")):
        source, verified = source_of(data, name)
        growth = number(data.get("growth", growth), name, "growth", -0.5, 1.0)
        years = int(number(data.get("years", years), name, "years", 1, 400))
        for metal, entry in mapping(data.get("metals", {}), name, "metals").items():
            row = mapping(entry, name, f"metals.{metal}", ("good", "products"))
            goods[metal] = str(row.get("good", goods.get(metal, "")))
            for key, value in mapping(row.get("products", {}), name, f"metals.{metal}.products").items():
                place = f"metals.{metal}.products.{key}"
                uses.setdefault(metal, {})[key] = _use(value, name, place, key, source, verified)
    for metal, good in goods.items():
        if not good:
            raise CaseError(
                f"products.yaml, field metals.{metal}.good: found none, expected the good that old scrap counts as"
            )
    return {
        metal: Metal(id=metal, good=good, uses=tuple(uses.get(metal, {}).values()), growth=growth, years=years)
        for metal, good in goods.items()
    }


def _use(value: object, name: str, place: str, key: str, source: tuple[str, str], verified: bool) -> Use:
    row = mapping(value, name, place, ("zh", "en", "law", "mean", "sd", "collection", "source"))
    law = row.get("law", "normal")
    if law not in LAWS:
        raise CaseError(f"{name}, field {place}.law: found {law!r:.40}, expected one of {', '.join(LAWS)}")
    own = row.get("source")
    return Use(
        id=key,
        zh=str(row.get("zh", key)),
        en=str(row.get("en", key)),
        law=law,
        mean=number(row.get("mean"), name, f"{place}.mean", 0.05, 400.0),
        sd=number(row.get("sd", 0.0), name, f"{place}.sd", 0.0 if law == "fixed" else 0.01, 400.0),
        collection=number(row.get("collection"), name, f"{place}.collection", 0.0, 1.0),
        source=source if own is None else words(own, name, f"{place}.source"),
        verified=verified if not isinstance(own, dict) else own.get("verified") is True,
    )
