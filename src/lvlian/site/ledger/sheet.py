"""督办单 as an official paper: what, who, by when, on what ground, how it stands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import override

from lvlian.site.ledger.selectors_supervision import TaskCase, sheet_of


def sheet(case: TaskCase, today: date) -> bytes:
    """The sheet in Word, always in Chinese."""
    from lvlian.brief.paper_layout import Paper

    item = case.item
    with override("zh-hans"):
        _light, kind = sheet_of(item)
        title = f"{item.region.name}{kind if item.branch != 'closed' else '督办单'}"
    paper = Paper(title)
    paper.title(title)
    if item.simulated:
        paper.paragraph("（模拟）", centred=True, indent=False)
    if item.lead is not None:
        paper.paragraph(f"{item.lead.name}：", indent=False)
    paper.paragraph(_opening(case, today))
    rows = [
        ["督办事项", item.title],
        ["督办要求", case.task or "—"],
        ["依据", case.origin or "—"],
        ["责任单位", item.lead.name if item.lead else "待交办"],
        ["配合单位", "、".join(unit.name for unit in case.supports) or "—"],
        ["立项日期", _day(item.opened)],
        ["办结时限", _day(item.due) if item.due else "未定"],
        ["办到哪一步", case.row.stage],
        ["现状", case.row.reason or "—"],
        ["催办", f"{case.row.urged} 次" if case.row.urged else "—"],
        ["办理结果", case.result or "　"],
        ["凭据", "、".join(proof.reference for proof in case.proofs) or "　"],
    ]
    paper.table(["项目", "内容"], rows)
    paper.paragraph("请于办结后在平台报办理结果并附凭据；办不了的，请于时限前说明原因和需要协调的事项。")
    paper.paragraph(_day(today), centred=False, indent=False)
    return paper.bytes()


def _opening(case: TaskCase, today: date) -> str:
    item = case.item
    due = f"请于{_day(item.due)}前办结" if item.due else "请按要求办结"
    if item.branch == "closed":
        return f"此事项已于{_day(item.ended or today)}办结。"
    if item.light == "bad":
        return f"下列事项已经逾期，{due if item.due and item.due >= today else '请立即办理并说明原因'}。"
    if item.light == "warn":
        return f"下列事项时限临近或有催办，{due}。"
    return f"下列事项交由你单位办理，{due}。"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"
