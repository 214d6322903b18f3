"""Documents to text with offsets: txt, docx, pdf with a text layer, and html pages.

`read_source` is the door; each form has its own module, imported only when a document of that form comes.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from lvlian.plan.source.record import Form, Source, SourceError, Span, Table, printable
from lvlian.plan.source.sniff import sniff_form
from lvlian.plan.source.text import decode_text, is_blank, normalise_newlines

__all__ = [
    "MAX_BYTES",
    "Form",
    "Source",
    "SourceError",
    "Span",
    "Table",
    "read_source",
    "source_from_bytes",
    "source_from_text",
]

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read; a larger one is refused from its size alone, before a byte of it is in memory."""


def read_source(path: Path | str) -> Source:
    """Read the document at `path`, whatever its name says it is.

    Raises SourceError, one sentence, where the file is missing, too large, empty, broken, encrypted or of a form
    that cannot be read. The result is complete or there is none.
    """
    path = Path(path)
    data = _read_bytes(path)
    return source_from_bytes(data, name=path.name, path=str(path))


def source_from_bytes(data: bytes, *, name: str, path: str = "") -> Source:
    """Read a document that is already in memory; `name` is its file name. Raises SourceError."""
    if len(data) > MAX_BYTES:
        raise _too_large(name, len(data))
    if not data:
        raise SourceError(name, "the file is empty (0 bytes); a plan as txt, docx, pdf or html is expected.")
    form = sniff_form(data, name, Path(name).suffix.lower())
    encoding: str | None = None
    tables: tuple[Table, ...] = ()
    if form == "txt":
        text, encoding = decode_text(data, name)
    elif form == "docx":
        from lvlian.plan.source.word import read_docx

        text, tables = read_docx(data, name)
    elif form == "pdf":
        from lvlian.plan.source.pdf import read_pdf

        text, tables = read_pdf(data, name)
    else:
        from lvlian.plan.source.html import read_html

        text, tables, encoding = read_html(data, name)
    if is_blank(text):
        raise SourceError(name, "it holds nothing but white space; a plan with text is expected.")
    return Source(
        name=Path(name).stem,
        path=path,
        form=form,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        text=text,
        tables=tables,
    )


def source_from_text(text: str, name: str = "text") -> Source:
    """A text that is already in memory, also an empty one; newlines are normalised and a byte order mark is taken off.

    Raises SourceError where it holds half of a surrogate pair, which no encoding can write.
    """
    text = normalise_newlines(text.removeprefix("\ufeff"))
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(
            name, f"character {error.start} is half of a surrogate pair and stands for nothing."
        ) from None
    return Source(
        name=name, path="", form="txt", sha256=hashlib.sha256(data).hexdigest(), encoding=None, text=text, tables=()
    )


def _read_bytes(path: Path) -> bytes:
    name = path.name or str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SourceError(name, "it is a folder; give the files in it one by one.")
        if not stat.S_ISREG(status.st_mode):
            # Opening a pipe or a device could wait for ever.
            raise SourceError(name, "it is a pipe or a device and no file; save the document to a file first.")
        if status.st_size > MAX_BYTES:
            raise _too_large(name, status.st_size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SourceError(name, f"there is no such file ({printable(str(path))}).") from None
    except PermissionError:
        raise SourceError(name, "no permission to read the file; ask its owner or copy it.") from None
    except OSError as error:
        raise SourceError(name, f"the file cannot be opened ({error.strerror or 'unknown reason'}).") from None
    except SourceError:
        raise
    except ValueError:
        raise SourceError(name, "this is no valid file name (it holds a NUL character).") from None
    return data


def _too_large(name: str, size: int) -> SourceError:
    return SourceError(
        name,
        f"the file has {size / 1024 / 1024:.1f} MB and at most {MAX_BYTES // 1024 // 1024} MB are read; "
        "hand in the plan itself, without pictures and annexes.",
    )
