"""Changing many records at once: what to change, what it would do to each, then all of it or nothing.

The chosen rows travel as a query or as numbers, never as a promise: the preview is signed, and what stands when it is confirmed
must be what was previewed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lvlian.site.frame import today
from lvlian.site.lists import actions, selectors
from lvlian.site.lists.forms import form_for
from lvlian.site.lists.listing import Listing, address, make
from lvlian.site.lists.spec import ListSpec
from lvlian.site.lists.views import parameters_of
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict

SALT = "lvlian.bulk"
SHOWN = 200
MOST = 100_000
HOURS = 3600 * 4


@dataclass(slots=True)
class Line:
    """One record of the preview: what it would become, or why it is refused."""

    pk: int
    label: str
    url: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""


def bulk_view(spec: ListSpec) -> Callable[..., HttpResponse]:
    @page("record.bulk")
    @require_POST
    def bulk(request: HttpRequest) -> HttpResponse:
        access: Access = request.access  # type: ignore[attr-defined]
        access.need(spec.permission)
        shown = make(spec, access, parameters_of(request.POST.get("query", "")), spec.urls["list"])
        numbers = _numbers(request, shown)
        if not numbers:
            messages.error(request, _("没有选中记录"))
            return redirect(shown.url(shown.state))
        if len(numbers) > MOST:
            messages.error(request, _("一次最多改 %(n)d 条，请先筛选") % {"n": MOST})
            return redirect(shown.url(shown.state))
        names = [n for n in spec.bulk_fields if shown.sight.throughout((n,))]
        chosen = [n for n in request.POST.getlist("field") if n in names]
        sample = selectors.record_of(spec, access, numbers[0])
        form = form_for(spec, access, sample, chosen, _only(request, chosen)) if sample is not None and chosen else None
        context: dict[str, Any] = {
            "spec": spec, "shown": shown, "query": request.POST.get("query", ""), "which": request.POST.get("which", "rows"),
            "rows": ",".join(map(str, numbers)) if request.POST.get("which") != "all" else "", "count": len(numbers),
            "back": shown.url(shown.state), "chosen": chosen, "reason": request.POST.get("reason", "")[:500],
            "form": _blank(form_for(spec, access, sample, names)),
        }  # fmt: skip
        if request.POST.get("step") not in ("preview", "apply") or form is None:
            return render(request, "lists/bulk.html", {**context, "nothing": request.POST.get("step") == "preview"})
        form.errors.pop("__all__", None)
        if any(name in form.errors for name in chosen):
            context["form"] = form_for(spec, access, sample, names, request.POST)
            return render(request, "lists/bulk.html", context, status=422)
        values = {name: form.cleaned_data[name] for name in chosen}
        lines, seen = _previewed(spec, access, shown, numbers, values)
        digest = _digest(seen, values)
        context |= {
            "lines": lines[:SHOWN], "all_lines": len(lines), "changes": len(seen), "refused": sum(bool(one.refusal) for one in lines),
            "token": signing.dumps(digest, salt=SALT), "values": [(n, request.POST.getlist(n)) for n in chosen],
        }  # fmt: skip
        if request.POST.get("step") == "preview":
            return render(request, "lists/bulk_preview.html", context)
        return _applied(request, spec, access, context, values, seen, digest)

    return bulk


def _blank(form: Any) -> Any:
    """The form without the values of the record that it was made from."""
    form.initial = dict.fromkeys(form.fields)
    return form


def _only(request: HttpRequest, names: list[str]) -> Any:
    data = request.POST.copy()
    for name in list(data):
        if name not in names:
            del data[name]
    return data


def _numbers(request: HttpRequest, shown: Listing) -> list[int]:
    """The chosen records that are in scope and fit the filter: those checked, or all."""
    if request.POST.get("which") == "all":
        return list(shown.queryset.values_list("pk", flat=True)[: MOST + 1])
    given = [*request.POST.getlist("row"), *request.POST.get("rows", "").split(",")]
    wanted = {int(value) for value in given[: MOST * 2] if value.isascii() and value.isdecimal() and len(value) < 19}
    if len(wanted) > 500:
        return [pk for pk in shown.queryset.values_list("pk", flat=True) if pk in wanted]
    return list(shown.queryset.filter(pk__in=wanted).values_list("pk", flat=True))


def _previewed(
    spec: ListSpec, access: Access, shown: Listing, numbers: list[int], values: dict[str, Any]
) -> tuple[list[Line], dict[int, int]]:
    """What would become of each record, and the revisions of those that change."""
    lines: list[Line] = []
    seen: dict[int, int] = {}
    columns = tuple(c for c in spec.columns if c.key in values)
    allowed: dict[Any, bool] = {}
    for start in range(0, len(numbers), 1000):
        for row in selectors.load(spec, columns, shown.sight, numbers[start : start + 1000]):
            line = Line(
                row.pk,
                str(row) if len(lines) < SHOWN else "",
                address(spec.detail, row.pk) if len(lines) < SHOWN else "",
            )
            line.refusal = _refusal(spec, access, shown, row, values, allowed)
            for name, value in values.items():
                old = getattr(row, name)
                if old != value and not line.refusal:
                    label = str(spec.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
                    line.fields.append((label, _say(old), _say(value)))
            if line.fields or line.refusal:
                lines.append(line)
            if line.fields:
                seen[row.pk] = row.revision
    lines.sort(key=lambda one: not one.refusal)
    return lines, seen


def _say(value: Any) -> str:
    return "—" if value in (None, "") else str(value)


def _refusal(
    spec: ListSpec, access: Access, shown: Listing, row: Any, values: dict[str, Any], allowed: dict[Any, bool]
) -> str:
    """Why a record is not changed; empty where it is."""
    key = (getattr(row, "region_id", None), getattr(row, "firm_id", None))
    if spec.model.reach.unit or key not in allowed:  # type: ignore[attr-defined]
        allowed[key] = access.may("record.bulk", row) and access.may(spec.edit_permission, row)
    if not allowed[key]:
        return _("不在你的职责内")
    for value in values.values():
        region = getattr(value, "region_id", None)
        if region is not None and getattr(row, "region_id", region) != region:
            return _("“%(value)s”不是这条记录所在地区的") % {"value": value}
    if spec.check is not None:
        whole = {f.name: getattr(row, f.attname) for f in spec.model._meta.concrete_fields}
        faults = spec.check({**whole, **values}, today())
        if faults:
            return _("；").join(faults.values())
    return ""


def _digest(seen: dict[int, int], values: dict[str, Any]) -> str:
    plain = {name: str(getattr(value, "pk", value)) for name, value in values.items()}
    return hashlib.sha256(repr((sorted(seen.items()), sorted(plain.items()))).encode()).hexdigest()


def _applied(
    request: HttpRequest,
    spec: ListSpec,
    access: Access,
    context: dict[str, Any],
    values: dict[str, Any],
    seen: dict[int, int],
    digest: str,
) -> HttpResponse:
    try:
        promised = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=HOURS)
    except signing.BadSignature:
        promised = ""
    if promised != digest:
        return render(request, "lists/bulk_preview.html", {**context, "moved": True}, status=409)
    try:
        count = actions.change_many(access, spec, access.region, seen, values, context["reason"])
    except Conflict:
        return render(request, "lists/bulk_preview.html", {**context, "moved": True}, status=409)
    messages.success(request, _("批量修改 %(n)d 条") % {"n": count})
    return redirect(context["back"])
