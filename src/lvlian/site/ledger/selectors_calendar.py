"""Reads of the days that differ from the calendar of the program."""

from __future__ import annotations

from lvlian.site.ledger.models import Holiday


def holidays() -> list[Holiday]:
    """All of them, by day; they hold in all regions and are no secret."""
    return list(Holiday.objects.order_by("day"))
