"""A draft made into a world: ids, what meets each input, who supplies whom, the region as everybody sees it."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.chain.region import OUTSIDE, Firm, Line, Link, Region
from lvlian.chain.simulate.draft import Draft, options_of
from lvlian.chain.simulate.world import Plant, World

MOSTLY = ("primary", "alumina", "ore", "carbon", "recycled", "residue")
"""Stages that give a firm its kind, the weightiest first."""


def assemble(draft: Draft, name: str, grid_name: str, grid_assumed: bool, province: str) -> World:
    """The world of a draft; `grid_name` supplies the power."""
    book = draft.book
    grid_short = draft.names.short(grid_name, draft.places)
    if grid_short in draft.full:
        grid_short = grid_name
    draft.full[grid_short] = grid_name
    draft.kinds[grid_short] = "power"
    if grid_assumed:
        draft.assume("电由一家供电单位供", "power comes from one supplier", "规划没有点名供电单位")
    used: dict[str, int] = {}
    for short in draft.full:
        base = draft.names.spelled(short.partition("（")[0])[:24]
        used[base] = used.get(base, 0) + 1
        draft.ids[short] = base if used[base] == 1 else f"{base}{used[base]}"
    ids = draft.ids
    plants = tuple(_fed(p, draft) for p in sorted(draft.plants, key=lambda p: (p.firm, p.process, p.since)))
    firms = tuple(firm for short in draft.full if (firm := _firm(short, plants, draft)) is not None)
    if draft.outputs:
        draft.assume("写明的产量按期达到", "stated outputs are reached in their years", "模拟需要一条产量路径")
    metals = {book.recipes[p.process].metal for p in plants} - {""}
    region = Region(
        name=name,
        firms=firms,
        links=_links(plants, draft, ids[grid_short]),
        metal="copper" if metals == {"copper"} else "aluminium",
        grid_area=province,
        simulated=True,
    )
    return World(
        region=region,
        plants=plants,
        rules=draft.rules,
        outputs={(ids[firm], process): dict(years) for (firm, process), years in draft.outputs.items()},
        premium={ids[firm]: value for firm, value in draft.premium.items()},
        grid=ids[grid_short],
        hauliers=tuple(firm.id for firm in firms if firm.kind == "haulier"),
        assumptions=tuple(draft.assumed),
    )


def _firm(short: str, plants: Sequence[Plant], draft: Draft) -> Firm | None:
    """The firm as it is registered; None where it neither runs nor plans anything that the account knows."""
    lines = [p for p in plants if p.firm == draft.ids[short]]
    planned = draft.planned.get(short, [])
    kind = draft.kinds.get(short, "")
    if not kind and not lines and not planned:
        return None
    if not kind:
        processes = [p.process for p in lines] + [line.process for line in planned]
        stages = [draft.book.recipes[process].stage for process in processes]
        kinds = draft.rules.table("kinds")
        kind = next((str(kinds[stage]) for stage in MOSTLY if stage in stages and stage in kinds), "processor")
        if kind in ("recycler", "carbon", "mine") and any(stage not in kinds for stage in stages):
            kind = "processor"
    return Firm(
        id=draft.ids[short],
        name=draft.full[short],
        short=short.partition("（")[0].replace("企业", ""),
        kind=kind,
        lines=tuple(Line(process=p.process, capacity=p.capacity, since=p.since, until=p.until) for p in lines)
        + tuple(planned),
        state="running" if lines or short in draft.kinds else "planned",
    )


def _fed(plant: Plant, draft: Draft) -> Plant:
    """The plant with its firm's id and the goods that meet its inputs: what the region makes first, then what is listed first."""
    book = draft.book
    made = {book.recipes[p.process].product for p in draft.plants}
    own = {book.recipes[p.process].product for p in draft.plants if p.firm == plant.firm}
    left = {need.good for p in draft.plants for need in book.recipes[p.process].outputs}
    feeds: dict[str, tuple[str, ...]] = {}
    for need in book.recipes[plant.process].inputs:
        options = options_of(need.good, draft)
        if plant.role == "remelt" or book.kind[need.good] == "scrap":
            scrap = [g for g in book.accepts(need.good) if g in left and book.kind[g] == "scrap"]
            feeds[need.good] = (*scrap, *(g for g in options if g not in scrap))
            continue
        ranked = sorted(options, key=lambda g: (g not in own, g not in made, options.index(g)))
        feeds[need.good] = (ranked[0],)
    return Plant(
        firm=draft.ids[plant.firm], process=plant.process, capacity=plant.capacity, since=plant.since, until=plant.until,
        ramp=plant.ramp, role=plant.role, feeds=feeds,
    )  # fmt: skip


def _links(plants: Sequence[Plant], draft: Draft, grid: str) -> tuple[Link, ...]:
    """Who supplies whom: every user of a good gets one or two makers in the region, liquid metal of all its makers."""
    book = draft.book
    tied = set(draft.rules.names("tied"))
    makers: dict[str, list[str]] = {}
    for plant in plants:
        recipe = book.recipes[plant.process]
        products = () if plant.role == "captive" else (recipe.product,)
        for good in (*products, *(need.good for need in recipe.outputs)):
            if plant.firm not in makers.setdefault(good, []):
                makers[good].append(plant.firm)
    links: dict[tuple[str, str, str], Link] = {}

    def link(source: str, target: str, good: str) -> None:
        links.setdefault((source, target, good), Link(source=source, target=target, good=good))

    turn: dict[str, int] = {}
    for plant in plants:
        for good in dict.fromkeys(g for options in plant.feeds.values() for g in options):
            if good == "electricity":
                continue
            sources = [f for f in makers.get(good, ()) if f != plant.firm]
            if sources:
                start = turn.get(good, 0)
                turn[good] = start + 1
                count = len(sources) if good in tied or book.kind[good] == "residue" else min(2, len(sources))
                for step in range(count):
                    link(sources[(start + step) % len(sources)], plant.firm, good)
            bought = good in {options[-1] for options in plant.feeds.values()}
            if bought and good not in tied and book.kind[good] != "residue":
                link(OUTSIDE, plant.firm, good)
        for need in book.recipes[plant.process].outputs:
            link(plant.firm, OUTSIDE, need.good)
        product = book.recipes[plant.process].product
        if product not in tied and plant.role != "captive":
            link(plant.firm, OUTSIDE, product)
        link(grid, plant.firm, "electricity")
    link(OUTSIDE, grid, "electricity")
    return tuple(links[key] for key in sorted(links))
