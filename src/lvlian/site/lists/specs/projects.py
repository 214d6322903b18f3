"""Projects, with the light of their item in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site import saying
from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import LIGHT_CHOICES, Choice, NumberRange, Relation, Text
from lvlian.site.lists.lights import pick_projects, project_light, project_rank
from lvlian.site.lists.spec import Dependent, ListSpec
from lvlian.site.lists.specs.shared import FIRM, NOTE, PLAN, REGION
from lvlian.site.org.models import Firm, Region, Unit
from lvlian.site.plans.models import Plan, Project


def capacity_in_words(row: Project) -> str:
    if row.capacity is None:
        return ""
    return (
        saying.between(row.capacity, row.capacity_max) if row.capacity_max is not None else saying.number(row.capacity)
    )


def next_step(row: Any, today: date) -> str:
    """The first step that is not done, with its day."""
    waiting = [step for step in row.milestones.all() if step.done is None]
    waiting.sort(key=lambda step: (step.expected or step.due or date.max, step.pk))
    if not waiting:
        return ""
    step = waiting[0]
    day = step.expected or step.due
    return f"{step.event} {saying.month(day)}" if day else str(step.event)


PROJECTS = ListSpec(
    key="projects",
    model=Project,
    title=_("项目清单"),
    noun=_("个项目"),
    columns=(
        Column(
            key="light", label=_("灯"), kind=Kind.LIGHT, get=project_light, rests_on=("name",), order=("-light_rank",),
            annotate=project_rank, load=("+milestones", "item"), width=10,
        ),
        Column(key="name", link=True, width=34),
        Column(key="owner", width=24),
        FIRM,
        Column(key="units", width=24),
        Column(key="product", width=16),
        Column(
            key="capacity", kind=Kind.NUMBER, say=capacity_in_words, total=True, same="capacity_unit", width=12
        ),
        Column(key="capacity_unit", width=10),
        Column(key="investment", label=_("投资"), unit=_("万元"), kind=Kind.NUMBER, total=True, width=14),
        Column(key="next", label=_("下一节点"), get=next_step, rests_on=("name",), load=("+milestones",), width=18),
        PLAN,
        REGION,
        NOTE,
    ),
    shown=("light", "name", "owner", "units", "capacity", "capacity_unit", "investment", "next"),
    filters=(
        Choice(
            key="light", label=_("灯"), choices=LIGHT_CHOICES, pick=pick_projects, rests_on=("name",), chip=True
        ),
        Relation(key="unit", label=_("责任单位"), path="units", model=Unit, many=True, chip=True),
        Text(key="name", label=_("项目")),
        Text(key="owner", label=_("业主")),
        Relation(key="firm", label=_("企业"), model=Firm),
        Text(key="product", label=_("产品")),
        NumberRange(key="capacity", label=_("产能")),
        Text(key="capacity_unit", label=_("产能单位")),
        NumberRange(key="investment", label=_("投资，万元")),
        Relation(key="plan", label=_("规划"), model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("name", "owner", "product"),
    sort=("name",),
    edit_fields=(
        "name", "owner", "firm", "units", "product", "capacity", "capacity_max", "capacity_unit", "investment", "note",
    ),
    bulk_fields=("owner", "firm", "product", "capacity_unit", "note"),
    import_fields=(
        "name", "owner", "firm", "units", "product", "capacity", "capacity_max", "capacity_unit", "investment", "note",
    ),
    import_key=("name",),
    removable=True,
    detail="project-detail",
    small_cells="firm",
    dependents=(Dependent(label=_("里程碑"), list="milestones", filter="project", path="project"),),
)  # fmt: skip
