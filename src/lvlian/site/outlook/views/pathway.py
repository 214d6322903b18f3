"""求最省办法: what is asked for, the moves that reach it, what each buys, who acts by when; a move becomes an item of the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site import jobs, saying
from lvlian.site.account.indicator_files import EXCEL, WORD
from lvlian.site.account.views.indicators import region_of
from lvlian.site.frame import today
from lvlian.site.jobs import queue
from lvlian.site.jobs.actions import OPEN
from lvlian.site.jobs.selectors import own_job, standing_of
from lvlian.site.ledger.actions import lights
from lvlian.site.ledger.registers import tracks
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Job
from lvlian.site.outlook import way_files, way_page
from lvlian.site.outlook.actions.moves import TRACK, MoveError, take
from lvlian.site.outlook.origins import pick
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.selectors_pathway import taken_of, unit_named, units_here
from lvlian.site.outlook.selectors_scenario import Room, room_of
from lvlian.site.outlook.views.scenario import name_of
from lvlian.site.outlook.wanted import Wanted, aims_told, figures_told, parts_told, read_wanted, wants_told
from lvlian.site.outlook.way import Way, front_points, others_of, small, way_from, way_of

KIND = "pathway"


def query_of(room: Room, wanted: Wanted, **changes: Any) -> str:
    """The address of a question: the scenario, what is asked, the goal that gains are told for. Without `?`."""
    out = QueryDict(address(room.ground.case, room.turned), mutable=True)
    for key, values in wanted.query().lists():
        out.setlist(key, values)
    for key, value in changes.items():
        out.pop(key, None)
        if value is not None:
            out[key] = str(value)
    return out.urlencode()


def _room(request: HttpRequest, query: QueryDict) -> tuple[Room, Wanted] | None:
    access: Access = request.access  # type: ignore[attr-defined]
    room = room_of(access, region_of(access), query)
    return None if room is None else (room, read_wanted(query, room.case))


@require_GET
@page("outlook.see")
def outlook_pathway(request: HttpRequest) -> HttpResponse:
    """The page. A small region's way is found at once, a large one's by a job that the address names."""
    access: Access = request.access  # type: ignore[attr-defined]
    asked = _room(request, request.GET)
    if asked is None:
        return render(request, "outlook/scenario_empty.html", {"region": region_of(access)})
    room, wanted = asked
    if "asked" in request.GET:
        return redirect(f"{reverse('outlook-pathway')}?{query_of(room, wanted)}".rstrip("?"))
    job, way, error = None, None, ""
    if request.GET.get("job"):
        job = _job(access, request.GET["job"])
        if job.state == Job.State.DONE and job.result.get("way"):
            way = way_from(job.result["way"])
    elif small(room):
        way, error = _at_once(room, wanted)
    form = request.GET.get("as", "")
    if form in ("xlsx", "docx") and way is not None:
        access.need("export.make")
        return _file(access, room, wanted, way, form)
    lights.fresh(today())
    context = {
        **_asked(access, room, wanted), "way": way, "error": error, "job": job, "standing": _standing(job) if job is not None and job.state in OPEN else None,
        "large": not small(room), "job_id": str(job.pk) if job is not None else "",
        "stale": way is not None and job is not None and job.result.get("stamp") != room.ground.stamp, "stopped": job is not None and bool(job.result.get("stopped")),
    }  # fmt: skip
    if way is not None:
        context |= found_context(access, room, wanted, way)
    return render(request, "outlook/pathway.html", context)


def _at_once(room: Room, wanted: Wanted) -> tuple[Way | None, str]:
    from lvlian.outlook.case import CaseError
    from lvlian.outlook.program import ProgramError

    try:
        return way_of(room, wanted), ""
    except (CaseError, ProgramError) as why:
        return None, str(why)


def _job(access: Access, text: str) -> Job:
    try:
        row = own_job(access, UUID(text))
    except ValueError:
        raise Http404(_("没有这个任务")) from None
    if row.kind != KIND:
        raise Http404(_("没有这个任务"))
    return row


def _standing(job: Job) -> Any:
    """How the search stands: the best so far, the gap, the seconds."""
    told = standing_of(job)
    told.url = reverse("job-pathway", args=[job.pk])
    now = queue.peek(f"pathway:{job.pk}") or {}
    if now:
        gap = (
            _("差距未知")
            if now.get("gap") is None
            else _("离证得最优差 %(gap)s") % {"gap": saying.percent(now["gap"], 1)}
        )
        best = _("还没有可行的一组") if now.get("best") is None else _("已有可行的一组")
        told.message = _("%(best)s，%(gap)s，已用 %(seconds)s 秒；停止会留下最好的一组") % {
            "best": best,
            "gap": gap,
            "seconds": now["seconds"],
        }
    return told


@require_GET
@page("outlook.see")
def job_pathway(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress of a search; where it has ended, its page."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = own_job(access, job_id)
    if row.kind != KIND:
        return redirect("job", job_id=job_id)
    if row.state in OPEN:
        answer = render(request, "outlook/pathway_progress.html", {"standing": _standing(row)})
        answer["Cache-Control"] = "no-store"
        return answer
    url = row.result.get("url") or reverse("job", args=[row.pk])
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = url
        return answer
    return redirect(url)


def _asked(access: Access, room: Room, wanted: Wanted) -> dict[str, Any]:
    """The form: what can be asked, as it is asked now."""
    from lvlian.outlook.pathway import load_options
    from lvlian.outlook.pathway.load_options import SWITCHES
    from lvlian.site.outlook.selectors import library

    options, regulations, names = load_options(), library().regulations, figures_told()
    rules = []
    for key, rule in options.rules.items():
        law = regulations.get(rule.regulation)
        rules.append({
            "key": key, "name": pick(rule.zh, rule.en), "on": wanted.rules.get(key, rule.on), "law": law,
            "figures": [
                {"key": f"rule.{key}.{name}", "name": names.get(name, (name, ""))[0], "unit": names.get(name, (name, ""))[1], "value": _plain(wanted.figures.get((key, name), was))}
                for name, was in rule.set.items()
            ],
        })  # fmt: skip
    parts = parts_told()
    goals = [
        {
            "aim": one.aim,
            "title": one.title,
            "rank": wanted.ranks.get(one.aim.id, ""),
            "skip": one.aim.id in wanted.skip,
        }
        for one in room.goals
        if one.known
    ]
    hidden = [
        (key, value) for key, values in QueryDict(address(room.ground.case, room.turned)).lists() for value in values
    ]
    query = query_of(room, wanted)
    return {
        "room": room, "wanted": wanted, "scenario": name_of(room), "outlook": f"{reverse('outlook')}?{address(room.ground.case, room.turned)}".rstrip("?"),
        "aims": aims_told().items(), "wants": wants_told().items(), "parts": [(key, parts[key], key not in wanted.without) for key in SWITCHES], "rules": rules, "goals_asked": goals,
        "hidden": hidden, "query": query, "invented": room.ground.simulated, "may_run": access.may("outlook.run"), "may_export": access.may("export.make"),
        "conflicts_url": f"{reverse('outlook-conflicts')}?{address(room.ground.case, room.turned)}".rstrip("?"), "plan": room.ground.version.plan,
        "clean": f"?{address(room.ground.case, room.turned)}",
    }  # fmt: skip


def _plain(value: float | None) -> str:
    return "" if value is None else f"{float(value):g}"


def found_context(access: Access, room: Room, wanted: Wanted, way: Way) -> dict[str, Any]:
    rows = way.figures(room)
    aim = way_page.aim_of(room, way, rows)
    schedule, flows = way_page.schedule_of(way), way_page.flows_of(room, way)
    query = query_of(room, wanted)
    known = [one for one in rows if one.known]
    return {
        "goals": [
            {"row": one, "before": saying.chance(one.before), "chance": saying.chance(one.chance), "short": saying.number(way.goals[one.aim.id]["short"], one.places) if way.goals[one.aim.id]["short"] else "", "met": way.goals[one.aim.id]["met"], "url": f"?{query_of(room, wanted, aim=one.aim.id)}#moves", "current": aim is not None and one.aim.id == aim.aim.id}
            for one in known
        ],
        "unknown": [one for one in rows if not one.known], "aim": aim, "aim_name": way_page.named(aim) if aim is not None else "",
        "moves": way_page.moves_of(way, rows, aim, taken_of(access, room.region)), "together": way_page.together(way, rows, aim), "remains": way_page.remains(way, rows),
        "schedule": schedule, "moved": [row for row in schedule if row["moved"]], "gantt": way_page.gantt(schedule, way, room.ground.case.today), "flows": flows,
        "flow_chart": way_page.flow_chart(flows), "sources": way_page.sources_of(room, way), "prices": way_page.prices_of(way), "money": way_page.money_of(way),
        "totals": way_page.totals_of(way), "rests": way_page.rests_on(way), "notes": way_page.notes_of(way), "status": way.data["status"], "proved": way.data["proved"],
        "seconds": saying.number(way.data["seconds"], 1), "gap": saying.percent(way.data["gap"] or 0.0, 1), "drift": saying.percent(way.data["drift"] or 0.0, 1),
        "clauses": [pick(one["zh"], one["en"]) for one in way.data["conflict"] or []], "quarters": flows["quarters"],
        "excel": f"?{query}&as=xlsx".replace("?&", "?"), "word": f"?{query}&as=docx".replace("?&", "?"),
        "others_url": f"{reverse('outlook-pathway-others')}?{query}", "front_url": f"{reverse('outlook-pathway-front')}?{query}",
    }  # fmt: skip


def _file(access: Access, room: Room, wanted: Wanted, way: Way, form: str) -> HttpResponse:
    rows = way.figures(room)
    aim = way_page.aim_of(room, way, rows)
    tables = way_files.sheets(room, way, rows, aim, taken_of(access, room.region))
    make, media = (way_files.excel, EXCEL) if form == "xlsx" else (way_files.word, WORD)
    title = _("最省办法")
    return attachment(
        make(access, room, tables, title, way_files.asked(wanted)),
        f"{room.region.name} {title} {name_of(room)}.{form}",
        media,
    )


@require_GET
@page("outlook.see")
def outlook_pathway_others(request: HttpRequest) -> HttpResponse:
    """Ways nearly as good, side by side. A fragment; as a page where there are no scripts."""
    from lvlian.outlook.case import CaseError
    from lvlian.outlook.program import ProgramError

    asked = _room(request, request.GET)
    if asked is None:
        return HttpResponse(status=204)
    room, wanted = asked
    try:
        found, error = others_of(room, wanted), ""
    except (CaseError, ProgramError) as why:
        found, error = [], str(why)
    known = [one for one in room.goals if one.known]
    context = {
        "columns": way_page.columns_of(room, found, known) if found else None,
        "error": error,
        "back": f"{reverse('outlook-pathway')}?{query_of(room, wanted)}",
    }
    return _fragment(request, "outlook/pathway_others.html", _("换一组近优方案"), context)


@require_GET
@page("outlook.see")
def outlook_pathway_front(request: HttpRequest) -> HttpResponse:
    """What one aim costs in another. A fragment; as a page where there are no scripts."""
    from lvlian.outlook.case import CaseError
    from lvlian.outlook.program import ProgramError

    asked = _room(request, request.GET)
    if asked is None:
        return HttpResponse(status=204)
    room, wanted = asked
    offered = way_page.objectives(room.goals)
    keys = [one[0] for one in offered]
    first = request.GET.get("first", "") if request.GET.get("first", "") in keys else "cost"
    second = request.GET.get("second", "") if request.GET.get("second", "") in keys else "value"
    if first == second:
        second = "value" if first != "value" else "cost"
    named = {one[0]: one for one in offered}
    try:
        points, error = front_points(room, wanted, first, second), ""
    except (CaseError, ProgramError) as why:
        points, error = [], str(why)
    one, another = named[first], named[second]
    context = {
        "offered": offered, "first": one, "second": another, "error": error, "chart": way_page.front_chart(points, one, another) if len(points) > 2 else None,
        "points": [
            {"n": n, "first": saying.number(row["first"] / one[3], 1), "second": saying.number(row["second"] / another[3], 1), "cost": saying.number(round(row["cost"] / 1e4))}
            for n, row in enumerate(points, start=1)
        ],
        "hidden": [(key, value) for key, values in QueryDict(query_of(room, wanted)).lists() for value in values], "back": f"{reverse('outlook-pathway')}?{query_of(room, wanted)}",
    }  # fmt: skip
    return _fragment(request, "outlook/pathway_front.html", _("两个目标之间的取舍"), context)


def _fragment(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, template, {**context, "bare": True})
    return render(request, "outlook/pathway_part.html", {**context, "part": template, "title": title})


@require_POST
@page("outlook.run")
def outlook_pathway_run(request: HttpRequest) -> HttpResponse:
    """Looks for the way in a job."""
    access: Access = request.access  # type: ignore[attr-defined]
    asked = _room(request, QueryDict(request.POST.get("query", "")[:20_000]))
    if asked is None:
        raise Http404(_("没有可看的规划"))
    room, wanted = asked
    query = query_of(room, wanted)
    row = jobs.start(access, KIND, _("求最省办法：%(name)s") % {"name": name_of(room)}, room.region, {"query": query})
    return redirect(f"{reverse('outlook-pathway')}?{query}&job={row.pk}".replace("?&", "?"))


@require_POST
@page("outlook.run")
def outlook_move_take(request: HttpRequest) -> HttpResponse:
    """A move becomes an item of the ledger: its register, the unit that acts, the day."""
    from lvlian.ledger.item import Refused
    from lvlian.ledger.saying import say_refused

    access: Access = request.access  # type: ignore[attr-defined]
    query = QueryDict(request.POST.get("query", "")[:20_000])
    asked = _room(request, query)
    if asked is None:
        raise Http404(_("没有可看的规划"))
    room, wanted = asked
    back = f"{reverse('outlook-pathway')}?{query_of(room, wanted, job=query.get('job') or None)}#moves"
    way = _way(access, room, wanted, query)
    key = request.POST.get("key", "")
    move = next((one for one in way.data["moves"] if one["key"] == key), None) if way is not None else None
    if move is None:
        messages.error(request, _("这条动作不在现在的解里了：条件变过。请看过再转。"))
        return redirect(back)
    units = list(units_here(access, room.region))
    number = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == number), None) if number else unit_named(units, move["who"])
    try:
        due = date.fromisoformat(request.POST.get("due") or move["day"] or "")
    except ValueError:
        due = None
    track = request.POST.get("track") or move["track"]
    words = "，".join(move["zh"].split("，")[:2])  # a title; the whole sentence is the reason
    data = data_of(track, move)
    try:
        item = take(
            access,
            room.region,
            way_page.taken_key(key),
            words,
            track=track,
            unit=unit,
            due=due,
            data=data,
            reason=_("推演“%(name)s”求得的动作：%(words)s") % {"name": name_of(room), "words": move["zh"]},
        )
    except MoveError as error:
        messages.error(request, str(error))
        return redirect(back)
    except Refused as refused:
        messages.error(
            request,
            say_refused(refused, request.LANGUAGE_CODE, tracks()[track] if track in tracks() else tracks()[TRACK]),
        )  # type: ignore[attr-defined]
        return redirect(back)
    except PermissionDenied:
        raise
    messages.success(
        request,
        _("“%(title)s”已转台账。") % {"title": item.title[:40]},
        extra_tags=f"word:{_('已转')} see:{reverse('item-detail', args=[item.pk])}",
    )
    return redirect(back)


def data_of(track: str, move: dict[str, Any]) -> dict[str, Any]:
    """Of a move's fields those that the register has."""
    held = tracks().get(track)
    fields = {} if held is None else {one.key: one for one in held.fields}
    return {
        key: value
        for key, value in move["data"].items()
        if key in fields and fields[key].kind not in ("project", "firm") and value not in (None, "")
    }


def _way(access: Access, room: Room, wanted: Wanted, query: QueryDict) -> Way | None:
    """The way that a form was sent from."""
    if query.get("job"):
        row = _job(access, query["job"])
        return way_from(row.result["way"]) if row.result.get("way") else None
    return _at_once(room, wanted)[0] if small(room) else None
