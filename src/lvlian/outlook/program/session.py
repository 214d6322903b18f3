"""A programme handed to HiGHS once and kept: bounds, costs and sentences change, the basis stays, the next answer comes from the last one.

One thread a session (HiGHS is told so: its scheduler of threads is never started, and sessions of different threads do not meet).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lvlian.outlook.program.answer import Answer, Progress
from lvlian.outlook.program.blocks import INF, Program
from lvlian.outlook.program.clause import Hold, ProgramError
from lvlian.outlook.program.matrix import Floats, Matrix
from lvlian.outlook.program.outcome import contradiction, contradiction_words, none, read
from lvlian.outlook.program.scaling import Units, units
from lvlian.outlook.program.whole import mixed

if TYPE_CHECKING:
    from lvlian.outlook.program.quick import Quick

GAP = 1e-4
LARGE = 30_000
"""Nonzeros from which the first answer comes by the interior point."""
PATIENCE = 1.0
"""Seconds that a simplex may take at least before the interior point is tried."""
DUAL, PRIMAL = 1, 4
MANY = 2**31 - 1


class Session:
    """The solver's copy of a programme. All figures in the programme's own units. Not for two threads at once."""

    def __init__(
        self, program: Program, options: Mapping[str, Any] | None = None, *, matrix: Matrix | None = None
    ) -> None:
        """`options` are HiGHS's. `matrix` another form of the programme with the same first columns and rows (elastic, relaxed)."""
        self.program = program
        matrix = program.matrix() if matrix is None else matrix
        self.matrix: Matrix = matrix
        self.lower, self.upper = matrix.lower.copy(), matrix.upper.copy()
        self.row_lower, self.row_upper = matrix.row_lower.copy(), matrix.row_upper.copy()
        self.cost = matrix.cost.copy()
        self.mixed = bool(matrix.integer.any())
        self.units: Units | None = units(matrix)
        # restarts and their presolve cost more than they bring in programmes of this kind (docs/program.md)
        own = {"output_flag": False, "threads": 1, "parallel": "off", "mip_allow_restart": False}
        self.options: dict[str, Any] = {**own, **(options or {})}
        self.last: Answer | None = None
        self.pivots = MANY
        """Pivots that the simplex may take from a basis before the interior point begins anew."""
        self.relaxed: dict[str, list[tuple[Floats, Floats]]] = {}
        self._quick: Quick | None = None
        self._basis: Any = None
        self._astray = False
        self._changed: set[str] = set()
        self._first = 0.0
        self._solver = self._hand_over()

    # -- changes ------------------------------------------------------------------------------------------------------

    def bounds_columns(
        self, columns: ArrayLike, lower: ArrayLike | None = None, upper: ArrayLike | None = None
    ) -> None:
        """New bounds of columns (None: as they are), broadcast."""
        places = self._places(columns, self.lower.size, "column")
        _put(self.lower, places, lower)
        _put(self.upper, places, upper)
        unit = 1.0 if self.units is None else self.units.column[places]
        self._changed.add("bounds")
        self._done(
            self._solver.changeColsBounds(
                places.size, places.astype(np.int32), self.lower[places] / unit, self.upper[places] / unit
            ),
            "bounds of columns",
        )

    def bounds_rows(self, rows: ArrayLike, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> None:
        """New bounds of rows (None: as they are), broadcast."""
        places = self._places(rows, self.row_lower.size, "row")
        _put(self.row_lower, places, lower)
        _put(self.row_upper, places, upper)
        unit = 1.0 if self.units is None else self.units.row[places]
        self._changed.add("bounds")
        self._done(
            self._solver.changeRowsBounds(
                places.size, places.astype(np.int32), self.row_lower[places] * unit, self.row_upper[places] * unit
            ),
            "bounds of rows",
        )

    def costs(self, columns: ArrayLike, values: ArrayLike) -> None:
        """New costs of columns, broadcast. Raises ProgramError where one is not finite."""
        places = self._places(columns, self.cost.size, "column")
        _put(self.cost, places, values)
        if not np.isfinite(self.cost[places]).all():
            wrong = int(places[~np.isfinite(self.cost[places])][0])
            raise ProgramError(
                f"block {self.matrix.column_name(wrong)}: found {self.cost[wrong]} as cost, expected a finite number"
            )
        self._changed.add("costs")
        unit = 1.0 if self.units is None else self.units.column[places] * self.units.cost
        self._done(self._solver.changeColsCost(places.size, places.astype(np.int32), self.cost[places] * unit), "costs")

    def fix(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Columns set to values."""
        self.bounds_columns(columns, values, values)

    def free(self, columns: ArrayLike) -> None:
        """Columns back to the bounds of the programme."""
        places = self._places(columns, self.lower.size, "column")
        self.bounds_columns(places, self.matrix.lower[places], self.matrix.upper[places])

    def add_rows(
        self, lower: ArrayLike, upper: ArrayLike, rows: ArrayLike, columns: ArrayLike, values: ArrayLike
    ) -> NDArray[np.int64]:
        """More rows at the end: `lower`, `upper` (k,), entries with `rows` 0..k−1; their numbers. The programme itself does not change."""
        low, high = np.broadcast_arrays(np.atleast_1d(np.asarray(lower, float)), np.asarray(upper, float))
        low, high = low.ravel().copy(), high.ravel().copy()
        r, c, v = (
            one.ravel() for one in np.broadcast_arrays(np.asarray(rows), np.asarray(columns), np.asarray(values, float))
        )
        if not np.isfinite(v).all():
            raise ProgramError(f"added row {int(r[~np.isfinite(v)][0])}: found a coefficient that is not finite")
        order = np.argsort(r, kind="stable")
        r, c, v = r[order], c[order], v[order]
        start = np.searchsorted(r, np.arange(low.size)).astype(np.int32)
        unit = np.ones(low.size)
        if self.units is not None:
            v = v * self.units.column[c]
            big = np.maximum.reduceat(np.abs(v), start) if v.size else unit
            unit = np.exp2(-np.round(np.log2(np.maximum(big, 1e-300))))
            v = v * unit[r]
        self._done(
            self._solver.addRows(low.size, low * unit, high * unit, v.size, start, c.astype(np.int32), v.astype(float)),
            "rows added",
        )
        first = self.row_lower.size
        self.row_lower = np.concatenate([self.row_lower, low])
        self.row_upper = np.concatenate([self.row_upper, high])
        if self.units is not None:
            self.units = Units(self.units.column, np.concatenate([self.units.row, unit]), self.units.cost)
        return np.arange(first, first + low.size, dtype=np.int64)

    def remove_rows(self, rows: ArrayLike) -> None:
        """Takes out the last rows that were added. Raises ProgramError where they are not the last."""
        places = np.sort(np.atleast_1d(np.asarray(rows, np.int64)))
        if not places.size:
            return
        if places[0] < self.matrix.shape[0] or not np.array_equal(places, np.arange(places[0], self.row_lower.size)):
            raise ProgramError(f"rows {places[0]} to {places[-1]}: only the rows added last can be taken out")
        self._done(self._solver.deleteRows(places.size, places.astype(np.int32)), "rows taken out")
        self.row_lower, self.row_upper = self.row_lower[: places[0]], self.row_upper[: places[0]]
        if self.units is not None:
            self.units = Units(self.units.column, self.units.row[: places[0]], self.units.cost)

    def relax(self, clause_id: str) -> None:
        """Lets a sentence go: its bounds rest. Nothing happens where it rests already."""
        if clause_id in self.relaxed:
            return
        kept = []
        for hold in self.program.holds(clause_id):
            if hold.columns:
                kept.append((self.lower[hold.places].copy(), self.upper[hold.places].copy()))
                self.bounds_columns(hold.places, *_rest(hold, *kept[-1]))
            else:
                kept.append((self.row_lower[hold.places].copy(), self.row_upper[hold.places].copy()))
                self.bounds_rows(hold.places, *_rest(hold, *kept[-1]))
        self.relaxed[clause_id] = kept

    def restore(self, clause_id: str) -> None:
        """Holds a sentence again that was let go, with the bounds that it had."""
        kept = self.relaxed.pop(clause_id, None)
        if kept is None:
            return
        for hold, (lower, upper) in zip(self.program.holds(clause_id), kept, strict=True):
            low = lower if hold.side in ("lower", "both") else None
            high = upper if hold.side in ("upper", "both") else None
            (self.bounds_columns if hold.columns else self.bounds_rows)(hold.places, low, high)

    def bounds_of(self, hold: Hold) -> tuple[Floats, Floats]:
        """The bounds of a hold's places as they stand now."""
        lower, upper = (self.lower, self.upper) if hold.columns else (self.row_lower, self.row_upper)
        return lower[hold.places], upper[hold.places]

    def set_option(self, key: str, value: Any) -> None:
        """An option of the solver from now on. Raises ProgramError where it does not take it."""
        if int(self._solver.setOptionValue(key, value)) < 0:
            raise ProgramError(f"option {key}: found {value}, which the solver does not take")
        self.options[key] = value

    def forget(self) -> None:
        """The next answer begins from nothing: after changes so large that the last basis is no help."""
        self._solver.clearSolver()
        self._basis, self._astray = None, False

    # -- answers ------------------------------------------------------------------------------------------------------

    def solve(
        self,
        *,
        progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        seconds: float | None = None,
        gap: float | None = None,
        start: Floats | None = None,
    ) -> Answer:
        """The best answer as things stand. `progress` is told now and then, `stop` asked (True: leave the best found), `seconds` at most,
        `gap` relative (mixed-integer; default 1e-4), `start` (columns,) an answer to begin with (mixed-integer; default the last one)."""
        begun = time.perf_counter()
        wrong = contradiction(self)
        if wrong is not None:
            return none(self, "infeasible", begun, *contradiction_words(*wrong))
        raised = self._listen(progress, stop)
        if self.mixed:
            self._solver.setOptionValue("mip_rel_gap", GAP if gap is None else float(gap))
            given = start if start is not None else self.last.x if self.last is not None and self.last.found else None
            answer = mixed(self, begun, seconds, given, raised)
        else:
            answer = self._linear(begun, seconds)
        self._changed.clear()
        if raised:
            raise raised[0]
        if answer.found:
            self.last = answer
        return answer

    def quick(self, seconds: float = 0.1) -> Answer:
        """A mixed-integer answer at once: near the same projects as the last one, what a search comes to in `seconds`, and its gap against
        the linear bound (`way` same | moved | fewer: those projects do not hold any more and others are chosen). Infeasible where none
        was found: then solve anew. Linear programmes, and those with added rows, are solved.
        Raises ProgramError where there is no last answer. What it finds is where the next `solve` begins."""
        if not self.mixed or self.row_lower.size > self.matrix.shape[0]:
            return self.solve()
        if self.last is None or not self.last.found:
            raise ProgramError("quick: there is no answer yet, expected one to begin with")
        begun = time.perf_counter()
        wrong = contradiction(self)
        if wrong is not None:
            return none(self, "infeasible", begun, *contradiction_words(*wrong))
        answer = self.beside().ask(self.last.x, seconds)
        if answer.found:
            self.last = answer
        return answer

    def fixed_linear(self) -> Session:
        """The linear session with the whole-number columns of the last answer, solved: for prices. Raises ProgramError without one."""
        if self.last is None or not self.last.found:
            raise ProgramError("prices: there is no answer yet, expected one")
        beside = self.beside()
        beside.follow()
        beside.fixed(self.last.x)
        return beside.same

    @property
    def solver(self) -> Any:
        """The HiGHS object itself, for what a session does not offer; changes to it are the caller's."""
        return self._solver

    # -- inside -------------------------------------------------------------------------------------------------------

    def run(self, seconds: float | None) -> None:
        """Runs the solver as it stands."""
        # the solver's clock goes on from run to run, and so does the limit of a linear run; a mixed-integer one has its own clock
        spent = 0.0 if self.mixed else self._solver.getRunTime()
        limit = INF if seconds is None else spent + max(float(seconds), 1e-3)
        self._solver.setOptionValue("time_limit", limit)
        self._solver.run()

    def _linear(self, begun: float, seconds: float | None) -> Answer:
        """First by the interior point where the programme is large, then by the simplex from the last basis: dual after bounds moved,
        primal where only costs did. A simplex that loses itself (far changes, nothing feasible) is stopped and begun anew inside."""
        solver = self._solver
        chosen = self.options.get("solver")
        inside = chosen or ("ipm" if self.matrix.value.size > LARGE else "simplex")
        if self._basis is None:
            solver.setOptionValue("solver", inside)
            self.run(seconds)
            answer = read(self, begun)
            self._first = answer.seconds
        else:
            if self._astray:
                solver.setBasis(self._basis)
            solver.setOptionValue("solver", "simplex")
            if "simplex_strategy" not in self.options:
                solver.setOptionValue("simplex_strategy", PRIMAL if self._changed == {"costs"} else DUAL)
            patience = max(PATIENCE, self._first)
            solver.setOptionValue("simplex_iteration_limit", self.pivots)
            self.run(patience if seconds is None else min(patience, seconds))
            solver.setOptionValue("simplex_iteration_limit", MANY)
            answer = read(self, begun)
            spent = time.perf_counter() - begun
            lost = spent >= patience or self.pivots < MANY
            if answer.status in ("stopped", "best") and lost and (seconds is None or seconds > spent):
                solver.clearSolver()
                solver.setOptionValue("solver", "ipm")
                self.run(None if seconds is None else seconds - spent)
                answer = read(self, begun)
        if answer.status == "optimal":
            self._basis, self._astray = solver.getBasis(), False
        else:
            self._astray = True
        return answer

    def beside(self) -> Quick:
        """The linear sessions beside a mixed-integer one."""
        from lvlian.outlook.program.quick import Quick

        if self._quick is None:
            self._quick = Quick(self)
        return self._quick

    def _hand_over(self) -> Any:
        import highspy

        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        for key, value in self.options.items():
            if int(solver.setOptionValue(key, value)) < 0:
                raise ProgramError(f"option {key}: found {value}, which the solver does not take")
        matrix, value = self.matrix, self.matrix.value
        lower, upper, cost = self.lower, self.upper, self.cost
        row_lower, row_upper, offset = self.row_lower, self.row_upper, matrix.offset
        if self.units is not None:
            of_column, of_row = self.units.column, self.units.row
            value = value * of_column[matrix.column_of] * of_row[matrix.index]
            lower, upper, cost = lower / of_column, upper / of_column, cost * of_column * self.units.cost
            row_lower, row_upper, offset = row_lower * of_row, row_upper * of_row, offset * self.units.cost
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = matrix.shape
        lp.offset_ = offset
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
        lp.row_lower_, lp.row_upper_ = row_lower, row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start, matrix.index, value
        if self.mixed:
            kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger])
            lp.integrality_ = list(kinds[matrix.integer.astype(int)])
        self._done(solver.passModel(lp), "programme")
        return solver

    def _listen(
        self, progress: Callable[[Progress], None] | None, stop: Callable[[], bool] | None
    ) -> list[BaseException]:
        from highspy import cb

        from lvlian.outlook.program.watch import listen

        return listen(self._solver, cb, progress, stop, self.mixed, 1.0 if self.units is None else self.units.cost)

    def _places(self, given: ArrayLike, size: int, kind: str) -> NDArray[np.int64]:
        places = np.atleast_1d(np.asarray(given)).ravel().astype(np.int64)
        if places.size and (places.min() < 0 or places.max() >= size):
            raise ProgramError(f"{kind} {int(places.max())}: not in the programme, expected 0 to {size - 1}")
        return places

    def _done(self, status: Any, what: str) -> None:
        if int(status) < 0:
            raise ProgramError(f"the solver refused the {what}")


def _put(whole: Floats, places: NDArray[np.int64], given: ArrayLike | None) -> None:
    if given is None:
        return
    values = np.asarray(given, float)
    if np.isnan(values).any():
        raise ProgramError("found nan among new bounds or costs, expected numbers")
    whole[places] = values.ravel() if values.size == places.size else np.broadcast_to(values, places.shape)


def _rest(hold: Hold, lower: Floats, upper: Floats) -> tuple[Floats | None, Floats | None]:
    """The bounds when a sentence is let go; only its own side."""
    return (
        hold.rest_lower if hold.side in ("lower", "both") else None,
        hold.rest_upper if hold.side in ("upper", "both") else None,
    )
