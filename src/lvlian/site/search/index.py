"""The index of search: one entry per record, written in the transaction that writes the record.

`follow` is called at the end of every recorded action with what it changed, so that nobody has to think of the index; an action
that writes rows without noting each (a plan of thousands of facts) calls `reindex` itself. `rebuild` makes everything anew.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from lvlian.site.org.models import SearchEntry
from lvlian.site.plans.models import Duty, Fact, Finding
from lvlian.site.search.subjects import BY_MODEL, SUBJECTS, Subject
from lvlian.site.search.terms import terms_of

log = logging.getLogger("lvlian.site.search")
BATCH = 1000
AT_ONCE = 8000
"""So many changed records are indexed within their action; more would make it wait longer than it takes itself."""
_LINE = 300


def entry_of(subject: Subject, row: Any) -> SearchEntry:
    """The entry of a record, not saved."""
    title, note = subject.title(row), subject.note(row)
    return SearchEntry(
        model=subject.key,
        object_id=row.pk,
        title=title[:_LINE],
        note=note[:_LINE],
        terms=terms_of(title, note, subject.key),
    )


def index_rows(rows: Iterable[Model]) -> int:
    """Writes the entries of new or changed records that are at hand; returns how many."""
    count, source = 0, iter(rows)
    while batch := list(islice(source, BATCH)):
        entries = [
            entry_of(subject, row)
            for row in batch
            if (subject := BY_MODEL.get(row._meta.model_name or "")) is not None and subject.wanted(row)
        ]
        SearchEntry.objects.bulk_create(
            entries,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["model", "object_id"],
            update_fields=["title", "note", "terms"],
        )
        count += len(entries)
    return count


def reindex(model: type[Model], ids: Iterable[int]) -> int:
    """Writes the entries of these records as they stand now, and removes those of records that are gone; returns how many stand."""
    subject = BY_MODEL.get(model._meta.model_name or "")
    if subject is None:
        return 0
    count = 0
    for batch in _batches(sorted(set(ids))):
        rows = [row for row in _rows(subject).filter(pk__in=batch) if subject.wanted(row)]
        gone = set(batch) - {row.pk for row in rows}
        with transaction.atomic():
            if gone:
                SearchEntry.objects.filter(model=subject.key, object_id__in=gone).delete()
            count += index_rows(rows)
    return count


def follow(changes: Iterable[Any]) -> None:
    """Brings the index up to date with the changes of an action (rows of the audit: `model`, `object_id`): in its transaction, or,
    where they are very many, right after it, before the job or request that wrote goes on. Their old entries go with the
    action, so that `catch_up` finds what a stop in between left without one."""
    touched: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        touched[change.model].add(change.object_id)
    if units := touched.get("unit"):  # a duty is found by the names of its units
        touched["duty"] |= set(Duty.objects.filter(units__in=units).values_list("pk", flat=True))
    if versions := touched.get(
        "version"
    ):  # a document's facts and findings come and change with it, without a note each
        touched["fact"] |= set(Fact.objects.filter(version__in=versions).values_list("pk", flat=True))
        touched["finding"] |= set(Finding.objects.filter(version__in=versions).values_list("pk", flat=True))
    known = {name: ids for name, ids in touched.items() if name in BY_MODEL}
    if sum(len(ids) for ids in known.values()) <= AT_ONCE:
        for name, ids in known.items():
            reindex(BY_MODEL[name].model, ids)
    else:
        for name, ids in known.items():
            for batch in _batches(sorted(ids)):
                SearchEntry.objects.filter(model=name, object_id__in=batch).delete()
        transaction.on_commit(lambda: _later(known))


def _later(touched: Mapping[str, set[int]]) -> None:
    """Runs once what was written stands; what it does not get done, `catch_up` does at the next start."""
    try:
        for name, ids in touched.items():
            for batch in _batches(sorted(ids)):
                with transaction.atomic():
                    _turn()
                    reindex(BY_MODEL[name].model, batch)
    except DatabaseError:
        log.exception("the search index is behind; it catches up at the next start")


def _turn() -> None:
    """Waits until no action is at its end, and holds the next one up there: its entries come after those that are written here.
    SQLite lets one writer in at a time by itself."""
    if connection.vendor == "postgresql":
        from lvlian.site.org.chain import LOCK

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def catch_up() -> int:
    """Indexes what has no entry and drops entries of what is gone: after a stop in the middle. Returns how many it wrote."""
    count = 0
    for subject in SUBJECTS:
        entries = SearchEntry.objects.filter(model=subject.key)
        there = Exists(entries.filter(object_id=OuterRef("pk")))
        count += reindex(subject.model, list(_rows(subject).filter(~there).values_list("pk", flat=True)))
        standing = Exists(subject.model._default_manager.filter(pk=OuterRef("object_id")))
        for dead in _batches(list(entries.filter(~standing).values_list("object_id", flat=True))):
            SearchEntry.objects.filter(model=subject.key, object_id__in=dead).delete()
    return count


def rebuild(progress: Callable[[str, int, int], None] | None = None) -> int:
    """Makes the whole index anew, in batches; returns the number of entries."""
    count = 0
    for subject in SUBJECTS:
        total, done = _rows(subject).count(), 0
        alive: set[int] = set()
        for batch in _chunks(_rows(subject)):
            done += index_rows(batch)
            alive.update(row.pk for row in batch if subject.wanted(row))
            if progress:
                progress(str(subject.label), done, total)
        known = SearchEntry.objects.filter(model=subject.key).values_list("object_id", flat=True)
        for dead in _batches(sorted(set(known.iterator(chunk_size=BATCH)) - alive)):
            SearchEntry.objects.filter(model=subject.key, object_id__in=dead).delete()
        count += done
    SearchEntry.objects.exclude(model__in=BY_MODEL).delete()
    return count


def _rows(subject: Subject) -> QuerySet[Any]:
    return (
        subject.model._default_manager.select_related(*subject.related).prefetch_related(*subject.many).order_by("pk")
    )


def _chunks(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
