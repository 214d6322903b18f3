"""Whole numbers: a good choice before the solver begins, then the proof.

The choice comes from the last answer, or from the linear optimum and a dive, each bettered by a search of moves (`neighbour`); the solver then
proves without its own searches, which take most of its time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.blocks import INF
from lvlian.outlook.program.matrix import Floats
from lvlian.outlook.program.outcome import known_below, read

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

MANY_WHOLE = 100
"""Whole-number columns from which a first answer is sought before the solver begins."""
DIVE_SECONDS, SEARCH_SECONDS, LEAN_SECONDS = 0.6, 0.3, 2.5
SEARCHES = ("mip_heuristic_run_rens", "mip_heuristic_run_rins", "mip_heuristic_run_root_reduced_cost")


def mixed(
    session: Session, begun: float, seconds: float | None, given: Floats | None, raised: list[BaseException]
) -> Answer:
    """A good answer first (the last one, or a dive), then the proof without the solver's searches in small programmes of its own, which
    take most of its time; where that is not proved soon, all that the solver has."""
    from highspy import HighsModelStatus

    many, apart = int(session.matrix.integer.sum()) >= MANY_WHOLE, session.row_lower.size == session.matrix.shape[0]
    if many and apart:
        given = _first_choice(session, given, INF if seconds is None else seconds)
    if given is not None:
        suggest(session, given)
    known = session.beside().least if many and apart else -INF
    if many and given is not None:
        left = None if seconds is None else seconds - (time.perf_counter() - begun)
        _searches(session, False)
        session.run(LEAN_SECONDS if left is None else min(LEAN_SECONDS, 0.9 * left))
        answer = known_below(read(session, begun), known)
        _searches(session, True)
        if apart and answer.status == "best" and not raised:
            answer = _once_more(session, answer, begun, INF if seconds is None else seconds)
        left = None if seconds is None else seconds - (time.perf_counter() - begun)
        spent = left is not None and left <= 0.1 * (seconds or 0.0)
        if (
            raised
            or spent
            or answer.status == "optimal"
            or session.solver.getModelStatus() != HighsModelStatus.kTimeLimit
        ):
            return answer
        if answer.found:
            suggest(session, answer.x)
        known, seconds = answer.bound, left
    session.run(seconds)
    answer = known_below(read(session, begun), known)
    if apart and given is not None and answer.status in ("best", "stopped"):
        # a solver stopped at once may not have come to what it was given
        answer = _nearby(session, answer, given, begun, 0.0)
    return answer


def _first_choice(session: Session, given: Floats | None, seconds: float) -> Floats | None:
    """The whole numbers to begin with: those given, or of the linear optimum and of a dive the better, each after a search."""
    beside = session.beside()
    each = min(SEARCH_SECONDS, 0.125 * seconds)
    if given is not None:
        found = beside.better(given[beside.whole], each)
        return given if found is None else found.x
    best = beside.better(None, each)
    dived = beside.dive(min(DIVE_SECONDS, 0.3 * seconds))
    if dived is not None:
        found = beside.better(dived.x[beside.whole], each) or dived
        best = found if best is None or found.objective < best.objective else best
    if best is None:  # nothing chosen may be feasible where neither of the two is
        best = beside.better(np.zeros(beside.whole.size), each)
    return None if best is None else best.x


def _once_more(session: Session, answer: Answer, begun: float, seconds: float) -> Answer:
    """A search from what the solver came to."""
    left = seconds - (time.perf_counter() - begun)
    if left <= 1e-3:
        return answer
    return _nearby(session, answer, answer.x, begun, min(SEARCH_SECONDS, left))


def _nearby(session: Session, answer: Answer, x: Floats, begun: float, seconds: float) -> Answer:
    """The answer, or what a search from `x` finds in time where that is better."""
    beside = session.beside()
    found = beside.better(x[beside.whole], seconds, answer.objective)
    if found is None:
        return answer
    gap = max(found.objective - answer.bound, 0.0) / max(abs(found.objective), 1e-9)
    asked = float(session.solver.getOptionValue("mip_rel_gap")[1])
    return replace(
        found,
        status="optimal" if gap <= asked else "best",
        gap=gap,
        bound=answer.bound,
        seconds=time.perf_counter() - begun,
        counts=answer.counts,
    )


def _searches(session: Session, on: bool) -> None:
    for key in SEARCHES:
        if key not in session.options:
            session.solver.setOptionValue(key, on)


def suggest(session: Session, x: Floats) -> None:
    """Hands the solver the whole numbers of an answer to begin with."""
    places = np.flatnonzero(session.matrix.integer)
    values = np.clip(np.round(x[places]), session.lower[places], session.upper[places])
    session.solver.setSolution(places.size, places.astype(np.int32), values)
