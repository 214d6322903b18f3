"""What one side of an indicator adds up in a projected quarter: streams, capacities, counts of firms, facts that the projection knows.

The terms are those of lvlian.chain.indicators; their own code says which streams and lines they select. It is asked once for a
region, the answer is a linear form that holds for all quarters and draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.indicators.formula import Condition, Term
from lvlian.chain.indicators.scene import Scene
from lvlian.chain.indicators.terms import gather
from lvlian.chain.indicators.value import Missing
from lvlian.chain.region import Firm, Line
from lvlian.outlook.projection.streams import Template

if TYPE_CHECKING:
    from lvlian.outlook.projection.stage import Stage

Floats = NDArray[np.float64]
KNOWN = (
    "projects_on_time", "projects_due", "above_scale_new", "land_supplied_mu", "land_approved_mu", "gas_supply",
    "projects_underway_value", "projects_new_value",
)  # fmt: skip
"""Facts of the region that the projection itself knows, quarter by quarter; see lvlian.outlook.projection.ledger."""


STAFF = "staff"
"""People employed, from the jobs of projects, where no firm tells them."""
STAFF_ASSUMED = "从业人员按项目用工和每吨产能推算（假设）"
"""A goal that rests on it gets a figure and no verdict: nobody has told how many people a line takes."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A part counts in the quarters in which a firm meets these conditions."""

    firm: str
    where: tuple[Condition, ...]


@dataclass(frozen=True)
class Part:
    """Σ weight × stream + Σ weight × capacity (t/a, by place of the plant) + weight × a known fact + constant, where the gate is open;
    `counts`: 1 in quarters in which the gate's firm runs."""

    streams: Mapping[str, float]
    capacity: Mapping[int, float]
    known: Mapping[str, float]
    constant: float = 0.0
    counts: float = 0.0
    gate: Gate | None = None


@dataclass(frozen=True)
class Side:
    """A numerator or denominator. With `missing` nothing is a number."""

    parts: tuple[Part, ...]
    missing: tuple[Missing, ...] = ()
    assumptions: tuple[str, ...] = ()

    def figures(self, stage: Stage) -> tuple[Floats, tuple[Missing, ...]]:
        """(D, Q) in base units, and what was missing."""
        total = stage.blank()
        missing = list(self.missing)
        for part in self.parts:
            gate: Floats | None = None
            if part.gate is not None:
                gate, lost = stage.holds(part.gate)
                missing.extend(lost)
                if lost:
                    continue
            amount = stage.blank() + part.constant
            for stream, weight in part.streams.items():
                amount += weight * stage.readings(stream)
            for plant, weight in part.capacity.items():
                amount += weight * stage.standing(plant)
            for fact, weight in part.known.items():
                found, lost = stage.known(fact)
                missing.extend(lost)
                amount += weight * found
            if part.counts and part.gate is not None:
                amount += part.counts * stage.runs(part.gate.firm)
            total += amount if gate is None else gate * amount
        return total, tuple(dict.fromkeys(missing))


