"""季度调度: the quarters, the workspace of one, its tables in full, its dates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.brief.dispatch_words import field_words, table_words, value_words
from lvlian.ledger.quarter import Quarter, quarter_of
from lvlian.ledger.report import LightLine
from lvlian.ledger.snapshot import Change
from lvlian.site.frame import today
from lvlian.site.ledger import selectors_dispatch as reads
from lvlian.site.ledger.actions import dispatch as acts
from lvlian.site.ledger.actions.dispatch import OPEN, Untimely
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.burden import Burden
from lvlian.site.ledger.dispatch_rules import rules
from lvlian.site.ledger.forms_dispatch import DatesForm, DecisionForm, OpenForm
from lvlian.site.ledger.models import Dispatch
from lvlian.site.ledger.papers import BECOMES, preview_of
from lvlian.site.ledger.registers import quarter_words
from lvlian.site.ledger.selectors_dispatch_owed import owed
from lvlian.site.ledger.selectors_dispatch_told import as_office, remembered, sight_of, told_of
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict, root_of
from lvlian.site.pages.narrowing import Narrowing

CHANGES, GOALS, LIGHTS, FULL = 12, 10, 12, 100
"""So many rows stand on the page; the rest is one link away."""
TABLES = {"changes": gettext_lazy("比上次"), "goals": gettext_lazy("目标对照"), "lights": gettext_lazy("红灯与黄灯")}
STEPS = tuple(Dispatch.State.values)


# The quarters ------------------------------------------------------------------------------------------------------------
@require_GET
@page("dispatch.see")
def dispatches(request: HttpRequest) -> HttpResponse:
    return _quarters(request)


def _quarters(request: HttpRequest, form: OpenForm | None = None, status: int = 200) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    rows = list(reads.dispatches(access))
    region = next(iter(reads.regions_to_open(access)), None)
    offered = _offered(rows, region.pk) if region is not None else []
    context = {
        "rows": rows, "region_to_open": region,
        "form": form or (OpenForm(offered, initial={"quarter": str(offered[-1])}) if offered else None),
        "mine": reads.sheets_waiting(access), "rule": rules(), "narrow": not reads.whole(access),
    }  # fmt: skip
    return render(request, "ledger/dispatches.html", context, status=status)


def _offered(rows: list[Dispatch], region: int) -> list[Quarter]:
    """The quarters that may be opened: the present one and the four before it, after the last that was opened."""
    now = quarter_of(today())
    opened = [Quarter(row.year, row.quarter) for row in rows if row.region_id == region]
    quarters = [now]
    for _n in range(4):
        quarters.append(quarters[-1].before)
    return [one for one in reversed(quarters) if not opened or one > max(opened)]


@require_POST
@page("dispatch.run")
def dispatch_open(request: HttpRequest) -> HttpResponse:
    """Opens a quarter with what every unit owes."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = next(iter(reads.regions_to_open(access)), None)
    if region is None:
        raise PermissionDenied("dispatch.run")
    form = OpenForm(_offered(list(reads.dispatches(access)), region.pk), request.POST)
    if not form.is_valid():
        return _quarters(request, form, 422)
    try:
        dispatch = acts.open_dispatch(access, region, form.cleaned_data["quarter"])
    except Untimely as refused:
        form.add_error("quarter", str(refused))
        return _quarters(request, form, 422)
    messages.success(
        request, _("%(dispatch)s已开，已预填 %(n)d 项。") % {"dispatch": dispatch, "n": dispatch.asks.count()}
    )
    return redirect("dispatch", dispatch.pk)


