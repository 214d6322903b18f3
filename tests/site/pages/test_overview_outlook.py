"""The first page with the outlook: a tile with its chance, lights by the chance, what holds what; and nothing of it for others."""

from __future__ import annotations

from typing import Any

import pytest

from lvlian.site import saying
from lvlian.site.frame import today
from lvlian.site.org.access import Access
from lvlian.site.outlook import selectors
from lvlian.site.outlook.goal_figures import light_of
from lvlian.site.outlook.selectors_overview import standing_of
from lvlian.site.pages.overview import goal_lights
from tests.site.outlook.desk import plant


@pytest.fixture
def county(world: Any) -> Any:
    selectors._made.clear()  # rows of a test that was rolled back have the numbers of this one's
    return plant(world.a)


@pytest.mark.django_db
def test_a_tile_tells_its_chance_and_the_lights_follow_it(county: Any, client_of: Any) -> None:
    standing = standing_of(Access.of(county.people["office"], region_id=county.region.pk), county.region, today())
    assert standing is not None
    goal = next(one for one in county.goals if one.indicator == "铝产业产值" and one.year == 2024)
    one = standing.goals[goal.pk].figures
    assert one.chance is not None and one.value is not None
    assert one.light == light_of(one.chance)
    page = client_of(county.people["office"]).get("/").content.decode()
    assert f"达成概率 <b>{saying.chance(one.chance).replace('<', '&lt;').replace('>', '&gt;')}</b>" in page
    # the light is that of the chance, also where the account or the plan says nothing
    known = {pk: row for pk, row in standing.goals.items() if row.figures.chance is not None}
    lights = goal_lights({}, len(county.goals), known)
    assert sum(count for _light, _word, count in lights) == len(county.goals)
    for light in ("ok", "warn", "bad"):
        told = sum(count for key, _word, count in lights if key == light)
        assert told == sum(row.figures.light == light for row in known.values())


@pytest.mark.django_db
def test_what_is_late_stands_with_what_it_holds(county: Any, client_of: Any) -> None:
    access = Access.of(county.people["office"], region_id=county.region.pk)
    standing = standing_of(access, county.region, today())
    assert standing is not None
    page = client_of(county.people["office"]).get("/").content.decode()
    assert ('href="/outlook/risks/"' in page) == bool(standing.held)
    for one in standing.held:
        assert one.title in page and one.days in page


@pytest.mark.django_db
def test_who_may_not_see_the_outlook_gets_the_page_without_it(county: Any, client_of: Any) -> None:
    access = Access.of(county.people["firm"], region_id=county.region.pk)
    assert standing_of(access, county.region, today()) is None
    page = client_of(county.people["firm"]).get("/").content.decode()
    assert "达成概率 <b>" not in page and "要素 → 项目 → 目标" not in page
