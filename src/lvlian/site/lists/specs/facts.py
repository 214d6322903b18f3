"""Facts read from the plans, with what people decided about them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Choice, DateRange, NumberRange, Relation, Text
from lvlian.site.lists.spec import Dependent, ListSpec
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Fact, Plan


def itself(row: Any) -> int | None:
    return row.pk  # type: ignore[no-any-return]


def decided_by(row: Any, today: date) -> str:
    return str(row.decided_by) if row.decided_by_id else ""


FACTS = ListSpec(
    key="facts",
    model=Fact,
    title=_("事实清单"),
    noun=_("条事实"),
    permission="plan.read",
    columns=(
        Column(key="kind", width=8),
        Column(key="title", link=True, origin=itself, width=44),
        Column(key="state", kind=Kind.STATE, width=10),
        Column(key="quote", width=60),
        Column(key="section", width=30),
        Column(key="confidence", kind=Kind.NUMBER, places=2, width=8),
        Column(key="doubt", width=24),
        Column(key="decided_by", label=_("谁核"), get=decided_by, rests_on=("state",), load=("decided_by",), width=12),
        Column(key="decided_at", width=16),
        Column(key="reason", width=24),
        Column(key="plan", label=_("规划"), path="version__plan", width=30),
        Column(key="order", label=_("次序"), kind=Kind.NUMBER, places=0, order=("version_id", "order")),
        Column(key="region", width=12),
    ),
    shown=("kind", "title", "state", "section", "confidence", "doubt", "plan"),
    filters=(
        Choice(key="kind", label=_("类"), choices=tuple(Fact.Kind.choices), chip=True),
        Choice(key="state", label=_("状态"), choices=tuple(Fact.State.choices), chip=True),
        Text(key="title", label=_("事实")),
        Text(key="section", label=_("章节")),
        NumberRange(key="confidence", label=_("把握")),
        Text(key="doubt", label=_("存疑")),
        DateRange(key="decided_at", label=_("核于"), moment=True),
        Relation(key="plan", label=_("规划"), path="version__plan", model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("title", "section"),
    sort=("order",),
    detail="fact-detail",
    dependents=(
        Dependent(label=_("目标"), list="goals", filter="", path="fact"),
        Dependent(label=_("里程碑"), list="milestones", filter="", path="fact"),
        Dependent(label=_("责任"), list="duties", filter="", path="fact"),
        Dependent(label=_("激励"), list="incentives", filter="", path="fact"),
    ),
)
