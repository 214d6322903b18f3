"""Which entry made a fact, and what is known where none was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvlian.plan.explain import (
    ExplainError,
    all_words,
    explain_fact,
    facts_at,
    maker_of,
    places_of,
    sentence_at,
    words_in,
    words_like,
)
from lvlian.plan.facts import FACT_KINDS, PlanFacts
from lvlian.plan.lexicon import lexicon_names, load_lexicon, use_folder
from lvlian.plan.read import read_plan
from lvlian.plan.source import read_source, source_from_text

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "qingyan.txt"


@pytest.fixture(scope="module")
def sample() -> PlanFacts:
    return read_plan(read_source(SAMPLE))


def test_every_fact_of_the_sample_is_explained(sample) -> None:
    """Each entry names a group of a lexicon or a rule that `rules.yaml` tells."""
    untold = set()
    for cls in FACT_KINDS:
        for number, fact in enumerate(sample.of(cls.kind)):
            explanation = explain_fact(sample, cls.kind, number)
            assert fact.made_by and explanation.makers, (cls.kind, fact)
            assert "".join(fact.quote.split())[:8] in "".join(sample.text.split())
            assert explanation.sentence
            untold |= {maker.entry for maker in explanation.makers if not maker.lexicon and not maker.note}
    assert not untold


def test_the_entry_its_word_and_its_sentence() -> None:
    facts = read_plan(source_from_text("一、目标\n到2031年，全县铜加工产值达到86亿元以上，\n铜材产量30万吨。\n", "t"))
    explanation = explain_fact(facts, "goals", 0)
    words = {maker.word for maker in explanation.makers if maker.lexicon == "goals"}
    assert "以上" in words
    assert explanation.sentence == "到2031年，全县铜加工产值达到86亿元以上，铜材产量30万吨。"
    assert explanation.section == "一、目标"
    assert explanation.to_json()["address"] == "goals:0"


def test_entries_of_all_forms() -> None:
    assert maker_of("chains", "chains:nodes").group == "nodes"
    assert maker_of("duties", "units:suffixes:bracket").note
    assert "承前" in maker_of("goals", "goals:inherited").note
    assert maker_of("goals", "hand:王").lexicon == ""
    assert maker_of("goals", "model:qwen:14b").lexicon == ""
    assert maker_of("goals", "").lexicon == ""


def test_facts_by_place(sample) -> None:
    goal = sample.goals[1]
    assert goal.start is not None
    assert ("goals", 1) in facts_at(sample, goal.start)
    assert ("goals", 1) in facts_at(sample, goal.start + len(goal.quote) - 1)
    assert ("goals", 1) not in facts_at(sample, goal.start + len(goal.quote))
    ((start, end),) = places_of("甲\n乙 丙甲", "乙丙")
    assert (start, end) == (2, 5)
    assert places_of("甲", " ") == [] and len(places_of("甲甲甲", "甲")) == 3
    assert places_of("a+b", "a+b") == [(0, 3)]


def test_a_sentence_at_any_place(sample) -> None:
    for at in range(0, len(sample.text), 97):
        assert sentence_at(sample.text, at) is not None
    assert sentence_at("", 0) == ""


def test_known_words_of_a_sentence() -> None:
    found = {(word.lexicon, word.word) for word in words_in("铜加工产值达到86亿元以上")}
    assert any(word == "以上" for _, word in found)
    assert all(name in lexicon_names() for name, _ in found)


def test_words_are_found_by_part() -> None:
    assert any(word.word == "以上" for word in words_like("以上"))
    assert words_like("没有这样的词") == []


def test_every_entry_is_listed() -> None:
    for name in lexicon_names():
        listed = [(word.group, word.word) for word in all_words(name)]
        assert listed == [(group, word) for group, words in load_lexicon(name).groups.items() for word in words]
        assert not any(word.own for word in all_words(name))


def test_a_users_own_words_are_marked(tmp_path) -> None:
    (tmp_path / "events.yaml").write_text("投产:\n  words: [揭幕迎宾]\n", encoding="utf-8")
    use_folder(tmp_path)
    try:
        assert [word.word for word in all_words("events") if word.own] == ["揭幕迎宾"]
        assert maker_of("milestones", "events:投产:揭幕迎宾").own
        assert not maker_of("milestones", "events:投产:投产").own
    finally:
        use_folder(None)


@pytest.mark.parametrize(("kind", "number"), [("goals", 999), ("goals", -1), ("nonsense", 0), ("clusters", 999)])
def test_what_is_not_there(sample, kind, number) -> None:
    with pytest.raises(ExplainError):
        explain_fact(sample, kind, number)


def test_a_lexicon_that_is_not_there() -> None:
    with pytest.raises(ExplainError, match="expected one of"):
        list(all_words("nonsense"))
