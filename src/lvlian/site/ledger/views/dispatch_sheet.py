"""A unit's sheet: what it is asked, confirmed or corrected, on the page or as a workbook that is mailed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.site.frame import today
from lvlian.site.ledger import selectors_dispatch as reads
from lvlian.site.ledger.actions import dispatch as acts
from lvlian.site.ledger.actions.dispatch import OPEN, Untimely
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.burden import Burden
from lvlian.site.ledger.dispatch_rules import rules
from lvlian.site.ledger.dispatch_sheet import Answer, Answers, read_answers, sheet_bytes
from lvlian.site.ledger.forms_dispatch import CorrectForm, SheetForm
from lvlian.site.ledger.models import Ask, Dispatch
from lvlian.site.ledger.papers import EXCEL
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_dispatch_rows import burdens
from lvlian.site.ledger.views.dispatch import found
from lvlian.site.lists.sheets import BadFile
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.org.models import Unit
from lvlian.site.pages.narrowing import Narrowing

SIZE = 100
MOST_BYTES = 5_000_000


def _sheet(request: HttpRequest, pk: int, unit_id: int) -> tuple[Dispatch, Unit, bool]:
    """The dispatch, the unit, and whether the user may answer. Raises Http404 for a unit whose sheet the user does not see."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = found(access, pk)
    first = reads.asks_of(access, row, unit_id).first()
    if first is None:
        raise Http404
    return row, first.unit, access.may("dispatch.answer", first) and row.state in OPEN


