"""Other choices that cost nearly the same (modelling to generate alternatives: Brill et al. 1982; Lombardi et al. 2020 for energy).

The cost may rise by a share; each alternative differs from every one before it in at least so many projects (a Hamming cut on whole-number
columns between 0 and 1), and among those the one that costs least is taken, or the one that differs most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.clause import ProgramError
from lvlian.outlook.program.matrix import Floats, Ints

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session


@dataclass(frozen=True)
class Alternative:
    """`answer` with its cost above the best as a share (`extra`), the smallest number of choices in which it differs from the best and
    every one before it (`distance`), and the choices (numbers of columns) that it `takes` up and `leaves` against the best."""

    answer: Answer
    extra: float
    distance: int
    takes: Ints
    leaves: Ints


def alternatives(
    session: Session,
    choices: ArrayLike,
    *,
    count: int = 3,
    within: float = 0.02,
    differ: int = 2,
    best: Answer | None = None,
    farthest: bool = False,
    seconds: float | None = None,
    gap: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> tuple[Alternative, ...]:
    """At most `count` alternatives to `best` (default: solved for) within a share `within` of its cost that differ in `differ` of the
    `choices` (columns of whole numbers 0..1: whether a project is built). `seconds` for each. Fewer where there are no more. The session is
    as before afterwards. Raises ProgramError where a choice is no column of that kind."""
    places = np.unique(np.atleast_1d(np.asarray(choices)).ravel().astype(np.int64))
    known = session.matrix
    wrong = [n for n in places if not (known.integer[n] and known.lower[n] >= 0 and known.upper[n] <= 1)]
    if wrong:
        raise ProgramError(f"choice {known.column_name(int(wrong[0]))}: expected a whole number between 0 and 1")
    if best is None:
        best = session.solve(seconds=seconds, gap=gap, stop=stop)
    if not best.found:
        return ()
    offset = known.offset
    cost, everywhere = session.cost.copy(), np.arange(session.cost.size)
    used = np.flatnonzero(cost)
    top = best.objective + within * abs(best.objective) - offset
    # a tolerance's breadth below, so that a share of 2 % is 2 % when it is checked
    rows = [session.add_rows(-np.inf, top - 1e-9 * abs(top), np.zeros(used.size, int), used, cost[used])]
    seen = [np.round(best.x[places])]
    rows.append(_cut(session, places, seen[0], differ))
    found: list[Alternative] = []
    try:
        if farthest:
            session.costs(everywhere, 0.0)
            session.costs(places, np.where(seen[0] > 0.5, 1.0, -1.0))
        for _ in range(count):
            answer = session.solve(seconds=seconds, gap=gap, stop=stop)
            if not answer.found:
                break
            now = np.round(answer.x[places])
            found.append(_alternative(answer, best, cost, offset, places, now, seen))
            seen.append(now)
            rows.append(_cut(session, places, now, differ))
            if stop is not None and stop():
                break
    finally:
        session.remove_rows(np.concatenate(rows))
        session.costs(everywhere, cost)
        session.last = best
    return tuple(sorted(found, key=lambda one: one.extra))


def _cut(session: Session, places: Ints, values: Floats, differ: int) -> Ints:
    """A row: at least `differ` of the choices are other than these (their Hamming distance)."""
    taken = values > 0.5
    return session.add_rows(
        differ - float(taken.sum()), np.inf, np.zeros(places.size, int), places, np.where(taken, -1.0, 1.0)
    )


def _alternative(
    answer: Answer, best: Answer, cost: Floats, offset: float, places: Ints, now: Floats, seen: list[Floats]
) -> Alternative:
    from dataclasses import replace

    objective = float(cost @ answer.x) + offset
    extra = (objective - best.objective) / max(abs(best.objective), 1e-12)
    return Alternative(
        replace(answer, objective=objective),
        extra,
        min(int(np.abs(now - old).sum()) for old in seen),
        places[(now > 0.5) & (seen[0] < 0.5)],
        places[(now < 0.5) & (seen[0] > 0.5)],
    )
