"""A case calibrated by accounts: what the months of a region have shown takes the place of what was assumed.

Loads and the consumption and yield of every line, prices, closing stocks and the shares of metal by customer come from the accounts with
their ±; a line that a project brings and that has made something is running; quarters that are whole become history. A figure that a
month leaves unknown stays as it was."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.account_lines import NOTHING, Line, firm_ids, lines_of
from lvlian.outlook.case import Case, CaseError, Contract, Plant, Premise, Project, Ref, Step
from lvlian.outlook.history import history_of, whole_quarters
from lvlian.outlook.plan_words import last_day
from lvlian.outlook.premises import feed_of, load_of
from lvlian.outlook.standing import ASSUMED

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.library import Library

MOST_LOAD = 1.05
LEAST_SHARE = 0.01
"""Of a maker's metal, for a customer to be told as one."""
RECENT = 3
"""Months from which the shares of metal by customer are taken."""
LOADED = 1.02
"""A line that makes so much more than its plants at hand could is a project that has begun to run."""


def with_account(case: Case, accounts: Sequence[Account], *, library: Library | None = None) -> Case:
    """The case with what the accounts show. Any months of one region, any number; without one the case itself. `first` moves behind the
    last quarter that is whole from January on. Raises CaseError for two accounts of one month or of different regions."""
    if not accounts:
        return case
    ordered = sorted(accounts, key=lambda one: one.month)
    months = [one.month for one in ordered]
    if len(set(months)) < len(months):
        raise CaseError(
            f"accounts: {next(m for m in months if months.count(m) > 1)} stands twice, expected each month once"
        )
    if len({one.region.name for one in ordered}) > 1:
        names = " and ".join(sorted({one.region.name for one in ordered}))
        raise CaseError(f"accounts: are of {names}, expected one region")
    shelf = library if library is not None else ordered[-1].library
    ids = firm_ids(case, ordered[-1])
    lines = lines_of(ordered, ids, shelf)
    ref = _ref(months)
    plants, projects, notes = _calibrated(
        *_without_stand_ins(case, lines, set(ids.values()), shelf, ref), lines, shelf, ref
    )
    prices, spreads = _prices(ordered)
    out = replace(
        case,
        plants=plants,
        projects=projects,
        names={**{ids[one.id]: one.short or one.name for one in ordered[-1].region.firms}, **case.names},
        prices={**case.prices, **prices},
        stocks={**case.stocks, **_stocks(ordered[-1])},
        contracts=_contracts(ordered, ids, shelf, ref) or case.contracts,
        facts={**case.facts, **ordered[-1].region.facts},
        grid_area=case.grid_area or ordered[-1].region.grid_area,
        simulated=case.simulated or any(one.region.simulated for one in ordered),
        today=max(case.today, last_day(months[-1]) or case.today),
        assumptions=(*case.assumptions, *notes),
    )
    out = replace(out, premises=_premises(out, lines, prices, spreads, shelf, ref))
    return _with_history(out, ordered, ids, shelf)


def _ref(months: Sequence[str]) -> Ref:
    span = months[0] if len(months) == 1 else f"{months[0]}—{months[-1]}"
    return Ref(
        kind="account", words=f"{span} 链账", day=last_day(months[-1]), verified=True, words_en=f"accounts of {span}"
    )


# Plants and projects -----------------------------------------------------------------------------------------------------
def _without_stand_ins(
    case: Case, lines: Mapping[tuple[str, str], Line], known: set[str], library: Library, ref: Ref
) -> tuple[Case, list[tuple[str, str]]]:
    """The case without the firms that stood for a stage of the chain of which the accounts know real ones; and what was left out."""

    def band(process: str) -> tuple[str, str]:
        found = library.processes[process]
        return found.stage.id, found.metal

    seen = {band(line.process) for line in lines.values() if line.latest > NOTHING}
    kept: dict[str, bool] = {}
    for plant in case.plants:
        if (
            ASSUMED in case.names.get(plant.firm, "")
            and plant.firm not in known
            and not plant.project
            and not plant.role
        ):
            kept[plant.firm] = kept.get(plant.firm, False) or band(plant.process) not in seen
    gone = {firm for firm, stays in kept.items() if not stays}
    if not gone:
        return case, []
    names = "、".join(case.names[firm] for firm in sorted(gone))
    note = (
        f"{names}不再计入：{ref.words}已有同一环节的实际企业",
        f"{len(gone)} assumed firms left out: the accounts know real ones",
    )
    return replace(case, plants=tuple(one for one in case.plants if one.firm not in gone)), [note]


