"""Bringing reports in: one file or many, what they would change, and the filing, whole or not at all."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lvlian.site.account import saying_reports as words
from lvlian.site.account import selectors_reports as reads
from lvlian.site.account.actions.filings import keep_report
from lvlian.site.account.intake_reports import problem_sheet
from lvlian.site.jobs.actions import start_job
from lvlian.site.ledger.actions.evidence import file_name
from lvlian.site.lists.exporting import FORMATS
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Job

MOST_FILES = 100
"""What the site's parser of forms takes at once."""
PATIENCE = 2.0
"""Seconds that the answer waits for the job: most reports are read by then, and no page of progress is needed."""
DONE = Job.State.DONE
OPEN = (Job.State.WAITING, Job.State.RUNNING)


@require_http_methods(["GET", "POST"])
@page("report.file")
def upload(request: HttpRequest) -> HttpResponse:
    """The upload. The files are kept, and a job reads them."""
    access: Access = request.access  # type: ignore[attr-defined]
    desk = reads.desk_here(access)
    if desk is None or not desk.works:
        return render(request, "account/report_upload.html", {"empty": True})
    context: dict[str, Any] = {
        "desk": desk,
        "firms": list(desk.firms.values()),
        "bound": desk.bound,
        "most": MOST_FILES,
    }
    if request.method == "GET":
        return render(request, "account/report_upload.html", context)
    brought = request.FILES.getlist("files")
    fault = _fault(brought)
    if fault:
        return render(request, "account/report_upload.html", {**context, "fault": fault}, status=422)
    names = [file_name(file.name or "?") for file in brought]
    kept = [keep_report(access, desk.region, name, file.read()) for name, file in zip(names, brought, strict=True)]
    arguments = {
        "files": [one.pk for one in kept], "names": names, "whole": request.POST.get("whole") == "1", "step": "preview",
    }  # fmt: skip
    title = names[0] if len(names) == 1 else _("%(name)s 等 %(n)d 份") % {"name": names[0], "n": len(names)}
    job = start_job(access, "report", _("报表：%(name)s") % {"name": title}, desk.region, arguments)
    return _to(job)


def _fault(brought: list[Any]) -> dict[str, str] | None:
    if not brought:
        return {"where": _("没有选文件"), "found": "", "expected": _(".xlsx、.csv 或 .json")}
    if len(brought) > MOST_FILES:
        found = _("%(n)d 份") % {"n": len(brought)}
        return {"where": _("一次上传"), "found": found, "expected": _("不超过 %(n)d 份") % {"n": MOST_FILES}}
    most = settings.ENVIRONMENT.upload_mb * 1_000_000
    size = sum(file.size for file in brought)
    if size > most:
        where = brought[0].name if len(brought) == 1 else _("这些文件")
        return {"where": where, "found": f"{size / 1e6:.0f} MB", "expected": f"≤ {most / 1e6:.0f} MB"}
    return None


def _to(job: Job) -> HttpResponse:
    """To the difference where the job is soon through, else to its progress."""
    until = monotonic() + PATIENCE
    while job.state in OPEN and monotonic() < until:
        sleep(0.05)
        job.refresh_from_db()
    return redirect("report-preview", job.pk) if job.state == DONE else redirect("job", job.pk)


def _job(request: HttpRequest, job_id: UUID) -> Job:
    """A reading of reports that is the user's own. Raises Http404."""
    job = reads.reading_of(request.access, job_id)  # type: ignore[attr-defined]
    if job is None:
        raise Http404
    return job


@require_http_methods(["GET", "POST"])
@page("report.file")
def preview(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The difference; a POST files it."""
    access: Access = request.access  # type: ignore[attr-defined]
    job = _job(request, job_id)
    if job.state != DONE:
        return redirect("job", job.pk)
    result = job.result
    if result.get("filed") is not None:
        return _filed(request, result)
    counts = result.get("counts", {})
    total = sum(counts.get(kind, 0) for kind in ("added", "changed", "withdrawn"))
    if request.method == "POST":
        if result["problem_count"] or not total:
            messages.error(request, _("没有可以报送的；先改好再上传"))
            return redirect(request.path)
        arguments = {key: result[key] for key in ("files", "names", "whole", "digest")}
        done = start_job(access, "report", job.title, job.region, {**arguments, "step": "file"})
        if done.state == Job.State.FAILED:
            messages.error(request, done.message)
            return redirect(request.path)
        answer = _to(done)
        if done.state == DONE:
            messages.success(request, done.message)
        return answer
    shown = {
        "job": job, "result": result, "total": total, "language": "en" if words.english() else "zh",
        "several": len(result.get("reports", ())) > 1,
    }  # fmt: skip
    return render(request, "account/report_preview.html", shown)


def _filed(request: HttpRequest, result: dict[str, Any]) -> HttpResponse:
    filed = result["filed"]
    if len(filed) == 1:
        return redirect("report-detail", pk=filed[0]["pk"])
    return render(request, "account/report_filed.html", {"filed": filed})


@require_GET
@page("report.file")
def problems(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What is wrong, as a workbook."""
    job = _job(request, job_id)
    found = job.result.get("problems")
    if not found:
        raise Http404
    heads = (_("文件"), _("表"), _("单元格"), _("问题"))
    content = problem_sheet(found, "en" if words.english() else "zh", heads)
    return attachment(content, f"{_('报表问题')}.xlsx", FORMATS["xlsx"])
