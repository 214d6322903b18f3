"""Capacity of lines of equal plants, added up while it is made; compiled when first needed, imported for large regions only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.account.kernel import kernel
from lvlian.outlook.risk.stream import Floats

Places = NDArray[np.int64]


@kernel
def add_ramps(
    start: Floats,
    places: Places,
    size: Floats,
    steps: Floats,
    knots: Places,
    stretch: Floats,
    curve: Places,
    line: Places,
    out: Floats,
) -> None:
    """Adds to `out` (D, L, Q) what plants make whose ramp is a sum of hinges: size × steps[k] × max(t − start − k × stretch, 0) is what
    is made by t. A hinge at τ gives the quarter in which it lies the part of it that is left and every later one a whole."""
    draws, lines, width = out.shape
    rise = np.zeros((lines, width + 2))
    for d in range(draws):
        rise[:] = 0.0
        for n in range(places.shape[0]):
            begun = start[d, places[n]]
            scale = stretch[d, curve[n]]
            row = line[n]
            for k in range(knots[n]):
                at = begun + k * scale
                if at >= width:
                    break
                weight = size[n] * steps[n, k]
                if at <= 0.0:
                    rise[row, 0] += weight
                else:
                    whole = int(at)
                    part = at - whole
                    rise[row, whole] += weight * (1.0 - part)
                    rise[row, whole + 1] += weight * part
        for row in range(lines):
            made = 0.0
            for q in range(width):
                made += rise[row, q]
                out[d, row, q] += made
