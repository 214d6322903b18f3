"""What the rules for gaps ask of a survey: amounts brought to a year, prices, who could make or take what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lvlian.chain.atlas.record import AtlasNode
from lvlian.chain.atlas.survey import Survey
from lvlian.chain.atlas.thresholds import Thresholds
from lvlian.chain.layers import Factor, Flow, good_prices

Draft = dict[str, Any]
"""A gap before it is ranked and numbered: the fields of `Gap` that its rule knows."""


class Look:
    """What the rules ask of the survey."""

    def __init__(self, survey: Survey, nodes: Sequence[AtlasNode], thresholds: Thresholds) -> None:
        self.survey, self.t = survey, thresholds
        self.nodes = {n.id: n for n in nodes}
        self.goods = survey.book.library.goods
        self.processes = survey.book.library.processes
        self.year = survey.year
        self.prices = good_prices(survey.book)
        self._outlets: dict[str, bool] = {}
        self.lines = {line.process for lines in survey.running.values() for _, line, _ in lines}
        self.givers: dict[str, list[tuple[Any, float]]] = {}
        for process in self.processes.values():
            given = {x.good: x.value for x in process.outputs}
            given.setdefault(process.product, 1.0)
            for good, value in given.items():
                if value > 0:
                    self.givers.setdefault(good, []).append((process, value))
        primary = [n for n in nodes if n.column == "primary" and not n.support]
        self.metal = sum((n.output or 0.0) for n in primary) or sum((n.output or 0.0) for n in nodes if not n.support)

    def name(self, good: str) -> tuple[str, str]:
        return self.survey.book.names(good)

    def wt(self, tonnes: float, unit: str = "t") -> str:
        """A year's amount as officials write it."""
        if unit == "t":
            return f"{tonnes / 1e4:.1f} 万吨" if abs(tonnes) >= 9_950 else f"{tonnes:,.0f} 吨"
        if unit == "kWh":
            return f"{tonnes / 1e8:.2f} 亿 kWh"
        return f"{tonnes:,.0f} {unit}"

    def kt(self, tonnes: float, unit: str = "t") -> str:
        if unit == "t":
            return f"{tonnes / 1e3:,.1f} kt" if abs(tonnes) >= 995 else f"{tonnes:,.0f} t"
        return f"{tonnes:,.0f} {unit}"

    def running(self, group: str) -> list[Any]:
        """Processes of the library that make the group and run in the region."""
        lines = {line.process for _, line, _ in self.survey.running.get(group, ())}
        lines |= {f.process for f in self.survey.made.get(group, ())}
        return [self.processes[p] for p in sorted(lines) if p in self.processes]

    def remelted(self, good: str, feed: set[str]) -> bool:
        """Whether a good is `feed` in another form: made in the region from it, only to be melted again in place of scrap or of it."""
        if not self.outlet(good):
            return False
        return any(
            x.good in feed for p in self.running(self.survey.grid.group_of(good)) for x in p.inputs if p.product == good
        )

    def outlet(self, good: str) -> bool:
        """Whether a good is no step of processing but metal cast to be melted again."""
        if good not in self._outlets:
            entry = self.goods.get(good)
            self._outlets[good] = (
                entry is not None
                and entry.kind == "metal"
                and any(
                    good in other.any_of and any(self.goods[o].kind == "scrap" for o in other.any_of if o in self.goods)
                    for other in self.goods.values()
                )
            )
        return self._outlets[good]

    def users(self, goods: Sequence[str]) -> Iterator[tuple[Any, float]]:
        """Processes of the library that take one of the goods (by name or in its place), with units taken per unit made."""
        wanted = set(goods)
        for process in self.processes.values():
            taken = 0.0
            for x in process.inputs:
                good = self.goods.get(x.good)
                if x.good in wanted or (good is not None and wanted & set(good.any_of)):
                    taken = max(taken, x.value)
            if taken > 0:
                yield process, taken

    def added(self, process: Any, good: str, taken: float) -> float | None:
        """yuan that a unit of `good` gains by becoming the product of the process: processing fees, other inputs not taken off."""
        product, own = self.prices.get(process.product), self.prices.get(good)
        if product is None or own is None or taken <= 0:
            return None
        return product.value / taken - own.value

    def notes(self, *goods: str) -> tuple[str, ...]:
        found: list[Factor | None] = [self.prices.get(g) for g in goods]
        return tuple(dict.fromkeys(f.note for f in found if f is not None and f.origin == "assumed" and f.note))


def span(values: Sequence[float], amount: float) -> tuple[float, float] | None:
    """From the least to the middle one of what a unit could gain, times the amount: the dearest product is no measure."""
    gains = sorted(v for v in values if v > 0)
    return (gains[0] * amount, gains[(len(gains) - 1) // 2] * amount) if gains and amount > 0 else None


def yuan(value: tuple[float, float] | None) -> tuple[str, str]:
    if value is None:
        return "产值推不得", "the value cannot be told"
    low, high = value[0] / 1e8, value[1] / 1e8
    text = f"+{high:.1f}" if round(low, 1) == round(high, 1) else f"+{low:.1f}–{high:.1f}"
    return f"产值 {text} 亿元（加工费推算）", f"output value {text} hundred million yuan (by processing fees)"


def streams_of(*flows: Sequence[Flow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.stream for group in flows for f in group))
