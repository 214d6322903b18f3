"""A unit's sheet as a workbook, for a unit that has no account: out prefilled, back with what is right and what is not.

Reading only says what would be done (`Answers`); nothing is written before a person has seen it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.ledger.actions.dispatch import Untimely, value_of
from lvlian.site.ledger.models import Ask
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch import Question
from lvlian.site.lists.sheets import BadFile, letters, read_sheets

HEADS = ("编号", "台账", "事项", "问什么", "预填", "来源", "核对", "更正为", "完成日期", "理由")
"""Headers are Chinese in every language: the sheet goes to offices and comes back."""
WIDTHS = (10, 12, 44, 20, 16, 16, 10, 18, 14, 40)
CONFIRM, CORRECT = "确认", "更正"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a row says of a question: confirmed, or `value`/`done` instead with a reason. JSON's values, so that a preview can carry it."""

    ask: int
    revision: int
    confirm: bool
    value: Any = None
    done: str = ""
    why: str = ""
    row: int = 0

    def to_json(self) -> list[Any]:
        return [self.ask, self.revision, self.confirm, self.value, self.done, self.why, self.row]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell: where, what was there, what was expected."""

    where: str
    found: str
    expected: str


@dataclass(slots=True)
class Answers:
    """What a sheet says."""

    answers: list[Answer] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    untouched: int = 0
    """Rows on which nothing was written."""

    @property
    def confirmed(self) -> int:
        return sum(one.confirm for one in self.answers)

    @property
    def corrected(self) -> int:
        return len(self.answers) - self.confirmed


def sheet_bytes(title: str, questions: Iterable[Question], note: Sequence[str]) -> bytes:
    """The sheet: one row for each fact that waits, with a choice of 确认 or 更正."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    base = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True}
    head = book.add_format({**base, "bold": True, "top": 2, "bottom": 1})
    text = book.add_format({**base, "num_format": "@"})
    fill = book.add_format({**base, "num_format": "@", "bg_color": "#f5f7f7"})
    sheet = book.add_worksheet("核对表")
    for place, (name, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, head)
    line = 0
    for line, one in enumerate((q for q in questions if q.waiting), start=1):
        known = one.known or "（缺，请补）"
        cells = (f"{one.ask.pk}.{one.ask.revision}", one.track, one.title, one.words, known, one.source)
        for place, words in enumerate(cells):
            sheet.write_string(line, place, words[:32_000], text)
        for place in range(len(cells), len(HEADS)):
            sheet.write_blank(line, place, None, fill)
        stages = [name for _key, name in one.choices]
        if stages and len("，".join(stages)) < 200:
            sheet.data_validation(line, 7, line, 7, {"validate": "list", "source": stages, "ignore_blank": True})
    if line:
        sheet.data_validation(1, 6, line, 6, {"validate": "list", "source": [CONFIRM, CORRECT], "ignore_blank": True})
    sheet.freeze_panes(1, 3)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    notes = book.add_worksheet("说明")
    notes.set_column(0, 0, 90)
    for place, words in enumerate((title, *note)):
        notes.write_string(place, 0, words, head if place == 0 else text)
    book.close()
    return out.getvalue()


def read_answers(name: str, content: bytes, questions: Sequence[Question]) -> Answers:
    """What a sheet that came back says. Raises BadFile where it is no such sheet."""
    known = {one.ask.pk: one for one in questions}
    sheet = next((one for one in read_sheets(name, content)), None)
    rows = sheet.rows if sheet is not None else []
    at = next((place for place, row in enumerate(rows[:20]) if "编号" in [_text(cell) for cell in row]), None)
    if at is None:
        raise BadFile(name, _("没有“编号”一列"), _("本页导出的核对表"))
    heads = {_text(cell): place for place, cell in enumerate(rows[at])}
    missing = [head for head in ("核对", "更正为", "理由") if head not in heads]
    if missing:
        raise BadFile(name, _("没有“%(head)s”一列") % {"head": missing[0]}, _("本页导出的核对表"))
    out = Answers()
    seen: set[int] = set()
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        cells = {head: row[place] if place < len(row) else "" for head, place in heads.items()}
        if not _text(cells["编号"]):
            continue
        answer = _row(cells, heads, number, known, seen, out)
        if answer is not None:
            out.answers.append(answer)
    return out


