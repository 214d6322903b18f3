"""Reads of what items count: the goals of the region's plans that a room's registers answer, each held against the items that reached
its stage. Goals come from accepted facts; nobody types them again.

Counting is over the whole region: where a reader sees only the items of one unit or firm, the page says so instead of a gap that is
none (`whole`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from lvlian.ledger.tally import Goal as Aim
from lvlian.ledger.tally import Mark, Tally, counted_by, tallies
from lvlian.ledger.track import Track
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.marks import KINDS, Course, course_of, marks_of
from lvlian.site.ledger.models import Item, ItemEvent, Step
from lvlian.site.org.access import Access, here
from lvlian.site.plans.models import Goal

GONE = ("cancelled", "merged")
BASELINE = "baseline"
FEW = 3
"""A sum over fewer firms tells of one of them: it is not shown to those who may not read their figures."""


@dataclass(frozen=True, slots=True)
class Aimed:
    """A goal with what became of it. `adds` names the commercial field that is added up, where it is one; `firms` over how many."""

    goal: Goal
    tally: Tally
    today: date
    adds: str = ""
    firms: int = 0

    @property
    def light(self) -> str:
        """● as many as would be there if they came evenly; ▲ fewer, but what is promised makes up for it; ■ not even then."""
        told = self.tally
        if not told.countable or not self.begun:
            return "none"
        if told.gap >= 0:
            return "ok"
        return "warn" if told.reached + len(told.awaited) >= told.value and not self.adds else "bad"

    @property
    def begun(self) -> bool:
        """Whether its period has begun, or something came before it should."""
        return self.tally.first is None or self.tally.first <= self.today or self.tally.reached > 0

    def hidden(self, access: Access) -> bool:
        """Whether the figure would tell a firm's amount to somebody who may not read it."""
        return bool(self.adds) and self.firms < FEW and not reads_commercial(access)


def reads_commercial(access: Access) -> bool:
    """Whether a reader reads the commercial fields of every item in sight."""
    from lvlian.site.org.reach import FieldClass

    counted = [held for held in access.held if Item.reach.rows in held.role.reads]
    return bool(counted) and all(FieldClass.COMMERCIAL in held.role.reads for held in counted)


def whole(access: Access) -> bool:
    """Whether a reader sees every item of the region: no grant that counts is bound to one unit or firm."""
    counted = [held for held in access.held if Item.reach.rows in held.role.reads]
    return any(held.unit_id is None and held.firm_id is None for held in counted)


def aim_of(goal: Goal, bases: Mapping[tuple[str, str, str], float] | None = None) -> Aim:
    """A goal as the engine takes it: it begins with its plan's first year, and a total with what there was then."""
    start = date(goal.plan.first_year, 1, 1) if goal.plan_id and goal.plan and goal.plan.first_year else None
    return Aim(
        id=goal.pk, indicator=goal.indicator, value=goal.value, unit=goal.unit or None, op=goal.op, mode=goal.mode,
        when=goal.when or None, when_op=goal.when_op or None, start=start,
        base=(bases or {}).get((goal.indicator, goal.subject, goal.unit)),
    )  # fmt: skip


def bases_of(goals: Iterable[Goal]) -> dict[tuple[str, str, str], float]:
    """How many there were at the start, as the plan's baselines say: the latest for each indicator of each subject."""
    found = sorted((goal for goal in goals if goal.mode == BASELINE), key=lambda goal: (goal.year or 0, goal.pk))
    return {(goal.indicator, goal.subject, goal.unit): goal.value for goal in found}


def aimed(access: Access, known: Mapping[str, Track], room: Collection[str], today: date) -> list[Aimed]:
    """The goals of the region that the tracks of a room count, with what became of each by today."""
    rows = here(Goal, access).filter(firm__isnull=True).select_related("plan", "fact__version", "region")
    found = list(rows.filter(_words(known, room)).order_by("year", "indicator", "subject", "unit", "pk"))
    bases = bases_of(found)
    wanted = [
        goal for goal in found
        if goal.mode != BASELINE
        and any(track.key in room for track, _count in counted_by(known, goal.indicator))
    ]  # fmt: skip
    if not wanted:
        return []
    aims = [aim_of(goal, bases) for goal in wanted]
    tracks = {track.key: track for aim in aims for track, _count in counted_by(known, aim.indicator)}
    marks = marks_in(here(Item, access), tracks)
    told = tallies(aims, known, marks, working_days(), today)
    whose = {mark.item: mark.who if mark.who is not None else -mark.item for some in marks.values() for mark in some if isinstance(mark.item, int)}  # fmt: skip
    out = []
    for goal, tally in zip(wanted, told, strict=True):
        track, count = counted_by(known, goal.indicator)[0]
        one = track.field(count.adds) if count.adds else None
        adds = one.key if one is not None and one.commercial else ""
        out.append(
            Aimed(goal, tally, today, adds, len({whose.get(item) for item in tally.items if isinstance(item, int)}))
        )
    return out


def _words(known: Mapping[str, Track], room: Collection[str]) -> Q:
    """What an indicator's name must hold for a track of the room to count it; the engine decides, this narrows what is read."""
    wanted = Q(pk__in=[])
    for key in room:
        for count in known[key].counts:
            told = Q()
            for group in count.indicators:
                some = Q(pk__in=[])
                for word in group:
                    some |= Q(indicator__contains=word)
                told &= some
            wanted |= told
    return wanted


def marks_in(rows: Any, tracks: Mapping[str, Track]) -> dict[str, list[Mark]]:
    """The marks of items, by track: what reached which stage when. `rows` are items in scope; three queries."""
    held = courses_in(rows, tracks)
    out: dict[str, list[Mark]] = {key: [] for key in tracks}
    for track, item, course, promised, who in held:
        out[track].extend(marks_of(tracks[track], item, course, promised, who))
    return out


def courses_in(rows: Any, tracks: Mapping[str, Track]) -> list[tuple[str, int, Course, dict[str, date], int | None]]:
    """Each item of the tracks with its course: (track, item, course, promised days by stage, firm). Three queries."""
    wanted = rows.filter(track__in=list(tracks)).exclude(branch__in=GONE).order_by()
    items = list(wanted.values_list("pk", "track", "firm_id"))
    inside = wanted.values("pk")
    events: dict[int, list[Any]] = defaultdict(list)
    told = ItemEvent.objects.filter(item__in=inside, kind__in=KINDS).order_by("item_id", "seq")
    for item, kind, day, data in told.values_list("item_id", "kind", "day", "data"):
        events[item].append((kind, day, data))
    promised: dict[int, dict[str, date]] = defaultdict(dict)
    steps = Step.objects.filter(item__in=inside, due__isnull=False).order_by("item_id", "due")
    for item, stage, due in steps.values_list("item_id", "stage", "due"):
        promised[item].setdefault(stage, due)
    return [
        (track, pk, course_of(tracks[track], events.get(pk, ())), promised.get(pk, {}), firm)
        for pk, track, firm in items
    ]
