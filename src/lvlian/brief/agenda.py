"""The agenda (会议议程) of a quarter's meeting on one page: late items, decisions wanted, promises not kept."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from lvlian.ledger.report import LightLine, QuarterReport

from .annexes import Annex, without_empty
from .dispatch_words import (
    NOTHING,
    clip,
    grouped,
    iso,
    late_words,
    light_words,
    marks_of,
    quarter_words,
    sentence,
    value_words,
)
from .figures import when_prose
from .paper_layout import LINE, LINES, MARGINS, PAGE, TWIPS_PER_MM
from .paper_tables import column_widths
from .paper_words import SIZE_TABLE, ems, ordinal
from .red_head import IssuedPaper

_AREA = round((PAGE[0] - MARGINS["left"] - MARGINS["right"]) * TWIPS_PER_MM)
_HEIGHT = LINES * LINE - 16
"""Points of one page, less what another set of fonts may need more."""
_ROW_LINE, _ROW_PAD = 15, 3
"""Points of a line and around a row of a table."""
_HEAD = 24 + 10 + _ROW_LINE + _ROW_PAD + 1
"""A section's heading, its table's head, the gap under it."""
_MORE = 18
"""The line that says how many rows are left out."""
_CELL = 40
"""Characters of one cell."""


def agenda_title(report: QuarterReport) -> str:
    """`2023年三季度绿色铝产业调度会议议程`."""
    return f"{quarter_words(report)}{report.subject}调度会议议程"


def agenda_bytes(report: QuarterReport) -> bytes:
    """The Word file. It keeps to one page: each section shows as many rows as fit and says how many more there are."""
    title = clip(agenda_title(report), 57)
    paper = IssuedPaper(title, marks_of(report))
    paper.plain_title(title)
    met = report.meeting_at
    day = f"{when_prose(iso(met), 'in')} {met:%H:%M}" if met else "（待定）"
    place, chair = clip(report.place, 20) or "（待定）", clip(report.chair, 20) or "（待定）"
    for words in (f"时间：{day}　　地点：{place}", f"主持：{chair}　　数据截至：{report.as_of.isoformat()}"):
        paper.small(words, centred=True)
    sections = [(name, annex) for name, annex in _sections(report) if annex.rows]
    if not sections:
        paper.paragraph("没有滞后、待议和未兑现的事项。")
    used = 35 * -(-ems(title) // 19) + 14 + 2 * 22 + 8
    for place_of, ((name, annex), shown) in enumerate(
        zip(sections, _shares([annex for _, annex in sections], _HEIGHT - used), strict=True), start=1
    ):
        paper.caption(f"{ordinal(1, place_of)}{name}（{len(annex.rows)}项）")
        paper.table(annex.header, annex.rows[:shown], annex.right)
        if shown < len(annex.rows):
            paper.small(f"另有{len(annex.rows) - shown}项，见台账。", size=SIZE_TABLE, line=_MORE - 2)
    return paper.bytes()


def _sections(report: QuarterReport) -> list[tuple[str, Annex]]:
    lights = [line for _, group in grouped(report.lights, 99) for line in group]
    lights.sort(key=lambda line: line.light != "bad")
    late = [
        [
            str(place),
            _standing(line),
            _cell(line.title),
            _cell(line.unit, 14),
            _cell(line.reason),
        ]
        for place, line in enumerate(lights, start=1)
    ]
    wanted = [
        [str(decision.number), _cell(decision.text, 60), _cell(decision.unit, 14), iso(decision.due) or NOTHING]
        for decision in report.decisions
    ]
    broken = [
        [
            str(place),
            _cell(change.label or change.key),
            _cell(change.unit, 14),
            _cell(_due(change.fields)),
            _cell(change.why),
        ]
        for place, change in enumerate((c for c in report.changes if c.kind == "broken"), start=1)
    ]
    return [
        (
            "滞后和预警事项汇报",
            without_empty(Annex("", ("序", "灯与序时", "事项", "汇报单位", "原因"), late, (0,))),
        ),
        ("提请议定的事项", without_empty(Annex("", ("序", "事项", "责任单位", "时限"), wanted, (0,)))),
        ("到期未兑现的承诺", without_empty(Annex("", ("序", "承诺", "责任单位", "原定", "原因"), broken, (0,)))),
    ]


def _standing(line: LightLine) -> str:
    """`■ 滞后 30 天`, `▲ 预警 剩 5 天`."""
    words = late_words(line.late)
    return light_words(line.light) + ("" if words == NOTHING else f" {words.removeprefix('逾期 ')}")


def _due(fields: Sequence[tuple[str, object, object]]) -> str:
    return "；".join(f"{name} {value_words(old)}" for name, old, _ in fields)


def _cell(text: str, most: int = _CELL) -> str:
    return clip(sentence(text), most) or NOTHING


def _shares(annexes: Sequence[Annex], height: float) -> list[int]:
    """How many rows of each table stand on the page: rows are given in turn, so that no section is crowded out by another."""
    shown = [0] * len(annexes)
    heights = [_table_height(annex, 0) for annex in annexes]
    open_ones = set(range(len(annexes)))
    while open_ones:
        for at in sorted(open_ones):
            taller = _table_height(annexes[at], shown[at] + 1)
            if shown[at] == len(annexes[at].rows) or sum(heights) - heights[at] + taller > height:
                open_ones.discard(at)
                continue
            shown[at] += 1
            heights[at] = taller
    return shown


def _table_height(annex: Annex, shown: int) -> float:
    rows = annex.rows[:shown]
    widths = column_widths([annex.header, *rows], _AREA)
    more = _MORE if shown < len(annex.rows) else 0
    return _HEAD + more + sum(_row_height(row, widths) for row in rows)


def _row_height(row: Sequence[str], widths: Sequence[int]) -> float:
    em = SIZE_TABLE * 20
    lines = 1
    for cell, width in zip(row, widths, strict=True):
        room, asked = width - 130, ems(cell) * em
        if asked > room:  # a broken line is on the average half a character short
            lines = max(lines, ceil(asked / max(room - em / 2, em)))
    return lines * _ROW_LINE + _ROW_PAD
