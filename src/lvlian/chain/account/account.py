"""The account of a region's month: statements in, one balanced flow out, with what is doubted, unknown and worth asking."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lvlian.chain.account.asks import Ask, asks_for
from lvlian.chain.account.build import build_network
from lvlian.chain.account.findings import findings_of
from lvlian.chain.account.intervals import Hidden, hidden_of, sums
from lvlian.chain.account.judge import Doubt, DoubtSet, Judged, judge
from lvlian.chain.account.labels import label
from lvlian.chain.account.network import Network, Stream
from lvlian.chain.account.products import settle
from lvlian.chain.account.reconcile import reconcile
from lvlian.chain.account.reduce import Whole, reduce, restore
from lvlian.chain.account.rows import Check, Row, checks_of, rows_of
from lvlian.chain.account.serial import Removal
from lvlian.chain.account.solution import CLASSES
from lvlian.chain.account.sources import Sources, load_sources
from lvlian.chain.account.system import Floats, System
from lvlian.chain.library import Library, load_library
from lvlian.chain.region import Region
from lvlian.chain.report.statement import Statement
from lvlian.finding import Finding

ROUNDS = 3
RESCALED = 2
"""So many times a month is made anew with better sizes of its processes."""
FAR = 1.5
"""A size further off than this factor is taken anew."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A combination of streams: `value` ± `sd` (NaN where it is only bounded by `low`..`high`, 80 %), `weights` by index of stream."""

    value: float
    sd: float
    low: float
    high: float
    unit: str
    weights: Mapping[int, float]

    @property
    def known(self) -> bool:
        return not math.isnan(self.value)


