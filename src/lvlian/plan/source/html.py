"""An html page to text: the block that holds the document, without what surrounds it on the site.

The page is parsed in recover mode and without the network, and walked without recursion.
"""

from __future__ import annotations

import re
from typing import Any

from lvlian.plan.source.assembly import Assembly, Cell, Grid, on_one_line
from lvlian.plan.source.content import Layout, Selection, load_layout, survey
from lvlian.plan.source.numbering import integer
from lvlian.plan.source.record import SourceError, Table
from lvlian.plan.source.text import decode_text, is_blank, normalise_newlines, refuse_binary

MAX_MARKS = 1_000_000
"""Most tags and attributes of a page; each takes over 100 bytes in memory."""

_CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ENCODINGS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
_PAIRS = re.compile(rb"[\xa1-\xfe][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")
_PAIRED_SHARE = 0.9
"""Servers declare a western encoding by default. There high bytes stand alone, in Chinese they come in pairs."""
_BLOCKS = frozenset(
    (
        "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li",
        "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    )
)  # fmt: skip
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u201c\u201d\u2018\u2019\u2014\u2026"
_BREAK = re.compile(rf"(?<=[{_WIDE}])[ \t\f]*\n[ \t\f\n]*(?=[{_WIDE}])")
_SPACES = re.compile("[ \t\n\f\u00a0]+")
_NUMBERED = re.compile(r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.．、）)]|[①-⑳]|第[一二三四五六七八九十]+[条章]")


