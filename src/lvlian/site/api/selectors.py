"""Reads of the API: a page of records in the caller's scope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from lvlian.site.api.errors import Refused
from lvlian.site.api.shapes import Masking, Shape
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Comment, Grant, Region
from lvlian.site.search.query import visible_comments


def record(shape: Shape, access: Access, pk: Any, *, whole: bool = True) -> Any:
    """A record in scope. Raises Http404."""
    rows = _loaded(shape, scoped(shape.model, access), whole=whole)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def page_of(shape: Shape, access: Access, asked: Any) -> dict[str, Any]:
    """A page of what matches, as the answer holds it. Raises Refused on a region out of scope."""
    rows = scoped(shape.model, access)
    if asked.region is not None:
        rows = rows.filter(access.under(_region(access, asked.region).path, shape.model.reach.region))  # type: ignore[attr-defined]
    if shape.named and asked.q:
        anywhere = Q()
        for name in shape.named:
            anywhere |= Q(**{f"{name}__icontains": asked.q})
        rows = rows.filter(anywhere)
    for name, (_kind, lookup) in shape.filters.items():
        if (value := getattr(asked, name)) is not None:
            rows = rows.filter(**{lookup: value})
    count = rows.count()
    order = [asked.sort, "pk"] if asked.sort.lstrip("-") not in ("id", "seq") else [asked.sort]
    shown = list(_loaded(shape, rows).order_by(*order)[asked.offset : asked.offset + asked.limit])
    end = asked.offset + len(shown)
    return {
        "count": count,
        "items": Masking(access).all_shown(shape, shown),
        "next": end if shown and end < count else None,
    }


def remarks(access: Access, row: Any) -> list[Comment]:
    """The remarks on a record that the caller sees, oldest first."""
    name = row._meta.model_name
    rows = list(
        scoped(Comment, access)
        .filter(model=name, object_id=row.pk)
        .select_related("region", "user")
        .order_by("at", "pk")
    )
    seen = visible_comments(rows, access)
    return [remark for remark in rows if remark.pk in seen]


def grants_of(access: Access) -> Iterator[dict[str, Any]]:
    """The caller's own grants."""
    rows = Grant.objects.filter(user=access.user).select_related("region", "unit", "firm").order_by("pk")
    for grant in rows:
        yield {
            "role": grant.role,
            "region": {"id": grant.region_id, "name": grant.region.name},
            "unit": {"id": grant.unit_id, "name": str(grant.unit)} if grant.unit_id else None,
            "firm": {"id": grant.firm_id, "name": str(grant.firm)} if grant.firm_id else None,
        }


def _region(access: Access, pk: int) -> Region:
    region: Region | None = scoped(Region, access).filter(pk=pk).first()
    if region is None:
        raise Refused(422, _("没有这个地区，或不在您的范围内。"), "region")
    return region


def _loaded(shape: Shape, rows: QuerySet[Any], *, whole: bool = False) -> QuerySet[Any]:
    related = shape.related
    if shape.model.reach.region == "plan__region":  # type: ignore[attr-defined]
        related = (*related, "plan__region")
    left = tuple(name for name in shape.left if not whole or "__" in name)
    return rows.select_related(*related).prefetch_related(*shape.many).defer(*left)
