"""The audit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lvlian.site.org.access import page


@page("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what."""
    return render(request, "org/audit.html")
