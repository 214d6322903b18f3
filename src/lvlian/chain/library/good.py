"""Goods: what flows along a chain, in which unit, and how much metal a tonne of it holds."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.chain.product import Stage

GOOD_UNITS = ("t", "kWh", "m3")
GOOD_KINDS = (
    "ore",
    "intermediate",
    "metal",
    "part",
    "scrap",
    "residue",
    "byproduct",
    "reagent",
    "water",
    "energy",
    "emission",
)


@dataclass(frozen=True, slots=True)
class Span:
    """A figure with its realistic range, low ≤ value ≤ high."""

    value: float
    low: float
    high: float


NONE = Span(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """A good of the library. `content` is the mass fraction of `metal` (both empty or zero where it holds none that is counted);
    `any_of` are the goods that may stand in its place; `words` name it in reports beside zh and en; `energy` is kgce per unit for energy carriers (GB/T 2589, equivalent
    value). `source` and `verified` belong to content and energy: not verified means assumed."""

    id: str
    zh: str
    en: str
    unit: str
    kind: str
    stage: Stage
    metal: str = ""
    content: Span = NONE
    any_of: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    energy: Span = NONE
    source: str = ""
    verified: bool = False
    note: str = ""
    file: str = ""

    @property
    def cite(self) -> str:
        """Where content or energy come from, in one line for a finding's assumptions."""
        mark = "" if self.verified else "（假设，未核）"
        if self.energy.value:
            return f"{self.zh} {self.energy.value:g} kgce/{self.unit}{mark}，来源：{self.source}"
        if self.metal:
            return f"{self.zh}金属含量 {self.content.value:g}（{self.content.low:g}—{self.content.high:g}）{mark}，来源：{self.source}"
        return self.zh
