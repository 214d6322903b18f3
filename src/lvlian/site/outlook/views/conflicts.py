"""规划自己的话不能都成立: every set of sentences that cannot all hold, its sum, its ways out; what was checked where there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.account.indicator_files import EXCEL, WORD
from lvlian.site.account.views.indicators import region_of
from lvlian.site.frame import today
from lvlian.site.ledger.actions import lights
from lvlian.site.ledger.registers import tracks
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook import way_files
from lvlian.site.outlook.actions.moves import MoveError, take
from lvlian.site.outlook.clashes import Clash, clash_of, kinds
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.selectors_pathway import findings_of, same_findings, taken_of, unit_named, units_here
from lvlian.site.outlook.selectors_scenario import Room, conflicts_of, room_of
from lvlian.site.outlook.views.scenario import name_of
from lvlian.site.pages.narrowing import Narrowing

REGISTERS = {"ask": "inquiry", "task": "supervision"}
"""What is done about a conflict: a reported figure is asked about, anything else is somebody's task."""


@require_GET
@page("outlook.see")
def outlook_conflicts(request: HttpRequest) -> HttpResponse:
    """The page."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    lights.fresh(today())
    rows, error = clashes_of(access, room)
    narrowing = Narrowing(request.GET)
    years = sorted({row.conflict.year for row in rows if row.conflict.year})
    year = narrowing.choice(
        "of", _("年份"), [(one, one, sum(row.conflict.year == one for row in rows)) for one in years]
    )
    kind = narrowing.choice(
        "kind",
        _("类"),
        [(key, name, n) for key, name in kinds().items() if (n := sum(row.conflict.system == key for row in rows))],
    )
    shown = [
        row
        for row in rows
        if (not year or str(row.conflict.year) == year) and (not kind or row.conflict.system == kind)
    ]
    form = request.GET.get("as", "")
    if form in ("xlsx", "docx"):
        access.need("export.make")
        make, media = (way_files.excel, EXCEL) if form == "xlsx" else (way_files.word, WORD)
        title = _("规划自己的话不能都成立")
        return attachment(
            make(access, room, way_files.clash_sheets(shown), title), f"{region.name} {title}.{form}", media
        )
    context: dict[str, Any] = {
        "room": room, "rows": shown, "error": error, "total": len(rows), "narrowing": narrowing, "checked": checked(room), "scenario": name_of(room), "query": address(room.ground.case, room.turned),
        "here": request.GET.urlencode(), "invented": room.ground.simulated, "may_run": access.may("outlook.run"), "may_export": access.may("export.make"),
        "excel": narrowing.address(**{"as": "xlsx"}), "word": narrowing.address(**{"as": "docx"}), "plan": room.ground.version.plan,
        "outlook": f"{reverse('outlook')}?{address(room.ground.case, room.turned)}".rstrip("?"), "pathway": f"{reverse('outlook-pathway')}?{address(room.ground.case, room.turned)}".rstrip("?"),
        "proved": sum(row.proved for row in shown), "counts": [(name, sum(row.conflict.system == key for row in rows)) for key, name in kinds().items()],
    }  # fmt: skip
    return render(request, "outlook/conflicts.html", context)


def clashes_of(access: Access, room: Room) -> tuple[list[Clash], str]:
    """All conflicts under the present changes, with what became of each; and why they could not be looked for."""
    findings = findings_of(access, room.ground) if access.may("plan.read") else []
    taken = taken_of(access, room.region)
    found, error = conflicts_of(room.ground, room.overlay)
    out = []
    for number, one in enumerate(found, start=1):
        row = clash_of(access, room.ground, one, number)
        same = tuple(
            {"message": str(finding), "state": finding.get_state_display() if finding.state != "open" else "", "url": f"{reverse('findings')}?code={finding.code}#finding-{finding.pk}"}
            for finding in same_findings(room.ground, findings, one)
        )  # fmt: skip
        asks = one.system == "figures" and any(said.role == "report" for said in one.clauses)
        out.append(
            replace(row, same=same, extra={"key": key_of(one.id), "item": taken.get(key_of(one.id)), "asks": asks})
        )
    return out, error


def key_of(conflict: str) -> str:
    return f"conflict:{conflict}"[:200]


def checked(room: Room) -> list[str]:
    """What was looked at, so that nothing found is told plainly."""
    case = room.case
    aims, years = len(case.aims), sorted({one.year for one in case.aims if one.year})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return [
        _("%(n)d 个目标之间：总数与分项、占比、单耗、增速，%(years)s") % {"n": aims, "years": span},
        _("%(p)d 个项目、%(f)d 项要素的日期：供地、供电、供气在开工和投产之前")
        % {"p": len(case.projects), "f": len(case.factors)},
        _("目标与产能、%(n)d 项指标、土地、日期放在一起，按所有可用的办法求解") % {"n": len(case.limits)},
    ]


@require_POST
@page("outlook.run")
def outlook_conflict_take(request: HttpRequest) -> HttpResponse:
    """A conflict is asked about, or becomes somebody's task, by its least change."""
    from lvlian.ledger.item import Refused
    from lvlian.ledger.saying import say_refused

    access: Access = request.access  # type: ignore[attr-defined]
    query = QueryDict(request.POST.get("query", "")[:20_000])
    room = room_of(access, region_of(access), query)
    if room is None:
        raise Http404(_("没有可看的规划"))
    number, way = request.POST.get("key", ""), request.POST.get("way", "task")
    one = next(
        (conflict for conflict in conflicts_of(room.ground, room.overlay)[0] if key_of(conflict.id) == number), None
    )
    back = f"{reverse('outlook-conflicts')}?{query.urlencode()}".rstrip("?")
    if one is None:
        messages.error(request, _("这一处冲突不在了：条件变过。请看过再转。"))
        return redirect(back)
    best = next((fix for fix in one.repairs if fix.tested and fix.holds), None)
    units = list(units_here(access, room.region))
    names = [best.who] if best is not None and best.who else [said.unit_name for said in one.clauses if said.unit_name]
    unit = next((found for name in names if (found := unit_named(units, name)) is not None), None)
    track = REGISTERS.get(way, REGISTERS["task"])
    words = (
        _("%(title)s：请核定改哪一句") % {"title": one.title}
        if way != "ask"
        else _("%(title)s：请核对报数") % {"title": one.title}
    )
    data = {"task": (best.zh if best is not None else one.zh)[:300]} if track == "supervision" else {}
    try:
        item = take(access, room.region, key_of(one.id), words, track=track, unit=unit, data=data, reason=one.zh)
    except MoveError as error:
        messages.error(request, str(error))
        return redirect(back)
    except Refused as refused:
        messages.error(request, say_refused(refused, request.LANGUAGE_CODE, tracks()[track]))  # type: ignore[attr-defined]
        return redirect(back)
    messages.success(
        request,
        _("“%(title)s”已转台账。") % {"title": item.title[:40]},
        extra_tags=f"word:{_('已转')} see:{reverse('item-detail', args=[item.pk])}",
    )
    return redirect(f"{back}#clash-{one.id}")
