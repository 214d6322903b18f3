"""The headings of a document: the path of headings that a place of the text stands under."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_SECTION = 300
"""Characters of a path that are kept, counted from its end."""


class Outline:
    """Headings in the form of `Heading.to_json`: `level`, `text`, `start`."""

    def __init__(self, headings: Sequence[Mapping[str, Any]]) -> None:
        self.headings = sorted(headings, key=lambda heading: int(heading["start"]))
        self.starts = [int(heading["start"]) for heading in self.headings]
        self.paths: list[str] = []
        stack: list[tuple[int, str]] = []
        for heading in self.headings:
            level, words = int(heading["level"]), " ".join(str(heading["text"]).split())
            stack = [(above, text) for above, text in stack if above < level] + [(level, words)]
            self.paths.append(" › ".join(text for _, text in stack)[-LONGEST_SECTION:])

    def place(self, start: int | None) -> int | None:
        """The number of the heading above a place; None before the first and where there is no place."""
        at = bisect_right(self.starts, start) - 1 if start is not None else -1
        return at if at >= 0 else None

    def path(self, start: int | None) -> str:
        """All headings above a place, joined with ` › `."""
        at = self.place(start)
        return self.paths[at] if at is not None else ""

    def last(self, start: int | None) -> str:
        """The heading right above a place, as printed."""
        at = self.place(start)
        return str(self.headings[at]["text"]) if at is not None else ""
