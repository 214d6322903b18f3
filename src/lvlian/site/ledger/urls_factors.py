"""Addresses of the ledger's room: factors."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import factors as views
from lvlian.site.lists.record_views import history_view
from lvlian.site.lists.specs.demands import DEMANDS
from lvlian.site.lists.specs.supplies import SUPPLIES

urlpatterns: list[URLPattern | URLResolver] = [
    path("factors/", views.factors, name="factors"),
    path("factors/supplies/new/", views.supply_new, name="supply-new"),
    path("factors/supplies/<int:pk>/", views.supply, name="supply-detail"),
    path("factors/supplies/<int:pk>/edit/", views.supply_edit, name="supply-edit"),
    path("factors/supplies/<int:pk>/history/", history_view(SUPPLIES), name="supply-history"),
    path("factors/supplies/<int:pk>/move/", views.supply_move, name="supply-move"),
    path("factors/supplies/<int:pk>/done/", views.supply_done, name="supply-done"),
    path("factors/supplies/<int:pk>/book/", views.supply_book, name="supply-book"),
    path("factors/supplies/<int:pk>/remove/", views.supply_remove, name="supply-remove"),
    path("factors/demands/new/", views.demand_new, name="demand-new"),
    path("factors/demands/<int:pk>/", views.demand, name="demand-detail"),
    path("factors/demands/<int:pk>/edit/", views.demand_edit, name="demand-edit"),
    path("factors/demands/<int:pk>/history/", history_view(DEMANDS), name="demand-history"),
    path("factors/demands/<int:pk>/book/", views.demand_book, name="demand-book"),
    path("factors/demands/<int:pk>/remove/", views.demand_remove, name="demand-remove"),
    path("factors/bookings/<int:pk>/release/", views.booking_release, name="booking-release"),
]
