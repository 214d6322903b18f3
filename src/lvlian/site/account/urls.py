"""Addresses of the rooms of the account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from lvlian.site.account import (
    urls_atlas,
    urls_balance,
    urls_flows,
    urls_footprint,
    urls_indicators,
    urls_reports,
    urls_works,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_footprint.urlpatterns,
    *urls_atlas.urlpatterns,
    *urls_balance.urlpatterns,
    *urls_flows.urlpatterns,
    *urls_indicators.urlpatterns,
    *urls_reports.urlpatterns,
    *urls_works.urlpatterns,
]
