"""The words of `lexicon/incentives.yaml`, compiled: which benefit a wording names, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lvlian.plan.lexicon import Lexicon, alternation, built_from_lexicon, load_lexicon

PLAIN = r"[^，。；：\n]"
"""A character inside one clause."""


class Named(NamedTuple):
    """A benefit wording found in the text: the benefit, the entry's group and the span."""

    benefit: str
    group: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """Compiled patterns; the named groups of `nouns`, `acts` and `phrases` are benefits."""

    lexicon: Lexicon
    nouns: re.Pattern[str]
    acts: re.Pattern[str]
    phrases: re.Pattern[str]
    give: re.Pattern[str]
    generic: frozenset[str]
    weak: frozenset[str]
    void: re.Pattern[str]
    trigger: re.Pattern[str]

    def alternation(self, *groups: str) -> str:
        return self.lexicon.pattern(*groups)


def _named(lexicon: Lexicon, prefix: str) -> str:
    parts = []
    for group in lexicon.groups:
        if group.startswith(prefix + " "):
            parts.append(f"(?P<{group[len(prefix) + 1 :]}>{lexicon.pattern(group)})")
    return "|".join(parts)


@built_from_lexicon
def words() -> Words:
    """The compiled lexicon. Raises LexiconError."""
    lexicon = load_lexicon("incentives")
    give = lexicon.pattern("give_verbs")
    acts, phrases = _named(lexicon, "act"), _named(lexicon, "phrase")
    strip = re.compile(r"\(\?P<\w+>")
    bare = "|".join(strip.sub("(?:", part) for part in (acts, phrases))
    money = lexicon.pattern("money_verbs", "policy_nouns", "finance_forms", "fee_words", "application_objects")
    return Words(
        lexicon=lexicon,
        nouns=re.compile(_named(lexicon, "noun")),
        acts=re.compile(acts),
        phrases=re.compile(phrases),
        give=re.compile(give),
        generic=frozenset(lexicon.words("generic")),
        weak=frozenset(lexicon.words("weak_verbs")),
        void=re.compile(lexicon.pattern("void_words")),
        trigger=re.compile(f"优先|保障|支持|鼓励|{money}|一事一议|一企一策|{bare}|{give}"),
    )


def pattern(template: str) -> re.Pattern[str]:
    """A regular expression whose `{group}` holes are filled with the alternation of that group of the lexicon.

    `{plain}` is a character inside one clause. Doubled braces stand for themselves.
    """
    lexicon = load_lexicon("incentives")

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        return PLAIN if name == "plain" else alternation(lexicon.words(name))

    return re.compile(re.sub(r"\{([a-z_]+)\}", fill, template))
