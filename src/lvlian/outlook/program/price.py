"""What one unit more of a limit is worth, and how far that holds: duals with ranges, with the whole-number columns fixed where there are any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from lvlian.outlook.program.clause import ProgramError
from lvlian.outlook.program.matrix import Floats, Ints

if TYPE_CHECKING:
    from lvlian.outlook.program.session import Session


@dataclass(frozen=True)
class Prices:
    """For `places` (n,) rows or columns: `price` change of the objective per unit by which the bound that bites rises, `low`..`high` the
    bound's range in which that price holds, `certain` whether a small step either way has this price (False: degenerate or no optimum)."""

    places: Ints
    price: Floats
    low: Floats
    high: Floats
    certain: np.ndarray[tuple[int], np.dtype[np.bool_]]


def prices(session: Session, *, rows: ArrayLike | None = None, columns: ArrayLike | None = None) -> Prices:
    """Prices of the bounds of rows or columns at the last answer. Raises ProgramError where there is none.

    The range is that of HiGHS's ranging (Vanderbei, Linear Programming, 7.1): the basis stays optimal within it. A price is not certain
    where the range ends at the bound itself, because then a step that way has another one.
    """
    if (rows is None) == (columns is None):
        raise ProgramError("prices: found both or neither of rows and columns, expected one of them")
    linear = session.fixed_linear() if session.mixed else session
    if linear.last is None or linear.last.status != "optimal":
        raise ProgramError("prices: there is no answer yet, expected an optimal one")
    of_columns = columns is not None
    places = np.atleast_1d(np.asarray(columns if of_columns else rows)).ravel().astype(np.int64)
    dual = (linear.last.reduced if of_columns else linear.last.duals)[places]
    _, ranging = linear.solver.getRanging()
    up, down = (
        (ranging.col_bound_up, ranging.col_bound_dn) if of_columns else (ranging.row_bound_up, ranging.row_bound_dn)
    )
    low, high = _values(down), _values(up)
    if linear.units is not None:
        unit = linear.units.column if of_columns else 1.0 / linear.units.row
        low, high = low * unit, high * unit
    low, high = low[places], high[places]
    now = _biting(linear, of_columns, places, dual)
    width = np.maximum(np.abs(now), 1.0) * 1e-9
    certain = (np.abs(dual) > 0) & (low < now - width) & (high > now + width)
    return Prices(places, dual, low, high, certain)


def _biting(linear: Session, of_columns: bool, places: Ints, dual: Floats) -> Floats:
    """The bound that a dual belongs to: the lower one where it is positive."""
    lower, upper = (linear.lower, linear.upper) if of_columns else (linear.row_lower, linear.row_upper)
    return np.where(dual > 0, lower[places], upper[places])


def _values(record: Any) -> Floats:
    found = np.array(record.value_, float)
    found[found >= 1e30], found[found <= -1e30] = np.inf, -np.inf
    return found
