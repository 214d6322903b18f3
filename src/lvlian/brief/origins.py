"""Endnotes: every fact of a plan gets the number of its sentence, and every place that shows it is remembered."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from lvlian.plan.facts import FACT_KINDS, Fact, PlanFacts

REACH = 400
"""Characters in which the ends of a sentence are looked for, to both sides of the words that carry a fact."""
GAP = 60
"""A longer stretch of a sentence without any fact is shortened to its two ends."""

_NOWHERE = 1 << 40
"""Where facts without words of the original are put: behind everything that has a place."""

_STOPS = "。！？；!?;"
_SEAM = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef—“”])\s+|\s+(?=[\u2e80-\u9fff\uff00-\uffef—“”])")


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence of the document: its number, the heading it stands under, its words in stretches (words, whether a fact
    rests on them), the facts read from it."""

    number: int
    section: str
    stretches: tuple[tuple[str, bool], ...]
    facts: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        return "".join(words for words, _ in self.stretches)


@dataclass(slots=True)
class Origins:
    """Notes of one plan in the order of the document. `prefix` keeps the anchors of several plans apart."""

    facts: PlanFacts
    prefix: str = "p1"
    notes: tuple[Note, ...] = ()
    places: dict[int, list[str]] = field(default_factory=dict)
    """Anchors of the places that refer to each note, filled while the brief is written."""
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        length = len(self.facts.text)
        sections: dict[str, int] = {}
        spots: list[tuple[int, int, str, str, int]] = []
        for cls in FACT_KINDS:
            for index, fact in enumerate(self.facts.of(cls.kind)):
                end = (fact.start or 0) + len(fact.quote)
                if not fact.quote:
                    place = _NOWHERE + sections.setdefault(fact.section, len(sections))
                    spots.append((place, 0, fact.section, cls.kind, index))
                elif fact.start is None or end > length:
                    place = length + 1 + (_NOWHERE // 2 if fact.start is None else fact.start)
                    spots.append((place, 0, fact.quote, cls.kind, index))
                else:
                    left, right = sentence_around(self.facts, fact.start, end)
                    spots.append((left, right, "", cls.kind, index))
        spots.sort(key=lambda spot: spot[:3])
        groups: list[tuple[int, int, str, list[tuple[str, int]]]] = []
        for left, right, words, kind, index in spots:
            if groups and (left < groups[-1][1] if right else (left, words) == (groups[-1][0], groups[-1][2])):
                first, last, known, members = groups[-1]
                groups[-1] = (first, max(last, right), known, [*members, (kind, index)])
            else:
                groups.append((left, right, words, [(kind, index)]))
        self.notes = tuple(self._note(number, *group) for number, group in enumerate(groups, start=1))
        self._numbers = {member: note.number for note in self.notes for member in note.facts}

    def number(self, kind: str, index: int | None) -> int | None:
        """The number of the note that carries the fact, None where there is no such fact."""
        return None if index is None else self._numbers.get((kind, index))

    def note(self, number: int) -> Note:
        return self.notes[number - 1]

    def refer(self, number: int) -> str:
        """Remember one more place that shows the note; returns the anchor of that place."""
        places = self.places.setdefault(number, [])
        places.append(f"{self.prefix}-r{number}-{len(places) + 1}")
        return places[-1]

    def fact(self, kind: str, index: int) -> Fact:
        return self.facts.of(kind)[index]

    def _note(self, number: int, left: int, right: int, words: str, members: list[tuple[str, int]]) -> Note:
        ordered = sorted(members, key=lambda member: self.fact(*member).start or 0)
        section = next((fact.section for member in ordered if (fact := self.fact(*member)).section), "")
        if not right:
            quotes = dict.fromkeys(tidy(self.fact(*member).quote) for member in ordered)
            stretches = tuple((quote, True) for quote in quotes if quote)
        else:
            stretches = tuple(self._stretches(left, right, ordered))
        return Note(number, section, stretches, tuple(ordered))

    def _stretches(self, left: int, right: int, members: list[tuple[str, int]]) -> list[tuple[str, bool]]:
        text, at, out = self.facts.text, left, list[tuple[str, bool]]()
        for member in members:
            fact = self.fact(*member)
            start, end = max(fact.start or 0, at), (fact.start or 0) + len(fact.quote)
            if start > at:
                out.append((shortened(tidy(text[at:start]), head=bool(out), tail=True), False))
            if end > start:
                out.append((tidy(text[start:end]), True))
                at = end
        if right > at:
            out.append((shortened(tidy(text[at:right]), head=True, tail=False), False))
        return out


def tidy(text: str) -> str:
    """The words without the line breaks and gaps that a hard-wrapped source put between Chinese characters."""
    return re.sub(r"\s+", " ", _SEAM.sub("", text.strip()))


def shortened(words: str, *, head: bool, tail: bool) -> str:
    """A stretch without facts, cut to what stands next to one (`head`: a fact stands before it; `tail`: one follows)."""
    if len(words) <= GAP:
        return words
    half = GAP // 2 if head and tail else GAP
    return (words[:half] if head else "") + "……" + (words[-half:] if tail else "")


def sentence_around(facts: PlanFacts, start: int, end: int) -> tuple[int, int]:
    """Where the sentence that holds `text[start:end]` begins and ends; headings of the outline bound it too."""
    text, outline = facts.text, facts.outline
    before = bisect_right(outline, start, key=lambda heading: heading.end)
    after = bisect_left(outline, end, key=lambda heading: heading.start)
    floor = max(outline[before - 1].end if before else 0, start - REACH, 0)
    ceiling = min(outline[after].start if after < len(outline) else len(text), end + REACH, len(text))
    left = start
    while left > floor and text[left - 1] not in _STOPS:
        left -= 1
    right = end
    if not text[start:end].rstrip().endswith(tuple(_STOPS)):
        while right < ceiling and text[right] not in _STOPS:
            right += 1
        right = min(right + 1, ceiling)
    return left, max(right, end)