@require_GET
@page("dispatch.see")
def dispatch_unit(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """The sheet."""
    return _page(request, pk, unit)


def _page(
    request: HttpRequest, pk: int, unit_id: int, *, wrong: CorrectForm | None = None, conflict: Conflict | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    access: Access = request.access  # type: ignore[attr-defined]
    if request.method == "GET":
        fresh(today())
    row, unit, may = _sheet(request, pk, unit_id)
    narrowing = Narrowing(request.GET)
    asks = reads.asks_of(access, row, unit_id)
    state = narrowing.choice("state", _("状态"), [(key, label) for key, label in Ask.State.choices])
    shown = asks.filter(state=state) if state else asks
    at = narrowing.page(shown, SIZE)
    if wrong is not None and not any(ask.pk == wrong.question.ask.pk for ask in at.object_list):
        rows = [wrong.question.ask, *at.object_list]
    else:
        rows = list(at.object_list)
    questions = reads.questions(access, rows, today())
    total = burdens(asks).get(unit_id, Burden())
    lines = []
    for question in questions:
        form: CorrectForm | None = None
        if wrong is not None and wrong.question.ask.pk == question.ask.pk:
            form = wrong
        elif may and question.kind != "round":
            form = CorrectForm(question)
        lines.append({"q": question, "form": form, "open": form is wrong and wrong is not None})
    context = {
        "dispatch": row, "unit": unit, "may": may, "narrowing": narrowing, "found": at, "lines": lines, "burden": total,
        "confirmable": _confirmable(access, row, unit_id) if may else 0, "rule": rules(),
        "reminded": row.reminded.get(str(unit_id), ""), "conflict": conflict, "sheet_form": SheetForm() if may else None,
        "open": row.state in OPEN, "total": at.paginator.count, "runs": access.may("dispatch.run", row),
    }  # fmt: skip
    return render(request, "ledger/dispatch_unit.html", context, status=status)


def _confirmable(access: Access, row: Dispatch, unit_id: int) -> int:
    """How many facts may be confirmed at once."""
    day = today()
    waiting = reads.asks_of(access, row, unit_id).filter(state=Ask.State.WAITING).exclude(field="round")
    return sum(acts.confirmable(ask, day) for ask in waiting.select_related(None).only("field", "known", "state"))


@require_POST
@page("dispatch.answer")
def dispatch_confirm(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Confirms all that may be right, or what was chosen."""
    access: Access = request.access  # type: ignore[attr-defined]
    row, who, _may = _sheet(request, pk, unit)
    chosen = [int(value) for value in request.POST.getlist("ask") if value.isdecimal() and len(value) < 12]
    try:
        n = acts.confirm(access, row, who, None if request.POST.get("all") == "1" else chosen)
        if n:
            messages.success(request, _("已确认 %(n)d 项。") % {"n": n})
        else:
            messages.warning(request, _("没有可确认的：已过的日期和缺的数请逐项填写。"))
    except Untimely as refused:
        messages.error(request, str(refused))
    return redirect(_back(request, pk, unit))


def _back(request: HttpRequest, pk: int, unit: int) -> str:
    query = request.POST.get("query", "")
    address = reverse("dispatch-unit", args=[pk, unit])
    return f"{address}?{query}" if query and len(query) < 200 and "\n" not in query and "\r" not in query else address


@require_POST
@page("dispatch.answer")
def dispatch_correct(request: HttpRequest, pk: int, unit: int, ask: int) -> HttpResponse:
    """Corrects one fact: it is the item's own action."""
    access: Access = request.access  # type: ignore[attr-defined]
    row, _unit, _may = _sheet(request, pk, unit)
    one = reads.asks_of(access, row, unit).filter(pk=ask).first()
    if one is None:
        raise Http404
    (question,) = reads.questions(access, [one], today())
    form = CorrectForm(question, request.POST)
    if not form.is_valid():
        return _page(request, pk, unit, wrong=form, status=422)
    values = form.cleaned_data
    try:
        value = _typed(one, question.kind, values.get("value"))
        acts.correct(access, one, values["revision"], value, values["why"], done=values.get("done"))
    except (Untimely, Refused) as refused:
        _told(form, refused, one)
        return _page(request, pk, unit, wrong=form, status=422)
    except Conflict as conflict:
        form.data = form.data.copy()  # type: ignore[assignment]
        form.data[form.add_prefix("revision")] = str(conflict.row.revision)  # type: ignore[index, attr-defined]
        return _page(request, pk, unit, wrong=form, conflict=conflict, status=409)
    messages.success(request, _("已更正：%(title)s，%(what)s。") % {"title": question.title, "what": question.words})
    return redirect(_back(request, pk, unit))


def _typed(ask: Ask, kind: str, value: Any) -> Any:
    """What was typed as it is stored. Raises Untimely."""
    track = tracks().get(ask.item.track) if ask.item is not None else None
    field = track.field(ask.field) if track is not None else None
    if field is None or value in (None, ""):
        return value or None
    return acts.value_of(field, value.isoformat() if isinstance(value, date) else str(value))


def _told(form: forms.Form, refused: Untimely | Refused, ask: Ask) -> None:
    """Puts a refusal at its field."""
    if isinstance(refused, Untimely):
        sentence, field = str(refused), refused.field
    else:
        track = tracks().get(ask.item.track) if ask.item is not None else None
        sentence = say_refused(refused, reads.language(), track)
        field = {"expected": "value", "stage": "value", "due": "value"}.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, sentence)


# The workbook ------------------------------------------------------------------------------------------------------------
@require_GET
@page("dispatch.see")
def dispatch_sheet(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """The sheet as a workbook, to be mailed to a unit."""
    access: Access = request.access  # type: ignore[attr-defined]
    access.need("export.make")
    row, who, _may = _sheet(request, pk, unit)
    questions = reads.questions(access, list(reads.asks_of(access, row, unit)), today())
    note = (
        f"{row}，{who}，数据截至 {row.as_of.isoformat()}，请于 {row.check_until.isoformat() if row.check_until else '—'} 前交回。",
        "预填对的，“核对”一列选“确认”；不对的选“更正”，填“更正为”（日期也可填“完成日期”）和“理由”。不填的行不动。",
        "“编号”一列请勿改动。",
        *((f"模拟：{row.region.simulated or '本季度数据为模拟'}",) if row.simulated or row.region.simulated else ()),
    )
    name = f"{row.year}Q{row.quarter} {who} {_('核对表')}.xlsx"
    return attachment(sheet_bytes(f"{row} {who}", questions, note), name, EXCEL)


@require_POST
@page("dispatch.answer")
def dispatch_sheet_read(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """What a sheet that came back would do; nothing is written."""
    access: Access = request.access  # type: ignore[attr-defined]
    row, who, may = _sheet(request, pk, unit)
    if not may:
        return redirect("dispatch-unit", pk, unit)
    form = SheetForm(request.POST, request.FILES)
    context: dict[str, Any] = {"dispatch": row, "unit": who}
    if not form.is_valid():
        context["bad"] = {"where": _("没有选文件"), "found": "", "expected": _(".xlsx 或 .csv")}
        return render(request, "ledger/dispatch_sheet.html", context, status=422)
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        context["bad"] = {
            "where": file.name,
            "found": f"{file.size / 1e6:.0f} MB",
            "expected": f"≤ {MOST_BYTES // 10**6} MB",
        }
        return render(request, "ledger/dispatch_sheet.html", context, status=422)
    questions = reads.questions(access, list(reads.asks_of(access, row, unit)), today())
    try:
        read = read_answers(file.name, file.read(), questions)
    except BadFile as bad:
        context["bad"] = {"where": bad.where, "found": bad.found, "expected": bad.expected}
        return render(request, "ledger/dispatch_sheet.html", context, status=422)
    context |= _preview(read, questions)
    return render(request, "ledger/dispatch_sheet.html", context, status=422 if read.faults else 200)


def _preview(read: Answers, questions: list[reads.Question]) -> dict[str, Any]:
    by_pk = {question.ask.pk: question for question in questions}
    lines = [
        (by_pk[one.ask], one.confirm, _value_words(by_pk[one.ask], one), one.why)
        for one in read.answers
        if one.ask in by_pk
    ]
    return {
        "read": read, "lines": lines,
        "answers": json.dumps([one.to_json() for one in read.answers], ensure_ascii=False) if not read.faults else "",
    }  # fmt: skip


def _value_words(question: reads.Question, answer: Answer) -> str:
    if answer.confirm:
        return question.known
    if answer.done:
        return _("%(day)s 完成") % {"day": answer.done}
    return reads.value_words(answer.value, question.kind, None, question.choices)


@require_POST
@page("dispatch.answer")
def dispatch_sheet_apply(request: HttpRequest, pk: int, unit: int) -> HttpResponse:
    """Writes what the preview showed, all of it or nothing."""
    access: Access = request.access  # type: ignore[attr-defined]
    row, who, _may = _sheet(request, pk, unit)
    try:
        answers = [Answer(*one) for one in json.loads(request.POST.get("answers", "[]"))]
        confirms = [int(one.ask) for one in answers if one.confirm is True]
        corrections = [one for one in answers if one.confirm is not True]
    except (ValueError, TypeError):
        messages.error(request, _("预览已失效，请重新上传核对表。"))
        return redirect("dispatch-unit", pk, unit)
    at: Answer | None = None
    known = {ask.pk: ask for ask in reads.asks_of(access, row, unit).filter(pk__in=[one.ask for one in answers])}
    try:
        with transaction.atomic():
            for at in corrections:
                _correct(access, known, at)
            at = None
            n = acts.confirm(access, row, who, confirms) if confirms else 0
    except (Untimely, Refused, Conflict, KeyError, ValueError) as refused:
        ask = known.get(at.ask) if at is not None else None
        messages.error(request, _sentence(refused, ask, at))
        return redirect("dispatch-unit", pk, unit)
    messages.success(request, _("核对表已录入：确认 %(n)d 项，更正 %(m)d 项。") % {"n": n, "m": len(corrections)})
    return redirect("dispatch-unit", pk, unit)


def _correct(access: Access, known: dict[int, Ask], answer: Answer) -> None:
    ask = known[int(answer.ask)]
    value = answer.value
    if (ask.field.startswith("step:") or ask.field == "day") and value is not None:
        value = date.fromisoformat(str(value))
    done = date.fromisoformat(str(answer.done)) if answer.done else None
    acts.correct(access, ask, int(answer.revision), value, str(answer.why), done=done)


def _sentence(refused: Exception, ask: Ask | None, answer: Answer | None) -> str:
    if isinstance(refused, Refused):
        track = tracks().get(ask.item.track) if ask is not None and ask.item is not None else None
        words = say_refused(refused, reads.language(), track)
    elif isinstance(refused, Conflict):
        words = _("这一项刚被别人核过")
    elif isinstance(refused, Untimely):
        words = str(refused)
    else:
        words = _("预览已失效，请重新上传核对表。")
    where = _("第 %(n)d 行") % {"n": answer.row} if answer is not None and isinstance(answer.row, int) else ""
    return _("没有录入：%(where)s %(words)s；整张表都没有写入。") % {"where": where, "words": words}
