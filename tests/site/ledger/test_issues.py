"""Problems from the entry to the close: who takes them, clocks, levels, the rating, what a firm sees, what is never sent twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lvlian.ledger.item import Refused
from lvlian.site.frame import today
from lvlian.site.ledger.actions import issues, items
from lvlian.site.ledger.actions.issue_route import first_takers
from lvlian.site.ledger.actions.issues import Report
from lvlian.site.ledger.actions.lights import fresh
from lvlian.site.ledger.days import working_days
from lvlian.site.ledger.models import Evidence, Item, ItemEvent, Party
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.actions.findings import settle
from lvlian.site.plans.models import Duty, Finding

KEY = "c1a8a6d8-0000-4000-8000-000000000001"


def at(monkeypatch, day):
    """The site's today."""
    from django.conf import settings

    monkeypatch.setattr(settings, "ENVIRONMENT", _Fixed(settings.ENVIRONMENT, day.isoformat()))


class _Fixed:
    def __init__(self, environment, day):
        self._environment, self.today = environment, day

    def __getattr__(self, name):
        return getattr(self._environment, name)


@pytest.fixture
def county(world):
    duty = Duty.objects.create(region=world.a.region, plan=world.a.plan, section="1. 强化用电保障")
    duty.units.add(world.a.units[1])
    duty.units.add(world.a.units[0])
    return world.a


@pytest.fixture
def about(world, county):
    """The item of a firm's project."""
    access = world.access(county.people["office"], county.region)
    return items.open_item(
        access, county.region, "project", county.projects[0].name, lead=county.units[0], firm=county.firms[0],
        project=county.projects[0],
    )  # fmt: skip


def opened(world, county, about=None, who="firm", **values):
    access = world.access(county.people[who], county.region)
    told = {"kind": "power", "sentence": "主变到货推迟，送电要到三月", "about": about, **values}
    return issues.open_issue(access, county.region, Report(**told))


def fields(county, about=None, **values):
    return {
        "kind": "power", "sentence": "主变到货推迟", "item": about.pk if about else "", "key": KEY, "wished": "", "reference": "",
        "seen": "", **values,
    }  # fmt: skip


# Who takes it ---------------------------------------------------------------------------------------------------------------
def test_the_duty_line_decides_then_the_item_then_the_office(world, county, about):
    takers = first_takers(county.region, ["power", "land", "other"], about)
    assert (takers["power"].unit, takers["power"].rule) == (county.units[1], "duty"), "the first that the line names"
    assert (takers["land"].unit, takers["land"].rule) == (county.units[0], "item")
    assert first_takers(county.region, ["land"])["land"].rule == "office"
    Duty.objects.filter(section__contains="用电").update(lead=county.units[0])
    assert first_takers(county.region, ["power"])["power"].unit == county.units[0], "a lead goes before the others"


# The entry ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["firm", "unit", "park", "office", "chief"])
def test_the_entry_opens_for_those_who_carry_the_work(world, client_of, county, about, who):
    client = client_of(county.people[who])
    page = client.get(reverse("issue-new"), {"item": about.pk}).content.decode()
    assert about.title in page and "甲县甲二局" in page and "1 个工作日内答复" in page and "10 个工作日办结" in page
    answer = client.post(reverse("issue-new"), fields(county, about))
    item = Item.objects.get(track="issue")
    assert answer.status_code == 302 and answer["Location"] == reverse("issue-detail", args=[item.pk])
    assert (item.lead, item.stage, item.parent) == (county.units[1], "reported", about)
    assert item.firm == (county.firms[0] if who == "firm" else None)
    assert AuditRecord.objects.latest("seq").action == "issue.open"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("who", ["supervisor", "analyst", "audit_admin"])
def test_the_entry_is_closed_to_those_who_only_read(client_of, county, who):
    assert client_of(county.people[who]).get(reverse("issue-new")).status_code == 403


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(client_of, county):
    client = client_of(county.people["firm"])
    yesterday = (today() - timedelta(days=1)).isoformat()
    answer = client.post(reverse("issue-new"), fields(county, kind="", wished=yesterday, sentence="卡" * 121))
    text = answer.content.decode()
    assert answer.status_code == 422 and not Item.objects.filter(track="issue").exists()
    assert "日期早于今天" in text and "最多 120 字，现在 121 字" in text and "请选一项" in text and yesterday in text
    assert "还有 3 处要改" in text


