"""The outline of a document: 一、 （一） 1. （1）, chapters and articles, and headings without a number."""

from __future__ import annotations

import re

from lvlian.plan.facts import Heading
from lvlian.plan.lexicon import built_from_lexicon, load_lexicon
from lvlian.plan.text import Paragraph, Text

_MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"第[一二三四五六七八九十百]{1,4}[章部编]|[一二三四五六七八九十]{1,3}(?:、|[.](?!\d))")),
    (
        2,
        re.compile(
            r"（[一二三四五六七八九十]{1,3}）[、.]?|第[一二三四五六七八九十百]{1,4}[节条]|[一二三四五六七八九十]{1,3}是(?=\S)"
        ),
    ),
    (3, re.compile(r"\d{1,2}[.、](?!\d)")),
    (4, re.compile(r"（\d{1,2}）|\d{1,2}）|[①-⑳]")),
)
_END = re.compile(r"[。！？；：]")
_LONGEST_HEADING = 48
_LONGEST_BARE = 18


@built_from_lexicon
def _bare_headings() -> re.Pattern[str]:
    return re.compile(load_lexicon("outline").pattern("bare_headings") + "$")


def read_outline(text: Text) -> tuple[Heading, ...]:
    """All headings in order, with the span of their words in the source and their path from the top.

    A run-in heading (`（一）总体要求。以…`) ends at its first full stop.
    """
    headings: list[Heading] = []
    stack: list[tuple[int, str]] = []
    numbered = any(_MARKERS[0][1].match(text.clean, p.start, p.end) for p in text.paragraphs)
    for i, paragraph in enumerate(text.paragraphs):
        found = _heading(text, paragraph, numbered, text.paragraphs[i + 1] if i + 1 < len(text.paragraphs) else None)
        if found is None:
            continue
        level, end = found
        words = text.printed(paragraph.start, end)
        del stack[next((k for k, (above, _) in enumerate(stack) if above >= level), len(stack)) :]
        stack.append((level, words))
        start, stop = text.span(paragraph.start, end)
        headings.append(Heading(level=level, text=words, start=start, end=stop, path=" › ".join(w for _, w in stack)))
    return tuple(headings)


def _heading(text: Text, paragraph: Paragraph, numbered: bool, following: Paragraph | None) -> tuple[int, int] | None:
    """(level, end in the clean text) of the heading that a paragraph starts with."""
    if paragraph.row:
        return None
    clean, start, end = text.clean, paragraph.start, paragraph.end
    for level, marker in _MARKERS:
        found = marker.match(clean, start, end)
        if not found:
            continue
        stop = _END.search(clean, found.end(), end)
        words_end = stop.start() if stop else end
        if words_end - start > _LONGEST_HEADING:
            comma = clean.find("，", found.end(), start + _LONGEST_HEADING)
            words_end = comma if comma > 0 else start + _LONGEST_HEADING
        return (level, words_end) if words_end > found.end() else None
    bare = end - start <= _LONGEST_BARE and not numbered and _bare_headings().match(clean, start, end)
    return (1, end) if bare and following is not None else None
