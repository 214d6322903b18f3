"""Invented reports for the demonstration: five months of Yanshan's firms as a simulator makes them from the plan's own figures, with
faults planted in the last month. Firms, products and capacities are the plan's; every reported figure is labelled 模拟."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from lvlian.site.account import demo_aims
from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.actions.works import add_link, set_works
from lvlian.site.account.report_rules import due_on
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, Region

if TYPE_CHECKING:
    from lvlian.chain.region import Firm as ChainFirm
    from lvlian.chain.simulate import Simulated

COUNTY, FILE = "532622", "yanshan.yaml"
FIRST, LAST = "2024-01", "2024-05"
SEED = 7
FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tenfold", {"item": "made", "good": "cast_rolled_strip"}),
    ("unit", {"item": "received", "good": "aluminium_scrap_sorted"}),
    ("bias", {"item": "sent", "good": "liquid_aluminium", "size": 1.035}),
    ("missing", {"item": "hauled"}),
    ("stale", {"item": "used", "good": "natural_gas"}),
    ("one_side", {"item": "received", "good": "liquid_aluminium"}),
)
"""What is wrong in the last month: the kind, which figure, by how much."""


def simulate(access: Access, regions: dict[str, Any], data: Path) -> None:
    """Adds firms' lines, links and reports to 砚山县; `data` is the folder with the regions."""
    from lvlian.chain.simulate import FaultPlan, simulate_region

    region: Region | None = regions.get(COUNTY)
    if region is None:
        return
    faults = [FaultPlan(kind=kind, month=LAST, **about) for kind, about in FAULTS]
    made = simulate_region(data / "regions" / FILE, FIRST, LAST, SEED, faults)
    firms = {one.id: _firm(access, region, one) for one in made.region.firms}
    for one in made.region.firms:
        lines = [
            {"process": line.process, "capacity": line.capacity, "since": line.since, "until": line.until}
            for line in one.lines
        ]
        values = {"kind": one.kind, "state": one.state, "post": one.post, "lines": lines, "facts": dict(one.facts)}
        set_works(access, firms[one.id], one.id, values, simulated=True)
    for link in made.region.links:
        add_link(access, region, firms.get(link.source), firms.get(link.target), link.good, simulated=True)
    _file(access, made, firms)
    demo_aims.simulate(access, region)


def _firm(access: Access, region: Region, one: ChainFirm) -> Firm:
    """The firm that the plan names; whoever it does not name (a carrier, the grid) is added."""
    rows = scoped(Firm, access).filter(region=region)
    found = rows.filter(name=one.name).first() or rows.filter(name__contains=one.short).first()
    if found is not None:
        if not found.short:
            with recording(access, "firm.edit", row=found, permission="firm.edit") as act:
                act.update(found, None, short=one.short)
        return found
    with recording(access, "firm.add", region=region, subject=one.name, permission="firm.edit") as act:
        return act.create(Firm(region=region, name=one.name, short=one.short, kind="模拟"))  # type: ignore[no-any-return]


def _file(access: Access, made: Simulated, firms: dict[str, Firm]) -> None:
    for month, said in made.statements.items():
        for party, some in groupby(sorted(said, key=lambda one: one.party), key=lambda one: one.party):
            file_report(
                access, firms[party], month, list(some), keys=firms, source=f"{firms[party]}{month}月报（模拟）", simulated=True,
                at=timezone.make_aware(datetime.combine(due_on(month), time(10)) - timedelta(days=len(party) % 5)),
            )  # fmt: skip
