"""What a footprint says: t CO2e per unit of every good at every firm, opened by origin and by stage, with its balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lvlian.chain.footprint.network import Source, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """t CO2e per unit of a good, cradle to gate. `sd`: from the spread of factors (`sd_factors`) and of flows (`sd_flows`, None
    where the account gives none), linearised, the two independent. `parts`: t CO2e per unit by source."""

    good: str
    firm: str
    value: float
    sd: float
    sd_factors: float
    sd_flows: float | None
    parts: tuple[tuple[Source, float], ...]
    amount: float = 0.0

    def by_kind(self) -> dict[str, float]:
        """direct | electricity | fuel | upstream → t CO2e per unit."""
        return _summed(self.parts, lambda s: s.kind)

    def by_key(self) -> dict[str, float]:
        """Every factor (anode, pfc, electricity, alumina …) → t CO2e per unit, largest first."""
        found = _summed(self.parts, lambda s: s.key.partition(":")[0] if s.kind == "electricity" else s.key)
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def by_stage(self) -> dict[str, float]:
        """Stage where it enters → t CO2e per unit."""
        return _summed(self.parts, lambda s: s.stage)

    @property
    def direct(self) -> float:
        """What the works of the region emit themselves: reactions and fuel burnt."""
        kinds = self.by_kind()
        return kinds.get("direct", 0.0) + kinds.get("fuel", 0.0)

    @property
    def indirect(self) -> float:
        """What the power carries."""
        return self.by_kind().get("electricity", 0.0)


def _summed(parts: tuple[tuple[Source, float], ...], key: Any) -> dict[str, float]:
    out: dict[str, float] = {}
    for source, value in parts:
        name = key(source)
        out[name] = out.get(name, 0.0) + value
    return out


@dataclass(frozen=True, slots=True)
class CarbonBalance:
    """t CO2e of the period: what enters (`direct` on site, `brought` with inputs and power) = what leaves with goods, what is laid
    up in stock (drawn: negative), what ends at steps without a product (`lost`). `gap` is the rest, relative to what enters."""

    direct: float
    brought: float
    leaving: float
    stock: float
    lost: float

    @property
    def entering(self) -> float:
        return self.direct + self.brought

    @property
    def gap(self) -> float:
        if not self.entering:
            return 0.0
        return (self.entering - self.leaving - self.stock - self.lost) / self.entering


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """`stores`: what a unit carries in each store; `made`: what a unit carries as it leaves a process, by (firm, process, good).
    `rule` of allocation, `power` how power is counted. `completed`: inputs taken from recipes because no stream shows them;
    `unknown`: streams left out since nothing bounds them, `bounded`: those taken at the middle of their bounds."""

    region: str
    months: tuple[str, ...]
    rule: str
    power: str
    stores: Mapping[Store, Carried]
    made: Mapping[tuple[str, str, str], Carried]
    balance: CarbonBalance
    assumptions: tuple[str, ...]
    completed: tuple[tuple[str, str, str, float], ...] = ()
    unknown: tuple[str, ...] = ()
    bounded: tuple[str, ...] = ()
    simulated: bool = False
    outside: Mapping[Store, float] = field(default_factory=dict)

    def product(self, good: str) -> Carried | None:
        """The mean of what the region's works make, weighted by output; None where nobody makes it. Its spread treats the works as
        moving together, so it is never too small."""
        rows = [c for (_, _, g), c in self.made.items() if g == good and c.amount > 0]
        total = sum(c.amount for c in rows)
        if not total:
            return None
        parts: dict[Source, float] = {}
        for c in rows:
            for source, value in c.parts:
                parts[source] = parts.get(source, 0.0) + value * c.amount / total
        flows = [c.sd_flows for c in rows]
        mean_flows = (
            None if None in flows else sum((f or 0.0) * c.amount for f, c in zip(flows, rows, strict=True)) / total
        )
        return Carried(
            good=good,
            firm="",
            value=sum(c.value * c.amount for c in rows) / total,
            sd=sum(c.sd * c.amount for c in rows) / total,
            sd_factors=sum(c.sd_factors * c.amount for c in rows) / total,
            sd_flows=mean_flows,
            parts=tuple(parts.items()),
            amount=total,
        )

    def goods(self) -> tuple[str, ...]:
        """Goods that the region's works make, in the order of the account."""
        return tuple(dict.fromkeys(good for _, _, good in self.made))
