"""The tables behind an official paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lvlian.finding import SEVERITY_ZH, Finding
from lvlian.plan.facts import Goal, PlanFacts

from .comparison import Comparison
from .figures import goal_value, incentive_amount, when_zh, with_unit
from .goals import EACH, UNDATED, Entry, GoalTable
from .origins import Origins
from .prose import dates_prose, mostly_chinese
from .saying import fact_words
from .schedule import Schedule
from .units import DutyMatrix
from .wording import Wording

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Annex:
    """Title, header, rows, the columns flush right, notes under the table. A cell may hold several lines."""

    title: str
    header: tuple[str, ...]
    rows: list[list[str]]
    right: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def without_empty(annex: Annex) -> Annex:
    """The annex without the columns in which no row has anything."""
    kept = [at for at in range(len(annex.header)) if at == 0 or any(row[at] != NOTHING for row in annex.rows)]
    return Annex(
        annex.title,
        tuple(annex.header[at] for at in kept),
        [[row[at] for at in kept] for row in annex.rows],
        tuple(place for place, at in enumerate(kept) if at in annex.right),
        annex.notes,
    )


def finding_annex(ranked: Sequence[Finding], label: str) -> Annex:
    """All findings; assumptions stand once each in the notes."""
    lines = dict.fromkeys(line for f in ranked for line in f.assumptions if mostly_chinese(line))
    numbers = {line: place for place, line in enumerate(lines, start=1)}
    rows = []
    for finding in ranked:
        marks = [str(n) for n in sorted({numbers[line] for line in finding.assumptions if line in numbers})]
        sums = [*dict.fromkeys(finding.arithmetic), *([f"（注{'、'.join(marks)}）"] if marks else [])]
        sections = dict.fromkeys(fact.section for fact in finding.facts if fact.section)
        rows.append(
            [
                SEVERITY_ZH[finding.severity],
                dates_prose(finding.message_zh),
                "\n".join(sums) or NOTHING,
                "\n".join(sections) or NOTHING,
            ]
        )
    header = ("轻重", "事项", "算式", "章节")
    return without_empty(Annex(f"自查事项表{label}", header, rows, (), tuple(lines)))


def goal_annex(table: GoalTable, label: str) -> Annex:
    """Goals by year; the subject has a column where there are several."""
    words = Wording()
    heads = {EACH: words.say("each"), UNDATED: words.say("none")}

    def cell(entries: list[Entry]) -> str:
        marks = ("（实绩）" if e.baseline else f"（{e.finer}）" if e.finer else "底" if e.by else "" for e in entries)
        return "\n".join(f"{entry.text}{mark}" for entry, mark in zip(entries, marks, strict=True)) or NOTHING

    rows = []
    for row in table.rows():
        mode = "" if row.mode == "level" else f"（{words.say(row.mode)}）"
        cells = [cell(row.cells.get(column, [])) for column in table.columns]
        rows.append([row.subject or NOTHING, row.name + mode, row.unit or NOTHING, *cells])
    header = ["主体", "指标", "单位", *(heads.get(column, f"{column}年") for column in table.columns)]
    if len({row[0] for row in rows}) == 1:
        rows, header = [row[1:] for row in rows], header[1:]
    first = header.index("单位") + 1
    return Annex(f"目标分年表{label}", tuple(header), rows, tuple(range(first, len(header))))


def project_annex(facts: PlanFacts, plan: Schedule, label: str) -> Annex:
    """Projects and factors with their steps, in the order in which they fall due."""
    words = Wording()
    rows = [
        [
            project.name,
            words.say(f"factor_{project.factor}"),
            with_unit(project.capacity, project.unit) if project.capacity else NOTHING,
            "\n".join(
                f"{step.event} {when_zh(step.when, step.when_op) or words.say('undated')}{'（早于印发）' if step.early else ''}".strip()
                for step in project.steps
            ),
            facts.milestones[project.steps[0].index].section or NOTHING,
        ]
        for project in plan.projects
    ]
    return without_empty(Annex(f"项目节点表{label}", ("项目", "类别", "产能或规模", "节点", "章节"), rows, (2,)))


def duty_annex(facts: PlanFacts, matrix: DutyMatrix) -> Annex:
    """Units with the sections that name them."""
    rows = [
        [
            unit.name,
            str(len(unit.sections)),
            "；".join(
                (facts.duties[place].section or "章节未标") + ("（牵头）" if leads else "")
                for place, leads in sorted(unit.sections.items())
            ),
        ]
        for unit in matrix.units
    ]
    return Annex("责任分工表", ("单位", "任务，项", "任务所在章节"), rows, (1,))


def incentive_annex(facts: PlanFacts) -> Annex:
    """Who can obtain what."""
    rows = [
        [i.who, i.benefit or NOTHING, incentive_amount(i) or NOTHING, i.duration or NOTHING, i.section or NOTHING]
        for i in facts.incentives
    ]
    return without_empty(Annex("激励事项表", ("对象", "内容", "金额与上限", "期限", "章节"), rows, (2,)))


def origin_annex(facts: PlanFacts) -> Annex | None:
    """Every sentence that carries a fact, with what was read from it; None where nothing was read."""
    origins = Origins(facts)
    rows = [
        [
            str(note.number),
            note.sentence or NOTHING,
            "\n".join(fact_words(origins.fact(*member)) for member in note.facts),
            note.section or NOTHING,
        ]
        for note in origins.notes
    ]
    title = "事实与原句" if any(note.sentence for note in origins.notes) else "事实与章节"
    return without_empty(Annex(title, ("序", "原句", "读出", "章节"), rows)) if rows else None


def comparison_annexes(comparison: Comparison) -> list[Annex]:
    """Indicators of two plans or more side by side, then those of one plan, plan by plan."""

    def said(goal: Goal) -> str:
        when = "每期" if goal.when_op == "each" else when_zh(goal.when, goal.when_op)
        past = "实绩" if goal.mode == "baseline" else ""
        return " ".join(part for part in (with_unit(goal_value(goal), goal.unit), when, past) if part)

    out: list[Annex] = []
    if comparison.shared:
        rows = []
        for row in comparison.shared:
            cells = []
            for cell in row.cells:
                lines: list[str] = []
                for promise in cell:
                    heading = f"{promise.goal.indicator}："
                    if len(row.names) > 1 and heading not in lines:
                        lines.append(heading)
                    lines.append(said(promise.goal))
                cells.append("\n".join(lines) or NOTHING)
            rows.append([row.names[0], *cells])
        out.append(Annex("各规划共有目标对照表", ("指标", *comparison.titles), rows))
    if comparison.single:
        rows = [
            [title, promises[0].goal.indicator, "\n".join(said(promise.goal) for promise in promises)]
            for title, groups in zip(comparison.titles, comparison.alone(), strict=True)
            for promises in groups
        ]
        out.append(Annex("只在一个规划中的目标", ("规划", "指标", "目标"), rows))
    return out
