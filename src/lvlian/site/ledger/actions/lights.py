"""Lights as days pass: an item keeps the first day on which its light may be another (`turns_on`), so that a new day looks again at
those alone whose day has come. Nothing happened to them: no event, no audit record; a light is never anything but computed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from lvlian.ledger.light import Light, Standing, light_of, turns_on
from lvlian.site.ledger.actions.rows import BATCH, update_rows
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import tracks


def fresh(today: date) -> int:
    """Brings all lights to a day; returns how many rows were written. One query where none has turned. Clocks that ran out raise their
    items, which is an action of the ledger and stands in the audit."""
    raised = Item.objects.filter(raises_on__lte=today)
    if not Item.objects.filter(Q(turns_on__lte=today) | Q(raises_on__lte=today)).exists():
        return 0
    written = recompute(today, Item.objects.filter(turns_on__lte=today))
    if raised.exists():
        from lvlian.site.ledger.actions.items import raise_overdue
        from lvlian.site.org.access import Access

        raise_overdue(Access())
    return written


def recompute(today: date, rows: Any = None) -> int:
    """Computes the lights of items anew (all of them where `rows` is not given: after a track's rule was changed). Writes only those
    that came out otherwise."""
    found = Item.objects.all() if rows is None else rows
    rules = {key: track.light for key, track in tracks().items()}
    changed: list[tuple[str, int, list[Any], date | None, int]] = []
    columns = ("pk", "track", "standing", "light", "reasons", "turns_on")
    for pk, track, standing, light, reasons, turns in found.order_by().values_list(*columns).iterator(chunk_size=BATCH):
        rule = rules.get(track)
        if rule is None:  # a track that was taken away
            continue
        stood = Standing.from_json(standing)
        now, following = light_of(rule, stood, today), turns_on(rule, stood, today)
        told = _reasons(now)
        if (now.state, told, following) != (light, reasons, turns):
            changed.append((now.state, now.rank, told, following, pk))
    with transaction.atomic():
        return update_rows(Item, ("light", "rank", "reasons", "turns_on"), changed)


def _reasons(light: Light) -> list[Any]:
    return [reason.to_json() for reason in light.reasons]
