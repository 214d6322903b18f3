"""What can be typed to find a name: single characters and pairs of Chinese, words, and pinyin in full and by initials.

The terms of a name are ASCII letters and digits or Chinese characters only, so that the text indexes of SQLite and PostgreSQL
split them at the same places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

INITIALS, LETTERS = 8, 16
"""So many initials, and so many letters of pinyin, are kept from each place on."""
SPELT = 60
"""Characters of a name that are spelt in pinyin; the rest of a long sentence is found by its characters."""
ANCHOR, MODEL = "vv", "mm"
"""Marks of the term that holds a name from its beginning, and of the one that holds the model; pinyin has neither."""
ANCHORED = 24
_HAN = r"\u3007\u3400-\u4db5\u4e00-\u9fcb\ufa0e-\ufa29\U00020000-\U0002a6d6"
"""The characters that the tokenisers of both databases know (Unicode 6.1)."""
_RUN = re.compile(rf"([{_HAN}]+)|([0-9a-z]+)")
_SETTLED = re.compile(r"[\x00-\x7f\u4e00-\u9fff]*")
"""Characters that have one form only, but for their case."""


def folded(text: str) -> str:
    """Full-width forms, case and accents removed."""
    if _SETTLED.fullmatch(text):
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).casefold()
    if wide.isascii():
        return wide
    plain = "".join(c for c in unicodedata.normalize("NFKD", wide) if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", plain).casefold()


def runs(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of Chinese characters (True) and of letters and digits (False), in their order."""
    for match in _RUN.finditer(folded(text)):
        yield bool(match.group(1)), match.group()


def bare(text: str) -> str:
    """A text without anything but its characters, letters and digits: by this, names are equal or begin alike."""
    return "".join(run for _, run in runs(text))


def pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _unspelt(word: str) -> Any:
    return [""] * len(word)


@lru_cache(maxsize=20_000)
def spelt(run: str) -> tuple[str, ...]:
    """The pinyin of a run of Chinese characters, one syllable each (ü is written v); empty where there is none."""
    from pypinyin import lazy_pinyin  # takes long to import, and only writing to the index needs it

    syllables = tuple(re.sub("[^a-z]", "", syllable.casefold()) for syllable in lazy_pinyin(run, errors=_unspelt))
    return syllables if len(syllables) == len(run) else ()


def terms_of(title: str, note: str = "", model: str = "") -> str:
    """The terms under which a record is found, separated by spaces: those of its title in every form, those of its note as written."""
    out: dict[str, None] = {}
    if model:
        out[MODEL + model] = None
    found = list(runs(title))
    if start := "".join(run for _, run in found)[:ANCHORED]:
        out[ANCHOR + start] = None
    left = SPELT
    for han, run in found:
        out.update(_written(han, run))
        if han and left > 0:
            out.update(_sounds(run[:left]))
            left -= len(run)
    for han, run in runs(note):
        out.update(_written(han, run))
    return " ".join(out)


@lru_cache(maxsize=20_000)
def _written(han: bool, run: str) -> dict[str, None]:
    return dict.fromkeys([*run, *pairs(run)] if han else [run, run[0]])


@lru_cache(maxsize=20_000)
def _sounds(run: str) -> dict[str, None]:
    return dict.fromkeys(_heard(run))


def _heard(run: str) -> Iterator[str]:
    syllables = spelt(run)
    initials = "".join(syllable[:1] or " " for syllable in syllables)
    for i in range(len(syllables)):
        if first := initials[i : i + INITIALS].split(" ", 1)[0]:
            yield first
            yield first[0]  # one letter is looked up as it is: as a beginning it would stand for half of the index
        if whole := "".join(syllables[i : i + LETTERS])[:LETTERS]:
            yield whole


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing that a name must hold: any of these terms, each with whether longer ones that begin with it count."""

    any_of: tuple[tuple[str, bool], ...]


def wanted(query: str, limit: int = 24) -> tuple[Wanted, ...]:
    """What a query asks for. Chinese by pairs, letters and digits by their beginning (they may be pinyin)."""
    out: dict[Wanted, None] = {}
    for han, run in runs(query):
        if han:
            for term in pairs(run) or [run]:
                out[Wanted(((term, False),))] = None
            continue
        choices = [(run, len(run) > 1)]
        if len(run) > LETTERS:
            choices.append((run[:LETTERS], False))
        if len(run) > INITIALS:
            choices.append((run[:INITIALS], False))
        out[Wanted(tuple(choices))] = None
    return tuple(out)[:limit]


def beginning(query: str) -> Wanted | None:
    """The term by which names that begin with the query are found."""
    start = bare(query)[:ANCHORED]
    return Wanted(((ANCHOR + start, True),)) if start else None
