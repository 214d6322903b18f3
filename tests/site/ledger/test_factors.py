"""The pages of factors: the balance with its shortages and goals, records, booking, dates, who sees what, tables in and out."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lvlian.site.ledger.actions import factors
from lvlian.site.ledger.models import Booking, Demand, Supply
from lvlian.site.org.models import Job
from lvlian.site.plans.models import Milestone
from tests.site.ledger.factors_world import LINE, Works, make_works

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(world: Any) -> Works:
    return make_works(world)


@pytest.fixture
def office(world: Any, client_of: Any) -> Any:
    return client_of(world.a.people["office"])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_shortages_name_who_is_delayed_and_the_goals_behind(works: Works, office: Any) -> None:
    assert "没有缺口" in text(office.get("/factors/"))
    factors.move_supply(works.access, works.supply, None, date(2024, 9, 30), "走廊未清，供电局，9月底")
    page = text(office.get("/factors/"))
    assert "2024-Q1 – 2024-Q2" in page and "晚 183 天" in page
    assert all(f"甲县第{n}个用电项目" in page for n in (1, 2, 3))
    assert "综合产值 2025" in page, "the goal that the projects stand for"
    assert "3 个节点因供给推迟拟改期" in page
    assert "没有缺口" in text(office.get("/factors/?factor=power&from=2024-Q4&span=4"))
    assert "还没有供给" in text(office.get("/factors/?factor=gas"))


def test_the_balance_by_quarter(works: Works, office: Any) -> None:
    page = text(office.get("/factors/?from=2024-Q1&span=4"))
    row = page[page.index("<td>2024-Q1</td>") :]
    cells = [cell.split(">")[-1] for cell in row.split("</tr>")[0].split("</td>")]
    assert cells[:7] == ["2024-Q1", "10", "10", "6", "6", "4", "0"]


def test_few_questions_whatever_there_is(works: Works, office: Any, django_assert_max_num_queries: Any) -> None:
    office.get("/factors/")
    with django_assert_max_num_queries(26):
        office.get("/factors/")
    with django_assert_max_num_queries(36):
        office.get("/projects/")


def test_a_supply_is_moved_on_its_page(works: Works, office: Any) -> None:
    page = f"/factors/supplies/{works.supply.pk}/"
    assert "台账事项的“送电”" in text(office.get(page))
    send = {"move-revision": works.supply.revision, "move-expected": "2024-06-30"}
    refused = office.post(f"{page}move/", {**send, "move-why": " "})
    assert refused.status_code == 422 and "请写理由" in text(refused) and "2024-06-30" in text(refused)
    assert office.post(f"{page}move/", {**send, "move-why": "走廊未清"}).status_code == 302
    assert Milestone.objects.get(project=works.line.project).expected == date(2024, 6, 30)
    shown = text(office.get(page))
    assert "拟改期，待第二人" in shown and "+91" in shown and "综合产值 2025" in shown
    done = {"done-revision": Supply.objects.get(pk=works.supply.pk).revision, "done-done": "2024-06-30"}
    assert office.post(f"{page}done/", done).status_code == 422, "not after today"
    assert office.post(f"{page}done/", {**done, "done-done": "2023-10-11"}).status_code == 302


def test_who_comes_second_is_told_and_keeps_what_was_typed(works: Works, world: Any, office: Any) -> None:
    land = factors.add_supply(
        works.access, world.a.region, {"factor": "land", "title": "用地", "amount": 5.0, "unit": "亩"}
    )
    factors.edit_supply(works.access, land, land.revision, {"note": "先改的"})
    late = {"revision": 1, "factor": "land", "title": "用地", "amount": "6", "unit": "亩", "note": "后改的"}
    answer = office.post(f"/factors/supplies/{land.pk}/edit/", late)
    assert answer.status_code == 409
    assert "先改的" in text(answer) and "后改的" in text(answer) and "甲office岗" in text(answer)
    assert 'name="revision" value="2"' in text(answer)


def test_new_supply_and_demand(works: Works, office: Any) -> None:
    values = {"factor": "land", "title": "第一批次用地", "amount": "40", "unit": "公顷", "promised": "2024-01-31"}
    wrong = office.post("/factors/supplies/new/", {**values, "unit": "吨"})
    assert wrong.status_code == 422 and "不能折算为亩" in text(wrong) and "第一批次用地" in text(wrong)
    assert office.post("/factors/supplies/new/", values).status_code == 302
    made = Supply.objects.get(title="第一批次用地")
    assert made.stock and made.amount == 40
    need = {"item": works.items[0].pk, "factor": "land", "amount": "30", "unit": "亩", "stage": "running"}
    assert office.post("/factors/demands/new/", {**need, "stage": "nowhere"}).status_code == 422
    assert office.post(f"/factors/demands/new/?item={works.items[0].pk}", need).status_code == 302
    demand = Demand.objects.get(factor="land")
    book = {"book-other": made.pk, "book-amount": "3"}
    refused = office.post(f"/factors/demands/{demand.pk}/book/", book)
    assert refused.status_code == 422 and "超出需要" in text(refused), "3 公顷 are 45 亩"
    assert office.post(f"/factors/demands/{demand.pk}/book/", {**book, "book-amount": "2"}).status_code == 302
    kept = Booking.objects.get(demand=demand)
    assert "第一批次用地" in text(office.get(f"/factors/demands/{demand.pk}/"))
    assert office.post(f"/factors/bookings/{kept.pk}/release/", {"from": "demand"}).status_code == 302
    assert office.post(f"/factors/bookings/{kept.pk}/release/").status_code == 404
    assert office.post(f"/factors/demands/{demand.pk}/remove/").status_code == 302
    assert office.post(f"/factors/supplies/{made.pk}/remove/").status_code == 302
    assert not Supply.objects.filter(title="第一批次用地").exists()


def test_who_sees_and_does_what(works: Works, world: Any, client_of: Any) -> None:
    supply = f"/factors/supplies/{works.supply.pk}/"
    unit = text(client_of(world.a.people["unit"]).get("/factors/"))
    assert "项目需求属商业信息" in unit and LINE in unit and "用电项目" not in unit.split("<main")[1]
    assert client_of(world.a.people["firm"]).get("/factors/").status_code == 403
    assert client_of(world.b.people["office"]).get(supply).status_code == 404
    analyst = client_of(world.a.people["analyst"])
    assert analyst.get(supply).status_code == 200
    assert analyst.post(f"{supply}move/", {"move-revision": 1}).status_code == 403
    assert client_of(world.a.people["unit"]).post(f"{supply}book/", {}).status_code == 403


def test_tables_go_out_and_come_in(works: Works, office: Any) -> None:
    for name in ("supplies", "demands"):
        assert LINE in text(office.get("/factors/supplies/list/")) or name == "demands"
        for kind in ("xlsx", "docx", "csv"):
            assert office.get(f"/factors/{name}/list/export.{kind}").status_code == 200
    assert (
        _import(
            office, [["要素", "供给", "数量", "单位", "承诺日期"], ["用地", "二批次用地", 12, "亩", date(2024, 5, 31)]]
        )
        == 0
    )
    made = Supply.objects.get(title="二批次用地")
    assert (made.factor, made.amount, made.promised) == ("land", 12.0, date(2024, 5, 31))
    assert _import(office, [["要素", "供给", "数量", "单位"], ["用地", "三批次用地", 12, "吨"]]) == 1


def test_a_table_never_takes_what_is_booked(works: Works, office: Any) -> None:
    for told, reason in (([1, "万千瓦", None], "已占用 6万千瓦"), ([10, "万千瓦", date(2024, 5, 1)], "日期在事项里改")):
        _import(office, [["要素", "供给", "数量", "单位", "承诺日期"], ["用电", LINE, *told]])
        job = Job.objects.order_by("-made_at").first()
        assert job is not None and reason in job.message
        works.supply.refresh_from_db()
        assert (works.supply.amount, works.supply.promised) == (10.0, None)


def _import(client: Any, rows: list[list[Any]]) -> int:
    """Brings a table in; how many faults it has."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    client.post(
        "/factors/supplies/list/import/", {"file": SimpleUploadedFile("供给.xlsx", file.getvalue()), "remove": ""}
    )
    job = Job.objects.order_by("-made_at").first()
    assert job is not None
    faults = int((job.result or {}).get("fault_count", 0))
    if not faults:
        client.post(f"/factors/supplies/list/import/{job.pk}/", {})
    return faults
