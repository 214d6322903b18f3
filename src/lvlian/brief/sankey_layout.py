"""Where the nodes and bands of a flow picture stand: columns by depth, heights in proportion, as few slanting bands as the order allows.

One layout serves the drawing on the server and the chart in the browser, so that both show the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lvlian.chain.sankey import Link, Node, Sankey

BAR = 9.0
"""Width of a node's bar, px."""
GAP = 15.0
"""Least distance between two nodes of a column: the height of a label."""
SWEEPS = 24
SCALES: Mapping[str, tuple[float, str, str, float, str, str]] = {
    "t": (1e4, "万吨", "10 kt", 1.0, "吨", "t"),
    "tce": (1e4, "万吨标煤", "10 ktce", 1.0, "吨标煤", "tce"),
    "t CO2e": (1e4, "万吨CO₂e", "10 kt CO₂e", 1.0, "吨CO₂e", "t CO₂e"),
    "yuan": (1e8, "亿元", "10⁸ yuan", 1e4, "万元", "10⁴ yuan"),
    "kWh": (1e8, "亿kWh", "10⁸ kWh", 1e4, "万kWh", "10⁴ kWh"),
    "m3": (1e4, "万m³", "10⁴ m³", 1.0, "m³", "m³"),
}


@dataclass(frozen=True, slots=True)
class Scale:
    """How a picture's figures are printed: divided by `factor`, in a unit of two languages, with so many decimals."""

    factor: float
    zh: str
    en: str
    places: int

    def told(self, value: float) -> str:
        """The figure without its unit; what is smaller than the last place says so."""
        scaled = value / self.factor
        text = f"{scaled:,.{self.places}f}"
        if scaled and not float(text.replace(",", "")):
            return f"< {10**-self.places:g}"
        return text.replace("-", "−")


def scale_of(unit: str, largest: float) -> Scale:
    """The scale in which the largest figure of a picture is easily read."""
    large, zh, en, small, zh_small, en_small = SCALES.get(unit, (1.0, unit, unit, 1.0, unit, unit))
    factor, *names = (large, zh, en) if largest >= large else (small, zh_small, en_small)
    top = largest / factor
    return Scale(factor, names[0], names[1], 2 if top < 100 else 1 if top < 1000 else 0)


@dataclass(frozen=True, slots=True)
class Box:
    """A node's bar: its upper left corner and height, px."""

    node: Node
    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Band:
    """A link: from (x1, y1) to (x2, y2), upper edges, `width` high, px."""

    link: Link
    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture of `width` × `height` px; `heads` are (text x, column) of the columns, `scale` px per unit of the layer."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]
    heads: tuple[tuple[float, int], ...]
    scale: float


def height_for(picture: Sankey) -> float:
    """A height in which the fullest column has room for its labels and the bands still tell."""
    counts: dict[int, int] = {}
    for node in picture.nodes:
        counts[node.depth] = counts.get(node.depth, 0) + 1
    return float(min(max(300 + GAP * max(counts.values(), default=0), 360), 1200))


def lay_out(picture: Sankey, width: float, height: float, right: float = 150.0) -> Layout:
    """Places everything on a ground of `width` × `height`; `right` px are kept for the labels of the last column."""
    layers: dict[int, list[Node]] = {}
    for node in picture.nodes:
        layers.setdefault(node.depth, []).append(node)
    if not layers:
        return Layout(width, height, (), (), (), 0.0)
    for nodes in layers.values():
        nodes.sort(key=lambda n: n.order)
    last = max(layers)
    pitch = (width - right - BAR) / last if last else 0.0
    scale = min(
        (height - (len(nodes) - 1) * GAP) / total
        for nodes in layers.values()
        if (total := sum(n.value for n in nodes)) > 0
    )
    tall = {n.id: n.value * scale for n in picture.nodes}
    top = _settled(layers, tall, picture.links, height)
    boxes = tuple(Box(n, n.depth * pitch, top[n.id], tall[n.id]) for n in picture.nodes)
    heads = []
    for at, column in enumerate(picture.columns):
        depths = [n.depth for n in picture.nodes if n.kind == "inner" and n.column == column.id]
        if depths:
            heads.append((min(depths) * pitch, at))
    return Layout(width, height, boxes, _bands(boxes, picture.links, scale), tuple(heads), scale)