def _row(
    cells: Mapping[str, Any],
    heads: Mapping[str, int],
    number: int,
    known: Mapping[int, Question],
    seen: set[int],
    out: Answers,
) -> Answer | None:
    def fault(head: str, found: str, expected: str) -> None:
        out.faults.append(Fault(f"{letters(heads.get(head, 0) + 1)}{number}", found, expected))

    mark, value, why = _text(cells["核对"]), cells["更正为"], _text(cells["理由"])
    done = cells.get("完成日期", "")
    written = _text(value) or _text(done)
    if not mark and not written:
        out.untouched += 1
        return None
    pk, _dot, revision = _text(cells["编号"]).partition(".")
    question = known.get(int(pk)) if pk.isdecimal() and len(pk) < 12 else None
    if question is None or not revision.isdecimal():
        fault("编号", _text(cells["编号"]), _("本单位本季度核对表里的编号"))
        return None
    if question.ask.pk in seen:
        fault("编号", _text(cells["编号"]), _("每个编号一行"))
        return None
    seen.add(question.ask.pk)
    if question.ask.revision != int(revision) or not question.waiting:
        fault("编号", _text(cells["编号"]), _("尚未核对的一项；此项已核过，请重新导出"))
        return None
    if mark not in ("", CONFIRM, CORRECT):
        fault("核对", mark, _("确认或更正"))
        return None
    if mark == CONFIRM and not written:
        if question.kind != "round" and not question.confirmable:
            fault("核对", mark, _("已过的日期和缺的数不能确认，请填更正为或完成日期"))
            return None
        return Answer(question.ask.pk, question.ask.revision, True, row=number)
    if mark == CONFIRM:
        fault("核对", mark, _("填了更正的一行应为更正"))
        return None
    return _corrected(question, int(revision), value, done, why, number, fault)


def _corrected(
    question: Question, revision: int, value: Any, done: Any, why: str, number: int, fault: Any
) -> Answer | None:
    pk = question.ask.pk
    if question.kind in ("step", "day"):
        try:
            day, kept = _day(value), _day(done)
        except ValueError:
            fault("更正为", _text(value) or _text(done), _("日期，如 2023-10-25"))
            return None
        if day is None and kept is None:
            fault("更正为", "—", _("新的日期或完成日期"))
            return None
        if day is not None and not why and question.known:
            fault("理由", "—", _("改期的理由"))
            return None
        return Answer(pk, revision, False, day, kept or "", why, number)
    words = _text(value)
    if question.kind == "stage":
        key = next((key for key, name in question.choices if words in (key, name)), None)
        if key is None:
            fault(
                "更正为",
                words or "—",
                _("阶段之一：%(all)s") % {"all": "、".join(name for _key, name in question.choices)},
            )
            return None
        if not why:
            fault("理由", "—", _("理由或依据"))
            return None
        return Answer(pk, revision, False, key, "", why, number)
    named = _field(question.ask)
    try:
        told = value_of(named, words) if named is not None else words
    except Untimely as refused:
        fault("更正为", words or "—", str(refused))
        return None
    if told in (None, ""):
        fault("更正为", "—", _("是多少"))
        return None
    if question.known and not why:
        fault("理由", "—", _("更正的理由"))
        return None
    return Answer(pk, revision, False, told, "", why, number)


def _field(ask: Ask) -> Any:
    track = tracks().get(ask.item.track) if ask.item is not None else None
    return track.field(ask.field) if track is not None else None


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else " ".join(str(cell).split())


def _day(cell: Any) -> str | None:
    """The ISO day of a cell; None where it is empty. Raises ValueError."""
    words = _text(cell).replace("/", "-").replace(".", "-")
    if not words:
        return None
    parts = words[:10].split("-")
    if len(parts) != 3:
        raise ValueError(words)
    return date(*(int(part) for part in parts)).isoformat()
