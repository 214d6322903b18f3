"""Reads of the lists: rows in scope, exact counts that are fast on the second look, history, comments, saved views."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from threading import Lock
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import F, Q, QuerySet

from lvlian.site.lists.columns import Column
from lvlian.site.lists.filters import Filter, Relation
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.state import State
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import AuditChange, AuditRecord, Comment, Job, Region, SavedView, StoredFile

MOST_OPTIONS = 300
"""With more records than this a relation is filtered by words, not chosen from a list."""
SLOW = 0.008
"""Seconds from which on a count is worth keeping."""
MANY = 2000
"""Rows from which on."""
KEPT = 512
_kept: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()


def rows_of(spec: ListSpec, access: Access, base: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """All rows of a list that the user sees in the region that the pages are about."""
    return (here(spec.model, access) if base is None else base).order_by()


def narrowed(
    rows: QuerySet[Any], state: State, filters: Iterable[Filter], search: Iterable[str], today: date
) -> QuerySet[Any]:
    """The rows that fit the filters and the words. Every word must be found in one of the searched fields."""
    for one in filters:
        values = {name: state.filters[name] for name in one.names() if name in state.filters}
        if values:
            rows = one.narrow(rows, values, today)
    search = tuple(search)
    for word in state.q.split()[:8] if search else ():
        found = Q()
        for path in search:
            found |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(found)
    return rows


def ordered(rows: QuerySet[Any], spec: ListSpec, sort: Iterable[str], today: date) -> QuerySet[Any]:
    """The rows in the order asked for, what is missing last, ties by number."""
    keys: list[Any] = []
    for key in sort:
        column = spec.by_key[key.removeprefix("-")]
        if column.annotate is not None:
            rows = rows.annotate(**column.annotate(today))
        for path in column.sort_paths():
            down = key.startswith("-") != path.startswith("-")
            path = path.removeprefix("-")
            name = _sorted_by(spec.model, path)
            loose = {"nulls_last": True} if _nullable(spec.model, name) else {}
            keys.append(F(name).desc(**loose) if down else F(name).asc(**loose))
    return rows.order_by(*keys, "pk")


def _sorted_by(model: type[models.Model], path: str) -> str:
    """A relation sorts by the name of what it leads to."""
    field: Any = None
    for name in path.split("__"):
        if name not in {f.name for f in model._meta.get_fields()} and name != "pk":
            return path
        field = model._meta.get_field("id" if name == "pk" else name)
        if field.is_relation:
            model = field.related_model
    if field is None or not field.is_relation:
        return path
    for name in ("name", "title"):
        if any(f.name == name for f in model._meta.concrete_fields):
            return f"{path}__{name}"
    return path


def _nullable(model: type[models.Model], path: str) -> bool:
    for name in path.split("__"):
        if name not in {f.name for f in model._meta.get_fields()}:
            return name != "pk"
        field: Any = model._meta.get_field(name)
        if field.null:
            return True
        if field.is_relation:
            model = field.related_model
    return False


def last_written() -> tuple[int, str] | None:
    """Number and hash of the last record of the audit: while they are the same, nothing was written."""
    return AuditRecord.objects.order_by("-seq").values_list("seq", "hash").first()


def kept_while_unchanged(
    what: str,
    rows: QuerySet[Any],
    ask: Callable[[], Any],
    size: Callable[[Any], int],
    last: tuple[int, str] | None = None,
) -> Any:
    """The answer to a question about rows, kept as long as nothing was recorded since: every write of the site writes an audit
    record, so the last record's number tells whether the answer still holds. Answers that come quickly, and those about few
    rows (`size` of the answer), are not kept. `last` is the last record where it was read before."""
    try:
        sql, values = rows.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return ask()
    last = last or last_written()
    if last is None:
        return ask()
    key = hashlib.sha256(repr((what, last, sql, values)).encode()).hexdigest()
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    begun = time.perf_counter()
    answer = ask()
    if time.perf_counter() - begun >= SLOW and size(answer) >= MANY:
        with _lock:
            _kept[key] = answer
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return answer


def count_of(rows: QuerySet[Any], last: tuple[int, str] | None = None) -> int:
    """Exactly how many."""
    return int(kept_while_unchanged("count", rows, rows.count, int, last))


def page_of(
    rows: QuerySet[Any], spec: ListSpec, columns: tuple[Column, ...], sight: Sight, first: int, size: int
) -> list[Any]:
    """Some rows with all that their cells need. The order is found over numbers alone, so that wide rows are not sorted."""
    numbers = list(rows.values_list("pk", flat=True)[first : first + size])
    return load(spec, columns, sight, numbers)


def load(spec: ListSpec, columns: tuple[Column, ...], sight: Sight, numbers: list[int]) -> list[Any]:
    """The rows with these numbers, in this order. The numbers come out of a query in scope: asking for the scope once more here
    makes the database start from the scope instead of from the few numbers."""
    joined, fetched = sight.relations(columns)
    found = spec.model._default_manager.filter(pk__in=numbers).order_by()
    if joined:
        found = found.select_related(*joined)
    if fetched:
        found = found.prefetch_related(*fetched)
    large = [
        f.name for f in spec.model._meta.concrete_fields if f.name in ("content", "text", "outline", "region_file")
    ]
    by_number = {row.pk: row for row in found.defer(*large)}
    return [by_number[n] for n in numbers if n in by_number]


def options_of(one: Relation, access: Access) -> list[tuple[str, str]] | None:
    """What a relation can be chosen from; None where it is too much for a list."""
    from lvlian.site.lists.filters import reach_of

    found = here(one.model, access) if reach_of(one.model).region != "*" else scoped(one.model, access)
    rows = list(found[: MOST_OPTIONS + 1])
    return None if len(rows) > MOST_OPTIONS else [(str(row.pk), str(row)) for row in rows]


def names_of(filters: Iterable[Filter], state: State, access: Access) -> dict[str, str]:
    """Names for the numbers in a state's filters, `filter:number` → name, as far as the user may see them."""
    out: dict[str, str] = {}
    for one in filters:
        if isinstance(one, Relation) and one.key in state.filters:
            numbers = [int(v) for v in state.filters[one.key] if v.isdecimal()]
            if numbers:
                out.update(
                    {f"{one.key}:{row.pk}": str(row) for row in scoped(one.model, access).filter(pk__in=numbers)}
                )
    return out


