"""The small parts, as markup: lights, origin marks, tags, key caps, changes, buttons. Pure; `parts` registers them as tags."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from lvlian.site.saying import DASH

Words = str | Promise
IDEOGRAPH = re.compile("[㐀-鿿]")

_DRAWN = {
    "ok": '<circle cx="5" cy="5" r="4.6" fill="currentColor"/>',
    "warn": '<path d="M5 .6 9.9 9.4H.1z" fill="currentColor"/>',
    "bad": '<path d="M.7.7h8.6v8.6H.7z" fill="currentColor"/>',
    "none": '<circle cx="5" cy="5" r="3.9" fill="none" stroke="currentColor" stroke-width="1.4"/>',
}
LIGHTS: dict[str, Words] = {
    "ok": gettext_lazy("正常"),
    "warn": gettext_lazy("预警"),
    "bad": gettext_lazy("滞后"),
    "none": gettext_lazy("缺数"),
}
SEVERITIES: dict[str, tuple[str, Words]] = {
    "conflict": ("bad", gettext_lazy("冲突")),
    "notice": ("warn", gettext_lazy("提示")),
    "gap": ("none", gettext_lazy("待补")),
    "agrees": ("ok", gettext_lazy("相符")),
}
ORIGINS: dict[str, tuple[str, Words]] = {
    "规": ("plan", gettext_lazy("规划原句")),
    "报": ("report", gettext_lazy("报表单元格")),
    "算": ("sum", gettext_lazy("由核算或推演得出")),
    "假": ("assumed", gettext_lazy("假设")),
    "标": ("law", gettext_lazy("法规或标准条款")),
    "约": ("contract", gettext_lazy("合同条款")),
    "磅": ("scale", gettext_lazy("磅单")),
}
CHANGES: dict[str, tuple[str, Words]] = {
    "added": ("＋", gettext_lazy("新增")),
    "changed": ("～", gettext_lazy("变更")),
    "removed": ("－", gettext_lazy("移出")),
}
STATES: dict[str, Words] = {
    "pending": gettext_lazy("待核"),
    "accepted": gettext_lazy("已采纳"),
    "corrected": gettext_lazy("已更正"),
    "rejected": gettext_lazy("已驳回"),
    "added": gettext_lazy("补录"),
}
KINDS: dict[str, Words] = {
    "goals": pgettext_lazy("one", "目标"),
    "milestones": pgettext_lazy("one", "里程碑"),
    "duties": pgettext_lazy("one", "责任"),
    "incentives": pgettext_lazy("one", "激励"),
    "chains": pgettext_lazy("one", "链条"),
}


def _one_of(what: str, key: object, table: dict[str, object]) -> str:
    text = str(key)
    if text not in table:
        raise ValueError(f"{what}: {text!r} is not one of {', '.join(table)}")
    return text


def shape(kind: str, label: object = "") -> SafeString:
    """The shape of a light; spoken only where it stands alone, with its label."""
    kind = _one_of("shape", kind, dict(LIGHTS))
    name = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="shape shape-{}" viewBox="0 0 10 10" {}>{}</svg>', kind, name, mark_safe(_DRAWN[kind])
    )


def light(kind: str, word: object = "", reason: object = "", override: object = "") -> SafeString:
    """Shape, word and reason; `override` says who changed the light by hand and until when."""
    kind = _one_of("light", kind or "none", dict(LIGHTS))
    shown = format_html('<span class="light light-{}">{}{}</span>', kind, shape(kind), word or LIGHTS[kind])
    if override:
        shown = format_html('{} <abbr class="tag strong" title="{}">{}</abbr>', shown, override, _("人工改"))
    return format_html('{} <span class="reason">{}</span>', shown, reason) if reason else shown


def severity(key: str, count: object = None) -> SafeString:
    """The light of a finding, with how many there are."""
    kind, word = SEVERITIES[_one_of("severity", key, dict(SEVERITIES))]
    return light(kind, word if count is None else f"{word} {count}")


def _tongue(text: object) -> SafeString:
    """A region's own words stay Chinese on a page in English, and say so."""
    chinese = (get_language() or "").startswith("en") and IDEOGRAPH.search(str(text))
    return mark_safe(' lang="zh-CN"') if chinese else SafeString("")


