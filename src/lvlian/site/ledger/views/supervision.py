"""督办: the list with facts by unit, 立项 from what is late or decided, one task with its steps and its sheet in Word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.ledger.item import Refused
from lvlian.site.frame import today
from lvlian.site.ledger import forms_issues as shapes
from lvlian.site.ledger import selectors_supervision as reads
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions import supervision as acts
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Decision, Item
from lvlian.site.ledger.sheet import sheet
from lvlian.site.ledger.views.issues import optional
from lvlian.site.ledger.views.steps import Steps, put, sent, units_of
from lvlian.site.org.access import Access, page, scoped
from lvlian.site.org.models import Unit
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.plans.light import word_of

SIZE = 40
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
@page("dispatch.see")
def supervision(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    narrowing = Narrowing(request.GET)
    words = narrowing.told("q", _("含"))
    track = acts.register()
    from lvlian.site.ledger.selectors_issues import words_of

    states = [("open", _("未办结")), *((one.key, words_of(one.name)) for one in track.stages), ("dropped", _("已撤销"))]
    state = narrowing.choice("state", _("办到哪一步"), states)
    facts = reads.by_unit(access)
    unit = narrowing.choice("unit", _("单位"), [(one.unit.pk, str(one.unit)) for one in facts])
    rows = reads.narrowed(access, state=state or "open", unit=int(unit) if unit else None, words=words)
    counts = reads.light_counts(rows)
    light = narrowing.choice("light", _("灯"), [(key, word_of(key), counts[key]) for key in counts])
    if light:
        rows = rows.filter(light=light)
    total = counts[light] if light else sum(counts.values())
    found = narrowing.page(reads.ordered(rows), SIZE, count=total)
    may = access.may("supervise")
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "rows": reads.rows_of(access, found.object_list, day, working_days()),
        "total": total,
        "lights": [(key, word_of(key), counts[key], narrowing.address(light=key)) for key in counts],
        "facts": facts,
        "may": may,
        "overdue": reads.overdue(access) if may else [],
        "decisions": reads.decisions(access) if may else [],
        "list_url": optional("item-list", track=track.key),
    }
    return render(request, "ledger/supervision.html", context)


# 立项 -----------------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@page("supervise")
def supervision_new(request: HttpRequest) -> HttpResponse:
    """A task from what is late, from a decision, or new."""
    access: Access = request.access  # type: ignore[attr-defined]
    decision = reads.decision_of(access, _number(request, "decision"))
    about = reads.about_of(access, _number(request, "about") or _number(request, "item"))
    region = decision.dispatch.region if decision else about.region if about else access.region
    if region is None:
        raise Http404(_("没有可看的地区"))
    units = scoped(Unit, access).filter(region=region).order_by("name")
    if request.method == "GET":
        form = shapes.TaskForm(initial=_prefilled(access, about, decision), units=units)
        return render(request, "ledger/supervision_new.html", {"form": form, "about": about, "decision": decision})
    form = shapes.TaskForm(request.POST, units=units)
    status = 422
    if form.is_valid():
        values = form.cleaned_data
        task = acts.Task(
            title=values["title"], task=values["task"], origin=values["origin"], due=values["due"], about=about,
            decision=decision,
        )  # fmt: skip
        try:
            item = acts.put_on_list(access, region, task, values["unit"], list(values["supports"]))
        except Refused as refused:
            put(form, refused, acts.register())
        else:
            messages.success(
                request, _("已立项%(to)s。") % {"to": _("并交办%(unit)s") % {"unit": item.lead} if item.lead else ""}
            )
            return redirect("supervision-detail", item.pk)
    context = {"form": form, "about": about, "decision": decision}
    return render(request, "ledger/supervision_new.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name) or request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _prefilled(access: Access, about: Item | None, decision: Decision | None) -> dict[str, Any]:
    """What is known already is not asked again."""
    if decision is not None:
        origin = _("%(dispatch)s决定第 %(n)d 条") % {"dispatch": decision.dispatch, "n": decision.number}
        return {
            "title": decision.text[:300], "task": decision.text, "origin": origin, "due": decision.due, "unit": decision.unit_id,
            "decision": decision.pk, "about": decision.about_id,
        }  # fmt: skip
    if about is not None:
        from lvlian.site.ledger.selectors_issues import reason_of

        why = reason_of(access, about, today())
        origin = (
            _("规划《%(plan)s》") % {"plan": about.fact.version.plan.title}
            if about.fact_id and about.fact
            else _("台账事项逾期")
        )
        return {
            "title": about.title, "task": why, "origin": origin, "about": about.pk,
            "unit": about.lead_id or next((p.unit_id for p in about.parties.all() if p.part != p.Part.SUPPORT), None),
        }  # fmt: skip
    return {}


# One task -------------------------------------------------------------------------------------------------------------------
@require_GET
@page("record.read")
def supervision_detail(request: HttpRequest, pk: int) -> HttpResponse:
    fresh(today())
    return _shown(request, _task(request, pk))


def _task(request: HttpRequest, pk: int) -> Item:
    item = reads.task_of(request.access, pk)  # type: ignore[attr-defined]
    if item is None:
        raise Http404
    return item


def _shown(request: HttpRequest, item: Item, status: int = 200, **sent: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    case = reads.case_of(access, item, today(), working_days())
    offered = _offered(access, item)
    conflict = sent.pop("conflict", None)
    offered.update(sent)
    context = {
        "case": case, "item": item, "forms": offered, "opened": next(iter(sent), ""), "conflict": conflict,
        "may_sheet": access.may("export.make"),
    }  # fmt: skip
    return render(request, "ledger/supervision_detail.html", context, status=status)


def _offered(access: Access, item: Item) -> dict[str, forms.Form]:
    """The steps that this user may take now."""
    first: dict[str, Any] = {"initial": {"revision": item.revision}}
    out: dict[str, forms.Form] = {}
    supervises = access.may("supervise", item)
    works = access.may("item.edit", item)
    if item.branch == "closed" and supervises:
        out["back"] = shapes.WhyForm(**first)
    if item.branch != "active":
        return out
    if works and item.stage == "assigned":
        out["sign"] = shapes.PlainForm(**first)
    if works and item.stage in ("signed", "urged"):
        out["finish"] = shapes.DoneForm(**first)
    if works and item.stage != "listed":
        out["report"] = shapes.NoteForm(**first)
    if supervises:
        out["assign"] = shapes.AssignForm(units=units_of(access, item), **first)
        if item.lead_id:
            out["urge"] = shapes.WhyForm(**first)
        out["drop"] = shapes.WhyForm(**first)
    return out


@require_GET
@page("export.make")
def supervision_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """督办单 in Word: what, who, by when, on what ground, how it stands."""
    fresh(today())
    access: Access = request.access  # type: ignore[attr-defined]
    item = _task(request, pk)
    if not access.may("export.make", item):
        raise PermissionDenied("export.make")
    case = reads.case_of(access, item, today(), working_days())
    answer = HttpResponse(sheet(case, today()), content_type=WORD)
    answer["Content-Disposition"] = content_disposition_header(True, f"督办单-{item.pk}.docx")
    return answer


# Steps ----------------------------------------------------------------------------------------------------------------------
_STEPS = Steps(_task, _offered, _shown, "supervision-detail")


assign = require_POST(
    page("supervise")(
        _STEPS.view(
            "assign",
            lambda request, item: shapes.AssignForm(request.POST, units=units_of(request.access, item)),  # type: ignore[attr-defined]
            lambda: _("已交办。"),
            lambda access, item, v: acts.hand_over(
                access, item, v["revision"], v["unit"], list(v["supports"]), v["why"]
            ),
        )
    )
)
sign = require_POST(
    page("item.edit")(
        _STEPS.view(
            "sign",
            sent(shapes.PlainForm),
            lambda: _("已签收。"),
            lambda access, item, v: acts.sign(access, item, v["revision"]),
        )
    )
)
report = require_POST(
    page("item.edit")(
        _STEPS.view("report", sent(shapes.NoteForm), lambda: _("进展已记。"),
              lambda access, item, v: items.report(access, item, v["revision"], v["note"]))
    )
)  # fmt: skip
urge = require_POST(
    page("supervise")(
        _STEPS.view("urge", sent(shapes.WhyForm), lambda: _("已催办，责任单位的待办里会看到。"),
              lambda access, item, v: acts.urge(access, item, v["revision"], v["why"]))
    )
)  # fmt: skip
finish = require_POST(
    page("item.edit")(
        _STEPS.view("finish", sent(shapes.DoneForm), lambda: _("已报办结。"),
              lambda access, item, v: acts.finish(access, item, v["revision"], v["result"], v["proof"]))
    )
)  # fmt: skip
back = require_POST(
    page("supervise")(
        _STEPS.view("back", sent(shapes.WhyForm), lambda: _("已退回办理。"),
              lambda access, item, v: acts.send_back(access, item, v["revision"], v["why"]))
    )
)  # fmt: skip
drop = require_POST(
    page("supervise")(
        _STEPS.view("drop", sent(shapes.WhyForm), lambda: _("已撤销。"),
              lambda access, item, v: acts.drop(access, item, v["revision"], v["why"]))
    )
)  # fmt: skip
