"""The audit chain: every action writes one record, in the same transaction as what it does, chained to the record before it.

    with recording(access, "goal.edit", region=goal.region, subject=str(goal)) as act:
        act.update(goal, revision, value=921)

The hash of a record is the digest (SHA-256, or SM3 by setting) of the canonical JSON of its fields, of the digest of its
changes and of the hash before it. Whoever keeps a printed root can tell later whether anything before it was changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.site.org.access import Access, region_path
from lvlian.site.org.models import AuditChange, AuditRecord, Region

LOCK = 0x4C56_4C49
"""Key of the advisory lock under which the chain grows on PostgreSQL; SQLite lets one writer in at a time by itself."""
BATCH = 2000
POURED = 2000
"""More changes than this are written by COPY on PostgreSQL."""


FOLLOWERS: list[Callable[[Act], None]] = []
"""What other rooms do in the transaction of an action with what it changed, before its record is written: the ledger turns facts
and moved milestones into items. Each registers itself when its app is ready."""


class Conflict(Exception):
    """Somebody else changed the record first. `row` is the record as it stands now, `changes` what was done to it since."""

    def __init__(self, row: models.Model, changes: Sequence[AuditChange] = ()) -> None:
        super().__init__(f"{row} was changed by somebody else")
        self.row, self.changes = row, tuple(changes)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, without spaces, UTF-8: the same value gives the same bytes."""
    return _WRITER.encode(value).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    return str(value)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they stand in a record: what JSON knows, everything else as text."""
    out: dict[str, Any] = json.loads(canonical(dict(values)))
    return out


@dataclass
class Act:
    """An action being recorded. Its methods do the writing and note what they changed."""

    access: Access
    action: str
    region: Region | None = None
    subject: str = ""
    reason: str = ""
    role: str = ""
    witness: str = ""
    """What stands for the second person where a change takes two: a confirmed proposal, or the plan's own sentence."""
    data: dict[str, Any] = field(default_factory=dict)
    rows: list[AuditChange] = field(default_factory=list)
    record: AuditRecord | None = None
    quiet: bool = False
    """Nothing came of it: no record is written."""

    def create(self, row: models.Model) -> Any:
        """Saves a new row."""
        row.save(force_insert=True)
        self.note(row, {}, values_of(row))
        return row

    def update(self, row: models.Model, revision: int | None, **values: Any) -> Any:
        """Sets fields of a row that nobody changed since `revision` (None: whatever it is). Raises Conflict, and
        PermissionDenied for fields that take two people (`four_eyes` of the model) in an action without a witness."""
        if not self.witness and values.keys() & getattr(type(row), "four_eyes", frozenset()):
            raise PermissionDenied("record.confirm")
        before = {name: getattr(row, _stored(row, name)) for name in values}
        manager = type(row)._base_manager
        if hasattr(row, "revision"):
            found = manager.filter(pk=row.pk)
            if revision is not None:
                found = found.filter(revision=revision)
            if not found.update(**values, revision=models.F("revision") + 1):
                raise Conflict(manager.get(pk=row.pk), changes_of(row, since=revision))
        elif not manager.filter(pk=row.pk).update(**values):
            raise Conflict(row)
        row.refresh_from_db()
        after = {name: getattr(row, _stored(row, name)) for name in values}
        if plain(before) != plain(after):
            self.note(row, before, after)
        return row

    def delete(self, row: models.Model) -> None:
        """Deletes a row; what it held stays in the record."""
        self.note(row, values_of(row), {})
        row.delete()

    def note(self, row: models.Model, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Notes a change that was written in another way (bulk writes: one call for each row)."""
        self.note_row(row._meta.model_name or "", row.pk, str(row), before, after)

    def note_row(self, model: str, pk: int, label: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.rows.append(
            AuditChange(
                line=len(self.rows) + 1, model=model, object_id=pk if isinstance(pk, int) else 0,
                label=label[:200], before=plain(before), after=plain(after),
            )
        )  # fmt: skip

    def write(self) -> AuditRecord:
        """Appends the record to the chain. Called at the end of `recording`, still inside its transaction."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last = AuditRecord.objects.order_by("-seq").values_list("seq", "hash").first()
        user = self.access.user
        record = AuditRecord(
            seq=(last[0] if last else 0) + 1,
            at=timezone.now(),
            actor=user,
            actor_name=f"{user.name}（{user.username}）" if user else "",
            role=self.role,
            action=self.action,
            region=self.region,
            subject=self.subject[:200],
            reason=self.reason[:500],
            request=self.access.request_id,
            data=plain(self.data),
            changes=len(self.rows),
            algorithm=settings.ENVIRONMENT.audit_digest,
            previous=last[1] if last else "",
        )
        record.digest = digest_of(self.rows, record.algorithm) if self.rows else ""
        record.hash = hash_of(record)
        record.save(force_insert=True)
        for row in self.rows:
            row.record = record
        if connection.vendor == "postgresql" and len(self.rows) > POURED:
            _pour(self.rows)
        else:
            AuditChange.objects.bulk_create(self.rows, batch_size=BATCH)
        self.record = record
        return record


def _pour(rows: Sequence[AuditChange]) -> None:
    """Writes very many changes by PostgreSQL's COPY. They get no number of their own here: nobody asks for it."""
    fields = ("record_id", "line", "model", "object_id", "label", "before", "after")
    table, names = AuditChange._meta.db_table, ", ".join(fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            before, after = (json.dumps(value, ensure_ascii=False) for value in (row.before, row.after))
            copy.write_row((row.record_id, row.line, row.model, row.object_id, row.label, before, after))


@contextmanager
def recording(
    access: Access,
    action: str,
    *,
    row: models.Model | None = None,
    region: Region | None = None,
    subject: str = "",
    reason: str = "",
    permission: str | None = None,
    data: Mapping[str, Any] | None = None,
    witness: str = "",
) -> Iterator[Act]:
    """One action: checks `permission` (on `row` where one is given), opens the transaction, and writes the record at its end.

    Whatever is raised inside undoes everything, the record too. Raises PermissionDenied."""
    role = access.need(permission, row).key if permission else ""
    if region is None and row is not None and (path := region_path(row)) is not None:
        region = Region.objects.get(path=path)
    if permission and region is not None and row is None and not access.may_in(permission, region):
        raise PermissionDenied(permission)
    subject = subject or (str(row) if row is not None else "")
    act = Act(access, action, region, subject, reason, role, witness, dict(data or {}))
    with transaction.atomic():
        yield act
        for one in FOLLOWERS:
            one(act)
        if act.quiet and not act.rows:
            return
        act.write()
        # What is found is what stands: the index of the search is written with the change.
        from lvlian.site.search.index import follow

        follow(act.rows)


def _stored(row: models.Model, name: str) -> str:
    """The attribute that holds a field's own value: `unit_id` for `unit`."""
    return row._meta.get_field(name).attname  # type: ignore[union-attr]


def values_of(row: models.Model) -> dict[str, Any]:
    """The stored fields of a row, without what is too large or secret to stand in a record."""
    left_out = {"content", "password", "digest", "text", "revision", "id"}
    return {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in left_out}


def changes_of(row: models.Model, since: int | None = None, limit: int = 20) -> list[AuditChange]:
    """The latest changes of an object, newest first; as many as its revision has grown by where `since` is given."""
    rows = AuditChange.objects.filter(model=row._meta.model_name, object_id=row.pk).select_related("record")
    if since is not None:
        now = type(row)._base_manager.filter(pk=row.pk).values_list("revision", flat=True).first() or since
        limit = max(0, min(limit, now - since))
    return list(rows[:limit])


# Hashes -----------------------------------------------------------------------------------------------------------------
def digest_of(rows: Iterable[AuditChange], algorithm: str) -> str:
    """Digest of the changes of an action, in their order."""
    digest = hashlib.new(algorithm)
    for row in rows:
        digest.update(canonical([row.line, row.model, row.object_id, row.label, row.before, row.after]))
        digest.update(b"\n")
    return digest.hexdigest()


def hash_of(record: AuditRecord) -> str:
    """Hash of a record over its fields, its changes' digest and the hash before it."""
    fields = {
        "seq": record.seq, "at": record.at.astimezone(UTC).isoformat(), "actor": record.actor_id,
        "actor_name": record.actor_name, "role": record.role, "action": record.action, "region": record.region_id,
        "subject": record.subject, "reason": record.reason, "request": record.request, "data": record.data,
        "changes": record.changes, "digest": record.digest, "previous": record.previous,
    }  # fmt: skip
    return hashlib.new(record.algorithm, canonical(fields)).hexdigest()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verifying found: `records` looked at, the last hash (`root`), and what is wrong, one sentence each."""

    records: int
    root: str
    faults: tuple[str, ...] = ()


def verify(limit_faults: int = 20, progress: Callable[[int], None] | None = None) -> Verdict:
    """Recomputes the whole chain, record by record and change by change, in bounded memory. `progress` is told how many records
    are done, and may raise to stop."""
    faults: list[str] = []
    previous, expected, count = "", 1, 0
    changes = _grouped_changes()
    pending = next(changes, None)
    for record in AuditRecord.objects.order_by("seq").iterator(chunk_size=BATCH):
        count += 1
        if progress is not None and count % BATCH == 0:
            progress(count)
        if record.seq != expected:
            faults.append(_("第 %(first)d 条至第 %(last)d 条缺失") % {"first": expected, "last": record.seq - 1})
        if record.previous != previous:
            faults.append(_("第 %(n)d 条与上一条接不上") % {"n": record.seq})
        while pending is not None and pending[0] < record.seq:
            faults.append(_("第 %(n)d 条的变更没有动作记录") % {"n": pending[0]})
            pending = next(changes, None)
        rows: list[AuditChange] = []
        if pending is not None and pending[0] == record.seq:
            rows = pending[1]
            pending = next(changes, None)
        if len(rows) != record.changes or (digest_of(rows, record.algorithm) if rows else "") != record.digest:
            faults.append(_("第 %(n)d 条的变更被改过") % {"n": record.seq})
        if hash_of(record) != record.hash:
            faults.append(_("第 %(n)d 条被改过") % {"n": record.seq})
        previous, expected = record.hash, record.seq + 1
        if len(faults) >= limit_faults:
            break
    return Verdict(count, previous, tuple(faults[:limit_faults]))


def _grouped_changes() -> Iterator[tuple[int, list[AuditChange]]]:
    rows: list[AuditChange] = []
    for row in AuditChange.objects.order_by("record_id", "line").iterator(chunk_size=BATCH):
        if rows and row.record_id != rows[0].record_id:
            yield rows[0].record_id, rows
            rows = []
        rows.append(row)
    if rows:
        yield rows[0].record_id, rows


def root_of(day: date | None = None) -> tuple[int, str] | None:
    """Number and hash of the last record, or of the last one up to the end of a day (local time): the root to print."""
    records = AuditRecord.objects.order_by("-seq")
    if day is not None:
        end = timezone.make_aware(datetime.combine(day, time.max))
        records = records.filter(at__lte=end).order_by("-at", "-seq")
    found = records.values_list("seq", "hash").first()
    return (found[0], found[1]) if found else None
