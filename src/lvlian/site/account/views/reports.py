"""报表: where each firm stands with a month, the forms to fill in, and one filing figure by figure."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.chain.report.item import previous_month
from lvlian.site.account import saying_reports as words
from lvlian.site.account import selectors_reports as reads
from lvlian.site.account.actions import filings as acts
from lvlian.site.account.models import Statement
from lvlian.site.account.report_rules import due_on, last_month, rules
from lvlian.site.account.selectors import said_of
from lvlian.site.account.selectors_reports import Desk, Standing
from lvlian.site.frame import today
from lvlian.site.lists.exporting import FORMATS
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.pages.narrowing import Narrowing

MONTHS_OFFERED = 24
_MONTH = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])")
LIGHTS = {"filed": "ok", "less": "warn", "late": "bad", "waiting": "none"}


def months_offered(access: Access, desk: Desk) -> list[str]:
    """The last months that are over, those that were reported, and the present one."""
    month = f"{today():%Y-%m}"
    found = set(reads.reported_months(access, desk.region)) | {month}
    for _n in range(6):
        month = previous_month(month)
        found.add(month)
    return sorted(found, reverse=True)[:MONTHS_OFFERED]


def month_of(request: HttpRequest) -> str:
    """The month that the address names; the last that is over where it names none. Raises Http404."""
    month = request.GET.get("month", "") or last_month(today())
    if not _MONTH.fullmatch(month):
        raise Http404
    return month


@require_GET
@page("report.file")
def reports(request: HttpRequest) -> HttpResponse:
    """The firms of a month: what was filed, what is missing, what to fill in."""
    access: Access = request.access  # type: ignore[attr-defined]
    desk = reads.desk_here(access)
    narrowing = Narrowing(request.GET)
    if desk is None or not desk.works:
        return render(
            request, "account/reports.html", {"narrowing": narrowing, "empty": True, "may_works": _works(access)}
        )
    month = _chosen(narrowing, months_offered(access, desk))
    found = reads.standings(access, desk, month, today())
    context: dict[str, Any] = {
        "narrowing": narrowing, "month": month, "desk": desk, "bound": desk.bound, "due": due_on(month), "rule": rules(),
        "rows": [row_of(one, desk) for one in found], "may_works": _works(access),
        "filed": sum(one.state in ("filed", "less") for one in found), "figures": sum(one.figures for one in found),
        "late": sum(one.state == "late" for one in found), "language": "en" if words.english() else "zh",
        "invented": any(filing.simulated for one in found for filing in one.filings),
        "mixed": len({filing.simulated for one in found for filing in one.filings}) > 1,
        "previous": previous_month(month), "next": _next(month),
    }  # fmt: skip
    return render(request, "account/reports.html", context)


def _chosen(narrowing: Narrowing, offered: list[str]) -> str:
    """The month of the address, or the last that is over; one of them is always chosen."""
    now = narrowing.read("month")
    if now and now not in offered:
        narrowing.strange.append(f"{_('月份')} {now}")
    month = now if now in offered else last_month(today())
    options = [
        {"label": one, "url": narrowing.address(month=one), "current": one == month, "count": None} for one in offered
    ]
    narrowing.chips.append({"label": _("月份"), "value": month, "remove": "", "options": options})
    return month


def _works(access: Access) -> bool:
    return access.region is not None and access.may_in("works.edit", access.region)


def _next(month: str) -> str:
    """The month after, where it is not one to come."""
    year, number = int(month[:4]), int(month[5:])
    after = f"{year + number // 12}-{number % 12 + 1:02d}"
    return after if after <= f"{today():%Y-%m}" else ""


def row_of(one: Standing, desk: Desk) -> dict[str, Any]:
    """A firm's line: light and word, what is missing by name."""
    state = {"filed": _("已报"), "less": _("比上月少"), "late": _("未报"), "waiting": _("待报")}[one.state]
    return {
        "one": one, "firm": one.works.firm, "kind": words.KIND_WORDS.get(one.works.kind, one.works.kind), "light": LIGHTS[one.state],
        "word": state, "latest": one.latest, "post": one.works.post,
        "missing": [words.item_label(item, desk.told) for item in one.shown_missing], "more": len(one.missing) - len(one.shown_missing),
    }  # fmt: skip


