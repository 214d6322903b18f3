"""Addresses of the atlas of a chain."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import atlas

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/atlas/", atlas.atlas, name="account-atlas"),
    path("account/atlas/atlas.svg", atlas.atlas_svg, name="account-atlas-svg"),
    path("account/atlas/atlas.xlsx", atlas.atlas_xlsx, name="account-atlas-xlsx"),
]
