"""Endnotes: every fact of a plan gets the number of its sentence, and every place that shows it is remembered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lvlian.plan.facts import FACT_KINDS, Fact, PlanFacts

CONTEXT = 70
"""Characters of the original shown at most before and after the words that carry the fact."""

_STOPS = "。！？；!?;"
_SEAM = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef—“”])\s+|\s+(?=[\u2e80-\u9fff\uff00-\uffef—“”])")


@dataclass(frozen=True, slots=True)
class Note:
    """One passage of the document: its number, the words before, the quote, the words after, the facts read from it."""

    number: int
    section: str
    before: str
    quote: str
    after: str
    facts: tuple[tuple[str, int], ...]


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
        spots: dict[tuple[int, str, str], list[tuple[str, int]]] = {}
        far = len(self.facts.text) + 1
        for order, cls in enumerate(FACT_KINDS):
            for index, fact in enumerate(self.facts.of(cls.kind)):
                if fact.quote:
                    key = (far if fact.start is None else fact.start, fact.quote, fact.section)
                else:
                    key = (far + order, "", fact.section)
                spots.setdefault(key, []).append((cls.kind, index))
        ordered = sorted(spots.items(), key=lambda item: (item[0][0], len(item[0][1])))
        self.notes = tuple(
            self._note(number, section, members) for number, ((_, _, section), members) in enumerate(ordered, start=1)
        )
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

    def _note(self, number: int, section: str, members: list[tuple[str, int]]) -> Note:
        fact = self.fact(*members[0])
        before, after = around(self.facts, fact.start, len(fact.quote)) if fact.quote else ("", "")
        return Note(number, section, before, tidy(fact.quote), after, tuple(members))


def tidy(text: str) -> str:
    """The words without the line breaks and gaps that a hard-wrapped source put between Chinese characters."""
    return re.sub(r"\s+", " ", _SEAM.sub("", text.strip()))


def around(facts: PlanFacts, start: int | None, length: int) -> tuple[str, str]:
    """The rest of the sentence before and after the quote; empty where the original is not at hand."""
    text = facts.text
    if start is None or not text:
        return "", ""
    end = start + length
    floor = max((h.end for h in facts.outline if h.end <= start), default=0)
    ceiling = min((h.start for h in facts.outline if h.start >= end), default=len(text))
    left = start
    while left > floor and text[left - 1] not in _STOPS and start - left < CONTEXT:
        left -= 1
    right = end
    if not (length and text[end - 1] in _STOPS):
        while right < ceiling and right - end < CONTEXT:
            right += 1
            if text[right - 1] in _STOPS:
                break
    before = tidy(text[left:start])
    after = tidy(text[end:right])
    if left > floor and text[left - 1] not in _STOPS:
        before = "……" + before
    if right < ceiling and right > end and text[right - 1] not in _STOPS:
        after += "……"
    return before, after