# Forms ----------------------------------------------------------------------------------------------------------------------
def _template(access: Access, desk: Desk, key: str, month: str) -> tuple[str, bytes]:
    from lvlian.brief.report_template import template_bytes

    said = [one for one in reads.said_by(access, desk, (month, previous_month(month))) if one.party == key]
    before = [one for one in said if one.month != month]
    form = reads.form_for(desk, key, month, before)
    filled = [one for one in said if one.month == month]
    content = template_bytes(form, desk.told, words.library(), before=before, filled=filled)
    return f"{desk.firms[key]}-{month}-{_('链账报表')}.xlsx", content


@require_GET
@page("report.file")
def form(request: HttpRequest, firm_id: int) -> HttpResponse:
    """The form of one firm to fill in."""
    access: Access = request.access  # type: ignore[attr-defined]
    month = month_of(request)
    works = reads.own_works(access, firm_id)
    desk = reads.desk_of(access, works.firm.region) if works is not None else None
    if works is None or desk is None or works.key not in desk.works:
        raise Http404
    name, content = _template(access, desk, works.key, month)
    return attachment(content, name, FORMATS["xlsx"])


@require_GET
@page("report.file")
def forms_zip(request: HttpRequest) -> HttpResponse:
    """The forms of all firms that are asked of the month, in one file."""
    access: Access = request.access  # type: ignore[attr-defined]
    month = month_of(request)
    desk = reads.desk_here(access)
    if desk is None:
        raise Http404
    asked = [one for one in reads.standings(access, desk, month, today()) if one.asked]
    if not asked:
        messages.warning(request, _("%(month)s 没有要填的报表。") % {"month": month})
        return redirect("reports")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in asked:
            name, content = _template(access, desk, one.works.key, month)
            packed.writestr(name.replace("/", "_"), content)
    return attachment(out.getvalue(), f"{desk.region}-{month}-{_('链账报表')}.zip", "application/zip")


# One filing -----------------------------------------------------------------------------------------------------------------
@require_GET
@page("record.read")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A filing: every figure as it was given, and what became of it."""
    return _shown(request, pk)


def _shown(request: HttpRequest, pk: int, status: int = 200, **also: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    filing = reads.filing_of(access, pk)
    if filing is None:
        raise Http404
    desk = reads.desk_of(access, filing.firm.region)
    rows = reads.figures_of(access, filing)
    later = reads.replaced_by(access, filing)
    context = {
        "filing": filing, "rows": [_figure(row, desk, later) for row in rows], "others": reads.other_filings(access, filing),
        "counted": sum(row.current for row in rows), "told": sum(not row.withdrawn for row in rows),
        "has_file": reads.has_original(access, filing), "may_file": access.may("report.file", filing.firm),
        "late": filing.filed_at.date() > due_on(filing.month), "due": due_on(filing.month),
        "may_list": access.may("report.file"),
    }  # fmt: skip
    return render(request, "account/report.html", {**context, **also}, status=status)


def _figure(row: Statement, desk: Desk, later: dict[tuple[object, ...], int]) -> dict[str, Any]:
    said = said_of(row, desk.keys)
    number = later.get(reads.key_of(row))
    return {
        "row": row, "label": words.label(said, desk.told), "amount": words.amount(row.value, row.unit, row.item),
        "source": words.source_word(row.source), "place": " › ".join(one for one in (row.file, row.sheet, row.cell) if one),
        "cell": " › ".join(one for one in (row.sheet, row.cell) if one), "later": number,
    }  # fmt: skip


@require_GET
@page("record.read")
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a filing came in, as it was brought."""
    access: Access = request.access  # type: ignore[attr-defined]
    filing = reads.filing_of(access, pk)
    file = reads.original_of(access, filing) if filing is not None else None
    if file is None:
        raise Http404
    return attachment(bytes(file.content), filing.source or file.name, "application/octet-stream")  # type: ignore[union-attr]


@require_POST
@page("report.file")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a filing back, with the reason."""
    access: Access = request.access  # type: ignore[attr-defined]
    filing = reads.filing_of(access, pk)
    if filing is None:
        raise Http404
    access.need("report.file", filing.firm)
    reason, revision = request.POST.get("reason", ""), request.POST.get("revision", "")
    try:
        acts.withdraw(access, filing, int(revision) if revision.isdecimal() and len(revision) < 10 else None, reason)
    except acts.FilingError as error:
        return _shown(request, pk, 422, fault=str(error), reason=reason)
    except Conflict:
        return _shown(request, pk, 409, fault=_("这份报表刚被别人改过，请看过再撤回。"), reason=reason)
    messages.success(
        request, _("%(filing)s 第%(n)d次已撤回；此前报的数重新计入") % {"filing": filing, "n": filing.number}
    )
    return redirect("report-detail", pk=pk)
