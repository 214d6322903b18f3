"""The brief as an official paper (公文 layout): a summary for internal reference, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lvlian.finding import SEVERITIES, SEVERITY_ZH, Finding, by_severity
from lvlian.plan.facts import PlanFacts

from .annexes import (
    Annex,
    comparison_annexes,
    duty_annex,
    finding_annex,
    goal_annex,
    incentive_annex,
    origin_annex,
    project_annex,
)
from .assessed import Assessed
from .comparison import Comparison, compare, distinct
from .goals import goal_table
from .origins import tidy
from .paper_layout import Paper
from .paper_words import ordinal
from .prose import (
    amount_prose,
    dates_prose,
    goals_prose,
    head_prose,
    listed,
    mechanism_prose,
    mostly_chinese,
    schedule_prose,
)
from .schedule import schedule
from .units import duty_matrix
from .wording import Wording

if TYPE_CHECKING:
    from lvlian.chain.account.account import Account

    from .outlook import Outlook

_QUOTES = 3
"""Sentences quoted under a finding; the page holds all."""

Attach = Callable[[Annex | None], str]
"""Puts an annex behind the body and returns the words that refer to it."""


def paper_bytes(
    assessed: Sequence[Assessed], *, account: Account | None = None, outlooks: Sequence[Outlook | None] = ()
) -> bytes:
    """The Word file. Several plans: the comparison first, then each plan under a heading of its own; behind them a month of the
    chain account, where one is given. `outlooks`: for each plan its outlook, None where it has none."""
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
            f"现将{regions}共{len(assessed)}个规划的目标对照和各自要点摘报如下。所列数字和日期均出自规划原文，自查结论只依据原文和注明的假设。责任、激励明细和各条原句见同时生成的网页与工作簿。"
        )
        comparison = compare(assessed)
        annexes += comparison_annexes(comparison)
        paper.heading(1, "目标对照")
        _compared(paper, comparison, assessed)
    labels = distinct([item.facts.document.region or item.title for item in assessed])
    told = [*outlooks, *[None] * (len(assessed) - len(outlooks))]
    for item, label, outlook in zip(assessed, labels, told, strict=True):
        if several:
            paper.heading(1, f"《{item.title}》")
        _plan(paper, item, 2 if several else 1, annexes, f"（{label}）" if several else "", outlook)
    if account is not None:
        from .account import account_title
        from .account_page import bundle_of
        from .account_paper import account_body, account_prospects

        paper.heading(1, account_title(account) + ("（模拟）" if account.region.simulated else ""))
        account_body(paper, account, {}, 2)
        account_prospects(paper, bundle_of(account, assessed), 2)
    if annexes:
        paper.annexes([annex.title for annex in annexes])
        for place, annex in enumerate(annexes, start=1):
            paper.annex(place, len(annexes), annex.title)
            paper.table(annex.header, annex.rows, annex.right)
            paper.notes(annex.notes)
    return paper.bytes()


def _plan(
    paper: Paper, item: Assessed, level: int, annexes: list[Annex], label: str, outlook: Outlook | None = None
) -> None:
    """One plan. With a label it is one of several, and the annexes keep to what one lays side by side."""
    facts = item.facts

    def attach(annex: Annex | None) -> str:
        if annex is None:
            return ""
        annexes.append(annex)
        return f"（见附件{len(annexes)}）"

    tail = (
        ""
        if label
        else "现将其目标、项目、责任、激励和自查情况摘报如下。所列数字和日期均出自原文，自查结论只依据原文和注明的假设。"
    )
    paper.paragraph(head_prose(facts) + tail)
    if facts.sha256:
        paper.code("原文校验值（SHA-256）：", facts.sha256)
    if outlook is not None:
        from .outlook_paper import outlook_body

        paper.heading(level, "推演" + ("（模拟）" if outlook.case.simulated else ""))
        outlook_body(paper, outlook, level)
    _findings(paper, item, level, attach, label)
    for section in (_goals, _projects, _chains, _duties, _incentives, _mechanisms, _clusters):
        section(paper, facts, level, attach, label)
    if not label:
        attach(origin_annex(facts))


def _findings(paper: Paper, item: Assessed, level: int, attach: Attach, label: str) -> None:
    if not item.findings:
        return
    ranked = by_severity(list(item.findings))
    reference = attach(finding_annex(ranked, label))
    counts = [f"{SEVERITY_ZH[s]}{n}项" for s in SEVERITIES if (n := sum(f.severity == s for f in ranked))]
    paper.heading(level, "自查情况")
    paper.paragraph(f"经自查，共核出{'、'.join(counts)}{reference}。")
    conflicts = [finding for finding in ranked if finding.severity == "conflict"]
    if conflicts:
        paper.heading(level + 1, "互相冲突的事项")
        for place, finding in enumerate(conflicts, start=1):
            _conflict(paper, finding, ordinal(level + 2, place))
    for severity, name in (("notice", "需核对的事项"), ("gap", "需补充的事项")):
        messages = [dates_prose(f.message_zh).rstrip("。") for f in ranked if f.severity == severity]
        if messages:
            paper.heading(level + 1, name)
            for place, message in enumerate(messages, start=1):
                paper.paragraph(f"{ordinal(level + 2, place)}{message}。")


def _conflict(paper: Paper, finding: Finding, mark: str) -> None:
    paper.paragraph(f"{mark}{dates_prose(finding.message_zh).rstrip('。')}。")
    if finding.arithmetic:
        paper.paragraph("；".join(map(dates_prose, dict.fromkeys(finding.arithmetic))) + "。", lead="算式：")
    assumptions = [line for line in finding.assumptions if mostly_chinese(line)]
    if assumptions:
        paper.paragraph("；".join(assumptions) + "。", lead="假设：")
    words = [
        f"“{tidy(fact.quote)}”{f'（{fact.section}）' if fact.section else ''}" for fact in finding.facts if fact.quote
    ]
    words = words or [fact.section for fact in finding.facts if fact.section]
    if words:
        more = f"；另有{len(words) - _QUOTES}处" if len(words) > _QUOTES else ""
        paper.paragraph("；".join(words[:_QUOTES]) + more + "。", lead="依据：")


def _goals(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if not facts.goals:
        return
    table = goal_table(facts)
    reference = attach(goal_annex(table, label))
    paper.heading(level, "主要目标")
    paper.paragraph(f"共读出目标{len(facts.goals)}项{reference}。")
    for lead, words in goals_prose(table):
        paper.paragraph(words, lead=lead)


def _projects(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if not facts.milestones:
        return
    plan = schedule(facts)
    reference = attach(project_annex(facts, plan, label))
    paper.heading(level, "项目及要素")
    own = sum(not project.factor for project in plan.projects)
    early = f"，其中{plan.early()}个节点早于印发日期" if plan.early() else ""
    kinds = [f"项目{own}个" if own else "", f"要素{len(plan.projects) - own}项" if len(plan.projects) > own else ""]
    paper.paragraph(
        f"共读出{'、'.join(kind for kind in kinds if kind)}，节点{len(facts.milestones)}个{early}{reference}。"
    )
    for lead, words in schedule_prose(plan):
        paper.paragraph(words, lead=lead)


def _chains(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if facts.chains:
        paper.heading(level, "产业链")
        for place, nodes in enumerate(dict.fromkeys(chain.nodes for chain in facts.chains), start=1):
            paper.paragraph(f"{ordinal(level + 2, place)}{'—'.join(nodes)}。")


def _duties(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if not facts.duties:
        return
    matrix = duty_matrix(facts)
    reference = "" if label else attach(duty_annex(facts, matrix))
    leads = [f"{duty.section}由{duty.lead}牵头" for duty in facts.duties if duty.lead]
    paper.heading(level, "责任分工")
    busiest = [f"{unit.name}{len(unit.sections)}项" for unit in matrix.units[:3] if len(unit.sections) > 1]
    most = f"任务最多的是{'、'.join(busiest)}。" if busiest else ""
    tail = f"写明牵头单位的{len(leads)}项：{'；'.join(leads)}。" if leads else "各项均未写明牵头单位。"
    paper.paragraph(f"共{len(matrix.sections)}项任务，落到{len(matrix.units)}个单位{reference}。{most}{tail}")


def _incentives(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if not facts.incentives:
        return
    reference = "" if label else attach(incentive_annex(facts))
    priced = [f"{i.who}，{i.benefit}{amount_prose(i)}" for i in facts.incentives if i.amount is not None]
    paper.heading(level, "激励措施")
    tail = f"写明金额的{len(priced)}项：{'；'.join(priced)}。" if priced else "均未写明金额。"
    paper.paragraph(f"共读出激励措施{len(facts.incentives)}项{reference}。{tail}")


def _mechanisms(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if facts.mechanisms:
        paper.heading(level, "工作机制")
        paper.paragraph("；".join(dict.fromkeys(map(mechanism_prose, facts.mechanisms))) + "。")


def _clusters(paper: Paper, facts: PlanFacts, level: int, attach: Attach, label: str) -> None:
    if facts.clusters:
        paper.heading(level, "集群与园区")
        parts = [f"{c.name}" + (f"（{'、'.join(c.products)}）" if c.products else "") for c in facts.clusters]
        paper.paragraph("；".join(dict.fromkeys(parts)) + "。")


def _compared(paper: Paper, comparison: Comparison, assessed: Sequence[Assessed]) -> None:
    shared = [row.names[0] for row in comparison.shared]
    words = f"{listed(shared, 8)}在两个以上规划中都有目标" if shared else "各规划没有同名的目标"
    names = (["逐项对照见附件1"] if shared else []) + (
        [f"只在一个规划中的目标见附件{2 if shared else 1}"] if comparison.single else []
    )
    paper.paragraph("，".join([words, *names]) + "。")
    for place, item in enumerate(assessed):
        counts = comparison.findings[place]
        said = "、".join(f"{SEVERITY_ZH[s]}{n}项" for s, n in counts.items() if n)
        kinds = (
            ("目标", len(item.facts.goals), "项"),
            ("节点", len(item.facts.milestones), "个"),
            ("责任", len(item.facts.duties), "项"),
            ("激励", len(item.facts.incentives), "项"),
        )
        read = "、".join(f"{name}{n}{measure}" for name, n, measure in kinds if n) or "未读出目标、节点、责任和激励"
        paper.paragraph(f"{read}；自查{said or '未提出事项'}。", lead=f"{comparison.titles[place]}：")
