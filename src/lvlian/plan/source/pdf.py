"""A pdf with a text layer to text: lines in reading order, page by page, without page numbers and running heads.

Lines stay as they are set, each ends with a newline; a first line that is indented by about two characters keeps that
as two ideographic spaces, so that later reading can tell where a paragraph begins.
"""

from __future__ import annotations

import ctypes
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

from lvlian.plan.source.assembly import Assembly, Grid
from lvlian.plan.source.record import SourceError, Table
from lvlian.plan.source.ruling import Box, Glyph, Ruling, read_rulings

MAX_PAGES = 1000
MAX_CHARACTERS = 20_000_000
MAX_SECONDS = 120.0
"""Time for one pdf. A page that paints one thing a million times is small as a file and long as work."""
MIN_CHARACTERS = 10
"""A page with fewer visible characters and a picture on it counts as a scan."""
_SCAN_SHARE = 1 / 3
_UNMAPPED_SHARE = 0.3
_EDGE = 0.12
"""Share of the height of a page, above and below, where page numbers and running heads stand."""
_PAGE_NUMBER = re.compile(
    r"[-—–―－─~·•\s]*(?:第\s*)?(?:\d{1,4}|[ivxlc]{1,6})(?:\s*页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}(?:\s*页)?)?[-—–―－─~·•\s]*",
    re.IGNORECASE,
)
_GAP = 0.25
"""A gap wider than this share of a full-width character is a space."""
_PDF_PASSWORD = 4
_OCR = "run OCR on it to make a searchable PDF, or hand in the docx"


@dataclass(slots=True)
class Line:
    """One line of a page: its text, its box in points with the origin below left, or the table that stands here."""

    text: str
    box: Box
    size: float = 0.0
    """Width of a full-width character in points."""
    grid: Grid | None = None
    glyphs: list[Glyph] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    visible: int = 0
    unmapped: int = 0
    pictured: bool = False


