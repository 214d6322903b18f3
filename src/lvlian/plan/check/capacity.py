"""Capacity of consumers against the metal, alumina and anodes that feed them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lvlian.chain.product import Product
from lvlian.finding import Finding, Severity
from lvlian.plan.check.case import Case, Step, Target
from lvlian.plan.check.figure import shown
from lvlian.plan.check.name import same_firm
from lvlian.plan.check.rule import check

TEN_THOUSAND = Decimal(10_000)
_CONSUMERS = ("casting", "semis", "deep", "application")
_METAL = "liquid_aluminium"
_MOST_PLANTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A project with a capacity in tonnes a year (`low`..`high`) and the product that the library sees in it."""

    step: Step
    product: Product
    low: Decimal
    high: Decimal

    def told(self) -> str:
        """`120`, `6–8`: capacity in 万吨."""
        return shown(self.low / TEN_THOUSAND) + (f"–{shown(self.high / TEN_THOUSAND)}" if self.high != self.low else "")


def plants(case: Case) -> list[Plant]:
    """Each project with a capacity in tonnes once, however many steps it has."""
    out: list[Plant] = []
    seen: set[int] = set()
    of_product: dict[str, list[Plant]] = {}
    for step in case.steps:
        dimension, scale = case.unit(step.milestone.capacity_unit)
        if dimension != "mass" or step.low is None or step.high is None or step.low <= 0:
            continue
        product = case.library.product_of(step.milestone.product or "") or case.library.product_of(
            step.milestone.project
        )
        if product is None or id(step) in seen:
            continue
        seen.update(id(other) for other in case.kin(step))
        alike = of_product.setdefault(product.id, [])
        if any(p.step.section != step.section and same_firm(p.step.owner, step.owner) for p in alike[:_MOST_PLANTS]):
            continue  # the same plant again in an annex, perhaps with another figure
        out.append(Plant(step=step, product=product, low=step.low * scale, high=max(step.low, step.high) * scale))
        alike.append(out[-1])
    return out


def metal_supply(case: Case, listed: Sequence[Plant]) -> tuple[Decimal, list[Target | Step]]:
    """Tonnes of primary metal a year: the largest goal, or the capacity of the smelters listed, whichever is more."""
    goals = [
        t
        for t in case.targets
        if t.dimension == "mass"
        and t.goal.mode == "level"
        and (indicator := case.library.indicator_of(t.goal.indicator)) is not None
        and indicator.id == "primary_output"
    ]
    best = max(goals, key=lambda t: t.value * t.scale, default=None)
    smelters = [p for p in listed if p.product.id == _METAL]
    capacity = sum((p.low for p in smelters), Decimal(0))
    if best is not None and best.value * best.scale >= capacity:
        return best.value * best.scale, [best]
    return capacity, [p.step for p in smelters]


def _sum(group: Sequence[Plant]) -> tuple[Decimal, Decimal]:
    return sum((p.low for p in group), Decimal(0)), sum((p.high for p in group), Decimal(0))


def _span(low: Decimal, high: Decimal) -> str:
    return shown(low / TEN_THOUSAND, 1) + (f"–{shown(high / TEN_THOUSAND, 1)}" if high != low else "")


@check(
    "capacity-metal",
    family="capacity",
    zh="下游产能与铝液供应",
    en="processing capacity against metal",
    needs=("milestones",),
    severities=("notice", "agrees"),
    meaning="列出的铝加工产能合计，与电解铝产量（或产能）比；另按工序换算需铝量：下限为上道供下道、新废料全部回炉，上限为互不供料。",
)
def capacity_metal(case: Case) -> Iterator[Finding]:
    """All processing listed, first-stage casting, and the metal that they ask for against the metal at hand."""
    listed = plants(case)
    supply, sources = metal_supply(case, listed)
    users = [p for p in listed if p.product.metal == "aluminium" and p.product.stage.id in _CONSUMERS]
    if supply <= 0 or len(users) < 2:
        return
    recycled = [p for p in listed if p.product.id == "recycled_aluminium"]
    low, high = _sum(users)
    again = _sum(recycled)[0]
    metal = supply + again
    limit = case.assumed["capacity_over_metal"]
    severity: Severity = "notice" if low > metal * limit.value else "agrees"
    tons = shown(supply / TEN_THOUSAND)
    lines = [
        f"下游合计 {' + '.join(p.told() for p in users)} = {_span(low, high)} {'>' if low > supply else '≤'} {tons}（万吨/年）"
    ]
    if again:
        sign = "<" if low > metal else "≥"
        lines.append(
            f"加再生铝 {tons} + {' + '.join(p.told() for p in recycled)} = {shown(metal / TEN_THOUSAND)} {sign} {_span(low, high)}（万吨/年）"
        )
    first = [p for p in users if p.product.stage.id == "casting" and any(r.of == _METAL for r in p.product.recipes)]
    if first:
        amount = _sum(first)
        lines.append(
            f"其中直接用铝液的初加工 {' + '.join(p.told() for p in first)} = {_span(*amount)} {'>' if amount[0] > supply else '≤'} {tons}（万吨/年）"
        )
    demand = case.library.metal_demand([(p.product.id, float(p.low)) for p in users])
    if demand.lines:
        need = Decimal(repr(round(demand.low, 3))), Decimal(repr(round(demand.high, 3)))
        skipped = sum(tonnes for _, tonnes in demand.skipped)
        left = f"，另有 {shown(Decimal(repr(skipped)) / TEN_THOUSAND)} 万吨产品没有换算系数，未计" if skipped else ""
        lines.append(f"换算需铝 {_span(*need)} 万吨/年（上下道互供—互不供料）{left}")
    over = shown(low / supply, 1)
    yield case.finding(
        "capacity-metal",
        severity,
        f"列出的下游产能合计 {_span(low, high)} 万吨/年，电解铝 {tons} 万吨/年"
        + (f"，约为 {over} 倍，原料来源待核对。" if severity == "notice" else "，铝液够用。"),
        f"Processing capacity listed is {_span(low, high)} ×10⁴ t/a, primary metal {tons} ×10⁴ t/a"
        + (f" (about {over} times)." if severity == "notice" else ": enough."),
        [*sources, *(p.step for p in users), *(p.step for p in recycled)],
        lines,
        [limit],
    )


