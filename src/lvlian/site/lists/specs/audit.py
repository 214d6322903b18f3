"""The audit records: read only, for the audit administrator."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import DateRange, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.shared import REGION
from lvlian.site.org.models import AuditRecord, Region

AUDIT = ListSpec(
    key="audit",
    model=AuditRecord,
    title=_("审计清单"),
    noun=_("条记录"),
    permission="audit.read",
    columns=(
        Column(key="seq", kind=Kind.NUMBER, places=0, link=True, width=10),
        Column(key="at", width=18),
        Column(key="actor_name", label=_("谁"), width=20),
        Column(key="role", width=14),
        Column(key="action", width=20),
        Column(key="subject", width=34),
        Column(key="reason", width=24),
        Column(key="changes", kind=Kind.NUMBER, places=0),
        Column(key="hash", width=66),
        REGION,
    ),
    shown=("seq", "at", "actor_name", "role", "action", "subject", "changes", "region"),
    filters=(
        Text(key="actor", label=_("谁"), path="actor_name"),
        Text(key="action", label=_("动作")),
        Text(key="subject", label=_("对象")),
        DateRange(key="at", label=_("时间"), moment=True, chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True, chip=True),
    ),
    search=("subject", "actor_name"),
    sort=("-seq",),
    detail="audit-record",
)
