"""A simulation: a world run over months, its truth, what its parties report, and the faults planted in the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvlian.chain.dataset import read_yaml
from lvlian.chain.region import Region
from lvlian.chain.report.statement import Statement
from lvlian.chain.simulate.faults import Fault, FaultPlan, plant_faults
from lvlian.chain.simulate.flows import run_month
from lvlian.chain.simulate.plan_world import world_from_plan
from lvlian.chain.simulate.prices import price_month
from lvlian.chain.simulate.reports import report_month
from lvlian.chain.simulate.scene import Scene, make_scene
from lvlian.chain.simulate.truth import Month
from lvlian.chain.simulate.world import World, months_between

if TYPE_CHECKING:
    from lvlian.chain.library import Library


@dataclass(frozen=True)
class Simulated:
    """`region` (marked simulated), `truth` and `statements` by month, `planted` the faults in the statements, `seed` the number from
    which all of it follows."""

    world: World
    region: Region
    truth: Mapping[str, Month]
    statements: Mapping[str, tuple[Statement, ...]]
    seed: int
    planted: tuple[Fault, ...] = ()

    def true_value(self, statement: Statement) -> float | None:
        """What the statement should have said, without noise and fault."""
        month = self.truth.get(statement.month)
        if month is None:
            return None
        value = month.value(statement.key)
        return 0.0 if value is None and statement.item in ("sent", "received") else value


def simulate(
    world: World,
    months: Sequence[str],
    seed: int = 1,
    faults: Sequence[FaultPlan] = (),
    *,
    library: Library | None = None,
) -> Simulated:
    """Run a world over months (in order, without gaps) and plant faults in its reports. The same seed gives the same bytes. Raises
    WorldError."""
    library = library or _library()
    scene = make_scene(world, library)
    truth: dict[str, Month] = {}
    statements: dict[str, tuple[Statement, ...]] = {}
    before: Month | None = None
    held: tuple[Statement, ...] = ()
    for month in months:
        before = truth[month] = _month(scene, month, seed, before)
        held = statements[month] = report_month(scene, library, before, seed, held)
    planted: tuple[Fault, ...] = ()
    if faults:
        statements, planted = plant_faults(statements, truth, faults, seed, world.rules)
    return Simulated(world=world, region=world.region, truth=truth, statements=statements, seed=seed, planted=planted)


def _month(scene: Scene, month: str, seed: int, before: Month | None) -> Month:
    truth = run_month(scene, month, seed, before)
    price_month(scene, truth, seed)
    return truth


def simulate_region(
    facts: Mapping[str, Any] | World | Path | str,
    first: str = "2023-09",
    last: str = "",
    seed: int = 1,
    faults: Sequence[FaultPlan] = (),
    *,
    library: Library | None = None,
    name: str = "",
) -> Simulated:
    """Simulate the region of a plan: its facts, a file of them (data/regions/*.yaml), or a world. Months `first` to `last`
    (default: the first alone). Raises WorldError, LibraryError (a file that cannot be read)."""
    library = library or _library()
    if isinstance(facts, World):
        world = facts
    else:
        if isinstance(facts, str | Path):
            facts = read_yaml(Path(facts))
        world = world_from_plan(facts, library, name=name)
    return simulate(world, months_between(first, last or first), seed, faults, library=library)


def _library() -> Library:
    from lvlian.chain.library import load_library

    return load_library()
