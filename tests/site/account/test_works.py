"""Works on the site: lines and supplies, what a form refuses, who was quicker, who may see and change them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook

from lvlian.site.account.models import SupplyLink, Works
from tests.site.account.desk import Reporting, line, reporting

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(world: Any) -> Reporting:
    return reporting(world)


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))


def form(room: Reporting, **also: Any) -> dict[str, Any]:
    works = Works.objects.get(firm=room.smelter)
    return {
        "revision": works.revision, "kind": "smelter", "state": "running", "post": "统计岗", "process-0": "electrolysis",
        "capacity-0": "38万吨", "since-0": "2023-09", "until-0": "", **also,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "see", "edit"),
    [
        ("office", 200, 200),
        ("park", 200, 200),
        ("chief", 200, 403),
        ("lead", 200, 403),
        ("firm", 403, 403),
        ("unit", 403, 403),
    ],
)
def test_who_sees_and_who_changes(room: Reporting, client_of: Any, role: str, see: int, edit: int) -> None:
    client = client_of(room.county.people[role])
    assert client.get("/works/").status_code == see
    assert client.get("/works/export.xlsx").status_code == see
    assert client.get(f"/works/{room.smelter.pk}/").status_code == edit
    assert client.post("/works/links/add/", {"source": "outside", "target": "x", "good": "alumina"}).status_code in (
        403,
        422,
    )


def test_the_other_county_is_not_there(room: Reporting, client_of: Any, world: Any) -> None:
    office = client_of(world.b.people["office"])
    assert "甲F" not in words(office.get("/works/"))
    assert office.get(f"/works/{room.smelter.pk}/").status_code == 404
    link = SupplyLink.objects.get()
    assert office.post(f"/works/links/{link.pk}/remove/").status_code == 404 and SupplyLink.objects.exists()


def test_lines_are_written_in_words_of_the_library(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    assert client.post(f"/works/{room.smelter.pk}/", form(room)).status_code == 302
    works = Works.objects.get(firm=room.smelter)
    assert works.lines == [{**line("electrolysis", 380_000.0), "since": "2023-09"}]
    page = words(client.get("/works/"))
    assert "铝电解(铝液)" in page and "380,000" in page and "甲F1铝业有限公司 → 甲F2铝业有限公司" in page
    rows = list(load_workbook(io.BytesIO(client.get("/works/export.xlsx").content)).worksheets[0].values)
    assert rows[0][4:6] == ("工序", "产能，吨/年") and any(row[5] == 380_000 for row in rows)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"capacity-0": "-3"}, "不小于零"), ({"capacity-0": "三十万"}, "应为不小于零的数"), ({"process-0": "no-such"}, "不在链库里"),
        ({"process-0": ""}, "没有选工序"), ({"since-0": "2023年9月"}, "应写成 2023-09"), ({"until-0": "2020-01"}, "晚于"),
        ({"kind": "alchemist"}, "请选一个环节"), ({"post": " "}, "一个岗位"), ({"state": "?"}, "请选一个状态"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_kept(room: Reporting, client_of: Any, typed: dict[str, str], told: str) -> None:
    before = Works.objects.get(firm=room.smelter).lines
    answer = client_of(room.county.people["office"]).post(f"/works/{room.smelter.pk}/", form(room, **typed))
    assert answer.status_code == 422 and told in words(answer)
    assert Works.objects.get(firm=room.smelter).lines == before


def test_who_was_quicker_is_told(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    stale = form(room)
    client.post(f"/works/{room.smelter.pk}/", stale)
    answer = client.post(f"/works/{room.smelter.pk}/", {**stale, "capacity-0": "9"})
    assert answer.status_code == 409 and 'value="9"' in answer.content.decode()
    again = re.search(r'name="revision" value="(\d+)"', answer.content.decode())
    assert (
        again
        and client.post(f"/works/{room.smelter.pk}/", {**stale, "capacity-0": "9", "revision": again[1]}).status_code
        == 302
    )


def test_a_new_firm_gets_its_key(room: Reporting, client_of: Any) -> None:
    from lvlian.site.org.models import Firm

    firm = Firm.objects.create(region=room.county.region, name="丁仓储有限公司")
    client = client_of(room.county.people["office"])
    assert "丁仓储有限公司" in words(client.get("/works/"))
    typed = {"key": "丁 仓", "kind": "warehouse", "state": "running", "post": "统计岗"}
    assert client.post(f"/works/{firm.pk}/", typed).status_code == 422
    assert client.post(f"/works/{firm.pk}/", {**typed, "key": "smelter"}).status_code == 422
    assert client.post(f"/works/{firm.pk}/", {**typed, "key": "ding"}).status_code == 302
    assert Works.objects.get(firm=firm).key == "ding"


def test_supplies_are_added_and_removed(room: Reporting, client_of: Any) -> None:
    client = client_of(room.county.people["office"])
    added = {"source": "outside", "target": room.smelter.pk, "good": "alumina"}
    assert client.post("/works/links/add/", added).status_code == 302
    assert client.post("/works/links/add/", added).status_code == 302
    assert SupplyLink.objects.count() == 2
    for wrong in ({"good": "gold"}, {"target": "outside"}, {"source": "99999"}):
        assert client.post("/works/links/add/", {**added, **wrong}).status_code == 422
    link = SupplyLink.objects.get(good="alumina")
    client.post(f"/works/links/{link.pk}/remove/")
    assert SupplyLink.objects.count() == 1
