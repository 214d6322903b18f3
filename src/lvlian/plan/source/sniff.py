"""What a file is, judged by its bytes: the form that a reader exists for, or a sentence that says what it is instead."""

from __future__ import annotations

import re

from lvlian.plan.source.record import Form, SourceError

_SAVE_DOCX = "open it in Word or WPS and save it as docx"
_IMAGE = "has no text; run OCR on it to make a searchable PDF, or hand in the docx"

_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    # (first bytes, what it is, what to do)
    (b"\x89PNG\r\n\x1a\n", "a PNG image", _IMAGE),
    (b"\xff\xd8\xff", "a JPEG image", _IMAGE),
    (b"GIF87a", "a GIF image", _IMAGE),
    (b"GIF89a", "a GIF image", _IMAGE),
    (b"II*\0", "a TIFF image", _IMAGE),
    (b"MM\0*", "a TIFF image", _IMAGE),
    (b"{\\rtf", "a rich text file (rtf)", _SAVE_DOCX),
    (b"%!PS", "a PostScript file", "convert it to a PDF with a text layer"),
    (b"AT&TFORM", "a DjVu document", "hand in a PDF with a text layer or the docx"),
    (b"CAJ\0", "a CAJ document", "export it as a PDF with a text layer"),
    (b"HN\0\0", "a CAJ document", "export it as a PDF with a text layer"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and hand in the document inside"),
    (b"Rar!\x1a\x07", "a rar archive", "unpack it and hand in the document inside"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and hand in the document inside"),
    (b"BZh", "a bzip2 archive", "unpack it and hand in the document inside"),
    (b"\xfd7zXZ\0", "an xz archive", "unpack it and hand in the document inside"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it and hand in the document inside"),
    (b"\x7fELF", "a program", "hand in the document as txt, docx, pdf or html"),
    (b"SQLite format 3\0", "a SQLite database", "hand in the document as txt, docx, pdf or html"),
)
_BINARY_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    # Two letters that a text may begin with as well: they count only where a NUL byte follows soon.
    (b"BM", "a BMP image", _IMAGE),
    (b"MZ", "a program", "hand in the document as txt, docx, pdf or html"),
    (b"RIFF", "an image or a sound (RIFF)", _IMAGE),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS: tuple[tuple[str, str, str], ...] = (
    (
        "EncryptedPackage",
        "an encrypted Office document",
        "open it with its password, save it without one and read it again",
    ),
    ("WordDocument", "a Word 97–2003 document (doc)", _SAVE_DOCX),
    ("Workbook", "an Excel 97–2003 workbook (xls)", "copy the plan into a Word document and save it as docx"),
    ("PowerPoint Document", "a PowerPoint 97–2003 file (ppt)", "save its text as docx"),
)
_HEAD = 4096
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    r"<(?:!doctype\s+html|(?:html|head|body|title|meta|link|script|style|div|p|table|span|article|section|main|center|h[1-6])\b)",
    re.IGNORECASE | re.DOTALL,
)
_HTML_ANYWHERE = re.compile(r"<(?:html|head|body|div|p|table|span|article|section|br)\b[^<>]*>", re.IGNORECASE)
_WORD_XML = re.compile(
    r"<\?mso-application\s+progid=\"Word\.Document\"|<(?:w:wordDocument|pkg:package)\b", re.IGNORECASE
)
_ARCHIVE_PAGE = re.compile(r"\A\s*(?:From:.*\n)?(?:[A-Za-z-]+:.*\n)*MIME-Version:", re.IGNORECASE)


def sniff_form(data: bytes, name: str, suffix: str) -> Form:
    """The form of `data`; `suffix` (with its dot, lower case) only decides where the content leaves it open.

    A zip is passed on as `docx`: its reader looks inside. Raises SourceError where it is something that no reader exists for.
    """
    head = data[:_HEAD]
    for signature, what, remedy in _SIGNATURES:
        if head.startswith(signature):
            raise SourceError(name, f"it is {what}, which cannot be read as a plan; {remedy}.")
    if b"\0" in head[:64]:
        for signature, what, remedy in _BINARY_SIGNATURES:
            if head.startswith(signature):
                raise SourceError(name, f"it is {what}, which cannot be read as a plan; {remedy}.")
        if head[4:12] in (b"ftypheic", b"ftypmif1", b"ftypavif"):
            raise SourceError(name, f"it is a HEIF image, which cannot be read as a plan; {_IMAGE}.")
    if head.startswith(_OLE):
        raise _refuse_ole(data, name)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\f\0").startswith(b"%PDF-") or (suffix == ".pdf" and b"%PDF-" in head[:1024]):
        return "pdf"
    return _sniff_markup(head, name, suffix)


def sniff_package(members: set[str]) -> tuple[str, str] | None:
    """What a zip that is no docx holds, and what to do, from the names of its members."""
    folders = {member.split("/", 1)[0] for member in members}
    if "xl" in folders and "[Content_Types].xml" in members:
        return "an Excel workbook (xlsx)", "copy the plan into a Word document and save it as docx"
    if "ppt" in folders and "[Content_Types].xml" in members:
        return "a PowerPoint file (pptx)", "save its text as docx"
    if "OFD.xml" in members:
        return "an OFD document", "export it as docx or as a PDF with a text layer"
    if "META-INF/container.xml" in members:
        return "an EPUB book", "hand in the document as txt, docx, pdf or html"
    if "content.xml" in members:
        return "an OpenDocument file (odt)", _SAVE_DOCX
    return None


def _refuse_ole(data: bytes, name: str) -> SourceError:
    for stream, what, remedy in _OLE_STREAMS:
        if stream.encode("utf-16-le") in data:
            return SourceError(name, f"it is {what}, which cannot be read; {remedy}.")
    return SourceError(name, f"it is a document of an old Office or WPS format, which cannot be read; {_SAVE_DOCX}.")


def _sniff_markup(head: bytes, name: str, suffix: str) -> Form:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    else:
        text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if _WORD_XML.search(text):
        raise SourceError(name, f"it is a Word document as flat XML, which cannot be read; {_SAVE_DOCX}.")
    if _ARCHIVE_PAGE.match(text):
        raise SourceError(
            name, "it is a saved web archive (mht), which cannot be read; save the page as html only, or as docx."
        )
    if _HTML_START.match(text) or (suffix in (".html", ".htm", ".shtml", ".xhtml") and _HTML_ANYWHERE.search(text)):
        return "html"
    return "txt"
