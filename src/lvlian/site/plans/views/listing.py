"""The list of plans, bringing a document, attaching an original, switching versions."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lvlian.site import jobs
from lvlian.site.org.access import Access, page, scoped
from lvlian.site.org.chain import Conflict
from lvlian.site.org.models import Region
from lvlian.site.plans import selectors
from lvlian.site.plans.actions.documents import attach_original, check_size, store_upload, switch_version
from lvlian.site.plans.refusal import PlanError, sentence


@require_safe
@page("plan.read")
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan of the region and below: how far its review is, what does not add up."""
    access: Access = request.access  # type: ignore[attr-defined]
    rows = selectors.plans_here(access)
    return render(request, "plans/plans.html", {"rows": rows, "may_upload": access.may("plan.upload")})


@require_http_methods(["GET", "HEAD", "POST"])
@page("plan.upload")
def plan_upload(request: HttpRequest) -> HttpResponse:
    """Takes a document and starts a job that reads it. `?plan=` makes it a new version of that plan."""
    access: Access = request.access  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("plan", "")
    plan = selectors.plan_of(access, int(asked)) if asked.isdecimal() else None
    region = plan.region if plan is not None else _region(access, given.get("region", ""))
    error, status = "", 200
    if request.method == "POST":
        upload = request.FILES.get("file")
        if region is None or not access.may_in("plan.upload", region):
            raise PermissionDenied("plan.upload")
        try:
            if upload is None:
                raise PlanError(_("先选一个文件。"))
            check_size(upload.name or "", upload.size or 0)
            file = store_upload(access, region, upload.name or "", upload.read())
        except ValueError as told:
            error, status = sentence(told), 422
        else:
            title = _("载入 %(name)s") % {"name": file.name}
            arguments: dict[str, Any] = {"file": file.pk}
            if plan is not None:
                arguments["plan"] = plan.pk
            job = jobs.start(access, "plan", title, region, arguments)
            return redirect("job", job.pk)
    context = {
        "plan": plan,
        "region": region,
        "regions": [one for one in scoped(Region, access).order_by("path")[:400] if access.may_in("plan.upload", one)],
        "error": error,
        "most": settings.ENVIRONMENT.upload_mb,
    }
    return render(request, "plans/upload.html", context, status=status)


def _region(access: Access, asked: str) -> Region | None:
    if asked.isdecimal():
        found: Region = selectors.one(scoped(Region, access), pk=int(asked))
        return found
    return access.region


@require_POST
@page("plan.upload")
def plan_attach(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The original of a plan of which only the facts are at hand: its sentences light up."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    version = selectors.version_of(access, plan)
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise PlanError(_("先选一个文件。"))
        check_size(upload.name or "", upload.size or 0)
        attach_original(access, version, upload.name or "", upload.read())
    except ValueError as told:
        messages.error(request, sentence(told))
    else:
        messages.success(request, _("原句已亮起。"), extra_tags="word:" + str(_("已附上")))
    return redirect("plan-detail", plan.pk)


@require_POST
@page("plan.upload")
def plan_switch(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Another version becomes the one in force."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    number, revision = request.POST.get("version", ""), request.POST.get("revision", "")
    version = selectors.version_of(access, plan, int(number) if number.isdecimal() else None)
    try:
        switch_version(access, plan, int(revision) if revision.isdecimal() else -1, version)
    except Conflict:
        messages.error(request, _("别人先改了这份规划，请看现在是哪一版，再切换。"))
    except PlanError as told:
        messages.error(request, str(told))
    else:
        messages.success(
            request, _("现行版是第 %(n)d 版。") % {"n": version.number}, extra_tags="word:" + str(_("已切换"))
        )
    return redirect(reverse("plan-difference", args=[plan.pk]))
