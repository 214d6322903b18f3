"""Milestones: what was promised, where it stands now, its light."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import LIGHT_CHOICES, Boolean, Choice, DateRange, Relation, Text
from lvlian.site.lists.lights import milestone_light, milestone_rank, pick_milestones
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.goals import fact_of
from lvlian.site.org.models import Firm, Region, Unit
from lvlian.site.plans.models import Milestone, Plan, Project


def sound(values: Mapping[str, Any], today: date | None) -> dict[str, str]:
    """A date that was moved has its reason; nothing was finished after today."""
    faults = {}
    if values.get("expected") and not values.get("why"):
        faults["why"] = gettext("改期须写理由：因何、由谁、到何时")
    if today is not None and values.get("done") and values["done"] > today:
        faults["done"] = gettext("完成日期不能晚于今天 %(day)s") % {"day": today.isoformat()}
    return faults


MILESTONES = ListSpec(
    key="milestones",
    model=Milestone,
    title=_("里程碑清单"),
    noun=_("个里程碑"),
    columns=(
        Column(
            key="light", label=_("灯"), kind=Kind.LIGHT, get=milestone_light, rests_on=("event",), order=("-light_rank",),
            annotate=milestone_rank, width=10,
        ),
        Column(key="project", width=34),
        Column(key="event", link=True, width=14),
        Column(key="when", width=14, origin=fact_of, order=("due",)),
        Column(key="due", width=12),
        Column(key="expected", width=12),
        Column(key="done", width=12),
        Column(key="why", width=30),
        Column(key="owner", label=_("业主"), path="project__owner", width=20),
        Column(key="units", label=_("责任单位"), path="project__units", width=24),
        Column(key="plan", label=_("规划"), path="project__plan", width=30),
        Column(key="region", label=_("地区"), path="project__region", width=12),
    ),
    shown=("light", "project", "event", "when", "expected", "done", "units", "why"),
    filters=(
        Choice(
            key="light", label=_("灯"), choices=LIGHT_CHOICES, pick=pick_milestones, rests_on=("event",), chip=True
        ),
        Relation(key="project", label=_("项目"), model=Project),
        Text(key="event", label=_("节点")),
        DateRange(key="due", label=_("承诺日期"), chip=True),
        DateRange(key="expected", label=_("现日期")),
        DateRange(key="done", label=_("完成日期")),
        Boolean(key="finished", label=_("已完成"), rests_on=("done",), yes=lambda today: Q(done__isnull=False)),
        Relation(key="unit", label=_("责任单位"), path="project__units", model=Unit, many=True, chip=True),
        Relation(key="firm", label=_("企业"), path="project__firm", model=Firm),
        Relation(key="plan", label=_("规划"), path="project__plan", model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), path="project__region", model=Region, subtree=True),
    ),
    search=("event", "project__name"),
    sort=("when",),
    edit_fields=("event", "when", "due", "expected", "why", "done"),
    bulk_fields=("expected", "why", "done"),
    import_fields=("project", "event", "when", "due", "expected", "why", "done"),
    import_key=("project", "event"),
    removable=True,
    detail="milestone-detail",
    check=sound,
)  # fmt: skip
