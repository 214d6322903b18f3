"""Days on which the calendar of working days differs from the one that the program brings."""

from __future__ import annotations

from datetime import date

from lvlian.ledger.calendar import load_calendar
from lvlian.ledger.item import Refused
from lvlian.site.ledger.models import Holiday
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording


def set_day(access: Access, day: date, kind: str, source: str) -> Holiday:
    """Says that a day is off or worked, with the notice that says so. A clock that runs keeps the day that it was promised to run to;
    what starts from now on counts with the change. Raises Refused, PermissionDenied."""
    source = source.strip()
    if not source:
        raise Refused("why-missing", "source")
    if kind not in Holiday.Kind.values:
        raise Refused("unknown-answer", "kind", answer=kind)
    if load_calendar().is_working(day) == (kind == Holiday.Kind.WORK):
        raise Refused("day-same", "kind", day=day, kind=str(Holiday.Kind(kind).label))
    with recording(
        access,
        "calendar.edit",
        region=access.region,
        subject=day.isoformat(),
        permission="calendar.edit",
        reason=source,
    ) as act:
        row = Holiday.objects.select_for_update().filter(day=day).first()
        if row is None:
            row = act.create(Holiday(day=day, kind=kind, source=source[:200]))
        else:
            act.update(row, row.revision, kind=kind, source=source[:200])
    return row


def drop_day(access: Access, row: Holiday) -> None:
    """The day counts again as the program's calendar has it. Raises PermissionDenied."""
    with recording(
        access, "calendar.edit", region=access.region, subject=row.day.isoformat(), permission="calendar.edit"
    ) as act:
        act.delete(row)
