"""What a reader hands over: the text of a document, where its tables stand in it, and the one error of this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["txt", "docx", "pdf", "html"]

Span = tuple[int, int]
"""(start, end) in characters of `Source.text`, end not included."""


class SourceError(ValueError):
    """A document that cannot be read: one sentence with the file, what was found and what to do instead."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{printable(name)}: {problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the document: `rows[r][c]` is the span of a cell in `Source.text`.

    Every row has one line of the text, its cells joined by a tab. A cell that is merged over columns or rows stands
    once in the text and its span is repeated in every place that it covers; an empty cell has an empty span.
    """

    rows: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document as text.

    `name` is the file stem, `path` the path as given, `form` what the content is (not what the file is called),
    `sha256` the digest of the bytes, `encoding` the character encoding where the form has one. `text` has `\\n` as its
    only newline and no byte order mark; the offsets of all facts count characters in it.
    """

    name: str
    path: str
    form: Form
    sha256: str
    encoding: str | None
    text: str
    tables: tuple[Table, ...] = ()


def printable(name: str) -> str:
    """`name` fit for a sentence: a newline or an undecodable byte in a file name must not break the message."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
