"""The chart of one goal under a scenario: bands and median of the draws, the baseline, the plan's points and the pace between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.outlook.goal_figures import GoalFigures, light_of, places_for
from lvlian.site.outlook.selectors_scenario import Room, by_year

if TYPE_CHECKING:
    from lvlian.ledger.quarter import Quarter
    from lvlian.outlook.projection import Measure
    from lvlian.outlook.risk import Chance, Fan

LEAST = 2


def quarter_name(label: str) -> str:
    """`2024 三季` of `2024-Q3`."""
    year, _sep, quarter = label.partition("-Q")
    names = {"1": _("一季"), "2": _("二季"), "3": _("三季"), "4": _("四季")}
    return f"{year} {names.get(quarter, quarter)}"


def chart_of(room: Room) -> dict[str, Any] | None:
    """What the template draws: `data` for the chart, `rows` for its table, `head` words; None where nothing can be drawn."""
    from lvlian.outlook.projection import measure_of

    one, live = room.aim, room.projection.live
    if one is None or live is None:
        return None
    measure = measure_of(live.bench, one.aim)
    chance, was = room.risk.of(one.aim.id), room.base_risk.of(one.aim.id)
    if measure is None or chance.figures is None or was.figures is None:
        return None
    by = room.turned.by
    fan, base = chance.fan(by), was.fan(by)
    if by == "rolling" and sum(1 for y in fan.median if math.isfinite(y)) < LEAST:
        by = "quarter"
        fan, base = chance.fan(by), was.fan(by)
    same = by_year(room.goals, one)
    compared = one.aim.mode == "level" and (
        by != "quarter" or measure.denominator is not None or measure.over == "last"
    )
    places = places_for([float(x) for x in fan.median] + [one.value], one.aim.unit)
    data: dict[str, Any] = {
        "unit": one.aim.unit,
        "axis": "" if by == "year" else "quarters",
        **_span(room, same),
        "plan": [_plan(other) for other in same] if compared else [],
        "pace": [{"x": other.aim.year, "y": other.aim.value} for other in same] if compared and len(same) > 1 else [],
        "actual": _actual(room, measure, one, by),
        "projection": [_point(fan, place, by, places, chance, one) for place in range(len(fan.labels))],
        "gaps": _gaps(same, room.year, places) if compared else [],
        "today": saying.month(room.ground.case.today),
        "labels": {"projection": _end(_("本情景") if room.overlay else _("中位"), fan, places)},
        "right": 92,
    }
    if room.overlay:
        data["baseline"] = [_line(base, place, by) for place in range(len(base.labels))]
        data["labels"]["baseline"] = _end(_("基准"), base, places)
        last = [row.median[-1] for row in (fan, base)]
        data["above"] = "projection" if last[0] >= last[1] else "baseline"
    rows = [
        _row(fan, base, place, same, by, places) for place in range(len(fan.labels)) if math.isfinite(fan.median[place])
    ]
    return {
        "data": data,
        "rows": rows,
        "by": by,
        "compared": compared,
        "unit": one.aim.unit,
        "title": one.title,
        "turned": bool(room.overlay),
    }


def _span(room: Room, same: Sequence[GoalFigures]) -> dict[str, int]:
    years = [one.aim.year for one in same if one.aim.year]
    quarters = room.ground.case.quarters
    first = min([quarters[0].year, *years]) - 1
    return {"from": max(first, quarters[0].year - 2), "to": max([*years, quarters[-1].year])}


def _x(label: str, by: str) -> int | str:
    if by == "year":
        return int(label)
    year, quarter = label.split("-Q")
    return f"{year}-{int(quarter) * 3:02}"


def _figure(value: float, places: int) -> float | None:
    return round(float(value), places + 1) if math.isfinite(value) else None


def _point(fan: Fan, place: int, by: str, places: int, chance: Chance, one: GoalFigures) -> dict[str, Any]:
    low50, high50 = fan.band(50)
    low80, high80 = fan.band(80)
    low95, high95 = fan.band(95)
    point = {
        "x": _x(fan.labels[place], by), "y": _figure(fan.median[place], places),
        "low50": _figure(low50[place], places), "high50": _figure(high50[place], places),
        "low": _figure(low80[place], places), "high": _figure(high80[place], places),
        "low95": _figure(low95[place], places), "high95": _figure(high95[place], places),
    }  # fmt: skip
    label = fan.labels[place]
    if label in (str(one.aim.year), f"{one.aim.year}-Q4"):
        point["chance"] = saying.chance(chance.chance)
    return point


def _line(fan: Fan, place: int, by: str) -> dict[str, Any]:
    value = fan.median[place]
    return {"x": _x(fan.labels[place], by), "y": round(float(value), 3) if math.isfinite(value) else None}


def _end(name: str, fan: Fan, places: int) -> str:
    known = [value for value in fan.median if math.isfinite(value)]
    return f"{name} {saying.number(known[-1], places)}" if known else name


def _plan(one: GoalFigures) -> dict[str, Any]:
    return {"x": one.aim.year, "y": one.aim.value, "text": one.target, "origin": one.aim.ref.section}


def _gaps(same: Sequence[GoalFigures], year: int, places: int) -> list[dict[str, Any]]:
    out = []
    for one in same:
        short = one.value is not None and one.value < one.aim.value and one.aim.op not in ("<=", "<")
        if one.aim.year == year and short and one.value is not None and light_of(one.chance) != "ok":
            text = _("差 %(gap)s") % {"gap": saying.number(one.aim.value - one.value, places)}
            out.append({"x": year, "from": one.value, "to": one.aim.value, "text": text})
    return out


def _actual(room: Room, measure: Measure, one: GoalFigures, by: str) -> list[dict[str, Any]]:
    """What the account says of quarters that are whole: alone, or over four quarters where four are known."""
    from lvlian.outlook.projection.reach import past_of

    past = past_of(room.ground.case, one.aim, measure)
    if by == "year" or not past or one.aim.mode != "level":
        return []
    out = []
    for quarter in sorted(past, key=lambda q: q.place):
        run = [quarter] if by == "quarter" or measure.over == "last" else _before(quarter)
        if not all(each in past for each in run):
            continue
        over, under = sum(past[each][0] for each in run), sum(past[each][1] for each in run)
        scale = measure.scale / one.aim.factor
        value = over * scale if measure.denominator is None else over / under * scale if under else math.nan
        if math.isfinite(value):
            out.append({"x": f"{quarter.year}-{quarter.number * 3:02}", "y": round(value, 3)})
    return out


def _before(quarter: Quarter) -> list[Quarter]:
    out = [quarter]
    for _step in range(3):
        out.append(out[-1].before)
    return out


def _row(fan: Fan, base: Fan, place: int, same: Sequence[GoalFigures], by: str, places: int) -> dict[str, Any]:
    label = fan.labels[place]
    low80, high80 = fan.band(80)
    low95, high95 = fan.band(95)
    plan = (
        next((one.target for one in same if label in (str(one.aim.year), f"{one.aim.year}-Q4")), "")
        if by != "quarter"
        else ""
    )
    return {
        "when": label if by == "year" else quarter_name(label), "plan": plan,
        "base": saying.number(float(base.median[place]), places), "median": saying.number(float(fan.median[place]), places),
        "band": saying.between(saying.number(float(low80[place]), places), saying.number(float(high80[place]), places)),
        "wide": saying.between(saying.number(float(low95[place]), places), saying.number(float(high95[place]), places)),
    }  # fmt: skip
