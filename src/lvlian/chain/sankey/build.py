"""A Sankey diagram of an account in one of its four quantities, at one of three levels of detail.

A place stands for a good and the processes that are run for it: what they use enters, what others use of the good, what leaves and what
is lost goes out. So no flow has to be shared out by assumption, and a place closes wherever the account closes. `stage` gathers the
places of a column, `process` has one per good, `firm` one per good and firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lvlian.chain.atlas.grid import Grid, load_grid
from lvlian.chain.footprint import Footprint, carbon
from lvlian.chain.layers import CARBON, ENERGY, LAYERS, METAL, VALUE, Book, Factor, Flow, energy, metal, value
from lvlian.chain.sankey.drawing import EDGES, Draft, Place, draw, gather, imbalance, pass_through, throughput
from lvlian.chain.sankey.record import Column, Link, Node, Sankey

LEVELS = ("stage", "process", "firm")
LEAST = 0.004
"""Places through which less than this share of all that enters passes are gathered."""
BLIND = 0.01
"""Up to this share of what passes, streams that cannot be found do not hide what a place loses."""
KGCE_PER_KWH = 0.1229
_RANK = {"exact": 0, "redundant": 1, "nonredundant": 2, "observable": 3, "unobservable": 4}


def sankey(
    book: Book,
    layer: str = "metal",
    level: str = "process",
    least: float = LEAST,
    found: Footprint | None = None,
    grid: Grid | None = None,
) -> Sankey:
    """The flow picture of a book. `layer` metal | energy | carbon | value; `least`: share below which places are gathered (0:
    none); `found`: the footprint, reckoned where the carbon layer needs it. Raises ValueError for an unknown layer or level."""
    if layer not in LAYERS:
        raise ValueError(f"layer {layer!r}: expected one of {', '.join(LAYERS)}")
    if level not in LEVELS:
        raise ValueError(f"level {level!r}: expected one of {', '.join(LEVELS)}")
    grid = grid or load_grid()
    factors, told = weigh(book, layer, found)
    collector = _Collector(book, grid, level, layer, factors)
    for flow in book.flows:
        collector.take(flow)
    collector.close()
    draft = collector.draft
    if level == "firm":
        for place_id in list(draft.places):
            place = draft.places[place_id]
            if not place.edge and not collector.makes(place.firm, place.good):
                pass_through(draft, place_id)
    entering = sum(k.value for k in draft.links.values() if k.source in draft.places and draft.places[k.source].edge)
    draft = gather(draft, least * entering)
    draft.places = _sorted_places(draft, grid, book)
    nodes, links = draw(draft)
    return Sankey(
        layer=layer,
        unit=LAYERS[layer].unit,
        level=level,
        months=book.months,
        nodes=nodes,
        links=_spread(book, links),
        columns=_columns(grid, nodes, links, layer),
        inside=draft.inside,
        hidden=tuple(collector.hidden),
        assumptions=told,
        simulated=book.simulated,
    )


def weigh(book: Book, layer: str, found: Footprint | None = None) -> tuple[dict[str, Factor], tuple[str, ...]]:
    """Factors of a layer by stream, and the assumptions behind them."""
    if layer == CARBON.id:
        own = found is None or found is book.footprint
        used_ = book.footprint if found is None else found
        return (book.factors[layer] if own else carbon(book, used_)), tuple(used_.assumptions)
    factors = {METAL.id: metal, ENERGY.id: energy, VALUE.id: value}[layer](book)
    used = [factors[f.stream] for f in book.flows if f.stream in factors]
    return factors, tuple(dict.fromkeys(f.note for f in used if f.origin == "assumed" and f.value and f.note))


class _Collector:
    """Puts every stream of a book between two places."""

    def __init__(self, book: Book, grid: Grid, level: str, layer: str, factors: Mapping[str, Factor]) -> None:
        self.book, self.grid, self.level, self.layer, self.factors = book, grid, level, layer, factors
        self.draft = Draft()
        self.hidden: list[tuple[str, float, float]] = []
        self.blind: dict[str, list[tuple[str, float, str]]] = {}
        self.useful: dict[str, float] = {}
        self.mined: set[str] = set()
        self.worked: dict[str, list[tuple[str, float, float]]] = {}
        self.dim: dict[str, float] = {}
        self._places: dict[tuple[str, str], str] = {}
        self._made = {(f.firm, f.good) for f in book.flows if f.kind == "made" and f.process in book.library.processes}

    def makes(self, firm: str, good: str) -> bool:
        return (firm, good) in self._made

    def take(self, flow: Flow) -> None:
        factor = self.factors.get(flow.stream)
        if self.layer == ENERGY.id and flow.kind == "made":
            self._least_energy(flow)
        if factor is None or not factor.value:
            return
        ends = self._ends(flow)
        if ends is None:
            return
        source, target, kind = ends
        if flow.value is None:
            low = (flow.low or 0.0) * factor.value
            high = float("inf") if flow.high is None else flow.high * factor.value
            self.hidden.append((flow.stream, low, high))
            if flow.kind in ("made", "used"):
                works, store = (source, target) if flow.kind == "made" else (target, source)
                self.dim[works] = self.dim.get(works, 0.0) + high - low
                self.blind.setdefault(store, []).append((flow.kind, high - low, flow.good))
            elif source != target:
                for place in (source, target):
                    self.blind.setdefault(place, []).append((kind, high - low, flow.good))
            return
        amount = flow.value * factor.value
        if flow.kind == "made" and self.layer == METAL.id and self.book.library.goods[flow.good].kind == "ore":
            self.mined.add(source)
        if flow.kind in ("made", "used"):
            works, turn = (source, -1.0) if flow.kind == "made" else (target, 1.0)
            self.worked.setdefault(works, []).append((flow.stream, turn * factor.value, turn * amount))
        if amount < 0:
            source, target, amount = target, source, -amount
        if amount == 0:
            return
        sign = 1.0 if flow.value * factor.value > 0 else -1.0
        self.draft.add(
            Link(
                source=source,
                target=target,
                value=amount,
                kind=kind,
                terms=((flow.stream, sign * factor.value),),
                goods=(flow.good,),
            )
        )

    def _ends(self, flow: Flow) -> tuple[str, str, str] | None:
        here = self._place(flow.firm, flow.good) if not flow.inward else ""
        if flow.kind == "moved":
            if flow.inward:
                return self._edge("in", flow.good), self._place(flow.partner, flow.good), "in"
            if flow.outward or not flow.partner:
                return here, self._edge("out", flow.good), "out"
            return here, self._place(flow.partner, flow.good), "local"
        if flow.kind == "stock":
            drawn = (flow.value or 0.0) * self.factors[flow.stream].value < 0
            return here, self._edge("stock_in" if drawn else "stock_out"), "stock"
        if flow.kind == "lost":
            return here, self._edge("loss"), "loss"
        product = self.book.main_product(flow.process)
        if not product:
            return None  # of what nobody tells how it is made or what for, the place shows the difference
        there = self._place(flow.firm, product)
        return (there, here, "local") if flow.kind == "made" else (here, there, "local")

    def _place(self, firm: str, good: str) -> str:
        known = self._places.get((firm, good))
        if known is None:
            known = self._places[firm, good] = self._new_place(firm, good)
        return known

    def _new_place(self, firm: str, good: str) -> str:
        column = self.grid.flow_column(self.book.stage(good))
        zh, en = self.book.names(good)
        if self.level == "stage":
            key, zh, en, good, firm = f"stage:{column.id}", column.zh, column.en, "", ""
        elif self.level == "process":
            key, firm = f"good:{good}", ""
        else:
            key, zh, en = f"firm:{firm}/{good}", f"{self.book.short(firm)} {zh}", f"{self.book.short(firm)}: {en}"
        if key not in self.draft.places:
            self.draft.places[key] = Place(key, column.number, column.id, zh, en, good=good, firm=firm)
        return key

    def _edge(self, kind: str, good: str = "") -> str:
        key = f"{kind}:{good}" if good else kind
        if key not in self.draft.places:
            zh, en = self._edge_names(kind)
            if good:
                name = self.book.names(good)
                zh, en = f"{zh} {name[0]}", f"{en}: {name[1]}"
            self.draft.places[key] = Place(key, 0, "", zh, en, good=good, edge=kind)
        return key

    def _edge_names(self, kind: str) -> tuple[str, str]:
        """What an imbalance means depends on the quantity that is drawn."""
        return {
            (ENERGY.id, "loss"): ("用能（未分有用与散失）" if not self.useful else "散失", "energy spent"),
            (CARBON.id, "source"): ("本环节排放", "emitted here"),
            (VALUE.id, "source"): ("增值", "value added"),
            (VALUE.id, "loss"): ("价值减少", "value lost"),
            (METAL.id, "source"): ("本地开采", "mined here"),
            (METAL.id, "loss"): ("烧损与未计", "burnt off and not counted"),
        }.get((self.layer, kind), EDGES[kind])

    def _least_energy(self, flow: Flow) -> None:
        process = self.book.library.processes.get(flow.process)
        if process is not None and process.minimum_energy and flow.good == process.product and flow.value:
            place = self._place(flow.firm, flow.good)
            least = process.minimum_energy * KGCE_PER_KWH / 1000 * flow.value
            self.useful[place] = self.useful.get(place, 0.0) + least

    def close(self) -> None:
        """What a place takes and does not pass on gets its name: a loss, an emission, value added, or what cannot be found."""
        largest = max((k.value for k in self.draft.links.values()), default=0.0)
        signed: dict[str, list[tuple[str, float]]] = {}
        through = throughput(self.draft)
        for k in self.draft.links.values():
            signed.setdefault(k.target, []).extend(k.terms)
            signed.setdefault(k.source, []).extend((s, -f) for s, f in k.terms)
        for place, gap in imbalance(self.draft).items():
            terms = _merged(signed.get(place, []), 1.0)
            passing = through.get(place, 0.0)
            blind = self.blind.get(place, [])
            hidden_store = sum(width for _, width, _ in blind) > BLIND * passing
            hidden_works = self.dim.get(place, 0.0) > BLIND * passing
            if hidden_store and not hidden_works:  # what its works lose or add is known, what its store does is not
                worked = self.worked.get(place, [])
                lost = sum(amount for _, _, amount in worked)
                own = [(stream, factor) for stream, factor, _ in worked]
                self._named(place, lost, _merged(own, 1.0), least=1e-9 * largest)
                terms = _merged([*terms, *((stream, -factor) for stream, factor in own)], 1.0)
                gap -= lost
            if abs(gap) <= 1e-9 * largest:
                continue
            if hidden_store or hidden_works:
                self._unknown(place, gap, terms, blind, hidden_works)
            else:
                self._named(place, gap, terms, least=0.0)

    def _named(self, place: str, gap: float, terms: tuple[tuple[str, float], ...], least: float) -> None:
        """A difference that is known, by the name that it has in this quantity."""
        if abs(gap) <= least:
            return
        if gap > 0 and self.layer == ENERGY.id and (useful := min(self.useful.get(place, 0.0), gap)) > 0:
            self._link(place, useful, "use", ())
            self._link(place, gap - useful, "loss", terms)
        elif gap > 0:
            self._link(place, gap, "gap" if self.layer == CARBON.id else "loss", terms)
        else:
            added = self.layer in (CARBON.id, VALUE.id) or place in self.mined
            self._link(place, gap, "source" if added else "gap", terms)

    def _unknown(
        self,
        place: str,
        gap: float,
        terms: tuple[tuple[str, float], ...],
        blind: list[tuple[str, float, str]],
        works: bool,
    ) -> None:
        """What is left where streams cannot be found is their sum; where all of them carry one good over the boundary, it is the net
        trade. `works`: streams of the place's own works are among them."""
        goods = {good for _, _, good in blind}
        if works or len(goods) != 1 or any(kind not in ("in", "out") for kind, _, _ in blind):
            self._link(place, gap, "unknown", terms)
            return
        kind, good = ("out" if gap > 0 else "in"), goods.pop()
        edge = self._edge(kind, good)
        self._edged(place, gap, edge, kind, terms, (good,))

    def _link(self, place: str, gap: float, kind: str, terms: tuple[tuple[str, float], ...]) -> None:
        """`terms` add up to the gap, which may be negative; a link's own are positive."""
        if not gap:
            return
        name = kind if kind not in ("gap", "unknown") else f"{kind}:{'out' if gap > 0 else 'in'}"
        edge = name
        if edge not in self.draft.places:
            zh, en = self._edge_names(kind)
            self.draft.places[edge] = Place(edge, 0, "", zh, en, edge=kind)
        self._edged(place, gap, edge, kind, terms)

    def _edged(
        self,
        place: str,
        gap: float,
        edge: str,
        kind: str,
        terms: tuple[tuple[str, float], ...],
        goods: tuple[str, ...] = (),
    ) -> None:
        source, target = (place, edge) if gap > 0 else (edge, place)
        own = terms if gap > 0 else tuple((stream, -factor) for stream, factor in terms)
        self.draft.add(Link(source=source, target=target, value=abs(gap), kind=kind, terms=own, goods=goods))


