"""What people do with an item: open it, bring it to a stage, move a promise, report, pause, raise, close. Each is one audit record and
one or more events. A promise that comes from a plan is changed as its milestone and comes back here by `follow`: it is stored once.

All raise Refused (the engine's, with its sentence), Conflict where somebody else was quicker, PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from lvlian.ledger.item import Event, Refused, advance, passes, raising
from lvlian.site.frame import today
from lvlian.site.ledger.actions.book import Book, milestone_of, state_of
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Conflict, changes_of, recording
from lvlian.site.org.models import Region, StoredFile, Unit
from lvlian.site.plans.actions import milestones
from lvlian.site.plans.models import Milestone


def open_item(
    access: Access,
    region: Region,
    track: str,
    title: str,
    *,
    permission: str = "item.open",
    day: date | None = None,
    stage: str = "",
    lead: Unit | None = None,
    units: Sequence[Unit] = (),
    supports: Sequence[Unit] = (),
    data: Mapping[str, Any] | None = None,
    due: date | None = None,
    reason: str = "",
    **about: Any,
) -> Item:
    """A new item. `due` promises its last stage; `about` are columns that no event makes (`about firm project fact goal parent
    born simulated`)."""
    told = track_of(track)
    item = Item(region=region, track=track, title=title.strip()[:300], **about)
    if not item.title:
        raise Refused("field-missing", "title", name="事项", stage=told.stages[0].key)
    with recording(access, "item.open", region=region, subject=item.title, permission=permission, reason=reason) as act:
        book = Book(act, today())
        opened: dict[str, Any] = {
            "lead": lead.pk if lead else None, "units": [unit.pk for unit in units],
            "supports": [unit.pk for unit in supports], "data": dict(data or {}),
        }  # fmt: skip
        if stage:
            opened["stage"] = stage
        book.open(item, day or today(), opened)
        if due is not None:
            last = {"step": "end", "stage": told.closes_at, "title": "", "due": due, "given": "set"}
            book.happen(item, Event("promise", day or today(), last))
        book.write()
    return item


def happen(
    access: Access,
    item: Item,
    revision: int | None,
    action: str,
    *events: Event,
    permission: str = "item.edit",
    reason: str = "",
    witness: str = "",
    also: Any = None,
) -> Item:
    """Applies events to an item that nobody changed since `revision`. `also(act, item)` writes more within the same action."""
    with recording(
        access, action, row=item, permission=permission, reason=reason, witness=witness,
        data={"events": [event.kind for event in events]},
    ) as act:  # fmt: skip
        held = locked(item, revision)
        book = Book(act, today())
        book.take([held])
        book.happen(held, *events)
        book.write()
        if also is not None:
            also(act, held)
    return held


def locked(item: Item, revision: int | None) -> Item:
    """The item as it stands, locked for this action. Raises Conflict."""
    held = Item.objects.select_for_update(of=("self",)).select_related("region").get(pk=item.pk)
    if revision is not None and held.revision != revision:
        raise Conflict(held, changes_of(held, since=revision))
    return held


def enter(
    access: Access,
    item: Item,
    revision: int | None,
    stage: str,
    *,
    day: date | None = None,
    evidence: str = "",
    note: str = "",
) -> Item:
    """Brings an item to a stage. Stages before it that nobody reported are entered as implied; what they and the stage itself ask for
    (gates, fields, proof) has to be there. A step of the plan that reaches the stage is finished with it."""
    day = day or today()
    if day > today():
        raise Refused("done-later", "day", day=today())
    with recording(access, "item.enter", row=item, permission="item.edit", reason=note, data={"stage": stage}) as act:
        held = locked(item, revision)
        book = Book(act, today())
        book.take([held])
        state, track = book.state(held), track_of(held.track)
        here, there = track.order.get(state.stage, 0), track.order.get(stage, -1)
        if there <= here:
            raise Refused("stage-behind", "stage", stage=stage, here=state.stage, next="")
        passes(track, state, stage)
        events = advance(track, state, stage, day, **({"evidence": evidence} if evidence else {}))
        book.happen(held, *events)
        book.write()
        reached = [
            Milestone.objects.get(pk=number)
            for step in state.steps
            if step.stage == stage and step.done is None and (number := milestone_of(step.key)) is not None
        ]
        for row in reached:
            act.update(row, None, done=day)
    return held


def send_back(
    access: Access,
    item: Item,
    revision: int | None,
    stage: str,
    why: str,
    *,
    correction: bool = False,
    permission: str = "item.edit",
) -> Item:
    """Sends an item back to an earlier stage, with the reason."""
    event = Event("back", today(), {"stage": stage, "why": why, "correction": correction})
    return happen(access, item, revision, "item.back", event, reason=why, permission=permission)


def promise(access: Access, item: Item, revision: int | None, stage: str, due: date | None, title: str = "") -> Item:
    """Promises a day for a stage, or a step of one's own words; what a plan promised is changed by a new plan alone."""
    key = stage or f"s{item.events + 1}"
    event = Event("promise", today(), {"step": key, "stage": stage, "title": title.strip(), "due": due, "given": "set"})
    return happen(access, item, revision, "item.promise", event)


