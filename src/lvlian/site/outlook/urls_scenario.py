"""Addresses of the scenario page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.outlook.views import scenario

urlpatterns: list[URLPattern | URLResolver] = [
    path("outlook/", scenario.outlook, name="outlook"),
]
