"""The reconciliation problem as arrays: readings of streams, balances that must close, products of unknowns, bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class UnsolvableError(ValueError):
    """A problem cannot be posed or solved as it stands; the message is one sentence that names what contradicts what."""


@dataclass(frozen=True, slots=True)
class Bilinear:
    """`constant + Σ linear[k][1]·x[linear[k][0]] + Σ products[k][2]·x[products[k][0]]·x[products[k][1]] = 0`."""

    linear: tuple[tuple[int, float], ...]
    products: tuple[tuple[int, int, float], ...]
    constant: float = 0.0


@dataclass(frozen=True)
class System:
    """min Σ over readings ((y − x)ᵀ S⁻¹ (y − x)) subject to `balance @ x + constant = 0`, the bilinear equations, and x ≥ lower.

    `balance`: sparse CSR, n × m, float64. `constant`: (n,). `stream`, `reading`, `variance`: (r,), the stream that each reading
    measures, its value, its variance (0: exact); a stream may be read several times or not at all. `correlation`: (reading, reading,
    coefficient). `lower`: (m,) with −inf where a stream may have either sign, or None for no bounds.
    """

    balance: Any
    constant: Floats
    stream: Ints
    reading: Floats
    variance: Floats
    correlation: tuple[tuple[int, int, float], ...] = ()
    bilinear: tuple[Bilinear, ...] = ()
    lower: Floats | None = None
    names: tuple[str, ...] = field(default=())

    @property
    def size(self) -> int:
        """Number of streams."""
        return int(self.balance.shape[1])

    def name(self, stream: int) -> str:
        """What a stream is called in a sentence."""
        return self.names[stream] if self.names else f"stream {stream}"

    def without(self, readings: Any) -> System:
        """The system without some of its readings (places in `reading`)."""
        keep = np.ones(len(self.reading), bool)
        keep[np.asarray(readings, np.int64)] = False
        place = np.cumsum(keep) - 1
        return replace(
            self,
            stream=self.stream[keep],
            reading=self.reading[keep],
            variance=self.variance[keep],
            correlation=tuple((int(place[i]), int(place[j]), r) for i, j, r in self.correlation if keep[i] and keep[j]),
        )
