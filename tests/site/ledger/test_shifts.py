"""A power line that slips turns three projects yellow with its name; their new dates wait for a second person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lvlian.site.ledger.actions import factors, items
from lvlian.site.ledger.models import Demand, Item, Supply
from lvlian.site.ledger.selectors_factors import grounds_of
from lvlian.site.org.chain import recording, verify
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.actions import milestones
from lvlian.site.plans.actions.proposals import ProposalError, confirm, send_back
from lvlian.site.plans.models import Milestone, Proposal
from tests.site.ledger.factors_world import LINE, Works, make_works

pytestmark = pytest.mark.django_db
LATE = date(2024, 6, 30)


@pytest.fixture
def works(world: Any) -> Works:
    return make_works(world)


def slip(works: Works, day: date | None = LATE, why: str = "线路走廊未清，供电局，6月底") -> None:
    step = Milestone.objects.get(project=works.line.project)
    milestones.move(works.access, step, step.revision, day, why)


def fresh(works: Works) -> list[Item]:
    return list(Item.objects.filter(pk__in=[item.pk for item in works.items]).order_by("pk"))


def waiting() -> Any:
    return Proposal.objects.filter(model="milestone", state=Proposal.State.WAITING).order_by("pk")


def test_power_works_of_a_plan_propose_their_supply(works: Works) -> None:
    supply = works.supply
    assert (supply.factor, supply.amount, supply.unit, supply.stock) == ("power", 10.0, "万千瓦", False)
    days = grounds_of([works.items[0].pk]).days(supply)
    assert (days.promised, days.expected, days.exact) == (date(2024, 3, 31), None, True)
    assert all(item.light == "ok" for item in fresh(works))


def test_a_slipped_line_turns_three_projects_yellow_and_proposes_their_dates(works: Works) -> None:
    before = AuditRecord.objects.count()
    slip(works)
    assert AuditRecord.objects.count() == before + 1, "one record holds the move and all that follows"
    for item in fresh(works):
        assert item.light == "warn"
        code, values = item.reasons[0]
        assert code == "blocked"
        assert values == {"factor": "power", "title": LINE, "need": "2024-03-31", "day": "2024-06-30"}
    made = list(waiting())
    assert [one.object_id for one in made] == [step.pk for step in works.milestones]
    assert all(one.after["expected"] == "2024-06-30" and LINE in one.reason for one in made)
    assert {one.proposed_by for one in made} == {works.access.user}
    assert not Milestone.objects.filter(pk__in=[s.pk for s in works.milestones], expected__isnull=False).exists()


def test_a_second_person_confirms_and_nothing_is_left(works: Works) -> None:
    slip(works)
    with pytest.raises(ProposalError):
        confirm(works.access, waiting()[0])
    for one in list(waiting()):
        assert confirm(works.second, one).state == Proposal.State.CONFIRMED
    for step in works.milestones:
        step.refresh_from_db()
        assert step.expected == LATE and LINE in step.why
    for item in fresh(works):
        assert item.expected == LATE
        assert [code for code, _ in item.reasons] == ["moved"], "late against the promise; nothing blocks it any more"
    assert not waiting().exists()
    assert grounds_of([item.pk for item in works.items]).shifts() == (), "all shifts applied leave none"
    slip(works, LATE, "同一日期，再报一次")
    assert not waiting().exists()
    assert not verify().faults


def test_a_line_that_comes_back_takes_its_proposals_back(works: Works) -> None:
    slip(works)
    slip(works, date(2024, 7, 31))
    assert {one.after["expected"] for one in waiting()} == {"2024-07-31"}, "one proposal follows the latest day"
    assert waiting().count() == 3
    slip(works, None, "")
    assert not waiting().exists()
    assert all(item.light == "ok" for item in fresh(works))
    assert Proposal.objects.filter(state=Proposal.State.OVERTAKEN).count() == 3


def test_what_was_returned_is_not_proposed_again_until_the_day_changes(works: Works) -> None:
    slip(works)
    first = waiting()[0]
    with pytest.raises(ProposalError):
        send_back(works.second, first, " ")
    send_back(works.second, first, "可用临时电源")
    slip(works, LATE, "再报一次")
    assert waiting().count() == 2
    assert fresh(works)[0].light == "warn", "what is refused is the move, not the fact"
    slip(works, date(2024, 8, 31))
    assert waiting().count() == 3


def test_a_supply_of_nobody_moves_with_its_own_date(works: Works, world: Any) -> None:
    values = {"factor": "land", "title": "甲县第一批次用地", "amount": 50, "unit": "亩", "promised": date(2024, 1, 31)}
    land = factors.add_supply(works.access, world.a.region, values)
    need = factors.add_demand(
        works.access,
        works.items[0],
        {"factor": "land", "amount": 20, "unit": "亩", "stage": "running", "need_by": date(2024, 2, 28)},
    )
    factors.book(works.access, land, need, 20)
    assert fresh(works)[0].light == "ok"
    factors.move_supply(works.access, land, land.revision, date(2024, 3, 31), "组件退回，自然资源局，3月底")
    item = fresh(works)[0]
    assert item.light == "warn" and item.reasons[0][1]["title"] == "甲县第一批次用地"
    (one,) = waiting()
    assert one.after["expected"] == "2024-05-02", "the time between need and step is kept"
    confirm(works.second, one)
    need.refresh_from_db()
    assert need.need_by == date(2024, 3, 31), "the day of need that somebody gave moves along, by as many days"
    assert grounds_of([item.pk]).shifts() == ()


def test_the_step_of_its_item_is_the_day_of_a_supply(works: Works) -> None:
    supply = factors.move_supply(works.access, works.supply, works.supply.revision, LATE, "走廊未清，供电局，6月底")
    assert Milestone.objects.get(project=works.line.project).expected == LATE
    assert (supply.expected, supply.why) == (None, ""), "one fact is kept once"
    assert waiting().count() == 3
    step = Milestone.objects.get(project=works.line.project)
    milestones.finish(works.access, step, step.revision, date(2023, 10, 10), today=date(2023, 10, 12))
    assert not waiting().exists() and all(item.light == "ok" for item in fresh(works))


def test_the_amount_is_a_field_of_its_item(works: Works) -> None:
    supply = factors.edit_supply(works.access, works.supply, works.supply.revision, {"amount": 12.0, "unit": "万千瓦"})
    works.line.refresh_from_db()
    assert works.line.data["capacity"] == 12.0
    assert Supply.objects.get(pk=supply.pk).amount == 12.0
    held = Item.objects.get(pk=works.line.pk)
    items.amend(works.access, held, held.revision, {"capacity": 8.0})
    assert Supply.objects.get(pk=supply.pk).amount == 8.0
    with pytest.raises(factors.Refused, match="已占用"):
        factors.edit_supply(works.access, works.supply, None, {"amount": 5.0, "unit": "万千瓦"})


def test_a_cancelled_line_has_no_day(works: Works) -> None:
    held = Item.objects.get(pk=works.line.pk)
    items.cancel(works.access, held, held.revision, "改由他线供电")
    for item in fresh(works):
        assert item.light == "warn" and item.reasons[0][0] == "blocked-undated"


def test_few_questions(works: Works, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(3):
        grounds_of([item.pk for item in works.items])
    step = Demand.objects.filter(item=works.items[0]).get()
    with recording(works.access, "demand.edit", row=step) as act:
        act.quiet = True
