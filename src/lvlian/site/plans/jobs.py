"""Jobs of this room: reading a document that was uploaded, and the second reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.site.jobs import Progress, job
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.models import StoredFile
from lvlian.site.plans.actions.documents import load_document
from lvlian.site.plans.models import Plan


@job("plan")
def load(access: Access, arguments: Mapping[str, Any], progress: Progress) -> Mapping[str, Any]:
    """`file` is the StoredFile that was uploaded, `plan` the plan of which it is a new version, if any."""
    file = scoped(StoredFile, access).select_related("region").get(pk=arguments["file"])
    plan = scoped(Plan, access).get(pk=arguments["plan"]) if arguments.get("plan") else None
    version = load_document(access, file.region, file.name, bytes(file.content), plan=plan, progress=progress)
    url = reverse("plan-detail", args=[version.plan_id])
    if plan is not None:
        url = reverse("plan-difference", args=[version.plan_id])
    count = version.facts.count()
    return {
        "message": _("读得 %(facts)d 条事实、%(findings)d 条自查。")
        % {"facts": count, "findings": version.findings.count()},
        "url": url,
        "url_label": version.plan.title,
    }
