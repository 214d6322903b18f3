"""The page of a record: its fields with their origins, its edit form, its history, its comments, what depends on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.site.frame import today
from lvlian.site.lists import actions, selectors
from lvlian.site.lists.columns import Kind
from lvlian.site.lists.dependence import dependents_of
from lvlian.site.lists.forms import editable, form_for
from lvlian.site.lists.history import changes_in_words
from lvlian.site.lists.listing import Listing, address, make
from lvlian.site.lists.registry import spec_for
from lvlian.site.lists.sight import Sight
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.plans.actions.proposals import ProposalError, guarded

View = Callable[..., HttpResponse]
HISTORY = 50


def found(spec: ListSpec, access: Access, pk: int) -> Any:
    """A record in scope. Raises Http404, also for a model that the user's role does not read."""
    row = selectors.record_of(spec, access, pk) if pk < 2**63 else None
    if row is None or not access.may(spec.permission, row):
        raise Http404
    return row


def record_view(spec: ListSpec) -> View:
    @page(spec.permission)
    @require_GET
    def record(request: HttpRequest, pk: int) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        return _shown(request, spec, found(spec, access, pk))

    return record


def _shown(request: HttpRequest, spec: ListSpec, row: Any, **also: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    sight = Sight(access, spec)
    fact = getattr(row, "fact", None) if getattr(row, "fact_id", None) and access.may("plan.read") else None
    context = {
        "spec": spec,
        "row": row,
        "lines": fields_of(spec, access, row),
        "fact": fact,
        "sentence_url": sentence_of(spec, row, fact) if access.may("plan.read") else "",
        "dependents": dependents_of(spec, access, row),
        "comments": selectors.comments_of(row) if access.may("comment.read", row) else None,
        "may_comment": access.may("comment.write", row),
        "may_edit": bool(editable(spec, sight, row)),
        "edit_url": address(f"{spec.name}-edit", row.pk),
        "history_url": address(f"{spec.name}-history", row.pk) if access.may("history.read", row) else "",
        "comment_url": address("comment-add", spec.name, row.pk),
        "part": PARTS[spec.name][0] if spec.name in PARTS else "",
        "today": today(),
    }
    if spec.name in PARTS:
        context = {**PARTS[spec.name][1](access, row), **context}
    return render(request, "lists/record.html", {**context, **also}, status=also.get("status", 200))


def fields_of(spec: ListSpec, access: Access, row: Any) -> list[Any]:
    """All columns of a record as cells; those that stand empty or hidden say so."""
    shown = make(spec, access, {})
    columns = [column for column in shown.sight.columns if column.key not in TOLD.get(spec.name, ())]
    return [_cell(shown, row, column) for column in columns]


def _cell(shown: Listing, row: Any, column: Any) -> Any:
    cell = shown.cell(row, column)
    cell.label = str(cell.label) + (f"{_('，')}{column.unit}" if column.unit else "")
    if column.link:
        cell.href = ""
    if shown.kinds[column.key] is Kind.RELATION and not cell.masked and cell.value is not None:
        name = cell.value._meta.model_name
        other = spec_for(name)
        if other is not None and shown.access.may(other.permission):
            cell.href = address(f"{name}-detail", cell.value.pk)
    return cell


def sentence_of(spec: ListSpec, row: Any, fact: Any) -> str:
    """The address of the sentence in its plan."""
    if spec.name == "fact":
        return f"{address('plan-detail', row.version.plan_id)}#fact-{row.pk}"
    if spec.name == "finding":
        return f"{address('plan-detail', row.version.plan_id)}#finding-{row.pk}"
    return f"{address('plan-detail', fact.version.plan_id)}#fact-{fact.pk}" if fact is not None else ""


def _milestones(access: Access, project: Any) -> dict[str, Any]:
    """The steps of a project, shown on its page with what may be changed in them."""
    from lvlian.site.pages.projects import milestone_context

    return milestone_context(access, project)


def _registers(access: Access, firm: Any) -> dict[str, Any]:
    """Where a firm stands on the ladders of cultivation."""
    from lvlian.site.ledger.views.cultivation import firm_context

    return firm_context(access, firm)


PARTS: dict[str, tuple[str, Callable[[Access, Any], dict[str, Any]]]] = {
    "project": ("pages/project_milestones.html", _milestones),
    "firm": ("ledger/cultivation_firm.html", _registers),
}
"""What the page of a model shows beside its fields: a template and what it needs."""

TOLD: dict[str, tuple[str, ...]] = {"finding": ("severity", "message", "arithmetic"), "fact": ("quote",)}
"""Columns that the page of a model shows in another form already."""


# Editing ------------------------------------------------------------------------------------------------------------------
def edit_view(spec: ListSpec) -> View:
    """The edit form. Who comes second is told what changed since, by whom, and keeps what was typed."""

    @page(spec.edit_permission)
    @require_http_methods(["GET", "POST"])
    def edit(request: HttpRequest, pk: int) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        row = found(spec, access, pk)
        access.need(spec.edit_permission, row)
        names = editable(spec, Sight(access, spec), row)
        context: dict[str, Any] = {"spec": spec, "row": row, "revision": row.revision, "guarded": guarded(spec.model)}
        if request.method == "GET":
            return render(
                request, "lists/edit.html", {**context, "form": form_for(spec, access, row, names, today=today())}
            )
        form = form_for(spec, access, row, names, request.POST, today())
        revision = request.POST.get("revision", "")
        seen = int(revision) if revision.isascii() and revision.isdecimal() and len(revision) < 10 else 0
        status = 422
        if form.is_valid():
            try:
                told = _save(access, spec, row, seen, form, request.POST.get("why", ""))
            except Conflict as conflict:
                status = 409
                context["conflict"] = changes_in_words(spec, Sight(access, spec), row, conflict.changes)
                context["revision"] = conflict.row.revision  # type: ignore[attr-defined]
            except ProposalError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, told)
                return redirect(address(f"{spec.name}-detail", row.pk))
        return render(
            request, "lists/edit.html", {**context, "form": form, "why": request.POST.get("why", "")}, status=status
        )

    return edit


