"""The atlas of a chain as SVG: links in a fixed grid, bands between them, arrows over the boundary, the loop right-angled below.

A node has no box: name and tag, a bar (capacity of the period, filled by output), a line below it (feed from here, from outside), one line
of words. Missing and planned links are dashed. Numbered discs tie the picture to the list of gaps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from lvlian.brief.atlas_words import coming, load_words, state_words, third_line
from lvlian.brief.sankey_layout import Scale, scale_of
from lvlian.brief.svg import (
    ACCENT,
    ACCENT_M,
    HAIR,
    INK,
    INK2,
    RULE,
    WARN,
    WARN_TEXT,
    Canvas,
    coordinate,
    fold,
    text_width,
)
from lvlian.chain.atlas import Atlas, AtlasEdge, AtlasNode

BAD = "#a9291f"
INSIDE, OUTSIDE, ARROW, LOOP_LINE = "#8fb3bd", "#9aa5aa", "#c3cacd", "#9aa5aa"
WIDTH, NODE, PITCH = 1376.0, 164.0, 80.0
HEAD = 44.0
BANDS = 46.0
"""Height of everything that passes the busiest link, px."""
DARK = 0.70
OUT = 40.0
LAYERS: Mapping[str, str] = {"metal": "t", "energy": "tce", "carbon": "t CO2e", "value": "yuan"}
_BRACKETS = re.compile(r"（[^（）]*）$| \([^()]*\)$")
COMING = ("missing", "building", "planned")
TIED, LOOSE = (2, 4, 5), (1, 3, 0)
"""Columns under which links of the loop stand: those tied to one another, and the others."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands: the upper left corner of its name line; `bar` the middle of its bar."""

    x: float
    y: float
    column: int

    @property
    def bar(self) -> float:
        return self.y + 24.0

    @property
    def right(self) -> float:
        return self.x + NODE


def atlas_svg(
    found: Atlas,
    layer: str = "metal",
    language: str = "zh",
    *,
    title: str = "",
    url: Callable[[AtlasNode], str] | None = None,
    year: str = "",
    legend: Sequence[str] = (),
) -> str:
    """The drawing. `layer` switches the bands; `url`: the address of a node; `year`: capacities as they are planned to stand at its
    end. With a `legend` it is a file of its own. Raises KeyError for an unknown layer."""
    return _Drawing(found, layer, language == "zh", title, url, year, legend).drawn()


