"""Damaged documents for a while: how many ran, whether one broke a reader, the slowest."""

from __future__ import annotations

import re
import subprocess
import sys

from benchmarks.figure import ROOT, Figure, Scale, scale_asked

PART = "bad input"
BOUND = 10_000.0
_FORM = re.compile(
    r"^(?P<form>\w+)\s+(?P<ran>\d+) inputs,\s+(?P<read>\d+) read, slowest\s+(?P<ms>[\d.]+) ms", re.MULTILINE
)
_ALL = re.compile(r"^all\s+(?P<ran>\d+) inputs, (?P<failures>\d+) failures", re.MULTILINE)


def main(scale: Scale) -> None:
    inputs, seconds = scale.pick(100_000, 25), scale.pick(25, 10)
    done = subprocess.run(
        [sys.executable, "benchmarks/fuzz_sources.py", str(inputs), "--seconds", str(seconds), "--seed", "7"],
        check=False, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    total = _ALL.search(done.stdout)
    if total is None:
        raise RuntimeError(f"the fuzzer ended without a summary: {done.stdout[-500:]}{done.stderr[-500:]}")
    forms = list(_FORM.finditer(done.stdout))
    ran = ", ".join(f"{m['form']} {int(m['ran']):,}" for m in forms)
    Figure(
        part=PART,
        what=f"failures among {int(total['ran']):,} damaged documents",
        value=float(total["failures"]),
        unit="",
        bound=0.0,
        note=ran,
    ).tell()
    slowest = max(forms, key=lambda m: float(m["ms"]))
    Figure(
        part=PART, what=f"the slowest of them ({slowest['form']})", value=float(slowest["ms"]), unit="ms", bound=BOUND
    ).tell()


if __name__ == "__main__":
    main(scale_asked())
