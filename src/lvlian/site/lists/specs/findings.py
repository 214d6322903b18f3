"""Findings: what does not add up, is missing, or agrees."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Choice, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Finding, Plan


def message(row: Any, today: Any) -> str:
    """The sentence in the language of the page."""
    return row.message_en if get_language() == "en" and row.message_en else row.message_zh


def arithmetic(row: Any, today: Any) -> str:
    return "；".join(str(line) for line in row.arithmetic)


FINDINGS = ListSpec(
    key="findings",
    model=Finding,
    title=_("自查清单"),
    noun=_("条自查"),
    permission="plan.read",
    columns=(
        Column(key="severity", kind=Kind.SEVERITY, order=("rank",), width=8),
        Column(
            key="message",
            label=pgettext_lazy("finding", "说明"),
            get=message,
            rests_on=("message_zh",),
            link=True,
            width=60,
        ),
        Column(key="arithmetic", label=_("算式"), get=arithmetic, rests_on=("arithmetic",), width=40),
        Column(key="state", width=10),
        Column(key="reason", width=24),
        Column(key="code", width=20),
        Column(key="decided_at", width=16),
        Column(key="plan", label=_("规划"), path="version__plan", width=30),
        Column(key="region", width=12),
    ),
    shown=("severity", "message", "arithmetic", "state", "plan"),
    filters=(
        Choice(key="severity", label=_("轻重"), choices=tuple(Finding.Severity.choices), chip=True),
        Choice(key="state", label=pgettext_lazy("state", "处理"), choices=tuple(Finding.State.choices), chip=True),
        Text(key="message", label=pgettext_lazy("finding", "说明"), path="message_zh"),
        Text(key="code", label=_("检查")),
        Relation(key="plan", label=_("规划"), path="version__plan", model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("message_zh",),
    sort=("severity",),
    detail="finding-detail",
)
