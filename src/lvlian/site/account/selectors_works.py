"""What the pages of works read: the firms of a region with their lines, those that have none yet, and who supplies whom."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.site.account import saying_reports as words
from lvlian.site.account.models import SupplyLink, Works
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Firm


@dataclass
class Line:
    """A line in words; `capacity` in t/a."""

    process: str
    name: str
    capacity: float | None
    since: str
    until: str


def works_here(access: Access) -> list[Works]:
    """The works of the region that the pages are about, by the firm's name."""
    rows = here(Works, access).select_related("firm__region")
    return sorted(rows, key=lambda one: str(one.firm))


def lines_of(works: Works) -> list[Line]:
    return [
        Line(one["process"], words.process_word(one["process"]), one.get("capacity"), one.get("since", ""), one.get("until", ""))
        for one in works.lines
    ]  # fmt: skip


def without_works(access: Access) -> list[Firm]:
    """The firms of the region that the account does not know yet."""
    return list(here(Firm, access).exclude(works__in=scoped(Works, access)).order_by("name"))


def firm_here(access: Access, firm_id: int) -> Firm | None:
    found: Firm | None = scoped(Firm, access).filter(pk=firm_id).select_related("region").first()
    return found


def works_of_firm(access: Access, firm: Firm) -> Works | None:
    found: Works | None = scoped(Works, access).filter(firm=firm).first()
    return found


def links_here(access: Access) -> list[SupplyLink]:
    """The standing supplies, by good and then by names."""
    rows = here(SupplyLink, access).select_related("source", "target")
    return sorted(rows, key=lambda one: (words.good_word(one.good), str(one.source or ""), str(one.target or "")))


def link_count(access: Access) -> int:
    return here(SupplyLink, access).count()


def link_of(access: Access, pk: int) -> SupplyLink | None:
    found: SupplyLink | None = scoped(SupplyLink, access).filter(pk=pk).select_related("region").first()
    return found


def links_of_firm(access: Access, firm: Firm) -> list[SupplyLink]:
    return [one for one in links_here(access) if firm.pk in (one.source_id, one.target_id)]
