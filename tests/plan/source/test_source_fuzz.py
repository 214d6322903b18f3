"""Damaged documents of every form: a Source or a SourceError, and nothing else. benchmarks/fuzz_sources.py runs longer."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from lvlian.plan.source import SourceError, source_from_bytes

Make = Callable[..., bytes]

EDITS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 40), st.binary(max_size=12)), max_size=6)
PAGE = (
    "<!DOCTYPE html><meta charset=utf-8><nav><a>首页</a></nav><div id=zoom><h1>方案</h1><ol><li>目标</ol>"
    "<table><tr><td colspan=2>表<tr><td rowspan=0>甲<td>乙</table><p>到2027年，产值达到30亿元。<br>完</div>"
).encode()


def damaged(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, cut, put in edits:
        place %= len(data) + 1
        data = data[:place] + put + data[place + cut :]
    return data


def survives(data: bytes, name: str) -> None:
    try:
        source = source_from_bytes(data, name=name)
    except SourceError as error:
        message = str(error)
        assert message.startswith(f"{name}: ") and message.endswith(".") and "\n" not in message
        return
    assert source.text.strip() and "\r" not in source.text
    for table in source.tables:
        for row in table.rows:
            assert all(0 <= a <= b <= len(source.text) and "\n" not in source.text[a:b] for a, b in row)


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_random_bytes(data: bytes, head: bytes) -> None:
    for name in ("a.txt", "a.docx", "a.pdf", "a.html"):
        survives(head + data, name)


@given(EDITS)
def test_damaged_pages(edits: list[tuple[int, int, bytes]]) -> None:
    survives(damaged(PAGE, edits), "a.html")


@settings(max_examples=60)
@given(EDITS)
def test_damaged_pdfs(make_pdf: Make, edits: list[tuple[int, int, bytes]]) -> None:
    whole = make_pdf([[(76, 700, "到2027年"), (76, 600, "产值")]], drawn={0: [(70, y, 200, 1) for y in (590, 620)]})
    survives(damaged(whole, edits), "a.pdf")


@given(EDITS)
def test_damaged_zips(make_docx: Make, edits: list[tuple[int, int, bytes]]) -> None:
    survives(damaged(make_docx("<w:p><w:r><w:t>文</w:t></w:r></w:p>", numbering="<w:num/>"), edits), "a.docx")


@given(EDITS, st.booleans())
def test_damaged_parts_in_a_sound_zip(make_docx: Make, edits: list[tuple[int, int, bytes]], whole: bool) -> None:
    cell = "<w:tc><w:tcPr><w:gridSpan w:val='2'/><w:vMerge/></w:tcPr><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc>"
    data = make_docx(
        f"<w:p><w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr></w:p><w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>",
        numbering="<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:lvlText w:val='%1、'/></w:lvl></w:abstractNum>"
        "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>",
    )
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for member in source.namelist():
            content = source.read(member)
            archive.writestr(member, damaged(content, edits) if whole or "document.xml" in member else content)
    survives(target.getvalue(), "a.docx")
