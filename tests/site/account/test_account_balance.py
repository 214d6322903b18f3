"""The reconciliation page: what is doubted and whom to ask, what is done about it, one flow, files, who sees it, bad input."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from lvlian.chain.report.statement import Origin
from lvlian.chain.report.statement import Statement as Said
from lvlian.site.account import balance, selectors_balance
from lvlian.site.account.actions.filings import file_report
from lvlian.site.account.actions.works import set_works
from lvlian.site.account.models import Known, Statement
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access

pytestmark = pytest.mark.django_db
PAGE = "/chain/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def made(county: Any) -> Any:
    access = Access.of(county.people["office"], region_id=county.region.pk)
    return selectors_balance.account_of(access, county.region, "2024-05")


def post_key(county: Any, at: int = 0) -> dict[str, str]:
    account = made(county)
    return {"month": "2024-05", "key": balance.doubt_key(account, account.doubts[at].reading)}


def test_the_faults_that_were_planted_are_named_with_their_cell_and_whom_to_ask(county: Any, office: Any) -> None:
    page = text(office.get(PAGE))
    assert "收到时不合" in page and "平衡后合" in page and "2024年5月" in page
    doubts = page[page.index('id="doubts"') :]
    for kind in ("十倍", "单位", "漏一家"):
        assert kind in doubts, kind
    for doubt in made(county).doubts:
        statement = made(county).network.readings[doubt.reading].statement
        assert str(statement.origin) in doubts, "the cell is told"
    assert "统计岗" in doubts and "原意约" in doubts
    assert "<del>" in page and 'class="sim"' in page and "模拟 True" not in page
    assert "0.59756" not in page or "0.59756 吨" in page


def test_every_row_that_is_doubted_stands_whatever_is_filtered(county: Any, office: Any) -> None:
    account = made(county)
    only = text(office.get(f"{PAGE}?only=doubt"))
    for row in account.rows:
        assert (f'id="row-{row.reading}"' in only) == bool(row.mark) or row.reading is None
    energy = text(office.get(f"{PAGE}?of=energy"))
    assert "行可疑不在所选之内" in energy
    assert "没有符合条件的行" in text(office.get(f"{PAGE}?only=doubt&class=nonredundant"))
    everything = text(office.get(f"{PAGE}?of=all&all=1"))
    assert everything.count('data-href="/chain/stream/') >= len([r for r in account.rows if r.stream >= 0])


def test_as_received_each_balance_has_its_gap(county: Any, office: Any) -> None:
    page = text(office.get(f"{PAGE}?view=received"))
    assert "收到时的各条平衡" in page and "占流过" in page
    gaps, missing = balance.gaps(made(county))
    assert gaps and missing >= 0 and gaps[0]["label"] in page
    assert all(one["left"].lstrip("−0.,") == "" for one in gaps), "after balancing nothing is left"


def test_a_doubt_is_asked_about_once(county: Any, office: Any) -> None:
    send = post_key(county)
    assert office.post("/chain/inquiries/", send).status_code == 302
    item = Item.objects.get(track="inquiry")
    assert item.data["month"] == "2024-05" and item.stage == "asked" and item.data["reported"] and item.data["implied"]
    assert "问询中" in text(office.get(PAGE))
    office.post("/chain/inquiries/", send)
    assert Item.objects.filter(track="inquiry").count() == 1
    office.post("/chain/inquiries/", {"month": "2024-05", "all": "1"})
    account = made(county)
    asked = Item.objects.filter(track="inquiry").count()
    assert asked >= len(account.doubts)
    office.post("/chain/inquiries/", {"month": "2024-05", "all": "1"})
    assert Item.objects.filter(track="inquiry").count() == asked
    assert not Statement.objects.filter(current=False).exists(), "asking changes no figure"


def test_a_paper_is_asked_for(county: Any, office: Any) -> None:
    account = made(county)
    ask = account.asks[0]
    send = {"month": "2024-05", "key": f"ask:{balance.ask_key(account, ask)}"}
    assert office.post("/chain/inquiries/", send).status_code == 302
    assert Item.objects.filter(track="inquiry").count() == 1 and "催办中" in text(office.get(PAGE))


def test_a_doubt_is_left_with_a_reason_and_taken_up_again(county: Any, office: Any) -> None:
    send = post_key(county)
    refused = office.post("/chain/known/", {**send, "reason": " "})
    assert refused.status_code == 422 and "须写理由" in text(refused) and not Known.objects.exists()
    assert office.post("/chain/known/", {**send, "reason": "盘点单已核"}).status_code == 302
    page = text(office.get(PAGE))
    assert "1 条记为已知" in page and "盘点单已核" in page
    assert page.count('<article class="doubt"') == len(made(county).doubts) - 1
    again = office.post("/chain/known/", {**send, "reason": "再记"})
    assert again.status_code == 422 and "已经记为已知" in text(again)
    assert office.post("/chain/known/remove/", {"known": Known.objects.get().pk}).status_code == 302
    assert not Known.objects.exists()


def test_one_flow_with_all_that_was_said_of_it(county: Any, office: Any) -> None:
    account = made(county)
    reading = account.network.readings[account.doubts[0].reading]
    url = balance.stream_url(account, reading.stream)
    page = text(office.get(url))
    assert str(reading.statement.origin) in page and "它在哪些平衡里" in page and "2024-04" in page
    row = Statement.objects.get(month="2024-05", cell=reading.statement.origin.cell, file=reading.statement.origin.file)
    assert office.get(f"/chain/stream/?statement={row.pk}")["Location"] == url
    for wrong in ("", "?flow=x", "?flow=" + "a" * 5000, "?statement=99999999", "?statement=" + "9" * 40):
        assert office.get(f"/chain/stream/{wrong}").status_code == 404, wrong


def test_files(county: Any, office: Any) -> None:
    account = made(county)
    book = load_workbook(io.BytesIO(office.get(f"{PAGE}paper.xlsx?month=2024-05").content))
    assert book.sheetnames == ["报数与平衡", "可疑", "分不开", "要什么", "指标", "平衡式", "说明"]
    assert book["报数与平衡"].max_row == len(account.rows) + 1
    assert book["可疑"].max_row == 1 + len(account.doubts) + len(account.stale) + len(account.missing)
    assert book["可疑"]["O2"].value, "the cell of the report"
    assert "模拟" in [cell.value for cell in book["说明"]["A"]]
    answer = office.get(f"{PAGE}paper.docx?month=2024-05")
    words = "\n".join(p.text for p in Document(io.BytesIO(answer.content)).paragraphs)
    assert (
        "可疑的报数" in words
        and "要什么才能定" in words
        and "模拟" in words
        and "%E6%A8%A1%E6%8B%9F" in answer["Content-Disposition"]
    )
    for wrong in ("paper.pdf", "paper.xlsx?month=1999-01"):
        assert office.get(f"{PAGE}{wrong}").status_code == 404


def test_who_sees_it(county: Any, world: Any, client_of: Callable[[Any], Any]) -> None:
    send = post_key(county)
    for role in ("unit", "firm", "analyst", "supervisor"):
        if role not in county.people:
            continue
        client = client_of(county.people[role])
        for address in (PAGE, "/chain/stream/?flow=x", f"{PAGE}paper.xlsx"):
            assert client.get(address).status_code == 403, (role, address)
        assert client.post("/chain/inquiries/", send).status_code == 403
    chief = client_of(county.people["chief"])
    page = text(chief.get(PAGE))
    assert "可疑的报表" in page and "转问询" not in page and "记为已知" not in page
    assert chief.post("/chain/inquiries/", send).status_code == 403
    other = client_of(world.b.people["office"])
    assert "还没有报表" in text(other.get(PAGE))
    assert other.post("/chain/inquiries/", send).status_code == 404
    assert other.post("/chain/known/", {**send, "reason": "x"}).status_code == 404
    assert not Item.objects.filter(track="inquiry").exists() and not Known.objects.exists()


def test_bad_input_is_left_out_and_told(county: Any, office: Any) -> None:
    page = text(office.get(f"{PAGE}?month=1999-13&of=x&class=y&firm=<b>&all=z"))
    assert "1999-13 这个条件，已略去" in page and "<b>&" not in page
    for send in ({}, {"month": "2024-05"}, {"month": "x", "key": "y"}, {"month": "2024-05", "key": "a" * 9000}):
        assert office.post("/chain/inquiries/", send).status_code == 404
        assert office.post("/chain/known/", send).status_code == 404
    assert office.post("/chain/known/remove/", {"known": "9" * 50}).status_code == 404
    assert office.get("/chain/inquiries/").status_code == 405


# One store: what cannot be told apart, and what repeats last month -----------------------------------------------------------
STORE = {"opening": 1000.0, "closing": 1020.0, "made": 20000.0, "sent": 19980.0}


def file_store(county: Any, month: str, **values: float) -> None:
    """What one caster says of its billets in a month; unless said otherwise everything fits."""
    access = Access.of(county.people["office"], region_id=county.region.pk)
    firm = county.firms[0]
    line = {"process": "cast_billet_liquid", "capacity": None, "since": "", "until": ""}
    if month == "2023-08":
        set_works(access, firm, "caster", {"kind": "processor", "lines": [line], "post": "仓储岗", "facts": {}})
    more = {"made": {"process": line["process"]}, "sent": {"partner": "outside"}}
    said = [
        Said(
            party="caster", month=month, item=item, good="billet", value=value, unit="t", origin=Origin("表.xlsx", "填报", f"E{n}"),
            **more.get(item, {}),
        )
        for n, (item, value) in enumerate((STORE | values).items(), 6)
    ]  # fmt: skip
    file_report(access, firm, month, said)


def test_a_set_that_cannot_be_told_apart_strikes_nobody(world: Any, client_of: Callable[[Any], Any]) -> None:
    file_store(world.a, "2023-08")
    file_store(world.a, "2023-09", opening=1020.0, closing=1050.0, made=22720.0, sent=21200.0)
    client = client_of(world.a.people["office"])
    page = text(client.get(PAGE))
    (one,) = selectors_balance.account_of(
        Access.of(world.a.people["office"], region_id=world.a.region.pk), world.a.region, "2023-09"
    ).sets
    card = page[page.index('id="set-0"') : page.index("</article>", page.index('id="set-0"'))]
    assert card.count("<tr>") == len(one.members) + 1 and "仓储岗" in card and "22,720" in card
    assert "<del>" not in page and "或不动" in page and "+ 1 组" in page
    send = {"month": "2023-09", "all": "1"}
    assert client.post("/chain/inquiries/", send).status_code == 302
    (item,) = Item.objects.filter(track="inquiry")
    assert "分不开" in item.data["looks"] and "问询中" in text(client.get(PAGE))
    for form in ("xlsx", "docx"):
        assert client.get(f"{PAGE}paper.{form}").status_code == 200


def test_a_figure_that_repeats_last_month_stands_apart(world: Any, client_of: Callable[[Any], Any]) -> None:
    file_store(world.a, "2023-08")
    file_store(world.a, "2023-09", opening=1020.0, closing=1020.0, made=22720.0, sent=21200.0)
    client = client_of(world.a.people["office"])
    page = text(client.get(PAGE))
    assert "与上月逐字相同" in page and "不是平衡查出来的" in page
    key = re.search(r'name="key" value="(stale:[^"]+)"', page)
    assert key is not None
    send = {"month": "2023-09", "key": html.unescape(key[1]), "reason": "盘点未变"}
    assert client.post("/chain/known/", send).status_code == 302
    assert "不是平衡查出来的" not in text(client.get(PAGE))


def test_a_month_that_fits_says_so(world: Any, client_of: Callable[[Any], Any]) -> None:
    file_store(world.a, "2023-08")
    page = text(client_of(world.a.people["office"]).get(PAGE))
    assert "没有可疑的报数" in page and "收到时合" in page
    english = client_of(world.a.people["office"])
    english.cookies["lvlian_language"] = "en"
    assert english.get(PAGE).status_code == 200
