"""An item of the ledger: what happened to it, one event after the other, and what that makes of it.

`apply` gives the state after an event or refuses it; `replay` gives the state after all of them. Nothing else makes a state,
so what a register shows can always be made again from what was recorded. A stage that a track requires is never skipped: what
a later fact implies about earlier stages is entered one by one, each marked as implied (`advance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.track import BRANCHES, ENDED, Branch, Level, Stage, Track

EventKind = Literal[
    "open", "enter", "back", "promise", "revise", "done", "drop", "report", "answer", "amend", "assign", "evidence",
    "pause", "resume", "cancel", "merge", "reopen", "extend", "escalate", "urge", "override", "lift",
]  # fmt: skip
Answer = Literal["yes", "no", "unknown", "waived"]


class Refused(ValueError):
    """An event that cannot be: `code` and `args` are words of `saying`, `field` the one at fault."""

    def __init__(self, code: str, field: str = "", **args: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.values = code, field, args

    def __str__(self) -> str:
        from lvlian.ledger.saying import say_refused

        return say_refused(self)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day. What `data` holds for each kind stands with the function of that kind below; days in it are
    `date`, numbers and texts are JSON's. `clock`, where it is given, is the last day that the clock was promised to run to when this
    happened: it stays that day though the calendar of working days is changed later."""

    kind: str
    day: date
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A promise on the way: `due` as promised, `expected` where it was moved to, with the reason kept, `done` when it was kept.
    `stage` is the stage that it reaches; empty for a step that no stage names. `given` says who promised it: `plan` or `set`."""

    key: str
    stage: str = ""
    title: str = ""
    due: date | None = None
    expected: date | None = None
    why: str = ""
    done: date | None = None
    given: str = "set"

    @property
    def counts(self) -> date | None:
        """The day that counts: the expected one where somebody gave one, else the promised one."""
        return self.expected or self.due

    @property
    def moved(self) -> int:
        """By how many days it was moved beyond the promise; 0 where it was not, less where it was brought forward."""
        return (self.expected - self.due).days if self.expected and self.due else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The clock of the stage that an item stands in: `until` is its last working day, None while it is stopped (`left` working days
    are then left). `days` is what it was given in all."""

    stage: str
    days: int
    until: date | None
    left: int = 0
    raised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A light that two people set against the computed one, until a day, with a reason."""

    state: str
    why: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A stage with the day on which it was reached; `implied` where that follows from a later one and nobody reported it."""

    stage: str
    day: date
    implied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the events make of an item. Units are named by whatever the caller names them with (numbers, names)."""

    stage: str
    since: date
    opened: date
    branch: Branch = "active"
    ended: date | None = None
    known: bool = False
    """Whether somebody said which stage it stands in; an item from a plan stands in the first until then."""
    reached: tuple[Reached, ...] = ()
    steps: tuple[Step, ...] = ()
    lead: Any = None
    units: tuple[Any, ...] = ()
    supports: tuple[Any, ...] = ()
    reported: date | None = None
    clock: Running | None = None
    level: Level = "unit"
    answers: Mapping[str, tuple[Answer, str]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[tuple[str, str], ...] = ()
    """(stage, reference) pairs."""
    override: Override | None = None
    into: str = ""
    why: str = ""
    """Why it is paused, cancelled or merged."""
    until: date | None = None
    """Until when it is paused, where that is known."""
    events: int = 0

    def step(self, key: str) -> Step | None:
        return next((one for one in self.steps if one.key == key), None)

    def reached_on(self, stage: str) -> date | None:
        """The last day on which a stage was reached."""
        return next((one.day for one in reversed(self.reached) if one.stage == stage), None)


def replay(track: Track, events: Iterable[Event], calendar: Calendar) -> State:
    """The state after all events. Raises Refused for the first that cannot be, ValueError where there is none."""
    state: State | None = None
    for event in events:
        state = apply(track, state, event, calendar)
    if state is None:
        raise ValueError("an item begins with an event of kind 'open'; there is no event")
    return state


def apply(track: Track, state: State | None, event: Event, calendar: Calendar) -> State:
    """The state after an event. Raises Refused."""
    if state is None:
        if event.kind != "open":
            raise Refused("not-open")
        return _promised(replace(_open(track, event, calendar), events=1), event)
    if event.kind == "open":
        raise Refused("open-twice")
    act = _ACTS.get(event.kind)
    if act is None:
        raise Refused("unknown-event", kind=event.kind)
    if state.branch in ENDED and event.kind not in _AFTER_END:
        raise Refused("ended", branch=state.branch)
    return _promised(replace(act(track, state, event, calendar), events=state.events + 1), event)


def _promised(state: State, event: Event) -> State:
    """The state with its clock running to the day that the event told."""
    day = event.data.get("clock")
    if day is None or state.clock is None or state.clock.until is None:
        return state
    return replace(state, clock=replace(state.clock, until=day))


def advance(track: Track, state: State, stage: str, day: date, **data: Any) -> list[Event]:
    """The events that bring an item to a stage: the required stages between are entered as implied. Empty where the item
    stands there or beyond. Raises Refused for a stage that the track does not have."""
    if stage not in track.by_key:
        raise Refused("unknown-stage", "stage", stage=stage)
    between = track.between(state.stage, stage) if track.order[stage] > track.order[state.stage] else ()
    out = [Event("enter", day, {"stage": one.key, "implied": True}) for one in between[:-1] if not one.optional]
    return [*out, Event("enter", day, {"stage": stage, **data})] if between else []


def passes(track: Track, state: State, stage: str) -> None:
    """Raises Refused where somebody who reports a later stage would get past what a required stage before it asks: its gates, its
    fields, its proof. (What a plan or a report tells as a fact is entered as it is told.)"""
    if stage not in track.by_key or track.order[stage] <= track.order.get(state.stage, 0):
        return
    for one in track.between(state.stage, stage)[:-1]:
        if not one.optional:
            _may_enter(track, state, one)


def raising(track: Track, state: State, today: date) -> Event | None:
    """The event by which a clock that has run out raises an item; None where none has."""
    clock = state.clock
    if state.branch != "active" or clock is None or clock.until is None or clock.raised or today <= clock.until:
        return None
    told = track.by_key[clock.stage].clock
    to = told.to if told else track.levels[-1]
    if _height(track, to) <= _height(track, state.level):
        return None
    return Event("escalate", today, {"to": to, "by": "clock"})


# One function for each kind ----------------------------------------------------------------------------------------------
def _open(track: Track, event: Event, calendar: Calendar) -> State:
    """`stage` (the first where none is given), `lead`, `units`, `supports`, `data`."""
    data = event.data
    first = track.stages[0].key
    stage = data.get("stage") or first
    state = State(
        stage=first,
        since=event.day,
        opened=event.day,
        known="stage" in data,
        reached=(Reached(stage=first, day=event.day),),
        lead=data.get("lead"),
        units=tuple(data.get("units") or ()),
        supports=tuple(data.get("supports") or ()),
        reported=event.day if data.get("stage") else None,
        level=track.levels[0],
        data=dict(data.get("data") or {}),
    )
    state = _start(track, state, track.stages[0], event.day, calendar)
    for one in advance(track, state, stage, event.day, implied=True):
        state = _enter(track, state, one, calendar)
    return state


def _enter(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`stage`; `implied` where it follows from a later one; `evidence`: a reference that proves it."""
    key = str(event.data.get("stage", ""))
    stage = track.by_key.get(key)
    if stage is None:
        raise Refused("unknown-stage", "stage", stage=key)
    if state.branch != "active":
        raise Refused("not-active", "stage", branch=state.branch)
    allowed = track.next_of(state.stage)
    if stage not in allowed:
        code = "stage-behind" if track.order[key] <= track.order[state.stage] else "stage-skipped"
        raise Refused(code, "stage", stage=key, here=state.stage, next=allowed[0].key if allowed else "")
    implied = bool(event.data.get("implied"))
    proof = str(event.data.get("evidence") or "")
    if proof:
        state = replace(state, evidence=(*state.evidence, (key, proof)))
    if not implied:
        _may_enter(track, state, stage)
    day = event.day
    steps = tuple(replace(step, done=day) if step.stage == key and step.done is None else step for step in state.steps)
    state = replace(
        state,
        stage=key,
        since=day,
        known=True,
        reached=(*state.reached, Reached(stage=key, day=day, implied=implied)),
        steps=steps,
        reported=state.reported if implied else day,
    )
    if stage.level is not None and _height(track, stage.level) > _height(track, state.level):
        state = replace(state, level=stage.level)
    if key == track.closes_at and not track.recurs:
        return replace(state, branch="closed", ended=day, clock=None)
    return _start(track, state, stage, day, calendar)


