"""Addresses of the works: what firms can make, and who supplies whom."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.account.views import works

urlpatterns: list[URLPattern | URLResolver] = [
    path("works/", works.works, name="works"),
    path("works/export.xlsx", works.export, name="works-export"),
    path("works/links/add/", works.link_add, name="works-link-add"),
    path("works/links/<int:link_id>/remove/", works.link_remove, name="works-link-remove"),
    path("works/<int:firm_id>/", works.edit, name="works-edit"),
]
