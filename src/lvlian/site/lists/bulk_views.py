"""Pages of what is done to many records at once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from lvlian.site.org.access import page


def bulk_view(spec: Any) -> Any:
    @page("record.bulk")
    def show(request: HttpRequest, job_id: Any = None) -> HttpResponse:
        raise Http404

    return show
