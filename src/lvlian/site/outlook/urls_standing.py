"""Addresses of the tables of the outlook: projects against their promise, delays with what they cost, indicators by quarter and year."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.outlook.views import indicators, projects, risk

urlpatterns: list[URLPattern | URLResolver] = [
    path("outlook/projects/", projects.outlook_projects, name="outlook-projects"),
    path("outlook/risks/", risk.outlook_risks, name="outlook-risks"),
    path("outlook/risks/why/", risk.outlook_risks_why, name="outlook-risks-why"),
    path("outlook/indicators/", indicators.outlook_indicators, name="outlook-indicators"),
]
