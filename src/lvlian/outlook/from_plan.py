"""A case from the facts of a plan alone: plants and projects of its world, every milestone as a step, factors and who answers, its goals.

What the plan does not say is assumed and told (`Case.assumptions`, premises); what nobody can say without a report is asked for
(`Case.asks`). The first quarter is January of the year of `today`, so that a goal of that year is counted over all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from lvlian.chain.simulate import World, world_from_plan
from lvlian.chain.simulate.names import name_rules, same_firm
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, CaseError, Plant, Project, Ref
from lvlian.outlook.plan_aims import aims_of
from lvlian.outlook.plan_factors import assume_needs, supplies_of
from lvlian.outlook.plan_limits import limits_of
from lvlian.outlook.plan_projects import (
    UNDATED,
    Gathered,
    Mention,
    called,
    counted_on,
    dated,
    gather,
    mentions,
    named,
    readable,
    stage_now,
    steps_of,
)
from lvlian.outlook.plan_words import PlanWords, last_day
from lvlian.outlook.premises import base_prices, load_of, load_rules, premises_of
from lvlian.outlook.standing import ASSUMED, standing
from lvlian.quantity.show import figure
from lvlian.quantity.unit import UnitError, convert

if TYPE_CHECKING:
    from lvlian.chain.library import Library
    from lvlian.plan.facts import PlanFacts

FEWEST, MOST = 8, 60
"""Quarters of a case whose length nobody has named."""


def case_from_plan(
    facts: PlanFacts,
    *,
    today: date | None = None,
    first: Quarter | None = None,
    count: int | None = None,
    library: Library | None = None,
    area: str = "",
) -> Case:
    """The case that a plan describes. `today` defaults to its date of issue (else to the beginning of its period), `first` to January of
    that year, `count` to the end of the last goal's year (8 to 60 quarters), `area` (the province whose grid it lives
    from) to the one that the facts name most often. Raises CaseError where no year can be found."""
    from lvlian.chain.library import load_library

    shelf = library if library is not None else load_library()
    words = PlanWords(facts)
    plain = facts.to_json()
    now = today or _today(facts)
    begin = first or Quarter(now.year, 1)
    told = readable(plain)
    gathered, loose = gather(mentions(words, told, shelf))
    world = world_from_plan(dated(told, gathered), shelf)
    area = area or world.region.grid_area
    aims, figures = aims_of(words, plain, shelf, world.region)
    plants, owned = _plants(words, world, gathered, shelf, begin)
    projects = named(
        [_project(words, one, ids, plants, shelf, world) for one, ids in zip(gathered, owned, strict=True)]
    )
    for rows in loose:  # works for power that stand in a list of projects are projects of it too
        group = next((words.group(row.fact) for row in rows if words.group(row.fact)), "")
        if group:
            one = Gathered(rows[0].firm, rows=[replace_supply(row) for row in rows])
            gathered = [*gathered, one]
            made = replace(
                _project(words, one, (), plants, shelf, world), kind="power" if rows[0].supplies == "power" else "other"
            )
            projects = named([*projects, made])
    supplies = supplies_of(words, gathered, projects, loose)
    by_id = {plant.id: plant for plant in plants}
    assume_needs(supplies, projects, by_id, shelf)
    projects = tuple(replace(one, needs=tuple(supplies.needs.get(n, ()))) for n, one in enumerate(projects))
    owner = {plant: project.id for project in projects for plant in project.plants}
    plants = tuple(replace(plant, project=owner.get(plant.id, "")) for plant in plants)
    goods = {x.good for plant in plants for x in shelf.processes[plant.process].exchanges if x.good in shelf.goods}
    goods |= {good for plant in plants for options in plant.feeds.values() for good in options}
    smelting = _smelting(plants, shelf)
    prices, guessed = base_prices(shelf, sorted(goods), begin.year, area, smelting=smelting)
    assumptions = _assumptions(world, guessed, shelf)
    case = Case(
        region=world.region.name,
        today=now,
        first=begin,
        count=count or _count(begin, aims),
        metal=world.region.metal,
        plants=plants,
        projects=projects,
        factors=tuple(supplies.factors),
        aims=aims,
        limits=limits_of(words, plants, shelf),
        names={
            **{project.firm: one.firm for one, project in zip(gathered, projects, strict=True) if project.firm},
            **{firm.id: firm.name if ASSUMED in firm.name else firm.short or firm.name for firm in world.region.firms},
        },
        prices=prices,
        facts=figures,
        assumptions=assumptions,
        grid_area=area,
    )
    case = replace(case, premises=premises_of(case, shelf, year=begin.year, told=_told_price(case)))
    return replace(case, asks=standing(case).sentences)


def _smelting(plants: Sequence[Plant], library: Library) -> float:
    """The share of all electricity that primary lines take at nameplate."""
    takes = [
        (p.stage.id == "primary", plant.capacity * sum(x.value for x in p.inputs if x.good == "electricity"))
        for plant in plants
        for p in (library.processes[plant.process],)
    ]
    whole = sum(amount for _, amount in takes)
    return sum(amount for primary, amount in takes if primary) / whole if whole else 0.0


def _told_price(case: Case) -> dict[str, tuple[float, Ref]]:
    """The metal's price on which the plan's own goals of one firm rest: output value ÷ output of the same year, the first at hand."""
    good = {"aluminium": "aluminium_ingot", "copper": "copper_cathode"}.get(case.metal, "")
    output = {(aim.firm, aim.year): aim for aim in case.aims if aim.indicator == "primary_output" and aim.firm}
    for aim in sorted(case.aims, key=lambda one: one.year):
        made = output.get((aim.firm, aim.year))
        if aim.indicator != "primary_output_value" or made is None or not made.value or good not in case.prices:
            continue
        try:
            price = convert(aim.value, aim.unit, "元") / convert(made.value, made.unit, "吨")
        except UnitError:
            continue
        words = f"规划折算：{figure(aim.value)}{aim.unit} ÷ {figure(made.value)}{made.unit}（{aim.year}年）= {figure(round(price))}元/吨"
        if 0.5 * case.prices[good] < price < 2 * case.prices[good]:
            return {good: (price, replace(aim.ref, words=words))}
    return {}


def replace_supply(row: Any) -> Any:
    """The same mention as a step of a project."""
    return replace(row, supplies="", track="project")


def _today(facts: PlanFacts) -> date:
    day = last_day(facts.document.date) or last_day(facts.document.issued_in)
    if facts.document.date and day is not None:
        return day
    if day is not None:
        return date(day.year, 1, 1)
    years = [facts.document.period[0]] if facts.document.period else []
    years += [goal.when[:4] for goal in facts.goals if goal.when and goal.mode != "baseline"]
    years += re.findall(r"(?<!\d)(20\d\d)(?=年|—|-|－)", facts.document.title)
    years = years or [fact.when[:4] for fact in facts.milestones if fact.when]
    found = sorted(int(year) for year in years if re.fullmatch(r"[12]\d{3}", year))
    if not found:
        raise CaseError(
            f"plan {facts.document.title or facts.name}, field document.date: found none and no year in its goals, expected a date of issue"
        )
    return date(found[0], 1, 1)


def _count(first: Quarter, aims: Sequence[Aim]) -> int:
    last = max((aim.year for aim in aims), default=first.year)
    return min(max(Quarter(max(last, first.year), 4).place - first.place + 1, FEWEST), MOST)


# Plants ------------------------------------------------------------------------------------------------------------------
def _plants(
    words: PlanWords, world: World, gathered: Sequence[Gathered], library: Library, first: Quarter
) -> tuple[tuple[Plant, ...], list[tuple[str, ...]]]:
    """The plants of a world, and for each project the ids of those that it brings."""
    firms = {firm.id: words.short(firm.name) for firm in world.region.firms}
    owned: list[list[str]] = [[] for _ in gathered]
    plants: list[Plant] = []
    since: dict[str, tuple[str, str]] = {}
    used: dict[str, int] = {}
    for line in sorted(world.plants, key=lambda one: one.since == ""):
        stage = library.processes[line.process].stage.id
        place = None if line.role else _owner(gathered, firms[line.firm], line, owned, plants)
        load = 1.0 if line.role == "sink" else load_of(stage)
        parts: list[tuple[float, int | None]] = [(line.capacity, place)]
        if place is not None and not line.since:
            before = _before(world, line, first, load)
            if before is None or before >= line.capacity:
                parts = [(line.capacity, None)]
            else:
                parts = [(before, None), (line.capacity - before, place)]
        for capacity, owner in parts:
            base = f"{line.firm}-{line.process}"
            used[base] = used.get(base, 0) + 1
            plant = Plant(
                id=base if used[base] == 1 else f"{base}-{used[base]}",
                firm=line.firm,
                process=line.process,
                capacity=capacity,
                load=load,
                feeds=dict(line.feeds),
                role=line.role,
                ref=_plant_ref(line, len(parts) > 1 and owner is None),
            )
            plants.append(plant)
            if owner is not None:
                owned[owner].append(plant.id)
            since[plant.id] = (line.since, line.role)
    _attach(plants, owned, since, library)
    brought = {plant for ids in owned for plant in ids}
    kept = [
        replace(plant, since=last_day(since[plant.id][0])) if since[plant.id][0] and plant.id not in brought else plant
        for plant in plants
    ]
    return tuple(sorted(kept, key=lambda one: one.id)), [tuple(ids) for ids in owned]


def _plant_ref(line: Any, split: bool) -> Ref:
    """Why a plant is taken to stand there."""
    if split:
        return Ref(
            kind="assumption", words="按规划所载上年产量 ÷ 通常负荷倒算的在运行产能（至少有这些），其余由项目带来"
        )
    if line.role:
        return Ref(
            kind="assumption",
            words={"sink": "接没有客户要的铝液", "remelt": "重熔区内新废料"}.get(line.role, "自用坯料"),
        )
    return Ref(kind="assumption", words="由规划的项目、产量或产业链推得，见本例的假设")


def _owner(
    gathered: Sequence[Gathered], firm: str, line: Any, owned: Sequence[Sequence[str]], plants: Sequence[Plant]
) -> int | None:
    """The project that brings a line: same firm and process; of several the one with its capacity, then one that has none yet."""
    fits = [
        n for n, one in enumerate(gathered) if one.firm and same_firm(one.firm, firm) and line.process in one.processes
    ]
    held = {plant.id: plant for plant in plants}
    free = [n for n in fits if not any(held[i].process == line.process for i in owned[n])]
    if not free:
        return None
    return min(free, key=lambda n: abs(gathered[n].tonnes(line.process) - line.capacity))


def _before(world: World, line: Any, first: Quarter, load: float) -> float | None:
    """Capacity that ran before the case begins, by the last output that the plan states for a year gone by; None where it states none."""
    years = world.outputs.get((line.firm, line.process), {})
    gone = [year for year in years if year < first.year]
    return years[max(gone)] / load if gone else None


def _attach(
    plants: Sequence[Plant], owned: list[list[str]], since: Mapping[str, tuple[str, str]], library: Library
) -> None:
    """A firm's own casting or remelting belongs to the project whose line begins in the same month: first the one that takes its product."""
    by_id = {plant.id: plant for plant in plants}
    for plant in plants:
        begun, role = since[plant.id]
        if role not in ("captive", "remelt") or not begun:
            continue
        product = library.processes[plant.process].product
        fits = [ids for ids in owned if any(by_id[i].firm == plant.firm and since[i][0] == begun for i in ids)]
        takes = [ids for ids in fits if any(product in good for i in ids for good in by_id[i].feeds.values())]
        makes = [ids for ids in fits if any(library.processes[by_id[i].process].product == product for i in ids)]
        for ids in (takes or makes or fits)[:1]:
            ids.append(plant.id)


