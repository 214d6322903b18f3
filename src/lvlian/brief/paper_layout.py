"""Page geometry, fonts and tables of an official paper (GB/T 9704-2012) on top of python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

TWIPS_PER_MM = 1440 / 25.4
PAGE = (210, 297)
"""A4 in mm."""
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""mm, GB/T 9704-2012 5.2."""
LINES, CHARACTERS = 22, 28
LINE = 28
"""Line spacing in points; 22 lines of 28 pt stand in the 225 mm of the type area."""
SIZE_2, SIZE_3, SIZE_4, SIZE_TABLE = 22.0, 16.0, 14.0, 10.5
"""二号 三号 四号 五号 in points."""
TIGHT = -5
"""Twentieths of a point between characters: 28 characters of 三号 (448 pt) stand in the 156 mm (442 pt) of a line."""
TITLE_LINE = 19
"""Characters of 二号 in one line of a title."""
TITLE, HEI, KAI, FANG, SONG, LATIN = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体", "Times New Roman"
SUBSTITUTES = {TITLE: "Noto Serif CJK SC", HEI: "SimHei", KAI: "KaiTi", FANG: "FangSong", SONG: "SimSun"}
"""Names under which the same face may stand on another machine (written to the font table)."""
STAMP = datetime(2000, 1, 1)
"""The time written into every file, so that the same input gives the same bytes."""

