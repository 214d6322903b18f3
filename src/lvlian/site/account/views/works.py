"""企业产线: what each firm of the region can make, and who supplies whom; the forms derive from both."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lvlian.site.account import forms_works
from lvlian.site.account import saying_reports as words
from lvlian.site.account import selectors_works as reads
from lvlian.site.account.actions import works as acts
from lvlian.site.account.models import Works
from lvlian.site.account.workbook import workbook
from lvlian.site.lists.exporting import FORMATS
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.org.models import Firm

OUTSIDE = "outside"
LIGHTS = {"running": "ok", "building": "warn", "planned": "none", "stopped": "none"}


@require_GET
@page("account.see")
def works(request: HttpRequest) -> HttpResponse:
    """The firms with their lines, the supplies, and the form to add one."""
    return _shown(request)


def _shown(request: HttpRequest, status: int = 200, **also: Any) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    may_edit = access.region is not None and access.may_in("works.edit", access.region)
    found = reads.works_here(access)
    context: dict[str, Any] = {
        "rows": [{"works": one, "kind": words.KIND_WORDS.get(one.kind, one.kind), "lines": reads.lines_of(one)} for one in found],
        "goods_linked": _by_good(reads.links_here(access)),
        "may_edit": may_edit, "link_count": reads.link_count(access), "invented": any(one.simulated for one in found),
    }  # fmt: skip
    if may_edit:
        context |= {
            "without": reads.without_works(access), "goods": forms_works.good_choices(), "firms": [one.firm for one in found],
        }  # fmt: skip
    return render(request, "account/works.html", {**context, **also}, status=status)


def _by_good(links: list[Any]) -> list[tuple[str, list[Any]]]:
    """The supplies of each good."""
    out: dict[str, list[Any]] = {}
    for one in links:
        out.setdefault(words.good_word(one.good), []).append(one)
    return list(out.items())


def _firm(access: Access, firm_id: int) -> Firm:
    firm = reads.firm_here(access, firm_id)
    if firm is None:
        raise Http404
    access.need("works.edit", firm)
    return firm


@require_http_methods(["GET", "POST"])
@page("works.edit")
def edit(request: HttpRequest, firm_id: int) -> HttpResponse:
    """What one firm can make."""
    access: Access = request.access  # type: ignore[attr-defined]
    firm = _firm(access, firm_id)
    row = reads.works_of_firm(access, firm)
    context: dict[str, Any] = {
        "firm": firm, "works": row, "kinds": list(words.KIND_WORDS.items()), "states": Works.State.choices,
        "processes": forms_works.process_choices(), "invented": row is not None and row.simulated,
    }  # fmt: skip
    if request.method == "GET":
        return render(request, "account/works_edit.html", {**context, "form": forms_works.shown(row)})
    form = forms_works.read(request.POST, new=row is None)
    if request.POST.get("more"):
        form.rows += [forms_works.Row() for _n in range(forms_works.SPARE)]
        for one in form.rows:
            one.error = ""
        form.errors = {}
        return render(request, "account/works_edit.html", {**context, "form": form})
    if not form.sound:
        return render(request, "account/works_edit.html", {**context, "form": form}, status=422)
    revision = int(form.revision) if form.revision.isdecimal() else None
    try:
        acts.set_works(access, firm, form.key or (row.key if row is not None else ""), form.values(), revision)
    except acts.WorksError as error:
        form.errors[error.field] = str(error)
        return render(request, "account/works_edit.html", {**context, "form": form}, status=422)
    except Conflict:
        now = reads.works_of_firm(access, firm)
        form.revision = str(now.revision) if now is not None else ""
        moved = {"now": forms_works.shown(now), "lines": reads.lines_of(now) if now is not None else []}
        return render(request, "account/works_edit.html", {**context, "form": form, "moved": moved}, status=409)
    messages.success(request, _("%(firm)s 的产线已记下；要报的项随之改变") % {"firm": firm})
    return redirect("works")


@require_POST
@page("works.edit")
def link_add(request: HttpRequest) -> HttpResponse:
    """A standing supply of a good."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = access.region
    if region is None or not access.may_in("works.edit", region):
        raise PermissionDenied("works.edit")
    known = {str(one.firm_id): one.firm for one in reads.works_here(access)}
    typed = {name: request.POST.get(name, "") for name in ("source", "target", "good")}
    for name in ("source", "target"):
        if typed[name] != OUTSIDE and typed[name] not in known:
            return _shown(request, 422, typed=typed, link_fault=_("请选供方和收方；没有的企业先登记产线。"))
    try:
        link = acts.add_link(access, region, known.get(typed["source"]), known.get(typed["target"]), typed["good"])
    except acts.WorksError as error:
        return _shown(request, 422, typed=typed, link_fault=str(error))
    messages.success(request, _("“%(link)s”已记下") % {"link": _told(link)})
    return redirect("works")


def _told(link: Any) -> str:
    return f"{link.source or _('区外')} → {link.target or _('区外')} {words.good_word(link.good)}"


@require_POST
@page("works.edit")
def link_remove(request: HttpRequest, link_id: int) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    link = reads.link_of(access, link_id)
    if link is None:
        raise Http404
    told = _told(link)
    acts.remove_link(access, link)
    messages.success(request, _("“%(link)s”已去掉") % {"link": told})
    return redirect("works")


@require_GET
@page("account.see")
def export(request: HttpRequest) -> HttpResponse:
    """Lines and supplies as a workbook, a line or a supply a row."""
    access: Access = request.access  # type: ignore[attr-defined]
    rows = [
        [
            str(one.firm), one.key, str(words.KIND_WORDS.get(one.kind, one.kind)), one.get_state_display(), line.name, line.capacity,
            line.since, line.until, one.post, _("模拟") if one.simulated else "",
        ]
        for one in reads.works_here(access)
        for line in reads.lines_of(one) or [reads.Line("", "", None, "", "")]
    ]  # fmt: skip
    links = [
        [str(one.source or _("区外")), str(one.target or _("区外")), words.good_word(one.good), _("模拟") if one.simulated else ""]
        for one in reads.links_here(access)
    ]  # fmt: skip
    heads = [
        _("企业"),
        _("代号"),
        _("环节"),
        _("状态"),
        _("工序"),
        _("产能，吨/年"),
        _("起"),
        _("止"),
        _("问谁"),
        _("模拟"),
    ]
    content = workbook(
        [(_("企业产线"), heads, rows), (_("供应关系"), [_("供方"), _("收方"), _("物料"), _("模拟")], links)]
    )
    return attachment(content, f"{access.region or ''}-{_('企业产线')}.xlsx", FORMATS["xlsx"])
