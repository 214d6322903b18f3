"""问题: the list with its clocks, the entry that takes a minute, one problem with what may be done about it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import name as name_of
from lvlian.site.frame import today
from lvlian.site.ledger import forms_issues as shapes
from lvlian.site.ledger import selectors_issues as reads
from lvlian.site.ledger.actions import issues as acts
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.views.steps import Steps, put, sent, units_of
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Region
from lvlian.site.pages import links
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.plans.light import word_of

SIZE = 40


# The list -------------------------------------------------------------------------------------------------------------------
@require_GET
@page("record.read")
def issues(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    narrowing = Narrowing(request.GET)
    words = narrowing.told("q", _("含"))
    states = [
        ("open", _("未办结")), ("waiting", _("待受理")), ("going", _("办理中")), ("answered", _("待评价")), ("closed", _("已销号")),
        ("cancelled", _("已取消")),
    ]  # fmt: skip
    state = narrowing.choice("state", _("办到哪一步"), states)
    sees = access.reads_throughout(Item, "data")
    kind = narrowing.choice("kind", _("类别"), reads.kinds()) if sees else ""
    unit = narrowing.choice("unit", _("单位"), [(one.pk, str(one)) for one in reads.units_with_issues(access)])
    mine = narrowing.choice("mine", _("谁提的"), [("1", _("我提的"))]) if sees else ""
    rows = reads.narrowed(
        access, state=state or "open", kind=kind, unit=int(unit) if unit else None, words=words, mine=bool(mine)
    )
    counts = reads.light_counts(rows)
    light = narrowing.choice("light", _("灯"), [(key, word_of(key), counts[key]) for key in counts])
    if light:
        rows = rows.filter(light=light)
    total = counts[light] if light else sum(counts.values())
    found = narrowing.page(reads.ordered(rows), SIZE, count=total)
    calendar = working_days()
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "rows": reads.rows_of(access, found.object_list, day, calendar),
        "total": total,
        "lights": [(key, word_of(key), counts[key], narrowing.address(light=key)) for key in counts],
        "may_open": access.may("issue.open"),
        "sees": sees,
        "list_url": optional("item-list", track=acts.register().key),
        "calendar_known": calendar.known(day),
    }
    return render(request, "ledger/issues.html", context)


def optional(name: str, **query: object) -> str:
    """An address of a room that may not be there."""
    with suppress(NoReverseMatch):
        return links.listing(name, **query)
    return ""


# The entry ------------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@page("issue.open")
def issue_new(request: HttpRequest) -> HttpResponse:
    """The entry: a page that works without scripts, on 360 px, and takes what a phone kept while it had no line (`X-Queued`)."""
    access: Access = request.access  # type: ignore[attr-defined]
    about = reads.about_of(access, _number(request, "item"), _number(request, "project"))
    region = about.region if about is not None else access.region
    if region is None:
        raise Http404(_("没有可看的地区"))
    bound = not access.may_in("issue.open", region)
    options: dict[str, Any] = {
        "items": reads.abouts(access),
        "kinds": reads.kinds(),
        "channels": () if bound or not access.may_in("item.assign", region) else reads.channels(),
    }
    if request.method == "GET":
        initial = {"item": about.pk if about else None, "key": str(uuid4()), "kind": request.GET.get("kind", "")}
        form = shapes.IssueForm(initial={**initial, "channel": "page"}, **options)
        return _entry(request, form, region, about)
    form = shapes.IssueForm(request.POST, request.FILES, **options)
    queued, live = request.headers.get("X-Queued") == "1", request.headers.get("X-Live") == "1"
    if not form.is_valid():
        return _not_taken(request, form, region, about, queued or live)
    values = form.cleaned_data
    about = values["item"]
    region = about.region if about is not None else region
    alike = reads.similar(access, values["kind"], about)
    told = ",".join(str(one.pk) for one in alike)
    if alike and not queued and values["seen"] != told:
        if live:
            return JsonResponse({"sentence": ""}, status=422)
        form.data = form.data.copy()
        form.data["seen"] = told
        return _entry(request, form, region, about, alike=alike, ask=True, status=422)
    photo = values["photo"]
    report = acts.Report(
        kind=values["kind"], sentence=values["sentence"], wished=values["wished"], about=about,
        firm=about.firm if about is not None and values.get("behalf") else None, channel=values.get("channel") or "page",
        references=[one for one in request.POST.getlist("reference")[:3] if one.strip()],
        photo=(photo.name, photo.read()) if photo else None, key=values["key"],
    )  # fmt: skip
    try:
        item = acts.open_issue(access, region, report)
    except Refused as refused:
        put(form, refused, acts.register())
        return _not_taken(request, form, region, about, queued or live)
    url = reverse("issue-detail", args=[item.pk])
    if queued:
        return JsonResponse({"url": url, "title": item.title}, status=201)
    messages.success(request, _("已上报，%(unit)s受理。") % {"unit": item.lead or _("链长办")})
    return JsonResponse({"url": url, "title": item.title}, status=201) if live else redirect(url)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name) or request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _not_taken(
    request: HttpRequest, form: shapes.IssueForm, region: Region, about: Item | None, queued: bool
) -> HttpResponse:
    """What is wrong, at its field; a phone that sends what it kept gets it as one sentence."""
    if queued:
        wrong = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"sentence": " ".join(wrong)}, status=422)
    return _entry(request, form, region, about, status=422)


def _entry(
    request: HttpRequest,
    form: shapes.IssueForm,
    region: Region,
    about: Item | None,
    alike: list[Item] | None = None,
    ask: bool = False,
    status: int = 200,
) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    promised = reads.promises(access, region, about)
    context = {
        "form": form,
        "about": about,
        "options": reads.about_options(access, about),
        "promises": promised,
        "chosen": form["kind"].value() or "",
        "alike": alike or [],
        "ask": ask,
        "references": reads.references_of(access, about),
        "left": acts.LONGEST - len(form["sentence"].value() or ""),
        "longest": acts.LONGEST,
        "wrong": len(form.errors),
    }
    return render(request, "ledger/issue_new.html", context, status=status)


@require_GET
@page("issue.open")
def issue_similar(request: HttpRequest) -> HttpResponse:
    """What is open about the same item and of the same kind, and who would take it: a fragment of the entry."""
    access: Access = request.access  # type: ignore[attr-defined]
    about = reads.about_of(access, _number(request, "item"))
    kind = request.GET.get("kind", "")
    region = about.region if about is not None else access.region
    if region is None:
        raise Http404
    alike = reads.similar(access, kind, about)
    promised = reads.promises(access, region, about)
    context = {"alike": alike, "promises": promised, "chosen": kind, "seen": ",".join(str(one.pk) for one in alike)}
    return render(request, "ledger/issue_similar.html", context)


# One problem ----------------------------------------------------------------------------------------------------------------
@require_GET
@page("record.read")
def issue_detail(request: HttpRequest, pk: int) -> HttpResponse:
    fresh(today())
    return _shown(request, _issue(request, pk))


def _issue(request: HttpRequest, pk: int) -> Item:
    item = reads.issue_of(request.access, pk)  # type: ignore[attr-defined]
    if item is None:
        raise Http404
    return item


def _shown(request: HttpRequest, item: Item, status: int = 200, **sent: Any) -> HttpResponse:
    """The page of a problem; `sent` are forms that came back as they were typed, by their names."""
    access: Access = request.access  # type: ignore[attr-defined]
    calendar = working_days()
    case = reads.case_of(access, item, today(), calendar)
    offered = _offered(access, item)
    conflict = sent.pop("conflict", None)
    for name, form in sent.items():
        offered[name] = form
    context = {
        "case": case,
        "item": item,
        "forms": offered,
        "opened": next(iter(sent), ""),
        "conflict": conflict,
        "asks": acts.asks(access, item),
        "perms_supervise": access.may("supervise", item),
        "known": item.clock is None or calendar.known(item.clock),
    }
    return render(request, "ledger/issue.html", context, status=status)


def _offered(access: Access, item: Item) -> dict[str, forms.Form]:
    """The steps that this user may take now, each with its form."""
    first: dict[str, Any] = {"initial": {"revision": item.revision}}
    out: dict[str, forms.Form] = {}
    if item.branch != "active":
        return out
    works = access.may("item.edit", item) and _answers_for(access, item)
    hands = access.may("item.assign", item)
    before = item.stage in ("reported", "accepted", "assigned")
    if works:
        if before:
            out["accept"] = shapes.PlainForm(**first)
        if item.stage != "answered":
            out["answer"] = shapes.AnswerForm(**first)
            out["report"] = shapes.NoteForm(**first)
        higher = levels_above(item)
        if higher and item.stage != "answered":
            out["raise"] = shapes.RaiseForm(levels=higher, **first)
        if item.lead_id and before and not hands:
            out["return"] = shapes.WhyForm(**first)
    if hands and item.stage != "answered":
        out["assign"] = shapes.AssignForm(units=units_of(access, item), **first)
        if item.clock is not None:
            out["extend"] = shapes.ExtendForm(**first)
    if item.stage == "answered" and acts.may_rate(access, item):
        out["rate"] = shapes.RateForm(**first)
    if acts.asks(access, item) and access.may("issue.rate", item) and item.stage != "answered":
        out["withdraw"] = shapes.WhyForm(**first)
    return out


def _answers_for(access: Access, item: Item) -> bool:
    """Whoever only asked does not answer: of units the one that has it, of the others those that no unit binds."""
    bound = [held for held in access.held if "item.edit" in held.role.may]
    if any(held.unit_id is None and held.firm_id is None for held in bound):
        return True
    having = {party.unit_id for party in item.parties.all() if party.part != party.Part.SUPPORT}
    return any(held.unit_id in having for held in bound)


def levels_above(item: Item) -> list[tuple[str, str]]:
    """The levels that an item can be raised to from where it is."""
    levels = track_of(item.track).levels
    at = levels.index(item.level) if item.level in levels else -1  # type: ignore[arg-type]
    return [(level, name_of("levels", level, reads.language())) for level in levels[at + 1 :]]


# Steps ----------------------------------------------------------------------------------------------------------------------
_STEPS = Steps(_issue, _offered, _shown, "issue-detail")


accept = require_POST(
    page("item.edit")(
        _STEPS.view("accept", sent(shapes.PlainForm), lambda: _("已受理，由本单位办理。"),
              lambda access, item, v: acts.accept(access, item, v["revision"]))
    )
)  # fmt: skip
give_back = require_POST(
    page("item.edit")(
        _STEPS.view("return", sent(shapes.WhyForm), lambda: _("已退回链长办，另行交办。"),
              lambda access, item, v: acts.give_back(access, item, v["revision"], v["why"]))
    )
)  # fmt: skip
assign = require_POST(
    page("item.assign")(
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
report = require_POST(
    page("item.edit")(
        _STEPS.view("report", sent(shapes.NoteForm), lambda: _("进展已记。"),
              lambda access, item, v: items.report(access, item, v["revision"], v["note"]))
    )
)  # fmt: skip
extend = require_POST(
    page("item.assign")(
        _STEPS.view("extend", sent(shapes.ExtendForm), lambda: _("时限已延长。"),
              lambda access, item, v: items.extend(access, item, v["revision"], v["days"], v["why"]))
    )
)  # fmt: skip
answer = require_POST(
    page("item.edit")(
        _STEPS.view("answer", sent(shapes.AnswerForm), lambda: _("已答复，等提出人评价。"),
              lambda access, item, v: acts.answer(access, item, v["revision"], v["answer"]))
    )
)  # fmt: skip
raise_it = require_POST(
    page("item.edit")(
        _STEPS.view(
            "raise",
            lambda request, item: shapes.RaiseForm(request.POST, levels=levels_above(item)),
            lambda: _("已上报上级。"),
            lambda access, item, v: items.escalate(access, item, v["revision"], v["to"], v["why"]),
        )
    )
)
rate = require_POST(
    page("issue.rate")(
        _STEPS.view(
            "rate",
            sent(shapes.RateForm),
            lambda: _("评价已记。"),
            lambda access, item, v: acts.rate(access, item, v["revision"], v["satisfied"] == "yes", v["why"]),
        )
    )
)
withdraw = require_POST(
    page("issue.rate")(
        _STEPS.view("withdraw", sent(shapes.WhyForm), lambda: _("已撤回。"),
              lambda access, item, v: acts.withdraw(access, item, v["revision"], v["why"]))
    )
)  # fmt: skip
