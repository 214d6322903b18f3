"""What a solver holds after a run, told as an answer in the programme's own units, or why there is none."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lvlian.outlook.program.answer import Answer, Status
from lvlian.outlook.program.blocks import INF

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

TOLERANCE = 1e-9


def read(session: Session, begun: float) -> Answer:
    """What the solver holds after a run, in the programme's units."""
    from highspy import HighsModelStatus as S
    from highspy import SolutionStatus

    solver = session.solver
    state, info = solver.getModelStatus(), solver.getInfo()
    if state == S.kUnboundedOrInfeasible:
        solver.setOptionValue("presolve", "off")
        solver.run()
        solver.setOptionValue("presolve", "choose")
        state, info = solver.getModelStatus(), solver.getInfo()
    usable = info.primal_solution_status == int(SolutionStatus.kSolutionStatusFeasible)
    if state == S.kModelEmpty and bool(((session.row_lower > TOLERANCE) | (session.row_upper < -TOLERANCE)).any()):
        state = S.kInfeasible  # rows without columns: the solver does not look at them
    if state in (S.kOptimal, S.kModelEmpty):
        status: Status = "optimal"
    elif state == S.kInfeasible:
        return none(
            session,
            "infeasible",
            begun,
            "条件不能同时成立，没有可行的安排",
            "the conditions cannot all hold: nothing is feasible",
        )
    elif state in (S.kUnbounded, S.kUnboundedOrInfeasible):
        return none(session, "unbounded", begun, *_unbounded_words(session))
    elif usable:
        status = "best"
    elif state in (S.kTimeLimit, S.kInterrupt, S.kIterationLimit, S.kSolutionLimit):
        return none(
            session,
            "stopped",
            begun,
            "时间到或被停下，还没有找到可行的安排",
            "stopped before a feasible answer was found",
        )
    else:
        return none(
            session,
            "stopped",
            begun,
            f"求解器未能给出结果（{state.name}）",
            f"the solver gave no answer ({state.name})",
        )
    found = solver.getSolution()
    x = np.array(found.col_value, float)
    duals = np.array(found.row_dual, float) if found.dual_valid else np.zeros(session.row_lower.size)
    reduced = np.array(found.col_dual, float) if found.dual_valid else np.zeros(x.size)
    scale = 1.0
    if session.units is not None:
        scale = session.units.cost
        x = x * session.units.column
        duals = duals * session.units.row / scale
        reduced = reduced / session.units.column / scale
    if session.mixed:
        duals[:], reduced[:] = 0.0, 0.0
        places = session.matrix.integer
        x[places] = np.round(x[places])
    objective = float(session.cost @ x) + session.matrix.offset
    return Answer(
        status=status,
        objective=objective,
        gap=max(float(info.mip_gap), 0.0) if session.mixed else 0.0,
        x=x,
        duals=duals,
        reduced=reduced,
        seconds=time.perf_counter() - begun,
        bound=float(info.mip_dual_bound) / scale if session.mixed else objective if status == "optimal" else -INF,
        counts={
            "simplex": int(info.simplex_iteration_count),
            "interior": int(info.ipm_iteration_count),
            "nodes": int(info.mip_node_count),
        },
    )


def known_below(answer: Answer, bound: float) -> Answer:
    """The answer with a bound that an earlier run proved, where that is the better one."""
    if not answer.found or bound <= answer.bound:
        return answer
    gap = max(answer.objective - bound, 0.0) / max(abs(answer.objective), 1e-9)
    return replace(answer, bound=bound, gap=min(answer.gap, gap))


def none(session: Session, status: Status, begun: float, zh: str, en: str) -> Answer:
    n, m = session.lower.size, session.row_lower.size
    return Answer(
        status,
        INF,
        INF,
        np.full(n, np.nan),
        np.zeros(m),
        np.zeros(n),
        time.perf_counter() - begun,
        why_zh=zh,
        why_en=en,
    )


def contradiction(session: Session) -> tuple[str, float, float] | None:
    """The first place whose own bounds leave nothing."""
    for lower, upper, name in (
        (session.lower, session.upper, session.matrix.column_name),
        (session.row_lower, session.row_upper, session.matrix.row_name),
    ):
        gap = lower - upper
        wrong = np.flatnonzero(gap > TOLERANCE * np.maximum(1.0, np.abs(np.where(np.isfinite(lower), lower, 0.0))))
        if wrong.size:
            n = int(wrong[0])
            return name(n), float(lower[n]), float(upper[n])
    return None


def _unbounded_words(session: Session) -> tuple[str, str]:
    """Which block can grow for ever at a gain."""
    _, has, ray = session.solver.getPrimalRay()
    places = (
        np.flatnonzero(np.abs(np.asarray(ray)) > 1e-9)
        if has
        else np.flatnonzero((session.cost < 0) & (session.upper == INF))
    )
    name = session.matrix.column_name(int(places[0])) if places.size else "?"
    return f"目标没有界：{name} 可以无限增加", f"the objective has no bound: {name} can grow for ever"


def contradiction_words(name: str, lower: float, upper: float) -> tuple[str, str]:
    return (
        f"{name} 自相矛盾：至少 {lower:g}，至多 {upper:g}",
        f"{name} contradicts itself: at least {lower:g}, at most {upper:g}",
    )
