"""Words and figures of the pictures of an account: layers, periods, streams, classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lvlian.chain.region import OUTSIDE
from lvlian.site.account.selectors_flows import whole

if TYPE_CHECKING:
    from lvlian.chain.layers import Book, Flow

LAYER_NAMES = {
    "metal": gettext_lazy("金属"),
    "energy": gettext_lazy("能量"),
    "carbon": gettext_lazy("碳"),
    "value": gettext_lazy("价值"),
}
LEVEL_NAMES = {"stage": gettext_lazy("阶段"), "process": gettext_lazy("工序"), "firm": gettext_lazy("企业")}
CLASSES = {
    "exact": gettext_lazy("定数"),
    "redundant": gettext_lazy("可查"),
    "nonredundant": gettext_lazy("不可查"),
    "observable": gettext_lazy("可推得"),
    "unobservable": gettext_lazy("推不得"),
}
LINKS = {
    "local": gettext_lazy("区内"),
    "in": gettext_lazy("区外来"),
    "out": gettext_lazy("外运"),
    "loop": gettext_lazy("回炉"),
    "loss": gettext_lazy("损失"),
    "stock": gettext_lazy("库存"),
    "source": gettext_lazy("本环节加入"),
    "use": gettext_lazy("理论最低"),
    "gap": gettext_lazy("未平"),
    "unknown": gettext_lazy("推不得"),
}


def english() -> bool:
    return (get_language() or "").startswith("en")


def language() -> str:
    return "en" if english() else "zh"


def period_name(period: str) -> str:
    """`2024年5月`, `2024年第2季度`, `2024年`."""
    year = period[:4]
    if len(period) == 4:
        return _("%(year)s年") % {"year": year}
    if "Q" in period:
        return _("%(year)s年第%(quarter)s季度") % {"year": year, "quarter": period[-1]}
    return _("%(year)s年%(month)s月") % {"year": year, "month": period[5:] if english() else int(period[5:])}


def period_words(period: str, months: list[str]) -> str:
    """The period, and how much of it is reported where not all is."""
    name = period_name(period)
    if len(months) < whole(period):
        told = ngettext("%(n)s 个月的账", "%(n)s 个月的账", len(months)) % {"n": len(months)}
        return f"{name} ({told})" if english() else f"{name}（{told}）"
    return name


def place_name(book: Book, firm: str) -> str:
    return _("区外") if not firm or firm.startswith(OUTSIDE) else book.short(firm)


def flow_words(book: Book, flow: Flow) -> str:
    """A stream in one line: who made, used, sent, kept or lost what."""
    zh, en = book.names(flow.good)
    good = en if english() else zh
    who = place_name(book, flow.firm)
    if flow.kind == "moved":
        to = place_name(book, flow.partner)
        return _("%(who)s → %(to)s %(good)s") % {"who": who, "to": to, "good": good}
    entry = book.library.processes.get(flow.process)
    step = (entry.en if english() else entry.zh) if entry is not None else ""
    said = {
        "made": _("%(who)s 产 %(good)s"),
        "used": _("%(who)s 用 %(good)s"),
        "stock": _("%(who)s 库存增减 %(good)s"),
        "lost": _("%(who)s 损耗 %(good)s"),
    }[flow.kind] % {"who": who, "good": good}
    return said if not step else f"{said} ({step})" if english() else f"{said}（{step}）"


def stream_url(stream: str, month: str) -> str:
    """The page of a stream."""
    return f"{reverse('account-stream')}?{urlencode({'flow': stream, 'month': month})}"


def stream_rows(book: Book, terms: Any, factor: float, month: str) -> list[dict[str, Any]]:
    """The streams behind a part of a picture: what each is, its value with ±, its class, what it counts here."""
    rows = []
    for stream, weight in terms:
        flow = book.by_stream.get(stream)
        if flow is None:
            continue
        rows.append(
            {
                "stream": stream, "words": flow_words(book, flow), "value": flow.value, "unit": unit_of(book, flow.good),
                "half": 1.2816 * flow.sd if flow.sd is not None and flow.value is not None else None, "low": flow.low, "high": flow.high,
                "kind": CLASSES.get(flow.quality, flow.quality), "read": flow.read,
                "counts": None if flow.value is None else weight * flow.value / factor, "url": stream_url(stream, month),
            }
        )  # fmt: skip
    return sorted(rows, key=lambda row: -abs(row["counts"] or 0.0))


def unit_of(book: Book, good: str) -> str:
    entry = book.library.goods.get(good)
    unit = entry.unit if entry is not None else "t"
    return {"t": _("吨"), "kWh": "kWh", "m3": "m³"}.get(unit, unit)


def large_unit(unit: str) -> str:
    """The unit in which amounts of a good are printed in pictures."""
    from lvlian.brief.sankey_layout import SCALES

    _factor, zh, en, *_rest = SCALES.get(unit, (1.0, unit, unit))
    return str(en if english() else zh)
