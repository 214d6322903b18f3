"""Items of both counties for the tests of the ledger's pages, and people who are logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item, Step
from lvlian.site.ledger.registers import tracks
from lvlian.site.org.chain import recording
from lvlian.site.plans.models import Milestone

VISIT = """
name: {zh: 走访, en: Visits}
noun: {zh: 走访, en: visit}
about: {zh: 到企业走访, en: Visits to firms}
group: projects
stages:
- {key: planned, name: {zh: 拟走访, en: Planned}}
- {key: visited, name: {zh: 已走访, en: Visited}, clock: {days: 5}}
- {key: answered, name: {zh: 已回访, en: Answered}}
fields:
- {key: people, name: {zh: 人数, en: people}, kind: number, unit: 人}
- {key: told, name: {zh: 走访记录, en: notes}, needed_at: visited}
sources:
- {of: [light], words: {zh: 假设：自定, en: assumed}, verified: false}
"""
"""A user's own track."""


@dataclass
class Desk:
    """The world with items; `a` and `b` are the items of the two counties, from the plan's projects, one for each unit and firm."""

    world: Any
    login: Callable[[Any], Any]
    a: list[Item] = field(default_factory=list)
    b: list[Item] = field(default_factory=list)

    def client(self, role: str, mark: str = "甲") -> Any:
        county = self.world.a if mark == "甲" else self.world.b
        return self.login(county.people[role])

    def access(self, role: str = "office") -> Any:
        return self.world.access(self.world.a.people[role], self.world.a.region)

    def step(self, item: Item) -> Step:
        return Step.objects.get(item=item)

    def open(self, track: str = "land", title: str = "甲批次用地", **values: Any) -> Item:
        values.setdefault("units", [self.world.a.units[0]])
        return items.open_item(self.access(), self.world.a.region, track, title, **values)

    def send(self, client: Any, item: Item, deed: str, **values: Any) -> Any:
        item.refresh_from_db()
        return client.post(f"/items/{item.pk}/{deed}/", {"revision": item.revision, **values})


@pytest.fixture
def desk(world: Any, client_of: Callable[..., Any]) -> Desk:
    made = Desk(world, client_of)
    for county, rows in ((world.a, made.a), (world.b, made.b)):
        access = world.access(county.people["office"], county.region)
        with recording(access, "milestone.edit", region=county.region, permission="record.edit") as act:
            for milestone in county.milestones:
                act.update(Milestone.objects.get(pk=milestone.pk), None, due=date(2023, 11, 30), why="")
        rows += Item.objects.filter(region=county.region).exclude(project=None).order_by("project_id")
    assert len(made.a) == len(made.b) == 2
    return made


@pytest.fixture
def own_track() -> Iterator[str]:
    """A track that the user put into the site's folder."""
    folder = Path(settings.ENVIRONMENT.home) / "tracks"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "visit.yaml"
    path.write_text(VISIT, encoding="utf-8")
    tracks.cache_clear()
    yield "visit"
    path.unlink()
    folder.rmdir()
    tracks.cache_clear()
