"""What the pages of reports read: whose reports somebody files, what each firm is asked of a month, what was filed, what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from lvlian.chain.region import OUTSIDE
from lvlian.chain.region import Region as ChainRegion
from lvlian.chain.report.item import previous_month
from lvlian.site.account.models import Filing, Statement, SupplyLink, Works
from lvlian.site.account.report_rules import due_on
from lvlian.site.account.saying_reports import library
from lvlian.site.account.selectors import region_from, said_of, works_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Firm, Grant, Job, Region, StoredFile

if TYPE_CHECKING:
    from lvlian.chain.report.item import Form, Item
    from lvlian.chain.report.statement import Statement as Said

PERMISSION = "report.file"
MISSING_TOLD = 60


@dataclass(frozen=True)
class Desk:
    """From where reports are filed: the works whose reports one files, by key; the region that forms are derived from; and
    the names that may be told: all to who files for the region, to a firm itself and those it deals with."""

    region: Region
    works: dict[str, Works]
    whole: ChainRegion
    told: ChainRegion
    bound: bool
    keys: dict[int, str]
    """Key by the firm's number, of whoever may be named."""

    @property
    def firms(self) -> dict[str, Firm]:
        return {key: one.firm for key, one in self.works.items()}


def desk_of(access: Access, region: Region) -> Desk:
    """Whose reports the user files in a region. A firm's form is derived from the whole region, since it names whom the firm deals
    with; nothing else of the others is told."""
    own = {works.key: works for works in works_of(access, region) if access.may(PERMISSION, works.firm)}
    bound = not (access.may_in(PERMISSION, region) or access.may_in("account.see", region))
    below = Works._base_manager.filter(firm__region__path__startswith=region.path).select_related("firm__region")
    works = list(below.order_by("key")) if bound else works_of(access, region)
    links = SupplyLink._base_manager.filter(region__path__startswith=region.path)
    whole = region_from(region, works, links)
    numbers = {one.firm_id: one.key for one in works}
    if not bound:
        return Desk(region, own, whole, whole, False, numbers)
    known = _known_to(set(own), whole)
    told = replace(
        whole,
        firms=tuple(
            one if one.id in own else replace(one, lines=(), facts={}, post="", state="running")
            for one in whole.firms
            if one.id in known
        ),
        links=tuple(one for one in whole.links if one.source in own or one.target in own),
        facts={},
    )
    return Desk(region, own, whole, told, True, {pk: key for pk, key in numbers.items() if key in known})


def _known_to(own: set[str], whole: ChainRegion) -> set[str]:
    """The firms that some firms deal with: linked to them, or asked about in their forms."""
    from lvlian.chain.report.form import form_of

    known = set(own)
    for link in whole.links:
        if link.source in own or link.target in own:
            known |= {link.source, link.target}
    for key in own:
        firm = whole.firm(key)
        if firm is not None and firm.kind in ("power", "haulier"):  # whom they serve stands in no link
            form = form_of(firm, whole, library(), "2000-01")
            known |= {part for item in form.items for part in (item.partner, item.firm)}
    return known - {OUTSIDE, ""}


def desk_here(access: Access) -> Desk | None:
    """The desk in the region that the pages are about; None where there is no region."""
    return desk_of(access, access.region) if access.region is not None else None


def firms_named(desk: Desk) -> dict[str, Firm]:
    """Every firm that a report at a desk may name, by key."""
    rows = {row.pk: row for row in Firm._base_manager.filter(pk__in=desk.keys).select_related("region")}
    return {key: rows[pk] for pk, key in desk.keys.items()}


def own_works(access: Access, firm_id: int) -> Works | None:
    """The works of a firm whose reports the user files."""
    found: Works | None = scoped(Works, access).filter(firm_id=firm_id).select_related("firm__region").first()
    return found if found is not None and access.may(PERMISSION, found.firm) else None


def said_by(access: Access, desk: Desk, months: Iterable[str]) -> list[Said]:
    """What counts of some months, by the firms of a desk."""
    rows = scoped(Statement, access).filter(
        firm__in=[one.firm_id for one in desk.works.values()], month__in=list(months), current=True
    )
    return [said_of(row, desk.keys) for row in rows.order_by("pk")]


def form_for(desk: Desk, key: str, month: str, held: Iterable[Said]) -> Form:
    """What a firm is asked. `held` are its statements of the month before."""
    from lvlian.chain.report.form import form_of

    firm = desk.whole.firm(key)
    assert firm is not None  # a desk holds only works of its region
    return form_of(firm, desk.whole, library(), month, held=held)


