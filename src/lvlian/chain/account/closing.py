"""What is known without a report: purchases and sales beyond the region, stocks, the balances, the relations of the library."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lvlian.chain.account.placing import read
from lvlian.chain.region import OUTSIDE

if TYPE_CHECKING:
    from lvlian.chain.account.build import Builder
    from lvlian.chain.account.relations import Ratio, Recipe

FALLBACK_SCALE = 1000.0
"""Tonnes of product of a process of which no figure at all is known; only there for the sd of its relations."""
TRADED = ("metal", "ore", "scrap", "intermediate", "part")
"""Kinds of goods whose purchase or sale is a stream of its own also where nobody reports it."""


def close(b: Builder) -> None:
    """Complete the network: flows of every line, the boundary, balances, relations, totals."""
    for (firm, process), recipe in list(b.runs.items()):
        _flows(b, firm, process, recipe)
    _boundary(b)
    _scales(b)
    _others(b)
    _stocks(b)
    for (firm, process), recipe in b.runs.items():
        _balance(b, firm, process, recipe)
    for slack, source, target, good, share, cite in b.ways:
        flow = b.index[f"moved:{source}>{target}/{good}"]
        there = b.index[f"arrived:{source}>{target}/{good}"]
        size = _middle([*b.said.get(flow, ()), *b.said.get(there, ())]) or b.through(target, good) or FALLBACK_SCALE
        b.read(slack, 0.0, share * size, "relation", note=cite)
    _totals(b)
    _values(b)
    for (firm, good), terms in b.stores.items():
        if len(terms) > 1:
            b.node("store", terms, firm, good)


def _middle(values: Iterable[float]) -> float:
    """The lower median of sizes: one figure ten times too large must not widen what it is compared with."""
    sizes = sorted(abs(v) for v in values if v)
    return sizes[(len(sizes) - 1) // 2] if sizes else 0.0


def _flows(b: Builder, firm: str, process: str, recipe: Recipe) -> None:
    own = {recipe.product, *(r.good for r in recipe.scraps)}
    known = []
    for r in recipe.charge:
        entry = b.library.goods.get(r.good)
        known += [g for g in (r.good, *(entry.any_of if entry else ())) if g not in own and b.stores.get((firm, g))]
    for good in dict.fromkeys(known or [r.good for r in recipe.charge]):
        b.used(firm, process, good)
    for (owner, good), terms in list(b.stores.items()):  # bought scrap that nothing in the firm is known to take
        kinds = {b.streams[k].kind for k, _ in terms}
        bought = (firm, good) in b.asked or any(c > 0 and b.streams[k].kind in ("moved", "arrived") for k, c in terms)
        if owner == firm and bought and not kinds & {"used", "made"} and process in b.users(firm, good):
            for each in b.users(firm, good):
                b.used(firm, each, good)
    for r in recipe.inputs:
        b.used(firm, process, r.good)
    for r in (*recipe.scraps, *recipe.residues, *recipe.others):
        b.made(firm, process, r.good)


def _boundary(b: Builder) -> None:
    """Unmeasured trade with partners that nobody named, where the links are not known to be all."""
    waiting = {(firm, s.good, side) for s, side, firm in b.pending}
    for (firm, good), terms in list(b.stores.items()):
        entry = b.library.goods.get(good)
        traded = entry is not None and entry.kind in TRADED
        if (firm, good) in b.region.complete:
            continue
        kinds = [(b.streams[k], c) for k, c in terms]
        made = any(s.kind == "made" for s, _ in kinds)
        bought = [s for s, c in kinds if c > 0 and s.kind in ("moved", "arrived")]
        taken = any(c < 0 and s.kind in ("used", "moved") for s, c in kinds)
        sold = [s for s, c in kinds if c < 0 and s.kind == "moved"]
        local = good in b.sources.local
        wanted = (firm, good, "received") in waiting
        if not any(s.firm == OUTSIDE for s in bought):
            lacking = not made and not bought and (traded or len(terms) > 1 or wanted)
            if lacking or (bought and traded and not local) or (wanted and not bought):
                b.moved(OUTSIDE, firm, good)
        wanted = (firm, good, "sent") in waiting
        if not any(s.partner == OUTSIDE for s in sold):
            leaves = made and (traded or len(terms) > 1) and not (local and taken)
            if leaves or (not taken and bought and not made) or (wanted and not sold):
                b.moved(firm, OUTSIDE, good)


def _scales(b: Builder) -> None:
    for (firm, process), recipe in b.runs.items():
        if (firm, process) in b.scale:
            continue
        found = list(b.said.get(b.index[f"made:{firm}/{process}/{recipe.product}"], ()))
        for r in (*recipe.charge, *recipe.inputs):
            if r.value <= 0 or (len(recipe.charge) > 1 and r in recipe.charge):
                continue
            k = b.index.get(f"used:{firm}/{process}/{r.good}")
            if k is not None and b.said.get(k):
                found += [v / r.value for v in b.said[k]]
            elif r in recipe.charge and len(b.users(firm, r.good)) == 1:
                arrived = [_middle(b.said[k]) for k, c in b.stores.get((firm, r.good), ()) if c > 0 and b.said.get(k)]
                if arrived:
                    found.append(sum(arrived) / r.value)
        size = _middle(found)
        if not size:
            line = next((line for line in b.firms[firm].lines if line.process == process), None)
            size = (line.capacity or 0.0) / 12 if line is not None else 0.0
        b.scale[firm, process] = size or FALLBACK_SCALE


def _others(b: Builder) -> None:
    """Energy that a firm takes beside its processes: lighting, workshops, losses."""
    for (firm, good), terms in list(b.stores.items()):
        share = b.sources.other_use.get(good)
        bought = [k for k, c in terms if c > 0]
        if share is None or not bought or not any(b.streams[k].kind == "used" for k, _ in terms):
            continue
        other = b.used(firm, "", good)
        slack = b.add("slack", good, firm, process="other_use")
        b.node("relation", [(other, 1.0), *((k, -share[0]) for k in bought), (slack, -1.0)], firm, good, "other_use")
        size = b.through(firm, good) or FALLBACK_SCALE
        b.read(
            slack,
            0.0,
            share[1] * size,
            "relation",
            note=f"{b.firms[firm].short} 工序外用{b.library.goods[good].zh} {share[0]:.1%}（假设）",
        )


def _stocks(b: Builder) -> None:
    for (firm, good), (value, sd) in b.carried.items():
        if (
            firm in b.firms
            and good in b.library.goods
            and good not in b.sources.unstorable
            and b.stores.get((firm, good))
        ):
            b.read(b.level(firm, good)[0], value, sd, "carried", note="上月期末平衡数")
    for (firm, good), terms in list(b.stores.items()):
        if good in b.sources.unstorable or (firm, good) in b.levels or len(terms) < 2:
            continue
        entry = b.library.goods.get(good)
        residue = entry is not None and entry.kind == "residue"
        share = b.sources.residue_unreported if residue else b.sources.stock_unreported
        sd = share * (b.through(firm, good) or FALLBACK_SCALE)
        k = b.add("stock", good, firm)
        b.stores[firm, good].append((k, -1.0))
        b.read(
            k,
            0.0,
            sd,
            "assumed",
            note=f"{b.firms[firm].short} {b.library.goods[good].zh}库存未报，变动按 0 ± {share:.0%}×流量计（假设）",
        )


def _balance(b: Builder, firm: str, process: str, recipe: Recipe) -> None:
    product = b.index[f"made:{firm}/{process}/{recipe.product}"]
    scale = b.scale[firm, process]
    if recipe.metallic:
        _metal(b, firm, process, recipe, product, scale)
    for r in (*recipe.inputs, *recipe.others):
        k = b.index.get(f"{'used' if r in recipe.inputs else 'made'}:{firm}/{process}/{r.good}")
        if k is not None:
            value, sd = _own(b, firm, process, r)
            _relation(b, firm, process, r.good, [(k, 1.0), (product, -value)], sd * scale, r.cite)


def _own(b: Builder, firm: str, process: str, r: Ratio) -> tuple[float, float]:
    """The firm's own figure for a ratio (facts `process.good` and `process.good.sd`) before the library's."""
    facts = b.firms[firm].facts
    value, sd = facts.get(f"{process}.{r.good}"), facts.get(f"{process}.{r.good}.sd")
    if not isinstance(value, int | float):
        return r.value, r.sd
    return float(value), float(sd) if isinstance(sd, int | float) else abs(float(value)) * 0.01


def _metal(b: Builder, firm: str, process: str, recipe: Recipe, product: int, scale: float) -> None:
    """Metal in = product + scrap + residues + lost; metal in = need × product ± what the library's range leaves open."""
    taken: list[tuple[int, float]] = []
    given: list[tuple[int, float]] = [(product, recipe.content)]
    sd2 = (recipe.need_sd * scale) ** 2
    for (owner, good), terms in b.stores.items():
        if owner != firm:
            continue
        entry = b.library.goods.get(good)
        content = entry.content.value if entry is not None and entry.metal == recipe.metal else 0.0
        for k, _ in terms:
            stream = b.streams[k]
            if stream.process != process or not content:
                continue
            if stream.kind == "used":
                taken.append((k, content))
                if entry is not None and good not in {r.good for r in recipe.charge}:
                    wide = (entry.content.high - entry.content.low) / b.sources.range_in_sd
                    sd2 += (wide * (_middle(b.said.get(k, ())) or b.through(firm, good))) ** 2
            elif stream.kind == "made" and k != product:
                given.append((k, content))
    lost = b.add("lost", recipe.product, firm, process=process, unit="t")
    _node_with_contents(b, firm, process, taken, [*given, (lost, 1.0)])
    # what is shed follows from need − product − scrap: the relation is written over what leaves, so that contents stand in one place
    _relation(b, firm, process, "need", [*given, (lost, 1.0), (product, -recipe.need)], sd2**0.5, recipe.cite)
    residues = [(b.index[f"made:{firm}/{process}/{r.good}"], r) for r in recipe.residues]
    shed = [(lost, 1.0), *((k, r.content) for k, r in residues)]
    for k, r in residues:
        if r.good not in recipe.tied:
            _relation(b, firm, process, r.good, [(k, 1.0), (product, -r.value)], r.sd * scale, r.cite)
            continue
        ratio = r.value / recipe.shed if recipe.shed else 0.0
        sd = b.sources.residue_tie * r.value * scale
        _relation(b, firm, process, r.good, [(k, 1.0), *((j, -ratio * c) for j, c in shed)], sd, r.cite)
    if recipe.scraps:
        sd = max(b.sources.loss_tie * recipe.shed, 0.001 * recipe.content) * scale
        _relation(b, firm, process, "loss", [*shed, (product, -recipe.shed)], sd, recipe.cite)
        for r in recipe.scraps[1:]:
            k = b.index[f"made:{firm}/{process}/{r.good}"]
            _relation(b, firm, process, r.good, [(k, 1.0), (product, -r.value)], r.sd * scale, r.cite)


