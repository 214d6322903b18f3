"""Which indicator each goal means, confirmed one by one; and which reading of an indicator the region goes by."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.account import saying_indicators as say
from lvlian.site.account.actions.aims import AimError, choose_variant, link_goal
from lvlian.site.account.selectors_aims import Aim, aims_of
from lvlian.site.account.selectors_indicators import inside
from lvlian.site.account.views.indicators import region_of
from lvlian.site.lists.views import back_to
from lvlian.site.org.access import Access, page, scoped
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.plans.models import Goal

STATES = ("open", "confirmed", "refused", "none")
SIZE = 60


@require_GET
@page("record.read")
def indicator_aims(request: HttpRequest) -> HttpResponse:
    """The list of all goals with what each may mean."""
    access: Access = request.access  # type: ignore[attr-defined]
    if not inside(access):
        raise PermissionDenied("record.read")
    region = region_of(access)
    narrowing = Narrowing(request.GET)
    aims = aims_of(access, region)
    counts = {state: sum(aim.state == state for aim in aims) for state in STATES}
    words = {"open": _("待认"), "confirmed": _("已认"), "refused": _("不是"), "none": _("不在链账")}
    state = narrowing.choice("state", _("状态"), [(key, words[key], counts[key]) for key in STATES if counts[key]])
    q = narrowing.told("q", _("含"))
    shown = [aim for aim in aims if not state or aim.state == state]
    if q:
        shown = [aim for aim in shown if q in f"{aim.goal.indicator} {aim.goal.subject}"]
    found = narrowing.page(shown, SIZE)
    rows = [aim_row(aim, words) for aim in found.object_list]
    waiting = [row for row in rows if row["aim"].state == "open"]
    for row, following in pairwise(waiting):
        row["next"] = following["goal"].pk
    context: dict[str, Any] = {
        "narrowing": narrowing, "found": found, "rows": rows, "counts": counts,
        "total": len(aims), "may": access.may("indicator.set"), "options": options(), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "account/indicator_aims.html", context)


def aim_row(aim: Aim, words: dict[str, str]) -> dict[str, Any]:
    from lvlian.brief.figures import goal_value
    from lvlian.chain.indicators.load_formulas import load_formulas

    book = load_formulas()
    formula = book.formulas.get(aim.indicator)
    variant = formula.variant(aim.variant) if formula is not None and aim.variant else None
    return {
        "aim": aim, "goal": aim.goal, "figure": goal_value(aim.goal), "name": name_of(aim.indicator) if formula is not None else "",  # type: ignore[arg-type]
        "key": aim.indicator if formula is not None else "", "variant": say.pick(variant.zh, variant.en) if variant is not None else "",
        "variants": [(one.id, say.pick(one.zh, one.en)) for one in formula.variants] if formula is not None else [],
        "state": words[aim.state], "choice": f"{aim.indicator}|{aim.variant}" if formula is not None else "",
    }  # fmt: skip


def name_of(key: str) -> str:
    from lvlian.chain.library import load_library

    entry = load_library().indicators.get(key)
    return say.pick(entry.name_zh, entry.name_en) if entry is not None else key


def options() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every indicator with its variants, for the field that sets another one."""
    from lvlian.chain.indicators.load_formulas import load_formulas

    out = []
    for key, formula in load_formulas().formulas.items():
        many = [(f"{key}|{one.id}", say.pick(one.zh, one.en)) for one in formula.variants]
        out.append((name_of(key), [(f"{key}|", _("口径不定，并列")), *many] if len(many) > 1 else many))
    return out


@require_POST
@page("indicator.set")
def indicator_link(request: HttpRequest, goal: int) -> HttpResponse:
    """Confirms or refuses one proposal."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = scoped(Goal, access).filter(pk=goal).select_related("region", "plan").first()
    if row is None:
        raise Http404
    indicator, _sep, variant = request.POST.get("means", "")[:130].partition("|")
    refused = request.POST.get("act") == "refuse"
    try:
        link_goal(access, row, indicator, variant, request.POST.get("reason", "").strip()[:300], refused=refused)
    except AimError as error:
        messages.error(request, str(error))
    else:
        words = _("“%(goal)s”不是“%(name)s”。") if refused else _("已认：“%(goal)s”就是“%(name)s”。")
        messages.success(request, words % {"goal": row, "name": name_of(indicator)})
    return redirect(back_to(request, "/indicators/goals/"))


@require_POST
@page("indicator.set")
def indicator_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Fixes the reading of an indicator for the region."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    from lvlian.chain.indicators.load_formulas import load_formulas

    if key not in load_formulas():
        raise Http404(_("没有这个指标"))
    try:
        choose_variant(
            access, region, key, request.POST.get("variant", "")[:60], request.POST.get("reason", "").strip()[:300]
        )
    except AimError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("口径已定：%(name)s。") % {"name": name_of(key)})
    return redirect("indicator-detail", key)