@dataclass(frozen=True, repr=False, eq=False)
class Account:
    """All of a month. `statements` as received, also those that found no place. Arrays follow `network.streams`. `doubts`, `sets`, `stale` (readings of the network) are not corrected but left
    out; `missing` are running firms that reported nothing; `removals` the global test as received and after each removal, `removed`
    the network's reading of each (None at the first); `below` streams that are held at 0, with how many sd they would be under it.
    Intervals are 80 %."""

    region: Region
    month: str
    statements: tuple[Statement, ...]
    network: Network
    whole: Whole
    hidden: Hidden
    doubts: tuple[Doubt, ...]
    sets: tuple[DoubtSet, ...]
    stale: tuple[int, ...]
    missing: tuple[str, ...]
    removals: tuple[Removal, ...]
    removed: tuple[int | None, ...]
    limit: float
    family_error: float
    counted: int
    rows: tuple[Row, ...]
    checks: tuple[Check, ...]
    asks: tuple[Ask, ...]
    library: Library
    sources: Sources
    before: tuple[Statement, ...] = ()
    carried: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    below: Mapping[int, float] = field(default_factory=dict)
    judged: Judged | None = None

    def __repr__(self) -> str:
        return (
            f"<Account {self.region.name} {self.month}: {len(self.statements)} statements, {len(self.doubts)} doubts>"
        )

    # -- streams
    @property
    def streams(self) -> tuple[Stream, ...]:
        return self.network.streams

    @property
    def solution(self) -> Whole:
        """Values, spreads and classes of every stream; answers like a Solution."""
        return self.whole

    @property
    def system(self) -> System:
        """The whole problem in the order of `streams` and `network.readings`; what does not count has an infinite variance."""
        return self.whole.system

    @property
    def value(self) -> Floats:
        return self.whole.value

    @property
    def sd(self) -> Floats:
        return self.whole.sd

    @property
    def classes(self) -> list[str]:
        return self.whole.classes()

    @property
    def suspects(self) -> tuple[Doubt, ...]:
        return self.doubts

    @cached_property
    def intervals(self) -> Mapping[str, tuple[float, float]]:
        """80 % interval of every stream that cannot be found, by id; ±∞ where nothing bounds it."""
        return {self.streams[k].id: ends for k, ends in self.hidden.intervals.items()}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return findings_of(self)

    @property
    def closed(self) -> bool:
        """Whether the balances hold after the removals."""
        return not self.removals or self.removals[-1].ok

    @property
    def chi2(self) -> float:
        return self.removals[-1].chi2 if self.removals else 0.0

    @property
    def dof(self) -> int:
        return self.removals[-1].dof if self.removals else 0

    def covariance(self, weights: Any) -> Floats:
        """(k, k) covariance of k combinations (k × streams, dense or sparse); NaN where one touches what cannot be found."""
        return self.whole.spread(weights)

    def flow(self, stream_id: str) -> Quantity:
        """One stream. Raises KeyError where the account has none of that name."""
        return self.quantity({self.network.index[stream_id]: 1.0})

    def total(
        self,
        kind: str | Sequence[str] = "",
        good: str | Sequence[str] = "",
        firm: str | Sequence[str] = "",
        process: str | Sequence[str] = "",
        boundary: str = "",
        partner: str | Sequence[str] = "",
    ) -> Quantity:
        """The sum of all streams that fit; an empty field fits all. `boundary`: in, out, `local` (neither) or empty."""
        wanted = [
            (field, {given} if isinstance(given, str) else set(given))
            for field, given in (
                ("kind", kind),
                ("good", good),
                ("firm", firm),
                ("process", process),
                ("partner", partner),
            )
            if given
        ]
        weights = {
            k: 1.0
            for k, s in enumerate(self.streams)
            if all(getattr(s, field) in given for field, given in wanted)
            and (not boundary or (s.boundary or "local") == boundary)
        }
        return self.quantity(weights)

    def quantity(self, weights: Mapping[int, float]) -> Quantity:
        """A combination of streams: known where the balances give it, also if its parts are not; else bounded."""
        from scipy.sparse import csr_matrix

        unit = next((self.streams[k].unit for k in weights), "t")
        if not weights:
            return Quantity(0.0, 0.0, 0.0, 0.0, unit, {})
        seen = self.hidden.observed(weights)
        if seen is None:
            low, high = self.hidden.bounds(weights, exact=len(weights) > 1)
            return Quantity(math.nan, math.nan, low, high, unit, dict(weights))
        row, constant = seen
        keys = list(row)
        value = constant + sum(w * float(self.value[k]) for k, w in row.items())
        w = csr_matrix(([row[k] for k in keys], ([0] * len(keys), keys)), shape=(1, len(self.streams)))
        sd = math.sqrt(max(float(self.whole.spread(w)[0, 0]), 0.0)) if keys else 0.0
        half = 1.2815515655446004 * sd
        return Quantity(value, sd, value - half, value + half, unit, dict(weights))

    def count(self) -> Mapping[str, int]:
        """How many rows of the table are of which class."""
        return {name: sum(row.kind == name and not row.parts for row in self.rows) for name in CLASSES}

    def assumptions_of(self, stream: int) -> tuple[str, ...]:
        """What is taken from the library in the balances next to a stream."""
        near = [node for node in self.network.nodes if any(k == stream for k, _ in node.terms)]
        slack = {k for node in near for k, _ in node.terms if self.streams[k].kind == "slack"}
        return tuple(dict.fromkeys(r.note for r in self.network.readings if r.stream in slack and r.note))

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """Everything that is assumed: classes of sources, ratios of the library, stocks that nobody reports."""
        used = {s.source for s in self.network.statements}
        classes = [
            f"{c.zh}：标准差 {c.relative:.1%}（假设）"
            for key, c in self.sources.classes.items()
            if key in used and not c.verified
        ]
        notes = [r.note for r in self.network.readings if r.role != "statement" and r.note]
        return tuple(dict.fromkeys([*self.network.assumptions, *classes, *notes]))

    def label(self, stream: int, chinese: bool = True) -> str:
        """What a stream is called."""
        return label(self.streams[stream], self.region, self.library, chinese)


def make_account(
    region: Region,
    month: str,
    statements: Sequence[Statement],
    library: Library | None = None,
    before: Account | Sequence[Statement] | None = None,
    family_error: float = 0.05,
    sources: Sources | None = None,
) -> Account:
    """Reconcile a month. `before`: last month's account or statements; closing stocks are carried over and repeated figures found.

    `family_error`: chance that any sound report is doubted. Raises UnsolvableError where exact figures contradict each other; what
    is wrong with single statements is told in the account, never raised.
    """
    shelf = library or load_library()
    sure = sources or load_sources()
    said = before.statements if isinstance(before, Account) else tuple(before or ())
    said = tuple(s for s in said if s.month < month)
    carried = _carried(before if isinstance(before, Account) and before.month < month else said, shelf, sure)
    return account_of(region, month, statements, shelf, said, carried, family_error, sure)