def _merged(terms: list[tuple[str, float]], sign: float) -> tuple[tuple[str, float], ...]:
    out: dict[str, float] = {}
    for stream, factor in terms:
        out[stream] = out.get(stream, 0.0) + sign * factor
    return tuple((s, f) for s, f in out.items() if f)


def _sorted_places(draft: Draft, grid: Grid, book: Book) -> dict[str, Place]:
    """In the order of the fixed grid, so that two months and two regions begin alike."""
    rows = {slot.group: slot.row for slot in grid.slots.get(book.region.metal, ())}

    def key(place: Place) -> tuple[int, int, str]:
        return place.number, rows.get(grid.group_of(place.good), 99), place.id

    return {p.id: p for p in sorted(draft.places.values(), key=key)}


def _spread(book: Book, links: tuple[Link, ...]) -> tuple[Link, ...]:
    """Every link with its spread, the weakest class of its streams, and whether some have no report behind them."""
    if not links:
        return ()
    sds = book.spread([k.terms for k in links])
    out = []
    for k, sd in zip(links, sds, strict=True):
        flows = [book.by_stream[s] for s in k.streams]
        quality = max((f.quality for f in flows), key=lambda q: _RANK.get(q, 0), default="")
        out.append(replace(k, sd=sd if k.terms else None, quality=quality, estimated=not all(f.read for f in flows)))
    return tuple(out)


