"""Sums over the flows of a book by link of the chain; what nodes, edges, strip and gaps are read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lvlian.chain.atlas.grid import LOOP, Grid, Slot
from lvlian.chain.atlas.record import AtlasNode, Project, Works
from lvlian.chain.atlas.thresholds import Thresholds
from lvlian.chain.layers import Book, Factor, Flow
from lvlian.chain.region import Line


class Survey:
    """Sums over the flows of a book by link of the chain; what nodes, edges, strip and gaps are read from."""

    def __init__(
        self,
        book: Book,
        grid: Grid,
        factors: Mapping[str, Mapping[str, Factor]],
        projects: Sequence[Project],
        thresholds: Thresholds,
    ) -> None:
        self.book, self.grid, self.factors, self.thresholds = book, grid, factors, thresholds
        self.slots: list[Slot] = list(grid.slots.get(book.region.metal, ()))
        self.projects: dict[str, list[Project]] = {}
        for project in projects:
            good: Any = book.library.goods.get(project.good)
            if good is not None and good.metal not in ("", book.region.metal):
                continue  # of another metal's chain
            self.projects.setdefault(grid.group_of(project.good), []).append(project)
        self.made: dict[str, list[Flow]] = {}
        self.beside: dict[str, list[Flow]] = {}
        self.used: dict[str, list[Flow]] = {}
        self.bought: dict[str, list[Flow]] = {}
        self.sold: dict[str, list[Flow]] = {}
        self.fed: dict[str, list[Flow]] = {}
        self.year = 12 / max(len(book.months), 1)
        self.running = self._lines()

    # -- collecting
    def look(self, named: Sequence[str]) -> None:
        """Sort every flow to its link; links that flow, are projected or named stand at the foot of their column."""
        for flow in self.book.flows:
            group = self.grid.group_of(flow.good)
            product = self.book.main_product(flow.process) if flow.process else ""
            if flow.kind == "made":
                (self.made if not product or product == flow.good else self.beside).setdefault(group, []).append(flow)
            elif flow.kind == "used":
                self.used.setdefault(group, []).append(flow)
                if product:
                    self.fed.setdefault(self.grid.group_of(product), []).append(flow)
            elif flow.inward:
                self.bought.setdefault(group, []).append(flow)
            elif flow.outward:
                self.sold.setdefault(group, []).append(flow)
        self.slots = [slot for slot in self.slots if slot.column != LOOP or self._seen(slot.group)]
        known = {slot.group for slot in self.slots}
        rows: dict[str, int] = {}
        for slot in self.slots:
            rows[slot.column] = max(rows.get(slot.column, -1), slot.row)
        goods = self.book.library.goods
        extra = [g for g in self.made if self._holds_metal(g)]
        extra += [*self.projects, *(self.grid.group_of(g) for g in named)]
        for group in dict.fromkeys(extra):
            members = self.grid.members(group)
            if group in known or members[0] not in goods or goods[members[0]].kind == "emission":
                continue
            column = self.grid.by_stage.get(goods[members[0]].stage.id)
            if column is None:
                continue
            rows[column] = rows.get(column, -1) + 1
            self.slots.append(Slot(group=group, column=column, row=rows[column], support=not self._holds_metal(group)))

    def _seen(self, group: str) -> bool:
        """Residues that no works of the region leaves are no hole in its chain."""
        good: Any = self.book.library.goods.get(self.grid.members(group)[0])
        if good is None or good.kind not in ("residue", "byproduct"):
            return True
        return any(group in table for table in (self.made, self.beside, self.used, self.bought, self.projects))

    def _holds_metal(self, group: str) -> bool:
        goods = self.book.library.goods
        return any(
            (good := goods.get(g)) is not None and good.metal == self.book.region.metal and good.content.value > 0
            for g in self.grid.members(group)
        )

    def _lines(self) -> dict[str, list[tuple[str, Line, float]]]:
        """Group → (firm, line, months that it ran) of every line that ran in the period."""
        out: dict[str, list[tuple[str, Line, float]]] = {}
        for firm in self.book.region.firms:
            if firm.state in ("building", "planned"):
                continue
            for line in firm.lines:
                months = sum(
                    1
                    for m in self.book.months
                    if (not line.since or line.since <= m) and (not line.until or m <= line.until)
                )
                product = self.book.main_product(line.process)
                if months and product:
                    out.setdefault(self.grid.group_of(product), []).append((firm.id, line, float(months)))
        return out

    # -- figures
    def amount(self, flows: Sequence[Flow], layer: str = "") -> float:
        """Sum of what is known, in the goods' own unit or in a layer."""
        if not layer:
            return sum(f.value or 0.0 for f in flows)
        table = self.factors[layer]
        return sum((f.value or 0.0) * table[f.stream].value for f in flows if f.stream in table)

    def output(self, group: str) -> tuple[float | None, float | None, tuple[str, ...]]:
        """What the group makes net of what it takes of itself, its sd, the streams. None where a stream cannot be found."""
        own = [f for f in self.fed.get(group, ()) if self.grid.group_of(f.good) == group]
        made = list(self.made.get(group, ()))
        if not made and self.grid.by_stage.get(self.book.stage(self.grid.members(group)[0])) == LOOP:
            made = list(self.beside.get(group, ()))  # scrap and residues arise beside something else
        made += [f for f in self.beside.get(group, ()) if f not in made and own]
        if any(f.value is None for f in (*made, *own)):
            return None, None, tuple(f.stream for f in (*made, *own))
        terms = [(f.stream, 1.0) for f in made] + [(f.stream, -1.0) for f in own]
        sd = self.book.spread([terms])[0] if terms else None
        return self.amount(made) - self.amount(own), sd, tuple(s for s, _ in terms)

    def capacity(self, group: str) -> float | None:
        """Of the period, over the lines that ran; lines that feed one another inside a group count once, by the last. None where
        one is not known, or none ran."""
        lines = self.running.get(group, ())
        feeding = {
            x.good
            for _, line, _ in lines
            for x in self.book.library.processes[line.process].inputs
            if self.grid.group_of(x.good) == group
        }
        ends = [
            (line.capacity, months) for _, line, months in lines if self.book.main_product(line.process) not in feeding
        ] or [(line.capacity, months) for _, line, months in lines]
        if not ends or any(c is None for c, _ in ends):
            return None
        return sum((c or 0.0) * months / 12 for c, months in ends)

    def works(self, group: str) -> tuple[Works, ...]:
        firms: dict[str, list[float | None]] = {}
        for flow in self.made.get(group, ()):
            firms.setdefault(flow.firm, []).append(flow.value)
        out = []
        for firm in dict.fromkeys([*firms, *(f for f, _, _ in self.running.get(group, ()))]):
            made = firms.get(firm, [0.0])
            parts = [(line.capacity, months) for f, line, months in self.running.get(group, ()) if f == firm]
            unknown = not parts or any(c is None for c, _ in parts)
            out.append(
                Works(
                    firm=firm,
                    short=self.book.short(firm),
                    output=None if None in made else sum(v or 0.0 for v in made),
                    capacity=None if unknown else sum((c or 0.0) * m / 12 for c, m in parts),
                )
            )
        return tuple(out)

    def unit(self, group: str) -> str:
        good: Any = self.book.library.goods.get(self.grid.members(group)[0])
        return good.unit if good is not None else "t"

    # -- nodes
    def node(self, slot: Slot) -> AtlasNode:
        group = slot.group
        zh, en = self.grid.names(group, self.book.library.goods)
        output, sd, streams = self.output(group)
        works, projects = self.works(group), tuple(self.projects.get(group, ()))
        feed = self.fed.get(group, []) if (output or works) else []
        local, outside = self._feed(group, feed)
        used, leaving = self.amount(self.used.get(group, ())), self.amount(self.sold.get(group, ()))
        state, tags = self._state(group, slot, output, works, projects, used)
        capacity = self.capacity(group)
        if capacity is None and not self.running.get(group) and projects and not output:
            sizes = [p.capacity for p in projects]
            capacity = None if None in sizes else sum(c or 0.0 for c in sizes) * len(self.book.months) / 12
        return AtlasNode(
            id=group,
            zh=zh,
            en=en,
            column=slot.column,
            row=slot.row,
            unit=self.unit(group),
            goods=self.grid.members(group),
            state=state,
            tags=tags,
            support=slot.support,
            output=output,
            sd=sd,
            capacity=capacity,
            used=used,
            feed_local=local,
            feed_outside=outside,
            kept=max((output or 0.0) - leaving, 0.0) if output is not None else 0.0,
            leaving=leaving,
            bought=self.amount(self.bought.get(group, ())),
            works=works,
            projects=projects,
            streams=tuple(dict.fromkeys((*streams, *(f.stream for f in self.bought.get(group, ()))))),
        )

    def _feed(self, group: str, feed: Sequence[Flow]) -> tuple[float, float]:
        """Metal taken, split by the share of each good that the region makes itself; a node that makes nothing: the good itself."""
        if not feed:
            made = self.amount(self.made.get(group, ())) + self.amount(self.beside.get(group, ()))
            return made, self.amount(self.bought.get(group, ()))
        local = outside = 0.0
        metals = self.factors["metal"]
        for flow in feed:
            weight = (flow.value or 0.0) * (metals[flow.stream].value or 0.0)
            good = self.grid.group_of(flow.good)
            made = self.amount(self.made.get(good, ())) + self.amount(self.beside.get(good, ()))
            bought = self.amount(self.bought.get(good, ()))
            share = made / (made + bought) if made + bought else 0.0
            local, outside = local + weight * share, outside + weight * (1 - share)
        return local, outside

    def _state(
        self,
        group: str,
        slot: Slot,
        output: float | None,
        works: Sequence[Works],
        projects: Sequence[Project],
        used: float,
    ) -> tuple[str, tuple[str, ...]]:
        first: Any = self.book.library.goods.get(self.grid.members(group)[0])
        if first is not None and first.kind == "energy":
            return ("strong" if used or output else "missing"), ()
        tags = []
        if any(p.state == "building" for p in projects):
            tags.append("building")
        if any(p.state == "planned" for p in projects):
            tags.append("planned")
        running = [w for w in works if w.output or w.output is None]
        if not running and not output:
            return (tags[0] if tags else "missing"), tuple(tags) or ("missing",)
        loop = slot.column == LOOP
        if used and output is not None and output < self.thresholds.thin_share * used:
            tags.insert(0, "thin")
        if loop and used and (output or 0.0) < self.thresholds.loop_low * self.scrap_need(group):
            tags.insert(0, "thin")
        if first is not None and first.kind == "residue" and not running and output:
            tags.insert(0, "thin")  # it arises and nobody works it up
        if len(running) == 1 and not loop:
            tags.insert(0, "single")
        order = [t for t in ("thin", "single") if t in tags]
        return (order[0] if order else "strong"), tuple(dict.fromkeys((*order, *tags)))

    def scrap_need(self, group: str) -> float:
        """What running and coming processes of the region would take of the group in a period at full load."""
        need = 0.0
        members = set(self.grid.members(group))
        months = len(self.book.months)
        for lines in self.running.values():
            for _, line, ran in lines:
                need += (line.capacity or 0.0) * ran / 12 * self.takes(line.process, members)
        for projects in self.projects.values():
            for p in projects:
                process = p.process or self.usual_process(p.good)
                need += (p.capacity or 0.0) * months / 12 * (self.takes(process, members) if process else 0.0)
        return need

    def takes(self, process_id: str, goods: set[str]) -> float:
        """Units of any of the goods that a process takes per unit made (alternatives counted once)."""
        process = self.book.library.processes.get(process_id)
        if process is None:
            return 0.0
        total = 0.0
        for x in process.inputs:
            good = self.book.library.goods.get(x.good)
            if x.good in goods or (good is not None and good.kind == "scrap" and goods & set(good.any_of)):
                total += x.value
        return total

    def usual_process(self, good: str) -> str:
        """The process that the library names first for a good; empty where it has none."""
        return next((p.id for p in self.book.library.processes.values() if p.product == good), "")

    def feeders(self, group: str) -> tuple[str, ...]:
        """Links whose goods with metal the library's processes take to make the group."""
        members = set(self.grid.members(group))
        goods = self.book.library.goods
        out: dict[str, None] = {}
        for process in self.book.library.processes.values():
            if process.product not in members:
                continue
            for x in process.inputs:
                good = goods.get(x.good)
                if good is None or good.metal != self.book.region.metal or not good.content.value:
                    continue
                for option in (x.good, *good.any_of):
                    entry = goods.get(option)
                    if entry is not None and entry.kind not in ("scrap", "reagent", "residue"):
                        out[self.grid.group_of(option)] = None
        return tuple(g for g in out if g != group)