def test_the_same_report_is_never_there_twice(client_of, county):
    client = client_of(county.people["firm"])
    first = client.post(reverse("issue-new"), fields(county), headers={"X-Queued": "1"})
    again = client.post(reverse("issue-new"), fields(county), headers={"X-Queued": "1"})
    assert (first.status_code, again.status_code) == (201, 201) and first.json() == again.json()
    assert Item.objects.filter(track="issue").count() == 1
    assert AuditRecord.objects.filter(action="issue.open").count() == 1
    other = client_of(county.people["firm2"]).post(reverse("issue-new"), fields(county), headers={"X-Queued": "1"})
    assert other.json()["url"] != first.json()["url"], "a key is its sender's own"


def test_what_is_similar_is_shown_before_it_is_sent(client_of, world, county, about):
    opened(world, county, about)
    client = client_of(county.people["firm"])
    text = client.get(reverse("issue-similar"), {"item": about.pk, "kind": "power"}).content.decode()
    assert "主变到货推迟，送电要到三月" in text
    asked = client.post(reverse("issue-new"), fields(county, about))
    assert asked.status_code == 422 and "已有人报过" in asked.content.decode()
    seen = ",".join(str(pk) for pk in Item.objects.filter(track="issue").values_list("pk", flat=True))
    assert client.post(reverse("issue-new"), fields(county, about, seen=seen)).status_code == 302
    other = client_of(county.people["firm2"]).get(reverse("issue-similar"), {"item": about.pk, "kind": "power"})
    assert "主变到货推迟" not in other.content.decode()


def test_a_photo_is_kept_and_anything_else_is_refused(client_of, county):
    client = client_of(county.people["unit"])
    wrong = SimpleUploadedFile("a.exe", b"MZ....")
    answer = client.post(reverse("issue-new"), fields(county, photo=wrong))
    assert answer.status_code == 422 and "没有收下" in answer.content.decode()
    right = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff\xe0....")
    client.post(reverse("issue-new"), {**fields(county, photo=right), "reference": ["供货合同", "补充协议"]})
    proofs = list(Evidence.objects.order_by("pk"))
    assert [proof.reference for proof in proofs] == ["供货合同", "补充协议", "现场.jpg"]
    got = client.get(reverse("evidence-file", args=[proofs[2].pk]))
    assert got.status_code == 200 and got.content.startswith(b"\xff\xd8\xff")
    assert client_of(county.people["firm"]).get(reverse("evidence-file", args=[proofs[2].pk])).status_code == 404


def test_the_office_reports_for_a_firm_that_then_sees_it(client_of, county, about):
    client_of(county.people["office"]).post(reverse("issue-new"), fields(county, about, behalf="on", channel="phone"))
    item = Item.objects.get(track="issue")
    assert item.firm == county.firms[0] and item.data["channel"] == "phone"
    firm = client_of(county.people["firm"])
    assert item.title in firm.get(reverse("issues")).content.decode()
    assert firm.get(reverse("issue-detail", args=[item.pk])).status_code == 200


# Who sees what --------------------------------------------------------------------------------------------------------------
def test_a_firm_sees_its_own_alone(client_of, world, county):
    item = opened(world, county)
    inner = opened(world, county, who="office", sentence="内部的问题")
    mine = client_of(county.people["firm"]).get(reverse("issues")).content.decode()
    assert item.title in mine and inner.title not in mine
    for person in (county.people["firm2"], world.b.people["office"], county.people["unit"]):
        assert client_of(person).get(reverse("issue-detail", args=[item.pk])).status_code == 404
    assert client_of(county.people["unit2"]).get(reverse("issue-detail", args=[item.pk])).status_code == 200


def test_a_firm_reads_the_answer_but_neither_level_nor_history(client_of, world, county):
    item = opened(world, county)
    office = world.access(county.people["office"], county.region)
    items.escalate(office, item, None, "leading_group", "内部的话")
    issues.answer(office, Item.objects.get(pk=item.pk), None, "二月送电")
    text = client_of(county.people["firm"]).get(reverse("issue-detail", args=[item.pk])).content.decode()
    assert "二月送电" in text and "用电" in text
    assert "内部的话" not in text and "领导小组" not in text.replace("自动上报领导小组", "")


