"""What a Sankey diagram is made of: nodes, links, columns, and the form that a chart and a table take of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NODE_KINDS = (
    "inner",
    "in",
    "out",
    "loop_in",
    "loop_out",
    "loss",
    "stock_in",
    "stock_out",
    "source",
    "use",
    "gap",
    "unknown",
)
"""`inner`: closes (in = out); all others stand at an edge: over the boundary (`in`, `out`), the recycled loop cut open (`loop_in`
left, `loop_out` right), losses, stock drawn or laid up, what a layer adds at a step (`source`: emission, added value), the least
energy that nature asks (`use`), an imbalance that the account leaves (`gap`), and the sum of streams that cannot be found (`unknown`)."""
LINK_KINDS = ("local", "in", "out", "loop", "loss", "stock", "source", "use", "gap", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`column` is the stage column that it stands in, `depth` its place along the flow (0 left), `order` its place from the top,
    `value` the larger of what enters and what leaves, in the unit of the layer; `members`: what was gathered into it."""

    id: str
    zh: str
    en: str
    kind: str = "inner"
    column: str = ""
    depth: int = 0
    order: int = 0
    value: float = 0.0
    good: str = ""
    firm: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """`value` in the unit of the layer (> 0) with `sd` (None: unknown); `terms` are the streams that it adds up: (stream id,
    factor to the unit of the layer). `quality`: the weakest class among them; `estimated`: some stream has no reading."""

    source: str
    target: str
    value: float
    kind: str = "local"
    sd: float | None = None
    terms: tuple[tuple[str, float], ...] = ()
    goods: tuple[str, ...] = ()
    quality: str = ""
    estimated: bool = False

    @property
    def streams(self) -> tuple[str, ...]:
        return tuple(stream for stream, _ in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column head: its name, what passes through it, and the ratio that matters there (None: nothing to divide by)."""

    id: str
    zh: str
    en: str
    value: float
    ratio: float | None = None
    ratio_zh: str = ""
    ratio_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sankey:
    """`nodes` and `links` make a graph without a cycle in which every inner node passes on what it takes. `inside` is what moves
    within a node (firm to firm, or melted again in the same works); `hidden` are streams that cannot be found, with their bounds."""

    layer: str
    unit: str
    level: str
    months: tuple[str, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    columns: tuple[Column, ...] = ()
    inside: Mapping[str, float] = field(default_factory=dict)
    hidden: tuple[tuple[str, float, float], ...] = ()
    assumptions: tuple[str, ...] = ()
    simulated: bool = False

    @property
    def total(self) -> float:
        """What enters at the edges, without the loop that was cut open."""
        kinds = {node.id: node.kind for node in self.nodes}
        return sum(link.value for link in self.links if kinds[link.source] not in ("inner", "loop_in"))

    def node(self, node_id: str) -> Node:
        """Raises KeyError for an unknown id."""
        return next(iter(node for node in self.nodes if node.id == node_id), None) or _missing(node_id)

    def chart(self, language: str = "zh") -> dict[str, Any]:
        """`nodes` and `links` as ECharts takes them (with `depth`, in drawing order, so that `layoutIterations: 0` keeps it)."""
        nodes = sorted(self.nodes, key=lambda n: (n.depth, n.order))
        return {
            "unit": self.unit,
            "simulated": self.simulated,
            "nodes": [
                {
                    "name": n.id,
                    "label": n.zh if language == "zh" else n.en,
                    "depth": n.depth,
                    "value": n.value,
                    "kind": n.kind,
                    "column": n.column,
                    "members": list(n.members),
                }
                for n in nodes
            ],
            "links": [
                {
                    "source": k.source,
                    "target": k.target,
                    "value": k.value,
                    "sd": k.sd,
                    "kind": k.kind,
                    "estimated": k.estimated,
                    "quality": k.quality,
                    "streams": list(k.streams),
                }
                for k in self.links
            ],
            "columns": [
                {
                    "id": c.id,
                    "label": c.zh if language == "zh" else c.en,
                    "value": c.value,
                    "ratio": c.ratio,
                    "ratioLabel": c.ratio_zh if language == "zh" else c.ratio_en,
                }
                for c in self.columns
            ],
        }

    def rows(self, language: str = "zh") -> list[dict[str, Any]]:
        """The table behind the chart: one row per link, largest first, each with the streams that it adds up."""
        names = {n.id: n.zh if language == "zh" else n.en for n in self.nodes}
        return [
            {
                "from": names[k.source],
                "to": names[k.target],
                "value": k.value,
                "sd": k.sd,
                "unit": self.unit,
                "kind": k.kind,
                "quality": k.quality,
                "estimated": k.estimated,
                "streams": list(k.streams),
            }
            for k in sorted(self.links, key=lambda k: (-k.value, k.source, k.target))
        ]


def _missing(node_id: str) -> Node:
    raise KeyError(node_id)
