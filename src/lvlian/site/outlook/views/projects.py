"""推演 · 项目: when each project produces as promised, as told since and as projected, what holds it, and which goals count it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account.indicator_files import EXCEL
from lvlian.site.account.views.indicators import region_of
from lvlian.site.account.workbook import workbook
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.project_lines import gantt_of, lines_of, sheets_of
from lvlian.site.outlook.scenario_files import notes
from lvlian.site.outlook.selectors_scenario import Room, room_of
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.plans.light import word_of

SIZE = 30
LIGHTS = ("bad", "warn", "none", "ok")


@require_GET
@page("outlook.see")
def outlook_projects(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    narrowing = Narrowing(request.GET)
    rows = lines_of(access, room)
    total = len(rows)
    group = narrowing.choice("group", _("清单"), _counted(one.row.group for one in rows))
    unit = narrowing.choice("unit", _("责任单位"), _counted(one.row.unit_name for one in rows))
    goal = narrowing.choice("goal", _("计入目标"), goal_options(room))
    words = narrowing.told("q", _("含"))
    shown = [
        one for one in rows
        if (not group or one.row.group == group) and (not unit or one.row.unit_name == unit) and (not goal or goal in one.aims)
        and (not words or words in f"{one.row.name}{one.row.firm}")
    ]  # fmt: skip
    light = narrowing.choice(
        "light", _("灯"), [(key, word_of(key), sum(one.light == key for one in shown)) for key in LIGHTS]
    )
    if light:
        shown = [one for one in shown if one.light == light]
    if request.GET.get("as") == "xlsx":
        access.need("export.make")
        content = workbook([*sheets_of(shown, room), (_("说明"), [_("项"), _("内容")], notes(access, room))])
        return attachment(content, f"{region.name} {_('推演')} {_('项目')}.xlsx", EXCEL)
    found = narrowing.page(shown, SIZE)
    lines = list(found)
    late = [one for one in rows if one.delay or one.row.never]
    context: dict[str, Any] = {
        "narrowing": narrowing, "room": room, "lines": lines, "found": found, "count": len(shown), "total": total, "late": len(late),
        "gantt": gantt_of(lines, room.ground.case.today) if lines else None, "may_export": access.may("export.make"),
        "excel": narrowing.address(**{"as": "xlsx"}), "invented": room.ground.simulated, "carried": address(room.ground.case, room.turned),
    }  # fmt: skip
    return render(request, "outlook/projects.html", context)


def _counted(values: Any) -> list[tuple[object, object, object]]:
    counts: dict[str, int] = {}
    for one in values:
        if one:
            counts[one] = counts.get(one, 0) + 1
    return [(key, key, n) for key, n in counts.items()]


def goal_options(room: Room) -> list[tuple[object, object]]:
    """Goals that a figure is known of, by year."""
    known = sorted((one for one in room.goals if one.known), key=lambda one: one.aim.year)
    return [(one.aim.id, _("%(year)d年%(goal)s") % {"year": one.aim.year, "goal": one.title}) for one in known]
