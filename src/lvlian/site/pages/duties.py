"""责任: who leads and who answers, by unit, by section, and as a matrix to print. Only facts: units are not ranked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.frame import today
from lvlian.site.org.access import Access, page
from lvlian.site.pages import selectors_duties as reads
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.selectors_projects import plans_here

UNITS = 10
SECTIONS = 40
CELLS = 60
"""So many duties stand in a matrix."""


@require_GET
@page("record.read")
def duties(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    narrowing = Narrowing(request.GET)
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in plans_here(access)])
    within = reads.narrowed(access, plan=int(plan) if plan else None)
    units = reads.units_of(access, within)
    offered = list(units[:100])
    unit = narrowing.choice("unit", _("单位"), [(u.pk, u.name) for u in offered])
    rows = reads.narrowed(access, plan=int(plan) if plan else None, unit=int(unit) if unit else None)
    view = narrowing.read("view")
    view = view if view in ("section", "matrix") else "unit"
    total, leads = reads.totals(rows)
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "view": view,
        "views": [
            (key, name, narrowing.address(view=None if key == "unit" else key))
            for key, name in (("unit", _("按单位")), ("section", _("按事项")), ("matrix", _("单位与事项对照")))
        ],
        "total": total,
        "leads": leads,
        "unit_total": len(offered) if len(offered) < 100 else units.count(),
    }
    day = today()
    if view == "unit":
        chosen = units.filter(pk=unit) if unit else units
        found = narrowing.page(chosen, UNITS)
        shown = reads.unit_lines(access, list(found.object_list), rows, day)
        quoted = any(line.quote for one in shown for _leads, line in one.lines)
        context |= {"found": found, "units": shown, "quoted": quoted}
    elif view == "section":
        found = narrowing.page(rows.order_by("region_id", "plan_id", "pk"), SECTIONS, total)
        ids = list(found.object_list.values_list("pk", flat=True))
        lines = reads.lines_of(access, rows.filter(pk__in=ids), day)
        context |= {"found": found, "lines": lines, "quoted": any(line.quote for line in lines)}
    else:
        found = narrowing.page(rows.order_by("region_id", "plan_id", "pk"), CELLS, total)
        ids = list(found.object_list.values_list("pk", flat=True))
        context |= {"found": found, "matrices": reads.matrices(reads.lines_of(access, rows.filter(pk__in=ids), day))}
    return render(request, "pages/duties.html", context)
