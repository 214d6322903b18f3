"""Marks in the text: whatever overlaps, the words stay as they are and the markup is sound."""

from __future__ import annotations

import itertools
import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from lvlian.brief.headings import Outline
from lvlian.site.plans.models import Fact
from lvlian.site.plans.sheet import blocks_of, parts_of

TEXT = "一、目标\n到2025年产值达到1500亿元，其中<b>铝</b>占93.8%。\n表头\t数\n甲\t1\n\n乙县的事情。"


def marked(spans, text=TEXT):
    rows = [
        Fact(pk=n, kind="goals", state="pending", start=start, length=length)
        for n, (start, length) in enumerate(spans, 1)
    ]
    outline = Outline([{"level": 1, "text": "一、目标", "start": 0, "end": 4}])
    (part,) = parts_of(len(text), outline)
    return blocks_of(text, part, outline, rows)


def words(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 30)), max_size=8))
def test_words_are_kept_and_tags_match(spans):
    for block in marked([(start, min(length, len(TEXT) - start)) for start, length in spans]):
        inside = TEXT[block.start : block.end].replace("\t", "").replace("\n", "")
        assert words(block.markup) == inside
        assert block.markup.count("<span") == block.markup.count("</span>")
        assert "<b>" not in block.markup


def test_facts_that_cross_are_both_marked():
    markup = "".join(block.markup for block in marked([(6, 10), (10, 12)]))
    assert set(re.findall(r'data-fact="(\d)"', markup)) == {"1", "2"} and markup.count('id="fact-1"') == 1


def test_heading_and_table():
    heading, _paragraph, table, _last = marked([])
    assert heading.markup.startswith("<h2") and table.markup.count("<td") == 4


def test_long_text_is_cut_at_headings():
    text = "".join(f"{n}、章\n" + "文" * 3000 + "\n" for n in range(60))
    outline = Outline(
        [{"level": 1, "text": "章", "start": m.start(), "end": m.end()} for m in re.finditer(r"\d+、章", text)]
    )
    parts = parts_of(len(text), outline)
    assert len(parts) > 5 and parts[0].start == 0 and parts[-1].end == len(text)
    assert all(one.end == two.start for one, two in itertools.pairwise(parts))
    assert max(part.end - part.start for part in parts) <= 27_100
