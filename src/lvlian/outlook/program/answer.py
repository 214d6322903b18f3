"""What a solver answers: status, objective, gap, the values, and what each bound is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Status = Literal["optimal", "best", "infeasible", "unbounded", "stopped"]
"""optimal: proved within the gap · best: the best found before time or a stop · stopped: nothing was found before it."""


@dataclass(frozen=True)
class Answer:
    """`x` (columns,) in the programme's own units, `duals` (rows,) and `reduced` (columns,): change of the objective per unit of a bound
    (zeros where there are none: of a mixed-integer answer ask `Session.prices`). `gap` relative to the objective, 0.0 for a linear
    programme. `bound` is what no answer can be below. `why_zh`, `why_en` say in one sentence why there is no answer. `way` how it was found."""

    status: Status
    objective: float
    gap: float
    x: NDArray[np.float64]
    duals: NDArray[np.float64]
    reduced: NDArray[np.float64]
    seconds: float
    bound: float = float("-inf")
    why_zh: str = ""
    why_en: str = ""
    way: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def found(self) -> bool:
        """Whether `x` holds an answer."""
        return self.status in ("optimal", "best")

    def to_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "objective": self.objective if self.found else None,
            "gap": self.gap if self.found else None,
            "seconds": round(self.seconds, 3),
            "why_zh": self.why_zh,
            "why_en": self.why_en,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """What a running solver tells: seconds since it began, the best objective so far (inf: none), what no answer can be below, the
    relative gap (inf: unknown), nodes or iterations done, and which part runs (simplex, interior point, branching)."""

    seconds: float
    objective: float
    bound: float
    gap: float
    done: int
    part: str
