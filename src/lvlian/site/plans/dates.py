"""The year of what a plan calls `2025`, `2023-Q3`, `2023-09` or `2023-09-15`."""

from __future__ import annotations

from lvlian.brief.figures import period


def year_of(when: str) -> int | None:
    """The year that it lies in; None without a date."""
    found = period(when)
    return int(found.start // 12) if found else None
