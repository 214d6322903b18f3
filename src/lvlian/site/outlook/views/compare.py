"""逐行对照: two scenarios of a region, row by row: goals with their chance, indicators by year, days of projects, what holds each quarter back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site import saying
from lvlian.site.account.indicator_files import EXCEL
from lvlian.site.account.views.indicators import region_of
from lvlian.site.account.workbook import Cell, workbook
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook.comparison import Side, Table, sides_of, tables_of
from lvlian.site.outlook.selectors_scenario import room_of
from lvlian.site.pages.narrowing import Narrowing


@require_GET
@page("outlook.see")
def outlook_compare(request: HttpRequest) -> HttpResponse:
    """Two scenarios beside each other; `a` and `b` are `base`, the number of a kept one, or `now` for what the address turns."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    narrowing = Narrowing(request.GET)
    a, b = sides_of(room, narrowing.read("a") or "base", narrowing.read("b") or ("now" if room.overlay else "base"))
    every = request.GET.get("all") == "1"
    tables = tables_of(access, room, a, b, every=every)
    if request.GET.get("as") == "xlsx":
        access.need("export.make")
        content = workbook(
            [
                *[sheet(table, a, b) for table in tables],
                (_("说明"), [_("项"), _("内容")], about(access, room.region.name, a, b)),
            ]
        )
        return attachment(content, f"{region.name} {a.name} {b.name} {_('逐行对照')}.xlsx", EXCEL)
    options = [("base", _("基准")), *[(str(one.pk), one.name) for one in room.scenarios]]
    if room.overlay and not room.turned.kept:
        options.append(("now", _("现在的拨法")))
    context: dict[str, Any] = {
        "a": a, "b": b, "sides": (a, b), "tables": tables, "options": options, "room": room, "every": every, "may_export": access.may("export.make"),
        "excel": narrowing.address(**{"as": "xlsx"}), "toggle": narrowing.address(all=None if every else "1"), "swap": narrowing.address(a=b.key, b=a.key),
        "hidden": [(key, value) for key, values in request.GET.lists() for value in values if key not in ("a", "b", "as", "all")],
        "back": f"{reverse('outlook')}?{_own(request)}".rstrip("?"), "invented": room.ground.simulated, "changes": sum(len(t.rows) for t in tables),
    }  # fmt: skip
    return render(request, "outlook/compare.html", context)


def _own(request: HttpRequest) -> str:
    query = request.GET.copy()
    for key in ("a", "b", "as", "all"):
        query.pop(key, None)
    return query.urlencode()


def sheet(table: Table, a: Side, b: Side) -> tuple[str, list[str], list[list[Cell]]]:
    heads = [_("哪一项"), _("何时"), _("单位"), f"{a.name}", f"{b.name} ", _("差"), _("概率，前"), _("概率，后")]
    return (
        table.title,
        heads,
        [
            [row.name, row.when, row.unit, row.a_cell, row.b_cell, row.change, row.before, row.after]
            for row in table.rows
        ],
    )


def about(access: Access, region: str, a: Side, b: Side) -> list[list[Cell]]:
    user = access.user
    return [
        [_("地区"), region],
        *[[side.name, "；".join(part for part in (side.who, side.reason) if part) or saying.DASH] for side in (a, b)],
        [_("导出人"), f"{user.name}（{user.username}）" if user is not None else saying.DASH],
    ]
