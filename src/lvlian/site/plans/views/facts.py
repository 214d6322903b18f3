"""One fact: its card, the decisions about it, adding one, and where a figure comes from."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lvlian.plan.fields import FieldError, same_value
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.plans import selectors
from lvlian.site.plans.actions import review
from lvlian.site.plans.cards import card_markup, fact_url, fragment, path_of, row_markup
from lvlian.site.plans.fieldforms import FactForm, carried
from lvlian.site.plans.models import Fact
from lvlian.site.plans.refusal import PlanError
from lvlian.site.plans.sheet import paragraph_of
from lvlian.site.plans.views.review import decided


def _is_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


@require_safe
@page("plan.read")
def fact_card(request: HttpRequest, fact_id: int) -> HttpResponse:
    """The open card for the list; the review page at this fact for everybody else."""
    fact = selectors.fact_of(request.access, fact_id)  # type: ignore[attr-defined]
    if not _is_part(request):
        version = f"version={fact.version.number}&" if fact.version.plan.current_id != fact.version_id else ""
        return redirect(f"{reverse('plan-detail', args=[fact.version.plan_id])}?{version}fact={fact.pk}#fact-{fact.pk}")
    return HttpResponse(card_markup(request, fact))


@require_safe
@page("plan.read")
def fact_row(request: HttpRequest, fact_id: int) -> HttpResponse:
    """The row of the list, where a card closes."""
    return HttpResponse(row_markup(selectors.fact_of(request.access, fact_id)))  # type: ignore[attr-defined]


@require_POST
@page("fact.review")
def fact_decide(request: HttpRequest, fact_id: int) -> HttpResponse:
    """`do`: accept, correct, reject, undo, or paragraph (accept all that wait in the paragraph)."""
    access: Access = request.access  # type: ignore[attr-defined]
    fact = selectors.fact_of(access, fact_id)
    text = request.POST.get("revision", "")
    revision = int(text) if text.isdecimal() else -1
    wanted, reason = request.POST.get("do", ""), request.POST.get("reason", "")
    after = selectors.next_after(access, fact)
    form: FactForm | None = None
    try:
        if wanted == "paragraph":
            return _paragraph(request, fact, after)
        if wanted == "accept":
            review.accept(access, fact, revision)
        elif wanted == "reject":
            review.reject(access, fact, revision, reason)
        elif wanted == "undo":
            if review.undo(access, fact, revision) is None:
                return _removed(request, fact, after)
        elif wanted == "correct":
            form = FactForm(fact.kind, fact.values, request.POST)
            if not form.is_valid():
                return _again(request, fact, 422, form=form, error=_("没有保存，请改标出的字段。"))
            values = _changed(fact, form.typed())
            if not values:
                raise PlanError(_("没有改动：要更正先改字段，认可原读法用采纳。"))
            review.correct(access, fact, revision, values, reason)
        else:
            raise PlanError(_("不认识这个动作。"))
    except Conflict as conflict:
        now = selectors.fact_of(access, fact_id)
        typed = FactForm(now.kind, now.values, request.POST) if wanted == "correct" else None
        return _again(request, now, 409, form=typed, conflict=conflict, reason=reason)
    except (PlanError, FieldError) as error:
        return _again(request, selectors.fact_of(access, fact_id), 422, form=form, error=str(error), reason=reason)
    fact = selectors.fact_of(access, fact_id)
    if _is_part(request):
        return decided(request, fact, after)
    messages.success(request, fact.title, extra_tags=f"word:{Fact.State(fact.state).label}")
    plan = reverse("plan-detail", args=[fact.version.plan_id])
    target = after or fact.pk
    return redirect(f"{plan}?fact={target}#row-{target}")


def _changed(fact: Fact, typed: dict[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value if value != "" else None

    return {name: value for name, value in typed.items() if not same_value(plain(value), plain(fact.values.get(name)))}


def _paragraph(request: HttpRequest, fact: Fact, after: int | None) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    version = fact.version
    if version.text and fact.start is not None:
        start, end = paragraph_of(version.text, fact.start)
        ids = selectors.ids_in(access, version, start, end + 1, Fact.State.PENDING)
    else:
        rows = selectors.rows_of(access, version)
        ids = [row.pk for row in rows if row.section == fact.section and row.state == Fact.State.PENDING]
    rows = review.accept_many(access, version, ids)
    word = _("采纳本段 %(count)d 条") % {"count": len(rows)}
    target = rows[-1] if rows else fact
    following = selectors.next_after(access, selectors.fact_of(access, target.pk)) or target.pk
    messages.success(request, word, extra_tags="word:" + str(_("已采纳")))
    address = f"{reverse('plan-detail', args=[version.plan_id])}?fact={following}#row-{following}"
    if _is_part(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _removed(request: HttpRequest, fact: Fact, after: int | None) -> HttpResponse:
    address = reverse("plan-detail", args=[fact.version.plan_id]) + (f"?fact={after}#row-{after}" if after else "")
    messages.success(request, _("补录的一条已撤销。"), extra_tags="word:" + str(_("已撤销")))
    if _is_part(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _again(request: HttpRequest, fact: Fact, status: int, **shown: Any) -> HttpResponse:
    """The card with what was typed and what has to be said about it."""
    card = card_markup(request, fact, **shown)
    if _is_part(request):
        return HttpResponse(card, status=status)
    return render(request, "plans/fact.html", {"card": card, "fact": fact, "plan": fact.version.plan}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@page("fact.review")
def fact_add(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A fact that the reader missed. `start` and `end` name the selected words; without them the words are typed or pasted."""
    access: Access = request.access  # type: ignore[attr-defined]
    plan = selectors.plan_of(access, plan_id)
    version = selectors.version_of(access, plan)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "goals")
    kind = kind if kind in Fact.Kind.values else "goals"
    start, end = (int(text) if (text := given.get(name, "")).isdecimal() else None for name in ("start", "end"))
    quote = given.get("quote", "")
    if start is not None and end is not None and 0 <= start < end <= len(version.text) and not quote:
        quote = version.text[start:end].strip()
    typed, others = carried(kind, request.POST)
    error, status = "", 200
    if request.method == "POST" and given.get("do") == "add":
        form = FactForm(kind, None, request.POST)
        if form.is_valid():
            try:
                fact = review.add(access, version, kind, form.typed(), quote, start)
            except (PlanError, FieldError) as told_error:
                error, status = str(told_error), 422
            else:
                messages.success(request, fact.title, extra_tags="word:" + str(_("已补录")))
                address = f"{reverse('plan-detail', args=[plan.pk])}?fact={fact.pk}#fact-{fact.pk}"
                if _is_part(request):
                    answer = HttpResponse(status=204)
                    answer["HX-Redirect"] = address
                    answer["HX-Trigger"] = f'{{"draft-clear": "add-{plan.pk}"}}'
                    return answer
                return redirect(address)
        else:
            error, status = _("没有保存，请改标出的字段。"), 422
    else:
        form = FactForm(kind, ({"op": "=", "mode": "level"} if kind == "goals" else {}) | typed)
    form.auto_id = "add-%s"  # the card of an open fact stands on the same page with the same names
    context = {
        "plan": plan,
        "version": version,
        "form": form,
        "fields": form.shown_fields(),
        "others": others,
        "returned": request.method == "POST",
        "kind": kind,
        "kinds": Fact.Kind.choices,
        "quote": quote,
        "start": start if start is not None else "",
        "end": end if end is not None else "",
        "error": error,
    }
    if _is_part(request):
        return HttpResponse(fragment(request, "plans/add_form.html", context), status=status)
    return render(request, "plans/add.html", context, status=status)


