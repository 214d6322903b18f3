"""What people do with factors: bring in a supply or a demand, move a date with its reason, say that it is there, book and release.

A booking is made while its supply is held: never more than there is, never twice, however many write at once. All raise FactorError or
Refused with one sentence, Conflict where somebody else was quicker, PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.ledger.booking import BookingRefused, may_book
from lvlian.ledger.factors import FACTORS, FactorError, measured
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.selectors_factors import exact, grounds
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act, Conflict, changes_of, recording
from lvlian.site.org.models import Region

SUPPLY = ("factor", "title", "amount", "unit", "stock", "owner", "promised", "expected", "why", "done", "until", "note")
DEMAND = ("factor", "amount", "unit", "stage", "need_by", "until", "note")
FROM_ITEM = frozenset({"factor", "title", "promised", "expected", "why", "done"})
"""What a supply that an item brings does not keep itself."""


class Refused(ValueError):
    """A value cannot be right; `field` is the one at fault."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def said(error: FactorError) -> str:
    """The engine's sentence in the language of the request."""
    return error.en if (get_language() or "").startswith("en") else error.zh


def fits(factor: str, amount: Any, unit: str) -> None:
    """Nothing where an amount may be told in the unit. Raises Refused."""
    if factor not in FACTORS:
        raise Refused("factor", _("没有“%(factor)s”这种要素。") % {"factor": factor})
    try:
        measured(factor, exact(amount) if amount is not None else Decimal(0), unit)  # type: ignore[arg-type]
    except FactorError as error:
        raise Refused("unit", said(error)) from error
    if amount is not None and amount < 0:
        raise Refused("amount", _("数量不应小于零。"))


def dated(values: Mapping[str, Any]) -> None:
    """Nothing where the days of a supply hold together. Raises Refused."""
    if values.get("expected") and not str(values.get("why") or "").strip():
        raise Refused("why", _("改期须写理由：因何、由谁、到何时。"))
    if values.get("done") and values["done"] > today():
        raise Refused("done", _("到位日期不能晚于今天 %(day)s。") % {"day": today().isoformat()})


# Supplies ----------------------------------------------------------------------------------------------------------------
def add_supply(access: Access, region: Region, values: Mapping[str, Any], *, simulated: bool = False) -> Supply:
    """A supply that no item of the ledger brings."""
    fits(values["factor"], values.get("amount"), values["unit"])
    dated(values)
    row = Supply(
        region=region, simulated=simulated, **{name: value for name, value in values.items() if name in SUPPLY}
    )
    with recording(access, "supply.add", region=region, subject=row.title, permission="factor.edit") as act:
        return act.create(row)  # type: ignore[no-any-return]


def edit_supply(access: Access, supply: Supply, revision: int | None, values: Mapping[str, Any]) -> Supply:
    """Changes a supply. What its item holds is changed there: the amount is a field of the item."""
    new = {name: value for name, value in values.items() if name in SUPPLY}
    whole = {name: getattr(supply, name) for name in SUPPLY} | new
    fits(whole["factor"], whole["amount"], whole["unit"])
    if supply.item is not None:
        new = {name: value for name, value in new.items() if name not in FROM_ITEM}
        whole |= {"expected": None, "done": None}
    dated(whole)
    with recording(access, "supply.edit", row=supply, permission="factor.edit") as act:
        held = _held(supply, revision)
        _covers(held, whole)
        amount = _to_item(act, held, new)
        if new:
            act.update(held, None, **new)
        if amount is not None:
            _amend(act, held, amount)
    return held


def _to_item(act: Act, supply: Supply, new: dict[str, Any]) -> float | None:
    """The amount that belongs to the supply's item, taken out of what is set here: where its track has a field of that unit."""
    item = supply.item
    if item is None or new.get("amount") is None:
        return None
    track = track_of(item.track)
    told = track.field(track.amount) if track.amount else None
    if told is None or told.unit != new.get("unit", supply.unit) or item.data.get(told.key) == new["amount"]:
        return None
    return float(new["amount"])


