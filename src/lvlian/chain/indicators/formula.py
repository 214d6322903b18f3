"""What an indicator computes: its variants, each a relation between sums of flows, facts, counts and capacities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("ratio", "sum", "difference", "growth", "threshold", "capped", "concentration")
"""`ratio` numerator ÷ denominator · `sum` numerator · `difference` numerator − denominator · `growth` yearly factor − 1 of another
indicator · `threshold` capacity whose intensity (numerator ÷ denominator, firm by firm) is on one side of a limit · `capped` the
lesser of a cost and a limit, firm by firm · `concentration` the largest firms' part of the numerator."""
OVER = ("sum", "last", "mean")
"""How months become a longer period: flows add up, stocks and counts are those of the last month, prices are averaged."""
FLOWS = ("output", "made", "used", "moved", "arrived", "stock", "level", "lost", "value", "price", "content")
SOURCES = ("flow", "fact", "count", "capacity", "price")
BOUNDARIES = ("any", "local", "out", "in", "inside")
"""Of a moved good: `local` from a firm of the region to a firm of the region, `out` over the boundary to others, `in` from others,
`inside` both what comes in and what is local (all that firms of the region receive)."""
OPS = (">=", ">", "<=", "<", "=", "in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A test of one fact of a firm: `fact op value`; with `in` the value is a list of texts."""

    fact: str
    op: str
    value: float | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """A factor of a term: `number`, or what the library knows of the good or process: `content` (mass fraction of the metal),
    `energy` (kgce per unit), `price` (reference output value per unit), `coefficient` (process, flow), `factor` (an assumption of
    formulas.yaml)."""

    what: str
    number: float = 1.0
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One summand. `source` flow | fact | count | capacity | price.

    A flow term is a selection of streams: empty tuples select everything. `stage` and `metal` are those of the good, `process_stage`
    of what the process makes, `firm_kind` of the firm that has the good (the sender of a moved one), `partner_kind` of the other
    side, `chain`: only processes of that metal, and firms that have one; `maker` True: only firms that make the good themselves. `where` holds of each firm. A fact is the region's (`of` region) or
    the sum over firms. `none`: what it means that nothing is selected: `zero` (no such process exists, so nothing flows) or
    `missing`. `ask` whom to ask for a missing figure, `zh` and `en` what it is called."""

    source: str
    zh: str
    en: str = ""
    flow: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    not_good: tuple[str, ...] = ()
    good_kind: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    metal: tuple[str, ...] = ()
    process: tuple[str, ...] = ()
    not_process: tuple[str, ...] = ()
    process_stage: tuple[str, ...] = ()
    boundary: str = "any"
    firm_kind: tuple[str, ...] = ()
    partner_kind: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    maker: bool = False
    where: tuple[Condition, ...] = ()
    fact: str = ""
    of: str = "region"
    unit: str = ""
    times: tuple[Times, ...] = ()
    sign: float = 1.0
    none: str = "missing"
    mean: bool = False
    ask: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One way to read an indicator: `reading` says which text it follows or what it counts; `limit`, `side` of a threshold; `top` of a
    concentration; `of` (indicator, variant) of a growth. `assumed` True: it rests on reference figures and not on reports alone."""

    id: str
    zh: str
    en: str
    reading: str
    numerator: tuple[Term, ...] = ()
    denominator: tuple[Term, ...] = ()
    limit: float = 0.0
    side: str = "<="
    share: bool = False
    top: int = 1
    of: tuple[str, str] = ("", "")
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """How one indicator is computed. `unit` is the printed unit of the result (in `lvlian.quantity`), `scale` the factor from the base
    units of the account (t, kWh, yuan) to it; `boundary` says where it begins and ends; `rules` regulations that define it."""

    id: str
    kind: str
    over: str
    unit: str
    scale: float
    direction: str
    boundary: str
    variants: tuple[Variant, ...]
    rules: tuple[str, ...] = ()

    def variant(self, variant_id: str) -> Variant | None:
        return next((v for v in self.variants if v.id == variant_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A figure that a formula assumes: `low`..`high` its range, read as 95 % of a normal spread."""

    id: str
    zh: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    verified: bool

    @property
    def sd(self) -> float:
        return (self.high - self.low) / 3.92

    @property
    def cite(self) -> str:
        mark = "" if self.verified else "（假设，未核）"
        return f"{self.zh} {self.value:g}（{self.low:g}–{self.high:g}）{self.unit}{mark}，来源：{self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaBook:
    """What formulas.yaml holds: formulas by indicator, assumed factors, the reference price of each good's output
    value, and the firms' facts that conditions test (name → Chinese name, unit)."""

    formulas: Mapping[str, Formula]
    factors: Mapping[str, Factor]
    prices: Mapping[str, str]
    facts: Mapping[str, tuple[str, str]]

    def called(self, fact: str) -> str:
        """The Chinese name of a fact of a firm that a condition tests."""
        return self.facts[fact][0] if fact in self.facts else fact

    def __getitem__(self, indicator: str) -> Formula:
        return self.formulas[indicator]

    def __contains__(self, indicator: object) -> bool:
        return indicator in self.formulas
