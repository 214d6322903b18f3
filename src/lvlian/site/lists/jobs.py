"""The job that reads a table: once to show what it would do, once more to do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lvlian.site.jobs.registry import job
from lvlian.site.lists import actions_import
from lvlian.site.lists.difference import in_words
from lvlian.site.lists.registry import spec_of
from lvlian.site.lists.selectors import file_of
from lvlian.site.lists.sheets import BadFile
from lvlian.site.org.access import Access

SHOWN = 200
"""Records of each kind that the preview lists; the counts are of all."""
FAULTS_SHOWN = 300


@job("import")
def run(access: Access, arguments: Mapping[str, Any], progress: Any) -> Mapping[str, Any]:
    """Preview or write, by `step`. The result of a preview is what its page shows."""
    spec = spec_of(arguments["list"])
    access.need(spec.import_permission)
    file, region, remove = file_of(access, arguments["file"]), access.region, bool(arguments.get("remove"))
    if file is None or region is None:
        raise BadFile(str(arguments["file"]), _("文件不在了"), _("重新上传"))
    common = {"list": spec.key, "file": file.pk, "name": file.name, "remove": remove, "step": arguments["step"]}
    if job_id := getattr(progress, "job_id", ""):
        common |= {"url": reverse(f"{spec.name}-import-preview", args=[job_id]), "url_label": _("看差别")}
    if arguments["step"] == "apply":
        done = actions_import.apply(access, spec, file, region, remove, arguments["digest"], progress)
        return {
            **common, **done, "message": told(done), "url": reverse(f"{spec.name}-list"), "url_label": str(spec.title),
        }  # fmt: skip
    try:
        intake, difference, register = actions_import.preview(access, spec, file, region, remove, progress)
    except BadFile as bad:
        fault = {"sheet": bad.where, "cell": "", "found": bad.found, "expected": bad.expected}
        return {
            **common,
            "faults": [fault],
            "fault_count": 1,
            "unreadable": True,
            "message": _("读不了，什么也没有写入"),
        }
    counts = {kind: len(difference.of(kind)) for kind in ("added", "changed", "removed")}
    faults = [{"sheet": f.sheet, "cell": f.cell, "found": f.found, "expected": f.expected} for f in intake.faults]
    return {
        **common, **counts, "same": difference.same, "proposed": difference.proposed, "remarks": intake.remarks,
        "digest": difference.digest(), "faults": faults[:FAULTS_SHOWN], "fault_count": len(intake.faults) + intake.more,
        "shown": [
            line
            for kind in ("removed", "changed", "added")
            for line in in_words(spec, difference.of(kind)[:SHOWN], register.labels)
        ],
        "message": _("有 %(n)d 处不对，什么也没有写入") % {"n": len(intake.faults) + intake.more} if faults else _("可以写入，还没有写"),
    }  # fmt: skip


def told(done: Mapping[str, int]) -> str:
    """What was written, in one sentence."""
    parts = [_("新增 %(n)d 条") % {"n": done["added"]}, _("变更 %(n)d 条") % {"n": done["changed"]}]
    if done["removed"]:
        parts.append(_("移出 %(n)d 条") % {"n": done["removed"]})
    if done["proposed"]:
        parts.append(_("待第二人确认 %(n)d 条") % {"n": done["proposed"]})
    return _("，").join(parts)
