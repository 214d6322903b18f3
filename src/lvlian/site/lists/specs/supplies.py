"""Supplies of factors. The days of one that an item brings are the item's and are not in this table: they are changed there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lvlian.ledger.factors import FactorError, exact, measured
from lvlian.site.ledger.models import Item, Supply
from lvlian.site.ledger.models.factor import FactorKind
from lvlian.site.lists.columns import Column, Kind
from lvlian.site.lists.filters import Boolean, Choice, DateRange, NumberRange, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.specs.shared import NOTE, REGION
from lvlian.site.org.models import Region, Unit


def fits(values: Mapping[str, Any]) -> dict[str, str]:
    """The amount can be told in the factor's unit, and is none below zero."""
    amount, factor = values.get("amount"), values.get("factor")
    if amount is not None and amount < 0:
        return {"amount": gettext("数量不应小于零")}
    try:
        measured(factor, exact(amount or 0), str(values.get("unit") or ""))  # type: ignore[arg-type]
    except FactorError as error:
        return {"unit": error.zh}
    except KeyError:
        return {"factor": gettext("没有这种要素")}
    return {}


def sound(values: Mapping[str, Any], today: date | None) -> dict[str, str]:
    """Amount and unit fit the factor; a date that was moved has its reason; nothing was there after today."""
    faults = fits(values)
    if values.get("expected") and not values.get("why"):
        faults["why"] = gettext("改期须写理由：因何、由谁、到何时")
    if today is not None and values.get("done") and values["done"] > today:
        faults["done"] = gettext("到位日期不能晚于今天 %(day)s") % {"day": today.isoformat()}
    return faults


SUPPLIES = ListSpec(
    key="supplies",
    model=Supply,
    title=_("要素供给清单"),
    noun=_("项供给"),
    permission="dispatch.see",
    edit_permission="factor.edit",
    columns=(
        Column(key="factor", width=10),
        Column(key="title", link=True, width=34),
        Column(key="amount", kind=Kind.NUMBER, total=True, same="unit", width=12),
        Column(key="unit", width=12),
        Column(key="owner", width=20),
        Column(key="item", width=34),
        Column(key="promised", width=12),
        Column(key="expected", width=12),
        Column(key="why", width=30),
        Column(key="done", width=12),
        Column(key="until", width=12),
        Column(key="stock", width=8),
        Column(key="simulated", width=8),
        REGION,
        NOTE,
    ),
    shown=("factor", "title", "amount", "unit", "owner", "item", "promised", "expected", "done"),
    filters=(
        Choice(key="factor", label=_("要素"), choices=tuple(FactorKind.choices), chip=True),
        Text(key="title", label=_("供给")),
        Relation(key="owner", label=_("保障单位"), model=Unit, chip=True),
        Relation(key="item", label=_("台账事项"), model=Item, name_path="title"),
        NumberRange(key="amount", label=_("数量")),
        DateRange(key="promised", label=_("承诺日期"), chip=True),
        DateRange(key="expected", label=_("现日期")),
        DateRange(key="done", label=_("到位日期")),
        Boolean(key="simulated", label=_("模拟")),
        Relation(key="region", label=_("地区"), model=Region, subtree=True),
    ),
    search=("title", "note"),
    sort=("factor", "title"),
    import_fields=(
        "factor", "title", "amount", "unit", "owner", "promised", "expected", "why", "done", "until", "stock", "note",
    ),
    import_key=("factor", "title"),
    detail="supply-detail",
    check=sound,
    load=("item",),
)  # fmt: skip