def move(access: Access, item: Item, revision: int | None, step: str, expected: date | None, why: str) -> Item:
    """Moves the day that is expected, None back to the promised one."""
    row = _milestone(item, step)
    if row is None:
        event = Event("revise", today(), {"step": step, "expected": expected, "why": why})
        return happen(access, item, revision, "item.move", event, reason=why)
    _unmoved(item, revision)
    try:
        milestones.move(access, row, row.revision, expected, why)
    except milestones.Refused as refused:
        raise Refused(
            "why-missing" if refused.field == "why" else "step-done", refused.field, title=row.event
        ) from None
    return Item.objects.get(pk=item.pk)


def finish(access: Access, item: Item, revision: int | None, step: str, done: date | None) -> Item:
    """Says when a promise was kept, None takes it back. A step that reaches the next stage brings the item there."""
    row = _milestone(item, step)
    if row is not None:
        _unmoved(item, revision)
        try:
            milestones.finish(access, row, row.revision, done, today=today())
        except milestones.Refused as refused:
            raise Refused("done-later", refused.field, day=today()) from None
        return Item.objects.get(pk=item.pk)
    promised = next((one for one in item.steps.all() if one.key == step), None)
    track = track_of(item.track)
    if done is not None and promised is not None and promised.stage in [one.key for one in track.next_of(item.stage)]:
        return enter(access, item, revision, promised.stage, day=done)
    action = "item.finish" if done is not None else "item.unfinish"
    return happen(access, item, revision, action, Event("done", today(), {"step": step, "done": done}))


def report(access: Access, item: Item, revision: int | None, note: str = "") -> Item:
    """Says that things stand as they are shown, with a note where there is one."""
    return happen(access, item, revision, "item.report", Event("report", today(), {"note": note.strip()}), reason=note)


def amend(access: Access, item: Item, revision: int | None, values: Mapping[str, Any]) -> Item:
    """Fills in fields of the track."""
    return happen(access, item, revision, "item.amend", Event("amend", today(), {"values": dict(values)}))


def assign(
    access: Access,
    item: Item,
    revision: int | None,
    lead: Unit | None,
    units: Iterable[Unit],
    supports: Iterable[Unit] = (),
    why: str = "",
) -> Item:
    """Says who leads, who answers, who supports."""
    data = {
        "lead": lead.pk if lead else None, "units": [unit.pk for unit in units], "supports": [unit.pk for unit in supports],
    }  # fmt: skip
    event = Event("assign", today(), data)
    return happen(access, item, revision, "item.assign", event, permission="item.assign", reason=why)


def answer_gate(access: Access, item: Item, revision: int | None, gate: str, answer: str, why: str = "") -> Item:
    """Answers a gate with yes, no or unknown; letting it pass against a no takes two people (`proposals`)."""
    if answer == "waived":
        raise PermissionDenied("record.confirm")
    event = Event("answer", today(), {"gate": gate, "answer": answer, "why": why})
    return happen(access, item, revision, "item.gate", event, reason=why)


