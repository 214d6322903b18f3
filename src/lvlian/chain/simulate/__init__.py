"""Simulated reports of a region whose truth is known: worlds, months, statements with labelled faults, and how detection scores."""

from lvlian.chain.simulate.faults import ABSENT, FAULT_ZH, WRONG, Fault, FaultPlan, drawn_plans, plant_faults
from lvlian.chain.simulate.plan_world import world_from_plan
from lvlian.chain.simulate.simulation import Simulated, simulate, simulate_region
from lvlian.chain.simulate.world import Assumed, Plant, World, WorldError, months_between

__all__ = [
    "ABSENT",
    "FAULT_ZH",
    "WRONG",
    "Assumed",
    "Fault",
    "FaultPlan",
    "Plant",
    "Simulated",
    "World",
    "WorldError",
    "drawn_plans",
    "months_between",
    "plant_faults",
    "simulate",
    "simulate_region",
    "world_from_plan",
]
