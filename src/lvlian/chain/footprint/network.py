"""The equations of a footprint: what every store of a good carries per unit, from everything that flows into it.

For a store s of a firm, with f the t CO2e per unit: f_s (Σ in − lost) = Σ moved in × f of its source + Σ made × what the process gives it.
A process gathers its direct emissions and what its inputs carry, and hands them to its products by the rule of allocation. Stock laid
up takes with it what the store carries, stock drawn brings the same. All flows together are one sparse linear system M f = B with the
recycled loop inside; the columns of B are the origins of emissions, so that each product's figure can be opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lvlian.chain.footprint.factors import Emission, Factors
from lvlian.chain.footprint.power import PowerMix, carried, mix_of
from lvlian.chain.layers import Book, Factor, Flow
from lvlian.chain.region import OUTSIDE

RULES = ("metal", "main", "scrap_free", "value")
"""How a process hands what it carries to its products: by `metal` mass (the default); all to the `main` product; by metal mass with new
scrap free (cut-off); by `value`."""
RULE_ZH: Mapping[str, str] = {
    "metal": "按金属质量分配",
    "main": "全归主产品",
    "scrap_free": "按金属质量，新废料不带（切断）",
    "value": "按产值分配",
}

Store = tuple[str, str]
"""(firm, good)"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where t CO2e come from: `kind` direct | electricity | upstream | fuel, `key` the factor, `stage` where it enters."""

    kind: str
    key: str
    stage: str


@dataclass
class Step:
    """A process of a firm: its flows, what it burns and emits, and the shares of its products."""

    firm: str
    process: str
    stage: str
    made: list[Flow] = field(default_factory=list)
    used: list[Flow] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    burden: list[tuple[Source, float]] = field(default_factory=list)
    slopes: list[tuple[str, float]] = field(default_factory=list)  # (stream, change of the burden per unit of it)


@dataclass
class Equations:
    """Everything that the solution needs: stores in order, steps, entries of M (row, column, value) and of B (row, source, value)."""

    stores: list[Store]
    index: dict[Store, int]
    steps: list[Step]
    through: list[float]
    matrix: list[tuple[int, int, float]]
    burden: list[tuple[int, Source, float]]
    fixed: dict[Store, Emission]
    into: dict[Store, list[Flow]]
    lost: dict[Store, float]
    carried: dict[str, Emission]  # factor by key, for spreads
    assumptions: list[str]
    completed: list[tuple[str, str, str, float]]  # firm, process, good, amount taken from the recipe
    unknown: list[str]
    bounded: list[str] = field(default_factory=list)


def build(
    book: Book,
    factors: Factors,
    rule: str = "metal",
    mixes: Mapping[str, PowerMix] | None = None,
    kind: str = "average",
    weights: tuple[Mapping[str, Factor], Mapping[str, Factor]] | None = None,
) -> Equations:
    """The equations of a book. `weights`: metal and value factors by stream, for the rules that need them. Raises ValueError for
    an unknown rule, LibraryError where a power mix cannot be used."""
    if rule not in RULES:
        raise ValueError(f"allocation {rule!r}: expected one of {', '.join(RULES)}")
    eq = Equations([], {}, [], [], [], [], {}, {}, {}, {}, [], [], [])
    power: dict[str, Emission] = {}
    steps: dict[tuple[str, str], Step] = {}
    for flow in book.flows:
        if flow.kind not in ("made", "used", "moved", "lost"):
            continue
        if flow.amount is None:
            eq.unknown.append(flow.stream)
            continue
        if flow.value is None:
            eq.bounded.append(flow.stream)
        if flow.kind in ("made", "used") and not (flow.kind == "made" and foreign(book, flow)):
            step = _step(steps, book, flow)
            (step.made if flow.kind == "made" else step.used).append(flow)
        for store in _ends(flow):
            if store not in eq.index:
                eq.index[store] = len(eq.stores)
                eq.stores.append(store)
                eq.into[store], eq.lost[store] = [], 0.0
        if flow.kind == "made" or (flow.kind == "moved" and flow.partner != OUTSIDE):
            eq.into[(flow.firm if flow.kind == "made" else flow.partner, flow.good)].append(flow)
        elif flow.kind == "lost" and not flow.process:
            eq.lost[flow.firm, flow.good] += flow.amount

    def bought(firm: str, good: str) -> Emission:
        """What a good from outside carries; noted once as an assumption."""
        if good == "electricity":
            if firm not in power:
                mix = (mixes or {}).get(firm) or mix_of(book.firm(firm), book.region, book.year, kind)
                power[firm], told = carried(mix, factors)
                eq.assumptions.extend(told)
                eq.carried[f"electricity:{firm}"] = power[firm]
            return power[firm]
        found = factors.upstream.get(good)
        zh = book.names(good)[0]
        if found is None:
            eq.assumptions.append(f"{zh}从区外来，没有上游因子，按 0 计")
            return Emission(value=0.0, low=0.0, high=0.0)
        if good not in eq.carried:
            eq.carried[good] = found
            if not found.verified:
                eq.assumptions.append(
                    f"{zh}上游 {found.value:g} t CO2e（假设，{found.low:g}—{found.high:g}）：{found.source}"
                )
        return found

    eq.steps = list(steps.values())
    for step in eq.steps:
        _direct(step, book, factors, eq)
        _complete(step, book, factors, eq, bought)
        step.shares = _shares(step, book, rule, weights)
    for store in eq.stores:
        _row(store, book, eq, bought)
    for step in eq.steps:
        _hand_out(step, eq)
    if eq.bounded:
        eq.assumptions.append(f"{len(eq.bounded)} 条推不得的流用其上下限的中点")
    if eq.unknown:
        eq.assumptions.append(f"{len(eq.unknown)} 条推不得且没有上限的流不计")
    return eq


