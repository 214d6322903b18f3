"""The papers of a quarter: notice, minutes, agenda, workbook, calendar file, and the preview of the notice that goes out.

Their figures are those of the snapshot once it is sealed; its hash and the root of the audit chain stand at their foot. They are drafts
(代拟稿) until a person has said that the notice was issued."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.ledger.report import DecisionLine, QuarterReport
from lvlian.ledger.snapshot import Change
from lvlian.site.frame import today
from lvlian.site.ledger.models import Decision, Dispatch
from lvlian.site.ledger.selectors_dispatch import decisions
from lvlian.site.ledger.selectors_dispatch_plan import plan_title
from lvlian.site.ledger.selectors_dispatch_told import Sight, as_office, remembered, told_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import root_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ITEMS, MOST_CHANGES = 400, 300
"""So many rows stand in a notice's annexes; the workbook has all, and the notice says so."""
BECOMES = {"supervision": _("督办"), "issue": _("问题"), "duty": _("台账")}
IN_PAPERS = {"supervision": "督办", "issue": "问题", "duty": "台账"}
PREVIEWED = 22
"""Paragraphs of the preview: about a page."""
ALL = Sight(None, None, None, False)
"""Papers go to many: they tell everything of the region but figures that only firms and the account read."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper: what it is called, its file's ending and type, and how it is made."""

    title: Any
    ending: str
    kind: str
    make: Callable[[QuarterReport, str], bytes]


def report_of(access: Access, dispatch: Dispatch, *, every: bool = False) -> QuarterReport:
    """The quarter as its papers tell it; with `every`, all rows of all registers."""
    return remembered(
        ("report", dispatch.pk, dispatch.revision, root_of(), today(), every),
        lambda: _report(access, dispatch, every),
    )


def _report(access: Access, dispatch: Dispatch, every: bool) -> QuarterReport:
    told = told_of(access, dispatch)
    office = as_office(access, dispatch)
    region = dispatch.region
    issued = dispatch.issue_on if dispatch.state == Dispatch.State.ISSUED else None
    changes, items = told.changes(ALL), told.items(ALL)
    if not every:
        items = [line for line in items if line.light != "ok"] if len(items) > MOST_ITEMS else items
        items, changes = items[:MOST_ITEMS], _fewer(changes)
    return QuarterReport(
        region=region.name,
        office=dispatch.office or f"{region.name}铝产业链链长办公室",
        year=dispatch.year,
        quarter=dispatch.quarter,
        as_of=told.snapshot.about.as_of,
        subject=dispatch.subject or "铝产业",
        plan=plan_title(office, region),
        meeting_at=timezone.localtime(dispatch.meeting_at).replace(tzinfo=None) if dispatch.meeting_at else None,
        sealed_at=timezone.localtime(told.sealed.at).replace(tzinfo=None) if told.sealed else None,
        previous_at=timezone.localtime(told.before.at).date() if told.before else None,
        issued=issued,
        snapshot_hash=told.sealed.hash if told.sealed else "",
        previous_hash=told.before.hash if told.before else "",
        audit_root=told.sealed.root if told.sealed else "",
        simulated=region.simulated or ("本季度数据为模拟" if dispatch.simulated else ""),
        draft=dispatch.state != Dispatch.State.ISSUED,
        number=dispatch.number,
        mark=_mark(office, dispatch),
        place=dispatch.place,
        chair=dispatch.chair,
        present=_parts(dispatch.present),
        excused=_parts(dispatch.excused),
        heard=tuple(line.strip() for line in dispatch.heard.replace("；", "\n").splitlines() if line.strip()),
        counts=told.counts(ALL),
        changes=tuple(changes),
        goals=tuple(told.goals()),
        lights=tuple(told.lights(ALL)),
        units=tuple(told.units(ALL)),
        decisions=tuple(decision_line(one) for one in decisions(office, dispatch)),
        items=tuple(items),
    )


def _mark(access: Access, dispatch: Dispatch) -> str:
    """The issuer's mark in document numbers (砚绿铝组办发): that of the last notice that had a number."""
    rows = scoped(Dispatch, access).filter(region=dispatch.region_id).exclude(number="").exclude(pk=dispatch.pk)
    last = rows.order_by("-year", "-quarter").values_list("number", flat=True).first() or ""
    return str(last).partition("〔")[0] if "〔" in str(last) else ""


