"""Bytes of a plain text to characters: UTF-8, UTF-16 and UTF-32 with a mark, GB18030, and files that mix the first and the last."""

from __future__ import annotations

import codecs
import re

from lvlian.plan.source.record import SourceError

_MARKS: tuple[tuple[bytes, str], ...] = (
    # The mark of UTF-32 little endian begins with that of UTF-16, so it is asked first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r")) + b"\x7f"
_CONTROL_SHARE = 0.01
"""A text may hold a few stray controls (a soft hyphen of Word, the DOS end mark); more than this share is no text."""

_CHINESE_UTF8 = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2})+")
_WIDE = re.compile("[\u0800-\uffff\U00010000-\U0010ffff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")
_PRIVATE_SHARE = 0.1
"""GB18030 has an answer for almost any two high bytes, but for garbage it is often a private-use character."""
_VISIBLE = re.compile("[^\\s\x00-\x1f\x7f\u200b-\u200f\u2060\ufeff]")


def decode_text(data: bytes, name: str) -> tuple[str, str]:
    """The text and the name of its encoding; newlines become `\\n` as in Python's universal newlines.

    `encoding` is `utf-8`, `utf-8-sig`, `utf-16`, `utf-32`, `gb18030` or `utf-8+gb18030` (chosen line by line).
    Raises SourceError for binary data and for bytes that are valid in none of these, naming byte and line.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding, name), encoding
    refuse_binary(data, name)
    try:
        return normalise_newlines(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _decode_lines(data, name)


def normalise_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def is_blank(text: str) -> bool:
    """True where nothing can be read: white space, marks of no width."""
    return _VISIBLE.search(text) is None


def _decode_marked(data: bytes, encoding: str, name: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # The decoder takes the mark off, yet counts its offsets from the start of the bytes.
        raise SourceError(
            name,
            f"it begins with the mark of {encoding.upper()} but byte {error.start} is not valid in it; "
            "save the document as UTF-8 text and read it again.",
        ) from None
    if "\0" in text:
        raise SourceError(
            name,
            f"it holds a NUL character (character {text.index(chr(0))}), so it is no text; hand in txt, docx, pdf or html.",
        )
    return normalise_newlines(text)


def refuse_binary(data: bytes, name: str) -> None:
    """Raises SourceError where `data` holds a NUL byte or too many control codes to be a text."""
    nul = data.find(b"\0")
    if nul >= 0:
        hint = ""
        if len(data) > 3 and len(data) % 2 == 0 and data.count(b"\n\0") + data.count(b"\0\n") > 0:
            hint = " (if it is UTF-16 without a byte order mark, save it as UTF-8)"
        raise SourceError(
            name,
            f"byte {nul} is NUL, so this is binary data and no text; hand in the document as txt, docx, pdf or html{hint}.",
        )
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > _CONTROL_SHARE * len(data):
        raise SourceError(
            name,
            f"{controls} of its {len(data)} bytes are control codes, so this is binary data and no text; "
            "hand in the document as txt, docx, pdf or html.",
        )


def _decode_lines(data: bytes, name: str) -> tuple[str, str]:
    """Each line in the one of the two encodings that it is valid in; a newline byte is never part of a character in either."""
    parts: list[str] = []
    used: set[str] = set()
    offset = 0
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        text, encoding = _decode_line(line, offset, number, name)
        used.add(encoding)
        parts.append(text)
        offset += len(line)
    used.discard("ascii")
    return normalise_newlines("".join(parts)), "gb18030" if used == {"gb18030"} else "utf-8+gb18030"


def _decode_line(line: bytes, offset: int, number: int, name: str) -> tuple[str, str]:
    if line.isascii():
        return line.decode("ascii"), "ascii"
    utf8_error: UnicodeDecodeError | None = None
    utf8 = gb18030 = None
    try:
        utf8 = line.decode("utf-8")
        # 一 in GB18030 is also a valid two-byte Cyrillic letter in UTF-8; Chinese in UTF-8 always takes three bytes.
        if _WIDE.search(utf8):
            return utf8, "utf-8"
    except UnicodeDecodeError as error:
        utf8_error = error
    try:
        gb18030 = line.decode("gb18030")
        error_at = 0
    except UnicodeDecodeError as error:
        error_at = error.start
    if (
        gb18030 is not None
        and len(_PRIVATE.findall(gb18030)) <= _PRIVATE_SHARE * len(gb18030)
        and not _is_broken_utf8(line)
    ):
        return gb18030, "gb18030"
    if utf8 is not None:
        return utf8, "utf-8"
    if utf8_error is not None and (gb18030 is not None or _is_broken_utf8(line)):
        error_at = utf8_error.start
    raise SourceError(
        name,
        f"line {number} is valid neither as UTF-8 nor as GB18030 (byte {offset + error_at}, 0x{line[error_at]:02X}); "
        "open it in the program that wrote it and save it as UTF-8.",
    )


def _is_broken_utf8(line: bytes) -> bool:
    """True where most bytes above ASCII form Chinese characters of UTF-8.

    Such a line with one stray byte often decodes as GB18030 without an error, into characters that nobody wrote;
    in Chinese that is really GB18030 only about one byte in a hundred looks like this.
    """
    high = len(line) - sum(map(len, re.findall(rb"[\x00-\x7f]+", line)))
    covered = sum(map(len, _CHINESE_UTF8.findall(line)))
    return covered > high / 2
