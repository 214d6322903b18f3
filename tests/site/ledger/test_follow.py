"""Accepted facts become a ledger without typing, and what is changed by one door is changed everywhere."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lvlian.ledger.item import replay
from lvlian.site.ledger.actions import items, lights
from lvlian.site.ledger.actions.adoption import adopt
from lvlian.site.ledger.actions.book import events_of, make
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item, ItemEvent, Step
from lvlian.site.ledger.registers import track_of
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import AuditChange, AuditRecord
from lvlian.site.plans.actions import milestones
from lvlian.site.plans.actions.documents import load_region_file
from lvlian.site.plans.actions.review import undo
from lvlian.site.plans.models import Fact, Milestone

pytestmark = pytest.mark.django_db
REGIONS = Path(__file__).resolve().parents[3] / "data" / "regions"
TODAY = date(2023, 10, 12)


@pytest.fixture
def loaded(world: Any) -> Access:
    """Yanshan's facts, accepted, in the first county."""
    access = world.access(world.a.people["office"], world.a.region)
    load_region_file(access, world.a.region, REGIONS / "yanshan.yaml", accept=True)
    return access  # type: ignore[no-any-return]


def made() -> Any:
    return Item.objects.exclude(born="hand").order_by("pk")


def test_51_milestones_and_8_duty_lines_become_a_ledger(loaded: Access) -> None:
    from_plan = Step.objects.filter(milestone__isnull=False)
    assert from_plan.count() == 51 == Milestone.objects.filter(fact__version__plan__title__contains="三年行动").count()
    assert made().filter(born="duty").count() == 8
    rhythms = Counter(made().filter(born="mechanism").values_list("track", flat=True))
    assert rhythms == {"routine": 3, "duty": 2}, "those that come round by a period, and those that are promised once"
    visits = made().get(born="mechanism", title__contains="组织招商引资活动")
    assert visits.units.filter(name__contains="投资促进局").exists(), "the units of its section's duty line"
    by_track = Counter(made().filter(born="project").values_list("track", flat=True))
    assert by_track["land"] >= 8 and by_track["gas"] >= 2 and by_track["power"] >= 2 and by_track["project"] >= 25
    assert all(item.units.exists() for item in made().filter(born="duty"))
    unled = made().filter(born="project", units__isnull=True)
    assert unled.count() == 0, "one line at the end of the last sub-section holds for those before it"
    building = made().get(title__contains="80万吨高品质再生铝")
    assert (building.stage, building.known) == ("started", True), "listed under 在建"
    waiting = made().get(title__contains="永茂泰汽车有限公司")
    assert (waiting.stage, waiting.known) == ("planned", False), "listed under 未开工"
    land = made().get(title__contains="2023年度第二批次")
    assert (land.track, land.due, land.next) == ("land", date(2023, 8, 31), "获批")
    assert land.fact is not None and land.fact.kind == "milestones"


def test_what_is_stored_is_what_the_events_give(loaded: Access) -> None:
    project = made().filter(steps__title="开工", steps__due__isnull=False).first()
    step = project.steps.first()
    project = items.move(loaded, project, project.revision, step.key, date(2024, 3, 1), "设备晚到")
    project = items.finish(loaded, project, project.revision, step.key, date(2023, 9, 1))
    rows = list(Item.objects.all())
    told = events_of(rows)
    for row in rows:
        track = track_of(row.track)
        state = replay(track, told[row.pk], working_days())
        again = Item(pk=row.pk, track=row.track)
        make(again, track, state, working_days(), TODAY, ())
        for name in (
            "stage",
            "branch",
            "since",
            "due",
            "expected",
            "slip",
            "clock",
            "light",
            "reasons",
            "turns_on",
            "lead_id",
        ):
            assert getattr(again, name) == getattr(row, name), (row.title, name)
        assert [s.key for s in row.steps.order_by("place")] == [s.key for s in state.steps]


def test_moving_a_milestone_by_any_door_is_an_event_of_its_item(loaded: Access) -> None:
    row = Milestone.objects.filter(event="开工", due__isnull=False).select_related("project__item").first()
    milestones.move(loaded, row, row.revision, date(2024, 3, 1), "设备晚到")
    item = Item.objects.get(project=row.project)
    assert (item.light, item.reasons[0][0], item.slip > 30) == ("bad", "moved", True)
    assert item.history.last().kind == "revise"
    record = AuditRecord.objects.latest("seq")
    assert record.action == "milestone.move"
    assert set(AuditChange.objects.filter(record=record).values_list("model", flat=True)) == {"milestone", "item"}


