"""The flows of a projected quarter under the names of the account: made, used, moved, stock, value, price of every firm.

A firm's own use comes first; what it has left goes to firms of the region by contract, then to all who need it in proportion, and the
rest over the boundary. Who sells to whom is an assumption of the projection; what is made and used in the region does not hang on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.account.network import Stream
from lvlian.chain.indicators.flows import Flows
from lvlian.chain.region import OUTSIDE, Firm, Line, Region
from lvlian.outlook.case import Case
from lvlian.outlook.projection.chain import Chain
from lvlian.outlook.projection.run import Run

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]
WEIGHTY = ("primary", "alumina", "ore", "carbon", "recycled", "residue")
"""Stages that give a firm its kind, the weightiest first."""


def region_of(case: Case, library: Library) -> Region:
    """The region of a case as an account has it, every plant a line; the kind of a firm follows from what it runs."""
    from lvlian.chain.simulate.assumptions import load_assumptions

    kinds = load_assumptions().table("kinds")
    lines: dict[str, list[str]] = {}
    for plant in case.plants:
        lines.setdefault(plant.firm, []).append(plant.process)
    firms = []
    for firm, processes in lines.items():
        stages = [library.processes[process].stage.id for process in processes if process in library.processes]
        kind = next((str(kinds[stage]) for stage in WEIGHTY if stage in stages and stage in kinds), "processor")
        if kind in ("recycler", "carbon", "mine") and any(stage not in kinds for stage in stages):
            kind = "processor"
        if stages and all(stage == "energy" for stage in stages):
            kind = "power"
        name = case.names.get(firm, firm)
        own = tuple(Line(process=process, capacity=1.0) for process in dict.fromkeys(processes))
        firms.append(Firm(id=firm, name=name, short=name, kind=kind, lines=own))
    return Region(
        name=case.region,
        firms=tuple(firms),
        metal=case.metal,
        grid_area=case.grid_area,
        facts=case.facts,
        simulated=case.simulated,
    )


@dataclass(frozen=True)
class Template:
    """What the quarters of a case have in common: its region, and all streams that may flow, by id."""

    region: Region
    streams: tuple[Stream, ...]
    month: str

    @cached_property
    def index(self) -> Mapping[str, int]:
        return {stream.id: number for number, stream in enumerate(self.streams)}

    @cached_property
    def flows(self) -> Flows:
        """An account in which every stream is one, exactly known: its weights are those of any quarter."""
        size = len(self.streams)
        return Flows(
            region=self.region,
            month=self.month,
            streams=self.streams,
            value=np.ones(size),
            sd=np.zeros(size),
            classes=("observable",) * size,
            spread=lambda rows: np.zeros((len(rows), len(rows))),
        )


def template_of(chain: Chain, library: Library) -> Template:
    """The streams that a chain may have."""
    case = chain.model.case
    region = region_of(case, library)
    found: dict[str, Stream] = {}

    def add(kind: str, good: str, firm: str, partner: str = "", process: str = "", unit: str = "") -> None:
        who = f"{firm}>{partner}" if partner else firm
        name = f"{kind}:{who}/{process}/{good}" if process else f"{kind}:{who}/{good}"
        entry = library.goods.get(good)
        told = unit or (entry.unit if entry is not None else "t")
        found.setdefault(
            name, Stream(id=name, kind=kind, good=good, firm=firm, partner=partner, process=process, unit=told)
        )

    makers: dict[str, list[str]] = {}
    takers: dict[str, list[str]] = {}
    slots = {(slot.good, slot.plant): slot for slot in chain.slots}
    for column, plant in enumerate(chain.model.plants):
        for row, good in enumerate(chain.goods):
            if chain.coef[row, column] > 0:
                add("made", good, plant.firm, process=plant.process)
                makers.setdefault(good, []).append(plant.firm)
            if chain.coef[row, column] < 0:
                slot = slots.get((row, column))
                for other in (row,) if slot is None else slot.options:
                    add("used", chain.goods[other], plant.firm, process=plant.process)
                    takers.setdefault(chain.goods[other], []).append(plant.firm)
        product = chain.goods[chain.model.products[column]]
        add("value", product, plant.firm, unit="yuan")
        add("price", product, plant.firm, unit="yuan/t")
    for firm in region.firms:
        add("value", "", firm.id, unit="yuan")
    for good in dict.fromkeys((*makers, *takers)):
        sources, targets = dict.fromkeys(makers.get(good, ())), dict.fromkeys(takers.get(good, ()))
        free = chain.free[chain.goods.index(good)]
        for source in sources:
            add("stock", good, source)
            for target in targets:
                if source != target:
                    add("moved", good, source, target)
                    if not free:
                        add("arrived", good, source, target)
            if free or good in chain.kept_local:
                add("moved", good, source, OUTSIDE)
        if free:
            for target in targets:
                add("moved", good, OUTSIDE, target)
    return Template(
        region=region, streams=tuple(found.values()), month=f"{case.first.year}-{3 * case.first.number:02d}"
    )


class Readings:
    """The values of streams in a run, each (D, Q), worked out when it is first asked for."""

    def __init__(self, run: Run, template: Template) -> None:
        self.run = run
        self.template = template
        self._kept: dict[str, Floats] = {}
        self._pairs: dict[str, dict[tuple[str, str], Floats]] = {}
        self._plants: dict[str, list[int]] = {}
        for column, plant in enumerate(run.model.plants):
            self._plants.setdefault(plant.firm, []).append(column)
        self._place = {good: row for row, good in enumerate(run.chain.goods)}
        self._slot = {(slot.good, slot.plant): number for number, slot in enumerate(run.chain.slots)}
        self._zero = np.zeros((run.activity.shape[2], run.draws)).T  # laid out as the run's own arrays

    def __call__(self, stream_id: str) -> Floats:
        """(D, Q) of a stream of the template. Raises KeyError where there is none."""
        held = self._kept.get(stream_id)
        if held is None:
            held = self._kept[stream_id] = self._read(self.template.streams[self.template.index[stream_id]])
        return held

    def plants_of(self, firm: str, process: str = "") -> list[int]:
        plants = self.run.model.plants
        return [p for p in self._plants.get(firm, ()) if not process or plants[p].process == process]

    def _read(self, stream: Stream) -> Floats:
        columns = self.plants_of(stream.firm, stream.process)
        match stream.kind:
            case "made":
                return self.made(columns, stream.good)
            case "used":
                return self.used(columns, stream.good)
            case "value":
                if stream.good:
                    return self.value(columns, (stream.good,))
                return self.value(columns)
            case "price":
                row = self._place[stream.good]
                return np.broadcast_to(self.run.price[:, row], self._zero.shape)
            case "stock":
                return self._stock(columns, stream.good)
            case _:
                return self._moved(stream.good).get((stream.firm, stream.partner), self._zero)

    def made(self, columns: list[int], good: str, main: bool | None = None) -> Floats:
        """(D, Q) of a good; `main` True only as main product, False only beside it."""
        row, out = self._place[good], np.zeros_like(self._zero)
        for p in columns:
            if self.run.chain.coef[row, p] > 0 and (main is None or (self.run.model.products[p] == row) == main):
                out += self.run.amount(row, p)[:, None] * self.run.activity[:, p]
        return out

    def used(self, columns: list[int], good: str) -> Floats:
        """(D, Q) of a good that plants take."""
        row, out = self._place[good], np.zeros_like(self._zero)
        chosen = set(columns)
        for p in columns:
            if self.run.chain.use[row, p] > 0 and (row, p) not in self._slot:
                out -= self.run.amount(row, p)[:, None] * self.run.activity[:, p]
        for number, (slot, taken) in enumerate(self.run.options):
            if taken == row and self.run.chain.slots[slot].plant in chosen:
                out += self.run.flex[:, number]
        return out

    def value(self, columns: list[int], goods: tuple[str, ...] = ()) -> Floats:
        """(D, Q) yuan: what plants of one firm make as main product, less what they take of it themselves, at the price of the
        quarter (the factory method of the statistics)."""
        model = self.run.model
        names = goods or tuple(dict.fromkeys(self.run.chain.goods[model.products[p]] for p in columns))
        out = np.zeros_like(self._zero)
        for good in names:
            made = self.made(columns, good, main=True)
            own = self.used(columns, good)
            out += np.maximum(made - own, 0.0) * self.run.price[:, self._place[good]]
        return out

    def _by(self, columns: list[int], good: str) -> Floats:
        return self.made(columns, good, main=False)

    def _stock(self, columns: list[int], good: str) -> Floats:
        by = self._by(columns, good)
        out = by.copy(order="K")
        out[:, 1:] -= by[:, :-1]
        return out

    def _moved(self, good: str) -> dict[tuple[str, str], Floats]:
        """(source, target) → (D, Q) of a good, OUTSIDE on the other side of the boundary."""
        held = self._pairs.get(good)
        if held is not None:
            return held
        surplus: dict[str, Floats] = {}
        need: dict[str, Floats] = {}
        for firm, columns in self._plants.items():
            before = np.concatenate([self._zero[:, :1], self._by(columns, good)[:, :-1]], axis=1)
            there, taken = self.made(columns, good, main=True) + before, self.used(columns, good)
            own = np.minimum(there, taken)
            if there.any():
                surplus[firm] = there - own
            if taken.any():
                need[firm] = taken - own
        out: dict[tuple[str, str], Floats] = {}
        for contract in self.run.model.case.contracts:
            if contract.good != good or contract.source not in surplus or contract.target not in need:
                continue
            made = surplus[contract.source]
            most = made if contract.share is None else made * contract.share
            if contract.amount is not None:
                most = np.minimum(most, contract.amount / 4)
            given = np.minimum(most, need[contract.target])
            out[contract.source, contract.target] = out.get((contract.source, contract.target), self._zero) + given
            surplus[contract.source] = made - given
            need[contract.target] = need[contract.target] - given
        offered = sum(surplus.values(), self._zero)
        asked = sum(need.values(), self._zero)
        most = np.maximum(np.maximum(offered, asked), 1e-300)
        for source, left in surplus.items():
            for target, lack in need.items():
                if source != target:
                    out[source, target] = out.get((source, target), self._zero) + left * lack / most
        for source, left in surplus.items():
            out[source, OUTSIDE] = left * np.maximum(1.0 - asked / most, 0.0)
        for target, lack in need.items():
            out[OUTSIDE, target] = lack * np.maximum(1.0 - offered / most, 0.0)
        self._pairs[good] = out
        return out


__all__ = ["Readings", "Template", "region_of", "template_of"]
