"""Pages of lists: the list itself, its files, its saved views. Each list has views of its own, opened by its permission."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.lists import actions
from lvlian.site.lists.exporting import FORMATS, export_bytes
from lvlian.site.lists.listing import Listing, listing, make
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.access import page
from lvlian.site.org.chain import recording

View = Callable[..., HttpResponse]


def list_view(spec: ListSpec) -> View:
    """The page of a list."""

    @page(spec.permission)
    @require_GET
    def show(request: HttpRequest) -> HttpResponse:
        shown = listing(request, spec)
        return render(request, "lists/list.html", {"listing": shown, "what": what_of(shown)})

    return show


def what_of(shown: Listing) -> str:
    """What the title line says beside the title."""
    count = f"{shown.total_count} {shown.spec.noun}"
    region = shown.access.region
    return f"{region.name}{_('，')}{count}" if region is not None else count


def parameters_of(query: str) -> dict[str, list[str]]:
    """The parameters of a stored query; anything strange is left to `state.parse`."""
    try:
        return parse_qs(query[:8000], max_num_fields=200)
    except ValueError:
        return {}


def export_view(spec: ListSpec, kind: str) -> View:
    """All rows that fit, as they are shown, as a file."""

    @page("export.make")
    @require_GET
    def export(request: HttpRequest) -> HttpResponse:
        access = request.access  # type: ignore[attr-defined]
        access.need(spec.permission)
        shown = make(spec, access, {name: request.GET.getlist(name) for name in request.GET})
        data = {"list": spec.key, "query": shown.full_query, "rows": shown.count, "format": kind}
        with recording(access, "list.export", region=access.region, subject=str(spec.title), data=data) as act:
            content = export_bytes(shown, kind)
            act.data["bytes"] = len(content)
        name = f"{spec.title}-{access.region.name if access.region else ''}-{timezone.localdate():%Y%m%d}.{kind}"
        return attachment(content, name, FORMATS[kind])

    return export


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to be kept, never shown in place."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


def back_to(request: HttpRequest, fallback: str) -> str:
    """Where a form goes back to: an address of this site, else the list."""
    wanted = request.POST.get("back", "")
    return wanted if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None) else fallback


def save_view(spec: ListSpec) -> View:
    @page("view.save")
    @require_POST
    def save(request: HttpRequest) -> HttpResponse:
        access = request.access  # type: ignore[attr-defined]
        access.need(spec.permission)
        shown = make(spec, access, parameters_of(request.POST.get("query", "")))
        back = back_to(request, spec.urls["list"])
        name = " ".join(request.POST.get("name", "").replace("\x00", "").split())[:60]
        query = shown.state_query
        if not name:
            messages.error(request, _("视图要有名称"))
        elif len(query) > 2000:
            messages.error(request, _("条件太长，视图存不下"))
        else:
            actions.save_view(access, spec, name, query, shared=request.POST.get("shared") == "1")
            messages.success(request, _("视图“%(name)s”") % {"name": name})
        return redirect(f"{back}?{query}" if query else back)

    return save


def remove_view(spec: ListSpec) -> View:
    @page("view.save")
    @require_POST
    def remove(request: HttpRequest, pk: int) -> HttpResponse:
        name = actions.remove_view(request.access, spec, pk)  # type: ignore[attr-defined]
        messages.success(request, _("已删去视图“%(name)s”") % {"name": name})
        return redirect(back_to(request, spec.urls["list"]))

    return remove
