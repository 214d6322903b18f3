"""Sheets that somebody brought, read without trusting them: what is inside is measured before anything is built in memory.

`read_sheets` raises BadFile with where, what was found and what was expected; it never opens a link, runs a formula or
expands an entity.
"""

from __future__ import annotations

import csv
import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _

MOST_UNPACKED = 200_000_000
MOST_PARTS = 2000
MOST_ROWS = 100_001
MOST_COLUMNS = 100
MOST_CELLS = 4_000_000
MOST_CHARACTERS = 400_000_000
"""The longest shared text times the cells that may hold it."""
MOST_SHEETS = 20
CHUNK = 1 << 18
LEFT_OUT = frozenset({"说明", "填写说明", "Note", "Notes"})
"""Sheets that explain and are not read."""


class BadFile(ValueError):
    """A file that cannot be read; `where`, `found` and `expected` make one sentence."""

    def __init__(self, where: str, found: str, expected: str) -> None:
        super().__init__(
            _("%(where)s：%(found)s，应为%(expected)s") % {"where": where, "found": found, "expected": expected}
        )
        self.where, self.found, self.expected = where, found, expected


@dataclass(slots=True)
class InSheet:
    """A sheet as it came: rows of values from the first row on, and what was noticed about its cells."""

    name: str
    rows: list[list[Any]]
    merged: list[str] = field(default_factory=list)
    formulas: int = 0
    empty_formulas: list[str] = field(default_factory=list)
    """Formulas that hold no value."""
    errors: list[str] = field(default_factory=list)
    """Cells that hold an error such as #REF!."""


def read_sheets(name: str, content: bytes, *, measured: bool = False) -> list[InSheet]:
    """The visible sheets of an .xlsx, or the one of a .csv, told apart by content; `measured` where the very same bytes were read
    before and nothing in them was at fault. Raises BadFile."""
    if content[:4] == b"PK\x03\x04":
        return _xlsx(name, content, measured)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadFile(name, _("旧式 .xls 或加了密的文件"), _("另存成 .xlsx，不加密"))
    return [_csv(name, content)]


