"""What terms are evaluated against, and the sum that they grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lvlian.chain.indicators.flows import Floats, Flows
from lvlian.chain.indicators.formula import FormulaBook
from lvlian.chain.indicators.given import Facts
from lvlian.chain.indicators.value import Line, Missing
from lvlian.chain.region import Region

if TYPE_CHECKING:
    from lvlian.chain.library import Library

OTHER = "other"
"""What formulas call the use of a good beside every process."""


@dataclass
class Sum:
    """Σ over months of row·x, plus `constant`, plus an open count between `open_low` and `open_high`. `slopes`: of each uncertain
    figure that is no stream (a factor, a fact) → (slope, sd, label, who answers)."""

    rows: list[Floats]
    constant: float = 0.0
    open_low: float = 0.0
    open_high: float = 0.0
    slopes: dict[str, tuple[float, float, str, str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    weighted: dict[str, str] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    unit: str = ""

    def assume(self, text: str) -> None:
        if text not in self.assumptions:
            self.assumptions.append(text)

    def lack(self, missing: Missing) -> None:
        if missing not in self.missing:
            self.missing.append(missing)

    def slope(self, key: str, slope: float, sd: float, label: str, party: str) -> None:
        before = self.slopes.get(key)
        self.slopes[key] = (slope + (before[0] if before else 0.0), sd, label, party)


@dataclass(frozen=True)
class Scene:
    """What terms are evaluated against: accounts in order of months, how months add up, facts, library, the formulas' own figures."""

    flows: tuple[Flows, ...]
    over: str
    facts: Facts
    library: Library
    book: FormulaBook

    @property
    def region(self) -> Region:
        return self.flows[-1].region

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(f.month for f in self.flows)

    @property
    def counted(self) -> range:
        """The accounts whose flows count: all where months add up or are averaged, else the last."""
        return range(len(self.flows)) if self.over != "last" else range(len(self.flows) - 1, len(self.flows))
