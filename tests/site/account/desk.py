"""A county with three works for the tests of reports: a smelter, a caster that it supplies, a mine beside; and what they report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lvlian.chain.report.statement import Origin
from lvlian.chain.report.statement import Statement as Said
from lvlian.site.account.actions.works import add_link, set_works
from lvlian.site.org.access import Access
from lvlian.site.org.models import Firm, User
from tests.site.world import County, World, person

MONTH, BEFORE = "2023-09", "2023-08"


@dataclass
class Reporting:
    """The first two firms of a county with their lines, and a third that they have nothing to do with."""

    county: County
    third: Firm
    third_person: User

    def access(self, role: str) -> Access:
        return Access.of(self.county.people[role], region_id=self.county.region.pk)

    @property
    def smelter(self) -> Firm:
        return self.county.firms[0]

    @property
    def caster(self) -> Firm:
        return self.county.firms[1]


def reporting(world: World) -> Reporting:
    """Works and links in the first county."""
    county = world.a
    region = county.region
    third = Firm.objects.create(region=region, name="丙矿业有限公司", short="丙矿")
    office = Access.of(county.people["office"], region_id=region.pk)
    smelter = {"kind": "smelter", "lines": [line("electrolysis"), line("cast_tbar_ingot")], "post": "甲密统计岗"}
    caster = {"kind": "processor", "lines": [line("cast_billet_liquid")]}
    set_works(office, county.firms[0], "smelter", smelter)
    set_works(office, county.firms[1], "caster", caster)
    set_works(office, third, "mine", {"kind": "mine", "lines": [line("bauxite_mining_opencast")]})
    add_link(office, region, county.firms[0], county.firms[1], "liquid_aluminium")
    return Reporting(county, third, person("丙firm", region, "firm", None, third))


def line(process: str, capacity: float | None = 100_000.0) -> dict[str, Any]:
    return {"process": process, "capacity": capacity, "since": "", "until": ""}


def said(
    item: str, good: str, value: float, party: str = "smelter", month: str = MONTH, cell: str = "", **also: Any
) -> Said:
    unit = also.pop("unit", "t")
    return Said(
        party=party, month=month, item=item, good=good, value=value, unit=unit, given=f"{value:g} 吨",
        origin=Origin("九月.xlsx", "填报", cell), **also,
    )  # fmt: skip


TABLE = """企业,月份,项目,物料,往来方,数值,单位,来源
甲F1铝业有限公司,2023-09,产量,铝液,,"9,018",吨,磅单
甲F1铝业有限公司,2023-09,发出量,铝液,caster,"6,100",吨,磅单
"""
