"""Addresses of the rooms of the outlook."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from lvlian.site.outlook import urls_pathway, urls_scenario, urls_standing

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_scenario.urlpatterns,
    *urls_pathway.urlpatterns,
    *urls_standing.urlpatterns,
]