def attach(
    access: Access, item: Item, revision: int | None, stage: str, reference: str, file: StoredFile | None = None
) -> Item:
    """Adds evidence: a reference (文号, 证号), and a file where there is one."""
    reference = " ".join(reference.split())[:200] or (file.name if file else "")

    def also(act: Any, held: Item) -> None:
        act.create(Evidence(item=held, stage=stage or held.stage, reference=reference, file=file, user=access.user))

    event = Event("evidence", today(), {"stage": stage, "ref": reference})
    return happen(access, item, revision, "item.attach", event, also=also)


def pause(access: Access, item: Item, revision: int | None, why: str, until: date | None = None) -> Item:
    event = Event("pause", today(), {"why": why, "until": until})
    return happen(access, item, revision, "item.pause", event, reason=why, permission="item.assign")


def resume(access: Access, item: Item, revision: int | None) -> Item:
    return happen(access, item, revision, "item.resume", Event("resume", today()), permission="item.assign")


def cancel(access: Access, item: Item, revision: int | None, why: str) -> Item:
    event = Event("cancel", today(), {"why": why})
    return happen(access, item, revision, "item.cancel", event, reason=why, permission="item.assign")


def merge(access: Access, item: Item, revision: int | None, into: Item, why: str) -> Item:
    """Merges an item into another of its region, which carries it on."""
    if into.pk == item.pk or into.region_id != item.region_id:
        raise Refused("into-missing", "into")

    def also(act: Any, held: Item) -> None:
        act.update(held, None, parent=into)

    event = Event("merge", today(), {"into": str(into.pk), "why": why})
    return happen(access, item, revision, "item.merge", event, reason=why, permission="item.assign", also=also)


def reopen(access: Access, item: Item, revision: int | None, why: str, permission: str = "item.assign") -> Item:
    return happen(
        access, item, revision, "item.reopen", Event("reopen", today(), {"why": why}), reason=why, permission=permission
    )


def extend(access: Access, item: Item, revision: int | None, days: int, why: str) -> Item:
    """Gives the running clock more working days, up to what the track allows."""
    event = Event("extend", today(), {"days": days, "why": why})
    return happen(access, item, revision, "item.extend", event, reason=why, permission="item.assign")


def escalate(access: Access, item: Item, revision: int | None, to: str, why: str) -> Item:
    """Raises an item to a higher level before its clock does."""
    event = Event("escalate", today(), {"to": to, "why": why})
    return happen(access, item, revision, "item.escalate", event, reason=why)


def raise_overdue(access: Access) -> list[Item]:
    """Raises every item whose clock has run out. Called when the day turns (`actions.lights`); one audit record for all of a region."""
    day = today()
    waiting = Item.objects.filter(raises_on__lte=day).select_related("region").order_by("region_id", "pk")
    by_region: dict[int, list[Item]] = {}
    for item in waiting:
        by_region.setdefault(item.region_id, []).append(item)
    raised: list[Item] = []
    for rows in by_region.values():
        with recording(access, "item.clock", region=rows[0].region, subject=rows[0].title) as act:
            held = list(
                Item.objects.select_for_update(of=("self",))
                .select_related("region")
                .filter(pk__in=[row.pk for row in rows])
            )
            book = Book(act, day)
            book.take(held)
            for item in held:
                event = raising(track_of(item.track), book.state(item), day)
                if event is not None:
                    book.happen(item, event)
                    raised.append(item)
            book.write()
            if not act.rows:
                act.quiet = True
    return raised


def _milestone(item: Item, step: str) -> Milestone | None:
    number = milestone_of(step)
    if number is None:
        return None
    return Milestone.objects.select_related("project__region", "project__plan").filter(pk=number).first()


def _reaches(item: Item, stage: str) -> None:
    """Raises Refused where keeping a promise would bring an item past a gate that nobody answered."""
    track, state = track_of(item.track), state_of(item)
    if track.order.get(stage, -1) > track.order.get(state.stage, 0):
        passes(track, state, stage)
        for gate in track.by_key[stage].gates:
            answer = state.answers.get(gate.key, ("unknown", ""))[0]
            if answer not in ("yes", "waived"):
                raise Refused("gate-no" if answer == "no" else "gate-open", "done", gate=str(gate.name), stage=stage)


def _unmoved(item: Item, revision: int | None) -> None:
    if revision is not None and (held := Item.objects.get(pk=item.pk)).revision != revision:
        raise Conflict(held, changes_of(held, since=revision))
