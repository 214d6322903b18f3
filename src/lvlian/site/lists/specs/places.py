"""Firms, units and regions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lvlian.site.lists.columns import Column
from lvlian.site.lists.filters import Choice, Relation, Text
from lvlian.site.lists.spec import Dependent, ListSpec
from lvlian.site.lists.specs.shared import REGION
from lvlian.site.org.models import Firm, Region, Unit

FIRMS = ListSpec(
    key="firms",
    model=Firm,
    title=_("企业清单"),
    noun=_("户企业"),
    columns=(
        Column(key="name", link=True, width=34),
        Column(key="short", width=16),
        Column(key="kind", width=16),
        Column(key="credit_code", width=22),
        Column(key="contact", width=12),
        Column(key="phone", width=16),
        REGION,
    ),
    shown=("name", "short", "kind", "credit_code", "contact", "phone", "region"),
    filters=(
        Text(key="name", label=_("名称")),
        Text(key="kind", label=_("环节")),
        Text(key="credit_code", label=_("统一社会信用代码")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True, chip=True),
    ),
    search=("name", "short"),
    sort=("name",),
    edit_permission="firm.edit",
    edit_fields=("name", "short", "credit_code", "kind", "contact", "phone"),
    bulk_fields=("kind",),
    import_fields=("name", "short", "credit_code", "kind", "contact", "phone"),
    import_key=("name",),
    detail="firm-detail",
    dependents=(
        Dependent(label=pgettext_lazy("all", "项目"), list="projects", filter="firm", path="firm"),
        Dependent(label=_("目标"), list="goals", filter="firm", path="firm"),
    ),
)

UNITS = ListSpec(
    key="units",
    model=Unit,
    title=_("单位清单"),
    noun=_("个单位"),
    columns=(Column(key="name", link=True, width=34), Column(key="short", width=20), REGION),
    shown=("name", "short", "region"),
    filters=(
        Text(key="name", label=_("名称")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True, chip=True),
    ),
    search=("name", "short"),
    sort=("name",),
    edit_permission="unit.edit",
    edit_fields=("name", "short"),
    import_fields=("name", "short"),
    import_key=("name",),
    detail="unit-detail",
    dependents=(
        Dependent(label=_("牵头的责任"), list="duties", filter="lead", path="lead"),
        Dependent(label=_("参与的责任"), list="duties", filter="unit", path="units"),
        Dependent(label=pgettext_lazy("all", "项目"), list="projects", filter="unit", path="units"),
    ),
)

REGIONS = ListSpec(
    key="regions",
    model=Region,
    title=_("地区清单"),
    noun=_("个地区"),
    permission="page.see",
    columns=(
        Column(key="name", link=True, order=("path",), width=20),
        Column(key="code", width=16),
        Column(key="level", width=10),
        Column(key="parent", width=20),
        Column(key="as_of", width=12),
        Column(key="simulated", width=30),
    ),
    shown=("name", "code", "level", "parent", "as_of", "simulated"),
    filters=(
        Text(key="name", label=_("名称")),
        Choice(key="level", label=_("层级"), choices=tuple(Region.Level.choices), chip=True),
    ),
    search=("name", "code"),
    sort=("name",),
    edit_permission="region.edit",
    edit_fields=("name", "as_of", "simulated"),
    detail="region-detail",
    dependents=(
        Dependent(label=_("目标"), list="goals", filter="region", path="region"),
        Dependent(label=pgettext_lazy("all", "项目"), list="projects", filter="region", path="region"),
        Dependent(label=pgettext_lazy("all", "企业"), list="firms", filter="region", path="region"),
        Dependent(label=pgettext_lazy("all", "单位"), list="units", filter="region", path="region"),
    ),
)
