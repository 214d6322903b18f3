"""Duties: who leads and who answers for what."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column
from lvlian.site.lists.filters import Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.goals import fact_of
from lvlian.site.lists.specs.shared import NOTE, PLAN, REGION
from lvlian.site.org.models import Region, Unit
from lvlian.site.plans.models import Duty, Plan

DUTIES = ListSpec(
    key="duties",
    model=Duty,
    title=_("责任清单"),
    noun=_("项责任"),
    columns=(
        Column(key="section", link=True, origin=fact_of, width=44),
        Column(key="lead", width=20),
        Column(key="units", width=34),
        PLAN,
        REGION,
        NOTE,
    ),
    shown=("section", "lead", "units", "plan"),
    filters=(
        Relation(key="lead", label=_("牵头单位"), model=Unit, chip=True),
        Relation(key="unit", label=_("责任单位"), path="units", model=Unit, many=True, chip=True),
        Text(key="section", label=_("事项")),
        Relation(key="plan", label=_("规划"), model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("section",),
    sort=(),
    edit_fields=("section", "lead", "units", "note"),
    bulk_fields=("lead", "note"),
    import_fields=("section", "lead", "units", "note"),
    import_key=("section",),
    removable=True,
    detail="duty-detail",
)
