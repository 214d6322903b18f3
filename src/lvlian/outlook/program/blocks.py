"""A linear or mixed-integer programme as named blocks of columns and rows.

Nothing is kept per row but numbers: a block is a range, its name is said when somebody asks. The programme minimises.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lvlian.outlook.program.clause import Clause, Hold, ProgramError, Side
from lvlian.outlook.program.matrix import Block, Floats, Ints, Matrix, compress, place_name

if TYPE_CHECKING:
    from lvlian.outlook.program.answer import Answer
    from lvlian.outlook.program.conflict import Conflict

INF = float("inf")


class Program:
    """Blocks of columns (`variables`) and rows (`rows`), entries (`add`), sentences (`clause`). Raises ProgramError in one sentence
    that names the block wherever a figure is not a number, a block has no name of its own, or a place does not exist."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._columns: list[Block] = []
        self._rows: list[Block] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self._cost: list[Floats] = []
        self._integer: list[NDArray[np.bool_]] = []
        self._row_lower: list[Floats] = []
        self._row_upper: list[Floats] = []
        self._entries: tuple[list[Ints], list[Ints], list[Floats]] = ([], [], [])
        self._holds: dict[str, list[Hold]] = {}
        self._later: list[tuple[str, Ints, Floats]] = []
        self._matrix: Matrix | None = None
        self.width = 0
        """Columns so far."""
        self.height = 0
        """Rows so far."""

    # -- blocks -------------------------------------------------------------------------------------------------------

    def variables(
        self,
        name: str,
        shape: int | tuple[int, ...] = (),
        lower: ArrayLike = 0.0,
        upper: ArrayLike = INF,
        cost: ArrayLike = 0.0,
        integer: ArrayLike = False,
    ) -> Ints:
        """Column numbers of a new block, in `shape`. Bounds, cost (objective per unit) and `integer` broadcast to it."""
        block = self._block(name, shape, self._columns, self.width)
        self._lower.append(_filled(name, "lower", lower, block.shape, forbid=INF))
        self._upper.append(_filled(name, "upper", upper, block.shape, forbid=-INF))
        self._cost.append(_filled(name, "cost", cost, block.shape, finite=True))
        self._integer.append(np.broadcast_to(np.asarray(integer, bool), block.shape).ravel())
        self._columns.append(block)
        self.width += block.size
        self._matrix = None
        return block.numbers

    def rows(
        self, name: str, shape: int | tuple[int, ...] = (), lower: ArrayLike = -INF, upper: ArrayLike = INF
    ) -> Ints:
        """Row numbers of a new block, in `shape`: lower ≤ sum of entries ≤ upper."""
        block = self._block(name, shape, self._rows, self.height)
        self._row_lower.append(_filled(name, "lower", lower, block.shape, forbid=INF))
        self._row_upper.append(_filled(name, "upper", upper, block.shape, forbid=-INF))
        self._rows.append(block)
        self.height += block.size
        self._matrix = None
        return block.numbers

    def add(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Entries: `rows`, `columns` and `values` broadcast together; what is added to the same place accumulates."""
        r, c, v = np.broadcast_arrays(np.asarray(rows), np.asarray(columns), np.asarray(values, float))
        r, c, v = r.ravel(), c.ravel(), v.ravel()
        if not v.size:
            return
        self._inside(r, self.height, "row")
        self._inside(c, self.width, "column")
        if not np.isfinite(v).all():
            wrong = int(np.flatnonzero(~np.isfinite(v))[0])
            raise ProgramError(
                f"block {self.row_name(int(r[wrong]))}, column {self.column_name(int(c[wrong]))}: found {v[wrong]}, expected a finite coefficient"
            )
        self._entries[0].append(r)
        self._entries[1].append(c)
        self._entries[2].append(v)
        self._matrix = None

    def price(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Adds to the cost of columns (broadcast)."""
        c, v = np.broadcast_arrays(np.asarray(columns), np.asarray(values, float))
        self._inside(c, self.width, "column")
        self._finite(c.ravel(), v.ravel(), "cost")
        self._later.append(("cost", c.ravel().astype(np.int64), v.ravel().copy()))
        self._matrix = None

    def bound(
        self,
        *,
        columns: ArrayLike | None = None,
        rows: ArrayLike | None = None,
        lower: ArrayLike | None = None,
        upper: ArrayLike | None = None,
    ) -> None:
        """Sets bounds of columns or rows that stand already (None: as they are)."""
        for kind, places, size in (("column", columns, self.width), ("row", rows, self.height)):
            if places is None:
                continue
            for side, given in (("lower", lower), ("upper", upper)):
                if given is None:
                    continue
                p, v = np.broadcast_arrays(np.asarray(places), np.asarray(given, float))
                self._inside(p, size, kind)
                if np.isnan(v).any():
                    name = place_name(self._columns if kind == "column" else self._rows, int(p.ravel()[0]))
                    raise ProgramError(f"block {name}: found nan as {side} bound, expected a number")
                self._later.append((f"{kind} {side}", p.ravel().astype(np.int64), v.ravel().copy()))
        self._matrix = None

    # -- sentences ----------------------------------------------------------------------------------------------------

    def clause(
        self,
        clause: Clause,
        *,
        rows: ArrayLike | None = None,
        columns: ArrayLike | None = None,
        side: Side = "upper",
        scale: ArrayLike | None = None,
        rest: tuple[ArrayLike | None, ArrayLike | None] = (None, None),
    ) -> None:
        """Says that the bounds (`side`) of these rows or columns are what the sentence demands; may be called several times for one
        clause. `scale` is what a violation is measured against (broadcast; default: the largest size among those bounds, 1 if all are 0).
        `rest` are the bounds when the sentence is let go; by default none, and for columns zero where that is looser than the bound."""
        if (rows is None) == (columns is None):
            raise ProgramError(f"clause {clause.id}: found both or neither of rows and columns, expected one of them")
        known = self._holds.get(clause.id)
        if known and known[0].clause != clause:
            raise ProgramError(f"clause {clause.id}: two sentences have this id, expected one")
        of_columns = columns is not None
        places = np.atleast_1d(np.asarray(columns if of_columns else rows)).ravel().astype(np.int64)
        self._inside(places, self.width if of_columns else self.height, "column" if of_columns else "row")
        if not places.size:
            return
        lower, upper = self._bounds(of_columns, places)
        if scale is None:
            sizes = np.abs(np.concatenate(_sides(side, lower, upper)))
            sizes = sizes[np.isfinite(sizes)]
            scale = float(sizes.max()) if sizes.size and sizes.max() > 0 else 1.0
        scales = np.broadcast_to(np.asarray(scale, float), places.shape).copy()
        if not (np.isfinite(scales).all() and (scales > 0).all()):
            raise ProgramError(f"clause {clause.id}, field scale: found {scales.min()}, expected a positive number")
        down = np.where(lower > 0, 0.0, -INF) if of_columns else np.full(places.size, -INF)
        up = np.where(upper < 0, 0.0, INF) if of_columns else np.full(places.size, INF)
        down = down if rest[0] is None else np.broadcast_to(np.asarray(rest[0], float), places.shape).copy()
        up = up if rest[1] is None else np.broadcast_to(np.asarray(rest[1], float), places.shape).copy()
        self._holds.setdefault(clause.id, []).append(
            Hold(
                clause,
                of_columns,
                places,
                side,
                scales,
                lower.copy() if side == "upper" else down,
                upper.copy() if side == "lower" else up,
            )
        )

    @property
    def clauses(self) -> Mapping[str, Clause]:
        """The sentences by id, in the order in which they were said."""
        return {key: holds[0].clause for key, holds in self._holds.items()}

    def holds(self, clause_id: str) -> tuple[Hold, ...]:
        """How a clause holds. Raises ProgramError for one that the programme does not have."""
        found = self._holds.get(clause_id)
        if found is None:
            raise ProgramError(
                f"clause {clause_id}: not in the programme, expected one of {', '.join(list(self._holds)[:8]) or 'none'}"
            )
        return tuple(found)

    # -- what is handed over ------------------------------------------------------------------------------------------

    def matrix(self) -> Matrix:
        """The matrix with its bounds and costs; made once until something is added."""
        if self._matrix is None:
            start, index, value = compress(*self._entries, (self.height, self.width))
            made = Matrix(
                start=start,
                index=index,
                value=value,
                lower=_joined(self._lower),
                upper=_joined(self._upper),
                cost=_joined(self._cost),
                integer=np.concatenate(self._integer) if self._integer else np.zeros(0, bool),
                row_lower=_joined(self._row_lower),
                row_upper=_joined(self._row_upper),
                offset=self.offset,
                columns=tuple(self._columns),
                rows=tuple(self._rows),
            )
            kinds = {
                "cost": made.cost,
                "column lower": made.lower,
                "column upper": made.upper,
                "row lower": made.row_lower,
                "row upper": made.row_upper,
            }
            for kind, places, values in self._later:
                if kind == "cost":
                    np.add.at(made.cost, places, values)
                else:
                    kinds[kind][places] = values
            self._matrix = made
        return self._matrix

    def linear(self) -> Program:
        """The same with whole-number columns free between their bounds."""
        other = Program()
        other.__dict__.update({key: copy(value) for key, value in self.__dict__.items()})
        other._entries = (self._entries[0][:], self._entries[1][:], self._entries[2][:])
        other._holds = {key: holds[:] for key, holds in self._holds.items()}
        other._integer = [np.zeros(part.size, bool) for part in self._integer]
        other._matrix = None
        return other

    def solve(self, **keys: Any) -> Answer:
        """Handed over and solved once (see `Session.solve`)."""
        from lvlian.outlook.program.session import Session

        return Session(self).solve(**keys)

    def explain(self, **keys: Any) -> Conflict | None:
        """Which sentences cannot all hold, and what each would have to give (see `lvlian.outlook.program.reasons.explain`); None where
        all can hold."""
        from lvlian.outlook.program.reasons import explain

        return explain(self, **keys)

    def column_name(self, number: int) -> str:
        """`activity[3, 7]`."""
        return place_name(self._columns, number)

    def row_name(self, number: int) -> str:
        return place_name(self._rows, number)

    def block(self, name: str) -> Ints:
        """The numbers of a block of columns or rows by its name. Raises ProgramError where there is none."""
        for block in (*self._columns, *self._rows):
            if block.name == name:
                return block.numbers
        raise ProgramError(f"block {name}: not in the programme")

    # -- inside -------------------------------------------------------------------------------------------------------

    def _block(self, name: str, shape: int | tuple[int, ...], blocks: list[Block], first: int) -> Block:
        shape = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
        if any(one.name == name for one in blocks):
            raise ProgramError(f"block {name}: there is one of this name, expected another name")
        if any(one < 0 for one in shape):
            raise ProgramError(f"block {name}: found shape {shape}, expected no negative length")
        return Block(name, first, shape)

    def _inside(self, places: NDArray[Any], size: int, kind: str) -> None:
        if places.size and (int(places.min()) < 0 or int(places.max()) >= size):
            wrong = int(places.min()) if int(places.min()) < 0 else int(places.max())
            raise ProgramError(f"{kind} {wrong}: not in the programme, expected 0 to {size - 1}")

    def _finite(self, places: NDArray[Any], values: Floats, what: str) -> None:
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            raise ProgramError(
                f"block {self.column_name(int(places[wrong[0]]))}: found {values[wrong[0]]} as {what}, expected a finite number"
            )

    def _bounds(self, of_columns: bool, places: Ints) -> tuple[Floats, Floats]:
        """The bounds of some columns or rows as they stand now."""
        found = []
        for side, parts in (
            (("column lower", self._lower), ("column upper", self._upper))
            if of_columns
            else (("row lower", self._row_lower), ("row upper", self._row_upper))
        ):
            whole = _joined(parts)
            for kind, changed, values in self._later:
                if kind == side:
                    whole[changed] = values
            found.append(whole[places])
        return found[0], found[1]


def _sides(side: Side, lower: Floats, upper: Floats) -> list[Floats]:
    return [lower] if side == "lower" else [upper] if side == "upper" else [lower, upper]


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


def _filled(
    name: str, what: str, given: ArrayLike, shape: tuple[int, ...], *, forbid: float | None = None, finite: bool = False
) -> Floats:
    """(size,) floats; raises ProgramError for what is no number there."""
    values = np.asarray(given, float)
    wrong = ~np.isfinite(values) if finite else np.isnan(values) | (values == forbid)
    if wrong.any():
        expected = "a finite number" if finite else f"a number or {'-' if forbid == INF else ''}inf"
        raise ProgramError(
            f"block {name}: found {values[wrong][0] if values.ndim else values} as {what}, expected {expected}"
        )
    try:
        return np.broadcast_to(values, shape).ravel().copy()
    except ValueError as error:
        raise ProgramError(f"block {name}: found {what} of shape {values.shape}, expected what fits {shape}") from error
