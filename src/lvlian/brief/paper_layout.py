"""Page geometry, fonts and tables of an official paper (GB/T 9704-2012) on top of python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .paper_tables import table_markup
from .paper_words import (
    FANG,
    HEI,
    KAI,
    LATIN,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_CODE,
    SIZE_TABLE,
    SONG,
    SUBSTITUTES,
    TITLE,
    ordinal,
    printable,
    title_lines,
)

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
TIGHT = -5
"""Twentieths of a point between characters: 28 characters of 三号 (448 pt) stand in the 156 mm (442 pt) of a line."""
STAMP = datetime(2000, 1, 1)
"""The time written into every file, so that the same input gives the same bytes."""


class Paper:
    """A paper under construction: headings number themselves, tables are three-line, every text is made printable."""

    def __init__(self, title: str) -> None:
        from docx import Document as new_document
        from docx.shared import Mm, Pt

        self.document: Document = new_document()
        self._counts = [0, 0, 0, 0]
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
        """Level 1 `一、` 黑体, 2 `（一）` 楷体, 3 `1.` 仿宋, 4 `（1）` 仿宋; the number is put in front."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        count = self._counts[level - 1]
        mark = ordinal(level, count)
        font = (HEI, KAI, FANG, FANG)[level - 1]
        paragraph = self.paragraph(mark + text, font=font)
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

    def code(self, lead: str, text: str) -> None:
        """A line of Latin letters without a word in it (a checksum): set small and left, broken where the line ends."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self.paragraph(text, size=SIZE_CODE, lead=lead)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        wrap = OxmlElement("w:wordWrap")
        wrap.set(qn("w:val"), "0")
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(wrap, *_AFTER_WORD_WRAP)

    def notes(self, lines: Sequence[str]) -> None:
        """Numbered notes under a table."""
        for place, line in enumerate(lines, start=1):
            words = f"{'注：' if place == 1 else '　　'}{place}. {line}"
            note = self.paragraph(words, size=SIZE_TABLE, line=16, indent=False)
            self._off_grid(note)
            if place == 1:
                note.paragraph_format.space_before = self._points(6)

    def annexes(self, titles: Sequence[str]) -> None:
        """The list `附件：1. …` under the body."""
        self.paragraph("", indent=False)
        for place, title in enumerate(titles, start=1):
            words = f"{'附件：' if place == 1 else '　　　'}{place}. {title}"
            line = self.paragraph(words if len(titles) > 1 else f"附件：{title}", indent=True)
            line.paragraph_format.keep_with_next = place < len(titles) <= LINES // 2

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

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """A three-line table as wide as the type area, its columns as wide as what they hold asks for. `right` names the columns
        set flush right. The header row repeats on every page; no row splits unless it is a third of a page or more."""
        area = round((PAGE[0] - MARGINS["left"] - MARGINS["right"]) * TWIPS_PER_MM)
        from docx.oxml import parse_xml

        element = parse_xml(table_markup(header, rows, right, area))
        self.document.element.body.insert_element_before(element, "w:sectPr")
        after = self.document.add_paragraph()
        self._spacing(after, 1, False)
        self._off_grid(after)

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

    @staticmethod
    def _off_grid(paragraph: Paragraph) -> None:
        """Small type keeps its own line spacing instead of the page's 22 lines."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        snap = OxmlElement("w:snapToGrid")
        snap.set(qn("w:val"), "0")
        after = _AFTER_WORD_WRAP[_AFTER_WORD_WRAP.index("w:snapToGrid") + 1 :]
        paragraph._p.get_or_add_pPr().insert_element_before(snap, *after)

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
_AFTER_WORD_WRAP = tuple(
    f"w:{name}"
    for name in (
        *(
            "overflowPunct",
            "topLinePunct",
            "autoSpaceDE",
            "autoSpaceDN",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
        ),
        *("ind", "contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment"),
        *("textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr", "pPrChange"),
    )
)
"""What follows w:wordWrap in a paragraph's properties, by the schema."""