def _csv(name: str, content: bytes) -> InSheet:
    if not content.strip():
        raise BadFile(name, _("空文件"), _(".xlsx 或 .csv"))
    if b"\x00" in content:
        raise BadFile(name, _("不是表格"), _(".xlsx 或 .csv"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise BadFile(name, _("认不出的编码"), _("UTF-8 或 GB18030 的 .csv，或 .xlsx")) from None
    rows: list[list[Any]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            rows.append([_undefused(value) for value in row])
            if len(rows) > MOST_ROWS:
                raise _too_long(name, name)
            if len(row) > MOST_COLUMNS:
                raise BadFile(name, _("%(n)d 列") % {"n": len(row)}, _("不多于 %(n)d 列") % {"n": MOST_COLUMNS})
    except csv.Error as error:
        raise BadFile(name, str(error), _(".xlsx 或 .csv")) from None
    return InSheet("CSV", rows)


def _undefused(value: str) -> str:
    """The text without the apostrophe that our own export puts before what looks like a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") else value


def _too_long(name: str, sheet: str) -> BadFile:
    return BadFile(f"{name} › {sheet}", _("超过 10 万行"), _("一次不多于 10 万行，请分几份"))


# Workbooks ----------------------------------------------------------------------------------------------------------------
def _xlsx(name: str, content: bytes, measured: bool) -> list[InSheet]:
    from python_calamine import CalamineError, CalamineWorkbook, XmlError, ZipError

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            parts = set(box.namelist()) if measured else _measured(name, box)
            found = _named_sheets(name, box, parts)
            scans = [(sheet, _Scan() if measured else _scanned(name, sheet, box, part)) for sheet, part in found]
            if not measured:
                _texts_fit(name, box, parts, sum(scan.shared for _s, scan in scans))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        zipfile.LargeZipFile,
        KeyError,
    ) as error:
        raise BadFile(name, _("打不开：%(error)s") % {"error": str(error)[:80]}, _("完好、不加密的 .xlsx")) from None
    except Exception as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(name, _("压缩包损坏"), _("完好、不加密的 .xlsx")) from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        out = []
        for sheet, scan in scans:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            out.append(
                InSheet(
                    sheet, [list(row) for row in rows], scan.merged, scan.formulas, scan.empty_formulas, scan.errors
                )
            )
    except (CalamineError, XmlError, ZipError, ValueError, OSError) as error:
        raise BadFile(name, _("读不了：%(error)s") % {"error": str(error)[:80]}, _("完好、不加密的 .xlsx")) from None
    return out


def _measured(name: str, box: zipfile.ZipFile) -> set[str]:
    """The parts of the package, after unpacking each of them once into nothing: sizes in the directory may lie."""
    infos = box.infolist()
    if len(infos) > MOST_PARTS:
        raise BadFile(name, _("压缩包里有 %(n)d 个部件") % {"n": len(infos)}, _("普通的 .xlsx"))
    total = 0
    for info in infos:
        if info.flag_bits & 1:
            raise BadFile(name, _("加了密"), _("不加密的 .xlsx"))
        with box.open(info) as part:
            while chunk := part.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise BadFile(name, _("解开后超过 %(n)d MB") % {"n": MOST_UNPACKED // 10**6}, _("普通大小的表"))
    names = {info.filename for info in infos}
    if "xl/workbook.xml" not in names:
        raise BadFile(name, _("压缩包里没有工作簿"), _(".xlsx 或 .csv"))
    if "xl/vbaProject.bin" in names:
        raise BadFile(name, _("带宏的工作簿"), _("不带宏的 .xlsx"))
    return names


def _elements(
    name: str,
    box: zipfile.ZipFile,
    part: str,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walks through the elements of a part. A document type declaration is refused: nothing good needs one."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_args: Any) -> None:
        raise BadFile(name, _("部件里有 DOCTYPE"), _("普通的 .xlsx"))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: begin(tag.rpartition(":")[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        with box.open(part) as source:
            parser.ParseFile(source)
    except expat.ExpatError as error:
        raise BadFile(f"{name} › {part}", str(error), _("完好的 .xlsx")) from None


def _named_sheets(name: str, box: zipfile.ZipFile, parts: set[str]) -> list[tuple[str, str]]:
    """The visible sheets that hold data: their names and parts."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and attributes.get("state", "visible") == "visible":
            key = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
            sheets.append((attributes.get("name", ""), key))

    if "xl/_rels/workbook.xml.rels" in parts:
        _elements(name, box, "xl/_rels/workbook.xml.rels", relation)
    _elements(name, box, "xl/workbook.xml", sheet)
    found = [(title, targets.get(key, "")) for title, key in sheets if title not in LEFT_OUT]
    found = [(title, part) for title, part in found if part in parts and "worksheet" in part]
    if not found:
        raise BadFile(name, _("没有可读的表"), _("至少一张可见的表"))
    if len(found) > MOST_SHEETS:
        raise BadFile(name, _("%(n)d 张表") % {"n": len(found)}, _("不多于 %(n)d 张") % {"n": MOST_SHEETS})
    return found


@dataclass(slots=True)
class _Scan:
    rows: int = 0
    columns: int = 0
    cells: int = 0
    shared: int = 0
    formulas: int = 0
    merged: list[str] = field(default_factory=list)
    empty_formulas: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def _scanned(name: str, sheet: str, box: zipfile.ZipFile, part: str) -> _Scan:
    """How far the cells of a sheet reach. Two cells at opposite corners would otherwise take all memory."""
    scan = _Scan()
    where = f"{name} › {sheet}"
    row = column = 0
    cell = ""
    formula = valued = False

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, cell, formula, valued
        if tag == "c":
            ref = attributes.get("r", "")
            if ref:
                column, row = position(ref)
            else:
                column += 1
            cell, formula, valued = ref or f"{letters(column)}{row}", False, False
            scan.cells += 1
            scan.columns, scan.rows = max(scan.columns, column), max(scan.rows, row)
            kind = attributes.get("t", "")
            if kind == "s":
                scan.shared += 1
            elif kind == "e" and len(scan.errors) < 200:
                scan.errors.append(cell)
            if scan.rows > MOST_ROWS:
                raise _too_long(name, sheet)
            if scan.columns > MOST_COLUMNS:
                raise BadFile(
                    where, _("写到第 %(n)s 列") % {"n": letters(column)}, _("不多于 %(n)d 列") % {"n": MOST_COLUMNS}
                )
            if scan.cells > MOST_CELLS or scan.rows * scan.columns > MOST_CELLS * 2:
                raise BadFile(where, _("格子太多"), _("不多于 %(n)d 格") % {"n": MOST_CELLS})
        elif tag == "row":
            number = attributes.get("r", "")
            row = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else row + 1
            column = 0
        elif tag == "f":
            formula = True
            scan.formulas += 1
        elif tag in ("v", "is"):
            valued = True
        elif tag == "mergeCell" and len(scan.merged) < 200:
            scan.merged.append(attributes.get("ref", ""))

    def end(tag: str) -> None:
        if tag == "c" and formula and not valued and len(scan.empty_formulas) < 200:
            scan.empty_formulas.append(cell)

    _elements(name, box, part, begin, end)
    return scan


def _texts_fit(name: str, box: zipfile.ZipFile, parts: set[str], uses: int) -> None:
    """Refuses shared texts that would fill the memory once they stand in every cell that names them."""
    if "xl/sharedStrings.xml" not in parts:
        return
    longest = now = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal now
        if tag == "si":
            now = 0

    def text(data: str) -> None:
        nonlocal longest, now
        now += len(data)
        longest = max(longest, now)

    _elements(name, box, "xl/sharedStrings.xml", begin, None, text)
    if longest * uses > MOST_CHARACTERS:
        raise BadFile(name, _("一段 %(n)d 字的文字被用了许多次") % {"n": longest}, _("普通的表"))


def position(ref: str) -> tuple[int, int]:
    """Column and row of a reference such as `AB12`, counted from one; far out where it is no reference."""
    head = ref.rstrip("0123456789")
    number = ref[len(head) :]
    if not (1 <= len(head) <= 3 and head.isascii() and head.isalpha() and 1 <= len(number) <= 7):
        return MOST_COLUMNS + 1, MOST_ROWS + 1
    column = 0
    for letter in head.upper():
        column = column * 26 + ord(letter) - 64
    return column, int(number)


def letters(column: int) -> str:
    """`AB` of 28."""
    out = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        out = chr(65 + rest) + out
    return out or "A"


def covered(ranges: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """Merged ranges with their corners (first column, first row, last column, last row)."""
    for one in ranges:
        first, _colon, last = one.partition(":")
        column, row = position(first)
        column2, row2 = position(last or first)
        yield one, column, row, column2, row2
