"""The ledger of a plan without a site: what the plan's facts become in the registers, with stage, promises and light on a day.

The rules are those of the site (`lvlian.ledger.intake`, `mention`): milestones are gathered into projects, a duty line is a duty with its
units, a mechanism that comes round a routine. A fact that no track takes is told, not dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from lvlian.ledger.calendar import FIRST_YEAR, LAST_YEAR, Calendar, load_calendar
from lvlian.ledger.intake import (
    Told,
    end_of_period,
    mechanism_opening,
    nearest_line,
    opened_on,
    project_opening,
    promised,
    track_of_duty,
    track_of_mechanism,
    track_of_project,
)
from lvlian.ledger.item import Event, Reached, State, Step, replay
from lvlian.ledger.light import Light, Standing, light_of, standing_of
from lvlian.ledger.load import load_tracks
from lvlian.ledger.saying import say
from lvlian.ledger.track import Stage, Track
from lvlian.plan.facts import Duty, Fact, Mechanism, Milestone, PlanFacts

from .assessed import Assessed
from .figures import last_day
from .headings import LONGEST_SECTION, Outline
from .mention import project_key, same_project
from .origins import sentence_around, tidy
from .saying import fact_words
from .units import full_unit_name

Born = Literal["project", "duty", "mechanism"]
LONGEST_TITLE = 300
LONGEST_NAME = 200
LONGEST_EVENT = 60
LONGEST_UNIT = 120


class RegisterError(ValueError):
    """A day that no register can stand for; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The fact that an entry or one of its steps comes from: `kind` and `index` find it in the facts, `section` are the headings above it,
    `sentence` its words (empty where only the facts are at hand), `doubt` why it is to be verified. `step` is the step that it gives."""

    kind: str
    index: int
    section: str
    sentence: str = ""
    doubt: str = ""
    step: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "index": self.index, "section": self.section, "sentence": self.sentence, "doubt": self.doubt,
            "step": self.step,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the register. `light` and its reasons are those of the register's day; `state` holds what the engine knows: steps,
    stages that were reached or are implied, the running clock."""

    key: str
    born: Born
    track: Track
    title: str
    owner: str = ""
    lead: str = ""
    units: tuple[str, ...] = ()
    state: State
    standing: Standing
    light: Light
    origins: tuple[Origin, ...]

    @property
    def stage(self) -> Stage:
        return self.track.by_key[self.state.stage]

    @property
    def known(self) -> bool:
        """Whether the plan says where it stands; an entry of which it does not is listed in the first stage."""
        return self.state.known

    @property
    def implied(self) -> tuple[Reached, ...]:
        """Stages that follow from a later one and that nobody reported."""
        return tuple(one for one in self.state.reached if one.implied)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.state.steps

    @property
    def assumed(self) -> bool:
        """Whether its day is an assumption: the end of the plan's period."""
        return any(step.given != "plan" for step in self.steps)

    @property
    def day(self) -> date | None:
        """The day that counts next."""
        return self.standing.next_day or self.standing.clock_until

    @property
    def next_title(self) -> str:
        return self.standing.next_title

    @property
    def section(self) -> str:
        return self.origins[0].section

    def say(self, today: date, language: str = "zh") -> tuple[str, ...]:
        """The reasons of its light as sentences, the decisive one first."""
        return tuple(say(reason, today, language, self.track) for reason in self.light.reasons)

    def to_json(self, today: date) -> dict[str, Any]:
        """The form of `lvlian ledger --json`: days as text, reasons with their sentences in both languages."""
        zh, en = self.say(today, "zh"), self.say(today, "en")
        return {
            "key": self.key, "born": self.born, "track": self.track.key, "title": self.title, "owner": self.owner,
            "lead": self.lead, "units": list(self.units), "stage": self.state.stage, "stage_name": self.stage.name.zh,
            "known": self.known, "implied": [one.stage for one in self.implied], "opened": self.state.opened.isoformat(),
            "steps": [
                {
                    "key": step.key, "stage": step.stage, "title": step.title, "due": _iso(step.due),
                    "expected": _iso(step.expected), "done": _iso(step.done), "given": step.given,
                }
                for step in self.steps
            ],
            "next": self.next_title, "day": _iso(self.day), "assumed": self.assumed, "data": dict(self.state.data),
            "light": self.light.state,
            "reasons": [
                {"code": reason.code, "values": dict(reason.values), "zh": zh[place], "en": en[place]}
                for place, reason in enumerate(self.light.reasons)
            ],
            "origins": [origin.to_json() for origin in self.origins],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The entries of a plan on a day, by track in the order of the tracks, then by the day that counts. `left` are the facts that no track
    takes."""

    title: str
    region: str
    issued: date | None
    today: date
    tracks: Mapping[str, Track] = field(repr=False)
    entries: tuple[Entry, ...]
    left: tuple[Origin, ...] = ()
    invented: bool = False

    def of(self, track: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.track.key == track)

    def by_track(self) -> Iterator[tuple[Track, tuple[Entry, ...]]]:
        """Every track that has entries, with them."""
        for key, track in self.tracks.items():
            if entries := self.of(key):
                yield track, entries

    def lights(self) -> dict[str, int]:
        """How many entries have which light, the gravest first."""
        return {
            state: sum(entry.light.state == state for entry in self.entries) for state in ("bad", "warn", "none", "ok")
        }

    def only(self, *, tracks: Sequence[str] = (), lights: Sequence[str] = ()) -> Register:
        """The register with the entries of some tracks or lights alone. Raises RegisterError for a track that there is not."""
        for key in tracks:
            if key not in self.tracks:
                raise RegisterError(
                    f"track {key!r}: there is none of this name, expected one of {', '.join(self.tracks)}"
                )
        kept = tuple(
            entry
            for entry in self.entries
            if (not tracks or entry.track.key in tracks) and (not lights or entry.light.state in lights)
        )
        return Register(
            title=self.title, region=self.region, issued=self.issued, today=self.today, tracks=self.tracks, entries=kept,
            left=() if tracks or lights else self.left, invented=self.invented,
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """The form of `lvlian ledger --json`."""
        return {
            "title": self.title, "region": self.region, "issued": _iso(self.issued), "today": self.today.isoformat(),
            "invented": self.invented, "lights": self.lights(),
            "tracks": {track.key: track.name.zh for track, _ in self.by_track()},
            "entries": [entry.to_json(self.today) for entry in self.entries],
            "left": [origin.to_json() for origin in self.left],
        }  # fmt: skip


def register_of(
    facts: PlanFacts,
    *,
    today: date,
    tracks: Mapping[str, Track] | None = None,
    calendar: Calendar | None = None,
    issued: date | None = None,
) -> Register:
    """The register of a plan on a day.

    `issued` takes the place of the document's date, since when its entries are open. Raises RegisterError for a day outside the years of the
    calendar, TrackError where the shipped tracks cannot be read.
    """
    issued = issued or _day(facts.document.date)
    for what, day in (("today", today), ("the date of issue", issued)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise RegisterError(f"{what} {day}: expected a year from {FIRST_YEAR} to {LAST_YEAR}")
    desk = _Desk(facts, today, issued, load_tracks() if tracks is None else tracks, calendar or load_calendar())
    entries = [*desk.projects(), *desk.duties(), *desk.mechanisms()]
    order = {key: place for place, key in enumerate(desk.tracks)}
    entries.sort(key=lambda entry: (order[entry.track.key], entry.day or date.max))
    head = facts.document
    return Register(
        title=" ".join(head.title.split()) or facts.name, region=head.region, issued=issued, today=today, tracks=desk.tracks,
        entries=tuple(entries), left=tuple(desk.left), invented=Assessed(facts).invented,
    )  # fmt: skip


@dataclass(slots=True)
class _Project:
    """The mentions of one project."""

    name: str
    owner: str
    product: str
    capacity: float | None
    capacity_unit: str
    rows: list[tuple[int, Milestone]] = field(default_factory=list)


class _Desk:
    """One run over the facts of a plan."""

    def __init__(
        self, facts: PlanFacts, today: date, issued: date | None, tracks: Mapping[str, Track], calendar: Calendar
    ) -> None:
        self.facts, self.today, self.tracks, self.calendar = facts, today, tracks, calendar
        self.opened = opened_on(issued, today)
        self.outline = Outline([heading.to_json() for heading in facts.outline])
        names = {_name(name) for duty in facts.duties for name in (*duty.units, duty.lead or "")} - {""}
        self.unit = {name: full_unit_name(name, names) for name in names}
        self.lines: dict[str, dict[str, None]] = {}
        for duty in facts.duties:
            self.lines.setdefault(self.section(duty), {}).update(dict.fromkeys(self.units(duty)))
        self.left: list[Origin] = []

    def section(self, fact: Fact) -> str:
        """The headings above a fact, those of the outline where the fact has a place in the text."""
        return (self.outline.path(fact.start) or fact.section)[:LONGEST_SECTION]

    def units(self, duty: Duty) -> list[str]:
        names = [*duty.units, *([duty.lead] if duty.lead and duty.lead not in duty.units else [])]
        return list(dict.fromkeys(self.unit[name] for name in map(_name, names) if name))

    def beside(self, section: str) -> list[str]:
        """The units of the duty line that holds for a section."""
        return list(nearest_line({line: units.keys() for line, units in self.lines.items()}, section))

    # Kinds ---------------------------------------------------------------------------------------------------------------
    def projects(self) -> Iterator[Entry]:
        for project in self._gathered():
            rows = sorted(project.rows, key=lambda row: last_day(row[1].when or "") or date.max)
            origins = tuple(self.origin(fact, index, step=f"m{index}") for index, fact in rows)
            words = f"{project.name} {project.product}"
            track = track_of_project(self.tracks, words, [fact.event[:LONGEST_EVENT] for _, fact in rows])
            if track is None:
                self.left += origins
                continue
            units = list(dict.fromkeys(unit for origin in origins for unit in self.beside(origin.section)))
            opening = project_opening(track, units, origins[0].section, project.capacity, project.capacity_unit)
            events = [Event("open", self.opened, opening)]
            told = [
                Told(key=f"m{index}", event=fact.event[:LONGEST_EVENT], due=last_day(fact.when or ""))
                for index, fact in rows
            ]
            events += promised(track, replay(track, events, self.calendar), told, self.today)
            yield self.entry(
                f"m{rows[0][0]}", "project", track, events, origins, title=project.name, owner=project.owner
            )

    def _gathered(self) -> list[_Project]:
        """The milestones as projects, in the order of the text."""
        out: list[_Project] = []
        known: dict[tuple[str, str], list[_Project]] = {}
        for index, fact in _in_order(self.facts.milestones):
            owner, product, unit = (
                fact.owner or "",
                (fact.product or "")[:LONGEST_UNIT],
                (fact.capacity_unit or "")[:30],
            )
            beside = known.setdefault(project_key(fact.project, owner), [])
            found = same_project(beside, fact.capacity, unit)
            if found is None:
                name = " ".join(fact.project.split())[:LONGEST_NAME]
                found = _Project(name, owner[:LONGEST_UNIT], product, fact.capacity, unit)
                beside.append(found)
                out.append(found)
            if found.capacity is None and fact.capacity is not None:
                found.capacity, found.capacity_unit = fact.capacity, unit
            found.product = found.product or product
            found.rows.append((index, fact))
        return out

    def duties(self) -> Iterator[Entry]:
        for index, fact in _in_order(self.facts.duties):
            origin = self.origin(fact, index)
            title = origin.section or _line(fact)
            track = track_of_duty(self.tracks, title)
            if track is None:
                self.left.append(origin)
                continue
            lead = self.unit.get(_name(fact.lead or ""))
            events = [Event("open", self.opened, {"lead": lead, "units": self.units(fact)})]
            events += end_of_period(track, self._last_year(), self.opened)
            yield self.entry(f"d{index}", "duty", track, events, (origin,), title=title)

    def mechanisms(self) -> Iterator[Entry]:
        for index, fact in _in_order(self.facts.mechanisms):
            origin, per = self.origin(fact, index), fact.per or ""
            track = track_of_mechanism(self.tracks, per, _line(fact))
            if track is None:
                self.left.append(origin)
                continue
            events = [Event("open", self.opened, mechanism_opening(self.beside(origin.section), per))]
            yield self.entry(f"r{index}", "mechanism", track, events, (origin,), title=fact.name or _line(fact))

    def _last_year(self) -> int | None:
        last = (self.facts.document.period or ("", ""))[1]
        return int(last) if last.isdecimal() and len(last) <= 4 else None

    # Parts ---------------------------------------------------------------------------------------------------------------
    def entry(
        self, key: str, born: Born, track: Track, events: Iterable[Event], origins: tuple[Origin, ...], **own: Any
    ) -> Entry:
        state = replay(track, events, self.calendar)
        standing = standing_of(track, state, self.calendar)
        own["title"] = own["title"][:LONGEST_TITLE]
        return Entry(
            key=key, born=born, track=track, lead=state.lead or "", units=state.units, state=state, standing=standing,
            light=light_of(track.light, standing, self.today), origins=origins, **own,
        )  # fmt: skip

    def origin(self, fact: Fact, index: int, step: str = "") -> Origin:
        return Origin(
            kind=fact.kind, index=index, section=self.section(fact), sentence=self._sentence(fact), doubt=fact.reason or "",
            step=step,
        )  # fmt: skip

    def _sentence(self, fact: Fact) -> str:
        end = (fact.start or 0) + len(fact.quote)
        if not fact.quote or fact.start is None or end > len(self.facts.text):
            return tidy(fact.quote)
        first, last = sentence_around(self.facts, fact.start, end)
        return tidy(self.facts.text[first:last])


def _in_order(facts: Sequence[Any]) -> list[tuple[int, Any]]:
    """The facts with their places in the list, in the order of the text."""
    return sorted(enumerate(facts), key=lambda one: (one[1].start is None, one[1].start or 0))


def _line(fact: Duty | Mechanism) -> str:
    words = fact_words(fact)
    return words if len(words) <= LONGEST_TITLE else words[: LONGEST_TITLE - 1] + "…"


def _name(name: str) -> str:
    return "".join(name.split())[:LONGEST_UNIT]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
