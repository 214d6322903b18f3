"""Reads of firm cultivation: each firm on each ladder, what it still lacks, who helps it with what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from lvlian.ledger.threshold import Distance, Threshold, distance, value_of
from lvlian.ledger.track import Track
from lvlian.site.ledger.models import Item, Step
from lvlian.site.ledger.selectors_items import fields_for
from lvlian.site.org.access import Access, here, scoped
from lvlian.site.org.models import Firm

GONE = ("cancelled", "merged")
SHOWN = 60


def on_ladders(access: Access, tracks: Collection[str]) -> QuerySet[Item]:
    """The items of the registers in the reader's scope that are not gone."""
    return here(Item, access).filter(track__in=list(tracks)).exclude(branch__in=GONE)


@dataclass(frozen=True, slots=True)
class Narrow:
    """What the matrix is narrowed to; empty values narrow nothing."""

    track: str = ""
    light: str = ""
    words: str = ""


def firms_on(access: Access, tracks: Collection[str], by: Narrow) -> QuerySet[Firm]:
    """The firms that some register names, the worst light first."""
    wanted = on_ladders(access, [by.track] if by.track else tracks).filter(firm__isnull=False)
    if by.light:
        wanted = wanted.filter(light=by.light, branch__in=("active", "paused"))
    rows = here(Firm, access).filter(pk__in=wanted.order_by().values("firm"))
    for word in by.words.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(short__icontains=word))
    mine = Q(items__track__in=list(tracks), items__branch__in=("active", "paused"))
    return rows.annotate(worst=Max("items__rank", filter=mine), soon=Min("items__expected", filter=mine)).order_by(
        "-worst", "soon", "name", "pk"
    )


def without_register(access: Access, tracks: Collection[str]) -> int:
    """How many firms of the region stand in none of the registers."""
    named = on_ladders(access, tracks).filter(firm__isnull=False).order_by().values("firm")
    return here(Firm, access).exclude(pk__in=named).count()


def unnamed(access: Access, tracks: Collection[str]) -> int:
    """How many items of the registers name no firm of the site."""
    return on_ladders(access, tracks).filter(firm__isnull=True).count()


@dataclass(slots=True)
class Place:
    """A firm on one ladder: its item, how far it is from what the next stage asks, the steps of it."""

    item: Item
    more: int = 0
    """Further items of the firm in the same register."""
    distance: Distance | None = None
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A firm with its places by track; `project` is a step of an accepted project that answers a register (升规纳统): it is shown there
    and asked for nowhere else."""

    firm: Firm
    places: dict[str, Place] = field(default_factory=dict)
    linked: dict[str, Step] = field(default_factory=dict)


def rows_of(
    access: Access, firms: Iterable[Firm], tracks: Mapping[str, Track], thresholds: Iterable[Threshold], links: Mapping[str, tuple[str, str]]
) -> list[Row]:  # fmt: skip
    """Firms with where they stand. `links` says which stage of which other track answers a register (register → track, stage)."""
    out = {firm.pk: Row(firm) for firm in firms}
    held: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    items = on_ladders(access, tracks).filter(firm__in=list(out)).select_related("region", "lead")
    for item in items.prefetch_related("units", "parties__unit").order_by("-rank", "expected", "pk"):
        row, track = out[item.firm_id], tracks[item.track]
        readable = {one.key for one in fields_for(access, track, item)}
        told = held[item.firm_id].setdefault(item.track, {})
        for key, value in (item.data or {}).items():
            if key in readable:
                told.setdefault(key, value)
        place = row.places.get(item.track)
        if place is None:
            row.places[item.track] = Place(item)
        else:
            place.more += 1
    for row in out.values():
        for key, place in row.places.items():
            place.distance = _distance(place.item, tracks, key, thresholds, held[row.firm.pk])
    steps = scoped(Step, access).filter(
        item__in=[place.item.pk for row in out.values() for place in row.places.values()]
    )
    by_item: dict[int, list[Step]] = defaultdict(list)
    for step in steps.order_by("item_id", "place", "pk"):
        by_item[step.item_id].append(step)
    for row in out.values():
        for place in row.places.values():
            place.steps = by_item.get(place.item.pk, [])
    _link(access, out, links)
    return list(out.values())


def _distance(
    item: Item, tracks: Mapping[str, Track], key: str, thresholds: Iterable[Threshold], held: Mapping[str, Mapping[str, Any]]
) -> Distance | None:  # fmt: skip
    """The first threshold ahead of where the item stands."""
    order = tracks[key].order
    here_at = order.get(item.stage, 0)
    ahead = [one for one in thresholds if one.track == key and order.get(one.stage, -1) > here_at]
    if not ahead or item.branch in ("closed", *GONE):
        return None
    first = min(ahead, key=lambda one: order[one.stage])
    return distance(first, value_of(first.fact, held, tracks))


def _link(access: Access, rows: Mapping[int, Row], links: Mapping[str, tuple[str, str]]) -> None:
    for register, (track, stage) in links.items():
        found = scoped(Step, access).filter(item__firm__in=list(rows), item__track=track, stage=stage)
        found = found.exclude(item__branch__in=GONE).select_related("item__region", "item__project")
        for step in found.order_by("due", "pk"):
            rows[step.item.firm_id].linked.setdefault(register, step)


def stages_held(access: Access, tracks: Collection[str]) -> dict[tuple[str, str], dict[str, int]]:
    """How many items stand where, by light: (track, stage) → light → number; ended ones under `closed`. One query."""
    out: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows = (
        on_ladders(access, tracks).order_by().values_list("track", "stage", "branch", "light").annotate(n=Count("pk"))
    )
    for track, stage, branch, light, n in rows:
        key = "closed" if branch == "closed" else light
        out[track, stage][key] = out[track, stage].get(key, 0) + n
    return dict(out)


def coming(access: Access, tracks: Collection[str], today: date) -> list[Item]:
    """What comes next, or is late, in the registers."""
    rows = on_ladders(access, tracks).filter(branch__in=("active", "paused"), light__in=("bad", "warn"))
    return list(
        rows.select_related("region", "firm").prefetch_related("units").order_by("-rank", "expected", "pk")[:12]
    )


def simulated(access: Access, tracks: Collection[str]) -> bool:
    return on_ladders(access, tracks).filter(simulated=True).exists()
