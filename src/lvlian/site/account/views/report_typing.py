"""Typing a report into the page: what the form asks, with last month beside it; for a small firm and a telephone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from lvlian.site.org.access import page


@require_http_methods(["GET", "POST"])
@page("report.file")
def typing(request: HttpRequest, firm_id: int) -> HttpResponse:
    raise Http404
