"""Two sentences about one bound: at least 5, at most 3. Seen without solving; what each would have to give is solved again."""

from __future__ import annotations

import numpy as np

from lvlian.outlook.program.blocks import Program
from lvlian.outlook.program.clause import Clause
from lvlian.outlook.program.conflict import Conflict, Give, Repair
from lvlian.outlook.program.matrix import Floats, Ints


def contradiction(program: Program) -> Conflict | None:
    """The conflict of the first bounds that leave nothing, between the sentences that say them; None where all leave something."""
    matrix = program.matrix()
    for columns, lower, upper in ((True, matrix.lower, matrix.upper), (False, matrix.row_lower, matrix.row_upper)):
        wrong = np.flatnonzero(lower > upper)
        if not wrong.size:
            continue
        least, most = (_saying(program, columns, int(wrong[0]), side) for side in ("lower", "upper"))
        clauses = tuple(dict.fromkeys(one for one in (least, most) if one is not None))
        if not clauses:
            name = (matrix.column_name if columns else matrix.row_name)(int(wrong[0]))
            low, high = float(lower[wrong[0]]), float(upper[wrong[0]])
            zh = f"{name} 自相矛盾：至少 {low:g}，至多 {high:g}"
            en = f"{name} contradicts itself: at least {low:g}, at most {high:g}"
            return Conflict((), {}, {}, {}, True, hard=True, why_zh=zh, why_en=en)
        repairs, solves = {}, 0
        for clause, side in ((least, "lower"), (most, "upper")):
            if clause is not None and clause.id not in repairs:
                repairs[clause.id] = _repair(program, clause, side, columns, wrong, lower, upper)
                solves += 1
        order = sorted(repairs.values(), key=lambda one: (not one.possible, one.share))
        share = 1.0 / len(clauses)
        return Conflict(
            clauses, {one.clause.id: one for one in order}, {one.id: share for one in clauses}, {}, True, solves=solves
        )
    return None


def _saying(program: Program, columns: bool, place: int, side: str) -> Clause | None:
    """Which sentence says a side of a bound."""
    for key, clause in program.clauses.items():
        for hold in program.holds(key):
            if hold.columns == columns and hold.side in (side, "both") and place in hold.places:
                return clause
    return None


def _repair(
    program: Program, clause: Clause, side: str, columns: bool, wrong: Ints, lower: Floats, upper: Floats
) -> Repair:
    """The clause's bounds meet the other ones; verified by solving."""
    from lvlian.outlook.program.session import Session

    holds = [hold for hold in program.holds(clause.id) if hold.columns == columns and hold.side in (side, "both")]
    mine = np.concatenate([hold.places for hold in holds])
    scale = np.concatenate([hold.scale for hold in holds])
    held = np.isin(mine, wrong)
    places, scale = mine[held], scale[held]
    amounts = lower[places] - upper[places]
    bounds = (upper if side == "lower" else lower)[places]
    gives = (Give(columns, places, np.full(places.size, side == "upper"), amounts, bounds),)
    if not clause.give:
        return Repair(clause, False)
    session = Session(program)
    session.costs(np.arange(program.width), 0.0)
    change = session.bounds_columns if columns else session.bounds_rows
    change(places, bounds if side == "lower" else None, bounds if side == "upper" else None)
    holds_now = session.solve().found
    share = float((amounts / scale).sum())
    return Repair(clause, holds_now, gives, share, float(amounts.sum()), float(amounts.max()), holds_now)
