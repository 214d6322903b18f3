"""日历: a month, or a list, of all dated things in the user's scope on the Chinese calendar of working days, and the days off."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.ledger.calendar import Calendar, load_calendar
from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.site.frame import today
from lvlian.site.ledger import selectors_calendar as reads
from lvlian.site.ledger.actions.calendar import drop_day, set_day
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.forms_issues import HolidayForm
from lvlian.site.ledger.selectors_issues import language
from lvlian.site.org.access import Access, page
from lvlian.site.pages.narrowing import Narrowing

IN_CELL = 4
AHEAD, BEHIND = 400, 30
"""Days that the calendar file holds after and before today."""


@require_GET
@page("record.read")
def calendar(request: HttpRequest) -> HttpResponse:
    fresh(today())
    return _shown(request, HolidayForm())


def _shown(request: HttpRequest, form: HolidayForm, status: int = 200) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    narrowing = Narrowing(request.GET)
    first = _month(narrowing.read("month"), day)
    last = date(first.year, first.month, monthrange(first.year, first.month)[1])
    names = {"step": _("节点"), "clock": _("办理时限"), "supply": _("要素到位"), "dispatch": _("季度调度")}
    kind = narrowing.choice("kind", _("种类"), list(names.items()))
    view = "list" if narrowing.read("view") == "list" else "month"
    begin = first - timedelta(days=first.weekday()) if view == "month" else first
    end = last + timedelta(days=6 - last.weekday()) if view == "month" else last
    things = reads.dated(access, begin, end, [kind] if kind else reads.KINDS)
    days = working_days()
    by_day: dict[date, list[reads.Dated]] = defaultdict(list)
    for one in things:
        by_day[one.day].append(one)
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "view": view,
        "first": first,
        "weeks": _weeks(begin, end, first, day, days, by_day) if view == "month" else [],
        "rows": [_cell(one, first, day, days, by_day[one]) for one in sorted(by_day)] if view == "list" else [],
        "names": names,
        "total": sum(first <= one.day <= last for one in things),
        "full": len(things) >= reads.MOST,
        "working": days.between(first - timedelta(days=1), last),
        "known": days.known(first),
        "notice": dict(days.notices).get(first.year, ""),
        "previous": narrowing.address(month=_name(first - timedelta(days=1))),
        "next": narrowing.address(month=_name(last + timedelta(days=1))),
        "now": narrowing.address(month=None),
        "other_view": narrowing.address(view="list" if view == "month" else None),
        "nearest": reads.nearest(access, day) if not things else None,
        "may_edit": access.may("calendar.edit"),
        "holidays": [(row, load_calendar().is_working(row.day)) for row in reads.holidays()],
        "form": form,
    }
    return render(request, "ledger/calendar.html", context, status=status)


def _month(text: str, day: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return day.replace(day=1)


def _name(day: date) -> str:
    return f"{day.year:04d}-{day.month:02d}"


def _weeks(
    begin: date, end: date, first: date, day: date, days: Calendar, by_day: dict[date, list[reads.Dated]]
) -> list[list[dict[str, Any]]]:
    cells = [
        _cell(begin + timedelta(days=n), first, day, days, by_day.get(begin + timedelta(days=n), []))
        for n in range((end - begin).days + 1)
    ]
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _cell(one: date, first: date, day: date, days: Calendar, things: list[reads.Dated]) -> dict[str, Any]:
    """A day: whether it is worked, and why where that differs from the weekday."""
    working, weekend = days.is_working(one), one.weekday() >= 5
    return {
        "day": one,
        "within": one.month == first.month,
        "today": one == day,
        "working": working,
        "mark": _("班") if working and weekend else _("休") if not working and not weekend else "",
        "things": things,
        "shown": things[:IN_CELL],
        "more": max(0, len(things) - IN_CELL),
    }


@require_GET
@page("record.read")
def calendar_file(request: HttpRequest) -> HttpResponse:
    """All dated things of the scope as a file that any calendar program reads, with alarms by the rules of the registers."""
    from lvlian.brief.calendar_file import calendar_file as file_of

    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    base = request.build_absolute_uri("/").rstrip("/")
    entries = reads.entries(access, day - timedelta(days=BEHIND), day + timedelta(days=AHEAD), working_days(), base)
    name = _("%(region)s铝链日历") % {"region": access.region or ""}
    answer = HttpResponse(file_of(entries, name), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.ics")
    return answer


@require_POST
@page("calendar.edit")
def day_set(request: HttpRequest) -> HttpResponse:
    """A day off, or a day of a weekend that is worked, with the notice that says so."""
    access: Access = request.access  # type: ignore[attr-defined]
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _shown(request, form, 422)
    values = form.cleaned_data
    try:
        row = set_day(access, values["day"], values["kind"], values["source"])
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, say_refused(refused, language()))
        return _shown(request, form, 422)
    messages.success(request, _("%(day)s 已记。已在走的时限不变。") % {"day": row})
    return redirect(f"{reverse('calendar')}?month={_name(row.day)}")


@require_POST
@page("calendar.edit")
def day_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The day counts again as it was announced."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = reads.holiday_of(pk)
    if row is None:
        raise Http404
    drop_day(access, row)
    messages.success(request, _("%(day)s 恢复按公布的安排。") % {"day": row.day.isoformat()})
    return redirect(f"{reverse('calendar')}?month={_name(row.day)}")
