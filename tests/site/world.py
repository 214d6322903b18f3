"""A small invented world: two counties of one prefecture, in each two units and two firms, a plan with its facts, and people of
every role. Every row carries a marker of the region, unit or firm that it belongs to, so that a leak is a word in a page.

Markers: `甲县`/`乙县` in everything of a county; `甲一`, `甲二` for its first and second unit; `甲F1`, `甲F2` for its firms
(as in `甲F1铝业有限公司`, `项目甲F1P`); `甲密` in internal and commercial fields. The same with 乙.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lvlian.site.org.access import Access
from lvlian.site.org.models import Firm, Grant, Region, Unit, User
from lvlian.site.org.roles import ROLES
from lvlian.site.plans.models import (
    Chain,
    Duty,
    Fact,
    Finding,
    Goal,
    Incentive,
    Milestone,
    Plan,
    Project,
    Version,
)

PASSWORD = "测试用的口令 2023"
NAMES = ("甲", "乙")


@dataclass
class County:
    """One county of the world and what is in it; lists are in the order 一, 二."""

    mark: str
    region: Region
    units: list[Unit] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    incentives: list[Incentive] = field(default_factory=list)
    chains: list[Chain] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    plan: Any = None
    version: Any = None
    people: dict[str, User] = field(default_factory=dict)
    """By role; `unit2`, `lead2`, `firm2` are bound to the second unit and firm."""


@dataclass
class World:
    province: Region
    prefecture: Region
    a: County
    b: County
    people: dict[str, User] = field(default_factory=dict)
    """People of the prefecture, by role: they see both counties."""

    def access(self, user: User, region: Region | None = None) -> Access:
        return Access.of(user, region_id=region.pk if region else None)


def make_world() -> World:
    """Everything, in a few dozen queries."""
    province = Region.objects.create(code="90", name="青省", level="province", path="90/")
    prefecture = Region.objects.create(
        code="9001", name="青州", level="prefecture", parent=province, path="90/9001/", as_of=date(2023, 9, 30)
    )
    a, b = (_county(mark, index, prefecture) for index, mark in enumerate(NAMES, 1))
    world = World(province, prefecture, a, b)
    for key, role in ROLES.items():
        if not role.bound:
            world.people[key] = person(f"州{key}", prefecture, key)
    return world


def person(username: str, region: Region, role: str, unit: Unit | None = None, firm: Firm | None = None) -> User:
    """A person with one grant, past the first login."""
    user = User(username=username, name=f"{username}岗", phone=f"{username}电话", home=region, must_change=False)
    user.set_password(PASSWORD)
    user.save()
    Grant.objects.create(user=user, role=role, region=region, unit=unit, firm=firm)
    return user


def _county(mark: str, index: int, prefecture: Region) -> County:
    region = Region.objects.create(
        code=f"90010{index}",
        name=f"{mark}县",
        level="county",
        parent=prefecture,
        path=f"90/9001/90010{index}/",
        as_of=date(2023, 9, 30),
    )
    county = County(mark, region)
    for ordinal in ("一", "二"):
        county.units.append(Unit.objects.create(region=region, name=f"{mark}县{mark}{ordinal}局"))
    for n in (1, 2):
        county.firms.append(
            Firm.objects.create(
                region=region,
                name=f"{mark}F{n}铝业有限公司",
                credit_code=f"{mark}密码{n}",
                contact=f"{mark}密联系人{n}",
                phone=f"{mark}密电话{n}",
            )
        )
    text = _text(mark)
    county.plan = plan = Plan.objects.create(
        region=region,
        title=f"{mark}县铝产业行动方案",
        issuer=f"{mark}县人民政府",
        issued_on=date(2023, 6, 9),
        first_year=2023,
        last_year=2025,
        invented=True,
    )
    county.version = version = Version.objects.create(
        plan=plan,
        number=1,
        name=f"{mark}县.txt",
        sha256=str(index) * 64,
        text=text,
        characters=len(text),
        reader="test",
        outline=[{"level": 1, "text": "一、目标", "start": 0, "end": 4, "path": "一、目标"}],
    )
    plan.current = version
    plan.save()
    _records(county)
    for key, role in ROLES.items():
        unit = county.units[0] if role.bound == "unit" else None
        firm = county.firms[0] if role.bound == "firm" else None
        county.people[key] = person(f"{mark}{key}", region, key, unit, firm)
    for key in ("lead", "unit"):
        county.people[f"{key}2"] = person(f"{mark}{key}2", region, key, county.units[1])
    county.people["firm2"] = person(f"{mark}firm2", region, "firm", None, county.firms[1])
    return county


def _text(mark: str) -> str:
    lines = ["一、目标", f"{mark}县到2025年实现综合产值100亿元。"]
    lines += [f"{mark}F{n}铝业有限公司项目{mark}F{n}P2023年9月底前投产。" for n in (1, 2)]
    lines += [
        f"牵头单位：{mark}县{mark}一局，责任单位：{mark}县{mark}二局。",
        f"对{mark}县企业奖励{len(mark) * 10}万元。",
    ]
    return "\n".join(lines)


def _fact(county: County, kind: str, title: str, quote: str, data: dict[str, Any], state: str = "accepted") -> Fact:
    start = county.version.text.find(quote)
    fact = Fact.objects.create(
        version=county.version,
        region=county.region,
        kind=kind,
        order=len(county.facts),
        title=title,
        data=data,
        quote=quote,
        start=start if start >= 0 else None,
        length=len(quote),
        section="一、目标",
        state=state,
    )
    county.facts.append(fact)
    return fact


def _records(county: County) -> None:
    mark, region, plan = county.mark, county.region, county.plan
    for year, value in ((2023, 40.0), (2025, 100.0)):
        data = {
            "indicator": "综合产值", "subject": region.name, "op": "=", "value": value, "unit": "亿元",
            "mode": "level", "when": str(year), "when_op": "by",
        }  # fmt: skip
        fact = _fact(county, "goals", f"{region.name}综合产值 {year}", f"{mark}县到2025年实现综合产值100亿元", data)
        county.goals.append(
            Goal.objects.create(
                region=region,
                plan=plan,
                fact=fact,
                indicator="综合产值",
                subject=region.name,
                op="=",
                value=value,
                unit="亿元",
                when=str(year),
                when_op="by",
                year=year,
                note=f"{mark}密备注",
            )
        )
    for n, (firm, unit) in enumerate(zip(county.firms, county.units, strict=True), 1):
        project = Project.objects.create(
            region=region,
            plan=plan,
            name=f"项目{mark}F{n}P",
            owner=firm.name,
            firm=firm,
            product="铝板带",
            capacity=n * 10,
            capacity_unit="万吨",
            investment=f"{n}{index_of(mark)}3457.89",
            note=f"{mark}密备注{n}",
        )
        project.units.add(unit)
        county.projects.append(project)
        data = {"project": project.name, "owner": firm.name, "event": "投产", "when": "2023-09", "when_op": "before"}
        fact = _fact(county, "milestones", f"{project.name} 投产 2023-09", f"项目{mark}F{n}P2023年9月底前投产", data)
        county.milestones.append(
            Milestone.objects.create(
                project=project,
                fact=fact,
                event="投产",
                when="2023-09",
                when_op="before",
                due=date(2023, 9, 30),
                why=f"{mark}密理由{n}",
            )
        )
        data = {"indicator": "产值", "subject": firm.name, "op": ">=", "value": n * 5, "unit": "亿元", "when": "2023"}
        county.goals.append(
            Goal.objects.create(
                region=region,
                plan=plan,
                indicator="产值",
                subject=firm.name,
                firm=firm,
                op=">=",
                value=n * 5 + 0.125,
                unit="亿元",
                when="2023",
                year=2023,
            )
        )
        duty = Duty.objects.create(region=region, plan=plan, section=f"{mark}县{mark}{'一二'[n - 1]}局事项", lead=unit)
        duty.units.add(unit)
        county.duties.append(duty)
    line = f"牵头单位：{mark}县{mark}一局，责任单位：{mark}县{mark}二局"
    _fact(county, "duties", f"{mark}县责任", line, {"units": [u.name for u in county.units], "lead": None}, "pending")
    fact = _fact(
        county,
        "incentives",
        f"对{mark}县企业奖励",
        f"对{mark}县企业奖励10万元",
        {"who": f"{mark}县企业", "benefit": "奖励", "amount": 10, "unit": "万元"},
    )
    county.incentives.append(
        Incentive.objects.create(
            region=region,
            plan=plan,
            fact=fact,
            who=f"{mark}县企业",
            benefit=f"{mark}县奖励",
            amount=10,
            unit="万元",
            note=f"{mark}密备注",
        )
    )
    county.chains.append(Chain.objects.create(region=region, plan=plan, nodes=[f"{mark}县电解铝", "铝棒"]))
    county.findings.append(
        Finding.objects.create(
            version=county.version,
            region=region,
            order=0,
            rank=0,
            severity="conflict",
            code="parts-and-total",
            key=str(index_of(mark)) * 64,
            message_zh=f"{mark}县分项之和不符",
            message_en=f"{mark} parts and total",
            arithmetic=[f"40 + 60 = 100 ≠ 90 ({mark}县)"],
            evidence=[{"kind": "goals", "quote": f"{mark}县", "start": 5}],
        )
    )


def index_of(mark: str) -> int:
    return NAMES.index(mark) + 1
