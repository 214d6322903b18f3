"""产业链图: which links a region's chain has, lacks or waits for, where metal leaves, and what would close the gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.site.account import picturing as words
from lvlian.site.account import selectors_atlas as reads
from lvlian.site.account import selectors_flows
from lvlian.site.account.views.flows import Asked, asked, legend
from lvlian.site.frame import today
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.papers import EXCEL
from lvlian.site.ledger.registers import tracks
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import Access, page

if TYPE_CHECKING:
    from lvlian.chain.atlas import Atlas, AtlasNode

LEVELS = {"gap": "bad", "notice": "warn"}
YEARS = 3


def _atlas(request: HttpRequest, found: Asked) -> tuple[Atlas, reads.Projects]:
    from lvlian.chain.atlas.build import atlas as build
    from lvlian.chain.atlas.grid import load_grid

    access: Access = request.access  # type: ignore[attr-defined]
    shown = found.shown
    assert shown is not None
    projects = reads.projects_of(access, found.region, today())
    book = shown.book
    lines = {(firm.id, book.main_product(line.process)) for firm in book.region.firms for line in firm.lines}
    extra = projects.extra(lines, load_grid().group_of)
    return shown.once(("atlas", tuple(extra)), lambda: build(book, extra)), projects


def _layer(found: Asked) -> str:
    layer = found.narrowing.read("layer")
    return layer if layer in words.LAYER_NAMES else "metal"


def _year(found: Asked, years: list[str]) -> str:
    year = found.narrowing.read("year")
    return year if year in years else ""


def _years(made: Atlas) -> list[str]:
    """Years at whose end something more is to run."""
    from lvlian.brief.atlas_words import known

    return sorted({p.when[:4] for node in made.nodes for p in node.projects if known(p.when)})[:YEARS]


@require_GET
@page("account.see")
def atlas(request: HttpRequest) -> HttpResponse:
    """The picture, the strip of four quantities, the gaps; `node` opens a link, `with` lays another region beside."""
    access: Access = request.access  # type: ignore[attr-defined]
    fresh(today())
    found = asked(request)
    context: dict[str, Any] = {"asked": found, "narrowing": found.narrowing, "language": words.language()}
    if found.shown is None:
        return render(request, "account/atlas.html", context, status=422 if found.fault else 200)
    from lvlian.brief.atlas_drawing import LAYERS, atlas_svg
    from lvlian.brief.atlas_strip import strip_svg
    from lvlian.brief.sankey_layout import scale_of

    made, projects = _atlas(request, found)
    layer, narrowing = _layer(found), found.narrowing
    years = _years(made)
    year = _year(found, years)
    title = _("%(region)s产业链图 %(period)s") % {"region": found.region.name, "period": found.name}
    scale = scale_of(LAYERS[layer], max((e.amounts.get(layer, 0.0) for e in made.edges), default=0.0))

    def url(node: AtlasNode) -> str:
        return narrowing.address(node=node.id) + "#node"

    counts = made.counts()
    context |= {
        "made": made, "title": title, "invented": made.simulated, "layer": layer, "layer_unit": scale.en if words.english() else scale.zh,
        "svg": mark_safe(atlas_svg(made, layer, words.language(), title=str(title), url=url, year=year)),
        "layers": [{"label": name, "url": narrowing.address(layer=key), "current": key == layer} for key, name in words.LAYER_NAMES.items()],
        "times": [{"label": _("现在"), "url": narrowing.address(year=None), "current": not year}]
        + [{"label": _("%(year)s底") % {"year": one}, "url": narrowing.address(year=one), "current": one == year} for one in years],
        "counts": [
            ("bad", _("缺"), counts["missing"]), ("warn", _("一家或薄"), counts["single"] + counts["thin"]),
            ("", _("在建或拟建"), counts["building"] + counts["planned"]), ("ok", _("不缺"), counts["strong"]),
        ],
        "links": len(made.nodes), "strip": _strip(made), "strip_svg": mark_safe(strip_svg(made, words.language(), title=str(_("同一条链的四种量")))), "gaps": [_gap(gap, made, projects, request) for gap in made.gaps],
        "columns": _columns(made, narrowing, year), "query": narrowing.address(node=None), "year": year,
    }  # fmt: skip
    opened = next((n for n in made.nodes if n.id == narrowing.read("node")), None)
    if opened is not None:
        context["opened"] = _opened(opened, made, projects, found)
    context["ahead"] = _ahead(access, found, made, year)
    context |= _compared(access, found, made)
    return render(request, "account/atlas.html", context)


def _ahead(access: Access, found: Asked, made: Atlas, year: str) -> dict[str, Any] | None:
    """What the links make by the end of a year as projected, a month, beside what they make now."""
    from lvlian.brief.atlas_words import amount_words
    from lvlian.site.outlook.atlas_outputs import outputs_of

    outputs = outputs_of(access, found.region, year)
    if outputs is None:
        return None
    count = max(len(found.months), 1)
    rows = []
    for node in made.nodes:
        then = outputs.of(node)
        if then is None or (then == 0 and not node.output):
            continue
        told, now = amount_words(node.unit), None if node.output is None else node.output / count
        more = None if now is None else then - now
        rows.append({
            "name": _name(node), "unit": words.large_unit(node.unit), "now": told(now), "then": told(then),
            "more": "—" if more is None else f"{'+' if more > 0 else '−' if more < 0 else ''}{told(abs(more))}",
        })  # fmt: skip
    return {"rows": rows, "year": year, "simulated": outputs.simulated} if rows else None


def _name(node: Any) -> str:
    return str(node.en if words.english() else node.zh)


def _columns(made: Atlas, narrowing: Any, year: str) -> list[dict[str, Any]]:
    """The links as a list by column, for the phone and for who does not see the picture."""
    from lvlian.brief.atlas_words import state_words, third_line

    zh = not words.english()
    out = []
    for key, name_zh, name_en in made.columns:
        nodes = [
            {
                "name": _name(node), "mark": state_words(node, year, zh), "line": third_line(node, year, zh), "discs": node.discs,
                "url": narrowing.address(node=node.id) + "#node", "load": node.load,
            }
            for node in made.nodes
            if node.column == key
        ]  # fmt: skip
        if nodes:
            out.append({"name": name_zh if zh else name_en, "nodes": nodes})
    return out


def _strip(made: Atlas) -> dict[str, Any]:
    """The figures of the strip as a table."""
    from lvlian.brief.sankey_layout import scale_of

    zh = not words.english()
    columns = [c for c in made.columns if c[0] != "loop"]
    rows = []
    from lvlian.brief.atlas_drawing import LAYERS

    cells = {(c.column, c.layer): c for c in made.strip}
    for layer, name in words.LAYER_NAMES.items():
        some = [cells.get((key, layer)) for key, _zh, _en in columns]
        largest = max((max(abs(c.value), c.brought) for c in some if c is not None), default=0.0)
        scale = scale_of(LAYERS[layer], largest)
        rows.append(
            {
                "name": name, "unit": scale.zh if zh else scale.en,
                "cells": [
                    {
                        "told": scale.told(c.value) if c is not None and c.value else "", "brought": scale.told(c.brought) if c is not None and c.brought else "",
                    }
                    for c in some
                ],
            }
        )  # fmt: skip
    per = []
    for key, _zh, _en in columns:
        metal, value = cells.get((key, "metal")), cells.get((key, "value"))
        per.append(
            value.value / metal.value
            if metal is not None and value is not None and metal.value > 0 and value.value
            else None
        )
    rows.append(
        {
            "name": _("每万吨金属价值"), "unit": _("亿元"),
            "cells": [{"told": f"{one / 1e4:.2f}" if one else "", "brought": ""} for one in per],
        }
    )  # fmt: skip
    return {"columns": [z if zh else e for _k, z, e in columns], "rows": rows}


def _gap(gap: Any, made: Atlas, projects: reads.Projects, request: HttpRequest) -> dict[str, Any]:
    """A gap as a row: evidence, what it brings, projects at hand with their items' lights, the lead that it opens."""
    english = words.english()
    members = {good for node in made.nodes if node.id in gap.nodes for good in node.goods} | {
        p.good for p in gap.projects
    }
    hand = []
    for one in gap.projects:
        planned = projects.of(one, list(members))
        hand.append({"made": one, "planned": planned, "card": planned.card if planned else None})
    blocked = [one["card"] for one in hand if one["card"] is not None and one["card"].item.light in ("bad", "warn")]
    value = None if gap.value is None else (gap.value[0] / 1e8, gap.value[1] / 1e8)
    names = {node.id: _name(node) for node in made.nodes}
    product = "、".join(names[n] for n in gap.nodes if n in names)[:60]
    brings = gap.brings_en if english else gap.brings_zh
    return {
        "gap": gap, "light": LEVELS.get(gap.level, "none"), "kind": gap.kind_en if english else gap.kind_zh,
        "title": gap.title_en if english else gap.title_zh, "evidence": gap.evidence_en if english else gap.evidence_zh, "brings": brings,
        "value": value, "hand": hand, "blocked": list({card.item.pk: card for card in blocked}.values()), "blocks": gap.blocks,
        "lead": _lead_url(request, gap, product) if gap.kind not in ("idle", "excess") else "",
    }  # fmt: skip


