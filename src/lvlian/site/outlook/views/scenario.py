"""推演: what happens to the goals when something is turned. The page, the part that follows a slider, and what comes after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site import saying
from lvlian.site.account.views.indicators import region_of
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook.clashes import clash_of
from lvlian.site.outlook.fan_chart import chart_of
from lvlian.site.outlook.goal_figures import GoalFigures
from lvlian.site.outlook.origins import origin_of, pick
from lvlian.site.outlook.overlay import BY, address
from lvlian.site.outlook.scenario_files import FILES
from lvlian.site.outlook.selectors_scenario import Room, conflicts_of, first_keys, room_of, weights_of
from lvlian.site.outlook.sliders import sliders_of
from lvlian.site.outlook.tornado import bars_of

SHOWN_CONFLICTS = 2


@require_GET
@page("outlook.see")
def outlook(request: HttpRequest) -> HttpResponse:
    """The scenario page: sliders, goals, fan, what moves the result, conflicts, kept scenarios."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    kind = request.GET.get("as", "")
    if kind in FILES:
        access.need("export.make")
        make, ending, media = FILES[kind]
        return attachment(make(access, room), f"{region.name} {_('推演')} {name_of(room)}.{ending}", media)
    query = address(room.ground.case, room.turned)
    if _plain(request.GET.urlencode()) != _plain(query) and "own" in request.GET:
        return redirect(
            f"{reverse('outlook')}?{query}"
        )  # a form without scripts sends every slider: what is kept is what was changed
    weights = weights_of(room.ground, room.goals, room.year)
    first = first_keys(room.ground.case, weights)
    groups = sliders_of(
        access, room.ground, room.case, room.base.projects, tuple(room.overlay.get("drop") or ()), first
    )
    context = {
        **live_context(access, room), "groups": groups, "more": sum(len(group.more) for group in groups), "may_keep": access.may("outlook.run"),
        "may_set": access.may("outlook.set"), "may_export": access.may("export.make"), "whole": request.GET.get("whole") == "1",
        "kept": [kept_row(room, one) for one in room.scenarios], "plan": room.ground.version.plan,
    }  # fmt: skip
    if context["whole"]:
        context |= tornado_context(room) | conflict_context(access, room)
    return render(request, "outlook/scenario.html", context)


def _plain(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query))


def name_of(room: Room) -> str:
    """What the scenario is called: its own name, that of the kept one that was changed, or the baseline."""
    if room.turned.scenario is not None:
        name = room.turned.scenario.name
        return name if room.turned.kept else _("%(name)s（改过，未存）") % {"name": name}
    return _("未存的改动") if room.overlay else _("基准")


def live_context(access: Access, room: Room) -> dict[str, Any]:
    """What follows a slider: the goals, the chart, the state line."""
    case = room.ground.case
    query = address(case, room.turned)
    chart = chart_of(room)
    return {
        "room": room, "query": query, "missing": [one for one in room.goals if not one.known], "name": name_of(room), "main": [_goal(access, room, one) for one in room.main],
        "years": [{"year": year, "url": f"?{address(case, room.turned, year=year)}", "current": year == room.year} for year in room.years],
        "bys": [{"name": _by(key), "url": f"?{address(case, room.turned, by=key)}", "current": chart is not None and chart["by"] == key} for key in BY],
        "chart": chart, "binding": binding_of(room), "all_goals": [_goal(access, room, one) for one in room.goals if one.known],
        "clean": f"?{address(case, type(room.turned)(None, {}, room.turned.year, room.turned.aim, room.turned.by))}",
        "excel": f"?{query}&as=xlsx".replace("?&", "?"), "word": f"?{query}&as=docx".replace("?&", "?"),
        "compare": f"{reverse('outlook-compare')}?a=base&b=now&{query}".rstrip("&"), "share": f"{reverse('outlook')}?{query}".rstrip("?"),
        "invented": room.ground.simulated, "pathway": f"{_address('outlook-pathway')}?{query}".rstrip("?"),
    }  # fmt: skip


def _by(key: str) -> str:
    return {"rolling": _("滚动四季"), "quarter": _("单季"), "year": _("年度")}[key]


