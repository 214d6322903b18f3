"""Addresses of the reconciliation page and of one flow."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import balance

urlpatterns: list[URLPattern | URLResolver] = [
    path("chain/", balance.account, name="account-month"),
    path("chain/paper.<str:form>", balance.account_paper, name="account-month-paper"),
    path("chain/stream/", balance.account_stream, name="account-stream"),
    path("chain/known/", balance.account_know, name="account-know"),
    path("chain/known/remove/", balance.account_unknow, name="account-unknow"),
    path("chain/inquiries/", balance.account_inquire, name="account-inquire"),
]
