"""How a month runs: which line makes how much, what it takes and leaves, who supplies whom, what stays in stock."""

from __future__ import annotations

from collections.abc import Sequence

from lvlian.chain.simulate.recipe import Recipe
from lvlian.chain.simulate.scene import Scene
from lvlian.chain.simulate.trade import add, linked, trade
from lvlian.chain.simulate.truth import Month, normal
from lvlian.chain.simulate.world import Plant, month_number

LEAST_LOSS = 0.001
"""Share of the product's metal that every process loses at least."""


def run_month(scene: Scene, month: str, seed: int, before: Month | None) -> Month:
    """The truth of a month after `before` (None: stocks begin at their usual level)."""
    truth = Month(month)
    plants = [p for p in scene.world.plants if p.runs(month)]
    activity = _activities(scene, plants, month, seed)
    _deliver_tied(scene, plants, activity, truth, month, seed)
    _limit_treaters(scene, plants, activity, month, seed, before)
    for plant in plants:
        _run(scene, plant, activity[id(plant)], truth, month, seed, before)
    trade(scene, plants, truth, month, seed, before)
    return truth


# -- how much each line makes


def _activities(scene: Scene, plants: Sequence[Plant], month: str, seed: int) -> dict[int, float]:
    shares: dict[tuple[str, str], float] = {}
    for plant in plants:
        shares[plant.key] = shares.get(plant.key, 0.0) + plant.capacity
    done: dict[int, float] = {}
    for plant in plants:
        recipe = scene.book.recipes[plant.process]
        stated = stated_output(scene, plant.key, month)
        season = _season(scene, recipe.stage, month)
        sd = scene.rules.number("load", "wobble_stated" if stated is not None else "wobble")
        wobble = 1 + sd * normal(seed, "load", plant.firm, plant.process, plant.since, month)
        if stated is not None:
            done[id(plant)] = stated * plant.capacity / shares[plant.key] * season * wobble
        else:
            load = scene.rules.number("load", recipe.stage) if recipe.stage in scene.rules.table("load") else 0.7
            done[id(plant)] = plant.capacity / 12 * load * _ramp(scene, plant, month) * season * wobble
    for plant in plants:
        if plant.role == "captive":
            done[id(plant)] = _own_need(scene, plants, plant, done, month, seed)
    return done


def _own_need(
    scene: Scene, plants: Sequence[Plant], plant: Plant, activity: dict[int, float], month: str, seed: int
) -> float:
    """What the firm's other lines take of a captive line's product; chains of captive lines are followed."""
    product = scene.book.recipes[plant.process].product
    total = 0.0
    for user in plants:
        if user.firm != plant.firm or user is plant:
            continue
        for need in scene.book.recipes[user.process].inputs:
            if plant_feeds(user, need.good)[-1] == product:
                runs = (
                    _own_need(scene, plants, user, activity, month, seed)
                    if user.role == "captive"
                    else activity[id(user)]
                )
                total += runs * _drawn(scene, user, need.good, month, seed)
    return total


def plant_feeds(plant: Plant, good: str) -> tuple[str, ...]:
    """The goods that meet an input of a line."""
    return plant.feeds.get(good, (good,))


def stated_output(scene: Scene, key: tuple[str, str], month: str) -> float | None:
    """A month's output (t, without season) from the yearly figures that the source states: the year's, else the nearest year's;
    within a year it climbs with the growth over the year before. None where nothing is stated."""
    years = scene.world.outputs.get(key)
    if not years:
        return None
    year, number = int(month[:4]), int(month[5:])
    if year in years:
        total = years[year]
    else:
        earlier, later = [y for y in years if y < year], [y for y in years if y > year]
        if earlier and later:
            a, b = max(earlier), min(later)
            total = years[a] + (years[b] - years[a]) * (year - a) / (b - a)
        else:
            total = years[max(earlier)] if earlier else years[min(later)]
    previous = years.get(year - 1, total)
    climb = min(total / previous - 1 if previous else 0.0, scene.rules.number("growth", "climb_in_year"))
    return total / 12 * (1 + max(climb, -0.5) * (number - 6.5) / 12)


def _season(scene: Scene, stage: str, month: str) -> float:
    table = scene.rules.table("season")
    row = scene.rules.numbers("season", stage if stage in table else "other")
    return row[int(month[5:]) - 1] * 12 / sum(row)


