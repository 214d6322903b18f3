"""Gaps that links show: all from outside, a thin loop, nobody there, more capacity than feed, one firm only."""

from __future__ import annotations

from collections.abc import Iterator

from lvlian.chain.atlas.grid import LOOP
from lvlian.chain.atlas.look import Draft, Look, streams_of
from lvlian.chain.atlas.record import AtlasNode, Project


def all_outside(look: Look) -> Iterator[Draft]:
    """A good of the chain that the region takes and nobody in it makes."""
    s = look.survey
    whole = sum(s.amount(s.used.get(n.id, ()), "value") for n in look.nodes.values())
    for node in look.nodes.values():
        if node.column not in ("resource", "feed") or not node.bought or node.unit == "kWh":
            continue
        local = (node.output or 0.0) / (node.bought + (node.output or 0.0))
        if local > look.t.local_low:
            continue
        cost = s.amount(s.bought.get(node.id, ()), "value")
        if whole and cost < look.t.need_share * whole:
            continue
        amount = node.bought * look.year
        value = (cost * look.year, cost * look.year) if cost else None
        coming = sum(p.capacity or 0.0 for p in node.projects)
        later = f"；满产后本地 {look.wt(coming, node.unit)}" if coming else ""
        had_zh = f"产值 +{value[1] / 1e8:.1f} 亿元（按用量与价格）" if value else "产值推不得"
        had_en = (
            f"output value +{value[1] / 1e8:.1f} hundred million yuan (use times price)"
            if value
            else "the value cannot be told"
        )
        yield {
            "kind": "all_outside",
            "nodes": (node.id,),
            "title_zh": f"{node.zh}全靠区外",
            "title_en": f"{node.en}: all from outside",
            "evidence_zh": f"全年用 {look.wt(amount, node.unit)}，本地 {local:.0%}",
            "evidence_en": f"{look.kt(amount, node.unit)} a year, {local:.0%} of it local",
            "brings_zh": f"本地供应{later}；{had_zh}",
            "brings_en": f"local supply; {had_en}",
            "metal": None,
            "value": value,
            "projects": node.projects,
            "streams": streams_of(s.bought.get(node.id, ())),
            "arithmetic": (f"{node.bought:,.0f} × {look.year:g} = {amount:,.0f}",),
            "assumptions": look.notes(*node.goods),
        }


def loop_thin(look: Look) -> Iterator[Draft]:
    """Recyclers, running and coming, against the scrap in sight."""
    s = look.survey
    months = len(s.book.months) or 1
    for node in look.nodes.values():
        if node.column != LOOP or not any(_is_scrap(look, g) for g in node.goods):
            continue
        need = s.scrap_need(node.id) * 12 / months
        seen = ((node.output or 0.0) + node.bought) * look.year
        if need <= 0 or seen >= look.t.loop_low * need:
            continue
        members = set(node.goods)
        projects = tuple(
            p for ps in s.projects.values() for p in ps if s.takes(p.process or s.usual_process(p.good), members) > 0
        )
        yield {
            "kind": "loop_thin",
            "nodes": tuple(
                dict.fromkeys([node.id, *(g for p in projects if (g := s.grid.group_of(p.good)) in look.nodes)])
            ),
            "title_zh": f"{node.zh}：先有炉，后有料",
            "title_en": f"{node.en}: furnaces before scrap",
            "evidence_zh": f"看得见的废料全年 {look.wt(seen)}，现有与在建同期需 {look.wt(need)}，{seen / need:.0%}",
            "evidence_en": f"{look.kt(seen)} of scrap in sight a year against {look.kt(need)} needed by works running and coming, {seen / need:.0%}",
            "brings_zh": f"回收网点与区外长约，补 {look.wt(need - seen)}",
            "brings_en": f"collection and contracts outside for {look.kt(need - seen)}",
            "metal": (need - seen) * look.goods[node.goods[0]].content.value,
            "value": None,
            "projects": projects,
            "streams": node.streams,
            "arithmetic": (f"{seen:,.0f} ÷ {need:,.0f} = {seen / need:.1%}",),
            "assumptions": ("按满产与配方用量推算需求",),
        }


def _is_scrap(look: Look, good: str) -> bool:
    entry = look.goods.get(good)
    return entry is not None and entry.kind == "scrap"


def missing(look: Look) -> Iterator[Draft]:
    """Links of the chain that nobody runs, builds or plans, one gap a column."""
    s = look.survey
    by_column: dict[str, list[AtlasNode]] = {}
    for node in look.nodes.values():
        if node.state == "missing" and not node.support and node.column not in ("resource", "feed", LOOP):
            by_column.setdefault(node.column, []).append(node)
    for column_id, nodes in by_column.items():
        column = s.grid.column(column_id)
        nodes.sort(key=lambda n: n.row)
        feeders = [f for n in nodes for f in s.feeders(n.id) if f in look.nodes and look.nodes[f].column != LOOP]
        ready = list(dict.fromkeys(f for f in feeders if look.nodes[f].state not in ("missing",)))
        names_zh, names_en = "、".join(n.zh for n in nodes), ", ".join(n.en for n in nodes)
        ready_zh = "、".join(look.nodes[f].zh for f in ready[:4])
        yield {
            "kind": "missing",
            "nodes": tuple(n.id for n in nodes),
            "title_zh": f"{column.zh}有 {len(nodes)} 个环节没有企业",
            "title_en": f"{column.en}: {len(nodes)} links without a firm",
            "evidence_zh": f"{names_zh}为零，也没有在建或拟建项目",
            "evidence_en": f"{names_en}: no output, nothing being built or planned",
            "brings_zh": f"{ready_zh}就地有买家" if ready_zh else "链条接上",
            "brings_en": "buyers at hand for " + ", ".join(look.nodes[f].en for f in ready[:4])
            if ready
            else "the chain goes on",
            "metal": None,
            "value": None,
        }


