"""A move of the cheapest way becomes an item of the ledger, so that somebody does it by a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region, Unit
from lvlian.site.outlook.models import MoveTaken

TRACK = "supervision"
"""Where a move names no register of its own: somebody has to be told to do it by a day."""


class MoveError(ValueError):
    """One sentence for whoever can mend it."""


def take(
    access: Access,
    region: Region,
    key: str,
    sentence: str,
    *,
    track: str = TRACK,
    unit: Unit | None = None,
    due: date | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Item:
    """Opens an item for a move. The same move is open once at a time. Raises MoveError, PermissionDenied."""
    track = track if track in tracks() else TRACK
    open_ones = (
        scoped(MoveTaken, access)
        .filter(region=region, key=key[:200])
        .exclude(item__branch__in=("closed", "cancelled", "merged"))
    )
    if open_ones.exists():
        raise MoveError(_("这一条已经转了台账。"))
    item = items.open_item(
        access, region, track, sentence[:200], permission="outlook.run", day=today(), data=dict(data or {}), reason=reason[:300],
        lead=unit, due=due, simulated=bool(region.simulated),
    )  # fmt: skip
    with recording(access, "move.take", row=item, reason=reason, permission="outlook.run") as act:
        act.create(MoveTaken(region=region, key=key[:200], sentence=sentence[:300], item=item, user=access.user))
    return item
