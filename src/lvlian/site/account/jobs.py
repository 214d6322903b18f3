"""The job that reads reports: once to show what they would change, once more to file them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lvlian.site.account import intake_reports as intake
from lvlian.site.account.actions.filings import FilingError, file_many
from lvlian.site.account.selectors_reports import desk_here, firms_named, kept_upload
from lvlian.site.jobs.registry import job
from lvlian.site.org.access import Access


class Moved(ValueError):
    """What is held changed between the preview and the filing."""


@job("report")
def run(access: Access, arguments: Mapping[str, Any], progress: Any) -> Mapping[str, Any]:
    """Preview or file, by `step`. The result of a preview is what its page shows. Raises FilingError, Moved, PermissionDenied."""
    access.need("report.file")
    desk = desk_here(access)
    kept = [kept_upload(pk) for pk in arguments["files"]]
    names = list(arguments["names"])
    if desk is None or None in kept:
        raise FilingError(_("文件不在了，请重新上传。"))
    files = [one for one in kept if one is not None]
    whole = bool(arguments.get("whole"))
    progress(_("读报表"), 0, len(files))
    contents = [(name, bytes(one.content)) for name, one in zip(names, files, strict=True)]
    brought = intake.read_files(desk, contents)
    common = {"files": [one.pk for one in files], "names": names, "whole": whole, "step": arguments["step"]}
    if job_id := getattr(progress, "job_id", ""):
        common |= {"url": reverse("report-preview", args=[job_id]), "url_label": _("看差别")}
    if brought.count:
        found = ngettext("有 %(n)d 处不对，什么也没有报送", "有 %(n)d 处不对，什么也没有报送", brought.count)
        return {
            **common, "step": "preview", "problems": intake.problems_told(brought), "problem_count": brought.count,
            "message": found % {"n": brought.count},
        }  # fmt: skip
    progress(_("与现有报数比"), 0, 1)
    difference = intake.compared(access, desk, brought.said, whole=whole)
    if arguments["step"] == "preview":
        return {
            **common, **intake.told(desk, difference), "problems": [], "problem_count": 0, "skipped": brought.skipped,
            "simulated": bool(brought.simulated), "message": _("可以报送，还没有报"),
        }  # fmt: skip
    if intake.digest_of(difference) != arguments["digest"]:
        raise Moved(_("预览之后有人报过这些数；什么也没有报送，请重新预览。"))
    progress(_("报送"), 0, 1)
    reports = []
    firms = desk.firms
    for party, month, places in intake.groups_of(brought.said, difference):
        number = brought.at[places[0]]
        simulated = any(place in brought.simulated for place in places)
        said = [brought.said[place] for place in places]
        reports.append((firms[party], month, said, files[number], names[number], simulated))
    filed = file_many(access, reports, firms_named(desk), whole=whole)
    done = [{"pk": one.pk, "firm": str(one.firm), "month": one.month, "number": one.number} for one in filed]
    message = ngettext("已报送 %(n)d 份", "已报送 %(n)d 份", len(done)) % {"n": len(done)}
    return {**common, "filed": done, "message": message}
