"""Evidence of items: a file is judged by its bytes, kept once for a region, and only ever served as an attachment. Taking evidence away
is an event with its reason; what it was stays in the record."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile

from django.utils.translation import gettext as _

from lvlian.ledger.item import Event
from lvlian.site.frame import today
from lvlian.site.ledger.actions.items import happen
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import StoredFile

LARGEST = 20_000_000
"""Bytes of a file."""
KINDS: tuple[tuple[str, bytes], ...] = (
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", b"\xff\xd8\xff"),
    ("doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
PACKED = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}
"""Kind → the member that tells it."""
_UNFIT = re.compile(r'[\x00-\x1f\x7f"<>|:*?\\/]')


class Unfit(ValueError):
    """A file that is not kept; one sentence says why."""


def kind_of(content: bytes) -> str:
    """What a file is, by its bytes. Raises Unfit."""
    for kind, first in KINDS:
        if content.startswith(first):
            return kind
    if content.startswith(b"PK\x03\x04"):
        try:
            names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            names = set()
        for kind, member in PACKED.items():
            if member in names:
                return kind
    raise Unfit(_("这个文件不是 PDF、PNG、JPEG、Word、Excel 或 OFD；请换成其中一种再附"))


def file_name(name: str) -> str:
    """A name that does no harm: no path, no control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNFIT.sub("", last).strip(". ")[:200] or _("凭据")


def store(access: Access, item: Item, name: str, content: bytes) -> StoredFile:
    """Keeps an uploaded file. Equal bytes in a region are kept once. Raises Unfit, PermissionDenied."""
    access.need("item.edit", item)
    if not content:
        raise Unfit(_("文件是空的"))
    if len(content) > LARGEST:
        raise Unfit(
            _("文件 %(size).1f MB，应在 %(most)d MB 以内") % {"size": len(content) / 1e6, "most": LARGEST // 1_000_000}
        )
    kind, digest = kind_of(content), hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(region=item.region_id, sha256=digest).defer("content").first()
    if known is not None:
        return known
    with recording(access, "file.store", row=item, subject=file_name(name), permission="item.edit") as act:
        return act.create(  # type: ignore[no-any-return]
            StoredFile(
                region=item.region, sha256=digest, name=file_name(name), kind=kind, size=len(content), content=content,
                user=access.user,
            )
        )  # fmt: skip


def take_away(access: Access, proof: Evidence, revision: int | None, why: str) -> Item:
    """Takes evidence away from its item. The file stays where other records use it. Raises Refused, Conflict, PermissionDenied."""
    from lvlian.ledger.item import Refused

    if not why.strip():
        raise Refused("why-missing", "why")

    def also(act: object, held: Item) -> None:
        act.delete(proof)  # type: ignore[attr-defined]

    told = {"stage": proof.stage, "ref": proof.reference, "gone": True, "why": why.strip()}
    return happen(access, proof.item, revision, "item.detach", Event("evidence", today(), told), reason=why, also=also)
