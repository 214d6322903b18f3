"""Bulk edit: previewed row by row, refused rows with their reason, applied as one action or not at all."""

from __future__ import annotations

from django.urls import reverse

from lvlian.site.org.chain import verify
from lvlian.site.org.models import AuditRecord
from lvlian.site.plans.models import Milestone, Project

URL = "project-bulk"


def test_chosen_rows(world, client_of):
    client = client_of(world.a.people["office"])
    rows = [row.pk for row in world.a.projects]
    answer = client.post(reverse(URL), {"row": rows, "which": "rows", "query": ""})
    assert answer.status_code == 200 and answer.context["count"] == 2
    given = {
        "rows": ",".join(map(str, rows)),
        "which": "rows",
        "field": "product",
        "product": "铝箔",
        "step": "preview",
    }
    answer = client.post(reverse(URL), given)
    assert answer.context["changes"] == 2 and "铝板带" in answer.content.decode()
    assert Project.objects.filter(product="铝箔").count() == 0
    done = client.post(reverse(URL), {**given, "step": "apply", "token": answer.context["token"], "reason": "统一口径"})
    assert done.status_code == 302
    assert Project.objects.filter(product="铝箔", revision=2).count() == 2
    record = AuditRecord.objects.get(action="project.bulk")
    assert record.changes == 4, "two projects, and the items of the ledger that follow them"
    assert record.reason == "统一口径" and verify().faults == ()


def test_all_that_match_and_nothing_else(world, client_of):
    client = client_of(world.a.people["office"])
    given = {"which": "all", "query": "capacity_from=15", "field": "owner", "owner": "新业主", "step": "preview"}
    answer = client.post(reverse(URL), given)
    assert answer.context["changes"] == 1
    client.post(reverse(URL), {**given, "step": "apply", "token": answer.context["token"]})
    assert [p.pk for p in Project.objects.filter(owner="新业主")] == [world.a.projects[1].pk]


def test_rows_of_others_are_never_touched(world, client_of):
    client = client_of(world.a.people["office"])
    rows = [row.pk for row in (*world.a.projects, *world.b.projects)]
    given = {"row": rows, "which": "rows", "field": "product", "product": "铝箔", "step": "preview"}
    answer = client.post(reverse(URL), given)
    assert answer.context["count"] == 2 and "乙" not in answer.content.decode().split("<main")[-1]
    for key in ("park", "unit", "firm", "analyst", "chief"):
        assert client_of(world.a.people[key]).post(reverse(URL), given).status_code == 403
    foreign = {**given, "field": "firm", "firm": world.b.firms[0].pk}
    assert client.post(reverse(URL), foreign).status_code == 422


def test_moved_since_the_preview(world, client_of):
    client = client_of(world.a.people["office"])
    given = {"which": "all", "query": "", "field": "product", "product": "铝箔", "step": "preview"}
    token = client.post(reverse(URL), given).context["token"]
    Project.objects.filter(pk=world.a.projects[0].pk).update(revision=5)
    answer = client.post(reverse(URL), {**given, "step": "apply", "token": token})
    assert answer.status_code == 409 and not Project.objects.filter(product="铝箔").exists()
    assert client.post(reverse(URL), {**given, "step": "apply", "token": "forged"}).status_code == 409
    again = client.post(reverse(URL), {**given, "step": "apply", "token": answer.context["token"]})
    assert again.status_code == 302 and Project.objects.filter(product="铝箔").count() == 2


def test_refused_rows_say_why(world, client_of):
    client = client_of(world.a.people["office"])
    Milestone.objects.filter(pk=world.a.milestones[0].pk).update(why="")
    url = reverse("milestone-bulk")
    given = {"which": "all", "query": "", "field": "expected", "expected": "2023-12-01", "step": "preview"}
    answer = client.post(url, given)
    assert (answer.context["changes"], answer.context["refused"]) == (1, 1)
    assert "改期须写理由" in answer.content.decode()
    client.post(url, {**given, "step": "apply", "token": answer.context["token"]})
    assert Milestone.objects.filter(expected="2023-12-01").count() == 1


def test_nothing_chosen(world, client_of):
    client = client_of(world.a.people["office"])
    assert client.post(reverse(URL), {"which": "rows", "row": ["x", "9" * 30]}).status_code == 302
    answer = client.post(reverse(URL), {"which": "all", "step": "preview"})
    assert answer.status_code == 200 and "先勾选" in answer.content.decode()
