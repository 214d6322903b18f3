"""What the review page shows of facts: rows of the list, the open card with its form, and how far the review is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lvlian.brief.headings import Outline
from lvlian.site import marks
from lvlian.site.org.access import Access
from lvlian.site.org.chain import Conflict, changes_of
from lvlian.site.plans.fieldforms import FactForm, label_of, shown
from lvlian.site.plans.models import Fact, Plan, Version
from lvlian.site.plans.saying import cells_of
from lvlian.site.plans.selectors import Tally, dependents, place_in_list, tally
from lvlian.site.plans.sheet import kind_markup, paragraph_of


def fact_url(fact: Fact) -> str:
    """The review page with this fact opened, at its sentence."""
    plan_id = fact.version.plan_id if "version" in fact._state.fields_cache else None
    base = reverse("plan-detail", args=[plan_id]) if plan_id else ""
    return f"{base}?fact={fact.pk}#fact-{fact.pk}"


def row_markup(fact: Fact, query: str = "") -> SafeString:
    """A fact as a row of the list."""
    cells = cells_of(fact.kind, fact.values)
    return format_html(
        '<tr class="fact-row k-{kind} s-{state}" id="row-{pk}" data-fact="{pk}"><td>{label}</td>'
        '<td><a href="?{query}fact={pk}#row-{pk}" data-open="{pk}">{name}</a></td><td class="num">{value}</td><td>{unit}</td>'
        '<td class="when">{when}</td><td class="state-cell">{mark}</td></tr>',
        kind=fact.kind, state=fact.state, pk=fact.pk, label=kind_markup(fact.kind), query=query, name=cells.name,
        value=cells.value, unit=cells.unit, when=cells.when or "—", mark=marks.state(fact.state),
    )  # fmt: skip


def rows_markup(facts: Sequence[Fact], open_id: int | None, card: str, query: str = "") -> SafeString:
    """All rows of a part, the open one as its card."""
    rows = [card if fact.pk == open_id and card else row_markup(fact, query) for fact in facts]
    return mark_safe("\n".join(rows))


def card_markup(
    request: HttpRequest,
    fact: Fact,
    *,
    form: FactForm | None = None,
    conflict: Conflict | None = None,
    error: str = "",
    reason: str = "",
) -> str:
    """The open card of a fact. `form` and `reason` hold what was typed, where something has to be said about it."""
    access: Access = request.access  # type: ignore[attr-defined]
    version = fact.version
    may = access.may("fact.review", fact) and version.plan.current_id == fact.version_id
    form = form or FactForm(fact.kind, fact.values)
    for field in form.fields.values():
        field.disabled = not may
    context = {
        "fact": fact,
        "cells": cells_of(fact.kind, fact.values),
        "number": place_in_list(access, fact),
        "kind": kind_markup(fact.kind),
        "fields": form.shown_fields(),
        "form": form,
        "may": may,
        "old": version.plan.current_id != fact.version_id,
        "corrections": [
            {"label": label_of(name), "old": shown(fact.data.get(name)), "new": shown(value)}
            for name, value in fact.corrected.items()
        ],
        "path": path_of(fact),
        "second": second_of(fact, version),
        "dependents": dependents(access, [fact])[fact.pk],
        "conflict": told(conflict) if conflict else None,
        "error": error,
        "reason": reason,
        "plan": version.plan,
    }
    return fragment(request, "plans/card.html", context)


def fragment(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    """A piece of a page without its frame: what only the frame needs is not asked for."""
    return render_to_string(template, {**context, "csrf_token": get_token(request)})


def path_of(fact: Fact) -> str:
    """规划 › 章节 › 第几段."""
    parts = [str(_("规划"))]
    if fact.section:
        parts.append(fact.section)
    if fact.version.text and fact.start is not None:
        outline = Outline(fact.version.outline)
        at = outline.place(fact.start)
        since = outline.starts[at] if at is not None else 0
        begin, _end = paragraph_of(fact.version.text, fact.start)
        lines = sum(1 for line in fact.version.text[since:begin].split("\n") if line.strip())
        parts.append(_("第 %(n)d 段") % {"n": max(1, lines)})
    return " › ".join(parts)


def second_of(fact: Fact, version: Version) -> dict[str, Any]:
    """What the second reader says of a fact, and what to do where there is none."""
    model = version.second.get("model", "")
    state = fact.second.get("state", "") if fact.second else ""
    fields = [
        {"label": label_of(name), "rules": shown(fact.data.get(name)), "model": shown(value)}
        for name, value in (fact.second or {}).get("fields", {}).items()
    ]
    return {"model": model, "state": state, "fields": fields}


def told(conflict: Conflict) -> dict[str, Any]:
    """Who changed a record, and what, so that the second person can go on from there."""
    lines = []
    for change in conflict.changes or changes_of(conflict.row, limit=1):
        who = change.record.actor_name or str(_("系统"))
        for name, value in change.after.items():
            if name in _TOLD:
                lines.append(
                    {
                        "who": who,
                        "at": change.record.at,
                        "field": str(_TOLD[name]),
                        "old": _word(name, change.before.get(name)),
                        "new": _word(name, value),
                    }
                )
    return {"row": conflict.row, "lines": lines}


_TOLD = {
    "state": gettext_lazy("状态"),
    "corrected": gettext_lazy("更正"),
    "data": gettext_lazy("内容"),
    "reason": gettext_lazy("理由"),
}


def _word(name: str, value: Any) -> str:
    if name == "state":
        return str(dict(Fact.State.choices).get(value, value))
    if isinstance(value, Mapping):
        return _("，").join(f"{label_of(key)} {shown(item)}" for key, item in value.items()) or "—"
    return shown(value)


def standing(request: HttpRequest, plan: Plan, version: Version, *, part_query: str = "") -> dict[str, Any]:
    """The progress line and the contents with their counts, as context of `plans/standing.html` and `plans/outline.html`."""
    access: Access = request.access  # type: ignore[attr-defined]
    outline = Outline(version.outline)
    counted = tally(access, version, outline)
    return {
        "plan": plan,
        "version": version,
        "tally": counted,
        "sections": sections_of(outline, counted),
        "bar": bar_of(counted),
    }


def sections_of(outline: Outline, counted: Tally) -> list[dict[str, Any]]:
    """The headings with how many of their facts are settled; what stands before the first heading comes first."""
    out = []
    if None in counted.sections:
        done, every = counted.sections[None]
        out.append({"at": "", "text": str(_("（文头）")), "level": 1, "done": done, "all": every, "start": 0})
    for at, heading in enumerate(outline.headings):
        done, every = counted.sections.get(at, (0, 0))
        level = min(int(heading["level"]), 3)
        below = at + 1 < len(outline.headings) and int(outline.headings[at + 1]["level"]) > int(heading["level"])
        out.append(
            {
                "at": at,
                "text": " ".join(str(heading["text"]).split()),
                "level": level,
                "done": done,
                "all": every,
                "start": heading["start"],
                "parent": below,
            }
        )
    return out


def bar_of(counted: Tally) -> list[dict[str, Any]]:
    """The segments of the progress bar."""
    states = Fact.State
    return [
        {"value": counted.of(states.ACCEPTED) + counted.of(states.ADDED), "kind": "done", "label": str(_("采纳"))},
        {"value": counted.of(states.CORRECTED), "kind": "planned", "label": str(_("更正"))},
        {"value": counted.of(states.REJECTED), "kind": "late", "label": str(_("驳回"))},
        {"value": counted.waiting, "kind": "rest", "label": str(_("待核"))},
    ]