def _goal(access: Access, room: Room, one: GoalFigures) -> dict[str, Any]:
    return {
        "row": one, "url": f"?{address(room.ground.case, room.turned, aim=one.aim.id)}", "goal": reverse("goal-detail", args=[one.goal]) if one.goal else "",
        "current": room.aim is not None and room.aim.aim.id == one.aim.id, "origin": origin_of(access, room.ground, one.aim.ref, one.aim.label),
        "before": saying.chance(one.before), "chance": saying.chance(one.chance),
        "note": _("；").join(part for part in (one.variant, *one.notes) if part),
    }  # fmt: skip


SOLVABLE = ("factor", "quota", "season")
"""What somebody can do something about now; the rest takes its time."""


def binding_of(room: Room) -> list[dict[str, Any]]:
    """What holds each quarter back from the goal of the chart."""
    if room.aim is None:
        return []
    out, quarters = [], {"1": _("一季"), "2": _("二季"), "3": _("三季"), "4": _("四季")}
    for one in room.projection.bound(room.aim.aim.id):
        year, _sep, quarter = one.quarter.partition("-Q")
        told = saying.number(one.gain, room.aim.places)
        words = pick(one.zh, one.en)
        gain = _("放开后当季多 %(gain)s %(unit)s") % {"gain": told, "unit": room.aim.aim.unit} if one.gain > 0 else ""
        others = _("、").join(pick(name, en) for (name, _gain), en in zip(one.others, one.others_en, strict=True))
        out.append({
            "year": year, "quarter": quarters[quarter], "words": words, "gain": gain, "others": others, "act": one.kind in SOLVABLE, "kind": one.kind,
        })  # fmt: skip
    return out


def kept_row(room: Room, one: Any) -> dict[str, Any]:
    overlay = one.overlay
    return {
        "row": one, "url": f"{reverse('outlook')}?s={one.pk}", "count": sum(len(overlay.get(part) or ()) for part in ("set", "drop", "dates", "aims")),
        "current": room.turned.scenario is not None and room.turned.scenario.pk == one.pk,
        "compare": f"{reverse('outlook-compare')}?a=base&b={one.pk}",
    }  # fmt: skip


# The parts ------------------------------------------------------------------------------------------------------------------
def _part(
    template: str, context: Callable[[HttpRequest, Access, Room], dict[str, Any]], full: bool = False
) -> Callable[[HttpRequest], HttpResponse]:
    @require_GET
    @page("outlook.see")
    def view(request: HttpRequest) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        room = room_of(access, region_of(access), request.GET)
        if room is None:
            return HttpResponse(status=204)
        answer = render(request, template, context(request, access, room))
        if template == "outlook/scenario_live.html":
            query = address(room.ground.case, room.turned)
            answer["HX-Replace-Url"] = f"{reverse('outlook')}?{query}".rstrip("?")
            answer["HX-Trigger"] = "turned"
        return answer

    return view


def tornado_context(room: Room) -> dict[str, Any]:
    return {"bars": bars_of(room), "aim": room.aim}


def conflict_context(access: Access, room: Room) -> dict[str, Any]:
    """The first conflicts under the present changes; `conflict_count` how many there are, `trouble` why they could not be searched."""
    query = address(room.ground.case, room.turned)
    found, trouble = conflicts_of(room.ground, room.overlay)
    return {
        "conflicts": [clash_of(access, room.ground, one, place) for place, one in enumerate(found[:SHOWN_CONFLICTS], start=1)],
        "conflict_count": len(found), "conflict_url": f"{_address('outlook-conflicts')}?{query}".rstrip("?"), "trouble": trouble,
    }  # fmt: skip


def _address(name: str) -> str:
    from django.urls import NoReverseMatch

    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


outlook_live = _part("outlook/scenario_live.html", lambda request, access, room: live_context(access, room))
outlook_tornado = _part("outlook/scenario_tornado.html", lambda request, access, room: tornado_context(room))
outlook_conflict_part = _part(
    "outlook/scenario_conflicts.html", lambda request, access, room: conflict_context(access, room)
)