def _may_enter(track: Track, state: State, stage: Stage) -> None:
    """Raises Refused where a gate is not answered, a field is missing or the proof is not there."""
    for gate in stage.gates:
        answer = state.answers.get(gate.key, ("unknown", ""))[0]
        if answer not in ("yes", "waived"):
            raise Refused("gate-no" if answer == "no" else "gate-open", "stage", gate=str(gate.name), stage=stage.key)
    for one in track.fields:
        if one.needed_at == stage.key and state.data.get(one.key) in (None, ""):
            raise Refused("field-missing", one.key, name=str(one.name), stage=stage.key)
    if stage.evidence_needed and not any(key == stage.key for key, _ in state.evidence):
        raise Refused("evidence-missing", "evidence", evidence=str(stage.evidence or ""), stage=stage.key)


def _start(track: Track, state: State, stage: Stage, day: date, calendar: Calendar) -> State:
    """Starts the clock of a stage, and lets that of the stage before go."""
    if stage.clock is None:
        return replace(state, clock=None)
    days = stage.clock.days
    return replace(state, clock=Running(stage=stage.key, days=days, until=calendar.add(day, days)))


def _back(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`stage`, `why`; `correction` where it was entered by mistake (then to any earlier stage)."""
    key, why = str(event.data.get("stage", "")), str(event.data.get("why") or "").strip()
    stage = track.by_key.get(key)
    if stage is None:
        raise Refused("unknown-stage", "stage", stage=key)
    if not why:
        raise Refused("why-missing", "why")
    ahead = track.order[key] >= track.order[state.stage]
    if ahead or (key not in track.by_key[state.stage].back and not event.data.get("correction")):
        raise Refused("not-back", "stage", stage=key, here=state.stage)
    undone = {one.key for one in track.stages[track.order[key] + 1 :]}
    state = replace(
        state,
        stage=key,
        since=event.day,
        branch="active",
        ended=None,
        reached=(*state.reached, Reached(stage=key, day=event.day)),
        steps=tuple(replace(step, done=None) if step.stage in undone else step for step in state.steps),
        reported=event.day,
    )
    return _start(track, state, stage, event.day, calendar)


def _promise(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`step` (its key), `stage`, `title`, `due`, `given`: a new promise, or a promise that its plan now words otherwise."""
    data = event.data
    key, stage = str(data["step"]), str(data.get("stage") or "")
    if stage and stage not in track.by_key:
        raise Refused("unknown-stage", "stage", stage=stage)
    old = state.step(key)
    new = Step(
        key=key, stage=stage, title=str(data.get("title") or ""), due=data.get("due"), given=str(data.get("given") or "set"),
        expected=old.expected if old else None, why=old.why if old else "", done=old.done if old else None,
    )  # fmt: skip
    return replace(state, steps=_sorted(track, (*(one for one in state.steps if one.key != key), new)))


def _revise(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`step`, `expected` (None: as promised), `why`, which a date needs."""
    step = _step(state, event)
    expected, why = event.data.get("expected"), str(event.data.get("why") or "").strip()
    if expected is not None and not why:
        raise Refused("why-missing", "why")
    if step.done is not None:
        raise Refused("step-done", "expected", title=step.title)
    return _with_step(state, replace(step, expected=expected, why=why if expected else ""), event.day)


def _done(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`step`, `done` (None takes it back)."""
    done = event.data.get("done")
    if done is not None and done > event.day:
        raise Refused("done-later", "done", day=event.day)
    return _with_step(state, replace(_step(state, event), done=done), event.day)


def _drop(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`step`, `why`: a promise that its plan does not hold any more."""
    step = _step(state, event)
    return replace(state, steps=tuple(one for one in state.steps if one.key != step.key))


def _report(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`note`: that things stand as they are shown. `stage`: that it does stand in this stage; `fields`: that these facts hold."""
    return replace(state, reported=event.day, known=state.known or event.data.get("stage") == state.stage)


def _answer(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`gate`, `answer` (`yes no unknown waived`), `why`, which a no and a waiver need."""
    gate, answer = str(event.data.get("gate", "")), event.data.get("answer")
    if not any(one.key == gate for stage in track.stages for one in stage.gates):
        raise Refused("unknown-gate", "gate", gate=gate)
    if answer not in ("yes", "no", "unknown", "waived"):
        raise Refused("unknown-answer", "answer", answer=str(answer))
    why = str(event.data.get("why") or "").strip()
    if answer in ("no", "waived") and not why:
        raise Refused("why-missing", "why")
    return replace(state, answers={**state.answers, gate: (answer, why)}, reported=event.day)


def _amend(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`values`: fields of the track with their new values."""
    values = dict(event.data.get("values") or {})
    unknown = next((key for key in values if track.field(key) is None), None)
    if unknown is not None:
        raise Refused("unknown-field", unknown, name=unknown)
    return replace(state, data={**state.data, **values}, reported=event.day)


def _assign(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`lead`, `units`, `supports`: those that are given are changed."""
    data = event.data
    return replace(
        state,
        lead=data.get("lead", state.lead),
        units=tuple(data["units"]) if "units" in data else state.units,
        supports=tuple(data["supports"]) if "supports" in data else state.supports,
    )


def _evidence(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`stage`, `ref`; `gone` takes it away."""
    pair = (str(event.data.get("stage") or state.stage), str(event.data.get("ref") or ""))
    if not pair[1]:
        raise Refused("evidence-missing", "ref", evidence="", stage=pair[0])
    kept = tuple(one for one in state.evidence if one != pair)
    return replace(state, evidence=kept if event.data.get("gone") else (*kept, pair))


def _pause(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`why`, `until`: the clock stops with the working days that are left."""
    if state.branch == "paused":
        raise Refused("not-active", "why", branch=state.branch)
    clock = state.clock
    if clock is not None and clock.until is not None:
        clock = replace(clock, until=None, left=calendar.between(event.day, clock.until))
    return replace(_left(state, event, "paused"), clock=clock, until=event.data.get("until"))


def _resume(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    if state.branch != "paused":
        raise Refused("not-paused", branch=state.branch)
    clock = state.clock
    if clock is not None and clock.until is None:
        clock = replace(clock, until=calendar.add(event.day, max(clock.left, 0)), left=0)
    return replace(state, branch="active", why="", until=None, clock=clock, reported=event.day)


def _cancel(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`why`."""
    return replace(_left(state, event, "cancelled"), ended=event.day, clock=None)


def _merge(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`into`: the item that carries it on; `why`."""
    into = str(event.data.get("into") or "")
    if not into:
        raise Refused("into-missing", "into")
    return replace(_left(state, event, "merged"), ended=event.day, clock=None, into=into)


def _left(state: State, event: Event, branch: Branch) -> State:
    why = str(event.data.get("why") or "").strip()
    if not why:
        raise Refused("why-missing", "why")
    return replace(state, branch=branch, why=why, reported=event.day)


def _reopen(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`why`: an ended item goes on where it stood; a closed one in the stage before the last."""
    why = str(event.data.get("why") or "").strip()
    if not why:
        raise Refused("why-missing", "why")
    if state.branch not in ENDED:
        raise Refused("not-ended", branch=state.branch)
    if state.branch == "closed":
        before = track.stages[max(track.order[state.stage] - 1, 0)]
        return _back(
            track, state, Event("back", event.day, {"stage": before.key, "why": why, "correction": True}), calendar
        )
    state = replace(state, branch="active", ended=None, into="", why="", reported=event.day)
    return _start(track, state, track.by_key[state.stage], event.day, calendar)


def _extend(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`days` working days more, `why`."""
    clock, days, why = state.clock, int(event.data.get("days") or 0), str(event.data.get("why") or "").strip()
    told = track.by_key[clock.stage].clock if clock else None
    if clock is None or told is None or clock.until is None:
        raise Refused("no-clock", "days")
    if not why:
        raise Refused("why-missing", "why")
    if days < 1 or clock.days + days > max(told.most, told.days):
        raise Refused("extend-most", "days", most=max(told.most, told.days), days=clock.days)
    return replace(
        state, clock=replace(clock, days=clock.days + days, until=calendar.add(clock.until, days)), reported=event.day
    )


def _escalate(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`to`: a higher level than now; `by`: `clock` where a clock ran out; `why` where a person does it."""
    to = event.data.get("to")
    if to not in track.levels or _height(track, to) <= _height(track, state.level):
        raise Refused("not-higher", "to", to=str(to), level=state.level)
    by_clock = event.data.get("by") == "clock"
    if not by_clock and not str(event.data.get("why") or "").strip():
        raise Refused("why-missing", "why")
    clock = replace(state.clock, raised=True) if state.clock else None
    return replace(state, level=to, clock=clock)


def _urge(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`why`: somebody asked those in charge to go on (催办). It tells of the asking alone: it is no report, and nothing else moves."""
    if not str(event.data.get("why") or "").strip():
        raise Refused("why-missing", "why")
    return state


def _override(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    """`state`, `why`, `until`; the caller has seen to it that two people did it."""
    data = event.data
    if data.get("state") not in ("ok", "warn", "bad", "none"):
        raise Refused("unknown-light", "state", state=str(data.get("state")))
    why, until = str(data.get("why") or "").strip(), data.get("until")
    if not why:
        raise Refused("why-missing", "why")
    if not isinstance(until, date) or until < event.day:
        raise Refused("until-missing", "until", day=event.day)
    return replace(state, override=Override(state=data["state"], why=why, until=until))


def _lift(track: Track, state: State, event: Event, calendar: Calendar) -> State:
    return replace(state, override=None)


# Parts of them -----------------------------------------------------------------------------------------------------------
def _step(state: State, event: Event) -> Step:
    key = str(event.data.get("step", ""))
    step = state.step(key)
    if step is None:
        raise Refused("unknown-step", "step", step=key)
    return step


def _with_step(state: State, step: Step, day: date) -> State:
    return replace(state, steps=tuple(step if one.key == step.key else one for one in state.steps), reported=day)


def _sorted(track: Track, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """In the order of the stages, those without a stage by their day."""
    last = len(track.stages)
    return tuple(sorted(steps, key=lambda one: (track.order.get(one.stage, last), one.due or date.max, one.key)))


def _height(track: Track, level: str) -> int:
    return track.levels.index(level) if level in track.levels else -1


_ACTS = {
    "enter": _enter, "back": _back, "promise": _promise, "revise": _revise, "done": _done, "drop": _drop, "report": _report,
    "answer": _answer, "amend": _amend, "assign": _assign, "evidence": _evidence, "pause": _pause, "resume": _resume,
    "cancel": _cancel, "merge": _merge, "reopen": _reopen, "extend": _extend, "escalate": _escalate, "urge": _urge,
    "override": _override, "lift": _lift,
}  # fmt: skip
_AFTER_END = frozenset({"reopen", "evidence", "promise", "drop", "done", "amend", "lift", "back"})
assert set(BRANCHES) >= ENDED
