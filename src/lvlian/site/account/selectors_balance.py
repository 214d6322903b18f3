"""What the reconciliation page reads beside the account: doubts that are known or asked about, readings that were fixed, history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lvlian.site.account.balance import Settled
from lvlian.site.account.models import Filing, GoalLink, Known, Statement, VariantChoice
from lvlian.site.account.saying_balance import key_of
from lvlian.site.account.selectors import account_of, firms_by_key, months_of, said_of
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Firm, Region

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

TRACK = "inquiry"


def sees_account(access: Access, region: Region | None) -> bool:
    """Whether the user may see the account of a region: a grant there that allows it and reads what firms report."""
    return region is not None and access.may_in("account.see", region) and access.reads_throughout(Statement, "value")


def settled_in(access: Access, region: Region, month: str) -> Settled:
    """Known doubts and open inquiries of a month."""
    known = {row.key: row for row in scoped(Known, access).filter(region=region, month=month).select_related("user")}
    keys = {firm.pk: key for key, firm in firms_by_key(access, region).items()}
    items = scoped(Item, access).filter(track=TRACK, firm__in=list(keys), data__month=month).exclude(stage="settled")
    asked = {(keys[item.firm_id], str(item.data.get("figure", ""))): item for item in items.order_by("pk")}
    return Settled(known, asked)


def known_of(access: Access, region: Region, pk: int) -> Known | None:
    return scoped(Known, access).filter(region=region, pk=pk).first()  # type: ignore[no-any-return]


def key_of_row(access: Access, region: Region, pk: int) -> tuple[str, str]:
    """Month and key of a figure that was filed; empty where the user sees none of that number here."""
    row = scoped(Statement, access).filter(region__path__startswith=region.path, pk=pk).first()
    names = {firm.pk: key for key, firm in firms_by_key(access, region).items()}
    if row is None or row.firm_id not in names:
        return "", ""
    return row.month, key_of(said_of(row, names))


def firm_of(access: Access, region: Region, key: str) -> Firm | None:
    """The firm that the account knows under a key."""
    return firms_by_key(access, region).get(key)


def filings_by_firm(access: Access, region: Region, month: str) -> dict[str, int]:
    """Key of a firm → its latest report of the month, for links to it."""
    keys = {firm.pk: key for key, firm in firms_by_key(access, region).items()}
    rows = scoped(Filing, access).filter(region__path__startswith=region.path, month=month, withdrawn=False)
    return {keys[firm]: pk for firm, pk in rows.order_by("number").values_list("firm_id", "pk") if firm in keys}


def history(access: Access, region: Region, months: Iterable[str]) -> list[Account]:
    """The accounts of several months; one that cannot be made is left out."""
    from lvlian.chain.account.system import UnsolvableError

    out = []
    for month in months:
        try:
            out.append(account_of(access, region, month))
        except UnsolvableError:
            continue
    return out


def choices_of(access: Access, region: Region) -> dict[str, VariantChoice]:
    """Readings that the region has fixed, by indicator."""
    return {row.indicator: row for row in scoped(VariantChoice, access).filter(region=region)}


def links_of(access: Access, region: Region) -> list[GoalLink]:
    """Goals that are confirmed to mean an indicator."""
    rows = scoped(GoalLink, access).filter(goal__region=region, state=GoalLink.State.CONFIRMED)
    return list(rows.select_related("goal").order_by("goal__pk"))


__all__ = [
    "account_of", "choices_of", "filings_by_firm", "firm_of", "history", "key_of_row", "known_of", "links_of", "months_of", "sees_account", "settled_in",
]  # fmt: skip
