"""Addresses of the pages of a region."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.pages import duties, findings, goals, incentives, overview, projects

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("pins/", overview.pins, name="overview-pins"),
    path("goals/", goals.goals, name="goals"),
    path("projects/", projects.projects, name="projects"),
    path("projects/<int:pk>/milestones/", projects.project_milestones, name="project-milestones"),
    path("milestones/<int:pk>/move/", projects.milestone_move, name="milestone-move"),
    path("milestones/<int:pk>/done/", projects.milestone_done, name="milestone-done"),
    path("duties/", duties.duties, name="duties"),
    path("incentives/", incentives.incentives, name="incentives"),
    path("findings/", findings.findings, name="findings"),
    path("findings/<int:pk>/decide/", findings.finding_decide, name="finding-decide"),
]