# One quarter -------------------------------------------------------------------------------------------------------------
@require_GET
@page("dispatch.see")
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """The workspace."""
    access: Access = request.access  # type: ignore[attr-defined]
    fresh(today())
    row = found(access, pk)
    runs = access.may("dispatch.run", row)
    sight, told = sight_of(access, row), told_of(access, row)
    language = reads.language()
    changes, lights, goals = told.changes(sight), told.lights(sight, language), told.goals(language)
    before, after = reads.neighbours(access, row)
    states = reads.unit_states(access, row)
    total = sum((state.burden for state in states), start=Burden())
    open_ = row.state in OPEN
    decided = reads.decisions(access, row)
    whole = reads.whole(access)
    context: dict[str, Any] = {
        "dispatch": row,
        "quarter": quarter_words(Quarter(row.year, row.quarter)),
        "runs": runs,
        "open": open_,
        "whole": whole,
        "told": told,
        "sealed": told.sealed,
        "before": told.before,
        "previous": before,
        "next": after,
        "strip": strip(row, states),
        "changes": [shown(one, language) for one in changes[:CHANGES]],
        "change_count": len(changes),
        "tally": kinds(changes),
        "goals": goals[:GOALS],
        "goal_count": len(goals),
        "lights": [with_left(line) for line in lights[:LIGHTS]],
        "light_count": len(lights),
        "late": sum(line.light == "bad" for line in lights),
        "warned": sum(line.light == "warn" for line in lights),
        "states": states,
        "total": total,
        "minutes": sum(state.burden.minutes for state in states),
        "waiting": [state for state in states if state.burden.left],
        "mine": [one for one in reads.sheets_waiting(access) if one.dispatch.pk == row.pk],
        "decisions": [(one, BECOMES.get(one.becomes, one.becomes)) for one in decided],
        "unmade": sum(one.item_id is None for one in decided),
        "preview": preview_of(access, row) if _sees_papers(access, row) else None,
        "papers": _sees_papers(access, row),
        "draft": row.state != Dispatch.State.ISSUED,
        "rule": rules(),
        "nobody": _nobody(access, row) if runs and open_ else 0,
        "decision_form": DecisionForm(reads.units_here(access, row))
        if runs and row.state != Dispatch.State.ISSUED
        else None,
    }
    return render(request, "ledger/dispatch.html", context)


def found(access: Access, pk: int) -> Dispatch:
    """A dispatch of the user's. Raises Http404."""
    row = reads.dispatch_of(access, pk)
    if row is None:
        raise Http404
    return row


def _sees_papers(access: Access, row: Dispatch) -> bool:
    """Drafts are for those who see the whole; what was issued is for all."""
    return reads.whole(access) or row.state == Dispatch.State.ISSUED


def _nobody(access: Access, row: Dispatch) -> int:
    """How many items are asked of nobody because no unit answers for them."""
    office = as_office(access, row)
    return remembered(("nobody", row.pk, row.revision, root_of()), lambda: len(owed(office, row).nobody))


def strip(row: Dispatch, states: list[reads.UnitState]) -> list[dict[str, Any]]:
    """The six steps with their days; those behind are done."""
    met = timezone.localtime(row.meeting_at) if row.meeting_at else None
    days: dict[str, Any] = {
        "prefill": row.check_from, "check": row.check_until, "sealed": row.seal_on, "met": met.date() if met else None,
        "decided": met.date() if met else None, "issued": row.issue_on,
    }  # fmt: skip
    at = STEPS.index(row.state)
    done = at if row.state in OPEN else at + 1
    current = min(done, len(STEPS) - 1)
    out = []
    for place, (key, label) in enumerate(Dispatch.State.choices):
        answered = sum(not state.burden.left for state in states)
        out.append(
            {
                "number": place + 1,
                "label": label,
                "day": days[key],
                "done": place < done,
                "current": place == current and row.state != Dispatch.State.ISSUED,
                "units": (answered, len(states)) if key == "check" and row.state in OPEN and states else None,
            }
        )
    return out


def with_left(line: LightLine) -> dict[str, Any]:
    """A late or warned item as a row; `left`: how many days are left."""
    names = ("light", "title", "unit", "late", "reason", "next_step", "next_day", "expected", "key")
    return {**{name: getattr(line, name) for name in names}, "left": -(line.late or 0)}


def kinds(changes: list[Change]) -> list[tuple[str, int]]:
    """How many of each kind, in the order of the meeting's questions."""
    names = {"changed": _("变更"), "added": _("新增"), "removed": _("移出"), "broken": _("承诺未兑现")}
    return [(label, n) for key, label in names.items() if (n := sum(one.kind == key for one in changes))]


def shown(change: Change, language: str) -> dict[str, Any]:
    """A change as a row: its fields in words, old struck, new bold."""
    fields = []
    for name, old, new in change.fields:
        one, two = value_words(old), value_words(new)
        if name != "why" and one != two:
            fields.append(
                {
                    "name": field_words(name, language),
                    "old": "" if one == "—" else one,
                    "new": "" if two == "—" else two,
                }
            )
    if change.kind == "broken":
        told = {name: new or old for name, old, new in change.fields}
        fields = [
            {"name": field_words(name, language), "old": "", "new": value_words(told[name])}
            for name in ("due", "expected")
            if told.get(name)
        ]
    item = change.key.partition(".")[0] if change.table in ("items", "issues", "steps") else ""
    gone = change.kind == "removed"
    return {
        "kind": change.kind, "table": table_words(change.table, language), "label": change.label, "unit": change.unit,
        "fields": fields[:4], "more": max(len(fields) - 4, 0), "why": change.why, "days": change.days,
        "item": int(item) if item and not gone else None,
    }  # fmt: skip


