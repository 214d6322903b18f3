"""What a table prints: cells, rows, headers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Cell:
    """One cell: what is printed, and how."""

    text: str
    kind: str = "text"
    num: bool = False
    value: Any = None
    href: str = ""
    origin: str = ""
    reason: str = ""
    """Why nothing stands here, or the reason of a light."""
    masked: bool = False
    label: str = ""
    key: str = ""
    short: str = ""
    """The beginning of a long list of names, for a table."""


@dataclass(slots=True)
class Line:
    """One row of the table."""

    pk: int
    row: Any
    href: str
    cells: list[Cell] = field(default_factory=list)
    name: str = ""


@dataclass(slots=True)
class Head:
    """One header cell."""

    key: str
    label: str
    num: bool
    sort_url: str = ""
    order: str = ""
