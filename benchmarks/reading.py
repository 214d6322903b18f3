"""How long one plan of 5,000 characters takes to be read, where the time goes, and what a peer takes for one step of it."""

from __future__ import annotations

import importlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.corpus import plan_of
from benchmarks.figure import Figure, Scale, in_own_process, repeat, scale_asked

PART = "reading"
BOUND = 50.0
CHARACTERS = 5_000

_COLD = """
import json, sys, time
begun = time.perf_counter()
from lvlian.plan.read import read_plan
from lvlian.plan.source import read_source
imported = time.perf_counter()
read_plan(read_source(sys.argv[1]))
print(json.dumps([imported - begun, time.perf_counter() - imported]))
"""
_NAMES = {"find_measures": "figures with units", "find_periods": "periods"}


def main(scale: Scale) -> None:
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import read_source

    text = plan_of(CHARACTERS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.txt"
        path.write_text(text, encoding="utf-8")
        times = repeat(lambda: read_plan(read_source(path)), scale.pick(60, 2))
        Figure(
            part=PART, what=f"a plan of {len(text):,} characters, from the file to the facts", value=times.median * 1000,
            unit="ms", bound=BOUND, note=times.note(),
        ).tell()  # fmt: skip
        starts = [in_own_process(_COLD, str(path)) for _ in range(scale.pick(9, 1))]
        Figure(
            part=PART, what="the same, first plan of a process (words and patterns are built)",
            value=median(s[1] for s in starts) * 1000, unit="ms", note=f"best {min(s[1] for s in starts) * 1000:.0f} ms",
        ).tell()  # fmt: skip
        Figure(
            part=PART, what="import of the reader", value=median(s[0] for s in starts) * 1000, unit="ms",
            note=f"best {min(s[0] for s in starts) * 1000:.0f} ms",
        ).tell()  # fmt: skip
        for name, share in phases(lambda: read_plan(read_source(path)), scale.pick(30, 1)).items():
            Figure(part=f"{PART}: phases", what=name, value=share * 1000, unit="ms").tell()
    if not scale.small:
        peer(text, times.median)


def phases(task: Callable[[], object], runs: int) -> dict[str, float]:
    """Median seconds that each step of `task` takes by itself, without the steps inside it; "between the steps" is the rest.

    The steps are the functions that `read_plan` calls by a name that begins with `read_`, so a new one shows up by itself.
    """
    taken: dict[str, list[float]] = defaultdict(list)
    with _clocked() as spent:
        task()
        for _ in range(runs):
            spent.clear()
            begun = time.perf_counter()
            task()
            whole = time.perf_counter() - begun
            for name, seconds in spent.items():
                taken[name].append(seconds)
            taken["between the steps"].append(whole - sum(spent.values()))
    return dict(sorted(((name, median(t)) for name, t in taken.items()), key=lambda pair: -pair[1]))


@contextmanager
def _clocked() -> Iterator[dict[str, float]]:
    """Every step wrapped with a clock that stops while a step inside runs."""
    reading: Any = importlib.import_module("lvlian.plan.read")
    manuscript: Any = importlib.import_module("lvlian.plan.manuscript")
    steps = [(reading, name) for name in vars(reading) if name.startswith("read_") and name != "read_plan"]
    steps += [(manuscript, name) for name in _NAMES]
    spent: dict[str, float] = defaultdict(float)
    inside = [0.0]

    def clock(function: Callable[..., Any], label: str) -> Callable[..., Any]:
        def clocked(*arguments: Any, **named: Any) -> Any:
            inside.append(0.0)
            begun = time.perf_counter()
            try:
                result = function(*arguments, **named)
                return list(result) if isinstance(result, Iterator) else result
            finally:
                whole = time.perf_counter() - begun
                spent[label] += whole - inside.pop()
                inside[-1] += whole

        return clocked

    kept = [(module, name, getattr(module, name)) for module, name in steps]
    for module, name, function in kept:
        setattr(module, name, clock(function, _NAMES.get(name, name.removeprefix("read_"))))
    try:
        yield spent
    finally:
        for module, name, function in kept:
            setattr(module, name, function)


def peer(text: str, own: float) -> None:
    """`jionlp` on the same text in the same process: its expressions of time and of money, not facts."""
    try:
        with redirect_stdout(StringIO()):
            import jionlp
    except ImportError:
        Figure(
            part=f"{PART}: peer",
            what="jionlp is not installed (extra `bench`): not measured",
            value=float("nan"),
            unit="",
        ).tell()
        return
    steps: dict[str, Callable[[], object]] = {
        "time": lambda: jionlp.ner.extract_time(text, time_base=time.time()),
        "money": lambda: jionlp.ner.extract_money(text),
    }
    total = 0.0
    for name, step in steps.items():
        times = repeat(step, 40)
        total += times.median
        Figure(
            part=f"{PART}: peer",
            what=f"jionlp, expressions of {name} only",
            value=times.median * 1000,
            unit="ms",
            note=times.note(),
        ).tell()
    from lvlian.quantity.measure import find_measures
    from lvlian.quantity.period import find_periods

    same = repeat(lambda: (list(find_measures(text)), list(find_periods(text, 2024))), 40)
    Figure(
        part=f"{PART}: peer", what="Lvlian, the same step: figures with units, and periods", value=same.median * 1000, unit="ms",
        note=f"{same.median / total:.2f} of jionlp's time",
    ).tell()  # fmt: skip
    Figure(
        part=f"{PART}: peer", what="Lvlian, all facts, against jionlp's two steps", value=own / total, unit="×",
        note="all goals, milestones, duties, incentives and chains beside bare expressions",
    ).tell()  # fmt: skip


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main(scale_asked())