def _lead_url(request: HttpRequest, gap: Any, product: str) -> str:
    """The form of an investment lead, begun with the gap and its evidence."""
    access: Access = request.access  # type: ignore[attr-defined]
    if access.region is None or not access.may_in("item.open", access.region) or "investment" not in tracks():
        return ""
    english = words.english()
    title = gap.title_en if english else gap.title_zh
    about = [gap.evidence_en, gap.brings_en] if english else [gap.evidence_zh, gap.brings_zh]
    stop = ". " if english else "。"
    query = {"title": _("补链：%(what)s") % {"what": title}, "about": stop.join([*about, product]) + stop.strip()}
    return f"{reverse('ledger-new', kwargs={'track': 'investment'})}?{urlencode(query)}"


def _opened(node: AtlasNode, made: Atlas, projects: reads.Projects, found: Asked) -> dict[str, Any]:
    """A link: its firms, projects, and the streams that its figures rest on."""
    from lvlian.brief.atlas_words import amount_words, known

    shown = found.shown
    assert shown is not None
    said = amount_words(node.unit)
    works = [
        {"name": one.short, "output": said(one.output), "capacity": said(one.capacity), "load": one.output / one.capacity if one.output and one.capacity else None}
        for one in node.works
    ]  # fmt: skip
    coming = [
        {"made": one, "capacity": said(one.capacity), "when": known(one.when), "planned": (planned := projects.of(one, node.goods)), "card": planned.card if planned else None}
        for one in node.projects
    ]  # fmt: skip
    return {
        "node": node, "name": _name(node), "works": works, "projects": coming, "unit": words.large_unit(node.unit),
        "rows": words.stream_rows(shown.book, [(stream, 1.0) for stream in node.streams], 1.0, found.months[-1]),
        "close": found.narrowing.address(node=None),
    }  # fmt: skip


