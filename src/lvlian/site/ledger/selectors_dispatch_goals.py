"""Goals of a dispatch: what the plan wants, and what the registers count of it. What is not counted by items waits for the account:
it is missing (缺数), never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from lvlian.ledger.tally import Goal as Aim
from lvlian.ledger.tally import Tally, counted_by, tallies
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Dispatch, Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_owed import region_ids
from lvlian.site.ledger.selectors_tally import BASELINE, FEW, aim_of, bases_of, marks_in
from lvlian.site.org.access import Access, scoped
from lvlian.site.plans.models import Goal


def goal_values(access: Access, dispatch: Dispatch) -> list[tuple[Goal, dict[str, Any]]]:
    """The region's goals for the dispatch's year, of later ones the nearest, each with what is counted of it."""
    mine = scoped(Goal, access).filter(region=dispatch.region_id, firm__isnull=True).select_related("plan", "fact")
    bases = bases_of(mine.filter(mode=BASELINE))
    aimed_at = mine.exclude(mode=BASELINE).filter(Q(year__gte=dispatch.year) | Q(year__isnull=True, when_op="each"))
    goals = _of_the_year(aimed_at, dispatch.year)
    day = min(dispatch.as_of, today())
    known = tracks()
    aims = [aim_of(goal, bases) for goal in goals]
    wanted = {track.key: track for aim in aims for track, _count in counted_by(known, aim.indicator)}
    items = scoped(Item, access).filter(region__in=region_ids(access, dispatch.region))
    marks = marks_in(items, wanted) if wanted else {}
    firms = {mark.item: mark.who or f"i{mark.item}" for some in marks.values() for mark in some}
    counted = tallies(aims, known, marks, working_days(), day)
    return [
        (goal, _told(goal, tally, _small(known, aim, tally, firms)))
        for goal, aim, tally in zip(goals, aims, counted, strict=True)
    ]


def _small(known: Mapping[str, Track], aim: Aim, tally: Tally, firms: Mapping[Any, Any]) -> bool:
    """Whether the figure adds up a commercial field over so few firms that it would tell one of them."""
    found = counted_by(known, aim.indicator)
    named = found[0][0].field(found[0][1].adds) if found and found[0][1].adds else None
    return named is not None and named.commercial and len({firms.get(item) for item in tally.items}) < FEW


def _of_the_year(rows: Any, year: int) -> list[Goal]:
    """Each indicator of each subject once: for the year, else for the nearest year after it."""
    out: dict[tuple[str, str, str], Goal] = {}
    ordered = rows.order_by(F("year").asc(nulls_first=True), "plan__issued_on", "indicator", "pk")
    for goal in ordered:
        out.setdefault((goal.indicator, goal.subject, goal.unit), goal)
    return sorted(out.values(), key=lambda goal: (goal.year or year, goal.indicator, goal.subject, goal.pk))


def _told(goal: Goal, tally: Tally, small: bool) -> dict[str, Any]:
    counted = tally.countable and not small
    missing = "计入的企业不足三家，不公布" if small else str(tally.why) if tally.why and tally.counted else ""
    return {
        "indicator": goal.indicator, "subject": goal.subject, "op": goal.op, "value": goal.value, "value_max": goal.value_max,
        "measure": goal.unit, "when": goal.when, "when_op": goal.when_op, "year": goal.year, "fact": goal.fact_id,
        "counted": [list(pair) for pair in tally.counted] if counted else [],
        "reached": tally.reached if counted else None,
        "awaited": len(tally.awaited) if counted else None,
        "even": tally.expected if counted else None,
        "missing": missing,
    }  # fmt: skip


def light_of(told: dict[str, Any]) -> str:
    """● as many as would be there if they came evenly; ▲ fewer, but what is promised makes up for it; ■ not even then; ○ not counted."""
    if told.get("reached") is None:
        return "none"
    if told["reached"] >= told["even"]:
        return "ok"
    return "warn" if told["reached"] + (told.get("awaited") or 0) >= told["value"] else "bad"
