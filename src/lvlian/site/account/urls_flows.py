"""Addresses of the pictures of an account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import flows

urlpatterns: list[URLPattern | URLResolver] = [
    path("chain/flows/", flows.flows, name="account-flows"),
    path("chain/flows/flows.svg", flows.flows_svg, name="account-flows-svg"),
    path("chain/flows/flows.xlsx", flows.flows_xlsx, name="account-flows-xlsx"),
]
