"""督查督办: a task is put on the list, handed over, signed for, urged where it is late, done with its proof. Facts by unit, nothing that
scores or ranks.

Raises Refused (the engine's, with its sentence), Conflict, PermissionDenied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lvlian.ledger.item import Event, Refused, advance
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.models import Decision, Evidence, Item
from lvlian.site.ledger.registers import of_group, track_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Act
from lvlian.site.org.models import Region, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be supervised: `task` what is asked, `origin` on what ground, by when, about which item or decision."""

    title: str
    task: str
    origin: str
    due: date | None = None
    about: Item | None = None
    decision: Decision | None = None
    simulated: bool = False


def register() -> Track:
    """The track of supervised tasks: the first of its room."""
    return of_group("supervision")[0]


def put_on_list(
    access: Access, region: Region, task: Task, unit: Unit | None = None, supports: Sequence[Unit] = ()
) -> Item:
    """立项; with a unit it is handed over at once (交办)."""
    if not task.origin.strip():
        raise Refused("field-missing", "origin", name="依据", stage="listed")
    data = {"task": task.task.strip(), "origin": task.origin.strip()}
    about = task.about
    item = items.open_item(
        access, region, register().key, task.title, permission="supervise", stage=register().stages[0].key, data=data,
        due=task.due, parent=about, goal_id=about.goal_id if about else None, fact_id=about.fact_id if about else None,
        born="decision" if task.decision is not None else "hand", simulated=task.simulated,
    )  # fmt: skip
    if task.decision is not None:
        _bind(access, item, task.decision)
    if unit is not None:
        item = hand_over(access, item, None, unit, supports)
    return item


def _bind(access: Access, item: Item, decision: Decision) -> None:
    """Says of a decision that it became this task."""
    from lvlian.site.org.chain import recording

    with recording(access, "supervision.bind", row=item, permission="supervise") as act:
        act.update(decision, None, item=item)


def hand_over(
    access: Access, item: Item, revision: int | None, unit: Unit, supports: Sequence[Unit] = (), why: str = ""
) -> Item:
    """交办 to a unit, or to another one."""
    data = {"lead": unit.pk, "units": [], "supports": [one.pk for one in supports if one != unit], "why": why}
    events = _plain(advance(track_of(item.track), state_of(item), "assigned", today()))
    return items.happen(
        access,
        item,
        revision,
        "supervision.assign",
        Event("assign", today(), data),
        *events,
        permission="supervise",
        reason=why,
    )


def sign(access: Access, item: Item, revision: int | None) -> Item:
    """签收 by the unit."""
    events = _plain(advance(track_of(item.track), state_of(item), "signed", today()))
    if not events:
        raise Refused("stage-behind", "stage", stage="signed", here=item.stage, next="")
    return items.happen(access, item, revision, "supervision.sign", *events)


def urge(access: Access, item: Item, revision: int | None, why: str) -> Item:
    """催办: it is recorded, shows in the unit's to-do, and a task that was signed for gets the clock of an urged one."""
    told = [Event("urge", today(), {"why": why})]
    state, track = state_of(item), track_of(item.track)
    if "urged" in {one.key for one in track.next_of(state.stage)}:
        told.append(Event("enter", today(), {"stage": "urged"}))
    return items.happen(access, item, revision, "supervision.urge", *told, permission="supervise", reason=why)


def finish(access: Access, item: Item, revision: int | None, result: str, proof: str) -> Item:
    """办结 by the unit, with what came of it and its proof (文号、报告)."""
    result, proof = result.strip(), " ".join(proof.split())[:200]
    if not result:
        raise Refused("field-missing", "result", name="办理结果", stage="done")
    state, track = state_of(item), track_of(item.track)
    events = advance(track, state, track.closes_at, today(), **({"evidence": proof} if proof else {}))
    if not events:
        raise Refused("stage-behind", "stage", stage=track.closes_at, here=item.stage, next="")
    told = Event("amend", today(), {"values": {"result": result[:1000]}})

    def also(act: Act, held: Item) -> None:
        if proof:
            act.create(Evidence(item=held, stage=track.closes_at, reference=proof, user=access.user))

    return items.happen(access, item, revision, "supervision.finish", told, *events, reason=result[:500], also=also)


def send_back(access: Access, item: Item, revision: int | None, why: str) -> Item:
    """What was reported as done is not: it goes back to the unit."""
    event = Event("back", today(), {"stage": "signed", "why": why})
    return items.happen(access, item, revision, "supervision.back", event, permission="supervise", reason=why)


def drop(access: Access, item: Item, revision: int | None, why: str) -> Item:
    """Takes a task off the list, with the reason."""
    event = Event("cancel", today(), {"why": why})
    return items.happen(access, item, revision, "supervision.drop", event, permission="supervise", reason=why)


def _plain(events: Sequence[Event]) -> list[Event]:
    """Stages that one press passes through were passed by that press."""
    return [Event(one.kind, one.day, {"stage": one.data["stage"]}) for one in events]
