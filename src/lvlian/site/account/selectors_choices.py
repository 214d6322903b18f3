"""How the reading of an indicator was fixed over time, from the record; for whoever may read histories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lvlian.chain.indicators.load_formulas import load_formulas
from lvlian.site.account import saying_indicators as say
from lvlian.site.account.models import VariantChoice
from lvlian.site.lists.selectors import history_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region


@dataclass(frozen=True, slots=True)
class Fixed:
    """One time that a reading was fixed: `old` is empty the first time."""

    at: datetime
    who: str
    old: str
    new: str
    reason: str


def choice_history(access: Access, region: Region, key: str) -> list[Fixed]:
    """The latest first; none where the reader reads no histories."""
    if not access.may("history.read"):
        return []
    row = scoped(VariantChoice, access).filter(region=region, indicator=key).first()
    if row is None:
        return []
    formula = load_formulas()[key]

    def name(variant: object) -> str:
        found = formula.variant(str(variant or ""))
        return say.pick(found.zh, found.en) if found is not None else str(variant or "")

    return [
        Fixed(
            change.record.at, change.record.actor_name, name(change.before.get("variant")), name(change.after.get("variant") or row.variant),
            str(change.after.get("reason") or change.record.reason),
        )
        for change in history_of(row)
    ]  # fmt: skip
