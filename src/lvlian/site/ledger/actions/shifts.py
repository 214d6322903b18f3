"""What follows when a supply moves: the items that wait for it get their light anew, and the move of their step is proposed.

Called by `follow` at the end of every recorded action, in its transaction, by whatever door the supply was moved (its own date, the
step of its item, a milestone of the plan, a table brought in). The program proposes and people decide: a proposal waits for a second
person, as every change that takes two. One that nothing asks for any more is marked overtaken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lvlian.ledger.factors import FACTORS, FactorError, measured
from lvlian.ledger.shift import Shift
from lvlian.ledger.track import Factor
from lvlian.site.ledger.actions.book import Book, milestone_of
from lvlian.site.ledger.actions.factors import Refused
from lvlian.site.ledger.models import Demand, Item, Supply
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.selectors_factors import (
    bringing,
    exact,
    grounds_of,
    standing_of,
    supplies_by,
    waiting_on,
    with_demands,
)
from lvlian.site.org.chain import Act, plain, values_of
from lvlian.site.plans.models import Milestone, Proposal

MODELS = frozenset({"item", "supply", "demand", "booking", "milestone"})
BATCH = 1000
CAUSE = "supply"
"""In `before` of a proposal: the supply whose slip asks for it."""


def carry(act: Act, book: Book) -> None:
    """Everything that follows from what an action did to items and factors."""
    touched: dict[str, set[int]] = defaultdict(set)
    demand_items: set[int] = set()
    for row in act.rows:
        if row.model not in MODELS:
            continue
        touched[row.model].add(row.object_id)
        told = {**row.before, **row.after}
        if row.model == "booking":
            touched["supply"].add(told.get("supply") or 0)
            touched["demand"].add(told.get("demand") or 0)
        elif row.model == "demand" and told.get("item"):
            demand_items.add(told["item"])
    if not touched["item"] and not touched["supply"] and not touched["demand"]:
        return
    for ids in _batches(touched["supply"]):
        sound(ids)
    if act.action == "proposal.confirm":
        _take_needs_along(act, touched["milestone"])
    supplies = set(touched["supply"])
    for ids in _batches(touched["item"]):
        supplies |= supplies_of(act, ids)
    wait: set[int] = set(demand_items)
    for ids in _batches(supplies):
        wait |= waiting_on(ids)
    for ids in _batches(touched["demand"]):
        wait |= waiting_on((), ids)
    _relight(book, wait)
    for ids in _batches(touched["item"]):
        wait |= with_demands(ids)
    for ids in _batches(wait):
        propose_shifts(act, ids)


def sound(supplies: Collection[int]) -> None:
    """What must hold of supplies by whatever door they were changed, a table brought in too: never less than what is booked, and no days
    of its own where an item brings it. Raises Refused."""
    for row, booked in standing_of(supplies):
        if booked and (row.amount is None or booked > exact(row.amount)):
            said = {"title": row.title, "booked": f"{booked.normalize():f}", "unit": row.unit}
            raise Refused("amount", _("“%(title)s”已占用 %(booked)s%(unit)s，数量不能更少；先释放。") % said)
        if row.item_id is not None and (row.promised or row.expected or row.done):
            raise Refused("promised", _("“%(title)s”由台账事项带来，日期在事项里改。") % {"title": row.title})


def supplies_of(act: Act, items: Collection[int]) -> set[int]:
    """The supplies that items bring. A land batch, power works or a gas line that a plan brought proposes its own supply, with the amount
    that the plan gives; an amount that the item holds is the supply's."""
    rows = bringing(items)
    known = supplies_by([item.pk for item in rows])
    out: set[int] = set()
    fresh: list[Supply] = []
    for item in rows:
        supply = known.get(item.pk)
        amount, unit = _amount(item)
        if supply is None:
            track = track_of(item.track)
            if item.branch in ("cancelled", "merged") or (amount is None and track.supplies == "land"):
                continue  # the land of a single project comes out of a batch: it is no supply of its own
            assert track.supplies is not None
            kind = FACTORS[track.supplies]
            fresh.append(
                Supply(
                    region=item.region, factor=kind.key, title=item.title[:200], amount=amount, unit=unit or kind.unit,
                    stock=kind.stock, item=item, owner=item.lead, simulated=item.simulated,
                )
            )  # fmt: skip
        else:
            new: dict[str, Any] = {} if supply.title == item.title[:200] else {"title": item.title[:200]}
            if amount is not None and (supply.amount, supply.unit) != (amount, unit):
                new |= {"amount": amount, "unit": unit}
            if new:
                act.update(supply, None, **new)
            out.add(supply.pk)
    Supply.objects.bulk_create(fresh)
    for one in fresh:
        act.note(one, {}, values_of(one))
    return out | {one.pk for one in fresh}


