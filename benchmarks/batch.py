"""How long a thousand plans take through the command line on two processes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import plan
from benchmarks.figure import ROOT, Figure, Scale, scale_asked

PART = "many plans"
BOUND = 30.0


def main(scale: Scale) -> None:
    plans = scale.pick(1_000, 12)
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        characters = 0
        for number in range(plans):
            text = plan(number)
            characters += len(text)
            paths.append(Path(folder) / f"plan-{number:04}.txt")
            paths[-1].write_text(text, encoding="utf-8")
        runs = [_run(paths, Path(folder) / f"out-{number}") for number in range(scale.pick(2, 1))]
    took, work = min(runs)
    Figure(
        part=PART,
        what=f"{plans:,} plans, `lvlian read --json --out --jobs 2`, files written",
        value=took,
        unit="s",
        bound=BOUND,
        note=f"best of {' and '.join(f'{r[0]:.1f}' for r in runs)} s; {work:.1f} s of processor time in all; "
        f"{characters / plans:,.0f} characters each, {plans / took:.0f} plans a second",
    ).tell()


def _run(paths: list[Path], out: Path) -> tuple[float, float]:
    """Wall time and processor time of one run, seconds. Raises RuntimeError where a plan was not read."""
    before = os.times()
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "lvlian", "read", *paths, "--json", "--out", out, "--jobs", "2", "--quiet"],
        check=True,
        cwd=ROOT,
    )
    took = time.perf_counter() - begun
    after = os.times()
    written = sum(1 for _ in out.glob("*.json"))
    if written != len(paths):
        raise RuntimeError(f"{written} of {len(paths)} plans were read")
    return took, after.children_user - before.children_user + after.children_system - before.children_system


if __name__ == "__main__":
    main(scale_asked())
