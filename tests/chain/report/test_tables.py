"""Free tables: what is read, and that every slip is told with its place."""

from __future__ import annotations

import json
from typing import Any

import openpyxl
import pytest
from tests.chain.report.ground import HEAD, codes, library, names, saved, table

from lvlian.chain.region import OUTSIDE, Firm, Region
from lvlian.chain.report.intake import Expected
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import
from lvlian.chain.report.read_csv import csv_import
from lvlian.chain.report.read_json import json_import, records_import
from lvlian.chain.report.read_workbook import workbook_import


def test_a_row_becomes_a_statement_in_the_unit_of_the_good() -> None:
    (one,) = table('宏达,2023-09,产量,铝液,,,"4.12",万吨,磅单'.replace("宏达", "云岫")).statements
    assert (one.party, one.month, one.item, one.good, one.process) == (
        "yunxiu",
        "2023-09",
        "made",
        "liquid_aluminium",
        "electrolysis",
    )
    assert (one.value, one.unit, one.given, one.source) == (41200.0, "t", "4.12 万吨", "weighbridge")
    assert str(one.origin) == "报表.csv › 第 2 行 数值"


def test_words_of_people_lead_to_ids() -> None:
    result = table(
        "石盘云岫有限公司,2023年9月,外供,铝水,,北坡,4.1,千吨,过磅",
        "云岫,202309,外销,重熔用铝锭,,区外,1200,t,地磅",
        "云岫,2023/9,消耗,氧化铝,,,17.3,kt,",
        "云岫,2023-09,库存,铝锭,,,900,吨,盘点",
        "云岫,2023-09,外销,铝锭,,区外：江边铝材厂,50,吨,",
        "云岫,2023-09,产值,,,,17.2,亿元,",
        "再生,2023-09,品位,废铝,,,92.5,%,",
    )
    assert result.ok, [p.told() for p in result.problems]
    got = [(s.item, s.good, s.partner, s.value) for s in result.statements]
    assert got == [
        ("sent", "liquid_aluminium", "beipo", 4100.0),
        ("sent", "aluminium_ingot", OUTSIDE, 1200.0),
        ("used", "alumina", "", 17300.0),
        ("closing", "aluminium_ingot", "", 900.0),
        ("sent", "aluminium_ingot", f"{OUTSIDE}:江边铝材厂", 50.0),
        ("output_value", "", "", 1.72e9),
        ("content", "aluminium_scrap", "", 0.925),
    ]


@pytest.mark.parametrize("mark", ["", " ", "—", "-", "/", "无", "未报", "N/A"])
def test_empty_is_not_reported_and_never_zero(mark: str) -> None:
    result = table(f"云岫,2023-09,产量,铝液,,,{mark},吨,", "云岫,2023-09,产量,重熔用铝锭,,,0,吨,")
    assert result.ok
    assert result.skipped == 1
    assert [s.value for s in result.statements] == [0.0]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ('云岫,2023-09,产量,铝液,,,"61,46O",吨,', "not-a-number", "数值"),
        ("云岫,2023-09,产量,铝液,,,-5,吨,", "negative", "数值"),
        ("云岫,2023-09,产量,铝液,,,5,桶,", "unknown-unit", "单位"),
        ("云岫,2023-09,产量,铝液,,,5,千瓦时,", "wrong-unit", "单位"),
        ("云岫,2023-09,产量,铝液,,,5,,", "no-unit", "单位"),
        ("云岫,2023-09,产量,铝液,,,5吨,千吨,", "two-units", "数值"),
        ("云岫,9月,产量,铝液,,,5,吨,", "not-a-month", "月份"),
        ("云岫,,产量,铝液,,,5,吨,", "no-month", "月份"),
        ("云岭,2023-09,产量,铝液,,,5,吨,", "unknown-firm", "企业"),
        (",2023-09,产量,铝液,,,5,吨,", "no-firm", "企业"),
        ("云岫,2023-09,产出率,铝液,,,5,吨,", "unknown-item", "项目"),
        ("云岫,2023-09,,铝液,,,5,吨,", "no-item", "项目"),
        ("云岫,2023-09,产量,铝材,,,5,吨,", "unknown-good", "物料"),
        ("云岫,2023-09,产量,,,,5,吨,", "no-good", "物料"),
        ("云岫,2023-09,产量,铝液,电解槽,,5,吨,", "unknown-process", "工序"),
        ("云岫,2023-09,外供,铝液,,江边厂,5,吨,", "unknown-partner", "往来方"),
        ("云岫,2023-09,产量,铝液,,,5,吨,道听", "unknown-source", "来源"),
        ("再生,2023-09,含量,废铝,,,925,%,", "content-over-one", "数值"),
        ("云岫,2023-09,产量,铝液,,,=B2*2,吨,", "formula", "数值"),
    ],
)
def test_every_slip_is_told_with_its_place_and_nothing_is_taken(row: str, code: str, column: str) -> None:
    result = table("云岫,2023-09,产量,重熔用铝锭,,,22720,吨,", row)
    assert codes(result) == [code]
    assert result.problems[0].origin.cell == f"第 3 行 {column}"
    assert result.statements == ()
    assert [s.good for s in result.readable] == ["aluminium_ingot"]


