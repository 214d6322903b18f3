"""Two scenarios on the same draws: what changes in each goal, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lvlian.outlook.risk.record import Risk
from lvlian.outlook.risk.stream import RiskError


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One goal in two scenarios. `change` of the mean in the goal's unit with `error`, its standard error on common draws; `gained` and `lost`:
    shares of draws in which the goal is met only in the second, only in the first. None where one of the two says nothing."""

    aim: str
    label: str
    before: float | None
    after: float | None
    change: float | None = None
    error: float | None = None
    gained: float | None = None
    lost: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def compare(before: Risk, after: Risk) -> tuple[Change, ...]:
    """Goal by goal, those of `before` first. Raises RiskError where the two do not rest on the same draws (seed and number)."""
    if (before.seed, before.draws) != (after.seed, after.draws):
        raise RiskError(
            f"compare: found {before.draws} draws of seed {before.seed} and {after.draws} of seed {after.seed}, expected the same of both"
        )
    others = {one.aim.id: one for one in after.chances}
    rows = []
    for one in before.chances:
        other = others.pop(one.aim.id, None)
        if other is None or one.figures is None or other.figures is None:
            rows.append(
                Change(
                    aim=one.aim.id,
                    label=one.aim.label,
                    before=one.chance,
                    after=None if other is None else other.chance,
                )
            )
            continue
        change = other.figures - one.figures
        was, now = one.met, other.met
        rows.append(
            Change(
                aim=one.aim.id, label=other.aim.label, before=one.chance, after=other.chance,
                change=float(change.mean()), error=float(change.std(ddof=1) / np.sqrt(len(change))) if len(change) > 1 else 0.0,
                gained=float((now & ~was).mean()), lost=float((was & ~now).mean()),
            )
        )  # fmt: skip
    rows += [Change(aim=one.aim.id, label=one.aim.label, before=None, after=one.chance) for one in others.values()]
    return tuple(rows)
