"""The benchmark of reconciliation runs; nothing here is timed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.figure import Figure


def test_runs_on_a_small_size(root: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.reconcile", "--small"], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    figures = [Figure(**json.loads(line)) for line in run.stdout.splitlines()]
    assert len(figures) == 4 and all(f.value > 0 for f in figures)
