"""导入: a table of new items is read and shown first; only then are they opened."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.ledger.track import Track
from lvlian.site.ledger import bringing, saying, selectors_items
from lvlian.site.ledger.actions.bringing import bring
from lvlian.site.ledger.views.ledger import known_track
from lvlian.site.lists.sheets import BadFile
from lvlian.site.org.access import Access, page

LARGEST = 5_000_000
HOLDS = 3600
"""Seconds for which what was shown may be written."""
SALT = "ledger-bring"
SHOWN = 100


@require_http_methods(["GET", "POST"])
@page("record.import")
def ledger_bring(request: HttpRequest, track: str) -> HttpResponse:
    """A file is read and shown (`file`); what was shown is written (`rows`, signed). `?template=1` is the empty table."""
    access: Access = request.access  # type: ignore[attr-defined]
    known, region = known_track(track), access.region
    if region is None or not access.may_in("record.import", region) or not access.may_in("item.open", region):
        raise PermissionDenied("record.import")
    context: dict[str, Any] = {
        "track": known, "name": saying.words(known.name), "noun": saying.words(known.noun), "headers": bringing.headers(known),
        "stages": [saying.words(one.name) for one in known.stages],
    }  # fmt: skip
    if request.method == "GET":
        return (
            _template(known.key, context)
            if "template" in request.GET
            else render(request, "ledger/bring.html", context)
        )
    mark = [access.user.pk if access.user else 0, region.pk, known.key]
    if "rows" in request.POST:
        try:
            who, name, rows = signing.loads(request.POST["rows"], salt=SALT, max_age=HOLDS)
            if who != mark:
                raise signing.BadSignature
            made = bring(access, region, known, rows, name)
        except signing.BadSignature:
            context["fault"] = {"where": _("这份预览已过时"), "found": "", "expected": _("重新上传再写入")}
            return render(request, "ledger/bring.html", context, status=422)
        except Refused as refused:
            context["fault"] = {
                "where": say_refused(refused, saying.language(), known),
                "found": "",
                "expected": _("改过再上传"),
            }
            return render(request, "ledger/bring.html", context, status=422)
        messages.success(request, _("立了 %(n)d 项") % {"n": len(made)}, extra_tags=f"word:{_('已立项')}")
        return redirect("ledger-track", track=known.key)
    file = request.FILES.get("file")
    if file is None or file.size is None or file.size > LARGEST:
        context["fault"] = {"where": _("文件"), "found": "", "expected": _("5 MB 以内的 .xlsx 或 .csv")}
        return render(request, "ledger/bring.html", context, status=422)
    names = selectors_items.known_names(access, region.pk, known)
    units = {pk: name for name, pk in names.units.items()}
    try:
        brought = bringing.read(known, str(file.name), file.read(), names)
    except BadFile as bad:
        context["fault"] = {"where": bad.where, "found": bad.found, "expected": bad.expected}
        return render(request, "ledger/bring.html", context, status=422)
    context |= {
        "brought": brought,
        "file": str(file.name)[:120],
        "shown": [_told(known, row, units) for row in brought.rows[:SHOWN]],
        "total": len(brought.rows),
    }
    if brought.rows and not brought.faults:
        context["rows"] = signing.dumps([mark, str(file.name)[:120], brought.rows], salt=SALT, compress=True)
    return render(request, "ledger/bring.html", context, status=422 if brought.faults else 200)


def _told(track: Track, row: dict[str, Any], units: dict[int, str]) -> dict[str, Any]:
    """A row as the preview shows it."""
    return {
        "title": row["title"], "stage": saying.stage_name(track, row["stage"]), "due": row["due"],
        "units": _("、").join(units.get(pk, "") for pk in dict.fromkeys([*([row["lead"]] if row["lead"] else []), *row["units"]])),
    }  # fmt: skip


def _template(key: str, context: dict[str, Any]) -> HttpResponse:
    out = io.StringIO()
    csv.writer(out).writerow(context["headers"].values())
    answer = HttpResponse(("\ufeff" + out.getvalue()).encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(context['name'])}.csv"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
