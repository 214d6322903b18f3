"""Detection on simulated months: what is planted, what is found, what nothing could have found; and how fast months are simulated."""

from __future__ import annotations

from time import perf_counter

from benchmarks.figure import ROOT, Figure, Scale, repeat, scale_asked
from lvlian.chain.dataset import read_yaml
from lvlian.chain.library import load_library
from lvlian.chain.simulate import World, months_between, simulate, world_from_plan
from lvlian.chain.simulate.nation import simulate_nation
from lvlian.chain.simulate.score import Score, score_world

PART = "detection on simulated months"
REGION = "yanshan"
MONTHS = ("2023-08", "2023-09")
LEAST_PRECISION, LEAST_RECALL = 0.85, 0.85
MOST_MILLISECONDS = 30.0


def world(name: str = REGION) -> World:
    return world_from_plan(read_yaml(ROOT / "data" / "regions" / f"{name}.yaml"), load_library())


def figures(scale: Scale) -> list[Figure]:
    found: list[Figure] = []
    place = world()
    year = months_between("2023-01", "2023-12")
    times = repeat(lambda: simulate(place, year, 1, library=load_library()), scale.pick(5, 1))
    found.append(
        Figure(
            part=PART,
            what="a month of a plan's region simulated",
            value=times.median / 12 * 1000,
            unit="ms",
            bound=MOST_MILLISECONDS,
        )
    )
    sound = score_world(place, MONTHS, range(1, scale.pick(101, 3)), faults=0)
    found.append(
        Figure(
            part=PART,
            what=f"sound months with any doubt, of {sound.sound}",
            value=100 * sound.alarms / sound.sound,
            unit="%",
            bound=10.0,
        )
    )
    for count, seeds in ((1, scale.pick(161, 3)), (4, scale.pick(61, 3))):
        score = score_world(place, MONTHS, range(1, seeds), faults=count)
        found += _told(score, count)
    begun = perf_counter()
    nation = simulate_nation(scale.pick(100_000, 1000))
    found.append(
        Figure(
            part=PART,
            what=f"a nation of {nation.system.size:,} streams simulated",
            value=perf_counter() - begun,
            unit="s",
            bound=2.0,
        )
    )
    return found


def _told(score: Score, count: int) -> list[Figure]:
    every = score.all
    name = f"{count} wrong a month"
    rows = [
        Figure(part=PART, what=f"{name}: precision of doubts", value=score.precision, unit="", bound=LEAST_PRECISION, least=True),
        Figure(
            part=PART, what=f"{name}: found, of the detectable", value=every.recall_detectable, unit="", bound=LEAST_RECALL, least=True,
            note=f"{every.detectable} of {every.planted} detectable",
        ),
        Figure(part=PART, what=f"{name}: found, of all planted", value=every.recall, unit="", note=f"{every.unchecked} stand in no balance"),
        Figure(part=PART, what=f"{name}: kind told right, of those doubted alone", value=every.kind_right, unit=""),
    ]  # fmt: skip
    for kind, tally in sorted(score.kinds.items()):
        rows.append(
            Figure(
                part=PART,
                what=f"{name}, {kind}: found",
                value=tally.recall,
                unit="",
                note=f"of {tally.planted}; of the {tally.detectable} detectable {tally.recall_detectable:.2f}",
            )
        )
    return rows


def main() -> None:
    for figure in figures(scale_asked()):
        figure.tell()


if __name__ == "__main__":
    main()
