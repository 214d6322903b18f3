"""What waits by the rules of the tracks: the database says the same as the engine's reminders, and nothing is told twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lvlian.ledger.reminders import dates_of, reminders_for
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.book import state_of
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.selectors_reminders import waits
from lvlian.site.pages.todo import todo_count, todo_list


@pytest.fixture
def county(world):
    return world.a


@pytest.fixture
def office(world, county):
    return world.access(county.people["office"], county.region)


@pytest.mark.parametrize("ahead", [1, 2, 4, 6, 9, 14, 16, 29, 40, 61])
@pytest.mark.parametrize("track", ["land", "commitment", "power", "talent"])
def test_the_database_says_what_the_engine_says(world, county, office, track, ahead):
    """A unit is told from the day on which the first of its reminders falls; where none falls before, from the day itself."""
    due = today() + timedelta(days=ahead)
    item = items.open_item(office, county.region, track, "事", lead=county.units[0], due=due)
    item = Item.objects.get(pk=item.pk)
    calendar = working_days()
    dates = dates_of(track_of(track), state_of(item), item.pk)
    told = list(reminders_for(track_of(track), dates, calendar, today() - timedelta(days=400), today()))
    mine = [one for one in told if one.to in ("unit", "lead") and one.counts in (item.expected, item.clock)]
    found = waits(world.access(county.people["unit"], county.region), today())
    assert found is not None
    assert found.filter(pk=item.pk).exists() == bool(mine)


def test_each_thing_stands_once(world, county, office):
    for n in range(3):
        items.open_item(office, county.region, "land", f"第{n}批", lead=county.units[0], due=today())
    access = world.access(county.people["lead"], county.region)
    names = [row.sentence for row in todo_list(access, today(), 99)]
    assert len(names) == len(set(names)) == todo_count(access)


def test_projects_of_a_plan_are_told_by_their_milestones_alone(world, county, office):
    before = todo_count(office)
    items.open_item(
        office,
        county.region,
        "project",
        county.projects[0].name,
        lead=county.units[0],
        project=county.projects[0],
        due=today(),
    )
    assert todo_count(world.access(county.people["office"], county.region)) == before


def test_those_who_only_support_are_not_told(world, county, office):
    items.open_item(
        office, county.region, "land", "别人的事", lead=county.units[1], supports=[county.units[0]], due=today()
    )
    sentences = [row.sentence for row in todo_list(world.access(county.people["unit"], county.region), today(), 99)]
    assert "别人的事" not in sentences
    sentences = [row.sentence for row in todo_list(world.access(county.people["unit2"], county.region), today(), 99)]
    assert sentences.count("别人的事") == 1


def test_what_is_raised_waits_for_its_level(world, county, office):
    item = items.open_item(office, county.region, "issue", "要上会的事", lead=county.units[0], data={"kind": "land"})
    items.escalate(office, item, None, "leading_group", "办不了")
    titles = [row.sentence for row in todo_list(world.access(county.people["office"], county.region), today(), 99)]
    assert "要上会的事" in titles
    items.escalate(office, Item.objects.get(pk=item.pk), None, "supervision", "仍未办")
    supervisor = world.access(county.people["supervisor"], county.region)
    assert [row.sentence for row in todo_list(supervisor, today(), 99)] == ["要上会的事"]


def test_what_was_answered_waits_for_whoever_asked(world, county, office):
    from lvlian.site.ledger.actions import issues

    firm = world.access(county.people["firm"], county.region)
    item = issues.open_issue(firm, county.region, issues.Report(kind="land", sentence="地没批"))
    assert todo_count(firm) == 0
    assert "地没批" in [
        row.sentence for row in todo_list(world.access(county.people["office"], county.region), today(), 99)
    ]
    issues.answer(office, item, None, "已批")
    assert [(row.word, row.sentence) for row in todo_list(firm, today())] == [("待评价", "地没批")] and todo_count(
        firm
    ) == 1
    other = world.access(county.people["firm2"], county.region)
    assert todo_count(other) == 0