# Records ------------------------------------------------------------------------------------------------------------------
def record_of(spec: ListSpec, access: Access, pk: int) -> Any | None:
    """One record with its relations; None where it is not in scope."""
    if not scoped(spec.model, access).filter(pk=pk).exists():
        return None
    sight = Sight(access, spec)
    rows = load(spec, sight.columns, sight, [pk])
    return rows[0] if rows else None


def history_of(row: models.Model) -> QuerySet[AuditChange]:
    """The changes of a record that the user may see, newest first. Whoever calls this has read the row through its scope."""
    changes = AuditChange.objects.filter(model=row._meta.model_name, object_id=row.pk)
    return changes.select_related("record").order_by("-record_id", "line")


def comments_of(row: models.Model) -> list[Comment]:
    """The comments on a record, oldest first. Whoever calls this has read the row through its scope."""
    found = Comment.objects.filter(model=row._meta.model_name, object_id=row.pk).select_related("user")
    return list(found.order_by("-at", "-id")[:200])[::-1]


def names_for(model: type[models.Model], numbers: Iterable[int]) -> Mapping[int, str]:
    """Names of records that stand in a history by their number."""
    return {row.pk: str(row) for row in model._base_manager.filter(pk__in=set(numbers))}


# Saved views --------------------------------------------------------------------------------------------------------------
def views_of(spec: ListSpec, access: Access) -> list[SavedView]:
    """The user's own views of a list, and those shared with the region or one above it."""
    if access.user is None:
        return []
    own = Q(user=access.user)
    shared = Q(pk__in=[])
    if access.region is not None:
        codes = [code for code in access.region.path.split("/") if code]
        above = ["/".join(codes[: i + 1]) + "/" for i in range(len(codes))]
        shared = Q(shared=True, region__path__in=above)
    return list(SavedView.objects.filter(own | shared, list=spec.key).select_related("user").order_by("name")[:100])


def file_of(access: Access, pk: int) -> StoredFile | None:
    return scoped(StoredFile, access).filter(pk=pk).first()


# Import -------------------------------------------------------------------------------------------------------------------
class Names:
    """Names that cells of an import may hold, looked up within a region, read once for each field and region."""

    def __init__(self, spec: ListSpec, access: Access, regions: Mapping[str, int]) -> None:
        self.spec, self.access, self._regions = spec, access, regions
        self._found: dict[tuple[str, int], dict[str, int]] = {}
        self.labels: dict[tuple[str, int], str] = {}

    def region(self, name: str) -> int | None:
        return self._regions.get(name)

    def find(self, field_name: str, region: int, name: str) -> int | None:
        key = (field_name, region)
        if key not in self._found:
            self._found[key] = self._load(field_name, region)
        return self._found[key].get(name)

    def _load(self, field_name: str, region: int) -> dict[str, int]:
        model: Any = self.spec.model._meta.get_field(field_name).related_model
        fields = [f.name for f in model._meta.concrete_fields if f.name in ("name", "short", "title")]
        out: dict[str, int] = {}
        for pk, *names in scoped(model, self.access).filter(region=region).order_by("-pk").values_list("pk", *fields):
            for name in reversed(names):
                if name:
                    out[name] = pk
            self.labels[field_name, pk] = names[0]
        return out


