"""An issued paper (GB/T 9704-2012) on top of the plain one: red head, number and rule, addressee, signature, imprint, and the
marks that stand outside the text on every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from .figures import when_prose
from .paper_layout import CHARACTERS, LINE, MARGINS, PAGE, Paper
from .paper_words import FANG, HEI, LATIN, SIZE_3, SIZE_4, SIZE_CODE, SIZE_TABLE, TITLE, ems, printable, title_lines

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

RED = "C1121F"
HEAD_TOP = 35.0
"""mm from the type area's upper edge to the issuer's name (7.2.4)."""
_AREA = (PAGE[0] - MARGINS["left"] - MARGINS["right"]) * 72 / 25.4
_ONE_LINE = 13
"""An issuer's name longer than so many characters stands in two lines."""
_LARGEST, _SMALLEST = 48.0, 22.0
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_AFTER_BORDERS = tuple(
    f"w:{name}"
    for name in (
        *("shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE"),
        *(
            "autoSpaceDN",
            "bidi",
            "adjustRightInd",
            "snapToGrid",
            "spacing",
            "ind",
            "contextualSpacing",
            "mirrorIndents",
        ),
        *("suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId"),
        *("cnfStyle", "rPr", "sectPr", "pPrChange"),
    )
)
"""What follows w:pBdr in a paragraph's properties, by the schema."""
_IMPRINT = (
    f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{{width}}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
    '<w:tblCellMar><w:left w:w="{side}" w:type="dxa"/><w:right w:w="{side}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{rows}</w:tbl>'
)
_IMPRINT_ROW = (
    '<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>'
    '<w:top w:val="single" w:sz="{top}" w:space="0" w:color="000000"/>'
    '<w:bottom w:val="single" w:sz="{bottom}" w:space="0" w:color="000000"/></w:tcBorders></w:tcPr>'
    '<w:p><w:pPr>{kept}<w:tabs><w:tab w:val="right" w:pos="{tab}"/></w:tabs><w:snapToGrid w:val="0"/>'
    '<w:spacing w:before="40" w:after="40" w:line="440" w:lineRule="exact"/><w:ind w:left="{left}" w:hanging="{hang}"/></w:pPr>'
    '<w:r><w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:cs="{latin}" w:eastAsia="{font}" w:hint="eastAsia"/>'
    '<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc></w:tr>'
)
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
_TAB = '</w:t><w:tab/><w:t xml:space="preserve">'
_SEAMS = (
    *("工作领导小组", "领导小组", "指挥部", "联席会议", "办公室", "委员会", "管理局", "管委会"),
    *("会议纪要", "文件"),
)
"""Words that a second line of a red head may well begin with."""


def head_lines(text: str) -> list[str]:
    """The issuer's name as it stands in the red head: one line, or two of much the same length broken where a word of an
    organ's name begins; a name longer than any organ has is broken as a title is."""
    if ems(text) <= _ONE_LINE:
        return [text]
    if ems(text) > 2 * (CHARACTERS - 6):
        return title_lines(text)
    whole = ems(text)
    best, lines = float("inf"), [text]
    for at in range(2, len(text) - 1):
        cost = abs(ems(text[:at]) * 2 - whole) + (0 if text[at:].startswith(_SEAMS) else 6)
        # 工作领导小组 is not taken apart, and 文件 does not stand alone.
        cost += 12 if text[:at].endswith("工作") or text[at:] == "文件" else 0
        if cost < best:
            best, lines = cost, [text[:at], text[at:]]
    return lines