def _save(access: Access, spec: ListSpec, row: Any, seen: int, form: Any, why: str) -> str:
    """Saves what one person may change, and proposes what takes two; says what was done."""
    values = {name: form.cleaned_data[name] for name in form.changed_data}
    one, two = actions.save(access, spec, row, seen, values, why)
    return _("改动已提出，待第二人确认") if two else _("改了 %(n)d 项") % {"n": one} if one else _("没有改动")


# History and comments -----------------------------------------------------------------------------------------------------
def history_view(spec: ListSpec) -> View:
    @page("history.read")
    @require_GET
    def history(request: HttpRequest, pk: int) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        row = found(spec, access, pk)
        access.need("history.read", row)
        pages = Paginator(selectors.history_of(row), HISTORY)
        shown = pages.get_page(request.GET.get("page"))
        lines = changes_in_words(spec, Sight(access, spec), row, list(shown.object_list))
        return render(request, "lists/history.html", {"spec": spec, "row": row, "changes": lines, "page": shown})

    return history


@page("comment.write")
@require_POST
def comment_add(request: HttpRequest, model: str, pk: int) -> HttpResponse:
    """A comment on whatever record the user sees."""
    spec = spec_for(model)
    if spec is None or (not spec.edit_fields and spec.name not in ("fact", "finding", "chain", "region", "item")):
        raise Http404
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(spec, access, pk)
    text = request.POST.get("text", "").replace("\x00", "").strip()
    if not text:
        return _shown(request, spec, row, comment_error=_("留言不能是空的"), status=422)
    if len(text) > 2000:
        return _shown(
            request,
            spec,
            row,
            comment_error=_("留言长 %(n)d 字，应在 2000 字以内") % {"n": len(text)},
            comment_text=text,
            status=422,
        )
    actions.comment(access, row, text)
    messages.success(request, _("留言已加上"))
    return redirect(f"{address(f'{spec.name}-detail', row.pk)}#comments")
