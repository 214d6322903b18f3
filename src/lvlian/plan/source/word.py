"""A docx to text: paragraphs with their printed numbers, tables, text boxes and notes, in the order of the document.

Headers, footers, comments, deleted and hidden text and the table of contents are left out. The XML is walked without
recursion, so that no nesting of elements can exhaust the stack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lvlian.plan.source.assembly import Assembly, Cell, Grid, on_one_line
from lvlian.plan.source.numbering import Numbering, children, first, integer, local, value
from lvlian.plan.source.package import Package
from lvlian.plan.source.record import SourceError, Table

_SKIPPED = frozenset(
    (
        "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "tblPr", "tblGrid", "trPr",
        "sectPr", "sdtPr", "sdtEndPr", "rPr", "pPr", "tcPr", "annotation", "comment",
    )
)  # fmt: skip
_TEXT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_OFF = ("0", "false", "off")


@dataclass(slots=True)
class _Paragraph:
    label: str = ""
    suffix: str = ""
    parts: list[str] = field(default_factory=list)
    boxes: list[str | Grid] = field(default_factory=list)
    """What stands in text boxes that are anchored in this paragraph; it follows the paragraph."""
    runs_on: bool = False
    """True where the mark at its end was deleted in review, so that the next paragraph continues it."""
    left_out: bool = False


def read_docx(data: bytes, name: str) -> tuple[str, tuple[Table, ...]]:
    """The text and the tables of a docx. Raises SourceError where it is broken, encrypted, a bomb or no docx."""
    package = Package(data, name)
    parts = {kind: package.related(kind) for kind in ("numbering", "styles", "footnotes", "endnotes")}
    roots = {kind: package.xml(part) if part else None for kind, part in parts.items()}
    reader = _Reader(Numbering(roots["numbering"], roots["styles"]))
    main = package.xml(package.main)
    if local(main) != "document":
        raise SourceError(
            name, f"the docx is broken: {package.main} is no Word document; open it in Word or WPS and save it as docx."
        )
    blocks = reader.read(main)
    found = {(kind, value(note, "id")): note for kind in ("footnotes", "endnotes") for note in children(roots[kind])}
    for number, key in enumerate(list(dict.fromkeys(reader.notes)), 1):
        if key in found:
            text = on_one_line([block for block in reader.read(found[key]) if isinstance(block, str)])
            blocks.append(f"注{number}：{text}")
    assembly = Assembly()
    for block in blocks:
        if isinstance(block, str):
            assembly.add_line(block)
        else:
            assembly.add_grid(block)
    return assembly.text, tuple(assembly.tables)


class _Reader:
    """Walks the elements of a part; `notes` collects the footnotes and endnotes in the order of their references."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self.notes: list[tuple[str, str]] = []

    def read(self, root: Any) -> list[str | Grid]:
        from lxml import etree

        self._blocks: list[list[str | Grid]] = [[]]  # the innermost box or cell last
        self._paragraphs: list[_Paragraph] = []
        self._grids: list[Grid] = []
        self._cells: list[Cell] = []
        self._tables = 0  # tables that are open inside the outermost one that is kept as a table, itself included
        self._carried = ""
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped: Any = None
        for event, element in walk:
            kind = local(element)
            if event == "start":
                if kind in _SKIPPED or (kind == "r" and _is_hidden(element)) or _is_second(kind, element):
                    walk.skip_subtree()
                    skipped = element
                else:
                    self._start(kind, element)
            elif element is skipped:
                skipped = None
            else:
                self._end(kind, element)
        return self._blocks[0]

    def _start(self, kind: str, element: Any) -> None:
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        if kind == "p":
            self._paragraphs.append(self._open(element))
        elif kind == "t" and paragraph is not None:
            paragraph.parts.append((element.text or "").replace("\r\n", " ").replace("\n", " ").replace("\r", " "))
        elif kind in _TEXT and paragraph is not None:
            paragraph.parts.append(_TEXT[kind])
        elif kind in _NOTES and paragraph is not None:
            self.notes.append((_NOTES[kind], value(element, "id")))
        elif kind == "txbxContent":
            self._blocks.append([])
        elif kind == "tbl":
            if self._tables:
                self._tables += 1
            elif not _is_frame(element):
                self._tables = 1
                self._grids.append(Grid())
        elif kind == "tr" and self._tables == 1:
            self._grids[-1].rows.append([])
        elif kind == "tc" and self._tables == 1 and self._grids[-1].rows:
            self._cells.append(_cell(element))
            self._blocks.append([])

    def _end(self, kind: str, element: Any) -> None:
        if kind == "p" and self._paragraphs:
            self._close(self._paragraphs.pop())
        elif kind == "txbxContent" and len(self._blocks) > 1:
            content = self._blocks.pop()
            if self._paragraphs:
                self._paragraphs[-1].boxes.extend(content)
            else:
                self._blocks[-1].extend(content)
        elif kind == "tc" and self._tables == 1 and self._cells:
            cell = self._cells.pop()
            cell.text = on_one_line([block for block in self._blocks.pop() if isinstance(block, str)])
            self._grids[-1].rows[-1].append(cell)
        elif kind == "tbl" and self._tables:
            self._tables -= 1
            if self._tables == 0:
                self._blocks[-1].append(self._grids.pop())

    def _open(self, element: Any) -> _Paragraph:
        style: str | None = None
        number: str | None = None
        level: int | None = None
        runs_on = False
        for child in children(first(element, "pPr")):
            kind = local(child)
            if kind == "pStyle":
                style = value(child, "val")
            elif kind == "numPr":
                for part in child:
                    if local(part) == "numId":
                        number = value(part, "val")
                    elif local(part) == "ilvl":
                        level = min(integer(value(part, "val"), 0), 8)
            elif kind == "rPr":
                runs_on = any(local(part) in ("del", "moveFrom") for part in child)
        left_out = self._numbering.style_name(style).startswith(("toc ", "目录 "))
        # A paragraph whose mark was deleted takes the number of the one that it runs into.
        label, suffix = ("", "") if runs_on else self._numbering.label(style, number, level)
        return _Paragraph(label=label, suffix=suffix, runs_on=runs_on, left_out=left_out)

    def _close(self, paragraph: _Paragraph) -> None:
        paragraph.parts.insert(0, self._carried)
        self._carried = ""
        target = self._blocks[-1]
        if paragraph.runs_on:
            self._carried = "".join(paragraph.parts)
        elif not paragraph.left_out:
            target.append(_labelled(paragraph))
        target.extend(paragraph.boxes)


