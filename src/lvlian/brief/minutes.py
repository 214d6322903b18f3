"""The minutes (会议纪要) of a quarter's meeting as a Word file: when, where, who, what was heard, what was decided."""

from __future__ import annotations

from lvlian.ledger.report import QuarterReport

from .dispatch_words import grouped, iso, marks_of, number_words, problem_sentence, quarter_words, sentence
from .figures import when_prose
from .notice import counts_sentence, decision_sentence, seal_lines
from .paper_words import ordinal
from .red_head import IssuedPaper

_PROBLEMS = 12
"""Late and warned items told where nobody wrote down what was heard."""


def minutes_title(report: QuarterReport) -> str:
    """`2023年三季度绿色铝产业调度会议纪要`."""
    return f"{quarter_words(report)}{report.subject}调度会议纪要"


def minutes_bytes(report: QuarterReport) -> bytes:
    """The Word file; what nobody has filled in yet stands as （待填）. Minutes carry no seal, so there is no signature block; who
    was there stands under the body (GB/T 9704-2012, 10.3)."""
    title = minutes_title(report)
    paper = IssuedPaper(title, marks_of(report))
    paper.red_head(f"{report.office}会议纪要", number_words(report))
    paper.title(title)
    met = report.meeting_at
    day = when_prose(iso(met), "in") if met else ""
    for lead, words in (
        ("时　间：", f"{day} {met:%H:%M}" if met else "（待填）"),
        ("地　点：", sentence(report.place) or "（待填）"),
        ("主　持：", sentence(report.chair) or "（待填）"),
    ):
        paper.labelled(lead, words)
    if report.simulated:
        paper.paragraph(f"本文为模拟：{sentence(report.simulated)}。")
    paper.paragraph(
        f"会议听取{quarter_words(report)}{report.subject}调度情况，研究有关事项。现将会议情况和议定事项纪要如下。"
    )
    paper.heading(1, "会议听取的情况")
    _heard(paper, report)
    paper.heading(1, "会议议定的事项")
    if report.decisions:
        for place, decision in enumerate(report.decisions, start=1):
            paper.paragraph(f"{ordinal(3, place)}{decision_sentence(decision, report.year)}")
    else:
        paper.paragraph("无。")
    gap = paper.paragraph("", indent=False)
    gap.paragraph_format.keep_with_next = True
    paper.labelled("出　席：", _named(report.present) or "（待填）")
    if report.excused:
        paper.labelled("请　假：", _named(report.excused))
    paper.imprint(report.copies, report.office, iso(report.issued) or None)
    seal_lines(paper, report)
    return paper.bytes()


def _heard(paper: IssuedPaper, report: QuarterReport) -> None:
    paper.paragraph(counts_sentence(report))
    for place, words in enumerate(report.heard, start=1):
        paper.paragraph(f"{ordinal(3, place)}{sentence(words)}。")
    if report.heard:
        return
    lines = [line for _, group in grouped(report.lights, 12) for line in group]
    for place, line in enumerate(lines[:_PROBLEMS], start=1):
        paper.paragraph(f"{ordinal(3, place)}{problem_sentence(line, report.year)}")
    if len(lines) > _PROBLEMS:
        paper.paragraph(f"其余{len(lines) - _PROBLEMS}项见通报附件。")


def _named(names: tuple[str, ...]) -> str:
    return "、".join(words for name in names if (words := sentence(name)))
