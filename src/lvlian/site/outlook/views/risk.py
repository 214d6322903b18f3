"""推演 · 风险: every delay with the projects that it holds and what it costs each goal; for one goal, what holds it when, and what moves it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account.indicator_files import EXCEL
from lvlian.site.account.views.indicators import region_of
from lvlian.site.account.workbook import workbook
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.risk_lines import ChainLine, Why, chains_of, goal_of, kind_name, sheets_of, title_of, why_of
from lvlian.site.outlook.scenario_files import notes
from lvlian.site.outlook.selectors_scenario import Room, room_of
from lvlian.site.pages.narrowing import Narrowing


@require_GET
@page("outlook.see")
def outlook_risks(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    narrowing = Narrowing(request.GET)
    rows = chains_of(access, room)
    total = len(rows)
    options = [
        (one.aim.id, title_of(one))
        for one in sorted(room.goals, key=lambda one: one.aim.year)
        if one.chance is not None
    ]
    aim = narrowing.choice("aim", _("目标"), options)
    kinds = list(dict.fromkeys(one.row.kind for one in rows))
    kind = narrowing.choice(
        "kind", _("类"), [(key, kind_name(key), sum(one.row.kind == key for one in rows)) for key in kinds]
    )
    units = list(dict.fromkeys(one.row.unit_name for one in rows if one.row.unit_name))
    unit = narrowing.choice(
        "unit", _("责任单位"), [(key, key, sum(one.row.unit_name == key for one in rows)) for key in units]
    )
    costly = narrowing.choice(
        "costly", _("目标的数"), [("1", _("变少"), sum(one.costly for one in rows)), ("0", _("不变"), sum(not one.costly for one in rows))]
    )  # fmt: skip
    words = narrowing.told("q", _("含"))
    shown = [one for one in rows if _fits(one, aim, kind, unit, costly, words)]
    if aim:
        shown.sort(key=lambda one: -one.cost(aim))
    goal = goal_of(room)
    if request.GET.get("as") == "xlsx":
        access.need("export.make")
        why = why_of(room, goal) if goal is not None else None
        content = workbook([*sheets_of(shown, why), (_("说明"), [_("项"), _("内容")], notes(access, room))])
        return attachment(content, f"{region.name} {_('推演')} {_('风险')}.xlsx", EXCEL)
    whole = request.GET.get("whole") == "1"
    query = request.GET.urlencode()
    context: dict[str, Any] = {
        "narrowing": narrowing, "room": room, "lines": shown, "count": len(shown), "total": total, "goal": goal, "goal_title": title_of(goal) if goal is not None else "",
        "why": why_of(room, goal) if whole and goal is not None else None, "part": f"{reverse('outlook-risks-why')}?{query}", "more": narrowing.address(whole="1"),
        "may_export": access.may("export.make"), "excel": narrowing.address(**{"as": "xlsx"}), "invented": room.ground.simulated, "carried": address(room.ground.case, room.turned), "costly": sum(one.costly for one in rows),
    }  # fmt: skip
    return render(request, "outlook/risks.html", context)


def _fits(one: ChainLine, aim: str, kind: str, unit: str, costly: str, words: str) -> bool:
    if aim and one.cost(aim) == 0:
        return False
    if (
        (kind and one.row.kind != kind)
        or (unit and one.row.unit_name != unit)
        or (costly and one.costly != (costly == "1"))
    ):
        return False
    return not words or words in one.row.title or any(words in name for name, _url in one.projects)


@require_GET
@page("outlook.see")
def outlook_risks_why(request: HttpRequest) -> HttpResponse:
    """The part that comes after the page: what holds one goal, what moves it, who decides."""
    access: Access = request.access  # type: ignore[attr-defined]
    room: Room | None = room_of(access, region_of(access), request.GET)
    goal = goal_of(room) if room is not None else None
    why: Why | None = why_of(room, goal) if room is not None and goal is not None else None
    return render(
        request, "outlook/risks_why.html", {"why": why, "room": room, "goal_title": title_of(goal) if goal else ""}
    )
