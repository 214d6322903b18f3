"""培育: each firm on each ladder with its stage, its light and what it still lacks; the plan's goals counted; and the part of a firm's own page
that says who helps it with what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lvlian.ledger.threshold import Distance
from lvlian.ledger.track import Track
from lvlian.site.frame import today
from lvlian.site.ledger import saying
from lvlian.site.ledger import selectors_cultivation as reads
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.aims import lines_of
from lvlian.site.ledger.cards import Deck
from lvlian.site.ledger.ladders import beside, ladders, links, thresholds
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks
from lvlian.site.ledger.selectors_items import WORST_FIRST
from lvlian.site.ledger.selectors_tally import aimed, whole
from lvlian.site.org.access import Access, page
from lvlian.site.pages.kept import kept
from lvlian.site.pages.narrowing import Narrowing

SIZE = 40


@require_GET
@page("record.read")
def cultivation(request: HttpRequest) -> HttpResponse:
    access: Access = request.access  # type: ignore[attr-defined]
    day = today()
    fresh(day)
    climbed = ladders()
    narrowing = Narrowing(request.GET)
    words = narrowing.told("q", _("含"))
    track = narrowing.choice("track", _("梯度"), [(key, saying.words(one.name)) for key, one in climbed.items()])
    light = narrowing.choice("light", _("灯"), [(key, saying.light_name(key)) for key in WORST_FIRST])
    firms = reads.firms_on(access, climbed, reads.Narrow(track, light, words))
    total = firms.count()
    found = narrowing.page(range(total), SIZE, total)  # type: ignore[arg-type]
    some = list(firms[(found.number - 1) * SIZE : found.number * SIZE])
    room = [*climbed, *beside()]
    sees = any(held.firm_id is None for held in access.held)
    held = reads.stages_held(access, room)
    size = sum(n for lights in held.values() for n in lights.values())
    goals = kept(access, "cultivation-goals", tuple(room), day, lambda: aimed(access, tracks(), room, day), lambda _made: size) if sees else []  # fmt: skip
    context: dict[str, Any] = {
        "narrowing": narrowing, "found": found, "total": total, "whole": whole(access), "columns": [saying.words(one.name) for one in climbed.values()],
        "aims": lines_of(access, goals), "sees": sees,
        "rows": [_row(access, row, climbed) for row in reads.rows_of(access, some, climbed, thresholds(), links())],
        "ladders": [_ladder(one, held) for one in climbed.values()],
        "others": [_ladder(one, held) for one in beside().values()],
        "outside": reads.without_register(access, climbed) if sees else 0, "unnamed": reads.unnamed(access, climbed) if sees else 0,
        "may_open": access.may("item.open"), "invented": reads.simulated(access, room),
        "rules": _rules(),
    }  # fmt: skip
    return render(request, "ledger/cultivation.html", context)


def _row(access: Access, row: reads.Row, climbed: dict[str, Track]) -> dict[str, Any]:
    cells = []
    for key, track in climbed.items():
        place, linked = row.places.get(key), row.linked.get(key)
        cell: dict[str, Any] = {"name": saying.words(track.name), "key": key}
        if place is not None:
            item = place.item
            cell |= {
                "item": item, "stage": saying.stage_name(track, item.stage), "url": reverse("item-detail", args=[item.pk]), "more": place.more,
                "distance": _told(place.distance),
            }  # fmt: skip
        if linked is not None:
            cell |= {
                "step": linked, "step_title": linked.title or saying.stage_name(tracks()[linked.item.track], linked.stage),
                "step_url": reverse("item-detail", args=[linked.item_id]),
            }  # fmt: skip
        cells.append(cell)
    return {"firm": row.firm, "cells": cells, "url": reverse("firm-detail", args=[row.firm.pk])}


def _told(distance: Distance | None) -> dict[str, str] | None:
    if distance is None:
        return None
    rule = distance.threshold
    return {
        "words": saying.words(distance.words), "light": "none" if distance.short is None else "ok" if distance.met else "warn",
        "source": saying.words(rule.source), "stage": saying.stage_name(tracks()[rule.track], rule.stage),
        "mark": "标" if rule.verified else "假",
    }  # fmt: skip


def _ladder(track: Track, held: dict[tuple[str, str], dict[str, int]]) -> dict[str, Any]:
    """A register with how many stand at each of its stages."""
    stages = []
    for stage in track.stages:
        lights = held.get((track.key, stage.key), {})
        stages.append({"name": saying.words(stage.name), "count": sum(lights.values()), "url": f"{reverse('ledger-track', args=[track.key])}?stage={stage.key}"})  # fmt: skip
    return {
        "name": saying.words(track.name), "url": reverse("ledger-track", args=[track.key]), "stages": stages,
        "count": sum(one["count"] for one in stages), "key": track.key,
    }  # fmt: skip


def _rules() -> list[dict[str, str]]:
    """The thresholds in words."""
    from lvlian.quantity.show import figure

    known = tracks()
    return [
        {
            "track": saying.words(known[one.track].name), "stage": saying.stage_name(known[one.track], one.stage),
            "fact": saying.words(one.fact.name), "least": f"{figure(float(one.at_least))} {one.unit}" if one.unit != "%" else f"{figure(float(one.at_least))}%",
            "source": saying.words(one.source), "mark": "标" if one.verified else "假", "who": saying.words(one.fact.who),
        }
        for one in thresholds()
    ]  # fmt: skip


# A firm's own page -------------------------------------------------------------------------------------------------------
def firm_context(access: Access, firm: Any) -> dict[str, Any]:
    """What the page of a firm shows of the registers: where it stands on each, what is missing, who helps with what."""
    fresh(today())
    room = {**ladders(), **beside()}
    (row,) = reads.rows_of(access, [firm], room, thresholds(), links())
    places = []
    for key, place in row.places.items():
        track, item = room[key], place.item
        stage = track.order.get(item.stage, -1)
        inside = access.reads(item, "reasons")
        lacks = track.field("obstacle")
        readable = lacks is not None and inside and lacks.key in {one.key for one in _readable(access, track, item)}
        places.append(
            {
                "name": saying.words(track.name), "card": Deck(access, track, today()).card(item), "item": item, "more": place.more,
                "stages": [
                    {"name": saying.words(one.name), "reached": at <= stage, "current": at == stage}
                    for at, one in enumerate(track.stages)
                ],
                "distance": _told(place.distance), "obstacle": str(item.data.get("obstacle") or "") if readable else "",
                "parties": list(item.parties.all()), "steps": [
                    {"step": step, "title": step.title or saying.stage_name(track, step.stage)} for step in place.steps
                ],
                "list": f"{reverse('ledger-track', args=[key])}?view=list&firm={firm.pk}" if place.more else "",
            }
        )  # fmt: skip
    linked = [
        {
            "step": step,
            "register": saying.words(room[key].name),
            "project": step.item,
            "title": step.title or saying.stage_name(tracks()[step.item.track], step.stage),
        }
        for key, step in row.linked.items()
    ]
    may = access.may("item.open") and access.may_in("item.open", firm.region)
    return {
        "places": places, "linked": linked,
        "openable": [{"name": saying.words(one.name), "url": f"{reverse('ledger-new', args=[key])}?firm={firm.pk}"} for key, one in ladders().items() if key not in row.places] if may else [],
    }  # fmt: skip


def _readable(access: Access, track: Track, item: Item) -> list[Any]:
    from lvlian.site.ledger.selectors_items import fields_for

    return fields_for(access, track, item)
