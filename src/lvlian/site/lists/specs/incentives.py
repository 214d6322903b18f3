"""Incentives, and the chains that a plan writes with dashes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import NumberRange, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.goals import fact_of
from lvlian.site.lists.specs.shared import NOTE, PLAN, REGION
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Chain, Incentive, Plan

INCENTIVES = ListSpec(
    key="incentives",
    model=Incentive,
    title=_("激励清单"),
    noun=_("条激励"),
    columns=(
        Column(key="who", link=True, width=30),
        Column(key="benefit", origin=fact_of, width=34),
        Column(key="amount", kind=Kind.NUMBER, width=12),
        Column(key="unit", width=10),
        Column(key="limit", width=8),
        Column(key="duration", width=16),
        PLAN,
        REGION,
        NOTE,
    ),
    shown=("who", "benefit", "amount", "unit", "duration", "plan"),
    filters=(
        Text(key="who", label=_("对象")),
        Text(key="benefit", label=_("得到什么")),
        NumberRange(key="amount", label=_("数额")),
        Text(key="unit", label=_("单位")),
        Relation(key="plan", label=_("规划"), model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("who", "benefit"),
    sort=("who",),
    edit_fields=("who", "benefit", "amount", "unit", "limit", "duration", "note"),
    bulk_fields=("who", "unit", "duration", "note"),
    import_fields=("who", "benefit", "amount", "unit", "limit", "duration", "note"),
    import_key=("who", "benefit"),
    removable=True,
    detail="incentive-detail",
)


def nodes_of(row: Any, today: date) -> str:
    return "—".join(str(node) for node in row.nodes)


CHAINS = ListSpec(
    key="chains",
    model=Chain,
    title=_("链条清单"),
    noun=_("条链条"),
    columns=(
        Column(key="nodes", label=_("环节"), get=nodes_of, rests_on=("nodes",), link=True, origin=fact_of, width=60),
        PLAN,
        REGION,
    ),
    shown=("nodes", "plan", "region"),
    filters=(
        Relation(key="plan", label=_("规划"), model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    detail="chain-detail",
)
