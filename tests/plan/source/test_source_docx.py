"""docx: order, printed numbers, tables, review marks, and everything that must be refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.source import source_from_bytes
from lvlian.plan.source.numbering import format_number

Make = Callable[..., bytes]
Refuse = Callable[..., str]


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def numbered(text: str, number: int, level: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, form: str, label: str, extra: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{label}"/>{extra}</w:lvl>'


OUTLINE = (
    '<w:abstractNum w:abstractNumId="1">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCounting", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%1.%4", "<w:isLgl/>")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/>'
    '<w:lvlOverride w:ilvl="2"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
)


def test_python_docx_document_in_order(cells: Callable[..., list[list[list[str]]]]) -> None:
    document = docx.Document()
    document.add_heading("青石县铝加工方案", 0)
    document.add_paragraph("第一条任务", style="List Number")
    document.add_paragraph("第二条任务", style="List Number")
    document.add_paragraph("要点", style="List Bullet")
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "时间"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "甲\n乙"
    run = document.add_paragraph("尾").add_run("\t续")
    run.add_break()
    run.add_text("换行")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.paragraphs[0].text = "页脚"
    target = io.BytesIO()
    document.save(target)
    source = source_from_bytes(target.getvalue(), name="plan.docx")
    assert source.form == "docx" and source.encoding is None
    assert source.text == (
        "青石县铝加工方案\n1.第一条任务\n2.第二条任务\n• 要点\n00\t时间\n甲 乙\t11\t12\n\t21\t22\n尾\t续\n换行\n"
    )
    assert cells(source) == [[["00", "时间", "时间"], ["甲 乙", "11", "12"], ["甲 乙", "21", "22"]]]
    assert source.tables[0].rows[1][0] == source.tables[0].rows[2][0]


def test_headings_carry_their_printed_numbers(make_docx: Make) -> None:
    body = (
        numbered("总体要求", 1)
        + numbered("工作目标", 1, 1)
        + numbered("产值", 1, 2)
        + numbered("2027年用电", 1, 2)
        + numbered("重点任务", 1)
        + numbered("延链", 1, 1)
        + numbered("板带", 1, 2)
        + numbered("细目", 1, 3)
        + paragraph("不编号", '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + numbered("另起", 2, 2)
        + numbered("保障", 2)
    )
    text = source_from_bytes(make_docx(body, numbering=OUTLINE), name="a.docx").text
    assert text.splitlines() == [
        "一、总体要求",
        "（一）工作目标",
        "1.产值",
        "2. 2027年用电",
        "二、重点任务",
        "（一）延链",
        "1.板带",
        "2.1 细目",
        "不编号",
        "5.另起",
        "三、保障",
    ]


def test_numbers_from_styles_and_restarts(make_docx: Make) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7">'
        + level(0, "chineseCounting", "%1、", '<w:pStyle w:val="H1"/>')
        + level(1, "decimal", "%2.", '<w:pStyle w:val="H2"/><w:lvlRestart w:val="0"/>')
        + '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2a"><w:basedOn w:val="H2"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="T1"><w:name w:val="toc 1"/></w:style>'
    )
    body = "".join(
        paragraph(text, f'<w:pStyle w:val="{style}"/>')
        for text, style in [("目录行 1", "T1"), ("甲", "H1"), ("乙", "H2"), ("丙", "H1"), ("丁", "H2"), ("戊", "H2a")]
    )
    text = source_from_bytes(make_docx(body, numbering=numbering, styles=styles), name="a.docx").text
    assert text.splitlines() == ["一、甲", "1.乙", "二、丙", "2.丁", "3.戊"]


@pytest.mark.parametrize(
    ("number", "form", "printed"),
    [
        (12, "chineseCounting", "十二"),
        (20, "chineseCountingThousand", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (3, "japaneseCounting", "三"),
        (10, "ideographDigital", "一〇"),
        (12, "chineseLegalSimplified", "壹拾贰"),
        (3, "decimalEnclosedCircleChinese", "③"),
        (21, "decimalEnclosedCircle", "㉑"),
        (2, "decimalEnclosedParen", "⑵"),
        (7, "decimalFullWidth", "７"),
        (7, "decimalZero", "07"),
        (4, "upperRoman", "IV"),
        (28, "lowerLetter", "bb"),
        (2, "ideographTraditional", "乙"),
        (9, "somethingNew", "9"),
        (9, "none", ""),
    ],
)
def test_number_formats(number: int, form: str, printed: str) -> None:
    assert format_number(number, form) == printed


@given(
    st.integers(0, 2_000_000),
    st.sampled_from(["chineseCounting", "upperRoman", "lowerLetter", "ordinal", "ideographZodiac"]),
)
def test_every_number_has_a_label(number: int, form: str) -> None:
    assert format_number(number, form)


def test_review_marks_hidden_text_and_fields(make_docx: Make) -> None:
    body = (
        "<w:p><w:r><w:t>产值</w:t></w:r><w:del><w:r><w:delText>二十</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>三十</w:t></w:r></w:ins><w:hyperlink><w:r><w:t>亿元</w:t></w:r></w:hyperlink>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>后半</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert source_from_bytes(make_docx(body), name="a.docx").text == "产值三十亿元\n前半后半\n控件\n"


def test_text_boxes_stand_once_after_their_paragraph_and_notes_at_the_end(make_docx: Make) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>"
        + box
        + "</wps:txbx></mc:Choice><mc:Fallback>"
        + box
        + "</mc:Fallback>"
        '</mc:AlternateContent></w:r><w:r><w:t>锚点</w:t><w:footnoteReference w:id="2"/></w:r></w:p><w:p><w:r><w:t>正文</w:t></w:r></w:p>'
    )
    notes = '<w:footnote w:id="0"><w:p/></w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>按不变价</w:t></w:r></w:p></w:footnote>'
    assert (
        source_from_bytes(make_docx(body, footnotes=notes), name="a.docx").text == "锚点\n框内\n正文\n注1：按不变价\n"
    )


def test_nested_tables_are_flattened_and_a_frame_is_no_table(make_docx: Make, cells: Callable[..., object]) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{paragraph('内1')}</w:tc><w:tc>{paragraph('内2')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('甲')}{inner}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr></w:tbl>"
    frame = f"<w:tbl><w:tr><w:tc>{paragraph('框一')}{paragraph('框二')}</w:tc></w:tr></w:tbl>"
    source = source_from_bytes(make_docx(outer + frame), name="a.docx")
    assert source.text == "甲 内1 内2\t乙\n框一\n框二\n"
    assert cells(source) == [[["甲 内1 内2", "乙"]]]


def test_broken_and_bombs_are_refused(make_docx: Make, refusal: Refuse) -> None:
    whole = make_docx(paragraph("文"))
    assert "zip archive is damaged" in refusal(whole[: len(whole) // 2], "plan.docx")
    assert "white space" in refusal(make_docx("<w:p/>"))
    assert "no valid XML" in refusal(make_docx("<w:p>"))
    assert "Excessive depth" in refusal(make_docx("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000))
    assert "packed more than" in refusal(make_docx("<w:p/>" * 4_000_000))
    assert "word/document.xml of 65 MB" in refusal(zipped({"word/document.xml": b" " * (65 * 1024 * 1024)}))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_sizes_that_lie_are_found_while_unpacking(refusal: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    from lvlian.plan.source import package

    monkeypatch.setattr(package, "MAX_PART", 1000)
    data = zipped({"word/document.xml": b" " * 5000})
    assert "can hold" in refusal(data)
    lying = data.replace((5000).to_bytes(4, "little"), (900).to_bytes(4, "little"))
    assert lying != data
    refusal(lying)


def test_document_types_are_refused(refusal: Refuse) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="x"><w:p>&b;</w:p></w:document>'
    assert "document type" in refusal(zipped({"word/document.xml": bomb.encode()}))
    coded = ('<?xml version="1.0" encoding="UTF-16"?>' + bomb).encode("utf-16")
    assert "document type" in refusal(zipped({"word/document.xml": coded}))


def test_too_many_members(refusal: Refuse) -> None:
    assert "10000 members" in refusal(zipped({f"{i}": b"" for i in range(10_001)}, zipfile.ZIP_STORED))


def test_other_packages_are_named(refusal: Refuse) -> None:
    types = {"[Content_Types].xml": b"<Types/>"}
    assert "Excel" in refusal(zipped({**types, "xl/workbook.xml": b""}), "plan.docx")
    assert "PowerPoint" in refusal(zipped({**types, "ppt/presentation.xml": b""}))
    assert "OpenDocument" in refusal(zipped({"content.xml": b""}))
    assert "OFD" in refusal(zipped({"OFD.xml": b""}))
    assert "no docx" in refusal(zipped({"notes.txt": b"x"}))
    assert "no docx" in refusal(zipped({}))


def test_encrypted_and_old_office_files(refusal: Refuse, make_docx: Make) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "encrypted" in refusal(ole + "EncryptedPackage".encode("utf-16-le"), "plan.docx")
    assert "save it as docx" in refusal(ole + "WordDocument".encode("utf-16-le"), "plan.doc")
    assert "xls" in refusal(ole + "Workbook".encode("utf-16-le"))
    assert "save it as docx" in refusal(ole)
    locked = bytearray(make_docx(paragraph("文")))
    for place in range(len(locked) - 4):
        if locked[place : place + 4] == b"PK\x01\x02":
            locked[place + 8] |= 1
    assert "encrypted" in refusal(bytes(locked))


def test_the_name_does_not_decide(make_docx: Make) -> None:
    assert source_from_bytes(make_docx(paragraph("文")), name="plan.txt").form == "docx"
