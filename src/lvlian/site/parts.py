"""The design system as template tags and filters, built into every template; `docs/design-system.md` lists them.

Nothing here reads the database: what a part shows is handed to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from lvlian.site import marks, saying, spark, sums

register = template.Library()

for _name, _tag in marks.TAGS.items():
    register.simple_tag(_tag, name=_name)


# Figures ----------------------------------------------------------------------------------------------------------------
@register.filter
def number(value: object, places: int | str | None = None) -> str:
    return saying.number(value, places)


@register.filter
def signed(value: object, places: int | str | None = None) -> str:
    return saying.number(value, places, sign=True)


@register.filter
def percent(value: object, places: int = 0) -> str:
    return saying.percent(value, int(places))


@register.filter
def chance(value: float | None) -> str:
    """A chance counted in draws; `—` where nothing can be said."""
    return saying.DASH if value is None else saying.chance(value)


@register.filter(name="range")
def range_(low: object, high: object) -> str:
    return saying.between(low, high)


@register.filter
def dash(value: object) -> object:
    """`—` for nothing; a zero is something."""
    return saying.DASH if value in (None, "") else value


@register.filter
def or_none(value: object, reason: object) -> object:
    """`—` that carries the reason why nothing stands here."""
    if value not in (None, "", saying.DASH):
        return value
    return format_html('<abbr class="missing" title="{0}">—<span class="visually-hidden"> {0}</span></abbr>', reason)


for _filter in (saying.relation, saying.month, saying.month_text, saying.day, saying.clock, saying.weekday, saying.ago):
    register.filter(_filter.__name__, _filter)


@register.simple_tag(name="spark")
def spark_tag(points: Iterable[Mapping[str, object]], label: str = "") -> SafeString:
    return spark.sparkline(points or (), label)


@register.simple_tag
def bar(parts: Iterable[Mapping[str, object]], total: float | None = None, label: str = "") -> SafeString:
    return spark.segments(parts or (), total, label)


# Head lines -------------------------------------------------------------------------------------------------------------
@register.simple_tag
def heading(title: object, what: object = "", simulated: object = False) -> SafeString:
    """The page's title, what and when beside it."""
    return format_html(
        '<div class="heading"><h1>{}</h1>{}{}</div>',
        title,
        format_html("<span>{}</span>", what) if what else "",
        marks.simulated(simulated),
    )


@register.simple_block_tag
def section(content: str, title: object, note: object = "", id: str = "", simulated: object = False) -> SafeString:
    """The rule and title of a section; its links stand at the right."""
    content = content.strip()
    return format_html(
        '<div class="section"><h2{}>{}</h2>{}{}{}</div>',
        format_html(' id="{}"', id) if id else "",
        title,
        marks.simulated(simulated),
        format_html('<span class="note">{}</span>', note) if note else "",
        format_html('<div class="links">{}</div>', mark_safe(content)) if content else "",
    )


# Lists ------------------------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def th(context: Context, label: object, name: str = "", num: bool = False) -> SafeString:
    """A header cell; with a name it is a link that sorts, and sorts the other way when it is followed again."""
    look = mark_safe(' class="num"') if num else ""
    if not name:
        return format_html('<th scope="col"{}>{}</th>', look, label)
    query = context["request"].GET.copy() if "request" in context else None
    now = query.get("sort", "") if query is not None else context.get("sort", "")
    down = now == name
    if query is None:
        address = f"?sort={'-' if down else ''}{name}"
    else:
        query["sort"] = f"-{name}" if down else name
        query.pop("page", None)
        address = f"?{query.urlencode()}"
    order = "ascending" if down else "descending" if now == f"-{name}" else ""
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="{}">{}</a></th>',
        look,
        format_html(' aria-sort="{}"', order) if order else "",
        address,
        label,
    )