def _calibrated(
    case: Case, before: Sequence[tuple[str, str]], lines: Mapping[tuple[str, str], Line], library: Library, ref: Ref
) -> tuple[tuple[Plant, ...], tuple[Project, ...], list[tuple[str, str]]]:
    plants = {one.id: one for one in case.plants}
    projects = {one.id: one for one in case.projects}
    notes: list[tuple[str, str]] = list(before)
    for (firm, process), line in lines.items():
        own = [one for one in plants.values() if (one.firm, one.process) == (firm, process)]
        if not own:
            if line.latest > NOTHING:
                added = _new_plant(line, plants, library, ref)
                plants[added.id] = added
            continue
        uses, yields = _recipe(own[0], line, library)
        running = [one for one in own if not one.project]
        coming = [one for one in own if one.project]
        usual = load_of(library.processes[process].stage.id)
        held = sum(one.capacity for one in running)
        for one in own:
            plants[one.id] = replace(one, uses={**one.uses, **uses}, yields={**one.yields, **yields}, ref=ref)
        grown = bool(coming) and line.latest > held * LOADED
        if grown:
            notes += _begun(line, running, coming, usual, plants, projects, ref)
            held = sum(plants[one.id].capacity for one in running)
        if running and held > 0 and own[0].role not in ("sink", "remelt"):
            load = min((line.latest if grown else line.yearly) / held, MOST_LOAD)
            for one in running:
                plants[one.id] = replace(plants[one.id], load=load if load > NOTHING else one.load)
    return tuple(plants.values()), tuple(projects.values()), notes


def _new_plant(line: Line, plants: Mapping[str, Plant], library: Library, ref: Ref) -> Plant:
    """A line that the account knows and the case does not: as large as its output at the usual load."""
    load = load_of(library.processes[line.process].stage.id)
    base = f"{line.firm}-{line.process}"
    key = base if base not in plants else f"{base}-account"
    bare = Plant(id=key, firm=line.firm, process=line.process, capacity=line.latest / load, load=load, ref=ref)
    uses, yields = _recipe(bare, line, library)
    return replace(bare, uses=uses, yields=yields)


def _recipe(plant: Plant, line: Line, library: Library) -> tuple[dict[str, float], dict[str, float]]:
    """What a tonne took, by the names of the library's recipe (alternatives added up), and what it left."""
    process = library.processes[line.process]
    uses, yields = {}, {}
    for exchange in process.inputs:
        goods = {exchange.good, *library.accepts(exchange.good), *plant.feeds.get(exchange.good, ())}
        found = [told for good in goods if (told := line.per_tonne(good)) is not None]
        if found and sum(value for value, _ in found) > 0:
            uses[exchange.good] = sum(value for value, _ in found)
    for exchange in process.outputs:
        told = line.per_tonne(exchange.good, "left")
        if exchange.good != process.product and told is not None and told[0] >= 0:
            yields[exchange.good] = told[0]
    return uses, yields


def _begun(
    line: Line,
    running: Sequence[Plant],
    coming: Sequence[Plant],
    usual: float,
    plants: dict[str, Plant],
    projects: dict[str, Project],
    ref: Ref,
) -> list[tuple[str, str]]:
    """A line that makes more than its plants could: what already runs of a project is added to them, or the project is running."""
    month = min(line.made, key=lambda one: one)
    if running:
        grown = min(line.latest / usual - sum(one.capacity for one in running), sum(one.capacity for one in coming))
        left = grown
        for one in coming:
            part = min(left, plants[one.id].capacity)
            plants[one.id] = replace(plants[one.id], capacity=plants[one.id].capacity - part)
            left -= part
        first = running[0]
        plants[first.id] = replace(plants[first.id], capacity=plants[first.id].capacity + grown)
        name = projects[coming[0].project].name
        return [
            (
                f"{name}：按{ref.words}，已有 {grown / 1e4:.4g} 万吨/年在运行（产量 ÷ 通常负荷，假设）",
                f"{coming[0].project}: {grown:.4g} t/a of it run already, by output and the usual load",
            )
        ]
    for one in coming:
        project = projects.get(one.project)
        first_month = next((m for m in sorted(line.made) if line.made[m] > NOTHING), month)
        day = last_day(first_month)
        if project is None or day is None or project.stage in ("running", "full"):
            continue
        projects[one.project] = replace(project, stage="running", steps=_done(project, "running", day, ref))
    return []


def _done(project: Project, stage: str, day: date, ref: Ref) -> tuple[Step, ...]:
    """The steps with one done, at the latest on a day."""
    held = project.step(stage)
    when = min(day, held.promised) if held is not None and held.promised is not None else day
    words = "链账已有产量，最迟此日"
    step = Step(stage=stage, done=when, words=words, ref=ref) if held is None else replace(held, done=when, words=words)
    return (*(one for one in project.steps if one.stage != stage), step)


# Prices, stocks, contracts -----------------------------------------------------------------------------------------------
def _prices(accounts: Sequence[Account]) -> tuple[dict[str, float], dict[str, float]]:
    """Good → mean of what was reported, yuan per unit without tax, and the sd of the months' means."""
    told: dict[str, list[float]] = {}
    for account in accounts:
        for statement in account.statements:
            if statement.item == "price" and statement.used and statement.good and statement.value > 0:
                told.setdefault(statement.good, []).append(statement.value)
    means = {good: sum(values) / len(values) for good, values in told.items()}
    spreads = {
        good: math.sqrt(sum((v - means[good]) ** 2 for v in values) / (len(values) - 1))
        for good, values in told.items()
        if len(values) > 1
    }
    return means, spreads


