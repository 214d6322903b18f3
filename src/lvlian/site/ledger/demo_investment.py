"""Invented leads, commitments and firms on ladders for the demonstration: 砚山县. The goals are the plan's; every lead, investor, amount and
stage is labelled 模拟."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lvlian.ledger.track import ENDED
from lvlian.site.ledger.actions import investment, items
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Firm, Region, Unit

COUNTY = "532622"
MARK = "（模拟）"
GATES = ("land", "power", "gas", "environment", "chain")


@dataclass(frozen=True, slots=True)
class Lead:
    """An invented lead: its title and product, the days on which it reached its stages, its figures, and what it owes."""

    title: str
    product: str
    days: tuple[tuple[str, date], ...]
    data: dict[str, Any] = field(default_factory=dict)
    due: tuple[tuple[str, date], ...] = ()
    arrived: tuple[float, ...] = ()


D = date
LEADS = (
    Lead("炭素制品项目", "预焙阳极", (("found", D(2024, 6, 3)),), {"land": 300, "load": 2, "gas": 1500}),
    Lead("光伏边框项目", "光伏边框", (("found", D(2024, 5, 20)), ("talking", D(2024, 6, 12))), {"land": 120, "load": 1.5}, (("signed", D(2024, 9, 30)),)),
    Lead("铝箔坯料项目", "铝箔", (("found", D(2024, 3, 4)), ("talking", D(2024, 3, 28)), ("visited", D(2024, 6, 6))), {"land": 180, "load": 2.5, "gas": 900}, (("signed", D(2024, 7, 31)),)),
    Lead("铝模板项目", "铝模板", (("found", D(2024, 1, 15)), ("talking", D(2024, 2, 1))), {"land": 90, "load": 0.8}, (("signed", D(2024, 5, 31)),)),
    Lead("电池托盘项目", "新能源电池托盘", (("found", D(2023, 11, 6)), ("talking", D(2023, 12, 1)), ("signed", D(2024, 2, 20))), {"land": 110, "load": 1.2, "agreed": 32000}, (("landed", D(2024, 5, 31)),), (3000.0,)),
    Lead("铝合金轮毂项目", "铝车轮", (("found", D(2024, 2, 1)), ("talking", D(2024, 3, 1)), ("signed", D(2024, 6, 18))), {"land": 200, "load": 2, "agreed": 58000}, (("landed", D(2024, 9, 30)),), (6000.0,)),
    Lead("铝灰资源化项目", "铝灰综合利用", (("found", D(2023, 8, 1)), ("talking", D(2023, 9, 1)), ("signed", D(2023, 12, 8)), ("landed", D(2024, 3, 19))), {"land": 60, "agreed": 12000}, (("started", D(2024, 8, 31)),), (2000.0, 4500.0)),
    Lead("型材表面处理项目", "表面处理", (("found", D(2023, 9, 1)), ("talking", D(2023, 10, 8)), ("signed", D(2024, 1, 16)), ("landed", D(2024, 4, 25))), {"land": 45, "agreed": 9000}, (("started", D(2024, 7, 31)),), (1500.0,)),
    Lead("铝杆线项目", "铝杆", (("found", D(2023, 7, 3)), ("talking", D(2023, 8, 1)), ("signed", D(2023, 10, 20)), ("landed", D(2024, 1, 30)), ("started", D(2024, 5, 28))), {"land": 80, "agreed": 15000}, (), (2500.0, 8000.0)),
)  # fmt: skip
"""In the order of the funnel."""
PROMISES = (
    ("电池托盘项目", "供地手续六个月内办结", "自然资源", D(2024, 8, 31), "投资协议第六条"),
    ("电池托盘项目", "标准厂房前两年租金减半", "财政", D(2024, 12, 31), "投资协议第九条"),
    ("铝灰资源化项目", "道路与管网接到红线", "住房", D(2024, 9, 30), "会议纪要 3 号"),
)
"""Lead, promise, a word of the unit, by when, on what ground."""
LADDERS: tuple[tuple[str, str, dict[str, Any], str, date], ...] = (
    ("scale-up", "near", {"revenue": 1620}, "帮助完善财务核算，申报纳统", D(2024, 11, 30)),
    ("scale-up", "listed", {"revenue": 780}, "协调流动资金贷款", D(2024, 12, 31)),
    ("scale-up", "applied", {"revenue": 2360}, "指导网上填报", D(2024, 7, 31)),
    ("specialised", "innovative", {}, "辅导专精特新申报材料", D(2024, 10, 31)),
    ("specialised", "listed", {}, "引入研发检测服务", D(2024, 12, 31)),
    ("gazelle", "listed", {"growth": 17}, "对接科技服务机构", D(2024, 12, 31)),
    ("leader", "reviewed", {}, "核定培育目标", D(2024, 8, 31)),
    ("smart", "machines", {"invested": 800}, "组织数字化诊断", D(2024, 9, 30)),
    ("smart", "workshop", {"invested": 4200}, "申报智能工厂", D(2025, 6, 30)),
    ("green", "applied", {}, "完成清洁生产审核", D(2024, 6, 15)),
)
"""Track, stage, figures, the measure and its day: dealt out to the county's firms."""


