"""One measured figure, and how it is taken: repeated, in this process or in one of its own, with the peak of its memory."""

from __future__ import annotations

import gc
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`value` of `what` in `unit`; `bound` is what it may be at most, or must be at least where `least` is set."""

    part: str
    what: str
    value: float
    unit: str
    bound: float | None = None
    least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the bound is kept; None without one."""
        if self.bound is None:
            return None
        return self.value >= self.bound if self.least else self.value <= self.bound

    def to_line(self) -> str:
        """The figure as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def tell(self) -> None:
        """Print the figure as one JSON line on standard output."""
        print(self.to_line(), flush=True)


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: the whole, or (`small`) just enough to see that the programs run."""

    small: bool = False

    def pick(self, whole: int, small: int) -> int:
        return small if self.small else whole


def scale_asked(arguments: Sequence[str] | None = None) -> Scale:
    """The scale that the command line of a part asks for."""
    import argparse

    parser = argparse.ArgumentParser(description="Measures one part; prints one JSON line a figure.")
    parser.add_argument(
        "--small", action="store_true", help="just enough to see that it runs; the figures mean nothing"
    )
    return Scale(parser.parse_args(arguments).small)


@dataclass(frozen=True, slots=True)
class Times:
    """Wall times of repeated runs, seconds."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def best(self) -> float:
        return min(self.runs)

    def note(self) -> str:
        return f"best {self.best * 1000:.1f} ms, {len(self.runs)} runs"


def repeat(task: Callable[[], object], runs: int) -> Times:
    """Wall times of `runs` runs after one that is not counted."""
    task()
    times = []
    for _ in range(runs):
        gc.collect()
        begun = time.perf_counter()
        task()
        times.append(time.perf_counter() - begun)
    return Times(tuple(times))


def repeat_command(command: Sequence[str | Path], runs: int) -> Times:
    """Wall times of a command from start to end, after one run that is not counted. Raises where it fails."""
    return repeat(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT), runs)


def in_own_process(code: str, *arguments: str, seconds: float = 120.0) -> Any:
    """What `code` prints as JSON in a new interpreter; None where it takes longer than `seconds`."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], check=True, capture_output=True, cwd=ROOT, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout)


def peak_memory() -> int:
    """The most memory that this process has held, bytes.

    Linux hands `ru_maxrss` of the parent on to a child; VmHWM is the process's own.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def machine() -> dict[str, Any]:
    """The machine that measures: cores that this process may use, memory in GiB, Python, what else runs on it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return {
        "date": time.strftime("%Y-%m-%d"),
        "cores": cores,
        "memory": round(memory),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
    }
