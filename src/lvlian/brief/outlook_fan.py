"""The course of a goal drawn: bands of 50, 80 and 95 % over four quarters, the median, the plan's points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from lvlian.ledger.quarter import read_quarter

from .outlook import Outlook
from .outlook_goals import GoalLine, goal_lines, number, worst_first
from .svg import ACCENT, HAIR, INK, INK2, Canvas
from .wording import Said, Wording

BANDS = ("#e1ecef", "#c4d9df", "#9fc0c9")
LEAST = 3
"""Fewer points are figures and no course."""
Group = tuple[str, str, str, str]


def fan_groups(told_of: Outlook) -> list[tuple[GoalLine, ...]]:
    """Goals of one indicator, list or firm together, those that fall short first; only those that can be drawn."""
    lines = goal_lines(told_of)
    groups: dict[Group, list[GoalLine]] = {}
    for one in [*worst_first(lines), *lines]:
        if one.odds is None or one.aim.mode != "level" or len(_points(one)) < LEAST:
            continue
        group = groups.setdefault((one.aim.name, one.aim.group, one.aim.firm, one.aim.unit), [])
        if one not in group:
            group.append(one)
    return [tuple(sorted(group, key=lambda one: one.aim.year)) for group in groups.values()]


def fan_title(group: Sequence[GoalLine]) -> Said:
    """Name and unit of what is drawn."""
    last = group[-1]
    return Said(f"{last.name.zh}，{last.unit.zh}", f"{last.name.en}, {last.unit.en}")


def _points(one: GoalLine) -> list[tuple[str, tuple[float, ...]]]:
    if one.odds is None:
        return []
    return [(label, row) for label, row in one.odds.bands.items() if all(map(math.isfinite, row))]


def fan_svg(
    told_of: Outlook, group: Sequence[GoalLine], *, width: float = 360, height: float = 190, language: str = ""
) -> str:
    """The drawing; `language` makes one that stands alone, with what it rests on below, else both languages are in it."""
    last = group[-1]
    points = _points(last)
    title = fan_title(group)
    alone = bool(language)
    foot = 34 if alone else 0
    head = 26 if alone else 6
    canvas = Canvas(width, height + foot + head, title.in_(language or "zh"))
    left, right, top, bottom = 44.0, width - 48.0, head + 14.0, head + height - 24.0
    places = {label: place for place, (label, _row) in enumerate(points)}
    goals = [(places[f"{one.aim.year}-Q4"], one) for one in group if f"{one.aim.year}-Q4" in places]
    values = [v for _label, row in points for v in (row[0], row[6])] + [one.aim.value for _place, one in goals]
    high, low = max(values), min(0.0, *values)
    step = _step(high - low)
    high = math.ceil(high / step) * step if high > 0 else step

    def x(place: float) -> float:
        return left + (right - left) * place / max(len(points) - 1, 1)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / (high - low)

    if alone:
        canvas.text(8, 18, title.in_(language), size=14, fill=INK, bold=True)
    for n in range(round((high - low) / step) + 1):
        value = low + n * step
        canvas.line(left, y(value), right, y(value), HAIR if value else INK, 1)
        canvas.text(
            left - 6, y(value) + 4, number(value, 0 if step >= 1 else 1 if step >= 0.1 else 2), size=11, anchor="end"
        )
    for place, (label, _row) in enumerate(points):
        quarter = read_quarter(label)
        if quarter is not None and (quarter.number == 4 or len(points) < 5):
            canvas.text(
                x(place), bottom + 16, str(quarter.year) if len(points) >= 5 else label, size=11, anchor="middle"
            )
    for (a, b), colour in zip(((0, 6), (1, 5), (2, 4)), BANDS, strict=True):
        canvas.path(_area([(x(n), y(row[a]), y(row[b])) for n, (_l, row) in enumerate(points)]), "none", 0, fill=colour)
    canvas.path("M" + "L".join(f"{x(n):.1f} {y(row[3]):.1f}" for n, (_l, row) in enumerate(points)), ACCENT, 2)
    end = points[-1][1][3]
    final = next((one.aim.value for place, one in goals if place == len(points) - 1), None)
    apart = 0.0 if final is None else y(end) - y(final)
    shift = 0.0 if final is None or abs(apart) >= 13 else 13 - apart if apart >= 0 else -13 - apart
    canvas.text(
        right + 6,
        y(end) + 4 + shift,
        last.told if goals and goals[-1][0] == len(points) - 1 else number(end, last.places),
        size=11,
        fill=ACCENT,
        bold=True,
    )
    for place, one in goals:
        if one.gap is not None and one.odds is not None and one.odds.chance < 0.5:
            canvas.line(x(place), y(one.aim.value) + 5, x(place), y(points[place][1][3]), "#a9291f", 1)
        canvas.diamond(x(place), y(one.aim.value), 4.5)
        edge = place == len(points) - 1
        canvas.text(
            x(place) + (8 if edge or not place else 0), y(one.aim.value) + (4 if edge else -8), number(one.aim.value, 0 if one.aim.value == round(one.aim.value) else 2), size=11, fill=INK,
            anchor=None if edge or not place else "middle", halo=True,
        )  # fmt: skip
    if alone:
        words = Wording()
        notes = [
            words.say("outlook_fan_note") if language == "zh" else words.both("outlook_fan_note").en,
            _source(told_of).in_(language),
        ]
        for n, text in enumerate(notes):
            canvas.text(8, head + height + 12 + 15 * n, text, size=11, fill=INK2)
    return canvas.close("fan")


def _source(told_of: Outlook) -> Said:
    from .outlook_saying import basis

    said, mark = basis(told_of), Wording().both("simulated")
    if not told_of.case.simulated:
        return said
    return Said(f"{mark.zh}　{said.zh}", f"{mark.en}. {said.en}")


def _area(edges: Iterable[tuple[float, float, float]]) -> str:
    rows = list(edges)
    there = [f"{x:.1f} {low:.1f}" for x, low, _high in rows]
    back = [f"{x:.1f} {high:.1f}" for x, _low, high in reversed(rows)]
    return "M" + "L".join([*there, *back]) + "Z"


def _step(span: float) -> float:
    """A round step that makes three to six lines."""
    if span <= 0:
        return 1.0
    rough = span / 4
    size: float = 10.0 ** math.floor(math.log10(rough))
    return next(size * n for n in (1, 2, 2.5, 5, 10) if size * n >= rough)
