"""A line of arithmetic taken apart so that it can be set as a table row."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RELATION = re.compile(r"\s*(≠|≈|≥|≤|=|(?<!-)>|<|→)\s*")
_NOTE = re.compile(r"\s*[（(]([^（()）]*)[）)]\s*$")


@dataclass(frozen=True, slots=True)
class Sum:
    """`terms` are the expressions, `relations` the marks between them (one fewer), `note` the bracketed words at the end."""

    terms: tuple[str, ...]
    relations: tuple[str, ...]
    note: str

    @property
    def breaks(self) -> bool:
        """Whether the line shows something that does not hold."""
        return "≠" in self.relations


def taken_apart(line: str) -> Sum:
    """`310 + 550 = 860 ≠ 900 (2024, 亿元)` → terms 310 + 550 | 860 | 900, relations = ≠, note `2024, 亿元`."""
    note = ""
    body = line.strip()
    match = _NOTE.search(body)
    if match and match.start():
        note, body = match.group(1), body[: match.start()]
    parts = _RELATION.split(body)
    return Sum(tuple(part.strip() for part in parts[::2]), tuple(parts[1::2]), note)


def aligned(lines: tuple[str, ...]) -> tuple[list[Sum], int]:
    """All lines of a finding and the number of terms of the longest, so that their columns can be filled up."""
    sums = [taken_apart(line) for line in lines]
    return sums, max((len(item.terms) for item in sums), default=0)
