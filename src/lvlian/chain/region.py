"""The region that an account is made for: its firms, what they can make, and who supplies whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = ("mine", "refinery", "carbon", "smelter", "processor", "recycler", "power", "warehouse", "haulier")
KIND_ZH: Mapping[str, str] = {
    "mine": "矿山",
    "refinery": "氧化铝",
    "carbon": "炭素",
    "smelter": "电解",
    "processor": "铸造加工",
    "recycler": "再生",
    "power": "供电",
    "warehouse": "仓储",
    "haulier": "运输",
}
OUTSIDE = "outside"
"""The other side of a flow over the boundary of the region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A process that a firm runs: `capacity` in t/a of its main product (None: unknown), `since`/`until` months "2023-09"."""

    process: str
    capacity: float | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """`id` is stable and plain (`hongtai`), `name` as registered, `short` as used in tables; `post` is whom to ask (a post,
    never a person); `state` running | building | planned | stopped."""

    id: str
    name: str
    short: str
    kind: str
    lines: tuple[Line, ...] = ()
    post: str = "统计岗"
    state: str = "running"
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A standing supply of `good` from a firm to another (or to or from `outside`)."""

    source: str
    target: str
    good: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """`metal` names the library (`aluminium`); `links` are the supplies known to exist, `complete` the (firm, good) pairs of
    which they are all; `facts` figures of the region that an indicator needs (name → value), `simulated` says whether invented."""

    name: str
    firms: tuple[Firm, ...]
    links: tuple[Link, ...] = ()
    metal: str = "aluminium"
    grid_area: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)
    simulated: bool = False
    complete: frozenset[tuple[str, str]] = frozenset()

    def firm(self, firm_id: str) -> Firm | None:
        return next((firm for firm in self.firms if firm.id == firm_id), None)