# A month --------------------------------------------------------------------------------------------------------------------
@dataclass
class Standing:
    """Where a firm stands with the report of a month. `missing` is what is asked and not there, `dropped` what of it was reported
    the month before. `state`: `filed`, `less` (than the month before), `late`, `waiting`."""

    works: Works
    asked: int
    figures: int
    missing: list[Item]
    dropped: list[Item]
    filings: list[Filing]
    due: date
    today: date

    @property
    def state(self) -> str:
        if self.figures:
            return "less" if self.dropped else "filed"
        return "late" if self.today > self.due else "waiting"

    @property
    def late_days(self) -> int:
        return max(0, (self.today - self.due).days)

    @property
    def latest(self) -> Filing | None:
        return next((one for one in self.filings if not one.withdrawn), None)

    @property
    def filed_late(self) -> bool:
        first = min((one.filed_at.date() for one in self.filings), default=None)
        return first is not None and first > self.due

    @property
    def shown_missing(self) -> list[Item]:
        return [*self.dropped, *(item for item in self.missing if item not in self.dropped)][:MISSING_TOLD]


def standings(access: Access, desk: Desk, month: str, today: date) -> list[Standing]:
    """The firms of a desk that are asked anything of a month, or reported on it, by name; no order of merit."""
    from lvlian.chain.report.form import answers

    said: dict[str, list[Said]] = defaultdict(list)
    before: dict[str, list[Said]] = defaultdict(list)
    for one in said_by(access, desk, (month, previous_month(month))):
        (said if one.month == month else before)[one.party].append(one)
    filed: dict[int, list[Filing]] = defaultdict(list)
    for row in filings_of(access, desk.region, month):
        filed[row.firm_id].append(row)
    found = []
    for key, works in desk.works.items():
        form = form_for(desk, key, month, before[key])
        own = filed.get(works.firm_id, [])
        if not own and (not form.items or works.state != Works.State.RUNNING):
            continue
        there = answers(form, said[key])
        missing = [item for item in form.items if item.key not in there]
        last = {(one.item, one.good, one.process, one.partner, one.firm) for one in before[key]}
        dropped = [item for item in missing if item.answer_key in last]
        found.append(Standing(works, len(form.items), len(said[key]), missing, dropped, own, due_on(month), today))
    return sorted(found, key=lambda one: str(one.works.firm))


def filings_of(access: Access, region: Region, month: str) -> list[Filing]:
    """The filings about a month, the latest of each firm first, with the number of their figures."""
    rows = scoped(Filing, access).filter(firm__region__path__startswith=region.path, month=month)
    rows = rows.select_related("firm", "filed_by").annotate(
        figures=Count("statements", filter=Q(statements__withdrawn=False))
    )
    return list(rows.order_by("firm_id", "-number"))


def reported_months(access: Access, region: Region) -> list[str]:
    """The months of which anything was filed, the latest first."""
    rows = scoped(Filing, access).filter(firm__region__path__startswith=region.path)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct())


# A filing -------------------------------------------------------------------------------------------------------------------
def filing_of(access: Access, pk: int) -> Filing | None:
    rows = scoped(Filing, access).select_related("firm__region", "region", "filed_by")
    found: Filing | None = rows.filter(pk=pk).first()
    return found


def figures_of(access: Access, filing: Filing) -> list[Statement]:
    """The figures of a filing in the order of the file, those that were taken back last."""
    rows = scoped(Statement, access).filter(filing=filing).select_related("about")
    return list(rows.order_by("withdrawn", "pk"))


def other_filings(access: Access, filing: Filing) -> list[Filing]:
    """The other filings of the same firm and month, the latest first."""
    rows = scoped(Filing, access).filter(firm=filing.firm, month=filing.month).exclude(pk=filing.pk)
    return list(rows.select_related("filed_by").order_by("-number"))


def replaced_by(access: Access, filing: Filing) -> dict[tuple[object, ...], int]:
    """What of a filing a later one says otherwise: key of the figure → number of the latest filing that does."""
    rows = scoped(Statement, access).filter(
        firm=filing.firm, month=filing.month, filing__number__gt=filing.number, filing__withdrawn=False
    )
    return {key_of(row): row.filing.number for row in rows.select_related("filing").order_by("filing__number")}


def key_of(row: Statement) -> tuple[object, ...]:
    return (row.item, row.good, row.process, row.partner, row.about_id)


def original_of(access: Access, filing: Filing) -> StoredFile | None:
    """The file that a filing came in. A firm gets what the firm itself brought: another's file may hold other firms' figures."""
    if filing.file_id is None:
        return None
    if not access.may_in(PERMISSION, filing.firm.region) and filing.filed_by_id != access.user.pk:  # type: ignore[union-attr]
        held = Grant._base_manager.filter(user=filing.filed_by_id)
        if access.may("account.see", filing.firm):
            pass  # who reads all firms of the region
        elif not held.exists() or held.exclude(firm=filing.firm).exists():
            return None
    return StoredFile._base_manager.filter(pk=filing.file_id).first()


def has_original(access: Access, filing: Filing) -> bool:
    return original_of(access, filing) is not None


def reading_of(access: Access, job_id: UUID) -> Job | None:
    """The user's own reading of reports."""
    found: Job | None = scoped(Job, access).filter(pk=job_id, kind="report").select_related("region").first()
    return found


def kept_upload(pk: int) -> StoredFile | None:
    """A file that waits to be filed. The job that names it is its owner's, so that no other asks for it."""
    return StoredFile._base_manager.filter(pk=pk).first()
