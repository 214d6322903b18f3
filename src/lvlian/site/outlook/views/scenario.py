"""推演: what happens to the goals when something is turned."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lvlian.site.org.access import page


@require_GET
@page("outlook.see")
def outlook(request: HttpRequest) -> HttpResponse:
    """The scenario page: sliders, goals, fan, moves, conflicts."""
    return render(request, "outlook/scenario.html", {})
