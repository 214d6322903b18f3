"""The masked view of a document and the clauses of a sentence, for the grammar of incentives.

Names of papers in 《》 and remarks in brackets are blanked, one character for one, so that their words and commas
trigger nothing; offsets stay those of the clean text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BLANK = "※"
_TITLE = re.compile(r"《[^《》\n]{1,120}》")
_BRACKET = re.compile(r"（[^（）\n]{2,300}）")
_CAP_IN_BRACKET = re.compile(r"(?:最高|不超过|不得超过|封顶|上限|每[年人月户家])[^）]{0,16}\d")
_SEMICOLON = re.compile(r"；")
_COMMA = re.compile(r"[，：]")


def masked(clean: str) -> str:
    """`clean` with titles and brackets blanked; same length. A bracket that caps an amount stays."""
    view = _TITLE.sub(lambda m: "《" + BLANK * (len(m.group()) - 2) + "》", clean)
    for _ in range(2):  # a bracket in a bracket
        view = _BRACKET.sub(_blank_bracket, view)
    return view


def _blank_bracket(found: re.Match[str]) -> str:
    words = found.group()
    if _CAP_IN_BRACKET.search(words):
        return words
    return "（" + BLANK * (len(words) - 2) + "）"


@dataclass(frozen=True, slots=True)
class Clause:
    """`[start, end)` of the clean text, without the comma."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a sentence between semicolons, with its clauses."""

    start: int
    end: int
    clauses: tuple[Clause, ...]

    def index_at(self, position: int) -> int:
        """The index of the clause that holds a position."""
        for i, clause in enumerate(self.clauses):
            if position < clause.end or i == len(self.clauses) - 1:
                return i
        return 0


def segments(view: str, start: int, end: int) -> list[Segment]:
    """The segments of the sentence `[start, end)` in the view."""
    out = []
    for begin, stop in _split(_SEMICOLON, view, start, end):
        clauses = tuple(Clause(a, b) for a, b in _split(_COMMA, view, begin, stop) if b > a)
        if clauses:
            out.append(Segment(begin, stop, clauses))
    return out


def _split(at: re.Pattern[str], view: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, begin = [], start
    for mark in at.finditer(view, start, end):
        parts.append((begin, mark.start()))
        begin = mark.end()
    while end > begin and view[end - 1] in "。！？；\n":
        end -= 1
    parts.append((begin, end))
    return parts