class Existing:
    """The records that an import is compared with, by number and by natural key."""

    def __init__(self, spec: ListSpec, access: Access, regions: Iterable[int]) -> None:
        self.spec = spec
        self.many = [n for n in spec.import_fields if spec.model._meta.get_field(n).many_to_many]
        self.fields = [n for n in spec.import_fields if n not in self.many]
        path = spec.model.reach.region  # type: ignore[attr-defined]
        rows = scoped(spec.model, access).filter(**{f"{path}__in": list(regions)}).order_by("pk")
        attnames = [spec.model._meta.get_field(n).attname for n in self.fields]  # type: ignore[union-attr]
        self._rows: dict[int, tuple[Any, ...]] = {}
        self._keys: dict[tuple[Any, ...], list[int]] = {}
        places = [self.fields.index(name) for name in spec.import_key]
        for pk, revision, region, *values in rows.values_list("pk", "revision", path, *attnames):
            self._rows[pk] = (revision, region, values)
            self._keys.setdefault((region, *(values[at] for at in places)), []).append(pk)
        self._lists: dict[str, dict[int, list[int]]] = {}
        for name in self.many:
            held: dict[int, list[int]] = {}
            for pk, other in rows.order_by().values_list("pk", name):
                if other is not None:
                    held.setdefault(pk, []).append(other)
            self._lists[name] = {pk: sorted(others) for pk, others in held.items()}

    def __contains__(self, pk: int) -> bool:
        return pk in self._rows

    def key_of(self, region: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
        out: list[Any] = [region]
        for name in self.spec.import_key:
            value = values.get(name)
            if value is None:
                one: Any = self.spec.model._meta.get_field(name)
                value = None if one.null else one.get_default()
            out.append(value)
        return tuple(out)

    def find(self, region: int, values: Mapping[str, Any]) -> list[int]:
        return self._keys.get(self.key_of(region, values), [])

    def revision(self, pk: int) -> int:
        return int(self._rows[pk][0])

    def region(self, pk: int) -> int:
        return int(self._rows[pk][1])

    def values(self, pk: int) -> dict[str, Any]:
        out = dict(zip(self.fields, self._rows[pk][2], strict=True))
        return {**out, **{name: self._lists[name].get(pk, []) for name in self.many}}

    def label(self, pk: int) -> str:
        values = self.values(pk)
        words = [values[n] for n in self.spec.import_key if not self.spec.model._meta.get_field(n).is_relation]
        return " ".join(str(word) for word in words if word not in (None, ""))[:200]

    def numbers_in(self, regions: Iterable[int]) -> list[int]:
        wanted = set(regions)
        return [pk for pk, (_revision, region, _values) in self._rows.items() if region in wanted]


def import_regions(spec: ListSpec, access: Access) -> dict[str, int]:
    """Names and codes of the regions below the present one into which the user may import."""
    found = here(Region, access).order_by("-path")[:2000]
    may = [region for region in found if access.may_in(spec.import_permission, region)]
    return {key: region.pk for region in may for key in (region.name, region.code)}


def job_of(access: Access, job_id: Any) -> Job | None:
    return scoped(Job, access).filter(pk=job_id, kind="import").select_related("region").first()


def for_template(spec: ListSpec, access: Access, names: Iterable[str]) -> Iterable[list[Any]]:
    """The records of a list in the form in which they are brought in."""
    names = list(names)
    path = spec.model.reach.region  # type: ignore[attr-defined]
    many = [n for n in names if spec.model._meta.get_field(n).many_to_many]
    joined = [n for n in names if n not in many and spec.model._meta.get_field(n).is_relation]
    rows = here(spec.model, access).select_related(path, *joined).prefetch_related(*many).order_by("pk")
    for row in rows.iterator(chunk_size=1000):
        region: Any = row
        for name in path.split("__"):
            region = getattr(region, name)
        values: list[Any] = [row.pk, region.name]
        for name in names:
            if name in many:
                values.append("、".join(one.name for one in getattr(row, name).all()))
            else:
                value = getattr(row, name)
                values.append(value.name if name in joined and value is not None else value)
        yield values
