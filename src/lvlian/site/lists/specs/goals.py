"""Goals: figures to be reached, with the sentence that they come from."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site import saying
from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Choice, NumberRange, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.shared import FIRM, NOTE, PLAN, REGION
from lvlian.site.org.models import Firm, Region
from lvlian.site.plans.models import Goal, Plan

OPS = ((">=", "≥"), ("<=", "≤"), ("~", "≈"), ("=", "="), (">", ">"), ("<", "<"))


def value_in_words(row: Goal) -> str:
    """The figure as a plan says it: `≥ 900`, `13–15`."""
    text = saying.between(row.value, row.value_max) if row.value_max is not None else saying.number(row.value)
    sign = saying.relation(row.op)
    return text if sign in ("=", "") else f"{sign} {text}"


def fact_of(row: Any) -> int | None:
    return row.fact_id  # type: ignore[no-any-return]


GOALS = ListSpec(
    key="goals",
    model=Goal,
    title=_("目标清单"),
    noun=_("个目标"),
    columns=(
        Column(key="indicator", link=True, width=28),
        Column(key="subject", width=22),
        Column(key="value", kind=Kind.NUMBER, say=value_in_words, origin=fact_of, width=12),
        Column(key="value_max", kind=Kind.NUMBER),
        Column(key="op"),
        Column(key="unit", width=10),
        Column(key="when", width=12, order=("year", "when")),
        Column(key="year", kind=Kind.NUMBER, places=0),
        Column(key="mode"),
        FIRM,
        PLAN,
        REGION,
        NOTE,
    ),
    shown=("indicator", "subject", "value", "unit", "when", "plan", "region"),
    filters=(
        Text(key="indicator", label=_("指标")),
        Text(key="subject", label=_("主体")),
        NumberRange(key="year", label=_("年"), chip=True),
        NumberRange(key="value", label=_("数值")),
        Text(key="unit", label=_("单位")),
        Choice(key="op", label=_("关系"), choices=OPS),
        Relation(key="firm", label=_("企业"), model=Firm),
        Relation(key="plan", label=_("规划"), model=Plan, name_path="title", chip=True),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("indicator", "subject"),
    sort=("indicator", "subject", "when"),
    edit_fields=("indicator", "subject", "op", "value", "value_max", "unit", "when", "when_op", "year", "firm", "note"),
    bulk_fields=("firm", "note"),
    import_fields=("indicator", "subject", "op", "value", "value_max", "unit", "when", "year", "firm", "note"),
    import_key=("indicator", "subject", "when", "op", "unit"),
    detail="goal-detail",
)
