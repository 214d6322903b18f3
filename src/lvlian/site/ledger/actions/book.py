"""The one place where items are written: new events are applied by the engine, and everything that is kept beside them is made
anew from the state that results, for one item or for thousands, in the same few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.item import Event, State, apply, raising, replay
from lvlian.ledger.light import Block, light_of, standing_of, turns_on
from lvlian.ledger.track import Track
from lvlian.site.ledger.actions.rows import update_rows
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item, ItemEvent, Party, Step
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.selectors_factors import blocks_of
from lvlian.site.org.chain import Act, plain, values_of

BATCH = 1000
MADE = (
    "stage", "known", "branch", "level", "opened", "since", "ended", "reported", "data", "due", "expected", "next", "slip",
    "clock", "raises_on", "light", "rank", "reasons", "standing", "turns_on", "events", "lead_id",
)  # fmt: skip
"""Columns of an item that are made from its events."""
TOLD = ("stage", "branch", "level", "ended", "due", "expected", "data", "light", "lead_id")
"""Those that stand in the audit record."""
_DAYS = frozenset({"due", "expected", "done", "until", "clock"})


def event_of(row: ItemEvent) -> Event:
    """The event that a row holds."""
    data = {
        key: date.fromisoformat(value) if key in _DAYS and isinstance(value, str) else value
        for key, value in row.data.items()
    }
    return Event(row.kind, row.day, data)


def events_of(items: Iterable[Item]) -> dict[int, list[Event]]:
    """All events of items, in their order. One query."""
    out: dict[int, list[Event]] = {}
    ids = [item.pk for item in items if item.pk is not None]
    for row in ItemEvent.objects.filter(item__in=ids).order_by("item_id", "seq"):
        out.setdefault(row.item_id, []).append(event_of(row))
    return out


def state_of(item: Item) -> State:
    """An item's state, made again from its events."""
    return replay(track_of(item.track), events_of([item])[item.pk], working_days())


@dataclass(slots=True)
class _Entry:
    item: Item
    track: Track
    state: State | None = None
    before: dict[str, Any] = field(default_factory=dict)
    new: list[Event] = field(default_factory=list)
    touched: bool = False


