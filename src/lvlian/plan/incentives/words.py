"""The words of `lexicon/incentives.yaml`, compiled: which benefit a wording names, and what stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lvlian.plan.lexicon import Lexicon, alternation, built_from_lexicon, load_lexicon

PLAIN = r"[^，。；：\n]"
"""A character inside one clause."""


@dataclass(frozen=True, slots=True)
class Words:
    """Compiled patterns; the named groups of `nouns`, `acts` and `phrases` are benefits."""

    lexicon: Lexicon
    nouns: re.Pattern[str]
    acts: re.Pattern[str]
    phrases: re.Pattern[str]
    lists: re.Pattern[str]
    give: re.Pattern[str]
    generic: frozenset[str]
    weak: frozenset[str]
    void: re.Pattern[str]
    trigger: re.Pattern[str]

    def entry(self, group: str, wording: str) -> str:
        """`incentives:group:word` of the entry of a group that reads a wording, for a fact's `made_by`."""
        for word in self.lexicon.groups.get(group, ()):
            if word == wording or (word.startswith("re:") and re.fullmatch(word[3:], wording)):
                return self.lexicon.entry(word, group)
        return f"{self.lexicon.name}:{group}:{wording}"


def _named(lexicon: Lexicon, prefix: str) -> str:
    """The groups `prefix X` as one alternation, each a group named X."""
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
    money = lexicon.pattern(
        "money_verbs", "policy_nouns", "pool_nouns", "finance_forms", "fee_words", "application_objects"
    )
    return Words(
        lexicon=lexicon,
        nouns=re.compile(_named(lexicon, "noun")),
        acts=re.compile(acts),
        phrases=re.compile(phrases),
        lists=re.compile(_named(lexicon, "list")),
        give=re.compile(give),
        generic=frozenset(lexicon.words("generic")),
        weak=frozenset(lexicon.words("weak_verbs")),
        void=re.compile(lexicon.pattern("void_words")),
        trigger=re.compile(f"优先|保障|支持|鼓励|{money}|一事一议|一企一策|{bare}|{give}"),
    )


def pattern(template: str) -> re.Pattern[str]:
    """A regular expression whose `{group}` holes are filled with the alternation of that group of the lexicon.

    `{plain}` is a character inside one clause; `{effort}` are the groups `effort X`, each as a group named X.
    """
    lexicon = load_lexicon("incentives")

    def fill(hole: re.Match[str]) -> str:
        name = hole.group(1)
        if name == "plain":
            return PLAIN
        return (
            _named(lexicon, name) if name.isalpha() and name not in lexicon.groups else alternation(lexicon.words(name))
        )

    return re.compile(re.sub(r"\{([a-z_]+)\}", fill, template))
