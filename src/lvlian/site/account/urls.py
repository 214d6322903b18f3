"""Addresses of the rooms of the account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from lvlian.site.account import urls_balance, urls_flows, urls_reports

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_balance.urlpatterns,
    *urls_flows.urlpatterns,
    *urls_reports.urlpatterns,
]
