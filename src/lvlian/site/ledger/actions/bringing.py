"""Many new items at once, as a table brought them: one action, all or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lvlian.ledger.item import Event
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger.actions.book import Book
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Firm, Region, Unit


def bring(access: Access, region: Region, track: Track, rows: Sequence[Mapping[str, Any]], name: str) -> list[Item]:
    """Opens an item for each row of `bringing.read`. Raises Refused, PermissionDenied."""
    day = today()
    units = set(Unit.objects.filter(region=region).values_list("pk", flat=True))
    firms = set(Firm.objects.filter(region=region).values_list("pk", flat=True))
    made = []
    with recording(
        access, "item.import", region=region, subject=name, permission="record.import",
        data={"list": track.key, "rows": len(rows)},
    ) as act:  # fmt: skip
        book = Book(act, day)
        for row in rows:
            firm = row["firm"] if row["firm"] in firms else None
            item = Item(region=region, track=track.key, title=row["title"], about=row["about"], firm_id=firm)
            opened = {
                "stage": row["stage"], "lead": row["lead"] if row["lead"] in units else None,
                "units": [pk for pk in row["units"] if pk in units], "supports": [], "data": dict(row["data"]),
            }  # fmt: skip
            book.open(item, day, opened)
            if row["due"]:
                due = date.fromisoformat(row["due"])
                promise = {"step": "end", "stage": track.closes_at, "title": "", "due": due, "given": "set"}
                book.happen(item, Event("promise", day, promise))
            made.append(item)
        book.write()
    return made
