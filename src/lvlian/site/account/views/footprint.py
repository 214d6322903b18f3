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
    from lvlian.brief.footprint_sheets import products_of

    assert found.shown is not None
    book = found.shown.book
    out = []
    for carried in products_of(book, made):
        key, kinds, half = carried.good, carried.by_kind(), 1.2816 * carried.sd
        out.append(
            {
                "key": key, "name": book.names(key)[1 if words.english() else 0], "value": carried.value, "half": half, "amount": carried.amount / 1e4,
                "low": max(carried.value - half, 0.0), "high": carried.value + half,
                "parts": [{"name": name, "value": kinds.get(kind, 0.0)} for kind, name in SOURCES.items()],
                "bar": [{"value": kinds.get(kind, 0.0), "kind": look, "label": str(SOURCES[kind])} for kind, look in BARS],
                "url": found.narrowing.address(good=key, firm=None) + "#product",
            }
        )  # fmt: skip
    return out


def _chosen(products: list[dict[str, Any]], wanted: str) -> str:
    """The product that is opened: the one asked for, else the one of which most is made."""
    if any(row["key"] == wanted for row in products):
        return wanted
    return max(products, key=lambda row: row["amount"])["key"] if products else ""


BARS = (("electricity", "done"), ("upstream", "planned"), ("direct", "none"), ("fuel", "none"))


def _origins(found: Asked, carried: Any) -> list[dict[str, Any]]:
    """Every origin with its share, largest first, small ones together."""
    from lvlian.brief.footprint_sheets import origins_of

    assert found.shown is not None
    return [
        {"kind": SOURCES.get(one.kind, ""), "name": one.name, "value": one.value, "share": one.share, "mark": "算" if one.kind in ("direct", "") else "假"}
        for one in origins_of(found.shown.book, carried, not words.english())
    ]  # fmt: skip


def _forms(found: Asked, made: Footprint, good: str, firm: str) -> tuple[Form, ...]:
    from lvlian.brief.footprint_sheets import forms_for

    assert found.shown is not None
    return forms_for(found.shown.book, made, good, firm)


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
        "form": form, "made": made, "products": products, "good": good, "makers": makers, "invented": made.simulated,
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
    from lvlian.brief.footprint_sheets import carried_by

    return carried_by(made, good, firm)


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
    from lvlian.brief.footprint_sheets import form_rows
    from lvlian.chain.footprint.forms import in_language

    english = words.english()
    rows = [
        {"name": r.name, "unit": r.unit, "assumed": r.assumed, "note": r.note, "number": isinstance(r.value, float), "value": r.value, "half": r.half}
        for r in form_rows(form, not english)
    ]  # fmt: skip
    title = form.title_en if english else form.title_zh
    return {"form": form, "title": title, "rule": in_language(form.rule, not english), "rows": rows}


@require_GET
@page("account.see")
def footprint_xlsx(request: HttpRequest) -> HttpResponse:
    """The product, its origins, both forms and all that was assumed, as a workbook."""
    from lvlian.brief.footprint_sheets import footprint_workbook

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
    title = f"{found.region.name} {row['name']} {_('碳足迹')} {found.name}"
    assert found.shown is not None
    content = footprint_workbook(
        found.shown.book, made, good=row["key"], firm=firm, language=words.language(), power=_power_words(form, found),
        legend=legend(found, made), title=title,
    )  # fmt: skip
    return attachment(content, f"{title}.xlsx", EXCEL)