def _settled(
    layers: Mapping[int, Sequence[Node]], tall: Mapping[str, float], links: Sequence[Link], height: float
) -> dict[str, float]:
    """Upper edges: every node is drawn to the middle of what it is tied to, in its order, without touching its neighbours."""
    beside: dict[str, list[tuple[str, float]]] = {n: [] for n in tall}
    for k in links:
        beside[k.source].append((k.target, k.value))
        beside[k.target].append((k.source, k.value))
    top: dict[str, float] = {}
    for nodes in layers.values():
        whole = sum(tall[n.id] for n in nodes) + GAP * (len(nodes) - 1)
        y = (height - whole) / 2
        for n in nodes:
            top[n.id] = y
            y += tall[n.id] + GAP
    order = sorted(layers)
    for sweep in range(SWEEPS):
        pull = 0.9 * 0.95**sweep
        for depth in order if sweep % 2 else reversed(order):
            nodes = layers[depth]
            wanted = []
            for n in nodes:
                weight = sum(v for _, v in beside[n.id])
                here = top[n.id] + tall[n.id] / 2
                if weight:
                    middle = sum(v * (top[o] + tall[o] / 2) for o, v in beside[n.id]) / weight
                    here += pull * (middle - here)
                wanted.append(here - tall[n.id] / 2)
            for n, y in zip(nodes, _apart(wanted, [tall[n.id] for n in nodes], height), strict=True):
                top[n.id] = y
    return top


def _apart(wanted: Sequence[float], sizes: Sequence[float], height: float) -> list[float]:
    """The places nearest to the wanted ones at which nothing touches: blocks that collide move together (pool adjacent violators)."""
    blocks: list[list[float]] = []  # [sum of wanted starts less own offset, members, length]
    for y, size in zip(wanted, sizes, strict=True):
        blocks.append([y, 1.0, size + GAP])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] + blocks[-2][2] > blocks[-1][0] / blocks[-1][1]:
            total, count, length = blocks.pop()
            before = blocks[-1]
            before[0] += total - count * before[2]
            before[1] += count
            before[2] += length
    starts: list[float] = []
    low = 0.0
    rest = sum(size + GAP for size in sizes) - GAP
    for total, count, length in blocks:
        start = min(max(total / count, low), height - rest)
        starts += [start] * int(count)
        low = start + length
        rest -= length
    out, y, seen = [], 0.0, None
    for start, size in zip(starts, sizes, strict=True):
        y = start if start != seen else y
        seen = start
        out.append(y)
        y += size + GAP
    return out


def _bands(boxes: Sequence[Box], links: Sequence[Link], scale: float) -> tuple[Band, ...]:
    """Bands leave and enter a bar in the order in which their other ends stand."""
    at = {b.node.id: b for b in boxes}
    y1: dict[int, float] = {}
    y2: dict[int, float] = {}
    for box in boxes:
        out = [i for i, k in enumerate(links) if k.source == box.node.id]
        into = [i for i, k in enumerate(links) if k.target == box.node.id]
        y = box.y
        for i in sorted(out, key=lambda i: (at[links[i].target].y, at[links[i].target].x)):
            y1[i] = y
            y += links[i].value * scale
        y = box.y
        for i in sorted(into, key=lambda i: (at[links[i].source].y, at[links[i].source].x)):
            y2[i] = y
            y += links[i].value * scale
    return tuple(
        Band(k, at[k.source].x + BAR, y1[i], at[k.target].x, y2[i], k.value * scale) for i, k in enumerate(links)
    )
