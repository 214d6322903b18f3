"""Goals of a dispatch: what the plan wants, what the registers count of it, and else what the account says as of which month. What
neither tells is missing (缺数), never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q

from lvlian.ledger.tally import Goal as Aim
from lvlian.ledger.tally import Tally, counted_by, tallies
from lvlian.ledger.track import Track
from lvlian.site.account.measures import measures_of
from lvlian.site.frame import today
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Dispatch, Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_owed import region_ids
from lvlian.site.ledger.selectors_tally import BASELINE, FEW, aim_of, bases_of, marks_in
from lvlian.site.org.access import Access, Held, scoped
from lvlian.site.org.roles import ROLES
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
    told = [
        (goal, _told(goal, tally, _small(known, aim, tally, firms)))
        for goal, aim, tally in zip(goals, aims, counted, strict=True)
    ]
    _measure(access, dispatch, [(goal, one) for goal, one in told if one["reached"] is None], day.isoformat()[:7])
    return told


def _measure(access: Access, dispatch: Dispatch, told: list[tuple[Goal, dict[str, Any]]], until: str) -> None:
    """Adds what the account says of goals that no register counts. Everybody who sees the dispatch reads it, so no firm's own figure."""
    region = dispatch.region
    reader = Access(user=access.user, held=(Held(ROLES["analyst"], region.pk, region.path),), region_id=region.pk)
    measures = measures_of(reader, [goal for goal, _one in told], until)
    for goal, one in told:
        measure = measures.get(goal.pk)
        if measure is None:
            continue
        one["account"] = {
            "month": measure.month, "text": measure.text, "light": measure.light, "why": measure.reason, "gap": measure.gap,
            "unfixed": measure.unfixed, "months": measure.months, "simulated": measure.simulated,
        }  # fmt: skip
        if measure.value is not None:
            one["reached"] = round(measure.value, 6)
            one["even"] = round(measure.paced, 6) if measure.paced is not None else None
            one["missing"] = ""
        elif not measure.known:
            one["missing"] = measure.reason


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
    """The account's where it tells the goal; else ● as many as would be there if they came evenly; ▲ fewer, but what is promised makes up for it; ■ not even then; ○ not counted."""
    if told.get("account"):
        return str(told["account"]["light"])
    if told.get("reached") is None:
        return "none"
    if told["reached"] >= told["even"]:
        return "ok"
    return "warn" if told["reached"] + (told.get("awaited") or 0) >= told["value"] else "bad"
