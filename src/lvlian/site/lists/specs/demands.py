"""Demands for factors: which project needs how much of what, and by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site.ledger.models import Demand, Item
from lvlian.site.ledger.models.factor import FactorKind
from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Boolean, Choice, DateRange, NumberRange, Relation
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.shared import NOTE, REGION
from lvlian.site.lists.specs.supplies import fits
from lvlian.site.org.models import Region


def sound(values: Mapping[str, Any], today: date | None) -> dict[str, str]:
    """Amount and unit fit the factor."""
    return fits(values)


DEMANDS = ListSpec(
    key="demands",
    model=Demand,
    title=_("要素需求清单"),
    noun=_("项需求"),
    permission="dispatch.see",
    edit_permission="factor.edit",
    columns=(
        Column(key="factor", link=True, width=10),
        Column(key="item", width=40),
        Column(key="amount", kind=Kind.NUMBER, total=True, same="unit", width=12),
        Column(key="unit", width=12),
        Column(key="stage", width=14),
        Column(key="need_by", width=12),
        Column(key="until", width=12),
        Column(key="simulated", width=8),
        REGION,
        NOTE,
    ),
    shown=("factor", "item", "amount", "unit", "stage", "need_by"),
    filters=(
        Choice(key="factor", label=_("要素"), choices=tuple(FactorKind.choices), chip=True),
        Relation(key="item", label=_("项目"), model=Item, name_path="title", chip=True),
        NumberRange(key="amount", label=_("数量")),
        DateRange(key="need_by", label=_("需用日期"), chip=True),
        Boolean(key="simulated", label=_("模拟")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("item__title", "note"),
    sort=("factor", "item"),
    import_fields=("factor", "item", "amount", "unit", "stage", "need_by", "until", "note"),
    import_key=("factor", "item"),
    detail="demand-detail",
    check=sound,
    small_cells="item__firm",
)  # fmt: skip
