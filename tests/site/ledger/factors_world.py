"""A county of the world with a power line that three projects wait for, for tests of factors."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lvlian.site.ledger.actions import factors, items
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.plans.models import Goal, Milestone, Project

LINE = "甲县110千伏专用线路"


@dataclass
class Works:
    """The line, its supply, the projects that wait for it."""

    access: Access
    second: Access
    line: Item
    supply: Supply
    items: list[Item] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)


def project(act: Any, county: Any, name: str, event: str, due: date, **about: Any) -> Milestone:
    row = act.create(Project(region=county.region, plan=county.plan, name=name, **about))
    row.units.add(county.units[0])
    step = Milestone(project=row, event=event, when=f"{due:%Y-%m}", when_op="by", due=due)
    return act.create(step)  # type: ignore[no-any-return]


def make_works(world: Any, amount: float = 10.0, each: float = 2.0) -> Works:
    """A line of `amount` 万千瓦 promised for March, three projects that start to run in March with `each` booked."""
    county = world.a
    access = world.access(county.people["office"], county.region)
    second = world.access(county.people["chief"], county.region)
    with recording(access, "plan.load", region=county.region, subject="要素") as act:
        line = project(act, county, LINE, "送电", date(2024, 3, 31), capacity=amount, capacity_unit="万千瓦")
        steps = [
            project(act, county, f"甲县第{n}个用电项目", "投产", date(2024, 3, 31), capacity=n, capacity_unit="万吨")
            for n in (1, 2, 3)
        ]
    item = Item.objects.get(project=line.project)
    works = Works(access, second, item, Supply.objects.get(item=item))
    goal = Goal.objects.filter(region=county.region, year=2025).first()
    for step in steps:
        held = items.enter(access, Item.objects.get(project=step.project), None, "built")
        values = {"factor": "power", "amount": each, "unit": "万千瓦", "stage": "running", "goal": goal}
        demand = factors.add_demand(access, held, values)
        works.items.append(held)
        works.milestones.append(step)
        works.demands.append(demand)
        works.bookings.append(factors.book(access, works.supply, demand, each))
    return works