def _amend(act: Act, supply: Supply, amount: float) -> None:
    from lvlian.ledger.item import Event
    from lvlian.site.ledger.actions.book import Book

    assert supply.item is not None
    item = items.locked(supply.item, None)
    book = Book(act, today())
    book.take([item])
    book.happen(item, Event("amend", today(), {"values": {track_of(item.track).amount: amount}}))
    book.write()


def _covers(supply: Supply, whole: Mapping[str, Any]) -> None:
    """Nothing where what is booked stays within the new amount. Raises Refused."""
    booked = sum((exact(row.amount) for row in supply.bookings.all()), Decimal(0))
    if not booked:
        return
    if whole["factor"] != supply.factor or whole["unit"] != supply.unit:
        raise Refused("unit", _("已有占用，先释放再改要素或单位。"))
    if whole["amount"] is None or exact(whole["amount"]) < booked:
        said = {"booked": f"{booked.normalize():f}{supply.unit}"}
        raise Refused("amount", _("已占用 %(booked)s，数量不能更少；先释放。") % said)


def move_supply(access: Access, supply: Supply, revision: int | None, expected: date | None, why: str) -> Supply:
    """Moves the day that a supply is expected on, with the reason; that of an item moves the item's step."""
    if supply.item is not None:
        key = step_of(supply)
        if not key:
            raise Refused("expected", _("“%(title)s”还没有节点，请先在台账事项里承诺日期。") % {"title": supply.title})
        _unmoved(supply, revision)
        items.move(access, supply.item, None, key, expected, why)
        return Supply.objects.get(pk=supply.pk)
    why = why.strip()
    dated({"expected": expected, "why": why})
    if supply.done is not None:
        raise Refused("expected", _("已到位的供给不再改期；先撤回到位日期。"))
    with recording(
        access, "supply.move", row=supply, permission="factor.edit", reason=why, data={"expected": expected}
    ) as act:
        held = _held(supply, revision)
        act.update(held, None, expected=expected, why=why if expected else "")
    return held


def finish_supply(access: Access, supply: Supply, revision: int | None, done: date | None) -> Supply:
    """Says when a supply was there, None takes that back; that of an item finishes the item's step."""
    dated({"done": done})
    if supply.item is not None:
        key = step_of(supply)
        if not key:
            raise Refused("done", _("“%(title)s”还没有节点，请在台账事项里进入阶段。") % {"title": supply.title})
        _unmoved(supply, revision)
        items.finish(access, supply.item, None, key, done)
        return Supply.objects.get(pk=supply.pk)
    with recording(access, "supply.finish", row=supply, permission="factor.edit", data={"done": done}) as act:
        held = _held(supply, revision)
        act.update(held, None, done=done)
    return held


def remove_supply(access: Access, supply: Supply) -> None:
    """Takes a supply away that nothing is booked on."""
    with recording(access, "supply.remove", row=supply, permission="factor.edit") as act:
        held = _held(supply, None)
        if held.bookings.exists():
            raise Refused("", _("“%(title)s”还有占用，先释放。") % {"title": held.title})
        act.delete(held)


def step_of(supply: Supply) -> str:
    """The key of the step of its item that a supply's days are those of; empty where there is none. One query."""
    return grounds([supply], [], []).days(supply).key


# Demands -----------------------------------------------------------------------------------------------------------------
def add_demand(access: Access, item: Item, values: Mapping[str, Any], *, simulated: bool = False) -> Demand:
    """What an item needs of a factor."""
    fits(values["factor"], values.get("amount"), values["unit"])
    _staged(item, str(values.get("stage") or ""))
    row = Demand(
        region=item.region,
        item=item,
        simulated=simulated,
        **{name: value for name, value in values.items() if name in DEMAND},
    )
    with recording(access, "demand.add", row=item, permission="factor.edit") as act:
        act.create(row)
        _aim(act, item, values)
    return row


