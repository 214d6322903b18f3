"""Reads of regions, units, firms and people, always through the user's scope."""

from __future__ import annotations

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Region


def region_line(region: Region | None) -> list[Region]:
    """The regions from the top down to this one; the names of those above are public."""
    if region is None:
        return []
    codes = [code for code in region.path.split("/") if code]
    paths = ["/".join(codes[: i + 1]) + "/" for i in range(len(codes))]
    return list(Region.objects.filter(path__in=paths).order_by("path"))


def region_switch(access: Access, limit: int = 200) -> list[Region]:
    """The regions that the user may switch to."""
    return list(scoped(Region, access).order_by("path")[:limit])


def role_label(access: Access) -> str:
    """The user's roles in the region that the pages are about, in words."""
    labels: list[str] = []
    for held in access.held:
        label = str(held.role.label)
        if label not in labels:
            labels.append(label)
    return "、".join(labels)
