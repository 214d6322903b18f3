"""Random numbers by name: the draw number i of a premise depends on the seed, the premise's key and i alone.

Each key has a Philox stream of its own (counter based: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11, 2011), cut
into blocks of `BLOCK` draws that are reached by the counter. So a project that is added changes no other project's draws, 1,000 draws are the
first of 10,000, and neither the number of workers nor the size of their chunks is seen in the answer, to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLOCK = 1024
"""Draws in a block. Part of what a seed means: another size gives other draws."""
LARGEST_SEED = 2**64 - 1


class RiskError(ValueError):
    """A risk cannot be computed as asked; the message is one sentence that says what was found and what was expected."""


def stable_hash(key: str) -> int:
    """64 bits of a key that are the same in every process, on every machine and in every version (BLAKE2b)."""
    return int.from_bytes(blake2b(key.encode("utf-8"), digest_size=8, person=b"lvlian").digest(), "little")


@dataclass(frozen=True, slots=True)
class Streams:
    """The streams of a seed. Raises RiskError for a seed that is no whole number from 0 to 2^64 − 1."""

    seed: int

    def __post_init__(self) -> None:
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or not 0 <= self.seed <= LARGEST_SEED:
            raise RiskError(f"seed: found {self.seed!r}, expected a whole number from 0 to 2^64 − 1")

    def normals(self, keys: Sequence[str], first: int, count: int) -> Floats:
        """(K, count) standard normal draws first … first + count − 1 of each key. `first` must begin a block."""
        if first % BLOCK:
            raise RiskError(f"draws from {first}: expected a multiple of {BLOCK}, the size of a block")
        out = np.empty((len(keys), count))
        for row, key in enumerate(keys):
            self.fill(key, first, out[row])
        return out

    def fill(self, key: str, first: int, out: Floats) -> None:
        """Fills `out` (n,), contiguous, with the draws from `first` on, which must begin a block."""
        name = (stable_hash(key) << 64) | self.seed
        for block, begin in enumerate(range(0, len(out), BLOCK), start=first // BLOCK):
            # The block stands in the highest word of the counter: no block can run into the next.
            source = np.random.Philox(key=name, counter=block << 192)
            np.random.Generator(source).standard_normal(out=out[begin : begin + BLOCK])


def spans(draws: int, size: int) -> list[tuple[int, int]]:
    """The chunks (first, count) of `draws`, each beginning a block and holding at most `size` rounded down to whole blocks, at least one."""
    if draws < 1:
        raise RiskError(f"draws: found {draws}, expected at least 1")
    step = max(size // BLOCK, 1) * BLOCK
    return [(first, min(step, draws - first)) for first in range(0, draws, step)]
