"""What every unit is asked in a quarter: each fact once, of one unit, and nothing that was just reported."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from lvlian.ledger.quarter import Quarter
from lvlian.site.ledger.actions import dispatch as actions
from lvlian.site.ledger.actions import factors, items
from lvlian.site.ledger.actions.dispatch import Untimely, confirm, correct, open_dispatch, refill, remind
from lvlian.site.ledger.burden import Burden
from lvlian.site.ledger.models import Ask, Item, Supply
from lvlian.site.ledger.selectors_dispatch_owed import owed
from lvlian.site.org.access import Access
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.actions import milestones
from lvlian.site.plans.models import Milestone

pytestmark = pytest.mark.django_db
TODAY = date(2023, 10, 12)
Q3 = Quarter(2023, 3)


@pytest.fixture
def office(world: Any) -> Access:
    return world.access(world.a.people["office"], world.a.region)  # type: ignore[no-any-return]


def of(world: Any, role: str = "unit") -> Access:
    return world.access(world.a.people[role], world.a.region)  # type: ignore[no-any-return]


def project(office: Access, world: Any, title: str = "铝板带项目", *, unit: int = 0, **more: Any) -> Item:
    return items.open_item(
        office, world.a.region, "project", title, day=date(2023, 6, 1), stage="filed", lead=world.a.units[unit], **more
    )


def asked(dispatch: Any) -> dict[tuple[Any, str], Ask]:
    return {(ask.item_id or f"s{ask.supply_id}", ask.field): ask for ask in Ask.objects.filter(dispatch=dispatch)}


def test_dates_are_those_of_the_rule_in_working_days(office: Access, world: Any) -> None:
    """After the long holiday of October 2023 the checks begin on the second working day, and so on."""
    dispatch = open_dispatch(office, world.a.region, Q3)
    assert (dispatch.as_of, dispatch.check_from, dispatch.seal_on) == (
        date(2023, 9, 30),
        date(2023, 10, 8),
        date(2023, 10, 16),
    )
    assert dispatch.meeting_at.date() == date(2023, 10, 20) and dispatch.issue_on == date(2023, 10, 23)


def test_a_live_item_is_asked_its_stage_its_next_promise_and_the_fields_of_its_track(
    office: Access, world: Any
) -> None:
    item = project(office, world, due=date(2024, 6, 30))
    dispatch = open_dispatch(office, world.a.region, Q3)
    found = asked(dispatch)
    assert set(found) == {(item.pk, "stage"), (item.pk, "step:end"), (item.pk, "invested")}
    assert found[item.pk, "stage"].known == "filed" and found[item.pk, "step:end"].known == "2024-06-30"
    assert found[item.pk, "invested"].known is None, "nobody has said it: missing"
    assert {ask.unit_id for ask in found.values()} == {world.a.units[0].pk}


def test_the_party_is_the_lead_else_the_first_unit_else_nobody(office: Access, world: Any) -> None:
    led = project(office, world, unit=1, units=[world.a.units[0]])
    shared = items.open_item(office, world.a.region, "duty", "共担", units=[world.a.units[1], world.a.units[0]])
    lone = items.open_item(office, world.a.region, "duty", "没人管")
    dispatch = open_dispatch(office, world.a.region, Q3)
    by_item = {ask.item_id: ask.unit_id for ask in dispatch.asks.all()}
    assert by_item[led.pk] == by_item[shared.pk] == world.a.units[1].pk
    assert lone.pk not in by_item and owed(office, dispatch).nobody == [lone.pk]


def test_no_two_asks_for_one_fact(office: Access, world: Any) -> None:
    for n in range(6):
        project(office, world, f"项目{n}", unit=n % 2, units=world.a.units, due=date(2024, 1, n + 1))
    dispatch = open_dispatch(office, world.a.region, Q3)
    facts = Counter((ask.item_id, ask.supply_id, ask.field) for ask in dispatch.asks.all())
    assert facts and set(facts.values()) == {1}
    assert refill(office, dispatch) == (0, 0), "nothing more is owed"


def test_what_was_reported_since_the_last_seal_is_not_asked_again(office: Access, world: Any) -> None:
    quiet, told = (
        project(office, world, "没报", due=date(2024, 1, 1)),
        project(office, world, "报了", due=date(2024, 1, 1)),
    )
    told = items.enter(office, told, None, "started", day=TODAY)
    told = items.move(office, told, None, "end", date(2024, 3, 1), "设备晚到")
    told = items.amend(office, told, None, {"invested": 500})
    found = asked(open_dispatch(office, world.a.region, Quarter(2023, 4), as_of=TODAY))
    assert {field for item, field in found if item == quiet.pk} == {"stage", "step:end", "invested"}
    assert not [field for item, field in found if item == told.pk]


def test_an_overdue_promise_is_asked_and_cannot_just_be_confirmed(office: Access, world: Any) -> None:
    item = project(office, world, due=date(2023, 8, 31))
    dispatch = open_dispatch(office, world.a.region, Q3)
    ask = asked(dispatch)[item.pk, "step:end"]
    assert actions.past(ask, TODAY) and not actions.confirmable(ask, TODAY)
    assert confirm(of(world), dispatch, world.a.units[0]) == 1, "the stage alone"
    ask.refresh_from_db()
    assert ask.state == Ask.State.WAITING


def test_a_milestone_of_a_plan_is_corrected_where_it_is_stored(office: Access, world: Any) -> None:
    row = Milestone.objects.get(project=world.a.projects[0])
    milestones.move(office, row, row.revision, date(2023, 11, 30), "先让台账有它")
    item = Item.objects.get(project=world.a.projects[0])
    dispatch = open_dispatch(office, world.a.region, Q3)
    found = asked(dispatch)
    assert (item.pk, f"step:m{row.pk}") not in found, "its day was reported this month"
    assert (item.pk, "stage") in found, "but nobody has said where it stands"
    other = Milestone.objects.get(project=world.a.projects[1])
    milestones.finish(office, other, other.revision, date(2023, 9, 20), today=TODAY)
    assert not Ask.objects.filter(item__project=world.a.projects[1], field__startswith="step:").exists()


def test_a_correction_is_the_items_own_action(office: Access, world: Any) -> None:
    item = project(office, world, due=date(2024, 6, 30))
    dispatch = open_dispatch(office, world.a.region, Q3)
    unit, found = of(world), asked(dispatch)
    ask = correct(unit, found[item.pk, "step:end"], 1, date(2024, 9, 30), "熔炼炉到货推迟，业主，九月底前")
    assert (ask.state, ask.answer, ask.answered_by) == ("corrected", "2024-09-30", unit.user)
    item.refresh_from_db()
    assert item.expected == date(2024, 9, 30) and "熔炼炉" in item.steps.get(key="end").why
    assert AuditRecord.objects.order_by("-seq").first().action == "item.move"
    correct(unit, found[item.pk, "stage"], 1, "started", "施工许可证 2023-09")
    correct(unit, found[item.pk, "invested"], 1, 1200)
    item.refresh_from_db()
    assert item.stage == "started" and item.data["invested"] == 1200
    assert set(dispatch.asks.values_list("state", flat=True)) == {"corrected"}


def test_what_is_reported_by_another_door_answers_what_is_asked(office: Access, world: Any) -> None:
    item = project(office, world, due=date(2024, 6, 30))
    dispatch = open_dispatch(office, world.a.region, Q3)
    items.move(office, item, None, "end", date(2024, 8, 1), "雨季")
    ask = asked(dispatch)[item.pk, "step:end"]
    assert (ask.state, ask.answer, ask.why) == ("corrected", "2024-08-01", "雨季")
    items.report(of(world), Item.objects.get(pk=item.pk), None)
    assert asked(dispatch)[item.pk, "stage"].state == "confirmed"
    assert asked(dispatch)[item.pk, "invested"].state == "waiting", "nobody has said it"
    items.cancel(office, Item.objects.get(pk=item.pk), None, "企业放弃")
    assert asked(dispatch)[item.pk, "invested"].answer == "cancelled", "an ended item is asked nothing"


def test_confirming_all_is_one_record_and_says_where_it_stands(office: Access, world: Any) -> None:
    for n in range(3):
        project(office, world, f"项目{n}", due=date(2024, 6, 30))
    dispatch = open_dispatch(office, world.a.region, Q3)
    before = AuditRecord.objects.count()
    assert confirm(of(world), dispatch, world.a.units[0]) == 6
    assert AuditRecord.objects.count() == before + 1
    assert set(Item.objects.filter(track="project", born="hand").values_list("reported", flat=True)) == {TODAY}
    assert confirm(of(world), dispatch, world.a.units[0]) == 0
    assert AuditRecord.objects.count() == before + 1, "nothing came of it, nothing is recorded"


def test_a_routine_is_confirmed_by_itself_alone(office: Access, world: Any) -> None:
    item = items.open_item(
        office,
        world.a.region,
        "routine",
        "每月走访",
        lead=world.a.units[0],
        day=date(2023, 6, 1),
        data={"per": "month"},
    )
    dispatch = open_dispatch(office, world.a.region, Q3)
    assert confirm(of(world), dispatch, world.a.units[0]) == 0
    ask = asked(dispatch)[item.pk, "round"]
    assert confirm(of(world), dispatch, world.a.units[0], [ask.pk]) == 1
    item.refresh_from_db()
    assert item.reported == TODAY


def test_nobody_answers_for_another_unit(office: Access, world: Any) -> None:
    from django.core.exceptions import PermissionDenied

    item = project(office, world, unit=1)
    dispatch = open_dispatch(office, world.a.region, Q3)
    with pytest.raises(PermissionDenied):
        confirm(of(world), dispatch, world.a.units[1])
    with pytest.raises(PermissionDenied):
        correct(of(world), asked(dispatch)[item.pk, "stage"], 1, "started", "依据")


def test_refused_values_say_which_field(office: Access, world: Any) -> None:
    item = project(office, world, due=date(2024, 6, 30))
    found = asked(open_dispatch(office, world.a.region, Q3))
    for field, value, why, at in (
        ("stage", "nowhere", "依据", "value"), ("stage", "filed", "依据", "value"), ("stage", "started", "", "why"),
        ("step:end", None, "", "value"), ("step:end", date(2024, 6, 30), "x", "value"), ("invested", "", "", "value"),
    ):  # fmt: skip
        with pytest.raises(Untimely) as refused:
            correct(office, found[item.pk, field], 1, value, why)
        assert refused.value.field == at, (field, value)
    assert set(Ask.objects.values_list("state", flat=True)) == {"waiting"}


# Factors --------------------------------------------------------------------------------------------------------------------
def supply(office: Access, world: Any, **values: Any) -> Supply:
    about = {"factor": "gas", "title": "园区专线", "amount": 500.0, "unit": "万立方米", "owner": world.a.units[1]}
    return factors.add_supply(office, world.a.region, {**about, **values})


def test_the_day_of_a_supply_is_asked_of_the_unit_that_guarantees_it(office: Access, world: Any) -> None:
    dispatch = open_dispatch(office, world.a.region, Q3)
    row = supply(office, world, promised=date(2023, 12, 1))
    assert refill(office, dispatch)[0] == 1
    ask = asked(dispatch)[f"s{row.pk}", "day"]
    assert (ask.unit, ask.known) == (world.a.units[1], "2023-12-01")
    ask = correct(of(world, "unit2"), ask, 1, date(2024, 2, 1), "穿越许可未批")
    row.refresh_from_db()
    assert (ask.state, ask.answer, row.expected) == ("corrected", "2024-02-01", date(2024, 2, 1))


def test_what_a_supply_tells_is_not_asked_of_its_item(office: Access, world: Any) -> None:
    land = items.open_item(
        office, world.a.region, "land", "第二批次", lead=world.a.units[0], day=date(2023, 6, 1), due=date(2023, 12, 1)
    )
    bare = items.open_item(
        office, world.a.region, "land", "第三批次", lead=world.a.units[0], day=date(2023, 6, 1), due=date(2023, 12, 1)
    )
    Supply.objects.create(region=world.a.region, factor="land", title="第二批次", amount=690.5, unit="亩", item=land)
    found = asked(open_dispatch(office, world.a.region, Q3))
    assert {field for item, field in found if item == land.pk} == {"stage", "step:end"}
    assert {field for item, field in found if item == bare.pk} == {"stage", "step:end", "area"}
    assert not [key for key in found if str(key[0]).startswith("s")], "its days are its item's"


# The workspace --------------------------------------------------------------------------------------------------------------
def test_a_quarter_is_opened_once_and_in_turn(office: Access, world: Any) -> None:
    open_dispatch(office, world.a.region, Quarter(2023, 2))
    for quarter in (Quarter(2023, 2), Q3, Quarter(2023, 1)):
        with pytest.raises(Untimely):
            open_dispatch(office, world.a.region, quarter)
    with pytest.raises(Untimely):
        open_dispatch(office, world.b.region, Quarter(2024, 1))


def test_a_reminder_names_units_that_have_not_answered(office: Access, world: Any) -> None:
    project(office, world, due=date(2024, 1, 1))
    project(office, world, "另一", unit=1, due=date(2024, 1, 1))
    dispatch = open_dispatch(office, world.a.region, Q3)
    confirm(of(world), dispatch, world.a.units[0])
    ask = Ask.objects.get(unit=world.a.units[0], state="waiting")
    correct(of(world), ask, ask.revision, 30)
    assert remind(office, dispatch) == [world.a.units[1]]
    dispatch.refresh_from_db()
    assert dispatch.reminded == {str(world.a.units[1].pk): TODAY.isoformat()}


def test_the_burden_is_declared_and_counts_facts_not_people() -> None:
    assert Burden(owed=4).minutes == 1 and Burden(owed=4).light == "bad"
    assert Burden(owed=10, answered=8, corrected=2, missing=1).minutes == 5
    assert Burden().minutes == 0 and Burden().light == "ok"


def test_thousands_of_items_take_the_same_few_statements(office: Access, world: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def statements(items_more: int) -> int:
        for one in range(items_more):
            project(office, world, f"{items_more}之{one}", due=date(2024, 1, 1))
        with CaptureQueriesContext(connection) as queries:
            owed(office, dispatch)
        return len(queries)

    dispatch = open_dispatch(office, world.a.region, Q3)
    assert statements(3) == statements(20) <= 9
