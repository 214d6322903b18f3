"""From a region and its statements to the network of a month, and from the network to the system that is reconciled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lvlian.chain.account.network import Missed, Network, Node, Reading, Stream
from lvlian.chain.account.relations import Recipe, recipe_of
from lvlian.chain.account.sources import Sources, load_sources
from lvlian.chain.library import Library, load_library
from lvlian.chain.region import Firm, Region
from lvlian.chain.report.statement import Statement


@dataclass
class Builder:
    """Grows the network step by step; `build_network` is the door."""

    region: Region
    month: str
    library: Library
    sources: Sources
    carried: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    streams: list[Stream] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    assumptions: dict[str, None] = field(default_factory=dict)
    facts: dict[tuple[str, str], Statement] = field(default_factory=dict)
    runs: dict[tuple[str, str], Recipe] = field(default_factory=dict)
    stores: dict[tuple[str, str], list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[tuple[str, str], tuple[int, int, int]] = field(default_factory=dict)
    contents: dict[tuple[str, str], int] = field(default_factory=dict)
    ways: list[tuple[int, str, str, str, float, str]] = field(default_factory=list)
    said: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    scale: dict[tuple[str, str], float] = field(default_factory=dict)
    pending: list[tuple[Statement, str, str]] = field(default_factory=list)

    @cached_property
    def firms(self) -> dict[str, Firm]:
        return {firm.id: firm for firm in self.region.firms}

    # -- streams
    def unit(self, good: str) -> str:
        entry = self.library.goods.get(good)
        return entry.unit if entry is not None else "t"

    def add(self, kind: str, good: str, firm: str, partner: str = "", process: str = "", unit: str = "") -> int:
        """The stream of that name, made where it is not yet there; it enters its store."""
        who = f"{firm}>{partner}" if partner else firm
        name = f"{kind}:{who}/{process}/{good}" if process else f"{kind}:{who}/{good}"
        k = self.index.get(name)
        if k is not None:
            return k
        k = self.index[name] = len(self.streams)
        self.streams.append(
            Stream(
                id=name, kind=kind, good=good, firm=firm, partner=partner, process=process, unit=unit or self.unit(good)
            )
        )
        return k

    def made(self, firm: str, process: str, good: str) -> int:
        k = self.index.get(f"made:{firm}/{process}/{good}" if process else f"made:{firm}/{good}")
        if k is None:
            k = self.add("made", good, firm, process=process)
            self.stores[firm, good].append((k, 1.0))
        return k

    def used(self, firm: str, process: str, good: str) -> int:
        k = self.index.get(f"used:{firm}/{process}/{good}" if process else f"used:{firm}/{good}")
        if k is None:
            k = self.add("used", good, firm, process=process)
            self.stores[firm, good].append((k, -1.0))
        return k

    def moved(self, source: str, target: str, good: str) -> int:
        k = self.index.get(f"moved:{source}>{target}/{good}")
        if k is not None:
            return k
        k = self.add("moved", good, source, target)
        if source in self.firms:
            self.stores[source, good].append((k, -1.0))
        if target in self.firms:
            self.stores[target, good].append((self._arrival(k, source, target, good), 1.0))
        return k

    def _arrival(self, k: int, source: str, target: str, good: str) -> int:
        """What reaches the receiver: the same stream, or another where the library knows a loss on the way."""
        entry = self.sources.transport.get(good)
        found = self.library.coefficients.get(entry) if entry and source in self.firms else None
        if found is None:
            return k
        there = self.add("arrived", good, source, target)
        lost = self.add("lost", good, source, target, process=found.process_id)
        slack = self.add("slack", good, source, target, process=f"{found.process_id}.{target}")
        self.node("transport", ((k, 1.0), (there, -1.0), (lost, -1.0)), source, good, f"{found.process_id}.{target}")
        self.node(
            "relation", ((lost, 1.0), (k, -found.value), (slack, -1.0)), source, good, f"{found.process_id}.{target}"
        )
        self.ways.append((slack, source, target, good, (found.high - found.low) / self.sources.range_in_sd, found.cite))
        return there

    def level(self, firm: str, good: str) -> tuple[int, int, int]:
        """Opening, closing and change of a stock."""
        found = self.levels.get((firm, good))
        if found is None:
            opening = self.add("level", good, firm, process="opening")
            closing = self.add("level", good, firm, process="closing")
            change = self.add("stock", good, firm)
            self.stores[firm, good].append((change, -1.0))
            self.node("level", ((closing, 1.0), (opening, -1.0), (change, -1.0)), firm, good)
            found = self.levels[firm, good] = (opening, closing, change)
        return found

    def node(
        self,
        kind: str,
        terms: Iterable[tuple[int, float]],
        firm: str = "",
        good: str = "",
        process: str = "",
        products: Sequence[tuple[int, int, float]] = (),
    ) -> None:
        merged: dict[int, float] = {}
        for k, c in terms:
            merged[k] = merged.get(k, 0.0) + c
        name = "/".join(part for part in (firm, process, good) if part)
        self.nodes.append(
            Node(
                f"{kind}:{name}",
                kind,
                tuple((k, c) for k, c in merged.items() if c),
                firm,
                good,
                process,
                products=tuple(products),
            )
        )

    def read(
        self, k: int, value: float, sd: float, role: str, statement: Statement | None = None, note: str = ""
    ) -> None:
        self.readings.append(Reading(k, float(value), float(sd), role, statement, note))
        if role == "statement":
            self.said[k].append(value)

    def miss(self, statement: Statement, zh: str, en: str) -> None:
        self.missed.append(Missed(statement=statement, zh=zh, en=en))

    def running(self, firm: Firm) -> list[str]:
        return [
            line.process
            for line in firm.lines
            if (not line.since or line.since <= self.month) and (not line.until or self.month <= line.until)
        ]

    def idle(self, firm: Firm) -> bool:
        """Whether none of the firm's lines runs in the month, or it is not running at all."""
        return firm.state != "running" or (bool(firm.lines) and not self.running(firm))

    @cached_property
    def asked(self) -> set[tuple[str, str]]:
        """(firm, good) of which somebody reports all that was received."""
        return {(firm, s.good) for s, side, firm in self.pending if side == "received"}

    def through(self, firm: str, good: str) -> float:
        """The largest figure that somebody reports of a store, by the size of its lower median per stream; 0 where nobody does."""
        sizes = [0.0]
        for k, _ in self.stores.get((firm, good), ()):
            values = sorted(abs(v) for v in self.said.get(k, ()))
            if values and self.streams[k].kind != "stock":
                sizes.append(values[(len(values) - 1) // 2])
        own = [
            self.scale[firm, p]
            for (f, p), r in self.runs.items()
            if f == firm and r.product == good and (f, p) in self.scale
        ]
        for (owner, process), recipe in self.runs.items():
            if owner == firm and (owner, process) in self.scale:
                own += [
                    r.value * self.scale[owner, process] for r in (*recipe.charge, *recipe.inputs) if r.good == good
                ]
        if own:  # a recipe knows the size better than a figure with a slip in it
            return max(own)
        return max(sizes)

    def run(self, firm: str, process: str) -> Recipe | None:
        """A line of a firm with its recipe; its product exists from now on."""
        recipe = self.runs.get((firm, process))
        if recipe is None:
            recipe = recipe_of(self.library, process, self.sources)
            if recipe is None:
                return None
            self.runs[firm, process] = recipe
            self.made(firm, process, recipe.product)
        return recipe

    def users(self, firm: str, good: str) -> list[str]:
        """The running processes of a firm that may take the good: named by the recipe, in place of what it names, or melted with it."""
        by_name, instead, melts = [], [], []
        entry = self.library.goods.get(good)
        for (owner, process), recipe in self.runs.items():
            if owner != firm:
                continue
            names = {r.good for r in (*recipe.charge, *recipe.inputs)}
            if good in names:
                by_name.append(process)
            elif any(good in g.any_of for g in map(self.library.goods.get, names) if g is not None):
                instead.append(process)
            elif (
                entry is not None
                and entry.metal == recipe.metal
                and (entry.kind == "scrap" or good in self.sources.melted)
                and any(r.good in self.sources.melted for r in recipe.charge)
            ):
                melts.append(process)
        return by_name or instead or melts


def build_network(
    region: Region,
    month: str,
    statements: Sequence[Statement],
    library: Library | None = None,
    sources: Sources | None = None,
    carried: Mapping[tuple[str, str], tuple[float, float]] | None = None,
    scale: Mapping[tuple[str, str], float] | None = None,
) -> Network:
    """The network of a region's month.

    `carried`: (firm, good) → last month's closing stock and its sd, which this month opens with. `scale`: (firm, process) → the size
    of its product where it is known better than from the figures as they came. Statements that name a firm, good
    or partner that is not known are kept in `missed` with the reason; nothing is raised for them.
    """
    from lvlian.chain.account.closing import close
    from lvlian.chain.account.placing import place

    b = Builder(region, month, library or load_library(), sources or load_sources(), carried or {})
    b.scale.update(scale or {})
    for firm in region.firms:
        if firm.state == "running":
            for process in b.running(firm):
                if b.run(firm.id, process) is None:
                    b.assumptions[f"{firm.short}：物料库没有工序 {process}，不列平衡"] = None
    place(b, statements)
    close(b)
    return Network(
        region=region,
        month=month,
        streams=tuple(b.streams),
        nodes=tuple(b.nodes),
        readings=tuple(b.readings),
        missed=tuple(b.missed),
        assumptions=tuple(b.assumptions),
        facts=b.facts,
        scale=b.scale,
        index=b.index,
    )
