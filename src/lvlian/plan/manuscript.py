"""What every fact module reads: the clean text, its sentences with the section that each stands in, the head."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lvlian.plan.facts import Head, Heading
from lvlian.plan.text import Paragraph, Text
from lvlian.quantity.measure import Measure, find_measures
from lvlian.quantity.period import PeriodMention, find_periods

_NEWS = re.compile(
    r"记者|本报|讯|日前|近日|昨日|据悉|据了解|消息|来源：|编辑|浏览|(?<![年\d])\d{1,2}月\d{1,2}日[，,]|当前位置|正文|资讯|通讯员|新闻"
)
_TARGETS = re.compile(r"到20\d\d年|力争|(?:预期|主要|发展|工作)目标|三年行动")
_REVIEW = re.compile(r"回顾|成效|成绩|发展现状|现有基础|发展基础|工作情况|取得")
_THESE_YEARS = re.compile(r"这[一二三四五]年|过去的?[一二三四五]年|[一二三四五]年来|一年来")
_PAST_MARKS = re.compile(
    r"位居|居全国|首次|首个|取得|连续|填补|同比|过去|成效|率先|获批|荣获|[成现入]了|已(?!批|审)|新高|排.{0,4}第|跃升|出台|\d\.\d+(?:%|[万亿])(?!左右|以上)|"
    r"完成(?:投资|年度|率)|前\d+个?月|1[—至~-]\d+月|快于|"
    r"近年|目前|签约|集聚|拥有|举办|获得|高于|累计"
)
_PLAN_MARKS = re.compile(r"力争|确保|预期|预计|计划|左右|以上|以内|将|大力|不低于|不少于|提高到|支持|鼓励|控制在|有望")
_PAST_YEAR = re.compile(
    r"(?:由|从)(20\d\d|19\d\d)年的|(?:截至|截止)(20\d\d)年|(20\d\d)年(?:底|末)?，?(?:已|全[市县省州区](?:共)?(?:完成|实现))"
)
_STOP = re.compile(r"[。！？]+[”’』」）】]*|\n")
_LONGEST_SENTENCE = 1_500
"""Characters; a longer one is cut, since the grammars may look at a sentence as a whole for every figure in it."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the clean text, `[start, end)` with its full stop; `paragraph` is the index of its paragraph."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True)
class Manuscript:
    """`text` with `head` and `headings` read; figures with units and periods are found once, for all fact modules."""

    text: Text = field(repr=False)
    head: Head
    headings: tuple[Heading, ...] = field(repr=False)

    @property
    def clean(self) -> str:
        return self.text.clean

    @property
    def year(self) -> int | None:
        """Year of issue, against which a relative date is read."""
        return int(self.head.issued_in[:4]) if self.head.issued_in else None

    @cached_property
    def is_news(self) -> bool:
        """Whether the text reports rather than rules: no numbered headings, the marks of a news desk."""
        return not self.is_ruling and bool(_NEWS.search(self.text.clean))

    def tells_past(self, paragraph: int) -> int:
        """How surely a paragraph reports what has been reached rather than what is to be: 0 not, 1 likely, 2 surely.

        A heading of review tells so; else the marks of a report (首次, 位居, a figure with a decimal) are weighed against
        those of a plan (力争, 以上, 大力).
        """
        if paragraph not in self._past:
            part = self.text.paragraphs[paragraph]
            if self.reviews(paragraph):
                self._past[paragraph] = 2
            elif _TARGETS.search(self.text.clean, part.start, part.end):
                self._past[paragraph] = 0
            else:
                past = len(_PAST_MARKS.findall(self.text.clean, part.start, part.end))
                plan = len(_PLAN_MARKS.findall(self.text.clean, part.start, part.end))
                likely = (past >= 2 and past > plan) or (past == 1 and plan == 0 and self.is_news)
                self._past[paragraph] = 2 if past >= 3 and past > 2 * plan else 1 if likely else 0
        return self._past[paragraph]

    def reviews(self, paragraph: int) -> bool:
        """Whether a paragraph stands under a heading of review or speaks of the years behind."""
        part = self.text.paragraphs[paragraph]
        heading = self.heading_at(part.start)
        under = heading is not None and _REVIEW.search(heading.path) is not None
        return under or _THESE_YEARS.search(self.text.clean, part.start, part.end) is not None

    @cached_property
    def _past(self) -> dict[int, int]:
        return {}

    @cached_property
    def past_year(self) -> int:
        """The last year that the text tells as past (由2015年的, 截至2015年, 2015年已); 0 where it tells none."""
        return max((int(m[1] or m[2] or m[3]) for m in _PAST_YEAR.finditer(self.text.clean)), default=0)

    @cached_property
    def is_ruling(self) -> bool:
        """Whether the text rules (a plan, an opinion, measures) rather than tells: a number, or headings with numbers."""
        return bool(self.head.number) or sum(1 for h in self.headings if h.level <= 2) >= 3 or len(self.headings) >= 6

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """All figures with their units, in order, spans in the clean text."""
        return tuple(find_measures(self.text.clean))

    @cached_property
    def periods(self) -> tuple[PeriodMention, ...]:
        """All periods in order, relative ones read against the year of issue."""
        return tuple(find_periods(self.text.clean, self.year))

    def measures_in(self, start: int, end: int) -> tuple[Measure, ...]:
        """The measures that lie in clean `[start, end)`."""
        starts = self._measure_starts
        return self.measures[bisect_left(starts, start) : bisect_left(starts, end)]

    def periods_in(self, start: int, end: int) -> tuple[PeriodMention, ...]:
        """The periods that lie in clean `[start, end)`."""
        starts = self._period_starts
        return self.periods[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def _measure_starts(self) -> list[int]:
        return [m.start for m in self.measures]

    @cached_property
    def _period_starts(self) -> list[int]:
        return [p.start for p in self.periods]

    @cached_property
    def titles(self) -> tuple[tuple[int, int], ...]:
        """Clean spans of the headings that only announce.

        A numbered item that is a sentence by itself (`3.到2027年产值达到80亿元。`), or goes on behind its first comma, names
        its section but says something too; it is no title.
        """
        origin, clean = self.text.origin, self.text.clean
        out = []
        for heading in self.headings:
            first, last = bisect_left(origin, heading.start), bisect_left(origin, heading.end)
            says = clean[last : last + 1] == "，" or (
                clean[last : last + 1] in "。；" and clean[last + 1 : last + 2] in ("", "\n")
            )
            if not says:
                out.append((first, last))
        return tuple(out)

    @cached_property
    def spoken(self) -> tuple[Sentence, ...]:
        """All sentences, see `sentences`."""
        return tuple(self.sentences())

    def sentences(self) -> Iterator[Sentence]:
        """All sentences in order; a table row is none. A full stop inside brackets or quotes does not end one.

        What goes on for more than 1,500 characters without a full stop is cut at its last semicolon or comma.
        """
        clean = self.text.clean
        for index, paragraph in enumerate(self.text.paragraphs):
            if paragraph.row:
                continue
            start = paragraph.start
            for stop in _STOP.finditer(clean, paragraph.start, paragraph.end):
                if _open_bracket(clean, start, stop.start()):
                    continue
                yield from _cut(clean, start, stop.end(), index)
                start = stop.end()
            if start < paragraph.end:
                yield from _cut(clean, start, paragraph.end, index)

    def rows(self) -> Iterator[Paragraph]:
        """The paragraphs that are table rows."""
        return (p for p in self.text.paragraphs if p.row)

    def section_at(self, position: int) -> str:
        """The heading, as printed, that clean position stands under; empty before the first."""
        heading = self.heading_at(position)
        return heading.text if heading else ""

    def heading_at(self, position: int) -> Heading | None:
        """The heading that clean position stands under."""
        if not self.headings:
            return None
        at = self.text.origin[min(position, len(self.text.origin) - 1)] if self.text.origin else 0
        i = bisect_right(self.headings, at, key=lambda h: h.start) - 1
        return self.headings[i] if i >= 0 else None


def _cut(clean: str, start: int, end: int, paragraph: int) -> Iterator[Sentence]:
    """`[start, end)` as one sentence, or as several where it is longer than a sentence can be."""
    while end - start > _LONGEST_SENTENCE:
        limit = start + _LONGEST_SENTENCE
        stop = max(clean.rfind("；", start, limit), clean.rfind("，", start, limit)) + 1
        stop = stop or _beside_figures(clean, start, limit)
        yield Sentence(start, stop, paragraph)
        start = stop
    if start < end:
        yield Sentence(start, end, paragraph)


def _beside_figures(clean: str, start: int, limit: int) -> int:
    """The last place in the 40 characters before `limit` that does not divide a figure or part it from its unit, else `limit`."""
    return next(
        (at for at in range(limit, max(start, limit - 40), -1) if not _FIGURE.search(clean, at - 2, at + 1)), limit
    )


_FIGURE = re.compile(r"[\d.%—~-]")


def _open_bracket(clean: str, start: int, end: int) -> bool:
    """Whether `[start, end)` opens a round bracket that it does not close; a bracket open for 300 characters is a slip."""
    opened = clean.rfind("（", max(start, end - 300), end)
    return opened >= 0 and clean.find("）", opened, end) < 0
