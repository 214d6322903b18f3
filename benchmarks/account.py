"""What an account of a region costs: from statements to doubts, sets, intervals, asks and findings, in one process, one BLAS thread."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.figure import ROOT, Figure, Scale, scale_asked

PART = "the account of a region"
BOUND_MS = 50.0
REGIONS = (("yanshan", BOUND_MS), ("liaocheng", None), ("changji", None))


def main(scale: Scale) -> None:
    from lvlian.chain.account.account import make_account
    from lvlian.chain.account.write_account import to_json
    from lvlian.chain.simulate import simulate_region

    for name, bound in REGIONS[: scale.pick(3, 1)]:
        world = simulate_region(ROOT / "data" / "regions" / f"{name}.yaml", "2023-08", "2023-09")
        before = make_account(world.region, "2023-08", world.statements["2023-08"])
        said = world.statements["2023-09"]

        def task(said: Any = said, region: Any = world.region, before: Any = before) -> Any:
            return make_account(region, "2023-09", said, before=before)

        account = task()
        size = f"{name}: {len(world.region.firms)} firms, {len(said)} statements, {len(account.streams)} streams"
        tell(f"{size}: wall clock", timed(task, scale.pick(30, 2), time.perf_counter), bound)
        tell(f"{size}: processor time", timed(task, scale.pick(30, 2), time.process_time), None)
        tell(f"{size}: findings", timed(lambda a=account: a.findings, 1, time.perf_counter), None)  # type: ignore[misc]
        tell(f"{size}: as JSON", timed(lambda a=account: to_json(a), scale.pick(5, 1), time.perf_counter), None)  # type: ignore[misc]


def timed(task: Callable[[], Any], times: int, clock: Callable[[], float]) -> float:
    """Median milliseconds."""
    taken = []
    for _ in range(times):
        begun = clock()
        task()
        taken.append(1e3 * (clock() - begun))
    return median(taken)


def tell(what: str, value: float, bound: float | None) -> None:
    Figure(part=PART, what=what, value=round(value, 2), unit="ms", bound=bound).tell()


if __name__ == "__main__":
    main(scale_asked())
