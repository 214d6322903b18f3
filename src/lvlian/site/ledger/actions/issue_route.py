"""Who takes a problem first (先按职责办): the rule that the entry promises and that opening follows.

1. the unit whose duty line of the plan in force names the kind (`WORDS`): its lead, else the first unit that the line names;
2. else the lead of the item that the problem is about, else the first unit of that item;
3. else nobody yet: the office hands it over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from lvlian.site.ledger.models import Item, Party
from lvlian.site.org.models import Region, Unit
from lvlian.site.plans.models import Duty

WORDS: dict[str, tuple[str, ...]] = {
    "power": ("用电", "供电", "电力", "电网"),
    "energy": ("用电", "电量"),
    "land": ("用地", "土地"),
    "gas": ("用气", "燃气", "天然气"),
    "water": ("用水", "供水"),
    "funds": ("投入", "资金", "融资", "金融"),
    "logistics": ("物流", "运输", "交通"),
    "labour": ("用工", "人才", "就业"),
    "approval": ("审批", "手续", "营商"),
    "environment": ("环境", "环保", "生态"),
    "energy_quota": ("能耗", "节能"),
}
"""Kind of problem → words of which a duty line that answers for it holds one. A kind without words has no duty line."""


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a kind of problem first, by which rule (`duty item office`), and the fact of the plan that says so."""

    unit: Unit | None
    rule: str
    fact: int | None = None


def duty_takers(region: Region) -> dict[str, Taker]:
    """For each kind the unit whose duty it is in the plans in force. Two queries."""
    asked = Q()
    for words in WORDS.values():
        for word in words:
            asked |= Q(section__contains=word)
    duties = list(
        Duty.objects.filter(asked, Q(plan__isnull=True) | Q(plan__current__isnull=False), region=region)
        .select_related("lead", "fact")
        .order_by("-plan__issued_on", "pk")
    )
    parts: dict[int, list[Unit]] = {}
    through = Duty.units.through
    for line in through._default_manager.filter(duty__in=duties).select_related("unit").order_by("pk"):
        parts.setdefault(line.duty_id, []).append(line.unit)
    takers: dict[str, Taker] = {}
    for kind, words in WORDS.items():
        for duty in duties:
            unit = duty.lead or _first_named(duty, parts.get(duty.pk, []))
            if unit is not None and any(word in duty.section for word in words):
                takers[kind] = Taker(unit, "duty", duty.fact_id)
                break
    return takers


def _first_named(duty: Duty, units: list[Unit]) -> Unit | None:
    """The unit that the plan's line names first; where the line is not at hand, the first that was entered."""
    names = duty.fact.values.get("units") if duty.fact is not None else None
    for name in names or ():
        for unit in units:
            if name and (unit.name.endswith(str(name)) or str(name).endswith(unit.name)):
                return unit
    return units[0] if units else None


def item_taker(about: Item | None) -> Unit | None:
    """The unit that leads the item that a problem is about, else the first that answers for it."""
    if about is None:
        return None
    if about.lead_id is not None:
        return about.lead
    first = Party.objects.filter(item=about).exclude(part=Party.Part.SUPPORT).select_related("unit").first()
    return first.unit if first else None


def first_takers(region: Region, kinds: Iterable[str], about: Item | None = None) -> dict[str, Taker]:
    """For each kind who takes it first."""
    duties, own = duty_takers(region), item_taker(about)
    other = Taker(own, "item") if own is not None else Taker(None, "office")
    return {kind: duties.get(kind, other) for kind in kinds}


def issuer_of(region: Region, issuer: str) -> Unit | None:
    """The unit that issued a plan, where its name is that of a unit of the region."""
    name = issuer.strip()
    if not name:
        return None
    return Unit.objects.filter(Q(name=name) | Q(short=name), region=region).order_by(F("pk")).first()