def excess(look: Look) -> Iterator[Draft]:
    """More capacity, running and coming, than the region's own feed at full load upstream."""
    s = look.survey
    wanted: dict[str, list[tuple[str, float, Project | None]]] = {}
    months = len(s.book.months) or 1
    for group, lines in s.running.items():
        for _, line, _ in lines:
            if look.outlet(s.book.main_product(line.process)):
                continue  # metal is cast to be melted again when nobody takes it: an outlet, no need
            for good, coefficient in _feeds(look, line.process):
                wanted.setdefault(good, []).append((group, (line.capacity or 0.0) * coefficient, None))
    for group, coming in s.projects.items():
        for p in coming:
            for good, coefficient in _feeds(look, p.process or s.usual_process(p.good)):
                wanted.setdefault(good, []).append((group, (p.capacity or 0.0) * coefficient, p))
    for good_id, rows in wanted.items():
        projects = tuple(p for _, _, p in rows if p is not None and p.capacity)
        entry = look.goods[good_id]
        if not projects or entry.kind == "scrap":
            continue
        supply = _full_supply(look, good_id)
        need = sum(amount for _, amount, _ in rows)
        if supply <= 0 or need <= look.t.excess * supply:
            continue
        bought = s.amount([f for f in s.bought.get(s.grid.group_of(good_id), ()) if f.good == good_id])
        if bought * 12 / months > need - supply:
            continue  # it is bought outside anyway
        zh, en = look.name(good_id)
        groups = tuple(dict.fromkeys(g for g, _, _ in rows if g in look.nodes))
        yield {
            "kind": "excess",
            "nodes": groups,
            "title_zh": f"用{zh}的产能",
            "title_en": f"capacity that takes {en}",
            "evidence_zh": f"现有与在建满产需{zh} {look.wt(need, entry.unit)}，上游满产只有 {look.wt(supply, entry.unit)}（{need / supply:.1f} 倍）",
            "evidence_en": f"works running and coming need {look.kt(need, entry.unit)} of {en}, upstream at full load gives {look.kt(supply, entry.unit)} ({need / supply:.1f} times)",
            "brings_zh": "减一个或收区外料",
            "brings_en": "one less, or feed from outside",
            "metal": (need - supply) * entry.content.value or None,
            "value": None,
            "projects": projects,
            "arithmetic": (
                " + ".join(f"{amount:,.0f}" for _, amount, _ in rows)
                + f" = {need:,.0f} {'>' if need > supply else '≤'} {supply:,.0f}",
            ),
            "assumptions": ("按配方用量与产能推算，运行率 100%",),
        }


def _feeds(look: Look, process_id: str) -> Iterator[tuple[str, float]]:
    """Inputs of a process that the region could make: metal, residues."""
    process = look.processes.get(process_id)
    if process is None:
        return
    metal = look.survey.book.region.metal
    for x in process.inputs:
        good = look.goods.get(x.good)
        if good is not None and good.metal == metal and good.content.value and good.kind != "reagent" and x.value > 0:
            yield x.good, x.value


def _full_supply(look: Look, good_id: str) -> float:
    """t a year of a good that the region's lines, running and coming, give at full load, as product or beside it."""
    s = look.survey
    good = look.goods[good_id]
    options = {good_id, *good.any_of}
    capacities: dict[str, float] = {}
    for lines in s.running.values():
        for _, line, _ in lines:
            capacities[line.process] = capacities.get(line.process, 0.0) + (line.capacity or 0.0)
    for projects in s.projects.values():
        for p in projects:
            process = p.process or s.usual_process(p.good)
            if process:
                capacities[process] = capacities.get(process, 0.0) + (p.capacity or 0.0)
    total = 0.0
    for process_id, capacity in capacities.items():
        entry = look.processes.get(process_id)
        if entry is None:
            continue
        if entry.product in options:
            total += capacity
        total += sum(x.value * capacity for x in entry.flows("byproduct", "waste", "output") if x.good in options)
    return total


def single(look: Look) -> Iterator[Draft]:
    """Links that hang on one firm, in one row."""
    nodes = [n for n in look.nodes.values() if "single" in n.tags and not n.support]
    nodes.sort(key=lambda n: (look.survey.grid.column(n.column).number, n.row))
    if not nodes:
        return
    rows = [(n, next((w for w in n.works if w.output or w.output is None), None)) for n in nodes]
    yield {
        "kind": "single",
        "nodes": tuple(n.id for n in nodes),
        "title_zh": f"{len(nodes)} 个环节只有一家",
        "title_en": f"{len(nodes)} links with one firm",
        "evidence_zh": "、".join(f"{n.zh}（{w.short}）" if w else n.zh for n, w in rows),
        "evidence_en": ", ".join(f"{n.en} ({w.short})" if w else n.en for n, w in rows),
        "brings_zh": "停一家断一环，备第二家或区外长约",
        "brings_en": "one stop breaks the chain; a second firm or a contract outside",
        "metal": None,
        "value": None,
        "streams": tuple(s for n in nodes for s in n.streams),
    }
