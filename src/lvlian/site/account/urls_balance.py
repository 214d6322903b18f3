"""Addresses of the reconciliation page and of one flow."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import balance

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/month/", balance.account, name="account-month"),
    path("account/month/paper.<str:form>", balance.account_paper, name="account-month-paper"),
    path("account/stream/", balance.account_stream, name="account-stream"),
    path("account/known/", balance.account_know, name="account-know"),
    path("account/known/remove/", balance.account_unknow, name="account-unknow"),
    path("account/inquiries/", balance.account_inquire, name="account-inquire"),
]