def _amount(item: Item) -> tuple[float | None, str]:
    """How much an item brings, with the unit: its own field, else the plan's capacity where its unit is one of the factor's."""
    track = track_of(item.track)
    assert track.supplies is not None
    told = track.field(track.amount) if track.amount else None
    value = item.data.get(track.amount) if told is not None else None
    if told is not None and isinstance(value, (int, float)) and not isinstance(value, bool):
        return _fitting(track.supplies, float(value), told.unit or FACTORS[track.supplies].unit)
    project = item.project
    if project is not None and project.capacity is not None and project.capacity_unit:
        return _fitting(track.supplies, project.capacity, project.capacity_unit)
    return None, ""


def _fitting(factor: Factor, amount: float, unit: str) -> tuple[float | None, str]:
    """The amount where its unit is one of the factor's: else it is another figure (万千伏安), and how much is supplied is not known."""
    try:
        measured(factor, exact(amount), unit)
    except FactorError:
        return None, ""
    return (amount, unit) if amount >= 0 else (None, "")


def _relight(book: Book, items: Collection[int]) -> None:
    for ids in _batches(items):
        rows = list(Item.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
        book.take(rows)
        for item in rows:
            book.relight(item)
    book.write()


def _take_needs_along(act: Act, milestones: Collection[int]) -> None:
    """A confirmed shift moves the day of need that somebody gave for its step by as many days."""
    for row in [one for one in act.rows if one.model == "milestone" and one.object_id in milestones]:
        moved = _moved(row.before, row.after, row.object_id)
        if not moved:
            continue
        step = Milestone.objects.select_related("step__item").get(pk=row.object_id)
        held = getattr(step, "step", None)
        if held is None:
            continue
        found = Demand.objects.filter(item=held.item_id, need_by__isnull=False).select_related("item")
        net = grounds_of([held.item_id])
        for demand in found:
            at = net.step_of(demand)
            if at is not None and at.stage == held.stage and demand.need_by is not None:
                act.update(demand, None, need_by=demand.need_by + timedelta(days=moved))


def _moved(before: dict[str, Any], after: dict[str, Any], pk: int) -> int:
    """By how many days a milestone was moved."""
    if not after.get("expected"):
        return 0
    old = before.get("expected")
    if old is None:
        due = Milestone.objects.filter(pk=pk).values_list("due", flat=True).first()
        old = due.isoformat() if due else None
    if old is None:
        return 0
    return (date.fromisoformat(str(after["expected"])) - date.fromisoformat(str(old))).days


# Proposals ---------------------------------------------------------------------------------------------------------------
def propose_shifts(act: Act, items: Collection[int]) -> list[Proposal]:
    """Brings the proposals for items in line with the shifts that their supplies ask for now. Nothing is proposed twice, nor what was
    returned before; where nobody acts (the program alone) nothing is proposed."""
    net = grounds_of(items)
    asked: dict[int, Shift] = {}
    for one in net.shifts():
        number = milestone_of(str(one.step).partition("/")[2])
        if number is not None:
            asked[number] = one
    of_items = Milestone.objects.filter(step__item__in=items).order_by("pk")
    rows = {row.pk: row for row in of_items.select_related("project__region", "project__firm")}
    known: dict[int, list[Proposal]] = defaultdict(list)
    for proposal in Proposal.objects.filter(model="milestone", object_id__in=list(rows)).order_by("pk"):
        known[proposal.object_id].append(proposal)
    made = []
    for pk, row in rows.items():
        waiting = next((p for p in known[pk] if p.state == Proposal.State.WAITING and CAUSE in p.before), None)
        shift = asked.get(pk)
        if shift is None:
            if waiting is not None:
                overtake(act, waiting)
            continue
        after = plain({"expected": shift.to_day, "why": shift.reason_zh[:300]})
        if waiting is not None:
            if (waiting.after, waiting.seen) != (after, row.revision):
                act.update(waiting, None, after=after, seen=row.revision, reason=shift.reason_zh[:500])
            continue
        others = any(p.state == Proposal.State.WAITING for p in known[pk])
        returned = any(p.state == Proposal.State.RETURNED and p.after == after for p in known[pk])
        if act.access.user is None or others or returned:
            continue
        made.append(act.create(_proposal(act, row, shift, after)))
    return made


def _proposal(act: Act, row: Milestone, shift: Shift, after: dict[str, Any]) -> Proposal:
    return Proposal(
        region=row.project.region, firm=row.project.firm, model="milestone", object_id=row.pk, label=str(row)[:200],
        seen=row.revision, before={**plain({"expected": row.expected or row.due, "why": row.why}), CAUSE: shift.cause},
        after=after, reason=shift.reason_zh[:500], proposed_by=act.access.user,
    )  # fmt: skip


def overtake(act: Act, proposal: Proposal) -> None:
    """What was proposed is not needed any more."""
    act.update(
        proposal,
        None,
        state=Proposal.State.OVERTAKEN,
        answer=_("供给日期又有变，不再需要改期"),
        decided_at=timezone.now(),
    )


def _batches(ids: Iterable[int]) -> Iterable[list[int]]:
    rows = sorted(pk for pk in ids if pk)
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
