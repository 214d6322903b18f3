"""The registers of a region, and one register as a board, a list and a timeline."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lvlian.site.ledger.actions import items
from lvlian.site.ledger.models import Item
from tests.site.ledger.desk import Desk, desk, own_track  # noqa: F401

pytestmark = pytest.mark.django_db
HOSTILE = (
    "light=%00", "light=red&stage=x&branch=y&unit=abc&firm=99999999999999999999&plan=-1&level=%27", "q=%00%27%22<script>", "page=0",
    "page=99999999999999999999", "view=list&page=-5", "view=%3Cscript%3E", "unit=" + "9" * 400, "q=" + "用" * 500, "stage=started&stage=x",
    "view=timeline&page=zz", "branch=ended&view=timeline",
)  # fmt: skip


def text(answer: Any) -> str:
    """What an answer says, also within the data of its charts."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), answer.content.decode())


# The registers ------------------------------------------------------------------------------------------------------------
def test_all_registers_with_their_lights(desk: Desk) -> None:  # noqa: F811
    desk.open()
    page = text(desk.client("office").get("/ledger/"))
    row = re.search(r'<tr data-href="/ledger/project/">(.*?)</tr>', page, re.DOTALL)
    assert row is not None and "项目建设" in row[1] and ">2<" in row[1]
    assert "/ledger/land/" in page and "用地" in page and "2023-11-30" in row[1]
    assert page.count("data-href=") >= 20, "also those that hold nothing"


def test_a_file_makes_a_register(desk: Desk, own_track: str) -> None:  # noqa: F811
    office = desk.client("office")
    assert "走访" in text(office.get("/ledger/"))
    form = office.get("/ledger/visit/new/")
    assert form.status_code == 200 and "人数" in text(form)
    made = office.post("/ledger/visit/new/", {"title": "走访甲F1", "stage": "planned", "field-people": "3"})
    item = Item.objects.get(track="visit")
    assert made.status_code == 302 and made["Location"] == f"/items/{item.pk}/" and item.data == {"people": 3}
    refused = desk.send(office, item, "enter", stage="visited", note="谈了用电")
    assert refused.status_code == 422 and "走访记录" in text(refused) and "谈了用电" in text(refused)
    assert desk.send(office, item, "amend", **{"field-told": "企业缺用工"}).status_code == 302
    for stage in ("visited", "answered"):
        assert desk.send(office, item, "enter", stage=stage).status_code == 302
    item.refresh_from_db()
    assert (item.branch, item.light, item.stage) == ("closed", "ok", "answered")
    assert "已回访" in text(office.get(f"/items/{item.pk}/"))
    assert "走访甲F1" in text(office.get("/ledger/visit/?view=list&branch=ended"))


def test_the_line_between_a_track_and_none(desk: Desk) -> None:  # noqa: F811
    office = desk.client("office")
    for path in ("/ledger/nothing/", "/ledger/nothing/new/", "/ledger/land/cards/?column=x", "/ledger/land/cards/"):
        assert office.get(path).status_code == 404, path


# One register ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["board", "list", "timeline"])
def test_three_views_with_one_filter(desk: Desk, view: str) -> None:  # noqa: F811
    office = desk.client("office")
    first, second = desk.a
    both = text(office.get(f"/ledger/project/?view={view}"))
    assert first.title in both and second.title in both
    for query, shown in (
        (f"unit={desk.world.a.units[0].pk}", [first]), (f"firm={desk.world.a.firms[1].pk}", [second]),
        (f"q={first.title[-4:]}", [first]), ("light=bad", []), ("stage=planned", [first, second]), ("branch=open", [first, second]),
        (f"plan={desk.world.a.plan.pk}", [first, second]), ("level=unit", [first, second]), ("branch=ended", []),
    ):  # fmt: skip
        page = text(office.get(f"/ledger/project/?view={view}&{query}"))
        found = [item for item in desk.a if f"/items/{item.pk}/" in page]
        assert found == shown, query