@require_GET
@page("dispatch.see")
def dispatch_all(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the workspace's tables in full, page by page."""
    access: Access = request.access  # type: ignore[attr-defined]
    fresh(today())
    row = found(access, pk)
    narrowing = Narrowing(request.GET)
    table = narrowing.read("table")
    table = table if table in TABLES else "changes"
    language = reads.language()
    sight, told = sight_of(access, row), told_of(access, row)
    context: dict[str, Any] = {"dispatch": row, "table": table, "title": TABLES[table], "narrowing": narrowing, "told": told,
                               "quarter": quarter_words(Quarter(row.year, row.quarter)), "sealed": told.sealed, "before": told.before}  # fmt: skip
    if table == "changes":
        rows: list[Any] = told.changes(sight)
        kind = narrowing.choice(
            "kind",
            _("变化"),
            [("broken", _("未兑现")), ("changed", _("变更")), ("added", _("新增")), ("removed", _("移出"))],
        )
        rows = [one for one in rows if not kind or one.kind == kind]
        at = narrowing.page(rows, FULL)
        context |= {"found": at, "changes": [shown(one, language) for one in at.object_list]}
    elif table == "goals":
        at = narrowing.page(told.goals(language), FULL)
        context |= {"found": at, "goals": at.object_list}
    else:
        rows = told.lights(sight, language)
        light = narrowing.choice("light", _("灯"), [("bad", _("滞后")), ("warn", _("预警"))])
        unit = narrowing.choice("unit", _("责任单位"), sorted({(line.unit, line.unit) for line in rows if line.unit}))
        rows = [line for line in rows if (not light or line.light == light) and (not unit or line.unit == unit)]
        at = narrowing.page(rows, FULL)
        context |= {"found": at, "lights": [with_left(line) for line in at.object_list]}
    context["total"] = context["found"].paginator.count
    return render(request, "ledger/dispatch_all.html", context)


# Dates -------------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@page("dispatch.run")
def dispatch_dates(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    if request.method == "GET":
        return form_page(request, row, DatesForm(instance=row), _("改日程"), _("保存日程"))
    form = DatesForm(request.POST, instance=found(access, pk))
    if not form.is_valid():
        return form_page(request, row, form, _("改日程"), _("保存日程"), status=422)
    values = {name: form.cleaned_data[name] for name in acts.DATES}
    try:
        acts.set_dates(access, row, form.cleaned_data["revision"], **values)
    except Untimely as refused:
        form.add_error(refused.field or None, str(refused))
        return form_page(request, row, form, _("改日程"), _("保存日程"), status=422)
    except Conflict as conflict:
        return overtaken(request, row, form, conflict, _("改日程"), _("保存日程"))
    messages.success(request, _("日程已改。"))
    return redirect("dispatch", pk)


def form_page(
    request: HttpRequest, row: Dispatch, form: Any, title: str, label: str, *, status: int = 200, note: str = "",
    conflict: Conflict | None = None,
) -> HttpResponse:  # fmt: skip
    """A form of the workspace on a page of its own."""
    context = {
        "dispatch": row, "form": form, "title": title, "label": label, "note": note,
        "overtaken": conflict.changes if conflict else None, "lost": conflict is not None,
    }  # fmt: skip
    return render(request, "ledger/dispatch_form.html", context, status=status)


def overtaken(
    request: HttpRequest, row: Dispatch, form: Any, conflict: Conflict, title: str, label: str
) -> HttpResponse:
    """Somebody else was quicker: the form again, everything typed kept, with what was changed meanwhile."""
    form.data = form.data.copy()
    form.data[form.add_prefix("revision")] = str(conflict.row.revision)  # type: ignore[attr-defined]
    return form_page(request, row, form, title, label, status=409, conflict=conflict)


@require_POST
@page("dispatch.run")
def dispatch_refill(request: HttpRequest, pk: int) -> HttpResponse:
    """Brings the sheets up to date with the ledger."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    try:
        new, gone = acts.refill(access, row)
        messages.success(
            request, _("补预填：新增 %(new)d 项，去掉 %(gone)d 项，已核的不动。") % {"new": new, "gone": gone}
        )
    except Untimely as refused:
        messages.error(request, str(refused))
    return redirect("dispatch", pk)


@require_POST
@page("dispatch.run")
def dispatch_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Reminds the units that have not answered all."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    try:
        units = acts.remind(access, row)
        if units:
            names = _("、").join(str(unit) for unit in units[:5])
            messages.success(request, _("已提醒 %(n)d 个单位：%(names)s") % {"n": len(units), "names": names})
        else:
            messages.success(request, _("都已核完，没有要提醒的单位。"))
    except Untimely as refused:
        messages.error(request, str(refused))
    return redirect("dispatch", pk)