def edit_demand(access: Access, demand: Demand, revision: int | None, values: Mapping[str, Any]) -> Demand:
    new = {name: value for name, value in values.items() if name in DEMAND}
    whole = {name: getattr(demand, name) for name in DEMAND} | new
    fits(whole["factor"], whole["amount"], whole["unit"])
    _staged(demand.item, str(whole["stage"] or ""))
    with recording(access, "demand.edit", row=demand, permission="factor.edit") as act:
        held = Demand.objects.select_for_update(of=("self",)).select_related("item__region").get(pk=demand.pk)
        if revision is not None and held.revision != revision:
            raise Conflict(held, changes_of(held, since=revision))
        booked = held.bookings.exists()
        if booked and (whole["factor"] != held.factor or whole["unit"] != held.unit):
            raise Refused("unit", _("已有占用，先释放再改要素或单位。"))
        act.update(held, None, **new)
        _aim(act, held.item, values)
    return held


def _staged(item: Item, stage: str) -> None:
    if stage and stage not in track_of(item.track).by_key:
        raise Refused("stage", _("此台账没有“%(stage)s”这个阶段。") % {"stage": stage})


def _aim(act: Act, item: Item, values: Mapping[str, Any]) -> None:
    """The goal that the item stands for, where one was chosen."""
    if "goal" in values and item.goal_id != getattr(values["goal"], "pk", None):
        act.update(item, None, goal=values["goal"])


def remove_demand(access: Access, demand: Demand) -> None:
    """Takes a demand away with what is booked for it."""
    with recording(access, "demand.remove", row=demand, permission="factor.edit") as act:
        for booking in Booking.objects.filter(demand=demand):
            act.delete(booking)
        act.delete(demand)


# Bookings ----------------------------------------------------------------------------------------------------------------
def book(access: Access, supply: Supply, demand: Demand, amount: float, *, permission: str = "factor.book") -> Booking:
    """Keeps so much of a supply, in its unit, for a demand. Raises BookingRefused."""
    with recording(access, "booking.make", row=supply, permission=permission, data={"amount": amount}) as act:
        held = _held(supply, None)
        asked = Demand.objects.select_for_update(of=("self",)).select_related("item").get(pk=demand.pk)
        if asked.region_id != held.region_id:
            raise Refused("demand", _("只能为本地区的项目占用。"))
        here = list(Booking.objects.filter(supply=held).select_related("demand__item"))
        beside = list(Booking.objects.filter(demand=asked).exclude(supply=held).select_related("supply__item"))
        net = grounds(
            [held, *{row.supply_id: row.supply for row in beside}.values()],
            [asked, *{row.demand_id: row.demand for row in here if row.demand_id != asked.pk}.values()],
            [*here, *beside],
        )
        supplies, demands = net.engine_supplies(), net.engine_demands()
        may_book(supplies[0], net.engine_bookings(), exact(amount), demand=demands[0], unit=held.unit)
        return act.create(Booking(supply=held, demand=asked, amount=amount, user=access.user))  # type: ignore[no-any-return]


def release(access: Access, booking: Booking, *, permission: str = "factor.book") -> None:
    """Gives back what was kept for a demand."""
    with recording(access, "booking.release", row=booking.supply, permission=permission) as act:
        _held(booking.supply, None)
        found = Booking.objects.filter(pk=booking.pk).first()
        if found is None:
            raise Refused("", _("这项占用已经释放。"))
        act.delete(found)


def _held(supply: Supply, revision: int | None) -> Supply:
    """The supply, locked for this action. Raises Conflict."""
    rows = Supply.objects.select_for_update(of=("self",)).select_related("item", "owner", "region")
    held = rows.get(pk=supply.pk)
    if revision is not None and held.revision != revision:
        raise Conflict(held, changes_of(held, since=revision))
    return held


def _unmoved(supply: Supply, revision: int | None) -> None:
    if revision is not None and (held := Supply.objects.get(pk=supply.pk)).revision != revision:
        raise Conflict(held, changes_of(held, since=revision))


__all__ = [
    "BookingRefused", "Refused", "add_demand", "add_supply", "book", "edit_demand", "edit_supply", "finish_supply", "move_supply",
    "release", "remove_demand", "remove_supply", "said", "step_of",
]  # fmt: skip
