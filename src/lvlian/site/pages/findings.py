"""自查: what the plans in force say about themselves, the arithmetic shown, and what was decided about it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.org.access import Access, page, scoped
from lvlian.site.org.chain import Conflict
from lvlian.site.pages import selectors_findings as reads
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.selectors_projects import plans_here
from lvlian.site.plans.actions.findings import settle
from lvlian.site.plans.models import Finding
from lvlian.site.plans.refusal import PlanError

SIZE = 20


@require_GET
@page("plan.read")
def findings(request: HttpRequest) -> HttpResponse:
    return _listed(request, request.GET)


def _listed(request: HttpRequest, query: QueryDict, status: int = 200, **more: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    narrowing = Narrowing(query)
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in plans_here(access)])
    within = reads.narrowed(access, plan=int(plan) if plan else None)
    severities = reads.counts(within, "severity")
    severity = narrowing.choice(
        "severity", _("轻重"), [(key, name, severities.get(key, 0)) for key, name in Finding.Severity.choices]
    )
    state = narrowing.choice("state", pgettext("state", "处理"), Finding.State.choices)
    code = narrowing.told("code", _("检查"))
    rows = reads.narrowed(
        access, severity=severity, state=state, plan=int(plan) if plan else None, code=code
    ).select_related("version__plan__region", "decided_by")
    found = narrowing.page(rows.defer("version__text", "version__region_file", "version__outline"), SIZE)
    cards = [reads.card(access, finding) for finding in found.object_list]
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "groups": [
            {"severity": kind, "plan": its, "cards": list(cards), "folded": kind == "agrees" and severity != "agrees"}
            for (kind, its), cards in groupby(cards, key=lambda c: (c.finding.severity, c.finding.version.plan))
        ],
        "severities": [
            (key, severities.get(key, 0), narrowing.address(severity=key)) for key, _name in Finding.Severity.choices
        ],
        "total": sum(severities.values()),
        "may_settle": access.may("finding.settle"),
        "may_outlook": access.may("outlook.see"),
        "here": narrowing.address(page=narrowing.read("page") or None),
        **more,
    }
    return render(request, "pages/findings.html", context, status=status)


@require_POST
@page("finding.settle")
def finding_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a finding as known, turns it into an enquiry, which needs its question, or opens it again."""
    access: Access = request.access  # type: ignore[attr-defined]
    finding = scoped(Finding, access).filter(pk=pk).first()
    if finding is None:
        raise Http404
    if not access.may("finding.settle", finding):
        raise PermissionDenied("finding.settle")
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "").strip()
    query = QueryDict(request.POST.get("query", "").lstrip("?"))
    revision = request.POST.get("revision", "")
    typed = {"pk": pk, "reason": reason}
    if not revision.isdecimal():
        return _listed(request, query, 422, typed=typed, wrong=_("这一页太旧，请重新打开。"))
    try:
        settle(access, finding, int(revision), state, reason)
    except PlanError as error:
        return _listed(request, query, 422, typed=typed, wrong=str(error))
    except Conflict as conflict:
        row = conflict.row
        told = _("%(who)s 已先处理为“%(state)s”。") % {
            "who": getattr(row, "decided_by", None) or _("他人"),
            "state": row.get_state_display(),  # type: ignore[attr-defined]
        }
        return _listed(request, query, 409, typed=typed, wrong=told)
    messages.success(request, _("“%(finding)s” 已处理。") % {"finding": str(finding)[:40]})
    address = reverse("findings")
    return redirect(f"{address}?{query.urlencode()}#finding-{pk}" if query else f"{address}#finding-{pk}")
