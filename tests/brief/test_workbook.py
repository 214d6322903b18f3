"""The Excel brief: sheets, numbers as numbers, no formula, the same bytes."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import load_workbook

from lvlian.brief import Assessed
from lvlian.brief.facts_xlsx import write_facts_xlsx
from lvlian.brief.workbook import brief_workbook

SHEETS = ["目标", "项目", "责任", "激励", "链条", "机制", "集群", "自查", "说明"]


def test_sheets_and_their_heads(shipan: Assessed) -> None:
    book = load_workbook(io.BytesIO(brief_workbook([shipan])))
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet.freeze_panes in ("A2", "C2")
        assert sheet.auto_filter.ref
        assert all(cell.value for cell in sheet[1])
    heads = [cell.value for cell in book["目标"][1]]
    assert heads[-4:] == ["章节", "原句", "把握", "待核原因"]


def test_numbers_are_numbers_and_dates_are_words(shipan: Assessed) -> None:
    sheet = load_workbook(io.BytesIO(brief_workbook([shipan])))["目标"]
    heads = [cell.value for cell in sheet[1]]
    row = [cell.value for cell in sheet[2]]
    record = dict(zip(heads, row, strict=True))
    assert record["数值"] == 300
    assert record["时间"] == "2026 底"
    assert record["关系"] == "不低于"
    assert record["原句"] == "全县铝产业产值达到300亿元以上"


def test_one_row_for_each_unit_and_task(shipan: Assessed) -> None:
    rows = list(load_workbook(io.BytesIO(brief_workbook([shipan])))["责任"].values)[1:]
    assert [(row[1], row[2]) for row in rows] == [("县工信局", "牵头"), ("财政局", None), ("石盘园区管委会", None)]


def test_findings_by_severity(shipan: Assessed) -> None:
    rows = list(load_workbook(io.BytesIO(brief_workbook([shipan])))["自查"].values)[1:]
    assert [row[1] for row in rows] == ["冲突", "提示", "待补", "相符"]
    assert rows[1][4] == "100 + 45 = 145 ≠ 150 左右（亿元，2024）；差 −5"


def test_nothing_becomes_a_formula(hostile: Assessed) -> None:
    book = load_workbook(io.BytesIO(brief_workbook([hostile])))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "n"}
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


def test_same_bytes_and_english_heads(shipan: Assessed) -> None:
    assert brief_workbook([shipan]) == brief_workbook([shipan])
    assert load_workbook(io.BytesIO(brief_workbook([shipan], language="en"))).sheetnames[0] == "Goals"


def test_facts_alone(shipan: Assessed, neighbour: Assessed, tmp_path: Path) -> None:
    path = write_facts_xlsx([shipan.facts, neighbour.facts], tmp_path / "deep" / "facts.xlsx")
    book = load_workbook(path)
    assert book.sheetnames == [name for name in SHEETS if name != "自查"]
    assert {row[0] for row in list(book["目标"].values)[1:]} == {"石盘县", "河西市"}
    assert [item.name for item in path.parent.iterdir()] == ["facts.xlsx"]
