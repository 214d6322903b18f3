"""Measure every part, each in a process of its own, and write docs/performance.md.

    python -m benchmarks [--only PART ...] [--small] [--no-page]

The figures go to standard output and to out/bench/figures.jsonl as JSON lines. Exit status 1 where a figure is beyond its bound.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time

from benchmarks.figure import ROOT, Figure, machine
from benchmarks.page import broken, tables, write

PARTS = (
    "score_plans",
    "reading",
    "batch",
    "linearity",
    "commands",
    "papers",
    "fuzzing",
    "ledger_engine",
    "dispatch",
    "reports",
    "gross",
    "detection",
    "account",
    "views",
    "stocks",
    "risk",
    "planning",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=f"one or more of {', '.join(PARTS)}"
    )
    parser.add_argument(
        "--small", action="store_true", help="just enough to see that all runs; nothing is written into the page"
    )
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md as it is")
    options = parser.parse_args()
    where = machine()
    figures: list[Figure] = []
    for part in options.only:
        begun = time.monotonic()
        figures += _run(part, options.small)
        print(f"{part}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    if not options.small:
        kept = ROOT / "out" / "bench" / "figures.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(where, ensure_ascii=False), *(f.to_line() for f in figures)]
        kept.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if not options.small and not options.no_page and tuple(options.only) == PARTS:
        write(tables(figures, where))
    beyond = broken(figures)
    for figure in beyond:
        print(
            f"beyond its bound: {figure.part}: {figure.what}: {figure.value:.4g} {figure.unit}, bound {figure.bound:g}",
            file=sys.stderr,
        )
    return 1 if beyond and not options.small else 0


def _run(part: str, small: bool) -> list[Figure]:
    """The figures of one part; its lines are passed on as they come. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", f"benchmarks.{part}", *(["--small"] if small and part != "score_plans" else [])]
    figures = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("{"):  # a peer may greet on standard output
                figures.append(Figure(**json.loads(line)))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return figures


if __name__ == "__main__":
    sys.exit(main())
