"""The linear programme that is left when the whole numbers are held, made small: rows of one column are that column's bounds.

It is solved in a third of the time of the programme with its whole-number columns fixed, and its duals say what each whole number is worth:
`value(z') ≥ value(z) + gain(z) · (z' − z)` for every other choice (a cut of Benders, 1962), which is what a search goes by.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.answer import Answer
from lvlian.outlook.program.matrix import Floats

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session

ROOM = 1e-7
"""By how much, relative to a side's size, a row of whole numbers may be over it."""


class Held:
    """The reduced programme of a mixed-integer session without added rows; `follow` takes over its bounds and costs."""

    def __init__(self, session: Session) -> None:
        from scipy.sparse import csc_matrix

        matrix = session.matrix
        self.session = session
        self.whole: NDArray[np.int64] = np.flatnonzero(matrix.integer)
        self.free: NDArray[np.int64] = np.flatnonzero(~matrix.integer)
        whole = csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape)
        self.of_whole = whole[:, self.whole].tocsr()
        rest = whole[:, self.free].tocsr()
        count = np.diff(rest.indptr)
        self.kept, self.single = np.flatnonzero(count > 1), np.flatnonzero(count == 1)
        self.pure: NDArray[np.int64] = np.flatnonzero(count == 0)
        place = rest.indptr[self.single]
        self.column, self.entry = rest.indices[place].astype(np.int64), rest.data[place]
        units = session.units
        self.row_unit = np.ones(self.kept.size) if units is None else units.row[self.kept]
        self.column_unit = np.ones(self.free.size) if units is None else units.column[self.free]
        self.cost_unit = 1.0 if units is None else units.cost
        self.lower, self.upper = np.zeros(self.free.size), np.zeros(self.free.size)
        self.reduced_rows = rest[self.kept].tocsc()
        self.lp = self._hand_over()

    def _hand_over(self) -> Any:
        import highspy

        own, kept = self.session, self.reduced_rows
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        options = {"output_flag": False, "threads": 1, "parallel": "off", "presolve": "off", "solver": "simplex"}
        for key, value in {**options, "simplex_strategy": 1}.items():
            solver.setOptionValue(key, value)
        columns = np.repeat(np.arange(self.free.size), np.diff(kept.indptr))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = kept.shape
        self.cost = own.cost[self.free].copy()
        self.lower, self.upper = own.lower[self.free].copy(), own.upper[self.free].copy()
        self.sides = own.row_lower[self.kept].copy(), own.row_upper[self.kept].copy()
        lp.col_cost_ = self.cost * self.column_unit * self.cost_unit
        lp.col_lower_, lp.col_upper_ = self.lower / self.column_unit, self.upper / self.column_unit
        lp.row_lower_, lp.row_upper_ = self.sides[0] * self.row_unit, self.sides[1] * self.row_unit
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = kept.indptr, kept.indices
        lp.a_matrix_.value_ = kept.data * self.column_unit[columns] * self.row_unit[kept.indices]
        solver.passModel(lp)
        return solver

    def follow(self) -> None:
        """Takes over the costs of the session; bounds and sides are read with every choice."""
        cost = self.session.cost[self.free]
        changed = np.flatnonzero(cost != self.cost)
        if changed.size:
            self.cost = cost.copy()
            values = cost[changed] * self.column_unit[changed] * self.cost_unit
            self.lp.changeColsCost(changed.size, changed.astype(np.int32), values)

    def fits(self, z: Floats) -> bool:
        """Whether the rows of whole numbers alone hold."""
        own, taken = self.session, self.of_whole[self.pure] @ z
        low, high = own.row_lower[self.pure], own.row_upper[self.pure]
        room = ROOM * np.maximum(1.0, np.abs(taken))
        return bool((taken >= low - room).all() and (taken <= high + room).all())

    def value(self, z: Floats, cut: float = np.inf) -> float:
        """The objective with `z` (whole-number columns in order), inf where it is not below `cut` or nothing is feasible."""
        from highspy import HighsModelStatus

        own, taken = self.session, self.of_whole @ z
        self.fixed_cost = float(own.cost[self.whole] @ z) + own.matrix.offset
        low, high = own.row_lower[self.single] - taken[self.single], own.row_upper[self.single] - taken[self.single]
        side = np.stack([low / self.entry, high / self.entry])
        lower, upper = own.lower[self.free].copy(), own.upper[self.free].copy()
        self.row_bounds = side.min(axis=0), side.max(axis=0)
        np.maximum.at(lower, self.column, self.row_bounds[0])
        np.minimum.at(upper, self.column, self.row_bounds[1])
        tight = lower > upper
        if (lower[tight] > upper[tight] + ROOM * np.maximum(1.0, np.abs(upper[tight]))).any():
            return np.inf
        lower[tight] = upper[tight]
        changed = np.flatnonzero((lower != self.lower) | (upper != self.upper))
        if changed.size:
            unit = self.column_unit[changed]
            self.lp.changeColsBounds(
                changed.size, changed.astype(np.int32), lower[changed] / unit, upper[changed] / unit
            )
        self.lower, self.upper = lower, upper
        sides = own.row_lower[self.kept] - taken[self.kept], own.row_upper[self.kept] - taken[self.kept]
        changed = np.flatnonzero((sides[0] != self.sides[0]) | (sides[1] != self.sides[1]))
        if changed.size:
            unit = self.row_unit[changed]
            self.lp.changeRowsBounds(
                changed.size, changed.astype(np.int32), sides[0][changed] * unit, sides[1][changed] * unit
            )
        self.sides = sides
        bound = (cut - self.fixed_cost) * self.cost_unit
        self.lp.setOptionValue("objective_bound", bound if np.isfinite(bound) else np.inf)
        self.lp.run()
        if self.lp.getModelStatus() != HighsModelStatus.kOptimal:
            return np.inf
        return float(self.lp.getInfo().objective_function_value) / self.cost_unit + self.fixed_cost

    def gain(self) -> Floats:
        """(whole,) what one more of each whole number changes at most for the better, after `value` gave a figure."""
        found = self.lp.getSolution()
        duals = np.zeros(self.session.matrix.shape[0])
        duals[self.kept] = np.array(found.row_dual, float) * self.row_unit / self.cost_unit
        left = np.array(found.col_dual, float) / self.column_unit / self.cost_unit
        # a column that rests where a row of its own holds it: the dual is the row's
        worth = left[self.column]
        low = (worth > 1e-12) & (self.row_bounds[0] > self.session.lower[self.free][self.column])
        high = (worth < -1e-12) & (self.row_bounds[1] < self.session.upper[self.free][self.column])
        low &= self.row_bounds[0] >= self.lower[self.column]
        high &= self.row_bounds[1] <= self.upper[self.column]
        places = np.flatnonzero(low | high)
        _, first = np.unique(self.column[places], return_index=True)
        taken = places[first]
        duals[self.single[taken]] = left[self.column[taken]] / self.entry[taken]
        return np.asarray(self.session.cost[self.whole] - self.of_whole.T @ duals)

    def x(self, z: Floats) -> Floats:
        """(columns,) the whole answer after `value` gave a figure."""
        out = np.empty(self.session.matrix.shape[1])
        out[self.whole] = z
        out[self.free] = np.array(self.lp.getSolution().col_value, float) * self.column_unit
        return out

    def answer(self, z: Floats, begun: float) -> Answer:
        """The answer after `value` gave a figure."""
        x = self.x(z)
        objective = float(self.session.cost @ x) + self.session.matrix.offset
        rows, columns = self.session.row_lower.size, x.size
        return Answer("best", objective, np.inf, x, np.zeros(rows), np.zeros(columns), time.perf_counter() - begun)
