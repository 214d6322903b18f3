"""Pages of jobs: my jobs, one job with its progress, the stop button."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lvlian.site.jobs.actions import stop_job
from lvlian.site.jobs.selectors import own_job, own_jobs, standing_of
from lvlian.site.org.access import page


@require_safe
@page("page.see")
def jobs(request: HttpRequest) -> HttpResponse:
    """The user's jobs."""
    found = own_jobs(request.access, request.GET.get("page", 1))  # type: ignore[attr-defined]
    rows = [{"job": job, "standing": standing_of(job)} for job in found.object_list]
    return render(request, "jobs/jobs.html", {"page": found, "rows": rows})


@require_safe
@page("page.see")
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job. Its own page asks again each second while it is open, and gets the progress alone."""
    row = own_job(request.access, job_id)  # type: ignore[attr-defined]
    return _shown(request, row)


@require_safe
@page("page.see")
def state(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job as JSON."""
    row = own_job(request.access, job_id)  # type: ignore[attr-defined]
    answer = JsonResponse(asdict(standing_of(row)), json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@page("page.see")
def stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Stops one's own job."""
    row = own_job(request.access, job_id)  # type: ignore[attr-defined]
    stop_job(request.access, row)  # type: ignore[attr-defined]
    row.refresh_from_db()
    if request.headers.get("HX-Request"):
        return _shown(request, row)
    return redirect("job", job_id=job_id)


def _shown(request: HttpRequest, row: object) -> HttpResponse:
    standing = standing_of(row)  # type: ignore[arg-type]
    name = "jobs/standing.html" if request.headers.get("HX-Request") else "jobs/job.html"
    answer = render(request, name, {"job": row, "standing": standing})
    answer["Cache-Control"] = "no-store"
    return answer
