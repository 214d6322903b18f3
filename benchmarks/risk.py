"""Monte Carlo of an outlook: 10,000 draws × 60 quarters × 200 projects with bands and chances; a region's size; calibration; an ensemble's scaling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.figure import ROOT, Figure, Scale, repeat, scale_asked
from lvlian.ledger.quarter import Quarter
from lvlian.outlook.case import Aim, Case, Factor, Need, Plant, Premise, Project, Step

PART = "risk"
LINES = (
    ("electrolysis", "primary", 120_000), ("cast_billet_liquid", "casting", 90_000), ("cast_slab_liquid", "casting", 80_000),
    ("cast_tbar_ingot", "casting", 60_000), ("extrusion_industrial", "semis", 40_000), ("extrusion_building", "semis", 40_000),
    ("hot_rolling_strip", "semis", 60_000), ("cold_rolling_strip", "semis", 50_000), ("die_casting", "deep", 20_000),
    ("secondary_wrought_alloy", "recycled", 50_000),
)  # fmt: skip
"""Process, kind of project, t/a: ten lines of which the generated region has as many as it has projects."""


def generated(projects: int = 200, quarters: int = 60, factors: int = 20) -> Case:
    """A region in which every project brings a line and waits for one of the factors. Nobody's: made to be large."""
    rng = np.random.default_rng(6)
    first = Quarter(2024, 1)
    plants, listed = [], []
    for n in range(projects):
        process, kind, size = LINES[n % len(LINES)]
        day = date(2024, 6, 30) + timedelta(days=int(rng.integers(0, 91 * max(quarters - 16, quarters // 2))))
        capacity = size * float(rng.uniform(0.5, 1.5))
        plants.append(Plant(id=f"p{n}", firm=f"f{n}", process=process, capacity=capacity, load=0.9, project=f"j{n}"))
        listed.append(
            Project(
                id=f"j{n}", name=f"项目{n}", firm=f"f{n}", plants=(f"p{n}",), kind=kind, stage="signed" if n % 3 else "started",
                steps=(Step(stage="running", promised=day),), needs=(Need(factor=f"x{n % factors}"),),
            )
        )  # fmt: skip
    kinds = ("land", "power", "gas")
    last = 2024 + quarters // 4 - 1
    return Case(
        region="生成的区",
        today=date(2024, 1, 10),
        first=first,
        count=quarters,
        plants=tuple(plants),
        projects=tuple(listed),
        factors=tuple(
            Factor(id=f"x{n}", kind=kinds[n % 3], title=f"要素{n}", promised=date(2024, 6, 30) + timedelta(days=90 * n))  # type: ignore[arg-type]
            for n in range(factors)
        ),
        aims=(
            Aim(id="metal", name="电解铝产量", indicator="primary_output", variant="", op=">=", value=180, unit="万吨", year=last, factor=1.0),
            Aim(id="value", name="产值", indicator="chain_output_value", variant="", op=">=", value=200, unit="亿元", year=last, factor=1.0),
            Aim(id="half", name="产值", indicator="chain_output_value", variant="", op=">=", value=100, unit="亿元", year=max(last - 7, 2024), factor=1.0),
            Aim(id="local", name="铝水就地转化率", indicator="liquid_local_conversion", variant="", op=">=", value=80, unit="%", year=last, factor=1.0),
        ),
        premises=(
            Premise(key="price.aluminium_ingot", zh="铝价", en="metal price", value=17_200, low=14_000, high=21_000, unit="元/吨", group="price", spread=1_500, law="lognormal"),
        ),
        simulated=True,
    )  # fmt: skip


_SCALING = """
import json, sys, time
from benchmarks.risk import generated
from lvlian.outlook.ensemble import run_ensemble, tasks_of
if __name__ == "__main__":
    kind, workers, regions, draws = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    case = generated(projects=30, quarters=20, factors=8)
    tasks = tasks_of(((f"r{n:02d}", case) for n in range(regions)), draws=draws, quarterly=True)
    begun = time.perf_counter()
    marks = []
    found = run_ensemble(tasks, kind, workers=workers, progress=lambda done, whole: marks.append(time.perf_counter()))
    took = time.perf_counter() - begun
    # From the first part on: what starting the workers takes is told apart.
    print(json.dumps([took, max(marks[-1] - marks[0], 1e-9) / max(len(marks) - 1, 1), found.bytes / found.parts]))
"""


def main(scale: Scale) -> None:
    floor(scale)
    region(scale)
    held(scale)
    ensemble(scale)


def floor(scale: Scale) -> None:
    """The whole step: delays, ramps, prices, chain, goals, bands by quarter and chances."""
    from lvlian.outlook.risk import risk
    from lvlian.outlook.risk.machine import machine_of

    case = generated(scale.pick(200, 60), scale.pick(60, 12))
    machine = machine_of(case)
    made = repeat(lambda: machine_of(case), scale.pick(5, 1))
    draws = scale.pick(10_000, 500)

    def whole() -> None:
        for one in risk(case, draws=draws, machine=machine).chances:
            assert one.chance is not None
            one.fan("rolling")

    times = repeat(whole, scale.pick(7, 1))
    name = f"{draws:,} draws × {case.count} quarters × {len(case.projects)} projects, bands and chances"
    Figure(part=PART, what=name, value=times.median, unit="s", bound=0.5, note=times.note()).tell()
    Figure(part=PART, what="the same, machine made before it", value=made.median, unit="s", note=made.note()).tell()
    straight = repeat(lambda: numpy_straight(draws, case.count, len(case.projects)), scale.pick(3, 1))
    Figure(
        part=PART,
        what="straight NumPy, pipeline and one total only",
        value=straight.median,
        unit="s",
        note=straight.note(),
    ).tell()


def numpy_straight(draws: int, quarters: int, projects: int) -> float:
    """What one would write first: project by project, a delay and a ramp, the total's bands. No factors, chain, prices or goals."""
    rng = np.random.default_rng(0)
    start = rng.integers(0, quarters, projects)
    size = rng.uniform(1, 50, projects).astype(np.float32)
    total = np.zeros((draws, quarters), np.float32)
    quarter = np.arange(quarters, dtype=np.float32)
    for n in range(projects):
        delay = rng.gamma(1.5, 1.2, draws).astype(np.float32)
        ramp = rng.triangular(2, 4, 8, draws).astype(np.float32)
        total += size[n] * np.clip((quarter - start[n] - delay[:, None]) / ramp[:, None], 0, 1)
    band = np.quantile(total, [0.05, 0.5, 0.95], axis=0)
    return float(band.sum()) + float((total[:, -1] > 0.9 * size.sum()).mean())


def region(scale: Scale) -> None:
    """A region as its plan gives it: chances of all goals for a page, and the quick ones behind a slider."""
    from lvlian.outlook.from_plan import case_from_plan
    from lvlian.outlook.risk import risk
    from lvlian.outlook.risk.machine import machine_of
    from lvlian.plan.region import load_region

    case = case_from_plan(load_region(ROOT / "data" / "regions" / "yanshan.yaml"))
    machine = machine_of(case)
    size = f"Yanshan, {len(case.plants)} plants × {case.count} quarters"
    for draws, bound in ((10_000, 0.5), (1_000, 0.1)):
        count = scale.pick(draws, 200)
        times = repeat(lambda count=count: risk(case, draws=count, machine=machine), scale.pick(9, 1))  # type: ignore[misc]
        Figure(
            part=PART, what=f"{size}: {count:,} draws", value=times.median, unit="s", bound=bound, note=times.note()
        ).tell()
    made = repeat(lambda: machine_of(case), scale.pick(9, 1))
    Figure(part=PART, what="Yanshan: the machine after a slider", value=made.median, unit="s", note=made.note()).tell()
    found = risk(case, draws=scale.pick(10_000, 200), machine=machine)
    said = [one.aim.id for one in found.chances if one.figures is not None and one.figures.min() < one.figures.max()]
    for what, task in (
        ("drivers of one goal", lambda: found.drivers(said[0])),
        ("what holds all goals, 200 draws", lambda: found.hold() if found.hold is not None else None),
        ("which factor or project decides, 512 draws", found.deciders),
    ):
        if scale.small and task == found.deciders:
            continue
        times = repeat(task, scale.pick(3, 1))
        Figure(part=PART, what=f"Yanshan: {what}", value=times.median, unit="s", note=times.note()).tell()


def held(scale: Scale) -> None:
    """Whether bands hold what they say."""
    from lvlian.outlook.pipeline import load_tables
    from lvlian.outlook.risk.calibration import back_test, learned
    from lvlian.outlook.risk.machine import machine_of

    machine = machine_of(generated(scale.pick(60, 20), 16))
    draws = scale.pick(10_000, 300)
    stages = [("semis", "started"), ("semis", "built"), ("primary", "built"), ("factor.land", "there")]
    rows = [*back_test(machine, seed=1, truth_seed=2, draws=draws, histories=draws)]
    for records, spread in ((60, 0.5), (10, 0.3)):
        rows.append(
            learned(load_tables().priors, stages, seed=5, regions=scale.pick(400, 20), records=records, spread=spread)
        )
    for one in rows:
        away = abs(one.shares[1] - 0.8) * 100
        note = f"50 %: {one.shares[0]:.1%}, 80 %: {one.shares[1]:.1%}, 95 %: {one.shares[2]:.1%} of {one.count:,}"
        Figure(
            part=PART, what=f"80 % band, {one.what}: away from 80 %", value=away, unit="points", bound=3.0, note=note
        ).tell()


def ensemble(scale: Scale) -> None:
    """What a region costs in an ensemble, and how it scales from one worker to two."""
    regions, draws = scale.pick(24, 2), scale.pick(10_240, 1_024)
    kinds = ("threads",) if scale.small else ("threads", "processes", "dask")
    for kind in kinds:
        rates = []
        for workers in (1,) if scale.small else (1, 2):
            found = _own(kind, workers, regions, draws)
            if found is None:
                return
            took, each, size = found
            rates.append(each)
            Figure(
                part=PART, what=f"{kind}, {workers} workers: a region of 30 projects × 20 quarters × {draws:,} draws", value=each,
                unit="s", note=f"{took:.1f} s in all with starting, {size / 1024:.0f} KiB back",
            ).tell()  # fmt: skip
        if len(rates) < 2:
            return
        Figure(
            part=PART, what=f"{kind}: one worker to two", value=rates[0] / rates[1], unit="times", note="2 is the ideal"
        ).tell()


def _own(kind: str, workers: int, regions: int, draws: int) -> tuple[float, float, float] | None:
    """Seconds in all, seconds a task once the first has come, bytes a task. From a file of its own, since spawned workers import it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scaling.py"
        path.write_text(_SCALING, encoding="utf-8")
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, str(path), kind, str(workers), str(regions), str(draws)], capture_output=True, cwd=ROOT, text=True, timeout=300,
            env={**os.environ, "PYTHONPATH": f"{ROOT}"},
        )  # fmt: skip
        if done.returncode:
            print(f"{kind} after {time.monotonic() - begun:.0f} s: {done.stderr[-400:]}", file=sys.stderr)
            return None
        took, each, size = json.loads(done.stdout.splitlines()[-1])
        return took, each, size


if __name__ == "__main__":
    main(scale_asked())
