"""The declared rules of a dispatch (`dispatch.yaml`): when each step falls, and how long an answer is taken to take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.quarter import Quarter
from lvlian.ledger.track import Words
from lvlian.ledger.yaml_file import FileError, Node, mapping_of

FILE = Path(__file__).with_name("dispatch.yaml")
STEPS = ("check_from", "check_until", "seal", "meeting", "issue")
ANSWERS = ("confirm", "fill", "correct")


class RulesError(FileError):
    """The rules cannot be used; one sentence: file, place, found, expected."""


@dataclass(frozen=True, slots=True)
class Rules:
    """`days` are working days after a quarter's last day, `seconds` what one answer of each kind is taken to take."""

    days: dict[str, int]
    meeting_time: time
    seconds: dict[str, int]
    source: Words
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When the steps of a quarter's dispatch fall."""

    as_of: date
    check_from: date
    check_until: date
    seal_on: date
    meeting_at: datetime
    issue_on: date


def load_rules(path: Path = FILE) -> Rules:
    """The rules of a file. Raises RulesError."""
    top = Node(
        mapping_of(path, RulesError),
        ("days", "meeting_time", "seconds", "source", "verified"),
        path.name,
        "",
        RulesError,
    )
    days, seconds, source = top.under("days", STEPS), top.under("seconds", ANSWERS), top.under("source", ("zh", "en"))
    clock = top.text("meeting_time")
    try:
        at = time.fromisoformat(clock)
    except ValueError:
        raise top.wrong("meeting_time", f"found {clock!r}, expected HH:MM") from None
    told = {key: days.number(key, low=0, high=60) for key in STEPS}
    if list(told.values()) != sorted(told.values()):
        raise top.wrong("days", "expected each step no earlier than the one before it")
    return Rules(
        told,
        at,
        {key: seconds.number(key, low=1, high=3600) for key in ANSWERS},
        Words(source.text("zh"), source.text("en")),
        top.yes("verified"),
    )


@cache
def rules() -> Rules:
    """The rules that the program brings. Read once."""
    return load_rules()


def dates_of(quarter: Quarter, calendar: Calendar) -> Dates:
    """The steps of a quarter's dispatch by rule, in working days after its last day."""
    last, told = quarter.last, rules()
    on = {key: calendar.add(last, number) for key, number in told.days.items()}
    return Dates(
        as_of=last,
        check_from=on["check_from"],
        check_until=on["check_until"],
        seal_on=on["seal"],
        meeting_at=datetime.combine(on["meeting"], told.meeting_time),
        issue_on=on["issue"],
    )
