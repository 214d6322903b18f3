"""The record of a seal in the audit chain."""

from __future__ import annotations

from lvlian.site.ledger.models import Dispatch
from lvlian.site.org.models import AuditRecord


def record_of(dispatch: Dispatch) -> AuditRecord | None:
    """The record of the action that sealed a dispatch: found by the dispatch itself among what the action changed."""
    rows = AuditRecord.objects.filter(action="dispatch.seal", region=dispatch.region_id)
    return rows.filter(rows__model="dispatch", rows__object_id=dispatch.pk).order_by("-seq").first()
