"""Measure the ledger with 100,000 items and a million events, on SQLite and on a private PostgreSQL server, and write its block of
docs/performance.md. Takes about a quarter of an hour, most of it for filling.

    python -m benchmarks.ledger [--small] [--no-page] [--keep DIR]

Exit status 1 where a figure is beyond its bound.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.figure import ROOT, Figure, machine
from benchmarks.ledger.boards import PAGES, watch
from benchmarks.site.__main__ import Place, places
from benchmarks.site.page import write
from benchmarks.site.places import environment, served

BEGIN, END = "<!-- begin: ledger -->", "<!-- end: ledger -->"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ledger", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--small", action="store_true", help="just enough to see that all runs; the figures mean nothing"
    )
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--keep", type=Path, help="a folder for the filled site on SQLite, taken again the next time")
    options = parser.parse_args()
    figures: list[Figure] = []
    where = machine()
    with places(options.keep) as found:
        for place in found:
            figures += measure(place, options.small)
    figures += _lines("benchmarks.dispatch", options.small)
    figures += _lines("benchmarks.papers", options.small)
    for figure in figures:
        figure.tell()
    if not options.small:
        kept = ROOT / "out" / "bench" / "ledger.jsonl"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text("\n".join([json.dumps(where), *(f.to_line() for f in figures)]) + "\n", encoding="utf-8")
        if not options.no_page:
            write(figures, where, BEGIN, END)
    beyond = [figure for figure in figures if figure.holds is False]
    for figure in beyond:
        print(f"beyond its bound: {figure.part}: {figure.what}: {figure.value} {figure.unit}", file=sys.stderr)
    return 1 if beyond and not options.small else 0


def measure(place: Place, small: bool) -> list[Figure]:
    """The lights, and the pages under twenty people."""
    name, home, database = place
    part, out = f"The ledger on {name}", []

    def tell(what: str, value: float, unit: str, bound: float | None = None, note: str = "") -> None:
        out.append(Figure(part=part, what=what, value=round(value, 3), unit=unit, bound=bound, note=note))

    if not (home / "lvlian.sqlite3").exists():
        made = _task("fill", home, database, "0.02" if small else "1")
        tell(
            "filling", made["seconds"], "s",
            note=f"{made['items']:,} items, {made['events']:,} events, {made['steps']:,} steps",
        )  # fmt: skip
    lit = _task("lights", home, database)
    note = f"{lit['items']:,} items"
    tell("all lights computed anew, nothing changed", lit["same"], "s", 2.0, note)
    tell("all lights computed anew, every one written", lit["every"], "s", None, f"{lit['written']:,} rows written")
    tell("the turn of a day", lit["turn"], "s", 2.0, f"{lit['turned']:,} lights looked at again")
    records = _task("places", home, database)
    with served(home, database) as url:
        watch(url, records, users=4, seconds=2 if small else 8, think=(0.1, 0.3))
        seen = watch(url, records, users=20, seconds=3 if small else 60, think=(0.2, 0.5) if small else (1.0, 3.0))
    for line in sorted(set(seen.wrong)):
        print(f"wrong: {line} ({seen.wrong.count(line)} times)", file=sys.stderr)
    for page in PAGES:
        times = seen.times[page]
        shown = f"p50 {seen.percentile(0.5, page):.0f} ms, {len(times)} requests"
        tell(page, seen.percentile(0.95, page), "ms, p95", 200 if "board" in page else None, shown)
    return out


def _task(name: str, home: Path, database: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", "benchmarks.ledger.tasks", name, *arguments]
    done = subprocess.run(
        command, env=environment(home, database), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def _lines(module: str, small: bool) -> list[Figure]:
    """The figures of a script that prints them as lines of JSON."""
    command = [sys.executable, "-m", module, *(["--small"] if small else [])]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]


if __name__ == "__main__":
    sys.exit(main())
