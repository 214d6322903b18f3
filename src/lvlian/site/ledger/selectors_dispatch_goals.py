"""Goals of a dispatch: what the plan wants, and what the registers count of it. What is not counted by items waits for the account:
it is missing (缺数), never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import F, Q

from lvlian.ledger.tally import Goal as Aim
from lvlian.ledger.tally import Mark, Tally, counted_by, tallies
from lvlian.site.frame import today
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Dispatch, Item, ItemEvent, Step
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_owed import region_ids
from lvlian.site.org.access import Access, scoped
from lvlian.site.plans.models import Goal


def goal_values(access: Access, dispatch: Dispatch) -> list[tuple[Goal, dict[str, Any]]]:
    """The region's goals for the dispatch's year, of later ones the nearest, each with what is counted of it."""
    goals = _of_the_year(
        scoped(Goal, access)
        .filter(region=dispatch.region_id, firm__isnull=True)
        .filter(Q(year__gte=dispatch.year) | Q(year__isnull=True, when_op="each"))
        .exclude(mode="baseline")
        .select_related("plan", "fact"),
        dispatch.year,
    )
    day = min(dispatch.as_of, today())
    aims = [_aim(goal) for goal in goals]
    marks = _marks(
        access, dispatch, {track.key for aim in aims for track, _count in counted_by(tracks(), aim.indicator)}
    )
    counted = tallies(aims, tracks(), marks, working_days(), day)
    return [(goal, _told(goal, tally)) for goal, tally in zip(goals, counted, strict=True)]


def _of_the_year(rows: Any, year: int) -> list[Goal]:
    """Each indicator of each subject once: for the year, else for the nearest year after it."""
    out: dict[tuple[str, str, str], Goal] = {}
    ordered = rows.order_by(F("year").asc(nulls_first=True), "plan__issued_on", "indicator", "pk")
    for goal in ordered:
        out.setdefault((goal.indicator, goal.subject, goal.unit), goal)
    return sorted(out.values(), key=lambda goal: (goal.year or year, goal.indicator, goal.subject, goal.pk))


def _aim(goal: Goal) -> Aim:
    start = date(goal.plan.first_year, 1, 1) if goal.plan and goal.plan.first_year else None
    return Aim(
        id=goal.pk, indicator=goal.indicator, value=goal.value, unit=goal.unit or None, op=goal.op, mode=goal.mode,
        when=goal.when or None, when_op=goal.when_op or None, start=start,
    )  # fmt: skip


def _marks(access: Access, dispatch: Dispatch, wanted: Collection[str]) -> dict[str, list[Mark]]:
    """Which items reached which stage when, and which were promised to, by the tracks that count."""
    if not wanted:
        return {}
    regions = region_ids(access, dispatch.region)
    rows = scoped(Item, access).filter(region__in=regions, track__in=wanted).exclude(branch__in=("cancelled", "merged"))
    items = {pk: (track, data or {}, firm) for pk, track, data, firm in rows.order_by().values_list("pk", "track", "data", "firm_id")}  # fmt: skip
    days: dict[tuple[int, str], list[date | None]] = defaultdict(lambda: [None, None])
    promised = scoped(Step, access).filter(item__region__in=regions, item__track__in=wanted, due__isnull=False)
    for item, stage, due in promised.order_by("due").values_list("item_id", "stage", "due"):
        pair = days[item, stage]
        pair[0] = pair[0] or due
    reached = scoped(ItemEvent, access).filter(item__region__in=regions, item__track__in=wanted, kind="enter")
    for item, day, data in reached.order_by("item_id", "seq").values_list("item_id", "day", "data"):
        days[item, str(data.get("stage", ""))][1] = day
    adds = {track.key: next((one.adds for one in track.counts if one.adds), "") for track in tracks().values()}
    out: dict[str, list[Mark]] = defaultdict(list)
    for (item, stage), (due, day) in days.items():
        if item not in items:
            continue
        track, data, firm = items[item]
        amount = data.get(adds[track]) if adds[track] else None
        out[track].append(
            Mark(
                item=item, stage=stage, due=due, reached=day, who=firm,
                amount=float(amount) if isinstance(amount, int | float) and not isinstance(amount, bool) else None,
            )
        )  # fmt: skip
    return out


def _told(goal: Goal, tally: Tally) -> dict[str, Any]:
    counted = tally.countable
    return {
        "indicator": goal.indicator, "subject": goal.subject, "op": goal.op, "value": goal.value, "value_max": goal.value_max,
        "measure": goal.unit, "when": goal.when, "when_op": goal.when_op, "year": goal.year, "fact": goal.fact_id,
        "counted": [list(pair) for pair in tally.counted] if counted else [],
        "reached": tally.reached if counted else None,
        "awaited": len(tally.awaited) if counted else None,
        "even": tally.expected if counted else None,
        "missing": "" if counted else (str(tally.why) if tally.counted else ""),
    }  # fmt: skip


def light_of(told: dict[str, Any]) -> str:
    """● as many as would be there if they came evenly; ▲ fewer, but what is promised makes up for it; ■ not even then; ○ not counted."""
    if told.get("reached") is None:
        return "none"
    if told["reached"] >= told["even"]:
        return "ok"
    return "warn" if told["reached"] + (told.get("awaited") or 0) >= told["value"] else "bad"
