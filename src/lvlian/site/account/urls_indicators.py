"""Addresses of indicators and of what goals mean."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import aims, indicators

urlpatterns: list[URLPattern | URLResolver] = [
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/goals/", aims.indicator_aims, name="indicator-aims"),
    path("indicators/goals/<int:goal>/", aims.indicator_link, name="indicator-link"),
    path("indicators/<slug:key>/", indicators.indicator_detail, name="indicator-detail"),
    path("indicators/<slug:key>/choose/", aims.indicator_choose, name="indicator-choose"),
]