# Projects ----------------------------------------------------------------------------------------------------------------
def _project(
    words: PlanWords, one: Gathered, ids: Sequence[str], plants: Sequence[Plant], library: Library, world: World
) -> Project:
    rows = one.rows or one.supply
    lead = rows[0]
    issued = last_day(words.facts.document.date)
    steps = steps_of(words, one, issued)
    firm = _firm_id(words, world, one.firm)
    own = [plant for plant in plants if plant.id in ids]
    main = [plant for plant in own if plant.role == ""] or own
    kind = library.processes[max(main, key=lambda p: p.capacity).process].stage.id if main else _kind(rows, library)
    sizes = load_rules().kind(kind)
    tonnes = max((plant.capacity for plant in main), default=0.0)
    process = one.processes[0] if one.processes else ""
    tail = process or name_rules().spelled(re.sub(r"项目$", "", lead.fact.project))[:24]
    return Project(
        id=f"{firm}-{tail}" if firm and process else tail,
        name=called(lead.fact),
        firm=firm,
        plants=tuple(ids),
        kind=kind,
        stage=stage_now(words, one, steps, issued),
        steps=steps,
        investment=float(sizes["investment"]) * tonnes if sizes and tonnes else None,
        jobs=float(sizes["jobs"]) * tonnes / 1000 if sizes and tonnes else None,
        group=next((group for row in rows if (group := words.group(row.fact))), ""),
        unit_name=words.unit(lead.fact),
        counted=counted_on(words, one),
        ref=words.ref("milestones", lead.place, lead.fact),
    )


