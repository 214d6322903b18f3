"""Flows between the links of a chain, over its boundary, dashed ones to what is coming or missing, and the strip below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lvlian.chain.atlas.grid import LOOP
from lvlian.chain.atlas.record import AtlasEdge, AtlasNode, StripCell
from lvlian.chain.atlas.survey import Survey
from lvlian.chain.layers import Flow

LAYER_IDS = ("metal", "energy", "carbon", "value")


def edges_of(survey: Survey, nodes: Sequence[AtlasNode]) -> list[AtlasEdge]:
    """Flows between links, over the boundary, and dashed ones to what is coming or missing."""
    at = {n.id: n for n in nodes}
    order = {c.id: c.number for c in survey.grid.columns}
    sums: dict[tuple[str, str, str], list[Flow]] = {}
    for flow in survey.book.flows:
        ends = _ends(survey, flow)
        if ends is None or ends[0] == ends[1] or (ends[0] and ends[0] not in at) or (ends[1] and ends[1] not in at):
            continue
        source, target = ends
        if not source or not target:
            kind = "in" if not source else "out"
        elif LOOP in (at[source].column, at[target].column) or order[at[source].column] > order[at[target].column]:
            kind = "loop"
        else:
            kind = "local"
        sums.setdefault((source, target, kind), []).append(flow)
    keys = list(sums)
    sds = survey.book.spread([[(f.stream, 1.0) for f in sums[key]] for key in keys]) if keys else []
    out = []
    for (source, target, kind), sd in zip(keys, sds, strict=True):
        flows = sums[source, target, kind]
        units = {getattr(survey.book.library.goods.get(f.good), "unit", "t") for f in flows}
        same = len(units) == 1
        out.append(
            AtlasEdge(
                source=source,
                target=target,
                kind=kind,
                amounts={layer: survey.amount(flows, layer) for layer in LAYER_IDS},
                physical=survey.amount(flows) if same else None,
                unit=units.pop() if same else "",
                sd=sd if same else None,
                streams=tuple(f.stream for f in flows),
            )
        )
    drawn = {(e.source, e.target) for e in out}
    out += [e for e in _dashed(survey, nodes) if (e.source, e.target) not in drawn]
    return out


def _ends(survey: Survey, flow: Flow) -> tuple[str, str] | None:
    good = survey.grid.group_of(flow.good)
    if flow.inward:
        return "", good
    if flow.outward:
        return good, ""
    product = survey.book.main_product(flow.process) if flow.process else ""
    if flow.kind == "used" and product:
        return good, survey.grid.group_of(product)
    if flow.kind == "made" and product and product != flow.good:
        return survey.grid.group_of(product), good
    return None


def _dashed(survey: Survey, nodes: Sequence[AtlasNode]) -> list[AtlasEdge]:
    """To each link that is coming or missing, from the links of the region that would feed it with metal."""
    at = {n.id: n for n in nodes}
    out = []
    for node in nodes:
        if node.state not in ("building", "planned", "missing") or node.support:
            continue
        kind = "missing" if node.state == "missing" else "planned"
        for source in survey.feeders(node.id):
            if source in at and source != node.id and at[source].column != LOOP:
                out.append(AtlasEdge(source=source, target=node.id, kind=kind))
    return out


def strip_of(survey: Survey) -> list[StripCell]:
    """Four quantities a column: metal made there (net inside a link), energy used, carbon added by its works and what arrives with
    goods from outside, output value (every step counts again)."""
    cells: dict[tuple[str, str], list[float]] = {}
    streams: dict[tuple[str, str], list[str]] = {}

    def add(column: str | None, layer: str, amount: float, brought: float, stream: str) -> None:
        if column is None or (not amount and not brought):
            return
        cell = cells.setdefault((column, layer), [0.0, 0.0])
        cell[0] += amount
        cell[1] += brought
        streams.setdefault((column, layer), []).append(stream)

    goods = survey.book.library.goods
    for flow in survey.book.flows:
        if flow.value is None:
            continue
        good: Any = goods.get(flow.good)
        carrier = good is not None and good.kind == "energy"
        column = survey.grid.by_stage.get(survey.book.stage(flow.good))
        product = survey.book.main_product(flow.process) if flow.process else ""
        where = survey.grid.by_stage.get(survey.book.stage(product)) if product else column
        figures = {
            layer: flow.value * table[flow.stream].value
            for layer, table in survey.factors.items()
            if flow.stream in table
        }
        if flow.kind == "made":
            if product in ("", flow.good) or (column == LOOP and where != LOOP):
                add(column, "metal", figures.get("metal", 0.0), 0.0, flow.stream)
                add(column, "value", figures.get("value", 0.0), 0.0, flow.stream)
            add(where, "carbon", figures.get("carbon", 0.0), 0.0, flow.stream)
        elif flow.kind == "used":
            own = product and survey.grid.group_of(product) == survey.grid.group_of(flow.good)
            if own:
                add(column, "metal", -figures.get("metal", 0.0), 0.0, flow.stream)
            add(where, "energy", figures.get("energy", 0.0), 0.0, flow.stream)
            if not carrier:
                add(where, "carbon", -figures.get("carbon", 0.0), 0.0, flow.stream)
        elif flow.inward and not carrier:
            add(column, "metal", 0.0, figures.get("metal", 0.0), flow.stream)
            add(column, "carbon", 0.0, figures.get("carbon", 0.0), flow.stream)
            add(column, "value", 0.0, figures.get("value", 0.0), flow.stream)
    return [
        StripCell(
            column=c.id,
            layer=layer,
            value=cells.get((c.id, layer), [0.0, 0.0])[0],
            brought=cells.get((c.id, layer), [0.0, 0.0])[1],
            streams=tuple(streams.get((c.id, layer), ())),
        )
        for layer in LAYER_IDS
        for c in survey.grid.columns
    ]
