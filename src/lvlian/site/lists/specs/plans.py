"""Plans of the region."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Boolean, DateRange, NumberRange, Relation, Text
from lvlian.site.lists.spec import Dependent, ListSpec
from lvlian.site.lists.specs.shared import REGION
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Plan

PLANS = ListSpec(
    key="plans",
    model=Plan,
    title=_("规划清单"),
    noun=_("份规划"),
    permission="plan.read",
    columns=(
        Column(key="title", link=True, width=44),
        Column(key="issuer", width=24),
        Column(key="number", width=20),
        Column(key="issued_on", width=12),
        Column(key="first_year", kind=Kind.NUMBER, places=0),
        Column(key="last_year", kind=Kind.NUMBER, places=0),
        Column(key="invented"),
        REGION,
    ),
    shown=("title", "issuer", "number", "issued_on", "first_year", "last_year", "region"),
    filters=(
        Text(key="title", label=_("标题")),
        Text(key="issuer", label=_("印发单位")),
        DateRange(key="issued_on", label=_("印发日期"), chip=True),
        NumberRange(key="last_year", label=_("止")),
        Boolean(key="invented", label=_("虚构")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True, chip=True),
    ),
    search=("title", "number"),
    sort=("-issued_on",),
    detail="plan-detail",
    dependents=(
        Dependent(label=_("目标"), list="goals", filter="plan", path="plan"),
        Dependent(label=pgettext_lazy("all", "项目"), list="projects", filter="plan", path="plan"),
        Dependent(label=_("责任"), list="duties", filter="plan", path="plan"),
        Dependent(label=_("激励"), list="incentives", filter="plan", path="plan"),
    ),
)
