"""Reads of the audit: records that match, a record with its changes, the root of a day, the whole as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import canonical, root_of
from lvlian.site.org.models import AuditChange, AuditRecord, Region, User
from lvlian.site.org.selectors_people import regions_for

PAGE = 50
STEP = 2000
"""So many records are looked through at first, eight times as many at each next try."""
SUBJECTS = 100_000
"""Words of a subject are looked for among so many of the latest records."""
VERIFY_AT_ONCE = 5000
"""A longer chain is verified by a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the audit is filtered by; empty is everything. `model` and `object` name one record whose history is asked for."""

    person: str = ""
    action: str = ""
    region: str = ""
    subject: str = ""
    model: str = ""
    object: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """One page of records, newest first; `older` and `newer` are the numbers that the next pages start from."""

    records: list[AuditRecord]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class DayRoot:
    """What is printed at the end of a day: its last record and that record's hash, which stands for all before it."""

    day: date
    seq: int
    root: str
    first: int | None
    records: int
    algorithm: str
    at: datetime


def records_for(access: Access, asked: Asked) -> QuerySet[AuditRecord]:
    """The records in scope that match."""
    rows = scoped(AuditRecord, access)
    if asked.person:
        people = scoped(User, access)
        if asked.person.isdecimal() and len(asked.person) < 10:
            people = people.filter(pk=int(asked.person))
        else:
            people = people.filter(Q(username__icontains=asked.person) | Q(name__icontains=asked.person))
        rows = rows.filter(actor__in=list(people.values_list("pk", flat=True)[:500]))
    if asked.action:
        rows = rows.filter(action=asked.action)
    if asked.region.isdecimal() and (
        chosen := regions_for(access, "audit.read").filter(pk=int(asked.region[:9])).first()
    ):
        rows = rows.filter(access.under(chosen.path, "region"))
    if asked.subject:
        rows = rows.filter(subject__icontains=asked.subject)
    if asked.model and asked.object.isdecimal() and len(asked.object) < 19:
        changed = AuditChange.objects.filter(model=asked.model, object_id=int(asked.object))
        rows = rows.filter(pk__in=changed.values("record"))
    return rows


def bounds_of(asked: Asked) -> tuple[int, int]:
    """The numbers between which the days asked for lie: from, and up to but not with. Words of a subject are looked for among the
    latest records alone where no day is named, since no index leads to them."""
    low, high = 1, length_of_chain() + 1
    if asked.until:
        high = _first_since(asked.until + timedelta(days=1)) or high
    if asked.since:
        low = _first_since(asked.since) or high
    elif asked.subject:
        low = max(1, high - SUBJECTS)
    return low, high


def _first_since(day: date) -> int | None:
    """The number of the first record of a day or later; records are numbered in the order of their time."""
    start = timezone.make_aware(datetime.combine(day, time.min))
    rows = AuditRecord.objects.filter(at__gte=start).order_by("at", "seq")
    return rows.values_list("seq", flat=True).first()


def latest(rows: QuerySet[AuditRecord], low: int, high: int, n: int) -> list[AuditRecord]:
    """The last `n` records with numbers from `low` up to `high`, newest first. It looks through stretches that grow backwards:
    sorting all that is in scope to show fifty would cost more than finding them."""
    found: list[AuditRecord] = []
    step = STEP
    while len(found) < n and high > low:
        start = max(low, high - step)
        found += rows.filter(seq__gte=start, seq__lt=high).order_by("-seq")[: n - len(found)]
        high, step = start, step * 8
    return found


def earliest(rows: QuerySet[AuditRecord], low: int, high: int, n: int) -> list[AuditRecord]:
    """The first `n` records with numbers from `low` up to `high`, oldest first."""
    found: list[AuditRecord] = []
    step = STEP
    while len(found) < n and low < high:
        end = min(high, low + step)
        found += rows.filter(seq__gte=low, seq__lt=end).order_by("seq")[: n - len(found)]
        low, step = end, step * 8
    return found


def stretch_of(access: Access, asked: Asked, before: int | None = None, after: int | None = None) -> Stretch:
    """A page of records, found by their number: no count of all, so that a million of them cost no more than fifty."""
    rows = records_for(access, asked).select_related("region")
    low, high = bounds_of(asked)
    if after is not None:
        found = earliest(rows, max(low, after + 1), high, PAGE + 1)
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        return Stretch(found, found[-1].seq if found else None, found[0].seq if more else None)
    found = latest(rows, low, high if before is None else min(high, before), PAGE + 1)
    more, found = len(found) > PAGE, found[:PAGE]
    return Stretch(found, found[-1].seq if more else None, found[0].seq if before is not None and found else None)


def record_in_scope(access: Access, seq: int) -> AuditRecord:
    """A record in scope. Raises Http404."""
    record: AuditRecord = get_object_or_404(scoped(AuditRecord, access).select_related("region"), pk=seq)
    return record


def changes_in(record: AuditRecord) -> QuerySet[AuditChange]:
    return AuditChange.objects.filter(record=record).order_by("line")


def neighbours(access: Access, record: AuditRecord) -> tuple[int | None, int | None]:
    """The numbers of the records in scope before and after this one."""
    rows = scoped(AuditRecord, access)
    older, newer = latest(rows, 1, record.seq, 1), earliest(rows, record.seq + 1, length_of_chain() + 1, 1)
    return older[0].seq if older else None, newer[0].seq if newer else None


def regions_of_audit(access: Access) -> QuerySet[Region]:
    return regions_for(access, "audit.read")


def length_of_chain() -> int:
    """How many records the chain has."""
    return AuditRecord.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def day_root(day: date) -> DayRoot | None:
    """The root of a day of the whole chain; None where nothing was recorded until then."""
    found = root_of(day)
    if found is None:
        return None
    seq, root = found
    last = AuditRecord.objects.get(pk=seq)
    before = root_of(day - timedelta(days=1))
    first = before[0] + 1 if before else 1
    records = max(0, seq - first + 1)
    return DayRoot(day, seq, root, first if records else None, records, last.algorithm, last.at)


def export_lines(access: Access, asked: Asked) -> Iterator[bytes]:
    """The records in scope that match, oldest first, one JSON object a line, with everything that their hashes cover, so that they
    can be recomputed elsewhere."""
    low, end = bounds_of(asked)
    for start in range(low, end, STEP):
        rows = records_for(access, asked).filter(seq__gte=start, seq__lt=min(end, start + STEP))
        records = list(rows.order_by("seq"))
        changes: dict[int, list[Any]] = {}
        for row in AuditChange.objects.filter(record__in=[r.pk for r in records]).order_by("record_id", "line"):
            line = [row.line, row.model, row.object_id, row.label, row.before, row.after]
            changes.setdefault(row.record_id, []).append(line)
        for r in records:
            yield (
                canonical(
                    {
                        "seq": r.seq, "at": r.at.astimezone(UTC).isoformat(), "actor": r.actor_id,
                        "actor_name": r.actor_name, "role": r.role, "action": r.action, "region": r.region_id,
                        "subject": r.subject, "reason": r.reason, "request": r.request, "data": r.data,
                        "changes": r.changes, "digest": r.digest, "previous": r.previous, "hash": r.hash,
                        "algorithm": r.algorithm, "rows": changes.get(r.pk, []),
                    }
                )
                + b"\n"
            )  # fmt: skip


def is_large() -> bool:
    """Whether verifying takes longer than a request should."""
    return length_of_chain() > VERIFY_AT_ONCE
