"""Units: kWh by the thousand million beside 亩 by the hundred are brought to like sizes before a solver sees them.

A block's lines (its first axis: a good, a plant) each get one power of two, so that nothing is rounded; where a programme is well
scaled already nothing is done. Geometric-mean scaling (Fourer 1982) over lines, with right-hand sides and bounds as one column and row more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.matrix import Block, Floats, Ints, Matrix

SPREAD = 1e5
"""A programme whose coefficients and bounds lie within this ratio is left as it is."""
ROUNDS = 12
LARGE_COST = 1e3
"""Largest cost per unit that a solver is given; more would ask its absolute tolerances for too much."""


@dataclass(frozen=True)
class Units:
    """`column` (n,): units of the programme in one of the solver's; `row` (m,) multiplies a row; `cost` multiplies the objective."""

    column: Floats
    row: Floats
    cost: float


def units(matrix: Matrix) -> Units | None:
    """The scaling that a programme needs; None where it needs none. Whole-number columns keep their unit."""
    rows, columns = matrix.shape
    sizes = np.abs(matrix.value)
    costs = np.abs(matrix.cost[matrix.cost != 0])
    if not sizes.size:
        return None
    sides = [np.abs(one) for one in (matrix.lower, matrix.upper, matrix.row_lower, matrix.row_upper)]
    sides = [one[np.isfinite(one) & (one != 0)] for one in sides]
    bounds = np.concatenate(sides)
    spread = max(sizes.max() / sizes.min(), bounds.max() / max(bounds.min(), 1.0) if bounds.size else 1.0)
    if spread <= SPREAD and (not costs.size or costs.max() <= 1e6):
        return None
    row, column = np.ones(rows), np.ones(columns)
    if spread > SPREAD:
        row, column = _means(matrix, sizes)
    worth = np.abs(matrix.cost * column)
    worth = worth[worth > 0]
    cost = _power(np.log2(LARGE_COST / worth.max())) if worth.size and worth.max() > LARGE_COST else 1.0
    return Units(column, row, float(cost))


def _means(matrix: Matrix, sizes: Floats) -> tuple[Floats, Floats]:
    """Factors of rows and of columns: alternating geometric means by line."""
    line_row, line_column = lines(matrix.rows), lines(matrix.columns)
    height, width = int(line_row.max()) + 1, int(line_column.max()) + 1
    # entries of the same pair of lines count as one, at their mean size
    pair = line_row[matrix.index] * width + line_column[matrix.column_of]
    logs = np.log2(sizes)
    count = np.bincount(pair, minlength=height * width)
    held = np.flatnonzero(count)
    mean = np.bincount(pair, weights=logs, minlength=height * width)[held] / count[held]
    r, c = held // width, held % width
    fixed = np.zeros(width, bool)
    fixed[line_column[matrix.integer]] = True
    row_side, row_has = _side(line_row, height, matrix.row_lower, matrix.row_upper)
    column_side, column_has = _side(line_column, width, matrix.lower, matrix.upper)
    row_log, column_log = np.zeros(height), np.zeros(width)
    for _ in range(ROUNDS):
        # a row's entries and its right-hand side should be near 1 in the solver's units …
        total = np.bincount(r, weights=mean + column_log[c], minlength=height) + row_side
        number = np.bincount(r, minlength=height) + row_has
        row_log = -total / np.maximum(number, 1)
        # … and so should a column's bounds be, which the column's factor divides
        total = np.bincount(c, weights=-(mean + row_log[r]), minlength=width) + 2 * column_side
        number = np.bincount(c, minlength=width) + 2 * column_has
        column_log = np.where(fixed, 0.0, total / np.maximum(number, 1))
    return _power(row_log)[line_row], _power(column_log)[line_column]


def _side(line: Ints, count: int, lower: Floats, upper: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Per line the mean log2 size of its finite bounds, and 1 where it has any."""
    total, number = np.zeros(count), np.zeros(count)
    for bound in (lower, upper):
        held = np.isfinite(bound) & (bound != 0)
        total += np.bincount(line[held], weights=np.log2(np.abs(bound[held])), minlength=count)
        number += np.bincount(line[held], minlength=count)
    return total / np.maximum(number, 1), (number > 0).astype(float)


def lines(blocks: tuple[Block, ...]) -> Ints:
    """(n,) the number of the line of each column or row: block by block, the first axis of each where it has two or more."""
    found, begun = [np.zeros(0, np.int64)], 0
    for block in blocks:
        count = block.shape[0] if len(block.shape) > 1 else 1
        inner = block.size // max(count, 1)
        found.append(begun + np.repeat(np.arange(count, dtype=np.int64), inner))
        begun += count
    return np.concatenate(found)


def _power(log: Floats | float) -> Floats:
    """The nearest power of two."""
    return np.asarray(np.exp2(np.clip(np.round(log), -60, 60)))
