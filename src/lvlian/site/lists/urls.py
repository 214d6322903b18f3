"""Addresses of the lists and of the record pages: the same places for every model."""

from __future__ import annotations

from django.urls import URLPattern, path

from lvlian.site.lists import bulk_views, import_views, record_views, views
from lvlian.site.lists.exporting import FORMATS
from lvlian.site.lists.registry import specs
from lvlian.site.lists.spec import ListSpec

LISTS = {
    "goals": "goals/list/", "projects": "projects/list/", "milestones": "milestones/", "duties": "duties/list/",
    "incentives": "incentives/list/", "chains": "chains/", "facts": "facts/", "findings": "findings/list/",
    "plans": "plans/list/", "firms": "firms/", "units": "units/", "regions": "regions/", "people": "people/list/",
    "audit": "audit/list/", "supplies": "factors/supplies/list/", "demands": "factors/demands/list/", "items": "items/",
}  # fmt: skip
"""Where each list lives."""
RECORDS = {
    "goals": "goals/", "projects": "projects/", "milestones": "milestones/", "duties": "duties/",
    "incentives": "incentives/", "chains": "chains/", "facts": "facts/record/", "findings": "findings/", "firms": "firms/",
    "units": "units/", "regions": "regions/",
}  # fmt: skip
"""Where its records live; the address `facts/5/` is that of the fact in its plan."""


def addresses(spec: ListSpec) -> list[URLPattern]:
    """Every address of a list."""
    base, name = LISTS[spec.key], spec.name
    out = [
        path(base, views.list_view(spec), name=f"{name}-list"),
        path(f"{base}views/", views.save_view(spec), name=f"{name}-view-save"),
        path(f"{base}views/<int:pk>/remove/", views.remove_view(spec), name=f"{name}-view-remove"),
        *(path(f"{base}export.{kind}", views.export_view(spec, kind), name=f"{name}-{kind}") for kind in FORMATS),
    ]
    if spec.bulk_fields:
        out.append(path(f"{base}bulk/", bulk_views.bulk_view(spec), name=f"{name}-bulk"))
    if spec.import_fields:
        out += [
            path(f"{base}import/", import_views.import_view(spec), name=f"{name}-import"),
            path(f"{base}import/template.xlsx", import_views.template_view(spec), name=f"{name}-import-template"),
            path(f"{base}import/<uuid:job_id>/", import_views.preview_view(spec), name=f"{name}-import-preview"),
            path(
                f"{base}import/<uuid:job_id>/marked.xlsx", import_views.marked_view(spec), name=f"{name}-import-marked"
            ),
        ]
    if spec.key in RECORDS:
        at = f"{RECORDS[spec.key]}<int:pk>/"
        out += [
            path(at, record_views.record_view(spec), name=f"{name}-detail"),
            path(f"{at}history/", record_views.history_view(spec), name=f"{name}-history"),
        ]
        if spec.edit_fields:
            out.append(path(f"{at}edit/", record_views.edit_view(spec), name=f"{name}-edit"))
    return out


urlpatterns = [one for spec in specs().values() for one in addresses(spec)]
urlpatterns += [
    path("comments/<str:model>/<int:pk>/add/", record_views.comment_add, name="comment-add"),
    *(path(LISTS[key], views.list_view(specs()[key]), name=key) for key in ("firms", "units", "regions")),
]
