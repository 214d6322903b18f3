"""Processes: what one unit of a product takes, gives beside it, loses and emits."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.chain.coefficient import Coefficient
from lvlian.chain.library.good import Span
from lvlian.chain.product import Stage

FLOW_ROLES = ("input", "output", "byproduct", "waste", "emission")
FIGURE_ROLES = ("param", "cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A flow or a figure of a process. For flows `value`, `low`, `high` count in the good's `unit` per unit of the process's
    product and `given` is the figure as the source has it; for `param` and `cost` they stand as given. `counted` is False where
    the row is a figure for checks and no flow. `verified` False: an assumption."""

    role: str
    good: str
    zh: str
    value: float
    low: float
    high: float
    unit: str
    given: str
    source: str
    verified: bool
    note: str
    counted: bool = True
    line: int = 0

    @property
    def span(self) -> Span:
        return Span(self.value, self.low, self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A way to make `product`. `exchanges` holds the main product first (value 1). `rows` are the figures as the source has them
    (what `Library.coefficient` gives). `minimum_energy` is the least energy in kWh per unit of product that nature allows (0: no
    figure), `complete` says that the flows listed account for all the mass; `open` names what the recipe does not list for want of a source
    (`feed`, `energy`)."""

    id: str
    zh: str
    en: str
    stage: Stage
    metal: str
    product: str
    exchanges: tuple[Exchange, ...]
    rows: tuple[Coefficient, ...]
    minimum_energy: float = 0.0
    complete: bool = False
    open: tuple[str, ...] = ()
    file: str = ""
    line: int = 0

    def flows(self, *roles: str) -> tuple[Exchange, ...]:
        return tuple(x for x in self.exchanges if x.role in roles and x.counted)

    @property
    def inputs(self) -> tuple[Exchange, ...]:
        return self.flows("input")

    @property
    def outputs(self) -> tuple[Exchange, ...]:
        """The main product, by-products, wastes and emissions."""
        return self.flows("main_product", "output", "byproduct", "waste", "emission")

    @property
    def params(self) -> tuple[Exchange, ...]:
        return tuple(x for x in self.exchanges if x.role in FIGURE_ROLES)

    def exchange(self, good: str, role: str = "") -> Exchange | None:
        """The flow or figure of that id, None where the process has none."""
        return next((x for x in self.exchanges if x.good == good and role in ("", x.role)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTable:
    """Figures that belong to no single process: rates, yields over several steps, physical constants."""

    id: str
    zh: str
    rows: tuple[Coefficient, ...]
    file: str = ""
