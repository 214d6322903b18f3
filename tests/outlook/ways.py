"""A small region with prices for the tests of the pathway: what is best in it can be counted out."""

from __future__ import annotations

from datetime import date

from lvlian.outlook.case import Aim, Case, Factor, Need, Plant, Project, Ref, Step
from tests.outlook.example import small_case

PRICES = {
    "liquid_aluminium": 16_900.0, "aluminium_ingot": 17_200.0, "billet": 17_700.0, "slab": 17_900.0, "profile_industrial": 26_000.0,
    "alumina": 2_900.0, "anode": 3_900.0, "electricity": 0.42, "natural_gas": 3.0, "aluminium_fluoride": 9_000.0, "cryolite": 7_000.0,
}  # fmt: skip
BARE = ("sources", "retrofit", "links", "retire", "lots")
"""Parts switched off where a test counts out what is best."""


def priced_case(**changes) -> Case:
    """The small region with prices and no quota of electricity."""
    return small_case(**{"prices": PRICES, "limits": (), "premises": (), **changes})


def primary(value: float, year: int = 2024, op: str = ">=") -> Aim:
    return Aim(
        id="metal",
        name="电解铝产量",
        indicator="primary_output",
        variant="",
        op=op,
        value=value,
        unit="万吨",
        year=year,
        ref=Ref(kind="plan", section="二"),
    )


def line(
    id_: str,
    *,
    start: date,
    capacity: float,
    process: str = "extrusion_industrial",
    kind: str = "deep",
    land: float = 0.0,
    batch: str = "",
    **changes,
):
    """A project with one plant: (project, plant)."""
    needs = (Need(factor=batch, stage="started", amount=land),) if batch else ()
    values = {"name": f"{id_}项目", "firm": id_, "plants": (f"{id_}-line",), "kind": kind, "stage": "signed", "investment": 1e8, "land": land,
              "steps": (Step(stage="running", promised=start),), "needs": needs, **changes}  # fmt: skip
    return Project(id=id_, **values), Plant(
        id=f"{id_}-line", firm=id_, process=process, capacity=capacity, load=1.0, project=id_
    )


def batch(id_: str, amount: float, day: date) -> Factor:
    return Factor(
        id=id_, kind="land", title=f"{id_}用地", amount=amount, unit="亩", promised=day, unit_name="自然资源局"
    )
