"""Reads of jobs: a person sees the jobs that they started."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse

from lvlian.site.jobs.actions import OPEN, bury
from lvlian.site.jobs.watching import progress_of
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import Job


@dataclass
class Standing:
    """A job as the pages show it: what the part `progress` asks for, and what came of it."""

    id: str
    title: str
    state: str
    state_label: str
    message: str
    url: str
    stop_url: str
    step: int = 0
    steps: int = 0
    step_name: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    seconds: int = 0
    spent: int = 0
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def own_job(access: Access, job_id: UUID) -> Job:
    """A job of the user; one whose worker died is told as failed first. Raises Http404."""
    return bury(get_object_or_404(scoped(Job, access).select_related("region"), pk=job_id))


def own_jobs(access: Access, number: str | int = 1, size: int = 50) -> Page[Any]:
    """A page of the user's jobs, latest first."""
    found = Paginator(scoped(Job, access).select_related("region"), size).get_page(number)
    found.object_list = [bury(job) for job in found.object_list]
    return found


def standing_of(job: Job) -> Standing:
    """How the job stands now."""
    out = Standing(
        id=str(job.pk),
        title=job.title,
        state=job.state,
        state_label=str(job.get_state_display()),
        message=job.message,
        url=reverse("job", args=[job.pk]),
        stop_url=reverse("job-stop", args=[job.pk]),
        made=dict(job.result),
    )
    if job.state == Job.State.RUNNING:
        for name, value in progress_of(out.id).items():
            if hasattr(out, name):
                setattr(out, name, value)
    elif job.begun_at and job.ended_at:
        out.spent = round((job.ended_at - job.begun_at).total_seconds())
    return out
