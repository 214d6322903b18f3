"""The network of a month: streams between stores, processes and partners, the balances that must close, the readings.

A store is a good at a firm; a process is one line of a firm. Streams run from process to store (`made`), store to process (`used`),
store to store or over the boundary (`moved`; `arrived` where something is lost on the way), into stock (`stock`, closing − opening)
or nowhere (`lost`). A `total` is the sum of streams that somebody reports in one figure. What a relation of the library leaves open
is a `slack` with a reading of 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lvlian.chain.region import OUTSIDE, Region
from lvlian.chain.report.statement import Statement

KINDS = ("made", "used", "moved", "arrived", "stock", "level", "lost", "total", "price", "value", "content", "slack")
NODE_KINDS = ("store", "process", "relation", "transport", "level", "total", "value")
ROLES = ("statement", "relation", "carried", "assumed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One unknown of the month. `firm` is whom it is about (of `moved`: the sender), `partner` the other side (`outside`, or
    `outside:name` for a named partner beyond the region); `unit` that of the good (yuan for values, yuan per unit for prices)."""

    id: str
    kind: str
    good: str = ""
    firm: str = ""
    partner: str = ""
    process: str = ""
    unit: str = "t"

    @property
    def boundary(self) -> str:
        """`in` or `out` where it crosses the boundary of the region, else empty."""
        if self.kind not in ("moved", "arrived"):
            return ""
        return "in" if self.firm.startswith(OUTSIDE) else "out" if self.partner.startswith(OUTSIDE) else ""

    @property
    def signed(self) -> bool:
        """Whether it may be negative: changes of stock and slacks."""
        return self.kind in ("stock", "slack")


@dataclass(frozen=True, slots=True)
class Node:
    """A balance: `Σ coefficient × stream + Σ coefficient × stream × stream + constant = 0`, by index of stream; `firm`, `good`,
    `process` say whose it is."""

    id: str
    kind: str
    terms: tuple[tuple[int, float], ...]
    firm: str = ""
    good: str = ""
    process: str = ""
    constant: float = 0.0
    products: tuple[tuple[int, int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` ± `sd` read of a stream. `role` statement (somebody reported it), relation (a slack of the library: 0), carried (last
    month's result), assumed (where nobody reports). `note` names the source of what is no statement."""

    stream: int
    value: float
    sd: float
    role: str
    statement: Statement | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A statement that the network has no place for, with the reason."""

    statement: Statement
    zh: str
    en: str


@dataclass(frozen=True)
class Network:
    """Everything that is known of a month before it is reconciled. `scale` of each process is the assumed size of its product (unit of
    the good) from which a relation's sd was reckoned; `facts` are figures of firms that are no flow."""

    region: Region
    month: str
    streams: tuple[Stream, ...]
    nodes: tuple[Node, ...]
    readings: tuple[Reading, ...]
    missed: tuple[Missed, ...] = ()
    assumptions: tuple[str, ...] = ()
    facts: Mapping[tuple[str, str], Statement] = field(default_factory=dict)
    scale: Mapping[tuple[str, str], float] = field(default_factory=dict)
    index: Mapping[str, int] = field(default_factory=dict)

    def stream(self, stream_id: str) -> Stream:
        """Raises KeyError where there is none."""
        return self.streams[self.index[stream_id]]

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that the network reads, in the order of `readings`."""
        return tuple(r.statement for r in self.readings if r.statement is not None)
