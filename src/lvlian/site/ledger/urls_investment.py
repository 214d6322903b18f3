"""Addresses of investment promotion and firm cultivation."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import cultivation, investment

urlpatterns: list[URLPattern | URLResolver] = [
    path("investment/", investment.investment, name="investment"),
    path("investment/<int:pk>/", investment.investment_lead, name="investment-lead"),
    path("investment/<int:pk>/check/", investment.investment_check, name="investment-check"),
    path("investment/<int:pk>/sign/", investment.investment_sign, name="investment-sign"),
    path("investment/<int:pk>/commit/", investment.investment_commit, name="investment-commit"),
    path("cultivation/", cultivation.cultivation, name="cultivation"),
]
