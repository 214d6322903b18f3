"""From draws to goals: the pieces that all draws share are made once, then chunks of draws run through pipeline, chain and measures.

A chunk writes its own columns of arrays that were laid out before, so that neither their order nor their size nor the number of workers changes a bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Aim, Case
from lvlian.outlook.risk.goal import Course
from lvlian.outlook.risk.sample import Draws, Plan
from lvlian.outlook.risk.stream import Floats

CELLS = 2_400_000
"""Plants × quarters × draws that are worked through together: 19 MB an array, of which a quarter of one plant stays in the cache."""
FEWEST, MOST = 256, 5120
"""Draws of a chunk at least (below, NumPy's calls cost more than the figures) and at most."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One goal of a chunk: numerator and denominator (n, Q), `den` None where the figure is the numerator."""

    num: Floats
    den: Floats | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """A chunk of draws: `readings` goal id → its figures."""

    readings: Mapping[str, Reading]


class Held(Protocol):
    """What holds a goal: `words` of constraints (key, zh, en), `which` (n, Q) the place of the one that holds, −1 for none."""

    @property
    def words(self) -> tuple[tuple[str, str, str], ...]: ...
    @property
    def which(self) -> NDArray[np.int64]: ...


class Machine(Protocol):
    """What turns draws into goals. `aims` are those it can say something of, `silent` why it says nothing of the others."""

    @property
    def case(self) -> Case: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def aims(self) -> Sequence[Aim]: ...
    @property
    def silent(self) -> Mapping[str, tuple[str, str]]: ...
    @property
    def assumptions(self) -> Sequence[tuple[str, str]]: ...
    @property
    def weight(self) -> int:
        """Figures that a draw holds in one array: plants × quarters."""
        ...

    def frame(self, aim: Aim) -> Course:
        """A course without figures: base, past, unit factor, mode of the goal."""
        ...

    def holds(self, draws: Draws) -> Mapping[str, Held]:
        """What holds each goal back in some draws."""
        ...

    def outcome(self, draws: Draws) -> Outcome:
        """The goals of some draws."""
        ...


def chunk_of(machine: Machine) -> int:
    """How many draws are worked through together."""
    return int(np.clip(CELLS // max(machine.weight, 1), FEWEST, MOST))
