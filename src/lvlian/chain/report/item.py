"""The records of a form: what one firm is asked of one month, figure by figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lvlian.chain.region import Firm
from lvlian.chain.report.statement import ITEMS, Statement

GROUPS: Mapping[str, tuple[str, str]] = {
    "output": ("产出", "output"),
    "input": ("投入", "input"),
    "energy": ("能源", "energy"),
    "sent": ("发出", "sent"),
    "received": ("收到", "received"),
    "stock": ("库存", "stock"),
    "money": ("价值", "value"),
    "facts": ("其他", "other"),
}
"""Groups of a form in order: id → words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One figure that is asked. `item`, `good`, `process`, `partner` and `firm` (whom it is about, where not the party) are those of
    the Statement that answers it; `unit` is what people write, `base` the engine's. `source` is the usual class of source.
    `balances` and `indicators` say what the figure is used for."""

    group: str
    item: str
    good: str
    process: str = ""
    partner: str = ""
    firm: str = ""
    unit: str
    base: str
    source: str
    good_zh: str = ""
    process_zh: str = ""
    partner_zh: str = ""
    balances: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> str:
        """Stable and readable: `sent|liquid_aluminium||chuangxin|`."""
        return f"{self.item}|{self.good}|{self.process}|{self.partner}|{self.firm}"

    @property
    def item_zh(self) -> str:
        return ITEMS[self.item]

    @property
    def label(self) -> str:
        """`铝液 发出量 → 创新`, for a sentence."""
        arrow = {"sent": " → ", "received": " ← ", "hauled": " "}.get(self.item, " ")
        words = " ".join(part for part in (self.good_zh, self.item_zh) if part)
        process = f"（{self.process_zh}）" if self.process_zh else ""
        return words + process + (f"{arrow}{self.partner_zh}" if self.partner_zh else "")

    def answered_by(self, statement: Statement) -> bool:
        return self.answer_key == (
            statement.item,
            statement.good,
            statement.process,
            statement.partner,
            statement.about if statement.about != statement.party else "",
        )

    @property
    def answer_key(self) -> tuple[str, str, str, str, str]:
        return (self.item, self.good, self.process, self.partner, self.firm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one firm is asked of one month, in the order of GROUPS. `facts` about the region that the paper shows."""

    firm: Firm
    month: str
    region: str
    items: tuple[Item, ...]
    simulated: bool = False

    def by_key(self) -> dict[str, Item]:
        return {item.key: item for item in self.items}


def previous_month(month: str) -> str:
    """`2023-01` → `2022-12`."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year - 1:04d}-12" if number == 1 else f"{year:04d}-{number - 1:02d}"
