"""The pages of the quarterly dispatch: what each role sees and does there, refusals with everything typed kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from lvlian.ledger.quarter import Quarter
from lvlian.site.ledger.actions import items
from lvlian.site.ledger.actions.dispatch import open_dispatch
from lvlian.site.ledger.models import Ask, Decision, Dispatch, Item
from lvlian.site.org.access import Access

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


@pytest.fixture
def item(office: Access, world: Any) -> Item:
    return items.open_item(
        office, world.a.region, "project", "铝板带项目", stage="filed", lead=world.a.units[0], due=date(2024, 6, 30),
        day=date(2023, 6, 1),
    )  # fmt: skip


@pytest.fixture
def late(office: Access, world: Any) -> Item:
    return items.open_item(
        office, world.a.region, "land", "第二批次用地", stage="assembled", lead=world.a.units[1], due=date(2023, 8, 31),
        day=date(2023, 6, 1), data={"area": 690.5},
    )  # fmt: skip


@pytest.fixture
def dispatch(office: Access, world: Any, item: Item, late: Item) -> Dispatch:
    return open_dispatch(office, world.a.region, Quarter(2023, 3))


@pytest.fixture
def as_role(world: Any, client_of: Callable[..., Any]) -> Callable[[str], Any]:
    return lambda role: client_of(world.a.people[role])


def text(answer: Any) -> str:
    return answer.content.decode()


def sheet(dispatch: Dispatch, unit: Any) -> str:
    return reverse("dispatch-unit", args=[dispatch.pk, unit.pk])


def ask_of(dispatch: Dispatch, item: Item, field: str) -> Ask:
    return Ask.objects.get(dispatch=dispatch, item=item, field=field)


def correct(client: Any, ask: Ask, **values: Any) -> Any:
    url = reverse("dispatch-correct", args=[ask.dispatch_id, ask.unit_id, ask.pk])
    return client.post(url, {f"a{ask.pk}-{key}": value for key, value in {"revision": ask.revision, **values}.items()})


# The workspace --------------------------------------------------------------------------------------------------------------
def test_the_office_opens_a_quarter(as_role: Any, item: Item) -> None:
    client = as_role("office")
    assert "2023年三季度" in text(client.get(reverse("dispatches")))
    answer = client.post(reverse("dispatch-open"), {"quarter": "2023-Q3"})
    row = Dispatch.objects.get()
    assert answer.url == reverse("dispatch", args=[row.pk]) and row.asks.count() >= 3
    again = client.post(reverse("dispatch-open"), {"quarter": "2023-Q4"})
    assert again.status_code == 422 and "尚未封存" in text(again)
    assert as_role("unit").post(reverse("dispatch-open"), {"quarter": "2023-Q4"}).status_code == 403


def test_the_page_answers_what_a_meeting_asks(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    told = text(as_role("office").get(reverse("dispatch", args=[dispatch.pk])))
    for words in ("比上次", "目标对照", "红灯与黄灯", "会议决定", "各单位核对", "通报预览", "第二批次用地", "没有上次快照", "核算待接入",
                  "应核，项", "约用时，分", "代拟稿", str(world.a.units[0]), str(world.a.units[1]), "封存快照"):  # fmt: skip
        assert words in told, words


def test_every_address_opens_and_in_english(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    client = as_role("office")
    unit = world.a.units[0].pk
    addresses = [
        *(reverse(name, args=[dispatch.pk]) for name in ("dispatch", "dispatch-dates", "dispatch-decide", "dispatch-meet", "dispatch-issue")),
        *(f"{reverse('dispatch-all', args=[dispatch.pk])}?table={table}" for table in ("changes", "goals", "lights")),
        reverse("dispatches"), reverse("dispatch-unit", args=[dispatch.pk, unit]), reverse("dispatch-sheet", args=[dispatch.pk, unit]),
        *(reverse("dispatch-paper", args=[dispatch.pk, name]) for name in ("notice", "minutes", "agenda", "tables", "calendar")),
    ]  # fmt: skip
    for language in ("zh-hans", "en"):
        client.cookies["lvlian_language"] = language
        for address in addresses:
            assert client.get(address).status_code == 200, address


def test_a_unit_sees_its_own_share_and_no_draft(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    client = as_role("unit")
    told = text(client.get(reverse("dispatch", args=[dispatch.pk])))
    assert "第二批次用地" not in told and str(world.a.units[1]) not in told and "通报预览" not in told
    assert client.get(sheet(dispatch, world.a.units[0])).status_code == 200
    assert client.get(sheet(dispatch, world.a.units[1])).status_code == 404
    assert client.get(reverse("dispatch-paper", args=[dispatch.pk, "notice"])).status_code == 403
    for name in ("dispatch-seal", "dispatch-convert", "dispatch-remind", "dispatch-refill"):
        assert client.post(reverse(name, args=[dispatch.pk])).status_code == 403
    assert as_role("firm").get(reverse("dispatch", args=[dispatch.pk])).status_code == 403


def test_another_county_does_not_exist(client_of: Any, world: Any, dispatch: Dispatch) -> None:
    client = client_of(world.b.people["office"])
    for name in ("dispatch", "dispatch-all", "dispatch-dates", "dispatch-verify", "dispatch-snapshot"):
        assert client.get(reverse(name, args=[dispatch.pk])).status_code == 404, name
    for name in ("dispatch-seal", "dispatch-convert", "dispatch-remind", "dispatch-refill"):
        assert client.post(reverse(name, args=[dispatch.pk])).status_code == 404, name


def test_dates_are_changed_in_order_and_a_lost_race_keeps_what_was_typed(as_role: Any, dispatch: Dispatch) -> None:
    client, url = as_role("office"), reverse("dispatch-dates", args=[dispatch.pk])
    values = {
        "revision": 1, "as_of": "2023-09-30", "check_from": "2023-10-08", "check_until": "2023-10-13", "seal_on": "2023-10-12",
        "meeting_at": "2023-10-20T14:30", "issue_on": "2023-10-23", "place": "三楼", "chair": "", "office": "", "subject": "",
    }  # fmt: skip
    refused = client.post(url, values)
    assert refused.status_code == 422 and "不应早于上一步" in text(refused) and 'value="三楼"' in text(refused)
    values["seal_on"] = "2023-10-16"
    assert client.post(url, values).status_code == 302
    lost = client.post(url, {**values, "place": "四楼"})
    assert lost.status_code == 409 and 'value="四楼"' in text(lost) and "刚被别人改过" in text(lost)


# A sheet --------------------------------------------------------------------------------------------------------------------
def test_a_unit_confirms_what_is_right(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    client, unit = as_role("unit"), world.a.units[0]
    told = text(client.get(sheet(dispatch, unit)))
    assert "全部确认（2 项）" in told and "缺，请补" in told and "铝板带项目" in told
    assert client.post(reverse("dispatch-confirm", args=[dispatch.pk, unit.pk]), {"all": "1"}).status_code == 302
    assert sorted(Ask.objects.filter(unit=unit).values_list("state", flat=True)) == [
        "confirmed",
        "confirmed",
        "waiting",
    ]
    told = text(client.get(reverse("dispatches")))
    assert "还差 1 项" in told


def test_a_unit_corrects_with_a_reason(as_role: Any, dispatch: Dispatch, item: Item) -> None:
    client, ask = as_role("unit"), ask_of(dispatch, item, "step:end")
    refused = correct(client, ask, value="2024-09-30", why="")
    assert refused.status_code == 422 and "请写理由" in text(refused) and 'value="2024-09-30"' in text(refused)
    assert correct(client, ask, value="2024-09-30", why="熔炼炉到货推迟").status_code == 302
    item.refresh_from_db()
    assert item.expected == date(2024, 9, 30)
    lost = correct(client, ask, value="2024-10-31", why="又推迟")
    assert lost.status_code == 409 and 'value="2024-10-31"' in text(lost)
    number = ask_of(dispatch, item, "invested")
    wrong = correct(client, number, value="很多")
    assert wrong.status_code == 422 and "应为一个数" in text(wrong) and 'value="很多"' in text(wrong)
    assert correct(client, number, value="12,500").status_code == 302
    item.refresh_from_db()
    assert item.data["invested"] == 12500


def test_a_kept_promise_is_told_with_its_day(as_role: Any, dispatch: Dispatch, late: Item) -> None:
    client, ask = as_role("unit2"), ask_of(dispatch, late, "step:end")
    assert "已过期，请填完成日期或新日期" in text(client.get(sheet(dispatch, ask.unit)))
    assert correct(client, ask, done="2023-10-30").status_code == 422, "not in the future"
    assert correct(client, ask, value="2023-10-31", why="省级补正一次").status_code == 302
    assert ask_of(dispatch, late, "step:end").answer == "2023-10-31"


def test_the_office_reminds_and_the_unit_reads_it(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    assert "提醒未交 2 家" in text(as_role("office").get(reverse("dispatch", args=[dispatch.pk])))
    as_role("office").post(reverse("dispatch-remind", args=[dispatch.pk]))
    assert "2023-10-12 提醒" in text(as_role("unit").get(sheet(dispatch, world.a.units[0])))


# The sheet as a workbook ------------------------------------------------------------------------------------------------------
def filled(client: Any, dispatch: Dispatch, unit: Any, **answers: dict[str, Any]) -> Any:
    """The sheet that was mailed, filled in and sent back."""
    from openpyxl import load_workbook

    answer = client.get(reverse("dispatch-sheet", args=[dispatch.pk, unit.pk]))
    assert answer["Content-Type"] == XLSX
    book = load_workbook(io.BytesIO(answer.content))
    rows = book["核对表"]
    heads = {cell.value: cell.column for cell in rows[1]}
    for row in range(2, rows.max_row + 1):
        for head, value in answers.get(str(rows.cell(row, heads["问什么"]).value), {}).items():
            rows.cell(row, heads[head]).value = value
    out = io.BytesIO()
    book.save(out)
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("核对表.xlsx", out.getvalue(), XLSX)
    return client.post(reverse("dispatch-sheet-read", args=[dispatch.pk, unit.pk]), {"file": file})


def carried(answer: Any) -> str:
    """What the preview's form would send."""
    import html
    import re

    return html.unescape(re.search(r'name="answers" value="([^"]*)"', text(answer)).group(1))  # type: ignore[union-attr]