def _stocks(account: Account) -> dict[str, float]:
    """Closing stocks of the last month by good, t."""
    out: dict[str, float] = {}
    for stream, value in zip(account.streams, account.value, strict=True):
        if stream.kind == "level" and stream.process == "closing" and not math.isnan(value):
            out[stream.good] = out.get(stream.good, 0.0) + max(float(value), 0.0)
    return out


def _contracts(accounts: Sequence[Account], ids: Mapping[str, str], library: Library, ref: Ref) -> tuple[Contract, ...]:
    """Who took which share of a maker's metal inside the region."""
    made: dict[tuple[str, str], float] = {}
    moved: dict[tuple[str, str, str], float] = {}
    for account in accounts[-RECENT:]:
        for stream, value in zip(account.streams, account.value, strict=True):
            good = library.goods.get(stream.good)
            if math.isnan(value) or good is None or good.kind != "metal":
                continue
            if stream.kind == "made":
                key = (ids.get(stream.firm, stream.firm), stream.good)
                made[key] = made.get(key, 0.0) + float(value)
            elif stream.kind == "moved" and not stream.boundary:
                pair = (ids.get(stream.firm, stream.firm), ids.get(stream.partner, stream.partner), stream.good)
                moved[pair] = moved.get(pair, 0.0) + float(value)
    return tuple(
        Contract(source=a, target=b, good=g, share=min(amount / made[a, g], 1.0), ref=ref)
        for (a, b, g), amount in sorted(moved.items())
        if made.get((a, g), 0.0) > NOTHING and amount / made[a, g] >= LEAST_SHARE
    )


# Premises and history ----------------------------------------------------------------------------------------------------
def _premises(
    case: Case,
    lines: Mapping[tuple[str, str], Line],
    prices: Mapping[str, float],
    spreads: Mapping[str, float],
    library: Library,
    ref: Ref,
) -> tuple[Premise, ...]:
    return tuple(_settled(one, case, lines, prices, spreads, library, ref) for one in case.premises)


def _settled(
    one: Premise,
    case: Case,
    lines: Mapping[tuple[str, str], Line],
    prices: Mapping[str, float],
    spreads: Mapping[str, float],
    library: Library,
    ref: Ref,
) -> Premise:
    """A premise with what the account shows of it; unchanged where it shows nothing."""
    head, _, rest = one.key.partition(".")
    if head == "price" and rest in prices:
        return _shown(one, prices[rest], spreads.get(rest, one.spread), ref)
    if head == "load":
        own = [
            p for p in case.plants if library.processes[p.process].stage.id == rest and p.role == "" and p.ref == ref
        ]
        size = sum(p.capacity for p in own if not p.project)
        if size > 0:
            return _shown(one, sum(p.capacity * p.load for p in own if not p.project) / size, one.spread, ref)
    if head in ("intensity", "yield"):
        process, _, good = rest.partition(".")
        known = library.processes.get(process)
        name = good or (feed_of(known, library) if known is not None else "")
        rows = [
            (line.yearly, told) for key, line in lines.items() if key[1] == process for told in _of(line, name, library)
        ]
        size = sum(amount for amount, _ in rows)
        if size > 0:
            value = sum(amount * told[0] for amount, told in rows) / size
            sd = math.sqrt(sum((amount * told[1]) ** 2 for amount, told in rows)) / size
            if head == "intensity":
                return _shown(one, value, sd, ref)
            if value > 0:
                return _shown(one, 1 / value, sd / value**2, ref)
    return one


def _of(line: Line, good: str, library: Library) -> Iterable[tuple[float, float]]:
    found = [told for one in {good, *library.accepts(good)} if (told := line.per_tonne(one)) is not None]
    if found and line.yearly > NOTHING:
        yield sum(value for value, _ in found), math.sqrt(sum(sd**2 for _, sd in found))


def _shown(one: Premise, value: float, spread: float, ref: Ref) -> Premise:
    words = f"{ref.words}；此前按 {one.value:.6g}（{one.ref.words[:60]}）"
    was = (one.ref.words_en or one.ref.words)[:80]
    return replace(
        one,
        value=value,
        low=min(one.low, value),
        high=max(one.high, value),
        spread=spread,
        ref=replace(ref, words=words, words_en=f"{ref.words_en}; before that {one.value:.6g} ({was})"),
    )


def _with_history(case: Case, accounts: Sequence[Account], ids: Mapping[str, str], library: Library) -> Case:
    whole = whole_quarters([one.month for one in accounts])
    history = history_of(case, accounts, whole, ids, library)
    first = case.first
    while first in whole and first < case.quarters[-1]:
        first = first.next
    moved = first.place - case.first.place
    gone = tuple(Quarter(first.year, n) for n in range(1, first.number))
    missing = [one for one in gone if one not in whole]
    asks = case.asks
    if missing:
        names = "、".join(one.zh for one in missing)
        asks = (
            *asks,
            (
                f"{names}没有完整的链账，全年数凑不齐：补报各企业月报",
                f"no whole account of {', '.join(map(str, missing))}",
            ),
        )
    return replace(case, first=first, count=case.count - moved, history={**case.history, **history}, asks=asks)
