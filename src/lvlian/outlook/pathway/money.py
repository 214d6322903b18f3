"""Honest money: what a quarter's yuan is worth today, what a building costs by the year, what is left of it at the end, jobs and carbon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lvlian.outlook.case import Case, Project
from lvlian.outlook.model import PER_YEAR, Model
from lvlian.outlook.pathway.load_options import Options
from lvlian.outlook.projection.chain import Chain

if TYPE_CHECKING:
    from lvlian.chain.library import Library

Floats = NDArray[np.float64]


def rate_of(case: Case, options: Options) -> float:
    """The discount rate a year: the premise `discount`, else that of the options."""
    return case.figure("discount", float(options.money["discount"]))


def discount(case: Case, options: Options) -> Floats:
    """(Q,) what a yuan paid in the middle of each quarter is worth at the start of the case."""
    return np.asarray((1.0 + rate_of(case, options)) ** (-(np.arange(case.count) + 0.5) / PER_YEAR))


def annuity(rate: float, years: float) -> float:
    """What is paid each year for a yuan built, over its life: r / (1 − (1 + r)^−n); 1/n where r is 0."""
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** (-years))


def residual(rate: float, years: float, used: float) -> float:
    """What is left to pay of a yuan built, at the moment when it has been paid for `used` years: the present value of the years to come."""
    left = max(years - max(used, 0.0), 0.0)
    return annuity(rate, years) * (left if rate == 0 else (1.0 - (1.0 + rate) ** (-left)) / rate)


def capital(weights: Floats, rate: float, years: float, start: float) -> float:
    """Discounted cost, per yuan of investment, of what stands from quarter `start` on to the end: a quarter of the annuity in each quarter of its
    life, for the part of it in which it stands. What lies beyond the end is not charged: that is its residual value. `weights` (Q,)."""
    if not np.isfinite(start):
        return 0.0
    place = np.arange(len(weights), dtype=float)
    stands = np.clip(np.minimum(place + 1, start + years * PER_YEAR) - np.maximum(place, start), 0.0, 1.0)
    return float(annuity(rate, years) / PER_YEAR * (weights @ stands))


def investment_of(case: Case, project: Project, options: Options) -> float:
    """Yuan: as told, else by kind and capacity (assumption)."""
    if project.investment is not None:
        return project.investment
    return _size(case, project) * options.by_kind("investment", project.kind)


def jobs_of(case: Case, project: Project, options: Options) -> float:
    """People: as told, else by kind and capacity (assumption)."""
    return project.jobs if project.jobs is not None else _size(case, project) * options.by_kind("jobs", project.kind)


def land_of(case: Case, project: Project, options: Options) -> float:
    """亩: as told, else by kind and capacity (assumption)."""
    return project.land if project.land is not None else _size(case, project) * options.by_kind("land", project.kind)


def _size(case: Case, project: Project) -> float:
    mine = set(project.plants)
    return sum(plant.capacity for plant in case.plants if plant.id in mine or plant.project == project.id)


def carbon_of(model: Model, chain: Chain, library: Library) -> tuple[Floats, float]:
    """(P,) t CO2e per tonne of product: fuels burnt, what the recipe emits, electricity by the grid's factor; and that factor, t per kWh.
    Sources: lvlian.chain.footprint.factors."""
    from lvlian.chain.footprint.factors import load_factors

    factors = load_factors()
    grid = factors.grid_factor(model.case.grid_area, str(model.case.first.year))[0].value
    out = np.zeros(len(model.plants))
    for column, plant in enumerate(model.plants):
        process = library.processes[plant.process]
        own = any(x.good in factors.covered for x in process.flows("emission"))
        for row, good in enumerate(chain.goods):
            used = float(chain.use[row, column])
            if good == "electricity":
                out[column] += used * grid
            elif good in factors.combustion and not own:
                out[column] += used * factors.combustion[good].value
        if process.product == "electricity":
            continue
        for flow in process.flows("emission"):
            if flow.good in factors.emissions:
                amount = flow.value
                source = factors.scaled.get(flow.good)
                base = process.exchange(source) if source else None
                if base is not None and base.value and source in chain.goods:
                    amount *= float(chain.use[chain.goods.index(source), column]) / base.value
                out[column] += amount * factors.emissions[flow.good].value
        if process.id in factors.process:
            out[column] += factors.process[process.id].value
    return out, grid


__all__ = ["annuity", "capital", "carbon_of", "discount", "investment_of", "jobs_of", "land_of", "rate_of", "residual"]
