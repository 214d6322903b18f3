"""The people of a region."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lvlian.site.org.access import page


@page("people.read")
def people(request: HttpRequest) -> HttpResponse:
    """Who is there, and what each may do."""
    return render(request, "org/people.html")
