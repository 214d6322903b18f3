"""What a plan's `2025`, `2023-Q3`, `2023-09` or `2023-09-15` means on the calendar."""

from __future__ import annotations

import calendar
import math
from datetime import date

from lvlian.brief.figures import period


def last_day(when: str) -> date | None:
    """The last day of what a plan calls `2025`, `2023-Q3`, `2023-09` or `2023-09-15`; None without a date."""
    found = period(when)
    if found is None or found.start < 12:
        return None
    if found.grain == "day":
        year, month, day = (int(part) for part in when.split("-"))
        return date(year, month, min(day, calendar.monthrange(year, month)[1]))
    month = math.ceil(found.end) - 1
    year, month = month // 12, month % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1]) if year else None


def year_of(when: str) -> int | None:
    """The year that it lies in; None without a date."""
    found = period(when)
    return int(found.start // 12) if found else None