def account_of(
    region: Region,
    month: str,
    statements: Sequence[Statement],
    library: Library | None = None,
    before: Sequence[Statement] = (),
    carried: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    family_error: float = 0.05,
    sources: Sources | None = None,
) -> Account:
    """As `make_account`, with last month's statements and closing stocks (firm, good) → (value, sd) given apart."""
    shelf = library or load_library()
    sure = sources or load_sources()
    opened = dict(carried or {})
    previous: dict[tuple[str, ...], Statement] = {s.key: s for s in before}
    scale: dict[tuple[str, str], float] = {}
    for _ in range(RESCALED + 1):
        network = build_network(region, month, statements, shelf, sure, opened, scale)
        reduced = reduce(network)
        judged = judge(reduced, previous, sure, shelf, family_error)
        whole = restore(reduced, judged.screening.solution, judged.out)
        better = _rescaled(network, whole, shelf)
        if not better:
            break
        scale |= better
    kept: frozenset[int] = frozenset()
    under: dict[int, float] = {}
    for turn in range(ROUNDS):
        below = _below(whole, kept)
        if not below and (turn or not reduced.core.bilinear):
            break
        kept |= below
        under |= {k: float(whole.value[k] / max(whole.sd[k], 1e-9)) for k in sorted(below)}
        whole = _held(network, kept, judged.out, whole.value)
    hidden = hidden_of(whole)
    place = [int(r) for r in reduced.readings]
    tests = judged.screening.removals
    trusted = sum(r.role == "statement" for r in network.readings)
    return Account(
        region=region,
        month=month,
        statements=tuple(statements),
        network=network,
        whole=whole,
        hidden=hidden,
        doubts=judged.doubts,
        sets=judged.sets,
        stale=judged.stale,
        missing=_missing(region, network, statements),
        removals=tests,
        removed=tuple(None if t.reading is None else place[t.reading] for t in tests),
        limit=judged.screening.limit,
        family_error=family_error,
        counted=trusted,
        rows=rows_of(network, whole, reduced, judged, hidden, sums(hidden), shelf, sure),
        checks=checks_of(network, whole, shelf),
        asks=asks_for(whole, hidden, judged.sets, shelf, sure),
        library=shelf,
        sources=sure,
        before=tuple(before),
        carried=opened,
        below=under,
        judged=judged,
    )


def _carried(
    before: Account | Sequence[Statement] | None, library: Library, sources: Sources
) -> dict[tuple[str, str], tuple[float, float]]:
    """Last month's closing stocks: balanced where there is an account, else as reported."""
    if isinstance(before, Account):
        out = {}
        for k, stream in enumerate(before.streams):
            if stream.kind == "level" and stream.process == "closing" and np.isfinite(before.value[k]):
                out[stream.firm, stream.good] = (float(before.value[k]), max(float(before.sd[k]), 1e-6))
        return out
    told = {}
    for s in before or ():
        if s.item == "closing" and math.isfinite(s.value):
            unit = library.goods[s.good].unit if s.good in library.goods else "t"
            sd = s.sd if s.sd is not None else sources.sd(s.value, unit, s.source)
            told[s.about, s.good] = (s.value, sd)
    return told


def _below(whole: Whole, kept: frozenset[int]) -> frozenset[int]:
    """Streams that are less than nothing and have to be held at 0."""
    low = np.flatnonzero(np.nan_to_num(whole.value) < -1e-6 * np.maximum(np.nan_to_num(whole.sd), 1e-9)).tolist()
    return frozenset(k for k in low if not whole.network.streams[k].signed) - kept


def _held(network: Network, kept: frozenset[int], out: frozenset[int], near: Floats) -> Whole:
    """The result without the readings `out`, with all x ≥ 0 and products of unknowns about `near`; `kept` are not peeled."""
    reduced = reduce(network, kept)
    gone = [i for i, r in enumerate(reduced.readings.tolist()) if r in out]
    core = reduced.core.without(gone)
    solution = settle(core, near[reduced.members]) if core.bilinear else reconcile(core)
    return restore(reduced, solution, out)


def _missing(region: Region, network: Network, statements: Sequence[Statement]) -> tuple[str, ...]:
    told = {s.party for s in statements if s.month == network.month}
    linked = {end for link in region.links for end in (link.source, link.target)}
    busy = {firm for firm, _ in network.scale}
    return tuple(
        f.id
        for f in region.firms
        if f.state == "running"
        and f.id not in told
        and (f.id in busy or (not f.lines and (f.id in linked or f.kind in ("haulier", "power"))))
    )


def _rescaled(network: Network, whole: Whole, library: Library) -> dict[tuple[str, str], float]:
    """Processes whose product came out far from the size that the widths of their recipes were taken for: a slip in a figure had set it."""
    better = {}
    for (firm, process), size in network.scale.items():
        k = network.index.get(f"made:{firm}/{process}/{library.processes[process].product}")
        value = float(whole.value[k]) if k is not None else math.nan
        if math.isfinite(value) and value > 0 and not 1 / FAR <= value / size <= FAR:
            better[firm, process] = value
    return better
