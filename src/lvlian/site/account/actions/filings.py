"""What firms report: filed whole, replaced by the next filing, withdrawn, never deleted.

All raise FilingError with one sentence, PermissionDenied where the role does not allow it.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from lvlian.chain.region import OUTSIDE
from lvlian.chain.report.statement import Statement as Said
from lvlian.site.account.models import Filing, Statement
from lvlian.site.account.selectors import firms_by_key
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, StoredFile

BATCH = 2000


class FilingError(ValueError):
    """A report cannot be filed; one sentence for whoever can mend it."""


def file_report(
    access: Access,
    firm: Firm,
    month: str,
    said: Sequence[Said],
    *,
    source: str = "",
    file: StoredFile | None = None,
    note: str = "",
    simulated: bool = False,
) -> Filing:
    """Files what one firm says of one month. Figures said before of the same thing are replaced: their rows stay, no longer current."""
    keys = firms_by_key(access, firm.region)
    own = {key for key, one in keys.items() if one.pk == firm.pk}
    for one in said:
        if one.month != month or one.party not in own:
            raise FilingError(
                _("报表里有 %(month)s、%(firm)s 的数，应当都是 %(right)s 的。")
                % {"month": one.month, "firm": one.party, "right": f"{firm} {month}"}
            )
        for other in (one.about, one.partner):
            if other and other != OUTSIDE and other not in keys:
                raise FilingError(_("报表里的企业代号“%(key)s”不在本地区的企业产线里。") % {"key": other})
    if not said:
        raise FilingError(_("报表里没有一个数，没有报送。"))
    with recording(access, "report.file", row=firm, permission="report.file", subject=f"{firm} {month}") as act:
        before = scoped(Filing, access).filter(firm=firm, month=month)
        number = before.count() + 1
        filing = act.create(
            Filing(
                region=firm.region, firm=firm, month=month, number=number, source=source, file=file, note=note,
                filed_by=access.user, simulated=simulated,
            )
        )  # fmt: skip
        rows = [_row(filing, one, keys) for one in said]
        _supersede(access, firm, month, {(*one.key[2:], one.about) for one in said}, keys)
        Statement._base_manager.bulk_create(rows, batch_size=BATCH)
        act.data["figures"] = len(rows)
    return filing  # type: ignore[no-any-return]


def withdraw(access: Access, filing: Filing, revision: int | None, reason: str) -> Filing:
    """Takes a report back: its figures count no more, those of the report before it count again."""
    if not reason.strip():
        raise FilingError(_("撤回须写理由。"))
    with recording(access, "report.withdraw", row=filing, permission="report.file", reason=reason) as act:
        act.update(filing, revision, withdrawn=True, note=reason)
        scoped(Statement, access).filter(filing=filing).update(current=False)
        seen: set[tuple[object, ...]] = set()
        rows = scoped(Statement, access).filter(firm=filing.firm, month=filing.month, filing__withdrawn=False)
        again = []
        for row in rows.order_by("-filing__number", "pk"):
            key = (row.item, row.good, row.process, row.partner, row.about_id)
            if key not in seen:
                seen.add(key)
                again.append(row.pk)
        scoped(Statement, access).filter(pk__in=again).update(current=True)
    return filing


def _row(filing: Filing, one: Said, keys: dict[str, Firm]) -> Statement:
    return Statement(
        filing=filing, region=filing.region, firm=filing.firm, month=filing.month,
        about=keys[one.firm] if one.firm and one.firm != one.party else None,
        item=one.item, good=one.good, process=one.process, partner=one.partner, value=one.value, unit=one.unit, given=one.given,
        source=one.source, sd=one.sd, file=one.origin.file, sheet=one.origin.sheet, cell=one.origin.cell,
    )  # fmt: skip


def _supersede(access: Access, firm: Firm, month: str, said: set[tuple[str, ...]], keys: dict[str, Firm]) -> None:
    names = {one.pk: key for key, one in keys.items()}
    own = names[firm.pk]
    old = [
        row.pk
        for row in scoped(Statement, access).filter(firm=firm, month=month, current=True)
        if (row.item, row.good, row.process, row.partner, names.get(row.about_id or firm.pk, own)) in said
    ]
    scoped(Statement, access).filter(pk__in=old).update(current=False)
