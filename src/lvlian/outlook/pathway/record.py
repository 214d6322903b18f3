"""What a pathway answers: goals before and after, moves, schedule, supplies, prices, money by year, what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case
from lvlian.outlook.pathway.links import Link
from lvlian.outlook.pathway.moves import Move
from lvlian.outlook.pathway.prices import Price
from lvlian.outlook.program import Conflict
from lvlian.quantity.show import figure

FORMAT = "lvlian-pathway/1"


@dataclass(frozen=True)
class GoalRow:
    """A goal, in its own unit: `before` and `after` as the projection simulates them without and with all moves, `plan` what the programme
    says (its difference from `after` is told), `least`..`most` what meets it, `short` what is still lacking (0: met). `chance_before`,
    `chance` where the risk step was asked. `why` where the programme does not know it (None in `plan`)."""

    aim: Aim
    before: float | None
    after: float | None
    plan: float | None
    least: float
    most: float
    short_before: float
    short: float
    target: float | None = None
    """The figure that the programme was told to reach where a chance tightens it."""
    chance_before: float | None = None
    chance: float | None = None
    why_zh: str = ""
    why_en: str = ""

    @property
    def met(self) -> bool | None:
        return (
            None
            if self.after is None
            else self.least - _slack(self.least) <= self.after <= self.most + _slack(self.most)
        )

    @property
    def gain(self) -> float | None:
        return None if self.after is None or self.before is None else self.after - self.before

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.aim.id, "label": self.aim.label, "unit": self.aim.unit, "year": self.aim.year, "before": _json(self.before),
            "after": _json(self.after), "plan": _json(self.plan), "least": _json(self.least), "most": _json(self.most),
            "short_before": _json(self.short_before), "short": _json(self.short), "met": self.met, "target": _json(self.target),
            "chance_before": _json(self.chance_before), "chance": _json(self.chance), "why_zh": self.why_zh, "why_en": self.why_en,
        }  # fmt: skip


@dataclass(frozen=True)
class ScheduleRow:
    """First output of a project before and after; None: not in the period. `shift` quarters (None where one of them is None)."""

    project: str
    name: str
    firm: str
    before: date | None
    after: date | None
    shift: int | None
    optional: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "project": self.project, "name": self.name, "firm": self.firm, "before": self.before.isoformat() if self.before else None,
            "after": self.after.isoformat() if self.after else None, "shift": self.shift, "optional": self.optional,
        }  # fmt: skip


@dataclass(frozen=True)
class MoneyRow:
    """A year's money, yuan, not discounted: `investment` spent in it, `annual` what standing investment costs by the year (annuity), `moves`
    what the moves cost, `margin` what running earns before capital. In the last year `residual` is what is left of all that was built."""

    year: int
    investment: float
    annual: float
    moves: float
    margin: float
    residual: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "year": self.year, "investment": round(self.investment), "annual": round(self.annual), "moves": round(self.moves),
            "margin": round(self.margin), "residual": round(self.residual),
        }  # fmt: skip


@dataclass(frozen=True)
class Totals:
    """Over the whole period: jobs brought by projects (people at the end), output value (yuan), carbon (t CO2e)."""

    jobs: float
    value: float
    carbon: float

    def to_json(self) -> dict[str, Any]:
        return {"jobs": round(self.jobs), "value": round(self.value), "carbon": round(self.carbon)}


@dataclass(frozen=True)
class Pathway:
    """`status` optimal (proved within `gap`), best (the best found before time or a stop), infeasible (then `conflict`) or stopped. `moves` in
    the order of what they cost; `cost` yuan of all, not discounted. `verified`: the finished case was projected again; `drift` is the largest
    difference between programme and projection, as a share of a target. `case` the case with all moves done."""

    region: str
    scenario: str
    aims: str
    objective: str
    status: str
    quarters: tuple[Quarter, ...]
    goals: tuple[GoalRow, ...] = ()
    moves: tuple[Move, ...] = ()
    cost: float = 0.0
    schedule: tuple[ScheduleRow, ...] = ()
    links: tuple[Link, ...] = ()
    prices: tuple[Price, ...] = ()
    money: tuple[MoneyRow, ...] = ()
    before: Totals = Totals(0.0, 0.0, 0.0)
    after: Totals = Totals(0.0, 0.0, 0.0)
    sources: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    chosen: tuple[tuple[str, int], ...] = ()
    """(project id, quarter of its first output by place; 999: not in the period) of every choice."""
    gap: float = 0.0
    proved: bool = True
    drift: float = 0.0
    verified: bool = False
    seconds: float = 0.0
    conflict: Conflict | None = None
    case: Case | None = None
    notes: tuple[tuple[str, str], ...] = ()
    why_zh: str = ""
    why_en: str = ""
    simulated: bool = False

    @property
    def reached(self) -> tuple[GoalRow, ...]:
        """Goals that are met only with the moves."""
        return tuple(row for row in self.goals if row.met and row.short_before > 0)

    @property
    def unmet(self) -> tuple[GoalRow, ...]:
        """Goals that stay short; what to ask `lvlian.outlook.conflict` about."""
        return tuple(row for row in self.goals if row.met is False)

    @property
    def worse(self) -> tuple[GoalRow, ...]:
        """Goals that are farther away with the moves than without: what is taken from them serves others."""
        return tuple(row for row in self.goals if row.short > row.short_before + 1e-3 * max(abs(row.aim.value), 1e-9))

    @property
    def together_zh(self) -> str:
        """The row under the moves: what all of them do, projected again."""
        if not self.moves:
            return "没有要做的动作"
        number = "一两三四五六七八九十"[len(self.moves) - 1] if len(self.moves) <= 10 else str(len(self.moves))
        parts = [f"{named(row.aim)} {row.aim.year}年 {_plus(row.gain)}{row.aim.unit}" for row in self._gained[:3]]
        told = "，".join(parts) if parts else "各目标不变"
        lost = "、".join(f"{named(row.aim)} {row.aim.year}年 {_plus(row.gain)}{row.aim.unit}" for row in self.worse[:2])
        tail = f"；让出：{lost}" if lost else ""
        return f"{number}项都做（有重叠，已复算）：{told}；花费 {figure(round(self.cost / 1e4))} 万元{tail}"

    @property
    def together_en(self) -> str:
        if not self.moves:
            return "no moves"
        parts = [f"{named(row.aim)} {row.aim.year} {_plus(row.gain)} {row.aim.unit}" for row in self._gained[:3]]
        return f"all {len(self.moves)} together (they overlap; projected again): {', '.join(parts) or 'no goal changes'}; {self.cost:,.0f} yuan"

    @property
    def _gained(self) -> list[GoalRow]:
        """Goals that the moves bring nearer, those short before them first."""
        lost = {row.aim.id for row in self.worse}
        rows = [
            row
            for row in self.goals
            if row.gain is not None and row.aim.id not in lost and abs(row.gain) > 1e-6 * max(abs(row.aim.value), 1e-9)
        ]
        return sorted(
            rows, key=lambda row: (row.short_before <= 0, -abs(row.gain or 0.0) / max(abs(row.aim.value), 1e-9))
        )

    def to_json(self) -> dict[str, Any]:
        """The public form; keys in a fixed order."""
        return {
            "format": FORMAT, "region": self.region, "scenario": self.scenario, "aims": self.aims, "objective": self.objective,
            "status": self.status, "quarters": [str(q) for q in self.quarters], "simulated": self.simulated,
            "goals": [row.to_json() for row in self.goals], "moves": [move.to_json() for move in self.moves], "cost": self.cost,
            "together_zh": self.together_zh, "together_en": self.together_en,
            "schedule": [row.to_json() for row in self.schedule], "links": [link.to_json() for link in self.links],
            "prices": [price.to_json() for price in self.prices], "money": [row.to_json() for row in self.money],
            "before": self.before.to_json(), "after": self.after.to_json(),
            "sources": {key: [round(x) for x in row] for key, row in self.sources.items()},
            "chosen": [list(one) for one in self.chosen], "gap": _json(self.gap), "proved": self.proved, "drift": _json(self.drift),
            "verified": self.verified, "seconds": round(self.seconds, 3),
            "conflict": None if self.conflict is None else [clause.to_json() for clause in self.conflict.clauses],
            "notes": [list(note) for note in self.notes], "why_zh": self.why_zh, "why_en": self.why_en,
        }  # fmt: skip


def named(aim: Aim) -> str:
    """The goal's name, with whose it is where it is one firm's or one list's."""
    whose = aim.group or (aim.subject if aim.firm else "")
    return f"{whose}{aim.name}"


def _plus(value: float | None) -> str:
    if value is None:
        return ""
    rounded = float(f"{value:.3g}") if abs(value) < 100 else float(round(value))
    return ("+" if rounded > 0 else "") + figure(rounded)


def _slack(bound: float) -> float:
    return 1e-6 * abs(bound) if math.isfinite(bound) else 0.0


def _json(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


__all__ = ["FORMAT", "GoalRow", "MoneyRow", "Pathway", "ScheduleRow", "Totals"]
