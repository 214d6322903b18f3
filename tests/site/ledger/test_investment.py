"""招商: the funnel and the goals, what a signing hangs on, commitments, and what each reader sees of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from lvlian.site.ledger.actions import investment, items
from lvlian.site.ledger.models import Booking, Demand, Item, Supply
from lvlian.site.org.access import Access
from lvlian.site.plans.models import Chain, Goal, Project, Proposal

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 12)
QUERIES = 45


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


def lead(access: Access, world: Any, title: str = "铝箔项目", **about: Any) -> Item:
    data = {"product": "铝箔", "land": 100, "load": 2, "gas": 0, **about.pop("data", {})}
    values: dict[str, Any] = {"units": [world.a.units[0]], "stage": "talking", "day": date(2023, 9, 1), **about}
    return items.open_item(access, world.a.region, "investment", title, data=data, **values)


def supply(world: Any, factor: str, amount: float, unit: str, day: date = date(2023, 1, 1)) -> Supply:
    return Supply.objects.create(
        region=world.a.region, factor=factor, title=f"{factor}供给", amount=amount, unit=unit, promised=day, done=day, stock=factor == "land"
    )  # fmt: skip


def page_of(client_of: Any, user: Any, item: Item | None = None, query: str = "") -> Any:
    name = "investment" if item is None else "investment-lead"
    return client_of(user).get(reverse(name, args=[item.pk] if item else []) + query)


def text(answer: Any) -> str:
    import re

    body: str = answer.content.decode()
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body))


# The page ----------------------------------------------------------------------------------------------------------------
def test_goals_of_the_plan_appear_without_typing(office: Access, world: Any, client_of: Any) -> None:
    Goal.objects.create(
        region=world.a.region,
        plan=world.a.plan,
        indicator="招引落地企业",
        value=6,
        unit="户",
        when="2023",
        when_op="in",
        year=2023,
    )
    landed = lead(office, world, stage="landed", day=date(2023, 5, 1))
    lead(office, world, "还在谈")
    answer = page_of(client_of, world.a.people["office"])
    (line,) = answer.context["aims"]
    assert (line.goal.indicator, line.reached, line.light) == ("招引落地企业", 1, "bad")
    assert float(line.gap) == float(line.reached) - float(line.expected) < 0
    assert landed.title in text(answer)


def test_the_funnel_counts_by_stage_and_adds_up(office: Access, world: Any, client_of: Any) -> None:
    lead(office, world, "一", stage="found", data={"agreed": 100})
    lead(office, world, "二", stage="found", data={"agreed": 200, "arrived": 50})
    lead(office, world, "三", stage="signed", data={"arrived": 70})
    gone = lead(office, world, "四")
    items.cancel(office, gone, gone.revision, "不来了")
    rows = {row["name"]: row for row in page_of(client_of, world.a.people["office"]).context["funnel"]}
    assert (rows["线索"]["count"], rows["签约"]["count"], rows["合计"]["count"]) == (2, 1, 3)
    assert rows["线索"]["sums"]["agreed"] == (300.0, "")
    assert rows["合计"]["sums"]["arrived"] == (120.0, "")
    assert rows["洽谈"]["sums"]["agreed"][0] is None


def test_amounts_of_few_firms_are_not_told_to_those_who_may_not_read_them(
    office: Access, world: Any, client_of: Any
) -> None:
    for n, (stage, agreed) in enumerate((("found", 101), ("found", 1003), ("found", 10007), ("signed", 100019))):
        lead(office, world, f"户{n}", stage=stage, data={"agreed": agreed, "firm": f"投资方{n}"})
    rows = {row["name"]: row for row in page_of(client_of, world.a.people["analyst"]).context["funnel"]}
    assert rows["线索"]["sums"]["agreed"][0] == 11111.0, "three investors"
    assert rows["签约"]["sums"]["agreed"] == (None, "不足三户，不单列")
    assert rows["合计"]["sums"]["agreed"][0] is None, "the total less the lines above it would tell the one"
    assert "100019" not in text(page_of(client_of, world.a.people["analyst"])).replace(",", "")
    mine = {row["name"]: row for row in page_of(client_of, world.a.people["office"]).context["funnel"]}
    assert mine["签约"]["sums"]["agreed"] == (100019.0, "")


def test_what_was_signed_and_did_not_land_is_listed_with_its_days(office: Access, world: Any, client_of: Any) -> None:
    lead(office, world, "老签约", stage="signed", day=date(2023, 6, 1))
    lead(office, world, "新签约", stage="signed", day=date(2023, 10, 1))
    lead(office, world, "已落地", stage="landed", day=date(2023, 6, 1))
    waiting = page_of(client_of, world.a.people["office"]).context["waiting"]
    assert [(row["card"].item.title, row["days"]) for row in waiting] == [("老签约", 133), ("新签约", 11)]


def test_this_quarter_and_what_it_still_owes(office: Access, world: Any, client_of: Any) -> None:
    signed = lead(office, world, "本季签的", stage="talking")
    for gate in ("land", "power", "gas", "environment", "chain"):
        signed = items.answer_gate(office, signed, signed.revision, gate, "yes")
    signed = items.amend(office, signed, signed.revision, {"promised": "无"})
    items.enter(office, signed, signed.revision, "signed", day=date(2023, 10, 9))
    owed = lead(office, world, "欠的", stage="talking")
    items.promise(office, owed, owed.revision, "signed", date(2023, 11, 30))
    found = {one["name"]: one for one in page_of(client_of, world.a.people["office"]).context["quarterly"]}
    assert [item.title for _day, item in found["签约"]["reached"]] == ["本季签的"]
    assert [item.title for _day, item in found["签约"]["awaited"]] == ["欠的"]
    assert not found["考察"]["reached"], "an optional stage that nobody reported was not visited"


def test_who_opens_the_page_and_what_they_see(office: Access, world: Any, client_of: Any) -> None:
    item = lead(office, world, "甲一的线索")
    other = lead(office, world, "甲二的线索", units=[world.a.units[1]])
    unit = page_of(client_of, world.a.people["unit"])
    assert "甲一的线索" in text(unit) and "甲二的线索" not in text(unit)
    assert "本岗位只看得到本单位的事项" in text(unit)
    assert page_of(client_of, world.a.people["unit"], item).status_code == 200
    assert page_of(client_of, world.a.people["unit"], other).status_code == 404
    assert page_of(client_of, world.b.people["office"], item).status_code == 404
    assert page_of(client_of, world.a.people["firm"]).status_code == 403
    assert client_of(world.a.people["supervisor"]).post(reverse("investment-check", args=[item.pk])).status_code == 403
    assert client_of(world.a.people["unit"]).post(reverse("investment-sign", args=[other.pk])).status_code == 404


def test_a_part_of_the_items_is_held_against_no_goal(office: Access, world: Any, client_of: Any) -> None:
    Goal.objects.create(region=world.a.region, plan=world.a.plan, indicator="招引落地企业", value=6, unit="户", when="2023", when_op="in", year=2023)  # fmt: skip
    lead(office, world, stage="landed", day=date(2023, 5, 1))
    (line,) = page_of(client_of, world.a.people["unit"]).context["aims"]
    assert (line.light, line.gap, line.expected, line.note) == ("none", None, None, "只计看得到的事项")


def test_queries_do_not_grow_with_the_leads(
    office: Access, world: Any, client_of: Any, django_assert_max_num_queries: Any
) -> None:
    for n in range(34):
        lead(office, world, f"线索{n}", stage=("found", "signed")[n % 2])
    client = client_of(world.a.people["office"])
    client.get(reverse("investment"))
    with django_assert_max_num_queries(QUERIES):
        client.get(reverse("investment"))


@pytest.mark.parametrize(
    "query", ["?stage=nope&light=red&branch=x&page=99999", "?q=%00%27%22%3Cscript%3E", "?page=-1", "?q=" + "长" * 300]
)
def test_a_strange_address_is_answered(office: Access, world: Any, client_of: Any, query: str) -> None:
    lead(office, world)
    answer = page_of(client_of, world.a.people["office"], query=query)
    assert answer.status_code == 200 and b"<script>" not in answer.content


# A lead ------------------------------------------------------------------------------------------------------------------
def test_gates_are_proposed_from_the_balance(office: Access, world: Any, client_of: Any) -> None:
    supply(world, "land", 690.5, "亩")
    supply(world, "power", 1, "万千瓦")
    item = lead(office, world)
    answer = page_of(client_of, world.a.people["office"], item)
    told = {one.gate.key: one for one in answer.context["proposed"]}
    assert (told["land"].state, told["land"].need, told["land"].free) == ("yes", "100亩", "690.5亩")
    assert told["power"].state == "no" and "不够" in told["power"].why
    assert told["gas"].state == "yes" and told["gas"].why == "不需要用气"
    assert told["environment"].state == "unknown" and "缺数" in told["environment"].why
    assert all(one.answer == "unknown" for one in told.values()), "a proposal is no answer"


def test_what_is_booked_is_not_free_and_what_others_need_makes_it_unsure(office: Access, world: Any) -> None:
    from lvlian.site.ledger.actions.book import state_of
    from lvlian.site.ledger.gates import proposals
    from lvlian.site.ledger.registers import track_of
    from lvlian.site.ledger.selectors_investment import chain_fit

    item, other = lead(office, world), lead(office, world, "别人")
    land = supply(world, "land", 150, "亩")
    need = Demand.objects.create(region=world.a.region, factor="land", item=other, amount=60, unit="亩", need_by=TODAY)

    def told() -> Any:
        state = state_of(item)
        return proposals(office, item, track_of("investment"), state, chain_fit(office, item), TODAY)[0]

    assert told().state == "unknown" and "还有 60亩 没有占用" in told().why
    Booking.objects.create(supply=land, demand=need, amount=60)
    assert told().state == "no" and told().free == "90亩"
    land.amount = 200
    land.save()
    assert told().state == "yes" and told().free == "140亩"
    Supply.objects.filter(pk=land.pk).update(done=None)
    assert told().state == "unknown" and "没有日期或逾期未报" in told().why


def test_those_who_may_not_read_bookings_get_the_word_alone(office: Access, world: Any, client_of: Any) -> None:
    supply(world, "land", 690.5, "亩")
    item = lead(office, world)
    told = {one.gate.key: one for one in page_of(client_of, world.a.people["unit"], item).context["proposed"]}
    assert (told["land"].state, told["land"].free) == ("yes", "")
    assert "690.5" not in told["land"].why


def test_the_chain_names_the_missing_link(office: Access, world: Any, client_of: Any) -> None:
    Chain.objects.filter(region=world.a.region).delete()
    Chain.objects.create(region=world.a.region, nodes=["阳极炭素", "电解铝", "铝水初加工", "铝材精深加工"])
    Project.objects.filter(region=world.a.region).update(product="铝棒")
    item = lead(office, world, "炭素项目", data={"product": "预焙阳极"})
    answer = page_of(client_of, world.a.people["office"], item)
    fit = answer.context["fit"]
    assert (fit.state, fit.at, fit.why) == ("yes", (0, 0), "补链：“阳极炭素”环节没有项目或企业")
    assert [one["state"] for one in answer.context["chains"][0]] == ["missing", "missing", "made", "missing"]
    bars = page_of(client_of, world.a.people["office"], lead(office, world, "铝棒", data={"product": "铝合金棒"}))
    assert bars.context["fit"].state == "no" and "已有 2 家做铝棒" in bars.context["fit"].why
    odd = page_of(client_of, world.a.people["office"], lead(office, world, "不知何物", data={"product": "某某"}))
    assert odd.context["fit"].state == "unknown" and "说不准" in text(odd)


def test_signing_is_refused_until_every_gate_is_answered(office: Access, world: Any, client_of: Any) -> None:
    item = lead(office, world)
    client = client_of(world.a.people["office"])
    sent = {
        "revision": item.revision,
        "day": "2023-10-10",
        "agreement": "投资协议 7 号",
        "agreed": "30000",
        "promised": "用地指标由县保障",
    }
    refused = client.post(reverse("investment-sign", args=[item.pk]), sent)
    assert refused.status_code == 422
    assert "“签约”之前要先答：用地是否落得下" in refused.content.decode()
    assert "投资协议 7 号" in refused.content.decode(), "what was typed is kept"
    item.refresh_from_db()
    assert item.stage == "talking" and not item.data.get("agreed"), "neither half was written"
    checked = {"revision": item.revision}
    for gate in ("land", "power", "gas", "environment", "chain"):
        checked |= {f"answer-{gate}": "yes", f"why-{gate}": "已核"}
    assert client.post(reverse("investment-check", args=[item.pk]), checked).status_code == 302
    item.refresh_from_db()
    assert (
        client.post(reverse("investment-sign", args=[item.pk]), {**sent, "revision": item.revision}).status_code == 302
    )
    item.refresh_from_db()
    assert (item.stage, item.since, item.data["agreed"]) == ("signed", date(2023, 10, 10), 30000)


def test_a_later_stage_does_not_get_past_the_gates(office: Access, world: Any) -> None:
    from lvlian.ledger.item import Refused

    item = lead(office, world)
    with pytest.raises(Refused) as caught:
        items.enter(office, item, item.revision, "landed")
    assert caught.value.code == "gate-open"
    item.refresh_from_db()
    assert item.stage == "talking"


def test_a_no_is_let_pass_by_two_people(office: Access, world: Any, client_of: Any) -> None:
    from lvlian.site.ledger.actions import overrides
    from lvlian.site.plans.actions import proposals

    item = lead(office, world)
    answers = dict.fromkeys(("land", "power", "gas", "environment"), ("yes", "")) | {"chain": ("no", "同类已有")}
    item = investment.check(office, item, item.revision, answers)
    values = {"promised": "无", "agreed": 1}
    from lvlian.ledger.item import Refused

    with pytest.raises(Refused) as caught:
        investment.sign(office, item, item.revision, TODAY, "协议", values)
    assert caught.value.code == "gate-no"
    item.refresh_from_db()
    one = overrides.propose_waiver(office, item, item.revision, "chain", "no", "延链意义大")
    with pytest.raises(proposals.ProposalError):
        proposals.confirm(office, one)
    chief = world.access(world.a.people["chief"], world.a.region)
    proposals.confirm(chief, Proposal.objects.get(pk=one.pk))
    item.refresh_from_db()
    assert investment.sign(office, item, item.revision, TODAY, "协议", values).stage == "signed"
    shown = page_of(client_of, world.a.people["office"], item)
    assert {one.gate.key: one.answer for one in shown.context["proposed"]}["chain"] == "waived"


def test_answering_no_needs_a_reason_and_waiving_alone_is_refused(office: Access, world: Any, client_of: Any) -> None:
    from django.core.exceptions import PermissionDenied

    item = lead(office, world)
    sent = {"revision": item.revision}
    for gate in ("land", "power", "gas", "environment", "chain"):
        sent |= {f"answer-{gate}": "yes", f"why-{gate}": ""}
    sent["answer-land"] = "no"
    answer = client_of(world.a.people["office"]).post(reverse("investment-check", args=[item.pk]), sent)
    assert answer.status_code == 422 and "答否须写理由" in answer.content.decode()
    with pytest.raises(PermissionDenied):
        investment.check(office, item, item.revision, {"land": ("waived", "我说行")})
    waived = client_of(world.a.people["office"]).post(
        reverse("investment-check", args=[item.pk]), {**sent, "answer-land": "waived"}
    )
    assert waived.status_code == 422


def test_who_is_second_is_told_and_keeps_what_was_typed(office: Access, world: Any, client_of: Any) -> None:
    item = lead(office, world)
    old = item.revision
    items.report(office, item, old, "别人报了")
    sent = {"revision": old}
    for gate in ("land", "power", "gas", "environment", "chain"):
        sent |= {f"answer-{gate}": "yes", f"why-{gate}": f"我核过{gate}"}
    client = client_of(world.a.people["office"])
    answer = client.post(reverse("investment-check", args=[item.pk]), sent)
    body = answer.content.decode()
    assert answer.status_code == 409 and "刚被别人改过" in body and "我核过land" in body
    item.refresh_from_db()
    assert f'name="revision" value="{item.revision}"' in body
    signed = client.post(
        reverse("investment-sign", args=[item.pk]),
        {"revision": old, "day": "2023-10-01", "agreement": "协议甲", "promised": "无"},
    )
    assert signed.status_code == 409 and "协议甲" in signed.content.decode()


# Commitments -------------------------------------------------------------------------------------------------------------
def test_a_promise_to_the_investor_is_a_duty_of_a_unit_with_a_clock(office: Access, world: Any, client_of: Any) -> None:
    item = lead(office, world, firm=world.a.firms[0])
    client = client_of(world.a.people["office"])
    sent = {
        "title": "厂房租金前两年全免",
        "unit": world.a.units[1].pk,
        "due": "2024-03-31",
        "basis": "协议第五条",
        "amount": "120",
    }
    assert client.post(reverse("investment-commit", args=[item.pk]), sent).status_code == 302
    (made,) = Item.objects.filter(parent=item)
    assert (made.track, made.stage, made.lead, made.firm) == (
        "commitment",
        "raised",
        world.a.units[1],
        world.a.firms[0],
    )
    assert made.clock is not None and made.data == {"basis": "协议第五条", "amount": 120.0, "firm": world.a.firms[0].pk}
    assert "厂房租金前两年全免" in text(page_of(client_of, world.a.people["office"], item))
    assert "厂房租金前两年全免" in text(client_of(world.a.people["unit2"]).get(reverse("item-detail", args=[made.pk])))
    todo = client_of(world.a.people["unit2"]).get(reverse("todo"))
    assert "厂房租金前两年全免" in todo.content.decode()


def test_a_promise_needs_its_words_and_its_unit(office: Access, world: Any, client_of: Any) -> None:
    item = lead(office, world)
    client = client_of(world.a.people["office"])
    answer = client.post(
        reverse("investment-commit", args=[item.pk]),
        {"title": "只有话", "unit": world.b.units[0].pk, "due": "2020-01-01"},
    )
    assert answer.status_code == 422 and "只有话" in answer.content.decode()
    assert {"unit", "due"} <= set(answer.context["commit_form"].errors)
    assert not Item.objects.filter(track="commitment").exists()


def test_commitments_on_file_answer_what_the_signing_asks(office: Access, world: Any) -> None:
    item = lead(office, world)
    item = investment.check(
        office, item, item.revision, dict.fromkeys(("land", "power", "gas", "environment", "chain"), ("yes", ""))
    )
    investment.commit_to(office, item, "六个月内供地", world.a.units[0], date(2024, 4, 1))
    signed = investment.sign(office, item, item.revision, TODAY, "协议", {})
    assert signed.data["promised"] == "1 项：六个月内供地"
