"""招商: the funnel of leads against the plan's goals, what this quarter brought, what was signed and did not land; and a lead with what its
signing hangs on and what was promised to the investor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.ledger.item import Refused, State
from lvlian.ledger.quarter import quarter_of
from lvlian.ledger.saying import say_refused
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger import selectors_investment as reads
from lvlian.site.ledger.actions import investment as acts
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.aims import lines_of
from lvlian.site.ledger.cards import Deck
from lvlian.site.ledger.chainfit import Fit
from lvlian.site.ledger.forms_investment import CheckForm, CommitForm, SignForm
from lvlian.site.ledger.gates import proposals, state_word
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import of_group, tracks
from lvlian.site.ledger.selectors_items import WORST_FIRST
from lvlian.site.ledger.selectors_tally import aimed, whole
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing

SIZE = 30
STAGES = ("visited", "signed", "landed", "started")
"""Stages that a quarter is asked about."""
EVENTS = 4
"""Events that a lead has at least: what is counted over them is kept from fewer leads on."""
WORDS = ("招商", "招引", "引资")


def register() -> Track:
    """The track of leads. Raises Http404 where this site has none."""
    track = tracks().get(reads.TRACK)
    if track is None:
        raise Http404
    return track


@require_GET
@page("dispatch.see")
def investment(request: HttpRequest) -> HttpResponse:
    """Everything about promotion on one page; the list is narrowed by the address."""
    access: Access = request.access  # type: ignore[attr-defined]
    day, track = today(), register()
    fresh(day)
    quarter, deck = quarter_of(day), Deck(access, track, day)
    funnel = reads.funnel(access, track)
    room = tuple(one.key for one in of_group("investment"))
    size = EVENTS * (funnel.whole.count + funnel.gone)
    goals = kept(access, "investment-goals", room, day, lambda: aimed(access, tracks(), room, day), lambda _made: size)
    quarters = kept(
        access, "investment-quarter", str(quarter), day, lambda: reads.quarterly(access, track, quarter, STAGES),
        lambda _made: size,
    )  # fmt: skip
    narrowing = Narrowing(request.GET)
    context: dict[str, Any] = {
        "track": track, "noun": saying.words(track.noun), "day": day, "quarter": quarter, "may_open": access.may("item.open"),
        "whole": whole(access), "funnel": _funnel(track, funnel, day), "paused": funnel.paused, "gone": funnel.gone,
        "open": sum(level.count for level in funnel.levels), "signed": _count(funnel, "signed"), "landed": _count(funnel, "landed"),
        "aims": lines_of(access, goals),
        "routines": [Deck(access, tracks()[one.track], day).card(one) for one in reads.routines(access, WORDS)],
        "quarterly": [
            {"name": saying.stage_name(track, one.stage), "reached": one.reached, "awaited": one.awaited}
            for one in quarters
        ],
        "waiting": [{"card": deck.card(one), "days": (day - one.since).days} for one in reads.not_landed(access, track)],
        "narrowing": narrowing,
    }  # fmt: skip
    context |= _list(access, track, narrowing)
    context["invented"] = any(card.item.simulated for card, _product in context["lines"])
    return render(request, "ledger/investment.html", context)


def _count(funnel: reads.Funnel, stage: str) -> int:
    return next((level.count for level in funnel.levels if level.stage == stage), 0)


def _funnel(track: Track, funnel: reads.Funnel, day: Any) -> list[dict[str, Any]]:
    """The levels with their amounts, where these may be told; the last line is the sum."""
    most = max([level.count for level in (*funnel.levels, funnel.closed)], default=0) or 1
    out = []
    for level in (*funnel.levels, funnel.closed, funnel.whole):
        sums = {}
        for name in ("agreed", "arrived"):
            told = funnel.shown(level, name)
            empty = not getattr(level, f"with_{name}")
            why = _("不足三户，不单列") if not told else _("没有填报") if empty else ""
            sums[name] = (getattr(level, name) if told and not empty else None, why)
        out.append(
            {
                "name": saying.stage_name(track, level.stage) if level.stage else _("合计"), "total": level is funnel.whole,
                "count": level.count, "lights": [(key, level.lights.get(key, 0)) for key in WORST_FIRST], "sums": sums,
                "url": f"?stage={level.stage}#leads" if level.stage else "", "share": level.count / most,
                "days": (day - level.oldest).days if level.oldest and level not in (funnel.closed, funnel.whole) else None,
            }
        )  # fmt: skip
    return out


def _list(access: Access, track: Track, narrowing: Narrowing) -> dict[str, Any]:
    words = narrowing.told("q", _("含"))
    light = narrowing.choice("light", _("灯"), [(key, saying.light_name(key)) for key in WORST_FIRST])
    stage = narrowing.choice("stage", _("阶段"), [(one.key, saying.words(one.name)) for one in track.stages])
    offered = [("open", _("未结束")), ("ended", _("已结束"))]
    branch = narrowing.choice("branch", _("状态"), offered)
    by = selectors_items.Narrow(light=light, stage=stage, branch=branch, words=words)
    rows = selectors_items.narrowed(access, track, by)
    total = rows.count()
    found = narrowing.page(range(total), SIZE, total)  # type: ignore[arg-type]
    items = selectors_items.page_of(rows, (found.number - 1) * SIZE, SIZE)
    told = access.reads_throughout(Item, "data")
    deck = Deck(access, track, today())
    products = reads.products_of(access, [item.pk for item in items]) if told else {}
    return {
        "found": found, "total": total, "told": told,
        "lines": [(deck.card(item), products.get(item.pk, "")) for item in items],
    }  # fmt: skip


# A lead ------------------------------------------------------------------------------------------------------------------
def _found(request: HttpRequest, pk: int) -> Item:
    item = reads.lead_of(request.access, pk)  # type: ignore[attr-defined]
    if item is None or item.track not in tracks():
        raise Http404
    return item


@require_GET
@page("dispatch.see")
def investment_lead(request: HttpRequest, pk: int) -> HttpResponse:
    fresh(today())
    item = _found(request, pk)
    return render(request, "ledger/investment_lead.html", _lead(request, item))


def _lead(request: HttpRequest, item: Item, **sent: Any) -> dict[str, Any]:
    """What the page of a lead shows; `sent` are forms that come back with what was typed."""
    access: Access = request.access  # type: ignore[attr-defined]
    day, track = today(), register()
    state = state_of(item)
    inside = access.reads(item, "data")
    fit = reads.chain_fit(access, item)
    proposed = proposals(access, item, track, state, fit, day) if inside else []
    may = access.may("item.edit", item) and item.branch in ("active", "paused")
    ahead = track.order.get(item.stage, 0) < track.order.get(acts.SIGNED, 0)
    known = tracks()
    commitment = known.get(reads.COMMITMENT)
    made = reads.commitments(access, item) if commitment is not None else []
    context: dict[str, Any] = {
        "item": item, "track": track, "card": Deck(access, track, day).card(item), "inside": inside, "may": may,
        "firm": item.firm if selectors_items.readable(access, item.firm) else None,
        "facts": _facts(access, item, track, state) if inside else [], "ahead": ahead,
        "proposed": proposed, "open_gates": [saying.words(one.gate.name) for one in proposed if not one.passed],
        "chains": _chains(fit), "fit": fit, "fit_word": state_word(fit.state), "item_url": reverse("item-detail", args=[item.pk]), "days": (day - item.since).days,
        "commitments": [{"card": Deck(access, known[one.track], day).card(one), "item": one} for one in made],
        "may_commit": may and commitment is not None and access.may_in("item.open", item.region),
        "conflict": sent.get("conflict"),
    }  # fmt: skip
    if may and inside:
        context["check_form"] = sent.get("check") or _check_form(access, item, proposed)
        if ahead and item.branch == "active":
            context["sign_form"] = sent.get("sign") or _sign_form(access, item, track)
    if context["may_commit"]:
        context["commit_form"] = sent.get("commit") or CommitForm(
            access=access, region_id=item.region_id, auto_id="commit-%s"
        )
    return context


def _facts(access: Access, item: Item, track: Track, state: State) -> list[tuple[str, str, str]]:
    """The fields of the lead that the reader may read: name, value, unit."""
    out = []
    for one in selectors_items.fields_for(access, track, item):
        out.append((saying.words(one.name), saying.value_words(one, state.data.get(one.key)), one.unit))
    return out


def _chains(fit: Fit) -> list[list[dict[str, Any]]]:
    """The chains with their links: made, missing, not told; and where the lead stands."""
    return [
        [
            {
                "link": link, "at": fit.at == (row, column),
                "state": "made" if link.made else "missing" if link.known else "unknown",
                "who": _("、").join(link.makers[:2]),
            }
            for column, link in enumerate(chain)
        ]
        for row, chain in enumerate(fit.chains)
    ]  # fmt: skip


def _check_form(access: Access, item: Item, proposed: Any, data: Any = None) -> CheckForm:
    return CheckForm(data, proposed=proposed, revision=item.revision, auto_id="check-%s")


def _sign_form(access: Access, item: Item, track: Track, data: Any = None) -> SignForm:
    readable = {one.key for one in selectors_items.fields_for(access, track, item)}
    wanted = [
        one for one in track.fields if one.key in readable and (one.needed_at == acts.SIGNED or one.key == "agreed")
    ]
    return SignForm(
        data, access=access, region_id=item.region_id, asked=wanted, data=item.data, auto_id="sign-%s",
        initial={"revision": item.revision, "day": today()},
    )  # fmt: skip


@require_POST
@page("item.edit")
def investment_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The gates answered together."""
    access: Access = request.access  # type: ignore[attr-defined]
    item = _found(request, pk)
    access.need("item.edit", item)
    track, state = register(), state_of(item)
    proposed = proposals(access, item, track, state, reads.chain_fit(access, item), today())
    form = _check_form(access, item, proposed, request.POST)
    if not form.is_valid():
        return _again(request, item, 422, check=form)
    try:
        acts.check(access, item, form.cleaned_data["revision"], form.answers())
    except Refused as refused:
        form.add_error(None, say_refused(refused, saying.language(), track))
        return _again(request, item, 422, check=form)
    except Conflict as conflict:
        return _lost(request, conflict, "check", _check_form(access, conflict.row, proposed, request.POST))  # type: ignore[arg-type]
    messages.success(request, item.title, extra_tags=f"word:{_('已核对')}")
    return redirect(f"{reverse('investment-lead', args=[pk])}#check")


