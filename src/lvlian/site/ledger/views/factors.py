"""要素: what is supplied and needed by quarter, who goes short and which goals stand behind, and the records of both with their bookings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.ledger.factors import FACTORS, FactorError
from lvlian.ledger.item import Refused as ItemRefused
from lvlian.ledger.quarter import Quarter, quarter_of, read_quarter
from lvlian.ledger.saying import say_refused
from lvlian.site.frame import today
from lvlian.site.ledger import balance_parts as parts
from lvlian.site.ledger import selectors_balance as reads
from lvlian.site.ledger.actions import factors as acts
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.forms_factors import BookForm, DemandForm, DoneForm, MoveForm, SupplyForm
from lvlian.site.ledger.models import Demand, Supply
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing

SPANS = (4, 8, 12)
"""So many quarters may be shown."""
LINES = 60


@require_GET
@page("dispatch.see")
def factors(request: HttpRequest) -> HttpResponse:
    """The balance of the region."""
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    narrowing = Narrowing(request.GET)
    names = [(key, parts.name_of(key)) for key in FACTORS]
    factor = narrowing.choice("factor", _("要素"), names)
    first = _first(narrowing, day)
    span = narrowing.choice("span", _("看几个季度"), [(n, n) for n in SPANS]) or "8"
    last = first
    for _n in range(int(span) - 1):
        last = last.next
    found = kept(
        access, "factors", (factor, str(first), span), day, lambda: reads.standing(access, first, last, day, factor),
        lambda made: made.demands + len(made.supplies),
    )  # fmt: skip
    sees = reads.sees_needs(access)
    context: dict[str, Any] = {
        "narrowing": narrowing,
        "sees": sees,
        "bound": reads.bound(access),
        "shortages": parts.shortages(found),
        "balances": [
            parts.balance(key, found.lines[key], sees, access.region) for key in FACTORS if found.lines.get(key)
        ],
        "missing": found.missing,
        "language": "en" if _english() else "zh",
        "supplies": found.supplies[:LINES],
        "more": max(0, len(found.supplies) - LINES),
        "supply_count": len(found.supplies),
        "demand_count": found.demands,
        "waiting": reads.waiting_here(access),
        "may_edit": access.region is not None and access.may_in("factor.edit", access.region),
        "first": first,
        "last": last,
    }
    return render(request, "ledger/factors.html", context)


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _first(narrowing: Narrowing, day: date) -> Quarter:
    """The quarter that the address begins with; the one before this where it names none."""
    here = quarter_of(day)
    offered = [here.before.before.before.before]
    while len(offered) < 13:
        offered.append(offered[-1].next)
    chosen = narrowing.choice("from", _("起"), [(str(one), str(one)) for one in offered])
    return read_quarter(chosen) if chosen else here.before


# Supplies ----------------------------------------------------------------------------------------------------------------
def _supply(access: Access, pk: int) -> Supply:
    row = reads.supply_of(access, pk)
    if row is None:
        raise Http404
    return row


@require_GET
@page("dispatch.see")
def supply(request: HttpRequest, pk: int) -> HttpResponse:
    """One supply: its days, what is booked on it, what may be done."""
    access: Access = request.access  # type: ignore[attr-defined]
    fresh(today())
    return _supply_shown(request, _supply(access, pk))


def _supply_shown(request: HttpRequest, row: Supply, status: int = 200, **also: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    around = reads.around_supply(access, row)
    (line,) = reads.lines_of(around)
    may_edit, may_book = access.may("factor.edit", row), access.may("factor.book", row)
    goals = reads.goals_behind(access, [one.demand.item for one in line.bookings])
    waits = [
        {
            "booking": one, "need": around.need(one.demand), "item": one.demand.item,
            "late": parts.late(around.need(one.demand), line.days), "goals": goals.get(one.demand.item_id, []),
            "names": [(goal, reads.goal_name(goal)) for goal in goals.get(one.demand.item_id, [])],
        }
        for one in line.bookings
    ]  # fmt: skip
    context: dict[str, Any] = {
        "row": row,
        "line": line,
        "waits": waits,
        "sees": reads.sees_needs(access),
        "proposals": reads.waiting_for(access, [one.demand.item_id for one in line.bookings]),
        "may_edit": may_edit,
        "may_book": may_book,
        "may_history": access.may("history.read", row),
        "factor": parts.name_of(row.factor),
    }
    if may_edit:
        initial = {"revision": row.revision, "expected": line.days.expected, "why": line.days.why}
        context["move_form"] = MoveForm(initial=initial, prefix="move")
        context["done_form"] = DoneForm(initial={"revision": row.revision, "done": line.days.done}, prefix="done")
    if may_book:
        choices = _demand_choices(access, row)
        context["book_form"] = BookForm(choices, prefix="book") if choices else None
    return render(request, "ledger/factors_supply.html", {**context, **also}, status=status)


def _demand_choices(access: Access, row: Supply) -> list[tuple[int, str]]:
    found = reads.open_demands(access, row)[: reads.MOST_ITEMS]
    return [(one.pk, f"{one.item.title}（{parts.told(one.amount, one.unit)}）") for one in found]


@require_http_methods(["GET", "POST"])
@page("factor.edit")
def supply_new(request: HttpRequest) -> HttpResponse:
    """A supply that no item of the ledger brings."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = access.region
    if region is None:
        raise Http404
    if not access.may_in("factor.edit", region):
        raise PermissionDenied("factor.edit")
    form = SupplyForm(access, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        form.initial = {"factor": request.GET.get("factor") or "power", "unit": "万千瓦"}
        return render(request, "ledger/factors_form.html", {"form": form, "noun": _("要素供给")})
    made: list[Supply] = []
    return _done(
        request, form, lambda: made.append(acts.add_supply(access, region, form.values())),
        lambda: ("supply-detail", made[0].pk, _("“%(title)s”已加上") % {"title": made[0].title}), {"noun": _("要素供给")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("factor.edit")
def supply_edit(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = _supply(access, pk)
    access.need("factor.edit", row)
    form = SupplyForm(access, request.POST if request.method == "POST" else None, row)
    context = {"row": row, "noun": _("要素供给")}
    if request.method == "GET":
        return render(request, "ledger/factors_form.html", {**context, "form": form})
    return _done(
        request, form, lambda: acts.edit_supply(access, row, form.cleaned_data["revision"], form.values()),
        lambda: ("supply-detail", row.pk, _("“%(title)s”已改") % {"title": row.title}), context,
    )  # fmt: skip


@require_POST
@page("factor.edit")
def supply_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves the day on which it is expected."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = _supply(access, pk)
    form = MoveForm(request.POST, prefix="move")
    return _in_place(
        request, row, "move_form", form,
        lambda v: acts.move_supply(access, row, v["revision"], v["expected"], v["why"]), _("改期已记下；受影响的项目见下"),
    )  # fmt: skip


@require_POST
@page("factor.edit")
def supply_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Says when it was there."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = _supply(access, pk)
    form = DoneForm(request.POST, prefix="done")
    return _in_place(
        request, row, "done_form", form, lambda v: acts.finish_supply(access, row, v["revision"], v["done"]), _("到位日期已记下")
    )  # fmt: skip


@require_POST
@page("factor.edit")
def supply_remove(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = _supply(access, pk)
    try:
        acts.remove_supply(access, row)
    except acts.Refused as refused:
        messages.error(request, str(refused))
        return redirect("supply-detail", pk=row.pk)
    messages.success(request, _("“%(title)s”已移出") % {"title": row.title})
    return redirect("factors")


@require_POST
@page("factor.book")
def supply_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps so much of a supply for a demand."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = _supply(access, pk)
    form = BookForm(_demand_choices(access, row), request.POST, prefix="book")

    def act(values: dict[str, Any]) -> Any:
        demand = reads.demand_of(access, values["other"])
        if demand is None:
            raise Http404
        return acts.book(access, row, demand, values["amount"])

    return _in_place(request, row, "book_form", form, act, _("已占用"))


@require_POST
@page("factor.book")
def booking_release(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = reads.booking_of(access, pk)
    if row is None:
        raise Http404
    try:
        acts.release(access, row)
    except acts.Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已释放"))
    if request.POST.get("from") == "demand":
        return redirect("demand-detail", pk=row.demand_id)
    return redirect("supply-detail", pk=row.supply_id)


# Demands -----------------------------------------------------------------------------------------------------------------
def _demand(access: Access, pk: int) -> Demand:
    row = reads.demand_of(access, pk)
    if row is None:
        raise Http404
    return row


@require_GET
@page("dispatch.see")
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """One demand: what it needs, what is booked for it, what might be."""
    access: Access = request.access  # type: ignore[attr-defined]
    fresh(today())
    return _demand_shown(request, _demand(access, pk))


def _demand_shown(request: HttpRequest, row: Demand, status: int = 200, **also: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    around = reads.around_demand(access, row)
    may_book = access.may("factor.book", row)
    step = around.step_of(row)
    goals = reads.goals_behind(access, [row.item]).get(row.item_id, [])
    context: dict[str, Any] = {
        "row": row,
        "factor": parts.name_of(row.factor),
        "need": around.need(row),
        "step": step,
        "kept": [
            {
                "booking": one,
                "days": around.days(one.supply),
                "late": parts.late(around.need(row), around.days(one.supply)),
            }
            for one in around.bookings
        ],
        "goals": [(goal, reads.goal_name(goal)) for goal in goals],
        "proposals": reads.waiting_for(access, [row.item_id]),
        "reasons": parts.reasons(access, row.item, today()),
        "may_edit": access.may("factor.edit", row),
        "may_book": may_book,
        "may_history": access.may("history.read", row),
    }
    if may_book:
        choices = _supply_choices(access, row)
        context["book_form"] = BookForm(choices, prefix="book", label=_("占用哪项供给")) if choices else None
    return render(request, "ledger/factors_demand.html", {**context, **also}, status=status)


def _supply_choices(access: Access, row: Demand) -> list[tuple[int, str]]:
    return [
        (line.supply.pk, f"{line.supply.title}（{_('余')} {parts.told(line.free, line.supply.unit)}）")
        for line in reads.open_supplies(access, row)[: reads.MOST_ITEMS]
    ]


@require_http_methods(["GET", "POST"])
@page("factor.edit")
def demand_new(request: HttpRequest) -> HttpResponse:
    """What an item needs; `?item=` names it."""
    access: Access = request.access  # type: ignore[attr-defined]
    asked = request.GET.get("item", "")
    item = reads.items_here(access).filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    form = DemandForm(access, request.POST if request.method == "POST" else None, item=item)
    if request.method == "GET":
        form.initial |= {"factor": request.GET.get("factor") or "power", "unit": "万千瓦"}
        return render(request, "ledger/factors_form.html", {"form": form, "noun": _("要素需求")})
    made: list[Demand] = []
    return _done(
        request, form, lambda: made.append(acts.add_demand(access, form.cleaned_data["item"], form.values())),
        lambda: ("demand-detail", made[0].pk, _("“%(title)s”已加上") % {"title": made[0]}), {"noun": _("要素需求")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page("factor.edit")
def demand_edit(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = _demand(access, pk)
    access.need("factor.edit", row)
    form = DemandForm(access, request.POST if request.method == "POST" else None, row)
    context = {"row": row, "noun": _("要素需求")}
    if request.method == "GET":
        return render(request, "ledger/factors_form.html", {**context, "form": form})
    return _done(
        request, form, lambda: acts.edit_demand(access, row, form.cleaned_data["revision"], form.values()),
        lambda: ("demand-detail", row.pk, _("“%(title)s”已改") % {"title": row}), context,
    )  # fmt: skip


@require_POST
@page("factor.edit")
def demand_remove(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = _demand(access, pk)
    acts.remove_demand(access, row)
    messages.success(request, _("“%(title)s”已移出") % {"title": row})
    return redirect("factors")


@require_POST
@page("factor.book")
def demand_book(request: HttpRequest, pk: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    row = _demand(access, pk)
    form = BookForm(_supply_choices(access, row), request.POST, prefix="book", label=_("占用哪项供给"))

    def act(values: dict[str, Any]) -> Any:
        return acts.book(access, _supply(access, values["other"]), row, values["amount"])

    return _in_place(request, row, "book_form", form, act, _("已占用"))


# Answers -----------------------------------------------------------------------------------------------------------------
def _try(form: forms.Form, act: Callable[[], Any]) -> tuple[int, Conflict | None]:
    """Does it; 0 where it was done, else the status with which the form is shown again, the refusal at its field."""
    try:
        act()
    except acts.Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    except FactorError as error:
        form.add_error("amount" if "amount" in form.fields else None, acts.said(error))
    except ItemRefused as refused:
        field = refused.field if refused.field in form.fields else None
        form.add_error(field, say_refused(refused, "en" if _english() else "zh"))
    except Conflict as conflict:
        return 409, conflict
    else:
        return 0, None
    return 422, None


def _done(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    after: Callable[[], tuple[str, int, str]],
    context: dict[str, Any],
) -> HttpResponse:
    """Saves a form of its own page, and goes on to the record."""
    status, conflict = (422, None) if not form.is_valid() else _try(form, act)
    if not status:
        name, pk, sentence = after()
        messages.success(request, sentence)
        return redirect(name, pk=pk)
    if conflict is not None:
        _newer(form, conflict)
    shown = {**context, "form": form, "conflict": parts.changes(conflict)}
    return render(request, "ledger/factors_form.html", shown, status=status)


def _newer(form: Any, conflict: Conflict) -> None:
    """What was typed is kept and goes against the record as it stands now."""
    form.data = form.data.copy()
    form.data[form.add_prefix("revision")] = str(conflict.row.revision)  # type: ignore[attr-defined]


def _in_place(
    request: HttpRequest, row: Any, name: str, form: Any, act: Callable[[dict[str, Any]], Any], sentence: str
) -> HttpResponse:
    """Carries out a form that stands on the page of a record."""
    status, conflict = (422, None) if not form.is_valid() else _try(form, lambda: act(form.cleaned_data))
    kind = "supply" if isinstance(row, Supply) else "demand"
    if not status:
        messages.success(request, sentence)
        return redirect(reverse(f"{kind}-detail", args=[row.pk]))
    if conflict is not None:
        _newer(form, conflict)
    shown = _supply_shown if kind == "supply" else _demand_shown
    again: Any = reads.supply_of if kind == "supply" else reads.demand_of
    fresh_row = again(request.access, row.pk)  # type: ignore[attr-defined]
    return shown(request, fresh_row, status, **{name: form}, open=name, conflict=parts.changes(conflict))
