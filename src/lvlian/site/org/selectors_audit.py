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
BATCH = 500
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
    if asked.since:
        rows = rows.filter(at__gte=_start(asked.since))
    if asked.until:
        rows = rows.filter(at__lt=_start(asked.until + timedelta(days=1)))
    return rows


def stretch_of(access: Access, asked: Asked, before: int | None = None, after: int | None = None) -> Stretch:
    """A page of records, found by their number: no count of all, so that a million of them cost no more than fifty."""
    rows = records_for(access, asked).select_related("region")
    if after is not None:
        found = list(rows.filter(seq__gt=after).order_by("seq")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        return Stretch(found, found[-1].seq if found else None, found[0].seq if more else None)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.order_by("-seq")[: PAGE + 1])
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
    older = rows.filter(seq__lt=record.seq).order_by("-seq").values_list("seq", flat=True).first()
    newer = rows.filter(seq__gt=record.seq).order_by("seq").values_list("seq", flat=True).first()
    return older, newer


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
    last = 0
    while True:
        records = list(records_for(access, asked).filter(seq__gt=last).order_by("seq")[:BATCH])
        if not records:
            return
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
        last = records[-1].seq


def is_large() -> bool:
    """Whether verifying takes longer than a request should."""
    return length_of_chain() > VERIFY_AT_ONCE


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
