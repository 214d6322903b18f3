"""Files that are broken, huge or meant to do harm: one sentence each, never a traceback, never more memory than the bounds."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.chain.report.ground import HEAD, REGION, answers_to, codes, form, library, names, saved
from tests.chain.report.ground import table as handed_in

from lvlian.brief.report_template import template_bytes
from lvlian.chain.report import package, read_csv, table
from lvlian.chain.report.problem import Import
from lvlian.chain.report.read_report import read_report, report_import


def take(content: bytes, name: str = "a.xlsx") -> Import:
    result = report_import(content, name, names())
    for problem in result.problems:
        assert problem.zh.endswith(("。", "？"))
        assert problem.en.endswith((".", "?"))
        assert "\n" not in problem.told("zh") + problem.told("en")
    return result


def plain() -> bytes:
    return template_bytes(form("yunxiu"), REGION, library(), filled=answers_to(form("yunxiu")))


def repacked(content: bytes, changes: dict[str, bytes | None]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            data = changes[name] if name in changes else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "wrong-kind"),
        (b"\x89PNG\r\n\x1a\n", "wrong-kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old-or-encrypted"),
        (b"PK\x03\x04" + bytes(100), "broken"),
        (b"PK\x05\x06" + bytes(18), "not-a-workbook"),
        (bytes(range(256)) * 20, "not-text"),
        ("不是表\n只是一段话".encode(), "no-header"),
        (("a" * 40_000 + ",b\n").encode(), "not-csv"),
        ((HEAD + '\n"unfinished').encode(), "not-csv"),
        (HEAD.encode(), "no-figures"),
    ],
)
def test_files_that_are_no_report(content: bytes, code: str) -> None:
    assert codes(take(content)) == [code]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert codes(read_report(tmp_path / "nothing.xlsx", names())) == ["unreadable"]
    assert codes(read_report(tmp_path, names())) == ["unreadable"]


def test_a_file_larger_than_the_bound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(read_csv, "LARGEST", 100)
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 101)
    assert codes(read_report(path, names())) == ["too-large"]


def test_more_rows_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    rows = [f"云岫,{2000 + at}-01,产量,铝液,,,5,吨," for at in range(11)]
    assert codes(handed_in(*rows)) == ["too-many-rows"]
    assert handed_in(*rows[:10]).ok


def test_a_zip_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "RATIO_FROM", 100_000)
    assert codes(take(repacked(plain(), {SHEET: b" " * 1_000_000}))) == ["too-large"]
    monkeypatch.setattr(package, "MOST_BYTES", 500_000)
    assert codes(take(repacked(plain(), {"xl/media/x": bytes(600_000)}))) == ["too-large"]
    monkeypatch.setattr(package, "MOST_MEMBERS", 5)
    assert codes(take(plain())) == ["too-large"]


def test_a_zip_that_lies_about_its_sizes() -> None:
    content = bytearray(repacked(plain(), {SHEET: b"<worksheet>" + b" " * 100_000}))
    at = content.rfind(SHEET.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = struct.pack("<I", 50)
    assert codes(take(bytes(content))) == ["too-large"]


def test_a_cell_far_out_does_not_fill_the_memory() -> None:
    far = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>%b</sheetData></worksheet>'
    tall = far % b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    wide = far % b'<row r="2"><c r="XFD2"><v>1</v></c></row>'
    both = far % b'<row r="200000"><c s="1" r="CZ200000"><v>1</v></c></row>'
    assert codes(take(repacked(plain(), {SHEET: tall}))) == ["too-many-rows"]
    assert codes(take(repacked(plain(), {SHEET: wide}))) == ["too-wide"]
    assert codes(take(repacked(plain(), {SHEET: both}))) == ["too-wide"]


def test_a_long_text_named_by_many_cells_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    long = b"<sst><si><t>%b</t></si><si><t>b</t></si></sst>" % (b"a" * 30_000)
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (at, at) for at in range(1, 2_000))
    changes = {SHEET: b"<worksheet><sheetData>%b</sheetData></worksheet>" % rows, "xl/sharedStrings.xml": long}
    monkeypatch.setattr(package, "MOST_TEXT", 50_000_000)
    assert codes(take(repacked(plain(), changes))) == ["too-large"]
    few = {**changes, SHEET: changes[SHEET].replace(b"<v>0</v>", b"<v>1</v>")}
    assert codes(take(repacked(plain(), few))) != ["too-large"]


def test_json_of_brackets_is_not_unfolded() -> None:
    assert codes(take(b"[" + b"[]," * 700_000 + b"[]]", "a.json")) == ["too-large"]


def test_macros_entities_and_passwords_are_refused() -> None:
    assert codes(take(repacked(plain(), {"xl/vbaProject.bin": b"x"}))) == ["macros"]
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'
    assert codes(take(repacked(plain(), {SHEET: entity}))) == ["broken"]
    content = bytearray(plain())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert codes(take(bytes(content))) == ["encrypted"]


def test_links_to_other_workbooks_are_not_followed() -> None:
    link = b'<externalLink xmlns="x"><externalBook/></externalLink>'
    assert take(repacked(plain(), {"xl/externalLinks/externalLink1.xml": link})).ok


def test_parts_that_are_missing_or_broken() -> None:
    for name in ("xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"):
        assert not take(repacked(plain(), {name: None})).ok
        assert not take(repacked(plain(), {name: b"<broken"})).ok


def test_a_formula_counts_by_its_value_and_is_told_where_it_has_none() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEAD.split(","))
    page.append(["云岫", "2023-09", "产量", "铝液", None, None, "=2+3", "吨", None])
    page.append(["云岫", "2023-09", "产量", "重熔用铝锭", None, None, 7, "吨", None])
    without = saved(book)
    result = take(without)
    assert [(p.code, p.origin.cell) for p in result.problems] == [("formula", "G2")]
    with zipfile.ZipFile(io.BytesIO(without)) as old:
        sheet = old.read(SHEET)
    assert b"<f>2+3</f>" in sheet
    with_value = repacked(without, {SHEET: sheet.replace(b"<v></v>", b"<v>5</v>").replace(b"<v />", b"<v>5</v>")})
    assert [s.value for s in take(with_value).statements] == [5.0, 7.0]


@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"{", b"[", HEAD.encode() + b"\n"):
        take(head + content)


@given(st.data())
def test_a_workbook_with_a_flipped_byte(data: st.DataObject) -> None:
    content = bytearray(plain())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    take(bytes(content))


@given(st.text(max_size=200))
def test_any_text_under_a_header(text: str) -> None:
    take((HEAD + "\n" + text).encode("utf-8", "surrogatepass"), "a.csv")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["statements", "party", "firm", "month", "item", "good", "value", "unit", "origin", "x"]), inner),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_any_json(data: object) -> None:
    import json

    take(json.dumps(data).encode(), "a.json")
    take(json.dumps({"statements": [data, {"party": "yunxiu", "value": data}]}).encode(), "a.json")