def test_the_same_fact_twice_names_both_places() -> None:
    result = table("云岫,2023-09,产量,铝液,,,5,吨,", "云岫,2023-09,产量,铝液,,,6,吨,")
    assert codes(result) == ["twice"]
    assert "第 2 行" in result.problems[0].zh


def test_figures_below_zero_pass_where_the_account_is_to_judge() -> None:
    result = table("云岫,2023-09,期末库存,铝锭,,,-5,吨,", expected=Expected(below_zero=True))
    assert [s.value for s in result.statements] == [-5.0]


def test_what_is_expected_is_held_against_the_table() -> None:
    ours = Expected(party="yunxiu", month="2023-09")
    assert table("9月,产量,铝液,5,吨", head="月份,项目,物料,数值,单位", expected=ours).ok
    assert codes(table("云岫,2023-08,产量,铝液,,,5,吨,", expected=ours)) == ["wrong-month"]
    assert codes(table("北坡,2023-09,产量,铝棒,,,5,吨,", expected=ours)) == ["wrong-firm"]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("企业,月份,项目,物料,数值,单位,谁知道", "unknown-column"),
        ("企业,月份,项目,物料,数值,单位,本月数", "column-twice"),
        ("企业,月份,物料,数值,单位", "no-column"),
        ("月份,项目,物料,数值,单位", "no-column"),
        ("企业,项目,物料,数值,单位", "no-column"),
        ("甲,乙,丙", "no-header"),
    ],
)
def test_headers_that_do_not_do(head: str, code: str) -> None:
    assert codes(table("云岫,2023-09,产量,铝液,5,吨", head=head)) == [code]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    text = f"模拟\r\n{HEAD}\r\n云岫,2023-09,产量,铝液,,,5,吨,".replace(",", separator)
    result = csv_import(text.encode(encoding), "a.csv", names())
    assert result.ok
    assert result.simulated
    assert len(result.statements) == 1


def test_a_comma_in_a_figure_without_quotes_is_told() -> None:
    assert codes(table("云岫,2023-09,产量,铝液,,,61,460,吨,磅单")) == ["cells-beyond"]


def test_a_sheet_with_merged_cells_and_typed_values() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "九月"
    rows: list[list[Any]] = [
        ["石盘县链账（模拟）"],
        HEAD.split(","),
        ["云岫", 202309, "产量", "铝液", None, None, 90180, "吨", "磅单"],
        [None, 202309, "消耗", "氧化铝", None, None, "173,100", "吨", None],
    ]
    for row in rows:
        page.append(row)
    page.merge_cells("A1:I1")
    page.merge_cells("A3:A4")
    book.create_sheet("说明")["A1"] = "怎么填"
    result = workbook_import(saved(book), "a.xlsx", names())
    assert result.ok, [p.told() for p in result.problems]
    assert result.simulated
    assert [(s.party, s.value, str(s.origin)) for s in result.statements] == [
        ("yunxiu", 90180.0, "a.xlsx › 九月 › G3"),
        ("yunxiu", 173100.0, "a.xlsx › 九月 › G4"),
    ]


