"""The loops over waits and ramps, compiled when it is first needed; imported for large ensembles only, because the compiler takes seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lvlian.chain.account.kernel import kernel

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@kernel
def fill(
    start: Floats,
    places: NDArray[np.int64],
    size: Floats,
    until: Floats,
    steps: Floats,
    knots: NDArray[np.int64],
    stretch: Floats,
    rows: NDArray[np.int64],
    out: Floats,
) -> None:
    """`out` (D, P, Q) at `rows`: start (D, J) of the project at `places` (N,), `size` (N,) t a quarter, `until` (N,), `steps` (N, K) of each
    plant's curve with `knots` (N,) of them, `stretch` (D or 1, N)."""
    draws, width = start.shape[0], out.shape[2]
    for d in range(draws):
        sd = d if stretch.shape[0] > 1 else 0
        for n in range(rows.shape[0]):
            row = rows[n]
            s = start[d, places[n]]
            scale = stretch[sd, n]
            whole = size[n]
            end = until[n]
            begin = width if s >= width else max(int(np.floor(s)), 0)
            ramped = s + (knots[n] - 1) * scale
            steady = width if ramped >= width else max(int(np.ceil(ramped)), begin)
            stop = width if end >= width else max(int(np.floor(end)), 0)
            for q in range(min(begin, width)):
                out[d, row, q] = 0.0
            before = 0.0
            if begin < width:
                at = (min(float(begin), end) - s) / scale
                for k in range(knots[n]):
                    if at > k:
                        before += steps[n, k] * (at - k)
            for q in range(begin, min(steady, width)):
                at = (min(q + 1.0, end) - s) / scale
                here = 0.0
                for k in range(knots[n]):
                    if at > k:
                        here += steps[n, k] * (at - k)
                out[d, row, q] = whole * ((here - before) * scale)
                before = here
            for q in range(max(steady, begin), width):
                out[d, row, q] = whole
            for q in range(max(stop, max(steady, begin)), width):
                out[d, row, q] = whole * max(min(q + 1.0, end) - max(float(q), s), 0.0) if end > q else 0.0


@kernel
def walk(
    order: Places,
    still: NDArray[np.int8],
    base: Floats,
    slip: Floats,
    now: float,
    first: Places,
    source: Places,
    upstream: NDArray[np.bool_],
    offset: Floats,
    after: Floats,
    delay: Floats,
    there: Floats,
    out: Floats,
) -> None:
    """First outputs `out` (D, J): projects in `order`, `still` 1 where the day is fixed and 2 where it never comes, the edges of project j at
    `first[j]` … `first[j + 1]`; `delay` (D or 1, J), `there` (D or 1, F) the days of factors."""
    for d in range(out.shape[0]):
        own = d if delay.shape[0] > 1 else 0
        shared = d if there.shape[0] > 1 else 0
        for at in range(order.shape[0]):
            j = order[at]
            if still[j] == 2:
                out[d, j] = np.inf
                continue
            if still[j] == 1:
                out[d, j] = base[j]
                continue
            moved = delay[own, j] + slip[j]
            here = max(base[j] + moved, now)
            late = max(moved, 0.0)
            for e in range(first[j], first[j + 1]):
                ready = out[d, source[e]] if upstream[e] else there[shared, source[e]]
                wait = ready + offset[e]
                if after[e] > 0.0:
                    wait += after[e] * late
                here = max(here, wait)
            out[d, j] = here
