"""Sentences of the clean text: whole, in order, and never longer than a grammar can afford."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvlian.plan.read import manuscript_from_text


@given(st.text("铝产值达到30亿元，；。（）\n", max_size=5_000))
def test_sentences_cover_the_text_in_order(source: str) -> None:
    paper = manuscript_from_text(source)
    spoken = "".join(paper.clean[s.start : s.end] for s in paper.spoken)
    assert spoken == paper.clean.replace("\n", "")
    assert all(0 < s.end - s.start <= 1_500 for s in paper.spoken)


def test_a_sentence_without_end_is_cut_at_a_comma() -> None:
    paper = manuscript_from_text("推进铝板带项目建设，" * 400)
    assert len(paper.spoken) > 1
    assert all(paper.clean[s.start : s.end].endswith("建设，") for s in paper.spoken)


def test_the_cut_does_not_divide_a_figure() -> None:
    paper = manuscript_from_text("产值达到12345.6亿元" * 400)
    assert len(paper.spoken) > 1
    assert not any(paper.clean[s.start].isdigit() or paper.clean[s.start] in "亿." for s in paper.spoken)
