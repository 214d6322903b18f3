"""Gaps that flows show: works without feed, metal that leaves unprocessed, by-products that would replace what is bought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lvlian.chain.atlas.grid import LOOP
from lvlian.chain.atlas.look import Draft, Look, span, streams_of, yuan
from lvlian.chain.atlas.record import AtlasNode
from lvlian.chain.layers import Flow

MAIN_SHARE = 0.8
"""From so many units per unit made on, an input counts as what the product is made from."""


def idle(look: Look) -> Iterator[Draft]:
    """Capacity without feed while the feed leaves the region."""
    s = look.survey
    for node in look.nodes.values():
        load = node.load
        if node.support or load is None or load >= look.t.load_low or node.output is None or node.column == LOOP:
            continue
        if not node.works or node.capacity is None or all(look.outlet(g) for g in node.goods):
            continue
        for process, x in ((p, x) for p in look.running(node.id) for x in p.inputs):
            good = look.goods.get(x.good)
            if good is None or good.metal != s.book.region.metal or not good.content.value or x.value <= 0:
                continue
            # what could be had without buying: what leaves, as it is or cast only to be melted again elsewhere
            feed = {x.good, *good.any_of}
            away = [f for g in sorted(feed) for f in s.sold.get(s.grid.group_of(g), ()) if f.good in feed]
            cast = [f for flows in s.sold.values() for f in flows if f.good not in feed and look.remelted(f.good, feed)]
            free = s.amount(away) + s.amount(cast)
            short = (node.capacity - node.output) * x.value
            amount = min(short, free) * look.year
            if amount <= 0 or free <= 0:
                continue
            gain = look.added(process, x.good, x.value)
            value = span([gain] if gain is not None else [], amount)
            zh, en = look.name(x.good)
            had_zh, had_en = yuan(value)
            yield {
                "kind": "idle",
                "nodes": (node.id,),
                "title_zh": f"{node.zh}吃不饱",
                "title_en": f"{node.en}: works stand idle",
                "evidence_zh": f"负荷 {load:.0%}，全年少用{zh} {look.wt(short * look.year, good.unit)}；同期可供而外走的 {look.wt(free * look.year, good.unit)}",
                "evidence_en": f"load {load:.0%}, short of {look.kt(short * look.year, good.unit)} a year of {en} while {look.kt(free * look.year, good.unit)} leave the region",
                "brings_zh": f"{zh}改供 {look.wt(amount, good.unit)}，不花投资；{had_zh}",
                "brings_en": f"{look.kt(amount, good.unit)} of {en} redirected without investment; {had_en}",
                "metal": amount * good.content.value,
                "value": value,
                "effects": (("load", node.id, load, min(1.0, load + amount / x.value / look.year / node.capacity)),),
                "streams": streams_of(s.made.get(node.id, ()), away, cast),
                "arithmetic": (
                    f"{node.output:,.0f} ÷ {node.capacity:,.0f} = {load:.1%}",
                    f"({node.capacity:,.0f} − {node.output:,.0f}) × {x.value:g} × {look.year:g} = {short * look.year:,.0f}",
                    f"min({short * look.year:,.0f}, {free * look.year:,.0f}) = {amount:,.0f}",
                ),
                "assumptions": look.notes(x.good, process.product),
            }
            break


def unprocessed(look: Look) -> Iterator[Draft]:
    """Metal of a first-processing or primary link that leaves although the library knows what else could be made of it."""
    s = look.survey
    for node in look.nodes.values():
        if node.support or node.column not in ("primary", "casting") or not node.output or node.leaving <= 0:
            continue
        share = node.leaving / max(node.output, node.leaving)  # what was drawn from stock leaves too
        content = look.goods[node.goods[0]].content.value
        if share < look.t.leaving_share or node.leaving * content < look.t.leaving_metal * look.metal:
            continue
        amount = node.leaving * look.year
        next_, gains = [], []
        for process, taken in look.users(node.goods):
            if process.stage.id in ("recycled", "residue") or process.product in node.goods:
                continue
            next_.append(process)
            gain = look.added(process, node.goods[0], taken)
            if gain is not None:
                gains.append(gain)
        if not next_:
            continue
        groups = list(dict.fromkeys(s.grid.group_of(p.product) for p in next_))
        projects = tuple(p for g in groups for p in s.projects.get(g, ()))
        at_hand = {p.good for p in projects}
        own = [
            g
            for p in next_
            if p.product in at_hand and (g := look.added(p, node.goods[0], _taken(look, p, node))) is not None
        ]
        value = span(own or gains, amount)
        had_zh, had_en = yuan(value)
        into_zh = "、".join(dict.fromkeys(look.name(p.product)[0] for p in next_[:4]))
        into_en = ", ".join(dict.fromkeys(look.name(p.product)[1] for p in next_[:4]))
        yield {
            "kind": "unprocessed",
            "nodes": (node.id,),
            "title_zh": f"{node.zh}外销",
            "title_en": f"{node.en} leaves the region",
            "evidence_zh": f"全年 {look.wt(amount, node.unit)}，占{node.zh} {share:.0%}",
            "evidence_en": f"{look.kt(amount, node.unit)} a year, {share:.0%} of its output",
            "brings_zh": f"可就地做{into_zh}；{had_zh}",
            "brings_en": f"could become {into_en}; {had_en}",
            "metal": amount * content,
            "value": value,
            "effects": (("kept", node.id, 1 - min(share, 1.0), 1.0),),
            "projects": projects,
            "streams": streams_of(s.sold.get(node.id, ())),
            "arithmetic": (
                f"{node.leaving:,.0f} ÷ {max(node.output, node.leaving):,.0f} = {share:.1%}",
                f"{node.leaving:,.0f} × {look.year:g} = {amount:,.0f}",
            ),
            "assumptions": look.notes(node.goods[0], *(p.product for p in next_)),
        }


def _taken(look: Look, process: Any, node: AtlasNode) -> float:
    return next((taken for p, taken in look.users(node.goods) if p.id == process.id), 0.0)


def replaceable(look: Look) -> Iterator[Draft]:
    """What is bought outside while a by-product of the region that would do leaves it or is laid aside; one gap per pair of links."""
    s = look.survey
    outward: dict[str, list[Flow]] = {}
    for flows in s.sold.values():
        for f in flows:
            outward.setdefault(f.good, []).append(f)
    for group, flows in s.bought.items():
        pairs: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
        for good_id in dict.fromkeys(f.good for f in flows):
            good = look.goods.get(good_id)
            if good is None or good.kind == "energy":
                continue
            for other, factor, by in _stands_in(look, good_id):
                entry = look.goods.get(other)
                if (
                    other in outward
                    and entry is not None
                    and entry.kind in ("scrap", "residue", "byproduct", "reagent")
                ):
                    pairs.setdefault((s.grid.group_of(other), by), []).append((good_id, other, factor))
        for (_, by), found in pairs.items():
            if (draft := _replaced(look, group, flows, outward, found, by)) is not None:
                yield draft


def _replaced(
    look: Look,
    group: str,
    bought: list[Flow],
    outward: dict[str, list[Flow]],
    found: list[tuple[str, str, float]],
    by: str,
) -> Draft | None:
    """`by`: the process that would have to be built first, empty where the by-product will do as it is."""
    s = look.survey
    goods = dict.fromkeys(g for g, _, _ in found)
    others: dict[str, float] = {}
    for _, other, factor in found:
        others.setdefault(other, factor)
    need = [f for f in bought if f.good in goods]
    away = [f for other in others for f in outward[other]]
    offered = sum((f.value or 0.0) * others[f.good] for f in away)
    wanted = s.amount(need)
    amount = min(wanted, offered) * look.year
    if amount < look.t.replace_least:
        return None
    first, second = look.goods[next(iter(goods))], look.goods[next(iter(others))]
    zh, en = (first.zh, first.en) if len(goods) == 1 else (f"{first.zh}等", f"{first.en} and others")
    names = [look.name(o) for o in others]
    other_zh, other_en = "、".join(n[0] for n in names[:3]), ", ".join(n[1] for n in names[:3])
    prices = [p.value for g in goods if (p := look.prices.get(g)) is not None]
    saved = f"；少外购约 {amount * min(prices) / 1e8:.2f} 亿元" if prices else ""
    return {
        "kind": "makeable" if by else "replaceable",
        "nodes": (group,) if group in look.nodes else (),
        "title_zh": f"外购{zh}可用本地{other_zh}" + (f"做（{look.processes[by].zh}）" if by else ""),
        "title_en": f"bought {en} could be {'made of ' if by else ''}local {other_en}",
        "evidence_zh": f"全年外购 {look.wt(wanted * look.year, first.unit)}，同期{other_zh}外运 {look.wt(s.amount(away) * look.year, second.unit)}",
        "evidence_en": f"{look.kt(wanted * look.year, first.unit)} a year bought while {look.kt(s.amount(away) * look.year, second.unit)} of {other_en} leave",
        "brings_zh": f"替代 {look.wt(amount, first.unit)}{saved}",
        "brings_en": f"{look.kt(amount, first.unit)} replaced",
        "metal": amount * first.content.value if first.metal == s.book.region.metal else None,
        "value": None,
        "projects": tuple(s.projects.get(group, ())),
        "streams": streams_of(need, away),
        "arithmetic": (f"min({wanted:,.0f}, {offered:,.0f}) × {look.year:g} = {amount:,.0f}",),
        "assumptions": (f"按可替代计，未核成分与运距：{other_zh} → {zh}",),
    }


def _stands_in(look: Look, good_id: str) -> Iterator[tuple[str, float, str]]:
    """By-products that may take a good's place: itself, its alternatives, or what a process makes it from (named if none runs here)."""
    good = look.goods[good_id]
    yield good_id, 1.0, ""
    for option in good.any_of:
        yield option, 1.0, ""
    same = look.survey.grid.group_of(good_id)
    for option in look.survey.grid.members(same):
        entry = look.goods.get(option)
        if entry is not None and option != good_id and option not in good.any_of and entry.kind == good.kind == "scrap":
            yield option, 1.0, ""
    for process, given in look.givers.get(good_id, ()):
        for x in process.inputs:
            entry = look.goods.get(x.good)
            if entry is None or entry.kind not in ("residue", "byproduct", "scrap") or x.good == good_id:
                continue
            if x.value >= MAIN_SHARE * given:  # it is what the product is made from, not one thing among others
                yield x.good, given / x.value, "" if process.id in look.lines else process.id


