"""Where a figure or sentence of the outlook comes from, as an origin mark: 规 opens the plan's sentence, 假 says who, when, on what ground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lvlian.site import saying
from lvlian.site.org.access import Access
from lvlian.site.outlook.selectors import Ground
from lvlian.site.pages import links

if TYPE_CHECKING:
    from lvlian.outlook.case import Ref

MARKS = {
    "plan": "规", "report": "报", "ledger": "报", "account": "报", "standard": "标", "contract": "约", "person": "假", "assumption": "假",
}  # fmt: skip


def pick(zh: str, en: str) -> str:
    """The words of the page's language; Chinese where there are no others."""
    return (en or zh) if get_language() == "en" else zh


def origin_of(access: Access, ground: Ground, ref: Ref, label: object = "") -> dict[str, Any]:
    """What `{% origin one.mark url=one.url label=one.label path=one.path quote=one.quote note=one.note %}` takes."""
    row = ground.facts.get(ref.fact) if ref.fact is not None else None
    return {
        "mark": MARKS.get(ref.kind, "假"), "url": links.origin(access, row) if ref.kind == "plan" else "",
        "label": label, "path": ref.section, "quote": ref.quote, "note": note_of(ref),
    }  # fmt: skip


def note_of(ref: Ref) -> str:
    """What is said of a source in one line: the words, who and when, and that nobody has checked an assumption."""
    who = "" if ref.who.endswith(".yaml") else ref.who
    parts = [
        pick(ref.words, ref.words_en),
        _("，").join(part for part in (who, saying.day(ref.day) if ref.day else "") if part),
    ]
    if ref.kind in ("assumption", "person") and not ref.verified:
        parts.append(_("未核"))
    return _("；").join(part for part in parts if part)
