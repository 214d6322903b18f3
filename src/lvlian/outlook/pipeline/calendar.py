"""Days as quarters since the case's first, and back."""

from __future__ import annotations

import math
from datetime import date, timedelta

from lvlian.ledger.quarter import Quarter


def day_at(first: Quarter, place: float) -> date | None:
    """The day that lies `place` quarters after the start of `first`; None for what never comes or lies before all memory."""
    if not math.isfinite(place):
        return None
    whole = math.floor(place + 1e-9)
    year, number = divmod(first.place + whole, 4)
    if not 1 <= year <= 9990:
        return None
    quarter = Quarter(year, number + 1)
    length = (quarter.last - quarter.first).days + 1
    return quarter.first + timedelta(days=min(round((place - whole) * length), length - 1))
