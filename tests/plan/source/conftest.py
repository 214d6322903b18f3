"""Makers of small documents: a PDF written by hand, a docx whose parts are given as XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

import pytest

from lvlian.plan.source import Source, SourceError, source_from_bytes

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Mark = tuple[float, float, str]
"""(x, y, text) in points from the lower left corner."""
Drawn = tuple[float, float, float, float]
"""(x, y, width, height) of a filled rectangle."""


def _turned(x: float, y: float, rotate: int) -> tuple[int, int, int, int, float, float]:
    """The text matrix of words that stand upright at (x, y) once the page is turned."""
    if rotate == 90:
        return 0, 1, -1, 0, 595 - y, x
    if rotate == 180:
        return -1, 0, 0, -1, 595 - x, 842 - y
    if rotate == 270:
        return 0, -1, 1, 0, y, 842 - x
    return 1, 0, 0, 1, x, y


def write_pdf(
    pages: Sequence[Sequence[Mark]],
    *,
    drawn: Mapping[int, Sequence[Drawn]] | None = None,
    pictures: bool = False,
    rotate: int = 0,
    size: float = 12,
) -> bytes:
    """A PDF of A4 pages. Chinese needs no font file: UniGB-UCS2-H is one of the character maps that every reader has."""
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        (
            b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/FontDescriptor 5 0 R"
            b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>>>"
        ),
        (
            b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880"
            b"/Descent -120/CapHeight 880/StemV 93>>"
        ),
        (
            b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>"
            b"stream\n\x80\nendstream"
        ),
    ]
    kids = []
    for number, marks in enumerate(pages):
        body = [b"q 500 0 0 700 40 60 cm /Im Do Q"] if pictures else []
        body += [b"%g %g %g %g re f" % box for box in (drawn or {}).get(number, ())]
        body += [
            b"BT /F %g Tf %d %d %d %d %g %g Tm <%s> Tj ET"
            % (size, *_turned(x, y, rotate), text.encode("utf-16-be").hex().encode())
            for x, y, text in marks
        ]
        stream = b"\n".join(body)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</Im 6 0 R>>>>>>" % (rotate, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Kids[" + b" ".join(kids) + b"]/Count %d>>" % len(kids)
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def write_docx(body: str, **parts: str) -> bytes:
    """A docx with this body; `parts` are the contents of numbering, styles, footnotes and endnotes."""
    names = f'xmlns:w="{WORD}" xmlns:mc="urn:mc" xmlns:wps="urn:wps"'
    root = {"numbering": "numbering", "styles": "styles", "footnotes": "footnotes", "endnotes": "endnotes"}
    relations = "".join(f'<Relationship Id="{k}" Type="{OFFICE}/{k}" Target="{k}.xml"/>' for k in parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for kind, content in parts.items():
            archive.writestr(f"word/{kind}.xml", f"<w:{root[kind]} {names}>{content}</w:{root[kind]}>")
    return target.getvalue()


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    return write_pdf


@pytest.fixture(scope="session")
def make_docx() -> Callable[..., bytes]:
    return write_docx


@pytest.fixture(scope="session")
def cells() -> Callable[[Source], list[list[list[str]]]]:
    """The text of each cell of each table."""

    def texts(source: Source) -> list[list[list[str]]]:
        return [[[source.text[a:b] for a, b in row] for row in table.rows] for table in source.tables]

    return texts


@pytest.fixture(scope="session")
def refusal() -> Callable[..., str]:
    """The message with which a document is refused, checked for its shape: one line, the file first, a full stop last."""

    def message(data: bytes, name: str = "plan.bin") -> str:
        with pytest.raises(SourceError) as caught:
            source_from_bytes(data, name=name)
        text = str(caught.value)
        assert text.startswith(f"{name}: ") and text.endswith(".") and "\n" not in text
        return text

    return message
