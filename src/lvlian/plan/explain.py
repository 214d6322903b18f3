"""Why a fact was read: the lexicon entries and rules that made it, its sentence, and what was known there where none was made."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from lvlian.plan.facts import Fact, PlanFacts
from lvlian.plan.fields import KINDS
from lvlian.plan.lexicon import Lexicon, lexicon_names, load_lexicon

if TYPE_CHECKING:
    from lvlian.plan.manuscript import Manuscript


class ExplainError(ValueError):
    """A fact or words that cannot be explained; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """One entry of a fact's `made_by`. `lexicon` and `group` name where it stands (empty for a rule or a person), `word` the word
    that was found, `note` what the group or the rule is for, `own` whether the word comes from the user's own folder."""

    entry: str
    lexicon: str = ""
    group: str = ""
    word: str = ""
    note: str = ""
    own: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "lexicon": self.lexicon,
            "group": self.group,
            "word": self.word,
            "note": self.note,
            "own": self.own,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A fact under its address `kind:number`, with its whole sentence and its makers. `sentence` is empty without the text."""

    kind: str
    number: int
    fact: Fact
    sentence: str
    section: str
    makers: tuple[Maker, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "address": f"{self.kind}:{self.number}",
            "fact": self.fact.to_json(),
            "sentence": self.sentence,
            "section": self.section,
            "makers": [maker.to_json() for maker in self.makers],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """An entry of a lexicon: `word` as the file has it, `note` of its group."""

    lexicon: str
    group: str
    word: str
    note: str = ""
    own: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"lexicon": self.lexicon, "group": self.group, "word": self.word, "note": self.note, "own": self.own}


def explain_fact(facts: PlanFacts, kind: str, number: int) -> Explanation:
    """The explanation of fact `number` (from 0) of a kind. Raises ExplainError."""
    if kind not in KINDS:
        raise ExplainError(f"fact kind {kind!r}: expected one of {', '.join(KINDS)}")
    listed = facts.of(kind)
    if not 0 <= number < len(listed):
        there = f"it has {kind}:0 to {kind}:{len(listed) - 1}" if listed else f"it has no {kind}"
        raise ExplainError(f"{facts.name}: there is no fact {kind}:{number}, {there}")
    fact = listed[number]
    path = next(
        (h.path or h.text for h in reversed(facts.outline) if fact.start is not None and h.start <= fact.start),
        fact.section,
    )
    sentence = sentence_at(facts.text, fact.start) if facts.text and fact.start is not None else ""
    return Explanation(
        kind=kind,
        number=number,
        fact=fact,
        sentence=sentence,
        section=path,
        makers=tuple(maker_of(kind, e) for e in fact.made_by),
    )


def facts_at(facts: PlanFacts, start: int, end: int | None = None) -> list[tuple[str, int]]:
    """The addresses of the facts whose quote touches `[start, end)` of the text (one character without `end`)."""
    end = start + 1 if end is None else end
    return [
        (kind, number)
        for kind in KINDS
        for number, fact in enumerate(facts.of(kind))
        if fact.start is not None and fact.start < end and start < fact.start + len(fact.quote)
    ]


def places_of(text: str, words: str) -> list[tuple[int, int]]:
    """All spans of the words in the text, white space between characters left out of account."""
    letters = "".join(words.split())
    if not letters:
        return []
    return [found.span() for found in re.finditer(r"\s*".join(map(re.escape, letters)), text)]


def sentence_at(text: str, start: int) -> str:
    """The sentence around an offset of the text, rejoined where lines were broken."""
    paper, spans = _sentences(text)
    clean = bisect_left(paper.text.origin, start)
    at = bisect_left(spans, clean, key=lambda span: span[1] - 1)
    if at < len(spans) and spans[at][0] <= clean:
        return paper.text.printed(*spans[at])
    if not paper.text.paragraphs:
        return ""
    paragraph = paper.text.paragraph_at(clean)
    return paper.text.printed(paragraph.start, paragraph.end)


def maker_of(kind: str, entry: str) -> Maker:
    """What an entry of `made_by` names: `lexicon:group:word`, `lexicon:group`, a rule of the grammar, a person or a model."""
    name, _, rest = entry.partition(":")
    group, _, word = rest.partition(":")
    if name in lexicon_names():
        lexicon = load_lexicon(name)
        if group in lexicon.groups:
            rule = _rules().get(kind, {}).get(word, "") if word not in lexicon.groups[group] else ""
            note = "; ".join(part for part in (_notes(name).get(group, ""), rule) if part)
            listed = word if word in lexicon.groups[group] else _reading(lexicon, group, word)
            return Maker(
                entry=entry,
                lexicon=name,
                group=group,
                word=word,
                note=note,
                own=bool(listed) and listed not in _shipped(name).get(group, ()),
            )
    rules = {**_rules().get(kind, {}), **_rules().get(name, {})}
    return Maker(entry=entry, word=word, note=rules.get(group, ""))


def all_words(name: str | None = None) -> Iterator[Word]:
    """Every entry of one lexicon, or of all. Raises ExplainError where there is no such lexicon."""
    names = lexicon_names()
    if name is not None and name not in names:
        raise ExplainError(f"lexicon {name!r}: there is none, expected one of {', '.join(names)}")
    for one in [name] if name else names:
        notes, shipped = _notes(one), _shipped(one)
        for group, words in load_lexicon(one).groups.items():
            for word in words:
                yield Word(
                    lexicon=one,
                    group=group,
                    word=word,
                    note=notes.get(group, ""),
                    own=word not in shipped.get(group, ()),
                )


def words_in(sentence: str) -> list[Word]:
    """The entries of all lexicons that stand in a sentence, longest first in each group; entries of one character are left out."""
    return [word for word in all_words() if _stands(word.word, sentence)]


def words_like(part: str) -> list[Word]:
    """The entries that hold `part`, that `part` holds whole, or whose regular expression reads it."""
    return [word for word in all_words() if part in word.word or _reads(word.word, part)]


def group_notes(name: str) -> Mapping[str, str]:
    """Group → what it is for, for the groups that say so."""
    return _notes(name)


def _stands(word: str, sentence: str) -> bool:
    if word.startswith("re:"):
        found = re.search(word[3:], sentence)
        return bool(found and len(found.group()) > 1)
    return len(word) > 1 and word in sentence


def _reads(word: str, part: str) -> bool:
    return bool(re.fullmatch(word[3:], part)) if word.startswith("re:") else word == part


def _reading(lexicon: Lexicon, group: str, word: str) -> str:
    """The regular entry of the group that reads the word; empty where none does."""
    return next((w for w in lexicon.groups[group] if word and w.startswith("re:") and re.fullmatch(w[3:], word)), "")


@cache
def _raw(name: str) -> Mapping[str, Any]:
    """The shipped file as it is, with its notes."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = (files("lvlian.plan") / name).read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(content, Loader=loader) or {}
    return loaded


def _notes(name: str) -> dict[str, str]:
    return {
        group: str(body["note"])
        for group, body in _raw(f"lexicon/{name}.yaml").items()
        if isinstance(body, dict) and body.get("note")
    }


def _shipped(name: str) -> dict[str, tuple[str, ...]]:
    raw = _raw(f"lexicon/{name}.yaml")
    return {group: tuple(body.get("words", ()) if isinstance(body, dict) else body) for group, body in raw.items()}


def _rules() -> dict[str, dict[str, str]]:
    raw = _raw("rules.yaml")
    return {
        kind: {name: f"{words['zh']} ({words['en']})" for name, words in rules.items()} for kind, rules in raw.items()
    }


@lru_cache(maxsize=2)
def _sentences(text: str) -> tuple[Manuscript, list[tuple[int, int]]]:
    from lvlian.plan.read import manuscript_from_text

    paper = manuscript_from_text(text)
    return paper, [(sentence.start, sentence.end) for sentence in paper.spoken]
