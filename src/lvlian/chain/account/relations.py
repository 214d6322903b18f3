"""What a process of the library says about its flows, as the account uses it: a metal balance, a need of metal, ratios.

Per unit of the main product: the metal that goes in (Σ input × content) is `need` ± `need_sd`; it leaves in the product, in new
scrap, in residues, and the rest is `loss`. Inputs without metal follow the product; residues that hold metal follow what is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lvlian.chain.account.sources import Sources
from lvlian.chain.library import Library
from lvlian.chain.library.process import Process

RECOVERIES = ("metal_recovery", "recovery", "metal_yield", "yield")
"""Parameters that say how much of the metal taken ends in the product, the one to prefer first."""
LEAST_LOSS = 0.0005


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` ± `sd` of a good (in its unit) per unit of the product; `content` of metal in it (0: none that counts); `cite` the source."""

    good: str
    value: float
    sd: float
    content: float
    content_sd: float
    unit: str
    cite: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """`charge`: inputs that carry the metal (alternatives of one another), `inputs` all others, `scraps` metal that comes back as
    new scrap or by-product metal, `residues` what holds metal that is lost (of which `tied` come of the loss), `others` what leaves without metal."""

    process: str
    zh: str
    en: str
    stage: str
    metal: str
    product: str
    content: float
    charge: tuple[Ratio, ...]
    inputs: tuple[Ratio, ...]
    scraps: tuple[Ratio, ...]
    residues: tuple[Ratio, ...]
    others: tuple[Ratio, ...]
    need: float
    need_sd: float
    loss: float
    tied: frozenset[str]
    cite: str

    @property
    def metallic(self) -> bool:
        """Whether the process has a balance of metal."""
        return bool(self.charge) and self.content > 0

    @property
    def shed(self) -> float:
        """Metal per unit of product that ends neither in the product nor in scrap."""
        return self.loss + sum(r.value * r.content for r in self.residues)


_kept: WeakKeyDictionary[Library, dict[tuple[str, float, frozenset[str]], Recipe]] = WeakKeyDictionary()


def recipe_of(library: Library, process: str, sources: Sources) -> Recipe | None:
    """The recipe of a process of the library, kept as long as the library; None where there is no such process."""
    kept = _kept.setdefault(library, {})
    key = (process, sources.range_in_sd, sources.lost_into)
    found = kept.get(key)
    if found is None:
        entry = library.processes.get(process)
        if entry is None:
            return None
        found = kept[key] = _recipe(library, entry, sources)
    return found


def _recipe(library: Library, process: Process, sources: Sources) -> Recipe:
    goods, wide = library.goods, sources.range_in_sd
    product = goods.get(process.product)
    metal = process.metal
    content = product.content.value if product is not None and product.metal == metal else 0.0

    def ratio(exchange: object) -> Ratio:
        x = exchange
        good = goods.get(x.good)  # type: ignore[attr-defined]
        held = good.content if good is not None and metal and good.metal == metal else None
        return Ratio(
            good=x.good,  # type: ignore[attr-defined]
            value=x.value,  # type: ignore[attr-defined]
            sd=max((x.high - x.low) / wide, abs(x.value) * 1e-3),  # type: ignore[attr-defined]
            content=held.value if held else 0.0,
            content_sd=(held.high - held.low) / wide if held else 0.0,
            unit=good.unit if good is not None else "t",
            cite=f"{process.zh}·{x.zh} {x.given}" + ("" if x.verified else "（假设，未核）") + f"，来源：{x.source}",  # type: ignore[attr-defined]
        )

    taken = [ratio(x) for x in process.inputs]
    given = [(x.role, ratio(x)) for x in process.flows("byproduct", "waste", "output") if x.good != process.product]
    charge = tuple(r for r in taken if r.content > 0)
    scraps, residues, others = [], [], []
    for role, r in given:
        entry = goods.get(r.good)
        kind = entry.kind if entry is not None else ""
        if r.content <= 0 or not charge:
            others.append(r)
        elif role == "waste" or kind == "residue":
            residues.append(r)
        else:
            scraps.append(r)
    need, need_sd, cite = _need(process, charge, content, wide)
    out = content + sum(r.value * r.content for r in scraps)
    shed = need - out
    held = sum(r.value * r.content for r in residues)
    if shed < held + LEAST_LOSS * need:  # the figures of the library round to a loss that no furnace reaches
        shed = held + LEAST_LOSS * need
    return Recipe(
        process=process.id,
        zh=process.zh,
        en=process.en,
        stage=process.stage.id,
        metal=metal,
        product=process.product,
        content=content,
        charge=charge,
        inputs=tuple(r for r in taken if r.content <= 0),
        scraps=tuple(scraps),
        residues=tuple(residues),
        others=tuple(others),
        need=max(need, out + held),
        need_sd=need_sd,
        loss=max(shed - held, 0.0),
        tied=frozenset(r.good for r in residues) & sources.lost_into,
        cite=cite,
    )


def _need(process: Process, charge: tuple[Ratio, ...], content: float, wide: float) -> tuple[float, float, str]:
    """Metal taken per unit of product, its sd, the source: of a single input its own figure, of several the recovery."""
    if not charge:
        return 0.0, 0.0, ""
    if len(charge) == 1:
        only = charge[0]
        return only.value * only.content, only.sd * only.content, only.cite
    for name in RECOVERIES:
        x = process.exchange(name, "param")
        if x is not None and 0 < x.value <= 1 and content:
            low, high = max(x.low, 1e-3), max(x.high, 1e-3)
            mark = "" if x.verified else "（假设，未核）"
            return (
                content / x.value,
                content * (1 / low - 1 / high) / wide,
                f"{process.zh}·{x.zh} {x.given}{mark}，来源：{x.source}",
            )
    need = sum(r.value * r.content for r in charge)
    spread = sum((r.sd * r.content) ** 2 for r in charge) ** 0.5
    return need, spread, charge[0].cite


def ratios_of(recipe: Recipe) -> Mapping[str, Ratio]:
    """Every flow of the recipe beside the product, by good."""
    return {r.good: r for r in (*recipe.charge, *recipe.inputs, *recipe.scraps, *recipe.residues, *recipe.others)}
