"""The notice (通报) of a quarter's dispatch as a Word file by GB/T 9704-2012: figures, problems, decisions, tables behind it.

It says what the records say. Units stand as facts in the order of the organisation's list; nobody is ranked or marked."""

from __future__ import annotations

from lvlian.ledger.report import DecisionLine, GoalLine, QuarterReport

from .annexes import Annex
from .dispatch_annexes import (
    change_annex,
    goal_annex,
    item_annexes,
    light_annex,
    notice_title,
    previous_words,
    unit_annex,
)
from .dispatch_words import (
    KINDS,
    by_words,
    chance_words,
    day_words,
    figure_words,
    grouped,
    iso,
    marks_of,
    number_words,
    problem_sentence,
    promised_words,
    quarter_words,
    sentence,
)
from .paper_words import ordinal
from .prose import listed
from .red_head import IssuedPaper

_GROUPS, _ITEMS = 12, 8
"""Headings under 存在问题, and items under one of them; the annex holds all."""
_MISSING = 4
"""So many goals of one reason are named."""
_RUN_IN = 1
"""So many items of a group stand in the paragraph of its heading; more get a paragraph each."""


def notice_bytes(report: QuarterReport) -> bytes:
    """The Word file; the same report gives the same bytes."""
    title = notice_title(report)
    paper = IssuedPaper(title, marks_of(report))
    paper.red_head(f"{report.office}文件", number_words(report))
    paper.title(title)
    paper.addressee(report.addressees or "各有关单位")
    annexes: list[Annex] = []

    def attach(annex: Annex | None) -> str:
        if annex is None:
            return ""
        annexes.append(annex)
        return f"（见附件{len(annexes)}）"

    changes, goals, lights, units = (
        attach(change_annex(report.changes)),
        attach(goal_annex(report)),
        attach(light_annex(report.lights)),
        attach(unit_annex(report.units)),
    )
    registers = item_annexes(report.items)
    total = len(annexes) + bool(registers)
    if total == 1:
        changes, goals, lights, units = (words and "（见附件）" for words in (changes, goals, lights, units))
    ground = f"按照《{report.plan.strip('《》')}》季度调度机制，" if report.plan else ""
    paper.paragraph(f"{ground}现将{quarter_words(report)}{report.subject}调度情况通报如下。")
    if report.simulated:
        paper.paragraph(f"本文为模拟：{sentence(report.simulated)}。")
    paper.heading(1, "总体情况")
    _overview(paper, report, changes, goals)
    paper.heading(1, "存在问题")
    _problems(paper, report, lights, units)
    if report.decisions:
        paper.heading(1, "会议决定" if report.meeting_at else "有关要求")
        for place, decision in enumerate(report.decisions, start=1):
            paper.paragraph(f"{ordinal(3, place)}{decision_sentence(decision, report.year)}")
    closing = paper.paragraph("特此通报。")
    closing.paragraph_format.keep_with_next = True
    if total:
        paper.annexes([*(annex.title for annex in annexes), *(["台账明细"] if registers else [])])
    day = iso(report.issued) or None
    paper.signature(report.office, day)
    for place, annex in enumerate(annexes, start=1):
        paper.annex(place, total, annex.title)
        paper.table(annex.header, annex.rows, annex.right)
        paper.notes(annex.notes)
    if registers:
        paper.annex(total, total, "台账明细")
        for register in registers:
            paper.caption(register.title)
            paper.table(register.header, register.rows, register.right)
    paper.imprint(report.copies, report.office, day)
    seal_lines(paper, report)
    return paper.bytes()


def _overview(paper: IssuedPaper, report: QuarterReport, changes: str, goals: str) -> None:
    paper.paragraph(counts_sentence(report))
    if said := _goal_sentences(report, goals):
        paper.paragraph(said)
    tally = [(KINDS[kind].zh, sum(change.kind == kind for change in report.changes)) for kind in KINDS]
    told = [f"{word}{n}项" for word, n in tally if n and word != "未兑现"]
    broken = dict(tally)["未兑现"]
    if broken:
        told.append(f"承诺到期未兑现{broken}项")
    if told:
        paper.paragraph(f"与{previous_words(report)}相比，{'、'.join(told)}{changes}。")
    elif report.previous_hash:
        paper.paragraph(f"与{previous_words(report)}相比，没有变化。")


def counts_sentence(report: QuarterReport) -> str:
    """How many were due, kept, warned, late up to the report's day."""
    counts = report.counts
    head = f"截至{day_words(report.as_of, report.year)}，"
    if not counts.due:
        return f"{head}无到期{counts.what}。"
    parts = [f"应到期{counts.what}{counts.due}项", f"办结{counts.kept}项"]
    parts += [
        f"{word}{n}项" for word, n in (("预警", counts.warned), ("滞后", counts.late), ("缺数", counts.missing)) if n
    ]
    return f"{head}{'，'.join(parts)}。"


