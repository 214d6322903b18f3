"""The Excel form: what it holds, that it reads back, and what people do to it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.chain.report.ground import MONTH, REGION, answers_to, codes, form, library, names, opened, saved

from lvlian.brief.report_template import template_bytes
from lvlian.chain.region import Firm, Line, Region
from lvlian.chain.report.form import form_of
from lvlian.chain.report.intake import Expected
from lvlian.chain.report.layout import AT, FILL, MACHINE, PARTNERS, SHEETS, USES
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import
from lvlian.chain.report.read_report import report_import

VALUE, UNIT, KEY = AT["value"] + 1, AT["unit"] + 1, AT["key"] + 1


def fill_sheet(book: openpyxl.Workbook) -> Worksheet:
    page = book[FILL]
    assert isinstance(page, Worksheet)
    return page


def row_of(page: Worksheet, start: str) -> int:
    """The row whose key begins so."""
    return next(row for row in range(1, page.max_row + 1) if str(page.cell(row, KEY).value or "").startswith(start))


def read(book: openpyxl.Workbook, expected: Expected | None = None) -> Import:
    return report_import(saved(book), "云岫.xlsx", names(), expected)


@pytest.mark.parametrize("firm", REGION.firms, ids=lambda firm: firm.id)
def test_what_is_filled_in_reads_back(firm: Firm) -> None:
    asked = form(firm.id)
    written = answers_to(asked)
    content = template_bytes(asked, REGION, library(), filled=written)
    result = report_import(content, "a.xlsx", names(), Expected(party=firm.id, month=MONTH))
    assert result.ok, [p.told("en") for p in result.problems]
    assert result.simulated
    assert [s.key for s in result.statements] == [s.key for s in written]
    for one, other in zip(result.statements, written, strict=True):
        assert one.value == pytest.approx(other.value, rel=1e-14)
        assert (one.unit, one.source, one.month) == (other.unit, other.source, MONTH)
        assert one.origin.sheet == FILL


def test_an_untouched_template_reports_nothing() -> None:
    result = read(opened("yunxiu"))
    assert result.ok
    assert result.statements == ()
    assert result.skipped == len(form("yunxiu").items)


def test_the_workbook_has_its_sheets_choices_ranges_and_protection() -> None:
    book = opened("yunxiu")
    assert tuple(book.sheetnames) == SHEETS
    assert book[MACHINE].sheet_state == "veryHidden"
    page = fill_sheet(book)
    assert page.column_dimensions["J"].hidden
    assert page.protection.sheet
    row = row_of(page, "made|liquid_aluminium")
    assert not page.cell(row, VALUE).protection.locked
    assert page.cell(row, 1).protection.locked
    assert page.freeze_panes == "C6"
    rules = {(str(v.sqref), v.type) for v in page.data_validations.dataValidation}
    assert (f"E{row}", "decimal") in rules
    assert (f"F{row}", "list") in rules
    assert (f"G{row}", "list") in rules
    assert page.page_setup.paperSize == 9
    assert page.print_title_rows == "$1:$5"
    assert "模拟" in str(page["I1"].value)
    uses = [cell.value for cell in book[USES]["A"]]
    assert [item.label for item in form("yunxiu").items] == uses[3:]
    partners = [cell.value for cell in book[PARTNERS]["A"]]
    assert {"北坡", "南坡", "仓库", "氧化铝厂", "区外"} <= set(partners)


def test_last_month_stands_grey_beside_in_the_same_unit() -> None:
    asked = form("yunxiu")
    before = answers_to(replace(asked, month="2023-08"), 120_000.0)
    content = template_bytes(asked, REGION, library(), before=before)
    page = fill_sheet(openpyxl.load_workbook(io.BytesIO(content)))
    row = row_of(page, "used|electricity|electrolysis")
    power = next(s for s in before if s.good == "electricity" and s.process == "electrolysis")
    assert page.cell(row, AT["before"] + 1).value == pytest.approx(power.value / 1e4)
    assert page.cell(row, UNIT).value == "万千瓦时"
    assert page.cell(row, VALUE).value is None
    assert report_import(content, "a.xlsx", names()).statements == ()


def test_units_may_be_chosen_per_row() -> None:
    book = opened("yunxiu")
    page = fill_sheet(book)
    row = row_of(page, "made|liquid_aluminium")
    page.cell(row, VALUE, "9.018")
    page.cell(row, UNIT, "万吨")
    (one,) = read(book).statements
    assert (one.value, one.given, str(one.origin)) == (90180.0, "9.018 万吨", f"云岫.xlsx › 填报 › E{row}")


def test_rows_may_be_sorted() -> None:
    book = opened("yunxiu", answers_to(form("yunxiu")))
    page = fill_sheet(book)
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=6)]
    for at, row in enumerate(reversed(rows), start=6):
        for place, value in enumerate(row, start=1):
            page.cell(at, place).value = value
    result = read(book)
    assert result.ok
    want = {s.key: s.value for s in answers_to(form("yunxiu"))}
    assert {s.key: pytest.approx(s.value, rel=1e-14) for s in result.statements} == want


def changed(change: Any) -> Import:
    book = opened("yunxiu", answers_to(form("yunxiu")))
    change(fill_sheet(book), book)
    return read(book)


def _set(start: str, column: int, value: object) -> Any:
    def change(page: Worksheet, book: openpyxl.Workbook) -> None:
        page.cell(row_of(page, start), column).value = value

    return change


def _delete(page: Worksheet, book: openpyxl.Workbook) -> None:
    page.delete_rows(row_of(page, "made|liquid_aluminium"))


def _insert(page: Worksheet, book: openpyxl.Workbook) -> None:
    row = page.max_row + 2
    page.cell(row, 1, "产量")
    page.cell(row, VALUE, 5)


def _machine(row: int, value: str) -> Any:
    def change(page: Worksheet, book: openpyxl.Workbook) -> None:
        book[MACHINE].cell(row, 2, value)

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set("made|liquid_aluminium", VALUE, "61,46O"), "not-a-number"),
        (_set("made|liquid_aluminium", VALUE, -3), "negative"),
        (_set("made|liquid_aluminium", VALUE, "=SUM(E1:E2)"), "formula"),
        (_set("made|liquid_aluminium", UNIT, "桶"), "unknown-unit"),
        (_set("made|liquid_aluminium", UNIT, None), "no-unit"),
        (_set("made|liquid_aluminium", KEY, "made|liquid"), "broken-key"),
        (_set("made|liquid_aluminium", KEY, "made|gold|electrolysis||"), "moved"),
        (_set("made|liquid_aluminium", 2, "氧化铝"), "moved"),
        (_set("made|liquid_aluminium", 1, "=1+1"), "moved"),
        (_delete, "rows-missing"),
        (_insert, "no-key"),
        (_machine(1, "lvlian.report/0"), "wrong-version"),
        (_machine(2, "nobody"), "wrong-firm"),
        (_machine(2, ""), "wrong-firm"),
        (_machine(3, ""), "wrong-month"),
    ],
)
def test_what_people_do_to_a_template_is_told(change: Any, code: str) -> None:
    result = changed(change)
    assert codes(result) == [code]
    assert result.statements == ()
    assert result.problems[0].origin.sheet in (FILL, MACHINE)


def test_a_copied_row_is_told_as_reported_twice() -> None:
    def copy(page: Worksheet, book: openpyxl.Workbook) -> None:
        row = row_of(page, "made|liquid_aluminium")
        values = [cell.value for cell in page[row]]
        for place, value in enumerate(values, start=1):
            page.cell(page.max_row + (1 if place == 1 else 0), place, value)

    assert codes(changed(copy)) == ["twice"]


def test_another_firm_or_month_than_expected_is_told() -> None:
    book = opened("yunxiu")
    assert codes(read(book, Expected(party="beipo"))) == ["wrong-firm"]
    assert codes(read(book, Expected(month="2023-10"))) == ["wrong-month"]


def test_names_never_become_formulas() -> None:
    firm = Firm(
        id="a", name='=HYPERLINK("http://x","y")', short="@甲", kind="processor", lines=(Line(process="die_casting"),)
    )
    region = Region(name="+甲县", firms=(firm,))
    asked = form_of(firm, region, library(), MONTH)
    content = template_bytes(asked, region, library(), filled=answers_to(asked))
    book = openpyxl.load_workbook(io.BytesIO(content))
    formulas = [c.coordinate for page in book for row in page.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []
    assert report_import(content, "a.xlsx", Names(library(), region)).ok


def test_same_form_same_bytes() -> None:
    asked, written = form("nanpo"), answers_to(form("nanpo"))
    assert template_bytes(asked, REGION, library(), filled=written) == template_bytes(
        asked, REGION, library(), filled=written
    )
