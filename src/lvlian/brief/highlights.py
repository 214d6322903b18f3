"""The one page: the five or six things of a plan that its reader must know first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lvlian.finding import SEVERITY_ZH, Finding, Severity, by_severity

from .assessed import Assessed
from .figures import when_en, when_prose, with_unit
from .goals import GoalRow, GoalTable, is_whole
from .naming import indicator_gloss
from .prose import listed
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
    """Conflicts, the sums that do not come out, the biggest goals by year, what falls due first, who has most to do; where a
    plan has little of this, more of what the check says."""
    conflicts = [f for f in by_severity(list(item.findings)) if f.severity == "conflict"]
    others = _one_each([f for f in by_severity(list(item.findings)) if f.severity in ("notice", "gap")])
    others.sort(key=lambda finding: (finding.severity == "gap", not _computed(finding)))
    tail = [*_projects(plan), *_rest(matrix, item)]
    rows = biggest(table, item.facts.document.region)
    goals = [_goal(rows[0])] if rows else []
    goals += _last_year(rows[1:], table)
    found = [_finding(f) for f in conflicts[:2]]
    if len(conflicts) > 2:
        found[-1] = _more(found[-1], len(conflicts) - 2)
    room = MOST - len(found) - len(goals) - len(tail)
    found += [_finding(f) for f in others[: max(room, 1)]]
    return [*found, *goals, *tail]


def _one_each(findings: list[Finding]) -> list[Finding]:
    """The first finding of each code, so that one kind of slip does not fill the page."""
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return list(first.values())


def _computed(finding: Finding) -> bool:
    """Whether a sum, a share or a ratio of the finding does not come out."""
    return any(set(line) & set("≠<>") and set(line) & set("+−×÷") for line in finding.arithmetic)


def _more(item: Highlight, count: int) -> Highlight:
    more = Wording().both("more_conflicts", n=count)
    return replace(item, words=Said(item.words.zh + more.zh, f"{item.words.en} {more.en}"))


def _last_year(rows: list[GoalRow], table: GoalTable) -> list[Highlight]:
    """The other goals for the last year in one line, one of each unit."""
    years = [name for name in table.columns if name.isdigit()]
    chosen = [(row, row.cells[years[-1]][0]) for row in rows if years and years[-1] in row.cells][:4]
    if not chosen:
        return []
    zh = "，".join(f"{row.name} {with_unit(entry.text, row.unit)}" for row, entry in chosen)
    en = ", ".join(
        f"{indicator_gloss(row.names[0]) or row.name} {with_unit(entry.text, row.unit)}" for row, entry in chosen
    )
    members = tuple(("goals", index) for _, entry in chosen for index in entry.members)
    return [Highlight(None, "goals", Said(f"{years[-1]}年：{zh}。", f"{years[-1]}: {en}."), (), members)]


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
        finding.severity,
        SEVERITY_ZH[finding.severity],
        words,
        tuple(dict.fromkeys(finding.arithmetic))[:2],
        finding_members(finding),
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
    steps = sum(len(project.steps) for project in plan.projects)
    counts = [words.both("projects_count", n=own)] if own else []
    counts += [words.both("factors_count", n=len(plan.projects) - own)] if len(plan.projects) > own else []
    counts.append(words.both("steps_count", n=steps))
    said = [Said("、".join(part.zh for part in counts), ", ".join(part.en for part in counts))]
    ahead = plan.dates(after_issue=True)
    for key, (when, op, events) in zip(
        ("first_due_of", "last_due"), (ahead[:1] + ahead[-1:])[: len(ahead)], strict=False
    ):
        zh = "，".join(
            f"{listed([p.short for p in projects], 2)}{event}" for event, projects in list(events.items())[:2]
        )
        en = ", ".join(
            f"{listed([p.short for p in projects], 2)} {event}" for event, projects in list(events.items())[:2]
        )
        at = words.both(key, when=when_prose(when, op), what=zh).zh
        said.append(Said(at, words.both(key, when=when_en(when, op), what=en).en))
    rest = [words.both("early_steps", n=plan.early())] if plan.early() else []
    rest += [words.both("undated_projects", n=len(plan.undated))] if plan.undated else []
    if rest:
        said.append(Said("，".join(part.zh for part in rest), ", ".join(part.en for part in rest)))
    joined = Said("；".join(part.zh for part in said) + "。", "; ".join(part.en for part in said) + ".")
    members = [
        ("milestones", step.index) for project in plan.dated for step in project.steps if step.span and not step.early
    ]
    return [Highlight(None, "projects", joined, (), tuple(members[:2]))]


def _rest(matrix: DutyMatrix, item: Assessed) -> list[Highlight]:
    """Duties and incentives in one line, since neither carries a figure that decides anything."""
    said: list[Said] = []
    words = Wording()
    if matrix.sections:
        leads = sum(any(unit.sections.get(place) for unit in matrix.units) for place in range(len(matrix.sections)))
        said.append(words.both("duties_count", n=len(matrix.sections), units=len(matrix.units)))
        busy = [unit for unit in matrix.units[:3] if len(unit.sections) > 1]
        if busy:
            zh = "、".join(f"{unit.name} {len(unit.sections)} 项" for unit in busy)
            en = ", ".join(f"{unit.name} {len(unit.sections)}" for unit in busy)
            said.append(Said(words.both("most_duties", who=zh).zh, words.both("most_duties", who=en).en))
        said.append(words.both("leads_count", n=leads) if leads else words.both("no_lead"))
    if item.facts.incentives:
        priced = sum(incentive.amount is not None for incentive in item.facts.incentives)
        key = "incentives_count" if priced else "incentives_unpriced"
        said.append(words.both(key, n=len(item.facts.incentives), priced=priced))
    if not said:
        return []
    joined = Said("；".join(part.zh for part in said) + "。", "; ".join(part.en for part in said) + ".")
    return [Highlight(None, "duties" if matrix.sections else "incentives", joined)]
