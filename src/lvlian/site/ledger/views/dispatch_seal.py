"""From the seal to the notice: sealing, the copy that anybody can check, the meeting, decisions, the papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.ledger.snapshot import SnapshotError, read
from lvlian.site.frame import today
from lvlian.site.ledger import selectors_dispatch as reads
from lvlian.site.ledger.actions import sealing as acts
from lvlian.site.ledger.actions.dispatch import Untimely
from lvlian.site.ledger.forms_dispatch import DecisionForm, IssueForm, MeetForm
from lvlian.site.ledger.models import Decision, Dispatch
from lvlian.site.ledger.papers import PAPERS, paper_bytes
from lvlian.site.ledger.selectors_dispatch_seal import record_of
from lvlian.site.ledger.selectors_dispatch_told import bytes_of
from lvlian.site.ledger.views.dispatch import form_page, found, overtaken
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict, hash_of, recording


@require_POST
@page("dispatch.run")
def dispatch_seal(request: HttpRequest, pk: int) -> HttpResponse:
    """Seals the quarter: the sheets close, the figures stand."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    revision = request.POST.get("revision", "")
    try:
        sealed = acts.seal_dispatch(access, row, int(revision) if revision.isdecimal() else None)
    except Untimely as refused:
        messages.error(request, str(refused))
    except SnapshotError as error:
        messages.error(request, error.en if reads.language() == "en" else error.zh)
    except Conflict:
        messages.error(request, _("日程刚被别人改过，请看过再封存。"))
    else:
        messages.success(request, _("已封存 %(n)d 行，校验值 %(hash)s。") % {"n": sealed.rows, "hash": sealed.hash[:8]})
    return redirect("dispatch", pk)


@require_GET
@page("dispatch.see")
def dispatch_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Recomputes the seal: the bytes against their hash, the hash against the record of the audit chain."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    sealed = reads.sealed_of(access, row)
    if sealed is None:
        raise Http404
    faults = []
    try:
        snapshot = read(bytes_of(access, sealed), sealed.hash)
        rows = len(snapshot.rows)
        if rows != sealed.rows:
            faults.append(_("行数是 %(n)d，登记的是 %(m)d") % {"n": rows, "m": sealed.rows})
        if snapshot.about.previous != sealed.previous:
            faults.append(_("上次快照的校验值对不上"))
    except SnapshotError as error:
        faults.append(error.en if reads.language() == "en" else error.zh)
        rows = 0
    record = record_of(row)
    if record is None:
        faults.append(_("审计记录里没有这次封存"))
    else:
        if record.data.get("sha256") != sealed.hash:
            faults.append(_("审计记录的校验值是 %(hash)s") % {"hash": str(record.data.get("sha256"))[:12]})
        if record.previous != sealed.root or hash_of(record) != record.hash:
            faults.append(_("审计记录与封存时的审计根接不上"))
    context = {"dispatch": row, "sealed": sealed, "faults": faults, "rows": rows, "record": record}
    return render(request, "ledger/dispatch_verify.html", context)


@require_GET
@page("dispatch.run")
def dispatch_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """The sealed bytes: whoever has them can recompute the hash (`sha256sum`)."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    sealed = reads.sealed_of(access, row)
    if sealed is None:
        raise Http404
    name = f"{row.region.code}-{row.year}Q{row.quarter}-{sealed.hash[:8]}.json"
    return attachment(bytes_of(access, sealed), name, "application/json")


# The meeting -------------------------------------------------------------------------------------------------------------
def _step(
    request: HttpRequest, pk: int, shape: Any, initial: Callable[[Dispatch], dict[str, Any]], title: str, label: str,
    act: Callable[[Access, Dispatch, dict[str, Any]], Any], done: str, note: str = "",
) -> HttpResponse:  # fmt: skip
    """A step with a form: shown, then carried out."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    if request.method == "GET":
        return form_page(
            request, row, shape(initial={"revision": row.revision, **initial(row)}), title, label, note=note
        )
    form = shape(request.POST)
    if not form.is_valid():
        return form_page(request, row, form, title, label, status=422, note=note)
    try:
        act(access, row, dict(form.cleaned_data))
    except Untimely as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return form_page(request, row, form, title, label, status=422, note=note)
    except Conflict as conflict:
        return overtaken(request, row, form, conflict, title, label)
    messages.success(request, done)
    return redirect("dispatch", pk)


