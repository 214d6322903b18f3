"""The light of an item: computed from its dates, its clock, its factors and its last report, never typed, with every reason.

`standing_of` boils an item down to what its light hangs on; `light_of` tells the light of a day; `turns_on` the first day on which
it may be another, so that a register of 10⁵ items need only look again at those whose day has come.

| what | light |
|---|---|
| two people set it, until a day | as they set it |
| ended | `ok` 已办结, or `none` where it was cancelled or merged |
| paused | `warn` |
| the day that counts is past, or was moved beyond the promise, by up to `bad` days | `warn` |
| the same by more | `bad` |
| the clock of its stage is in its last days · has run out | `warn` · `bad` |
| a factor that it needs comes later than it is needed | `warn` |
| behind the dates counted back from the next promise (序时) | `warn` |
| no report for longer than the track allows | `warn` |
| neither date nor clock, or nobody in charge | `none` |
| all promises are kept, and nobody promised what comes next | `ok` |
| else | `ok` |

The worst counts, and all reasons are told, the worst first. Reasons carry days, not counts of days: the same reason says
逾期 3 天 today and 逾期 4 天 tomorrow (`saying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lvlian.ledger.calendar import Calendar
from lvlian.ledger.item import State, Step
from lvlian.ledger.track import LightRule, Track

STATES = ("ok", "none", "warn", "bad")
"""From the best to the worst."""
RANKS: dict[str, int] = {state: rank for rank, state in enumerate(STATES)}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code of `words.yaml` with its values (JSON's: days as `2024-03-31`)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> list[Any]:
        return [self.code, dict(self.values)]


@dataclass(frozen=True, slots=True)
class Light:
    """A state with its reasons, the decisive one first."""

    state: str
    reasons: tuple[Reason, ...]

    @property
    def rank(self) -> int:
        return RANKS[self.state]


@dataclass(frozen=True, slots=True)
class Block:
    """A factor that comes later than it is needed: `day` when it comes now (None: nobody knows), `need` when it was needed."""

    factor: str
    title: str
    need: date | None
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a light hangs on. Small and flat, so that it can stand in a row beside the item."""

    branch: str = "active"
    since: date | None = None
    why: str = ""
    next_day: date | None = None
    next_title: str = ""
    kept: date | None = None
    """The last day on which a promise was kept, where there are promises and all are kept."""
    slip_title: str = ""
    slip_from: date | None = None
    slip_to: date | None = None
    slip_why: str = ""
    pace_day: date | None = None
    pace_stage: str = ""
    stage: str = ""
    clock_near: date | None = None
    clock_until: date | None = None
    reported: date | None = None
    assigned: bool = True
    known: bool = True
    blocks: tuple[Block, ...] = ()
    override: str = ""
    override_until: date | None = None
    override_why: str = ""

    def to_json(self) -> dict[str, Any]:
        """Only what differs from an empty standing; days as text."""
        out: dict[str, Any] = {}
        for name, empty in _EMPTY.items():
            value = getattr(self, name)
            if value != empty:
                out[name] = value.isoformat() if isinstance(value, date) else value
        if self.blocks:
            out["blocks"] = [
                [b.factor, b.title, b.need.isoformat() if b.need else None, b.day.isoformat() if b.day else None]
                for b in self.blocks
            ]
        return out

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Standing:
        """The standing that `to_json` wrote."""
        read: dict[str, Any] = {}
        for name, value in values.items():
            if name == "blocks":
                read[name] = tuple(Block(f, t, _read(n), _read(d)) for f, t, n, d in value)
            elif name in _DAYS and value is not None:
                read[name] = date.fromisoformat(value)
            else:
                read[name] = value
        return cls(**read)


_DAYS = frozenset(
    {
        "since", "next_day", "kept", "slip_from", "slip_to", "pace_day", "clock_near", "clock_until", "reported", "override_until",
    }
)  # fmt: skip
_EMPTY: dict[str, Any] = {name: getattr(Standing(), name) for name in Standing.__dataclass_fields__ if name != "blocks"}


