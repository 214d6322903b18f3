"""Words that the engines give in two languages, in that of the page."""

from __future__ import annotations

from django.utils.translation import get_language

from lvlian.brief.figures import when_en, when_zh


def english() -> bool:
    """Whether the page is shown in English."""
    return (get_language() or "").startswith("en")


def promised(when: str, binds: str) -> str:
    """A date as the plan promises it: `2023-08 前`, `by 2023-08`; empty where the plan gives none."""
    return when_en(when, binds) if english() else when_zh(when, binds)
