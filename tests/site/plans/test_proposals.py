"""Four eyes: a goal's figure changes only when a second person agrees."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from lvlian.site.org.chain import Conflict, recording, verify
from lvlian.site.plans.actions.proposals import ProposalError, confirm, propose, send_back, take_back
from lvlian.site.plans.models import Goal, Proposal
from tests.site.world import person


@pytest.fixture
def pair(world):
    first = world.a.people["office"]
    second = person("甲office2", world.a.region, "office")
    return world.access(first), world.access(second)


def test_second_person_confirms(world, pair):
    first, second = pair
    goal = world.a.goals[0]
    proposal = propose(first, goal, goal.revision, {"value": 921.0}, "与度电产值4元相配")
    assert Goal.objects.get(pk=goal.pk).value == 40.0
    with pytest.raises(ProposalError, match="另一个人"):
        confirm(first, proposal)
    confirm(second, proposal)
    goal.refresh_from_db()
    assert (goal.value, goal.revision, proposal.state) == (921.0, 2, "confirmed")
    assert verify().faults == () and verify().records == 2


def test_what_moved_meanwhile_is_not_overwritten(world, pair):
    first, second = pair
    goal = world.a.goals[0]
    proposal = propose(first, goal, goal.revision, {"value": 921.0}, "理由")
    with recording(second, "goal.note", row=goal, permission="record.edit") as act:
        act.update(goal, None, note="别的事")
    confirm(second, proposal)
    goal.refresh_from_db()
    assert (goal.value, proposal.state) == (40.0, "overtaken")


def test_refusals(world, pair):
    first, second = pair
    goal = world.a.goals[0]
    with pytest.raises(ProposalError, match="理由"):
        propose(first, goal, 1, {"value": 5.0}, " ")
    with pytest.raises(ProposalError, match="没有要改"):
        propose(first, goal, 1, {"value": goal.value}, "x")
    with pytest.raises(Conflict):
        propose(first, goal, 7, {"value": 5.0}, "x")
    with pytest.raises(PermissionDenied):
        propose(world.access(world.b.people["office"]), goal, 1, {"value": 5.0}, "x")
    with pytest.raises(PermissionDenied):
        propose(world.access(world.a.people["analyst"]), goal, 1, {"value": 5.0}, "x")
    proposal = propose(first, goal, 1, {"value": 5.0}, "x")
    with pytest.raises(ProposalError, match="已有一项"):
        propose(second, goal, 1, {"value": 6.0}, "x")
    with pytest.raises(PermissionDenied):
        confirm(world.access(world.b.people["office"]), proposal)
    with pytest.raises(PermissionDenied):
        take_back(second, proposal)
    with pytest.raises(ProposalError, match="原因"):
        send_back(second, proposal, "")
    send_back(second, proposal, "口径不同")
    with pytest.raises(ProposalError, match="已处理"):
        confirm(second, proposal)
    assert Proposal.objects.get().answer == "口径不同" and Goal.objects.get(pk=goal.pk).value == 40.0


def test_pages(world, pair, client_of):
    first, second = pair
    goal = world.a.goals[0]
    proposal = propose(first, goal, 1, {"value": 921.0}, "与度电产值相配")
    page = client_of(second.user).get(f"/proposals/{proposal.pk}/")
    assert "921" in page.content.decode() and "确认改动" in page.content.decode()
    assert "确认改动" not in client_of(first.user).get(f"/proposals/{proposal.pk}/").content.decode()
    assert client_of(world.b.people["office"]).get(f"/proposals/{proposal.pk}/").status_code == 404
    assert "甲县" not in client_of(world.b.people["office"]).get("/proposals/").content.decode()
    answer = client_of(second.user).post(f"/proposals/{proposal.pk}/confirm", follow=True)
    assert answer.status_code == 200 and Goal.objects.get(pk=goal.pk).value == 921.0


def test_a_form_that_changes_both_kinds_of_fields(world, pair, client_of):
    first, second = pair
    goal = world.a.goals[0]
    form = {
        "revision": 1, "indicator": goal.indicator, "subject": goal.subject, "op": "=", "value": "921", "unit": "亿元",
        "when": goal.when, "when_op": goal.when_op, "year": "2023", "note": "核对过", "why": "与度电产值相配",
    }  # fmt: skip
    answer = client_of(first.user).post(f"/goals/{goal.pk}/edit/", form)
    assert answer.status_code == 302, answer.content.decode()
    goal.refresh_from_db()
    assert (goal.value, goal.note) == (40.0, "核对过")
    confirm(second, Proposal.objects.get())
    goal.refresh_from_db()
    assert goal.value == 921.0


def test_no_other_way_to_change_the_figures(world, pair):
    first, _ = pair
    goal = world.a.goals[0]
    with pytest.raises(PermissionDenied), recording(first, "goal.edit", row=goal, permission="record.edit") as act:
        act.update(goal, goal.revision, value=1.0)
    from lvlian.site.lists.actions import change_many
    from lvlian.site.lists.registry import spec_for

    with pytest.raises(PermissionDenied):
        change_many(first, spec_for("goal"), world.a.region, {goal.pk: 1}, {"value": 1.0}, "x")
    assert Goal.objects.get(pk=goal.pk).value == 40.0


def test_it_waits_on_the_second_persons_desk(world, pair):
    from lvlian.site.pages.todo import todo_count, todo_list

    first, second = (world.access(one.user, world.a.region) for one in pair)
    before = todo_count(first), todo_count(second)
    propose(first, world.a.goals[0], 1, {"value": 921.0}, "理由")
    assert (todo_count(first), todo_count(second)) == (before[0], before[1] + 1)
    assert any(str(world.a.goals[0]) in waiting.sentence for waiting in todo_list(second, world.a.region.as_of))
