"""Supervised tasks: put on the list from what is late or new, handed over, signed for, urged, done with its proof; the sheet in Word."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from lvlian.ledger.item import Refused
from lvlian.site.frame import today
from lvlian.site.ledger.actions import items, supervision
from lvlian.site.ledger.actions.supervision import Task
from lvlian.site.ledger.models import Decision, Dispatch, Item, ItemEvent
from lvlian.site.ledger.selectors_supervision import by_unit, sheet_of
from lvlian.site.org.models import AuditRecord
from lvlian.site.pages.todo import todo_list

DUE = timedelta(days=60)


@pytest.fixture
def county(world):
    return world.a


@pytest.fixture
def office(world, county):
    return world.access(county.people["office"], county.region)


def listed(office, county, unit=0, **values):
    told = {
        "title": "二号变电站征地",
        "task": "九月底前交地",
        "origin": "县政府常务会议",
        "due": today() + DUE,
        **values,
    }
    return supervision.put_on_list(
        office, county.region, Task(**told), county.units[unit] if unit is not None else None
    )


def post(client, item, name, **values):
    row = Item.objects.get(pk=item.pk)
    return client.post(reverse(f"supervision-{name}", args=[item.pk]), {"revision": row.revision, **values})


def test_from_the_list_to_done(client_of, world, county, office):
    item = listed(office, county)
    assert (item.stage, item.lead) == ("assigned", county.units[0])
    unit, supervisor = client_of(county.people["unit"]), client_of(county.people["supervisor"])
    assert post(unit, item, "sign").status_code == 302
    assert Item.objects.get(pk=item.pk).stage == "signed"
    assert post(supervisor, item, "urge", why="本周报进展").status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert (row.stage, row.level) == ("urged", "supervision")
    assert post(supervisor, item, "urge", why="再催").status_code == 302, "it can be urged more than once"
    assert post(unit, item, "finish", result="已交地").status_code == 422, "no proof, not done"
    assert post(unit, item, "finish", result="已交地", proof="交地确认书").status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert (row.branch, row.stage, row.data["result"]) == ("closed", "done", "已交地")
    assert post(supervisor, item, "back", why="还差一亩").status_code == 302
    assert Item.objects.get(pk=item.pk).stage == "signed"
    kinds = list(ItemEvent.objects.filter(item=item).order_by("seq").values_list("kind", flat=True))
    assert kinds.count("urge") == 2 and kinds[-1] == "back"
    assert AuditRecord.objects.filter(action="supervision.urge").count() == 2


def test_urging_before_it_is_signed_for_is_recorded_and_moves_nothing(world, county, office):
    item = listed(office, county)
    before = Item.objects.get(pk=item.pk)
    supervision.urge(office, item, None, "请签收")
    row = Item.objects.get(pk=item.pk)
    assert (row.stage, row.clock, row.reported) == ("assigned", before.clock, before.reported)
    with pytest.raises(Refused):
        supervision.urge(office, row, None, " ")


def test_what_is_urged_stands_in_the_units_to_do(world, county, office):
    item = listed(office, county)
    supervision.urge(office, item, None, "请签收")
    rows = [
        row
        for row in todo_list(world.access(county.people["unit"], county.region), today(), 50)
        if row.sentence == item.title
    ]
    assert [row.word for row in rows] == ["已催办"]
    assert not [
        r
        for r in todo_list(world.access(county.people["unit2"], county.region), today(), 50)
        if r.sentence == item.title
    ]


@pytest.mark.parametrize("who", ["unit", "lead", "park", "firm", "analyst"])
def test_only_those_who_supervise_put_on_the_list(client_of, county, who):
    client = client_of(county.people[who])
    assert client.get(reverse("supervision-new")).status_code == 403
    assert client.post(reverse("supervision-new"), {}).status_code == 403


def test_the_page_puts_what_is_late_on_the_list_prefilled(client_of, county, office):
    late = items.open_item(
        office, county.region, "commitment", "兑现用电承诺", lead=county.units[0], day=today() - timedelta(days=60)
    )
    assert Item.objects.get(pk=late.pk).light == "bad"
    client = client_of(county.people["office"])
    assert "兑现用电承诺" in client.get(reverse("supervision")).content.decode()
    page = client.get(reverse("supervision-new"), {"item": late.pk}).content.decode()
    assert "兑现用电承诺" in page and "台账事项逾期" in page
    values = {
        "title": "兑现用电承诺", "task": "限期兑现", "origin": "台账事项逾期", "due": (today() + DUE).isoformat(),
        "unit": county.units[0].pk, "about": late.pk,
    }  # fmt: skip
    answer = client.post(reverse("supervision-new"), values)
    task = Item.objects.get(track="supervision")
    assert answer.status_code == 302 and task.parent == late and task.lead == county.units[0]
    assert "可立项" in (text := client.get(reverse("supervision")).content.decode()) and f"?item={late.pk}" not in text


def test_a_decision_becomes_a_task_once(client_of, county, office):
    dispatch = Dispatch.objects.create(region=county.region, year=2023, quarter=3, as_of=date(2023, 9, 30))
    decision = Decision.objects.create(
        dispatch=dispatch, number=1, text="加快第二批次报批", unit=county.units[1], due=today() + DUE
    )
    client = client_of(county.people["office"])
    page = client.get(reverse("supervision-new"), {"decision": decision.pk}).content.decode()
    assert "加快第二批次报批" in page and "决定第 1 条" in page
    values = {
        "title": "加快第二批次报批", "task": "报批", "origin": "会议决定", "due": (today() + DUE).isoformat(),
        "unit": county.units[1].pk, "decision": decision.pk,
    }  # fmt: skip
    client.post(reverse("supervision-new"), values)
    decision.refresh_from_db()
    assert decision.item is not None and decision.item.born == "decision"
    assert f"?decision={decision.pk}" not in client.get(reverse("supervision")).content.decode()


def test_the_sheet_says_what_who_when_and_on_what_ground(client_of, county, office):
    from docx import Document

    item = listed(office, county)
    answer = client_of(county.people["supervisor"]).get(reverse("supervision-sheet", args=[item.pk]))
    paper = Document(io.BytesIO(answer.content))
    text = "\n".join(p.text for p in paper.paragraphs) + "\n".join(
        c.text for t in paper.tables for r in t.rows for c in r.cells
    )
    for words in ("交办单", "二号变电站征地", "九月底前交地", "县政府常务会议", county.units[0].name):
        assert words in text
    assert client_of(county.people["unit2"]).get(reverse("supervision-sheet", args=[item.pk])).status_code == 404


def test_the_kind_of_sheet_follows_the_light(world, county, office):
    item = listed(office, county)
    for light, word in (("ok", "交办单"), ("warn", "临近提醒单"), ("bad", "逾期督办单")):
        item.light = light
        assert sheet_of(item) == (light, word)


def test_facts_by_unit_in_the_order_of_names_without_any_score(client_of, county, office):
    for unit in (1, 1, 0):
        listed(office, county, unit)
    supervision.urge(office, Item.objects.filter(lead=county.units[1]).first(), None, "快")
    facts = by_unit(office)
    assert [(one.unit, one.listed, one.going, one.urged) for one in facts] == [
        (county.units[0], 1, 1, 0), (county.units[1], 2, 2, 1),
    ]  # fmt: skip


def test_scope(client_of, world, county, office):
    item = listed(office, county)
    for person, status in (("unit", 200), ("supervisor", 200), ("unit2", 404), ("firm", 404)):
        assert (
            client_of(county.people[person]).get(reverse("supervision-detail", args=[item.pk])).status_code == status
        ), person
    assert client_of(world.b.people["office"]).get(reverse("supervision-detail", args=[item.pk])).status_code == 404
    assert client_of(county.people["firm"]).get(reverse("supervision")).status_code == 403


@pytest.mark.parametrize("who", ["office", "lead", "supervisor"])
def test_the_page_takes_as_many_queries_for_many(who, client_of, county, office, django_assert_max_num_queries):
    for n in range(12):
        listed(office, county, n % 2)
    client = client_of(county.people[who])
    client.get(reverse("supervision"))
    with django_assert_max_num_queries(28):
        client.get(reverse("supervision"))


def test_two_who_press_at_once(client_of, county, office):
    item = listed(office, county)
    seen = item.revision
    supervision.sign(office, item, None)
    answer = client_of(county.people["supervisor"]).post(
        reverse("supervision-urge", args=[item.pk]), {"revision": seen, "why": "我写的话"}
    )
    assert answer.status_code == 409 and "我写的话" in answer.content.decode()