def test_a_problem_may_be_about_any_item(client_of, world, county):
    office = world.access(county.people["office"], county.region)
    duty = items.open_item(office, county.region, "talent", "引才", lead=county.units[0])
    client = client_of(county.people["unit"])
    assert "引才" in client.get(reverse("issue-new"), {"item": duty.pk}).content.decode()
    assert client.post(reverse("issue-new"), fields(county, duty)).status_code == 302
    foreign = items.open_item(world.access(world.b.people["office"], world.b.region), world.b.region, "talent", "外县")
    assert client.post(reverse("issue-new"), fields(county, foreign, key="2")).status_code == 422


# Steps ----------------------------------------------------------------------------------------------------------------------
def test_from_the_entry_to_the_close_with_one_that_does_not_satisfy(client_of, world, county):
    item = opened(world, county)
    unit, firm = client_of(county.people["unit2"]), client_of(county.people["firm"])

    def step(client, name, **values):
        row = Item.objects.get(pk=item.pk)
        return client.post(reverse(f"issue-{name}", args=[item.pk]), {"revision": row.revision, **values})

    assert step(unit, "accept").status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert row.stage == "handling" and row.clock == working_days().add(today(), 10)
    assert step(unit, "report", note="厂家已发货").status_code == 302
    assert step(firm, "rate", satisfied="yes").status_code == 403, "nothing is answered yet"
    assert step(unit, "answer", answer="一月到货").status_code == 302
    assert step(unit, "rate", satisfied="yes").status_code == 403, "whoever answers does not rate"
    assert step(firm, "rate", satisfied="no").status_code == 422, "a no has its reason"
    assert step(firm, "rate", satisfied="no", why="只说到货，没说送电").status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert row.stage == "handling" and row.data["satisfied"] is False and row.branch == "active"
    assert step(unit, "answer", answer="三月五日送电").status_code == 302
    assert Item.objects.get(pk=item.pk).data["satisfied"] is None, "a new answer is rated anew"
    assert step(firm, "rate", satisfied="yes").status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert (row.stage, row.branch, row.light) == ("closed", "closed", "ok")
    kinds = list(ItemEvent.objects.filter(item=item).order_by("seq").values_list("kind", flat=True))
    assert kinds == [
        "open",
        *["enter"] * 3,
        "report",
        "amend",
        "enter",
        "amend",
        "back",
        "amend",
        "enter",
        "amend",
        "enter",
    ]


def test_the_clock_raises_what_nobody_takes(monkeypatch, world, county):
    item = opened(world, county)
    late = working_days().add(today(), 1) + timedelta(days=1)
    at(monkeypatch, late)
    fresh(late)
    row = Item.objects.get(pk=item.pk)
    assert (row.light, row.level) == ("bad", "lead")
    issues.accept(world.access(county.people["unit2"], county.region), row, None)
    later = working_days().add(late, 10) + timedelta(days=1)
    at(monkeypatch, later)
    fresh(later)
    row = Item.objects.get(pk=item.pk)
    assert (row.light, row.level) == ("bad", "leading_group")
    assert fresh(later) == 0, "raised once"
    events = ItemEvent.objects.filter(item=item, kind="escalate")
    assert [event.data["by"] for event in events] == ["clock", "clock"]


def test_extending_has_its_reason_and_its_end(client_of, world, county):
    item = opened(world, county)
    access = world.access(county.people["office"], county.region)
    issues.accept(access, item, None)
    office = client_of(county.people["office"])

    def extend(**values):
        row = Item.objects.get(pk=item.pk)
        return office.post(reverse("issue-extend", args=[item.pk]), {"revision": row.revision, **values})

    assert extend(days=16, why="等设备").status_code == 422
    assert extend(days=15).status_code == 422
    assert extend(days=15, why="等设备").status_code == 302
    assert Item.objects.get(pk=item.pk).clock == working_days().add(working_days().add(today(), 10), 15)
    assert client_of(county.people["unit2"]).post(reverse("issue-extend", args=[item.pk])).status_code == 403


def test_handing_over_keeps_the_asker_and_moves_the_duty(client_of, world, county):
    item = opened(world, county, who="lead2")
    assert item.data["asker"] == county.units[1].pk
    office = client_of(county.people["office"])
    answer = office.post(
        reverse("issue-assign", args=[item.pk]),
        {"revision": item.revision, "unit": county.units[0].pk, "why": "归一局"},
    )
    assert answer.status_code == 302
    row = Item.objects.get(pk=item.pk)
    assert (row.lead, row.stage) == (county.units[0], "assigned")
    parts = {party.unit_id: party.part for party in Party.objects.filter(item=item)}
    assert parts == {county.units[0].pk: "lead", county.units[1].pk: "support"}
    text = client_of(county.people["lead2"]).get(reverse("issue-detail", args=[item.pk])).content.decode()
    assert "受理，本单位办" not in text, "whoever asked does not answer"


