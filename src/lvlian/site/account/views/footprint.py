"""碳足迹: what a tonne of each product carries from the mine to the gate, opened by origin, under a power mix that is said; the forms
that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from lvlian.site.account import picturing as words
from lvlian.site.account.forms_footprint import KIND_NAMES, KINDS, PowerForm
from lvlian.site.account.views.flows import Asked, asked, legend
from lvlian.site.ledger.papers import EXCEL
from lvlian.site.lists.views import attachment
from lvlian.site.org.access import page

if TYPE_CHECKING:
    from lvlian.chain.footprint import Footprint
    from lvlian.chain.footprint.forms import Form

SOURCES = {
    "direct": gettext_lazy("本区直接排放"),
    "fuel": gettext_lazy("燃料"),
    "electricity": gettext_lazy("电力"),
    "upstream": gettext_lazy("上游与外购"),
}
DIRECT = {
    "direct:anode": gettext_lazy("阳极消耗"),
    "direct:pfc": gettext_lazy("阳极效应（PFC）"),
    "direct:co2": gettext_lazy("工艺 CO₂"),
}
LEAST = 1e-4
"""t CO2e per tonne below which an origin is gathered under 其他."""


def _form(request: HttpRequest) -> PowerForm:
    from lvlian.chain.footprint.factors import load_factors

    kinds = tuple(kind for kind in KINDS if kind in load_factors().power)
    return PowerForm(request.GET, kinds=kinds)


def _footprint(found: Asked, form: PowerForm) -> Footprint:
    """The footprint under the power that was asked for; the default where the form is wrong."""
    from lvlian.chain.footprint import footprint
    from lvlian.chain.footprint.power import PowerMix

    shown = found.shown
    assert shown is not None
    book = shown.book
    values = form.cleaned_data if form.is_valid() else {}
    power, rule = values.get("power") or "average", values.get("rule") or "metal"
    shares = {kind: share / 100 for kind, share in form.shares(values).items()}
    certificate = (values.get("certificate") or 0.0) / 100
    mixes = None
    if shares or certificate:
        shares["grid"] = max(1 - sum(shares.values()), 0.0)
        mix = PowerMix(
            shares=shares, certificate=certificate, kind=power, area=book.region.grid_area, year=book.year,
            assumed=_("电源构成按填写：%(source)s") % {"source": values.get("source", "")},
        )  # fmt: skip
        mixes = {firm.id: mix for firm in book.region.firms}
    key = (
        "footprint",
        power,
        rule,
        tuple(sorted(shares.items())),
        certificate,
        values.get("source", "") if mixes else "",
    )
    return shown.once(key, lambda: footprint(book, rule=rule, mixes=mixes, power=power))


def _products(found: Asked, made: Footprint) -> list[dict[str, Any]]:
    """Products with metal in them, in the order of the chain; residues are none."""
    assert found.shown is not None
    book = found.shown.book
    out = []
    for key in made.goods():
        good = book.library.goods.get(key)
        carried = made.product(key)
        if good is None or carried is None or (good.kind not in ("metal", "product") and not carried.value):
            continue
        if good.kind in ("residue", "emission", "scrap", "byproduct"):
            continue
        kinds = carried.by_kind()
        out.append(
            {
                "key": key, "name": good.en if words.english() else good.zh, "value": carried.value, "half": 1.2816 * carried.sd, "amount": carried.amount / 1e4,
                "low": max(carried.value - 1.2816 * carried.sd, 0.0), "high": carried.value + 1.2816 * carried.sd,
                "parts": [{"name": name, "value": kinds.get(kind, 0.0)} for kind, name in SOURCES.items()],
                "bar": [{"value": kinds.get(kind, 0.0), "kind": look, "label": str(SOURCES[kind])} for kind, look in BARS],
                "url": found.narrowing.address(good=key, firm=None) + "#product",
            }
        )  # fmt: skip
    stages = {stage.id: n for n, stage in enumerate(book.library.stages)}
    return sorted(out, key=lambda row: (stages.get(book.stage(row["key"]), 99), -row["amount"]))


def _chosen(products: list[dict[str, Any]], wanted: str) -> str:
    """The product that is opened: the one asked for, else the one of which most is made."""
    if any(row["key"] == wanted for row in products):
        return wanted
    return max(products, key=lambda row: row["amount"])["key"] if products else ""


BARS = (("electricity", "done"), ("upstream", "planned"), ("direct", "none"), ("fuel", "none"))


def _origin_name(found: Asked, kind: str, key: str) -> str:
    assert found.shown is not None
    if kind == "electricity":
        return _("电力")
    if key in DIRECT:
        return str(DIRECT[key])
    library = found.shown.book.library
    name, tail = key.partition(":")[::2]
    entry = library.goods.get(tail or name) or library.processes.get(tail or name)
    text = (entry.en if words.english() else entry.zh) if entry is not None else tail or name
    return _("%(what)s 工序排放") % {"what": text} if name == "process" else str(text)


def _origins(found: Asked, carried: Any) -> list[dict[str, Any]]:
    """Every origin with its share, largest first, small ones together."""
    sums: dict[tuple[str, str], float] = {}
    for source, value in carried.parts:
        key = "electricity" if source.kind == "electricity" else source.key
        sums[source.kind, key] = sums.get((source.kind, key), 0.0) + value
    rows = [
        {"kind": SOURCES.get(kind, kind), "name": _origin_name(found, kind, key), "value": value, "share": value / carried.value if carried.value else 0.0,
         "mark": "算" if kind == "direct" else "假"}
        for (kind, key), value in sorted(sums.items(), key=lambda item: -item[1])
        if abs(value) >= LEAST
    ]  # fmt: skip
    rest = sum(value for value in sums.values() if abs(value) < LEAST)
    if rest:
        rows.append(
            {
                "kind": "",
                "name": _("其他"),
                "value": rest,
                "share": rest / carried.value if carried.value else 0.0,
                "mark": "算",
            }
        )
    return rows


def _forms(found: Asked, made: Footprint, good: str, firm: str) -> list[Form]:
    from lvlian.chain.footprint.forms import cbam, gbt44905

    assert found.shown is not None
    book = found.shown.book
    year = int(book.year) if book.year else 2026
    return [gbt44905(book, made, good, firm), cbam(book, made, good, firm, max(year, 2026))]


@require_GET
@page("account.see")
def footprints(request: HttpRequest) -> HttpResponse:
    """All products; `good` opens one with its origins, its makers and the two forms."""
    found = asked(request)
    context: dict[str, Any] = {"asked": found, "narrowing": found.narrowing, "language": words.language()}
    if found.shown is None:
        return render(request, "account/footprint.html", context, status=422 if found.fault else 200)
    form = _form(request)
    made = _footprint(found, form)
    products = _products(found, made)
    book = found.shown.book
    wanted = found.narrowing.read("good")
    good = _chosen(products, wanted)
    makers = [
        {"key": firm, "name": book.short(firm), "process": entry, "value": c.value, "half": 1.2816 * c.sd, "amount": c.amount / 1e4,
         "url": found.narrowing.address(firm=firm, good=good) + "#product"}
        for (firm, process, made_good), c in made.made.items()
        if made_good == good and c.amount > 0 and (entry := _step(book, process))
    ]  # fmt: skip
    firm = found.narrowing.read("firm")
    firm = firm if any(one["key"] == firm for one in makers) else ""
    context |= {
        "form": form, "made": made, "products": products, "good": good, "makers": makers, "simulated": made.simulated,
        "query": found.narrowing.address(), "kinds": [form[kind] for kind in form.kinds], "sources": list(SOURCES.values()),
        "power": _power_words(form, found), "most": max((row["value"] for row in products), default=0.0),
        "hidden": [(key, value) for key, value in request.GET.items() if key in ("period", "good", "firm")],
    }  # fmt: skip
    if good:
        carried = _carried(made, good, firm)
        context |= {
            "opened": next(row for row in products if row["key"] == good), "carried": carried, "half": 1.2816 * carried.sd,
            "origins": _origins(found, carried), "firm": book.short(firm) if firm else "", "unfirm": found.narrowing.address(firm=None, good=good) + "#product",
            "forms": [_form_rows(one) for one in _forms(found, made, good, firm)],
        }  # fmt: skip
    return render(request, "account/footprint.html", context, status=422 if form.errors else 200)


def _step(book: Any, process: str) -> str:
    entry = book.library.processes.get(process)
    return str((entry.en if words.english() else entry.zh) if entry is not None else process)


def _carried(made: Footprint, good: str, firm: str) -> Any:
    from dataclasses import replace

    if not firm:
        return made.product(good)
    return replace(made, made={key: c for key, c in made.made.items() if key[0] == firm}).product(good)


def _power_words(form: PowerForm, found: Asked) -> str:
    """How power was counted, in one sentence."""
    if not form.is_valid() or not form.stated:
        return str(_("按企业报的电源构成，没有报的全部按电网因子"))
    values = form.cleaned_data
    told = "、".join(f"{KIND_NAMES[kind]} {share:g}%" for kind, share in form.shares(values).items())
    if values.get("certificate"):
        told += ("、" if told else "") + _("绿证 %(share)g%%") % {"share": values["certificate"]}
    return str(_("%(told)s，其余网电；来源：%(source)s") % {"told": told, "source": values["source"]})


def _form_rows(form: Form) -> dict[str, Any]:
    """A form as a table: figures with their unit, ±, what was assumed and why something is empty."""
    english = words.english()
    rows = []
    for line in form.lines:
        value, note = line.value, line.note
        if line.key in ("boundary", "cut_off"):  # said in two languages: the note is the English of the value
            value, note = (note, "") if english else (value, "")
        elif line.key == "route":
            value = {"primary": _("原生"), "secondary": _("再生")}.get(str(value), value)
        number = isinstance(line.value, float)
        share = number and line.unit == "1"
        rows.append(
            {
                "name": line.en if english else line.zh, "unit": "%" if share else line.unit.replace("CO2e", "CO₂e"), "assumed": line.assumed, "note": note, "number": number,
                "value": line.value * 100 if share and isinstance(line.value, float) else value, "half": 1.2816 * line.sd if line.sd is not None else None,
            }
        )  # fmt: skip
    return {"form": form, "title": form.title_en if english else form.title_zh, "rows": rows}


@require_GET
@page("account.see")
def footprint_xlsx(request: HttpRequest) -> HttpResponse:
    """The product, its origins, both forms and all that was assumed, as a workbook."""
    from lvlian.brief.sheets import Column, Sheet, Value
    from lvlian.brief.workbook import workbook_bytes

    found = asked(request)
    if found.shown is None:
        raise Http404
    form = _form(request)
    made = _footprint(found, form)
    products = _products(found, made)
    wanted, firm = found.narrowing.read("good"), found.narrowing.read("firm")
    good = _chosen(products, wanted)
    row = next((one for one in products if one["key"] == good), None)
    if row is None:
        raise Http404
    if not any(key[0] == firm and key[2] == row["key"] for key in made.made):
        firm = ""
    unit = "t CO₂e/t"

    def text(heading: str, width: int = 24) -> Column:
        return Column(heading, width)

    def figure(heading: str) -> Column:
        return Column(heading, 14, True)

    heads = (
        text(_("项目"), 30),
        text(_("值"), 30),
        text(_("单位"), 16),
        figure(_("±80%")),
        text(_("假设")),
        text(_("说明"), 60),
    )
    sheets = []
    for one in _forms(found, made, row["key"], firm):
        told = _form_rows(one)
        lines: list[list[Value]] = [
            [line["name"], line["value"] if isinstance(line["value"], float) else line["value"] or "—", line["unit"], line["half"], _("假设") if line["assumed"] else "", line["note"]]
            for line in told["rows"]
        ]  # fmt: skip
        lines.append([_("所依规则"), one.rule, "", None, "" if one.verified else _("规则原文未核"), ""])
        lines.append([_("电力"), _power_words(form, found), "", None, "", ""])
        if one.simulated:
            lines.append([_("模拟"), _("报数为演示数据"), "", None, "", ""])
        sheets.append(Sheet("GB_T 44905" if one.id == "gbt44905" else "CBAM", heads, lines))
    origins: list[list[Value]] = [
        [str(one["kind"]), one["name"], one["value"], one["share"]]
        for one in _origins(found, _carried(made, row["key"], firm))
    ]
    sheets.append(Sheet(_("构成"), (text(_("类")), text(_("来源")), figure(unit), figure(_("占比"))), origins))
    whole: list[list[Value]] = [
        [one["name"], one["value"], one["half"], one["amount"], *(part["value"] for part in one["parts"])]
        for one in products
    ]
    sheets.append(
        Sheet(_("各产品"), (text(_("产品")), figure(unit), figure(_("±80%")), figure(_("产量，万吨")), *(figure(str(name)) for name in SOURCES.values())), whole)
    )  # fmt: skip
    title = f"{found.region.name} {row['name']} {_('碳足迹')} {found.name}"
    notes: list[list[Value]] = [
        [one] for one in (title, *legend(found, made), _power_words(form, found), *made.assumptions)
    ]
    sheets.append(Sheet(_("说明"), (text(_("说明"), 100),), notes))
    return attachment(workbook_bytes(sheets, foot=(title, _("模拟") if made.simulated else "")), f"{title}.xlsx", EXCEL)
