"""What an indicator's evaluation gives: every variant with its spread, its two sides as lists of flows, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Z80 = 1.2815515655446004
"""Half of an 80 % interval in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A figure that nobody gave: what it is, and whom to ask (posts of firms, or an office)."""

    zh: str
    en: str
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One flow, fact, count or capacity of a side, in the side's unit. `stream` is empty where it is no stream; `kind` the class of
    the stream, or `fact`, `count`, `capacity`; `low`..`high` where it can only be bounded (`high` None: no upper bound); `members`
    are the streams that are only known together; `factor` says what it was multiplied by; `origin` where a fact stands."""

    label: str
    value: float | None
    sd: float | None
    kind: str
    stream: str = ""
    low: float | None = None
    high: float | None = None
    members: tuple[str, ...] = ()
    factor: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Numerator or denominator in base units (t, kWh, yuan, firms …). `value` None where it is only bounded by `low`..`high` or
    missing. `weights`: stream id → weight, one mapping per month."""

    value: float | None
    sd: float | None
    low: float | None
    high: float | None
    unit: str
    lines: tuple[Line, ...]
    weights: tuple[Mapping[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A source of the spread: its label, who answers for it, and its part of the variance (0 to 1)."""

    label: str
    party: str
    part: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """What the figure would be if one report of a set that cannot be told apart were the wrong one (`label` names it)."""

    month: str
    label: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One variant in the indicator's unit. Exactly one of: `value` with `sd`; `low`..`high` (only bounded, with the ends' own `sd_low`,
    `sd_high`); neither, with `missing`. `interval80` covers both the bounds and the spread. `moments` (value and covariance of
    numerator and denominator, base units) let the spread be simulated; `notes` what a reader must know beside the figure; `otherwise` what it would be
    if another report of a set that cannot be told apart were the wrong one."""

    variant: str
    zh: str
    en: str
    reading: str
    unit: str
    value: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    sd_low: float | None = None
    sd_high: float | None = None
    interval80: tuple[float, float] | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    shares: tuple[Share, ...] = ()
    missing: tuple[Missing, ...] = ()
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    moments: tuple[float, float, float, float, float] | None = None
    scale: float = 1.0
    assumed: bool = False
    otherwise: tuple[Otherwise, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is a figure at all, exact, with a spread or bounded."""
        return self.value is not None or self.low is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A variant that a region has fixed for itself: which, who decided, when, and on what paper."""

    indicator: str
    variant: str
    by: str
    when: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An indicator over some months, with all its variants. `chosen` is the region's own decision, never the program's."""

    indicator: str
    name_zh: str
    name_en: str
    unit: str
    direction: str
    over: str
    months: tuple[str, ...]
    values: tuple[Value, ...]
    chosen: Choice | None = None
    simulated: bool = False
    absent: tuple[str, ...] = field(default=())

    def value(self, variant: str) -> Value | None:
        return next((v for v in self.values if v.variant == variant), None)

    @property
    def fixed(self) -> Value | None:
        """The value of the variant that the region chose, or the only one there is."""
        if self.chosen is not None:
            return self.value(self.chosen.variant)
        return self.values[0] if len(self.values) == 1 else None

    def to_json(self) -> dict[str, Any]:
        """The public form; keys in a fixed order."""
        return {
            "indicator": self.indicator,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "unit": self.unit,
            "direction": self.direction,
            "over": self.over,
            "months": list(self.months),
            "absent": list(self.absent),
            "simulated": self.simulated,
            "chosen": None if self.chosen is None else _plain(self.chosen),
            "values": [_value_json(v) for v in self.values],
        }


def _value_json(value: Value) -> dict[str, Any]:
    data: dict[str, Any] = _plain(value)
    del data["moments"], data["scale"]
    return data


def _plain(record: Any) -> Any:
    from dataclasses import asdict

    return _lists(asdict(record))


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _lists(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_lists(v) for v in value]
    return value