class _Drawing:
    def __init__(
        self,
        found: Atlas,
        layer: str,
        zh: bool,
        title: str,
        url: Callable[[AtlasNode], str] | None,
        year: str,
        legend: Sequence[str],
    ) -> None:
        self.found, self.layer, self.zh, self.url, self.year, self.legend = found, layer, zh, url, year, legend
        self.spots = _spots(found)
        self.labels: dict[tuple[float, float], float] = {}
        self.foot = max((s.y for s in self.spots.values()), default=HEAD) + 70
        flows = [e.amounts.get(layer, 0.0) for e in found.edges]
        self.scale: Scale = scale_of(LAYERS[layer], max(flows, default=0.0))
        through = _through(found, layer)
        self.px = BANDS / max(through.values(), default=1.0) if through and max(through.values()) > 0 else 0.0
        self.least = 0.004 * max(through.values(), default=0.0)
        above = 40.0 if legend else 0.0
        self.canvas = Canvas(WIDTH, self.foot + above + 20 * len(legend) + 8, title or found.region)
        self.above = above

    def drawn(self) -> str:
        if self.legend:
            self.canvas.rect(0, 0, WIDTH, self.canvas.height, "#fff")
            self.canvas.text(0, 20, self.canvas.title, size=16, bold=True, fill=INK)
            self.canvas.parts.append(f'<g transform="translate(0 {coordinate(self.above)})">')
        self._heads()
        self._dashed()
        self._bands()
        self._loop()
        for node in self.found.nodes:
            self._node(node, self.spots[node.id])
        if self.legend:
            self.canvas.parts.append("</g>")
            for n, line in enumerate(self.legend):
                self.canvas.text(0, self.foot + self.above + 16 + 20 * n, line)
        said = load_words()["description"]["zh" if self.zh else "en"]
        return (
            self.canvas.close("atlas")
            .replace("</title>", f"</title><desc>{escape(said)}</desc>", 1)
            .replace('role="img"', 'role="group"', 1)
        )

    # -- frame
    def _heads(self) -> None:
        xs = columns_of(self.found)
        for at, (name, zh, en) in enumerate(self.found.columns):
            if name == "loop":
                continue
            self.canvas.text(xs[at], 16, zh if self.zh else en, size=13, bold=True, fill=INK)
        self.canvas.line(0, 26, WIDTH, 26, HAIR)
        loop = [s for n, s in self.spots.items() if self.found.node(n).column == "loop"]
        if loop:
            zh, en = next(((z, e) for i, z, e in self.found.columns if i == "loop"), ("", ""))
            y = min(s.y for s in loop) - 10
            self.canvas.line(0, y, WIDTH, y, HAIR)
            self.canvas.text(0, y + 18, zh if self.zh else en, size=13, bold=True, fill=INK)

    # -- flows between links
    def _bands(self) -> None:
        edges = [e for e in self.found.edges if e.kind == "local" and e.amounts.get(self.layer, 0.0) > self.least]
        starts, ends = self._stacked(edges)
        for i, edge in enumerate(edges):
            width = max(edge.amounts[self.layer] * self.px, 0.8)
            a, b = self.spots[edge.source], self.spots[edge.target]
            x1, x2 = a.right + 4, b.x - 4
            if x2 <= x1:
                x1, x2 = a.right, b.x
            y1, y2 = starts[i], ends[i]
            middle = (x1 + x2) / 2
            c = coordinate
            d = (
                f"M{c(x1)} {c(y1)}C{c(middle)} {c(y1)} {c(middle)} {c(y2)} {c(x2)} {c(y2)}V{c(y2 + width)}"
                f"C{c(middle)} {c(y2 + width)} {c(middle)} {c(y1 + width)} {c(x1)} {c(y1 + width)}Z"
            )
            over = b.column - a.column > 1  # it passes behind the links of a column between
            self.canvas.add("path", title=self._told(edge), d=d, fill=INSIDE, fill_opacity="0.35" if over else "0.8")
        for edge in self.found.edges:
            if edge.kind == "in" and edge.target in self.spots:
                self._arrow(edge, self.spots[edge.target], inward=True)
            elif edge.kind == "out" and edge.source in self.spots:
                self._arrow(edge, self.spots[edge.source], inward=False)

    def _stacked(self, edges: Sequence[AtlasEdge]) -> tuple[dict[int, float], dict[int, float]]:
        """Upper edges of bands at both ends: around the bar, in the order in which the other ends stand."""
        starts: dict[int, float] = {}
        ends: dict[int, float] = {}
        for side, other, places in (("source", "target", starts), ("target", "source", ends)):
            at: dict[str, list[int]] = {}
            for i, edge in enumerate(edges):
                at.setdefault(getattr(edge, side), []).append(i)
            for node, some in at.items():
                some.sort(
                    key=lambda i: (self.spots[getattr(edges[i], other)].y, self.spots[getattr(edges[i], other)].x)
                )
                widths = [max(edges[i].amounts[self.layer] * self.px, 0.8) for i in some]
                y = self.spots[node].bar - sum(widths) / 2
                for i, width in zip(some, widths, strict=True):
                    places[i] = y
                    y += width
        return starts, ends

    def _arrow(self, edge: AtlasEdge, spot: Spot, inward: bool) -> None:
        """An arrow over the boundary of the region, with its figure."""
        amount = edge.amounts.get(self.layer, 0.0)
        if amount <= self.least / 4 or self.found.node(edge.target or edge.source).column == "loop":
            return
        half = max(min(amount * self.px, BANDS) / 2, 1.0)
        y, c = spot.bar, coordinate
        head = half + 3
        tip = min(head, 10.0)
        x = spot.x - 32 if inward else spot.right + 6
        end = x + 26
        d = (
            f"M{c(x)} {c(y - half)}H{c(end - tip)}V{c(y - head)}L{c(end)} {c(y)}L{c(end - tip)} {c(y + head)}"
            f"V{c(y + half)}H{c(x)}Z"
        )
        self.canvas.add("path", title=self._told(edge), d=d, fill=ARROW)
        figure = self.scale.told(amount)
        outside = load_words()["outside"]["zh" if self.zh else "en"]
        if inward:
            if spot.column:
                self.canvas.text(x + 12, y + max(half, 3.0) + 14, figure, anchor="middle", halo=True)
        else:
            self.canvas.text(end + 4, y + 4, f"{outside} {figure}", halo=True, fill=INK)

    def _told(self, edge: AtlasEdge) -> str:
        names = {n.id: n.zh if self.zh else n.en for n in self.found.nodes}
        outside = load_words()["outside"]["zh" if self.zh else "en"]
        unit = self.scale.zh if self.zh else self.scale.en
        amount = self.scale.told(edge.amounts.get(self.layer, 0.0))
        return f"{names.get(edge.source, outside)} → {names.get(edge.target, outside)} {amount} {unit}"

    def _dashed(self) -> None:
        """Links that are coming or missing: right-angled, dashed."""
        for edge in self.found.edges:
            if (
                edge.kind not in ("planned", "missing")
                or edge.source not in self.spots
                or edge.target not in self.spots
            ):
                continue
            a, b = self.spots[edge.source], self.spots[edge.target]
            x1, x2 = a.right + 3, b.x - 3
            if x2 <= x1:
                continue
            gutter = x2 - 9 - 6 * (round(a.y / PITCH) % 3) - (3 if edge.kind == "missing" else 0)
            self.canvas.path(
                _elbow(x1, a.bar, gutter, x2, b.bar), ACCENT if edge.kind == "planned" else BAD, 1.1, "5 4"
            )

    # -- the loop
    def _loop(self) -> None:
        """Trunks: what a column gives to one link of the loop runs together in the gutter right of it; what the loop gives to a
        column in the gutter left of it."""
        trunks: dict[tuple[int, str, bool], list[AtlasEdge]] = {}
        for edge in self.found.edges:
            if edge.kind != "loop" or edge.amounts.get(self.layer, 0.0) <= self.least:
                continue
            if edge.source not in self.spots or edge.target not in self.spots:
                continue
            source, target = self.found.node(edge.source), self.found.node(edge.target)
            if source.column == "loop" and target.column == "loop":
                self._across(edge)
            elif target.column == "loop":
                trunks.setdefault((self.spots[edge.source].column, edge.target, True), []).append(edge)
            elif source.column == "loop":
                trunks.setdefault((self.spots[edge.target].column, edge.source, False), []).append(edge)
            else:
                self._return(edge)
        lanes: dict[int, int] = {}
        used: dict[tuple[int, bool], int] = {}
        for (column, node, down), edges in sorted(trunks.items()):
            n = used[column, down] = used.get((column, down), -1) + 1
            lane = lanes[0] = lanes.get(0, -1) + 1
            self._trunk(self.spots[node], edges, down, n, lane)

    def _trunk(self, loop: Spot, edges: Sequence[AtlasEdge], down: bool, n: int, lane: int) -> None:
        total = sum(e.amounts[self.layer] for e in edges)
        level = loop.y - 18 - 5 * (lane % 5)
        c = coordinate
        for edge in edges:
            end = self.spots[edge.source if down else edge.target]
            thin = min(max(edge.amounts[self.layer] * self.px, 1.0), 8.0)
            gutter = end.right + 12 + 7 * n if down else end.x - 12 - 7 * n
            near = end.right + 2 if down else end.x - 3
            drop = loop.x + 20 + 9 * lane
            drop = min(drop, loop.right - 6)
            d = f"M{c(near)} {c(end.bar + 5)}H{c(gutter)}V{c(level)}H{c(drop)}V{c(loop.y + 2)}"
            self.canvas.add(
                "path",
                title=self._told(edge),
                d=d,
                fill="none",
                stroke=LOOP_LINE,
                stroke_width=coordinate(thin),
                stroke_linejoin="round",
            )
            if not down:
                self._head(near + 2, end.bar + 5)
        drop = min(loop.x + 20 + 9 * lane, loop.right - 6)
        place = (loop.x, loop.y)
        if total > self.least and drop + 5 >= self.labels.get(place, 0.0):
            told = self.scale.told(total)
            self.labels[place] = drop + 9 + text_width(told, 12)
            self.canvas.text(drop + 5, loop.y - 4, told, halo=True)

    def _head(self, x: float, y: float) -> None:
        c = coordinate
        self.canvas.add("path", d=f"M{c(x - 7)} {c(y - 4)}L{c(x)} {c(y)}L{c(x - 7)} {c(y + 4)}Z", fill=LOOP_LINE)

    def _across(self, edge: AtlasEdge) -> None:
        a, b = self.spots[edge.source], self.spots[edge.target]
        thin = min(max(edge.amounts[self.layer] * self.px, 1.0), 8.0)
        left, right = (b, a) if b.x < a.x else (a, b)
        x1, x2 = left.right + 3, right.x - 3
        self.canvas.add(
            "path",
            title=self._told(edge),
            d=f"M{coordinate(x1)} {coordinate(a.bar)}H{coordinate(x2)}",
            stroke=LOOP_LINE,
            stroke_width=coordinate(thin),
        )
        if b.x < a.x:
            c = coordinate
            self.canvas.add(
                "path", d=f"M{c(x1 + 7)} {c(a.bar - 5)}L{c(x1)} {c(a.bar)}L{c(x1 + 7)} {c(a.bar + 5)}Z", fill=LOOP_LINE
            )
        self.canvas.text(
            (x1 + x2) / 2, a.bar - 6, self.scale.told(edge.amounts[self.layer]), anchor="middle", halo=True
        )

    def _return(self, edge: AtlasEdge) -> None:
        """Back to an earlier column of the chain itself."""
        a, b = self.spots[edge.source], self.spots[edge.target]
        thin = min(max(edge.amounts[self.layer] * self.px, 1.0), 6.0)
        level = max((s.y for n, s in self.spots.items() if self.found.node(n).column != "loop"), default=0.0) + 58
        c = coordinate
        d = f"M{c(a.right + 2)} {c(a.bar + 5)}H{c(a.right + 14)}V{c(level)}H{c(b.x - 14)}V{c(b.bar + 5)}H{c(b.x - 3)}"
        self.canvas.add(
            "path",
            title=self._told(edge),
            d=d,
            fill="none",
            stroke=LOOP_LINE,
            stroke_width=coordinate(thin),
            stroke_linejoin="round",
        )
        self._head(b.x - 1, b.bar + 5)

    # -- links
    def _node(self, node: AtlasNode, spot: Spot) -> None:
        href = self.url(node) if self.url else ""
        whole = node.zh if self.zh else node.en
        name = _BRACKETS.sub("", whole)
        mark = state_words(node, self.year, self.zh)
        line = third_line(node, self.year, self.zh)
        spoken = "，".join(part for part in (whole, mark.text, line) if part)
        if href:
            self.canvas.parts.append(f'<a href="{escape(href)}" class="node" aria-label="{escape(spoken)}">')
            self.canvas.add(
                "rect", x=spot.x - 3, y=spot.y - 2, width=NODE + 6, height=60.0, fill="#fff", fill_opacity="0"
            )
        tag = text_width(mark.text, 12) + 22 if mark.text else 0.0
        room = NODE - tag - 18.0 * min(len(node.discs), 2)
        name = fold(name, 13, max(room, 40.0), 1)[0]
        self.canvas.text(spot.x, spot.y + 12, name, size=13, bold=True, fill=INK, halo=True, title=spoken)
        self._mark(mark.kind, mark.text, spot)
        x = spot.x + text_width(name, 13) + 13
        for n, disc in enumerate(node.discs):
            if x + 17 * n + 8 > spot.right - tag:
                break
            self._disc(x + 17 * n, spot.y + 8, disc)
        self._bar(node, spot)
        self.canvas.text(spot.x, spot.y + 49, fold(line, 12, NODE + 18, 1)[0], fill=INK2, halo=True, title=line)
        if href:
            self.canvas.parts.append("</a>")

    def _mark(self, kind: str, words: str, spot: Spot) -> None:
        if not words:
            return
        colour = {"bad": BAD, "warn": WARN_TEXT, "coming": ACCENT}.get(kind, INK2)
        self.canvas.text(spot.right, spot.y + 12, words, fill=colour, anchor="end", halo=True)
        x, y, c = spot.right - text_width(words, 12) - 9, spot.y + 8, coordinate
        if kind == "bad":
            self.canvas.rect(x - 4, y - 4, 8, 8, BAD)
        elif kind == "warn":
            self.canvas.add("path", d=f"M{c(x - 5)} {c(y + 4)}L{c(x)} {c(y - 4.5)}L{c(x + 5)} {c(y + 4)}Z", fill=WARN)

    def _disc(self, x: float, y: float, number: int) -> None:
        self.canvas.add("circle", cx=x, cy=y, r=8.0, fill=INK)
        self.canvas.text(x, y + 4, str(number), size=11, fill="#fff", anchor="middle", bold=True)

    def _bar(self, node: AtlasNode, spot: Spot) -> None:
        y, height = spot.y + 19, 10.0
        shares = filled(node, self.year, len(self.found.months) / 12)
        if shares is None:
            dash = BAD if node.state == "missing" else ACCENT
            self.canvas.rect(spot.x + 0.5, y + 0.5, NODE - 1, height - 1, "#fff", stroke=dash, dash="4 3")
        else:
            fill, coming = shares
            unbounded = node.capacity is None
            self.canvas.rect(spot.x, y, NODE, height, "#fff", stroke=None if unbounded else INK)
            if unbounded:
                self.canvas.rect(spot.x, y, NODE, height, OUTSIDE)
            else:
                self.canvas.rect(spot.x, y, NODE * fill, height, ACCENT if fill >= DARK else ACCENT_M)
                if coming > 0:
                    self.canvas.rect(
                        spot.x + NODE * (1 - coming),
                        y + 0.5,
                        NODE * coming - 0.5,
                        height - 1,
                        "#fff",
                        stroke=ACCENT,
                        dash="4 3",
                    )
        share = node.local_share
        if share is not None:
            self.canvas.rect(spot.x, y + 13, NODE * share, 3, INSIDE)
            self.canvas.rect(spot.x + NODE * share, y + 13, NODE * (1 - share), 3, OUTSIDE)
        else:
            self.canvas.line(spot.x, y + 14.5, spot.right, y + 14.5, RULE)


