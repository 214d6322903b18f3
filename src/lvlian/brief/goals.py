"""Goals set out by year: one row per indicator, subject and unit, one column per year."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lvlian.plan.facts import Goal, PlanFacts

from .figures import goal_value, period

EACH = "each"
UNDATED = "none"

_WHOLE = re.compile(r"全[国省州市县区旗盟]|[本我][省州市县区]")


@dataclass(slots=True)
class Entry:
    """One printed figure of a cell. `members` are the places in `PlanFacts.goals` that say so."""

    text: str
    goal: Goal
    by: bool
    baseline: bool
    finer: str
    """The month or quarter where the goal's date is finer than the year, else empty."""
    members: list[int] = field(default_factory=list)


@dataclass(slots=True)
class GoalRow:
    """One indicator of one subject. `names` holds every name that the plan uses for it, in order."""

    names: list[str]
    subject: str
    unit: str
    mode: str
    cells: dict[str, list[Entry]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "／".join(self.names)

    def points(self) -> list[tuple[int, Entry]]:
        """(year, entry) of every dated figure, by year."""
        return sorted(
            ((int(year), entry) for year, entries in self.cells.items() if year.isdigit() for entry in entries),
            key=lambda point: (point[0], point[1].goal.value),
        )


@dataclass(slots=True)
class GoalBlock:
    """Rows under one heading: those of a subject, or (`by_subject`) one indicator of many subjects, a row for each."""

    title: str
    by_subject: bool
    rows: list[GoalRow]


LEAST_SUBJECTS = 3
"""From so many subjects on that have nothing but one and the same indicator, the indicator is the heading."""


@dataclass(slots=True)
class GoalTable:
    """`columns` are years in order, then `each` and `none` where goals ask for them; `groups` are (subject, rows)."""

    columns: list[str]
    groups: list[tuple[str, list[GoalRow]]]

    def rows(self) -> list[GoalRow]:
        return [row for _, rows in self.groups for row in rows]

    def blocks(self) -> list[GoalBlock]:
        """The groups as they are set: `总投资` of ten projects is one block of ten rows, not ten blocks of one."""
        lone: dict[tuple[str, str, str], list[GoalRow]] = {}
        for _, rows in self.groups:
            if len(rows) == 1:
                lone.setdefault((indicator_key(rows[0].names[0]), rows[0].unit, rows[0].mode), []).append(rows[0])
        shared = {id(row): rows for rows in lone.values() if len(rows) >= LEAST_SUBJECTS for row in rows}
        out: list[GoalBlock] = []
        for subject, rows in self.groups:
            together = shared.get(id(rows[0]))
            if together is None:
                out.append(GoalBlock(subject, False, rows))
            elif together[0] is rows[0]:
                out.append(GoalBlock(rows[0].name, True, together))
        return out


def is_whole(subject: str | None, region: str) -> bool:
    """Whether a goal is the region's own (`全州`, the region's name, no subject named)."""
    return not subject or subject == region or bool(_WHOLE.fullmatch(subject))


def column(goal: Goal) -> str:
    """The year a goal belongs to, `each` for every period, `none` where there is no date."""
    if goal.when_op == "each":
        return EACH
    found = period(goal.when)
    return str(int(found.start // 12)) if found else UNDATED


def goal_table(facts: PlanFacts) -> GoalTable:
    """Group the goals of a plan; figures that are said several times stand once with all their origins."""
    region = facts.document.region
    rows: dict[tuple[str, str, str, str], GoalRow] = {}
    for index, goal in enumerate(facts.goals):
        subject = region if is_whole(goal.subject, region) else goal.subject or ""
        mode = "level" if goal.mode == "baseline" else goal.mode
        row = rows.setdefault(
            (indicator_key(goal.indicator), subject, goal.unit or "", mode), GoalRow([], subject, goal.unit or "", mode)
        )
        if goal.indicator not in row.names:
            row.names.append(goal.indicator)
        _enter(row.cells.setdefault(column(goal), []), goal, index)
    columns = sorted({name for row in rows.values() for name in row.cells if name.isdigit()})
    columns += [name for name in (EACH, UNDATED) if any(name in row.cells for row in rows.values())]
    groups: dict[str, list[GoalRow]] = {}
    for row in rows.values():
        groups.setdefault(row.subject, []).append(row)
    ordered = sorted(groups.items(), key=lambda item: item[0] != region)
    return GoalTable(columns, ordered)


def _enter(entries: list[Entry], goal: Goal, index: int) -> None:
    text = goal_value(goal)
    found = period(goal.when)
    finer = (goal.when or "")[5:] if found and found.grain != "year" else ""
    by, baseline = goal.when_op == "by", goal.mode == "baseline"
    for entry in entries:
        if (entry.text, entry.baseline, entry.finer) == (text, baseline, finer):
            entry.members.append(index)
            entry.by = entry.by and by
            return
    entries.append(Entry(text, goal, by, baseline, finer, [index]))


@lru_cache(maxsize=4096)
def indicator_key(name: str) -> str:
    """What makes two indicator names the same row: their words without quotation marks, brackets and spaces."""
    return re.sub(r"[\s“”\"'‘’]|[（(][^（()）]*[)）]", "", name) or name