def _ramp(scene: Scene, plant: Plant, month: str) -> float:
    if not plant.ramp or not plant.since:
        return 1.0
    start, span = scene.rules.number("growth", "ramp_start"), scene.rules.number("growth", "ramp_months")
    age = month_number(month) - month_number(plant.since)
    return min(1.0, start + (1 - start) * age / span)


def _deliver_tied(
    scene: Scene, plants: Sequence[Plant], activity: dict[int, float], truth: Month, month: str, seed: int
) -> None:
    """Liquid metal: customers get what they need, cut evenly where it does not suffice; the maker's own line takes the rest."""
    low, usual, high = scene.road_loss
    for good in scene.rules.names("tied"):
        makers = [p for p in plants if scene.book.recipes[p.process].product == good]
        users = [p for p in plants if p.role != "sink" and scene.book.recipes[p.process].feed == good]
        supply = {p.firm: 0.0 for p in makers}
        for p in makers:
            supply[p.firm] += activity[id(p)]
        need = {id(p): activity[id(p)] * _drawn(scene, p, good, month, seed) for p in users}
        sources = {id(p): [f for f in supply if f == p.firm or linked(scene, f, p.firm, good)] for p in users}
        asked = dict.fromkeys(supply, 0.0)
        for p in users:
            reach = sum(supply[f] for f in sources[id(p)]) or 1.0
            for firm in sources[id(p)]:
                asked[firm] += need[id(p)] * supply[firm] / reach
        # a maker never delivers all: its own casting line always runs a little
        kept = dict.fromkeys(supply, 0.98)
        cut = {firm: min(1.0, kept[firm] * supply[firm] / asked[firm]) if asked[firm] else 1.0 for firm in supply}
        left = dict(supply)
        for p in users:
            reach = sum(supply[f] for f in sources[id(p)])
            got = 0.0
            for firm in sources[id(p)]:
                amount = need[id(p)] * supply[firm] / reach * cut[firm] if reach else 0.0
                left[firm] -= amount
                if firm == p.firm:
                    got += amount
                    continue
                place = max(-1.0, min(1.0, 0.4 * normal(seed, "road", firm, p.firm, month)))
                loss = usual + place * ((high - usual) if place > 0 else (usual - low))
                key = (firm, p.firm, good)
                truth.sent[key] = truth.sent.get(key, 0.0) + amount
                truth.arrived[key] = truth.arrived.get(key, 0.0) + amount * (1 - loss)
                got += amount * (1 - loss)
                for haulier in scene.world.hauliers[:1]:
                    route = (haulier, firm, p.firm)
                    truth.hauled[route] = truth.hauled.get(route, 0.0) + amount
            activity[id(p)] = activity[id(p)] * got / need[id(p)] if need[id(p)] else 0.0
        for p in plants:
            if p.role == "sink" and scene.book.recipes[p.process].feed == good:
                activity[id(p)] = max(0.0, left.get(p.firm, 0.0)) / _drawn(scene, p, good, month, seed)


def _limit_treaters(
    scene: Scene, plants: Sequence[Plant], activity: dict[int, float], month: str, seed: int, before: Month | None
) -> None:
    """Who treats residues works up what falls in the region; nobody brings residues from outside."""
    for plant in plants:
        recipe = scene.book.recipes[plant.process]
        if not recipe.feed or scene.book.kind[recipe.feed] != "residue":
            continue
        fallen = sum(
            activity[id(other)] * _drawn(scene, other, recipe.feed, month, seed)
            for other in plants
            if scene.book.recipes[other.process].need(recipe.feed)
            and recipe.feed not in scene.takes(other)
            and linked(scene, other.firm, plant.firm, recipe.feed)
        )
        rivals = len({p.firm for p in plants if recipe.feed in scene.takes(p)})
        stock = before.closing.get((plant.firm, recipe.feed), 0.0) if before is not None else 0.0
        work = (0.96 * fallen / rivals + 0.5 * stock) / _drawn(scene, plant, recipe.feed, month, seed)
        activity[id(plant)] = min(activity[id(plant)], work)


# -- what a line takes and leaves


def _place(scene: Scene, plant: Plant, what: str, month: str, seed: int) -> float:
    """Where in its range a figure lies this month, −1 … 1: a line's own habit and a little of the month."""
    habit = scene.rules.number("recipe", "firm_spread") * normal(seed, "habit", plant.firm, plant.process, what)
    chance = scene.rules.number("recipe", "month_spread") * normal(
        seed, "month", plant.firm, plant.process, what, month
    )
    return max(-0.95, min(0.95, habit + chance))


