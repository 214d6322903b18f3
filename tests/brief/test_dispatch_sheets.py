"""The workbook of a quarter: heads with units, origins, the seal, numbers as numbers, no formula, any text."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from benchmarks.papers import quarter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from lvlian.brief.dispatch_sheets import dispatch_workbook
from lvlian.brief.wording import WordingError
from lvlian.ledger.report import DecisionLine, GoalLine, ItemLine, LightLine, QuarterReport, UnitLine
from lvlian.ledger.snapshot import Change

SHEETS = ["变化", "目标", "滞后和预警", "单位核对", "决定", "台账", "说明"]
FORMULAS = ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", '=HYPERLINK("http://x")')
TEXT = st.one_of(
    st.text(max_size=120),
    st.sampled_from([*FORMULAS, "\x00\x0b\ud800\ufffe", "甲" * 5000, "🏭" * 900, "a\r\nb\tc", "_x0041_", "&P&N&D", ""]),
)


def book(report: QuarterReport, language: str = "zh") -> Workbook:
    return load_workbook(io.BytesIO(dispatch_workbook(report, language=language)))


def filled(text: str) -> QuarterReport:
    return replace(
        quarter(), region=text, office=text, plan=text, simulated=text, snapshot_hash=text, number=text, audit_root=text,
        changes=(Change("broken", text, text, text, text, ((text, text, 3), (text, float("nan"), [text])), text),),
        goals=(GoalLine(indicator=text, unit=text, promised=float("inf"), light=text, op=text, why=text, period=text),),
        lights=(LightLine(light="bad", title=text, unit=text, reason=text, next_step=text, next_day=text),),
        units=(UnitLine(unit=text, owed=1, state=text),),
        decisions=(DecisionLine(number=1, text=text, unit=text, due=text),),
        items=(ItemLine(track=text, title=text, unit=text, light=text, note=text, origin=text),),
    )  # fmt: skip


def test_one_frozen_head_with_units_and_origins() -> None:
    found = book(quarter())
    assert found.sheetnames == SHEETS
    for sheet in found:
        assert sheet.freeze_panes in ("A2", "C2")
        assert sheet.auto_filter.ref
        assert all(cell.value for cell in sheet[1])
        heads = [cell.value for cell in sheet[1]]
        assert sheet.title == "说明" or {"来源", "标记"} <= set(heads)
    assert [cell.value for cell in found["单位核对"][1]] == [
        "单位", "来源", "应核，项", "已核，项", "更正，项", "约用时，分", "状态", "标记",
    ]  # fmt: skip


def test_numbers_are_numbers() -> None:
    found = book(quarter())
    head, first, *rest = found["目标"].values
    goal = dict(zip(head, first, strict=True))
    assert (goal["规划，数值"], goal["完成，数值"], goal["达成概率，%"]) == (150, 97.4, 31)
    assert goal["规划（原样）"] == "≈ 150"
    assert goal["来源"] == "规划 › 一、工作目标"
    assert dict(zip(head, rest[-1], strict=True))["完成，数值"] is None, "what is missing is empty, never zero"


def test_every_field_of_a_change_has_a_row() -> None:
    change = Change(
        "changed", "items", "k", "事项", "县工信局", (("due", "2024-08", "2024-10"), ("amount", 3, 5)), "因", 4
    )
    head, *rows = book(replace(quarter(), changes=(change,)))["变化"].values
    assert [(row[4], row[5], row[6]) for row in rows] == [("时限", "2024-08", "2024-10"), ("数量", 3, 5)]
    assert head[8] == "逾期，天"
    assert rows[0][8] == 4


def test_units_keep_the_order_of_the_list() -> None:
    rows = list(book(quarter())["单位核对"].values)[1:]
    assert [row[0] for row in rows] == [line.unit for line in quarter().units]


def test_the_seal_and_the_mark() -> None:
    found = book(quarter())
    notes = dict(list(found["说明"].values)[1:])
    assert notes["封存快照 SHA-256"] == "a91f3c07" * 8
    assert notes["审计根"] == "07c4e9b3" * 8
    assert notes["模拟"] == "区域、单位、项目和数字均为虚构"
    assert "模拟" in str(found["目标"].oddFooter.left.text)
    assert str(found["目标"].oddFooter.right.text) == "a91f3c07" * 2
    real = book(replace(quarter(), simulated=""))
    assert "模拟" not in dict(list(real["说明"].values)[1:])
    assert "标记" not in [cell.value for cell in real["目标"][1]]


def test_english() -> None:
    found = book(quarter(), "en")
    assert found.sheetnames == ["Changes", "Goals", "Late and warned", "Units", "Decisions", "Registers", "Notes"]
    assert found["Units"]["C1"].value == "Asked, items"
    assert found["Goals"]["C2"].value == "▲ warning"
    with pytest.raises(WordingError, match="expected one of zh, en"):
        dispatch_workbook(quarter(), language="fr")


def test_same_report_same_bytes() -> None:
    assert dispatch_workbook(quarter()) == dispatch_workbook(quarter())


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_becomes_a_formula(text: str) -> None:
    cells = [cell for sheet in book(filled(text)) for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(str(cell.value).startswith(text.strip()[:1]) for cell in cells)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT)
def test_any_text_gives_a_workbook_that_opens(text: str) -> None:
    found = book(filled(text))
    assert found.sheetnames == SHEETS
    cells = [cell for sheet in found for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
