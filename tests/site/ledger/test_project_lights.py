"""A project has one light, that of its item, on every page; the Gantt draws the factors that it waits for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lvlian.site.ledger.actions import factors, items
from lvlian.site.ledger.models import Item
from lvlian.site.lists.lights import pick_projects
from lvlian.site.org.access import here
from lvlian.site.pages.gantt import gantt
from lvlian.site.pages.selectors_projects import (
    LIGHTS,
    light_counts,
    narrowed,
    page_of,
    project_rows,
    with_lanes,
)
from lvlian.site.plans.models import Project
from tests.site.ledger.factors_world import LINE, Works, make_works

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 12)


@pytest.fixture
def works(world: Any) -> Works:
    return make_works(world)


def slip(works: Works) -> None:
    factors.move_supply(works.access, works.supply, None, date(2024, 6, 30), "走廊未清，供电局，6月底")


def test_one_light_everywhere(works: Works, world: Any) -> None:
    slip(works)
    rows = narrowed(works.access)
    counts = light_counts(rows, TODAY)
    assert sum(counts.values()) == rows.count() == here(Project, works.access).count()
    listed = page_of(rows, counts, 0, 50, TODAY)
    shown = with_lanes(works.access, project_rows(works.access, listed, TODAY), TODAY)
    assert [LIGHTS.index(row.light.state) for row in shown] == sorted(LIGHTS.index(row.light.state) for row in shown)
    for row in shown:
        if row.item is not None:
            assert row.light.state == row.item.light
    for state in LIGHTS:
        picked = set(pick_projects(rows, (state,), TODAY).values_list("pk", flat=True))
        assert picked == {row.project.pk for row in shown if row.light.state == state}
        assert len(picked) == counts[state]
    late = [row for row in shown if row.project.name.endswith("用电项目")]
    assert {row.light.state for row in late} == {"warn"}
    assert all(row.held_by == ["用电"] and LINE in row.reason for row in late)


def test_what_brings_factors_is_drawn_with_those_who_wait(works: Works) -> None:
    assert narrowed(works.access, kind="-").filter(name=LINE).count() == 0
    assert narrowed(works.access, kind="power").get().name == LINE
    assert narrowed(works.access, factor="power").count() == 3
    assert narrowed(works.access, stage="built").count() == 3
    assert narrowed(works.access, goal=Item.objects.get(pk=works.items[0].pk).goal_id).count() == 3


def test_lanes(works: Works, world: Any) -> None:
    slip(works)
    ids = [item.project_id for item in works.items[:1]]
    (row,) = with_lanes(works.access, project_rows(works.access, ids, TODAY), TODAY)
    (lane,) = gantt([row], TODAY)["rows"][0]["lanes"]
    assert lane == {
        "name": f"用电　{LINE} 2 万千瓦", "light": "bad", "word": "滞后", "dashed": False, "delays": True,
        "from": "2023-10-01", "to": "2024-03-31", "now": "2024-06-30",
    }  # fmt: skip
    unit = world.access(world.a.people["unit"], world.a.region)
    (row,) = with_lanes(unit, project_rows(unit, ids, TODAY), TODAY)
    assert row.lanes == () and LINE in row.reason, "what a project needs is commercial; why it is late is not"
    firm = world.access(world.a.people["firm"], world.a.region)
    assert project_rows(firm, ids, TODAY) == [] or not project_rows(firm, ids, TODAY)[0].reasons


def test_a_lane_that_no_plan_dates_is_dashed(works: Works, world: Any) -> None:
    land = factors.add_supply(
        works.access,
        world.a.region,
        {"factor": "land", "title": "用地", "amount": 5.0, "unit": "亩", "promised": date(2023, 12, 31)},
    )
    need = factors.add_demand(works.access, works.items[0], {"factor": "land", "amount": 5.0, "unit": "亩"})
    factors.book(works.access, land, need, 5.0)
    factors.add_demand(works.access, works.items[0], {"factor": "gas", "amount": 5.0, "unit": "万立方米/年"})
    (row,) = with_lanes(works.access, project_rows(works.access, [works.items[0].project_id], TODAY), TODAY)
    lanes = gantt([row], TODAY)["rows"][0]["lanes"]
    assert [(lane["name"].split("　")[0], lane["dashed"]) for lane in lanes] == [
        ("用电", False),
        ("用地", True),
        ("用气", True),
    ]
    assert lanes[2]["note"] == "无日期"


def test_the_page_tells_stage_factor_goal_and_reason(works: Works, world: Any, client_of: Any) -> None:
    slip(works)
    page = client_of(world.a.people["office"]).get("/projects/?factor=power").content.decode()
    table = page[page.index('<table class="lines project-list" data-rows>') :]
    assert "建成" in table and "用电" in table and "综合产值 2025" in table and LINE in table
    assert "2024-03" in table
    empty = client_of(world.a.people["office"]).get("/projects/?factor=power&light=bad").content.decode()
    assert "没有符合条件的项目" in empty
    detail = client_of(world.a.people["office"]).get(f"/projects/{works.items[0].project_id}/").content.decode()
    assert "拟改期，待第二人" in detail


def test_a_stopped_project_is_yellow_with_its_reason(works: Works) -> None:
    held = Item.objects.get(pk=works.items[0].pk)
    items.pause(works.access, held, held.revision, "业主融资未到位")
    (row,) = project_rows(works.access, [held.project_id], TODAY)
    assert row.light.state == "warn" and "业主融资未到位" in row.reason
