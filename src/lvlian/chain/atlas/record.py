"""What an atlas of a chain is made of: links as nodes in a fixed grid, flows between them, a strip of totals, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STATES = ("strong", "thin", "single", "building", "planned", "missing")
STATE_ZH: Mapping[str, str] = {
    "strong": "不缺",
    "thin": "薄",
    "single": "一家",
    "building": "在建",
    "planned": "拟建",
    "missing": "缺",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of the region's list: `good` it will make, `capacity` in the good's unit a year (None: not said), `state` building |
    planned, `when` it is to run ("2024-06", "" unknown), `blocks`: what it waits for, in the words given."""

    id: str
    name: str
    firm: str
    good: str
    capacity: float | None = None
    state: str = "building"
    when: str = ""
    blocks: tuple[str, ...] = ()
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Works:
    """A firm at a node: what it made in the period, what it could have made (None: unknown)."""

    firm: str
    short: str
    output: float | None
    capacity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasNode:
    """A link of the chain. `output` and `capacity` are of the period, in `unit` (None: cannot be found, unknown); `used` what the
    region takes of it; `feed_local`, `feed_outside`: its inputs of metal (for a node that makes nothing: of the good itself);
    `kept`, `leaving`: where its goods go. `state` is the worst that holds, `tags` all. `pieces`: members of a group by good."""

    id: str
    zh: str
    en: str
    column: str
    row: int
    unit: str
    goods: tuple[str, ...]
    state: str
    tags: tuple[str, ...] = ()
    support: bool = False
    output: float | None = 0.0
    sd: float | None = None
    capacity: float | None = None
    used: float = 0.0
    feed_local: float = 0.0
    feed_outside: float = 0.0
    kept: float = 0.0
    leaving: float = 0.0
    bought: float = 0.0
    works: tuple[Works, ...] = ()
    projects: tuple[Project, ...] = ()
    streams: tuple[str, ...] = ()
    discs: tuple[int, ...] = ()

    @property
    def load(self) -> float | None:
        """Output by capacity of the period; None where one of them is unknown."""
        return None if self.output is None or not self.capacity else self.output / self.capacity

    @property
    def local_share(self) -> float | None:
        """The share of its feed that comes from the region."""
        total = self.feed_local + self.feed_outside
        return self.feed_local / total if total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasEdge:
    """`kind` local | in | out | loop | planned | missing; `amounts` by layer (t of metal, tce, t CO2e, yuan), `physical` in the
    unit of the good where all of it is one unit. `in` has no source, `out` no target."""

    source: str
    target: str
    kind: str
    amounts: Mapping[str, float] = field(default_factory=dict)
    physical: float | None = None
    unit: str = ""
    sd: float | None = None
    streams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StripCell:
    """One layer in one column: `value` in the layer's unit, `brought` what only arrives from outside in it."""

    column: str
    layer: str
    value: float
    brought: float = 0.0
    streams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One place where the chain could be closed. `kind` as in gaps.yaml; `evidence` and `brings` are sentences; `metal` t a year
    that it concerns, `value` yuan a year that it would bring (low, high; None: 推不得), `investment` whether money must be spent
    (None: not known); `effects`: (what, before, after)."""

    number: int
    kind: str
    kind_zh: str
    kind_en: str
    nodes: tuple[str, ...]
    title_zh: str
    title_en: str
    evidence_zh: str
    evidence_en: str
    brings_zh: str
    brings_en: str
    metal: float | None = None
    value: tuple[float, float] | None = None
    effects: tuple[tuple[str, str, float, float], ...] = ()
    projects: tuple[Project, ...] = ()
    blocks: tuple[str, ...] = ()
    investment: bool | None = None
    level: str = "notice"
    streams: tuple[str, ...] = ()
    arithmetic: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """Columns stand from left to right, the loop below; nodes carry column and row, so that two regions lie on one grid."""

    region: str
    months: tuple[str, ...]
    columns: tuple[tuple[str, str, str], ...]
    nodes: tuple[AtlasNode, ...]
    edges: tuple[AtlasEdge, ...]
    strip: tuple[StripCell, ...]
    gaps: tuple[Gap, ...] = ()
    assumptions: tuple[str, ...] = ()
    simulated: bool = False

    def node(self, node_id: str) -> AtlasNode:
        """Raises KeyError."""
        return {n.id: n for n in self.nodes}[node_id]

    def counts(self) -> dict[str, int]:
        """How many links stand in each state."""
        out = dict.fromkeys(STATES, 0)
        for node in self.nodes:
            out[node.state] += 1
        return out

    def to_json(self) -> dict[str, Any]:
        """Plain values, in a fixed order, so that the same account gives the same bytes."""
        from dataclasses import asdict

        return {
            "region": self.region,
            "months": list(self.months),
            "simulated": self.simulated,
            "columns": [list(c) for c in self.columns],
            "nodes": [{**asdict(n), "load": n.load, "local_share": n.local_share} for n in self.nodes],
            "edges": [asdict(e) for e in self.edges],
            "strip": [asdict(s) for s in self.strip],
            "gaps": [asdict(g) for g in self.gaps],
            "assumptions": list(self.assumptions),
        }
