"""A fact in the words of a list: its line, and its cells of name, figure, unit and date. Pure: from its kind and fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lvlian.brief.figures import goal_value, incentive_amount, span, when_zh
from lvlian.brief.saying import fact_words
from lvlian.plan.facts import Chain, Duty, Fact, Goal, Incentive, Milestone
from lvlian.plan.fields import KINDS, own_fields

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Cells:
    """What stands in a row of the list of facts: `name`, `value` with its relation, `unit`, `when`."""

    name: str
    value: str = ""
    unit: str = ""
    when: str = ""


def fact_of(kind: str, values: Mapping[str, Any], **shared: Any) -> Fact:
    """The engine's record of a fact's own fields; fields that the kind does not know are left out. Raises ValueError."""
    known = own_fields(kind)
    own = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in known}
    blank = {name: None if field.optional else "" for name, field in known.items() if name not in own}
    try:
        return KINDS[kind](**{**blank, **own}, **{"quote": "", **shared})
    except TypeError as error:
        raise ValueError(f"{kind}: {error}") from None


def title_of(kind: str, values: Mapping[str, Any]) -> str:
    """The fact in a line: `全县　铝产业综合产值　≥ 300 亿元　2026 底`."""
    words = fact_words(fact_of(kind, _sound(kind, values))) or _("（无内容）")
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def cells_of(kind: str, values: Mapping[str, Any]) -> Cells:
    """The fact's row in the list."""
    fact = fact_of(kind, _sound(kind, values))
    if isinstance(fact, Goal):
        subject = f"{fact.subject}　" if fact.subject else ""
        return Cells(subject + fact.indicator, goal_value(fact), fact.unit or "", when_zh(fact.when, fact.when_op))
    if isinstance(fact, Milestone):
        size = "" if fact.capacity is None else span(fact.capacity, fact.capacity_max)
        name = f"{fact.owner}　{fact.product}" if fact.owner and fact.product else fact.project
        return Cells(f"{name}　{fact.event}", size, fact.capacity_unit or "", when_zh(fact.when, fact.when_op))
    if isinstance(fact, Duty):
        lead = _("（%(lead)s 牵头）") % {"lead": fact.lead} if fact.lead else ""
        return Cells(_("责任单位 %(count)d 个") % {"count": len(fact.units)} + lead)
    if isinstance(fact, Incentive):
        amount = incentive_amount(fact).removesuffix(fact.unit or "").strip()
        return Cells(f"{fact.who}　{fact.benefit}", amount, fact.unit or "", fact.duration or "")
    if isinstance(fact, Chain):
        return Cells("—".join(fact.nodes))
    return Cells(fact_words(fact))


def _sound(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with a number where the kind needs one, so that a damaged row can still be shown and mended."""
    out = dict(values)
    if kind == "goals" and not isinstance(out.get("value"), (int, float)):
        out["value"] = 0.0
    return out


__all__ = ["LONGEST", "Cells", "cells_of", "fact_of", "title_of"]