@require_http_methods(["GET", "POST"])
@page("dispatch.run")
def dispatch_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that the meeting was held, for the minutes."""

    def act(access: Access, row: Dispatch, values: dict[str, Any]) -> None:
        acts.meet(access, row, values.pop("revision"), **values)

    names = ("chair", "place", "present", "excused", "heard")
    return _step(
        request, pk, MeetForm, lambda row: {name: getattr(row, name) for name in names}, _("记会商"), _("记为已会商"), act,
        _("已记会商，纪要随之更新。"), _("会议听取一句一行；留空时纪要列滞后和预警事项。"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("dispatch.run")
def dispatch_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that the notice went out."""

    def act(access: Access, row: Dispatch, values: dict[str, Any]) -> None:
        acts.issue(access, row, values["revision"], values["number"], values["issue_on"])

    return _step(
        request, pk, IssueForm, lambda row: {"number": row.number, "issue_on": today()}, _("印发通报"), _("记为已印发"), act,
        _("通报已记为印发，文书不再标代拟稿。"), _("通报由人签发；印发后决定不再增减。"),
    )  # fmt: skip


# Decisions ---------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@page("dispatch.run")
def dispatch_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds a decision."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    title, label = _("加一条决定"), _("记下决定")
    units = reads.units_here(access, row)
    if request.method == "GET":
        return form_page(request, row, DecisionForm(units), title, label)
    form = DecisionForm(units, request.POST)
    if not form.is_valid():
        return form_page(request, row, form, title, label, status=422)
    values = form.cleaned_data
    try:
        acts.decide(access, row, values["text"], values["unit"], values["due"], values["becomes"])
    except Untimely as refused:
        form.add_error(refused.field or None, str(refused))
        return form_page(request, row, form, title, label, status=422)
    messages.success(request, _("已记下决定。"))
    return redirect(f"{reverse('dispatch', args=[pk])}#decisions")


def _decision(access: Access, row: Dispatch, number: int) -> Decision:
    one = next((one for one in reads.decisions(access, row) if one.number == number), None)
    if one is None:
        raise Http404
    return one


@require_http_methods(["GET", "POST"])
@page("dispatch.run")
def dispatch_redecide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Changes a decision that is no item yet."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    one = _decision(access, row, number)
    title, label = _("改第 %(n)d 条决定") % {"n": number}, _("保存决定")
    units = reads.units_here(access, row)
    if request.method == "GET":
        return form_page(request, row, DecisionForm(units, decision=one), title, label)
    form = DecisionForm(units, request.POST, decision=one)
    if not form.is_valid():
        return form_page(request, row, form, title, label, status=422)
    values = form.cleaned_data
    revision = values.pop("revision") or one.revision
    try:
        acts.change_decision(access, one, revision, **values)
    except Untimely as refused:
        form.add_error(refused.field or None, str(refused))
        return form_page(request, row, form, title, label, status=422)
    except Conflict as conflict:
        return overtaken(request, row, form, conflict, title, label)
    messages.success(request, _("决定已改。"))
    return redirect(f"{reverse('dispatch', args=[pk])}#decisions")


@require_POST
@page("dispatch.run")
def dispatch_undecide(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Takes a decision away that is no item yet."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    try:
        acts.drop_decision(access, _decision(access, row, number))
        messages.success(request, _("决定已去掉，审计记录里仍在。"))
    except Untimely as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('dispatch', args=[pk])}#decisions")


@require_POST
@page("dispatch.run")
def dispatch_convert(request: HttpRequest, pk: int) -> HttpResponse:
    """Turns all decisions into items of their registers."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    access.need("dispatch.run", row)
    try:
        made = acts.convert(access, row)
        messages.success(request, _("已转 %(n)d 项，与决定互相链接。") % {"n": len(made)})
    except Untimely as refused:
        messages.error(request, str(refused))
    except Refused as refused:
        messages.error(request, say_refused(refused, reads.language()))
    return redirect(f"{reverse('dispatch', args=[pk])}#decisions")


# Papers ------------------------------------------------------------------------------------------------------------------
@require_GET
@page("dispatch.see")
def dispatch_paper(request: HttpRequest, pk: int, paper: str) -> HttpResponse:
    """A paper as a file. Drafts are for those who see the whole quarter; what was issued is for all."""
    access: Access = request.access  # type: ignore[attr-defined]
    access.need("export.make")
    row = found(access, pk)
    kind = PAPERS.get(paper)
    if kind is None:
        raise Http404
    if not reads.whole(access) and (row.state != Dispatch.State.ISSUED or paper not in ("notice", "calendar")):
        raise PermissionDenied("dispatch.see")
    content = paper_bytes(access, row, paper, reads.language())
    with recording(access, "dispatch.paper", row=row, data={"file": paper, "bytes": len(content)}):
        pass
    return attachment(content, f"{row.region.name} {row} {kind.title}.{kind.ending}", kind.kind)
