"""Jobs of this room: reading a document that was uploaded, and the second reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.site.jobs import Progress, job
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import StoredFile
from lvlian.site.plans.actions.documents import drop_upload, keep_second_reading, load_document
from lvlian.site.plans.models import Fact, Finding, Plan
from lvlian.site.plans.refusal import PlanError, sentence
from lvlian.site.plans.selectors import rows_of


@job("plan")
def load(access: Access, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """`file` is the StoredFile that was uploaded, `plan` the plan of which it is a new version, if any."""
    file = scoped(StoredFile, access).select_related("region").get(pk=arguments["file"])
    plan = scoped(Plan, access).get(pk=arguments["plan"]) if arguments.get("plan") else None
    try:
        version = load_document(access, file.region, file.name, bytes(file.content), plan=plan, progress=progress)
    except Exception as error:
        drop_upload(access, file)
        if isinstance(error, ValueError):
            raise PlanError(sentence(error)) from None
        raise
    url = reverse("plan-detail", args=[version.plan_id])
    if plan is not None:
        url = reverse("plan-difference", args=[version.plan_id])
    return {
        "message": _("读得 %(facts)d 条事实、%(findings)d 条自查。")
        % {
            "facts": scoped(Fact, access).filter(version=version).count(),
            "findings": scoped(Finding, access).filter(version=version).count(),
        },
        "url": url,
        "url_label": version.plan.title,
    }


@job("second-reader")
def read_twice(access: Access, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """Has the version in force of a plan read by the second reader, and lists where the two do not agree."""
    from lvlian.plan.second_reader import parts_of, read_again
    from lvlian.site.plans.reading import plan_facts
    from lvlian.site.plans.second import endpoint_of

    plan = scoped(Plan, access).select_related("current").get(pk=arguments["plan"])
    endpoint, version = endpoint_of(), plan.current
    if endpoint is None or version is None or not version.text:
        raise PlanError(_("没有配置第二读者，或没有正文可读。"))
    version.plan = plan
    facts, _ordered = plan_facts(version, rows_of(access, version))
    total, done = len(parts_of(facts)), 0

    def told() -> None:
        nonlocal done
        done += 1
        progress(_("第二读者"), min(done, total), total)

    progress(_("第二读者"), 0, total)
    reading = read_again(facts, endpoint, told=told)
    keep_second_reading(access, version, reading, endpoint.model)
    return {
        "message": _("读完，拒收 %(refused)d 条。") % {"refused": len(reading.refused)},
        "url": reverse("plan-readers", args=[plan.pk]),
        "url_label": plan.title,
    }
