"""激励: who gets what, how much, until when; by whom it is for, amounts with their unit as printed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from lvlian.site.org.access import Access, page
from lvlian.site.pages import selectors_incentives as reads
from lvlian.site.pages.narrowing import Narrowing
from lvlian.site.pages.selectors_projects import plans_here

SIZE = 50


@require_GET
@page("record.read")
def incentives(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    narrowing = Narrowing(request.GET)
    words = narrowing.told("q", _("含"))
    plan = narrowing.choice("plan", _("规划"), [(p.pk, p.title) for p in plans_here(access)])
    amount = narrowing.choice("amount", _("数额"), [("yes", _("写明")), ("no", _("未写"))])
    within = reads.narrowed(access, plan=int(plan) if plan else None, with_amount=amount, words=words)
    counts = reads.kind_counts(within)
    kind = narrowing.choice(
        "kind", pgettext("incentive", "对象"), [(key, reads.NAMES[key], n) for key, n in counts.items()]
    )
    rows = reads.in_order(within.filter(kind=kind) if kind else within)
    found = narrowing.page(rows, SIZE, counts.get(kind, 0) if kind else sum(counts.values()))
    shown = reads.benefits(access, found.object_list)
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "found": found,
        "groups": [
            {"key": key, "name": reads.NAMES[key], "rows": list(rows), "total": counts.get(key, 0)}
            for key, rows in groupby(shown, key=lambda one: one.kind)
        ],
        "several": len({one.record.region_id for one in shown}) > 1,
    }
    return render(request, "pages/incentives.html", context)
