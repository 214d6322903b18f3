"""Addresses of the footprints of products."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import footprint

urlpatterns: list[URLPattern | URLResolver] = [
    path("chain/footprint/", footprint.footprints, name="account-footprint"),
    path("chain/footprint/footprint.xlsx", footprint.footprint_xlsx, name="account-footprint-xlsx"),
]
