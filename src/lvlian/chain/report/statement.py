"""A statement: one figure that one party reports about one month, with its place in the file it came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ITEMS: Mapping[str, str] = {
    "made": "产量",
    "used": "消耗量",
    "sent": "发出量",
    "received": "收到量",
    "opening": "期初库存",
    "closing": "期末库存",
    "lost": "损失量",
    "content": "金属含量",
    "price": "单价（不含税）",
    "output_value": "产值（不含税）",
    "hauled": "运量",
    "fact": "其他事实",
}
"""What a figure can be about: `made` and `used` belong to a process, `sent` and `received` have a partner (empty: the total over
all partners, `outside`: over the boundary), `hauled` is a carrier's total of a good from `firm` to `partner`. `fact` is a figure of a
firm that is no flow (`good` holds its name: people, area, MWh of green certificates …)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure stands: file, sheet, cell (CSV: line and column; JSON: pointer; form: field)."""

    file: str = ""
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        return " › ".join(part for part in (self.file, self.sheet, self.cell) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """`value` in the unit of the good in the library (t, kWh, m3; yuan for money; mass fraction for content); `given` is the
    figure and unit as written. `party` reports; `firm` is whom the figure is about (mostly the same). `source` names the class of
    its uncertainty (`weighbridge`, `meter`, `survey`, `statement`, `estimate`), `sd` overrides it (same unit as value).
    `used` is False where the party has withdrawn it."""

    party: str
    month: str
    item: str
    good: str
    value: float
    firm: str = ""
    process: str = ""
    partner: str = ""
    unit: str = ""
    given: str = ""
    source: str = "statement"
    sd: float | None = None
    origin: Origin = field(default_factory=Origin)
    used: bool = True

    @property
    def about(self) -> str:
        return self.firm or self.party

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """A fact is asked of one party once: who reports, about whom, what, of which good, in which process, with whom."""
        return (self.party, self.about, self.item, self.good, self.process, self.partner)