_RATIOS: Mapping[str, tuple[str, str]] = {
    "metal": ("留在区内", "kept in the region"),
    "energy": ("占全区用能", "of the region's energy"),
    "carbon": ("占全区排放", "of the region's emissions"),
    "value": ("增值率", "value added"),
}


def _columns(grid: Grid, nodes: tuple[Node, ...], links: tuple[Link, ...], layer: str) -> tuple[Column, ...]:
    """What enters each column from elsewhere, and the ratio that matters: for metal the share of what leaves the column that stays in
    the region; for energy and carbon the column's share of the whole; for value what is added per yuan that enters."""
    at = {n.id: n.column for n in nodes if n.kind == "inner"}
    spent = {"energy": ("loss", "use"), "carbon": ("source",), "value": ("source",)}.get(layer, ())
    whole = sum(k.value for k in links if k.kind in spent)
    out = []
    for column in grid.columns:
        if column.number < 0 or column.id not in at.values():
            continue
        entering = sum(k.value for k in links if at.get(k.target) == column.id and at.get(k.source) != column.id)
        entering -= sum(k.value for k in links if k.kind in ("source", "gap") and at.get(k.target) == column.id)
        own = sum(k.value for k in links if k.kind in spent and column.id in (at.get(k.source), at.get(k.target)))
        away = [k for k in links if at.get(k.source) == column.id and at.get(k.target) != column.id]
        kept = sum(k.value for k in away if k.kind in ("local", "loop"))
        gone = sum(k.value for k in away if k.kind == "out")
        if layer == "metal":
            ratio = kept / (kept + gone) if kept + gone else None
        elif layer == "value":
            ratio = own / entering if entering else None
        else:
            ratio = own / whole if whole else None
        zh, en = _RATIOS[layer]
        out.append(
            Column(id=column.id, zh=column.zh, en=column.en, value=entering, ratio=ratio, ratio_zh=zh, ratio_en=en)
        )
    return tuple(out)
