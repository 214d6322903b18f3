"""What the records of a plan become in the ledger: which track takes a project, what its items are opened with, and what brings their
promises in line with the plan. Records in, events out: the site follows a plan by these rules, and so does the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import MAXYEAR, date
from typing import Any, TypeVar

from lvlian.ledger.item import Event, State
from lvlian.ledger.routing import rhythm_of, route
from lvlian.ledger.track import Track

Unit = TypeVar("Unit")

UNEXPLAINED = "导入时未写理由"
END = "end"
"""The step of a duty that the plan gives no day for: the end of the plan's period, which is an assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A milestone as its plan and those who follow it tell it; `key` names the step of the item that it is."""

    key: str
    event: str
    due: date | None = None
    expected: date | None = None
    why: str = ""
    done: date | None = None


# Projects ----------------------------------------------------------------------------------------------------------------
def track_of_project(tracks: Mapping[str, Track], words: str, events: Iterable[str]) -> Track | None:
    """The track that takes most of a project's milestones; of equals the one that knows most of their words as its stages, then the one
    that the first milestone goes to. `words` are its name and product."""
    told = list(events)
    found: dict[str, int] = {}
    for event in told:
        track = route(tracks, "milestones", event, words)
        if track is not None:
            found[track.key] = found.get(track.key, 0) + 1
    if not found:
        return route(tracks, "milestones", "", words)
    known = {key: sum(tracks[key].stage_of(event) is not None for event in told) for key in found}
    return tracks[max(found, key=lambda key: (found[key], known[key]))]


def opened_on(issued: date | None, today: date) -> date:
    """An item of a plan is open since the plan was issued."""
    return min(issued, today) if issued else today


def project_opening(
    track: Track, units: Sequence[Any], heading: str, capacity: float | None, capacity_unit: str
) -> dict[str, Any]:
    """What a project's item is opened with: its units, its capacity where a field of the track takes it in its unit, and the stage
    in which the plan's heading says that it stands (在建)."""
    figures = {
        one.key: float(capacity)
        for one in track.fields
        if capacity is not None and one.kind == "number" and one.unit and one.unit == capacity_unit
    }
    standing = track.standing_of(heading)
    told = {"units": list(units), "data": figures}
    return {**told, "stage": standing.key} if standing else told


def promised(track: Track, state: State, milestones: Iterable[Told], day: date) -> list[Event]:
    """What brings the promises of an item in line with the milestones of its project."""
    out: list[Event] = []
    kept = set()
    for row in milestones:
        kept.add(row.key)
        stage = track.stage_of(row.event)
        now = state.step(row.key)
        said = {
            "step": row.key, "stage": stage.key if stage else "", "title": row.event, "due": row.due, "given": "plan",
        }  # fmt: skip
        if now is None or (now.stage, now.title, now.due) != (said["stage"], said["title"], said["due"]):
            out.append(Event("promise", day, said))
        before = (now.expected, now.why, now.done) if now else (None, "", None)
        if row.done is None and before[2] is not None:
            out.append(Event("done", day, {"step": row.key, "done": None}))
        if (row.expected, row.why if row.expected else "") != before[:2] and before[2] is None:
            told = {"step": row.key, "expected": row.expected, "why": row.why or UNEXPLAINED}
            out.append(Event("revise", day, told))
        if row.done is not None and row.done != before[2]:
            out.append(Event("done", max(day, row.done), {"step": row.key, "done": row.done}))
    for step in state.steps:
        if step.given == "plan" and step.key not in kept:
            out.append(Event("drop", day, {"step": step.key, "why": "规划不再列此节点"}))
    return out


# Duties and mechanisms ---------------------------------------------------------------------------------------------------
def end_of_period(track: Track, last_year: int | None, day: date) -> list[Event]:
    """A duty line has no day of its own: that it is done by the end of the plan's period is an assumption, set as a promise of that
    name. Nothing where the plan gives no period, or one beyond the calendar."""
    if not last_year or last_year > MAXYEAR:
        return []
    due = date(last_year, 12, 31)
    told = {"step": END, "stage": track.closes_at, "title": "规划期末", "due": due, "given": "set"}
    return [Event("promise", day, told)]


def track_of_duty(tracks: Mapping[str, Track], section: str) -> Track | None:
    """The track that takes a duty line of a section."""
    return route(tracks, "duties", "", section)


def track_of_mechanism(tracks: Mapping[str, Track], per: str, words: str) -> Track | None:
    """The track that takes a mechanism: one for what comes round by a period, another for what is promised once."""
    return route(tracks, "mechanisms", rhythm_of(per), words)


def mechanism_opening(units: Sequence[Any], per: str) -> dict[str, Any]:
    """What a mechanism's item is opened with."""
    return {"units": list(units), "data": {"per": per} if per else {}}


def nearest_line(lines: Mapping[str, AbstractSet[Unit]], section: str) -> AbstractSet[Unit]:
    """The units of the section, of the nearest above that has a line, or of the one line beside it: plans often write one line at the
    end of the last of several sub-sections for all of them. Sections are paths of headings, joined with ` › `."""
    above, beside = section, section.rpartition(" › ")[0]
    while above:
        if above in lines:
            return lines[above]
        above = above.rpartition(" › ")[0]
    sisters = [units for line, units in lines.items() if beside and line.rpartition(" › ")[0] == beside]
    return sisters[0] if len(sisters) == 1 else frozenset()
