"""What is done with an item: one address for each deed, the evidence, and a new item. What was refused or lost the race is shown with
everything that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger.actions import evidence, items
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.deeds import DEEDS, Deed
from lvlian.site.ledger.forms_items import EvidenceForm, NewForm
from lvlian.site.ledger.models import Evidence, Item
from lvlian.site.ledger.views.item import form_for, found, item_context, told
from lvlian.site.ledger.views.ledger import known_track
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.plans.actions.proposals import ProposalError

View = Callable[..., HttpResponse]
REASON = "field_reason"


def act_view(deed: Deed) -> View:
    """The view of a deed."""

    @require_POST
    @page(deed.permission)
    def act(request: HttpRequest, pk: int) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        item, track = found(request, pk)
        access.need(deed.permission, item)
        sub = _sub(request, deed)
        state = state_of(item)
        form = form_for(deed, access, item, track, state, sub, _sent(request))
        if not form.is_valid():
            return _again(request, item, track, deed.key, sub, form)
        try:
            deed.do(access, item, form.cleaned_data["revision"], form.cleaned_data)
        except Refused as refused:
            put(form, refused, track)
            return _again(request, item, track, deed.key, sub, form)
        except ProposalError as error:
            form.add_error(None, str(error))
            return _again(request, item, track, deed.key, sub, form)
        except Conflict as conflict:
            return _lost(request, conflict, track, deed, sub)
        messages.success(request, item.title, extra_tags=f"word:{deed.done}")
        return redirect(_back(request, item))

    return act


def _sent(request: HttpRequest) -> Any:
    """What was sent; a card's button sends its stage and the revision that it saw in one value."""
    stage, colon, revision = request.POST.get("to", "").partition(":")
    if not colon:
        return request.POST
    data = request.POST.copy()
    data["stage"], data["revision"] = stage, revision
    return data


def _sub(request: HttpRequest, deed: Deed) -> str:
    name = {"steps": "step", "gates": "gate"}.get(deed.at)
    return request.POST.get(name, "").replace("\x00", "")[:60] if name else ""


def _back(request: HttpRequest, item: Item) -> str:
    """Where one came from: the board, or the page of the item."""
    if request.POST.get("back") == "board":
        return f"{reverse('ledger-track', args=[item.track])}"
    return reverse("item-detail", args=[item.pk])


def put(form: forms.Form, refused: Refused, track: Track) -> None:
    """A refusal at the field that is at fault, else above the form."""
    sentence = say_refused(refused, saying.language(), track)
    name = refused.field if refused.field in form.fields else f"field-{refused.field}"
    form.add_error(name if name in form.fields else None, sentence)


def _again(
    request: HttpRequest, item: Item, track: Track, key: str, sub: str, form: forms.Form, status: int = 422,
    conflict: Any = None,
) -> HttpResponse:  # fmt: skip
    """The page once more, with the form that was sent as it was typed."""
    context = item_context(request, item, track, {(key, sub): form}, conflict)
    return render(request, "ledger/item.html", context, status=status)


def _lost(request: HttpRequest, conflict: Conflict, track: Track, deed: Deed, sub: str) -> HttpResponse:
    """Somebody was quicker: what they did, and what was typed, ready to be sent again."""
    item, track = (
        found(request, conflict.row.pk)
        if isinstance(conflict.row, Item)
        else found(request, int(request.resolver_match.kwargs["pk"]))
    )  # type: ignore[union-attr]
    data = _sent(request).copy()
    data["revision"] = str(item.revision)
    form = form_for(deed, request.access, item, track, state_of(item), sub, data)  # type: ignore[attr-defined]
    form.is_valid()
    return _again(request, item, track, deed.key, sub, form, 409, told(conflict, track))


