"""Several plans side by side: who promises what, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvlian.finding import SEVERITIES, Severity
from lvlian.plan.facts import Goal

from .assessed import Assessed
from .goals import is_whole
from .naming import same_indicator


@dataclass(frozen=True, slots=True)
class Promise:
    """A plan's goal (or goals, where it says the same twice) in a cell: the goal and its places in that plan."""

    goal: Goal
    members: tuple[int, ...]


@dataclass(slots=True)
class ComparedRow:
    """One indicator. `cells` holds, for each plan, what it promises."""

    names: list[str]
    cells: list[list[Promise]]

    @property
    def name(self) -> str:
        return "／".join(self.names)

    @property
    def plans(self) -> int:
        return sum(bool(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`shared` rows stand in two plans or more, `single` rows in one; `findings` counts by plan and severity."""

    titles: tuple[str, ...]
    shared: tuple[ComparedRow, ...]
    single: tuple[ComparedRow, ...]
    findings: tuple[dict[Severity, int], ...]

    def alone(self) -> list[list[list[Promise]]]:
        """For each plan its promises that no other plan makes, those of one indicator (by the plan's own name) together."""
        out: list[list[list[Promise]]] = []
        for place in range(len(self.titles)):
            groups: dict[tuple[str, str], list[Promise]] = {}
            for row in self.single:
                for promise in row.cells[place]:
                    groups.setdefault((promise.goal.indicator, promise.goal.unit or ""), []).append(promise)
            out.append(list(groups.values()))
        return out


def compare(items: Sequence[Assessed]) -> Comparison:
    """Line up the goals that each plan sets for its whole region; goals of single firms stay with their plan.

    Different names of one indicator (by the chain's library) share a row, and each cell keeps the name its plan uses.
    """
    rows: dict[tuple[str, str, str], ComparedRow] = {}
    for place, item in enumerate(items):
        region = item.facts.document.region
        for index, goal in enumerate(item.facts.goals):
            if not is_whole(goal.subject, region):
                continue
            mode = "level" if goal.mode == "baseline" else goal.mode
            key = (same_indicator(goal.indicator), mode, goal.unit or "")
            row = rows.setdefault(key, ComparedRow([], [[] for _ in items]))
            if goal.indicator not in row.names:
                row.names.append(goal.indicator)
            _promise(row.cells[place], goal, index)
    for row in rows.values():
        for cell in row.cells:
            cell.sort(key=lambda promise: (row.names.index(promise.goal.indicator), promise.goal.when or "9999"))
    ordered = sorted(rows.values(), key=lambda row: (-row.plans, next(at for at, cell in enumerate(row.cells) if cell)))
    counts = tuple({s: sum(f.severity == s for f in item.findings) for s in SEVERITIES} for item in items)
    return Comparison(
        tuple(distinct([item.facts.document.region or item.title for item in items])),
        tuple(row for row in ordered if row.plans > 1),
        tuple(row for row in ordered if row.plans == 1),
        counts,
    )


def distinct(names: Sequence[str]) -> list[str]:
    """The names, with a number behind those that occur more than once."""
    return [
        f"{name}（{names[: place + 1].count(name)}）" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]


def _promise(cell: list[Promise], goal: Goal, index: int) -> None:
    same = (goal.indicator, goal.op, goal.value, goal.value_max, goal.unit, goal.when, goal.mode)
    for at, promise in enumerate(cell):
        known = promise.goal
        if same == (known.indicator, known.op, known.value, known.value_max, known.unit, known.when, known.mode):
            cell[at] = Promise(known, (*promise.members, index))
            return
    cell.append(Promise(goal, (index,)))