def foreign(book: Book, flow: Flow) -> bool:
    """What comes from outside, or is made in a way that nobody tells: it carries what the good carries from outside."""
    return flow.inward or (flow.kind == "made" and flow.process not in book.library.processes)


def source_of(firm: str, good: str, stage: str) -> Source:
    """The source that a good from outside counts under."""
    return (
        Source("electricity", f"electricity:{firm}", stage)
        if good == "electricity"
        else Source("upstream", good, stage)
    )


def _ends(flow: Flow) -> list[Store]:
    ends = [(flow.firm, flow.good)] if flow.firm != OUTSIDE else []
    if flow.kind == "moved" and flow.partner not in ("", OUTSIDE):
        ends.append((flow.partner, flow.good))
    return ends


def _step(steps: dict[tuple[str, str], Step], book: Book, flow: Flow) -> Step:
    key = (flow.firm, flow.process)
    if key not in steps:
        process = book.library.processes.get(flow.process)
        steps[key] = Step(flow.firm, flow.process, process.stage.id if process is not None else book.stage(flow.good))
    return steps[key]


def _main(step: Step, book: Book) -> Flow | None:
    product = book.main_product(step.process)
    return next((f for f in step.made if f.good == product), None)


def _direct(step: Step, book: Book, factors: Factors, eq: Equations) -> None:
    """Emissions of the recipe per unit made (scaled by what was really used where factors say so), and fuel burnt."""
    process = book.library.processes.get(step.process)
    main = _main(step, book)
    listed = [x for x in process.exchanges if x.role == "emission"] if process is not None else []
    told = {x.good for x in listed}
    for exchange in listed:
        gas = factors.emissions.get(exchange.good)
        if gas is None or main is None:
            continue
        per_unit = exchange.value * gas.value
        source = Source("direct", f"direct:{gas.label or exchange.good}", step.stage)
        eq.carried[source.key] = Emission(
            value=per_unit,
            low=exchange.low * gas.value,
            high=exchange.high * gas.value,
            source=exchange.source,
            verified=exchange.verified,
        )
        ahead = _scaled(step, process, exchange.good, factors)
        if ahead is not None:
            flow, norm = ahead
            _burden(step, source, per_unit / norm * (flow.amount or 0.0), flow.stream, per_unit / norm)
        else:
            _burden(step, source, per_unit * (main.amount or 0.0), main.stream, per_unit)
        if not exchange.verified:
            eq.assumptions.append(f"{exchange.zh} {per_unit:g} t CO2e 每单位产品（假设）：{exchange.source}")
    extra = factors.process.get(step.process)
    if extra is not None and main is not None:
        source = Source("direct", f"process:{step.process}", step.stage)
        eq.carried[source.key] = extra
        _burden(step, source, extra.value * (main.amount or 0.0), main.stream, extra.value)
        eq.assumptions.append(f"{step.process} 直接排放 {extra.value:g} t CO2e 每单位产品（假设）：{extra.note}")
    if told & factors.covered:
        return
    for flow in step.used:
        fuel = factors.combustion.get(flow.good)
        if fuel is not None:
            source = Source("fuel", f"burnt:{flow.good}", step.stage)
            eq.carried[source.key] = fuel
            _burden(step, source, fuel.value * (flow.amount or 0.0), flow.stream, fuel.value)


def _burden(step: Step, source: Source, amount: float, stream: str, slope: float) -> None:
    step.burden.append((source, amount))
    step.slopes.append((stream, slope))


