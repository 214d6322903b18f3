"""A sentence of a plan as a programme knows it: an id, its words, where it stands, and the bounds that say it.

Conflicts, repairs and prices are told by clause, never by row. What a violation is measured against is the clause's scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["upper", "lower", "both"]


class ProgramError(ValueError):
    """A programme cannot be made, handed over or asked; one sentence that names the block, what was found and what was expected."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence: `kind` is what it is about (goal, quota, date, report, rule, capacity, …: repairs are grouped by it), `ref` where it stands
    (any record; `lvlian.outlook.case.Ref` in cases), `unit` of its bounds, `who` answers for it. `give` False: nobody can change it (physics,
    law); it may be part of a conflict and is never repaired. `weight` multiplies what a share of violation costs in the elastic programme."""

    id: str
    zh: str = ""
    en: str = ""
    kind: str = ""
    ref: object = None
    unit: str = ""
    who: str = ""
    give: bool = True
    weight: float = 1.0
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "zh": self.zh,
            "en": self.en,
            "kind": self.kind,
            "unit": self.unit,
            "who": self.who,
            "give": self.give,
        }


@dataclass(frozen=True)
class Hold:
    """How a clause holds: `places` (n,) numbers of columns or rows, `side`, `scale` (n,) in the bound's unit that counts as one share
    of violation, `rest` (n,) lower and upper bounds when the clause is let go."""

    clause: Clause
    columns: bool
    places: NDArray[np.int64]
    side: Side
    scale: NDArray[np.float64]
    rest_lower: NDArray[np.float64]
    rest_upper: NDArray[np.float64]
