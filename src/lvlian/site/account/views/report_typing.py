"""Typing a report into the page: what the form asks, with last month beside it; for a small firm and a telephone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lvlian.chain.report.item import previous_month
from lvlian.site.account import forms_reports as typing_
from lvlian.site.account import intake_reports as intake
from lvlian.site.account import saying_reports as words
from lvlian.site.account import selectors_reports as reads
from lvlian.site.account.actions.filings import FilingError, file_report
from lvlian.site.account.report_rules import due_on
from lvlian.site.account.views.reports import month_of
from lvlian.site.frame import today
from lvlian.site.org.access import Access, page


@require_http_methods(["GET", "POST"])
@page("report.file")
def typing(request: HttpRequest, firm_id: int) -> HttpResponse:
    """The form of one firm and month. What is typed is filed at once where nothing is wrong and nothing is doubtful."""
    from lvlian.chain.report.form import answers

    access: Access = request.access  # type: ignore[attr-defined]
    month = month_of(request)
    works = reads.own_works(access, firm_id)
    desk = reads.desk_of(access, works.firm.region) if works is not None else None
    if works is None or desk is None or month > f"{today():%Y-%m}":
        raise Http404
    said = [one for one in reads.said_by(access, desk, (month, previous_month(month))) if one.party == works.key]
    form = reads.form_for(desk, works.key, month, [one for one in said if one.month != month])
    own = answers(form, said)
    last = reads.form_for(desk, works.key, previous_month(month), ())
    before = answers(last, said)
    typed = typing_.filled(desk, form, own, before)
    context: dict[str, Any] = {
        "works": works, "firm": works.firm, "month": month, "previous": previous_month(month), "typed": typed, "due": due_on(month),
        "invented": desk.whole.simulated,
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "account/report_type.html", context)
    typing_.read(desk, form, typed, request.POST)
    if request.POST.get("seen", typed.seen) != typed.seen:
        return render(request, "account/report_type.html", {**context, "moved": _moved(typed)}, status=409)
    if typed.faults:
        return render(request, "account/report_type.html", context, status=422)
    found = intake.compared(access, desk, typed.said, whole=False)
    new = [change.new for change in found.changes if change.kind != "unchanged" and change.new is not None]
    if not new:
        messages.warning(request, _("没有改动，没有报送"))
        return redirect(f"{request.path}?month={month}")
    digest = intake.digest_of(found)
    if found.doubts and request.POST.get("checked") != digest:
        places = {one.facts[0].section.rpartition(" › ")[2]: _told(one) for one in found.doubts}
        typing_.doubt_at(typed, places)
        asked = {"doubts": [_told(one) for one in found.doubts], "digest": digest}
        return render(request, "account/report_type.html", {**context, **asked}, status=422)
    try:
        filing = file_report(
            access,
            works.firm,
            month,
            new,
            keys=reads.firms_named(desk),
            source=_("网页填报"),
            simulated=desk.whole.simulated,
        )
    except FilingError as error:
        return render(request, "account/report_type.html", {**context, "fault": str(error)}, status=422)
    messages.success(
        request, _("%(firm)s %(month)s 已报送 %(n)d 个数") % {"firm": works.firm, "month": month, "n": len(new)}
    )
    return redirect("report-detail", pk=filing.pk)


def _told(one: Any) -> str:
    sentence = one.message_en if words.english() else one.message_zh
    return f"{sentence} {'；'.join(one.arithmetic)}".strip()


def _moved(typed: typing_.Typed) -> list[dict[str, str]]:
    """What stands now beside what was typed, where they differ."""
    out = []
    for one in typed.entries:
        now = "" if one.held is None else f"{typing_.shown_in(one.held.value, one.item):.12g} {one.item.unit}"
        mine = f"{one.value} {one.unit}" if one.value else ""
        if now != mine:
            out.append({"label": one.label, "now": now, "mine": mine})
    return out
