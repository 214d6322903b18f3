"""What stocks in use cost, and what a pipeline of many projects and draws costs: time and peak of memory, each in a process of its own."""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.figure import MIB, Figure, Scale, in_own_process, scale_asked

if TYPE_CHECKING:
    from lvlian.outlook.case import Case

PART = "stocks and pipeline"

STOCK = """
import json, sys, time
import numpy as np
from benchmarks.figure import peak_memory
from lvlian.outlook.stocks import Lifetime, in_use, inflow_for
years, products, regions, runs = (int(one) for one in sys.argv[2:])
rng = np.random.default_rng(0)
inflow = np.exp(0.01 * np.arange(years))[:, None, None] * rng.uniform(0.5, 2, (1, products, regions))
mean = rng.uniform(8, 60, (products, regions))
wanted = np.cumsum(inflow, axis=0)
spent = []
for run in range(runs + 1):
    begun = time.perf_counter()
    life = Lifetime("normal", mean, 0.3 * mean)
    found = in_use(inflow, life) if sys.argv[1] == "inflow" else inflow_for(wanted, life)
    spent.append(time.perf_counter() - begun)
peak = peak_memory()
again = in_use(found.inflow, life, by="loop").stock  # the other way to the same stock
gap = float(np.abs(again - found.stock).max() / found.stock.max())
print(json.dumps({"ms": sorted(spent[1:])[runs // 2] * 1000, "first": spent[0] * 1000, "peak": peak, "gap": gap}))
"""

PIPELINE = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
import numpy as np
from benchmarks.figure import peak_memory
from benchmarks.stocks import large_case
from lvlian.outlook.pipeline import capacity_of, pipeline
draws, chunk, workers, runs = (int(one) for one in sys.argv[1:])
case = large_case()
line = pipeline(case)
line.capacity
begun = time.perf_counter()
line = pipeline(case)
line.capacity
made = time.perf_counter() - begun
rng = np.random.default_rng(1)
delay, shift = rng.gamma(1, 1, (draws, len(case.projects))), rng.gamma(1, 1, (draws, len(case.factors)))
begun = time.perf_counter()
capacity_of(line, delay[:2], factor_delay=shift[:2], compiled=True)
compiled = time.perf_counter() - begun

kept = [np.zeros((chunk, len(case.plants), case.count)) for _ in range(workers)]

def work(place):
    for i in range(chunk * place, draws, chunk * workers):
        capacity_of(line, delay[i : i + chunk], factor_delay=shift[i : i + chunk], out=kept[place], compiled=True)

spent = []
with ThreadPoolExecutor(workers) as pool:
    for _ in range(runs + 1):
        begun = time.perf_counter()
        list(pool.map(work, range(workers)))
        spent.append(time.perf_counter() - begun)
del spent[0]
print(json.dumps({"s": sorted(spent)[runs // 2], "best": min(spent), "made": made, "compiled": compiled, "peak": peak_memory()}))
"""


def main(scale: Scale) -> None:
    sizes = [(200, 20, 30, 15.0, 120.0), (400, 40, 60, None, None)][: scale.pick(2, 1)]
    peers = {
        200: "flodym 2.46 s and 913 MiB, NumPy by a loop 9.6 ms and 109 MiB",
        400: "flodym 33.9 s and 10.4 GiB, NumPy by FFT 119 ms and 178 MiB",
    }
    for years, products, regions, slow, large in sizes:
        for way in ("inflow", "stock"):
            got = own(STOCK, way, years, products, regions, scale.pick(9, 1))
            what = f"{years} years × {products} products × {regions} regions, {way}-driven"
            tell(what, got["ms"], "ms", slow, note=f"first run with its imports {got['first']:.0f} ms; " + (peers[years] if way == "inflow" else "flodym 0.69 s and 916 MiB, NumPy by a loop 11.4 ms and 109 MiB" if years == 200 else "no peer measured"))  # fmt: skip
            tell(
                f"{what}: whole process",
                got["peak"] / MIB,
                "MiB",
                large,
                note=f"a loop over periods gives the same stock to {got['gap']:.0e}",
            )
    draws = scale.pick(10_000, 1_000)
    for workers in (1, 2):
        got = own(PIPELINE, draws, 100, workers, scale.pick(5, 1))
        what = f"200 projects, 20 factors, 60 quarters, {draws:,} draws, {workers} thread{'s' if workers > 1 else ''}: delays to capacity"
        tell(what, got["s"], "s", 0.25 if workers == 2 else None,
             note=f"best {got['best']:.3f} s; chunks of 100 draws into arrays that are kept; the case itself {got['made'] * 1000:.0f} ms, first compiled call {got['compiled']:.1f} s, {got['peak'] / MIB:.0f} MiB")  # fmt: skip


def large_case(projects: int = 200, factors: int = 20, quarters: int = 60) -> Case:
    """A region of so many projects with a plant each, two thirds of them behind a factor."""
    import numpy as np

    from lvlian.ledger.quarter import Quarter
    from lvlian.outlook.case import Case, Factor, Need, Plant, Project, Step

    rng = np.random.default_rng(0)
    kinds = ("primary", "casting", "semis", "deep", "recycled", "power")
    soon, later = rng.integers(30, 2000, factors).tolist(), rng.integers(30, 4000, projects).tolist()
    sizes = rng.uniform(1e4, 3e5, projects).tolist()
    first = date(2024, 3, 1)
    return Case(
        region="r",
        today=date(2024, 1, 10),
        first=Quarter(2024, 1),
        count=quarters,
        plants=tuple(
            Plant(id=f"l{j}", firm="x", process="electrolysis", capacity=sizes[j], project=f"p{j}") for j in range(projects)
        ),
        projects=tuple(
            Project(
                id=f"p{j}", name=f"p{j}", kind=kinds[j % len(kinds)], stage="started" if j % 2 else "signed", plants=(f"l{j}",),
                steps=(Step(stage="running", promised=first + timedelta(days=later[j])),),
                needs=(Need(factor=f"f{j % factors}"),) if j % 3 else (),
            )
            for j in range(projects)
        ),
        factors=tuple(
            Factor(id=f"f{i}", kind="power" if i % 2 else "land", title=f"f{i}", promised=first + timedelta(days=soon[i]))
            for i in range(factors)
        ),
    )  # fmt: skip


def own(code: str, *arguments: object) -> dict[str, Any]:
    """What a process of its own measured. Raises RuntimeError where it took too long."""
    got = in_own_process(code, *(str(one) for one in arguments))
    if got is None:
        raise RuntimeError(f"{PART}: no answer within two minutes")
    found: dict[str, Any] = got
    return found


def tell(what: str, value: float, unit: str, bound: float | None, note: str = "") -> None:
    Figure(part=PART, what=what, value=value, unit=unit, bound=bound, note=note).tell()


if __name__ == "__main__":
    main(scale_asked())
