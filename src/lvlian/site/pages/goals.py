"""目标: one track for each indicator and subject, by year, with the plans' points and the ways to their sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site import saying
from lvlian.site.account.measures import Measure, best, measures_of
from lvlian.site.frame import today
from lvlian.site.org.access import Access, here, page
from lvlian.site.outlook.selectors_overview import Outlooked, standing_of
from lvlian.site.outlook.selectors_overview import best as foreseen
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.selectors_goals import (
    COUNTED,
    EACH,
    MANY,
    UNDATED,
    Figure,
    Track,
    figures,
    goal_regions,
    goal_years,
    own_goals,
    page_of_tracks,
)
from lvlian.site.pages.selectors_projects import plans_here
from lvlian.site.plans.models import Goal

SIZE = 30
CHARTS = 8
LINES = 6
"""So many lines fit a chart; more are in the table."""
OVERLAY = ("#1b6073", "#6f9aa6", "#465056", "#9aa5aa", "#b5cdd4", "#5f696f")


@require_GET
@page("record.read")
def goals(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    narrowing = Narrowing(request.GET)
    everything = here(Goal, access)
    rows = everything
    indicator = narrowing.told("indicator", _("指标"))
    if indicator:
        rows = rows.filter(indicator=indicator)
    subject = narrowing.told("subject", _("主体"))
    if subject:
        rows = rows.filter(subject=subject)
    unit = narrowing.told("unit", _("单位")) if "unit" in request.GET else ""
    if unit:
        rows = rows.filter(unit=unit)
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in plans_here(access)])
    if plan:
        rows = rows.filter(plan=plan)
    region = narrowing.choice("region", _("地区"), [(r.pk, r.name) for r in goal_regions(access)])
    if region:
        rows = rows.filter(region=region)
    year = narrowing.choice("year", _("年"), [(y, y) for y in goal_years(access)])
    whose = narrowing.choice("of", _("谁的"), [("region", _("全地区")), ("firm", _("企业")), ("part", _("分项"))])
    if whose == "region":
        rows = rows.filter(own_goals())
    elif whose == "firm":
        rows = rows.filter(firm__isnull=False)
    elif whose == "part":
        rows = rows.filter(firm__isnull=True).exclude(own_goals())
    words = narrowing.told("q", _("含"))
    if words:
        rows = rows.filter(Q(indicator__icontains=words) | Q(subject__icontains=words))
    view = "charts" if narrowing.read("view") == "charts" else "table"
    counted = rows.filter(year=year) if year else rows
    size = CHARTS if view == "charts" else SIZE
    total = counted.count()
    at = max(1, min(narrowing.number("page") or 1, COUNTED))
    keys, count = kept(
        access, "tracks", (request.GET.urlencode(), at), today(),
        lambda: page_of_tracks(counted, total, (at - 1) * size, size, by_length=view == "charts"), lambda _found: total,
    )  # fmt: skip
    found = narrowing.page(range(count), size, count)  # type: ignore[arg-type]
    if found.number != at:
        keys, count = page_of_tracks(counted, total, (found.number - 1) * size, size, by_length=view == "charts")
    shown = figures(access, rows, keys)
    chart_of = overlay(shown) if indicator else [first] if (first := _first(shown)) else []
    across = columns(shown)
    measures = measures_of(access, [figure.goal for track in shown for figure in track.figures if not figure.baseline])
    told = {track.key: best((f.goal for f in track.dated if not f.baseline), measures) for track in shown}
    standing = standing_of(access, access.region, today()) if access.region is not None else None
    seen = {track.key: foreseen((f.goal for f in track.dated if not f.baseline), standing, today()) for track in shown}
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "view": view,
        "other_view": narrowing.address(view=None if view == "charts" else "charts"),
        "year": year,
        "columns": across,
        "rows": [
            table_row(track, across, narrowing) | {"measure": told[track.key], "outlook": seen[track.key]}
            for track in shown
        ],
        "charts": [chart(track, n, told[track.key], seen[track.key]) for n, track in enumerate(shown)]
        if view == "charts"
        else [],
        "lead": lead_chart(chart_of, told, seen) if view == "table" else None,
        "foreseen": any(one is not None and one.figures.known for one in seen.values()),
        "measured": any(one is not None and one.known for one in told.values()),
        "simulated_account": any(one is not None and one.simulated for one in told.values()),
        "goals": total,
        "more": count >= COUNTED and total > MANY,
    }
    return render(request, "pages/goals.html", context)


def _first(shown: Sequence[Track]) -> Track | None:
    """The first track that is worth a line: three points or more."""
    return next((track for track in shown if len(track.dated) >= 3), None)


def overlay(shown: Sequence[Track]) -> list[Track]:
    """The tracks that stand in one chart: those of the unit that most of them have."""
    drawn = [track for track in shown if track.dated]
    units = [track.unit for track in drawn]
    if not units:
        return []
    unit = max(units, key=units.count)
    return [track for track in drawn if track.unit == unit]


def columns(shown: Sequence[Track]) -> list[tuple[str, str]]:
    """(key, name) of the columns: the years in their order, then each period and without a date, where goals ask for them."""
    found = {column for track in shown for column in track.years}
    years = sorted(column for column in found if column.isdigit())
    out = [(year, year) for year in years]
    if EACH in found:
        out.append((EACH, _("每期")))
    if UNDATED in found:
        out.append((UNDATED, _("无日期")))
    return out


def table_row(track: Track, years: Sequence[tuple[str, str]], narrowing: Narrowing) -> dict[str, Any]:
    by_year = track.years
    return {
        "track": track,
        "cells": [(name, by_year.get(key, [])) for key, name in years],
        "mode": {"increase": _("增量"), "growth_rate": _("增速")}.get(track.mode, ""),
        "url": narrowing.address(indicator=track.indicator, unit=track.unit or None, subject=None),
        "record": track.figures[0].url,
    }


def lead_chart(
    drawn: Sequence[Track], told: dict[Any, Measure | None], seen: dict[Any, Outlooked | None]
) -> dict[str, Any] | None:
    """The chart above the table: one track as a trajectory, several as an overlay. Fewer than three points are not drawn."""
    if sum(len(track.dated) for track in drawn) < 3:
        return None
    if len(drawn) == 1 and _one_plan(drawn[0]):
        return chart(drawn[0], 0, told.get(drawn[0].key), seen.get(drawn[0].key))
    return several(drawn)


def _one_plan(track: Track) -> bool:
    return len({figure.goal.plan_id for figure in track.dated}) <= 1


def chart(track: Track, n: int, measure: Measure | None = None, outlook: Outlooked | None = None) -> dict[str, Any]:
    """A track for `{% chart "trajectory" %}`; the line between the plan's points is 序时线, an assumption; the account in ink with the
    difference from the goal of its year; the projection in accent with its 80 % band."""
    points = [_point(figure) for figure in track.dated]
    years = [figure.year or 0 for figure in track.dated] or [today().year]
    pace = _one_a_year(track.dated)
    data: dict[str, Any] = {"unit": track.unit, "from": min(years) - 1, "to": max(years), "plan": points}
    if len(pace) > 1:
        data["pace"] = [{"x": _x(figure), "y": figure.goal.value} for figure in pace]
    if min(years) <= today().year <= max(years):
        data["today"] = today().isoformat()[:7]
    if measure is not None and measure.value is not None:
        data["actual"] = [
            {
                "x": measure.month,
                "y": round(measure.value, 4),
                "low": measure.low,
                "high": measure.high,
                "origin": _("核算，%(month)s") % {"month": measure.month},
            }
        ]
        if measure.short:
            data["gaps"] = [{"x": measure.month, "from": measure.value, "to": measure.goal.value, "text": measure.gap}]
    if outlook is not None and outlook.points:
        one = outlook.figures
        data["projection"] = [
            {key: point[key] for key in ("x", "y", "low", "high")}
            | ({"chance": saying.chance(one.chance)} if one.chance is not None and point["x"] == one.aim.year else {})
            for point in outlook.points
        ]
    title = f"{track.region}　{track.name}" if not track.own else f"{track.name}　{track.region}"
    return {
        "kind": "trajectory",
        "id": f"track-{n}",
        "title": title,
        "unit": track.unit,
        "data": data,
        "tracks": [track],
        "points": len(points),
    }


def several(drawn: Sequence[Track]) -> dict[str, Any]:
    """Several regions, subjects or plans of one indicator in one chart: hollow diamonds, each line named at its end."""
    lines: list[tuple[str, list[Figure]]] = []
    for track in drawn:
        plans = list(dict.fromkeys(figure.goal.plan_id for figure in track.dated))
        for plan in plans:
            told = [figure for figure in track.dated if figure.goal.plan_id == plan]
            name = track.region if track.own else f"{track.region} {track.subject}"
            lines.append((f"{name}{_('《')}{told[0].cite}{_('》')}" if len(plans) > 1 else name, told))
    lines.sort(key=lambda line: -max(figure.goal.value for figure in line[1]))
    years = sorted({figure.year or 0 for _name, told in lines for figure in told})
    unit = drawn[0].unit
    series = [
        {
            "type": "line",
            "name": name,
            "color": OVERLAY[n],
            "symbol": "emptyDiamond",
            "symbolSize": 9,
            "connectNulls": True,
            "lineStyle": {"type": "dashed", "width": 1},
            "endLabel": {"show": True, "formatter": "{a}", "color": "#1b2226", "distance": 8},
            "labelLayout": {"moveOverlap": "shiftY"},
            "data": [
                {
                    "value": last.goal.value,
                    "url": last.url,
                    "tip": [f"{last.when}{_('：')}{last.whole}", last.cite],
                }
                if (last := next((f for f in reversed(told) if f.year == year), None))
                else None
                for year in years
            ],
        }
        for n, (name, told) in enumerate(lines[:LINES])
    ]
    data = {
        "grid": {"left": 56, "right": 190, "top": 24, "bottom": 28},
        "xAxis": {"type": "category", "data": [str(year) for year in years], "boundaryGap": True},
        "yAxis": {"type": "value", "name": unit},
        "series": series,
    }
    more = len(lines) - LINES
    note = _("图上 %(n)d 条，其余 %(m)d 条在表中") % {"n": LINES, "m": more} if more > 0 else ""
    title = "／".join(dict.fromkeys(track.indicator for track in drawn))
    return {
        "kind": "options",
        "id": "track-0",
        "title": title,
        "unit": unit,
        "data": data,
        "tracks": list(drawn),
        "note": note,
    }


def _point(figure: Figure) -> dict[str, Any]:
    text = f"{_('基期')} {figure.text}" if figure.baseline else figure.text
    return {"x": _x(figure), "y": figure.goal.value, "text": text, "origin": figure.cite}


def _x(figure: Figure) -> int | str:
    """The year, or year and month where the plan says the month."""
    when = figure.goal.when
    return when if len(when) == 7 and when[5:].isdigit() else figure.year or 0


def _one_a_year(dated: Sequence[Figure]) -> list[Figure]:
    out: dict[int, Figure] = {}
    for figure in dated:
        out[figure.year or 0] = figure
    return list(out.values())
