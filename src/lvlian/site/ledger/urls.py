"""Addresses of the ledger: those of each of its rooms."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from lvlian.site.ledger import urls_dispatch, urls_factors, urls_investment, urls_issues, urls_items

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_items.urlpatterns,
    *urls_factors.urlpatterns,
    *urls_issues.urlpatterns,
    *urls_investment.urlpatterns,
    *urls_dispatch.urlpatterns,
]
