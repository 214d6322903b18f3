"""Pages of four eyes: what waits for a second person, and one proposal with its buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.ledger.selectors_moves import behind
from lvlian.site.org.access import Access, here, page, scoped
from lvlian.site.org.wording import field_words
from lvlian.site.plans.actions.proposals import (
    TWO,
    ProposalError,
    confirm,
    send_back,
    take_back,
    target,
    visible,
)
from lvlian.site.plans.models import Goal, Milestone, Proposal

LIST = 200


@page("record.read")
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a second person, then what was decided."""
    access: Access = request.access  # type: ignore[attr-defined]
    rows = here(Proposal, access).filter(visible(access)).select_related("proposed_by", "decided_by", "region")
    waiting = [(row, changes(row)) for row in rows.filter(state=Proposal.State.WAITING)[:LIST]]
    decided = [(row, changes(row)) for row in rows.exclude(state=Proposal.State.WAITING)[:LIST]]
    return render(request, "plans/proposals.html", {"waiting": waiting, "decided": decided})


@page("record.read")
@require_GET
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: now and proposed, who and why, what depends on it."""
    access: Access = request.access  # type: ignore[attr-defined]
    rows = scoped(Proposal, access).filter(visible(access)).select_related("proposed_by", "decided_by")
    row = get_object_or_404(rows, pk=pk)
    subject = target(row)
    goal = subject if isinstance(subject, Goal) else None
    milestone = subject if isinstance(subject, Milestone) else None
    waiting = row.state == Proposal.State.WAITING
    own = access.user is not None and row.proposed_by_id == access.user.pk
    context: dict[str, Any] = {
        "proposal": row,
        "changes": changes(row),
        "subject": subject,
        "subject_url": subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else "",
        "fact": goal.fact if goal else None,
        "siblings": _siblings(access, goal),
        **(behind(access, milestone, row) if milestone is not None else {}),
        "moved": waiting and (subject is None or subject.revision != row.seen),  # type: ignore[attr-defined]
        "may_confirm": waiting and not own and access.may("record.confirm", row),
        "may_withdraw": waiting and own,
        "own": own,
    }
    return render(request, "plans/proposal.html", context)


@page("record.confirm")
@require_POST
def proposal_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = get_object_or_404(scoped(Proposal, access).filter(visible(access)), pk=pk)
    return _answer(request, row, lambda: confirm(access, row))


@page("record.confirm")
@require_POST
def proposal_return(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = get_object_or_404(scoped(Proposal, access).filter(visible(access)), pk=pk)
    return _answer(request, row, lambda: send_back(access, row, request.POST.get("answer", "")))


@page("record.edit")
@require_POST
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = get_object_or_404(scoped(Proposal, access).filter(visible(access)), pk=pk)
    return _answer(request, row, lambda: take_back(access, row))


def _answer(request: HttpRequest, row: Proposal, act: Any) -> HttpResponse:
    try:
        decided = act()
    except ProposalError as error:
        messages.error(request, str(error))
    else:
        if decided.state == Proposal.State.OVERTAKEN:
            messages.warning(request, _("没有改：提出之后原记录已变，请看现值后重新提出"))
        else:
            messages.success(request, f"{decided.label}：{decided.get_state_display()}")
    return redirect("proposal", pk=row.pk)


def changes(row: Proposal) -> list[tuple[str, Any, Any]]:
    """Field name in words, value now, value proposed."""
    two = TWO.get(row.model)
    if two is not None:
        told = [(two.tell(row, name, row.before.get(name)), two.tell(row, name, row.after[name])) for name in row.after]
        return [(name, old, new) for (_name, old), (name, new) in told]
    return [(field_words(row.model, name), row.before.get(name), row.after[name]) for name in row.after]


def _siblings(access: Access, goal: Goal | None) -> int:
    """How many other figures of the same indicator and subject there are: they may have to change with it."""
    if goal is None:
        return 0
    same = scoped(Goal, access).filter(region=goal.region_id, indicator=goal.indicator, subject=goal.subject)
    return same.exclude(pk=goal.pk).count()
