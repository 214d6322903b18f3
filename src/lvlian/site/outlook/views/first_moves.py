"""可做的动作 on the scenario page: the moves of the cheapest way under what is turned, as far as they are found while one waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site import saying
from lvlian.site.account.views.indicators import region_of
from lvlian.site.org.access import Access, page
from lvlian.site.outlook import way_page
from lvlian.site.outlook.goal_figures import GoalFigures, light_of
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.selectors_pathway import taken_of
from lvlian.site.outlook.selectors_scenario import room_of
from lvlian.site.outlook.wanted import read_wanted
from lvlian.site.outlook.way import small, way_of

SHOWN, FEW = 6, 3


@require_GET
@page("outlook.see")
def outlook_first_moves(request: HttpRequest) -> HttpResponse:
    """A fragment. A large region's way is asked for on its own page."""
    from lvlian.outlook.case import CaseError
    from lvlian.outlook.program import ProgramError

    access: Access = request.access  # type: ignore[attr-defined]
    room = room_of(access, region_of(access), request.GET)
    if room is None:
        return HttpResponse(status=204)
    query = address(room.ground.case, room.turned, aim=room.aim.aim.id if room.aim is not None else None)
    context: dict[str, Any] = {
        "pathway": f"{reverse('outlook-pathway')}?{query}".rstrip("?"),
        "large": not small(room),
        "trouble": "",
    }
    if small(room):
        try:
            way = way_of(room, read_wanted(QueryDict(), room.case))
        except (CaseError, ProgramError) as why:
            context["trouble"] = str(why)
        else:
            if way.found:
                rows = way.figures(room)
                aim = next(
                    (one for one in rows if room.aim is not None and one.aim.id == room.aim.aim.id and one.known), None
                )
                moves, useful = _useful(
                    way.data["moves"], way_page.moves_of(way, rows, aim, taken_of(access, room.region)), aim
                )
                context |= {
                    "found": True, "moves": moves, "count": len(way.data["moves"]), "aim": aim, "together": way_page.together(way, rows, aim), "remains": way_page.remains(way, rows),
                    "query": query, "may_run": access.may("outlook.run"), "note": _note(aim, useful),
                }  # fmt: skip
            else:
                context["trouble"] = _("限定的时间里没有找到一组可行的动作")
    return render(request, "outlook/scenario_moves.html", context)


def _useful(
    raw: Sequence[Mapping[str, Any]], rows: Sequence[way_page.MoveRow], aim: GoalFigures | None
) -> tuple[list[way_page.MoveRow], bool]:
    """The moves that bring the goal of the chart nearer; where none does, the first of those that serve other goals, and False."""
    if aim is None:
        return list(rows[:SHOWN]), True
    sign, least = -1 if aim.aim.op in ("<=", "<") else 1, 10.0**-aim.places / 2

    def serves(move: Mapping[str, Any]) -> bool:
        return move["gain"] is not None and sign * move["gain"].get(aim.aim.id, 0.0) >= least

    mine = [row for move, row in zip(raw, rows, strict=True) if serves(move)]
    shown = mine[:SHOWN] or list(rows[:FEW])
    return [replace(row, number=number) for number, row in enumerate(shown, start=1)], bool(mine)


def _note(aim: GoalFigures | None, useful: bool) -> str:
    if aim is None or aim.base is None:
        return _("从最省的排起")
    told = {
        "year": aim.aim.year, "goal": aim.title, "gap": saying.number(abs(aim.base - aim.aim.value), aim.places),
    }  # fmt: skip
    if not useful:
        return _("没有哪一项能让 %(year)s 年%(goal)s更近；下面几项对别的目标有用") % told
    if light_of(aim.before) == "ok":
        return _("从最省的排起；对 %(year)s 年%(goal)s有用的") % told
    return _("从最省的排起；%(year)s 年%(goal)s，差 %(gap)s") % told
