"""Many draws in little room: exact counts, moments, and quantiles within a stated share of themselves; two sketches add up to the bit.

Quantiles: the counts of logarithmic classes, so that every quantile is within `ACCURACY` of itself (DDSketch: Masson, Rim & Lee, PVLDB 12
(2019) 2195–2205), however many are added and in whatever order, since whole numbers are added. Moments: one row a block of
draws, added in the order of the blocks (Chan, Golub & LeVeque 1979), so that neither tasks nor workers change them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.risk.stream import BLOCK, Floats, RiskError

ACCURACY = 0.002
"""A quantile that is told is within this share of the true one."""
_STEP = float(np.log((1 + ACCURACY) / (1 - ACCURACY)))
_SMALLEST = 1e-12
"""Figures nearer to zero count as zero."""
_WIDTH = 1 << 20
"""Room for the classes of one column: those of ±1e−12 … ±1e300 fit."""
_MIDDLE = _WIDTH // 2
_NAN = _WIDTH - 1


@dataclass(frozen=True, eq=False)
class Sketch:
    """Draws of several columns (goals, or goals by quarter). `codes` (N,) sorted column × class, `counts` (N,); `blocks` (B,) the blocks
    that were seen, sorted; `moments` (B, C, 3) count, mean and sum of squares about it of each; `reached` (C,) draws that meet a goal."""

    columns: int
    codes: NDArray[np.int64]
    counts: NDArray[np.int64]
    blocks: NDArray[np.int64]
    moments: Floats
    reached: NDArray[np.int64]

    def __reduce__(self) -> tuple[Callable[..., Sketch], tuple[object, ...]]:
        """For the wire and the disk: steps between classes and small counts, deflated; about a seventh of the arrays."""
        steps = np.diff(self.codes, prepend=0)
        small = self.counts.astype(np.uint16) if self.counts.max(initial=0) < 1 << 16 else self.counts
        fits = bool(len(steps) == 0 or (steps.min() >= 0 and steps.max() < 1 << 32))
        packed = (
            zlib.compress((steps.astype(np.uint32) if fits else steps).tobytes(), 1),
            zlib.compress(small.tobytes(), 1),
        )
        return _unpacked, (self.columns, *packed, fits, small.dtype.str, self.blocks, self.moments, self.reached)

    def add(self, other: Sketch) -> Sketch:
        """Both together. Raises RiskError where a block is in both or the columns differ: nothing is counted twice."""
        if self.columns != other.columns:
            raise RiskError(f"sketch: found {other.columns} columns, expected {self.columns}")
        blocks = np.concatenate([self.blocks, other.blocks])
        order = np.argsort(blocks, kind="stable")
        blocks = blocks[order]
        twice = np.flatnonzero(np.diff(blocks) == 0)
        if len(twice):
            raise RiskError(f"sketch: block {int(blocks[twice[0]])} came twice, expected each once")
        codes, inverse = np.unique(np.concatenate([self.codes, other.codes]), return_inverse=True)
        counts = np.zeros(len(codes), np.int64)
        np.add.at(counts, inverse, np.concatenate([self.counts, other.counts]))
        moments = np.concatenate([self.moments, other.moments])[order]
        return Sketch(self.columns, codes, counts, blocks, moments, self.reached + other.reached)

    def counted(self, column: int) -> tuple[Floats, NDArray[np.int64]]:
        """The middle of each class of a column, rising, and how many draws lie in it (those that are figures)."""
        begin, end = np.searchsorted(self.codes, [column * _WIDTH, column * _WIDTH + _NAN])
        return _middle(self.codes[begin:end] - column * _WIDTH), self.counts[begin:end]

    def draws(self, column: int) -> int:
        """Draws that are figures."""
        return int(self.counted(column)[1].sum())

    def quantiles(self, column: int, shares: Sequence[float]) -> list[float]:
        """Quantiles (inverse of the distribution function), within ACCURACY of themselves; nan without draws."""
        values, counts = self.counted(column)
        total = counts.sum()
        if not total:
            return [float("nan")] * len(shares)
        rising = np.cumsum(counts)
        places = np.searchsorted(rising, np.maximum(np.ceil(np.asarray(shares) * total), 1.0))
        return [float(one) for one in values[np.minimum(places, len(values) - 1)]]

    def moment(self, column: int) -> tuple[float, float]:
        """Mean and sd of a column; blocks are added in their order."""
        count, mean, squares = 0.0, 0.0, 0.0
        for n, m, s in self.moments[:, column].tolist():
            if n == 0:
                continue
            whole = count + n
            gap = m - mean
            mean += gap * n / whole
            squares += s + gap * gap * count * n / whole
            count = whole
        if count == 0:
            return float("nan"), float("nan")
        return mean, float(np.sqrt(squares / (count - 1))) if count > 1 else 0.0


def _unpacked(
    columns: int, steps: bytes, counts: bytes, fits: bool, kind: str, blocks: NDArray[np.int64], moments: Floats, reached: NDArray[np.int64]
) -> Sketch:  # fmt: skip
    codes = np.cumsum(np.frombuffer(zlib.decompress(steps), np.uint32 if fits else np.int64).astype(np.int64))
    return Sketch(
        columns,
        codes,
        np.frombuffer(zlib.decompress(counts), np.dtype(kind)).astype(np.int64),
        blocks,
        moments,
        reached,
    )


def sketch_of(figures: Floats, first: int, reached: NDArray[np.bool_]) -> Sketch:
    """The sketch of draws first … of (C, D) figures; `reached` (C, D) whether a goal is met. `first` must begin a block."""
    if first % BLOCK:
        raise RiskError(f"sketch from draw {first}: expected a multiple of {BLOCK}")
    columns, count = figures.shape
    classes = _classes(figures) + np.arange(columns, dtype=np.int64)[:, None] * _WIDTH
    codes, counts = np.unique(classes, return_counts=True)
    starts = np.arange(0, count, BLOCK)
    moments = np.zeros((len(starts), columns, 3))
    for row, start in enumerate(starts):
        part = figures[:, start : start + BLOCK]
        there = np.isfinite(part)
        n = there.sum(axis=1)
        kept = np.where(there, part, 0.0)
        mean = kept.sum(axis=1) / np.maximum(n, 1)
        moments[row, :, 0], moments[row, :, 1] = n, mean
        moments[row, :, 2] = (np.where(there, part - mean[:, None], 0.0) ** 2).sum(axis=1)
    return Sketch(
        columns,
        codes,
        counts.astype(np.int64),
        first // BLOCK + np.arange(len(starts)),
        moments,
        reached.sum(axis=1).astype(np.int64),
    )


def _classes(figures: Floats) -> NDArray[np.int64]:
    """The class of each figure within its column: 0 in the middle, negative below; nan has one of its own."""
    out = np.full(figures.shape, _NAN, np.int64)
    there = ~np.isnan(figures)
    size = np.minimum(np.abs(figures), 1e300)
    far = there & (size > _SMALLEST)
    rank = np.ceil(np.log(size, where=far, out=np.zeros_like(size)) / _STEP).astype(np.int64)
    base = int(np.ceil(np.log(_SMALLEST) / _STEP))
    rank = np.minimum(rank - base + 1, _MIDDLE - 2)
    out[there] = _MIDDLE
    out[far] = _MIDDLE + np.where(figures[far] > 0, rank[far], -rank[far])
    return out


def _middle(classes: NDArray[np.int64]) -> Floats:
    """The figure that stands for a class: within ACCURACY of all that lie in it."""
    rank = classes - _MIDDLE
    base = int(np.ceil(np.log(_SMALLEST) / _STEP))
    size = 2 * np.exp((np.abs(rank) + base - 1) * _STEP) / (np.exp(_STEP) + 1)
    return np.where(rank == 0, 0.0, np.sign(rank) * size)
