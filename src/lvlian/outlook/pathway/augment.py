"""What a pathway adds to a case before it is asked: potlines brought to the benchmark and potlines retired, as projects that nobody has promised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lvlian.outlook.case import Case, Plant, Project, Ref
from lvlian.outlook.effects import effects_of, ratio
from lvlian.outlook.model import recipe_of
from lvlian.outlook.pathway.load_options import Options

if TYPE_CHECKING:
    from lvlian.chain.library import Library

RETROFIT, RETIRE = "retrofit:", "retire:"
POWER = "electricity"


@dataclass(frozen=True)
class Augmented:
    """`case` with the added plants and projects. `retrofits`, `retires`: project id → place of the plant that it replaces or ends."""

    case: Case
    retrofits: Mapping[str, int]
    retires: Mapping[str, int]


def augment(case: Case, library: Library, options: Options) -> Augmented:
    """The case with what may be added. A plant of a project still to come is neither brought to a benchmark nor retired."""
    plants, projects = list(case.plants), list(case.projects)
    retrofits: dict[str, int] = {}
    retires: dict[str, int] = {}
    effects = effects_of(case)
    small = options.on("retire_small_pots")
    replacement = options.on("replacement")
    coming = replacement is not None and any(
        one.optional or replacement.set.get("quota") is not None
        for one in case.projects
        for row in case.plants
        if row.project == one.id and library.processes[row.process].stage.id == "primary"
    )
    level = float(options.retrofit["to"])
    begun = {one.id for one in case.projects if one.stage in ("running", "full")}
    for row, plant in enumerate(case.plants):
        process = library.processes[plant.process]
        if process.stage.id != "primary" or (plant.project and plant.project not in begun) or plant.role == "captive":
            continue
        used = -recipe_of(plant, library, effects)[0].get(POWER, 0.0)
        if options.may("retrofit") and used > level + 1e-6:
            name = f"{RETROFIT}{plant.id}"
            uses = {**plant.uses, POWER: level / ratio(effects.intensity.get((process.id, POWER)))}
            twin = replace(plant, id=name, project=name, since=None, until=None, uses=uses, ref=Ref(words="技改后"))
            retrofits[name] = row
            plants.append(twin)
            projects.append(
                _added(
                    name,
                    f"{_name(case, plant)}电耗降到 {level:g} 千瓦时/吨",
                    plant,
                    (name,),
                    float(options.retrofit["cost"]) * plant.capacity,
                )
            )
        ended = coming or (small is not None and plant.current is not None and plant.current < small.figure("below"))
        if options.may("retire") and ended:
            name = f"{RETIRE}{plant.id}"
            retires[name] = row
            projects.append(_added(name, f"{_name(case, plant)}退出", plant, (), 0.0))
    return Augmented(replace(case, plants=tuple(plants), projects=tuple(projects)), retrofits, retires)


def _added(name: str, title: str, plant: Plant, plants: tuple[str, ...], cost: float) -> Project:
    return Project(
        id=name, name=title, firm=plant.firm, plants=plants, kind="retrofit", stage="planned", optional=True, investment=cost,
        ref=plant.ref,
    )  # fmt: skip


def _name(case: Case, plant: Plant) -> str:
    return case.names.get(plant.firm, plant.firm)


__all__ = ["RETIRE", "RETROFIT", "Augmented", "augment"]
