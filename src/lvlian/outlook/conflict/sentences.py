"""A plan's goals, a region's quotas and what was reported, as linear rows over the quantities of a region by year.

Every goal is linear in the sums that its formula is made of: a sum is a row over its terms, a rate `numerator ÷ denominator ≥ r` is
`numerator − r·denominator ≥ 0`, whatever the numerator and the denominator turn out to be. Recipes of the library tie used goods to
made ones; what contains what follows from the filters of the formulas (see `quantity`), and from relations.yaml.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lvlian.outlook.case import Aim, Limit
from lvlian.outlook.conflict.quantity import Key, Quantity
from lvlian.outlook.conflict.record import Said
from lvlian.outlook.conflict.rules import Relations

if TYPE_CHECKING:
    pass

INF = math.inf
MOST = 1e12
"""No goal's figure, in its indicator's unit, is larger; what is larger is a slip or hostile, and no solver can weigh it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """low ≤ Σ coefficient·quantity ≤ high. `owner` the sentence that says it ("" a definition). `form` level (one side of a formula against a
    figure) | rate (numerator first, then −rate·denominator) | parts (whole first, then −weight·part) | growth."""

    entries: tuple[tuple[Key, float], ...]
    low: float
    high: float
    owner: str = ""
    form: str = "level"
    zh: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What one sentence demands and in which figure it was written. `figure` as written, in `unit`; `scale` turns it into the base units of its
    rows (level: base = figure·scale; rate: numerator ÷ denominator = figure·scale). `low`, `high` what it admits, as written (±inf: open);
    `slack` the share by which it was widened (左右 ±5 %). `form` level | rate | quota | recipe | range | growth."""

    said: Said
    form: str
    figure: float
    unit: str
    scale: float
    low: float
    high: float
    slack: float = 0.0
    slack_word: str = ""
    aim: Aim | None = None
    limit: Limit | None = None
    process: str = ""
    good: str = ""
    strict: tuple[float, float] = (-INF, INF)
    """Beyond which it cannot be moved at all (the range of a recipe)."""


@dataclass
class Sentences:
    """The rows, the sentences by id, the quantities by key; `left` aims that take no part (id → why)."""

    rows: list[Row] = field(default_factory=list)
    sentences: dict[str, Sentence] = field(default_factory=dict)
    quantities: dict[Key, Quantity] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)
    """Aim id → the variant by which it is read."""


def admitted(aim: Aim, direction: str, rate: bool, relations: Relations, unit: str) -> tuple[float, float, float, str]:
    """What a goal admits in its own unit: (low, high, share it was widened by, how that is called). 左右 is ± `aim.about`; a plain figure
    ± the rounding of relations.yaml and at least half its last digit (counts: as relations.yaml says). A rate that should rise binds only from
    below where it is plain or 左右, since more of it is no breach; amounts bind both ways, because others are reckoned from them."""
    value, top = aim.value, aim.value if aim.value_max is None else aim.value_max
    if aim.op in (">=", ">"):
        return value, INF, 0.0, ""
    if aim.op in ("<=", "<"):
        return -INF, top, 0.0, ""
    if aim.op == "~":
        low, high, slack, word = value - abs(value) * aim.about, top + abs(top) * aim.about, aim.about, "左右"
    else:
        half = 0.5 * 10.0 ** -_decimals(value)
        wide = (
            relations.counts
            if unit in ("户", "家", "个", "项", "座", "名")
            else half
            if rate
            else max(half, relations.rounding * abs(value))
        )
        low, high, slack, word = value - wide, top + wide, wide / abs(value) if value else 0.0, "取整"
    if rate and relations.one_way:
        if direction == "up":
            high = INF
        elif direction == "down":
            low = -INF
    return low, high, slack, word


def _decimals(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").partition(".")[2])
