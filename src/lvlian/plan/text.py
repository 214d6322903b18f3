"""The reading view of a document: one clean line a paragraph, every character tied to its place in the original.

Papers arrive hard-wrapped, broken in mid-sentence by a page, with spaces inside figures and with half-width or
full-width punctuation as the typist pleased. `Text` removes white space, folds full-width letters and digits to ASCII
and ASCII punctuation to Chinese, one character for one, and rejoins lines, so that the grammar of the facts sees one
form; `origin` leads each character back, so that a quote is cut from the original and is exact.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from statistics import quantiles

_FOLD = {
    **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},  # full-width ASCII block
    "(": "（",
    ")": "）",
    "（": "（",
    "）": "）",
    "；": "；",
    "！": "！",
    "？": "？",
    "，": "，",
    "：": "：",
    ";": "；",
    "!": "！",
    "?": "？",
    "％": "%",
    "﹪": "%",
    "．": ".",
    "－": "-",
    "‐": "-",
    "‑": "-",
    "﹣": "-",
    "～": "~",
    "∼": "~",
    "〜": "~",
    "―": "—",
    "─": "—",
    "━": "—",
    "﹑": "、",
    "﹐": "，",
    "﹔": "；",
    "〈": "《",
    "〉": "》",
    "﹝": "〔",
    "﹞": "〕",
}
_FOLD_TABLE = str.maketrans(_FOLD)
_SPACE = re.compile(r"[\s\u3000\u200b\u200c\u200d\ufeff\u00ad]+")
_DROP = re.compile(r"\[bookmark:[^\]\n]{0,40}\]|\*\*|[\u200b\u200c\u200d\ufeff\u00ad]")
"""Marks of a converter (bookmarks, bold) and characters without width: no part of the words."""
_MARKER = re.compile(
    r"[ \t\u3000*#]*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]|"
    r"\d{1,2}[）)]|第[一二三四五六七八九十百]{1,4}[章节条]|[①-⑳]|——(?=[^\d—-])|专栏\s*\d*)"
)
_OPENER = re.compile(
    r"[ \t\u3000*]*(?:[（(【\[]?(?:责任(?:单位|部门)|牵头(?:单位|部门)|配合(?:单位|部门)|完成时[限间])|附件|附表|附[:：]|[（(]此件|抄送|主题词|公开方式|注[:：])"
)
_TERMINAL = re.compile(r"[。！？!?…][”’』」）)】》\"']*$|[；;]$|[:：]$")
_SOFT = re.compile(r"(?:[，、,（(《“‘—/的和及与]|达到|实现|突破|超过|不低于|不少于)$")
_CONTINUES = re.compile(r"[，、。；：！？）)》”’】,;%％]")
_UNIT_BEGINS = re.compile(r"[亿万元个家户吨年月日亩项]")
_OPENS = "（(【[《“"
_PAIRS = {"（": "）", "(": ")", "《": "》", "“": "”", "【": "】", "〔": "〕"}
_LONGEST_BROKEN_HEADING = 70
_NO_WRAP_JOIN = 38
"""Without a wrap width a line this long that ends in mid-sentence was broken by a page; headings are shorter."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the clean text: `[start, end)`; `row` marks a table row (cells divided by tabs)."""

    start: int
    end: int
    row: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """`clean` with `origin[i]`, the offset in `source` of clean character i; paragraphs are divided by a newline."""

    source: str = field(repr=False)
    clean: str = field(repr=False)
    origin: array[int] = field(repr=False)
    paragraphs: tuple[Paragraph, ...] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the source of clean `[start, end)`."""
        if end <= start:
            at = self.origin[start] if start < len(self.origin) else len(self.source)
            return at, at
        return self.origin[start], self.origin[end - 1] + 1

    def quote(self, start: int, end: int) -> tuple[str, int]:
        """The exact words of the source behind clean `[start, end)`, and their offset."""
        first, last = self.span(start, end)
        return self.source[first:last], first

    def printed(self, start: int, end: int) -> str:
        """The words as printed, without the white space of line breaks and type-setting."""
        first, last = self.span(start, end)
        return _SPACE.sub("", _DROP.sub("", self.source[first:last]))

    def paragraph_at(self, position: int) -> Paragraph:
        starts = [p.start for p in self.paragraphs]
        return self.paragraphs[max(0, bisect_right(starts, position) - 1)]


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    blank_before: bool
    indented: bool
    row: bool
    alone: bool
    """A table row or a cell: never joined to its neighbours."""


def _lines(source: str, rows: tuple[tuple[int, int], ...]) -> list[_Line]:
    """The lines that say something; a line with tabs that is no table row falls apart into its cells."""
    row_starts = [start for start, _ in rows]
    lines: list[_Line] = []
    blank, at = True, 0
    for raw in source.split("\n"):
        stripped = raw.strip()
        if not stripped:
            blank, at = True, at + len(raw) + 1
            continue
        start = at + raw.index(stripped[0])
        k = bisect_right(row_starts, start) - 1
        row = k >= 0 and start < rows[k][1]
        indented = raw.startswith(("\u3000\u3000", "    "))
        if row or "\t" not in stripped:
            lines.append(_Line(start, start + len(stripped), blank, indented, row, alone=row))
        else:
            for cell in _CELL.finditer(stripped):
                lines.append(_Line(start + cell.start(), start + cell.end(), blank, indented, row=False, alone=True))
        blank, at = False, at + len(raw) + 1
    return lines


_CELL = re.compile(r"[^\t\s](?:[^\t]*[^\t\s])?")


def _width(text: str) -> int:
    """Columns that a line takes: a Chinese character two, others one."""
    return len(text) + sum(1 for c in text if c > "\u2e7f")


def _wrap_width(widths: list[int]) -> int | None:
    """The column at which the text was hard-wrapped, or None where its lines are paragraphs.

    Wrapped text crowds its long lines at one width; in running paragraphs lengths are spread out.
    """
    if len(widths) < 8:
        return None
    top = quantiles(widths, n=20)[18]
    near = sum(1 for w in widths if 0.86 * top <= w <= 1.06 * top)
    return int(top) if 24 <= top <= 160 and near >= 0.35 * len(widths) else None


def _joins(
    previous: str, following: str, wrap: tuple[int, int] | None, open_pair: bool, gap: bool, so_far: int
) -> bool:
    """Whether `following` goes on the paragraph that `previous` ends. `gap`: a blank line that means something stands between;
    `so_far`: the length of the paragraph, 0 where the next line is indented as paragraphs are."""
    full = wrap is not None and (_width(previous) >= 0.84 * wrap[0] or len(previous) >= 0.95 * wrap[1])
    split_figure = full and previous[-1].isdigit() and following[0].isdigit() and not _MARKER.match(following)
    if previous[-1] in _OPENS or split_figure:
        return True
    if _MARKER.match(following) or _OPENER.match(following):
        return False
    if _CONTINUES.match(following) or (previous[-1].isdigit() and _UNIT_BEGINS.match(following)):
        return True
    terminal = _TERMINAL.search(previous)
    if terminal:
        return full and not gap and previous[-1] in "；;：:" and wrap is not None
    if _SOFT.search(previous) or open_pair:
        return True
    if so_far >= _LONGEST_BROKEN_HEADING:
        return True  # a text that long without an end goes on; headings are shorter
    if gap:
        return False
    if wrap is not None:
        return full
    return len(previous) >= _NO_WRAP_JOIN


def read_text(source: str, rows: tuple[tuple[int, int], ...] = ()) -> Text:
    """The reading view of `source`; `rows` are the spans of table rows, which are never joined to their neighbours.

    Linear in the length of the text; raises nothing.
    """
    lines = _lines(source, rows)
    widths = [_width(source[line.start : line.end]) for line in lines]
    columns = _wrap_width(widths)
    wrap = (columns, max(1, int(quantiles([line.end - line.start for line in lines], n=20)[18]))) if columns else None
    # A blank line divides paragraphs only where the text has both kinds of break.
    gaps = sum(line.blank_before for line in lines[1:])
    blank_means = 0.02 * len(lines) < gaps < 0.6 * len(lines)
    clean: list[str] = []
    origin = array("I")
    paragraphs: list[Paragraph] = []
    length = begun = quotes = 0
    previous: str | None = None
    previous_row = previous_alone = False
    depth: list[str] = []
    for line in lines:
        raw = _DROP.sub("", source[line.start : line.end])
        if not raw:
            continue
        row = line.row
        if previous is not None:
            joined = (
                not line.alone
                and not previous_alone
                and _joins(
                    previous,
                    raw,
                    wrap,
                    bool(depth) and length - begun < 1500,
                    blank_means and line.blank_before,
                    0 if line.indented else length - begun,
                )
            )
            if not joined:
                paragraphs.append(Paragraph(begun, length, previous_row))
                clean.append("\n")
                origin.append(line.start - 1)
                length += 1
                begun = length
                quotes = 0
                depth.clear()
        piece, places = _fold(source, line.start, line.end, keep_tabs=row)
        if '"' in piece:
            piece, quotes = _paired(piece, quotes)
        clean.append(piece)
        origin.extend(places)
        length += len(piece)
        for char in piece:
            if char in _PAIRS:
                depth.append(_PAIRS[char])
            elif depth and char == depth[-1]:
                depth.pop()
        if len(depth) > 8:
            depth.clear()  # brackets that never close say nothing about lines
        previous, previous_row, previous_alone = raw, row, line.alone
    if previous is not None:
        paragraphs.append(Paragraph(begun, length, previous_row))
    return Text(source, "".join(clean), origin, tuple(paragraphs))


_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z0-9.])[ \u00a0]+(?=[A-Za-z0-9])")
_SPACES_OR_DROP = re.compile(rf"{_DROP.pattern}|\t|[\s\u3000\u00a0]+")


def _fold(source: str, start: int, end: int, keep_tabs: bool) -> tuple[str, list[int]]:
    """The clean characters of `source[start:end]` and their offsets."""
    out: list[str] = []
    places: list[int] = []
    at = start
    for hole in _SPACES_OR_DROP.finditer(source, start, end):
        if hole.start() > at:
            out.append(source[at : hole.start()])
            places.extend(range(at, hole.start()))
        if hole.group() == "\t" and keep_tabs:
            out.append("\t")
            places.append(hole.start())
        elif _divides(source, hole.start(), hole.end(), end):
            out.append(" ")
            places.append(hole.start())
        at = hole.end()
    if at < end:
        out.append(source[at:end])
        places.extend(range(at, end))
    return _fold_punctuation("".join(out).translate(_FOLD_TABLE)), places


def _paired(piece: str, seen: int) -> tuple[str, int]:
    """Straight quotation marks as opening and closing ones by turns, `seen` of them before in the paragraph."""
    parts = piece.split('"')
    out = parts[0]
    for part in parts[1:]:
        out += ("”" if seen % 2 else "“") + part
        seen += 1
    return out, seen


_DIGITS_BEFORE = re.compile(r"\d+$")
_DIGITS_AFTER = re.compile(r"\d+")


def _divides(source: str, start: int, end: int, limit: int) -> bool:
    """Whether the space `[start, end)` divides two Latin words or two figures; every other space is type-setting.

    `2 0 2 5` and `1 500` are one figure each, `2024 2025` are two.
    """
    if not _BETWEEN_WORDS.match(source, start, limit):
        return False
    before = _DIGITS_BEFORE.search(source, max(0, start - 8), start)
    after = _DIGITS_AFTER.match(source, end, limit)
    if not before or not after:
        return True
    left, right = len(before.group()), len(after.group())
    return not (left == 1 or right == 1 or (left <= 3 and right == 3))


_ASCII_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
_ASCII_COLON = re.compile(r":(?!\d|//)|(?<![\dA-Za-z]):")


def _fold_punctuation(text: str) -> str:
    if "," in text:
        text = _ASCII_COMMA.sub("，", text)
    if ":" in text:
        text = _ASCII_COLON.sub("：", text)
    return text
