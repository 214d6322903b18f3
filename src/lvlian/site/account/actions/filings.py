"""What firms report: filed whole, replaced by the next filing, withdrawn, never deleted.

All raise FilingError with one sentence, PermissionDenied where the role does not allow it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.statement import Statement as Said
from lvlian.site.account.models import Filing, Statement
from lvlian.site.account.selectors import firms_by_key
from lvlian.site.frame import today
from lvlian.site.lists import rapid
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import Act, recording
from lvlian.site.org.models import Firm, Region, StoredFile

BATCH = 2000
KIND = "report"
"""The kind of file that a report comes in."""


class FilingError(ValueError):
    """A report cannot be filed; one sentence for whoever can mend it."""


def keep_report(access: Access, region: Region, name: str, content: bytes) -> StoredFile:
    """Keeps a file that somebody brought; the same bytes are kept once in a region."""
    digest = hashlib.sha256(content).hexdigest()
    found = StoredFile.objects.filter(region=region, sha256=digest).defer("content").first()
    if found is not None:
        return found
    told = {"sha256": digest, "bytes": len(content)}
    with recording(access, "report.bring", region=region, subject=name, data=told) as act:
        access.need("report.file")
        return act.create(  # type: ignore[no-any-return]
            StoredFile(
                region=region, sha256=digest, name=name[:200], kind=KIND, size=len(content), content=content, user=access.user
            )
        )  # fmt: skip


def file_report(
    access: Access,
    firm: Firm,
    month: str,
    said: Sequence[Said],
    *,
    keys: dict[str, Firm] | None = None,
    whole: bool = False,
    source: str = "",
    file: StoredFile | None = None,
    note: str = "",
    simulated: bool = False,
    at: datetime | None = None,
) -> Filing:
    """Files what one firm says of one month, `at` a time (now). Figures said before of the same thing are replaced: their rows stay, no longer current.
    Those that are not `used`, and with `whole` those that are left out, are taken back. `keys` are the firms that may be named."""
    known = firms_by_key(access, firm.region) if keys is None else keys
    own = next((key for key, one in known.items() if one.pk == firm.pk), None)
    for one in said:
        if one.month != month or own is None or one.party != own:
            raise FilingError(
                _("报表里有 %(month)s、%(firm)s 的数，应当都是 %(right)s 的。")
                % {"month": one.month, "firm": one.party, "right": f"{firm} {month}"}
            )
        _nameable(one, known)
    if not said:
        raise FilingError(_("报表里没有一个数，没有报送。"))
    with recording(access, "report.file", row=firm, permission="report.file", subject=f"{firm} {month}") as act:
        before = scoped(Filing, access).filter(firm=firm, month=month)
        number = (before.order_by("-number").values_list("number", flat=True).first() or 0) + 1
        filing = act.create(
            Filing(
                region=firm.region, firm=firm, month=month, number=number, source=source[:200], file=file, note=note[:300],
                filed_by=access.user, filed_at=at or _now(), simulated=simulated,
            )
        )  # fmt: skip
        rows = [_row(filing, one, known) for one in said]
        gone = _supersede(act, filing, rows, whole=whole)
        _insert([*rows, *gone])
        act.data["figures"] = sum(not row.withdrawn for row in rows)
    return filing  # type: ignore[no-any-return]


def file_many(
    access: Access,
    reports: Iterable[tuple[Firm, str, Sequence[Said], StoredFile | None, str, bool]],
    keys: dict[str, Firm],
    *,
    whole: bool = False,
) -> list[Filing]:
    """Files several reports, all or none: (firm, month, what it says, the file it came in, its name, whether simulated)."""
    with transaction.atomic():
        return [
            file_report(access, firm, month, said, keys=keys, whole=whole, file=file, source=source, simulated=simulated)
            for firm, month, said, file, source, simulated in reports
        ]  # fmt: skip


def withdraw(access: Access, filing: Filing, revision: int | None, reason: str) -> Filing:
    """Takes a report back: its figures count no more, those of the report before it count again."""
    if not reason.strip():
        raise FilingError(_("撤回须写理由。"))
    if filing.withdrawn:
        raise FilingError(_("这份报表已经撤回。"))
    with recording(access, "report.withdraw", row=filing, permission="report.file", reason=reason) as act:
        act.update(filing, revision, withdrawn=True, note=reason[:300])
        scoped(Statement, access).filter(filing=filing).update(current=False)
        seen: set[tuple[object, ...]] = set()
        rows = scoped(Statement, access).filter(firm=filing.firm, month=filing.month, filing__withdrawn=False)
        again = []
        for row in rows.order_by("-filing__number", "pk"):
            key = _key(row)
            if key not in seen:
                seen.add(key)
                if not row.withdrawn:
                    again.append(row.pk)
        for start in range(0, len(again), BATCH):
            scoped(Statement, access).filter(pk__in=again[start : start + BATCH]).update(current=True)
    return filing


def _now() -> datetime:
    """The present time, on the day that the site takes for today."""
    return timezone.make_aware(datetime.combine(today(), timezone.localtime().time()))


def _nameable(one: Said, keys: dict[str, Firm]) -> None:
    """Raises FilingError where a figure names a firm that is not known here, or a name that cannot be kept."""
    for other in (one.about, one.partner):
        if other and other.partition(":")[0] != OUTSIDE and other not in keys:
            raise FilingError(_("报表里的企业代号“%(key)s”不在本地区的企业产线里。") % {"key": other})
    if len(one.partner) > 60:
        raise FilingError(_("往来方“%(name)s…”太长，应在 50 个字以内。") % {"name": one.partner[8:28]})


def _row(filing: Filing, one: Said, keys: dict[str, Firm]) -> Statement:
    return Statement(
        filing=filing, region=filing.region, firm=filing.firm, month=filing.month,
        about=keys[one.firm] if one.firm and one.firm != one.party else None,
        item=one.item, good=one.good, process=one.process, partner=one.partner, value=one.value, unit=one.unit, given=one.given[:80],
        source=one.source, sd=one.sd, file=one.origin.file[:200], sheet=one.origin.sheet[:80], cell=one.origin.cell[:40],
        current=one.used, withdrawn=not one.used,
    )  # fmt: skip


def _insert(rows: Sequence[Statement]) -> None:
    """Writes new figures; a report may hold tens of thousands."""
    fields = [field for field in Statement._meta.concrete_fields if not field.primary_key]
    names = [field.name for field in fields]
    rapid.insert(Statement, names, [[getattr(row, field.attname) for field in fields] for row in rows])


def _key(row: Statement) -> tuple[object, ...]:
    return (row.item, row.good, row.process, row.partner, row.about_id)


def _supersede(act: Act, filing: Filing, rows: list[Statement], *, whole: bool) -> list[Statement]:
    """Ends what counted before of the same things; with `whole` of everything, and returns the rows that take back what was left out."""
    said = {_key(row) for row in rows}
    old, gone = [], []
    for row in scoped(Statement, act.access).filter(firm=filing.firm, month=filing.month, current=True):
        if _key(row) in said:
            old.append(row.pk)
        elif whole:
            old.append(row.pk)
            row.pk, row.id, row.filing, row.current, row.withdrawn = None, None, filing, False, True
            row._state.adding = True
            gone.append(row)
    for start in range(0, len(old), BATCH):
        scoped(Statement, act.access).filter(pk__in=old[start : start + BATCH]).update(current=False)
    act.data["replaced"] = len(old)
    return gone