def _scaled(step: Step, process: Any, emission: str, factors: Factors) -> tuple[Flow, float] | None:
    good = factors.scaled.get(emission)
    flow = next((f for f in step.used if f.good == good), None) if good else None
    exchange = process.exchange(good, "input") if flow is not None else None
    return (flow, exchange.value) if flow is not None and exchange is not None and exchange.value > 0 else None


def _complete(step: Step, book: Book, factors: Factors, eq: Equations, bought: Any) -> None:
    """Inputs of the recipe that no stream shows are taken from the recipe: a footprint must not shrink by silence."""
    process = book.library.processes.get(step.process)
    main = _main(step, book)
    if process is None or main is None or not main.amount:
        return
    used = {f.good for f in step.used}
    burns = not {x.good for x in process.exchanges if x.role == "emission"} & factors.covered
    for exchange in process.inputs:
        good = book.library.goods.get(exchange.good)
        options = {exchange.good, *(good.any_of if good is not None else ())}
        if used & options or exchange.value <= 0:
            continue
        if good is not None and good.kind == "metal":
            continue  # metal that no stream shows is a hole in the account, which the balance reports; it is not made up here
        carried_ = bought(step.firm, exchange.good)
        amount = exchange.value * main.amount
        source = source_of(step.firm, exchange.good, step.stage)
        _burden(step, source, amount * carried_.value, main.stream, exchange.value * carried_.value)
        fuel = factors.combustion.get(exchange.good)
        if fuel is not None and burns:
            key = Source("fuel", f"burnt:{exchange.good}", step.stage)
            eq.carried[key.key] = fuel
            _burden(step, key, amount * fuel.value, main.stream, exchange.value * fuel.value)
        eq.completed.append((step.firm, step.process, exchange.good, amount))


def _shares(
    step: Step, book: Book, rule: str, weights: tuple[Mapping[str, Factor], Mapping[str, Factor]] | None
) -> list[float]:
    product = book.main_product(step.process)
    parts: list[float] = []
    if not step.made:
        return parts
    for flow in step.made:
        good = book.library.goods.get(flow.good)
        kind = good.kind if good is not None else ""
        if flow.good == product:
            parts.append(1.0 if rule == "main" else (flow.amount or 0.0) * _weight(flow, rule, weights))
        elif rule == "main" or kind in ("residue", "emission", "water") or (rule == "scrap_free" and kind == "scrap"):
            parts.append(0.0)
        else:
            parts.append((flow.amount or 0.0) * _weight(flow, rule, weights))
    total = sum(parts)
    if total > 0:
        return [p / total for p in parts]
    mains = [f.good == product for f in step.made]
    if any(mains):
        return [float(m) / sum(mains) for m in mains]
    return [1.0 / len(parts)] * len(parts)


def _weight(flow: Flow, rule: str, weights: tuple[Mapping[str, Factor], Mapping[str, Factor]] | None) -> float:
    if weights is None:
        return 1.0
    factor = weights[1 if rule == "value" else 0].get(flow.stream)
    return max(factor.value, 0.0) if factor is not None else 0.0


def _row(store: Store, book: Book, eq: Equations, bought: Any) -> None:
    """What flows in; a store that nothing fills is drawn from stock and carries what the good would carry from outside."""
    i = eq.index[store]
    firm, good = store
    amount = sum(f.amount or 0.0 for f in eq.into[store]) - eq.lost[store]
    if amount <= 0:
        eq.through.append(0.0)
        eq.matrix.append((i, i, 1.0))
        default = bought(firm, good)
        eq.fixed[store] = default
        eq.burden.append((i, source_of(firm, good, book.stage(good)), default.value))
        if default.value:
            eq.assumptions.append(f"{book.short(firm)}的{book.names(good)[0]}没有来路，按区外缺省计")
        return
    eq.through.append(amount)
    eq.matrix.append((i, i, amount))
    for flow in eq.into[store]:
        if foreign(book, flow):
            value = bought(firm, good).value
            if value:
                eq.burden.append((i, source_of(firm, good, book.stage(good)), (flow.amount or 0.0) * value))
            if flow.kind == "made":
                eq.assumptions.append(f"{book.short(firm)}的{book.names(good)[0]}没有工序，按区外缺省计")
        elif flow.kind == "moved":
            eq.matrix.append((i, eq.index[flow.firm, good], -(flow.amount or 0.0)))


def _hand_out(step: Step, eq: Equations) -> None:
    for flow, share in zip(step.made, step.shares, strict=True):
        store = (step.firm, flow.good)
        if not share or store in eq.fixed:
            continue
        i = eq.index[store]
        for used in step.used:
            eq.matrix.append((i, eq.index[step.firm, used.good], -share * (used.amount or 0.0)))
        for source, amount in step.burden:
            eq.burden.append((i, source, share * amount))
