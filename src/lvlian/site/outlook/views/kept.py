"""Scenarios that are kept: under a name with its reason, changed, dropped, from a file and to a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lvlian.site.account.views.indicators import region_of
from lvlian.site.frame import today
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.chain import Conflict
from lvlian.site.outlook.actions import scenarios
from lvlian.site.outlook.models import Scenario
from lvlian.site.outlook.overlay import PARTS
from lvlian.site.outlook.selectors import ground_of, scenarios_of, with_overlay
from lvlian.site.outlook.selectors_scenario import room_of

LARGEST_FILE = 200_000
YAML = "application/yaml; charset=utf-8"


def _asked(request: HttpRequest) -> QueryDict:
    """The query that a form was sent for."""
    return QueryDict(request.POST.get("query", "")[:20_000])


@require_POST
@page("outlook.run")
def outlook_keep(request: HttpRequest) -> HttpResponse:
    """Keeps what an address turns under a name."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    room = room_of(access, region, _asked(request))
    if room is None:
        raise Http404(_("没有可看的规划"))
    name, reason = request.POST.get("name", ""), request.POST.get("reason", "")
    try:
        row = scenarios.keep(access, region, name, reason, room.overlay, simulated=room.ground.simulated)
    except scenarios.ScenarioError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('outlook')}?{request.POST.get('query', '')[:20_000]}#keep")
    messages.success(request, _("已存情景“%(name)s”。") % {"name": row.name}, extra_tags=f"word:{_('已存')}")
    return redirect(f"{reverse('outlook')}?s={row.pk}")


@require_POST
@page("outlook.run")
def outlook_load(request: HttpRequest) -> HttpResponse:
    """Keeps the scenario of a file (lvlian-scenario/1), once the region's case bears it."""
    from lvlian.outlook.case import CaseError
    from lvlian.outlook.load_case import read_scenario
    from lvlian.outlook.record import plain

    access: Access = request.access  # type: ignore[attr-defined]
    region = region_of(access)
    ground = ground_of(access, region, today())
    file = request.FILES.get("file")
    if ground is None:
        raise Http404(_("没有可看的规划"))
    if file is None or file.size is None or file.size > LARGEST_FILE:
        messages.error(request, _("要一份 YAML 情景文件，不超过 200 KB。"))
        return redirect(f"{reverse('outlook')}#keep")
    try:
        read = read_scenario(file.read(), str(file.name)[:80])
        data = plain(read)
        overlay = {part: data[part] for part in PARTS if data.get(part)}
        with_overlay(ground.case, overlay, read.name)
        reason = read.reason or _("由文件 %(file)s 载入") % {"file": str(file.name)[:80]}
        row = scenarios.keep(access, region, read.name, reason, overlay, simulated=ground.simulated)
    except (CaseError, scenarios.ScenarioError) as error:
        messages.error(request, _("文件没有载入：%(why)s") % {"why": error})
        return redirect(f"{reverse('outlook')}#keep")
    messages.success(request, _("已载入情景“%(name)s”。") % {"name": row.name}, extra_tags=f"word:{_('已存')}")
    return redirect(f"{reverse('outlook')}?s={row.pk}")


def _scenario(access: Access, pk: int) -> Scenario:
    row = next((one for one in scenarios_of(access, region_of(access)) if one.pk == pk), None)
    if row is None:
        raise Http404(_("没有这个情景"))
    return row


@require_POST
@page("outlook.run")
def scenario_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Keeps the present changes under the same name."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = _scenario(access, pk)
    room = room_of(access, row.region, _asked(request))
    if room is None:
        raise Http404(_("没有可看的规划"))
    revision = request.POST.get("revision", "")
    try:
        if not revision.isdigit():
            raise scenarios.ScenarioError(_("页面缺少版次，请重新载入。"))
        if not room.overlay:
            raise scenarios.ScenarioError(_("还没有改动什么，不用存。"))
        scenarios.change(access, row, int(revision), room.overlay, request.POST.get("reason", ""))
    except scenarios.ScenarioError as error:
        messages.error(request, str(error))
        return redirect(f"{reverse('outlook')}?{request.POST.get('query', '')[:20_000]}#keep")
    except Conflict:
        messages.error(
            request, _("别人刚改过“%(name)s”，没有保存；您的改动还在地址里，看过再存。") % {"name": row.name}
        )
        return redirect(f"{reverse('outlook')}?{request.POST.get('query', '')[:20_000]}#keep")
    messages.success(request, _("“%(name)s”已改为现在的拨法。") % {"name": row.name})
    return redirect(f"{reverse('outlook')}?s={row.pk}")


@require_POST
@page("outlook.run")
def scenario_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a scenario away."""
    access: Access = request.access  # type: ignore[attr-defined]
    row = _scenario(access, pk)
    scenarios.drop(access, row)
    messages.success(
        request, _("情景“%(name)s”已去掉，留痕在审计。") % {"name": row.name}, extra_tags=f"word:{_('已去掉')}"
    )
    return redirect(reverse("outlook"))


@require_GET
@page("outlook.see")
def scenario_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A kept scenario as a YAML file that every case of the region takes."""
    from lvlian.outlook.scenario import scenario_of
    from lvlian.outlook.write_case import scenario_text

    access: Access = request.access  # type: ignore[attr-defined]
    row = _scenario(access, pk)
    data = {
        "name": row.name, "author": row.user.name if row.user is not None else "", "reason": row.reason, "day": row.at.date().isoformat(),
        "base": row.region.name, **{part: row.overlay[part] for part in PARTS if row.overlay.get(part)},
    }  # fmt: skip
    return attachment(scenario_text(scenario_of(data, row.name)).encode(), f"{row.region.name} {row.name}.yaml", YAML)
