"""Workbooks that go out so that they come back: the import's template, and a table with its faults marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from lvlian.site.lists import selectors
from lvlian.site.lists.intake import CLEAR, NUMBER, REGION, Fault, headers
from lvlian.site.lists.sheets import InSheet, position
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": True,
}


def template(spec: ListSpec, access: Access, names: Sequence[str], *, filled: bool) -> bytes:
    """A sheet with the headers of an import, and one that explains them; `filled` with the records that stand."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    head = book.add_format({"bold": True, "top": 2, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("".join(c for c in str(spec.title) if c not in "[]:*?/\\")[:31])
    labels = headers(spec, names)
    titles = [NUMBER, REGION, *labels.values()]
    for place, title in enumerate(titles):
        sheet.set_column(place, place, 8 if title == NUMBER else 16, None if title == NUMBER else text)
        sheet.write_string(0, place, title, head)
    if filled:
        for line, row in enumerate(selectors.for_template(spec, access, names), start=1):
            for place, value in enumerate(row):
                _write(sheet, line, place, value, text, day)
    sheet.freeze_panes(1, 1)
    notes = book.add_worksheet("填写说明")
    notes.set_column(0, 0, 18)
    notes.set_column(1, 1, 80)
    lines = [
        (
            NUMBER,
            _("记录的编号。改已有的记录时填；留空则按 %(key)s 找，找不到就新增")
            % {"key": "、".join(headers(spec, spec.import_key).values())},
        ),
        (REGION, _("名称或代码；留空即当前地区")),
        *((label, _expected(spec, name)) for name, label in labels.items()),
        (_("空格子"), _("留空或写“—”：不改原值；写“%(word)s”：清空") % {"word": CLEAR}),
    ]
    for at, (label, words) in enumerate(lines):
        notes.write_string(at, 0, label, head)
        notes.write_string(at, 1, words)
    book.close()
    return out.getvalue()


def _expected(spec: ListSpec, name: str) -> str:
    one: Any = spec.model._meta.get_field(name)
    kind = one.get_internal_type()
    if one.many_to_many:
        return _("名称，用顿号隔开")
    if one.is_relation:
        return _("%(what)s的名称") % {"what": one.related_model._meta.verbose_name}
    if name == "op":
        return "≥ ≤ ≈ = > <"
    if "Integer" in kind:
        return _("整数")
    if kind in ("FloatField", "DecimalField"):
        return _("数")
    if kind == "DateField":
        return _("日期，如 2023-10-12")
    return _("文字，%(n)d 字以内") % {"n": one.max_length or 1000}


def _write(sheet: Any, line: int, place: int, value: Any, text: Any, day: Any) -> None:
    """A value as what it is; texts as texts, whatever they begin with."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(line, place, "是" if value else "否", text)
    elif isinstance(value, (int, float)):
        sheet.write_number(line, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), day)
    else:
        sheet.write_string(line, place, str(value)[:32_000], text)


def marked(sheets: Sequence[InSheet], faults: Sequence[Fault]) -> bytes:
    """The sheets as they came, each cell at fault in red, with a comment that says what was expected."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    red = book.add_format({"bg_color": "#F6D5D2", "font_color": "#A9291F", "border": 1, "border_color": "#A9291F"})
    for sheet in sheets:
        page = book.add_worksheet("".join(c for c in sheet.name if c not in "[]:*?/\\'")[:31] or None)
        at: dict[tuple[int, int], list[str]] = {}
        for fault in faults:
            if fault.sheet == sheet.name and fault.cell:
                column, row = position(fault.cell.partition(":")[0])
                at.setdefault((row - 1, column - 1), []).append(_("应为%(expected)s") % {"expected": fault.expected})
        for line, values in enumerate(sheet.rows):
            for place, value in enumerate(values):
                _write(
                    page,
                    line,
                    place,
                    value if not isinstance(value, datetime) else value.date(),
                    red if (line, place) in at else text,
                    day,
                )
        for (line, place), words in at.items():
            value = sheet.rows[line][place] if line < len(sheet.rows) and place < len(sheet.rows[line]) else ""
            page.write_string(line, place, str(value)[:32_000], red)
            page.write_comment(line, place, "\n".join(words)[:1000])
    if not sheets:
        book.add_worksheet()
    book.close()
    return out.getvalue()
