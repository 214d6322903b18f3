"""What an outlook is made from: the plants and projects of a region, what they need by when, its goals, limits and every assumption.

A case is made from a plan's facts, from an account and from registers, in any combination; the engines never see where it came from,
except that every figure keeps its `Ref`. Nothing in here is computed: `lvlian.outlook.model` turns a case into arrays by quarter.

Units inside: tonnes and tonnes a year, kWh, m3, yuan, 亩 of land, kW of load, days as `date`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from lvlian.ledger.quarter import Quarter
from lvlian.quantity.show import figure

Kind = Literal["plan", "report", "ledger", "account", "standard", "contract", "person", "assumption"]
FactorKind = Literal["land", "power", "gas", "water", "logistics", "funds", "environment", "energy_quota", "metal"]
STAGES = ("planned", "signed", "filed", "started", "built", "running", "full")
"""Stages of a project, in the order of the register `project`; `running` is the first output, `full` full output."""


class CaseError(ValueError):
    """A case cannot be made or read; the message is one sentence that says where, what was found and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Where a figure or a sentence stands. `section` and `quote` (empty where the document is not at hand), `start` the quote's
    offset; `fact` (kind, place) in the plan's facts; `words` what to print where there is no quote, `words_en` its English where there is
    one; `who` and `day` for what a person or a register said; `verified` False for an assumption that no source was read for."""

    kind: Kind = "assumption"
    section: str = ""
    quote: str = ""
    start: int | None = None
    fact: tuple[str, int] | None = None
    words: str = ""
    who: str = ""
    day: date | None = None
    verified: bool = False
    words_en: str = ""

    @property
    def said(self) -> str:
        """The sentence itself, else what stands for it."""
        return self.quote or self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """A figure that the outlook rests on and that a person may turn: `key` is its stable name (`factor.tower-110kv.slip`), `low`..`high` its
    realistic range and that of its slider, `step` the slider's, `baseline` what it was before a scenario turned it (None: unchanged).
    `spread` is its sd in a Monte Carlo (0: it does not vary), `law` how: normal, lognormal, triangular (low, value, high) or gamma (delays)."""

    key: str
    zh: str
    en: str
    value: float
    low: float
    high: float
    step: float = 0.0
    unit: str = ""
    group: Literal["factor", "project", "power", "price", "intensity", "ramp", "market"] = "market"
    spread: float = 0.0
    law: Literal["normal", "lognormal", "triangular", "gamma"] = "normal"
    baseline: float | None = None
    ref: Ref = Ref()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A line: `process` of the library, `capacity` t/a of its main product, `load` the share of it that is used at most in a normal
    quarter. `since` is the day of its first output (None: it ran before the case begins) unless it belongs to a `project`; `until` its last day.
    `feeds`: input good → the goods that meet it, first choice first. `role` "" | sink (takes what nobody else takes) | remelt | captive.
    `uses`: good → consumption per tonne where it is known better than by the library's recipe. `yields` the same for what it leaves.
    `margin` yuan per tonne before its metal, for the order of merit (None: from prices). `current` kA of a potline (None: not told)."""

    id: str
    firm: str
    process: str
    capacity: float
    load: float = 0.9
    since: date | None = None
    until: date | None = None
    project: str = ""
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    role: str = ""
    uses: Mapping[str, float] = field(default_factory=dict)
    yields: Mapping[str, float] = field(default_factory=dict)
    margin: float | None = None
    current: float | None = None
    ref: Ref = Ref()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a project: the day promised by the plan, the day told since, the day on which it was done. A date that only names a
    month, quarter or year stands as its last day; `words` is how it was written."""

    stage: str
    promised: date | None = None
    revised: date | None = None
    done: date | None = None
    words: str = ""
    ref: Ref = Ref()

    @property
    def day(self) -> date | None:
        """The best day known."""
        return self.done or self.revised or self.promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A project waits with `stage` for a factor; `amount` in the factor's unit (None: not told)."""

    factor: str
    stage: str = "running"
    amount: float | None = None
    ref: Ref = Ref()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A named project. `plants` are the ids of the plants that it brings (none: it makes nothing that is accounted). `kind` is the key of its
    ramp curve and priors (`primary`, `casting`, `semis`, `deep`, `recycled`, `power`, …). `stage` is the last one done. `optional`: nobody has
    promised it, the pathway may choose it. `investment` yuan, `land` 亩, `load` kW, `jobs` people (None: not told). `group` is what the
    plan calls its list (在建项目), `firm` who builds it, `unit_name` which unit answers for it."""

    id: str
    name: str
    firm: str = ""
    plants: tuple[str, ...] = ()
    kind: str = "semis"
    stage: str = "planned"
    steps: tuple[Step, ...] = ()
    needs: tuple[Need, ...] = ()
    optional: bool = False
    investment: float | None = None
    land: float | None = None
    load: float | None = None
    jobs: float | None = None
    group: str = ""
    unit_name: str = ""
    counted: date | None = None
    """The day by which the firm is to stand in the statistics of firms above scale (升规纳统), no stage of building."""
    ref: Ref = Ref()

    def step(self, stage: str) -> Step | None:
        return next((step for step in self.steps if step.stage == stage), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What projects wait for: a land batch, a substation, a line, a pipe, a fund. `amount` in `unit` (None: not told); `unit_name` who
    answers for it; `cost` yuan per quarter by which it could come sooner and `soonest` the first day that money can buy (both None: not known)."""

    id: str
    kind: FactorKind
    title: str
    amount: float | None = None
    unit: str = ""
    promised: date | None = None
    revised: date | None = None
    done: date | None = None
    unit_name: str = ""
    cost: float | None = None
    soonest: date | None = None
    ref: Ref = Ref()

    @property
    def day(self) -> date | None:
        return self.done or self.revised or self.promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A quota of the region: at most (`side` upper) or at least so much of `good` (an id of the library: electricity, natural_gas; or
    land, funds, energy_quota, capacity) a year. `amount` a year in the good's unit, `season` the share of a normal quarter in each of the four
    quarters (dry season: 0.8), `years` for which it holds (empty: all), `processes` to which it belongs (empty: all)."""

    id: str
    good: str
    zh: str
    en: str
    amount: float
    side: Literal["upper", "lower"] = "upper"
    season: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    years: tuple[int, ...] = ()
    processes: tuple[str, ...] = ()
    ref: Ref = Ref()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A goal of the plan as an engine takes it. `indicator` and `variant` name a formula of lvlian.chain.indicators ("" where none is
    known: then `why`), `factor` turns a figure in `unit` into the indicator's. `op` one of >= > <= < = ~; `about` is the share that 左右 leaves.
    `mode` level | increase | growth_rate; `firm` or `group` narrow it to one firm or to the projects of one list. `year` 0: no year named."""

    id: str
    name: str
    indicator: str
    variant: str
    op: str
    value: float
    unit: str
    year: int
    quarter: int = 4
    value_max: float | None = None
    factor: float = 1.0
    about: float = 0.05
    mode: str = "level"
    firm: str = ""
    group: str = ""
    subject: str = ""
    unit_name: str = ""
    why: str = ""
    ref: Ref = Ref()

    @property
    def label(self) -> str:
        """`2024年绿色铝综合产值 ≈ 900亿元`."""
        sign = {">=": "≥", "<=": "≤", "~": "≈"}.get(self.op, self.op)
        top = f"–{figure(self.value_max)}" if self.value_max is not None else ""
        return f"{self.year}年{self.name} {sign} {figure(self.value)}{top}{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A standing supply of a good from one firm to another: the share of the maker's output (0..1) or t a year (None: open)."""

    source: str
    target: str
    good: str
    share: float | None = None
    amount: float | None = None
    ref: Ref = Ref()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A region's system at a date. `first` is the first quarter that is projected, `count` how many; quarters before `first` that belong to
    the same year come from `history` (aim or indicator id → quarter → (numerator, denominator), base units), so that a year can be completed.
    `names` firm id → short name. `stocks` good → t at the start. `prices` good → yuan per unit without tax (premises `price.<good>`
    where a person may turn them). `asks`: what nobody has told and which paper of whom would settle it. `simulated` says whether any of it is invented."""

    region: str
    today: date
    first: Quarter
    count: int = 12
    metal: str = "aluminium"
    plants: tuple[Plant, ...] = ()
    projects: tuple[Project, ...] = ()
    factors: tuple[Factor, ...] = ()
    aims: tuple[Aim, ...] = ()
    limits: tuple[Limit, ...] = ()
    contracts: tuple[Contract, ...] = ()
    premises: tuple[Premise, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    stocks: Mapping[str, float] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    history: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    asks: tuple[tuple[str, str], ...] = ()
    simulated: bool = False
    scenario: str = ""
    grid_area: str = ""
    assumptions: tuple[tuple[str, str], ...] = ()
    """What was taken for granted and is no premise: sentences zh, en."""

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 400:
            raise CaseError(f"case {self.region}, field count: found {self.count}, expected 1 to 400 quarters")

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        found, here = [], self.first
        for _ in range(self.count):
            found.append(here)
            here = here.next
        return tuple(found)

    def premise(self, key: str) -> Premise | None:
        return next((one for one in self.premises if one.key == key), None)

    def figure(self, key: str, otherwise: float) -> float:
        """The value of a premise, `otherwise` where the case does not name it."""
        found = self.premise(key)
        return otherwise if found is None else found.value

    def project(self, project_id: str) -> Project | None:
        return next((one for one in self.projects if one.id == project_id), None)

    def factor(self, factor_id: str) -> Factor | None:
        return next((one for one in self.factors if one.id == factor_id), None)

    def turned(self, values: Mapping[str, float]) -> Case:
        """The same with premises set to other values; `baseline` keeps what they were. Raises CaseError for a key that no premise has."""
        known = {one.key for one in self.premises}
        for key, value in values.items():
            if key not in known:
                raise CaseError(
                    f"premise {key}: not among the premises of {self.region}, expected one of {', '.join(sorted(known)[:12])} …"
                )
            if value != value or value in (float("inf"), float("-inf")):
                raise CaseError(f"premise {key}: found {value}, expected a finite figure")
        return replace(
            self,
            plants=self._resized(values),
            premises=tuple(
                replace(one, value=values[one.key], baseline=one.value if one.baseline is None else one.baseline)
                if one.key in values and values[one.key] != one.value
                else one
                for one in self.premises
            ),
        )

    def _resized(self, values: Mapping[str, float]) -> tuple[Plant, ...]:
        """The plants after premises `plant.<id>.capacity`: what runs more of a line at the start is less for the project to bring."""
        plants = {one.id: one for one in self.plants}
        for one in self.premises:
            head, _, rest = one.key.partition(".")
            name, _, field_name = rest.rpartition(".")
            if head != "plant" or field_name != "capacity" or one.key not in values or name not in plants:
                continue
            here = plants[name]
            coming = [p for p in plants.values() if p.project and (p.firm, p.process) == (here.firm, here.process)]
            left = sum(p.capacity for p in coming)
            more = min(max(values[one.key], 0.0) - one.value, left) if coming else values[one.key] - one.value
            plants[name] = replace(here, capacity=max(here.capacity + more, 0.0))
            for other in coming:
                share = other.capacity / left if left > 0 else 1.0 / len(coming)
                plants[other.id] = replace(other, capacity=max(other.capacity - more * share, 0.0))
        changed = any(plants[one.id] is not one for one in self.plants)
        return tuple(plants.values()) if changed else self.plants