class IssuedPaper(Paper):
    """A paper that an office sends out. `marks` (代拟稿, 模拟) stand boxed in the head margin of every page."""

    def __init__(self, title: str, marks: Sequence[str] = ()) -> None:
        super().__init__(title)
        self._turn_page_numbers()
        if marks:
            section = self.document.sections[0]
            for header in (section.header, section.even_page_header):
                self._marks(header.paragraphs[0], marks)

    # -- the head of the first page -----------------------------------------

    def red_head(self, name: str, number: str, *, top: float = HEAD_TOP) -> None:
        """The issuer's name in red, `top` mm below the type area's edge, the number two lines below it, the red rule under it."""
        from docx.shared import Mm, RGBColor

        lines = head_lines(name) or [""]
        widest = max(*(ems(line) for line in lines), 1.0)
        size = max(min(_LARGEST, (_AREA - 8) / widest), _SMALLEST)
        size = int(size * 2) / 2
        head = self.paragraph(
            "\n".join(lines), font=TITLE, size=size, indent=False, centred=True, line=round(size * 1.25)
        )
        head.paragraph_format.space_before = Mm(top)
        for run in head.runs:
            run.font.color.rgb = RGBColor.from_string(RED)
        self._off_grid(head)
        line = self.paragraph(number, indent=False, centred=True)
        line.paragraph_format.space_before = self._points(LINE * (2 if len(lines) == 1 else 1))
        # 4 mm between the number and the rule (7.2.7).
        self._border(line, bottom=(18, 11, RED))

    def title(self, text: str) -> None:
        """The title, two lines below the rule, one above what follows."""
        for _ in range(2):
            self.paragraph("", indent=False).paragraph_format.keep_with_next = True
        super().title(text)
        self._last().paragraph_format.space_after = self._points(LINE)

    def plain_title(self, text: str) -> None:
        """A title on the first line, for a paper without a red head."""
        super().title(text)

    def addressee(self, name: str) -> None:
        """主送机关: flush left, a full-width colon behind it."""
        self.paragraph(f"{name.rstrip('：:')}：", indent=False)

    def labelled(self, lead: str, text: str) -> None:
        """A line with its lead in 黑体 (时间：, 出席：); what runs over stands under the text, not under the lead. It stays
        with what follows."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        line = self.document.add_paragraph()
        self._spacing(line, LINE, False)
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        line.paragraph_format.left_indent = self._points((2 + ems(lead)) * (SIZE_3 - 0.25))
        line.paragraph_format.first_line_indent = self._points(-ems(lead) * (SIZE_3 - 0.25))
        self._run(line, lead, HEI, SIZE_3, False)
        self._run(line, text, FANG, SIZE_3, False)
        line.paragraph_format.keep_with_next = True

    # -- the end of the body ------------------------------------------------

    def annexes(self, titles: Sequence[str]) -> None:
        """The list under the body, one line below it, on one page with the signature and with what was said last."""
        self.paragraph("", indent=False).paragraph_format.keep_with_next = True
        for place, title in enumerate(titles, start=1):
            words = f"{'附件：' if place == 1 else '　　　'}{f'{place}. ' if len(titles) > 1 else ''}{title}"
            self.paragraph(words).paragraph_format.keep_with_next = True

    def signature(self, office: str, day: str | None) -> None:
        """Issuer and day (ISO), the shorter centred under or over the longer (7.3.5); the day stands four characters from the
        edge, unless the name is too long for that. Neither is left alone on a page."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        date = when_prose(day, "in") or "××××年×月×日"
        wide, narrow = ems(office), ems(date)
        middle = 4 + narrow / 2
        edge = middle - wide / 2
        if edge < 2:
            edge, middle = 2.0, 2 + wide / 2
        if wide > CHARACTERS - 4:
            edge, middle = 0.0, CHARACTERS / 2
        for _ in range(2):
            self.paragraph("", indent=False).paragraph_format.keep_with_next = True
        for words, right, kept in ((office, edge, True), (date, middle - narrow / 2, False)):
            line = self.paragraph(words, indent=False)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = self._points(right * (SIZE_3 - 0.25))
            line.paragraph_format.keep_with_next = kept

    def annex(self, place: int, total: int, title: str) -> None:
        """Start an annex on a new page: its mark on the first line, its title on the third (7.3.6)."""
        from docx.shared import Pt

        super().annex(place, total, title)
        head = self._last()
        head.paragraph_format.space_before = Pt(LINE)
        head.paragraph_format.keep_with_next = True

    def small(self, text: str, *, size: float = SIZE_4, line: float = 22, centred: bool = False) -> None:
        """A line of smaller type, off the page's grid."""
        self._off_grid(self.paragraph(text, size=size, indent=False, centred=centred, line=line))

    def caption(self, text: str) -> None:
        """The name of one of several tables of an annex."""
        line = self.paragraph(text, font=HEI, size=SIZE_4, indent=False, line=24)
        line.paragraph_format.space_before = self._points(10)
        line.paragraph_format.keep_with_next = True
        self._off_grid(line)

    def imprint(self, copies: Sequence[str], office: str, day: str | None) -> None:
        """版记, kept with the lines around it: whom it is copied to, who printed it when, between rules, in 四号 (7.4)."""
        from docx.oxml import parse_xml

        date = when_prose(day, "in") or "××××年×月×日"
        rows = [f"抄送：{'，'.join(copies)}。"] if copies else []
        printed = f"{date}印发"
        fits = (ems(office) + ems(printed) + 1) * SIZE_4 <= _AREA - 2 * SIZE_4
        rows.append(f"{office}\t{printed}" if fits else f"{office}\n\t{printed}")
        gap = self.paragraph("", indent=False)
        gap.paragraph_format.keep_with_next = True
        width = round(_AREA * 20)
        cells = "".join(
            _IMPRINT_ROW.format(
                width=width,
                top=8 if place == 0 else 6,
                bottom=8 if place == len(rows) - 1 else 6,
                left=round(SIZE_4 * 20) * (3 if words.startswith("抄送") else 0),
                hang=round(SIZE_4 * 20) * (3 if words.startswith("抄送") else 0),
                tab=width - 2 * round(SIZE_4 * 20),
                kept="<w:keepNext/>",
                latin=LATIN,
                font=FANG,
                size=int(SIZE_4 * 2),
                text=_TAB.join(_BREAK.join(map(escape, part.split("\n"))) for part in printable(words).split("\t")),
            )
            for place, words in enumerate(rows)
        )
        element = parse_xml(_IMPRINT.format(width=width, side=round(SIZE_4 * 20), rows=cells))
        self.document.element.body.insert_element_before(element, "w:sectPr")
        after = self.document.add_paragraph()
        self._spacing(after, 6, False)
        after.paragraph_format.keep_with_next = True
        self._off_grid(after)

    def notes(self, lines: Sequence[str]) -> None:
        """Notes under a table; one alone has no number."""
        if len(lines) == 1:
            self.small(f"注：{lines[0]}", size=SIZE_TABLE, line=20)
        else:
            super().notes(lines)

    def seal(self, lines: Sequence[tuple[str, str]]) -> None:
        """Checksums (lead, letters) at the foot of the paper, small, on one page with what stands before them."""
        for place, (lead, letters) in enumerate(lines, start=1):
            self.code(lead, letters)
            line = self._last()
            line.paragraph_format.line_spacing = self._points(16)
            line.paragraph_format.keep_with_next = place < len(lines)
            self._off_grid(line)

    # -- the margins ---------------------------------------------------------

    def _marks(self, paragraph: Paragraph, marks: Sequence[str]) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import parse_xml

        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for place, mark in enumerate(marks):
            if place:
                self._run(paragraph, "　", FANG, SIZE_CODE + 1.5, False)
            run = paragraph.add_run(f" {printable(mark)} ")
            run.font.size = self._points(SIZE_CODE + 1.5)
            self._fonts(run._r.get_or_add_rPr(), HEI)
            run._r.get_or_add_rPr().append(
                parse_xml(f'<w:bdr {_W} w:val="dotted" w:sz="6" w:space="0" w:color="000000"/>')
            )

    def _turn_page_numbers(self) -> None:
        """Odd numbers stand right, even ones left, one character from the edge (7.5)."""
        from copy import deepcopy

        from docx.enum.text import WD_ALIGN_PARAGRAPH

        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        odd = section.footer.paragraphs[0]
        even = section.even_page_footer.paragraphs[0]
        for run in odd.runs:
            even._p.append(deepcopy(run._r))
        for paragraph, side in ((odd, WD_ALIGN_PARAGRAPH.RIGHT), (even, WD_ALIGN_PARAGRAPH.LEFT)):
            paragraph.alignment = side
            shape = paragraph.paragraph_format
            shape.left_indent = shape.right_indent = self._points(SIZE_4)

    def _border(
        self,
        paragraph: Paragraph,
        *,
        bottom: tuple[int, int, str],
    ) -> None:
        """A rule below: eighths of a point, points from the text, colour."""
        from docx.oxml import parse_xml

        weight, space, colour = bottom
        side = f'<w:bottom w:val="single" w:sz="{weight}" w:space="{space}" w:color="{colour}"/>'
        paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(f"<w:pBdr {_W}>{side}</w:pBdr>"), *_AFTER_BORDERS)

    def _last(self) -> Any:
        """The last paragraph of the body."""
        from docx.text.paragraph import Paragraph as Wrapped

        elements = self.document.element.body
        for child in reversed(elements):
            if child.tag.endswith("}p"):
                return Wrapped(child, self.document._body)
        raise ValueError("the paper has no paragraph yet")