@register.inclusion_tag("part/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request is not None else {}
        query["page"] = str(number)
        return f"?{query.urlencode()}" if request is not None else f"?page={number}"

    return {
        "page": page,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
        "first": address(1) if page.number > 2 else "",
        "last": address(page.paginator.num_pages) if page.number < page.paginator.num_pages - 1 else "",
    }


@register.inclusion_tag("part/chip.html")
def chip(
    label: object, value: object, remove: str = "", options: Iterable[Mapping[str, object]] | None = None, url: str = ""
) -> dict[str, Any]:
    return {"label": label, "value": value, "remove": remove, "options": options, "url": url}


# Forms ------------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("part/field.html")
def field(
    field: BoundField, unit: object = "", help: object = "", source: object = "", wide: bool = False
) -> dict[str, Any]:
    """A field with its label above and its errors below. A field that is missing from the form shows nothing."""
    if not field:
        return {"field": None}
    widget = field.field.widget
    shape = "field"
    if isinstance(widget, CheckboxInput):
        shape = "check"
    elif isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        shape = "group"
    return {
        "field": field,
        "shape": "hidden" if field.is_hidden else shape,
        "unit": unit,
        "help": help or field.help_text,
        "source": source,
        "wide": wide,
    }


@register.inclusion_tag("part/form_errors.html")
def errors(form: Form) -> dict[str, Any]:
    fields = [form[name] for name in form.errors if name in form.fields] if form.is_bound else []
    return {"whole": form.non_field_errors() if form.is_bound else [], "fields": fields}


# What a page says of itself ---------------------------------------------------------------------------------------------
@register.simple_block_tag
def dialog(content: str, id: str, title: object) -> SafeString:
    return render_to_string("part/dialog.html", {"content": mark_safe(content), "id": id, "title": title})


@register.inclusion_tag("part/empty.html")
def empty(
    sentence: object, filters: object = "", links: Iterable[Mapping[str, object]] | None = None
) -> dict[str, Any]:
    return {"sentence": sentence, "filters": filters, "links": links}


@register.inclusion_tag("part/failure.html")
def failure(
    where: object,
    found: object = "",
    expected: object = "",
    result: object = "",
    links: Iterable[Mapping[str, object]] | None = None,
) -> dict[str, Any]:
    return {"where": where, "found": found, "expected": expected, "result": result, "links": links}


@register.inclusion_tag("part/progress.html")
def progress(job: object) -> dict[str, Any]:
    return {"job": job}


@register.inclusion_tag("part/toast.html")
def toast(
    kind: str, word: object, sentence: object = "", url: str = "", link: object = "", undo: str = ""
) -> dict[str, Any]:
    return {"kind": kind, "word": word, "sentence": sentence, "url": url, "link": link, "undo": undo, "in_page": True}


EXTRA = re.compile(r"\s+(?=\w+:)")
"""What stands between the extras of a message; their words may hold blanks."""


@register.inclusion_tag("part/toasts.html", takes_context=True)
def toasts(context: Context) -> dict[str, Any]:
    """Django's messages as toasts. `extra_tags` may carry `word:已采纳` and `undo:/address/`."""
    words = {"success": ("ok", _("已保存")), "warning": ("warn", _("注意")), "error": ("bad", _("没有保存"))}
    shown = []
    for message in context.get("messages") or ():
        kind, word = words.get(message.level_tag, ("ok", _("已办")))
        extra = dict(part.partition(":")[::2] for part in EXTRA.split(message.extra_tags or ""))
        shown.append(
            {
                "kind": kind,
                "word": extra.get("word") or word,
                "sentence": message.message,
                "undo": extra.get("undo", ""),
                "url": extra.get("see", ""),
                "link": _("看差别") if kind == "bad" else _("打开"),
            }
        )
    return {"toasts": shown, "csrf_token": context.get("csrf_token", "")}


# Figures with their arithmetic ------------------------------------------------------------------------------------------
@register.inclusion_tag("part/arithmetic.html")
def arithmetic(lines: Iterable[str]) -> dict[str, Any]:
    return {"rows": sums.rows(lines or ())}


@register.simple_block_tag
def finding(content: str, finding: object, place: object = "", url: str = "") -> SafeString:
    """A finding as a card; the block holds its buttons."""

    def told(name: str) -> Any:
        return finding.get(name) if isinstance(finding, Mapping) else getattr(finding, name, None)

    return render_to_string(
        "part/finding.html",
        {
            "severity": told("severity"),
            "message": told("message") or told("message_zh"),
            "note": told("note"),
            "arithmetic": told("arithmetic"),
            "assumptions": told("assumptions"),
            "place": place,
            "url": url,
            "buttons": mark_safe(content.strip()),
        },
    )


@register.simple_block_tag
def conflict(content: str, parts: Iterable[Mapping[str, object]], arithmetic: Iterable[str] = ()) -> SafeString:
    """甲乙丙: the sentences that cannot all hold; the block holds the repairs, cheapest first."""
    named = [{"name": name, **part} for name, part in zip("甲乙丙丁戊己庚辛壬癸", parts, strict=False)]
    return render_to_string(
        "part/conflict.html", {"parts": named, "arithmetic": arithmetic, "repairs": mark_safe(content.strip())}
    )


@register.inclusion_tag("part/tile.html")
def tile(goal: object) -> dict[str, Any]:
    return {"goal": goal}


# Charts and papers ------------------------------------------------------------------------------------------------------
CHARTS = frozenset({"trajectory", "gantt", "options", "sankey"})


@register.simple_block_tag
def chart(
    content: str, kind: str, data: object, title: object = "", id: str = "chart", unit: object = "", size: str = ""
) -> SafeString:
    """A figure with its data as JSON and its table, which the block holds. Raises ValueError on a kind that is not known."""
    if kind not in CHARTS:
        raise ValueError(f"chart: {kind!r} is not one of {', '.join(sorted(CHARTS))}")
    return render_to_string(
        "part/chart.html",
        {
            "kind": kind,
            "json": json_script(data, f"{id}-data"),
            "title": title,
            "id": id,
            "unit": unit,
            "size": size,
            "table": mark_safe(content),
        },
    )


@register.inclusion_tag("part/empty_chart.html")
def empty_chart(sentence: object, url: str = "", link: object = "") -> dict[str, Any]:
    return {"sentence": sentence, "url": url, "link": link}


@register.simple_block_tag
def paper(
    content: str, organ: object, number: object = "", title: object = "", simulated: object = True, draft: object = True
) -> SafeString:
    """The A4 preview of an official letter; 代拟稿 until a person has issued it."""
    return render_to_string(
        "part/paper.html",
        {"content": mark_safe(content), "organ": organ, "number": number, "title": title, "simulated": simulated, "draft": draft},
    )  # fmt: skip


@register.filter
def depth(path: str) -> int:
    """How deep a region lies, for the indent of the switch: 0 to 4."""
    return min(max(str(path).count("/") - 1, 0), 4)
