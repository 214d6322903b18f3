"""What a line needs beside itself: its own casting where nobody supplies its feed, ingot casting, remelting of scrap."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.chain.simulate.draft import Draft, options_of
from lvlian.chain.simulate.world import Plant


def integrate(draft: Draft) -> None:
    """A line whose feed nobody in the region makes, though liquid metal is there, runs its own steps from the liquid metal on."""
    book = draft.book
    tied = [
        good for good in draft.rules.names("tied") if any(book.recipes[p.process].product == good for p in draft.plants)
    ]
    queue = list(draft.plants)
    for plant in queue:
        recipe = book.recipes[plant.process]
        if not recipe.feed or recipe.feed in tied or recipe.stage not in ("semis", "deep", "application"):
            continue
        made = {
            book.recipes[p.process].product
            for p in draft.plants
            if (p.role != "captive" or p.firm == plant.firm)
            and (p.firm == plant.firm or not p.since or p.since <= (plant.since or "9999"))
        }
        if made & set(options_of(recipe.feed, draft)):
            continue
        step = _from_tied(recipe.feed, tied, draft)
        if step is None:
            continue
        need = recipe.need(recipe.feed)
        capacity = plant.capacity * (need.value if need else 1.0)
        own = Plant(
            firm=plant.firm, process=step, capacity=capacity, since=plant.since, ramp=plant.ramp, role="captive"
        )
        draft.plants.append(own)
        queue.append(own)
        draft.assume(
            f"{plant.firm}自设“{book.recipes[step].zh}”，用区内铝液",
            f"{plant.firm} has its own {step} on local liquid metal",
            "区内没有别家供这种坯料，规划要求铝液就地转化",
        )


def _from_tied(good: str, tied: Sequence[str], draft: Draft, depth: int = 3) -> str | None:
    """The process that makes `good` (or what may stand for it) on the shortest way from a tied good."""
    if depth == 0:
        return None
    for one in options_of(good, draft):
        for process in draft.book.makers.get(one, ()):
            if draft.book.recipes[process].feed in tied:
                return process
    for one in options_of(good, draft):
        for process in draft.book.makers.get(one, ()):
            feed = draft.book.recipes[process].feed
            if feed and _from_tied(feed, tied, draft, depth - 1):
                return process
    return None


def add_sinks_and_remelting(draft: Draft) -> None:
    book = draft.book
    for good, process in draft.rules.table("sinks").items():
        for plant in [p for p in draft.plants if book.recipes[p.process].product == good]:
            if process in book.recipes and not any(p.key == (plant.firm, process) for p in draft.plants):
                draft.plants.append(
                    Plant(
                        firm=plant.firm,
                        process=process,
                        capacity=plant.capacity,
                        since=plant.since,
                        ramp=False,
                        role="sink",
                    )
                )
                draft.assume(
                    f"{plant.firm}没有客户要的{book.zh[good]}铸成{book.zh[book.recipes[process].product]}",
                    f"{plant.firm} casts into ingot what no customer takes",
                    "铝液不能存也不能远运",
                )
    share = draft.rules.number("remelt_share")
    table = draft.rules.table("remelt")
    for firm in dict.fromkeys(p.firm for p in draft.plants):
        for cast, process in table.items():
            lines = [p for p in draft.plants if p.key == (firm, cast)]
            if lines and process in book.recipes and not any(p.key == (firm, process) for p in draft.plants):
                first = min(lines, key=lambda p: p.since)
                draft.plants.append(
                    Plant(
                        firm=firm,
                        process=process,
                        capacity=share * sum(p.capacity for p in lines),
                        since=first.since,
                        ramp=first.ramp,
                        role="remelt",
                    )
                )
    draft.assume(
        f"铸造企业另有重熔线，产能为铝液铸造的 {share:.0%}，用区内新废料和外购废铝",
        f"casters also remelt scrap, {share:.0%} of their casting capacity",
        "规划没有写回炉料的去向",
    )
