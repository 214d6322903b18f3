"""Invented factors for the demonstration: how much Yanshan's projects need of its land batches, gas line and substations. The batches, their
areas and dates are the plan's; every need, every booking, the substations and the gas line's capacity are labelled 模拟."""

from __future__ import annotations

from datetime import date
from typing import Any

from lvlian.site.ledger.actions import factors, items
from lvlian.site.ledger.models import Demand, Item, Supply
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Goal

COUNTY = "532622"
BUILDING, PLANNED = "在建项目", "未开工项目"
"""Subjects of the plan's goals that the projects count into."""

STATIONS = (
    ("园区110千伏变电站（模拟）", 12.0, date(2024, 5, 31), date(2024, 9, 30), "模拟：主变到货推迟，供电局，9月底"),
    ("铝加工区110千伏变电站（模拟）", 8.0, date(2024, 12, 31), None, ""),
)
"""Name, load in 万千瓦, promised day, present day, why."""

NEEDS: tuple[tuple[str, str, float, str, str, str, str], ...] = (
    ("20万吨汽车铝硅合金", "land", 200, "亩", "started", "第二批次", PLANNED),
    ("8万吨铝深加工铝灰", "land", 120, "亩", "started", "第二批次", PLANNED),
    ("5万吨铝导杆", "land", 90, "亩", "started", "第二批次", PLANNED),
    ("30万吨精深加工高档铝合金型材", "land", 280, "亩", "started", "第二批次", PLANNED),
    ("50万吨预焙阳极", "land", 500, "亩", "started", "第四批次", PLANNED),
    ("25万吨高精铝合金扁锭", "land", 250, "亩", "started", "第三批次", BUILDING),
    ("30万吨高精铝合金板带", "land", 256, "亩", "started", "第三批次", BUILDING),
    ("12万吨铝型材", "land", 260, "亩", "started", "", PLANNED),
    ("80万吨高品质再生铝", "gas", 2600, "万立方米/年", "running", "园区天然气专线", BUILDING),
    ("38万吨汽车轻量化", "gas", 900, "万立方米/年", "running", "园区天然气专线", BUILDING),
    ("38万吨汽车轻量化", "power", 3, "万千瓦", "running", "园区110千伏", BUILDING),
    ("25万吨高精铝合金扁锭", "power", 4, "万千瓦", "running", "园区110千伏", BUILDING),
    ("30万吨高精铝合金板带", "power", 5, "万千瓦", "running", "园区110千伏", BUILDING),
    ("10万吨合金导线", "power", 2, "万千瓦", "started", "铝加工区110千伏", PLANNED),
    ("12万吨铝型材", "power", 3, "万千瓦", "started", "铝加工区110千伏", PLANNED),
)
"""Project, factor, amount, unit, by which stage, which supply is booked, whose goal it counts into."""
BATCHES: tuple[tuple[str, date, date | None, date | None, str], ...] = (
    ("2022年度第三批次", date(2023, 5, 31), date(2023, 5, 30), None, ""),
    ("2023年度第四批次", date(2023, 12, 31), date(2023, 12, 28), None, ""),
    ("2023年度第二批次", date(2023, 12, 31), None, date(2024, 10, 31), "模拟：组件补正，县自然资源局，10月底"),
)
"""Land batch, the day on which it is to be supplied, the day on which it was, the present day, why: the plan gives the approval alone."""
GAS = ("园区天然气专线", 12000.0, "万立方米/年")


def simulate(access: Access, regions: dict[str, Any]) -> None:
    """Adds them to 砚山县; what is not there is left out."""
    region: Region | None = regions.get(COUNTY)
    if region is None:
        return
    _stations(access, region)
    _batches(access, region)
    gas = _one(access, region, Supply, GAS[0])
    if gas is not None:
        values = {"amount": GAS[1], "unit": GAS[2], "note": "模拟：规划未写供气能力"}
        factors.edit_supply(access, gas, None, values)
    goals = _goals(access, region)
    for name, factor, amount, unit, stage, supply_name, subject in NEEDS:
        item = _one(access, region, Item, name, track="project")
        if item is None:
            continue
        values = {
            "factor": factor, "amount": amount, "unit": unit, "stage": stage, "goal": goals.get(subject),
            "note": "模拟：规划未写需要多少",
        }  # fmt: skip
        demand = factors.add_demand(access, item, values, simulated=True)
        if supply_name:
            _book(access, region, supply_name, demand, amount)
    for title, _amount, _due, expected, why in STATIONS:
        station = _one(access, region, Item, title)
        if station is not None and expected is not None:
            items.move(access, station, None, "energised", expected, why)


def _stations(access: Access, region: Region) -> None:
    """Substations that no plan names."""
    for title, amount, due, _expected, _why in STATIONS:
        made = items.open_item(
            access, region, "power", title, day=date(2023, 6, 9), stage="started", data={"capacity": amount, "kind": "substation"},
            simulated=True,
        )  # fmt: skip
        items.promise(access, made, None, "energised", due)


def _batches(access: Access, region: Region) -> None:
    """When the land of a batch is supplied after its approval."""
    for name, due, done, expected, why in BATCHES:
        batch = _one(access, region, Item, name, track="land")
        if batch is None:
            continue
        if not batch.steps.filter(stage="supplied").exists():
            items.promise(access, batch, None, "supplied", due)
        step = batch.steps.get(stage="supplied").key
        if done is not None:
            items.finish(access, batch, None, step, done)
        elif expected is not None:
            items.move(access, batch, None, step, expected, why)


def _book(access: Access, region: Region, name: str, demand: Demand, amount: float) -> None:
    supply = _one(access, region, Supply, name)
    if supply is not None and supply.amount is not None:
        factors.book(access, supply, demand, amount)


def _one(access: Access, region: Region, model: Any, words: str, **also: Any) -> Any:
    rows = scoped(model, access).filter(region=region, title__contains=words, **also).order_by("pk")
    return rows.select_related("region").first()


def _goals(access: Access, region: Region) -> dict[str, Goal]:
    """The output that the plan expects of projects under construction and of those not begun, in the year of the demonstration."""
    rows = scoped(Goal, access).filter(region=region, subject__in=(BUILDING, PLANNED), year=2024).order_by("pk")
    return {goal.subject: goal for goal in rows}
