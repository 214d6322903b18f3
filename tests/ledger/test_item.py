"""Items: no path skips a stage, a refusal leaves everything as it was, the events give the state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.tracks_for_tests import CALENDAR, MONDAY, make_track

from lvlian.ledger.item import Event, Refused, State, advance, apply, raising, replay
from lvlian.ledger.load import load_tracks
from lvlian.ledger.saying import load_words, say_refused

TRACK = make_track()


def state_after(*events: Event, day: date = MONDAY) -> State:
    return replay(TRACK, [Event("open", day, {"lead": 1}), *events], CALENDAR)


def signed() -> list[Event]:
    """Everything up to 签约, as it should be."""
    return [
        Event("enter", MONDAY, {"stage": "talk"}),
        Event("answer", MONDAY, {"gate": "land", "answer": "yes"}),
        Event("amend", MONDAY, {"values": {"area": 120}}),
        Event("enter", MONDAY, {"stage": "sign", "evidence": "协字〔2023〕3号"}),
    ]


def refused(*events: Event) -> Refused:
    with pytest.raises(Refused) as caught:
        state_after(*events)
    return caught.value


def test_walks_to_the_end_and_closes() -> None:
    state = state_after(*signed(), Event("enter", MONDAY, {"stage": "work"}), Event("enter", MONDAY, {"stage": "end"}))
    assert (state.stage, state.branch, state.ended, state.clock) == ("end", "closed", MONDAY, None)
    assert [one.stage for one in state.reached] == ["lead", "talk", "sign", "work", "end"]
    assert not any(one.implied for one in state.reached)


@pytest.mark.parametrize(
    ("events", "code", "field"),
    [
        ([Event("enter", MONDAY, {"stage": "sign"})], "stage-skipped", "stage"),
        ([Event("enter", MONDAY, {"stage": "nowhere"})], "unknown-stage", "stage"),
        ([Event("enter", MONDAY, {"stage": "lead"})], "stage-behind", "stage"),
        ([*signed()[:1], *signed()[2:]], "gate-open", "stage"),
        ([*signed()[:2], signed()[3]], "field-missing", "area"),
        ([*signed()[:3], Event("enter", MONDAY, {"stage": "sign"})], "evidence-missing", "evidence"),
        ([Event("answer", MONDAY, {"gate": "land", "answer": "no"})], "why-missing", "why"),
        ([Event("answer", MONDAY, {"gate": "moon", "answer": "yes"})], "unknown-gate", "gate"),
        ([Event("answer", MONDAY, {"gate": "land", "answer": "maybe"})], "unknown-answer", "answer"),
        ([Event("amend", MONDAY, {"values": {"colour": "red"}})], "unknown-field", "colour"),
        ([Event("cancel", MONDAY, {"why": "停"}), Event("report", MONDAY)], "ended", ""),
        ([Event("pause", MONDAY, {"why": " "})], "why-missing", "why"),
        ([Event("pause", MONDAY, {"why": "停"}), Event("enter", MONDAY, {"stage": "talk"})], "not-active", "stage"),
        ([Event("resume", MONDAY)], "not-paused", ""),
        ([Event("merge", MONDAY, {"why": "同一项"})], "into-missing", "into"),
        ([Event("reopen", MONDAY, {"why": "又来"})], "not-ended", ""),
        ([Event("revise", MONDAY, {"step": "x", "expected": MONDAY})], "unknown-step", "step"),
        ([Event("extend", MONDAY, {"days": 2, "why": "难"})], "no-clock", "days"),
        ([Event("escalate", MONDAY, {"to": "unit", "why": "办不了"})], "not-higher", "to"),
        ([Event("escalate", MONDAY, {"to": "lead"})], "why-missing", "why"),
        ([Event("override", MONDAY, {"state": "pink", "why": "x", "until": MONDAY})], "unknown-light", "state"),
        ([Event("override", MONDAY, {"state": "ok", "why": "x", "until": date(2023, 1, 1)})], "until-missing", "until"),
        ([Event("dance", MONDAY)], "unknown-event", ""),
        ([Event("open", MONDAY)], "open-twice", ""),
        ([Event("back", MONDAY, {"stage": "lead", "why": "错"})], "not-back", "stage"),
    ],
)
def test_refusals_name_the_field_and_say_why(events: list[Event], code: str, field: str) -> None:
    found = refused(*events)
    assert (found.code, found.field) == (code, field)
    for language in ("zh", "en"):
        sentence = say_refused(found, language, TRACK)
        assert sentence and sentence != code and "{" not in sentence, sentence


def test_an_item_begins_by_being_opened() -> None:
    with pytest.raises(Refused, match="尚未立项"):
        replay(TRACK, [Event("report", MONDAY)], CALENDAR)
    with pytest.raises(ValueError, match="no event"):
        replay(TRACK, [], CALENDAR)


def test_a_gate_answered_no_stays_shut_until_two_people_waive_it() -> None:
    no = Event("answer", MONDAY, {"gate": "land", "answer": "no", "why": "本季没有余量"})
    assert refused(signed()[0], no, *signed()[2:]).code == "gate-no"
    waived = Event("answer", MONDAY, {"gate": "land", "answer": "waived", "why": "先租标准厂房"})
    assert state_after(signed()[0], no, waived, *signed()[2:]).stage == "sign"


def test_a_later_fact_implies_the_stages_before_it() -> None:
    state = state_after()
    events = advance(TRACK, state, "work", MONDAY, implied=True)
    assert [(event.data["stage"], event.data["implied"]) for event in events] == [
        ("talk", True), ("sign", True), ("work", True),
    ]  # fmt: skip
    for event in events:
        state = apply(TRACK, state, event, CALENDAR)
    assert state.stage == "work" and advance(TRACK, state, "talk", MONDAY) == []
    with pytest.raises(Refused, match="没有"):
        advance(TRACK, state, "nowhere", MONDAY)


def test_an_item_may_be_opened_further_on() -> None:
    state = replay(TRACK, [Event("open", MONDAY, {"stage": "sign"})], CALENDAR)
    assert state.known and [(one.stage, one.implied) for one in state.reached] == [
        ("lead", False), ("talk", True), ("sign", True),
    ]  # fmt: skip
    assert not state_after().known


def test_promises_are_moved_with_a_reason_and_kept() -> None:
    promise = Event("promise", MONDAY, {"step": "a", "stage": "sign", "due": date(2023, 12, 31), "given": "plan"})
    assert refused(promise, Event("revise", MONDAY, {"step": "a", "expected": date(2024, 3, 1)})).code == "why-missing"
    moved = Event("revise", MONDAY, {"step": "a", "expected": date(2024, 3, 1), "why": "变电站晚"})
    state = state_after(promise, moved)
    step = state.step("a")
    assert step is not None and (step.moved, step.counts, step.why) == (61, date(2024, 3, 1), "变电站晚")
    # the plan says it otherwise: what was moved stays moved
    again = Event("promise", MONDAY, {"step": "a", "stage": "sign", "due": date(2024, 1, 31), "given": "plan"})
    assert state_after(promise, moved, again).step("a").moved == 30
    done = Event("done", MONDAY, {"step": "a", "done": MONDAY})
    assert refused(promise, done, moved).code == "step-done"
    assert refused(promise, Event("done", MONDAY, {"step": "a", "done": date(2023, 10, 10)})).code == "done-later"
    back = state_after(promise, done, Event("done", MONDAY, {"step": "a", "done": None}))
    assert back.step("a").done is None


def test_reaching_a_stage_keeps_its_promise() -> None:
    promise = Event("promise", MONDAY, {"step": "a", "stage": "talk", "due": date(2023, 12, 31)})
    state = state_after(promise, Event("enter", MONDAY, {"stage": "talk"}))
    assert state.step("a").done == MONDAY
    sent_back = state_after(
        *signed(), Event("back", MONDAY, {"stage": "talk", "why": "条件变了"}),
    )  # fmt: skip
    assert (sent_back.stage, sent_back.branch) == ("talk", "active")


def test_clock_runs_in_working_days_and_stops_while_paused() -> None:
    """10 working days from Monday 2023-10-09: the week of 10-09 to 10-13, that of 10-16, and Monday 10-23."""
    started = [*signed(), Event("enter", MONDAY, {"stage": "work"})]
    assert state_after(*started).clock.until == date(2023, 10, 23)
    paused = state_after(*started, Event("pause", date(2023, 10, 18), {"why": "等批复"}))
    assert (paused.clock.until, paused.clock.left) == (None, 3)
    resumed = state_after(
        *started, Event("pause", date(2023, 10, 18), {"why": "等批复"}), Event("resume", date(2023, 11, 6))
    )
    assert resumed.clock.until == date(2023, 11, 9)
    longer = state_after(*started, Event("extend", MONDAY, {"days": 15, "why": "涉及省级"}))
    assert longer.clock.days == 25 and longer.clock.until == CALENDAR.add(date(2023, 10, 23), 15)
    assert refused(*started, Event("extend", MONDAY, {"days": 16, "why": "涉及省级"})).code == "extend-most"


def test_a_clock_that_runs_out_raises_once() -> None:
    state = state_after(*signed(), Event("enter", MONDAY, {"stage": "work"}))
    assert raising(TRACK, state, date(2023, 10, 23)) is None
    event = raising(TRACK, state, date(2023, 10, 24))
    assert event is not None and event.data == {"to": "leading_group", "by": "clock"}
    raised = apply(TRACK, state, event, CALENDAR)
    assert raised.level == "leading_group" and raising(TRACK, raised, date(2023, 12, 1)) is None


def test_reopening() -> None:
    ended = [*signed(), Event("enter", MONDAY, {"stage": "work"}), Event("enter", MONDAY, {"stage": "end"})]
    state = state_after(*ended, Event("reopen", MONDAY, {"why": "企业不满意"}))
    assert (state.stage, state.branch, state.ended) == ("work", "active", None) and state.clock is not None
    state = state_after(Event("cancel", MONDAY, {"why": "停"}), Event("reopen", MONDAY, {"why": "又上"}))
    assert (state.stage, state.branch, state.why) == ("lead", "active", "")


def test_parties_evidence_and_override() -> None:
    state = state_after(
        Event("assign", MONDAY, {"units": [2, 3]}),
        Event("evidence", MONDAY, {"stage": "talk", "ref": "纪要 7"}),
        Event("evidence", MONDAY, {"stage": "talk", "ref": "纪要 7", "gone": True}),
        Event("override", MONDAY, {"state": "warn", "why": "现场已开工", "until": date(2023, 11, 1)}),
    )
    assert (state.lead, state.units, state.evidence) == (1, (2, 3), ())
    assert state.override.state == "warn" and state_after(Event("lift", MONDAY)).override is None


# Properties ----------------------------------------------------------------------------------------------------------------
DAYS = st.dates(MONDAY, MONDAY + timedelta(days=200))
STAGES = st.sampled_from([*TRACK.by_key, "nowhere"])
WHY = st.sampled_from(["", "因故"])
EVENTS = st.one_of(
    st.builds(lambda d, s, e, i: Event("enter", d, {"stage": s, "evidence": e, "implied": i}), DAYS, STAGES, WHY, st.booleans()),
    st.builds(lambda d, s, w, c: Event("back", d, {"stage": s, "why": w, "correction": c}), DAYS, STAGES, WHY, st.booleans()),
    st.builds(lambda d, s, due: Event("promise", d, {"step": s, "stage": s, "due": due}), DAYS, STAGES, st.none() | DAYS),
    st.builds(lambda d, s, e, w: Event("revise", d, {"step": s, "expected": e, "why": w}), DAYS, STAGES, st.none() | DAYS, WHY),
    st.builds(lambda d, s, e: Event("done", d, {"step": s, "done": e}), DAYS, STAGES, st.none() | DAYS),
    st.builds(lambda d, s: Event("drop", d, {"step": s}), DAYS, STAGES),
    st.builds(lambda d, a, w: Event("answer", d, {"gate": "land", "answer": a, "why": w}), DAYS, st.sampled_from(["yes", "no"]), WHY),
    st.builds(lambda d, n: Event("amend", d, {"values": {"area": n}}), DAYS, st.integers(0, 999)),
    st.builds(lambda d, k, w: Event(k, d, {"why": w}), DAYS, st.sampled_from(["pause", "resume", "cancel", "reopen", "report", "lift"]), WHY),
    st.builds(lambda d, n, w: Event("extend", d, {"days": n, "why": w}), DAYS, st.integers(-1, 20), WHY),
    st.builds(lambda d, t, w: Event("escalate", d, {"to": t, "why": w}), DAYS, st.sampled_from(["unit", "lead", "leading_group"]), WHY),
)  # fmt: skip
"""Whatever somebody may try, sensible or not."""


@given(st.lists(EVENTS, max_size=30))
def test_no_path_skips_a_required_stage(events: list[Event]) -> None:
    state = apply(TRACK, None, Event("open", MONDAY, {}), CALENDAR)
    accepted: list[Event] = [Event("open", MONDAY, {})]
    for event in events:
        before = state
        try:
            state = apply(TRACK, state, event, CALENDAR)
        except Refused as refusal:
            assert refusal.code in load_words()["refusals"]
            assert state is before
        else:
            accepted.append(event)
    place = -1
    for one in state.reached:
        now = TRACK.order[one.stage]
        between = TRACK.stages[place + 1 : now]
        assert all(stage.optional for stage in between), (place, now)
        place = now
    assert replay(TRACK, accepted, CALENDAR) == state
    assert state.events == len(accepted)
    assert (state.branch == "closed") == (state.stage == "end" and state.ended is not None and not state.why)


@given(st.lists(EVENTS, max_size=20), st.data())
def test_history_is_a_chain(events: list[Event], data: Any) -> None:
    """What was recorded first gives a state that the rest goes on from."""
    accepted = [Event("open", MONDAY, {})]
    for event in events:
        try:
            replay(TRACK, [*accepted, event], CALENDAR)
        except Refused:
            continue
        accepted.append(event)
    cut = data.draw(st.integers(1, len(accepted)))
    state = replay(TRACK, accepted[:cut], CALENDAR)
    for event in accepted[cut:]:
        state = apply(TRACK, state, event, CALENDAR)
    assert state == replay(TRACK, accepted, CALENDAR)


@pytest.mark.parametrize("key", sorted(load_tracks()))
def test_every_shipped_track_can_be_walked_to_its_end(key: str) -> None:
    """Each stage in order, with its fields, gates and evidence; each wrong jump is refused."""
    track = load_tracks()[key]
    state = apply(track, None, Event("open", MONDAY, {"lead": 1}), CALENDAR)
    for place, stage in enumerate(track.stages[1:], 1):
        if track.recurs:
            break
        for far in track.stages[place + 1 :]:
            if any(not between.optional for between in track.stages[place : track.order[far.key]]):
                with pytest.raises(Refused):
                    apply(track, state, Event("enter", MONDAY, {"stage": far.key, "evidence": "x"}), CALENDAR)
        if state.branch == "closed":
            break
        for gate in stage.gates:
            state = apply(track, state, Event("answer", MONDAY, {"gate": gate.key, "answer": "yes"}), CALENDAR)
        needed = {one.key: 1 for one in track.fields if one.needed_at == stage.key}
        state = apply(track, state, Event("amend", MONDAY, {"values": needed}), CALENDAR)
        state = apply(track, state, Event("enter", MONDAY, {"stage": stage.key, "evidence": "凭据"}), CALENDAR)
    assert state.branch == ("active" if track.recurs else "closed")
