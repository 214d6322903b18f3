"""Who did what, when, on what; whether the chain holds; the root of a day; the records to take away."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lvlian.site import jobs
from lvlian.site.org import actions
from lvlian.site.org.access import Access, page
from lvlian.site.org.roles import ROLES
from lvlian.site.org.selectors_audit import (
    SUBJECTS,
    Asked,
    changes_in,
    day_root,
    export_lines,
    is_large,
    neighbours,
    record_in_scope,
    regions_of_audit,
    stretch_of,
)
from lvlian.site.org.wording import ACTIONS, action_words, changes_in_words, data_words, model_words

WORDS = ("person", "action", "region", "subject", "model", "object")


def _asked(request: HttpRequest) -> Asked:
    words = {name: request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in WORDS}
    return Asked(**words, since=_day(request.GET.get("since")), until=_day(request.GET.get("until")))


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


@page("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    return _audit_page(request)


def _audit_page(request: HttpRequest, **context: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    asked = _asked(request)
    stretch = stretch_of(access, asked, _number(request.GET.get("before")), _number(request.GET.get("after")))
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    known = dict(ACTIONS) | ({asked.action: action_words(asked.action)} if asked.action else {})
    context = {
        "asked": asked,
        "filtered": any(asdict(asked).values()),
        "lines": [(record, action_words(record.action), role_words(record.role)) for record in stretch.records],
        "stretch": stretch,
        "subjects": SUBJECTS,
        "query": query.urlencode(),
        "actions": sorted(((key, str(label)) for key, label in known.items()), key=lambda pair: pair[1]),
        "regions": regions_of_audit(access),
        "about": model_words(asked.model) if asked.model and asked.object else "",
    } | context
    return render(request, "org/audit.html", context)


def role_words(role: str) -> str:
    return str(ROLES[role].label) if role in ROLES else role


@page("audit.read")
def record(request: HttpRequest, seq: int) -> HttpResponse:
    """One record with what it changed, old and new."""
    access: Access = request.access  # type: ignore[attr-defined]
    found = record_in_scope(access, seq)
    shown = Paginator(changes_in(found), 50).get_page(request.GET.get("page"))
    older, newer = neighbours(access, found)
    context = {
        "record": found,
        "action": action_words(found.action),
        "role": role_words(found.role),
        "data": data_words(found.action, found.data),
        "page": shown,
        "changes": [(row, model_words(row.model) or row.model, changes_in_words(row)) for row in shown.object_list],
        "older": older,
        "newer": newer,
    }
    return render(request, "org/audit_record.html", context)


@page("audit.read")
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recomputes the chain: at once where it is short, by a job where it is long."""
    access: Access = request.access  # type: ignore[attr-defined]
    if access.user is not None and is_large():
        job = jobs.start(access, "verify", _("校验审计记录"), access.user.home)
        return redirect("job", job.pk)
    return _audit_page(request, verdict=actions.verify_chain(access))


@page("audit.read")
def root(request: HttpRequest) -> HttpResponse:
    """The root of a day, to print and to keep outside."""
    told = request.GET.get("day")
    day = _day(told) if told else timezone.localdate()
    if day is None:
        raise Http404("day")
    return render(
        request, "org/audit_root.html", {"day": day, "found": day_root(day), "is_today": day >= timezone.localdate()}
    )


@page("audit.read")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The records that match, as JSON lines."""
    access: Access = request.access  # type: ignore[attr-defined]
    asked = _asked(request)
    actions.note_audit_export(access, {key: value for key, value in asdict(asked).items() if value})
    answer = StreamingHttpResponse(export_lines(access, asked), content_type="application/x-ndjson")
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.localdate().isoformat()}.jsonl"'
    return answer
