"""Lights: what each case gives, that reasons have words, that a light turns on the day that it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.tracks_for_tests import CALENDAR, MONDAY, make_track

from lvlian.ledger.item import Event, State, replay
from lvlian.ledger.light import Block, Light, Reason, Standing, light_of, period_end, standing_of, turns_on
from lvlian.ledger.saying import load_words, name, say
from lvlian.ledger.track import LightRule

TRACK = make_track()
RULE = TRACK.light


def lit(*events: Event, today: date = MONDAY, lead: int | None = 1, blocks: tuple[Block, ...] = ()) -> Light:
    state = replay(TRACK, [Event("open", MONDAY, {"lead": lead}), *events], CALENDAR)
    return light_of(RULE, standing_of(TRACK, state, CALENDAR, blocks), today)


def told(light: Light, today: date = MONDAY) -> tuple[str, str]:
    return light.state, say(light.reasons[0], today, "zh", TRACK)


def due(day: date, stage: str = "sign") -> Event:
    return Event("promise", MONDAY, {"step": "a", "stage": stage, "due": day})


def test_in_time_until_the_day_then_yellow_then_red() -> None:
    promise = due(date(2023, 10, 31))
    assert told(lit(promise)) == ("ok", "序时，签约 2023-10-31")
    assert lit(promise, today=date(2023, 10, 31)).state == "ok"
    assert told(lit(promise, today=date(2023, 11, 1)), date(2023, 11, 1)) == ("warn", "签约应于 2023-10-31，已过 1 天")
    assert lit(promise, today=date(2023, 11, 30)).state == "warn"
    assert told(lit(promise, today=date(2023, 12, 1)), date(2023, 12, 1)) == ("bad", "签约应于 2023-10-31，已过 31 天")


def test_moved_beyond_the_promise() -> None:
    def moved(to: date) -> Light:
        return lit(due(date(2023, 12, 31)), Event("revise", MONDAY, {"step": "a", "expected": to, "why": "变电站晚"}))

    assert moved(date(2024, 1, 30)).state == "warn"
    assert told(moved(date(2024, 1, 31))) == ("bad", "签约 2023-12-31 改为 2024-01-31：变电站晚")
    assert moved(date(2023, 12, 1)).state == "ok"


def test_all_that_was_promised_is_kept() -> None:
    done = Event("done", MONDAY, {"step": "a", "done": MONDAY})
    assert told(lit(due(date(2023, 10, 31)), done)) == ("ok", "承诺的节点均已兑现（2023-10-09），现在线索")
    undated = Event("promise", MONDAY, {"step": "b", "stage": "end", "due": None})
    assert told(lit(due(date(2023, 10, 31)), done, undated)) == ("none", "没有日期")


def test_no_date_and_nobody_in_charge() -> None:
    assert told(lit()) == ("none", "没有日期")
    light = lit(due(date(2024, 1, 1)), lead=None)
    assert told(light) == ("none", "没有责任单位")


def test_stale_after_the_days_that_the_track_allows() -> None:
    far = due(date(2025, 1, 1))
    assert lit(far, today=MONDAY + timedelta(days=100)).state == "ok"
    light = lit(far, today=MONDAY + timedelta(days=101))
    assert told(light, MONDAY + timedelta(days=101)) == ("warn", "2023-10-09 以来未报，已 101 天")
    assert (
        light_of(replace(RULE, stale=0), Standing(next_day=date(2025, 1, 1), reported=MONDAY), date(2024, 12, 1)).state
        == "ok"
    )


def test_a_factor_that_comes_too_late_names_itself() -> None:
    block = Block("power", "110 kV 变电站", date(2023, 12, 1), date(2024, 3, 1))
    light = lit(due(date(2023, 12, 31)), blocks=(block,))
    assert told(light) == ("warn", "用电 110 kV 变电站 2024-03-01 才到，2023-12-01 就要用")
    undated = lit(due(date(2023, 12, 31)), blocks=(replace(block, day=None),))
    assert "没有日期" in told(undated)[1]


def test_counted_back_from_the_next_promise() -> None:
    """签约 is due 2023-12-31; its usual 30 days leave 洽谈 until 12-01 (考察 is optional and not counted)."""
    known = Event("enter", MONDAY, {"stage": "talk"})
    assert lit(known, due(date(2023, 12, 31))).state == "ok"
    end = Event("promise", MONDAY, {"step": "z", "stage": "end", "due": date(2023, 12, 31)})
    light = lit(known, end, today=date(2023, 11, 17))
    assert told(light) == ("warn", "倒排工期，签约应不晚于 2023-11-16，现在洽谈")
    assert lit(known, end, today=date(2023, 11, 16)).state == "ok"
    assert lit(end, today=date(2023, 11, 17)).state == "ok", "the stage is not known: nothing is counted back"


def test_clock() -> None:
    events = [
        Event("enter", MONDAY, {"stage": "talk"}),
        Event("answer", MONDAY, {"gate": "land", "answer": "yes"}),
        Event("amend", MONDAY, {"values": {"area": 1}}),
        Event("enter", MONDAY, {"stage": "sign", "evidence": "x"}),
        Event("enter", MONDAY, {"stage": "work"}),
    ]
    assert lit(*events).state == "ok"
    assert lit(*events, today=date(2023, 10, 17)).state == "ok"
    assert told(lit(*events, today=date(2023, 10, 18))) == ("warn", "办理时限 2023-10-23 将到")
    assert told(lit(*events, today=date(2023, 10, 24)), date(2023, 10, 24)) == ("bad", "办理时限 2023-10-23 已过 1 天")


def test_override_holds_until_its_day() -> None:
    event = Event("override", MONDAY, {"state": "ok", "why": "现场已开工", "until": date(2023, 11, 30)})
    late = due(date(2023, 10, 10))
    assert told(lit(late, event, today=date(2023, 11, 30))) == ("ok", "人工改，至 2023-11-30：现场已开工")
    assert lit(late, event, today=date(2023, 12, 1)).state == "bad"


@pytest.mark.parametrize(("kind", "state"), [("cancel", "none"), ("pause", "warn")])
def test_branches(kind: str, state: str) -> None:
    assert lit(due(date(2024, 1, 1)), Event(kind, MONDAY, {"why": "企业申请暂缓"})).state == state
    assert lit(Event("merge", MONDAY, {"why": "同一项", "into": "7"})).state == "none"


def test_all_reasons_are_told_the_worst_first() -> None:
    late = lit(due(date(2023, 10, 10)), lead=None, today=date(2024, 2, 1))
    assert [reason.code for reason in late.reasons] == ["late", "stale", "unassigned"]


def test_an_item_that_comes_round_is_due_each_period() -> None:
    track = make_track(recurs=True)

    def state(*events: Event) -> State:
        return replay(
            track, [Event("open", date(2023, 10, 9), {"lead": 1, "data": {"per": "month"}}), *events], CALENDAR
        )

    assert period_end(state()) == date(2023, 10, 31)
    assert period_end(state(Event("report", date(2023, 10, 20)))) == date(2023, 11, 30)
    assert period_end(state(Event("report", date(2023, 12, 31)))) == date(2024, 1, 31)
    standing = standing_of(track, state(), CALENDAR)
    assert light_of(RULE, standing, date(2023, 11, 1)).state == "warn"


def test_every_reason_has_words_in_both_languages() -> None:
    for code, texts in load_words()["reasons"].items():
        for language in ("zh", "en"):
            pattern = texts[language]
            values = dict.fromkeys(
                ("why", "until", "stage", "here", "step", "from", "to", "factor", "title", "need"), "甲"
            )
            sentence = say(Reason(code, {**values, "day": "2023-10-01"}), MONDAY, language)
            assert pattern and sentence and "{" not in sentence
    assert say(Reason("no-such-code"), MONDAY) == "no-such-code"
    assert name("levels", "leading_group") == "领导小组" and name("levels", "nobody") == "nobody"


# Properties ----------------------------------------------------------------------------------------------------------------
OPTIONAL = st.none() | st.dates(date(2023, 1, 1), date(2024, 12, 31))
BLOCKS = st.lists(st.builds(Block, st.just("land"), st.just("二批次"), OPTIONAL, OPTIONAL), max_size=2).map(tuple)


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    clock = draw(OPTIONAL)
    slip = draw(st.none() | st.tuples(st.dates(date(2023, 1, 1), date(2024, 1, 1)), st.integers(1, 90)))
    override = draw(
        st.none()
        | st.tuples(st.sampled_from(["ok", "warn", "bad", "none"]), st.dates(date(2023, 1, 1), date(2024, 12, 31)))
    )
    return Standing(
        branch=draw(st.sampled_from(["active", "active", "active", "paused", "closed", "cancelled", "merged"])),
        since=draw(OPTIONAL),
        next_day=draw(OPTIONAL),
        kept=draw(OPTIONAL),
        slip_from=slip[0] if slip else None,
        slip_to=slip[0] + timedelta(days=slip[1]) if slip else None,
        pace_day=draw(OPTIONAL),
        clock_until=clock,
        clock_near=clock - timedelta(days=draw(st.integers(0, 5))) if clock else None,
        reported=draw(OPTIONAL),
        assigned=draw(st.booleans()),
        blocks=draw(BLOCKS),
        override=override[0] if override else "",
        override_until=override[1] if override else None,
    )


@given(standings(), st.dates(date(2023, 1, 1), date(2025, 6, 1)), st.integers(1, 800), st.sampled_from([0, 100]))
def test_a_light_stays_until_the_day_that_it_names(standing: Standing, today: date, later: int, stale: int) -> None:
    rule = LightRule(near=15, bad=30, stale=stale)
    turn = turns_on(rule, standing, today)
    assert turn is None or turn > today
    day = today + timedelta(days=later)
    if turn is None or day < turn:
        assert light_of(rule, standing, day) == light_of(rule, standing, today)


@given(standings())
def test_a_standing_survives_its_row(standing: Standing) -> None:
    assert Standing.from_json(json.loads(json.dumps(standing.to_json()))) == standing


@given(standings(), st.dates(date(2023, 1, 1), date(2025, 6, 1)))
def test_the_first_reason_is_the_worst(standing: Standing, today: date) -> None:
    light = light_of(RULE, standing, today)
    assert light.reasons and light.state in ("ok", "none", "warn", "bad")
    assert all(say(reason, today, language) for reason in light.reasons for language in ("zh", "en"))
