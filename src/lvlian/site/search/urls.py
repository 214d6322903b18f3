"""Addresses of the search page and of what appears below the box."""

from __future__ import annotations

from django.urls import path

from lvlian.site.search import views

urlpatterns = [
    path("search/", views.found, name="search"),
    path("search/suggestions/", views.suggestions, name="search-suggestions"),
]