def _read(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def standing_of(track: Track, state: State, calendar: Calendar, blocks: Iterable[Block] = ()) -> Standing:
    """What the light of an item hangs on."""
    open_steps = [step for step in state.steps if step.done is None]
    dated = [(counts, place, step) for place, step in enumerate(open_steps) if (counts := step.counts) is not None]
    following = min(dated)[2] if dated else None
    slipped = max(open_steps, key=lambda step: step.moved, default=None)
    slip = slipped if slipped is not None and slipped.moved > 0 else None
    pace_stage, pace_day = _pace(track, state, open_steps)
    clock_near, clock_until = _clock(track, state, calendar)
    next_day, next_title = (following.counts, title_of(track, following)) if following else (None, "")
    if track.recurs and state.branch == "active":
        next_day, next_title = period_end(state), ""
    if state.branch == "paused" and state.until and next_day is None:
        next_day = state.until
    override = state.override
    return Standing(
        branch=state.branch,
        since=state.ended or (state.reported if state.branch == "paused" else None),
        why=state.why,
        next_day=next_day,
        next_title=next_title,
        kept=max((step.done for step in state.steps if step.done), default=None) if not open_steps else None,
        slip_title=title_of(track, slip) if slip else "",
        slip_from=slip.due if slip else None,
        slip_to=slip.expected if slip else None,
        slip_why=slip.why if slip else "",
        pace_day=pace_day,
        pace_stage=pace_stage,
        stage=state.stage,
        clock_near=clock_near,
        clock_until=clock_until,
        reported=state.reported or state.opened,
        assigned=state.lead is not None or bool(state.units),
        known=state.known,
        blocks=tuple(blocks),
        override=override.state if override else "",
        override_until=override.until if override else None,
        override_why=override.why if override else "",
    )


def title_of(track: Track, step: Step) -> str:
    """What a step is called: its own words, else its stage's."""
    return step.title or (str(track.by_key[step.stage].name) if step.stage in track.by_key else "")


def _pace(track: Track, state: State, open_steps: Sequence[Step]) -> tuple[str, date | None]:
    """The next stage and the day by which it has to be reached, counted back (倒排) from the next dated step by the usual lengths
    of the stages between. Nothing where the stage is not known, or the next dated step is the next stage itself."""
    if not state.known:
        return "", None
    here = track.order[state.stage]
    ahead = [
        (track.order[step.stage], counts)
        for step in open_steps
        if (counts := step.counts) is not None and step.stage in track.order and track.order[step.stage] > here
    ]
    coming = next((place for place in range(here + 1, len(track.stages)) if not track.stages[place].optional), None)
    if not ahead or coming is None:
        return "", None
    place, day = min(ahead)
    if place <= coming:
        return "", None
    days = sum(stage.days for stage in track.stages[coming + 1 : place + 1] if not stage.optional)
    return (track.stages[coming].key, day - timedelta(days=days)) if days else ("", None)


def _clock(track: Track, state: State, calendar: Calendar) -> tuple[date | None, date | None]:
    clock = state.clock
    if clock is None or clock.until is None or state.branch != "active":
        return None, None
    told = track.by_key[clock.stage].clock
    near, day = told.near if told else 1, clock.until
    while near > 0 and day > state.since:
        day -= _DAY
        near -= calendar.is_working(day)
    return day, clock.until


def period_end(state: State) -> date:
    """Of an item that comes round: the last day of the period that is still without its report."""
    per = str(state.data.get("per") or "month")
    day = state.reported or state.opened - _DAY
    first = _end_of(per, day) + _DAY if state.reported else day + _DAY
    return _end_of(per, first)


def _end_of(per: str, day: date) -> date:
    """The last day of the week, month, quarter, half year or year of a day."""
    if per == "week":
        return day + timedelta(days=6 - day.weekday())
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}.get(per, 1)
    last = (day.month - 1) // months * months + months
    return (date(day.year + last // 12, last % 12 + 1, 1)) - _DAY


def light_of(rule: LightRule, standing: Standing, today: date) -> Light:
    """The light on a day."""
    s = standing
    if s.override and s.override_until is not None and today <= s.override_until:
        return Light(s.override, (Reason("override", {"why": s.override_why, "until": s.override_until.isoformat()}),))
    if s.branch in ("closed", "cancelled", "merged"):
        told = {"day": s.since.isoformat() if s.since else "", "why": s.why}
        return Light("ok" if s.branch == "closed" else "none", (Reason(s.branch, told),))
    found: list[tuple[int, Reason]] = []
    if s.branch == "paused":
        found.append((2, Reason("paused", {"why": s.why})))
    elif s.clock_until is not None:
        if today > s.clock_until:
            found.append((3, Reason("clock-out", {"stage": s.stage, "day": s.clock_until.isoformat()})))
        elif s.clock_near is not None and today >= s.clock_near:
            found.append((2, Reason("clock-near", {"stage": s.stage, "day": s.clock_until.isoformat()})))
    late = (today - s.next_day).days if s.next_day is not None else 0
    if late > 0 and s.next_day is not None:
        found.append((3 if late > rule.bad else 2, _on(s, "late")))
    if s.slip_from is not None and s.slip_to is not None:
        moved = (s.slip_to - s.slip_from).days
        told = {"step": s.slip_title, "from": s.slip_from.isoformat(), "to": s.slip_to.isoformat(), "why": s.slip_why}
        found.append((3 if moved > rule.bad else 2, Reason("moved", told)))
    for block in s.blocks:
        told = {
            "factor": block.factor, "title": block.title, "need": block.need.isoformat() if block.need else "",
            "day": block.day.isoformat() if block.day else "",
        }  # fmt: skip
        found.append((2, Reason("blocked" if block.day else "blocked-undated", told)))
    if s.pace_day is not None and today > s.pace_day and late <= 0:
        told = {"stage": s.pace_stage, "here": s.stage, "day": s.pace_day.isoformat()}
        found.append((2, Reason("behind", told)))
    if rule.stale and s.reported is not None and (today - s.reported).days > rule.stale:
        found.append((2, Reason("stale", {"day": s.reported.isoformat()})))
    if s.next_day is None and s.clock_until is None and s.branch != "paused":
        kept = Reason("kept", {"day": s.kept.isoformat(), "here": s.stage}) if s.kept is not None else None
        found.append((0, kept) if kept is not None else (1, Reason("undated")))
    if not s.assigned:
        found.append((1, Reason("unassigned")))
    if not found:
        day = min(one for one in (s.next_day, s.clock_until) if one is not None)
        if day == s.clock_until:
            found.append((0, Reason("clock-runs", {"stage": s.stage, "day": day.isoformat()})))
        else:
            found.append((0, _on(s, "in-time")))
    found.sort(key=lambda one: -one[0])
    return Light(STATES[found[0][0]], tuple(reason for _, reason in found))


def _on(s: Standing, code: str) -> Reason:
    """A reason about the next promise; what comes round by a period has a report due, which no step names."""
    day = s.next_day.isoformat() if s.next_day else ""
    return Reason(code, {"step": s.next_title, "day": day}) if s.next_title else Reason(f"{code}-report", {"day": day})


def turns_on(rule: LightRule, standing: Standing, today: date) -> date | None:
    """The first day after today on which the light or its reasons may be others; None where time alone changes nothing."""
    s = standing
    days: list[date] = []
    if s.override and s.override_until is not None and today <= s.override_until:
        return s.override_until + _DAY
    if s.branch in ("closed", "cancelled", "merged"):
        return None
    if s.next_day is not None:
        days += [s.next_day + _DAY, s.next_day + timedelta(days=rule.bad + 1)]
    if s.clock_until is not None and s.branch != "paused":
        days.append(s.clock_until + _DAY)
        if s.clock_near is not None:
            days.append(s.clock_near)
    if s.pace_day is not None:
        days.append(s.pace_day + _DAY)
    if rule.stale and s.reported is not None:
        days.append(s.reported + timedelta(days=rule.stale + 1))
    return min((day for day in days if day > today), default=None)
