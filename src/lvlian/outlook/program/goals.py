"""Several objectives: one after the other (lexicographic), and the front between two of them.

Lexicographic: each objective in turn, what was reached of those before it held as a row (Isermann 1982). Front: the ε-constraint method
(Haimes et al. 1971) with the augmentation of AUGMECON (Mavrotas 2009), so that every point is efficient; the session keeps its basis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.clause import ProgramError
from lvlian.outlook.program.matrix import Floats

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

SLACK = 1e-7
"""Share by which what was reached may be missed while the next objective is sought: what a solver's tolerance asks for."""


@dataclass(frozen=True)
class Objective:
    """To be minimised: `cost` (columns,) per unit. `slack` is the share of its size by which later ones may worsen it."""

    name: str
    cost: Floats
    slack: float = SLACK


@dataclass(frozen=True)
class Point:
    """A point of a front: the two objectives and the answer. `efficient` False where time ran out before that was proved."""

    first: float
    second: float
    answer: Answer
    efficient: bool = True


def lexicographic(
    session: Session,
    objectives: Sequence[Objective],
    *,
    seconds: float | None = None,
    gap: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Answer, tuple[float, ...]]:
    """The answer that is best for the first objective, among those for the second, and so on; and what each reached. The session's costs
    and rows are as before afterwards. Ends with the first objective that has no answer. Raises ProgramError for none or wrong sizes."""
    if not objectives:
        raise ProgramError("objectives: found none, expected one at least")
    before, added = session.cost.copy(), []
    reached: list[float] = []
    everywhere = np.arange(before.size)
    answer: Answer | None = None
    try:
        for number, objective in enumerate(objectives):
            cost = _cost(session, objective)
            session.costs(everywhere, cost)
            found = session.solve(seconds=seconds, gap=gap, stop=stop)
            if not found.found:
                answer = answer if answer is not None and found.status == "stopped" else found
                break
            answer = found
            value = float(cost @ found.x)
            reached.append(value)
            if number + 1 < len(objectives):
                used = np.flatnonzero(cost)
                room = max(objective.slack, SLACK) * max(abs(value), 1.0)
                added.append(session.add_rows(-np.inf, value + room, np.zeros(used.size, int), used, cost[used])[0])
    finally:
        session.remove_rows(np.array(added, np.int64))
        session.costs(everywhere, before)
    assert answer is not None
    return answer, tuple(reached)


def front(
    session: Session,
    first: Objective,
    second: Objective,
    *,
    points: int = 7,
    seconds: float | None = None,
    gap: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Point, ...]:
    """Efficient points from the best of `first` to the best of `second`, about evenly spread in `second`; `seconds` for each. Fewer where
    the two do not pull apart. Empty where nothing is feasible. The session is as before afterwards."""
    if points < 2:
        raise ProgramError(f"points: found {points}, expected 2 or more")
    best_first, _ = lexicographic(session, (first, second), seconds=seconds, gap=gap, stop=stop)
    best_second, _ = lexicographic(session, (second, first), seconds=seconds, gap=gap, stop=stop)
    if not best_first.found or not best_second.found:
        return ()
    one, two = _cost(session, first), _cost(session, second)
    top, bottom = float(two @ best_first.x), float(two @ best_second.x)
    ends = (_point(one, two, best_first), _point(one, two, best_second))
    size = max(abs(top), abs(bottom), 1e-9)
    if top - bottom <= 1e-6 * size:
        return ends[:1]
    spread = max(abs(ends[1].first - ends[0].first), 1e-9)
    # a little of the second objective in the first: no point is weakly efficient only
    mixed = one + 1e-4 * spread / (top - bottom) * two
    before, everywhere = session.cost.copy(), np.arange(session.cost.size)
    used = np.flatnonzero(two)
    found = [ends[0]]
    row = session.add_rows(-np.inf, top, np.zeros(used.size, int), used, two[used])
    try:
        session.costs(everywhere, mixed)
        for level in np.linspace(top, bottom, points)[1:-1]:
            if stop is not None and stop():
                break
            session.bounds_rows(row, None, level)
            answer = session.solve(seconds=seconds, gap=gap, stop=stop)
            if answer.found:
                found.append(_point(one, two, answer))
    finally:
        session.remove_rows(row)
        session.costs(everywhere, before)
    found.append(ends[1])
    kept: list[Point] = []
    for point in found:
        if not any(abs(point.second - old.second) <= 1e-7 * size for old in kept):
            kept.append(point)
    return tuple(kept)


def _point(one: Floats, two: Floats, answer: Answer) -> Point:
    return Point(float(one @ answer.x), float(two @ answer.x), answer, answer.status == "optimal")


def _cost(session: Session, objective: Objective) -> Floats:
    cost = np.asarray(objective.cost, float)
    if cost.shape != session.cost.shape or not np.isfinite(cost).all():
        raise ProgramError(
            f"objective {objective.name}: found {cost.shape[0] if cost.ndim else 0} costs, expected {session.cost.size} finite ones"
        )
    return cost
