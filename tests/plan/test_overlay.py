"""Corrections: they find their fact again, or say that they do not."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.facts import FACT_KINDS, Goal, Head, Milestone, PlanFacts
from lvlian.plan.overlay import Overlay, OverlayError, apply_overlay
from lvlian.plan.overlay_file import dump_overlay, load_overlay, overlay_path
from lvlian.plan.read import read_plan
from lvlian.plan.review import Review
from lvlian.plan.source import source_from_text

TEXT = """一、目标

到2031年，全县铜加工产值达到86亿元以上，铜材产量30万吨。

二、任务

松铜公司年产5万吨铜箔项目2031年6月底前投产。

责任单位：县财政局。

对新升规企业一次性奖励20万元。

责任单位：县财政局。
"""


def read(text: str = TEXT) -> PlanFacts:
    return read_plan(source_from_text(text, "songyuan"))


def review(text: str = TEXT) -> Review:
    return Review.of(read(text))


def goal(facts: PlanFacts, value: float) -> int:
    return next(i for i, one in enumerate(facts.goals) if one.value == value)


def saved(tmp_path, review: Review) -> Overlay:
    path = tmp_path / "x.corrections.yaml"
    path.write_text(dump_overlay(review.overlay), encoding="utf-8")
    return load_overlay(path)


def test_a_correction_keeps_the_old_value_and_is_a_persons() -> None:
    done = review().correct("goals", goal(read(), 86), {"value": 88, "unit": "亿元"}, by="王", reason="原件如此")
    fact = done.shown.goals[goal(read(), 86)]
    assert (fact.value, fact.origin, fact.confidence, fact.quote) == (88, "hand", 1.0, "铜加工产值达到86亿元以上")
    entry = done.overlay.entries[0]
    assert (dict(entry.was), dict(entry.set), entry.by) == ({"value": 86}, {"value": 88}, "王")


def test_a_rejected_fact_is_gone_and_an_accepted_one_sure() -> None:
    first = review().reject("milestones", 0, reason="已停")
    assert first.shown.milestones == ()
    second = first.accept("goals", 0)
    assert second.shown.goals[0].confidence == 1.0 and second.shown.goals[0].origin == "rules"
    assert [entry.action for entry in second.overlay.entries] == ["reject", "accept"]


def test_an_added_fact_stands_in_the_text_in_its_place() -> None:
    record = {"nodes": ["铜材", "铜箔"], "quote": "铜材产量30万吨。\n二、任务"}
    done = review().add("chains", record, by="王")
    chain = done.shown.chains[0]
    assert chain.start is not None
    assert TEXT[chain.start : chain.start + len(chain.quote)] == chain.quote == "铜材产量30万吨。\n\n二、任务"
    assert (chain.origin, chain.made_by, chain.section) == ("hand", ("hand:王",), "一、目标")
    assert done.shown.chains == done.add("chains", record, by="王").shown.chains


def test_numbers_count_in_what_is_shown() -> None:
    last = len(read().duties) - 1
    first = review().reject("duties", 0, reason="重复")
    second = first.correct("duties", 0, {"units": ["县工信局"]})
    assert len(second.shown.duties) == last
    assert second.shown.duties[0].units == ("县工信局",)
    assert second.shown.duties[0].start == read().duties[1].start
    with pytest.raises(OverlayError, match="there is no fact duties:1"):
        second.accept("duties", 1)


def test_a_second_correction_of_one_fact_joins_the_first() -> None:
    done = review().correct("goals", 0, {"value": 88}).correct("goals", 0, {"unit": "亿"})
    assert len(done.overlay.entries) == 1
    assert dict(done.overlay.entries[0].was) == {"value": 86, "unit": "亿元"}
    back = done.correct("goals", 0, {"value": 86, "unit": "亿元"})
    assert back.overlay.entries == () and back.shown == read()


def test_an_added_fact_can_be_corrected_and_taken_back() -> None:
    done = review().add("duties", {"units": ["县财政局"], "quote": "对新升规企业"})
    number = next(i for i, fact in enumerate(done.shown.duties) if fact.origin == "hand")
    changed = done.correct("duties", number, {"lead": "县财政局"})
    assert changed.shown.duties[number].lead == "县财政局" and len(changed.overlay.entries) == 1
    assert changed.reject("duties", number, reason="误").overlay.entries == ()
    assert changed.drop(1).shown == read()
    with pytest.raises(OverlayError, match="already a person's"):
        changed.accept("duties", number)


def test_the_same_words_twice_are_two_facts(tmp_path) -> None:
    facts = read()
    assert [duty.quote for duty in facts.duties] == ["责任单位：县财政局。"] * 2
    overlay = saved(tmp_path, review().correct("duties", 1, {"units": ["县工信局"]}))
    assert overlay.entries[0].address.occurrence == 2
    assert [duty.units for duty in apply_overlay(facts, overlay)[0].duties] == [("县财政局",), ("县工信局",)]
    # The reader that misses the first one does not move the correction to the other.
    fewer, report = apply_overlay(replace(facts, duties=facts.duties[:1]), overlay)
    assert fewer.duties[0].units == ("县财政局",) and report.outcomes[0].state == "stale"


def test_it_survives_a_new_reading_and_a_reflowed_copy(tmp_path) -> None:
    first = read()
    overlay = saved(
        tmp_path, review().correct("goals", goal(first, 86), {"value": 88}).reject("milestones", 0, reason="已停")
    )
    flowed = (
        TEXT.replace("铜加工产值达到86亿元", "铜加工产值达 到8 6亿元").replace("，", "，\n").replace("\n\n", "\n  \n\n")
    )
    for text in (TEXT, "封面\n\n" + TEXT, flowed):
        facts, report = apply_overlay(read(text), overlay)
        assert [outcome.state for outcome in report.outcomes] == ["applied", "applied"]
        assert any(one.value == 88 and one.origin == "hand" for one in facts.goals)
        assert facts.milestones == ()


def test_a_fact_that_changed_or_went_is_told(tmp_path) -> None:
    overlay = saved(
        tmp_path,
        review()
        .accept("goals", 0)
        .correct("milestones", 0, {"owner": "松铜"})
        .add("goals", {"indicator": "铜材产量", "op": "=", "value": 31, "quote": "铜材产量30万吨"}),
    )
    facts = read()
    step = facts.milestones[0]

    later = replace(facts, goals=(replace(facts.goals[0], when="2032"), *facts.goals[1:]))
    result, report = apply_overlay(later, overlay)
    assert [outcome.state for outcome in report.outcomes] == ["stale", "applied", "applied"]
    assert "when 2032 (was 2031)" in report.outcomes[0].note and result.goals[0].confidence != 1.0

    moved, report = apply_overlay(replace(facts, milestones=(replace(step, owner="松铜集团"),)), overlay)
    assert report.outcomes[1].state == "drifted" and moved.milestones[0].owner == "松铜"

    settled = replace(facts, milestones=(replace(step, owner="松铜"),))
    assert apply_overlay(settled, overlay)[1].outcomes[1].state == "settled"

    renamed, report = apply_overlay(replace(facts, milestones=(replace(step, project="铜箔项目"),)), overlay)
    assert report.outcomes[1].state == "applied" and renamed.milestones[0].owner == "松铜"

    other = replace(facts, milestones=(replace(step, event="开工"),))
    assert apply_overlay(other, overlay)[1].outcomes[1].state == "stale"
    assert apply_overlay(read("全县铜加工产值达到90亿元。"), overlay)[1].of("stale") == tuple(
        apply_overlay(read("全县铜加工产值达到90亿元。"), overlay)[1].outcomes
    )


def test_two_goals_in_one_quote_with_one_value_are_not_mixed_up(tmp_path) -> None:
    text = "甲、乙产值各达到50亿元。"
    quote = "甲、乙产值各达到50亿元"
    two = tuple(
        Goal(quote=quote, start=0, indicator=name, subject=None, op=">=", value=50.0) for name in ("甲产值", "乙产值")
    )
    facts = PlanFacts(document=Head(), goals=two, text=text, name="t")
    overlay = saved(tmp_path, Review.of(facts).reject("goals", 1, reason="误"))
    assert [one.indicator for one in apply_overlay(facts, overlay)[0].goals] == ["甲产值"]
    only, report = apply_overlay(replace(facts, goals=two[:1]), overlay)
    assert only.goals == two[:1] and report.outcomes[0].state == "stale"


def test_two_facts_alike_in_everything_cannot_be_told_apart() -> None:
    step = Milestone(quote="甲项目开工", start=0, project="甲项目", event="开工")
    facts = PlanFacts(document=Head(), milestones=(step, step), text="甲项目开工", name="t")
    with pytest.raises(OverlayError, match="no correction can name this fact alone"):
        Review.of(facts).accept("milestones", 0)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"nodes": ["甲"], "quote": "不在文中"}, "do not stand in the text"),
        ({"nodes": ["甲"]}, "field quote is None"),
        ({"nodes": ["甲"], "quote": "铜", "occurrence": 99}, "no occurrence 99"),
        ({"nodes": "甲", "quote": "铜"}, "field nodes: is '甲', expected a list"),
        ({"nodes": ["甲"], "quote": "铜", "colour": "red"}, "field colour is unknown"),
    ],
)
def test_what_cannot_be_added(record, said) -> None:
    with pytest.raises(ValueError, match=said):
        review().add("chains", record)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"value": "many"}, "field value: is 'many', expected a number"),
        ({"value": float("inf")}, "field value: is inf"),
        ({"op": "≥"}, "field op: is '≥', expected one of >=, >, <=, <, =, ~"),
        ({"when": "next year"}, "field when: is 'next year'"),
        ({"indicator": ""}, "field indicator: is empty"),
        ({"indicator": "产\x1b值"}, "control character"),
        ({"colour": "red"}, "no such field"),
        ({}, "at least one field"),
    ],
)
def test_what_cannot_be_set(values, said) -> None:
    with pytest.raises(ValueError, match=said):
        review().correct("goals", 0, values)


def test_without_a_text_there_is_no_review() -> None:
    with pytest.raises(OverlayError, match="needs the document's text"):
        Review.of(replace(read(), text=""))
    with pytest.raises(OverlayError, match="need the document's text"):
        apply_overlay(replace(read(), text=""), review().accept("goals", 0).overlay)


BROKEN = {
    "format: x\n": "field format",
    "format: lvlian-corrections/1\n": "field document",
    "[1]": "expected a mapping",
    "a: [": "line",
}
ENTRY = """format: lvlian-corrections/1
document: {name: t, sha256: ''}
entries:
"""
WRONG = {
    "- 3": "entry 1: is int",
    "- {action: shout}": "entry 1, field action: is 'shout'",
    "- {action: accept}": "entry 1, field fact",
    "- {action: accept, fact: {kind: goals, quote: 甲}}": "value is missing",
    "- {action: accept, fact: {kind: duties, quote: ''}}": "field fact.quote",
    "- {action: accept, fact: {kind: duties, quote: 甲, occurrence: 0}}": "field fact.occurrence",
    "- {action: accept, fact: {kind: duties, quote: 甲, words: abc}}": "field fact.words",
    "- {action: reject, fact: {kind: duties, quote: 甲}}": "a rejection needs one",
    "- {action: correct, fact: {kind: duties, quote: 甲}}": "field set: is missing",
    "- {action: correct, fact: {kind: duties, quote: 甲}, set: {units: 3}}": "field units: is 3",
    "- {action: add, fact: {kind: goals, quote: 甲}, set: {value: 3}}": "field indicator: is missing",
    "- {action: accept, fact: {kind: duties, quote: 甲}, by: 3}": "field by",
}


@pytest.mark.parametrize("content", [*BROKEN, *(ENTRY + wrong for wrong in WRONG)])
def test_a_broken_file_names_file_and_entry(tmp_path, content) -> None:
    path = tmp_path / "plan.corrections.yaml"
    path.write_text(content, encoding="utf-8")
    said = BROKEN.get(content) or WRONG[content.removeprefix(ENTRY)]
    with pytest.raises(ValueError) as trouble:
        load_overlay(path)
    assert str(trouble.value).startswith("plan.corrections.yaml") and said in str(trouble.value)


def test_where_the_file_lies(tmp_path) -> None:
    assert overlay_path(tmp_path / "a.b.docx") == tmp_path / "a.b.corrections.yaml"


SENTENCES = st.lists(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["到2031年，全县", "2030年，", "", "其中："]),
        st.sampled_from(["铜加工产值", "铜材产量", "铝水就地转化率", "新增规上企业"]),
        st.sampled_from(["达到", "突破", "", "不低于"]),
        st.integers(1, 3000),
        st.sampled_from(
            [
                "亿元。",
                "万吨。",
                "%以上。\n",
                "家。\n\n责任单位：县财政局、县工信局。\n",
                "亿元以上。\n松铜公司铜箔项目2031年6月底前投产。\n",
            ]
        ),
    ),
    min_size=1,
    max_size=8,
).map("".join)


@given(SENTENCES, st.data())
def test_a_review_of_any_text_comes_back_from_its_file(text, data) -> None:
    """Decisions about random facts, written and read again, give the same facts on the text and on a copy of other lines."""
    done = Review.of(read(text))
    for _ in range(data.draw(st.integers(1, 4))):
        there = [kind for kind in ("goals", "duties", "milestones") if done.shown.of(kind)]
        if not there:
            break
        kind = data.draw(st.sampled_from(there))
        number = data.draw(st.integers(0, len(done.shown.of(kind)) - 1))
        act = data.draw(st.sampled_from(["accept", "correct", "reject", "add"]))
        try:
            if act == "accept":
                done = done.accept(kind, number)
            elif act == "reject":
                done = done.reject(kind, number, reason="误")
            elif act == "add":
                done = done.add("chains", {"nodes": ["甲", "乙"], "quote": done.shown.of(kind)[number].quote})
            else:
                values: Any = {"goals": {"value": 7.5}, "duties": {"lead": "甲"}, "milestones": {"event": "开工"}}[kind]
                done = done.correct(kind, number, values)
        except OverlayError as error:
            assert "already a person's" in str(error) or "no correction can name this fact alone" in str(error)
    assert not done.report.of("stale")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.corrections.yaml"
        path.write_text(dump_overlay(done.overlay), encoding="utf-8")
        loaded = load_overlay(path)
    assert loaded == done.overlay and dump_overlay(loaded) == dump_overlay(done.overlay)
    assert apply_overlay(read(text), loaded)[0] == done.shown
    kinds: dict[str, Any] = {
        cls.kind: tuple(
            replace(fact, start=fact.start + 1) for fact in read(text).of(cls.kind) if fact.start is not None
        )
        for cls in FACT_KINDS
    }
    moved = replace(read(text), text="\n" + text, **kinds)
    shifted, report = apply_overlay(moved, loaded)
    assert not report.of("stale")
    assert [fact.quote for fact in shifted.goals] == [fact.quote for fact in done.shown.goals]
