"""The page of an item: where it stands and why, its promises, what it needs and proves, what happened to it, and all that can be done."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.ledger.item import State
from lvlian.ledger.light import Standing, light_of
from lvlian.ledger.track import ENDED, Track
from lvlian.site.frame import today
from lvlian.site.ledger import saying, selectors_items
from lvlian.site.ledger.actions.book import milestone_of, state_of
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.cards import Deck
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.deeds import DEEDS, Deed
from lvlian.site.ledger.forms_items import EvidenceForm, ItemForm
from lvlian.site.ledger.models import Item, ItemEvent, Step
from lvlian.site.ledger.registers import source_words, tracks
from lvlian.site.ledger.selectors_balance import waiting_for
from lvlian.site.ledger.selectors_calendar import item_url
from lvlian.site.lists.selectors import comments_of
from lvlian.site.org.access import Access, page
from lvlian.site.pages import links

EVENTS = 40
Shown = dict[tuple[str, str], forms.Form]
"""Forms that come back with what was typed: (deed, step or gate) → form."""


@require_GET
@page("record.read")
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    fresh(today())
    item, track = found(request, pk)
    return render(request, "ledger/item.html", item_context(request, item, track))


def found(request: HttpRequest, pk: int) -> tuple[Item, Track]:
    """An item in scope with its track. Raises Http404, also where the track was taken away."""
    item = selectors_items.item_of(request.access, pk)  # type: ignore[attr-defined]
    if item is None or item.track not in tracks():
        raise Http404
    return item, tracks()[item.track]


def form_for(
    deed: Deed, access: Access, item: Item, track: Track, state: State, sub: str = "", data: Any = None, **initial: Any
) -> ItemForm:
    """The form of a deed, empty or with what was sent. Its ids tell it from the other forms of the page."""
    auto_id = f"{deed.key}-{sub}-%s" if sub else f"{deed.key}-%s"
    return deed.form(data, access=access, item=item, track=track, state=state, auto_id=auto_id, initial=initial)


def item_context(
    request: HttpRequest, item: Item, track: Track, shown: Shown | None = None, conflict: Any = None
) -> dict[str, Any]:
    """What `ledger/item.html` needs."""
    access: Access = request.access  # type: ignore[attr-defined]
    day, state, shown = today(), state_of(item), shown or {}
    may = {permission: access.may(permission, item) for permission in ("item.edit", "item.assign")}
    inside = access.reads(item, "reasons")
    steps = selectors_items.steps_of(access, [item]).get(item.pk, [])
    context: dict[str, Any] = {
        "item": item, "track": track, "state": state, "noun": saying.words(track.noun), "track_name": saying.words(track.name),
        "inside": inside, "may": may, "conflict": conflict, "wrong": bool(shown), "card": Deck(access, track, day).card(item),
        "rule": saying.rule_words(track), "source": source_words(track), "computed": _computed(track, item, state) if inside else None,
        "override": selectors_items.override_of(item) if inside and state.override else None,
        "stages": _stages(track, item, state), "clock": _clock(track, state) if inside else None,
        "steps": [_step(access, item, track, state, step, may["item.edit"], shown) for step in steps],
        "gates": _gates(access, item, track, state, may["item.edit"], shown) if inside else [],
        "level": saying.level_name(item.level) if inside and item.level != track.levels[0] else "", "branch": saying.branch_name(item.branch),
        "parties": list(item.parties.all()), "ended": item.branch in ENDED,
    }  # fmt: skip
    context["room"] = item_url(item, track) if track.group in ("issues", "supervision") else ""
    context["may_report"] = not context["room"] and access.may("issue.open")
    context |= _around(access, item, track)
    context |= _fields(access, item, track, state, may["item.edit"], shown)
    context |= _proofs(access, item, track, state, may["item.edit"], shown)
    context |= _history(request, access, item, track)
    context["deeds"] = _deeds(access, item, track, state, may, shown)
    context["waiting"] = selectors_items.waiting_of(item) if inside and access.may("record.read", item) else []
    return context


def _computed(track: Track, item: Item, state: State) -> tuple[str, str] | None:
    """The light that would be, where two people set another."""
    if state.override is None:
        return None
    light = light_of(track.light, replace(Standing.from_json(item.standing), override=""), today())
    if light.state == item.light:
        return None
    said = saying.reasons_of(track, [reason.to_json() for reason in light.reasons], today())
    return saying.light_name(light.state), said[0] if said else ""


def _stages(track: Track, item: Item, state: State) -> list[dict[str, Any]]:
    """Each stage with the day on which it was last reached; those that follow from a later one are told as implied."""
    here = track.order.get(item.stage, -1)
    last = {one.stage: one for one in state.reached}
    out = []
    for place, stage in enumerate(track.stages):
        reached = last.get(stage.key) if place <= here else None
        out.append(
            {
                "name": saying.words(stage.name), "day": reached.day if reached else None,
                "implied": bool(reached and reached.implied), "current": place == here, "reached": reached is not None,
                "optional": stage.optional, "unknown": place == here == 0 and not item.known,
                "clock": saying.clock_words(stage.clock) if stage.clock else "",
            }
        )  # fmt: skip
    return out


def _clock(track: Track, state: State) -> dict[str, Any] | None:
    clock = state.clock
    if clock is None or clock.stage not in track.by_key:
        return None
    told = track.by_key[clock.stage].clock
    left = clock.left if clock.until is None else working_days().between(today(), clock.until)
    return {
        "stage": saying.stage_name(track, clock.stage), "days": clock.days, "until": clock.until, "left": left, "over": -left,
        "rule": saying.clock_words(told) if told else "",
    }  # fmt: skip


def _step(
    access: Access, item: Item, track: Track, state: State, step: Step, may: bool, shown: Shown
) -> dict[str, Any]:
    """A promise with its origin and, for those who may, its two forms."""
    milestone = step.milestone
    out: dict[str, Any] = {
        "step": step, "title": step.title or saying.stage_name(track, step.stage), "stage": saying.stage_name(track, step.stage),
        "origin": links.origin(access, milestone.fact_id if milestone else None),
        "reads_why": access.reads(item, "reasons"), "moved": (step.expected - step.due).days if step.expected and step.due else 0,
    }  # fmt: skip
    if milestone_of(step.key) is not None and item.project is not None:
        may = may and access.may("record.edit", item.project)
    if not may or item.branch in ("cancelled", "merged"):
        return out
    for name, deed, initial in (
        ("move_form", DEEDS["move"], {"expected": step.expected, "why": step.why}),
        ("done_form", DEEDS["finish"], {"done": step.done}),
    ):
        sent = shown.get((deed.key, step.key))
        out[name] = sent or form_for(deed, access, item, track, state, step.key, step=step.key, **initial)
        out["open"] = out.get("open") or sent is not None
    return out


def _gates(access: Access, item: Item, track: Track, state: State, may: bool, shown: Shown) -> list[dict[str, Any]]:
    """Every gate of the track in the order of its stages, with its answer."""
    out = []
    for stage in track.stages:
        for gate in stage.gates:
            answer, why = state.answers.get(gate.key, ("unknown", ""))
            sent = shown.get(("gate", gate.key))
            form = None
            if may and item.branch not in ENDED:
                form = sent or form_for(
                    DEEDS["gate"], access, item, track, state, gate.key, gate=gate.key, answer=answer, why=why
                )
            out.append(
                {
                    "name": saying.words(gate.name), "stage": saying.words(stage.name), "answer": saying.answer_name(answer),
                    "light": {"yes": "ok", "no": "bad", "waived": "warn"}.get(answer, "none"), "why": why, "form": form,
                    "open": sent is not None, "passed": track.order.get(item.stage, 0) >= track.order[stage.key],
                }
            )  # fmt: skip
    return out


def _around(access: Access, item: Item, track: Track) -> dict[str, Any]:
    """What the item leads to, as far as the reader may see it."""
    children, count = selectors_items.children_of(access, item)
    fact = item.fact or (item.project.fact if item.project is not None and hasattr(item.project, "fact") else None)
    day, known = today(), tracks()
    return {
        "project": item.project if selectors_items.readable(access, item.project) else None,
        "duty": item.duty if selectors_items.readable(access, item.duty) else None,
        "firm": item.firm if selectors_items.readable(access, item.firm) else None,
        "parent": item.parent if selectors_items.readable(access, item.parent) else None,
        "children": [Deck(access, known[one.track], day).card(one) for one in children if one.track in known],
        "children_count": count,
        "goals": selectors_items.goals_behind(access, track, item),
        "demands": [
            {
                "demand": demand,
                "factor": saying.factor_name(demand.factor),
                "stage": saying.stage_name(track, demand.stage),
                "bookings": kept,
            }
            for demand, kept in selectors_items.demands_of(access, item)
        ],
        "factors_url": _factors_url(access),
        "proposals": waiting_for(access, [item.pk]) if item.project_id else [],
        "sentence": links.sentence(access, fact.version.plan_id, fact.pk) if fact is not None else "",
        "origin": links.origin(access, fact.pk) if fact is not None else "",
        "plan": item.project.plan if item.project is not None else item.duty.plan if item.duty is not None else None,
        "comments": comments_of(item) if access.may("comment.read", item) else None,
        "may_comment": access.may("comment.write", item),
        "comment_url": reverse("comment-add", args=["item", item.pk]),
    }


def _factors_url(access: Access) -> str:
    """The page of factors, for those who see it."""
    if not access.may("dispatch.see"):
        return ""
    with suppress(NoReverseMatch):  # a room that is not there has no door
        return reverse("factors")
    return ""


def _fields(access: Access, item: Item, track: Track, state: State, may: bool, shown: Shown) -> dict[str, Any]:
    """The fields of the track with their values, and the form for those who may fill them in."""
    asked = selectors_items.fields_for(access, track, item)
    kinds: dict[str, list[int]] = {}
    for one in asked:
        kinds.setdefault(one.kind, []).append(item.data.get(one.key))  # type: ignore[arg-type]
    names = selectors_items.names_of(access, kinds)
    sent = shown.get(("amend", ""))
    form = sent or (form_for(DEEDS["amend"], access, item, track, state) if may and asked else None)
    return {
        "fields": [
            {
                "name": saying.words(one.name), "unit": one.unit, "value": saying.value_words(one, item.data.get(one.key), names),
                "needed": saying.stage_name(track, one.needed_at) if one.needed_at else "", "commercial": one.commercial,
            }
            for one in asked
        ],
        "amend_form": form,
        "amend_open": sent is not None,
    }  # fmt: skip


def _proofs(access: Access, item: Item, track: Track, state: State, may: bool, shown: Shown) -> dict[str, Any]:
    """Evidence: rows with their files, then what was told when a stage was entered."""
    if not access.reads(item, "reasons"):
        return {"proofs": [], "told_proofs": [], "evidence_form": None, "wanted": []}
    proofs = selectors_items.proofs_of(access, item)
    rows = [{"proof": one, "stage": saying.stage_name(track, one.stage)} for one in proofs]
    held = {(one.stage, one.reference) for one in proofs}
    told = [(saying.stage_name(track, stage), ref) for stage, ref in state.evidence if (stage, ref) not in held]
    sent = shown.get(("evidence", ""))
    form = sent or (
        EvidenceForm(access=access, item=item, track=track, state=state, auto_id="evidence-%s") if may else None
    )
    wanted = [
        (saying.words(stage.name), saying.words(stage.evidence), stage.evidence_needed)
        for stage in track.stages
        if stage.evidence is not None and not any(key == stage.key for key, _ref in state.evidence)
    ]
    return {
        "proofs": rows, "told_proofs": told, "evidence_form": form, "evidence_open": sent is not None, "wanted": wanted,
    }  # fmt: skip


def _history(request: HttpRequest, access: Access, item: Item, track: Track) -> dict[str, Any]:
    """What happened, newest first, in words; values of fields that the reader may not read are left out."""
    rows = selectors_items.events_of(access, item)
    if not rows:
        return {"history": None}
    readable = {one.key for one in selectors_items.fields_for(access, track, item)}
    hidden = frozenset(one.key for one in track.fields if one.key not in readable)
    chronicle = saying.Chronicle(track, _units(access, rows), hidden, _named(access, track, rows))
    told = [
        {"event": row, "words": chronicle.said(row.kind, row.data), "implied": bool(row.data.get("implied"))}
        for row in rows
    ]
    told.reverse()
    shown = Paginator(told, EVENTS).get_page(request.GET.get("page"))
    records = selectors_items.records_of(one["event"].request for one in shown.object_list)
    for one in shown.object_list:
        one["seq"] = records.get(one["event"].request)
    return {"history": shown, "may_audit": access.may("audit.read")}  # fmt: skip


def _units(access: Access, rows: list[ItemEvent]) -> dict[int, str]:
    wanted: set[int] = set()
    for row in rows:
        if row.kind == "assign":
            for value in (row.data.get("lead"), *(row.data.get("units") or ()), *(row.data.get("supports") or ())):
                if isinstance(value, int):
                    wanted.add(value)
    return {pk: name for (_kind, pk), name in selectors_items.names_of(access, {"unit": wanted}).items()}


def _named(access: Access, track: Track, rows: list[ItemEvent]) -> dict[tuple[str, int], str]:
    kinds: dict[str, set[int]] = {}
    for row in rows:
        if row.kind == "amend":
            for key, value in dict(row.data.get("values") or {}).items():
                one = track.field(key)
                if one is not None and isinstance(value, int) and not isinstance(value, bool):
                    kinds.setdefault(one.kind, set()).add(value)
    return selectors_items.names_of(access, kinds)


def _deeds(
    access: Access, item: Item, track: Track, state: State, may: dict[str, bool], shown: Shown
) -> list[dict[str, Any]]:
    """What can be done now, each with its form; the one that came back stands open."""
    out = []
    for deed in DEEDS.values():
        sent = shown.get((deed.key, ""))
        if deed.at or not may[deed.permission] or (sent is None and not deed.when(item, track, state)):
            continue
        form = sent or form_for(deed, access, item, track, state)
        if deed.key == "enter" and not form.fields["stage"].choices:  # type: ignore[attr-defined]
            continue
        out.append(
            {
                "deed": deed, "form": form, "open": sent is not None, "url": reverse(f"item-{deed.key}", args=[item.pk]),
                "fields": [form[name] for name in form.fields if name != "revision"],
            }
        )  # fmt: skip
    return out


def told(conflict: Any, track: Track) -> list[dict[str, Any]]:
    """Who did what since, for the one who came second."""
    out = []
    chronicle = saying.Chronicle(track, {})
    for change in conflict.changes:
        events = change.after.get("events") or []
        said = [chronicle.said(kind, data) for kind, data in events if kind != "amend"]
        out.append({"who": change.record.actor_name, "at": change.record.at, "said": said or [_("改了这一项")]})
    return out
