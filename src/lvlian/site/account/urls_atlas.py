"""Addresses of the atlas of a chain."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import atlas

urlpatterns: list[URLPattern | URLResolver] = [
    path("chain/atlas/", atlas.atlas, name="account-atlas"),
    path("chain/atlas/atlas.svg", atlas.atlas_svg, name="account-atlas-svg"),
    path("chain/atlas/atlas.xlsx", atlas.atlas_xlsx, name="account-atlas-xlsx"),
]