def test_board_has_every_stage_with_its_count(desk: Desk) -> None:  # noqa: F811
    office = desk.client("office")
    items.pause(desk.access(), desk.a[1], None, "等指标")
    page = text(office.get("/ledger/project/"))
    names = re.findall(r'<h2 id="column-[a-z_]+">([^<]+)</h2> <span class="count">(\d+)</span>', page)
    assert names[0] == ("谋划", "1") and [name for name, _ in names][1:3] == ["签约", "备案"] and len(names) >= 9
    assert "暂停" in page and desk.a[1].title in page, "the paused stand apart"
    assert "进入 签约" in page


def test_a_card_goes_on_by_a_button(desk: Desk) -> None:  # noqa: F811
    office, item = desk.client("office"), desk.a[0]
    item.refresh_from_db()
    answer = office.post(f"/items/{item.pk}/enter/", {"to": f"signed:{item.revision}", "back": "board"})
    assert (answer.status_code, answer["Location"]) == (302, "/ledger/project/")
    item.refresh_from_db()
    assert (item.stage, item.known) == ("signed", True)


def test_columns_are_paged(desk: Desk) -> None:  # noqa: F811
    for number in range(43):
        desk.open(title=f"甲批次{number:02}号")
    office = desk.client("office")
    page = text(office.get("/ledger/land/"))
    assert page.count('class="item-card"') == 20 and "更多 23 项" in page
    more = re.search(r'hx-get="([^"]+)"', page)
    assert more is not None
    second = text(office.get(more[1].replace("&amp;", "&")))
    assert second.count('class="item-card"') == 20 and "更多 3 项" in second
    third = text(office.get(re.search(r'hx-get="([^"]+)"', second)[1].replace("&amp;", "&")))  # type: ignore[index]
    assert third.count('class="item-card"') == 3 and "hx-get" not in third
    seen = set(re.findall(r'data-item="(\d+)"', page + second + third))
    assert len(seen) == 43


def test_both_ways_to_the_first_cards_give_the_same(desk: Desk) -> None:  # noqa: F811
    from lvlian.site.ledger import selectors_items
    from lvlian.site.ledger.registers import tracks

    for number in range(30):
        desk.open(title=f"甲批次{number:02}号", stage=("assembled", "submitted")[number % 2])
    rows = selectors_items.narrowed(desk.access(), tracks()["land"], selectors_items.Narrow())
    columns = [("active", "assembled"), ("active", "submitted"), ("paused", "")]
    one, other = (sorted(way(rows, columns, 7)) for way in (selectors_items._united, selectors_items._picked))
    assert one == other and len(one) == 14


@pytest.mark.parametrize("query", HOSTILE)
def test_what_an_address_holds_is_not_believed(desk: Desk, query: str) -> None:  # noqa: F811
    office = desk.client("office")
    for path in ("/ledger/project/", "/ledger/project/cards/"):
        answer = office.get(f"{path}?{query}")
        assert answer.status_code in (200, 404) and "<script>" not in text(answer).replace("<script ", "")
    assert office.get(f"/items/?{query}").status_code == 200


# Who sees what ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["board", "list", "timeline"])
def test_a_unit_sees_its_own_items_a_firm_those_that_name_it(desk: Desk, view: str) -> None:  # noqa: F811
    first, second = desk.a
    for role, own, other in (
        ("unit", first, second),
        ("unit2", second, first),
        ("firm", first, second),
        ("firm2", second, first),
    ):
        page = text(desk.client(role).get(f"/ledger/project/?view={view}"))
        assert own.title in page and other.title not in page, role
    page = text(desk.client("office", "乙").get(f"/ledger/project/?view={view}"))
    assert not any(item.title in page for item in desk.a) and all(item.title in page for item in desk.b)


def test_reasons_are_not_for_firms(desk: Desk) -> None:  # noqa: F811
    step = desk.step(desk.a[0])
    items.move(desk.access(), desk.a[0], None, step.key, step.due.replace(year=2024), "甲密内部理由")
    for view in ("board", "list", "timeline"):
        assert "甲密内部理由" in text(desk.client("unit").get(f"/ledger/project/?view={view}"))
        assert "甲密内部理由" not in text(desk.client("firm").get(f"/ledger/project/?view={view}"))


