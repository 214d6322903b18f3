"""The papers of a quarter: they say what was sealed, and carry the seal at their foot."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from lvlian.ledger.quarter import Quarter
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.dispatch import open_dispatch
from lvlian.site.ledger.actions.sealing import convert, decide, issue, meet, seal_dispatch
from lvlian.site.ledger.models import Dispatch, Item
from lvlian.site.ledger.papers import PAPERS, paper_bytes, preview_of, report_of
from lvlian.site.org.access import Access

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


def fresh(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.select_related("region").get(pk=dispatch.pk)


def words(content: bytes) -> str:
    from docx import Document

    document = Document(io.BytesIO(content))
    told = [paragraph.text for paragraph in document.paragraphs]
    told += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(told)


@pytest.fixture
def dispatch(office: Access, world: Any) -> Dispatch:
    region, unit = world.a.region, world.a.units[0]
    items.open_item(
        office, region, "project", "铝板带项目", stage="filed", lead=unit, due=date(2023, 8, 31), day=date(2023, 6, 1)
    )
    items.open_item(
        office,
        region,
        "land",
        "第二批次用地",
        stage="assembled",
        lead=unit,
        due=date(2023, 12, 31),
        day=date(2023, 6, 1),
    )
    return open_dispatch(office, region, Quarter(2023, 3))


def test_before_the_seal_the_notice_is_a_draft_of_what_stands(office: Access, dispatch: Dispatch) -> None:
    told = words(paper_bytes(office, dispatch, "notice"))
    assert "铝板带项目" in told and "数据尚未封存" in told and "2023年三季度" in told
    assert report_of(office, dispatch).draft


def test_after_the_seal_figures_are_locked_and_the_hash_stands_at_the_foot(
    office: Access, dispatch: Dispatch, world: Any
) -> None:
    sealed = seal_dispatch(office, dispatch)
    decide(office, fresh(dispatch), "四个项目供地", world.a.units[0], date(2023, 11, 20))
    before = report_of(office, fresh(dispatch))
    items.cancel(office, Item.objects.get(title="铝板带项目"), None, "放弃")
    after = report_of(office, fresh(dispatch))
    assert (after.lights, after.counts, after.items, after.goals) == (
        before.lights,
        before.counts,
        before.items,
        before.goals,
    )
    for name in ("notice", "minutes"):
        told = words(paper_bytes(office, fresh(dispatch), name)).replace("\n", "").replace(" ", "")
        assert sealed.hash in told and sealed.root in told, name
        assert "四个项目供地" in told
    assert "铝板带项目" in words(paper_bytes(office, fresh(dispatch), "agenda"))


def test_it_is_a_draft_until_it_is_issued(office: Access, dispatch: Dispatch) -> None:
    seal_dispatch(office, dispatch)
    dispatch = meet(
        office,
        fresh(dispatch),
        fresh(dispatch).revision,
        chair="副县长",
        present="甲一局、甲二局",
        heard="甲一局汇报用地",
    )
    report = report_of(office, dispatch)
    assert report.draft and report.present == ("甲一局", "甲二局") and report.heard == ("甲一局汇报用地",)
    issued = issue(office, dispatch, dispatch.revision, "甲铝办发〔2023〕4号")
    report = report_of(office, issued)
    assert not report.draft and report.issued == date(2023, 10, 12)
    assert "甲铝办发〔2023〕4号" in words(paper_bytes(office, issued, "notice"))


def test_the_workbook_holds_every_table_and_the_calendar_every_day(
    office: Access, dispatch: Dispatch, world: Any
) -> None:
    from openpyxl import load_workbook

    seal_dispatch(office, dispatch)
    decide(office, fresh(dispatch), "四个项目供地", world.a.units[0], date(2023, 11, 20))
    convert(office, fresh(dispatch))
    book = load_workbook(io.BytesIO(paper_bytes(office, fresh(dispatch), "tables")))
    assert book.sheetnames == ["变化", "目标", "滞后和预警", "单位核对", "决定", "台账", "说明"]
    titles = {str(cell.value) for row in book["台账"].iter_rows() for cell in row}
    assert {"铝板带项目", "第二批次用地"} <= titles
    calendar = paper_bytes(office, fresh(dispatch), "calendar").decode()
    assert "20231120" in calendar and "BEGIN:VCALENDAR" in calendar


def test_the_preview_is_read_from_the_notice(office: Access, dispatch: Dispatch) -> None:
    preview = preview_of(office, dispatch)
    assert preview.title == "关于2023年三季度铝产业调度情况的通报"
    assert preview.organ.endswith("文件") and preview.lines[0][1].endswith("通报如下。")
    assert [text for kind, text in preview.lines if kind == "h1"][:2] == ["一、总体情况", "二、存在问题"]


def test_papers_tell_no_commercial_figures(office: Access, dispatch: Dispatch, world: Any) -> None:
    from lvlian.site.ledger.actions import factors

    item = Item.objects.get(title="铝板带项目")
    factors.add_demand(office, item, {"factor": "power", "amount": 7654.0, "unit": "万千瓦", "stage": "running"})
    seal_dispatch(office, dispatch)
    for name, paper in PAPERS.items():
        content = paper_bytes(office, fresh(dispatch), name)
        if paper.ending == "docx":
            assert "7654" not in words(content), name
        else:
            assert b"7654" not in content, name
