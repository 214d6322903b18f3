"""From delays to first outputs to capacity by quarter, for many draws at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import CaseError

if TYPE_CHECKING:
    from lvlian.outlook.pipeline.record import Pipeline

Floats = NDArray[np.float64]
EVER, NEVER = -100.0, 1000.0
"""Quarters that stand for "before all quarters" and "after all quarters" inside (a case has 400 at most)."""
KERNEL_SIZE = 2_000_000
"""Draws × plants × quarters in one call from which the compiled loop is worth its compiling."""
BLOCK = 1 << 18
"""Figures that NumPy works on at once, so that they stay in the cache."""


def starts_of(
    pipeline: Pipeline,
    delay: Floats | None = None,
    factor_delay: Floats | None = None,
    *,
    compiled: bool = False,
) -> Floats:
    """First outputs (D, J) in quarters since the case's first, inf for never.

    `delay` (D, J) quarters by which projects slip and `factor_delay` (D, F) those of factors, beyond the day that is told now (today, for
    what is overdue) and beyond the premises `…slip`; inf for never. Without them what is expected (see `Pipeline.expected`): zero but for
    the overdue. What is done keeps its day. `compiled` for large ensembles.
    Raises CaseError where shapes do not fit."""
    projects, factors = len(pipeline.days), len(pipeline.factors)
    moved = _given(delay, pipeline.expected, projects, "delay")
    shifted = _given(factor_delay, pipeline.factor_expected, factors, "factor_delay")
    draws = max(len(moved), len(shifted))
    if len(moved) not in (1, draws) or len(shifted) not in (1, draws):
        raise CaseError(
            f"pipeline: found delays of {len(moved)} and of {len(shifted)} draws, expected one number of draws"
        )
    there = shifted + (pipeline.factor_base + pipeline.factor_slip)
    there = np.where(pipeline.factor_fixed, pipeline.factor_base, np.maximum(there, pipeline.now))
    if compiled:
        from lvlian.outlook.pipeline.kernel import walk

        out = np.empty((draws, projects))
        edges = pipeline.edge_table
        walk(
            edges.order, edges.still, pipeline.base, pipeline.slip, pipeline.now, edges.first, edges.source, edges.upstream,
            edges.offset, edges.after, np.ascontiguousarray(moved), np.ascontiguousarray(there), out,
        )  # fmt: skip
        return out
    there = np.ascontiguousarray(there.T)
    slip = np.ascontiguousarray(moved.T) + pipeline.slip[:, None]  # (J, D): every step is one operation over all draws
    out = np.empty((projects, draws))
    for place in pipeline.wiring.order:
        if pipeline.dropped[place]:
            out[place] = np.inf
            continue
        if pipeline.fixed[place]:
            out[place] = pipeline.base[place]
            continue
        here = np.broadcast_to(np.maximum(pipeline.base[place] + slip[place], pipeline.now), (draws,))
        late = np.maximum(slip[place], 0.0)
        for edge in pipeline.wiring.edges.get(place, ()):
            ready = out[edge.source] if edge.upstream else there[edge.source]
            wait = ready + edge.offset
            if edge.after:
                wait = wait + edge.after * late
            here = np.maximum(here, wait)
        out[place] = here
    return np.ascontiguousarray(out.T)


def capacity_of(
    pipeline: Pipeline,
    delay: Floats | None = None,
    *,
    factor_delay: Floats | None = None,
    ramp: Mapping[str, Floats | float] | Floats | None = None,
    start: Floats | None = None,
    out: Floats | None = None,
    compiled: bool | None = None,
) -> Floats:
    """Capacity (D, P, Q) in t a quarter. `delay`, `factor_delay` as in `starts_of`, or `start` (D, J) itself. `ramp` quarters from first
    output to full: kind → figure or (D,), or (D, kinds) in the order of `pipeline.kinds`. `out` is filled where given (a caller that
    works in chunks keeps one). `compiled`: None chooses by size; both ways agree to 1e-12. Raises CaseError where shapes do not fit."""
    stretch = _stretch(pipeline, ramp)
    plants, width = pipeline.standing.shape
    most = max(len(one) for one in (stretch, delay, factor_delay, start) if one is not None)
    large = most * len(pipeline.rows) * width > KERNEL_SIZE if compiled is None else compiled
    if start is None:
        begun = starts_of(pipeline, delay, factor_delay, compiled=large)
    else:
        begun = np.ascontiguousarray(start, dtype=float)
    draws = max(len(begun), len(stretch))
    if len(begun) not in (1, draws) or len(stretch) not in (1, draws):
        raise CaseError(f"pipeline, field ramp: found {len(stretch)} draws, expected {len(begun)} as of the delays")
    if len(begun) != draws:
        begun = np.repeat(begun, draws, axis=0)
    shape = (draws, plants, width)
    if out is None:
        out = np.empty(shape)
    elif out.shape != shape or out.dtype != np.float64:
        raise CaseError(f"pipeline, field out: found an array of {out.shape}, expected {shape} of float64")
    rows = pipeline.rows
    if len(rows) < plants:
        still = np.setdiff1d(np.arange(plants), rows)
        out[:, still] = pipeline.standing[still]
    if len(rows):
        begun = np.clip(begun, EVER, NEVER)
        if large:
            from lvlian.outlook.pipeline.kernel import fill

            fill(
                begun,
                pipeline.places,
                pipeline.size,
                pipeline.until,
                pipeline.steps,
                pipeline.knots,
                np.ascontiguousarray(stretch[:, pipeline.curve_of]),
                rows,
                out,
            )
        else:
            _fill(pipeline, begun, stretch, out)
    return out


def _fill(pipeline: Pipeline, begun: Floats, stretch: Floats, out: Floats) -> None:
    """The ramp loop in NumPy: one curve at a time, draws in blocks."""
    width = out.shape[2]
    edges = np.minimum(np.arange(width + 1.0), pipeline.until[:, None])
    for curve in np.unique(pipeline.curve_of):
        mine = np.flatnonzero(pipeline.curve_of == curve)
        steps = pipeline.steps[mine[0], : pipeline.knots[mine[0]]]
        block = max(BLOCK // (len(mine) * (width + 1)), 1)
        for first in range(0, len(out), block):
            part = slice(first, first + block)
            scale = stretch[part if len(stretch) > 1 else slice(0, 1), curve][:, None, None]
            at = edges[mine] - begun[part][:, pipeline.places[mine], None]
            at /= scale
            made, room = np.zeros_like(at), np.empty_like(at)
            for knot, step in enumerate(steps):
                np.subtract(at, knot, out=room)
                np.maximum(room, 0.0, out=room)
                room *= step
                made += room
            here = made[:, :, 1:] - made[:, :, :-1]
            here *= scale
            here *= pipeline.size[mine, None]
            out[part, pipeline.rows[mine]] = here


def _given(delay: Floats | None, expected: Floats, count: int, name: str) -> Floats:
    if delay is None:
        return expected[None]
    found = np.asarray(delay, float)
    if found.ndim != 2 or found.shape[1] != count:
        raise CaseError(f"pipeline, field {name}: found an array of {found.shape}, expected (draws, {count})")
    return found


def _stretch(pipeline: Pipeline, ramp: Mapping[str, Floats | float] | Floats | None) -> Floats:
    """(D or 1, K) what each kind's time axis is stretched by."""
    from lvlian.outlook.pipeline.curve import SHORTEST

    lengths = pipeline.curve_length
    if ramp is None:
        quarters = pipeline.ramp[None]
    elif isinstance(ramp, Mapping):
        unknown = sorted(set(ramp) - set(pipeline.kinds))
        if unknown:
            raise CaseError(f"pipeline, field ramp: found {unknown[0]}, expected one of {', '.join(pipeline.kinds)}")
        given = {kind: np.atleast_1d(np.asarray(value, float)) for kind, value in ramp.items()}
        draws = max((len(value) for value in given.values()), default=1)
        quarters = np.repeat(pipeline.ramp[None], draws, axis=0)
        for kind, value in given.items():
            quarters[:, pipeline.kinds.index(kind)] = value
    else:
        quarters = np.asarray(ramp, float)
        if quarters.ndim != 2 or quarters.shape[1] != len(pipeline.kinds):
            raise CaseError(
                f"pipeline, field ramp: found an array of {quarters.shape}, expected (draws, {len(pipeline.kinds)}) quarters by kind"
            )
    scale = np.divide(quarters, lengths, out=np.ones_like(quarters), where=lengths > 0)
    return np.maximum(scale, SHORTEST)
