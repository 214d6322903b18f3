"""Which stage an item reached when, read from its events, as the marks that goals are counted by (`lvlian.ledger.tally`). Pure.

A stage counts from the day of its first event that was not taken back; an item that was opened further on has reached what lies
before. An amount that grows (到位资金) counts on the days on which it grew, any other on the day on which its stage was reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lvlian.ledger.tally import Mark
from lvlian.ledger.track import Count, Track

KINDS = ("open", "enter", "back", "amend", "reopen")
"""Kinds of events that tell of stages and amounts."""
Told = tuple[str, date, Mapping[str, Any]]
"""An event: its kind, day and data."""


@dataclass(slots=True)
class Course:
    """What an item's events tell: the day on which each stage was reached, and what its fields held from which day on."""

    reached: dict[str, date] = field(default_factory=dict)
    values: dict[str, list[tuple[date, Any]]] = field(default_factory=dict)

    def changed(self, values: Mapping[str, Any], day: date) -> None:
        for key, value in values.items():
            self.values.setdefault(key, []).append((day, value))


def course_of(track: Track, events: Iterable[Told]) -> Course:
    """The course of an item; stages that the track does not have any more are left out."""
    out = Course()
    for kind, day, data in events:
        stage = str(data.get("stage") or "")
        if kind == "open":
            out.changed(dict(data.get("data") or {}), day)
            for one in track.stages[: track.order.get(stage, 0) + 1]:
                out.reached[one.key] = day
        elif kind == "enter" and stage in track.order:
            out.reached.setdefault(stage, day)
        elif kind in ("back", "reopen"):
            # A closed item is reopened in the stage before its last one.
            at = track.order.get(stage, len(track.stages) - 2 if track.closes_at in out.reached else len(track.stages))
            for key in [key for key in out.reached if track.order.get(key, -1) > at]:
                del out.reached[key]
        elif kind == "amend":
            out.changed(dict(data.get("values") or {}), day)
    return out


def marks_of(
    track: Track, item: int, course: Course, promised: Mapping[str, date], who: int | None = None, counts: Iterable[Count] | None = None
) -> list[Mark]:  # fmt: skip
    """The marks of an item: one for each stage, and for each count that adds amounts up those of its field. `promised` are the days
    promised, by stage."""
    out = [
        Mark(
            item=item,
            stage=stage.key,
            due=promised.get(stage.key),
            reached=course.reached.get(stage.key),
            who=who,
            adds="",
        )
        for stage in track.stages
        if stage.key in promised or stage.key in course.reached
    ]
    for count in track.counts if counts is None else counts:
        if count.adds:
            out += _amounts(track, count, item, course, promised, who)
    return out


def _amounts(
    track: Track, count: Count, item: int, course: Course, promised: Mapping[str, date], who: int | None
) -> list[Mark]:
    due, reached = promised.get(count.stage), course.reached.get(count.stage)
    about: dict[str, Any] = {"item": item, "stage": count.stage, "who": who, "adds": count.adds}
    told = [(day, value) for day, raw in course.values.get(count.adds, ()) if (value := _number(raw)) is not None]
    last = told[-1][1] if told else None
    if reached is None:
        return [Mark(due=due, amount=last, **about)] if due else []
    one = track.field(count.adds)
    if not told or one is None or not one.asked:
        return [Mark(due=due, reached=reached, amount=last, **about)]
    out: list[Mark] = [Mark(due=due, amount=last, **about)] if due else []
    before = 0.0
    for day, value in told:
        out.append(Mark(reached=max(day, reached), amount=value - before, **about))
        before = value
    return out


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
