"""The declared rules of reporting (`reports.yaml`): when the report of a month is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lvlian.ledger.track import Words
from lvlian.ledger.yaml_file import FileError, Node, mapping_of

FILE = Path(__file__).with_name("reports.yaml")


class RulesError(FileError):
    """The rules cannot be used; one sentence: file, place, found, expected."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`due_day` is a day of the month after the one that is reported."""

    due_day: int
    source: Words
    verified: bool


def load_rules(path: Path = FILE) -> Rules:
    """The rules of a file. Raises RulesError."""
    top = Node(mapping_of(path, RulesError), ("due_day", "source", "verified"), path.name, "", RulesError)
    source = top.under("source", ("zh", "en"))
    return Rules(
        top.number("due_day", low=1, high=28), Words(source.text("zh"), source.text("en")), top.yes("verified")
    )


@cache
def rules() -> Rules:
    """The rules that the program brings. Read once."""
    return load_rules()


def due_on(month: str) -> date:
    """The day by which the report of a month is due."""
    year, number = int(month[:4]), int(month[5:])
    return date(year + number // 12, number % 12 + 1, rules().due_day)


def last_month(day: date) -> str:
    """The last month that is over on a day."""
    return f"{day.year - 1}-12" if day.month == 1 else f"{day.year}-{day.month - 1:02d}"