def _compared(access: Access, found: Asked, made: Atlas) -> dict[str, Any]:
    """Another region on the same grid."""
    offered = reads.others(access, found.region)
    narrowing = found.narrowing
    options = [
        {
            "label": one.name,
            "url": narrowing.address(**{"with": one.pk}),
            "current": str(one.pk) == narrowing.read("with"),
        }
        for one in offered
    ]
    other = next((one for one in offered if str(one.pk) == narrowing.read("with")), None)
    if other is None:
        return {"others": options}
    from lvlian.brief.atlas_words import amount_words, state_words
    from lvlian.chain.account.system import UnsolvableError
    from lvlian.chain.atlas.build import atlas as build

    months = selectors_flows.periods(access, other).get(found.period, [])
    if not months:
        return {"others": options, "other": other, "missing": True}
    try:
        beside = selectors_flows.shown(access, other, months)
        its = beside.once(("atlas", ()), lambda: build(beside.book))
    except UnsolvableError as error:
        return {"others": options, "other": other, "fault": str(error)}
    zh = not words.english()
    there = {node.id: node for node in its.nodes}
    rows = []
    for node in made.nodes:
        far, said = there.get(node.id), amount_words(node.unit)
        rows.append(
            {
                "name": _name(node), "unit": words.large_unit(node.unit), "here": state_words(node, "", zh), "there": state_words(far, "", zh) if far else None,
                "output": said(node.output), "far_output": said(far.output) if far else "—", "capacity": said(node.capacity), "far_capacity": said(far.capacity) if far else "—",
            }
        )  # fmt: skip
    return {
        "others": options,
        "other": other,
        "compared": rows,
        "uncompare": narrowing.address(**{"with": None}),
        "other_simulated": its.simulated,
    }


def _needed(request: HttpRequest) -> Asked:
    found = asked(request)
    if found.shown is None:
        raise Http404
    return found


@require_GET
@page("account.see")
def atlas_svg(request: HttpRequest) -> HttpResponse:
    """The picture as a file of its own."""
    from lvlian.brief.atlas_drawing import atlas_svg as draw

    found = _needed(request)
    made, _projects = _atlas(request, found)
    title = f"{found.region.name} {_('产业链图')} {found.name}"
    drawn = draw(
        made, _layer(found), words.language(), title=title, year=_year(found, _years(made)), legend=legend(found, made)
    )
    return attachment(drawn.encode(), f"{title}.svg", "image/svg+xml")


@require_GET
@page("account.see")
def atlas_xlsx(request: HttpRequest) -> HttpResponse:
    """Links, flows, gaps and what they rest on, as a workbook."""
    from lvlian.brief.atlas_sheets import atlas_workbook

    found = _needed(request)
    made, _projects = _atlas(request, found)
    title = f"{found.region.name} {_('产业链图')} {found.name}"
    notes = [title, *legend(found, made), *made.assumptions]
    return attachment(atlas_workbook(made, words.language(), notes, title), f"{title}.xlsx", EXCEL)
