"""Progress and a stop while a solver runs; the best found stays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lvlian.outlook.program.answer import Progress

EVERY = 0.05
"""Seconds between two questions to `stop` and two words of `progress`."""


def listen(
    solver: Any,
    cb: Any,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
    mixed: bool,
    scale: float,
) -> list[BaseException]:
    """Sets or takes away the solver's callbacks. An exception of `progress` or `stop` stops the solver and is put into the list that is
    returned: it cannot pass through the solver, the session raises it afterwards."""
    kinds = cb.HighsCallbackType
    wanted = (kinds.kCallbackSimplexInterrupt, kinds.kCallbackIpmInterrupt, kinds.kCallbackMipInterrupt)
    if progress is None and stop is None:
        for kind in wanted:
            solver.stopCallback(kind)
        return []
    begun = time.perf_counter()
    parts = {int(wanted[0]): "simplex", int(wanted[1]): "interior", int(wanted[2]): "branching"}
    last = [-1.0]
    raised: list[BaseException] = []

    def told(kind: Any, _message: str, out: Any, back: Any, _data: object) -> None:
        now = time.perf_counter() - begun
        if raised:
            back.user_interrupt = True
            return
        if now - last[0] < EVERY:
            return
        last[0] = now
        part = parts.get(int(kind), "")
        try:
            if progress is not None:
                progress(_progress(out, part, now, mixed, scale))
            if stop is not None and stop():
                back.user_interrupt = True
        except BaseException as error:
            raised.append(error)
            back.user_interrupt = True

    solver.setCallback(told, None)
    for kind in wanted:
        solver.startCallback(kind)
    return raised


def _progress(out: Any, part: str, now: float, mixed: bool, scale: float) -> Progress:
    inf = float("inf")
    if part == "branching":
        best, bound, gap = float(out.mip_primal_bound), float(out.mip_dual_bound), float(out.mip_gap)
        return Progress(
            now,
            best / scale if best < 1e30 else inf,
            bound / scale if bound > -1e30 else -inf,
            gap,
            int(out.mip_node_count),
            part,
        )
    done = int(out.simplex_iteration_count) if part == "simplex" else int(out.ipm_iteration_count)
    found = inf if mixed else float(out.objective_function_value) / scale
    return Progress(now, found, -inf, inf, done, part)
