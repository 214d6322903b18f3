"""What of people and audit takes longer than a request: verifying a long chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.site.jobs import Progress, job
from lvlian.site.org.access import Access
from lvlian.site.org.actions.audit import verify_chain
from lvlian.site.org.selectors_audit import length_of_chain


@job("verify", steps=(gettext_lazy("校验"),))
def verify_all(access: Access, arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """The whole chain, record by record."""
    length = length_of_chain()
    verdict = verify_chain(access, progress=lambda done: progress(_("校验"), done, length))
    if verdict.faults:
        message = _("对不上：%s") % _("；").join(verdict.faults)
    else:
        message = _("%(records)d 条全部对得上，末条散列 %(root)s") % {"records": verdict.records, "root": verdict.root}
    return {"message": message[:1000], "url": "/audit/", "url_label": _("回到审计")}
