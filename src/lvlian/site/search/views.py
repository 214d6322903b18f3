"""The search page, and the few best hits that appear below the box while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lvlian.site.org.access import Access, page
from lvlian.site.search.query import LONGEST, MANY, search, suggest
from lvlian.site.search.subjects import BY_MODEL

EACH, ONE_KIND = 8, 100


@page("search.use")
def found(request: HttpRequest) -> HttpResponse:
    """What matches `q`, in groups; `kind` shows one group at length."""
    access: Access = request.access  # type: ignore[attr-defined]
    query = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "")
    kinds = (kind,) if kind in BY_MODEL else ()
    groups = search(query, access, each=ONE_KIND if kinds else EACH, models=kinds)
    return render(
        request,
        "search/found.html",
        {"query": query, "kind": kinds[0] if kinds else "", "groups": groups, "many": MANY},
    )


@page("search.use")
def suggestions(request: HttpRequest) -> HttpResponse:
    """A list of links for the box; empty where nothing matches."""
    access: Access = request.access  # type: ignore[attr-defined]
    query = request.GET.get("q", "").strip()[:LONGEST]
    hits = [(BY_MODEL[hit.model].label, hit) for hit in suggest(query, access)] if query else []
    return render(request, "search/suggestions.html", {"query": query, "hits": hits})