def unrecovered(look: Look) -> Iterator[Draft]:
    """By-products that a running recipe could give and that no flow of the account shows."""
    s = look.survey
    made = {f.good for flows in (*s.made.values(), *s.beside.values()) for f in flows}
    for group in s.made:
        for process in look.running(group):
            output = sum(f.value or 0.0 for f in s.made.get(group, ()) if f.process == process.id)
            for x in process.flows("byproduct", "output"):
                good = look.goods.get(x.good)
                if good is None or good.kind != "byproduct" or x.good in made or output <= 0 or x.value <= 0:
                    continue
                amount = x.value * output * look.year
                price = look.prices.get(x.good)
                value = (amount * price.value, amount * price.value) if price else None
                zh, en = look.name(x.good)
                yield {
                    "kind": "unrecovered",
                    "nodes": (group,),
                    "title_zh": f"{process.zh}没有收{zh}",
                    "title_en": f"no {en} is recovered",
                    "evidence_zh": f"配方每单位可得 {x.value:g} {good.unit}，全年约 {look.wt(amount, good.unit)}，无人报",
                    "evidence_en": f"the recipe gives {x.value:g} {good.unit} per unit, about {look.kt(amount, good.unit)} a year, nobody reports any",
                    "brings_zh": f"增收{zh}",
                    "brings_en": f"{en} as a further product",
                    "metal": None,
                    "value": value,
                    "streams": streams_of([f for f in s.made.get(group, ()) if f.process == process.id]),
                    "arithmetic": (f"{output:,.0f} × {x.value:g} × {look.year:g} = {amount:,.2f}",),
                    "assumptions": (f"{x.zh}：{x.source}",),
                }