def origin(
    mark: str,
    url: str = "",
    label: object = "",
    value: object = "",
    path: object = "",
    quote: object = "",
    note: object = "",
    href: str = "",
) -> SafeString:
    """The mark that leads from a figure to where it comes from. With `url` what opens is fetched; else it is made of the rest."""
    kind, meaning = ORIGINS[_one_of("origin", mark, dict(ORIGINS))]
    cite = label or path
    name = f"{_('来源')}{_('：')}{meaning}" + (f"{_('，')}{cite}" if cite else "")
    inside = [
        format_html('<p class="value"{}>{}</p>', _tongue(value), value) if value not in ("", None) else "",
        format_html('<p class="path"{}>{}</p>', _tongue(path), path) if path else "",
        format_html('<blockquote class="quote"{}>{}</blockquote>', _tongue(quote), quote) if quote else "",
        format_html('<p class="path"{}>{}</p>', _tongue(note), note) if note else "",
        format_html('<p class="links"><a href="{}">{}</a></p>', href, _("看原文")) if href else "",
    ]
    if url:
        return format_html(
            '<a class="mark mark-{}" href="{}" data-origin aria-label="{}" data-cite="{}"><span>{}</span></a>',
            kind, url, name, cite, mark,
        )  # fmt: skip
    if not any(inside):
        return format_html(
            '<span class="mark mark-{}" role="img" aria-label="{}" data-cite="{}"><span>{}</span></span>',
            kind, name, cite, mark,
        )  # fmt: skip
    return format_html(
        '<button type="button" class="mark mark-{}" data-origin aria-haspopup="dialog" aria-expanded="false" '
        'aria-label="{}" data-cite="{}"><span>{}</span></button><template>{}</template>',
        kind, name, cite, mark, mark_safe("".join(inside)),
    )  # fmt: skip


def simulated(on: object = True) -> SafeString:
    """模拟, where figures are invented or projected from invented ones."""
    return format_html('<span class="sim">{}</span>', _("模拟")) if on else SafeString("")


def tag(word: object, strong: bool = False) -> SafeString:
    """A boxed word."""
    return format_html('<span class="tag{}">{}</span>', " strong" if strong else "", word)


def key(cap: str) -> SafeString:
    """A key cap; `Shift+A` is two."""
    caps = [format_html("<kbd>{}</kbd>", part) for part in (cap.split("+") if len(cap) > 1 else [cap])]
    return mark_safe("+".join(caps))


def change(kind: str) -> SafeString:
    """＋ 新增, ～ 变更, － 移出."""
    sign, word = CHANGES[_one_of("change", kind, dict(CHANGES))]
    return format_html('<span class="change change-{}">{} {}</span>', kind, sign, word)


def was(old: object, new: object) -> SafeString:
    """Struck old value, arrow, new value."""
    return format_html(
        '<del><span class="visually-hidden">{} </span>{}</del> → <ins><span class="visually-hidden">{} </span>{}</ins>',
        _("原为"), DASH if old in (None, "") else old, _("现为"), DASH if new in (None, "") else new,
    )  # fmt: skip


def state(key: str) -> SafeString:
    """The state of a fact; what waits is boxed."""
    word = STATES[_one_of("state", key, dict(STATES))]
    if key == "pending":
        return tag(word, strong=True)
    return format_html('<span class="state state-{}">{}</span>', key, word)


def kind(key: str) -> SafeString:
    """The kind of a fact, with the underline that it has in the text."""
    return format_html('<span class="kind kind-{}">{}</span>', key, KINDS[_one_of("kind", key, dict(KINDS))])


def button(
    label: object,
    key: str = "",
    primary: bool = False,
    name: str = "",
    value: object = "",
    disabled: object = "",
) -> SafeString:
    """A button that submits its form; `disabled` is the reason why it cannot now."""
    attributes = SafeString("")
    if name:
        attributes += format_html(' name="{}" value="{}"', name, value)
    if key:
        attributes += format_html(' data-key="{}"', key.lower())
    if disabled:
        attributes += SafeString(" disabled")
    why = format_html('<span class="why">{}</span>', disabled) if disabled else ""
    cap = key_caps(key) if key else ""
    look = "button primary" if primary else "button"
    return format_html('<button class="{}"{}>{}{}{}</button>', look, attributes, label, why, cap)


def key_caps(keys: str) -> SafeString:
    """The caps as they are printed on the keys."""
    return key("+".join(part.capitalize() if len(part) > 1 else part.upper() for part in keys.split("+")))


TAGS: dict[str, Callable[..., SafeString]] = {
    "shape": shape,
    "light": light,
    "severity": severity,
    "origin": origin,
    "simulated": simulated,
    "tag": tag,
    "key": key,
    "change": change,
    "was": was,
    "state": state,
    "kind": kind,
    "button": button,
}