def _labelled(paragraph: _Paragraph) -> str:
    text = "".join(paragraph.parts)
    label = paragraph.label
    if not label:
        return text
    text = text.lstrip()
    if paragraph.suffix == "space" or (paragraph.suffix != "nothing" and (label[-1].isalnum() or label[-1] in "•●■◆")):
        return f"{label} {text}"
    # `1.` before `2026年` would read as a decimal figure.
    return f"{label} {text}" if text[:1].isascii() and text[:1].isdigit() and label[-1].isascii() else label + text


def _is_hidden(run: Any) -> bool:
    return any(local(part) == "vanish" and value(part, "val") not in _OFF for part in children(first(run, "rPr")))


def _is_second(kind: str, element: Any) -> bool:
    """The form of a drawing for older programs, which repeats the text of the first form."""
    parent = element.getparent()
    return kind == "Fallback" and parent is not None and any(local(child) == "Choice" for child in parent)


def _is_frame(table: Any) -> bool:
    """A table of one single cell only draws a frame around what it holds."""
    rows = 0
    cells = 0
    for row in table:
        if local(row) == "tr":
            rows += 1
            cells += sum(local(cell) in ("tc", "sdt", "customXml") for cell in row)
            if rows > 1 or cells > 1:
                return False
        elif local(row) in ("sdt", "customXml"):
            return False
    return True


def _cell(element: Any) -> Cell:
    cell = Cell("")
    for child in children(first(element, "tcPr")):
        kind = local(child)
        if kind == "gridSpan":
            cell.columns = integer(value(child, "val"), 1, low=1)
        elif kind == "vMerge":
            cell.continues = value(child, "val") != "restart"
    return cell
