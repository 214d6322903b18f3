"""What the views of an account cost: footprint, flow pictures, atlas, each from a fresh book of the account; one BLAS thread."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.figure import ROOT, Figure, Scale, scale_asked

PART = "views of a region's account"
BOUND_MS = 20.0


def main(scale: Scale) -> None:
    from lvlian.chain.account.account import make_account
    from lvlian.chain.atlas.build import atlas
    from lvlian.chain.footprint import footprint
    from lvlian.chain.layers import LAYERS, open_book
    from lvlian.chain.sankey import sankey
    from lvlian.chain.simulate import simulate_region

    world = simulate_region(ROOT / "data" / "regions" / "yanshan.yaml", "2023-09")
    account = make_account(world.region, "2023-09", world.statements["2023-09"])
    size = f"{len(world.region.firms)} firms, {len(account.streams)} streams"
    tasks: dict[str, Callable[[], Any]] = {"footprint of every good": lambda: footprint(open_book(account))}
    for layer in LAYERS:
        tasks[f"flow picture by firm, {layer}"] = lambda layer=layer: sankey(open_book(account), layer, "firm")  # type: ignore[misc]
    tasks["atlas with gaps"] = lambda: atlas(open_book(account))
    for what, task in tasks.items():
        task()
        Figure(
            part=PART,
            what=f"{what}, {size}, processor time",
            value=round(milliseconds(task, scale.pick(30, 2)), 2),
            unit="ms",
            bound=BOUND_MS,
        ).tell()


def milliseconds(task: Callable[[], Any], times: int) -> float:
    """Median of processor time."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        task()
        taken.append(1e3 * (time.process_time() - begun))
    return median(taken)


if __name__ == "__main__":
    main(scale_asked())