def test_the_ledger_writes_the_milestone_and_nothing_twice(loaded: Access) -> None:
    item = made().filter(steps__title="开工", steps__due__isnull=False).first()
    step = item.steps.first()
    moved = items.move(loaded, item, item.revision, step.key, date(2024, 3, 1), "设备晚到")
    assert Milestone.objects.get(pk=step.milestone_id).expected == date(2024, 3, 1)
    assert moved.history.filter(kind="revise").count() == 1
    started = items.enter(loaded, moved, moved.revision, "started", day=date(2023, 9, 20))
    assert Milestone.objects.get(pk=step.milestone_id).done == date(2023, 9, 20)
    assert started.history.filter(kind="enter").count() == 3, "签约 and 备案 are implied, 开工 is reported"
    assert [e.data.get("implied", False) for e in started.history.filter(kind="enter")] == [True, True, False]
    assert list(started.history.values_list("seq", flat=True)) == list(range(1, started.events + 1))


def test_a_fact_that_does_not_stand_any_more_takes_its_step_away(loaded: Access) -> None:
    fact = Fact.objects.filter(kind="milestones", title__contains="矩申").first()
    item = Item.objects.get(project=fact.milestone.project)
    undo(loaded, fact, fact.revision)
    item.refresh_from_db()
    assert item.branch == "cancelled" and item.project is None
    assert item.history.last().data["why"] == "规划不再列此项目"


def test_a_new_name_is_the_items_too(loaded: Access) -> None:
    item = made().filter(born="project").first()
    with recording(loaded, "project.edit", row=item.project, permission="record.edit") as act:
        act.update(item.project, item.project.revision, name="改名后的铝箔项目")
    item.refresh_from_db()
    assert item.title == "改名后的铝箔项目"
    noted = AuditChange.objects.get(model="item", object_id=item.pk, record=AuditRecord.objects.first())
    assert noted.after["title"] == item.title and noted.before["title"] != item.title


def test_events_are_never_changed(loaded: Access) -> None:
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        ItemEvent.objects.filter(seq=1).update(kind="cancel")


def test_a_site_from_before_the_ledger_is_adopted(world: Any) -> None:
    access = world.access(world.a.people["office"], world.a.region)
    assert not Item.objects.filter(region=world.a.region).exists()
    count = adopt(access, world.a.region)
    assert count == Item.objects.filter(region=world.a.region).count() > 0
    assert {item.project_id for item in Item.objects.filter(born="project", region=world.a.region)} == {
        project.pk for project in world.a.projects
    }
    records = AuditRecord.objects.count()
    assert adopt(access, world.a.region) == 0 and AuditRecord.objects.count() == records


def test_lights_are_looked_at_again_when_their_day_comes(loaded: Access) -> None:
    before = dict(Item.objects.values_list("pk", "light"))
    assert lights.recompute(TODAY) == 0, "nothing turns on the day itself"
    turning = Item.objects.filter(turns_on__isnull=False).order_by("turns_on").first()
    assert turning.turns_on > TODAY
    written = lights.fresh(turning.turns_on)
    assert written >= 1 and not Item.objects.filter(turns_on__lte=turning.turns_on).exists()
    after = dict(Item.objects.values_list("pk", "light"))
    lights.recompute(turning.turns_on)
    assert dict(Item.objects.values_list("pk", "light")) == after
    lights.fresh(date(2024, 12, 31))
    assert dict(Item.objects.values_list("pk", "light")) != before


def test_five_regions_become_ledgers(world: Any, tmp_path: Path) -> None:
    access = world.access(world.a.people["office"], world.a.region)
    for file in sorted(REGIONS.glob("*.yaml")):
        kept = tmp_path / file.name
        shutil.copy(file, kept)
        load_region_file(access, world.a.region, kept, accept=True)
        rows = Item.objects.filter(fact__version__name__startswith=file.stem)
        facts = Fact.objects.filter(version__name__startswith=file.stem, kind="duties").count()
        assert rows.filter(born="duty").count() == facts
        assert not rows.filter(reasons=[]).exists()
