"""The outlook of a plan on its page: three sentences, courses, tables, already in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .outlook import Outlook
from .outlook_fan import fan_groups, fan_svg, fan_title
from .outlook_goals import GoalLine, goal_lines
from .outlook_saying import basis, opening
from .outlook_tables import (
    Grid,
    asks_grid,
    conflicts_grid,
    goals_grid,
    late_grid,
    moves_grid,
    risks_grid,
    unsaid_grid,
)
from .wording import Said

FANS = 6
ROWS = {"moves": 6, "asks": 5, "late": 6, "unsaid": 12}
"""So many rows of a table stand on the page; the workbook has all."""


@dataclass(frozen=True, slots=True)
class OutlookSection:
    """`facts`: for each row of the goals' table the plan's fact behind it."""

    sentences: tuple[Said, ...]
    basis: Said
    simulated: bool
    fans: tuple[tuple[Said, str], ...]
    goals: Grid
    facts: tuple[tuple[str, int] | None, ...]
    others: tuple[tuple[Grid, int], ...]
    premises: int


def outlook_section(told_of: Outlook) -> OutlookSection:
    """What the page shows of an outlook."""
    lines = goal_lines(told_of)
    known = [one for one in lines if one.odds is not None]
    tables = [risks_grid(told_of), late_grid(told_of)]
    if told_of.pathway is not None:
        tables.append(_buying_first(moves_grid(told_of, told_of.pathway)))
    tables += [
        conflicts_grid(told_of),
        unsaid_grid(sorted(lines, key=lambda one: one.value is None)),
        asks_grid(told_of),
    ]
    others = []
    for grid in tables:
        most = ROWS.get(grid.key, len(grid.rows))
        if grid.rows:
            others.append((_without_empty(replace(grid, rows=grid.rows[:most])), max(len(grid.rows) - most, 0)))
    return OutlookSection(
        opening(told_of, lines), basis(told_of), told_of.case.simulated,
        tuple((fan_title(group), fan_svg(told_of, group)) for group in fan_groups(told_of)[:FANS]),
        goals_grid(known), tuple(map(_fact, known)), tuple(others), len(told_of.projection.premises),
    )  # fmt: skip


def _fact(one: GoalLine) -> tuple[str, int] | None:
    return one.aim.ref.fact if one.aim.ref.kind == "plan" else None


def _buying_first(grid: Grid) -> Grid:
    """Moves that buy something before those that only go with them."""
    return replace(grid, rows=tuple(sorted(grid.rows, key=lambda row: row[4].zh == "—")))


def _without_empty(grid: Grid) -> Grid:
    """Without the columns in which no row has anything."""
    kept = [at for at in range(len(grid.heads)) if at == 0 or any(row[at].zh != "—" for row in grid.rows)]
    return replace(
        grid, heads=tuple(grid.heads[at] for at in kept), rows=tuple(tuple(row[at] for at in kept) for row in grid.rows),
        right=tuple(place for place, at in enumerate(kept) if at in grid.right),
    )  # fmt: skip