@dataclass(frozen=True)
class Desk:
    """What forms are made from: the template, the book's scene over it, and the plants of each firm's lines."""

    template: Template
    scene: Scene
    plants: Mapping[tuple[str, str], tuple[int, ...]]
    """(firm, process) → places of its plants."""

    def side(self, terms: Sequence[Term], over: str, firm: str = "") -> Side:
        """A side of an indicator, of one firm where `firm` names it."""
        parts: list[Part] = []
        missing: list[Missing] = []
        assumed: list[str] = []
        scene = replace(self.scene, over=over)
        for term in terms:
            if term.source == "count":
                parts.extend(self._counts(term, firm))
            elif term.source == "capacity":
                parts.extend(self._capacity(term, scene, firm, missing))
            elif term.source == "fact" and term.of == "region" and term.fact in KNOWN:
                parts.append(Part({}, {}, {term.fact: self._number(term)}))
            elif term.source == "fact" and term.of == "region" and self._yearly(term.fact):
                parts.append(Part({}, {}, {f"{term.fact}@": self._number(term) / self._spread(term, over)}))
            elif term.source == "fact" and term.fact == "employees" and self._nobody_tells(term.fact):
                parts.append(Part({}, {}, {STAFF: self._number(term)}))
                assumed.append(STAFF_ASSUMED)
            elif term.source == "flow" and term.where:
                parts.extend(self._gated(term, scene, firm, missing, assumed))
            else:
                total = gather([term], scene, firm)
                missing.extend(total.missing)
                assumed.extend(total.assumptions)
                parts.append(Part(self._weights(total.rows[0]), {}, {}, total.constant / self._spread(term, over)))
        return Side(tuple(parts), tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(assumed)))

    @staticmethod
    def _spread(term: Term, over: str) -> float:
        """A fact that stands for a year is a quarter of itself in each quarter where quarters add up."""
        return 4.0 if term.source == "fact" and over == "sum" else 1.0

    @staticmethod
    def _number(term: Term) -> float:
        weight = term.sign
        for times in term.times:
            weight *= times.number
        return weight

    def _yearly(self, fact: str) -> bool:
        """Whether a figure of the region is given for years (`name@2025`)."""
        return any(key.startswith(f"{fact}@") for key in self.template.region.facts)

    def _nobody_tells(self, fact: str) -> bool:
        return not any(name == fact for name, _ in self.scene.facts.table)

    def _weights(self, row: Floats) -> dict[str, float]:
        return {self.template.streams[int(k)].id: float(row[k]) for k in np.flatnonzero(row)}

    def _firms(self, term: Term, only: str) -> list[Firm]:
        from lvlian.chain.indicators.selection import works

        return [
            firm
            for firm in self.template.region.firms
            if (not term.firm_kind or firm.kind in term.firm_kind)
            and (not only or firm.id == only)
            and (not term.chain or works(firm, term.chain, self.scene))
        ]

    def _counts(self, term: Term, only: str) -> list[Part]:
        return [Part({}, {}, {}, counts=term.sign, gate=Gate(firm.id, term.where)) for firm in self._firms(term, only)]

    def _gated(self, term: Term, scene: Scene, only: str, missing: list[Missing], assumed: list[str]) -> list[Part]:
        plain, out = replace(term, where=(), none="zero"), []
        for firm in self.template.region.firms:
            if only and firm.id != only:
                continue
            total = gather([plain], scene, firm.id)
            weights = self._weights(total.rows[0])
            missing.extend(total.missing if weights else ())
            if weights:
                assumed.extend(total.assumptions)
                out.append(Part(weights, {}, {}, gate=Gate(firm.id, term.where)))
        if not out and term.none == "missing":
            missing.append(Missing(zh=term.zh, en=term.en or term.zh, ask=(term.ask,) if term.ask else ()))
        return out

    def _capacity(self, term: Term, scene: Scene, only: str, missing: list[Missing]) -> list[Part]:
        plain = replace(term, where=(), none="zero")
        flows = scene.flows[0]
        found = False
        plants: dict[int, float] = {}
        gated: list[Part] = []
        for firm in self._firms(term, only):
            for process in dict.fromkeys(line.process for line in firm.lines):
                lone = replace(firm, lines=(Line(process=process, capacity=1.0),))
                region = replace(flows.region, firms=(lone,))
                total = gather([plain], replace(scene, flows=(replace(flows, region=region),)), firm.id)
                if not total.lines:
                    continue
                found = True
                weights = dict.fromkeys(self.plants[firm.id, process], total.constant)
                if term.where:
                    gated.append(Part({}, weights, {}, gate=Gate(firm.id, term.where)))
                else:
                    plants.update(weights)
        if not found and term.none == "missing":
            missing.append(
                Missing(zh=f"{term.zh}（区内没有这样的产线）", en=f"{term.en or term.zh}: no such line in the region")
            )
        return [*gated, Part({}, plants, {})] if plants or not gated else gated


__all__ = ["KNOWN", "Desk", "Gate", "Part", "Side"]