def _parts(text: str) -> tuple[str, ...]:
    for mark in "，,；;\n":
        text = text.replace(mark, "、")
    return tuple(part.strip() for part in text.split("、") if part.strip())


def _fewer(changes: list[Change]) -> list[Change]:
    """The first changes, and one line that says how many more the workbook holds."""
    if len(changes) <= MOST_CHANGES:
        return changes
    more = len(changes) - MOST_CHANGES
    last = replace(
        changes[-1],
        kind="changed",
        table="",
        key="",
        label=f"其余 {more} 项见导出 Excel",
        unit="",
        fields=(),
        why="",
        days=0,
    )
    return [*changes[:MOST_CHANGES], last]


def decision_line(row: Decision) -> DecisionLine:
    return DecisionLine(
        number=row.number, text=row.text, unit=str(row.unit) if row.unit else "", due=row.due,
        becomes=IN_PAPERS.get(row.becomes, ""), item=str(row.item_id or ""),
    )  # fmt: skip


# Files -------------------------------------------------------------------------------------------------------------------
def _notice(report: QuarterReport, _language: str) -> bytes:
    from lvlian.brief.notice import notice_bytes

    return notice_bytes(report)


def _minutes(report: QuarterReport, _language: str) -> bytes:
    from lvlian.brief.minutes import minutes_bytes

    return minutes_bytes(report)


def _agenda(report: QuarterReport, _language: str) -> bytes:
    from lvlian.brief.agenda import agenda_bytes

    return agenda_bytes(report)


def _workbook(report: QuarterReport, language: str) -> bytes:
    from lvlian.brief.dispatch_sheets import dispatch_workbook

    return dispatch_workbook(report, language=language)


def _calendar(report: QuarterReport, language: str) -> bytes:
    from lvlian.brief.calendar_file import calendar_file, dispatch_entries

    return calendar_file(dispatch_entries(report, language=language), report.region)


PAPERS: dict[str, Paper] = {
    "notice": Paper(_("通报"), "docx", WORD, _notice),
    "minutes": Paper(_("会议纪要"), "docx", WORD, _minutes),
    "agenda": Paper(_("会议议程"), "docx", WORD, _agenda),
    "tables": Paper(_("各表"), "xlsx", EXCEL, _workbook),
    "calendar": Paper(_("日历"), "ics", "text/calendar; charset=utf-8", _calendar),
}


def paper_bytes(access: Access, dispatch: Dispatch, name: str, language: str = "zh") -> bytes:
    """A paper's bytes. Raises KeyError for another name."""
    paper = PAPERS[name]
    return paper.make(report_of(access, dispatch, every=name == "tables"), language)


# The preview -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Preview:
    """The first page of the notice as it goes out: `lines` are (kind, text) with kind `h1 h2 p`; `pages` are many."""

    organ: str
    number: str
    title: str
    addressee: str
    lines: tuple[tuple[str, str], ...]
    foot: tuple[str, ...]


def preview_of(access: Access, dispatch: Dispatch) -> Preview:
    """Read from the notice itself: what is shown is what is handed out."""
    key = ("preview", dispatch.pk, dispatch.revision, root_of(), today())
    return remembered(key, lambda: _preview(report_of(access, dispatch)))


def _preview(report: QuarterReport) -> Preview:
    from docx import Document

    from lvlian.brief.dispatch_annexes import notice_title
    from lvlian.brief.dispatch_words import number_words

    title = notice_title(report)
    texts = [paragraph.text.strip() for paragraph in Document(io.BytesIO(_notice(report, "zh"))).paragraphs]
    start = next((place for place, text in enumerate(texts) if text.startswith(report.addressees)), 0)
    body = [text for text in texts[start + 1 :] if text]
    lines = []
    for text in body[:PREVIEWED]:
        head = (
            "h1"
            if text[1:2] == "、" and text[:1] in "一二三四五六"
            else "h2"
            if text[:1] == "（" and text[2:3] == "）"
            else "p"
        )
        lines.append((head, text))
    foot = tuple(text for text in body[PREVIEWED:] if text.startswith(("封存快照", "审计根", "数据尚未封存")))
    return Preview(f"{report.office}文件", number_words(report), title, f"{report.addressees}：", tuple(lines), foot)