# Evidence ----------------------------------------------------------------------------------------------------------------
@require_POST
@page("item.edit")
def evidence_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds evidence: a reference, a file, or both."""
    access: Access = request.access  # type: ignore[attr-defined]
    item, track = found(request, pk)
    access.need("item.edit", item)
    state = state_of(item)
    form = EvidenceForm(
        request.POST, request.FILES, access=access, item=item, track=track, state=state, auto_id="evidence-%s"
    )
    if not form.is_valid():
        return _again(request, item, track, "evidence", "", form)
    values = form.cleaned_data
    brought = values["file"]
    try:
        if brought is not None and brought.size > evidence.LARGEST:
            raise evidence.Unfit(
                _("文件 %(size).1f MB，应在 %(most)d MB 以内")
                % {"size": brought.size / 1e6, "most": evidence.LARGEST // 1_000_000}
            )
        kept = evidence.store(access, item, brought.name, brought.read()) if brought is not None else None
        items.attach(access, item, values["revision"], values["stage"], values["reference"], kept)
    except evidence.Unfit as unfit:
        form.add_error("file", str(unfit))
        return _again(request, item, track, "evidence", "", form)
    except Refused as refused:
        put(form, refused, track)
        return _again(request, item, track, "evidence", "", form)
    except Conflict as conflict:
        item, track = found(request, item.pk)
        data = request.POST.copy()
        data["revision"] = str(item.revision)
        form = EvidenceForm(data, access=access, item=item, track=track, state=state_of(item), auto_id="evidence-%s")
        return _again(request, item, track, "evidence", "", form, 409, told(conflict, track))
    messages.success(request, item.title, extra_tags=f"word:{_('已附')}")
    return redirect("item-detail", pk=item.pk)


def _proof(request: HttpRequest, pk: int) -> Evidence:
    access: Access = request.access  # type: ignore[attr-defined]
    proof = selectors_items.proof_of(access, pk)
    if proof is None or selectors_items.item_of(access, proof.item_id) is None:
        raise Http404
    return proof


@require_GET
@page("record.read")
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, always as an attachment and never as a page."""
    proof = _proof(request, pk)
    if proof.file is None:
        raise Http404
    name = evidence.file_name(proof.file.name)
    if "." not in name:
        name = f"{name}.{proof.file.kind}"
    answer = HttpResponse(selectors_items.content_of(proof), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


@require_POST
@page("item.edit")
def evidence_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes evidence away, with the reason."""
    access: Access = request.access  # type: ignore[attr-defined]
    proof = _proof(request, pk)
    access.need("item.edit", proof.item)
    told_revision = request.POST.get("revision", "")
    revision = (
        int(told_revision) if told_revision.isascii() and told_revision.isdecimal() and len(told_revision) < 10 else -1
    )
    try:
        evidence.take_away(access, proof, revision, request.POST.get("why", "").replace("\x00", "")[:300])
    except Refused as refused:
        messages.error(request, say_refused(refused, saying.language()), extra_tags=f"word:{_('没有取下')}")
    except Conflict:
        messages.error(request, _("这一项刚被别人改过，看过再取下"), extra_tags=f"word:{_('没有取下')}")
    else:
        messages.success(request, proof.reference, extra_tags=f"word:{_('已取下')}")
    return redirect("item-detail", pk=proof.item_id)


# A new item --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@page("item.open")
def ledger_new(request: HttpRequest, track: str) -> HttpResponse:
    """Opens an item of a track: asked is only what is needed; the units come from the region's duty lines where one fits."""
    access: Access = request.access  # type: ignore[attr-defined]
    known, region = known_track(track), access.region
    if region is None or not access.may_in("item.open", region):
        raise PermissionDenied("item.open")
    context: dict[str, Any] = {"track": known, "name": saying.words(known.name), "noun": saying.words(known.noun)}
    status = 200
    if request.method == "POST":
        form = NewForm(request.POST, access=access, region_id=region.pk, track=known)
        if form.is_valid():
            values = form.cleaned_data
            try:
                item = items.open_item(
                    access, region, known.key, values["title"], stage=values["stage"], lead=values["lead"],
                    units=list(values["units"]), data=form.data_values(), due=values["due"], firm=values["firm"],
                    goal=values["goal"], about=values["about"],
                )  # fmt: skip
            except Refused as refused:
                put(form, refused, known)
            else:
                messages.success(request, item.title, extra_tags=f"word:{_('已立项')}")
                return redirect("item-detail", pk=item.pk)
        status = 422
    else:
        lead, units, duty = selectors_items.duty_units(access, region.pk, known)
        form = NewForm(
            access=access, region_id=region.pk, track=known,
            initial={
                "stage": known.stages[0].key, "lead": lead, "units": units, "firm": _number(request.GET.get("firm", "")),
                "title": _words(request.GET.get("title", ""), 200), "about": _words(request.GET.get("about", ""), 1000),
            },
        )  # fmt: skip
        context["duty"] = duty
    asked = [(one, form[f"field-{key}"]) for key, one in form.asked.items()]
    return render(
        request, "ledger/new.html", {**context, "form": form, "asked": asked, "today": today()}, status=status
    )


def _words(text: str, most: int) -> str:
    """Words that another page hands over to begin with."""
    return text.replace("\x00", "").strip()[:most]


def _number(text: str) -> int | None:
    """A record's number from the address; a form offers it only where the reader sees the record."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


ACTS: dict[str, View] = {key: act_view(deed) for key, deed in DEEDS.items()}
