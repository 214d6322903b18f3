"""A list as a file: all rows that fit, the columns that are shown, and what it is on a second sheet.

A text that begins with = + - @ stays text: Excel gets every text as a string, a CSV gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.lists import selectors
from lvlian.site.lists.cells import Cell
from lvlian.site.lists.columns import Column, Kind, heading_of
from lvlian.site.lists.listing import Listing
from lvlian.site.org.chain import root_of

FORMATS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
BATCH = 1000
MOST_ON_PAPER = 2000
"""Rows of a Word table; beyond that the paper says how many were left out."""
LONGEST = 32_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WIDTHS = {Kind.NUMBER: 12, Kind.DATE: 12, Kind.MOMENT: 17, Kind.LIGHT: 10, Kind.BOOLEAN: 6, Kind.CHOICE: 10}


def export_bytes(shown: Listing, kind: str) -> bytes:
    """The list as xlsx, csv or docx. Raises KeyError on any other kind."""
    return {"xlsx": _xlsx, "csv": _csv, "docx": _docx}[kind](shown)


def rows_of(shown: Listing, most: int | None = None) -> Iterator[list[Cell]]:
    """The cells of all rows that fit, in order, a thousand rows at a time."""
    numbers = list(shown.queryset.values_list("pk", flat=True)[:most])
    for start in range(0, len(numbers), BATCH):
        for row in selectors.load(shown.spec, shown.columns, shown.sight, numbers[start : start + BATCH]):
            yield [shown.cell(row, column) for column in shown.columns]


def notes_of(shown: Listing) -> list[tuple[str, str]]:
    """What the file is: region, as-of, filter, who, when, audit root."""
    region = shown.access.region
    user = shown.access.user
    root = root_of()
    notes = [
        (_("清单"), str(shown.spec.title)),
        (_("地区"), region.name if region is not None else saying.DASH),
        (_("数据截至"), saying.day(region.as_of) if region is not None else saying.DASH),
        (_("筛选"), shown.in_words or _("全部")),
        (_("条数"), f"{shown.count} / {shown.total_count}"),
        (_("导出人"), f"{user.name}（{user.username}）" if user is not None else saying.DASH),
        (_("导出时间"), saying.clock(timezone.now())),
        (_("审计末条"), f"{root[0]} {root[1]}" if root else saying.DASH),
        (_("说明"), _("“—”是没有填，或不在导出人的可见范围内；再导入时不改原值")),
    ]
    if region is not None and region.simulated:
        notes.append((_("模拟"), region.simulated))
    return notes


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def plain_of(cell: Cell, column: Column) -> Any:
    """A cell's value for a sheet: figures as figures, days as days, everything else as the page prints it."""
    if cell.masked or cell.value is None or cell.text == saying.DASH:
        return saying.DASH
    if cell.kind == Kind.LIGHT:
        return f"{cell.text} {cell.reason}".strip()
    if cell.kind == Kind.NUMBER:
        return cell.text if column.say is not None and not _is_number(cell.text) else float(cell.value)
    if cell.kind == Kind.MOMENT and isinstance(cell.value, datetime):
        return timezone.localtime(cell.value).replace(tzinfo=None)
    if isinstance(cell.value, date):
        return cell.value
    return cell.text


def _xlsx(shown: Listing) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": shown.count > 5000, "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "nan_inf_to_errors": True,
        },
    )  # fmt: skip
    base = {"font_name": "宋体", "font_size": 10.5, "valign": "top"}
    head = book.add_format({**base, "bold": True, "top": 2, "bottom": 1, "text_wrap": True})
    text = book.add_format({**base, "text_wrap": True, "num_format": "@"})
    figure = book.add_format({**base, "align": "right", "num_format": "General"})
    day = book.add_format({**base, "align": "right", "num_format": "yyyy-mm-dd"})
    moment = book.add_format({**base, "align": "right", "num_format": "yyyy-mm-dd hh:mm"})
    total = book.add_format({**base, "bold": True, "top": 1, "bottom": 2})
    sheet = book.add_worksheet(_sheet_name(str(shown.spec.title)))
    for place, column in enumerate(shown.columns):
        sheet.set_column(place, place, column.width or WIDTHS.get(shown.kinds[column.key], 16))
        sheet.write_string(0, place, heading_of(shown.spec.model, column), head)
    line = 0
    for line, cells in enumerate(rows_of(shown), start=1):
        for place, (cell, column) in enumerate(zip(cells, shown.columns, strict=True)):
            value = plain_of(cell, column)
            if isinstance(value, datetime):
                sheet.write_datetime(line, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), day)
            elif isinstance(value, float):
                sheet.write_number(line, place, value, figure)
            else:
                sheet.write_string(line, place, str(value)[:LONGEST], text)
    if shown.totals:
        for place, cell in enumerate(shown.totals):
            words = f"{cell.text}{_('（')}{cell.reason}{_('）')}" if cell.reason else cell.text
            sheet.write_string(line + 1, place, words, total)
    sheet.freeze_panes(1, 1)
    if shown.columns:
        sheet.autofilter(0, 0, max(line, 1), len(shown.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&C&P / &N")
    notes = book.add_worksheet(_("说明"))
    notes.set_column(0, 0, 12)
    notes.set_column(1, 1, 90)
    for at, (label, words) in enumerate(notes_of(shown)):
        notes.write_string(at, 0, label, head)
        notes.write_string(at, 1, words[:LONGEST], text)
    book.close()
    return out.getvalue()


def _sheet_name(title: str) -> str:
    return "".join(c for c in title if c not in "[]:*?/\\")[:31] or "1"


def _csv(shown: Listing) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading_of(shown.spec.model, column) for column in shown.columns])
    for cells in rows_of(shown):
        values = (plain_of(cell, column) for cell, column in zip(cells, shown.columns, strict=True))
        writer.writerow(
            [
                saying.number(v).replace(",", "").replace("−", "-") if isinstance(v, float) else defused(str(v))
                for v in values
            ]
        )
    return ("\ufeff" + out.getvalue()).encode()


def _docx(shown: Listing) -> bytes:
    """A landscape page with the list as a three-line table and its notes."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    from lvlian.brief.paper_tables import table_markup

    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")
    document.add_paragraph().add_run(str(shown.spec.title)).bold = True
    for label, words in notes_of(shown):
        document.add_paragraph(_printable(f"{label}{_('：')}{words}")).paragraph_format.space_after = Pt(0)
    header = [heading_of(shown.spec.model, column) for column in shown.columns]
    rows = []
    for cells in rows_of(shown, MOST_ON_PAPER):
        rows.append([_paper_text(cell) for cell in cells])
    if shown.totals:
        rows.append(
            [f"{cell.text}{_('（')}{cell.reason}{_('）')}" if cell.reason else cell.text for cell in shown.totals]
        )
    right = [place for place, head in enumerate(shown.heads) if head.num]
    if header and rows:
        area = int((297 - 36) * 1440 / 25.4)
        body = document.element.body
        body.insert(len(body) - 1, parse_xml(table_markup(header, rows, right, area)))
    if shown.count > MOST_ON_PAPER:
        document.add_paragraph(
            _("只印前 %(n)d 条，其余 %(rest)d 条见 Excel。") % {"n": MOST_ON_PAPER, "rest": shown.count - MOST_ON_PAPER}
        )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _paper_text(cell: Cell) -> str:
    return f"{cell.text} {cell.reason}" if cell.kind == Kind.LIGHT and not cell.masked else cell.text


def _printable(text: str) -> str:
    return "".join(c for c in text if c >= " " or c == "\t")