def read_html(data: bytes, name: str) -> tuple[str, tuple[Table, ...], str]:
    """(text, tables, encoding) of a page. Raises SourceError where it is binary, has no element or nests too deep."""
    from lxml import etree

    page, encoding = _decode(data, name)
    if page.count("<") + page.count("=") > MAX_MARKS:
        raise SourceError(
            name,
            f"the page has more than {MAX_MARKS} tags and attributes; save the text of the plan alone as txt or docx.",
        )
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        root = etree.fromstring(page.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # The parser goes on without the rest of the page, which must not pass for the whole.
        raise SourceError(
            name,
            "the tags of the page are nested deeper than 2048 levels; save the text of the plan alone as txt or docx.",
        )
    if root is None:
        raise SourceError(
            name, "the page has no readable element; open it in a browser and save it again, or save its text."
        )
    layout = load_layout()
    selection = survey(root, layout)
    assembly = Assembly()
    writer = _Writer(layout, selection, assembly)
    writer.write(selection.content)
    content = assembly.text
    heads = _heads(layout, selection, content)
    if heads:
        # Offsets of the tables count from the start of the text, so the head has to be there first.
        assembly = Assembly()
        for line in heads:
            assembly.add_line(line)
        _Writer(layout, selection, assembly).write(selection.content)
    if is_blank(assembly.text):
        raise SourceError(
            name, "the page holds no text besides menus and links; save the page that shows the plan itself."
        )
    return assembly.text, tuple(assembly.tables), encoding


def _decode(data: bytes, name: str) -> tuple[str, str]:
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode_text(data, name)
    refuse_binary(data, name)
    declared = [
        match.group(1).decode("ascii").lower()
        for match in (_XML_ENCODING.search(data[:300]), _CHARSET.search(data))
        if match
    ]
    # Bytes that are valid UTF-8 with Chinese in them are UTF-8, whatever the page says: the reverse is a common mistake.
    encodings = ["utf-8", *(_ENCODINGS.get(found, "gb18030") for found in declared)]
    if "cp1252" in encodings and 2 * len(_PAIRS.findall(data)) > _PAIRED_SHARE * len(_HIGH.findall(data)):
        encodings.insert(1, "gb18030")
    for encoding in encodings:
        try:
            return normalise_newlines(data.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    return decode_text(data, name)


def _heads(layout: Layout, selection: Selection, content: str) -> list[str]:
    """The lines of the head elements before the content that the content does not repeat."""
    lines: list[str] = []
    known = "".join(content[:5000].split())
    for element in selection.heads:
        part = Assembly()
        _Writer(layout, selection, part).write(element)
        for line in part.text.splitlines():
            bare = "".join(line.split())
            if bare and bare not in known:
                lines.append(line)
                known += bare
    if not selection.heads and selection.title:
        bare = "".join(selection.title.split())
        if bare and bare not in known:
            lines.append(" ".join(selection.title.split()))
    return lines


class _Writer:
    """Writes the elements under a root as lines and tables."""

    def __init__(self, layout: Layout, selection: Selection, assembly: Assembly) -> None:
        self._layout = layout
        self._selection = selection
        self._assembly = assembly
        self._line: list[str] = []
        self._label = ""
        self._counters: list[int | None] = []
        self._grid: Grid | None = None
        self._cell: list[str] | None = None
        self._preformatted = 0

    def write(self, root: Any) -> None:
        from lxml import etree

        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: Any = None
        for event, element in walk:
            if event == "start":
                if element is not root and self._selection.is_dropped(element, self._layout):
                    walk.skip_subtree()
                    skipped = element
                    continue
                self._start(element)
                self._add(element.text)
            else:
                if element is skipped:
                    skipped = None
                else:
                    self._end(element)
                if element is not root:
                    self._add(element.tail)
        self._flush()

    def _start(self, element: Any) -> None:
        tag = element.tag
        if tag == "br":
            self._break()
        if tag not in _BLOCKS:
            return
        self._break()
        if tag == "table" and self._grid is None and element in self._selection.grids:
            self._grid = Grid()
        elif tag == "tr" and self._grid is not None:
            self._grid.rows.append([])
        elif tag in ("td", "th") and self._grid is not None and self._grid.rows:
            self._cell = []
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "ol":
            self._counters.append(integer(element.get("start", "1").strip(), 1) - 1)
        elif tag == "ul":
            self._counters.append(None)
        elif tag == "li" and self._counters and self._counters[-1] is not None:
            self._counters[-1] += 1
            self._label = f"{self._counters[-1]}."

    def _end(self, element: Any) -> None:
        tag = element.tag
        if tag not in _BLOCKS:
            return
        self._break()
        if tag in ("td", "th") and self._grid is not None and self._cell is not None:
            cell = Cell(
                on_one_line(self._cell),
                columns=integer(element.get("colspan", "1").strip(), 1, low=1),
                rows=integer(element.get("rowspan", "1").strip(), 1),
            )
            self._cell = None
            self._grid.rows[-1].append(cell)
        elif tag == "table" and self._grid is not None and element in self._selection.grids:
            self._assembly.add_grid(self._grid)
            self._grid = None
        elif tag == "pre":
            self._preformatted -= 1
        elif tag in ("ol", "ul") and self._counters:
            self._counters.pop()
        elif tag == "li":
            self._label = ""

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            first, *rest = text.split("\n")
            self._line.append(first)
            for part in rest:
                self._break()
                self._line.append(part)
        else:
            self._line.append(text)

    def _break(self) -> None:
        if self._cell is not None:
            self._cell.append(_collapse(self._line))
            self._line.clear()
        elif self._grid is None or not self._grid.rows:
            self._flush()

    def _flush(self) -> None:
        line = _collapse(self._line)
        self._line.clear()
        if not line:
            return
        if self._label and not _NUMBERED.match(line):
            gap = " " if line[0].isascii() and line[0].isdigit() else ""
            line = f"{self._label}{gap}{line}"
        self._label = ""
        self._assembly.add_line(line)


def _collapse(parts: list[str]) -> str:
    """White space as a browser shows it; a line end inside Chinese is nothing, as CSS Text 3 (4.1.3) has it."""
    text = "".join(parts)
    if not text or text.isspace():
        return ""
    return _SPACES.sub(" ", _BREAK.sub("", text.replace("\r", "\n"))).strip()
