"""Addresses of jobs: my jobs, one job, its state as JSON, its stop button."""

from __future__ import annotations

from django.urls import path

from lvlian.site.jobs import views

urlpatterns = [
    path("jobs/", views.jobs, name="jobs"),
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/state/", views.state, name="job-state"),
    path("jobs/<uuid:job_id>/stop/", views.stop, name="job-stop"),
]
