"""What the pages of the pathway and of the conflicts read: moves that are items already, units that would act, findings that told the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region, Unit
from lvlian.site.outlook.models import MoveTaken
from lvlian.site.outlook.selectors import Ground
from lvlian.site.plans.models import Finding

if TYPE_CHECKING:
    from lvlian.outlook.conflict import Conflict

ENDED = ("closed", "cancelled", "merged")


def taken_of(access: Access, region: Region) -> dict[str, Item]:
    """Key of a move → the item that it became, the latest; those whose item the user may see, closed ones left out."""
    rows = scoped(MoveTaken, access).filter(region=region).exclude(item__branch__in=ENDED).order_by("at", "pk")
    seen = {item.pk: item for item in scoped(Item, access).filter(pk__in=rows.values("item"))}
    return {row.key: seen[row.item_id] for row in rows if row.item_id in seen}


def units_here(access: Access, region: Region) -> QuerySet[Unit]:
    return scoped(Unit, access).filter(region=region).order_by("name")


def unit_named(units: Iterable[Unit], name: str) -> Unit | None:
    """The unit that a move's words mean: its name, its short name, or the one name that ends in the words (自然资源局 for 砚山县自然资源局)."""
    name = name.strip()
    if not name:
        return None
    known = list(units)
    exact = [one for one in known if name in (one.name, one.short)]
    bare = name[1:] if name[0] in "县市区州省" else name
    ends = exact or [one for one in known if one.name.endswith(bare) or (one.short and name.endswith(one.short))]
    return ends[0] if len(ends) == 1 or exact else None


def findings_of(access: Access, ground: Ground) -> list[Finding]:
    """What the plan's own checks say does not fit, of the version that the case is made from."""
    return list(scoped(Finding, access).filter(version=ground.version, severity__in=("conflict", "notice")))


def same_findings(ground: Ground, findings: Iterable[Finding], conflict: Conflict) -> list[Finding]:
    """The findings that together told a conflict already: each names a fact of every sentence of it, together all of them."""
    if len(conflict.clauses) < 2 or any(said.ref.kind != "plan" for said in conflict.clauses):
        return []
    facts = [
        {ground.facts[ref.fact] for ref in (said.ref, *said.also) if ref.fact is not None and ref.fact in ground.facts}
        for said in conflict.clauses
    ]
    if not all(facts):
        return []
    fits: list[Finding] = []
    covered: set[int] = set()
    for finding in findings:
        theirs = {
            one["fact"] for one in finding.evidence if isinstance(one, Mapping) and isinstance(one.get("fact"), int)
        }
        if all(mine & theirs for mine in facts):
            fits.append(finding)
            covered |= theirs
    return fits if set[Any]().union(*facts) <= covered else []
