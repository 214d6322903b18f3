"""Measure the site with 50,000 projects, 50,000 facts and a million rows of history, on SQLite and on a private PostgreSQL server,
and write the block of docs/performance.md. Takes about half an hour.

    python -m benchmarks.site [--only PART ...] [--small] [--no-page] [--keep DIR]

Figures go to standard output and to out/bench/site.jsonl as JSON lines. Exit status 1 where one is beyond its bound.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import ROOT, Figure, machine
from benchmarks.site.page import write
from benchmarks.site.places import environment, served, task
from benchmarks.site.visiting import Seen, visit, write_together

PARTS = ("pages", "writes", "imports", "starting")
Place = tuple[str, Path, str]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.site", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART", help=", ".join(PARTS))
    parser.add_argument(
        "--small", action="store_true", help="just enough to see that all runs; the figures mean nothing"
    )
    parser.add_argument("--no-page", action="store_true", help="leave docs/performance.md as it is")
    parser.add_argument("--keep", type=Path, help="a folder for the filled site on SQLite, taken again the next time")
    options = parser.parse_args()
    figures: list[Figure] = []
    kept = ROOT / "out" / "bench" / "site.jsonl"

    def tell(what: str, value: float, unit: str, bound: float | None = None, *, part: str, note: str = "") -> None:
        figure = Figure(part=part, what=what, value=round(value, 3), unit=unit, bound=bound, note=note)
        figure.tell()
        figures.append(figure)

    with places(options.keep) as found:
        for place in found:
            fill(place, options.small, tell)
        where = machine()
        for name, measure in (("pages", pages), ("imports", imports), ("writes", writes), ("starting", starting)):
            if name not in options.only:
                continue
            for place in found if name != "starting" else found[:1]:
                measure(place, options.small, tell)
                if options.small:
                    continue
                # Written after every part: what was measured stays where a later one fails.
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(
                    "\n".join([json.dumps(where), *(f.to_line() for f in figures)]) + "\n", encoding="utf-8"
                )
                if not options.no_page:
                    write(figures, where)
    beyond = [figure for figure in figures if figure.holds is False]
    for figure in beyond:
        print(
            f"beyond its bound: {figure.part}: {figure.what}: {figure.value} {figure.unit}, bound {figure.bound:g}",
            file=sys.stderr,
        )
    return 1 if beyond and not options.small else 0


Tell = Callable[..., None]


@contextmanager
def places(keep: Path | None) -> Iterator[list[Place]]:
    """The site on SQLite, and on PostgreSQL where its programs are installed."""
    from tests.site.operations.server import PostgresServer, find_initdb

    folder = Path(tempfile.mkdtemp(prefix="lvlian-bench-"))
    try:
        sqlite = ("SQLite", keep or folder / "sqlite", "")
        if find_initdb() is None:
            print("PostgreSQL is not installed: SQLite alone is measured", file=sys.stderr)
            yield [sqlite]
            return
        with PostgresServer(folder) as server, server.database() as database:
            yield [sqlite, ("PostgreSQL", folder / "postgres", database)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(place: Place, small: bool, tell: Tell) -> None:
    name, home, database = place
    if (home / "lvlian.sqlite3").exists():
        return
    made = task("fill", home, database, "0.02" if small else "1")
    note = f"{made['projects']:,} projects, {made['facts']:,} facts, {made['milestones']:,} milestones, {made['history']:,} rows of history"
    tell("filling the site in bulk, with its search index", made["seconds"], "s", part=f"Site on {name}", note=note)


def pages(place: Place, small: bool, tell: Tell) -> None:
    """Server time under twenty people, and the queries of each page."""
    name, home, database = place
    asked = task("queries", home, database)
    for page, one in asked.items():
        if one["status"] != 200:
            raise RuntimeError(f"{page}: {one['status']} for {one['who']}")
    records = task("places", home, database)
    with served(home, database) as url:
        visit(url, records, users=4, seconds=2 if small else 10, think=(0.1, 0.3))  # warms it up
        seen = visit(url, records, users=20, seconds=3 if small else 90, think=(0.2, 0.5) if small else (1.0, 3.0))
    _sound(seen)
    part, bound = f"Pages on {name}, 20 people", 200 if name == "SQLite" else 150
    for page in sorted(seen.times):
        most = 300 if page == "overview" else bound
        times = f"p50 {seen.percentile(0.5, page):.0f}, p99 {seen.percentile(0.99, page):.0f} ms, {len(seen.times[page])} requests"
        tell(page, seen.percentile(0.95, page), "ms, p95", most, part=part, note=times)
    requests = sum(len(times) for times in seen.times.values())
    tell(
        "all pages",
        seen.percentile(0.95),
        "ms, p95",
        bound,
        part=part,
        note=f"p50 {seen.percentile(0.5):.0f} ms, {requests} requests",
    )
    most = max(asked, key=lambda page: asked[page]["queries"])
    tell("queries of a page, at most", asked[most]["queries"], "queries", 25, part=part, note=most)


def writes(place: Place, small: bool, tell: Tell) -> None:
    """Fifty people on PostgreSQL, eight on SQLite, who read, edit the same projects and remark on them."""
    name, home, database = place
    users, think = (50, (0.2, 1.0)) if database else (8, (0.0, 0.0))
    seconds = 4 if small else 300 if database else 60
    shared = task("shared", home, database)
    before = task("reckon", home, database, *map(str, shared))
    with served(home, database) as url:
        seen = write_together(url, shared, users=users, seconds=seconds, think=think)
    _sound(seen)
    after = task("reckon", home, database, *map(str, shared))
    part = f"Writes on {name}, {users} people for {seconds} s"
    edits, remarks = seen.counts["edits"], seen.counts["remarks"]
    note = f"{edits} edits, {remarks} remarks, {seen.counts['conflicts']} told that somebody was quicker"
    tell("errors", len(seen.wrong), "", 0, part=part, note=note)
    tell("edits lost", edits - (after["edits"] - before["edits"]), "", 0, part=part)
    tell("remarks lost", remarks - (after["remarks"] - before["remarks"]), "", 0, part=part)
    tell(
        "faults in the audit chain",
        len(after["faults"]),
        "",
        0,
        part=part,
        note=f"{after['records']:,} records verified in {after['seconds']:.0f} s",
    )
    tell("server time of a read meanwhile", seen.percentile(0.95, "read"), "ms, p95", part=part)


def imports(place: Place, small: bool, tell: Tell) -> None:
    name, home, database = place
    done = task("bring_in", home, database, "500" if small else "50000")
    note = f"preview {done['preview']:.1f} s, writing {done['apply']:.1f} s, {done['megabytes']:.1f} MB"
    tell(
        f"import of {done['rows']:,} projects from Excel",
        done["preview"] + done["apply"],
        "s",
        15,
        part=f"Import on {name}",
        note=note,
    )


def starting(_place: Place, small: bool, tell: Tell) -> None:
    """From a fresh clone to the first page, and the times after that, each with a site of its own."""
    with tempfile.TemporaryDirectory(prefix="lvlian-clone-") as folder:
        home = Path(folder) / "demo"
        command = [sys.executable, "-m", "lvlian", "demo", "--once", "--port", "0", "--home", str(home)]
        for what, bound in (("lvlian demo, the first time", 8.0), ("lvlian demo, afterwards", 8.0)):
            tell(what, _seconds(command, ROOT), "s to the first page", bound, part="Starting")
        if small:
            return
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        begun = time.monotonic()
        subprocess.run(
            ["make", "demo", "DEMO=once"], cwd=clone, env=environment(home), stdout=subprocess.DEVNULL, check=True
        )
        tell(
            "make demo in a fresh clone, with downloads",
            time.monotonic() - begun,
            "s to the first page",
            150,
            part="Starting",
        )


def _seconds(command: list[str], folder: Path) -> float:
    begun = time.monotonic()
    subprocess.run(command, cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def _sound(seen: Seen) -> None:
    for line in sorted(set(seen.wrong)):
        print(f"wrong: {line} ({seen.wrong.count(line)} times)", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