def _node_with_contents(
    b: Builder, firm: str, process: str, taken: list[tuple[int, float]], given: list[tuple[int, float]]
) -> None:
    """The balance of metal; where a firm reports the content of a good, content × mass stands in it."""
    linear, products = [], []
    for sign, side in ((1.0, taken), (-1.0, given)):
        for k, c in side:
            content = b.contents.get((firm, b.streams[k].good)) if b.streams[k].kind in ("used", "made") else None
            if content is None:
                linear.append((k, sign * c))
            else:
                products.append((k, content, sign))
    b.node("process", linear, firm, process=process, products=products)


def _relation(
    b: Builder, firm: str, process: str, name: str, terms: list[tuple[int, float]], sd: float, cite: str
) -> None:
    slack = b.add("slack", name, firm, process=process)
    b.node("relation", [*terms, (slack, -1.0)], firm, name, process)
    b.read(slack, 0.0, sd, "relation", note=cite)


def _totals(b: Builder) -> None:
    """Figures over several streams: where only one stream is meant the figure reads it."""
    sums: dict[tuple[str, str, str], int] = {}
    for s, side, firm in b.pending:
        parts = _parts(b, side, firm, s.good)
        if not parts:
            b.miss(s, "没有它可以合计的流", "there is no flow that it could be the sum of")
            continue
        if len(parts) == 1:
            read(b, parts[0], s)
            continue
        key = (side, firm, s.good)
        if key not in sums:
            k = sums[key] = b.add("total", s.good, firm, process=side)
            b.node("total", [(k, 1.0), *((p, -1.0) for p in parts)], firm, s.good, side)
        read(b, sums[key], s)


