"""Addresses of four eyes."""

from __future__ import annotations

from django.urls import path

from lvlian.site.plans import proposal_views as views

urlpatterns = [
    path("", views.proposals, name="proposals"),
    path("<int:pk>/", views.proposal, name="proposal"),
    path("<int:pk>/confirm", views.proposal_confirm, name="proposal-confirm"),
    path("<int:pk>/return", views.proposal_return, name="proposal-return"),
    path("<int:pk>/withdraw", views.proposal_withdraw, name="proposal-withdraw"),
]
