"""Whether reading stays linear in the length of the text, and how much memory it takes, on plain texts and on degenerate ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.corpus import FAMILIES
from benchmarks.figure import MIB, Figure, Scale, in_own_process, scale_asked

PART = "long texts"
MEMORY_BOUND = 1_000.0
GROWTH_BOUND = 1.15
"""Of the exponent: 1 is linear, 2 quadratic; what is left is noise and memory that no longer fits a cache."""
MEGABYTE = 1_000_000
PATIENCE = 150.0

_RUN = """
import gc, json, sys, time
from benchmarks.corpus import FAMILIES, plan
from benchmarks.figure import peak_memory
from lvlian.plan.facts import FACT_KINDS
from lvlian.plan.read import read_plan
from lvlian.plan.source import source_from_text
read_plan(source_from_text(plan(0)))
source = source_from_text(FAMILIES[sys.argv[1]](int(sys.argv[2])))
gc.collect()
begun = time.perf_counter()
facts = read_plan(source)
took = time.perf_counter() - begun
print(json.dumps([took, peak_memory(), sum(len(facts.of(kind.kind)) for kind in FACT_KINDS)]))
"""


def main(scale: Scale) -> None:
    plain = [MEGABYTE // 10, MEGABYTE, 10 * MEGABYTE]
    short = [MEGABYTE // 10, 3 * MEGABYTE // 10, MEGABYTE]
    families = list(FAMILIES)[: scale.pick(len(FAMILIES), 1)]
    for name in families:
        sizes = [4_000, 8_000] if scale.small else plain if name == families[0] else short
        family(name, sizes)


def family(name: str, sizes: Sequence[int]) -> None:
    """Reads texts of one family of growing size, each in a process of its own, and tells time, growth and memory."""
    points: list[tuple[int, float]] = []
    memory = 0
    facts = 0
    late = False
    for size in sizes:
        # The shorter texts are read more than once: a slip of the machine would bend the fit.
        results = [in_own_process(_RUN, name, str(size), seconds=PATIENCE) for _ in range(1 if size >= MEGABYTE else 3)]
        if any(r is None for r in results):
            late = True
            break
        points.append((size, min(r[0] for r in results)))
        memory, facts = results[0][1], results[0][2]
    told = " · ".join(f"{s / 1e6:g} MB {t:.2f} s" for s, t in points)
    if late:
        Figure(
            part=PART, what=f"{name}: not done", value=PATIENCE, unit="s", bound=0.0, note=f"{told}, then stopped"
        ).tell()
        return
    largest, took = points[-1]
    Figure(
        part=PART, what=f"{name}, {largest / 1e6:g} MB: seconds a MB", value=took / largest * MEGABYTE, unit="s/MB",
        note=f"{told}; {facts:,} facts",
    ).tell()  # fmt: skip
    Figure(part=PART, what=f"{name}: exponent of growth", value=exponent(points), unit="", bound=GROWTH_BOUND).tell()
    Figure(
        part=PART, what=f"{name}, {largest / 1e6:g} MB: peak memory", value=memory / MIB, unit="MiB", bound=MEMORY_BOUND
    ).tell()


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of time over size in logarithms, least squares: 1 linear, 2 quadratic."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(seconds) for _, seconds in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


if __name__ == "__main__":
    main(scale_asked())
