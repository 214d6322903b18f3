"""Moving and finishing milestones: recorded, with a reason, the second person told."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.actions.milestones import Refused, finish, move

TODAY = date(2023, 10, 12)


def send(client, kind, milestone, **values):
    values.setdefault("revision", milestone.revision)
    return client.post(f"/milestones/{milestone.pk}/{kind}/", {f"m{milestone.pk}-{k}": v for k, v in values.items()})


def test_moved_with_a_reason_and_recorded(world, client_of):
    milestone = world.a.milestones[0]
    answer = send(
        client_of(world.a.people["unit"]), "move", milestone, expected="2023-12-31", why="供气推迟，县发改局，12月底"
    )
    assert answer.status_code == 302
    milestone.refresh_from_db()
    assert milestone.expected == date(2023, 12, 31) and milestone.revision == 2
    record = AuditRecord.objects.get(action="milestone.move")
    assert record.role == "unit" and record.reason == "供气推迟，县发改局，12月底" and record.changes == 2
    assert not verify().faults


def test_a_date_without_a_reason_is_refused(world, client_of):
    milestone = world.a.milestones[0]
    answer = send(client_of(world.a.people["office"]), "move", milestone, expected="2023-12-31", why=" ")
    assert (
        answer.status_code == 422
        and "改期须写理由" in answer.content.decode()
        and "2023-12-31" in answer.content.decode()
    )
    milestone.refresh_from_db()
    assert milestone.expected is None


def test_no_day_after_today_counts_as_done(world, client_of):
    client = client_of(world.a.people["office"])
    answer = send(client, "done", world.a.milestones[0], done="2023-10-13")
    assert answer.status_code == 422 and "不能晚于今天" in answer.content.decode()
    assert send(client, "done", world.a.milestones[0], done="2023-10-12").status_code == 302
    answer = send(client, "move", world.a.milestones[0], revision=2, expected="2023-12-31", why="推迟")
    assert answer.status_code == 422 and "已完成的节点不再改期" in answer.content.decode()
    assert send(client, "done", world.a.milestones[0], revision=2, done="").status_code == 302
    assert AuditRecord.objects.filter(action="milestone.reopen").count() == 1


def test_the_second_person_is_told_and_keeps_what_was_typed(world, client_of):
    milestone = world.a.milestones[0]
    send(client_of(world.a.people["unit"]), "move", milestone, expected="2023-12-31", why="第一人的理由")
    answer = send(client_of(world.a.people["office"]), "move", milestone, expected="2024-01-31", why="第二人的理由")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "甲unit岗" in text and "2023-12-31" in text and "第一人的理由" in text
    assert 'value="2024-01-31"' in text and "第二人的理由" in text
    milestone.refresh_from_db()
    assert milestone.expected == date(2023, 12, 31)
    again = send(client_of(world.a.people["office"]), "move", milestone, expected="2024-01-31", why="第二人的理由")
    assert again.status_code == 302


def test_only_who_answers_for_it(world, client_of):
    milestone = world.a.milestones[0]
    for who in (world.a.people["unit2"], world.b.people["office"]):
        assert send(client_of(who), "move", milestone, expected="2023-12-31", why="x").status_code == 404
    for who in ("chief", "supervisor", "firm"):
        assert send(client_of(world.a.people[who]), "done", milestone, done="2023-10-01").status_code == 403
    milestone.refresh_from_db()
    assert milestone.revision == 1 and milestone.done is None
    with pytest.raises(PermissionDenied):
        finish(world.access(world.b.people["office"]), milestone, 1, date(2023, 10, 1), today=TODAY)
    with pytest.raises(Refused):
        move(world.access(world.a.people["office"]), milestone, 1, TODAY, "")


def test_the_fragment_for_htmx(world, client_of):
    client = client_of(world.a.people["office"])
    url = f"/projects/{world.a.projects[0].pk}/milestones/"
    whole, part = client.get(url).content.decode(), client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole and "<html" not in part and "改日期" in part
    milestone = world.a.milestones[0]
    answer = client.post(
        f"/milestones/{milestone.pk}/done/",
        {f"m{milestone.pk}-revision": 1, f"m{milestone.pk}-done": "2023-10-01"},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 200 and "draft-clear" in answer["HX-Trigger"] and "已完成" in answer.content.decode()
    assert "改日期" not in client_of(world.a.people["chief"]).get(url).content.decode()
