"""The front door for reports: what a file is is judged by its bytes, never by its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lvlian.chain.report.intake import Expected
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import, refused
from lvlian.chain.report.read_csv import bytes_of, csv_import
from lvlian.chain.report.read_json import json_import

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"Rar!", "rar 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"SQLite format 3\0", "SQLite 数据库"),
)


def read_report(path: Path, names: Names, expected: Expected | None = None) -> Import:
    """The statements of a report: a filled template or a free table as xlsx, CSV or JSON. Never raises for what a file holds."""
    content = bytes_of(path)
    return content if isinstance(content, Import) else report_import(content, path.name, names, expected)


def read_reports(paths: Iterable[Path], names: Names, expected: Expected | None = None) -> tuple[Import, ...]:
    """Several files, each an Import of its own."""
    return tuple(read_report(path, names, expected) for path in paths)


def report_import(content: bytes, name: str, names: Names, expected: Expected | None = None) -> Import:
    """The statements that the bytes of a file called `name` hold."""
    if not content:
        return refused(name, "empty", "是空的，应为 xlsx、CSV 或 JSON。", "is empty, expected xlsx, CSV or JSON.")
    if content.startswith(_ZIP):
        from lvlian.chain.report.read_workbook import workbook_import

        return workbook_import(content, name, names, expected)
    if content.startswith(_OLD_OFFICE):
        return refused(
            name,
            "old-or-encrypted",
            "是旧版 Excel（xls）或加密的文件；请不加密码另存为 xlsx。",
            "is an Excel 97–2003 file (xls) or encrypted; save it as xlsx without a password.",
        )
    for signature, what in _OTHER:
        if content.startswith(signature):
            return refused(
                name, "wrong-kind", f"是{what}，应为 xlsx、CSV 或 JSON。", f"is {what}, expected xlsx, CSV or JSON."
            )
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return json_import(content, name, names, expected)
    return csv_import(content, name, names, expected)
