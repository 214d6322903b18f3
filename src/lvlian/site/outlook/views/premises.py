"""推演的假设: every premise with its value, range, source and who says so; what a region fixes; what nobody has told and who would settle it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lvlian.site import saying
from lvlian.site.account.indicator_files import EXCEL
from lvlian.site.account.views.indicators import region_of
from lvlian.site.account.workbook import Cell, workbook
from lvlian.site.frame import today
from lvlian.site.lists.views import attachment, back_to
from lvlian.site.org.access import Access, page, scoped
from lvlian.site.org.chain import Conflict
from lvlian.site.outlook.actions import scenarios
from lvlian.site.outlook.models import PremiseChoice
from lvlian.site.outlook.origins import note_of, origin_of, pick
from lvlian.site.outlook.overlay import name_of, places_of, scale_of, shown_of
from lvlian.site.outlook.selectors import Ground, ground_of
from lvlian.site.outlook.selectors_scenario import Room, room_of
from lvlian.site.outlook.sliders import GROUPS, group_of
from lvlian.site.pages.narrowing import Narrowing

SOURCES = (
    ("规", gettext_lazy("规划")),
    ("报", gettext_lazy("报数")),
    ("标", gettext_lazy("标准")),
    ("约", gettext_lazy("合同")),
    ("假", gettext_lazy("假设")),
)


@require_GET
@page("outlook.see")
def outlook_premises(request: HttpRequest) -> HttpResponse:
    """The list of all premises, and what is not known."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, request.GET)
    if room is None:
        return render(request, "outlook/scenario_empty.html", {"region": region})
    narrowing = Narrowing(request.GET)
    fixed = choices_of(access, room)
    rows = [
        premise_row(access, room.ground, one, fixed.get(one.key))
        for one in room.ground.case.premises
        if not one.key.endswith(".run")
    ]
    group = narrowing.choice(
        "group", _("类"), [(key, name, sum(row["group"] == key for row in rows)) for key, name in GROUPS]
    )
    source = narrowing.choice(
        "source",
        _("来源"),
        [(mark, name, n) for mark, name in SOURCES if (n := sum(row["origin"]["mark"] == mark for row in rows))],
    )
    state = narrowing.choice("state", _("核过"), [
        ("checked", _("已核"), sum(row["verified"] for row in rows)), ("open", _("未核"), sum(not row["verified"] for row in rows)),
        ("fixed", _("本地区所定"), sum(row["choice"] is not None for row in rows)),
    ])  # fmt: skip
    words = narrowing.told("q", _("含"))
    shown = [
        row for row in rows if (not group or row["group"] == group) and (not source or row["origin"]["mark"] == source)
    ]
    shown = [row for row in shown if not words or words in row["name"]]
    tests = {
        "checked": lambda row: row["verified"],
        "open": lambda row: not row["verified"],
        "fixed": lambda row: row["choice"] is not None,
    }
    if state:
        shown = [row for row in shown if tests[state](row)]
    if request.GET.get("as") == "xlsx":
        access.need("export.make")
        content = workbook(
            [
                (_("假设"), heads(), [line(row) for row in shown]),
                (_("缺什么"), [_("缺什么"), _("找谁")], [[what, who] for what, who in asks_of(room)]),
            ]
        )
        return attachment(content, f"{region.name} {_('推演的假设')}.xlsx", EXCEL)
    chosen = next((row for row in rows if row["key"] == request.GET.get("fix", "")), None)
    grouped = [(str(name), [row for row in shown if row["group"] == key]) for key, name in GROUPS]
    context: dict[str, Any] = {
        "narrowing": narrowing, "groups": [(name, some) for name, some in grouped if some], "count": len(shown), "total": len(rows), "room": room,
        "may_set": access.may("outlook.set"), "fix": chosen if access.may("outlook.set") else None, "asks": asks_of(room), "may_export": access.may("export.make"),
        "excel": narrowing.address(**{"as": "xlsx", "fix": None}), "assumptions": room.base.assumptions, "invented": room.ground.simulated,
        "said": [pick(zh, en) for zh, en in room.ground.case.assumptions], "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "outlook/premises.html", context)


def choices_of(access: Access, room: Room) -> dict[str, PremiseChoice]:
    return {row.key: row for row in scoped(PremiseChoice, access).filter(region=room.region).select_related("user")}


def premise_row(access: Access, ground: Ground, premise: Any, choice: PremiseChoice | None) -> dict[str, Any]:
    scale, unit = scale_of(premise)
    places = places_of(premise)
    return {
        "key": premise.key, "name": name_of(premise), "group": group_of(premise.key), "unit": unit, "value": saying.number(premise.value * scale, places),
        "low": saying.number(premise.low * scale, places), "high": saying.number(premise.high * scale, places), "raw": f"{shown_of(premise, premise.value):.{places}f}",
        "spread": saying.number(premise.spread * scale, places + 1) if premise.spread else "", "origin": origin_of(access, ground, premise.ref, name_of(premise)),
        "words": pick(premise.ref.words, premise.ref.words_en) or premise.ref.section or note_of(premise.ref), "who": "" if premise.ref.who.endswith(".yaml") else premise.ref.who,
        "day": premise.ref.day, "verified": premise.ref.verified, "choice": choice, "late": premise.key.endswith(".slip"),
    }  # fmt: skip


def heads() -> list[str]:
    return [
        _("类"),
        _("假设"),
        _("单位"),
        _("取值"),
        _("下限"),
        _("上限"),
        _("标准差"),
        _("来源"),
        _("依据"),
        _("谁"),
        _("何时"),
        _("核过"),
        _("本地区所定"),
    ]


def line(row: dict[str, Any]) -> list[Cell]:
    names = {key: str(name) for key, name in GROUPS}
    marks = {mark: str(name) for mark, name in SOURCES}
    return [
        names.get(row["group"], ""), row["name"], row["unit"], row["value"], row["low"], row["high"], row["spread"], marks[row["origin"]["mark"]], row["words"],
        row["who"], saying.day(row["day"]) if row["day"] else "", _("已核") if row["verified"] else _("未核"), _("是") if row["choice"] is not None else "",
    ]  # fmt: skip


def asks_of(room: Room) -> list[tuple[str, str]]:
    """What is not known, and whom to ask: of goals without a figure, then what the case asks for."""
    out: dict[str, str] = {}
    for one in room.goals:
        if not one.known and one.missing:
            name = _("%(year)s年%(goal)s") % {"year": one.aim.year, "goal": one.title} if one.aim.year else one.title
            out.setdefault(_("%(goal)s：%(what)s") % {"goal": name, "what": one.missing}, one.ask or one.aim.unit_name)
    for zh, en in room.ground.case.asks:
        out.setdefault(pick(zh, en), "")
    return list(out.items())


@require_POST
@page("outlook.set")
def outlook_premise_fix(request: HttpRequest) -> HttpResponse:
    """Fixes a premise for the region, with its ground."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    ground = ground_of(access, region, today())
    key = request.POST.get("key", "")[:160]
    premise = next((one for one in ground.case.premises if one.key == key), None) if ground is not None else None
    if premise is None:
        raise Http404(_("没有这条假设"))
    back = back_to(request, reverse("outlook-premises"))
    scale, unit = scale_of(premise)
    try:
        try:
            value = float(request.POST.get("value", "").replace("−", "-").replace(",", "")) / scale
        except ValueError:
            raise scenarios.ScenarioError(_("取值应为数字。")) from None
        if key.startswith(("start.", "load.", "yield.")) and not 0 <= value <= 1.5:
            raise scenarios.ScenarioError(_("份额应在 0 到 150% 之间。"))
        scenarios.fix_premise(
            access, region, key, name_of(premise), value, premise.unit, request.POST.get("reason", "")
        )
    except scenarios.ScenarioError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('outlook-premises')}?fix={key}#fix")
    except Conflict:
        messages.error(request, _("别人刚定过这一条，没有保存，请看过再定。"))
        return redirect(back)
    told = f"{saying.number(value * scale, places_of(premise))} {unit}".strip()
    messages.success(
        request,
        _("“%(name)s”定为 %(value)s。") % {"name": name_of(premise), "value": told},
        extra_tags=f"word:{_('已定')}",
    )
    return redirect(back)


@require_POST
@page("outlook.set")
def premise_free(request: HttpRequest, pk: int) -> HttpResponse:
    """The premise is again what its source says."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = scoped(PremiseChoice, access).filter(pk=pk, region=region_of(access)).first()
    if row is None:
        raise Http404(_("没有这条假设"))
    scenarios.free_premise(access, row)
    messages.success(
        request, _("“%(name)s”改回原来的来源。") % {"name": row.label or row.key}, extra_tags=f"word:{_('已取消')}"
    )
    return redirect(back_to(request, reverse("outlook-premises")))