def test_two_who_press_at_once(client_of, world, county):
    item = opened(world, county)
    client = client_of(county.people["unit2"])
    issues.accept(world.access(county.people["office"], county.region), item, None)
    answer = client.post(reverse("issue-answer", args=[item.pk]), {"revision": item.revision, "answer": "我写的答复"})
    text = answer.content.decode()
    assert answer.status_code == 409 and "我写的答复" in text and "刚被改过" in text


def test_the_office_notes_what_it_was_told(world, county):
    item = opened(world, county)
    office = world.access(county.people["office"], county.region)
    issues.answer(office, item, None, "办好了")
    row = Item.objects.get(pk=item.pk)
    with pytest.raises(Refused):
        issues.rate(office, row, None, True)
    issues.rate(office, row, None, True, "电话回访，企业说满意")
    assert Item.objects.get(pk=item.pk).branch == "closed"


def test_whoever_asked_takes_it_back(client_of, world, county):
    item = opened(world, county)
    post = {"revision": item.revision, "why": "自己解决了"}
    assert client_of(county.people["unit2"]).post(reverse("issue-withdraw", args=[item.pk]), post).status_code == 403
    assert client_of(county.people["firm"]).post(reverse("issue-withdraw", args=[item.pk]), post).status_code == 302
    assert Item.objects.get(pk=item.pk).branch == "cancelled"


# Findings -------------------------------------------------------------------------------------------------------------------
def test_a_finding_that_is_asked_about_opens_a_problem_and_the_answer_settles_it(world, county):
    office = world.access(county.people["office"], county.region)
    finding = settle(office, county.findings[0], None, Finding.State.ASKED, "分项之和差十亿元，请县政府核")
    item = Item.objects.get(track="issue", born="finding")
    assert item.title == "分项之和差十亿元，请县政府核" and item.data["finding"] == finding.pk and item.lead is None
    issues.answer(office, item, None, "以附表为准")
    finding.refresh_from_db()
    assert (finding.state, finding.reason) == ("known", "以附表为准")


def test_a_finding_that_is_settled_otherwise_takes_its_problem_back(world, county):
    office = world.access(county.people["office"], county.region)
    finding = settle(office, county.findings[0], None, Finding.State.ASKED, "请核")
    settle(office, finding, None, Finding.State.KNOWN)
    assert Item.objects.get(track="issue").branch == "cancelled"


# The list -------------------------------------------------------------------------------------------------------------------
def test_the_list_narrows_and_tells_the_days_left(client_of, world, county, about):
    power = opened(world, county, about)
    land = opened(world, county, kind="land", sentence="地还没批")
    client = client_of(county.people["office"])
    text = client.get(reverse("issues")).content.decode()
    assert power.title in text and land.title in text and "余 1 个工作日" in text
    assert land.title not in client.get(reverse("issues"), {"kind": "power"}).content.decode()
    assert land.title not in client.get(reverse("issues"), {"unit": county.units[1].pk}).content.decode()
    assert power.title not in client.get(reverse("issues"), {"state": "closed"}).content.decode()


@pytest.mark.parametrize("who", ["office", "lead2", "firm"])
def test_the_list_takes_as_many_queries_for_many(who, client_of, world, county, about, django_assert_max_num_queries):
    for n in range(12):
        opened(world, county, about, sentence=f"第{n}件")
    client = client_of(county.people[who])
    client.get(reverse("issues"))
    with django_assert_max_num_queries(26):
        client.get(reverse("issues"))


def test_a_clock_keeps_its_promised_day_when_the_calendar_changes(world, county):
    from lvlian.site.ledger.actions.calendar import set_day

    item = opened(world, county)
    access = world.access(county.people["office"], county.region)
    issues.accept(access, item, None)
    promised = Item.objects.get(pk=item.pk).clock
    day = next(d for n in range(1, 9) if working_days().is_working(d := today() + timedelta(days=n)))
    set_day(access, day, "off", "县政府通知")
    items.report(access, Item.objects.get(pk=item.pk), None, "在办")
    assert Item.objects.get(pk=item.pk).clock == promised
    assert isinstance(day, date)
