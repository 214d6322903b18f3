"""What the registers of factors add to a region's case: supplies with their days, and for which project each is booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from lvlian.site.ledger.models import Booking, Demand, Supply
from lvlian.site.ledger.selectors_factors import grounds
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Fact, Milestone

if TYPE_CHECKING:
    from lvlian.outlook.case import Case, Factor, Need


def with_registers(access: Access, region: Region, case: Case, rows: Mapping[tuple[str, int], Fact]) -> Case:
    """The case with what the registers hold of factors. A supply that the plan speaks of too is one factor; any other is added. Where the
    registers name a project's need of a kind, that stands in the place of what was assumed about it."""
    from lvlian.outlook.case import Factor, FactorKind, Ref
    from lvlian.outlook.premises import with_slips

    kinds = get_args(FactorKind)
    supplies = scoped(Supply, access).filter(region__path__startswith=region.path).select_related("item", "owner")
    held = [one for one in supplies.order_by("pk") if one.factor in kinds]
    demands = list(
        scoped(Demand, access).filter(region__path__startswith=region.path).select_related("item").order_by("pk")
    )
    bookings = list(scoped(Booking, access).filter(supply__in=held).order_by("pk"))
    if not held:
        return case
    ground = grounds(held, demands, bookings)
    places = {row.pk: place for place, row in rows.items()}
    told = {one.ref.fact: one.id for one in case.factors if one.ref.fact is not None}
    steps = scoped(Milestone, access).filter(project__region__path__startswith=region.path, fact__isnull=False)
    of_project = {
        project: told[places[fact]]
        for project, fact in steps.order_by("-pk").values_list("project_id", "fact_id")
        if places.get(fact) in told
    }
    factors = {one.id: one for one in case.factors}
    names: dict[int, str] = {}
    for row in held:
        days = ground.days(row)
        place = places.get(row.item.fact_id) if row.item is not None and row.item.fact_id else None
        key = told.get(place) if place is not None else None
        if key is None and row.item is not None and row.item.project_id:
            key = of_project.get(row.item.project_id)  # the plan dates another step of the same facility
        names[row.pk] = key or f"supply-{row.pk}"
        before = factors.get(key) if key else None
        unit = row.owner.name if row.owner else before.unit_name if before is not None else ""
        made: Factor = before or Factor(
            id=names[row.pk], kind=row.factor, title=row.title, ref=Ref(kind="ledger", words=row.title, who=unit)
        )
        factors[made.id] = replace(
            made, amount=row.amount if row.amount is not None else made.amount, unit=row.unit if row.amount is not None else made.unit,
            promised=days.promised or made.promised, revised=days.expected or made.revised, done=days.done or made.done, unit_name=unit,
        )  # fmt: skip
    projects = _projects(access, region, case, places)
    wanted: dict[str, list[Need]] = {}
    for need, project in _needs(demands, bookings, names, projects):
        wanted.setdefault(project, []).append(need)
    found = replace(
        case, factors=tuple(factors.values()),
        projects=tuple(
            replace(one, needs=_joined(one.needs, wanted[one.id], factors)) if one.id in wanted else one for one in case.projects
        ),
        simulated=case.simulated or any(one.simulated for one in held),
    )  # fmt: skip
    return with_slips(found)


def _projects(access: Access, region: Region, case: Case, places: Mapping[int, tuple[str, int]]) -> dict[int, str]:
    """Project of the records → project of the case, by the milestones that both come from."""
    by_place = {step.ref.fact: one.id for one in case.projects for step in one.steps if step.ref.fact is not None}
    by_place |= {one.ref.fact: one.id for one in case.projects if one.ref.fact is not None}
    steps = scoped(Milestone, access).filter(project__region__path__startswith=region.path, fact__isnull=False)
    out: dict[int, str] = {}
    for project, fact in steps.order_by("pk").values_list("project_id", "fact_id"):
        key = by_place.get(places[fact]) if fact in places else None
        if key is not None:
            out.setdefault(project, key)
    return out


def _needs(
    demands: list[Demand], bookings: list[Booking], names: Mapping[int, str], projects: Mapping[int, str]
) -> list[tuple[Need, str]]:
    """(need, project) for each booking: so much of this supply is kept for this project's step."""
    from lvlian.outlook.case import Need, Ref

    by_pk = {one.pk: one for one in demands}
    out = []
    for row in bookings:
        demand = by_pk.get(row.demand_id)
        project = projects.get(demand.item.project_id) if demand is not None and demand.item.project_id else None
        if demand is None or project is None or row.supply_id not in names:
            continue
        ref = Ref(kind="ledger", words=str(demand.item.title))
        out.append(
            (Need(factor=names[row.supply_id], stage=demand.stage or "running", amount=row.amount, ref=ref), project)
        )
    return out


def _joined(old: tuple[Need, ...], new: list[Need], factors: Mapping[str, Factor]) -> tuple[Need, ...]:
    """The needs that the registers name, and of the others those of kinds about which the registers say nothing."""
    said = {factors[one.factor].kind for one in new}
    kept = [one for one in old if one.factor in factors and factors[one.factor].kind not in said]
    return (*kept, *new)
