"""The calendar of working days: the program's, with what was changed on this site."""

from __future__ import annotations

from functools import cache

from lvlian.ledger.calendar import Calendar, load_calendar
from lvlian.site.ledger.selectors_calendar import holidays
from lvlian.site.org.access import Access


@cache
def _brought() -> Calendar:
    return load_calendar()


def working_days() -> Calendar:
    """The calendar as it stands now. One query."""
    rows = holidays()
    if not rows:
        return _brought()
    return _brought().with_changes(
        off=[row.day for row in rows if row.kind == row.Kind.OFF],
        work=[row.day for row in rows if row.kind == row.Kind.WORK],
    )


def days_of(access: Access) -> Calendar:
    """The calendar for a request: read once, however often it is asked for."""
    known: Calendar | None = access.__dict__.get("_working_days")
    if known is None:
        known = access.__dict__["_working_days"] = working_days()
    return known