def simulate(access: Access, regions: dict[str, Any]) -> None:
    """Adds them to 砚山县; where the county is not there, nothing."""
    region: Region | None = regions.get(COUNTY)
    if region is None:
        return
    made = {one.title: _lead(access, region, one) for one in LEADS}
    for title, promise, word, due, ground in PROMISES:
        unit = _unit(access, region, word)
        if unit is not None:
            investment.commit_to(access, made[title], f"{promise}{MARK}", unit, due, ground)
    _firms(access, region)


def _unit(access: Access, region: Region, word: str) -> Unit | None:
    """The unit whose name holds a word, else the first of the county."""
    rows = scoped(Unit, access).filter(region=region).order_by("pk")
    return rows.filter(name__contains=word).first() or rows.first()


def _lead(access: Access, region: Region, one: Lead) -> Item:
    unit = _unit(access, region, "投资促进")
    first, began = one.days[0]
    data = {"firm": f"模拟投资方·{one.title}", "product": one.product, **one.data}
    item = items.open_item(
        access, region, "investment", f"{one.title}{MARK}", day=began, stage=first, units=[unit] if unit else [], data=data, simulated=True
    )  # fmt: skip
    for stage, day in one.days[1:]:
        if stage == investment.SIGNED:
            answers = dict.fromkeys(GATES, ("yes", "模拟：按当时余缺核过"))
            item = investment.check(access, item, item.revision, answers)
            item = investment.sign(access, item, item.revision, day, "投资协议（模拟）", {"promised": "见承诺台账"})
        else:
            item = items.enter(access, item, item.revision, stage, day=day)
    for amount in one.arrived:
        item = items.amend(access, item, item.revision, {"arrived": amount})
    for stage, day in one.due:
        if item.branch not in ENDED:
            item = items.promise(access, item, item.revision, stage, day)
    return item


def _firms(access: Access, region: Region) -> None:
    """Each firm of the county on one ladder after the other."""
    firms = list(scoped(Firm, access).filter(region=region).order_by("pk")[: len(LADDERS)])
    unit = _unit(access, region, "工信")
    for place, (track, stage, data, measure, due) in enumerate(LADDERS):
        if not firms:
            return
        firm = firms[place % len(firms)]
        told = track_of(track)
        item = items.open_item(
            access, region, track, f"{firm}{told.name.zh}{MARK}", day=D(2024, 1, 10), stage=told.stages[0].key, lead=unit, firm=firm,
            data=data, simulated=True,
        )  # fmt: skip
        if stage != told.stages[0].key:
            item = items.enter(access, item, item.revision, stage, day=D(2024, 4, 12))
        items.promise(access, item, item.revision, "", due, f"{measure}{MARK}")
