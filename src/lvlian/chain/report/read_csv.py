"""Reports as CSV: a free table in UTF-8, UTF-16 or GB18030, separated by comma, tab or semicolon."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lvlian.chain.report.intake import Expected, Intake
from lvlian.chain.report.names import Names
from lvlian.chain.report.problem import Import, Problem, refused
from lvlian.chain.report.statement import Origin
from lvlian.chain.report.table import MOST_ROWS, TITLE_ROWS, header_of, read_table

LARGEST = 64 * 1024 * 1024
"""Bytes of a file."""
LONGEST_FIELD = 32_768
_SEPARATORS = (",", "\t", ";", "，", "|")


def read_csv(path: Path, names: Names, expected: Expected | None = None) -> Import:
    """The statements of a CSV file. Never raises for what the file holds: what is wrong stands in `problems`."""
    content = bytes_of(path)
    return content if isinstance(content, Import) else csv_import(content, path.name, names, expected)


def bytes_of(path: Path) -> bytes | Import:
    """The bytes of a file, or why they cannot be had."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or str(error)
        return refused(path.name, "unreadable", f"不能读取（{why}）。", f"cannot be read ({why}).")
    if len(content) > LARGEST:
        return too_large(path.name)
    return content


def too_large(name: str) -> Import:
    most = LARGEST // 1024 // 1024
    return refused(
        name,
        "too-large",
        f"文件太大，应不超过 {most} MB 和 {MOST_ROWS:,} 行；请分成几份。",
        f"is too large, expected at most {most} MB and {MOST_ROWS:,} rows; split it.",
    )


def csv_import(content: bytes, name: str, names: Names, expected: Expected | None = None) -> Import:
    """The statements that the bytes of a CSV file called `name` hold."""
    if len(content) > LARGEST:
        return too_large(name)
    decoded = decode(content)
    if decoded is None:
        return refused(
            name,
            "not-text",
            "不是文本，应为 UTF-8 或 GB18030 编码的 CSV。",
            "not a text, expected CSV in UTF-8 or GB18030.",
        )
    if not decoded.strip():
        return refused(name, "empty", "是空的，应有一张表。", "is empty, expected a table.")
    intake = Intake(name, names, expected)

    def where(row: int, column: int, heading: str) -> Origin:
        return Origin(name, "", f"第 {row} 行{f' {heading}' if heading else ''}")

    separator = _separator(decoded, names)
    try:
        found = read_table(_rows(decoded, separator), intake, where)
    except csv.Error as error:
        return refused(name, "not-csv", f"不是 CSV 表（{error}）。", f"is no CSV table ({error}).")
    if not found:
        return refused(
            name,
            "no-header",
            "没有表头，前 20 行中应有一行写着：企业、月份、项目、物料、往来方、数值、单位。",
            f"no header row, expected one of the first {TITLE_ROWS} lines to name firm, month, item, good, partner, value, unit.",
        )
    result = intake.done()
    if result.ok and not result.readable:
        intake.wrong(Problem(Origin(name), "no-figures", "表中没有一个数。", "the table holds no figure."))
        return intake.done()
    return result


def decode(content: bytes) -> str | None:
    """The text of a file, by its mark or by trying UTF-8 and then GB18030; None where it is no text."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                return None
    if b"\0" in content[:65_536]:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_FIELD)
    for row in csv.reader(_lines(text), delimiter=separator, strict=True):
        # an apostrophe before a text keeps a spreadsheet from taking it for a formula; it is no part of the text
        yield [cell[1:] if cell.startswith("'") else cell for cell in row]


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends; a line is cut at line feeds only, so that a quoted field may hold one."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        yield text[start:end]
        start = end


def _separator(text: str, names: Names) -> str:
    """The separator under which the first lines hold a header; a comma where none does."""
    head = text[:16_384].splitlines()[:TITLE_ROWS]
    for separator in _SEPARATORS:
        if any(header_of(line.replace('"', "").split(separator), names.words) for line in head):
            return separator
    return ","
