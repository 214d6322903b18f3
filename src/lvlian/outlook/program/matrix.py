"""The one sparse matrix of a programme with its bounds and costs, as a solver takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Block:
    """A named range of columns or rows with its shape; the first number is `first`."""

    name: str
    first: int
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def numbers(self) -> Ints:
        return np.arange(self.first, self.first + self.size, dtype=np.int64).reshape(self.shape)


@dataclass(frozen=True)
class Matrix:
    """Columns compressed: `start` (n+1,), `index`, `value` (nonzeros,); `lower`, `upper`, `cost`, `integer` (n,); `row_lower`, `row_upper` (m,).
    `offset` is added to the objective. `columns` and `rows` are the blocks in order."""

    start: Ints32
    index: Ints32
    value: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    integer: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    offset: float
    columns: tuple[Block, ...]
    rows: tuple[Block, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.row_lower.size, self.lower.size

    @cached_property
    def column_of(self) -> Ints:
        """(nonzeros,) the column of each entry."""
        return np.repeat(np.arange(self.lower.size), np.diff(self.start))

    def times(self, x: Floats) -> Floats:
        """(m,) A x."""
        weights = self.value * x[self.column_of]
        return np.bincount(self.index, weights=weights, minlength=self.row_lower.size).astype(float)

    def column_name(self, number: int) -> str:
        return place_name(self.columns, number)

    def row_name(self, number: int) -> str:
        return place_name(self.rows, number)

    def contradiction(self) -> tuple[str, float, float] | None:
        """The first block whose own bounds leave nothing: its name, lower, upper; None where all leave something."""
        wrong = np.flatnonzero(self.lower > self.upper)
        if wrong.size:
            n = int(wrong[0])
            return self.column_name(n), float(self.lower[n]), float(self.upper[n])
        wrong = np.flatnonzero(self.row_lower > self.row_upper)
        if wrong.size:
            n = int(wrong[0])
            return self.row_name(n), float(self.row_lower[n]), float(self.row_upper[n])
        return None


def place_name(blocks: Sequence[Block], number: int) -> str:
    """`balance[3, 7]`: the block that holds a column or row, and the place in it."""
    for block in blocks:
        if block.first <= number < block.first + block.size:
            place = np.unravel_index(number - block.first, block.shape)
            return f"{block.name}[{', '.join(str(int(one)) for one in place)}]" if block.shape else block.name
    return f"#{number}"


def compress(
    rows: Sequence[Ints], columns: Sequence[Ints], values: Sequence[Floats], shape: tuple[int, int]
) -> tuple[Ints32, Ints32, Floats]:
    """Triplets to compressed columns, entries of the same place added up, zeros left out."""
    from scipy.sparse import coo_matrix

    if not values:
        return np.zeros(shape[1] + 1, np.int32), np.zeros(0, np.int32), np.zeros(0)
    joined = np.concatenate(values)
    place = (np.concatenate(rows).astype(np.int32), np.concatenate(columns).astype(np.int32))
    found = coo_matrix((joined, place), shape=shape).tocsc()
    if not np.all(found.data):
        found.eliminate_zeros()
    return found.indptr.astype(np.int32, copy=False), found.indices.astype(np.int32, copy=False), found.data
