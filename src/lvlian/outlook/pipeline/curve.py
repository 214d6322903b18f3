"""The ramp of a new plant: shares of its capacity by quarter since its first output, and what it can have made by any moment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHORTEST = 1e-12
"""Quarters of a ramp that is none: a plant that is full at once."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """`shares` of capacity in the first, second, … quarter since first output; 1 from then on. Within a quarter the rate is even."""

    kind: str
    shares: tuple[float, ...]
    zh: str = ""
    en: str = ""
    source: tuple[str, str] = ("", "")
    verified: bool = False

    @property
    def length(self) -> float:
        """Quarters from first output to full."""
        return float(len(self.shares))

    @cached_property
    def steps(self) -> Floats:
        """(K + 1,) by how much the rate rises at 0, 1, … K quarters."""
        return np.diff(np.array([0.0, *self.shares, 1.0]))

    def made(self, time: Floats | float, length: float | None = None) -> Floats:
        """Quarters of full output made by `time` quarters after the first output (0 before), the ramp stretched to `length` quarters: the
        integral of the rate, exact."""
        stretch = self.stretch(length)
        at = np.asarray(time, float) / stretch
        out = np.zeros_like(at)
        for knot, step in enumerate(self.steps):
            out += step * np.maximum(at - knot, 0.0)
        return np.asarray(out * stretch)

    def stretch(self, length: float | None) -> float:
        """What the time axis is stretched by, so that the ramp takes `length` quarters."""
        if length is None or not self.shares:
            return 1.0
        return max(length / self.length, SHORTEST)
