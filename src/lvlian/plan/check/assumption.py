"""What the checks assume and the words that they look for: `thresholds.yaml`, `words.yaml` and `slips.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from lvlian.plan.lexicon import alternation


class AssumptionError(ValueError):
    """One clear sentence: which file and entry, what was found, what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A figure that a check assumes: `low`..`high` (equal where it is a single figure), how it is named, where it comes from."""

    name: str
    low: Decimal
    high: Decimal
    zh: str
    en: str
    source: str

    @property
    def value(self) -> Decimal:
        return self.low

    def __str__(self) -> str:
        return f"{self.zh}；依据：{self.source}"


@dataclass(frozen=True, slots=True)
class Words:
    """`words.yaml`: a group is a list of words, a list of lists, or a mapping."""

    groups: Mapping[str, Any]
    _patterns: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False, compare=False)

    def listed(self, group: str) -> tuple[str, ...]:
        """Raises AssumptionError for a group that is not there or no list of words."""
        value = self._group(group)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise AssumptionError(f"words.yaml, {group}: expected a list of words")
        return tuple(value)

    def nested(self, group: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of words. Raises AssumptionError as `listed` does."""
        value = self._group(group)
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise AssumptionError(f"words.yaml, {group}: expected a list of lists")
        return tuple(tuple(str(word) for word in row) for row in value)

    def mapping(self, group: str) -> dict[str, Any]:
        """A mapping. Raises AssumptionError as `listed` does."""
        value = self._group(group)
        if not isinstance(value, dict):
            raise AssumptionError(f"words.yaml, {group}: expected a mapping")
        return {str(key): content for key, content in value.items()}

    def within(self, text: str, group: str) -> str | None:
        """The first word of the group that stands in the text."""
        return next((word for word in self.listed(group) if word in text), None)

    def pattern(self, *groups: str) -> str:
        """The words of the groups as one alternation, the longest first."""
        known = self._patterns.get(groups)
        if known is None:
            known = self._patterns[groups] = alternation(word for group in groups for word in self.listed(group))
        return known

    def _group(self, group: str) -> Any:
        if group not in self.groups:
            raise AssumptionError(f"words.yaml: no group {group!r}")
        return self.groups[group]


def _read(name: str) -> dict[str, Any]:
    data = yaml.load(
        files("lvlian.plan.check").joinpath(name).read_text("utf-8"),
        Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
    )
    if not isinstance(data, dict):
        raise AssumptionError(f"{name}: expected a mapping")
    return data


@cache
def load_words() -> Words:
    """The words of the checks. Raises AssumptionError."""
    return Words(_read("words.yaml"))


@cache
def load_assumptions() -> dict[str, Assumption]:
    """The figures of `thresholds.yaml` by name. Raises AssumptionError on a missing field or a range the wrong way round."""
    out = {}
    for name, entry in _read("thresholds.yaml").items():
        if (
            not isinstance(entry, dict)
            or not {"zh", "en", "source"} <= entry.keys()
            or not ("value" in entry or {"low", "high"} <= entry.keys())
        ):
            raise AssumptionError(f"thresholds.yaml, {name}: expected value or low and high, with zh, en and source")
        low = Decimal(str(entry.get("value", entry.get("low"))))
        high = Decimal(str(entry.get("value", entry.get("high"))))
        if low > high:
            raise AssumptionError(f"thresholds.yaml, {name}: low {low} is above high {high}")
        out[name] = Assumption(name=name, low=low, high=high, zh=entry["zh"], en=entry["en"], source=entry["source"])
    return out


@cache
def load_slips() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of typing slips, each with what is meant. Raises AssumptionError on a pattern that does not compile."""
    out = []
    for key, meant in _read("slips.yaml").items():
        try:
            out.append((re.compile(key[3:] if key.startswith("re:") else re.escape(key)), str(meant)))
        except re.error as error:
            raise AssumptionError(f"slips.yaml, {key}: no regular expression ({error})") from None
    return tuple(out)
