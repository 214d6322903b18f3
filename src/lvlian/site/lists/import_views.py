"""Pages of bringing a table in: the template, the upload, the difference, the writing, the table with its faults marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lvlian.site.jobs.actions import start_job
from lvlian.site.lists import actions_import, selectors
from lvlian.site.lists.exporting import FORMATS
from lvlian.site.lists.intake import headers
from lvlian.site.lists.sheets import BadFile
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.templates_out import marked, template
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Job

View = Callable[..., HttpResponse]
DONE = Job.State.DONE


def import_view(spec: ListSpec) -> View:
    """The upload. The file is kept, and a job reads it."""

    @page(spec.import_permission)
    @require_http_methods(["GET", "POST"])
    def upload(request: HttpRequest) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        region = access.region
        may = region is not None and access.may_in(spec.import_permission, region)
        names = actions_import.importable(spec, access)
        context: dict[str, Any] = {
            "spec": spec, "may": may, "headers": headers(spec, names), "key": headers(spec, spec.import_key),
            "removable": spec.removable,
        }  # fmt: skip
        if request.method == "GET" or region is None or not may:
            return render(request, "lists/import.html", context, status=200 if request.method == "GET" else 403)
        file = request.FILES.get("file")
        fault = _fault(file)
        if file is None or fault:
            return render(request, "lists/import.html", {**context, "fault": fault}, status=422)
        kept = actions_import.keep_file(access, spec, region, file.name or "?", file.read())
        arguments = {"list": spec.key, "file": kept.pk, "remove": request.POST.get("remove") == "1", "step": "preview"}
        job = start_job(
            access, "import", _("导入%(list)s：%(file)s") % {"list": spec.title, "file": kept.name}, region, arguments
        )
        return _to(spec, job)

    return upload


def _fault(file: Any) -> dict[str, str] | None:
    if file is None:
        return {"where": _("没有选文件"), "found": "", "expected": _(".xlsx 或 .csv")}
    most = settings.ENVIRONMENT.upload_mb * 1_000_000
    if file.size > most:
        return {"where": file.name, "found": f"{file.size / 1e6:.0f} MB", "expected": f"≤ {most / 1e6:.0f} MB"}
    return None


def _to(spec: ListSpec, job: Job) -> HttpResponse:
    """To the difference where the job is through, else to its progress."""
    if job.state == DONE:
        return redirect(f"{spec.name}-import-preview", job.pk)
    return redirect("job", job.pk)


def _job(spec: ListSpec, request: HttpRequest, job_id: Any) -> Job:
    """A job of this list that is the user's own. Raises Http404."""
    job = selectors.job_of(request.access, job_id)  # type: ignore[attr-defined]
    if job is None or job.arguments.get("list") != spec.key:
        raise Http404
    return job


def preview_view(spec: ListSpec) -> View:
    """The difference; a POST writes it."""

    @page(spec.import_permission)
    @require_http_methods(["GET", "POST"])
    def preview(request: HttpRequest, job_id: Any) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        job = _job(spec, request, job_id)
        if job.state != DONE:
            return redirect("job", job.pk)
        result = job.result
        if result.get("step") == "apply":
            return render(request, "lists/imported.html", {"spec": spec, "job": job, "result": result})
        total = sum(result.get(kind, 0) for kind in ("added", "changed", "removed"))
        if request.method == "POST":
            if result.get("faults") or not total:
                messages.error(request, _("没有可以写入的；先改好再上传"))
                return redirect(request.path)
            arguments = {key: result[key] for key in ("list", "file", "remove", "digest")}
            done = start_job(access, "import", job.title, job.region, {**arguments, "step": "apply"})
            if done.state == Job.State.FAILED:
                messages.error(request, done.message)
                return redirect(request.path)
            return _to(spec, done)
        return render(request, "lists/preview.html", {"spec": spec, "job": job, "result": result, "total": total})

    return preview


def template_view(spec: ListSpec) -> View:
    """An empty table with the right headers, or one filled with what stands."""

    @page(spec.import_permission)
    @require_GET
    def download(request: HttpRequest) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        names = actions_import.importable(spec, access)
        filled = request.GET.get("filled") == "1"
        return attachment(
            template(spec, access, names, filled=filled), f"{spec.title}-{_('导入')}.xlsx", FORMATS["xlsx"]
        )

    return download


def marked_view(spec: ListSpec) -> View:
    """The table that was brought, with what is wrong in red and said in comments."""

    @page(spec.import_permission)
    @require_GET
    def download(request: HttpRequest, job_id: Any) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        job = _job(spec, request, job_id)
        file = selectors.file_of(access, job.arguments.get("file", 0))
        if file is None:
            raise Http404
        try:
            sheets, intake, _register = actions_import.read_file(access, spec, file, job.region, lambda *_: None)
            actions_import.compared(access, spec, intake, job.region, False)
        except BadFile:
            raise Http404 from None
        return attachment(
            marked(sheets, intake.faults),
            f"{file.name.rpartition('.')[0] or file.name}-{_('标红')}.xlsx",
            FORMATS["xlsx"],
        )

    return download
