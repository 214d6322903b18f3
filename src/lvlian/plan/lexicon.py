"""The words that the reader knows, from `plan/lexicon/*.yaml` and, on top, a user's own folder.

A lexicon file is a mapping `group: {words: [...], note: ...}` (a group may be written as a bare list). A user's file of
the same name adds words to a group, or takes words away with `without: [...]`. `Lexicon.pattern` gives the group as one
alternation, longest word first; a fact names the entry that made it as `file:group:word`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any


class LexiconError(ValueError):
    """One clear sentence: which file and group, what was found, what was expected."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One lexicon file: `groups` maps a group's name to its words."""

    name: str
    groups: dict[str, tuple[str, ...]]

    def words(self, *groups: str) -> tuple[str, ...]:
        """The words of the named groups, in order. Raises LexiconError for a group that is not there."""
        out: list[str] = []
        for group in groups:
            if group not in self.groups:
                raise LexiconError(f"lexicon {self.name}.yaml: no group {group!r}; it has {', '.join(self.groups)}")
            out.extend(self.groups[group])
        return tuple(out)

    def pattern(self, *groups: str) -> str:
        """The words of the groups as one regular alternation, the longest first; words may hold regular syntax after `re:`."""
        return alternation(self.words(*groups))

    def entry(self, word: str, *groups: str) -> str:
        """`file:group:word` of the group that holds the word, for a fact's `made_by`."""
        for group in groups or tuple(self.groups):
            if word in self.groups[group]:
                return f"{self.name}:{group}:{word}"
        return f"{self.name}:{groups[0] if groups else ''}:{word}"

    def group_of(self, word: str) -> str | None:
        """The first group that holds the word."""
        return next((name for name, words in self.groups.items() if word in words), None)


def alternation(words: Iterable[str]) -> str:
    """`(?:a|b|c)` of the words, the longest first; a word that starts with `re:` is taken as a regular expression."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(w[3:] if w.startswith("re:") else re.escape(w) for w in ordered) + ")"


_extra_folder: Path | None = None


def use_folder(folder: Path | None) -> None:
    """Put a user's own lexicon folder on top of the shipped one, for this process. Raises LexiconError where it is none."""
    global _extra_folder
    if folder is not None and not folder.is_dir():
        raise LexiconError(f"lexicon folder {folder}: no such folder")
    _extra_folder = folder
    load_lexicon.cache_clear()
    for rebuild in _built:
        rebuild.cache_clear()


_built: list[Any] = []


def built_from_lexicon(function: Any) -> Any:
    """Cache what a module builds from lexicons (compiled patterns); `use_folder` drops it."""
    cached = cache(function)
    _built.append(cached)
    return cached


def _groups(raw: object, where: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    if not isinstance(raw, dict):
        raise LexiconError(f"{where}: expected a mapping of groups, found {type(raw).__name__}")
    groups = {}
    for group, body in raw.items():
        words, without = (
            (body, [])
            if isinstance(body, list)
            else (body.get("words", []), body.get("without", []))
            if isinstance(body, dict)
            else (None, [])
        )
        if not isinstance(words, list) or not all(isinstance(w, str) and w for w in words):
            raise LexiconError(f"{where}, group {group!r}: expected a list of words")
        groups[str(group)] = (tuple(words), tuple(without))
    return groups


def _parse(content: str, where: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    import yaml

    try:
        raw = yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise LexiconError(f"{where}{line}: not valid YAML") from None
    return _groups(raw or {}, where)


@cache
def load_lexicon(name: str) -> Lexicon:
    """The lexicon `plan/lexicon/<name>.yaml` with the user's additions. Raises LexiconError."""
    shipped = files("lvlian.plan") / "lexicon" / f"{name}.yaml"
    groups = {g: words for g, (words, _) in _parse(shipped.read_text(encoding="utf-8"), f"{name}.yaml").items()}
    if _extra_folder is not None and (own := _extra_folder / f"{name}.yaml").is_file():
        for group, (words, without) in _parse(own.read_text(encoding="utf-8"), str(own)).items():
            kept = tuple(w for w in groups.get(group, ()) if w not in without)
            groups[group] = kept + tuple(w for w in words if w not in kept)
    return Lexicon(name, groups)


def lexicon_names() -> list[str]:
    """The names of the shipped lexicons."""
    return sorted(p.name[:-5] for p in (files("lvlian.plan") / "lexicon").iterdir() if p.name.endswith(".yaml"))
