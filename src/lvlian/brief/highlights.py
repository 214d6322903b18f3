"""The one page: the five or six things of a plan that its reader must know first."""

from __future__ import annotations

from dataclasses import dataclass

from lvlian.finding import SEVERITY_ZH, Finding, Severity, by_severity

from .assessed import Assessed
from .figures import when_en, when_prose, with_unit
from .goals import GoalRow, GoalTable, is_whole
from .schedule import Schedule
from .units import DutyMatrix
from .wording import Said, Wording

MOST = 6
_WEIGHT = ("亿元", "%", "万吨", "元", "户", "家", "个", "人")
"""Units in the order in which a reader asks for them: money, shares, tonnes, then counts."""
_SUMS = ("亿元", "万吨")
"""Units in which the larger goal is the more important one; a share of 100 % says less than one of 90 %."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing: a light (severity) or the key of a kind, a sentence, figures under it, and the facts that it rests on."""

    light: Severity | None
    kind: str
    words: Said
    figures: tuple[str, ...] = ()
    members: tuple[tuple[str, int], ...] = ()


def highlights(item: Assessed, table: GoalTable, plan: Schedule, matrix: DutyMatrix) -> list[Highlight]:
    """Conflicts, then the biggest goals with their figures, then projects, duties and incentives."""
    ranked = [f for f in by_severity(list(item.findings)) if f.severity in ("conflict", "notice")]
    found = [_finding(f) for f in ranked[: 2 if any(f.severity == "conflict" for f in ranked) else 1]]
    tail = [*_projects(plan), *_rest(matrix, item)]
    room = MOST - len(found) - len(tail)
    goals = [_goal(row) for row in biggest(table, item.facts.document.region)[: max(room, 1)]]
    return [*found, *goals, *tail][:MOST]


def biggest(table: GoalTable, region: str) -> list[GoalRow]:
    """The region's goals that a reader asks for first, one of each unit: those for the last year, money before shares before
    tonnes, those with figures for more years first, among sums and tonnes the larger first."""
    years = [name for name in table.columns if name.isdigit()]
    rows = [row for row in table.rows() if is_whole(row.subject, region)] or table.rows()
    rows = [row for row in rows if row.mode == "level" and row.points()]

    def weight(row: GoalRow) -> tuple[bool, int, int, float]:
        unit = next((place for place, unit in enumerate(_WEIGHT) if row.unit.startswith(unit)), len(_WEIGHT))
        size = max(entry.goal.value for _, entry in row.points()) if row.unit.startswith(_SUMS) else 0.0
        return (years[-1] not in row.cells, unit, -len(row.cells), -size)

    picked: dict[str, GoalRow] = {}
    for row in sorted(rows, key=weight):
        picked.setdefault(row.unit, row)
    return list(picked.values())


def finding_members(finding: Finding) -> tuple[tuple[str, int], ...]:
    """The facts behind a finding, each once."""
    return tuple(dict.fromkeys((fact.kind, fact.index) for fact in finding.facts if fact.index is not None))


def _finding(finding: Finding) -> Highlight:
    words = Said(finding.message_zh, finding.message_en or finding.message_zh)
    return Highlight(
        finding.severity, SEVERITY_ZH[finding.severity], words, finding.arithmetic[:2], finding_members(finding)
    )


def _goal(row: GoalRow) -> Highlight:
    parts, english, members = [], [], []
    for year, entry in row.points():
        words = Wording()
        base = words.both("baseline_short")
        when = when_prose(entry.goal.when or str(year), entry.goal.when_op)
        parts.append(f"{when}{base.zh if entry.baseline else ''} {entry.text}")
        english.append(f"{entry.goal.when or year}{' ' + base.en if entry.baseline else ''} {entry.text}")
        members += [("goals", index) for index in entry.members]
    zh = with_unit(f"{row.name}：{'，'.join(parts)}", row.unit) + "。"
    en = with_unit(f"{row.name}: {', '.join(english)}", row.unit) + "."
    return Highlight(None, "goals", Said(zh, en), (), tuple(members))


def _projects(plan: Schedule) -> list[Highlight]:
    if not plan.projects:
        return []
    words = Wording()
    own = sum(not project.factor for project in plan.projects)
    said = [
        words.both(
            "projects_count",
            n=own,
            steps=sum(len(project.steps) for project in plan.projects),
            factors=len(plan.projects) - own,
        )
    ]
    steps = [step for project in plan.dated for step in project.steps if step.span]
    if steps:
        last = max(steps, key=lambda step: step.due)
        zh, en = when_prose(last.when, last.when_op), when_en(last.when, last.when_op)
        said.append(Said(words.both("last_due", when=zh).zh, words.both("last_due", when=en).en))
    if plan.early():
        said.append(words.both("early_steps", n=plan.early()))
    if plan.undated:
        said.append(words.both("undated_projects", n=len(plan.undated)))
    joined = Said("，".join(part.zh for part in said) + "。", ", ".join(part.en for part in said) + ".")
    return [Highlight(None, "projects", joined)]


def _rest(matrix: DutyMatrix, item: Assessed) -> list[Highlight]:
    """Duties and incentives in one line, since neither carries a figure that decides anything."""
    said: list[Said] = []
    if matrix.sections:
        leads = sum(any(unit.sections.get(place) for unit in matrix.units) for place in range(len(matrix.sections)))
        said.append(Wording().both("duties_count", n=len(matrix.sections), units=len(matrix.units), leads=leads))
    if item.facts.incentives:
        priced = sum(incentive.amount is not None for incentive in item.facts.incentives)
        said.append(Wording().both("incentives_count", n=len(item.facts.incentives), priced=priced))
    if not said:
        return []
    words = Said("；".join(part.zh for part in said) + "。", "; ".join(part.en for part in said) + ".")
    return [Highlight(None, "duties" if matrix.sections else "incentives", words)]