def test_a_sheet_goes_out_and_comes_back(as_role: Any, dispatch: Dispatch, world: Any, item: Item) -> None:
    client, unit = as_role("office"), world.a.units[0]
    answer = filled(
        client, dispatch, unit, 现阶段={"核对": "确认"}, 达产日期={"核对": "更正", "更正为": "2024-09-30", "理由": "设备晚到"},
        **{"累计完成投资，万元": {"更正为": 880}},
    )  # fmt: skip
    assert answer.status_code == 200 and "确认 1 项，更正 2 项" in text(answer)
    assert set(Ask.objects.values_list("state", flat=True)) == {"waiting"}, "nothing is written yet"
    done = client.post(reverse("dispatch-sheet-apply", args=[dispatch.pk, unit.pk]), {"answers": carried(answer)})
    assert done.status_code == 302
    item.refresh_from_db()
    assert item.expected == date(2024, 9, 30) and item.data["invested"] == 880
    assert not Ask.objects.filter(unit=unit, state="waiting").exists()


def test_a_wrong_sheet_says_which_cell(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    client, unit = as_role("office"), world.a.units[0]
    answer = filled(
        client, dispatch, unit, 达产日期={"核对": "更正", "更正为": "明年", "理由": "x"}, 现阶段={"核对": "对"}
    )
    assert answer.status_code == 422 and "明年" in text(answer) and "确认或更正" in text(answer)
    assert 'name="answers"' not in text(answer)
    from django.core.files.uploadedfile import SimpleUploadedFile

    other = SimpleUploadedFile("别的.csv", "甲,乙\n1,2\n".encode(), "text/csv")
    answer = client.post(reverse("dispatch-sheet-read", args=[dispatch.pk, unit.pk]), {"file": other})
    assert answer.status_code == 422 and "编号" in text(answer)


def test_a_sheet_is_written_whole_or_not_at_all(
    as_role: Any, dispatch: Dispatch, world: Any, office: Access, item: Item
) -> None:
    client, unit = as_role("office"), world.a.units[0]
    answer = filled(
        client, dispatch, unit, 达产日期={"更正为": "2024-09-30", "理由": "设备晚到"}, **{"累计完成投资，万元": {"更正为": 880}}
    )  # fmt: skip
    items.amend(office, Item.objects.get(pk=item.pk), None, {"invested": 5})
    client.post(reverse("dispatch-sheet-apply", args=[dispatch.pk, unit.pk]), {"answers": carried(answer)})
    item.refresh_from_db()
    assert item.expected == date(2024, 6, 30) and item.data["invested"] == 5, "nothing was half written"
    for wrong in ("", "[1]", '{"a": 1}', "[[1, 2]]", '[["x", 1, true, null, "", "", 0]]'):
        assert (
            client.post(reverse("dispatch-sheet-apply", args=[dispatch.pk, unit.pk]), {"answers": wrong}).status_code
            == 302
        )


# From the seal to the notice --------------------------------------------------------------------------------------------------
def test_seal_decide_convert_issue(as_role: Any, dispatch: Dispatch, world: Any) -> None:
    client, page = as_role("office"), reverse("dispatch", args=[dispatch.pk])
    empty = client.post(reverse("dispatch-decide", args=[dispatch.pk]), {"text": "", "becomes": "issue"})
    assert empty.status_code == 422 and "请写决定什么" in text(empty)
    values = {"text": "十五个工作日内供地", "unit": world.a.units[1].pk, "due": "2023-11-20", "becomes": "supervision"}
    client.post(reverse("dispatch-decide", args=[dispatch.pk]), values)
    client.post(
        reverse("dispatch-redecide", args=[dispatch.pk, 1]), {**values, "revision": 1, "text": "二十个工作日内供地"}
    )
    assert "二十个工作日内供地" in text(client.get(page))
    client.post(reverse("dispatch-seal", args=[dispatch.pk]), {"revision": 1})
    told = text(client.get(page))
    assert "以快照为准" in told and "全部转任务（1 条）" in told and dispatch.sealed.hash in told
    again = client.post(reverse("dispatch-seal", args=[dispatch.pk]), follow=True)
    assert "不能再封" in text(again)
    client.post(reverse("dispatch-convert", args=[dispatch.pk]))
    assert Decision.objects.get().item is not None
    assert "相符" in text(client.get(reverse("dispatch-verify", args=[dispatch.pk])))
    import hashlib

    content = client.get(reverse("dispatch-snapshot", args=[dispatch.pk])).content
    assert hashlib.sha256(content).hexdigest() == dispatch.sealed.hash
    row = Dispatch.objects.get()
    client.post(
        reverse("dispatch-meet", args=[dispatch.pk]), {"revision": row.revision, "chair": "副县长", "heard": "汇报用地"}
    )
    row.refresh_from_db()
    client.post(
        reverse("dispatch-issue", args=[dispatch.pk]), {"revision": row.revision, "number": "甲铝办发〔2023〕4号"}
    )
    row.refresh_from_db()
    assert row.state == "issued"
    unit = as_role("unit")
    assert unit.get(reverse("dispatch-paper", args=[dispatch.pk, "notice"])).status_code == 200, (
        "what was issued is for all"
    )
    assert unit.get(reverse("dispatch-snapshot", args=[dispatch.pk])).status_code == 403


def test_a_seal_that_was_damaged_is_told(
    as_role: Any, dispatch: Dispatch, office: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lvlian.ledger.snapshot import unpack
    from lvlian.site.ledger.actions.sealing import seal_dispatch
    from lvlian.site.ledger.views import dispatch_seal

    sealed = seal_dispatch(office, dispatch)
    content = unpack(bytes(sealed.content)).replace(b'"area":690.5', b'"area":990.5')
    monkeypatch.setattr(dispatch_seal, "bytes_of", lambda access, row: content)
    told = text(as_role("chief").get(reverse("dispatch-verify", args=[dispatch.pk])))
    assert "对不上" in told and "被改动或损坏" in told


def test_previous_and_next_quarter_have_keys(as_role: Any, dispatch: Dispatch, office: Access, world: Any) -> None:
    from lvlian.site.ledger.actions.sealing import seal_dispatch

    seal_dispatch(office, dispatch)
    second = open_dispatch(office, world.a.region, Quarter(2023, 4))
    client = as_role("office")
    told = text(client.get(reverse("dispatch", args=[second.pk])))
    assert f'href="{reverse("dispatch", args=[dispatch.pk])}" data-previous' in told and "对照" in told
    assert "data-next" in text(client.get(reverse("dispatch", args=[dispatch.pk])))