def read_pdf(data: bytes, name: str) -> tuple[str, tuple[Table, ...]]:
    """The text and the ruled tables of a pdf. Raises SourceError: broken, encrypted, without pages or text, too long."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PDF_PASSWORD:
            raise SourceError(
                name, "the PDF is encrypted; open it with its password, save it without one and read it again."
            ) from None
        raise _broken(name, "it cannot be opened") from None
    try:
        pages = _read_pages(document, name)
    finally:
        document.close()
    _refuse_scan(pages, name)
    _drop_furniture(pages)
    assembly = Assembly()
    for page in pages:
        for line in _indent(page.lines):
            if line.grid is not None:
                assembly.add_grid(line.grid)
            else:
                assembly.add_line(line.text)
    return assembly.text, tuple(assembly.tables)


def _read_pages(document: Any, name: str) -> list[_Page]:
    import pypdfium2

    count = len(document)
    if count == 0:
        raise _broken(name, "it has no pages")
    if count > MAX_PAGES:
        raise SourceError(name, f"the PDF has {count} pages and at most {MAX_PAGES} are read; hand in the plan itself.")
    deadline = time.monotonic() + MAX_SECONDS
    pages: list[_Page] = []
    characters = 0
    for number in range(count):
        try:
            page = document[number]
            text_page = page.get_textpage()
        except pypdfium2.PdfiumError:
            raise _broken(name, f"page {number + 1} cannot be read") from None
        characters += text_page.count_chars()
        if characters > MAX_CHARACTERS:
            raise SourceError(
                name,
                f"the PDF has more than {MAX_CHARACTERS} characters by page {number + 1}; hand in the plan itself.",
            )
        pages.append(_read_page(page, text_page, deadline, name))
        text_page.close()
        page.close()
    return pages


def _read_page(page: Any, text_page: Any, deadline: float, name: str) -> _Page:
    import pypdfium2.raw as pdfium

    turn = page.get_rotation()
    width, height = page.get_size()
    result = _Page(width=width, height=height)
    glyphs = _glyphs(text_page, _Turn(page, turn), result, deadline, name)
    if result.visible < MIN_CHARACTERS:
        result.pictured = (
            next(iter(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None
        )
    if not glyphs:
        return result
    rulings = read_rulings(page, _Turn(page, turn))
    _check(deadline, name)
    fragments: list[Line] = []
    for run in glyphs:
        fragments.extend(_split(run, rulings))
    lines = _set_lines(fragments, width)
    for ruling in rulings:
        grid = ruling.grid()
        if grid is not None:
            lines.append(Line("", ruling.box, grid=grid))
    # Tables take the place of the lines that stood in them.
    if any(line.grid is not None for line in lines):
        lines.sort(key=lambda line: -line.box.top)
    result.lines = lines
    return result


class _Turn:
    """Turns a box of a rotated page the way that it is shown."""

    def __init__(self, page: Any, turn: int) -> None:
        left, bottom, right, top = page.get_mediabox()
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        self._turn = turn

    def __call__(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self._turn == 90:
            return Box(bottom - self._bottom, self._right - right, top - self._bottom, self._right - left)
        if self._turn == 180:
            return Box(self._right - right, self._top - top, self._right - left, self._top - bottom)
        if self._turn == 270:
            return Box(self._top - top, left - self._left, self._top - bottom, right - self._left)
        return Box(left - self._left, bottom - self._bottom, right - self._left, top - self._bottom)


def _glyphs(text_page: Any, turn: _Turn, result: _Page, deadline: float, name: str) -> list[list[Glyph]]:
    """The characters of a page in the order of its content, one list for each line that pdfium sees."""
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    reference = ctypes.byref(box)
    runs: list[list[Glyph]] = []
    run: list[Glyph] = []
    high = 0
    for index in range(text_page.count_chars()):
        if index % 5000 == 0:
            _check(deadline, name)
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in (10, 13):
            if run:
                runs.append(run)
                run = []
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0
        high = 0
        if code == 2:
            code = 0x2D  # pdfium's mark for a hyphen at the end of a line
        if code in (0, 0xFFFD, 0xFFFE, 0xFFFF) or code > 0x10FFFF or 0xE000 <= code <= 0xF8FF:
            result.unmapped += 1
        if (code < 32 and code != 9) or code in (0xFFFE, 0xFFFF) or code > 0x10FFFF:
            continue
        char = chr(code)
        blank = char.isspace()
        result.visible += not blank
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, reference):
            continue
        run.append(Glyph(char, turn(box.left, box.bottom, box.right, box.top), blank))
    if run:
        runs.append(run)
    return runs


def _split(run: list[Glyph], rulings: list[Ruling]) -> list[Line]:
    """The line, without the characters that stand in a table: those go to their cell."""
    kept: list[Glyph] = []
    lines: list[Line] = []
    for glyph in run:
        ruling = None if glyph.blank else next((ruling for ruling in rulings if ruling.holds(glyph.box)), None)
        if ruling is None:
            kept.append(glyph)
        else:
            ruling.add(glyph)
    visible = [glyph.box for glyph in kept if not glyph.blank]
    if visible:
        box = Box(
            min(box.left for box in visible),
            median(box.bottom for box in visible),
            max(box.right for box in visible),
            median(box.top for box in visible),
        )
        widths = [glyph.box.right - glyph.box.left for glyph in kept if glyph.char > "\u2e7f" and not glyph.blank]
        size = median(widths) if widths else 0.7 * box.height
        lines.append(Line(_along(kept, size), box, size, glyphs=kept))
    return lines


def _set_lines(fragments: list[Line], width: float) -> list[Line]:
    """Fragments on one base line become one line; the lines of a page in one column go from top to bottom."""
    if _is_columned(fragments, width):
        return fragments
    rows: list[list[Line]] = []
    for fragment in sorted(fragments, key=lambda line: -(line.box.top + line.box.bottom)):
        middle = (fragment.box.top + fragment.box.bottom) / 2
        row = rows[-1] if rows else []
        if row and row[0].box.bottom + 0.25 * row[0].box.height < middle < row[0].box.top - 0.25 * row[0].box.height:
            row.append(fragment)
        else:
            rows.append([fragment])
    lines: list[Line] = []
    for row in rows:
        row.sort(key=lambda line: line.box.left)
        if any(after.box.left < before.box.right - before.size for before, after in pairwise(row)):
            text = _along([glyph for line in row for glyph in line.glyphs], row[0].size)
        else:
            text = row[0].text
            for before, after in pairwise(row):
                text += (" " if after.box.left - before.box.right > 0.3 * after.box.height else "") + after.text
        box = Box(row[0].box.left, row[0].box.bottom, max(line.box.right for line in row), row[0].box.top)
        lines.append(Line(text, box, row[0].size))
    return lines


def _along(glyphs: list[Glyph], size: float) -> str:
    """The characters of a line from left to right.

    Word processors write the Chinese of a line first and then its quotation marks and dashes, which are of another
    font; there the spaces that pdfium put in stand at the wrong places, and the gaps say where they belong.
    """
    visible = [glyph for glyph in glyphs if not glyph.blank]
    steps = [after.box.left - before.box.left for before, after in pairwise(visible)]
    back = sum(step < -0.5 * size for step in steps)
    # Words that run from right to left or stand on their head keep the order of the content.
    if back == 0 or 2 * back > len(steps):
        return "".join(glyph.char for glyph in glyphs).strip(" \t\u00a0\u3000")
    kept = sorted(
        (glyph for glyph in glyphs if not glyph.blank or glyph.box.right - glyph.box.left > 0.1 * size),
        key=lambda glyph: glyph.box.left + glyph.box.right,
    )
    text = kept[0].char
    for before, after in pairwise(kept):
        gap = after.box.left - before.box.right > _GAP * size and not before.blank and not after.blank
        text += (" " if gap else "") + after.char
    return text.strip(" \t\u00a0\u3000")


def _is_columned(fragments: list[Line], width: float) -> bool:
    """True where most long lines stand wholly in one half of the page, on both sides: then the order of the content holds."""
    long = [line.box for line in fragments if line.box.right - line.box.left > 0.25 * width]
    left = sum(box.right < 0.53 * width for box in long)
    right = sum(box.left > 0.47 * width for box in long)
    return min(left, right) >= 3 and left + right > 0.7 * len(long)


def _indent(lines: list[Line]) -> list[Line]:
    """Mark the first lines of paragraphs; running heads must be off, they stand on another margin."""
    long = [line.box for line in lines if line.grid is None and line.text]
    if len(long) < 4:
        return lines
    margin = min(box.left for box in long)
    right = max(box.right for box in long)
    for line in lines:
        size = line.size
        ahead = line.box.left - margin
        centred = abs(ahead - (right - line.box.right)) < size and ahead > size
        if line.grid is None and not centred and 1.2 * size < ahead < 3.2 * size:
            line.text = "\u3000\u3000" + line.text
    return lines


def _drop_furniture(pages: list[_Page]) -> None:
    """Take off page numbers, and lines that stand at one height at the edge of many pages with the same words."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({_furniture_key(line, page) for line in page.lines if _is_edge(line, page)})
    needed = max(2, round(0.3 * len(pages))) if len(pages) < 10 else max(3, round(0.3 * len(pages)))
    for page in pages:
        outer = {id(line) for line in (page.lines[:2] + page.lines[-2:])}
        page.lines = [
            line
            for line in page.lines
            if not (
                _is_edge(line, page)
                and (
                    (id(line) in outer and _PAGE_NUMBER.fullmatch(line.text.strip()))
                    or seen[_furniture_key(line, page)] >= needed
                )
            )
        ]


