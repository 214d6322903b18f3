"""The brief as an official paper (公文 layout): a summary for internal reference, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lvlian.finding import SEVERITIES, SEVERITY_ZH, Finding, by_severity
from lvlian.plan.facts import PlanFacts

from .assessed import Assessed
from .comparison import Comparison, compare
from .figures import goal_value, incentive_amount, mechanism_times, when_zh, with_unit
from .goals import EACH, UNDATED, Entry, GoalTable, goal_table
from .origins import Origins, tidy
from .paper_layout import Paper
from .prose import head_prose, listed, row_prose, schedule_prose
from .saying import fact_words
from .schedule import schedule
from .units import duty_matrix
from .wording import Wording

_QUOTES = 3
"""Sentences quoted under a finding; the annex holds all."""


@dataclass(frozen=True, slots=True)
class Annex:
    """A table behind the body: title, header, rows, proportions of the columns, columns flush right."""

    title: str
    header: tuple[str, ...]
    rows: list[list[str]]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()


def paper_bytes(assessed: Sequence[Assessed]) -> bytes:
    """The Word file. Several plans: the comparison first, then each plan under a heading of its own."""
    several = len(assessed) > 1
    title = "各地规划对照要点摘报" if several else f"{assessed[0].title}要点摘报"
    paper = Paper(title)
    invented = any(item.invented for item in assessed)
    paper.paragraph("内部参考　代拟稿" + ("　模拟" if invented else ""), indent=False, size=14)
    paper.paragraph("", indent=False)
    paper.title(title)
    annexes: list[Annex] = []
    if invented:
        paper.paragraph(Wording().say("simulated_long"))
    if several:
        regions = listed((item.facts.document.region or item.title for item in assessed), 12)
        paper.paragraph(
            f"现将{regions}共{len(assessed)}个规划的目标对照和各自要点摘报如下。所列数字和日期均出自规划原文，自查结论只依据原文和注明的假设。"
        )
        comparison = compare(assessed)
        paper.heading(1, "目标对照")
        _compared(paper, comparison, assessed)
        annexes.append(_comparison_annex(comparison))
    for item in assessed:
        label = f"（{item.facts.document.region or item.facts.name}）" if several else ""
        if several:
            paper.heading(1, f"《{item.title}》")
        _plan(paper, item, 2 if several else 1, annexes, label)
    if annexes:
        paper.annexes([annex.title for annex in annexes])
        for place, annex in enumerate(annexes, start=1):
            paper.annex(place, len(annexes), annex.title)
            paper.table(annex.header, annex.rows, annex.widths, annex.right)
    return paper.bytes()


def _plan(paper: Paper, item: Assessed, level: int, annexes: list[Annex], label: str) -> None:
    facts = item.facts

    def attach(annex: Annex) -> str:
        annexes.append(annex)
        return f"（见附件{len(annexes)}）"

    tail = (
        ""
        if label
        else "现将其目标、项目、责任、激励和自查情况摘报如下。所列数字和日期均出自原文，自查结论只依据原文和注明的假设。"
    )
    paper.paragraph(head_prose(facts) + tail)
    if facts.sha256:
        paper.paragraph(f"原文校验值（SHA-256）：{facts.sha256}")
    _findings(paper, item, level, attach, label)
    for section in (_goals, _projects, _chains, _duties, _incentives, _mechanisms, _clusters):
        section(paper, facts, level, attach, label)
    origins = Origins(facts)
    rows = [
        [
            str(note.number),
            note.sentence or "见原文章节",
            "；".join(fact_words(origins.fact(*member)) for member in note.facts),
            note.section or "—",
        ]
        for note in origins.notes
    ]
    if rows:
        annexes.append(Annex(f"事实与原句{label}", ("序", "原句", "读出", "章节"), rows, (5, 46, 34, 15)))


def _findings(paper: Paper, item: Assessed, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if not item.findings:
        return
    ranked = by_severity(list(item.findings))
    rows = [
        [
            SEVERITY_ZH[f.severity],
            f.message_zh,
            "；".join((*f.arithmetic, *(f"假设：{line}" for line in f.assumptions))) or "—",
            "；".join(dict.fromkeys(fact.section for fact in f.facts if fact.section)) or "—",
        ]
        for f in ranked
    ]
    reference = attach(Annex(f"自查事项表{label}", ("轻重", "事项", "算式与假设", "章节"), rows, (6, 34, 38, 22)))
    counts = [f"{SEVERITY_ZH[s]}{n}项" for s in SEVERITIES if (n := sum(f.severity == s for f in ranked))]
    paper.heading(level, "自查情况")
    paper.paragraph(f"经自查，共核出{'、'.join(counts)}{reference}。")
    for finding in ranked:
        if finding.severity == "conflict":
            _conflict(paper, finding, level + 1)
    notices = [f.message_zh.rstrip("。") for f in ranked if f.severity == "notice"]
    gaps = [f.message_zh.rstrip("。") for f in ranked if f.severity == "gap"]
    for name, messages in (("需核对的事项", notices), ("需补充的事项", gaps)):
        if messages:
            paper.heading(level + 1, name)
            paper.paragraph("；".join(f"{place}. {message}" for place, message in enumerate(messages, start=1)) + "。")


def _conflict(paper: Paper, finding: Finding, level: int) -> None:
    paper.heading(level, finding.message_zh.rstrip("。"))
    if finding.arithmetic:
        paper.paragraph("；".join(finding.arithmetic) + "。", lead="算式：")
    if finding.assumptions:
        paper.paragraph("；".join(finding.assumptions) + "。", lead="假设：")
    words = [
        f"“{tidy(fact.quote)}”{f'（{fact.section}）' if fact.section else ''}" for fact in finding.facts if fact.quote
    ]
    words = words or [fact.section for fact in finding.facts if fact.section]
    if words:
        more = f"；另有{len(words) - _QUOTES}处" if len(words) > _QUOTES else ""
        paper.paragraph("；".join(words[:_QUOTES]) + more + "。", lead="依据：")


def _goals(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if not facts.goals:
        return
    table = goal_table(facts)
    reference = attach(_goal_annex(table, label))
    paper.heading(level, "主要目标")
    paper.paragraph(f"共读出目标{len(facts.goals)}项{reference}。")
    for subject, rows in table.groups:
        paper.paragraph("；".join(row_prose(row) for row in rows) + "。", lead=f"{subject}：" if subject else "")


def _goal_annex(table: GoalTable, label: str) -> Annex:
    words = Wording()
    heads = {EACH: words.say("each"), UNDATED: words.say("none")}

    def cell(entries: list[Entry]) -> str:
        marks = ("（实绩）" if e.baseline else f"（{e.finer}）" if e.finer else "底" if e.by else "" for e in entries)
        return "；".join(f"{entry.text}{mark}" for entry, mark in zip(entries, marks, strict=True)) or "—"

    rows = [
        [row.subject or "—", row.name + ("" if row.mode == "level" else f"（{words.say(row.mode)}）"), row.unit or "—"]
        + [cell(row.cells.get(column, [])) for column in table.columns]
        for row in table.rows()
    ]
    header = ("主体", "指标", "单位", *(heads.get(column, f"{column}年") for column in table.columns))
    return Annex(
        f"目标分年表{label}", header, rows, (20, 28, 9, *([13] * len(table.columns))), tuple(range(3, len(header)))
    )


def _projects(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if not facts.milestones:
        return
    plan = schedule(facts)
    words = Wording()
    rows = [
        [
            project.name,
            words.say(f"factor_{project.factor}"),
            with_unit(project.capacity, project.unit) or "—",
            "；".join(
                f"{step.event} {when_zh(step.when, step.when_op) or words.say('undated')}{'（早于印发）' if step.early else ''}"
                for step in project.steps
            ),
            facts.milestones[project.steps[0].index].section or "—",
        ]
        for project in plan.projects
    ]
    reference = attach(
        Annex(f"项目节点表{label}", ("项目", "类别", "产能或规模", "节点", "章节"), rows, (36, 8, 16, 26, 14), (2,))
    )
    paper.heading(level, "项目及要素")
    own = sum(not project.factor for project in plan.projects)
    early = f"，其中{plan.early()}个节点早于印发日期" if plan.early() else ""
    factors = f"、要素{len(plan.projects) - own}项" if len(plan.projects) > own else ""
    paper.paragraph(f"共读出项目{own}个{factors}，节点{len(facts.milestones)}个{early}{reference}。")
    for line in schedule_prose(plan):
        paper.paragraph(line)


def _chains(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if facts.chains:
        paper.heading(level, "产业链")
        for place, nodes in enumerate(dict.fromkeys(chain.nodes for chain in facts.chains), start=1):
            paper.paragraph(f"{place}. {'—'.join(nodes)}。")


def _duties(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if not facts.duties:
        return
    matrix = duty_matrix(facts)
    rows = [
        [
            unit.name,
            str(len(unit.sections)),
            "；".join(
                (facts.duties[place].section or "—") + ("（牵头）" if leads else "")
                for place, leads in sorted(unit.sections.items())
            ),
        ]
        for unit in matrix.units
    ]
    reference = attach(Annex(f"责任分工表{label}", ("单位", "任务，项", "任务"), rows, (28, 11, 61), (1,)))
    leads = [f"{duty.section}由{duty.lead}牵头" for duty in facts.duties if duty.lead]
    paper.heading(level, "责任分工")
    tail = f"写明牵头单位的{len(leads)}项：{'；'.join(leads)}。" if leads else "各项均未写明牵头单位。"
    paper.paragraph(f"共{len(matrix.sections)}项任务，落到{len(matrix.units)}个单位{reference}。{tail}")


def _incentives(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if not facts.incentives:
        return
    rows = [
        [i.who, i.benefit, incentive_amount(i) or "—", i.duration or "—", i.section or "—"] for i in facts.incentives
    ]
    reference = attach(
        Annex(f"激励事项表{label}", ("对象", "内容", "金额与上限", "期限", "章节"), rows, (46, 13, 15, 12, 14), (2,))
    )
    priced = [f"{i.who}，{i.benefit}{incentive_amount(i)}" for i in facts.incentives if i.amount is not None]
    paper.heading(level, "激励措施")
    tail = f"写明金额的{len(priced)}项：{'；'.join(priced)}。" if priced else "均未写明金额。"
    paper.paragraph(f"共读出激励措施{len(rows)}项{reference}。{tail}")


def _mechanisms(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if facts.mechanisms:
        words = Wording()
        paper.heading(level, "工作机制")
        parts = [
            f"{item.actor or ''}{words.term('per', item.per).zh if item.per else ''}{item.name}"
            + (f"{mechanism_times(item)}次" if item.times is not None else "")
            for item in facts.mechanisms
        ]
        paper.paragraph("；".join(parts) + "。")


def _clusters(paper: Paper, facts: PlanFacts, level: int, attach: Callable[[Annex], str], label: str) -> None:
    if facts.clusters:
        paper.heading(level, "集群与园区")
        parts = [f"{c.name}" + (f"（{'、'.join(c.products)}）" if c.products else "") for c in facts.clusters]
        paper.paragraph("；".join(dict.fromkeys(parts)) + "。")


def _compared(paper: Paper, comparison: Comparison, assessed: Sequence[Assessed]) -> None:
    shared = [row.name for row in comparison.shared]
    words = f"{listed(shared, 8)}在两个以上规划中都有目标" if shared else "各规划没有同名的目标"
    paper.paragraph(f"{words}，逐项对照见附件1。")
    for place, item in enumerate(assessed):
        counts = comparison.findings[place]
        said = "、".join(f"{SEVERITY_ZH[s]}{n}项" for s, n in counts.items() if n)
        paper.paragraph(
            f"{comparison.titles[place]}：目标{len(item.facts.goals)}项、节点{len(item.facts.milestones)}个、责任{len(item.facts.duties)}项、激励{len(item.facts.incentives)}项；自查{said or '未提出事项'}。"
        )


def _comparison_annex(comparison: Comparison) -> Annex:
    rows = []
    for row in (*comparison.shared, *comparison.single):
        cells = [
            "；".join(
                f"{with_unit(goal_value(p.goal), p.goal.unit)} {'每期' if p.goal.when_op == 'each' else when_zh(p.goal.when, p.goal.when_op)}".strip()
                for p in cell
            )
            for cell in row.cells
        ]
        rows.append([row.name, *(cell or "—" for cell in cells)])
    count = len(comparison.titles)
    return Annex("各规划目标对照表", ("指标", *comparison.titles), rows, (26, *([74 / count] * count)))
