"""What a quarter's dispatch costs those who answer: how many facts each unit is asked, and how many minutes that is taken to take.

The minutes are an assumption (假), declared in `dispatch.yaml`: nobody's time is measured, nobody's presence is counted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from lvlian.site.ledger.dispatch_rules import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """What a unit is asked: `owed` facts, of which `missing` were not known and have to be filled in; `answered` and `corrected` of
    them so far."""

    owed: int = 0
    answered: int = 0
    corrected: int = 0
    missing: int = 0

    @property
    def left(self) -> int:
        return self.owed - self.answered

    @property
    def minutes(self) -> int:
        """What answering all of it takes, rounded up: each fact is confirmed, filled in or corrected."""
        seconds = rules().seconds
        filled = max(self.missing - self.corrected, 0)
        confirmed = max(self.owed - self.corrected - filled, 0)
        total = confirmed * seconds["confirm"] + filled * seconds["fill"] + self.corrected * seconds["correct"]
        return math.ceil(total / 60)

    @property
    def light(self) -> str:
        """● answered, ▲ partly, ■ not begun; nothing is asked: ●."""
        if not self.left:
            return "ok"
        return "warn" if self.answered else "bad"

    def __add__(self, other: Burden) -> Burden:
        return Burden(
            owed=self.owed + other.owed,
            answered=self.answered + other.answered,
            corrected=self.corrected + other.corrected,
            missing=self.missing + other.missing,
        )
