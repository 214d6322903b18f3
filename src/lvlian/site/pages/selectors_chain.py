"""How far the audit chain has grown: a number that changes with every write and tells nothing else."""

from __future__ import annotations

from django.db.models import Max

from lvlian.site.org.models import AuditRecord


def last_record() -> int:
    """The number of the last record of the audit chain, 0 before the first."""
    return AuditRecord.objects.aggregate(last=Max("seq"))["last"] or 0
