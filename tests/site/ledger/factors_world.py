"""A county with a power line that three projects wait for, for tests of factors; `python -m tests.site.ledger.factors_world` adds it to the
demonstration of `LVLIAN_HOME`."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LINE = "甲县110千伏专用线路"
DUE = date(2024, 3, 31)


@dataclass
class Works:
    """The line, its supply, the projects that wait for it. `access` is the office's, `second` the chief's."""

    access: Any
    second: Any
    line: Any
    supply: Any
    items: list[Any] = field(default_factory=list)
    milestones: list[Any] = field(default_factory=list)
    demands: list[Any] = field(default_factory=list)
    bookings: list[Any] = field(default_factory=list)


def make_works(world: Any, amount: float = 10.0, each: float = 2.0) -> Works:
    """A line of `amount` 万千瓦 promised for March, three projects that start to run in March with `each` booked."""
    from lvlian.site.plans.models import Goal

    county = world.a
    access = world.access(county.people["office"], county.region)
    second = world.access(county.people["chief"], county.region)
    goal = Goal.objects.filter(region=county.region, year=2025).first()
    return lay(access, second, county.region, county.plan, county.units[0], goal, DUE, amount, each)


def lay(
    access: Any, second: Any, region: Any, plan: Any, unit: Any, goal: Any, due: date, amount: float, each: float
) -> Works:
    from lvlian.site.ledger.actions import factors, items
    from lvlian.site.ledger.models import Item, Supply
    from lvlian.site.org.chain import recording
    from lvlian.site.plans.models import Milestone, Project

    def promised(act: Any, name: str, event: str, capacity: float, capacity_unit: str) -> Any:
        row = act.create(Project(region=region, plan=plan, name=name, capacity=capacity, capacity_unit=capacity_unit))
        row.units.add(unit)
        return act.create(Milestone(project=row, event=event, when=f"{due:%Y-%m}", when_op="by", due=due))

    with recording(access, "plan.load", region=region, subject="要素") as act:
        line = promised(act, LINE, "送电", amount, "万千瓦")
        steps = [promised(act, f"甲县第{n}个用电项目", "投产", n, "万吨") for n in (1, 2, 3)]
    item = Item.objects.get(project=line.project)
    works = Works(access, second, item, Supply.objects.get(item=item))
    for step in steps:
        held = items.enter(access, Item.objects.get(project=step.project), None, "built")
        values = {"factor": "power", "amount": each, "unit": "万千瓦", "stage": "running", "goal": goal}
        demand = factors.add_demand(access, held, values)
        works.items.append(held)
        works.milestones.append(step)
        works.demands.append(demand)
        works.bookings.append(factors.book(access, works.supply, demand, each))
    return works


def into_demonstration() -> None:
    """The same in 砚山县, all due at the end of 2024."""
    from lvlian.site.org.access import Access
    from lvlian.site.org.models import User
    from lvlian.site.plans.models import Goal

    office, chief = (User.objects.get(username=name) for name in ("office", "chief"))
    region = office.home
    goal = Goal.objects.filter(region=region, indicator="铝产业产值", year=2025).first()
    assert goal is not None
    unit = goal.plan.projects.exclude(units=None).first().units.first()  # type: ignore[union-attr]
    lay(Access.of(office), Access.of(chief), region, goal.plan, unit, goal, date(2024, 12, 31), 50.0, 15.0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lvlian.site.settings")
    import django

    django.setup()
    into_demonstration()
