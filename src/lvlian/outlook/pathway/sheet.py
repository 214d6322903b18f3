"""A programme whose entries are gathered and handed over at once: hundreds of short rows cost as much as one long one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from lvlian.outlook.program import Program
from lvlian.outlook.program.matrix import Matrix


class Sheet(Program):
    """As Program; `add` takes scalars and one-dimensional arrays of one length quickly, whatever else as it does."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        r, c, v = np.asarray(rows), np.asarray(columns), np.asarray(values, float)
        if r.ndim > 1 or c.ndim > 1 or v.ndim > 1:
            super().add(r, c, v)
            return
        size = max(r.size, c.size, v.size) if r.size and c.size and v.size else 0
        if not size:
            return
        self._waiting.append((_long(r, size), _long(c, size), _long(v, size)))
        self._matrix = None

    def matrix(self) -> Matrix:
        if self._waiting:
            rows, columns, values = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
            self._waiting = []
            super().add(rows, columns, values)
        return super().matrix()


def _long(array: np.ndarray, size: int) -> np.ndarray:
    """An array of `size`, from one of that size or of one entry."""
    return array.ravel() if array.size == size else np.full(size, array.ravel()[0])


__all__ = ["Sheet"]
