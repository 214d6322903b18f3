"""What is done about a doubt in the account: ask the firm, or leave it as known with the reason. Nothing is corrected here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lvlian.site.account.models import Known
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, Region

TRACK = "inquiry"


class DoubtError(ValueError):
    """One sentence for whoever can mend it."""


def know(access: Access, region: Region, month: str, key: str, label: str, reason: str) -> Known:
    """Leaves a doubt as it is: somebody looked, and says why. Raises DoubtError, PermissionDenied."""
    if not reason.strip():
        raise DoubtError(_("记为已知须写理由。"))
    if scoped(Known, access).filter(region=region, month=month, key=key).exists():
        raise DoubtError(_("这一条已经记为已知。"))
    with recording(
        access, "account.know", region=region, subject=label, reason=reason, permission="account.run"
    ) as act:
        row = Known(region=region, month=month, key=key, label=label[:300], reason=reason[:300], user=access.user)
        return act.create(row)  # type: ignore[no-any-return]


def unknow(access: Access, known: Known) -> None:
    """The doubt stands again."""
    with recording(access, "account.unknow", row=known, permission="account.run") as act:
        act.delete(known)


def inquire(
    access: Access, firm: Firm, month: str, figure: str, reported: str, implied: str, looks: str, question: str
) -> Item:
    """Asks a firm about a figure, as an item of the ledger with its clock. The same figure is asked about once at a time."""
    title = _("%(firm)s %(month)s 月报：请核对一个数") % {
        "firm": firm,
        "month": month,
    }  # which one is for those who read it
    waiting = scoped(Item, access).filter(track=TRACK, firm=firm, data__month=month, data__figure=figure)
    if waiting.exclude(stage="settled").exists():
        raise DoubtError(_("这个数已在问询中：%(figure)s。") % {"figure": figure})
    data = {"month": month, "figure": figure, "reported": reported, "implied": implied, "looks": looks}
    return items.open_item(
        access, firm.region, TRACK, title, permission="account.run", day=today(), stage="asked", data=data, reason=question,
        firm=firm, simulated=bool(firm.region.simulated),
    )  # fmt: skip
