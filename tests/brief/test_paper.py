"""The Word brief keeps the measures of GB/T 9704-2012."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lvlian.brief import Assessed
from lvlian.brief.paper import paper_bytes
from lvlian.brief.paper_layout import TIGHT
from lvlian.brief.paper_tables import column_widths
from lvlian.brief.paper_words import TITLE_LINE, ems, numeral, printable, title_lines

MM = 1440 / 25.4


def _part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def _twips(element: etree._Element, name: str) -> int:
    return int(element.get(qn(f"w:{name}"), "0"))


def test_page_and_margins(shipan: Assessed) -> None:
    section = _part(paper_bytes([shipan]), "word/document.xml").find(f".//{qn('w:sectPr')}")
    assert section is not None
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    assert size is not None
    assert margins is not None
    assert [_twips(size, "w"), _twips(size, "h")] == pytest.approx([210 * MM, 297 * MM], abs=1)
    wanted = {"top": 37, "bottom": 35, "left": 28, "right": 26}
    assert {name: _twips(margins, name) for name in wanted} == pytest.approx(
        {n: v * MM for n, v in wanted.items()}, abs=1
    )


def test_type_area_holds_22_lines_of_28_characters(shipan: Assessed) -> None:
    document = Document(io.BytesIO(paper_bytes([shipan])))
    section: Any = document.sections[0]
    height = section.page_height - section.top_margin - section.bottom_margin
    width = section.page_width - section.left_margin - section.right_margin
    body = [p for p in document.paragraphs if p.paragraph_format.first_line_indent]
    assert body
    assert {p.paragraph_format.line_spacing.pt for p in body} == {28}
    assert height / 12700 // 28 == 22
    assert width / 12700 // (16 + TIGHT / 20) == 28


def test_fonts_of_each_level(shipan: Assessed) -> None:
    document: Any = Document(io.BytesIO(paper_bytes([shipan])))
    found: dict[str, tuple[str, float]] = {}
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            fonts = run._r.find(f".//{qn('w:rFonts')}")
            found.setdefault(paragraph.text[:2], (fonts.get(qn("w:eastAsia")), run.font.size.pt))
    assert found["石盘"] == ("方正小标宋简体", 22)
    assert found["一、"] == ("黑体", 16)
    assert found["（一"] == ("楷体_GB2312", 16)
    assert found["经自"] == ("仿宋_GB2312", 16)
    assert any("要点摘报" in paragraph.text for paragraph in document.paragraphs)


def test_indent_is_two_characters(shipan: Assessed) -> None:
    indents = _part(paper_bytes([shipan]), "word/document.xml").findall(f".//{qn('w:ind')}")
    assert {indent.get(qn("w:firstLineChars")) for indent in indents} == {"200"}


def test_page_number_between_dashes(shipan: Assessed) -> None:
    content = paper_bytes([shipan])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = [name for name in archive.namelist() if name.startswith("word/footer")]
    footer = _part(content, name)
    words = "".join(node.text or "" for node in footer.iter(qn("w:t"), qn("w:instrText")))
    assert words == "—  PAGE  —"
    assert {size.get(qn("w:val")) for size in footer.iter(qn("w:sz"))} == {"28"}


def test_tables_have_three_lines_a_repeated_head_and_whole_rows(shipan: Assessed) -> None:
    tables = _part(paper_bytes([shipan]), "word/document.xml").findall(f".//{qn('w:tbl')}")
    assert len(tables) == 6
    for table in tables:
        rows = table.findall(qn("w:tr"))
        assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        heavy = [border.tag for border in table.iter(qn("w:top"), qn("w:bottom")) if border.get(qn("w:sz")) == "12"]
        columns = len(rows[0].findall(qn("w:tc")))
        assert heavy == [qn("w:top")] * columns + [qn("w:bottom")] * columns
        assert not list(table.iter(qn("w:insideV"), qn("w:start"), qn("w:end")))


def test_annexes_are_listed_and_follow(shipan: Assessed) -> None:
    words = [paragraph.text for paragraph in Document(io.BytesIO(paper_bytes([shipan]))).paragraphs]
    assert "附件：1. 自查事项表" in words
    assert [text for text in words if text.startswith("附件") and "：" not in text] == [f"附件{n}" for n in range(1, 7)]


def test_sentences_come_from_the_facts(shipan: Assessed) -> None:
    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(paper_bytes([shipan]))).paragraphs)
    assert (
        "《石盘县铝产业行动方案》（石政发〔2024〕3号）由石盘县人民政府于2024年3月18日印发，规划期2024—2026年。" in text
    )
    assert "铝产业产值2024年150亿元左右、2025年220亿元左右、2026年底300亿元以上（2023年实绩118亿元）" in text
    assert "二、项目由县工信局牵头" in text


def test_several_plans_start_with_the_comparison(shipan: Assessed, neighbour: Assessed) -> None:
    document = Document(io.BytesIO(paper_bytes([shipan, neighbour])))
    words = [paragraph.text for paragraph in document.paragraphs]
    assert (
        words.index("一、目标对照")
        < words.index("二、《石盘县铝产业行动方案》")
        < words.index("三、《河西市铝产业实施意见》")
    )
    assert "附件1" in words


def test_each_finding_is_a_paragraph_of_its_own(shipan: Assessed) -> None:
    words = [paragraph.text for paragraph in Document(io.BytesIO(paper_bytes([shipan]))).paragraphs]
    for severity, heading in (("conflict", "互相冲突的事项"), ("notice", "需核对的事项"), ("gap", "需补充的事项")):
        found = [finding for finding in shipan.findings if finding.severity == severity]
        if found:
            place = next(at for at, text in enumerate(words) if text.endswith(heading))
            assert words[place + 1] == f"1. {found[0].message_zh.rstrip('。')}。"


def test_checksum_is_left_aligned(shipan: Assessed) -> None:
    summed = Assessed(replace(shipan.facts, sha256="0f" * 32), shipan.findings)
    document = Document(io.BytesIO(paper_bytes([summed])))
    (line,) = [paragraph for paragraph in document.paragraphs if "SHA-256" in paragraph.text]
    assert line.alignment == 0
    assert line.text.endswith("0f" * 32)


def test_columns_fill_the_area_and_short_ones_stay_short() -> None:
    rows = [["轻重", "事项"], ["冲突", "一个很长的事项" * 12], ["提示", "短"]]
    widths = column_widths(rows, 8800)
    assert sum(widths) == 8800
    assert widths[0] < 1000 < widths[1]


@given(st.lists(st.lists(st.text(max_size=200), min_size=4, max_size=4), min_size=1, max_size=6))
def test_columns_always_fill_the_area(rows: list[list[str]]) -> None:
    widths = column_widths(rows, 8844)
    assert sum(widths) == 8844
    assert min(widths) > 0


@given(st.text(alphabet="铝产业方案（）2024—《》的", max_size=80))
def test_title_lines_lose_nothing(title: str) -> None:
    assert "".join(title_lines(title)) == title
    assert all(ems(line) <= TITLE_LINE for line in title_lines(title))


def test_title_keeps_its_bracket_whole() -> None:
    lines = title_lines("石盘县铝产业链提质三年行动方案（2024—2026年）要点摘报")
    assert lines == ["石盘县铝产业链提质三年行动方案", "（2024—2026年）要点摘报"]


def test_same_input_same_bytes_and_a_fixed_time(shipan: Assessed) -> None:
    content = paper_bytes([shipan])
    assert content == paper_bytes([shipan])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_hostile_text_stays_text(hostile: Assessed) -> None:
    content = paper_bytes([hostile])
    text = "".join(node.text or "" for node in _part(content, "word/document.xml").iter(qn("w:t")))
    assert "<script>alert(1)</script>" in text


@pytest.mark.parametrize(
    ("value", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_numerals(value: int, words: str) -> None:
    assert numeral(value) == words


def test_long_titles_break_after_a_phrase() -> None:
    lines = title_lines("石盘县人民政府关于进一步推进铝产业链高质量发展若干措施的实施意见要点摘报")
    assert all(len(line) <= 19 for line in lines)
    assert "".join(lines).startswith("石盘县人民政府")
    assert printable("甲\x00\x0b乙\ud800") == "甲乙"
