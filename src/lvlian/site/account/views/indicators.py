"""指标: all official indicators of a region from its account, every variant with its spread and the plan's points; and one of them in full."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account import saying_indicators as say
from lvlian.site.account.indicator_files import EXCEL, WORD, excel, word
from lvlian.site.account.indicator_groups import grouped
from lvlian.site.account.indicator_rows import Rows, rows_for
from lvlian.site.account.selectors_indicators import MONTH, YEAR, account_months, basis_of, inside
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Region
from lvlian.site.pages.narrowing import Narrowing

FILES = {"xlsx": (excel, "xlsx", EXCEL), "docx": (word, "docx", WORD)}


@require_GET
@page("record.read")
def indicators(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    narrowing = Narrowing(request.GET)
    months = account_months(access, region)
    month, over = period(narrowing, months)
    basis = basis_of(access, region, month)
    rows = rows_for(access, region, basis, over)
    shown = dict(rows.items)
    only = narrowing.choice("only", _("只看"), [
        ("known", _("有数"), sum(one.known for one in shown.values())), ("missing", _("缺数"), sum(not one.known for one in shown.values())),
        ("planned", _("规划点名"), sum(one.planned for one in shown.values())), ("touched", _("可疑报数牵动"), sum(one.touched for one in shown.values())),
        ("open", _("口径未定"), sum(one.unfixed for one in shown.values())),
    ])  # fmt: skip
    group_of = narrowing.choice(
        "group", _("类"), [(group.id, say.pick(group.zh, group.en)) for group, _some in grouped(shown)]
    )
    words = narrowing.told("q", _("含"))
    if only:
        test = {
            "known": lambda o: o.known,
            "missing": lambda o: not o.known,
            "planned": lambda o: o.planned,
            "touched": lambda o: o.touched,
            "open": lambda o: o.unfixed,
        }[only]
        shown = {key: row for key, row in shown.items() if test(row)}
    if words:
        shown = {key: row for key, row in shown.items() if row.has(words)}
    groups = [
        (say.pick(group.zh, group.en), [shown[key] for key in keys])
        for group, keys in grouped(shown)
        if not group_of or group.id == group_of
    ]
    context: dict[str, Any] = {
        "narrowing": narrowing, "groups": groups, "rows": rows, "count": sum(len(some) for _name, some in groups), "total": len(rows.items),
        "basis": basis, "over": over, "inside": inside(access), "excel": narrowing.address(**{"as": "xlsx"}), "word": narrowing.address(**{"as": "docx"}), "may_export": access.may("export.make"),
        "variants": sum(len(one.variants) for _name, some in groups for one in some),
    }  # fmt: skip
    kind = request.GET.get("as", "")
    if kind in FILES:
        access.need("export.make")
        make, ending, media = FILES[kind]
        name = f"{region.name} {_('指标')} {basis.month if basis is not None else ''}.{ending}"
        return attachment(make(access, rows, groups, basis, _("，").join(narrowing.words)), name, media)
    return render(request, "account/indicators.html", context)


def period(narrowing: Narrowing, months: list[str]) -> tuple[str, str]:
    """The month and whether the year is added up to it: always one of each."""
    return one_of(narrowing, "month", _("账期"), [(one, one) for one in months[:24]]), one_of(
        narrowing, "over", _("期间"), [(MONTH, _("当月")), (YEAR, _("年初至今"))]
    )


def one_of(narrowing: Narrowing, key: str, label: str, options: list[tuple[str, str]]) -> str:
    """One of several values, the first where none is asked for; empty where there is nothing to choose."""
    names = dict(options)
    now = narrowing.read(key)
    if now and now not in names:
        narrowing.strange.append(f"{label} {now}")
        now = ""
    now = now or (options[0][0] if options else "")
    if now:
        narrowing.chips.append({
            "label": label, "value": names[now], "remove": "",
            "options": [{"label": name, "url": narrowing.address(**{key: value}), "current": value == now, "count": None} for value, name in options],
        })  # fmt: skip
        narrowing.words.append(f"{label} {names[now]}")
    return now


def region_of(access: Access) -> Region:
    """The region that the page is about. Raises Http404."""
    if access.region is None:
        raise Http404(_("没有可看的地区"))
    return access.region


@require_GET
@page("record.read")
def indicator_detail(request: HttpRequest, key: str) -> HttpResponse:
    from lvlian.chain.indicators.load_formulas import load_formulas
    from lvlian.site.account.indicator_page import page_of

    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    if key not in load_formulas():
        raise Http404(_("没有这个指标"))
    narrowing = Narrowing(request.GET)
    months = account_months(access, region)
    month, over = period(narrowing, months)
    basis = basis_of(access, region, month)
    rows: Rows = rows_for(access, region, basis, over, only=key)
    context = {
        "narrowing": narrowing, "row": rows.items[key], "rows": rows, "basis": basis, "over": over, "may_choose": access.may("indicator.set"), "inside": inside(access),
        "list": reverse("indicators"), **page_of(access, region, basis, rows, key, over), **projected(access, region, rows, key),
    }  # fmt: skip
    return render(request, "account/indicator.html", context)


def projected(access: Access, region: Region, rows: Rows, key: str) -> dict[str, Any]:
    """What the outlook expects of it, for those who see the outlook."""
    if not access.may("outlook.see"):
        return {}
    from django.http import QueryDict

    from lvlian.site.outlook.indicator_lines import part_of
    from lvlian.site.outlook.selectors_scenario import room_of

    room = room_of(access, region, QueryDict())
    if room is None:
        return {}
    chosen = next((one.id for one in rows.items[key].variants if one.chosen), "")
    return {"outlook": part_of(access, room, key, chosen), "outlook_simulated": room.ground.simulated}
