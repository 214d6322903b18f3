"""A small chart of one indicator over the years: what the plan writes, nothing in between."""

from __future__ import annotations

from itertools import pairwise

from .goals import GoalRow
from .svg import ACCENT_M, HAIR, INK, INK2, INK3, RULE, Canvas

LEAST_POINTS = 3
"""Fewer points than this are printed, not drawn."""


def drawable(row: GoalRow) -> bool:
    """Whether the row has figures for at least three years, one value a year: what disagrees belongs in the table."""
    values: dict[int, set[float]] = {}
    for year, entry in row.points():
        values.setdefault(year, set()).add(entry.goal.value)
    return len(values) >= LEAST_POINTS and all(len(said) == 1 for said in values.values())


def trajectory(row: GoalRow, width: int = 200, height: int = 120) -> str:
    """SVG of a row: hollow diamonds for the plan's figures with their values, a solid dot for a past actual; the dashed line
    between two diamonds is the straight schedule line, which the plan itself does not write. The axis starts at zero."""
    points = list({year: (year, entry) for year, entry in reversed(row.points())}.values())[::-1]
    years = list(range(points[0][0], points[-1][0] + 1))
    canvas = Canvas(width, height, f"{row.subject} {row.name} {row.unit}".strip())
    left, right, top, base = 8.0, width - 8.0, 30.0, height - 24.0
    step = (right - left) / len(years)
    values = [entry.goal.value_max or entry.goal.value for _, entry in points]
    high = max([*values, 0.0])
    low = min([entry.goal.value for _, entry in points] + [0.0])
    scale = (base - top) / ((high - low) or 1.0)

    def place(year: int, value: float) -> tuple[float, float]:
        return left + (year - years[0] + 0.5) * step, base - (value - low) * scale

    for fraction in (0.5, 1.0):
        canvas.line(left, base - (base - top) * fraction, right, base - (base - top) * fraction, HAIR)
    for place_in_row, year in enumerate(years):
        if place_in_row:
            canvas.line(left + place_in_row * step, top - 8, left + place_in_row * step, base, HAIR)
        canvas.text(left + (place_in_row + 0.5) * step, height - 8, str(year), size=12, anchor="middle")
    canvas.line(left, base, right, base, RULE)
    planned = [place(year, entry.goal.value) for year, entry in points if not entry.baseline]
    for (x1, y1), (x2, y2) in pairwise(planned):
        canvas.line(x1, y1, x2, y2, INK, 0.8, "3 3")
    for year, entry in points:
        x, y = place(year, entry.goal.value)
        if entry.goal.value_max is not None:
            canvas.line(x, y, x, place(year, entry.goal.value_max)[1], ACCENT_M, 3)
        words = f"{year} {entry.text} {row.unit}".strip()
        if entry.baseline:
            canvas.add("circle", title=words, cx=x, cy=y, r="3.5", fill=INK3)
        else:
            canvas.diamond(x, y, title=words)
        canvas.text(
            x,
            y - 10,
            entry.text,
            size=12,
            fill=INK2 if entry.baseline else INK,
            anchor="middle",
            bold=not entry.baseline,
            halo=True,
        )
    return canvas.close("trajectory")