def _drawn(scene: Scene, plant: Plant, good: str, month: str, seed: int) -> float:
    """What one unit of the product takes or leaves of a good this month."""
    recipe = scene.book.recipes[plant.process]
    need = recipe.need(good)
    assert need is not None  # only asked for goods of the recipe
    if scene.book.metal[good] != recipe.metal or not recipe.feed:
        return need.drawn(_place(scene, plant, good, month, seed))
    return _metal(scene, plant, recipe, month, seed)[good]


def _metal(scene: Scene, plant: Plant, recipe: Recipe, month: str, seed: int) -> dict[str, float]:
    """Feed, new scrap and metal-bearing residues per unit of product, so that the metal closes: what is taken beyond product and
    scrap is shed; residues follow what is shed, the rest is lost."""
    content = scene.book.content
    place = _place(scene, plant, "metal", month, seed)
    residues = [n for n in recipe.outputs if scene.book.kind[n.good] == "residue" and content[n.good]]
    apart = {recipe.feed, recipe.scrap, *(n.good for n in residues)}
    given = usual = content[recipe.product]
    figures: dict[str, float] = {}
    for other in (*recipe.inputs, *recipe.outputs):
        if other.good not in apart and scene.book.metal[other.good] == recipe.metal:
            sign = -1 if other in recipe.inputs else 1
            # of two inputs that carry the metal, more of the one is less of the other
            instead = sign < 0 and scene.book.kind[other.good] in ("metal", "scrap")
            figures[other.good] = other.drawn(-place if instead else place)
            given += sign * content[other.good] * figures[other.good]
            usual += sign * content[other.good] * other.value
    feed, scrap = recipe.need(recipe.feed), recipe.need(recipe.scrap)
    assert feed is not None
    held = content[recipe.feed] or 1.0
    least = LEAST_LOSS * content[recipe.product]
    shed_usual = feed.value * held - usual - (scrap.value * content[scrap.good] if scrap else 0.0)
    shed_usual = max(shed_usual, least, 1.02 * sum(n.value * content[n.good] for n in residues))
    taken = max(feed.drawn(place), (given + 0.3 * shed_usual) / held)
    figures[recipe.feed] = taken
    shed = taken * held - given
    if scrap is not None:
        aimed = shed_usual * (1 + 0.1 * normal(seed, "shed", plant.firm, plant.process, month))
        figures[scrap.good] = max(0.0, (shed - aimed) / content[scrap.good])
        shed -= figures[scrap.good] * content[scrap.good]
    for need in residues:
        ratio = 1 + 0.05 * normal(seed, "residue", plant.firm, plant.process, need.good, month)
        figures[need.good] = max(need.low, min(need.high, need.value * shed / shed_usual * ratio))
    left = sum(figures[n.good] * content[n.good] for n in residues)
    if left > 0.98 * shed:
        for need in residues:
            figures[need.good] *= 0.98 * shed / left
    return figures


def _run(scene: Scene, plant: Plant, amount: float, truth: Month, month: str, seed: int, before: Month | None) -> None:
    recipe = scene.book.recipes[plant.process]
    add(truth.made, (plant.firm, plant.process, recipe.product), amount)
    for need in recipe.inputs:
        total = amount * _drawn(scene, plant, need.good, month, seed)
        if total > 0:
            _meet(scene, plant, recipe, need.good, total, truth, seed, before)
    for need in recipe.outputs:
        add(truth.made, (plant.firm, plant.process, need.good), amount * _drawn(scene, plant, need.good, month, seed))


def _meet(
    scene: Scene, plant: Plant, recipe: Recipe, good: str, total: float, truth: Month, seed: int, before: Month | None
) -> None:
    """An input is met by its goods in order: what lies in stock of scrap first, the last good listed takes the rest."""
    goods = plant_feeds(plant, good)
    for one in goods[:-1]:
        held = before.closing.get((plant.firm, one), 0.0) if before else 0.0
        rate = _exchange_rate(scene, good, one)
        taken = min(total * rate, 0.9 * held)
        if taken > 0:
            add(truth.used, (plant.firm, plant.process, one), taken)
            total -= taken / rate
    if total > 0:
        add(truth.used, (plant.firm, plant.process, goods[-1]), total * _exchange_rate(scene, good, goods[-1]))


def _exchange_rate(scene: Scene, good: str, other: str) -> float:
    """Tonnes of another good that hold the metal of a tonne of `good`."""
    held, instead = scene.book.content[good], scene.book.content[other]
    return held / instead if held and instead else 1.0
