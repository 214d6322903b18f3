"""How long a thousand plans take through the command line on two processes."""

from __future__ import annotations

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
        out = Path(folder) / "out"
        begun = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "lvlian", "read", *map(str, paths), "--json", "--out", str(out), "--jobs", "2", "--quiet"],
            check=True, cwd=ROOT,
        )  # fmt: skip
        took = time.perf_counter() - begun
        written = sum(1 for _ in out.glob("*.json"))
    if written != plans:
        raise RuntimeError(f"{written} of {plans} plans were read")
    Figure(
        part=PART, what=f"{plans:,} plans, `lvlian read --json --out --jobs 2`, files written", value=took, unit="s", bound=BOUND,
        note=f"{characters / plans:,.0f} characters each, {plans / took:.0f} plans a second",
    ).tell()  # fmt: skip


if __name__ == "__main__":
    main(scale_asked())
