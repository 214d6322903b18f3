"""The words of the interface in Chinese and English, kept in one YAML file (`wording.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

LANGUAGES = ("zh", "en")


class WordingError(ValueError):
    """A language or a key that the wording file does not have."""


@dataclass(frozen=True, slots=True)
class Said:
    """The same words in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Wording:
    """Looks up words by key; `language` is the one that single-language output (Word, Excel, titles) uses."""

    language: str = "zh"

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise WordingError(f"language {self.language!r}: expected one of {', '.join(LANGUAGES)}")

    def both(self, key: str, **values: object) -> Said:
        """The words for `key` in both languages, `{name}` replaced from `values`; raises WordingError on an unknown key."""
        words = _words().get(key)
        if words is None:
            raise WordingError(f"wording.yaml has no key {key!r}")
        zh, en = words
        return Said(zh.format(**values), en.format(**values)) if values else Said(zh, en)

    def say(self, key: str, **values: object) -> str:
        """The words for `key` in this wording's language."""
        return self.both(key, **values).in_(self.language)

    def term(self, group: str, word: str) -> Said:
        """The words for a value of the facts (`per` = `month`, …); a value that is not listed stands for itself."""
        words = _words().get(f"{group}.{word}")
        return Said(*words) if words else Said(word, word)


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, str]]:
    import yaml

    raw = yaml.safe_load(resources.files(__package__).joinpath("wording.yaml").read_text(encoding="utf-8"))
    words: dict[str, tuple[str, str]] = {}
    for key, value in raw.items():
        if isinstance(value, dict):
            for name, pair in value.items():
                words[f"{key}.{name}"] = (str(pair[0]), str(pair[1]))
        else:
            words[str(key)] = (str(value[0]), str(value[1]))
    return words
