"""What a reconciliation costs, from a region to a nation, beside the peers that solve the same networks to the same optimum.

    python -m benchmarks.reconcile [--small] [--page]

Every size runs in a process of its own, so that its memory is its own; imports, and the loops that are compiled once, are measured apart.
The networks are invented and the same on every run: m streams, m/3 processes; `chain`: links mostly short, 1 % long; `random`: any
process with any other, which fills every factor. `--page` writes the block of docs/performance.md between its own two marks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any

from benchmarks.figure import ROOT, Figure, machine, peak_memory
from benchmarks.page import PAGE, tables

BEGIN, END = "<!-- begin: reconciliation -->", "<!-- end: reconciliation -->"
PART = "reconciliation"

# kind, streams, spreads, runs, bound in seconds, bound in MiB, peers measured on two cores with the same networks and the same optimum (s)
CASES: tuple[tuple[str, int, bool, int, float | None, float | None, dict[str, float]], ...] = (
    (
        "chain",
        1_000,
        False,
        21,
        0.002,
        None,
        {"OSQP": 0.0017, "Clarabel": 0.0015, "cvxpy + OSQP": 0.0128, "dense": 0.0138},
    ),
    ("chain", 1_000, True, 21, None, None, {"dense inverse": 0.0689}),
    (
        "chain",
        10_000,
        False,
        11,
        None,
        None,
        {"OSQP": 0.0291, "Clarabel": 0.0224, "cvxpy + OSQP": 0.0776, "dense": 7.18},
    ),
    (
        "chain",
        100_000,
        False,
        7,
        0.15,
        None,
        {"OSQP": 0.326, "Clarabel": 0.776, "cvxpy": 0.798, "CHOLMOD": 0.0905, "AMG-CG": 0.195},
    ),
    ("chain", 100_000, True, 5, 0.5, 250.0, {"CHOLMOD + selected inverse": 0.772}),
    ("random", 100_000, False, 5, 1.5, 300.0, {"AMG-CG": 1.08, "Clarabel": 4.31, "PARDISO": 15.4, "CHOLMOD": 79.7}),
    ("random", 100_000, True, 1, None, None, {}),
    (
        "chain",
        1_000_000,
        False,
        1,
        3.0,
        300.0,
        {"AMG-CG": 2.28, "PARDISO": 3.92, "Clarabel": 13.0, "cvxpy": 22.4, "OSQP": 57.1},
    ),
    ("random", 1_000_000, False, 1, None, None, {}),
)


def network(m: int, kind: str, seed: int = 0) -> Any:
    """The System of m streams and its mean flow; the same figures as those that the peers were measured with."""
    import numpy as np
    from scipy.sparse import csr_matrix

    from lvlian.chain.account.system import System

    rng = np.random.default_rng(seed)
    n = m // 3
    k = m - n
    tail = rng.integers(0, n, k)
    if kind == "chain":
        head = (tail + rng.geometric(0.2, k)) % n
        far = rng.random(k) < 0.01
        head[far] = rng.integers(0, n, far.sum())
    else:
        head = rng.integers(0, n, k)
    head = np.where(head == tail, (head + 1) % n, head)
    inner = rng.lognormal(3.0, 1.0, k)
    net = np.bincount(head, inner, n) - np.bincount(tail, inner, n)
    boundary = np.abs(net) + 1e-9
    nodes = np.arange(n)
    a = csr_matrix(
        (
            np.concatenate([np.ones(k), -np.ones(k), np.where(net > 0, -1.0, 1.0)]),
            (np.concatenate([head, tail, nodes]), np.concatenate([np.arange(k), np.arange(k), k + nodes])),
        ),
        shape=(n, m),
    )
    truth = np.concatenate([inner, boundary])
    sd = 0.03 * truth + 0.05
    reading = truth + sd * rng.standard_normal(m)
    bad = rng.choice(m, max(1, int(0.002 * m)), replace=False)
    reading[bad] += sd[bad] * rng.uniform(10, 50, bad.size) * rng.choice([-1, 1], bad.size)
    return System(a, np.zeros(n), np.arange(m), reading, sd**2)


def store(system: Any, path: str) -> None:
    import numpy as np

    a = system.balance
    np.savez(
        path,
        data=a.data,
        indices=a.indices,
        indptr=a.indptr,
        shape=a.shape,
        reading=system.reading,
        variance=system.variance,
    )


def load(path: str) -> Any:
    import numpy as np
    from scipy.sparse import csr_matrix

    from lvlian.chain.account.system import System

    with np.load(path) as kept:
        n, m = kept["shape"].tolist()
        a = csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=(n, m))
        return System(a, np.zeros(n), np.arange(m), kept["reading"], kept["variance"])


def one(path: str, spreads: bool, runs: int) -> dict[str, Any]:
    """Times, memory and figures of one network in this process."""
    from lvlian.chain.account.reconcile import reconcile

    # imports and compiled loops stay outside the clock
    reconcile(network(90 if not spreads else 3_000, "chain"), spreads)
    system = load(path)
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        solution = reconcile(system, spreads)
        times.append(time.perf_counter() - begun)
    times.sort()
    return {
        "seconds": times[len(times) // 2],
        "best": times[0],
        "mib": peak_memory() / 2**20,
        "chi2": solution.chi2,
        "gap": solution.balanced() if system.size <= 100_000 else 0.0,
        "exact": bool(solution.exact_sd),
    }


def first_compile() -> tuple[float, float]:
    """Seconds of the first reconciliation with spreads in a new process: nothing compiled yet, and compiled before."""
    code = (
        "import time; from benchmarks.reconcile import network; from lvlian.chain.account.reconcile import reconcile;"
        "s = network(3000, 'chain'); t = time.perf_counter(); reconcile(s); print(time.perf_counter() - t)"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        runs = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
                ).stdout
            )
            for _ in range(2)
        ]
    return runs[0], runs[1]


def measure(small: bool) -> list[Figure]:
    figures = []

    def tell(what: str, value: float, unit: str, bound: float | None = None, note: str = "") -> None:
        figure = Figure(
            part=PART, what=what, value=round(value, 5), unit=unit, bound=None if small else bound, note=note
        )
        figure.tell()
        figures.append(figure)

    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for kind, m, spreads, runs, bound, most, peers in CASES:
        if small and m > 1_000:
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/network.npz"
            store(network(m, kind), path)
            command = [
                sys.executable,
                "-m",
                "benchmarks.reconcile",
                "--one",
                path,
                str(int(spreads)),
                str(1 if small else runs),
            ]
            done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
        got = json.loads(done.stdout)
        asked = "values, sd and z of every stream" if spreads else "values only"
        if spreads and not got["exact"]:
            asked = "values, sd and z of every stream, the spreads estimated"
        name = f"{m:,} streams, {kind}: {asked}"
        beside = " · ".join(f"{who} {1000 * s:,.3g} ms (×{s / got['seconds']:,.3g})" for who, s in peers.items())
        tell(name, 1000 * got["seconds"], "ms", None if bound is None else 1000 * bound, beside)
        tell(f"{m:,} streams, {kind}: peak memory of the process", got["mib"], "MiB", most, f"chi2 {got['chi2']:,.3f}")
    if not small:
        cold, warm = first_compile()
        tell("first reconciliation with spreads on a machine: the loops are compiled", cold, "s", None, "3,000 streams")
        tell("the same in every later process", warm, "s", None, "import of the compiler and the kept loops")
    return figures


def write(figures: list[Figure], where: dict[str, Any]) -> None:
    """Put the table between this part's own marks."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{tables(figures, where)}\n{END}{tail}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--one"]:
        print(json.dumps(one(arguments[1], bool(int(arguments[2])), int(arguments[3]))))
        return 0
    where = machine()
    figures = measure("--small" in arguments)
    if "--page" in arguments:
        write(figures, where)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