def test_the_administrators_have_no_ledger(desk: Desk) -> None:  # noqa: F811
    for role in ("system_admin", "security_admin", "audit_admin"):
        assert desk.client(role).get("/ledger/").status_code == 403


def test_a_new_item_takes_its_units_from_the_duty_line(desk: Desk) -> None:  # noqa: F811
    duty = desk.world.a.duties[0]
    from lvlian.site.plans.models import Duty

    Duty.objects.filter(pk=duty.pk).update(section="聚力招商引资第一抓手")
    page = text(desk.client("office").get("/ledger/investment/new/"))
    assert "取自责任分工：聚力招商引资第一抓手" in page
    assert re.search(rf'<option value="{desk.world.a.units[0].pk}" selected>', page)
    assert desk.client("analyst").get("/ledger/investment/new/").status_code == 403
    empty = desk.client("office").post(
        "/ledger/investment/new/", {"title": " ", "stage": "nothing", "about": "写了说明"}
    )
    assert empty.status_code == 422 and "写了说明" in text(empty)


# How much is asked -----------------------------------------------------------------------------------------------------------------
def test_queries_do_not_grow_with_items(desk: Desk, django_assert_max_num_queries: Any) -> None:  # noqa: F811
    office = desk.client("office")
    for number in range(3):
        desk.open(title=f"甲批次{number}号")
    counts = {}
    for size in (3, 60):
        for number in range(Item.objects.filter(track="land").count(), size):
            items.open_item(
                desk.access(), desk.world.a.region, "land", f"甲批次{number}号", units=[desk.world.a.units[number % 2]],
                stage=("assembled", "submitted", "approved")[number % 3],
            )  # fmt: skip
        for view, most in (("board", 27), ("list", 27), ("timeline", 27)):
            with django_assert_max_num_queries(most) as asked:
                assert office.get(f"/ledger/land/?view={view}").status_code == 200
            counts.setdefault(view, []).append(len(asked))
        with django_assert_max_num_queries(20):
            office.get("/ledger/")
    assert all(one[1] <= one[0] + 2 for one in counts.values()), counts


# The list of all items -------------------------------------------------------------------------------------------------------------
def test_the_list_of_all_items_and_its_files(desk: Desk) -> None:  # noqa: F811
    items.move(
        desk.access(),
        desk.a[0],
        None,
        desk.step(desk.a[0]).key,
        desk.step(desk.a[0]).due.replace(year=2024),
        "变压器晚到",
    )
    desk.open()
    office = desk.client("office")
    page = text(office.get("/items/?columns=track,title,stage,level,born,reason,slip"))
    for said in ("项目建设", "谋划", "变压器晚到", "甲批次用地"):
        assert said in page, said
    for query, shown, hidden in (
        ("track=land", "甲批次用地", desk.a[0].title), ("light=bad", desk.a[0].title, desk.a[1].title),
        ("stage=project:planned", desk.a[0].title, "甲批次用地"), ("born=hand", "甲批次用地", desk.a[0].title),
        (f"unit={desk.world.a.units[1].pk}", desk.a[1].title, desk.a[0].title), ("slip_from=100", desk.a[0].title, desk.a[1].title),
        ("expected_from=2024", desk.a[0].title, desk.a[1].title), ("level=unit&branch=active", desk.a[0].title, "乙"),
    ):  # fmt: skip
        page = text(office.get(f"/items/?{query}"))
        body = page[page.index("<tbody") :]
        assert shown in body and hidden not in body, query
    for kind in ("xlsx", "csv", "docx"):
        answer = office.get(f"/items/export.{kind}?columns=light,track,title,stage,level,born,reason")
        assert answer.status_code == 200 and answer.content, kind
    csv = office.get("/items/export.csv?columns=track,title,stage,reason").content.decode("utf-8-sig")
    assert "项目建设" in csv and "变压器晚到" in csv
