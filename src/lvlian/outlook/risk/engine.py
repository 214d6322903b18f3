"""From draws to goals: the pieces that all draws share are made once, then chunks of draws run through pipeline, chain and measures.

A chunk writes its own columns of arrays that were laid out before, so that neither their order nor their size nor the number of workers changes a bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lvlian.outlook.case import Aim, Case
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.sample import Draws, Plan
from lvlian.outlook.risk.stream import Floats

CELLS = 600_000
"""Plants × quarters × draws that are worked through together: 5 MB an array, a core's share of the cache."""
FEWEST, MOST = 256, 2048
"""Draws of a chunk at least (below, NumPy's calls cost more than the figures) and at most."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One goal of a chunk: numerator and denominator (n, Q), `den` None where the figure is the numerator."""

    num: Floats
    den: Floats | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """A chunk of draws: `readings` goal id → its figures; `held` bottleneck key → (n, Q) whether it holds the quarter back."""

    readings: Mapping[str, Reading]
    held: Mapping[str, Floats]


class Machine(Protocol):
    """What turns draws into goals. `aims` are those it can say something of, `frame` what a goal's figures mean, `silent` why it says nothing of the
    others, `names` the bottlenecks' words (zh, en)."""

    @property
    def case(self) -> Case: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def aims(self) -> Sequence[Aim]: ...
    @property
    def silent(self) -> Mapping[str, tuple[str, str]]: ...
    @property
    def names(self) -> Mapping[str, tuple[str, str]]: ...
    @property
    def assumptions(self) -> Sequence[tuple[str, str]]: ...
    def frame(self, aim: Aim) -> Course:
        """A course without figures: base, past, unit factor, mode of the goal."""
        ...

    def outcome(self, draws: Draws) -> Outcome:
        """The goals of some draws."""
        ...


def chunk_of(case: Case) -> int:
    """How many draws are worked through together."""
    cells = max(len(case.plants), len(case.projects), 1) * case.count
    return int(np.clip(CELLS // cells, FEWEST, MOST))