_DIGITS = "〇一二三四五六七八九"
_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def numeral(value: int) -> str:
    """1 → 一, 12 → 十二, 21 → 二十一 (to 99)."""
    tens, ones = divmod(value, 10)
    head = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def title_lines(text: str) -> list[str]:
    """A title broken into lines of at most TITLE_LINE characters, where possible after a mark or a word that ends a phrase."""
    if len(text) <= TITLE_LINE:
        return [text]
    aim = -(-len(text) // -(-len(text) // TITLE_LINE))
    ends = [
        at
        for at in range(max(aim - 5, 1), min(aim + 3, TITLE_LINE, len(text) - 1) + 1)
        if text[at - 1] in "》）)、的省市州县区年于和"
    ]
    cut = min(ends, key=lambda at: abs(at - aim)) if ends else min(aim, TITLE_LINE)
    return [text[:cut], *title_lines(text[cut:])]


class Paper:
    """A paper under construction: headings number themselves, tables are three-line, every text is made printable."""

    def __init__(self, title: str) -> None:
        from docx import Document as new_document
        from docx.shared import Mm, Pt

        self.document: Document = new_document()
        self._counts = [0, 0, 0]
        body = self.document.element.body
        for child in list(body):
            if not child.tag.endswith("sectPr"):
                body.remove(child)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
        section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
        section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
        section.footer_distance = Mm(MARGINS["bottom"] - 7 - 5)
        self._grid(section)
        normal = self.document.styles["Normal"]
        normal.font.size = Pt(SIZE_3)
        self._fonts(normal.element.get_or_add_rPr(), FANG)
        self._tighten(normal.element.get_or_add_rPr())
        self._page_number(section)
        self._properties(title)
        self._font_table()

    # -- text ---------------------------------------------------------------

    def title(self, text: str) -> None:
        """The title: 二号小标宋, centred, long ones in lines of much the same length."""
        paragraph = self.paragraph(
            "\n".join(title_lines(text)), font=TITLE, size=SIZE_2, indent=False, centred=True, line=35
        )
        paragraph.paragraph_format.space_after = self._points(LINE / 2)
        self._outline(paragraph, 0)

    def heading(self, level: int, text: str) -> None:
        """Level 1 `一、` 黑体, 2 `（一）` 楷体, 3 `1.` 仿宋 bold; the number is put in front."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (3 - level)
        count = self._counts[level - 1]
        mark = (f"{numeral(count)}、", f"（{numeral(count)}）", f"{count}. ")[level - 1]
        font = (HEI, KAI, FANG)[level - 1]
        paragraph = self.paragraph(mark + text, font=font, bold=level == 3)
        paragraph.paragraph_format.keep_with_next = True
        self._outline(paragraph, level)

    def paragraph(
        self,
        text: str,
        *,
        font: str = FANG,
        size: float = SIZE_3,
        bold: bool = False,
        indent: bool = True,
        centred: bool = False,
        line: float = LINE,
        lead: str = "",
    ) -> Paragraph:
        """A paragraph with a first-line indent of two characters; `lead` is set in 楷体 before the text."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = self.document.add_paragraph()
        self._spacing(paragraph, line, indent)
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY if indent else WD_ALIGN_PARAGRAPH.LEFT
        )
        if lead:
            self._run(paragraph, lead, KAI, size, bold)
        self._run(paragraph, text, font, size, bold)
        return paragraph

    def annexes(self, titles: Sequence[str]) -> None:
        """The list `附件：1. …` under the body."""
        self.paragraph("", indent=False)
        for place, title in enumerate(titles, start=1):
            words = f"{'附件：' if place == 1 else '　　　'}{place}. {title}"
            self.paragraph(words if len(titles) > 1 else f"附件：{title}", indent=True)

    def annex(self, place: int, total: int, title: str) -> None:
        """Start an annex on a new page."""
        mark = self.paragraph(f"附件{place}" if total > 1 else "附件", font=HEI, indent=False)
        mark.paragraph_format.page_break_before = True
        head = self.paragraph(
            "\n".join(title_lines(title)), font=TITLE, size=SIZE_2, indent=False, centred=True, line=35
        )
        head.paragraph_format.space_after = self._points(8)
        self._outline(head, 1)

    # -- tables -------------------------------------------------------------

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], right: Sequence[int] = ()
    ) -> None:
        """A three-line table as wide as the type area. `widths` are proportions, `right` the columns set flush right.
        The header row repeats on every page and no row splits."""
        area = round((PAGE[0] - MARGINS["left"] - MARGINS["right"]) * TWIPS_PER_MM)
        scaled = [round(area * width / sum(widths)) for width in widths]
        parts = [_TABLE_HEAD.format(width=sum(scaled), grid="".join(f'<w:gridCol w:w="{width}"/>' for width in scaled))]
        for place, row in enumerate([header, *rows]):
            parts.append(_row(row, scaled, set(right), head=place == 0, last=place == len(rows)))
        from docx.oxml import parse_xml

        element = parse_xml("".join([*parts, "</w:tbl>"]))
        self.document.element.body.insert_element_before(element, "w:sectPr")
        self._spacing(self.document.add_paragraph(), 12, False)

    # -- the file -----------------------------------------------------------

    def bytes(self) -> bytes:
        """The finished file; the archive carries a fixed time."""
        raw = io.BytesIO()
        self.document.save(raw)
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.infolist():
                if item.filename == "docProps/thumbnail.jpeg":
                    continue
                entry = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                content = source.read(item)
                if item.filename == "_rels/.rels":
                    content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
                target.writestr(entry, content)
        return out.getvalue()

    def _run(self, paragraph: Paragraph, text: str, font: str, size: float, bold: bool) -> None:
        run = paragraph.add_run(printable(text))
        run.font.size, run.font.bold = self._points(size), bold or None
        self._fonts(run._r.get_or_add_rPr(), font)

    def _fonts(self, properties: Any, font: str) -> None:
        from docx.oxml.ns import qn

        fonts = properties.get_or_add_rFonts()
        for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(name), None)
        for name, value in (
            ("w:ascii", LATIN),
            ("w:hAnsi", LATIN),
            ("w:cs", LATIN),
            ("w:eastAsia", font),
            ("w:hint", "eastAsia"),
        ):
            fonts.set(qn(name), value)

    @staticmethod
    def _tighten(properties: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(TIGHT))
        properties.insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang")

    def _spacing(self, paragraph: Paragraph, line: float, indent: bool) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.oxml.ns import qn

        shape = paragraph.paragraph_format
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, self._points(line)
        shape.space_before = shape.space_after = self._points(0)
        shape.widow_control = True
        if indent:
            element = paragraph._p.get_or_add_pPr().get_or_add_ind()
            element.set(qn("w:firstLineChars"), "200")
            element.set(qn("w:firstLine"), str(round(SIZE_3 * 2 * 20)))

    def _outline(self, paragraph: Paragraph, level: int) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        element = OxmlElement("w:outlineLvl")
        element.set(qn("w:val"), str(level))
        paragraph._p.get_or_add_pPr().append(element)

    @staticmethod
    def _points(value: float) -> Any:
        from docx.shared import Pt

        return Pt(value)

    def _grid(self, section: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        old = section._sectPr.find(qn("w:docGrid"))
        if old is not None:
            section._sectPr.remove(old)
        grid = OxmlElement("w:docGrid")
        depth = (PAGE[1] - MARGINS["top"] - MARGINS["bottom"]) * TWIPS_PER_MM / LINES
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), str(int(depth)))
        section._sectPr.append(grid)

    def _page_number(self, section: Any) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import parse_xml

        paragraph = section.footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", SONG, SIZE_4, False)
        for kind in ("begin", "", "end"):
            run = paragraph.add_run()
            run.font.size = self._points(SIZE_4)
            self._fonts(run._r.get_or_add_rPr(), SONG)
            inner = (
                f'<w:fldChar {_W} w:fldCharType="{kind}"/>'
                if kind
                else f'<w:instrText {_W} xml:space="preserve"> PAGE </w:instrText>'
            )
            run._r.append(parse_xml(inner))
        self._run(paragraph, " —", SONG, SIZE_4, False)

    def _properties(self, title: str) -> None:
        core = self.document.core_properties
        core.title, core.author, core.comments, core.last_modified_by = printable(title)[:255], "lvlian", "", "lvlian"
        core.created = core.modified = STAMP
        core.revision, core.language = 1, "zh-CN"

    def _font_table(self) -> None:
        entries = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in SUBSTITUTES.items()
        )
        for part in self.document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml":
                part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TABLE_HEAD = (
    f"<w:tbl {_W}><w:tblPr>"
    '<w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
)
_CELL = (
    '<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{borders}</w:tcBorders></w:tcPr><w:p><w:pPr>'
    '<w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="300" w:lineRule="exact"/><w:jc w:val="{align}"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}" w:hint="eastAsia"/><w:sz w:val="{size}"/></w:rPr>'
    '<w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
)


def _row(cells: Sequence[str], widths: Sequence[int], right: set[int], *, head: bool, last: bool) -> str:
    from xml.sax.saxutils import escape

    heavy, light = (
        '<w:{} w:val="single" w:sz="12" w:space="0" w:color="000000"/>',
        '<w:{} w:val="single" w:sz="4" w:space="0" w:color="000000"/>',
    )
    borders = (heavy.format("top") if head else "") + (
        heavy.format("bottom") if last else light.format("bottom") if head else ""
    )
    row = "".join(
        _CELL.format(
            width=width,
            borders=borders,
            align="right" if place in right else "left",
            latin=LATIN,
            font=HEI if head else FANG,
            size=int(SIZE_TABLE * 2),
            text=escape(printable(text).replace("\n", " ")),
        )
        for place, (text, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{row}</w:tr>"
