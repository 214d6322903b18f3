"""Many new items from a table: shown first, written after, all or none."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from lvlian.site.ledger.models import Item
from lvlian.site.org.chain import verify
from tests.site.ledger.desk import Desk, desk  # noqa: F401

pytestmark = pytest.mark.django_db
PATH = "/ledger/land/import/"


def text(answer: Any) -> str:
    return answer.content.decode()


def csv(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("批次.csv", "\n".join(lines).encode(), "text/csv")


def rows_in(answer: Any) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', text(answer))
    assert found is not None
    return found[1]


def test_shown_first_written_after(desk: Desk) -> None:  # noqa: F811
    office, unit = desk.client("office"), desk.world.a.units[0].name
    shown = office.post(
        PATH,
        {
            "file": csv(
                "用地批次,阶段,责任单位,承诺日期,面积，亩,不认得",
                f"第一批次,报批,{unit},2024-06-30,690.5,x",
                "第二批次,,,,,",
            )
        },
    )
    page = text(shown)
    assert (
        shown.status_code == 200
        and "第一批次" in page
        and "不认得" in page
        and not Item.objects.filter(track="land").exists()
    )
    written = office.post(PATH, {"rows": rows_in(shown)})
    assert written.status_code == 302
    first = Item.objects.get(title="第一批次")
    assert (first.stage, first.data, first.expected.isoformat()) == ("submitted", {"area": 690.5}, "2024-06-30")
    assert [one.pk for one in first.units.all()] == [desk.world.a.units[0].pk]
    assert Item.objects.get(title="第二批次").stage == "assembled"
    again = office.post(PATH, {"file": csv("事项", "第一批次")})
    assert again.status_code == 422 and "已在台账里" in text(again)
    assert not verify().faults


def test_faults_name_their_cell(desk: Desk) -> None:  # noqa: F811
    table = csv("事项,阶段,责任单位,承诺日期,面积", "甲批,飞升,乙县乙一局,明年,很多", ",,,,", "甲批,,,,")
    answer = desk.client("office").post(PATH, {"file": table})
    page = text(answer)
    assert answer.status_code == 422 and 'name="rows"' not in page
    for cell, expected in (
        ("B2", "组件"),
        ("C2", "本地区的单位"),
        ("D2", "日期，如"),
        ("E2", "数，如"),
        ("A4", "只写一次"),
    ):
        assert cell in page and expected in page, cell
    assert not Item.objects.filter(track="land").exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "没有这样的列\n一".encode(), b"\n\n"],
)
def test_what_is_no_table(desk: Desk, content: bytes) -> None:  # noqa: F811
    answer = desk.client("office").post(PATH, {"file": SimpleUploadedFile("x.xlsx", content)})
    assert answer.status_code == 422
    assert desk.client("office").post(PATH, {}).status_code == 422


def test_what_was_shown_cannot_be_changed_or_given_away(desk: Desk) -> None:  # noqa: F811
    office = desk.client("office")
    rows = rows_in(office.post(PATH, {"file": csv("事项", "甲批次")}))
    for path, client, sent in (
        (PATH, office, rows[:-3] + "abc"), ("/ledger/gas/import/", office, rows), (PATH, desk.client("park"), rows), (PATH, office, ""),
    ):  # fmt: skip
        assert client.post(path, {"rows": sent}).status_code == 422
    assert not Item.objects.filter(title="甲批次").exists()
    for role in ("unit", "firm", "analyst", "chief"):
        assert desk.client(role).post(PATH, {"rows": rows}).status_code == 403


def test_a_workbook_and_the_empty_table(desk: Desk) -> None:  # noqa: F811
    office, book, out = desk.client("office"), Workbook(), io.BytesIO()
    from datetime import datetime

    book.active.append(["Land batch", "Stage", "Area"])
    book.active.append(["第三批次", "Approved", 12.0])
    book.active["D1"], book.active["D2"] = "承诺日期", datetime(2024, 3, 31)
    book.save(out)
    shown = office.post(PATH, {"file": SimpleUploadedFile("b.xlsx", out.getvalue())})
    assert office.post(PATH, {"rows": rows_in(shown)}).status_code == 302
    item = Item.objects.get(title="第三批次")
    assert (item.stage, item.data) == ("approved", {"area": 12})
    empty = office.get(f"{PATH}?template=1")
    assert "面积" in empty.content.decode() and empty["Content-Disposition"].startswith("attachment")
    assert office.get(PATH).status_code == 200


def test_very_many(desk: Desk) -> None:  # noqa: F811
    office = desk.client("office")
    shown = office.post(PATH, {"file": csv("事项", *(f"批次{n}" for n in range(300)))})
    assert "共 300 项" in text(shown) and office.post(PATH, {"rows": rows_in(shown)}).status_code == 302
    assert Item.objects.filter(track="land").count() == 300
    refused = office.post(PATH, {"file": csv("事项", *(f"第{n}号" for n in range(1001)))})
    assert refused.status_code == 422 and "1000 行以内" in text(refused)
