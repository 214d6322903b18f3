"""What a risk step says: the chance of each goal, its bands, what moves it, what held the quarters back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim
from lvlian.outlook.risk.driver import Driver
from lvlian.outlook.risk.fan import LEVELS, Fan, fan_of, wilson
from lvlian.outlook.risk.goal import Course, shortfall
from lvlian.outlook.risk.stream import Floats, RiskError


@dataclass(frozen=True, eq=False)
class Chance:
    """One goal over all draws. `figures` (D,) in the goal's unit at its year; `course` by quarter. `why` (zh, en) says why no chance
    can be given: then there are no figures, though there may be a course to draw."""

    aim: Aim
    quarters: tuple[Quarter, ...]
    figures: Floats | None = None
    course: Course | None = None
    why: tuple[str, str] = ("", "")

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """(D,) in which draws the goal is met; none where nothing can be said."""
        if self.figures is None or self.course is None:
            return np.zeros(0, bool)
        return self.course.met(self.figures)

    @cached_property
    def reached(self) -> int:
        """In how many draws the goal is met."""
        return 0 if self.figures is None else int(self.met.sum())

    @property
    def chance(self) -> float | None:
        """The share of draws in which it is met; None where nothing can be said."""
        return None if self.figures is None else self.reached / len(self.figures)

    @property
    def leaves(self) -> tuple[float, float] | None:
        """What the number of draws leaves open of the chance: its 95 % interval."""
        return None if self.figures is None else wilson(self.reached, len(self.figures))

    @cached_property
    def levels(self) -> tuple[float, ...]:
        """The figure's quantiles at 2.5, 10, 25, 50, 75, 90 and 97.5 %."""
        if self.figures is None:
            return ()
        return tuple(float(one) for one in fan_of(self.figures[None].copy(), ("",)).quantiles[:, 0])

    @property
    def median(self) -> float | None:
        return self.levels[3] if self.figures is not None else None

    @cached_property
    def mean(self) -> float | None:
        return None if self.figures is None else float(np.mean(self.figures))

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 80 % interval of the figure."""
        return None if self.figures is None else (self.levels[1], self.levels[5])

    @property
    def gap(self) -> float | None:
        """Median less goal in the goal's unit, below 0 where it falls short."""
        return None if self.median is None else shortfall(self.aim, self.median)

    def margin(self, chance: float) -> float | None:
        """By how much the goal would have to be tightened in a plan without draws so that it is met with this chance: median less the
        quantile that so many draws reach, in the goal's unit, ≥ 0. For the pathway's chance constraints."""
        if self.figures is None:
            return None
        if not 0 < chance < 1:
            raise RiskError(f"chance: found {chance}, expected between 0 and 1")
        share = chance if self.aim.op in ("<=", "<") else 1 - chance
        return (
            max(abs(float(np.median(self.figures)) - float(np.quantile(self.figures, share))), 0.0)
            if share != 0.5
            else 0.0
        )

    def fan(self, by: str = "rolling") -> Fan:
        """Bands over time: `quarter` each quarter by itself, `rolling` four quarters up to each, `year` calendar years as far as known.
        Raises RiskError for a goal of which nothing can be said, or another word."""
        if self.course is None:
            raise RiskError(f"goal {self.aim.id}: {self.why[1] or 'nothing can be said of it'}")
        if by == "quarter":
            return fan_of(self.course.quarterly().copy(), tuple(str(one) for one in self.quarters))
        if by == "rolling":
            return fan_of(self.course.rolling(self.quarters).copy(), tuple(str(one) for one in self.quarters))
        if by == "year":
            years = sorted({one.year for one in self.quarters})
            rows = np.stack([self.course.level(self.quarters, year) for year in years]) / self.course.factor
            return fan_of(rows, tuple(str(year) for year in years))
        raise RiskError(f"fan by {by}: expected quarter, rolling or year")

    def to_json(self, fans: tuple[str, ...] = ("rolling", "year")) -> dict[str, Any]:
        base = {"aim": self.aim.id, "label": self.aim.label, "chance": self.chance, "why": list(self.why)}
        if self.figures is None:
            return base
        return base | {
            "chance_interval": self.leaves, "mean": _plain(self.mean), "median": _plain(self.median), "gap": _plain(self.gap),
            "levels": {f"{level:g}": _plain(one) for level, one in zip(LEVELS, self.levels, strict=True)},
            "fans": {by: self.fan(by).to_json() for by in fans},
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """How often something holds a quarter back: `often` (Q,) share of draws, by the quarters of the case."""

    key: str
    zh: str
    en: str
    often: tuple[float, ...]

    @property
    def worst(self) -> int:
        """The place of the quarter that it holds back most often."""
        return int(np.argmax(self.often)) if self.often else 0

    def to_json(self) -> dict[str, Any]:
        return {"key": self.key, "zh": self.zh, "en": self.en, "often": list(self.often)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """A factor or project as the one that decides: in which share of the draws that miss a goal it alone, in time, would have saved it."""

    key: str
    zh: str
    en: str
    saves: Mapping[str, float]
    """Goal id → share of its misses."""

    @property
    def most(self) -> float:
        return max(self.saves.values(), default=0.0)


@dataclass(frozen=True, eq=False)
class Risk:
    """`draws` of a case from `seed`. `chances` in the order of the case's goals. `drivers(goal id)`, `bottlenecks(goal id)` and `deciders()`
    are worked out when asked for."""

    region: str
    scenario: str
    seed: int
    draws: int
    quarters: tuple[Quarter, ...]
    chances: tuple[Chance, ...]
    assumptions: tuple[tuple[str, str], ...] = ()
    simulated: bool = False
    stopped: bool = False
    """True where a stop was asked for: `draws` are those that were done, the first of the seed."""
    rank: Callable[[Chance], tuple[Driver, ...]] | None = field(default=None, repr=False)
    decide: Callable[[], tuple[Decider, ...]] | None = field(default=None, repr=False)
    hold: Callable[[], Mapping[str, tuple[Bottleneck, ...]]] | None = field(default=None, repr=False)

    def of(self, aim_id: str) -> Chance:
        """The chance of one goal. Raises RiskError for a goal that the case does not have."""
        for one in self.chances:
            if one.aim.id == aim_id:
                return one
        raise RiskError(
            f"goal {aim_id}: not among the goals of {self.region}, expected one of {', '.join(one.aim.id for one in self.chances)}"
        )

    def drivers(self, aim_id: str) -> tuple[Driver, ...]:
        """What moves a goal, the greatest share of its variance first; nothing where nothing can be said of it."""
        one = self.of(aim_id)
        return () if self.rank is None or one.figures is None else self.rank(one)

    def deciders(self) -> tuple[Decider, ...]:
        """Which factor or project most often decides, the one that saves most first."""
        return () if self.decide is None else self.decide()

    @cached_property
    def _held(self) -> Mapping[str, tuple[Bottleneck, ...]]:
        return {} if self.hold is None else self.hold()

    def bottlenecks(self, aim_id: str) -> tuple[Bottleneck, ...]:
        """What holds a goal back and how often, by quarter; the most frequent first."""
        self.of(aim_id)
        return self._held.get(aim_id, ())

    def worst_quarters(self, aim_id: str) -> tuple[tuple[Quarter, Bottleneck, float], ...]:
        """Of each quarter the bottleneck that holds the goal most often, with its frequency, the worst quarter first."""
        rows = self.bottlenecks(aim_id)
        found = []
        for place, quarter in enumerate(self.quarters):
            if rows:
                one = max(rows, key=lambda row: row.often[place])
                found.append((quarter, one, one.often[place]))
        return tuple(sorted(found, key=lambda row: (-row[2], row[0].place)))

    def to_json(self, fans: tuple[str, ...] = ("rolling", "year")) -> dict[str, Any]:
        """The whole without the draws, as JSON."""
        return {
            "format": "lvlian-risk/1", "region": self.region, "scenario": self.scenario, "seed": self.seed, "draws": self.draws,
            "stopped": self.stopped, "simulated": self.simulated, "quarters": [str(one) for one in self.quarters],
            "goals": [one.to_json(fans) for one in self.chances], "assumptions": [list(one) for one in self.assumptions],
        }  # fmt: skip


def _plain(figure: float | None) -> float | None:
    return figure if figure is not None and np.isfinite(figure) else None