@check(
    "liquid-conversion",
    family="capacity",
    zh="就地转化率与用铝液产能",
    en="local conversion against casting capacity",
    needs=("goals", "milestones"),
    severities=("notice", "agrees"),
    meaning="铝液就地转化率目标 × 电解铝产量，与列出的初加工产能（棒、锭、铸轧、杆）比；产能不足且加上其他加工仍不足时提示。",
)
def liquid_conversion(case: Case) -> Iterator[Finding]:
    """The metal that is to be converted in liquid form against the plants that can take it."""
    listed = plants(case)
    supply, sources = metal_supply(case, listed)
    users = [p for p in listed if p.product.metal == "aluminium" and p.product.stage.id in _CONSUMERS]
    first = [p for p in users if p.product.stage.id == "casting"]
    rates = [
        t
        for t in case.targets
        if t.dimension == "share"
        and (i := case.library.indicator_of(t.goal.indicator)) is not None
        and i.id == "liquid_local_conversion"
    ]
    rate = max(rates, key=lambda t: t.value, default=None)
    if rate is None or supply <= 0 or len(users) < 2:
        return
    needed = supply * rate.value / 100
    direct, widest = _sum(first)[1], _sum(users)[1]
    if direct < needed <= widest:
        return
    severity: Severity = "agrees" if direct >= needed else "notice"
    sign = "≥" if severity == "agrees" else "<"
    able = direct if severity == "agrees" else widest
    yield case.finding(
        "liquid-conversion",
        severity,
        f"就地转化 {shown(rate.value)}% 需消化铝液 {shown(needed / TEN_THOUSAND, 1)} 万吨/年，列出的{'初加工' if severity == 'agrees' else '全部加工'}产能 "
        f"{shown(able / TEN_THOUSAND, 1)} 万吨/年，{'够用' if severity == 'agrees' else '不够'}。",
        f"Converting {shown(rate.value)} % locally means {shown(needed / TEN_THOUSAND, 1)} ×10⁴ t/a of liquid metal; "
        f"plants listed can take {shown(able / TEN_THOUSAND, 1)}.",
        [rate, *sources, *(p.step for p in (first if severity == "agrees" else users))],
        [
            f"{shown(supply / TEN_THOUSAND)} × {shown(rate.value)}% = {shown(needed / TEN_THOUSAND, 1)}（万吨/年）",
            f"{shown(able / TEN_THOUSAND, 1)} {sign} {shown(needed / TEN_THOUSAND, 1)}（万吨/年）",
        ],
    )


@check(
    "feed-supply",
    family="capacity",
    zh="氧化铝、阳极与电解铝",
    en="alumina and anodes for the smelter",
    needs=("milestones",),
    severities=("notice", "agrees"),
    meaning="列出的预焙阳极、氧化铝产能，与电解铝产量按单耗推得的需求比；不足部分须外购。",
)
def feed_supply(case: Case) -> Iterator[Finding]:
    """Anode and alumina capacity listed against what the smelter takes."""
    listed = plants(case)
    supply, sources = metal_supply(case, listed)
    for product, assumption in (("anode", "anode_per_tonne"), ("alumina", "alumina_per_tonne")):
        makers = [p for p in listed if p.product.id == product]
        assumed = case.assumed[assumption]
        if not makers or supply <= 0:
            continue
        have = _sum(makers)[1]
        low, high = supply * assumed.low, supply * assumed.high
        severity: Severity = "agrees" if have >= low else "notice"
        name = makers[0].product.zh
        sign = "≤" if have >= high else ">" if have < low else "≈"
        yield case.finding(
            "feed-supply",
            severity,
            f"电解铝 {shown(supply / TEN_THOUSAND)} 万吨/年需{name} {_span(low, high)} 万吨/年，列出 {shown(have / TEN_THOUSAND)} 万吨/年"
            + ("，够用。" if severity == "agrees" else f"，其余 {_span(low - have, high - have)} 万吨/年没有写来源。"),
            f"{shown(supply / TEN_THOUSAND)} ×10⁴ t/a of metal take {_span(low, high)} ×10⁴ t/a of {makers[0].product.en}; {shown(have / TEN_THOUSAND)} are listed.",
            [*sources, *(p.step for p in makers)],
            [
                f"{shown(supply / TEN_THOUSAND)} × {shown(assumed.low)}–{shown(assumed.high)} = {_span(low, high)} {sign} {shown(have / TEN_THOUSAND)}（万吨/年）"
            ],
            [assumed],
        )
