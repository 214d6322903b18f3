"""The zip of a workbook, looked into before anything else opens it: sizes, macros, passwords, extents, formulas without a value.

Nothing is trusted that the zip says of itself: every sheet is unpacked here with a bound first.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

MOST_MEMBERS = 4_000
MOST_BYTES = 256 * 1024 * 1024
"""Unpacked, all parts together."""
MOST_RATIO = 400
RATIO_FROM = 4 * 1024 * 1024
MOST_ROWS = 210_000
MOST_COLUMNS = 512
MOST_CELLS = 4_000_000
"""Of the rectangle from the first to the last cell, which the reader keeps in memory."""

MOST_TEXT = 256 * 1024 * 1024
"""Characters of all cells together: each cell that names a shared text gets a copy of it."""

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})([0-9]{1,8})"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4}[0-9]{1,8})"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</)"
)
_SHARED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt="s"[^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})')
_TEXT = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*(?:"([^"]*)"|\'([^\']*)\')')


class PackageError(ValueError):
    """A workbook that is not read; `code`, `zh` and `en` as in Problem."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


def inspect(content: bytes) -> Mapping[str, frozenset[str]]:
    """Sheet name → cells that hold a formula without a value. Raises PackageError where the workbook is not fit to be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, OverflowError, struct.error, UnicodeDecodeError):
        raise _broken() from None
    if len(members) > MOST_MEMBERS:
        raise _bomb()
    names = {member.filename for member in members}
    if any(member.flag_bits & 1 for member in members):
        raise PackageError(
            "encrypted", "有密码，不能读取；请不加密码另存。", "is encrypted; save it without a password."
        )
    if "xl/workbook.xml" not in names:
        raise PackageError(
            "not-a-workbook", "不是 Excel 工作簿（xlsx）。", "is a zip archive and no Excel workbook (xlsx)."
        )
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise PackageError(
            "macros",
            "含有宏，不读取；请另存为不含宏的 xlsx。",
            "holds macros and is not read; save it as xlsx without macros.",
        )
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _bomb()
    return _sheets(content, members)


def _sheets(content: bytes, members: list[zipfile.ZipInfo]) -> Mapping[str, frozenset[str]]:
    small: dict[str, bytes] = {}
    valueless: dict[str, frozenset[str]] = {}
    left = MOST_BYTES
    texts: list[int] = []
    copied = 0
    for member in sorted(members, key=lambda member: member.filename != "xl/sharedStrings.xml"):
        data = _unpacked(content, member, left)
        left -= len(data)
        if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:4096]:
            raise _broken()
        if member.filename == "xl/sharedStrings.xml":
            texts = [len(text) for text in _TEXT.findall(data)]
        elif member.filename in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            small[member.filename] = data
        elif member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            _extent(data)
            copied += _copied(data, texts)
            if copied > MOST_TEXT:
                raise _bomb()
            if b"<f" in data or b":f" in data:
                valueless[member.filename] = frozenset(m[1].decode() for m in _FORMULA.finditer(data))
    part_of = dict(_parts(small))
    return {sheet: valueless.get(part, frozenset()) for sheet, part in part_of.items()}


def _unpacked(content: bytes, member: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes of a part, never more than `left` or than the directory says."""
    most = min(left, member.file_size)
    if member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise _bomb()
    head = content[member.header_offset : member.header_offset + _LOCAL.size]
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise _broken()
    fields = _LOCAL.unpack(head)
    start = member.header_offset + _LOCAL.size + fields[9] + fields[10]
    raw = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        data = raw[: most + 1]
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        try:
            data = zlib.decompressobj(-15).decompress(raw, most + 1)
        except zlib.error:
            raise _broken() from None
    else:
        raise _broken()
    if len(data) > most:
        raise _bomb()
    return data


def _copied(data: bytes, texts: list[int]) -> int:
    """At most how many characters the shared texts of a sheet come to; exact only where the quick bound is too large."""
    longest = max(texts, default=0)
    if longest * data.count(b'"s"') <= MOST_TEXT // 8:
        return longest * data.count(b'"s"')
    return sum(texts[number] for place in _SHARED.findall(data) if (number := int(place)) < len(texts))


def _extent(data: bytes) -> None:
    """Refuse a sheet whose last cell lies so far out that the rectangle up to it would not fit. Raises PackageError."""
    columns: set[bytes] = set()
    last = 0
    for column, row in _CELL.findall(data):
        columns.add(column)
        number = int(row)
        if number > last:
            last = number
    widest = max((_number(column) for column in columns), default=0)
    if last > MOST_ROWS:
        raise PackageError(
            "too-many-rows",
            f"有一格在第 {last:,} 行，一次最多读 {MOST_ROWS:,} 行；请分成几份。",
            f"has a cell in row {last:,}, at most {MOST_ROWS:,} rows are read at once; split the file.",
        )
    if widest > MOST_COLUMNS or widest * last > MOST_CELLS:
        raise PackageError(
            "too-wide",
            f"有一格在第 {widest:,} 列、第 {last:,} 行，超出所读的范围；请删去多余的列。",
            f"reaches column {widest:,} and row {last:,}, beyond what is read; delete the columns that are not needed.",
        )


def _number(column: bytes) -> int:
    number = 0
    for char in column:
        number = number * 26 + char - 64
    return number


def _parts(small: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Sheet name → the part that holds it."""
    relations = {}
    for tag in _RELATION.findall(small.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")):
        attributes = _attributes(tag)
        target = attributes.get("Target", "")
        relations[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    for tag in _SHEET.findall(small["xl/workbook.xml"].decode("utf-8", "replace")):
        attributes = _attributes(tag)
        identity = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
        if "name" in attributes:
            yield attributes["name"], relations.get(identity, "")


def _attributes(tag: str) -> dict[str, str]:
    return {key: html.unescape(double or single) for key, double, single in _ATTRIBUTE.findall(tag)}


def _broken() -> PackageError:
    return PackageError(
        "broken",
        "文件已损坏，应为 Excel 工作簿（xlsx）；请重新保存。",
        "is broken, expected an Excel workbook (xlsx); save it again.",
    )


def _bomb() -> PackageError:
    most = MOST_BYTES // 1024 // 1024
    return PackageError(
        "too-large",
        f"解开后大于 {most} MB，不读取；请分成几份。",
        f"unpacks to more than {most} MB and is not read; split it.",
    )
