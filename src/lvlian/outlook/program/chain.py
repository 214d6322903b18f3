"""Whole numbers as chains of steps: "started by quarter t" never falls, so a project's forty columns are one figure, how early it starts.

Rows that say z[a] ≤ z[b] of two binaries string columns together; any other whole number of a short range is a chain of its own. A move sets
one chain to another level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.program.held import Held
from lvlian.outlook.program.matrix import Floats

Ints = NDArray[np.int64]
LONGEST = 60
"""Whole numbers of a wider range stay as they are."""
MOST = 4_000_000
"""Chains × levels × rows; larger programmes are not searched."""


class Chains:
    """`member` (C, S−1) places among the whole numbers, one past the last where a chain is shorter: at level k the first k are one up."""

    def __init__(self, held: Held) -> None:
        matrix = held.session.matrix
        lower, upper = matrix.lower[held.whole], matrix.upper[held.whole]
        rows = held.of_whole[held.pure].tocsr()
        after, strung = _order(
            rows, matrix.row_lower[held.pure], matrix.row_upper[held.pure], (lower == 0) & (upper == 1)
        )
        before = np.full(lower.size, -1)
        before[after[after >= 0]] = np.flatnonzero(after >= 0)
        lists: list[list[int]] = []
        for head in np.flatnonzero(before < 0).tolist():
            if not upper[head] - lower[head] <= LONGEST:
                continue
            chain = [head] * int(upper[head] - lower[head])
            while after[chain[-1]] >= 0 if chain else False:
                chain.append(int(after[chain[-1]]))
            if chain:
                lists.append(chain[::-1])
        self.held, self.base = held, lower
        self.count, self.levels = len(lists), max((len(one) for one in lists), default=0) + 1
        self.member = np.full((self.count, self.levels - 1), lower.size)
        self.height = np.zeros(self.member.shape)
        for place, chain in enumerate(lists):
            self.member[place, : len(chain)] = chain
            if len(set(chain)) < len(chain):
                self.height[place, : len(chain)] = np.arange(len(chain))
        self.length = np.array([len(one) for one in lists], np.int64)
        self.inside = self.member < lower.size
        self.other: Ints = np.setdiff1d(np.arange(rows.shape[0]), strung)
        self.rows: Ints = held.pure[self.other]
        self.fits = self.count > 0 and self.count * self.levels * max(self.other.size, 1) <= MOST
        self.use = np.zeros((0, self.other.size))
        self._of_rows = rows[self.other]
        if self.fits:
            entries = np.concatenate([self._of_rows.toarray().T, np.zeros((1, self.other.size))])
            self.use = self._sum(entries).reshape(self.count * self.levels, -1)

    def _sum(self, of_columns: Floats) -> Floats:
        """(C, S, …) what the levels come to, of figures by whole-number column and a nothing at the end."""
        out = np.zeros((self.count, self.levels, *of_columns.shape[1:]))
        np.cumsum(of_columns[self.member], axis=1, out=out[:, 1:])
        return out

    def table(self, gain: Floats) -> Floats:
        """(C·S,) what each level comes to at a worth of each whole number."""
        return self._sum(np.append(gain, 0.0)).ravel()

    def level(self, z: Floats) -> Ints:
        """(C,) the levels of whole numbers."""
        over = np.append(z - self.base, 0.0)[self.member]
        return np.asarray(((over > self.height + 0.5) & self.inside).sum(axis=1), np.int64)

    def whole(self, z: Floats, level: Ints) -> Floats:
        """`z` with the chains at other levels."""
        out = np.append(z, 0.0)
        out[self.member] = np.append(self.base, 0.0)[self.member]
        on = (np.arange(self.levels - 1) < level[:, None]) & self.inside
        np.add.at(out, self.member[on], 1.0)
        return out[:-1]

    def barred(self) -> NDArray[np.bool_]:
        """(C·S,) levels that are none, or that the bounds of the session do not let be."""
        own = self.held.session
        low, high = np.append(own.lower[self.held.whole], 0.0), np.append(own.upper[self.held.whole], 0.0)
        foot = np.append(self.base, 0.0)[self.member] + self.height
        on = (foot + 1 <= high[self.member] + 1e-9) & self.inside
        off = (foot >= low[self.member] - 1e-9) | ~self.inside
        fine = np.ones((self.count, self.levels), bool)
        fine[:, 1:] &= np.logical_and.accumulate(on, axis=1)
        fine[:, :-1] &= np.logical_and.accumulate(off[:, ::-1], axis=1)[:, ::-1]
        return np.asarray(~fine.ravel())

    def taken(self, z: Floats) -> Floats:
        """(R,) what whole numbers come to in the rows of whole numbers that string none together."""
        return np.asarray(self._of_rows @ z)

    def sides(self) -> tuple[Floats, Floats]:
        """(R,) the sides of those rows as they stand, with room for rounding."""
        own = self.held.session
        low, high = own.row_lower[self.rows], own.row_upper[self.rows]
        with np.errstate(invalid="ignore"):
            return low - 1e-7 * np.maximum(1.0, np.abs(low)), high + 1e-7 * np.maximum(1.0, np.abs(high))


def _order(rows: object, low: Floats, high: Floats, binary: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """For each whole number the one that must be up when it is (−1 none, at most one each way), and the rows that say so."""
    start, index, value = rows.indptr, rows.indices, rows.data  # type: ignore[attr-defined]
    after, taken = np.full(binary.size, -1), np.zeros(binary.size, bool)
    two = np.flatnonzero(np.diff(start) == 2)
    strung = []
    for row in two.tolist():
        at = start[row]
        (a, b), (p, q) = index[at : at + 2], value[at : at + 2]
        if p != -q or not (binary[a] and binary[b]):
            continue
        if (low[row], high[row]) == (0.0, np.inf):
            first, then = (b, a) if p > 0 else (a, b)
        elif (low[row], high[row]) == (-np.inf, 0.0):
            first, then = (a, b) if p > 0 else (b, a)
        else:
            continue
        if after[first] < 0 and not taken[then] and not _leads(after, int(then), int(first)):
            after[first], taken[then] = then, True
            strung.append(row)
    return after, np.array(strung, np.int64)


def _leads(after: Ints, place: int, to: int) -> bool:
    """Whether a chain from a place comes to another: it would close on itself."""
    while place >= 0:
        if place == to:
            return True
        place = int(after[place])
    return False
