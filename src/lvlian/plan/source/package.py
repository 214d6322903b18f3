"""The zip of a docx: which parts it has, and their XML, within bounds that a bomb cannot pass."""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from typing import Any

from lvlian.plan.source.record import SourceError
from lvlian.plan.source.sniff import sniff_package

MAX_MEMBERS = 10_000
MAX_TOTAL = 1024 * 1024 * 1024
"""Declared size of all members together, in bytes."""
MAX_PART = 64 * 1024 * 1024
"""Size of one part that is read, in bytes, counted while it is unpacked and not believed from its header."""
MAX_RATIO = 250
"""Unpacked to packed size of a part above RATIO_FROM bytes; the XML of a long Word document reaches about 30."""
MAX_MARKS = 4_000_000
"""Most tags and attributes of one part: each takes over 100 bytes in memory, so `<a/>` grows thirtyfold."""
RATIO_FROM = 16 * 1024 * 1024

_BROKEN = "open it in Word or WPS, let it repair the document, and save it as docx"
_RELATIONS = ("http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument")
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    # zipfile raises these for unknown methods and versions, for encrypted members, and for nonsense in its fields.
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
    MemoryError,
)


class Package:
    """A docx opened for reading. Raises SourceError from the constructor where it is none."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        # zipfile builds a record for each member before it can be asked how many there are.
        if data.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise self._bomb(f"more than {MAX_MEMBERS} members")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            members = self._zip.infolist()
        except _ZIP_ERRORS:
            raise self._broken("the zip archive is damaged or cut off") from None
        if sum(member.file_size for member in members) > MAX_TOTAL:
            raise self._bomb(f"unpacked size beyond {MAX_TOTAL // 1024 // 1024} MB")
        self._members = {member.filename.lstrip("/"): member for member in members}
        self.main = self._find_main()

    def has(self, part: str) -> bool:
        return part in self._members

    def related(self, kind: str) -> str | None:
        """The part that the main document names as its `kind` (`numbering`, `styles`, `footnotes`, `endnotes`)."""
        folder, file = posixpath.split(self.main)
        relations = posixpath.join(folder, "_rels", file + ".rels")
        target = self._target(relations, kind, folder)
        return target if target is not None and self.has(target) else None

    def xml(self, part: str) -> Any:
        """The root element (lxml) of a part. Entities and document types are refused, nothing is fetched."""
        from lxml import etree

        data = self._read(part)
        if data.count(b"<") + data.count(b"=") > MAX_MARKS:
            raise self._bomb(f"{part} with more than {MAX_MARKS} tags")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise self._broken(f"{part} declares a document type, which a docx never does")
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            raise self._broken(f"{part} is no valid XML ({_first_sentence(error)})") from None
        if root is None or root.getroottree().docinfo.internalDTD is not None:
            # A document type in UTF-16 passes the look at the bytes above.
            raise self._broken(f"{part} declares a document type, which a docx never does")
        return root

    def _read(self, part: str) -> bytes:
        member = self._members[part]
        if member.flag_bits & 1:
            raise SourceError(
                self._name, "the docx is encrypted; open it with its password, save it without one and read it again."
            )
        if member.file_size > MAX_PART:
            raise self._bomb(f"{part} of {member.file_size / 1024 / 1024:.0f} MB")
        if member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise self._bomb(f"{part} packed more than {MAX_RATIO} times")
        try:
            with self._zip.open(member) as file:
                data = file.read(MAX_PART + 1)
        except _ZIP_ERRORS:
            raise self._broken(f"{part} cannot be unpacked") from None
        if len(data) > MAX_PART:
            raise self._bomb(f"{part} of more than {MAX_PART // 1024 // 1024} MB")
        return data

    def _find_main(self) -> str:
        if self.has("_rels/.rels"):
            target = self._target("_rels/.rels", "officeDocument", "")
            if target is not None and self.has(target) and not target.startswith(("xl/", "ppt/")):
                return target
        if self.has("word/document.xml"):
            return "word/document.xml"
        if any(member.flag_bits & 1 for member in self._members.values()):
            raise SourceError(self._name, "it is an encrypted zip archive; unpack it and hand in the document inside.")
        kind = sniff_package(set(self._members))
        if kind is not None:
            raise SourceError(self._name, f"it is {kind[0]}, which cannot be read as a plan; {kind[1]}.")
        raise SourceError(
            self._name,
            "it is a zip archive and no docx (word/document.xml is missing); unpack it and hand in the document inside.",
        )

    def _target(self, relations: str, kind: str, folder: str) -> str | None:
        if not self.has(relations):
            return None
        for relation in self.xml(relations).iter():
            if relation.get("Type") in tuple(f"{base}/relationships/{kind}" for base in _RELATIONS):
                target = relation.get("Target") or ""
                return (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
        return None

    def _broken(self, what: str) -> SourceError:
        return SourceError(self._name, f"the docx is broken: {what}; {_BROKEN}.")

    def _bomb(self, what: str) -> SourceError:
        return SourceError(
            self._name,
            f"the docx unpacks to more than a plan can hold ({what}), so it is not read; save its text as a new docx.",
        )


def _first_sentence(error: Exception) -> str:
    text = " ".join(str(error).split()) or "unreadable"
    return "".join(char for char in text[:120] if char.isprintable())
