"""The beginning of a site: the region at the top, and whether there is anybody."""

from __future__ import annotations

from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region, User


def root_region() -> Region:
    """The region at the top, made where there is none."""
    found = Region.objects.filter(parent=None).order_by("path").first()
    return found if found is not None else add_region(Access(), "00", "全国", Region.Level.NATION)


def add_region(
    access: Access, code: str, name: str, level: str, parent: Region | None = None, **values: object
) -> Region:
    """A new region below its parent."""
    row = Region(
        code=code, name=name, level=level, parent=parent, path=f"{parent.path if parent else ''}{code}/", **values
    )
    with recording(access, "region.add", region=parent, subject=name) as act:
        act.create(row)
    return row


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return not User.objects.exists()
