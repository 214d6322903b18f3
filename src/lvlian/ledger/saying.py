"""Reasons, refusals and names in words, in both languages, from `words.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from lvlian.ledger.item import Refused
from lvlian.ledger.light import Reason
from lvlian.ledger.track import Track

_STAGES = ("stage", "here", "next")


@cache
def load_words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """`words.yaml`: group → code → language → text."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (files("lvlian.ledger") / "words.yaml").read_text("utf-8")
    words: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.load(text, Loader=loader)
    return words


def name(group: str, key: str, language: str = "zh") -> str:
    """The name of a branch, level, factor or light (`branches`, `levels`, `factors`, `lights`); the key itself where it has none."""
    return load_words()[group].get(key, {}).get(language, key)


def step_words(track: Track | None, title: str, language: str = "zh") -> str:
    """What a step is called: one that is called as a stage is has the stage's name in both languages, any other its own words."""
    if language == "en" and track is not None:
        return next((stage.name.en for stage in track.stages if stage.name.zh == title), title)
    return title


def say(reason: Reason, today: date, language: str = "zh", track: Track | None = None) -> str:
    """A reason as a sentence on a day."""
    return _say("reasons", reason.code, reason.values, language, track, today)


def say_refused(refused: Refused, language: str = "zh", track: Track | None = None) -> str:
    """A refusal as a sentence."""
    return _say("refusals", refused.code, refused.values, language, track, None)


def _say(
    group: str, code: str, values: Mapping[str, Any], language: str, track: Track | None, today: date | None
) -> str:
    pattern = load_words()[group].get(code, {}).get(language)
    if pattern is None:
        return code
    told = {key: _told(key, value, language, track) for key, value in values.items()}
    if today is not None and isinstance(day := values.get("day"), str) and day:
        told["n"] = str(abs((today - date.fromisoformat(day)).days))
    sentence = pattern.format_map(_Missing(told)).strip()
    return sentence.rstrip("：: ，,") if not sentence.endswith("）") else sentence


def _told(key: str, value: Any, language: str, track: Track | None) -> str:
    if key in _STAGES and track is not None and value in track.by_key:
        words = track.by_key[value].name
        return words.en if language == "en" else words.zh
    if key == "step":
        return step_words(track, str(value), language)
    if key == "branch":
        return name("branches", str(value), language)
    if key == "level":
        return name("levels", str(value), language)
    if key == "factor":
        return name("factors", str(value), language)
    return value.isoformat() if isinstance(value, date) else str(value)


class _Missing(dict[str, str]):
    """A value that a user's wording asks for and that is not there is left out."""

    def __missing__(self, key: str) -> str:
        return ""