def _is_edge(line: Line, page: _Page) -> bool:
    middle = (line.box.top + line.box.bottom) / 2
    return line.grid is None and not _EDGE * page.height <= middle <= (1 - _EDGE) * page.height


def _furniture_key(line: Line, page: _Page) -> tuple[str, int]:
    return re.sub(r"\d+|\s+", "#", line.text.strip()), round(line.box.bottom / 4)


def _refuse_scan(pages: list[_Page], name: str) -> None:
    visible = sum(page.visible for page in pages)
    pictured = sum(page.pictured for page in pages)
    if pictured > _SCAN_SHARE * len(pages):
        raise SourceError(
            name, f"{pictured} of its {len(pages)} pages are pictures without a text layer (a scan); {_OCR}."
        )
    if visible == 0:
        raise SourceError(name, f"its {len(pages)} pages hold no text; {_OCR}.")
    if sum(page.unmapped for page in pages) > _UNMAPPED_SHARE * visible:
        raise SourceError(
            name, f"its text layer cannot be read: the fonts of the PDF do not say which characters they draw; {_OCR}."
        )


def _check(deadline: float, name: str) -> None:
    if time.monotonic() > deadline:
        raise SourceError(
            name,
            f"reading the PDF takes more than {MAX_SECONDS:.0f} seconds; print it to a new PDF or hand in the docx.",
        )


def _broken(name: str, what: str) -> SourceError:
    return SourceError(
        name, f"the PDF is broken: {what}; open it in a viewer and print it to a new PDF, or hand in the docx."
    )
