"""What is told of a programme that is impossible: the sentences that cannot all hold, and what each would have to give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.clause import Clause
from lvlian.outlook.program.matrix import Floats


@dataclass(frozen=True)
class Give:
    """What the bounds of one hold must give: `places` (n,) numbers of columns or rows, `amounts` (n,) ≥ 0 in the bound's unit, `upper`
    whether upper bounds rise (else lower bounds fall), `bounds` (n,) what they become."""

    columns: bool
    places: NDArray[np.int64]
    upper: NDArray[np.bool_]
    amounts: Floats
    bounds: Floats


@dataclass(frozen=True)
class Repair:
    """What one clause alone must give so that all others hold. `possible` False: it alone cannot mend it, however much it gives.
    `share` is the sum of amounts in shares of the clause's scale, `total` the sum in the bound's unit, `most` the largest single
    amount. `verified`: solved again with the moved bounds. `exact` False: the least was not proved (time, or whole-number gap)."""

    clause: Clause
    possible: bool
    gives: tuple[Give, ...] = ()
    share: float = 0.0
    total: float = 0.0
    most: float = 0.0
    verified: bool = False
    exact: bool = True

    def amounts(self) -> dict[tuple[bool, int], float]:
        """(of columns, number) → how much the bound gives."""
        return {
            (give.columns, int(place)): float(amount)
            for give in self.gives
            for place, amount in zip(give.places, give.amounts, strict=True)
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "clause": self.clause.id,
            "possible": self.possible,
            "total": self.total,
            "most": self.most,
            "share": self.share,
            "verified": self.verified,
        }


@dataclass(frozen=True)
class Conflict:
    """`clauses` cannot all hold; drop any one of them and the others can (`minimal`, proved by solving). `repairs` by clause id, cheapest
    first. `together` is the cheapest mix of all clauses, `certificate` what each clause weighs in the proof (shares of 1). `hard`:
    nothing can hold even without any sentence (`clauses` empty). `solves` programmes solved, in `seconds`."""

    clauses: tuple[Clause, ...]
    repairs: Mapping[str, Repair]
    certificate: Mapping[str, float]
    together: Mapping[str, Repair]
    minimal: bool
    hard: bool = False
    solves: int = 0
    seconds: float = 0.0
    why_zh: str = ""
    why_en: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def zh(self) -> str:
        if self.hard:
            return self.why_zh or "即使放开所有语句，仍没有可行的安排"
        return f"{len(self.clauses)}句话不能同时成立：{'；'.join(one.zh or one.id for one in self.clauses)}"

    @property
    def en(self) -> str:
        if self.hard:
            return self.why_en or "nothing is feasible even without any of the sentences"
        return f"{len(self.clauses)} sentences cannot all hold: {'; '.join(one.en or one.zh or one.id for one in self.clauses)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "clauses": [one.to_json() for one in self.clauses],
            "repairs": [one.to_json() for one in self.repairs.values()],
            "certificate": dict(self.certificate),
            "together": [one.to_json() for one in self.together.values()],
            "minimal": self.minimal,
            "hard": self.hard,
            "zh": self.zh,
            "en": self.en,
            "seconds": round(self.seconds, 3),
        }