def test_a_figure_merged_over_rows_and_a_date_are_told_by_cell() -> None:
    from datetime import date

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEAD.split(","))
    page.append(["云岫", 202309, "产量", "铝液", None, None, 90180, "吨", None])
    page.append(["云岫", 202309, "产量", "重熔用铝锭", None, None, None, "吨", None])
    page.append(["云岫", 202309, "消耗", "氧化铝", None, None, date(2023, 9, 1), "吨", None])
    page.merge_cells("G2:G3")
    result = workbook_import(saved(book), "a.xlsx", names())
    assert [(p.code, p.origin.cell) for p in result.problems] == [("not-a-number", "G3"), ("date-for-number", "G4")]


def test_json_takes_ids_and_words_and_tells_pointers() -> None:
    good = {"party": "yunxiu", "month": "2023-09", "item": "made", "good": "铝液", "value": 90180, "unit": "吨"}
    result = records_import({"statements": [good], "simulated": True}, "a.json", names())
    assert result.ok
    assert result.simulated
    assert str(result.statements[0].origin) == "a.json › statements[0].value"
    for change, code, pointer in (
        ({"value": "x"}, "not-a-number", "statements[0].value"),
        ({"value": [1]}, "nested", "statements[0].value"),
        ({"valeu": 1}, "unknown-key", "statements[0].valeu"),
        ({"good": "gold"}, "unknown-good", "statements[0].good"),
    ):
        broken = records_import([{**good, **change}], "a.json", names())
        assert [(p.code, p.origin.cell) for p in broken.problems] == [(code, pointer)]
    assert codes(records_import([7], "a.json", names())) == ["not-an-object"]
    assert codes(records_import({"format": "x/9", "statements": [good]}, "a.json", names())) == ["wrong-version"]
    shared = records_import(
        {
            "party": "yunxiu",
            "month": "2023-09",
            "statements": [{"item": "made", "good": "铝液", "value": 1, "unit": "吨"}],
        },
        "a.json",
        names(),
    )
    assert [s.party for s in shared.statements] == ["yunxiu"]


def test_a_name_of_two_firms_names_neither() -> None:
    twins = Region(name="甲县", firms=tuple(Firm(id=k, name=f"{k}公司", short="同名", kind="processor") for k in "ab"))
    result = csv_import(f"{HEAD}\n同名,2023-09,产量,铝棒,,,5,吨,".encode(), "a.csv", Names(library(), twins))
    assert codes(result) == ["unknown-firm"]


def test_without_a_region_firms_are_taken_as_written() -> None:
    result = csv_import(f"{HEAD}\n某厂,2023-09,外供,铝棒,,别厂,5,吨,".encode(), "a.csv", Names(library()))
    assert [(s.party, s.partner) for s in result.statements] == [("某厂", "别厂")]


def test_no_word_of_the_library_stands_for_two_things() -> None:
    goods = [good.zh for good in library().goods.values()]
    assert len(goods) == len(set(goods))
    processes = [process.zh for process in library().processes.values()]
    assert len(processes) == len(set(processes))


def test_problems_speak_both_languages_and_stop_at_a_number() -> None:
    rows = [f"云岫,2023-09,产量,铝液,,,x{at},吨," for at in range(700)]
    result = table(*rows)
    assert len(result.problems) == 500
    assert result.more == 200
    assert result.problems[0].told("zh").startswith("报表.csv › 第 2 行 数值：“x0”不是数字")
    assert result.problems[0].told("en").startswith("报表.csv › 第 2 行 数值: “x0” is no number, expected")


def test_json_that_is_none() -> None:
    def of(content: bytes) -> Import:
        return json_import(content, "a.json", names())

    assert codes(of(b"{")) == ["not-json"]
    assert codes(of(b"[" * 100_000)) == ["not-json"]
    assert codes(of(b'[{"value": NaN}]')) == ["not-json"]
    assert codes(of(b"\xff\x00\x01")) == ["not-text"]
    assert codes(of(b"{}")) == ["no-statements"]
    assert codes(of(b"[]")) == ["no-figures"]
    huge = json.dumps(
        [{"party": "yunxiu", "month": "2023-09", "item": "made", "good": "铝液", "value": 10**400, "unit": "吨"}]
    )
    assert codes(of(huge.encode())) == ["not-a-number"]