def filled(node: AtlasNode, year: str = "", part: float = 1.0) -> tuple[float, float] | None:
    """Shares of a bar: filled by output, and still to come until `year`; None where nothing runs. `part`: of a year that the
    figures cover."""
    if not node.output and node.output is not None and (node.state in COMING or not (node.works or node.used)):
        return None
    if node.output is None or not node.capacity:
        return (1.0, 0.0) if node.output or node.used else None
    added = coming(node, year) * part if year else 0.0
    whole = node.capacity + added
    return min(node.output / whole, 1.0), added / whole


def columns_of(found: Atlas) -> list[float]:
    """Left edges of the columns: more room where arrows over the boundary stand."""
    names = [c for c, _, _ in found.columns if c != "loop"]
    gaps = [40.0, 46.0, 62.0, 118.0, 96.0]
    last = len(names) - 1
    gaps = [gaps[i] if i < len(gaps) else 60.0 for i in range(last)]
    room = WIDTH - OUT - NODE * len(names)
    factor = room / sum(gaps) if gaps else 1.0
    xs, x = [], 0.0
    for i in range(len(names)):
        xs.append(x)
        x += NODE + (gaps[i] * factor if i < last else 0.0)
    return xs


def _spots(found: Atlas) -> dict[str, Spot]:
    """Rows from the top in every column, the loop below all of them; a short column stands in the middle of its height."""
    xs = columns_of(found)
    number = {c: i for i, (c, _, _) in enumerate(found.columns)}
    rows: dict[str, list[AtlasNode]] = {}
    for node in found.nodes:
        rows.setdefault(node.column, []).append(node)
    most = max((len(some) for column, some in rows.items() if column != "loop"), default=0)
    out: dict[str, Spot] = {}
    for column, some in rows.items():
        some.sort(key=lambda n: n.row)
        if column == "loop":
            continue
        spare = most - len(some)
        first = min(spare, 1) if len(some) == 1 else 0
        for at, node in enumerate(some):
            out[node.id] = Spot(xs[number[column]], HEAD + (first + at) * PITCH, number[column])
    base = HEAD + most * PITCH + 34
    loop = rows.get("loop", [])
    ends = {(e.source, e.target) for e in found.edges if e.kind == "loop" and e.amounts.get("metal", 0.0) > 0}
    names = {n.id for n in loop}
    tied = {end for pair in ends if set(pair) <= names for end in pair}
    seats = {True: list(TIED), False: list(LOOSE)}
    down = 0
    for node in loop:
        free = seats[node.id in tied] or seats[node.id not in tied]
        if not free:
            down += 1
            seats = {True: list(TIED), False: list(LOOSE)}
            free = seats[node.id in tied]
        place = min(free.pop(0), len(xs) - 1)
        out[node.id] = Spot(xs[place], base + down * PITCH, place)
    return out


def _through(found: Atlas, layer: str) -> dict[str, float]:
    """The larger of what a link takes and gives in a layer."""
    into: dict[str, float] = {}
    out: dict[str, float] = {}
    for edge in found.edges:
        amount = edge.amounts.get(layer, 0.0)
        out[edge.source] = out.get(edge.source, 0.0) + amount
        into[edge.target] = into.get(edge.target, 0.0) + amount
    names = {n.id for n in found.nodes}
    return {n: max(into.get(n, 0.0), out.get(n, 0.0)) for n in names}


def _elbow(x1: float, y1: float, gutter: float, x2: float, y2: float) -> str:
    """From left to right with two rounded corners."""
    c = coordinate
    if abs(y1 - y2) < 1:
        return f"M{c(x1)} {c(y1)}H{c(x2)}"
    r = min(6.0, abs(y2 - y1) / 2)
    s = r if y2 > y1 else -r
    return (
        f"M{c(x1)} {c(y1)}H{c(gutter - r)}Q{c(gutter)} {c(y1)} {c(gutter)} {c(y1 + s)}"
        f"V{c(y2 - s)}Q{c(gutter)} {c(y2)} {c(gutter + r)} {c(y2)}H{c(x2)}"
    )
