"""Planning: the linear programme of a growing region built, solved and solved again; a choice of projects; why a plan is impossible."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import time
from statistics import median

import numpy as np

from benchmarks.figure import MIB, Figure, Scale, in_own_process, peak_memory, scale_asked

PART = "planning"
WHOLE, REGION = (200, 50, 60), (60, 30, 12)


def main(scale: Scale) -> None:
    size = (60, 30, 12) if scale.small else WHOLE
    linear(size)
    choices(scale)
    reasons(REGION, 100.0, "ms")
    reasons(size, 6.0, "s")


def tell(what: str, value: float, unit: str, bound: float | None = None, note: str = "") -> None:
    Figure(part=PART, what=what, value=value, unit=unit, bound=bound, note=note).tell()


ALONE = """
import json, sys
from benchmarks.planning import first
print(json.dumps(first(tuple(json.loads(sys.argv[1])))))
"""


def first(size: tuple[int, int, int]) -> dict[str, float]:
    """The programme made and solved once, and again after sliders moved; seconds, and the peak of the whole process in MiB."""
    from benchmarks.growth import limited, programme
    from lvlian.outlook.program import Session

    region = limited(*size)
    programme(region)[0].matrix()
    begun = time.perf_counter()
    program, places = programme(region)
    session = Session(program)
    built = time.perf_counter() - begun
    session.set_option("solver", "ipm" if program.matrix().value.size > 30_000 else "simplex")
    answer = session.solve()
    rng = np.random.default_rng(0)
    again: dict[str, list[float]] = {}
    moves = {
        "power": lambda f: session.bounds_columns(places["buy"][0], None, region.supply[0] * f),
        "goal": lambda f: session.bounds_columns(places["sell"][0], region.goal[0] * f),
        "money": lambda f: session.bounds_rows(program.block("money"), None, region.money * f),
        "price": lambda f: session.costs(places["buy"][3], region.price[3] * region.discount * f),
    }
    for name, move in moves.items():
        for _ in range(10):
            move(rng.uniform(0.965, 1.03))
            begun = time.perf_counter()
            session.solve()
            again.setdefault(name, []).append(time.perf_counter() - begun)
        move(1.0)
        session.solve()
    return {
        "built": built,
        "first": answer.seconds,
        "objective": answer.objective,
        "rows": program.height,
        "columns": program.width,
        "entries": int(program.matrix().value.size),
        "peak": peak_memory() / MIB,
        **{name: max(times) for name, times in again.items()},
        "median": median(one for times in again.values() for one in times),
    }


def linear(size: tuple[int, int, int]) -> None:
    found = in_own_process(ALONE, json.dumps(size))
    name = "{} processes × {} goods × {} quarters".format(*size)
    tell(f"build and hand over, {name}", found["built"] * 1000, "ms", 30.0, f"{found['rows']:,} rows, {found['columns']:,} columns, {found['entries']:,} entries; linopy 400, Pyomo 570, PyPSA's idiom 4,700")  # fmt: skip
    tell(f"first answer, {name}", found["first"], "s", 4.5, f"interior point; optimum {found['objective']:.4f}; linopy 5.3, Pyomo 7.6, PyPSA's idiom 248")  # fmt: skip
    tell(f"peak of the whole process, {name}", found["peak"], "MiB", 150.0, "with the making of the case; linopy 263, PyPSA's idiom 861")  # fmt: skip
    for slider in ("power", "goal", "money", "price"):
        tell(f"again after a slider, {slider}, worst of 10, {name}", found[slider] * 1000, "ms", 50.0, f"median of all {found['median'] * 1000:.0f} ms; the peers build anew")  # fmt: skip


def choices(scale: Scale) -> None:
    """40 projects, lumpy and tight on land: to a gap of 0.1 %, and after a slider."""
    from benchmarks.lots import choice
    from lvlian.outlook.program import Session

    shape = (24, 22, 8, 6) if scale.small else (60, 30, 24, 40)
    for name, aged in (("some projects needed", 0.5), ("nearly all that fits needed", 0.3)):
        times, gaps, quick, quick_gaps, left = [], [], [], [], []
        for seed in range(scale.pick(3, 1)):
            program, places = choice(*shape, seed=seed, aged=aged)
            session = Session(program)
            two = session.solve(seconds=2.0, gap=1e-3)
            left.append(two.gap)
            answer = session.solve(seconds=20.0, gap=1e-3) if two.status != "optimal" else two
            times.append(answer.seconds + (two.seconds if answer is not two else 0.0))
            gaps.append(answer.gap)
            session.quick()
            for share in (0.9, 1.1):
                session.bounds_rows(places["land"], None, np.floor(program.matrix().row_upper[places["land"]] * share))
                told = session.quick()
                quick.append(told.seconds)
                quick_gaps.append(told.gap)
                session.last = answer
        size = "{} processes × {} goods × {} quarters, {} projects".format(*shape)
        tell(f"{name}: to a gap of 0.1 %, {size}", median(times), "s", 2.0, f"longest {max(times):.1f} s, widest gap then {max(gaps):.2%} (20 s at most); after 2 s widest {max(left):.2%}")  # fmt: skip
        held = [gap for gap in quick_gaps if np.isfinite(gap)]
        tell(f"{name}: after a slider, near the same projects, worst, {size}", max(quick) * 1000, "ms", 100.0, f"{len(held)} of {len(quick)} have an answer, widest gap {max(held, default=0):.2%}")  # fmt: skip


def reasons(size: tuple[int, int, int], bound: float, unit: str) -> None:
    """Power cut to 70 %: which sentences cannot all hold, and the cheapest repair."""
    from benchmarks.growth import limited, programme

    program, _ = programme(limited(*size, 0.7), sentences=True)
    times = []
    for _ in range(5 if unit == "ms" else 1):
        begun = time.perf_counter()
        found = program.explain()
        times.append(time.perf_counter() - begun)
    assert found is not None
    cheapest = next(iter(found.repairs.values()))
    name = "{} processes × {} goods × {} quarters".format(*size)
    tell(
        f"why impossible, named, with repair, {name}",
        median(times) * (1000 if unit == "ms" else 1),
        unit,
        bound,
        f"{len(found.clauses)} of {len(program.clauses)} sentences, {'proved smallest' if found.minimal else 'not proved smallest'}; {cheapest.clause.en} +{cheapest.total:.1f}, solved again; {found.solves} solves; HiGHS's own sets of rows 195–229 s at 200 × 50 × 60",
    )


if __name__ == "__main__":
    main(scale_asked())