@require_POST
@page("item.edit")
def investment_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The signing: refused with its sentence while a gate is open."""
    access: Access = request.access  # type: ignore[attr-defined]
    item = _found(request, pk)
    access.need("item.edit", item)
    track = register()
    form = _sign_form(access, item, track, request.POST)
    if not form.is_valid():
        return _again(request, item, 422, sign=form)
    told = form.cleaned_data
    try:
        acts.sign(access, item, told["revision"], told["day"], told["agreement"], form.values())
    except Refused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, say_refused(refused, saying.language(), track))
        return _again(request, item, 422, sign=form)
    except Conflict as conflict:
        return _lost(request, conflict, "sign", _sign_form(access, conflict.row, track, request.POST))  # type: ignore[arg-type]
    messages.success(request, item.title, extra_tags=f"word:{_('已签约')}")
    return redirect("investment-lead", pk)


@require_POST
@page("item.open")
def investment_commit(request: HttpRequest, pk: int) -> HttpResponse:
    """A promise to the investor becomes a duty of a unit."""
    access: Access = request.access  # type: ignore[attr-defined]
    item = _found(request, pk)
    access.need("item.edit", item)
    form = CommitForm(request.POST, access=access, region_id=item.region_id, auto_id="commit-%s")
    if not form.is_valid():
        return _again(request, item, 422, commit=form)
    told = form.cleaned_data
    try:
        acts.commit_to(access, item, told["title"], told["unit"], told["due"], told["basis"], told["amount"])
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, say_refused(refused, saying.language()))
        return _again(request, item, 422, commit=form)
    messages.success(request, told["title"], extra_tags=f"word:{_('已记下承诺')}")
    return redirect(f"{reverse('investment-lead', args=[pk])}#commitments")


def _again(request: HttpRequest, item: Item, status: int, **sent: forms.Form) -> HttpResponse:
    return render(request, "ledger/investment_lead.html", _lead(request, item, **sent), status=status)


def _lost(request: HttpRequest, conflict: Conflict, name: str, form: forms.Form) -> HttpResponse:
    """Somebody was quicker: what was typed stays, on the row as it stands now."""
    item = _found(request, conflict.row.pk)  # type: ignore[arg-type]
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["revision"] = str(item.revision)  # type: ignore[index]
    sent: dict[str, Any] = {name: form, "conflict": conflict.changes or True}
    return render(request, "ledger/investment_lead.html", _lead(request, item, **sent), status=409)
