"""What depends on a record: how many rows of other lists, each a link to that list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lvlian.site.lists.listing import address
from lvlian.site.lists.registry import spec_of
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access, scoped


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    count: int
    url: str


def dependents_of(spec: ListSpec, access: Access, row: Any) -> list[Link]:
    """Links to what depends on a record, as far as the user sees it; a single one leads to its own page."""
    out = []
    for one in spec.dependents:
        other = spec_of(one.list)
        if not access.may(other.permission):
            continue
        rows = scoped(other.model, access).filter(**{one.path: row.pk})
        if one.filter:
            count = rows.count()
            url = f"{other.urls['list']}?{one.filter}={row.pk}"
        else:
            numbers = list(rows.values_list("pk", flat=True)[:2])
            count, url = len(numbers), address(other.detail, numbers[0]) if numbers else ""
        if count:
            out.append(Link(str(one.label), count, url))
    return out
