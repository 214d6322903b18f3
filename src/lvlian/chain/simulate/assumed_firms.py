"""Firms for a plan that names none: one or more for each link of its chains and each product of its clusters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lvlian.chain.simulate.draft import Draft, process_for
from lvlian.chain.simulate.world import Plant

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.chain.product import Product

_CN = "甲乙丙丁戊己庚辛壬癸"


def assume_firms(facts: Mapping[str, Any], draft: Draft, library: Library) -> None:
    """Firms for the links of the chains and the products of the clusters, sized by the goals for output value."""
    wanted: dict[str, tuple[str, Product]] = {}
    for cluster in facts.get("clusters", []):
        words = [str(w) for w in cluster.get("products") or []]
        for product in _products(words, library):
            process = process_for(product, draft, library)
            if process:
                place = str(cluster.get("place") or "")
                wanted.setdefault(process, (place if 1 < len(place) < 6 else "", product))
    for chain in facts.get("chains", []):
        for product in _products([str(n) for n in chain.get("nodes") or []], library):
            process = process_for(product, draft, library)
            if process:
                wanted.setdefault(process, ("", product))
    metals = {draft.book.recipes[p].metal for p in (*wanted, *(plant.process for plant in draft.plants))} & {
        "aluminium",
        "copper",
    } or {"aluminium"}
    for metal in sorted(metals):
        primary, following = (
            ("electrolysis", "cast_billet_liquid")
            if metal == "aluminium"
            else (
                "copper_electrorefining",
                "copper_rod",
            )
        )
        for process in (primary, following):
            if process in draft.book.recipes:
                wanted.setdefault(process, ("", _product_of_flow(draft.book.recipes[process].product, library)))
    own = {plant.process for plant in draft.plants}
    by_stage: dict[tuple[str, str], list[str]] = {}
    for process in wanted:
        recipe = draft.book.recipes[process]
        if process not in own:
            by_stage.setdefault((recipe.metal, recipe.stage), []).append(process)
    shares = draft.rules.table("scale", "shares")
    for (metal, stage), processes in sorted(by_stage.items()):
        if metal not in metals:
            continue
        size = _scale(facts, metal, draft) * (1.0 if stage == "primary" else float(shares.get(stage, 0.05)))
        if metal == "aluminium" and stage == "casting" and (rate := _conversion(facts)):
            load = draft.rules.table("load")
            size *= rate * float(load["primary"]) / float(load["casting"]) / float(shares["casting"])
        for process in processes:
            place, product = wanted[process]
            recipe = draft.book.recipes[process]
            count = 3 if stage == "casting" and len(processes) == 1 else 1
            for number in range(count):
                mark = _CN[number] if count > 1 else ""
                firm = f"{place}{product.zh.partition('（')[0]}企业{mark}（假设）"
                draft.full[firm] = firm
                draft.plants.append(
                    Plant(firm=firm, process=process, capacity=size / len(processes) / count, ramp=False)
                )
    draft.assume(
        "企业为假设：按产业链各环节和集群的产品各设一家或数家，名称带“（假设）”",
        "firms are assumed: one or more for each link of the chains and each product of the clusters",
        "规划没有点名企业或没有写产能",
    )


def _products(words: Iterable[str], library: Library) -> list[Product]:
    return [product for word in words if (product := library.product_of(word)) is not None]


def _product_of_flow(flow: str, library: Library) -> Product:
    return next(product for product in library.products.values() if product.flow == flow)


def _scale(facts: Mapping[str, Any], metal: str, draft: Draft) -> float:
    """Primary metal in t/a: from the plan's goal for the chain's output value (the first year stated), else assumed."""
    sign, zh = ("铝", "铝") if metal == "aluminium" else ("铜", "铜")
    goals = [
        g
        for g in facts.get("goals", [])
        if g.get("unit") == "亿元" and sign in str(g.get("indicator")) and "产值" in str(g.get("indicator"))
        and isinstance(g.get("value"), int | float) and str(g.get("when") or "")[:4].isdigit()
    ]  # fmt: skip
    if goals:
        goal = min(goals, key=lambda g: str(g["when"]))
        amount = float(goal["value"]) * 1e8
        if "下游" in goal["indicator"]:
            rates = [
                float(g["value"]) / 100
                for g in facts.get("goals", [])
                if "转化率" in str(g.get("indicator"))
                and g.get("when") == goal["when"]
                and g.get("unit") == "%"
                and g.get("value")
            ]
            tonnes = (
                amount / draft.rules.number("scale", "downstream_value_per_tonne", metal) / (rates[0] if rates else 1.0)
            )
        else:
            tonnes = amount / draft.rules.number("scale", "value_per_tonne", metal)
        draft.assume(
            f"{zh}冶炼规模按 {goal['when']} 年产值目标 {goal['value']:g} 亿元折算，约 {tonnes / 1e4:.0f} 万吨/年",
            f"size of {metal} smelting worked back from the output value of {goal['when']}: about {tonnes:,.0f} t/a",
            "规划没有写产量；每吨产值为假设",
        )
        return tonnes
    tonnes = draft.rules.number("scale", "primary", metal)
    draft.assume(
        f"{zh}冶炼规模按 {tonnes / 1e4:g} 万吨/年",
        f"size of {metal} smelting taken as {tonnes:g} t/a",
        "规划没有可折算的数",
    )
    return tonnes


def _conversion(facts: Mapping[str, Any]) -> float | None:
    """The share of liquid metal turned into products in the region: the plan's goal for the first year that it names."""
    goals = [
        (str(g.get("when") or ""), float(g["value"]) / 100)
        for g in facts.get("goals", [])
        if re.search(r"(铝液|铝水|原铝).*转化", str(g.get("indicator"))) and g.get("unit") == "%"
        and isinstance(g.get("value"), int | float)
    ]  # fmt: skip
    return min(goals)[1] if goals else None