@require_safe
@page("plan.read")
def fact_origin(request: HttpRequest, fact_id: int) -> HttpResponse:
    """What an origin mark opens: value, path, the sentence, who decided."""
    fact = selectors.fact_of(request.access, fact_id)  # type: ignore[attr-defined]
    lines = []
    if fact.decided_by is not None and fact.decided_at is not None:
        lines.append(
            _("%(state)s：%(who)s，%(day)s")
            % {
                "state": Fact.State(fact.state).label,
                "who": fact.decided_by,
                "day": f"{fact.decided_at:%Y-%m-%d}",
            }
        )
    if fact.reason:
        lines.append(_("理由：%(reason)s") % {"reason": fact.reason})
    if fact.kept:
        lines.append(_("新版已无此句，保留：%(reason)s") % {"reason": fact.kept})
    context = {
        "value": fact.title,
        "path": path_of(fact).replace(str(_("规划")), fact.version.plan.title, 1),
        "quote": "".join(fact.quote.split("\n")),
        "note": "" if fact.quote else _("未附原文：上传原件后可看原句"),
        "corrections": lines,
        "href": fact_url(fact),
    }
    if request.headers.get("Sec-Fetch-Mode") == "navigate":  # the mark was followed as a link, without scripts
        return redirect(context["href"])
    return HttpResponse(fragment(request, "part/origin.html", context))
