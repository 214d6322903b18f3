"""Terms: whatever a name holds can be typed, whatever is typed can be asked."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvlian.site.search.terms import LETTERS, bare, folded, spelt, terms_of, wanted

NAME = st.text(
    alphabet=st.one_of(st.sampled_from("甲乙铝板带项目华宏重庆长春行 abzXY019.，（）-%ｆ１"), st.characters()),
    max_size=80,
)


def found(query: str, terms: str) -> bool:
    """What the database does with the terms."""
    have = terms.split(" ")
    return all(
        any(any(t == term or (more and t.startswith(term)) for t in have) for term, more in one.any_of)
        for one in wanted(query)
    )


@pytest.mark.parametrize(
    "query",
    [
        "云南宏泰", "宏泰", "宏", "铝材", "ynht", "htxx", "hongtai", "yunnanhongtaixinxing", "HongTai", "F1P", "f1", "12.5",
        "宏泰 f1p", "lvcai", "lc", "ｆ１ｐ", "chongqing", "宏泰 chongq", "铝材12.5万吨",
    ],
)  # fmt: skip
def test_found_in_many_ways(query):
    assert found(query, terms_of("云南宏泰新型F1P铝材12.5万吨 重庆"))


@pytest.mark.parametrize("query", ["泰宏", "ynhtz", "hongtaia", "云南 北京", "f1q", "材铝"])
def test_what_is_not_there_is_not_found(query):
    assert not found(query, terms_of("云南宏泰新型F1P铝材12.5万吨 重庆"))


@given(NAME)
def test_every_name_finds_itself(name):
    assert found(name[:60], terms_of(name[:60]))


@given(NAME, st.data())
def test_every_part_of_a_name_finds_it(name, data):
    """Any run of characters, cut anywhere among Chinese, at the front among letters."""
    whole = bare(name)
    runs = re.findall(r"[一-鿿]+", whole)
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    assert found(run[start:end], terms_of(whole))


@given(st.text(alphabet="甲乙铝板带项目华宏重庆长春行", min_size=1, max_size=12), st.data())
def test_initials_and_pinyin_find_it(run, data):
    syllables = spelt(run)
    start = data.draw(st.integers(0, len(syllables) - 1))
    length = data.draw(st.integers(1, len(syllables)))
    part = syllables[start : start + length]
    assert found("".join(s[0] for s in part), terms_of(run))
    assert found("".join(part), terms_of(run))


@given(NAME)
def test_terms_are_letters_digits_and_characters_only(name):
    """So that no database splits them otherwise, and nothing in a query needs escaping."""
    for term in terms_of(name, name).split():
        assert term.isalnum() and not re.search(r"[A-Z\"'*():^&|!<>\\]", term)
    for one in wanted(name):
        for term, _ in one.any_of:
            assert term.isalnum() and not re.search(r"[\"'*():^&|!<>\\]", term)


@given(NAME)
def test_folding_is_stable(name):
    assert folded(folded(name)) == folded(name) or bare(folded(name)) == bare(name)


def test_pinyin_keeps_no_more_than_it_should():
    assert max(len(t) for t in terms_of("铝" * 200).split()) <= max(LETTERS, 26)
