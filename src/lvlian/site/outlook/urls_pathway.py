"""Addresses of the pathway and of the conflicts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.outlook.views import conflicts, pathway

urlpatterns: list[URLPattern | URLResolver] = [
    path("outlook/pathway/", pathway.outlook_pathway, name="outlook-pathway"),
    path("outlook/pathway/others/", pathway.outlook_pathway_others, name="outlook-pathway-others"),
    path("outlook/pathway/front/", pathway.outlook_pathway_front, name="outlook-pathway-front"),
    path("outlook/pathway/run/", pathway.outlook_pathway_run, name="outlook-pathway-run"),
    path("outlook/pathway/take/", pathway.outlook_move_take, name="outlook-move-take"),
    path("outlook/pathway/jobs/<uuid:job_id>/", pathway.job_pathway, name="job-pathway"),
    path("outlook/conflicts/", conflicts.outlook_conflicts, name="outlook-conflicts"),
    path("outlook/conflicts/take/", conflicts.outlook_conflict_take, name="outlook-conflict-take"),
]
