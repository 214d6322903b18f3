"""Projects, risks and indicators of the outlook: the pages say what the engine says, filter it, and write it into a workbook."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.http import QueryDict
from openpyxl import load_workbook

from lvlian.site.frame import today
from lvlian.site.org.access import Access
from lvlian.site.outlook import indicator_lines, project_lines, risk_lines
from lvlian.site.outlook.atlas_outputs import outputs_of
from lvlian.site.outlook.selectors import ground_of
from lvlian.site.outlook.selectors_scenario import Room, room_of
from tests.site.outlook.test_scenario import words


@pytest.fixture
def access(county: Any) -> Access:
    return Access.of(county.people["office"], region_id=county.region.pk)


@pytest.fixture
def late(county: Any, access: Access) -> str:
    """The address of a scenario in which one project is three quarters late."""
    ground = ground_of(access, county.region, today())
    assert ground is not None
    project = next(one for one in ground.case.projects if "铝板带" in one.name)
    return f"project.{project.id}.slip=3"


@pytest.fixture
def room(county: Any, access: Access, late: str) -> Room:
    found = room_of(access, county.region, QueryDict(late))
    assert found is not None and found.overlay
    return found


@pytest.mark.django_db
def test_a_project_stands_with_its_promise_its_delay_and_the_goals_that_count_it(room: Room, access: Access) -> None:
    lines = project_lines.lines_of(access, room)
    assert {one.row.id for one in lines} == {one.id for one in room.case.projects}
    held = next(one for one in lines if "铝板带" in one.row.name)
    assert held.row.promised is not None and held.row.projected is not None and held.row.late
    assert held.light == ("bad" if held.row.late > 90 else "warn") and held.delay.startswith("晚 ")
    assert held.why and held.row.name not in held.why and held.aims
    # its sentence's origin is the plan, and a goal that it costs is told with a loss below 0
    assert held.origin["mark"] == "规" and all(lost.startswith("−") for _goal, lost in held.goals)
    chart = project_lines.gantt_of(lines, today())
    row = next(one for one in chart["rows"] if one["name"] == held.row.name)
    hatch = next(bar for bar in row["bars"] if bar["kind"] == "late")
    assert (hatch["from"], hatch["to"]) == (held.row.promised.isoformat(), held.row.projected.isoformat())
    assert row["marks"][-1]["kind"] == "projected" and "→" in row["marks"][-1]["text"]
    weights = [one.row.late or 0 for one in lines if one.light in ("bad", "warn") and not one.row.never]
    assert [one.light for one in lines] == sorted((one.light for one in lines), key=["bad", "warn", "none", "ok"].index)
    assert weights[0] == max(weights)


@pytest.mark.django_db
def test_pages_filter_and_write_what_they_show(
    county: Any, room: Room, access: Access, late: str, client_of: Any
) -> None:
    office = client_of(county.people["office"])
    page = words(office.get(f"/outlook/projects/?{late}"))
    assert "项目何时投产" in page and "铝板带" in page and "为什么" in page
    assert "铝合金棒" not in words(office.get(f"/outlook/projects/?{late}&q=板带")).split("投产：承诺、现日期、推演")[1]
    assert "没有符合条件的项目" in words(office.get(f"/outlook/projects/?{late}&q=nothing"))
    book = load_workbook(io.BytesIO(office.get(f"/outlook/projects/?{late}&q=板带&as=xlsx").content))
    assert book["项目投产"].max_row == 2 and book["各环节"].max_row > 2

    chains = risk_lines.chains_of(access, room)
    assert chains and [one.row.id for one in chains] == [one.id for one in room.projection.risks]
    page = words(office.get(f"/outlook/risks/?{late}"))
    assert all(one.row.title in page for one in chains)
    goal = risk_lines.goal_of(room)
    assert goal is not None
    why = risk_lines.why_of(room, goal)
    part = words(office.get(f"/outlook/risks/why/?{late}&aim={goal.aim.id}"))
    whole = words(office.get(f"/outlook/risks/?{late}&aim={goal.aim.id}&whole=1"))
    for told, _cells in why.heat.rows:
        assert told in part and told in whole
    assert len(why.heat.quarters) == len(room.ground.case.quarters)
    often = room.risk.bottlenecks(goal.aim.id)
    assert [cell[2] for cell in why.heat.rows[0][1]] == [round(x, 4) for x in often[0].often]
    shares = [one.share for one in why.drivers]
    assert shares == sorted(shares, reverse=True) and all(0 <= x <= 1 for x in shares)
    if why.drivers:
        assert why.drivers[0].name in part
    book = load_workbook(io.BytesIO(office.get(f"/outlook/risks/?{late}&as=xlsx").content))
    assert {"风险", "每季卡在哪里", "什么最左右结果", "按期就能救回"} <= set(book.sheetnames)


@pytest.mark.django_db
def test_an_indicator_has_its_band_and_the_plans_point_or_says_what_is_missing(
    county: Any, room: Room, access: Access, late: str, client_of: Any
) -> None:
    lines = indicator_lines.lines_of(access, room, indicator_lines.YEAR)
    known = [one for one in lines if one.known]
    assert known and all(one.missing for one in lines if not one.known)
    for one in known:
        for cell in one.cells:
            assert cell.low is None or cell.low <= cell.value <= cell.high  # type: ignore[operator]
    value = next(one for one in known if one.key == "chain_output_value" and any(cell.points for cell in one.cells))
    point = next(cell for cell in value.cells if cell.when == "2024").points[0]
    assert point.text == "40 左右" and point.chance and point.light in ("ok", "warn", "bad")
    assert {len(one.cells) for one in indicator_lines.lines_of(access, room, indicator_lines.QUARTER) if one.known} == {
        len(room.ground.case.quarters)
    }

    office = client_of(county.people["office"])
    page = words(office.get(f"/outlook/indicators/?{late}"))
    cell = next(cell for cell in value.cells if cell.when == "2024")
    assert f"{cell.told} ± {cell.spread}" in page and "40 左右" in page and "缺 " in page
    assert 'id="chain_output_value"' in office.get("/outlook/indicators/?only=planned&per=rolling").content.decode()
    book = load_workbook(io.BytesIO(office.get("/outlook/indicators/?per=quarter&as=xlsx").content))
    assert book["指标推演"].max_row == 1 + len(known) and book["推不出的"].max_row > 1
    # both ways: the indicator's own page draws the projection and leads back
    detail = office.get("/indicators/chain_output_value/").content.decode()
    assert 'id="outlook-chart"' in detail and "/outlook/indicators/#chain_output_value" in detail
    assert re.search(r"推不出，缺", words(office.get("/indicators/srdi_firms/")))


@pytest.mark.django_db
def test_who_may_not_see_the_outlook_sees_none_of_it(county: Any, client_of: Any) -> None:
    firm = client_of(county.people["firm"])
    for path in ("/outlook/projects/", "/outlook/risks/", "/outlook/risks/why/", "/outlook/indicators/"):
        assert firm.get(path).status_code == 403, path
    analyst = client_of(county.people["analyst"])
    for path in ("/outlook/projects/", "/outlook/risks/", "/outlook/indicators/"):
        assert "不看企业数，只按规划推演" in words(analyst.get(path)), path


@pytest.mark.django_db
def test_a_link_of_the_chain_makes_by_the_end_of_a_year_what_the_projection_makes(county: Any, access: Access) -> None:
    room = room_of(access, county.region, QueryDict())
    assert room is not None
    year = next(quarter.year for quarter in room.case.quarters if quarter.number == 4)
    found = outputs_of(access, county.region, str(year))
    assert found is not None and found.made
    live = room.projection.live
    assert live is not None
    place = next(n for n, quarter in enumerate(room.case.quarters) if (quarter.year, quarter.number) == (year, 4))
    # every good is some plant's main product, so that a link's output is what the plants run
    for good, month in found.made.items():
        row = live.model.goods.index(good)
        plants = [n for n, product in enumerate(live.model.products) if product == row]
        assert month * 3 >= sum(live.run.activity[0, n, place] for n in plants) - 1e-6
    assert outputs_of(access, county.region, "2099") is None
    firm = Access.of(county.people["firm"], region_id=county.region.pk)
    assert outputs_of(firm, county.region, str(year)) is None
