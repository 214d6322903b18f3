"""How long a person waits: checks, the brief, and the commands from start to end."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import SAMPLE, varied
from benchmarks.figure import MIB, Figure, Scale, peak_memory, repeat, repeat_command, scale_asked
from benchmarks.linearity import exponent

PART = "checks, brief, commands"
HELP_BOUND = 300.0


def main(scale: Scale) -> None:
    from lvlian.brief import Assessed, write_brief
    from lvlian.plan.check import check_plan
    from lvlian.plan.facts import FACT_KINDS
    from lvlian.plan.read import read_plan
    from lvlian.plan.source import read_source, source_from_text

    runs = scale.pick(15, 1)
    facts = read_plan(read_source(SAMPLE))
    findings = check_plan(facts)
    times = repeat(lambda: check_plan(facts), runs)
    Figure(
        part=PART,
        what=f"`check_plan`, the sample plan ({len(findings)} findings)",
        value=times.median * 1000,
        unit="ms",
        note=times.note(),
    ).tell()

    points: list[tuple[int, float]] = []
    for size in (6_000, 12_000) if scale.small else (100_000, 300_000, 1_000_000):
        large = read_plan(source_from_text(varied(size)))
        begun = time.perf_counter()
        found = check_plan(large)
        points.append((size, time.perf_counter() - begun))
    told = " · ".join(f"{s / 1e6:g} MB {t:.2f} s" for s, t in points)
    count = sum(len(large.of(kind.kind)) for kind in FACT_KINDS)
    Figure(
        part=PART,
        what=f"`check_plan`, {size / 1e6:g} MB of plans as one document",
        value=points[-1][1],
        unit="s",
        note=f"{told}; {count:,} facts, {len(found):,} findings, peak memory {peak_memory() / MIB:.0f} MiB",
    ).tell()
    Figure(part=PART, what="`check_plan`: exponent of growth", value=exponent(points), unit="").tell()

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        assessed = [Assessed(facts=facts, findings=tuple(findings))]
        times = repeat(lambda: write_brief(assessed, out), scale.pick(7, 1))
        sizes = ", ".join(f"{p.suffix[1:]} {p.stat().st_size / 1024:.0f} KiB" for p in sorted(out.iterdir()))
        Figure(
            part=PART, what="`write_brief`, the sample plan: html, docx and xlsx", value=times.median * 1000, unit="ms",
            note=f"{times.note()}; {sizes}",
        ).tell()  # fmt: skip

        lvlian = [sys.executable, "-m", "lvlian"]
        times = repeat_command([*lvlian, "--help"], scale.pick(20, 1))
        Figure(
            part=PART, what="`lvlian --help`", value=times.median * 1000, unit="ms", bound=HELP_BOUND, note=times.note()
        ).tell()
        commands: dict[str, list[str | Path]] = {
            "read": ["read", SAMPLE, "--json"],
            "check": ["check", SAMPLE, "--json"],
            "assess": ["assess", SAMPLE, "--out", out / "brief"],
        }
        for name, command in commands.items():
            times = repeat_command([*lvlian, *command, "--quiet"], scale.pick(7, 1))
            Figure(
                part=PART,
                what=f"`lvlian {name}`, the sample plan, end to end",
                value=times.median * 1000,
                unit="ms",
                note=times.note(),
            ).tell()


if __name__ == "__main__":
    main(scale_asked())
