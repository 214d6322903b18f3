"""The truth of a month: every flow, stock and price of a world, so that each store and each process closes exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate.recipe import RecipeBook

Key = tuple[str, str, str, str, str, str]
"""(party, firm, item, good, process, partner), as `Statement.key`."""


@dataclass(frozen=True, slots=True)
class Month:
    """What truly happened. Amounts in the good's unit, money in yuan without VAT. `made`, `used`: (firm, process, good), an empty
    process for what no process takes (light, workshops);
    `sent`: (source, target, good) as it left, `arrived` the same as it came in (less what the road took); `opening`, `closing`:
    (firm, good); `price`: (firm, good), yuan per unit; `content`: (firm, good), mass fraction of the metal; `output_value`:
    firm."""

    month: str
    made: dict[tuple[str, str, str], float] = field(default_factory=dict)
    used: dict[tuple[str, str, str], float] = field(default_factory=dict)
    sent: dict[tuple[str, str, str], float] = field(default_factory=dict)
    arrived: dict[tuple[str, str, str], float] = field(default_factory=dict)
    opening: dict[tuple[str, str], float] = field(default_factory=dict)
    closing: dict[tuple[str, str], float] = field(default_factory=dict)
    price: dict[tuple[str, str], float] = field(default_factory=dict)
    content: dict[tuple[str, str], float] = field(default_factory=dict)
    facts: dict[tuple[str, str], float] = field(default_factory=dict)
    output_value: dict[str, float] = field(default_factory=dict)
    hauled: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """(haulier, source, target): liquid metal carried, as loaded."""

    def value(self, key: Key) -> float | None:
        """The true value of what a statement with this key says; None where the month has no such flow. An empty process or partner
        asks for the total over all."""
        _, firm, item, good, process, partner = key
        match item:
            case "made" | "used":
                table = self.made if item == "made" else self.used
                return _sum([v for (f, p, g), v in table.items() if f == firm and g == good and process in ("", p)])
            case "sent":
                return _sum([v for (a, b, g), v in self.sent.items() if a == firm and g == good and partner in ("", b)])
            case "received":
                return _sum(
                    [v for (a, b, g), v in self.arrived.items() if b == firm and g == good and partner in ("", a)]
                )
            case "lost":
                return _sum(
                    [
                        self.sent[k] - v
                        for k, v in self.arrived.items()
                        if k[1] == firm and k[2] == good and partner in ("", k[0])
                    ]
                )
            case "opening":
                return self.opening.get((firm, good))
            case "closing":
                return self.closing.get((firm, good))
            case "content":
                return self.content.get((firm, good))
            case "price":
                return self.price.get((firm, good))
            case "output_value":
                return self.output_value.get(firm)
            case "fact":
                return self.facts.get((firm, good))
            case "hauled":
                return _sum(
                    [
                        v
                        for (h, a, b), v in self.hauled.items()
                        if h == key[0] and (firm in ("", h, a)) and partner in ("", b)
                    ]
                )
            case _:
                return None

    def of(self, statement: Statement) -> float | None:
        return self.value(statement.key)

    def gaps(self, book: RecipeBook) -> dict[tuple[str, str], float]:
        """What is missing in each store (firm, good): opening + received + made − used − sent − closing; all are zero to rounding."""
        gap: dict[tuple[str, str], float] = {}

        def add(firm: str, good: str, amount: float) -> None:
            if firm != OUTSIDE:
                gap[firm, good] = gap.get((firm, good), 0.0) + amount

        for (firm, _, good), v in self.made.items():
            add(firm, good, v)
        for (firm, _, good), v in self.used.items():
            add(firm, good, -v)
        for (source, _, good), v in self.sent.items():
            add(source, good, -v)
        for (_, target, good), v in self.arrived.items():
            add(target, good, v)
        for (firm, good), v in self.opening.items():
            add(firm, good, v)
        for (firm, good), v in self.closing.items():
            add(firm, good, -v)
        return gap


def _sum(values: list[float]) -> float | None:
    return sum(values) if values else None


def drawn(seed: int, *key: str) -> Random:
    """Random numbers that depend on nothing but the seed and what they are for, so that one more firm changes no other."""
    return Random(f"{seed}|" + "|".join(key))


def normal(seed: int, *key: str) -> float:
    """One standard normal number, cut at ±2.5."""
    return max(-2.5, min(2.5, drawn(seed, *key).gauss(0.0, 1.0)))


Prices = Mapping[str, Mapping[str, float]]
