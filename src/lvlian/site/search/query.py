"""Finding: what matches a query, in groups, and only what the user may see.

The index proposes entries of one model; `scoped(model)` stands in the same statement, so that neither a hit nor a count can come
from a row outside the user's scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Comment, Region, SearchEntry
from lvlian.site.search.subjects import SUBJECTS, Subject
from lvlian.site.search.terms import MODEL, Wanted, bare, beginning, wanted

MANY = 200
"""So many matches of a group are ranked and counted; beyond it the count says 200 以上."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    model: str
    id: int
    title: str
    note: str
    region: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind, best first. `count` is exact below `MANY`."""

    subject: Subject
    hits: tuple[Hit, ...]
    count: int

    @property
    def many(self) -> bool:
        return self.count >= MANY


def search(query: str, access: Access, *, each: int = 8, models: Sequence[str] = ()) -> list[Group]:
    """Groups of what matches, in the order of `SUBJECTS`; empty groups are left out. An empty query finds nothing."""
    query = query[:LONGEST]
    asked = wanted(query)
    if not asked or not access.may("search.use"):
        return []
    subjects = [s for s in SUBJECTS if access.may(s.permission) and (not models or s.key in models)]
    first = _first(query, access, subjects)
    groups = []
    for subject in subjects:
        entries = {e.pk: e for e in first.get(subject.key, ())}
        matching = _matching(_in_scope(subject, access), [_model(subject), *asked])
        entries |= {e.pk: e for e in matching.annotate(place=_place(subject))[:MANY]}
        found = list(entries.values())
        if subject.model is Comment:
            found = _on_visible(found, access)
        if found:
            found.sort(key=_rank(query))
            groups.append(Group(subject, tuple(_hits(subject, found[:each])), min(len(found), MANY)))
    return groups


def suggest(query: str, access: Access, limit: int = 8) -> list[Hit]:
    """The best hits of all kinds, for the list below the search box."""
    hits = [hit for group in search(query, access, each=4) for hit in group.hits]
    return sorted(hits, key=_rank(query))[:limit]


def _first(query: str, access: Access, subjects: Iterable[Subject]) -> dict[str, list[SearchEntry]]:
    """Entries whose names begin with the query: found by themselves, so that they come first however many others match."""
    start = beginning(query)
    out: dict[str, list[SearchEntry]] = {}
    if start is None:
        return out
    entries: QuerySet[Any] | None = None
    for subject in subjects:
        part = _in_scope(subject, access)
        entries = part if entries is None else entries | part
    if entries is not None:
        for entry in _matching(entries, [start])[:MANY]:
            out.setdefault(entry.model, []).append(entry)
    return out


def _in_scope(subject: Subject, access: Access) -> QuerySet[Any]:
    rows = scoped(subject.model, access).order_by().values("pk")
    if connection.vendor == "postgresql":
        return SearchEntry.objects.filter(model=subject.key, object_id__in=rows)
    # SQLite must begin with the text index and not with the one over `model`, so the model is compared as an expression
    return SearchEntry.objects.alias(of=Concat("model", Value(""))).filter(of=subject.key, object_id__in=rows)


def _matching(entries: QuerySet[Any], asked: Iterable[Wanted]) -> QuerySet[Any]:
    """Entries whose terms hold everything asked for. Terms are letters, digits and Chinese characters: nothing to escape."""
    entries = entries.order_by().defer("terms")
    if connection.vendor == "postgresql":
        parts = " & ".join(
            "(" + " | ".join(f"'{term}'{':*' if more else ''}" for term, more in one.any_of) + ")" for one in asked
        )
        return entries.extra(
            where=["to_tsvector('simple', org_searchentry.terms) @@ to_tsquery('simple', %s)"], params=[parts]
        )
    parts = " AND ".join(
        "(" + " OR ".join(f'"{term}"{"*" if more else ""}' for term, more in one.any_of) + ")" for one in asked
    )
    return entries.extra(
        tables=["org_searchterms"],
        where=["org_searchterms.rowid = org_searchentry.id", "org_searchterms MATCH %s"],
        params=[parts],
    )


def _model(subject: Subject) -> Wanted:
    return Wanted(((MODEL + subject.key, False),))


def _on_visible(found: list[SearchEntry], access: Access) -> list[SearchEntry]:
    """Entries of remarks whose record the user may see."""
    remarks = scoped(Comment, access).in_bulk([entry.object_id for entry in found])
    seen = visible_comments(remarks.values(), access)
    return [entry for entry in found if entry.object_id in seen]


def visible_comments(comments: Iterable[Comment], access: Access) -> set[int]:
    """Ids of the remarks whose record the user may see."""
    from django.apps import apps

    by_model: dict[str, dict[int, list[int]]] = {}
    for comment in comments:
        by_model.setdefault(comment.model, {}).setdefault(comment.object_id, []).append(comment.pk)
    out: set[int] = set()
    known = {m._meta.model_name: m for label in ("org", "plans") for m in apps.get_app_config(label).get_models()}
    for name, objects in by_model.items():
        if name in known:
            for pk in scoped(known[name], access).filter(pk__in=list(objects)).values_list("pk", flat=True):
                out.update(objects[pk])
    return out


def _rank(query: str) -> Any:
    sought = bare(query)

    def rank(found: Any) -> tuple[int, int, str]:
        name = bare(found.title)
        if name == sought:
            place = 0
        elif name.startswith(sought):
            place = 1
        elif sought in name:
            place = 2
        else:
            place = 3
        return place, len(name), found.title

    return rank


def _place(subject: Subject) -> Any:
    """The name of the region of an entry's record."""
    region = subject.model.reach.region  # type: ignore[attr-defined]
    name = "name" if region == "self" else f"{region}__name"
    rows = subject.model._default_manager.order_by().filter(pk=OuterRef("object_id"))
    return Subquery(rows.values(name)[:1])


def _hits(subject: Subject, entries: Sequence[SearchEntry]) -> Iterable[Hit]:
    """Rows are fetched where the address needs more than the number, or where an entry came without its region."""
    bare_ones = [e.object_id for e in entries if subject.address or not hasattr(e, "place")]
    region = subject.model.reach.region  # type: ignore[attr-defined]
    related = {*subject.related, region} - {"self"}
    rows: dict[int, Any] = {}
    if bare_ones:
        rows = subject.model._default_manager.select_related(*related).in_bulk(bare_ones)
    for entry in entries:
        row = rows.get(entry.object_id) or subject.model(pk=entry.object_id)
        place = getattr(entry, "place", None)
        if place is None:
            place = row.name if isinstance(row, Region) else str(getattr(row, region))
        yield Hit(subject.key, entry.object_id, entry.title, entry.note, place, subject.url(row))


__all__ = ["MANY", "Group", "Hit", "search", "suggest", "visible_comments"]
