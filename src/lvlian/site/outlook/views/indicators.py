"""推演 · 指标: every official indicator as projected, by year, by quarter or over four quarters, with its band and the plan's points."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account import saying_indicators as say
from lvlian.site.account.indicator_files import EXCEL
from lvlian.site.account.indicator_groups import grouped
from lvlian.site.account.views.indicators import one_of, region_of
from lvlian.site.account.workbook import workbook
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.outlook.indicator_lines import QUARTER, ROLLING, YEAR, IndicatorLine, columns_of, lines_of, sheets_of
from lvlian.site.outlook.overlay import address
from lvlian.site.outlook.scenario_files import notes
from lvlian.site.outlook.selectors_scenario import room_of
from lvlian.site.outlook.selectors_standing import BANDS
from lvlian.site.pages.narrowing import Narrowing


@require_GET
@page("outlook.see")
def outlook_indicators(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    narrowing = Narrowing(request.GET)
    by = one_of(narrowing, "per", _("期间"), [(YEAR, _("按年")), (QUARTER, _("单季")), (ROLLING, _("滚动四季"))])
    rows = lines_of(access, room, by)
    held: dict[str, list[IndicatorLine]] = {}
    for one in rows:
        held.setdefault(one.key, []).append(one)
    only = narrowing.choice("only", _("只看"), [
        ("known", _("推得出"), sum(some[0].known for some in held.values())), ("missing", _("推不出"), sum(not some[0].known for some in held.values())),
        ("planned", _("规划点名"), sum(any(one.planned for one in some) for some in held.values())),
    ])  # fmt: skip
    group_of = narrowing.choice(
        "group", _("类"), [(group.id, say.pick(group.zh, group.en)) for group, _some in grouped(held)]
    )
    words = narrowing.told("q", _("含"))
    tests = {
        "known": lambda some: some[0].known, "missing": lambda some: not some[0].known, "planned": lambda some: any(one.planned for one in some),
    }  # fmt: skip
    shown = {
        key: some for key, some in held.items()
        if (not only or tests[only](some)) and (not words or any(one.has(words) for one in some))
    }  # fmt: skip
    groups = [
        (say.pick(group.zh, group.en), [line for key in keys for line in shown[key]])
        for group, keys in grouped(shown)
        if not group_of or group.id == group_of
    ]
    heads = columns_of(room, by)
    if request.GET.get("as") == "xlsx":
        access.need("export.make")
        lines = [line for _name, some in groups for line in some]
        content = workbook([*sheets_of(lines, heads, by), (_("说明"), [_("项"), _("内容")], notes(access, room))])
        return attachment(content, f"{region.name} {_('推演')} {_('指标')}.xlsx", EXCEL)
    context: dict[str, Any] = {
        "narrowing": narrowing, "room": room, "groups": [(name, _marked(some)) for name, some in groups], "heads": [head for _label, head in heads], "by": by,
        "count": len({one.key for _name, some in groups for one in some}), "total": len(held), "known": sum(some[0].known for some in held.values()),
        "wide": len(heads) + 3, "may_export": access.may("export.make"), "excel": narrowing.address(**{"as": "xlsx"}), "invented": room.ground.simulated, "carried": address(room.ground.case, room.turned),
        "draws": BANDS, "names": len(heads),
    }  # fmt: skip
    return render(request, "outlook/indicators.html", context)


def _marked(lines: list[IndicatorLine]) -> list[tuple[IndicatorLine, bool]]:
    """Each line, and whether it is the first of its indicator."""
    return [(one, not place or lines[place - 1].key != one.key) for place, one in enumerate(lines)]