def _goal_sentences(report: QuarterReport, reference: str) -> str:
    """What was reached, by period; then what the outlook says of goals that are not in time; then what is missing."""
    if not report.goals:
        return ""
    out: list[str] = []
    reached: dict[str, list[str]] = {}
    for goal in report.goals:
        if goal.reached is not None:
            reached.setdefault(goal.through, []).append(
                f"{sentence(goal.indicator)}{figure_words(goal.reached, goal.unit)}"
            )
    out += [f"{through}{'，' if through else ''}{'、'.join(parts)}" for through, parts in reached.items()]
    behind = [goal for goal in report.goals if goal.light in ("bad", "warn")]
    outlook = [_outlook(goal) for goal in behind if goal.projected is not None]
    if outlook:
        out.append(f"按推演，全年{'、'.join(outlook)}")
    out += [_outlook(goal) for goal in behind if goal.projected is None]
    missing: dict[str, list[str]] = {}
    for goal in report.goals:
        if goal.light == "none":
            missing.setdefault(sentence(goal.why), []).append(sentence(goal.indicator))
    for why, names in missing.items():
        more = f"等{len(names)}项" if len(names) > _MISSING else ""
        out.append(f"{'、'.join(names[:_MISSING])}{more}缺数{'，' + why if why else ''}")
    if not out:
        return f"目标对照共{len(report.goals)}项{reference}。"
    return "；".join(out) + f"{reference}。"


def _outlook(goal: GoalLine) -> str:
    name = sentence(goal.indicator)
    aim = promised_words(goal)
    inner = "，".join(
        part
        for part in (
            f"目标{aim}" if aim else "",
            f"达成概率{chance_words(goal.chance)}" if goal.chance is not None else "",
        )
        if part
    )
    tail = f"（{inner}）" if inner else ""
    if goal.projected is not None:
        return f"{name}{figure_words(goal.projected, goal.unit)}{tail}"
    state = "滞后" if goal.light == "bad" else "预警"
    return f"{name}{state}{tail}" + (f"，{sentence(goal.why)}" if goal.why else "")


def _problems(paper: IssuedPaper, report: QuarterReport, lights: str, units: str) -> None:
    groups = grouped(report.lights, _GROUPS)
    place = 0
    late = sum(line.light == "bad" for line in report.lights)
    warned = sum(line.light == "warn" for line in report.lights)
    if groups:
        told = "、".join(f"{word}{n}项" for word, n in (("滞后", late), ("预警", warned)) if n)
        paper.paragraph(f"经逐项核对，{told}{lights}。")
    for place, (name, lines) in enumerate(groups, start=1):
        mark = ordinal(2, place)
        if len(lines) <= _RUN_IN:
            paper.paragraph(problem_sentence(lines[0], report.year), lead=f"{mark}{name}。")
            continue
        head = paper.paragraph("", lead=f"{mark}{name}。")
        head.paragraph_format.keep_with_next = True
        for item, line in enumerate(lines[:_ITEMS], start=1):
            paper.paragraph(f"{ordinal(3, item)}{problem_sentence(line, report.year)}")
        if len(lines) > _ITEMS:
            paper.paragraph(f"其余{len(lines) - _ITEMS}项{lights.strip('（）') or '从略'}。")
    open_units = [line for line in report.units if line.answered < line.owed]
    if open_units:
        named = listed((f"{sentence(u.unit)}{u.owed - u.answered}项" for u in open_units), 12)
        words = (
            f"应核对{sum(u.owed for u in report.units)}项，已核对{sum(u.answered for u in report.units)}项；"
            f"尚未核对：{named}{units}。"
        )
        paper.paragraph(words, lead=f"{ordinal(2, place + 1)}核对。")
    elif not groups:
        paper.paragraph("无。")


def decision_sentence(decision: DecisionLine, year: int) -> str:
    """What, who, by when, and what it becomes."""
    words = [sentence(decision.text) or "未写内容"]
    by, unit = by_words(decision.due, year), sentence(decision.unit)
    if unit:
        words.append(f"由{unit}负责")
    if by:
        words.append(f"{by}办结")
    tail = f"（转{sentence(decision.becomes)}）" if decision.becomes else ""
    return "，".join(words) + f"{tail}。"


def seal_lines(paper: IssuedPaper, report: QuarterReport) -> None:
    """The last lines: what the figures rest on, so that anybody can recompute it."""
    if not report.snapshot_hash:
        paper.seal([("数据尚未封存；封存后此处列快照校验值和审计根。", "")])
        return
    sealed = f"（{report.sealed_at:%Y-%m-%d %H:%M}）" if report.sealed_at else ""
    lines = (
        (f"封存快照{sealed}：", report.snapshot_hash),
        ("上次快照：", report.previous_hash),
        ("审计根：", report.audit_root),
    )
    paper.seal([(lead, letters) for lead, letters in lines if letters])