def _parts(b: Builder, side: str, firm: str, good: str) -> list[int]:
    if side == "hauled":
        return [
            k
            for k, s in enumerate(b.streams)
            if s.kind == "moved" and s.good == good and not s.boundary and (not firm or s.firm == firm)
        ]
    terms = b.stores.get((firm, good), ())
    if side == "made":
        return [k for k, _ in terms if b.streams[k].kind == "made"]
    if side == "used":
        return [k for k, _ in terms if b.streams[k].kind == "used"]
    if side == "sent":
        return [k for k, c in terms if c < 0 and b.streams[k].kind == "moved"]
    return [k for k, c in terms if c > 0 and b.streams[k].kind in ("moved", "arrived")]


def _values(b: Builder) -> None:
    """Output value = Σ price × made; a value without a price stands by itself, a price gives the value."""
    named: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (firm, good), terms in list(b.stores.items()):
        price = b.index.get(f"price:{firm}/{good}")
        made = [k for k, _ in terms if b.streams[k].kind == "made"]
        if price is None or not made:
            continue
        value = b.add("value", good, firm, unit="yuan")
        b.node("value", [(value, -1.0)], firm, good, products=[(price, k, 1.0) for k in made])
        named[firm].append((value, 1))
    for firm in b.firms:
        whole = b.index.get(f"value:{firm}/")
        products = {r.product for (owner, _), r in b.runs.items() if owner == firm}
        priced = [k for k, _ in named.get(firm, ())]
        if whole is not None and priced and len(priced) >= len(products):
            b.node("value", [(whole, -1.0), *((k, 1.0) for k in priced)], firm)
