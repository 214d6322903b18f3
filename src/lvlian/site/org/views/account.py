"""One's own account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lvlian.site.org.access import OWN, page


@page(OWN)
def account(request: HttpRequest) -> HttpResponse:
    """Sessions, second factor, tokens, preferences."""
    return render(request, "org/account.html")
