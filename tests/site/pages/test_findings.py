"""Settling findings from their page."""

from __future__ import annotations

from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.models import Finding


def send(client, finding, state, reason="", revision=None):
    given = {"state": state, "reason": reason, "revision": revision or finding.revision, "query": "?severity=conflict"}
    return client.post(f"/findings/{finding.pk}/decide/", given)


def test_known_asked_and_open_again(world, client_of):
    finding = world.a.findings[0]
    client = client_of(world.a.people["office"])
    answer = send(client, finding, "known", "口径不同，链长办已知")
    assert answer["Location"] == f"/findings/?severity=conflict#finding-{finding.pk}"
    text = client.get("/findings/").content.decode()
    assert "记为已知" in text and "口径不同，链长办已知" in text
    assert send(client, finding, "open", revision=2).status_code == 302
    assert AuditRecord.objects.filter(action="finding.settle").count() == 2


def test_a_question_needs_its_words(world, client_of):
    finding = world.a.findings[0]
    answer = send(client_of(world.a.people["office"]), finding, "asked")
    assert answer.status_code == 422 and "转问询要写明" in answer.content.decode()
    finding.refresh_from_db()
    assert finding.state == Finding.State.OPEN


def test_the_second_is_told_and_keeps_the_words(world, client_of):
    finding = world.a.findings[0]
    send(client_of(world.a.people["lead"]), finding, "known", "先处理")
    answer = send(client_of(world.a.people["office"]), finding, "asked", "后来的问题")
    text = answer.content.decode()
    assert answer.status_code == 409 and "已先处理为" in text and "后来的问题" in text


def test_only_in_scope_and_only_with_the_right(world, client_of):
    finding = world.a.findings[0]
    assert send(client_of(world.b.people["office"]), finding, "known").status_code == 404
    assert send(client_of(world.a.people["chief"]), finding, "known").status_code == 403
    assert send(client_of(world.a.people["office"]), finding, "nonsense").status_code == 422
    assert client_of(world.a.people["office"]).get(f"/findings/{finding.pk}/decide/").status_code == 405