class Book:
    """One run within an action. `today` is the day that lights take for today."""

    def __init__(self, act: Act, today: date) -> None:
        self.act, self.today, self.calendar = act, today, working_days()
        self._entries: dict[int, _Entry] = {}

    def take(self, items: Sequence[Item]) -> None:
        """Reads the events of items that may change, in one query. The caller has locked them."""
        fresh = [item for item in items if id(item) not in self._entries]
        told = events_of(fresh)
        for item in fresh:
            entry = _Entry(item, track_of(item.track), before={name: getattr(item, name) for name in MADE})
            for event in told.get(item.pk, ()):
                entry.state = apply(entry.track, entry.state, event, self.calendar)
            self._entries[id(item)] = entry

    def state(self, item: Item) -> State:
        """The state as it stands with what happened in this run."""
        state = self._entry(item).state
        assert state is not None, f"item {item.pk} has no events"
        return state

    def open(self, item: Item, day: date, data: Mapping[str, Any]) -> Item:
        """A new item, saved by `write`; `data` is that of the event `open`. Raises Refused."""
        self._entries[id(item)] = _Entry(item, track_of(item.track))
        self.happen(item, Event("open", day, data))
        return item

    def happen(self, item: Item, *events: Event) -> None:
        """Applies events. Raises Refused."""
        entry = self._entry(item)
        for event in events:
            before = entry.state.clock.until if entry.state and entry.state.clock else None
            entry.state = apply(entry.track, entry.state, event, self.calendar)
            until = entry.state.clock.until if entry.state.clock else None
            if (
                until is not None and until != before
            ):  # the day that was promised stays, whatever becomes of the calendar
                event = replace(event, data={**event.data, "clock": until})
            entry.new.append(event)
            entry.touched = True

    def relight(self, item: Item) -> None:
        """Makes an item's light anew though nothing happened to the item itself: a factor that it needs moved."""
        self._entry(item).touched = True

    def write(self) -> None:
        """Writes items, events, steps and parties, and notes the changes in the audit record."""
        entries = [entry for entry in self._entries.values() if entry.touched and entry.state is not None]
        if not entries:
            return
        old = [entry for entry in entries if entry.item.pk is not None]
        new = [entry for entry in entries if entry.item.pk is None]
        states = {entry.item.pk: entry.state for entry in old if entry.state is not None}
        blocks = blocks_of(list(states), states)
        for entry in entries:
            assert entry.state is not None
            make(entry.item, entry.track, entry.state, self.calendar, self.today, blocks.get(entry.item.pk, ()))
        Item.objects.bulk_create([entry.item for entry in new], batch_size=BATCH)
        for entry in old:
            entry.item.revision += 1
        if old:
            names = [*(name.removesuffix("_id") for name in MADE), "revision"]
            rows = (
                [*(getattr(entry.item, name) for name in MADE), entry.item.revision, entry.item.pk] for entry in old
            )
            update_rows(Item, names, rows)
        self._write_events(entries)
        self._write_steps(entries)
        self._write_parties(entries)
        for entry in entries:
            self._tell(entry)
            entry.before = {name: getattr(entry.item, name) for name in MADE}
            entry.new, entry.touched = [], False

    def _entry(self, item: Item) -> _Entry:
        if id(item) not in self._entries:
            self.take([item])
        return self._entries[id(item)]

    def _tell(self, entry: _Entry) -> None:
        """Notes in the audit record what became of an item."""
        item = entry.item
        told = {"events": [[event.kind, plain(event.data)] for event in entry.new]} if entry.new else {}
        if not entry.before:
            self.act.note(item, {}, {**values_of(item), **told})
            return
        changed = {name: value for name in TOLD if (value := getattr(item, name)) != entry.before[name]}
        if changed or told:
            self.act.note(item, {name: entry.before[name] for name in changed}, {**changed, **told})

    def _write_events(self, entries: Sequence[_Entry]) -> None:
        user, request = self.act.access.user, self.act.access.request_id
        rows = []
        for entry in entries:
            assert entry.state is not None
            first = entry.state.events - len(entry.new) + 1
            for place, event in enumerate(entry.new):
                rows.append(
                    ItemEvent(
                        item=entry.item,
                        seq=first + place,
                        day=event.day,
                        kind=event.kind,
                        data=plain(event.data),
                        actor=user,
                        request=request,
                    )
                )
        ItemEvent.objects.bulk_create(rows, batch_size=BATCH)

    def _write_steps(self, entries: Sequence[_Entry]) -> None:
        known: dict[int, dict[str, Step]] = {}
        for step in Step.objects.filter(item__in=[entry.item.pk for entry in entries if entry.before]):
            known.setdefault(step.item_id, {})[step.key] = step
        new, changed, gone = [], [], []
        for entry in entries:
            assert entry.state is not None
            there = known.get(entry.item.pk, {})
            for place, promise in enumerate(entry.state.steps):
                values = {
                    "stage": promise.stage, "title": promise.title[:80], "place": place, "due": promise.due,
                    "expected": promise.expected, "why": promise.why[:300], "done": promise.done, "given": promise.given,
                }  # fmt: skip
                row = there.pop(promise.key, None)
                if row is None:
                    new.append(Step(item=entry.item, key=promise.key, milestone_id=milestone_of(promise.key), **values))
                elif any(getattr(row, name) != value for name, value in values.items()):
                    for name, value in values.items():
                        setattr(row, name, value)
                    changed.append(row)
            gone += [row.pk for row in there.values()]
        Step.objects.filter(pk__in=gone).delete()
        Step.objects.bulk_create(new, batch_size=BATCH)
        if changed:
            names = ("stage", "title", "place", "due", "expected", "why", "done", "given")
            update_rows(Step, names, ([*(getattr(row, name) for name in names), row.pk] for row in changed))

    def _write_parties(self, entries: Sequence[_Entry]) -> None:
        """The units of items, where they changed."""
        moved = [entry for entry in entries if any(event.kind in ("open", "assign") for event in entry.new)]
        known: dict[int, dict[int, Party]] = {}
        for party in Party.objects.filter(item__in=[entry.item.pk for entry in moved if entry.before]):
            known.setdefault(party.item_id, {})[party.unit_id] = party
        new, changed, gone = [], [], []
        for entry in moved:
            assert entry.state is not None
            there = known.get(entry.item.pk, {})
            for place, (unit, part) in enumerate(_parts(entry.state).items()):
                row = there.pop(unit, None)
                if row is None:
                    new.append(Party(item=entry.item, unit_id=unit, part=part, place=place))
                elif (row.part, row.place) != (part, place):
                    row.part, row.place = part, place
                    changed.append(row)
            gone += [row.pk for row in there.values()]
        Party.objects.filter(pk__in=gone).delete()
        Party.objects.bulk_create(new, batch_size=BATCH)
        Party.objects.bulk_update(changed, ["part", "place"], batch_size=BATCH)


def make(item: Item, track: Track, state: State, calendar: Calendar, today: date, blocks: Iterable[Block]) -> None:
    """Sets the columns of an item that are made from its state."""
    standing = standing_of(track, state, calendar, blocks)
    light = light_of(track.light, standing, today)
    dated = [step for step in state.steps if step.done is None and step.counts is not None]
    coming = min(dated, key=lambda step: (step.counts or date.max, step.key)) if dated else None
    item.stage, item.known, item.branch, item.level = state.stage, state.known, state.branch, state.level
    item.opened, item.since, item.ended, item.reported = state.opened, state.since, state.ended, state.reported
    item.data, item.lead_id, item.events = dict(plain(state.data)), state.lead, state.events
    item.due = coming.due if coming else None
    item.expected = standing.next_day or standing.clock_until
    item.next = standing.next_title[:80]
    item.slip = max((step.moved for step in state.steps if step.done is None), default=0)
    item.clock = standing.clock_until
    over = standing.clock_until + timedelta(days=1) if standing.clock_until else None
    item.raises_on = over if over is not None and raising(track, state, over) is not None else None
    item.light, item.rank = light.state, light.rank
    item.reasons = [reason.to_json() for reason in light.reasons]
    item.standing = standing.to_json()
    item.turns_on = turns_on(track.light, standing, today)


def milestone_of(key: str) -> int | None:
    """The number of the plan's milestone that a step is: such a step is named `m` and its number."""
    return int(key[1:]) if key[:1] == "m" and key[1:].isdigit() else None


def _parts(state: State) -> dict[int, str]:
    """Each unit with its part, the leading one first; a unit has one part."""
    out: dict[int, Any] = {}
    if state.lead is not None:
        out[state.lead] = Party.Part.LEAD
    for units, part in ((state.units, Party.Part.UNIT), (state.supports, Party.Part.SUPPORT)):
        for unit in units:
            out.setdefault(unit, part)
    return out