def _kind(rows: Sequence[Mention], library: Library) -> str:
    """The kind of a project that brings no plant: by the product that it names, else `other`."""
    known = {stage.id for stage in library.stages} - {"service", "energy"}
    for row in rows:
        product = library.product_of(f"{row.fact.product or ''} {row.fact.project}")
        if product is not None and product.stage.id in known:
            return str(product.stage.id)
    return "other"


def _firm_id(words: PlanWords, world: World, short: str) -> str:
    """The id of a firm of the plan; one that runs nothing in the world gets its spelling."""
    known = (one.id for one in world.region.firms if short and same_firm(words.short(one.name), short))
    return next(known, name_rules().spelled(short)[:24] if short else "")


def _assumptions(world: World, guessed: Sequence[str], library: Library) -> tuple[tuple[str, str], ...]:
    """What the world took for granted, without the days that stand for none and without its own timing of projects."""
    out = [
        (one.zh + (f"（{one.why}）" if one.why else ""), one.en)
        for one in world.assumptions
        if "按建设期推到" not in one.zh and UNDATED[:4] not in one.zh
    ]
    if guessed:
        names = "、".join(library.goods[good].zh for good in guessed)
        out.append(
            (f"{names}没有价格，按金属价和该环节通常的加成计", f"priced by metal and mark-up: {', '.join(guessed)}")
        )
    return tuple(out)
