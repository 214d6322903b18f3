"""A case calibrated by accounts: what the months of a region have shown takes the place of what was assumed.

Loads and the consumption and yield of every line, prices, closing stocks and the shares of metal by customer come from the accounts with
their ±; a line that a project brings and that has made something is running; quarters that are whole become history. A figure that a
month leaves unknown stays as it was."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from lvlian.chain.simulate.names import name_rules, same_firm
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Case, CaseError, Contract, Plant, Premise, Project, Ref, Step
from lvlian.outlook.history import history_of, whole_quarters
from lvlian.outlook.plan_words import last_day
from lvlian.outlook.premises import feed_of, load_of

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account
    from lvlian.chain.account.network import Stream
    from lvlian.chain.library import Library

_NOTHING = 1e-6
MOST_LOAD = 1.05
LEAST_SHARE = 0.01
"""Of a maker's metal, for a customer to be told as one."""
RECENT = 3
"""Months from which the shares of metal by customer are taken."""
LOADED = 1.02
"""A line that makes so much more than its plants at hand could is a project that has begun to run."""


@dataclass(slots=True)
class Line:
    """A process of a firm over the months: output by month, what it took and left in all, each with its variance; t, kWh, m3."""

    firm: str
    process: str
    made: dict[str, float] = field(default_factory=dict)
    taken: dict[str, tuple[float, float]] = field(default_factory=dict)
    left: dict[str, tuple[float, float]] = field(default_factory=dict)
    whole: dict[str, float] = field(default_factory=dict)
    """Output of the months in which a good was known, by good."""

    @property
    def months(self) -> int:
        return len(self.made)

    @property
    def yearly(self) -> float:
        """Output a year at the rate of all months that are known."""
        return 12 * sum(self.made.values()) / len(self.made) if self.made else 0.0

    @property
    def latest(self) -> float:
        """Output a year at the rate of the last month that is known."""
        return 12 * self.made[max(self.made)] if self.made else 0.0

    def per_tonne(self, good: str, role: str = "taken") -> tuple[float, float] | None:
        """What a tonne of product took (or left) and its sd; None where no month says it."""
        table = self.taken if role == "taken" else self.left
        made = self.whole.get(good, 0.0)
        if good not in table or made <= _NOTHING:
            return None
        value, variance = table[good]
        return value / made, math.sqrt(max(variance, 0.0)) / made


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
    plants, projects, notes = _calibrated(case, lines, shelf, ref)
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
    return Ref(kind="account", words=f"{span} 链账", day=last_day(months[-1]), verified=True)


def firm_ids(case: Case, account: Account) -> dict[str, str]:
    """Firm of the account → firm of the case: the same id, else the same short name, else its own id."""
    rules = name_rules()
    known = {plant.firm for plant in case.plants} | {one.firm for one in case.projects if one.firm} | set(case.names)
    places = (case.region, re.sub(r"[省市县州区]$", "", case.region))
    shorts = {key: rules.short(case.names.get(key, key), places) for key in known}
    out = {}
    for firm in account.region.firms:
        short = rules.short(firm.name, places)
        alike = [key for key, other in shorts.items() if same_firm(other, short)]
        out[firm.id] = firm.id if firm.id in known else (min(alike, key=len) if alike else firm.id)
    return out


def lines_of(accounts: Sequence[Account], ids: Mapping[str, str], library: Library) -> dict[tuple[str, str], Line]:
    """Every line of the accounts by (firm, process)."""
    out: dict[tuple[str, str], Line] = {}
    for account in accounts:
        here: dict[tuple[str, str], float] = {}
        rows: list[tuple[Stream, float, float]] = []
        for stream, value, sd in zip(account.streams, account.value, account.sd, strict=True):
            process = library.processes.get(stream.process)
            if stream.kind not in ("made", "used") or process is None or math.isnan(value):
                continue
            if stream.kind == "made" and stream.good == process.product:
                here[stream.firm, stream.process] = float(value)
            else:
                rows.append((stream, float(value), 0.0 if math.isnan(sd) else float(sd)))
        for (firm, name), value in here.items():
            key = (ids.get(firm, firm), name)
            out.setdefault(key, Line(*key)).made[account.month] = max(value, 0.0)
        for stream, value, sd in rows:
            made = here.get((stream.firm, stream.process))
            line = out.get((ids.get(stream.firm, stream.firm), stream.process))
            if made is None or line is None or made <= _NOTHING:
                continue
            table = line.taken if stream.kind == "used" else line.left
            before = table.get(stream.good, (0.0, 0.0))
            table[stream.good] = (before[0] + value, before[1] + sd * sd)
            line.whole[stream.good] = line.whole.get(stream.good, 0.0) + made
    return out


# Plants and projects -----------------------------------------------------------------------------------------------------
def _calibrated(
    case: Case, lines: Mapping[tuple[str, str], Line], library: Library, ref: Ref
) -> tuple[tuple[Plant, ...], tuple[Project, ...], list[tuple[str, str]]]:
    plants = {one.id: one for one in case.plants}
    projects = {one.id: one for one in case.projects}
    notes: list[tuple[str, str]] = []
    for (firm, process), line in lines.items():
        own = [one for one in plants.values() if (one.firm, one.process) == (firm, process)]
        if not own:
            if line.latest > _NOTHING:
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
                plants[one.id] = replace(plants[one.id], load=load if load > _NOTHING else one.load)
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
        first_month = next((m for m in sorted(line.made) if line.made[m] > _NOTHING), month)
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
        if made.get((a, g), 0.0) > _NOTHING and amount / made[a, g] >= LEAST_SHARE
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
    if found and line.yearly > _NOTHING:
        yield sum(value for value, _ in found), math.sqrt(sum(sd**2 for _, sd in found))


def _shown(one: Premise, value: float, spread: float, ref: Ref) -> Premise:
    words = f"{ref.words}；此前按 {one.value:.6g}（{one.ref.words[:60]}）"
    return replace(
        one,
        value=value,
        low=min(one.low, value),
        high=max(one.high, value),
        spread=spread,
        ref=replace(ref, words=words),
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
