"""The order in which a quarter of the chain is worked out: plants from upstream to downstream, what each may take, who is served first.

Goods that do not cross the boundary (liquid metal) go to contracts first, then to who makes most of a tonne, and what is left to the
sinks. Scrap and residues of a quarter are at hand in the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.model import Model

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
ALIKE = 1e-4
"""Users whose tonne of a local good is worth the same to this share come in one rank."""


@dataclass(frozen=True)
class Slot:
    """An input of a plant that more than one good may meet: `options` in the order in which they are taken, `bought` the place in
    `options` of the one that is bought where all are used up (None: nothing is, and the plant makes less)."""

    plant: int
    good: int
    """The good in whose row of `coef` the need stands."""
    options: tuple[int, ...]
    bought: int | None


@dataclass(frozen=True)
class Supply:
    """A good that stays in the region: its makers, its users in the order in which they are served (sinks last), and what is promised:
    (maker firm's plants, user's plants, share of the makers' output or None, amount a quarter or None)."""

    good: int
    makers: tuple[int, ...]
    users: tuple[int, ...]
    ranks: tuple[tuple[int, ...], ...]
    """`users` in groups that are served alike: what is left for a group goes to all in it in proportion to what they ask."""
    sinks: frozenset[int]
    promised: tuple[tuple[tuple[int, ...], tuple[int, ...], float | None, float | None], ...] = ()


@dataclass(frozen=True)
class Chain:
    """`goods` are the model's and, after them, substitutes that only a slot names. `free`: goods that the boundary does not stop;
    `stored`: goods that may lie over to the next quarter; `makes` (P,) per tonne of product 1 unless the recipe nets it."""

    model: Model
    goods: tuple[str, ...]
    order: tuple[int, ...]
    slots: tuple[Slot, ...]
    supplies: tuple[Supply, ...]
    free: NDArray[np.bool_]
    stored: NDArray[np.bool_]
    coef: Floats
    """(G, P) as in the model, with rows for the substitutes."""
    main: Floats
    """(G, P) the part of `coef` that is a plant's main product: at hand in the same quarter."""
    by: Floats
    """(G, P) what a plant leaves beside it: at hand in the next."""
    use: Floats
    """(G, P) ≥ 0, what a plant takes by its first choice."""
    margin: Floats
    """(P,) yuan per tonne of product, at the mean price of the quarters."""
    target: Floats
    """(G,) t that are kept as stock at the end of a quarter where there is enough."""
    days: Floats
    """(G,) days of use that are kept, NaN where `target` says how much."""
    unmade: tuple[str, ...] = ()
    """Goods that stay in the region and that nobody there makes: taken to be made where they are used."""
    kept_local: tuple[str, ...] = ()
    """Residues with metal that arise in the region: only those are worked up there."""
    captive: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    """Plants that work for their own firm alone, last in the chain first: (plant, product, the firm's plants that take it)."""
    tracked: tuple[int, ...] = field(default=())
    """Goods of which the pass has to know what is at hand."""


def chain_of(model: Model, library: Library | None = None) -> Chain:
    """The order of a model. Raises nothing that a model does not raise."""
    from lvlian.chain.account.sources import load_sources
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    sources = load_sources()
    goods = list(model.goods)
    place = {good: number for number, good in enumerate(goods)}
    raw: list[tuple[int, int, tuple[str, ...]]] = []
    for column, plant in enumerate(model.plants):
        for options in plant.feeds.values():
            if len(options) > 1 and options[0] in place and model.coef[place[options[0]], column] < 0:
                raw.append((column, place[options[0]], options))
    for _, _, options in raw:
        for good in (options[-1],):
            if good not in place:
                place[good] = len(goods)
                goods.append(good)
    count, extra = len(model.plants), len(goods) - len(model.goods)
    coef = np.vstack([model.coef, np.zeros((extra, count))])
    main = np.zeros_like(coef)
    for column, product in enumerate(model.products):
        main[product, column] = max(coef[product, column], 0.0)
    by = np.maximum(coef, 0.0) - main
    use = np.maximum(-coef, 0.0)
    free = np.concatenate([model.importable, np.ones(extra, bool)])
    made = np.asarray((main > 0).any(axis=1) | (by > 0).any(axis=1))
    unmade, kept_local = [], []
    for row, good in enumerate(goods):
        entry = shelf.goods.get(good)
        if not free[row] and not made[row] and entry is not None and entry.kind == "energy":
            free[row] = True
            unmade.append(good)
        elif (
            free[row] and made[row] and use[row].any() and entry is not None and entry.kind == "residue" and entry.metal
        ):
            free[row] = (
                False  # dross is hazardous waste: it is worked up where it arises, not bought from far (assumed)
            )
            kept_local.append(good)
    slots = tuple(_slot(column, row, options, place, free) for column, row, options in raw)
    first_price = np.concatenate([model.price.mean(axis=1), np.zeros(extra)])
    first_cost = np.concatenate([model.cost.mean(axis=1), np.zeros(extra)])
    margin = _margins(model, np.maximum(coef, 0.0), use, first_price, first_cost, shelf)
    slotted = {(slot.plant, slot.good): slot for slot in slots}
    supplies = tuple(
        _supply(row, model, main, use, margin, first_cost, slotted)
        for row in range(len(goods))
        if not free[row] and use[row].any()
    )
    stock = np.concatenate([model.stock, np.zeros(extra)])
    stored = np.array([good not in sources.unstorable for good in goods], bool)
    days = np.array([model.case.figure(f"stock.{good}.days", np.nan) for good in goods])
    tracked = sorted({g for s in slots for g in s.options} | {s.good for s in supplies})
    order = _order(model, main, use, slots)
    return Chain(
        model=model,
        goods=tuple(goods),
        order=order,
        captive=_captive(model, order, use),
        slots=slots,
        supplies=supplies,
        free=free,
        stored=stored,
        coef=coef,
        main=main,
        by=by,
        use=use,
        margin=margin,
        target=np.where(stored, stock, 0.0),
        days=days,
        unmade=tuple(unmade),
        kept_local=tuple(kept_local),
        tracked=tuple(tracked),
    )


def _slot(column: int, row: int, options: Sequence[str], place: dict[str, int], free: NDArray[np.bool_]) -> Slot:
    """Options that are neither made nor used in the region drop out, but for the last, which may be bought."""
    known = tuple(place[good] for good in options if good in place)
    bought = next((at for at in range(len(known) - 1, -1, -1) if free[known[at]]), None)
    return Slot(plant=column, good=row, options=known, bought=bought)


def _captive(model: Model, order: Sequence[int], use: Floats) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    out = []
    for p in reversed(order):
        plant, product = model.plants[p], model.products[p]
        if plant.role == "captive":
            users = tuple(
                u for u, other in enumerate(model.plants) if other.firm == plant.firm and u != p and use[product, u] > 0
            )
            if users:
                out.append((p, product, users))
    return tuple(out)


def _margins(model: Model, out: Floats, use: Floats, price: Floats, cost: Floats, library: Library) -> Floats:
    """Yuan per tonne of product: what is sold less what is bought; a plant's own `margin` (before its metal) less its metal."""
    found = out.T @ price - use.T @ cost
    for column, plant in enumerate(model.plants):
        if plant.margin is None:
            continue
        metal = [
            row
            for row, good in enumerate(model.goods)
            if use[row, column] > 0
            and (entry := library.goods.get(good)) is not None
            and entry.kind in ("metal", "scrap")
        ]
        found[column] = plant.margin - float(use[metal, column] @ cost[metal])
    return np.asarray(found, float)


def _supply(
    row: int,
    model: Model,
    main: Floats,
    use: Floats,
    margin: Floats,
    cost: Floats,
    slotted: dict[tuple[int, int], Slot],
) -> Supply:
    plants = model.plants
    users = [p for p in range(len(plants)) if use[row, p] > 0 and (p, row) not in slotted]
    # what a tonne of the good brings there, before it is paid for
    worth = {p: margin[p] / use[row, p] + cost[row] for p in users}
    for p in users:  # a captive plant's metal is worth what the firm's next plant makes of it
        if plants[p].role == "captive":
            product = model.products[p]
            after = [u for u in range(len(plants)) if plants[u].firm == plants[p].firm and use[product, u] > 0]
            worth[p] += max((margin[u] / use[product, u] for u in after), default=0.0) / use[row, p]
    users.sort(key=lambda p: (plants[p].role == "sink", -worth[p], p))
    makers = tuple(int(p) for p in np.flatnonzero(main[row] > 0))
    promised = []
    for contract in model.case.contracts:
        if contract.good != model.goods[row] or (contract.share is None and contract.amount is None):
            continue
        sources = tuple(p for p in makers if plants[p].firm == contract.source)
        targets = tuple(p for p in users if plants[p].firm == contract.target)
        if sources and targets:
            amount = None if contract.amount is None else contract.amount / 4
            promised.append((sources, targets, contract.share, amount))
    sinks = frozenset(p for p in users if plants[p].role == "sink")
    ranks: list[list[int]] = []
    for p in users:
        head = ranks[-1][0] if ranks else -1
        if ranks and (head in sinks) == (p in sinks) and abs(worth[head] - worth[p]) <= ALIKE * abs(worth[head]):
            ranks[-1].append(p)
        else:
            ranks.append([p])
    return Supply(
        good=row,
        makers=makers,
        users=tuple(users),
        ranks=tuple(map(tuple, ranks)),
        sinks=sinks,
        promised=tuple(promised),
    )


def _order(model: Model, main: Floats, use: Floats, slots: Sequence[Slot]) -> tuple[int, ...]:
    """Makers before users of their main product; a loop is broken at the plant that stands first."""
    count = len(model.plants)
    needs = use > 0
    for slot in slots:
        for good in slot.options:
            needs[good, slot.plant] = True
    makers = main > 0
    after = (makers.T.astype(int) @ needs.astype(int)) > 0  # (maker, user)
    np.fill_diagonal(after, False)
    left, out = list(range(count)), []
    waiting = after.sum(axis=0)
    while left:
        ready = next((p for p in left if waiting[p] == 0), left[0])
        left.remove(ready)
        out.append(ready)
        waiting = waiting - after[ready]
        after[ready] = False
    return tuple(out)
