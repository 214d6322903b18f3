"""Prices and output values of a month: the shipped yearly prices, joined month by month, with what a firm adds to them.

Assumed throughout: between the middles of two years a price moves in a straight line, and a month strays from it at random.
"""

from __future__ import annotations

from lvlian.chain.region import OUTSIDE
from lvlian.chain.simulate.scene import Scene
from lvlian.chain.simulate.truth import Month, normal


def price_month(scene: Scene, truth: Month, seed: int) -> None:
    """Fill `truth.price` for what firms make and sell or buy, `truth.output_value` for who makes something, and `truth.content`."""
    fixed: dict[str, float | None] = {}
    for firm, process, good in truth.made:
        recipe = scene.book.recipes[process]
        if good != recipe.product:
            continue
        price = _priced(scene, firm, good, truth.month, seed, fixed)
        if price is None:
            continue
        truth.price[firm, good] = price
        # a firm's output value counts what leaves it, not what its own lines take (the factory method of the statistics)
        own = sum(v for (f, p, g), v in truth.used.items() if f == firm and g == good and p)
        every = sum(v for (f, _, g), v in truth.made.items() if f == firm and g == good)
        value = truth.made[firm, process, good] * max(0.0, 1 - own / every if every else 0.0) * price
        truth.output_value[firm] = truth.output_value.get(firm, 0.0) + value
    for source, target, good in truth.arrived:
        if source == OUTSIDE and scene.book.kind[good] in ("intermediate", "metal", "energy", "scrap"):
            price = _priced(scene, target, good, truth.month, seed, fixed)
            if price is not None:
                truth.price.setdefault((target, good), price)
    for firm, good in {(b, g) for a, b, g in truth.arrived if b != OUTSIDE}:
        if scene.book.metal[good] and 0 < scene.book.content[good] < 1:
            truth.content[firm, good] = scene.book.content[good]


def _priced(scene: Scene, firm: str, good: str, month: str, seed: int, fixed: dict[str, float | None]) -> float | None:
    if good not in fixed:
        fixed[good] = market_price(scene, good, month, seed)
    market = fixed[good]
    return None if market is None else market * scene.world.premium.get(firm, 1.0)


def market_price(scene: Scene, good: str, month: str, seed: int) -> float | None:
    """Yuan per unit without VAT; None where the library has no price that leads to one."""
    rules, book = scene.rules, scene.book
    own = rules.table("prices", "own").get(good)
    if own is not None:
        return _monthly(scene, str(own), month, seed)
    metal = rules.table("prices", "metals").get(book.metal.get(good, ""))
    base = _monthly(scene, str(metal), month, seed) if metal else None
    if base is None or book.kind[good] not in ("metal", "part"):
        return None
    fee = rules.table("prices", "goods").get(good)
    if fee is not None and (figure := _yearly(scene, str(fee), month)) is not None:
        return base + figure
    return base * (1 + float(rules.table("prices", "markup").get(book.stage[good], 0.0)))


def _monthly(scene: Scene, price: str, month: str, seed: int) -> float | None:
    level = _yearly(scene, price, month)
    return (
        None
        if level is None
        else level * (1 + scene.rules.number("prices", "month_wobble") * normal(seed, "price", price, month))
    )


def _yearly(scene: Scene, price: str, month: str) -> float | None:
    """The level of a price in a month: between the middles of the years that the library has, at its ends the nearest year's."""
    years = scene.yearly.get(price)
    if not years:
        return None
    at = int(month[:4]) + (int(month[5:]) - 0.5) / 12 - 0.5
    below, above = [y for y in years if y <= at], [y for y in years if y > at]
    if not below or not above:
        return years[min(above)] if not below else years[max(below)]
    a, b = max(below), min(above)
    return years[a] + (years[b] - years[a]) * (at - a) / (b - a)
