"""A large invented ledger: 100,000 items with a million events in a hundred counties, one of which has 10,000 for sealing. Written in
bulk; what stands beside the events is made by the engine from them, as on a real site. The same on every run."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from benchmarks.site.world import TODAY, _pour

TRACKS = ("project", "project", "project", "land", "issue", "investment", "supervision", "scale-up")
BATCH = 2000


def grow(scale: float = 1.0, large: int = 10_000) -> dict[str, int]:
    """Fills a site whose regions, units and firms are there (`benchmarks.site.world`). The first county gets `large` items, the others
    share the rest of 100,000 · `scale`."""
    from django.db import connection

    from lvlian.site.ledger.models import Item, ItemEvent, Step
    from lvlian.site.org.models import Region

    dice = random.Random(4)
    counties = list(Region.objects.filter(level="county").order_by("pk"))
    total, large = round(100_000 * scale), round(large * scale)
    each = (total - large) // (len(counties) - 1)
    for number, region in enumerate(counties):
        _county(region, large if number == 0 else each, dice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"items": Item.objects.count(), "events": ItemEvent.objects.count(), "steps": Step.objects.count()}


def _county(region: Any, size: int, dice: random.Random) -> None:
    from lvlian.ledger.item import apply, raising, replay
    from lvlian.site.ledger.actions.book import make
    from lvlian.site.ledger.days import working_days
    from lvlian.site.ledger.models import Item
    from lvlian.site.ledger.registers import tracks
    from lvlian.site.org.models import Firm, Unit
    from lvlian.site.plans.models import Project

    calendar, today, known = working_days(), date.fromisoformat(TODAY), tracks()
    units = list(Unit.objects.filter(region=region).order_by("pk"))
    firms = list(Firm.objects.filter(region=region).order_by("pk"))
    projects = list(Project.objects.filter(region=region, item__isnull=True).order_by("pk"))
    for first in range(0, size, BATCH):
        told: list[tuple[Any, Any, list[Any], Any]] = []
        for number in range(first, min(size, first + BATCH)):
            track = known[next(key for key in (TRACKS[number % len(TRACKS)], "project") if key in known)]
            events = _events(track, units[number % len(units)].pk, dice, today)
            state = replay(track, events, calendar)
            if (event := raising(track, state, today)) is not None:
                events.append(event)
                state = apply(track, state, event, calendar)
            firm = firms[number % len(firms)] if number % 3 else None
            project = projects.pop() if track.key == "project" and projects else None
            item = Item(
                region=region, track=track.key, title=f"{region.name}{track.name.zh}{number}", firm=firm, project=project,
                born="project" if project else "hand", simulated=True,
            )  # fmt: skip
            make(item, track, state, calendar, today, ())
            told.append((item, track, events, state))
        Item.objects.bulk_create([item for item, *_ in told], batch_size=500)
        _pour(
            "ledger_itemevent",
            ("id", "item_id", "seq", "day", "kind", "data", "actor_id", "at", "request"),
            _event_rows(told),
        )
        _pour(
            "ledger_step",
            (
                "id",
                "item_id",
                "key",
                "stage",
                "title",
                "place",
                "due",
                "expected",
                "why",
                "done",
                "given",
                "milestone_id",
            ),
            _step_rows(told),
        )
        _pour("ledger_party", ("id", "item_id", "unit_id", "part", "place"), _party_rows(told))


def _events(track: Any, unit: int, dice: random.Random, today: date) -> list[Any]:
    """About ten events: opened, three promises, some stages, some reports, here and there a date that is moved."""
    from lvlian.ledger.item import Event, Refused, advance, replay
    from lvlian.site.ledger.days import working_days

    day = today - timedelta(days=dice.randint(60, 500))
    events = [Event("open", day, {"lead": unit, "units": [unit], "data": {"per": "quarter"} if track.recurs else {}})]
    stages = track.stages[1:]
    for place in range(3):
        stage = stages[min(place * max(1, len(stages) // 3), len(stages) - 1)]
        due = day + timedelta(days=dice.randint(100, 900))
        events.append(
            Event("promise", day, {"step": f"p{place}", "stage": stage.key, "title": stage.name.zh, "due": due})
        )
    here = dice.randint(0, max(0, len(stages) - 2))
    if here:
        at = day + timedelta(days=30)
        state = replay(track, events, working_days())
        events += advance(track, state, stages[here - 1].key, at, implied=True)
    if dice.random() < 0.4:
        event = Event(
            "revise", day, {"step": "p2", "expected": today + timedelta(days=dice.randint(-60, 400)), "why": "设备晚到"}
        )
        try:
            replay(track, [*events, event], working_days())
            events.append(event)
        except Refused:
            pass
    while len(events) < 10:
        events.append(Event("report", min(today, day + timedelta(days=40 * len(events))), {"note": "按计划推进"}))
    return events


def _next_id(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return int(cursor.fetchone()[0]) + 1


def _event_rows(told: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    from lvlian.site.org.chain import plain

    number = _next_id("ledger_itemevent")
    for item, _, events, _ in told:
        for seq, event in enumerate(events, 1):
            data = json.dumps(plain(event.data), ensure_ascii=False)
            yield (
                number,
                item.pk,
                seq,
                event.day.isoformat(),
                event.kind,
                data,
                None,
                "2024-06-01 00:00:00+00:00",
                "measured",
            )
            number += 1


def _step_rows(told: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    number = _next_id("ledger_step")
    for item, _, _, state in told:
        for place, step in enumerate(state.steps):
            days = [day.isoformat() if day else None for day in (step.due, step.expected, step.done)]
            yield (
                number, item.pk, step.key, step.stage, step.title, place, days[0], days[1], step.why, days[2], step.given, None,
            )  # fmt: skip
            number += 1


def _party_rows(told: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    number = _next_id("ledger_party")
    for item, _, _, state in told:
        yield number, item.pk, state.lead, "lead", 0
        number += 1
