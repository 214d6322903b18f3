"""流图: where metal, energy, carbon and value of a period enter the region, what becomes of them and where they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account import picturing as words
from lvlian.site.account import selectors_flows as reads
from lvlian.site.ledger.papers import EXCEL
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page
from lvlian.site.org.models import Region
from lvlian.site.pages.narrowing import Narrowing

if TYPE_CHECKING:
    from lvlian.chain.sankey import Link, Sankey


@dataclass
class Asked:
    """What an address asks to see: the region, the period with its months, and why nothing can be shown."""

    region: Region
    narrowing: Narrowing
    period: str
    months: list[str]
    shown: reads.Shown | None
    fault: str = ""

    @property
    def name(self) -> str:
        return words.period_words(self.period, self.months) if self.period else ""


def asked(request: HttpRequest) -> Asked:
    """The region and period of a request. Raises Http404 without a region."""
    access: Access = request.access  # type: ignore[attr-defined]
    region = access.region
    if region is None:
        raise Http404
    narrowing = Narrowing(request.GET)
    offered = reads.periods(access, region)
    chosen = narrowing.choice(
        "period", _("时段"), [(key, words.period_words(key, some)) for key, some in offered.items()]
    )
    period = chosen or next(iter(offered), "")
    if not chosen and narrowing.chips and period:
        narrowing.chips[-1]["value"] = words.period_words(period, offered[period])
    found = Asked(region, narrowing, period, offered.get(period, []), None)
    if found.months:
        from lvlian.chain.account.system import UnsolvableError

        try:
            found.shown = reads.shown(access, region, found.months)
        except UnsolvableError as error:
            found.fault = str(error)
    return found


def _picture(narrowing: Narrowing, shown: reads.Shown) -> tuple[Sankey, str, str]:
    from lvlian.chain.sankey import sankey

    layer = narrowing.read("layer")
    layer = layer if layer in words.LAYER_NAMES else "metal"
    level = narrowing.read("level")
    level = level if level in words.LEVEL_NAMES else "process"
    return shown.once(("sankey", layer, level), lambda: sankey(shown.book, layer, level)), layer, level


def _choices(narrowing: Narrowing, key: str, names: dict[str, Any], now: str) -> list[dict[str, Any]]:
    return [
        {"label": name, "url": narrowing.address(**{key: one, "link": None}), "current": one == now}
        for one, name in names.items()
    ]


@require_GET
@page("account.see")
def flows(request: HttpRequest) -> HttpResponse:
    """The picture with its table; `link` opens the streams behind one band."""
    found = asked(request)
    context: dict[str, Any] = {"asked": found, "narrowing": found.narrowing, "language": words.language()}
    if found.shown is None:
        return render(request, "account/flows.html", context, status=422 if found.fault else 200)
    context |= _drawn(found)
    return render(request, "account/flows.html", context)


def _drawn(found: Asked) -> dict[str, Any]:
    from lvlian.brief.sankey_drawing import chart_data, sankey_svg, scale_for, spread_words

    shown = found.shown
    assert shown is not None
    picture, layer, level = _picture(found.narrowing, shown)
    scale, zh = scale_for(picture), not words.english()
    names = {n.id: n.zh if zh else n.en for n in picture.nodes}
    number = {id(k): str(n) for n, k in enumerate(picture.links)}
    unit = scale.zh if zh else scale.en

    def url(link: Link) -> str:
        return found.narrowing.address(link=number[id(link)]) + "#streams"

    def tip(link: Link) -> list[str]:
        told = [f"{scale.told(link.value)} {unit} {spread_words(link, scale)}".rstrip()]
        told.append(str(words.CLASSES.get(link.quality, "")))
        if link.estimated:
            told.append(_("有的流没有报数，由平衡推得"))
        return [one for one in told if one]

    rows = [
        {
            "from": names[k.source], "to": names[k.target], "told": scale.told(k.value), "half": spread_words(k, scale),
            "kind": words.LINKS.get(k.kind, k.kind), "quality": words.CLASSES.get(k.quality, ""), "estimated": k.estimated,
            "count": len(k.terms), "url": url(k), "opened": number[id(k)] == found.narrowing.read("link"),
        }
        for k in sorted(picture.links, key=lambda k: (-k.value, k.source, k.target))
    ]  # fmt: skip
    title = _("%(region)s %(layer)s流图 %(period)s") % {
        "region": found.region.name, "layer": words.LAYER_NAMES[layer], "period": found.name,
    }  # fmt: skip
    opened = next((k for k in picture.links if number[id(k)] == found.narrowing.read("link")), None)
    hidden = [
        {"words": words.flow_words(shown.book, flow), "low": low / scale.factor, "high": None if high == float("inf") else high / scale.factor}
        for stream, low, high in picture.hidden
        if (flow := shown.book.by_stream.get(stream)) is not None
    ]  # fmt: skip
    context: dict[str, Any] = {
        "picture": picture, "rows": rows, "unit": unit, "title": title, "hidden": hidden, "invented": picture.simulated,
        "layers": _choices(found.narrowing, "layer", words.LAYER_NAMES, layer),
        "levels": _choices(found.narrowing, "level", words.LEVEL_NAMES, level),
        "layer_name": words.LAYER_NAMES[layer], "columns": picture.columns, "total": scale.told(picture.total),
        "data": chart_data(picture, words.language(), url, tip),
        "svg": mark_safe(sankey_svg(picture, words.language(), title=str(title), url=url)),
        "query": found.narrowing.address(link=None), "estimated": sum(k.estimated for k in picture.links),
    }  # fmt: skip
    if opened is not None:
        context["opened"] = {
            "title": f"{names[opened.source]} → {names[opened.target]}", "told": scale.told(opened.value), "half": spread_words(opened, scale),
            "rows": words.stream_rows(shown.book, opened.terms, scale.factor, found.months[-1]), "close": found.narrowing.address(link=None),
        }  # fmt: skip
    return context


@require_GET
@page("account.see")
def flows_svg(request: HttpRequest) -> HttpResponse:
    """The picture as a file of its own, with title, unit, source and 模拟."""
    from lvlian.brief.sankey_drawing import sankey_svg

    found = _needed(request)
    assert found.shown is not None
    picture, layer, _level = _picture(found.narrowing, found.shown)
    title = f"{found.region.name} {words.LAYER_NAMES[layer]} {found.name}"
    drawn = sankey_svg(picture, words.language(), title=title, legend=legend(found, picture))
    return attachment(drawn.encode(), f"{title}.svg", "image/svg+xml")


def _needed(request: HttpRequest) -> Asked:
    found = asked(request)
    if found.shown is None:
        raise Http404
    return found


def legend(found: Asked, picture: Any) -> list[str]:
    """What stands below a picture that leaves the site: as-of, source, 模拟."""
    told = [_("来源：%(months)s 的平衡账") % {"months": "、".join(found.months)}]
    if found.region.as_of:
        told.append(_("数据截至 %(day)s") % {"day": found.region.as_of})
    if picture.simulated:
        told.append(_("模拟：报数为演示数据"))
    return told


@require_GET
@page("account.see")
def flows_xlsx(request: HttpRequest) -> HttpResponse:
    """The table behind the picture, the streams behind each link, and what the figures rest on."""
    from lvlian.brief.sankey_drawing import scale_for
    from lvlian.brief.sheets import Column, Sheet
    from lvlian.brief.workbook import workbook_bytes

    found = _needed(request)
    assert found.shown is not None
    picture, layer, _level = _picture(found.narrowing, found.shown)
    scale, zh = scale_for(picture), not words.english()
    unit = scale.zh if zh else scale.en
    names = {n.id: n.zh if zh else n.en for n in picture.nodes}
    title = f"{found.region.name} {words.LAYER_NAMES[layer]} {found.name}"
    told = sorted(picture.links, key=lambda k: (-k.value, k.source, k.target))
    links = [
        [names[k.source], names[k.target], k.value / scale.factor, None if k.sd is None else 1.2816 * k.sd / scale.factor,
         str(words.LINKS.get(k.kind, k.kind)), str(words.CLASSES.get(k.quality, "")), _("推得") if k.estimated else _("报数")]
        for k in told
    ]  # fmt: skip
    streams = [
        [f"{names[k.source]} → {names[k.target]}", row["words"], row["value"], row["unit"], row["half"], str(row["kind"]), row["counts"]]
        for k in told
        for row in words.stream_rows(found.shown.book, k.terms, scale.factor, found.months[-1])
    ]  # fmt: skip
    notes = [
        [one] for one in (title, _("单位：%(unit)s") % {"unit": unit}, *legend(found, picture), *picture.assumptions)
    ]
    text = lambda heading, width=18: Column(heading, width)  # noqa: E731
    figure = lambda heading: Column(heading, 14, True)  # noqa: E731
    sheets = [
        Sheet(_("流"), (text(_("从")), text(_("到")), figure(f"{_('数量')}，{unit}"), figure(f"±80%，{unit}"), text(_("类")), text(_("可查性")), text(_("依据"))), links),
        Sheet(_("各流的构成"), (text(_("流"), 30), text(_("企业的流"), 40), figure(_("数值")), text(_("单位"), 8), figure("±80%"), text(_("可查性")), figure(f"{_('计入')}，{unit}")), streams),
        Sheet(_("说明"), (text(_("说明"), 100),), notes),
    ]  # fmt: skip
    foot = (title, _("模拟") if picture.simulated else "")
    return attachment(workbook_bytes(sheets, foot=foot), f"{title}.xlsx", EXCEL)
