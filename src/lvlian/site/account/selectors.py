"""What the rooms of the account read: the region as the engines see it, what was reported of a month, and the account made from it.

The account is made while the page is asked for (a region's takes some hundredths of a second) and kept in memory for as long as what
it was made from stays as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from lvlian.chain.region import OUTSIDE, Line, Link
from lvlian.chain.region import Firm as ChainFirm
from lvlian.chain.region import Region as ChainRegion
from lvlian.chain.report.statement import Origin
from lvlian.chain.report.statement import Statement as Said
from lvlian.site.account.models import Statement, SupplyLink, Works
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Firm, Region

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

KEPT = 64
_PLACE = re.compile("(维吾尔|壮族|回族)?(自治区|省|市)$")
_made: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = Lock()


def works_of(access: Access, region: Region) -> list[Works]:
    """The firms of a region that the account knows, by key."""
    rows = scoped(Works, access).filter(firm__region__path__startswith=region.path)
    return list(rows.select_related("firm__region").order_by("key"))


def firms_by_key(access: Access, region: Region) -> dict[str, Firm]:
    return {works.key: works.firm for works in works_of(access, region)}


def chain_region(access: Access, region: Region) -> ChainRegion:
    """The region as the engines take it: firms, what they make, who supplies whom."""
    links = scoped(SupplyLink, access).filter(region__path__startswith=region.path)
    return region_from(region, works_of(access, region), links)


def region_from(region: Region, works: Iterable[Works], links: Iterable[SupplyLink]) -> ChainRegion:
    """The rows as the engines take them; links to firms that are not among them are left out."""
    works = list(works)
    key = {one.firm_id: one.key for one in works}
    return ChainRegion(
        name=region.name,
        firms=tuple(_firm(one) for one in works),
        links=tuple(
            Link(source=key.get(one.source_id, OUTSIDE), target=key.get(one.target_id, OUTSIDE), good=one.good)
            for one in links
            if (one.source_id is None or one.source_id in key) and (one.target_id is None or one.target_id in key)
        ),
        grid_area=area_of(region),
        simulated=bool(region.simulated) or any(one.simulated for one in works),
    )


def area_of(region: Region) -> str:
    """The province as tables of power factors name it: 云南 of 云南省; empty above it."""
    above: Region | None = region
    while above is not None and above.level != Region.Level.PROVINCE:
        above = above.parent
    return _PLACE.sub("", above.name) if above is not None else ""


def _firm(works: Works) -> ChainFirm:
    lines = tuple(
        Line(
            process=one["process"], capacity=one.get("capacity"), since=one.get("since", ""), until=one.get("until", "")
        )
        for one in works.lines
    )
    return ChainFirm(
        id=works.key, name=works.firm.name, short=works.firm.short or works.firm.name, kind=works.kind, lines=lines,
        post=works.post, state=works.state, facts=works.facts,
    )  # fmt: skip


def months_of(access: Access, region: Region) -> list[str]:
    """The months of which something was reported, the latest first."""
    rows = scoped(Statement, access).filter(region__path__startswith=region.path, current=True)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct())


def statement_rows(access: Access, region: Region, months: Iterable[str]) -> list[Statement]:
    rows = scoped(Statement, access).filter(region__path__startswith=region.path, month__in=list(months), current=True)
    return list(rows.order_by("pk"))


def said_in(access: Access, region: Region, month: str) -> list[Said]:
    """What counts of a month, as the engines take it; `pk` of the row in no field: the order is that of the rows."""
    names = {firm.pk: key for key, firm in firms_by_key(access, region).items()}
    return [said_of(row, names) for row in statement_rows(access, region, (month,)) if row.firm_id in names]


def said_of(row: Statement, names: dict[int, str]) -> Said:
    return Said(
        party=names[row.firm_id],
        firm=names.get(row.about_id, "") if row.about_id else "",
        month=row.month, item=row.item, good=row.good, process=row.process, partner=row.partner, value=row.value, unit=row.unit,
        given=row.given, source=row.source, sd=row.sd, origin=Origin(row.file, row.sheet, row.cell),
    )  # fmt: skip


def account_of(access: Access, region: Region, month: str) -> Account:
    """The account of a month, made anew where something it rests on changed. Raises UnsolvableError where exact figures contradict."""
    from lvlian.chain.account.account import make_account
    from lvlian.chain.library import load_library

    stamp = _stamp(access, region, month)
    with _lock:
        if stamp in _made:
            _made.move_to_end(stamp)
            return _made[stamp]  # type: ignore[no-any-return]
    months = months_of(access, region)
    earlier = [one for one in months if one < month]
    before = said_in(access, region, earlier[0]) if earlier else None
    made = make_account(
        chain_region(access, region), month, said_in(access, region, month), load_library(), before=before
    )
    with _lock:
        _made[stamp] = made
        while len(_made) > KEPT:
            _made.popitem(last=False)
    return made


def _stamp(access: Access, region: Region, month: str) -> tuple[Any, ...]:
    """Changes with anything that the account of a month is made of; two people who see different rows never share one."""
    rows = scoped(Statement, access).filter(region__path__startswith=region.path, current=True, month__lte=month)
    told = hashlib.sha256(repr(list(rows.order_by("pk").values_list("pk", flat=True))).encode()).hexdigest()
    works = scoped(Works, access).filter(firm__region__path__startswith=region.path)
    firms = list(works.order_by("pk").values_list("pk", "revision"))
    links = (
        scoped(SupplyLink, access).filter(region__path__startswith=region.path).aggregate(Max("pk"), Max("revision"))
    )
    return (region.pk, month, told, tuple(firms), tuple(sorted(links.items())))
